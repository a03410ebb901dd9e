"""Whatever bytes come in, an outcome comes out; and what was written is what is read.

FUZZ_SECONDS is how long all of it may take (default 30; tests/soak gives it ten minutes), FUZZ_SEED where the
examples begin.
"""

from __future__ import annotations

import csv
import io
import itertools
import os
import random
import time
import zipfile
from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from queries.lake.problems import ROW, SENTENCES, Problem
from queries.lake.reading import text
from queries.lake.reading.files import Limits
from queries.lake.reading.grid import Unreadable
from queries.lake.reading.parse import sheets_of
from queries.lake.reading.read import outline, read
from queries.lake.words import normals
from tests.queries.lake.old_workbook import write_xls

SECONDS = float(os.environ.get("FUZZ_SECONDS", "30"))
FIRST_SEED = int(os.environ.get("FUZZ_SEED", "0"))
LIMITS = Limits(seconds=10, memory_bytes=1 << 30)
EXAMPLES = 20

Value = TypeVar("Value")

ODD = [
    *("00123", "1E5", "1.23E+11", "-5", "5-", "1,5", "1.000,00", "2026-10-31", "MAR1", "NaN", "#N/A", "=A1"),
    *(
        '"',
        '""',
        'a"b',
        '"a',
        "'",
        "a\nb",
        "|",
        ";",
        "--",
        "---",
        "苏州仓库",
        "料号",
        "ñandú",
        "（一）",
        "０１",
    ),
    *("x" * 300, " x ", "\u3000x", "a\u200bb", "NULL", "null", "None", "TRUE", "\\N", "\\", "<b>", '="01"'),
]
SIGNS = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Cn", "Co"])
CELLS = st.one_of(st.sampled_from(ODD), st.text(SIGNS, max_size=12), st.text("0123456789.,-+E ", max_size=12))
HEADS = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyz料号数量仓库", min_size=2, max_size=8),
    min_size=2,
    max_size=6,
    unique=True,
)


def tables(cells: st.SearchStrategy[Value]) -> st.SearchStrategy[tuple[list[str], list[list[Value]]]]:
    """Headers, and rows of as many cells below them."""
    return HEADS.flatmap(
        lambda heads: st.tuples(
            st.just(heads),
            st.lists(st.lists(cells, min_size=len(heads), max_size=len(heads)), min_size=1, max_size=8),
        )
    )


def fuzz(share: float, strategy: st.SearchStrategy[Value], check: Callable[[Value], None]) -> None:
    """Check one example after the other for this share of the time, the same ones each time it is run."""
    end = time.monotonic() + SECONDS * share
    for number in itertools.count(FIRST_SEED):
        again = settings(
            max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
        )
        seed(number)(again(given(value=strategy)(lambda value: check(value))))()
        if time.monotonic() > end:
            return


def outcome(path: Path) -> list[list[str | None]] | None:
    """The rows read, or None where the file is refused in words; whatever else happens is a failure."""
    rows: list[list[str | None]] | None = None
    problems: Sequence[Problem] = ()
    try:
        for sheet in outline(path, limits=LIMITS).filled:
            grid = read(path, sheet.name, limits=LIMITS)
            assert grid.frame.columns == [ROW, *sheet.headers]
            assert grid.frame.dtypes == [pl.Int64, *[pl.String] * len(sheet.headers)]
            assert grid.frame.height == sheet.rows > 0
            assert grid.frame[ROW].is_sorted()
            rows = rows if rows is not None else [list(row[1:]) for row in grid.frame.iter_rows()]
    except Unreadable as error:
        problems = error.problems
    assert all(problem.code in SENTENCES and problem.problem and problem.remedy for problem in problems)
    assert "reader_died" not in {problem.code for problem in problems}
    assert "too_slow" not in {problem.code for problem in problems} or path.suffix == ".xls", (
        "only xls may loop"
    )
    return rows


MAGIC = [
    b"PK\x03\x04",
    b"PAR1",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"<?xml ",
]
PIECES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [*MAGIC, b"a,b\n", b"1,2\r\n", b'"', b"\r", b"\n\n", b"\t", b"|---|---|\n", b"| a | b |\n", b"\0"]
    ),
    CELLS.map(lambda cell: cell.encode("gb18030")),
    CELLS.map(lambda cell: cell.encode("utf-16-le")),
    CELLS.map(str.encode),
)


