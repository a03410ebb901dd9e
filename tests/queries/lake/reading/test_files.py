"""What a file is, is decided by its bytes; what hides something or is too large is not opened."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from queries.lake.problems import Problem
from queries.lake.reading.files import Kind, Limits, ending_note, kind_of, members
from queries.lake.reading.grid import Unreadable
from queries.lake.reading.read import outline, read
from tests.queries.lake.old_workbook import write_xls
from tests.queries.lake.uploads import Write

BOMB = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>"""


def xlsx(path: Path, value: object = 5) -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, ["sku", "qty"])
        sheet.write_row(1, 0, ["A", value])
    return path


def changed(path: Path, changes: dict[str, bytes]) -> Path:
    """The archive with these members replaced or added."""
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**parts, **changes}.items():
            archive.writestr(name, content)
    return path


def zipped(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def problem_of(path: Path, limits: Limits | None = None) -> Problem:
    """Why the file cannot be read, the same from `outline` and from `read`."""
    with pytest.raises(Unreadable) as first:
        outline(path, limits=limits or Limits())
    with pytest.raises(Unreadable) as second:
        read(path, limits=limits or Limits())
    assert first.value.problems == second.value.problems
    (problem,) = first.value.problems
    assert problem.outcome == "refused"
    assert problem.remedy
    return problem


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.parquet", "a"])
def test_the_kind_is_in_the_bytes_and_not_in_the_name(tmp_path: Path, name: str) -> None:
    text = tmp_path / "text" / name
    text.parent.mkdir()
    text.write_text("sku,qty\nA,5\n")
    (tmp_path / "book").mkdir()
    (tmp_path / "columns").mkdir()
    pl.DataFrame({"sku": ["A"], "qty": ["5"]}).write_parquet(tmp_path / "columns" / name)
    book = xlsx(tmp_path / "made.xlsx").rename(tmp_path / "book" / name)
    for path, kind in ((text, "text"), (book, "xlsx"), (tmp_path / "columns" / name, "parquet")):
        assert kind_of(path) == kind
        assert [list(row[1:]) for row in read(path).frame.iter_rows()] == [["A", "5"]]


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("stock.xlsx", "text", [("wrong_ending", ".xlsx")]),
        ("stock.CSV", "xlsx", [("wrong_ending", ".csv")]),
        ("stock.xls", "xlsx", [("wrong_ending", ".xls")]),
        ("stock.csv", "text", []),
        ("stock.TXT", "text", []),
        ("stock.2026", "text", []),
        ("stock", "xlsx", []),
    ],
)
def test_a_name_that_promises_another_kind_is_noted(
    name: str, kind: Kind, said: list[tuple[str, str]]
) -> None:
    notes = ending_note(name, kind)
    assert [(note.code, note.value) for note in notes] == said
    assert {note.outcome for note in notes} <= {"mended"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7 ...", "unknown_format"),
        (b"\x89PNG\r\n\x1a\n", "unknown_format"),
        (b"\x1f\x8b\x08\x00", "unknown_format"),
        (b"\x7fELF\x02\x01", "unknown_format"),
        (b"SQLite format 3\x00", "unknown_format"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048, "unknown_format"),
        (b"PK\x05\x06" + b"\0" * 18, "empty_file"),
        (b"PK\x03\x04 not an archive", "truncated"),
        (b"PAR1 cut short", "truncated"),
        (b"  <html><table><tr><td>sku</td></tr></table></html>", "web_page"),
        (
            b'\xef\xbb\xbf<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office"/>',
            "web_page",
        ),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "web_page"),
        (b"sku,qty\nA,5\n" + b"PK\x03\x04\x14\0\0\0\0\0", "nul_bytes"),
    ],
)
def test_what_is_no_table_is_refused_in_plain_words(write: Write, content: bytes, code: str) -> None:
    assert problem_of(write(content)).code == code


def test_a_file_larger_than_the_limit_is_refused_unread(write: Write) -> None:
    problem = problem_of(write("sku,qty\n" + "A,5\n" * 100), Limits(file_bytes=100))
    assert problem.code == "too_large_file"


@pytest.mark.parametrize("stream", ["EncryptedPackage", "EncryptionInfo"])
def test_a_workbook_with_a_password_is_refused(tmp_path: Path, stream: str) -> None:
    path = write_xls(tmp_path / "a.xlsx", {"s": [["sku"], ["A"]]}, stream=stream)
    assert problem_of(path).code == "encrypted"