def test_any_bytes_end_in_rows_or_in_words(tmp_path: Path) -> None:
    path = tmp_path / "upload"

    def check(content: bytes) -> None:
        path.unlink(missing_ok=True)
        path.write_bytes(content)
        outcome(path)

    fuzz(0.2, st.lists(PIECES, max_size=12).map(b"".join), check)


def sound_files(folder: Path) -> dict[str, Path]:
    """One file of each kind, all with the same table."""
    heads, rows = (
        ["料号", "qty", "day"],
        [[f"I{number:04}", number, f"2026-10-{number % 28 + 1:02}"] for number in range(60)],
    )
    plain = io.StringIO()
    csv.writer(plain).writerows([heads, *rows])
    files = {
        name: folder / name for name in ("a.csv", "b.csv", "c.csv", "a.xlsx", "a.xls", "a.parquet", "a.zip")
    }
    for name, encoding in (("a.csv", "utf-8"), ("b.csv", "gb18030"), ("c.csv", "utf-16")):
        files[name].write_bytes(plain.getvalue().encode(encoding))
    with xlsxwriter.Workbook(files["a.xlsx"]) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([heads, *rows]):
            sheet.write_row(number, 0, row)
    write_xls(files["a.xls"], {"s": [heads, *rows]})  # type: ignore[list-item]
    pl.DataFrame([[str(cell) for cell in row] for row in rows], schema=heads, orient="row").write_parquet(
        files["a.parquet"]
    )
    with zipfile.ZipFile(files["a.zip"], "w") as archive:
        archive.write(files["a.csv"], "a.csv")
    return files


def damaged(content: bytes, source: random.Random) -> bytes:
    """The content with a few bytes changed, taken out, doubled, or cut off."""
    changed = bytearray(content)
    for _ in range(source.choice([1, 1, 2, 8])):
        place, length = source.randrange(len(changed) + 1), source.choice([1, 1, 4, 64])
        way = source.randrange(4)
        if way == 0:
            changed[place : place + length] = source.randbytes(length)
        elif way == 1:
            del changed[place : place + length]
        elif way == 2:
            changed[place:place] = changed[place : place + length]
        elif place > 4:
            del changed[place:]
    return bytes(changed)


def test_damaged_files_end_in_rows_or_in_words_and_a_workbook_in_its_own_rows(tmp_path: Path) -> None:
    files = {name: path.read_bytes() for name, path in sound_files(tmp_path).items()}
    true = outcome(tmp_path / "a.xlsx")
    assert true

    def check(value: tuple[str, int]) -> None:
        name, number = value
        path = tmp_path / f"damaged-{name}"
        path.unlink(missing_ok=True)
        path.write_bytes(damaged(files[name], random.Random(number)))
        rows = outcome(path)
        if name == "a.xlsx" and rows is not None:
            assert rows == true

    fuzz(0.35, st.tuples(st.sampled_from(sorted(files)), st.integers(0, 1 << 30)), check)


WAYS = st.fixed_dictionaries(
    {
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "gb18030", "cp1252"]),
        "delimiter": st.sampled_from(text.DELIMITERS),
        "end": st.sampled_from(["\n", "\r\n", "\r"]),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
        "is_quick": st.booleans(),
    }
)


def expected_text(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[list[str | None]]:
    """What is to be read: blank rows, rules and headers between the rows are none; ="01" is 01."""
    found = []
    for row in rows:
        is_rule = len("".join(row)) >= 3 and set("".join(row)) <= set("-=_+|* .\t") and any(
            mark * 3 in "|".join(row) for mark in "-=_"
        )  # fmt: skip
        is_header = [" ".join(cell.split()) for cell in row] == list(heads)
        if any(map(str.strip, row)) and not is_rule and not is_header:
            found.append(["01" if cell == '="01"' else cell or None for cell in row])
    return found


def test_what_is_written_as_text_is_read_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, folder = tmp_path / "upload.csv", tmp_path / "read"
    folder.mkdir()

    def check(value: tuple[tuple[list[str], list[list[str]]], dict[str, Any]]) -> None:
        (heads, rows), way = value
        plain = io.StringIO()
        quoting = csv.QUOTE_ALL if way["end"] == "\r" else way["quoting"]
        csv.writer(plain, delimiter=way["delimiter"], lineterminator=way["end"], quoting=quoting).writerows(
            [heads, *rows]
        )
        content = plain.getvalue().encode(way["encoding"], "ignore")
        if way["encoding"] in ("gb18030", "cp1252") and not content.isascii() and _is_utf8(content):
            return  # bytes that are good UTF-8 are nothing else
        path.write_bytes(content)
        if way["encoding"] == "cp1252" and not all(head.isascii() for head in heads):
            return
        if way["encoding"] == "cp1252":
            heads, rows = (
                [_in_cp1252(cell) for cell in heads],
                [[_in_cp1252(cell) for cell in row] for row in rows],
            )
        monkeypatch.setattr(text, "QUICK_BYTES", 0 if way["is_quick"] else 1 << 30)
        wanted = expected_text(heads, rows)
        problems: Sequence[Problem] = ()
        try:
            (sheet,), _ = sheets_of(path, "text", folder, normals(heads), 1)
        except Unreadable as error:
            problems = error.problems
        if problems:
            assert way["encoding"] in ("gb18030", "cp1252", "utf-16-be")
            assert {problem.code for problem in problems} <= {
                "unknown_encoding",
                "mixed_encoding",
                "nul_bytes",
            }
            return
        assert sheet.rows == len(wanted)
        if wanted:
            frame = sheet.grid(folder).frame
            assert frame.columns[1:] == heads
            assert [list(row[1:]) for row in frame.iter_rows()] == wanted

    fuzz(0.25, st.tuples(tables(CELLS), WAYS), check)


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _in_cp1252(cell: str) -> str:
    return cell.encode("cp1252", "ignore").decode("cp1252")


NUMBERS = st.one_of(
    st.integers(-(10**17), 10**17),
    st.integers(-1000, 1000),
    st.floats(-1e12, 1e12, allow_nan=False),
    st.decimals(-(10**7), 10**7, places=4).map(float),
)


def expected_cell(cell: str | float | None) -> str | None:
    """A text as it is; a number with its fifteen digits, or as 1.23E+11 where digits are lost."""
    if isinstance(cell, str) or cell is None:
        return "01" if cell == '="01"' else cell or None
    number = Context(prec=15).create_decimal(Decimal(repr(float(cell)))).normalize()
    whole = number.adjusted() + 1
    if abs(number) < Decimal("1e-9"):
        return "0"
    if whole > 15 or (whole > 11 and len(number.as_tuple().digits) <= 6):
        return f"{number.scaleb(-number.adjusted()).normalize():f}E+{number.adjusted():02}"
    return f"{number:f}"


def close(read: str | None, wanted: str | None) -> bool:
    """Equal, but for the tenth decimal and the fifteenth digit: files hold numbers rounded already."""
    if read == wanted or read is None or wanted is None or ("E+" in read) != ("E+" in wanted):
        return read == wanted
    try:
        difference = abs(Decimal(read) - Decimal(wanted))
        return difference <= max(Decimal("5.1e-10"), abs(Decimal(wanted)) * Decimal("1.1e-14"))
    except ArithmeticError:
        return False


def test_what_is_written_into_a_workbook_is_read_as_it_was(tmp_path: Path) -> None:
    texts = CELLS.filter(lambda cell: "\r" not in cell)

    def check(value: tuple[list[str], list[list[Any]]]) -> None:
        heads, rows = value
        path = tmp_path / "upload.xlsx"
        with xlsxwriter.Workbook(path) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([heads, *rows]):
                for column, cell in enumerate(row):
                    (sheet.write_string if isinstance(cell, str) else sheet.write_number)(
                        number, column, cell
                    )
        old = write_xls(
            tmp_path / "upload.xls", {"s": [heads, *([_as_old(cell) for cell in row] for row in rows)]}
        )
        wanted = [
            list(map(expected_cell, row))
            for row in rows
            if any(not isinstance(c, str) or c.strip() for c in row)
        ]
        wanted = [row for row, same in zip(wanted, wanted, strict=True) if same != list(heads)]
        for file, kind in ((path, "xlsx"), (old, "xls")):
            (found,), _ = sheets_of(file, kind, tmp_path, normals(heads), 1)  # type: ignore[arg-type]
            assert found.rows == len(wanted)
            if wanted:
                frame = found.grid(tmp_path).frame
                for got, row in zip(frame.iter_rows(), wanted, strict=True):
                    assert all(map(close, got[1:], row)), (kind, got, row)

    fuzz(0.2, tables(st.one_of(texts, NUMBERS)), check)


def _as_old(cell: str | float) -> str | float:
    return cell if isinstance(cell, str) else float(cell)