def test_an_archive_with_a_password_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": b"sku,qty\nA,5\n"})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.find(mark) + offset] |= 1
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        members(path, folder=tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["encrypted"]


@pytest.mark.parametrize("member", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_macros_are_never_opened(tmp_path: Path, member: str) -> None:
    assert problem_of(changed(xlsx(tmp_path / "a.xlsx"), {member: b"x"})).code == "macros"


def test_macros_in_an_old_workbook_are_never_opened(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", {"s": [["sku"], ["A"]]}, stream="_VBA_PROJECT_CUR")
    assert problem_of(path).code == "macros"


@pytest.mark.parametrize("member", ["xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_entities_that_grow_are_refused_before_they_are_read(tmp_path: Path, member: str) -> None:
    path = xlsx(tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as archive:
        content = archive.read(member)
    start = content.find(b"?>") + 2
    assert problem_of(changed(path, {member: BOMB.encode() + content[start:]})).code == "xml_bomb"


def test_entities_behind_a_long_comment_are_refused(tmp_path: Path) -> None:
    hidden = b'<?xml version="1.0"?><!--' + b"x" * 200_000 + b"-->" + BOMB.encode()[21:]
    path = changed(xlsx(tmp_path / "a.xlsx"), {"xl/sharedStrings.xml": hidden + b"<sst/>"})
    assert problem_of(path).code == "xml_bomb"


def test_an_archive_that_grows_too_much_is_refused_from_its_directory(tmp_path: Path) -> None:
    bomb = zipped(tmp_path / "a.zip", {"a.csv": b"0" * 3_000_000})
    assert bomb.stat().st_size < 10_000
    with pytest.raises(Unreadable) as refused:
        kind_of(bomb)
    assert refused.value.problems[0].code == "zip_bomb"
    large = zipped(tmp_path / "b.zip", {"a.csv": b"0" * 300, "b.csv": b"0" * 300}, zipfile.ZIP_STORED)
    with pytest.raises(Unreadable) as refused:
        kind_of(large, Limits(unpacked_bytes=500))
    assert refused.value.problems[0].code == "zip_bomb"


def test_a_workbook_that_grows_too_much_is_refused_from_its_directory(tmp_path: Path) -> None:
    path = changed(xlsx(tmp_path / "a.xlsx"), {"xl/media/image1.xml": b"<a>" + b" " * 5_000_000 + b"</a>"})
    assert problem_of(path).code == "zip_bomb"


def test_an_archive_whose_sizes_lie_is_stopped_while_it_is_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"a.csv": b"sku,qty\n" + b"A,5\n" * 100_000})
    content = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = content.find(mark) + offset
        content[place : place + 4] = struct.pack("<I", 10)
    path.write_bytes(content)
    with pytest.raises(Unreadable) as refused:
        members(path, Limits(unpacked_bytes=1000), tmp_path)
    assert refused.value.problems[0].code in ("truncated", "zip_bomb")


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {f"{number}.csv": b"a\n1\n" for number in range(5)})
    with pytest.raises(Unreadable) as refused:
        kind_of(path, Limits(members=4))
    assert [(p.code, p.facts) for p in refused.value.problems] == [
        ("too_many_members", {"count": 5, "limit": 4})
    ]


def test_an_archive_in_an_archive_is_refused_and_a_workbook_in_one_is_not(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.csv": b"a\n1\n"}).read_bytes()
    with pytest.raises(Unreadable) as refused:
        members(zipped(tmp_path / "outer.zip", {"x/inner.zip": inner}), folder=tmp_path)
    assert [(p.code, p.value) for p in refused.value.problems] == [("nested_zip", "x/inner.zip")]
    book = xlsx(tmp_path / "a.xlsx").read_bytes()
    (member,) = members(zipped(tmp_path / "fine.zip", {"a.xlsx": book}), folder=tmp_path)
    assert member.name == "a.xlsx"
    assert read(member.path).frame.height == 1


def test_the_files_of_an_archive_keep_their_names_and_never_choose_their_place(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../escaped.csv", "a\n1\n")
        archive.writestr("folder/库存.csv", "a\n2\n")
        archive.writestr("/absolute.csv", "a\n3\n")
        archive.writestr("folder/", "")
        archive.writestr("__MACOSX/._stock.csv", "x")
        archive.writestr("folder/.DS_Store", "x")
    folder = tmp_path / "unpacked"
    folder.mkdir()
    found = members(path, folder=folder)
    assert [member.name for member in found] == ["escaped.csv", "库存.csv", "absolute.csv"]
    assert {member.path.parent for member in found} == {folder}
    assert [member.path.read_text() for member in found] == ["a\n1\n", "a\n2\n", "a\n3\n"]


def test_names_in_the_code_page_of_their_place_are_read(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"XXXX.csv": b"a\n1\n"})
    path.write_bytes(path.read_bytes().replace(b"XXXX", "库存".encode("gbk")))
    assert [member.name for member in members(path, folder=tmp_path)] == ["库存.csv"]


def test_two_files_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {"2025/stock.csv": b"a\n1\n", "2026/stock.csv": b"a\n2\n"})
    assert [member.name for member in members(path, folder=tmp_path)] == ["2025/stock.csv", "2026/stock.csv"]


def test_a_file_is_its_own_only_member(write: Write) -> None:
    path = write("a,b\n1,2\n")
    assert [(member.name, member.path) for member in members(path)] == [("upload.csv", path)]


def test_an_archive_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        members(zipped(tmp_path / "a.zip", {"__MACOSX/x": b"x"}), folder=tmp_path)
    assert refused.value.problems[0].code == "empty_file"


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_file_is_refused_whatever_its_kind(tmp_path: Path, share: float) -> None:
    book, columns = xlsx(tmp_path / "a.xlsx"), tmp_path / "a.parquet"
    pl.DataFrame({"a": ["x"] * 100}).write_parquet(columns)
    for path in (book, columns):
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        assert problem_of(path).code == "truncated"
