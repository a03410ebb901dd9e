"""Text files: encodings, delimiters, line ends, and what programs print around their rows."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from queries.lake.problems import ROW, Problem
from queries.lake.reading import text
from queries.lake.reading.grid import Grid, Unreadable
from queries.lake.reading.read import read
from queries.lake.words import normals
from tests.queries.lake.uploads import Write

KNOWN = normals(
    [
        "Material",
        "Plnt",
        "SLoc",
        "Unrestricted",
        "SKU",
        "qty",
        "Almacén",
        "Libre utilización",
        "料号",
        "数量",
        "仓库",
    ]
)


def refused(path: Path, known: frozenset[str] = frozenset()) -> list[Problem]:
    with pytest.raises(Unreadable) as error:
        read(path, known=known)
    assert {problem.outcome for problem in error.value.problems} == {"refused"}
    return list(error.value.problems)


def places(problems: Sequence[Problem]) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.row) for problem in problems]


def mended(grid: Grid) -> list[str]:
    return [note.code for note in grid.notes if note.outcome == "mended"]


def cells(grid: Grid) -> dict[str, list[object]]:
    return grid.frame.to_dict(as_series=False)


@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_an_encoding_that_is_sure_is_read_and_said(write: Write, encoding: str) -> None:
    grid = read(write("料号,数量,仓库\n轴承Ａ,5,苏州一号\n螺栓,6,上海\n".encode(encoding)))
    assert cells(grid) == {
        ROW: [2, 3],
        "料号": ["轴承Ａ", "螺栓"],
        "数量": ["5", "6"],
        "仓库": ["苏州一号", "上海"],
    }
    assert mended(grid) == ["read_encoding"]


@pytest.mark.parametrize("row", ["1;ñandú;5", "1;TUBO Ø 3/4°;5", "1;Ação não;5"])
def test_western_text_is_read_as_such_and_never_as_chinese(write: Write, row: str) -> None:
    grid = read(write(f"Código;Descripción;Almacén\n{row}\n".encode("latin-1")))
    assert grid.frame.row(0) == (2, *row.split(";"))
    assert mended(grid) == ["read_encoding", "read_delimiter"]


@pytest.mark.parametrize(
    "content",
    [
        "a,b\n1,\xff\xff\n".encode("latin-1"),
        "品號,庫存數量,倉庫\nA1,5,臺北總倉庫\n".encode("big5"),
        "SKU,DESCRIÇÃO\n1,2\n".encode("latin-1"),
        "コード,数量,倉庫\nアイウ,5,エオカ\n".encode("shift-jis"),
    ],
)
def test_an_encoding_that_is_not_sure_is_refused(write: Write, content: bytes) -> None:
    assert places(refused(write(content))) == [("unknown_encoding", None)]


def test_a_known_word_makes_an_encoding_sure(write: Write) -> None:
    content = "SKU,DESCRIÇÃO\n1,2\n".encode("latin-1")
    assert read(write(content), known=normals(["Descrição"])).frame.columns == [ROW, "SKU", "DESCRIÇÃO"]


@pytest.mark.parametrize(
    ("content", "row", "offset"),
    [
        ("料号,仓库\n苏州,1\n".encode() + "上海库,2\n".encode("gbk"), 3, 23),
        ("料号库存,仓库名称\n苏州仓库,1\n".encode("gbk") + "上海库,2\n".encode(), 3, 29),
        ("Código,Almacén\nEspaña,1\n€,2\n".encode() + "año,2\n".encode("latin-1"), 4, 34),
        ("料号,仓库\n苏州,1\n".encode("utf-16") + b"\x00\xd8\x00", 3, 24),
    ],
)
def test_a_text_that_changes_its_encoding_is_refused_with_the_byte(
    write: Write, content: bytes, row: int, offset: int
) -> None:
    problems = refused(write(content))
    assert places(problems) == [("mixed_encoding", row)]
    assert problems[0].facts == {"offset": offset}


def test_nul_bytes_are_refused_with_their_line(write: Write) -> None:
    assert places(refused(write(b"sku,qty\na,1\na\0b,2\n"))) == [("nul_bytes", 3)]


def test_a_cell_of_nothing_but_line_ends_between_quotes_is_a_cell(write: Write) -> None:
    grid = read(write('a,b\n"x\r\ny\n\nz",1\n'))
    assert grid.frame["a"].to_list() == ["x\r\ny\n\nz"]


@pytest.mark.parametrize(("end", "said"), [("\r", ["read_line_ends"]), ("\r\n", []), ("\n", [])])
def test_lines_may_end_with_cr_alone(write: Write, end: str, said: list[str]) -> None:
    grid = read(write("a,b\n1,2\n\n3,4\n".replace("\n", end)))
    assert cells(grid) == {ROW: [2, 4], "a": ["1", "3"], "b": ["2", "4"]}
    assert mended(grid) == said


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found_though_cells_hold_commas(write: Write, delimiter: str) -> None:
    rows = 'sku,qty,name\nA,"1,5","x, y"\nB,"2,5","z, 1"\n'
    plain = delimiter.join(["sku", "qty", "name"]) + "\n"
    plain += delimiter.join(["A", "1,5", "x, y"]) + "\n" + delimiter.join(["B", "2,5", "z, 1"]) + "\n"
    assert cells(read(write(plain))) == cells(read(write(rows)))


def test_quotation_marks_inside_a_cell_are_part_of_it(write: Write) -> None:
    grid = read(write('sku,name,qty\nA,3/4" pipe,1\nB,"a ""b"" c",2\nC,"",3\n'))
    assert grid.frame["name"].to_list() == ['3/4" pipe', 'a "b" c', None]


@pytest.mark.parametrize(
    "content", ['a,b\n1,2\n3,"4\n', 'a,b\n1,2\n3,"4\n5,6\n7,8\n', 'a,b\n1,2\n3,"4"x\n5,6\n']
)
def test_an_open_quotation_mark_is_refused_with_its_row(write: Write, content: str) -> None:
    assert places(refused(write(content))) == [("unclosed_quote", 3)]


def test_every_ragged_row_is_named_with_what_it_has(write: Write) -> None:
    problems = refused(write("a,b,c\n1,2,3\n1,2\n\n1,2,3,4\n1,2,3,,\n"))
    assert places(problems) == [("ragged_row", 3), ("ragged_row", 5)]
    assert [problem.facts for problem in problems] == [{"wanted": 3, "found": 2}, {"wanted": 3, "found": 4}]


def test_of_many_ragged_rows_a_hundred_are_named_and_the_rest_counted(write: Write) -> None:
    problems = refused(write("a,b\n" + "1\n" * 250))
    assert len(problems) == 101
    assert (problems[-1].code, problems[-1].facts["count"]) == ("more_rows", 150)


@pytest.mark.parametrize(
    "content", ["sku,qty\n", "sku,qty", "\n\n\n", " , \n,\n", "\ufeff", "sku,qty\n,\n  ,\n"]
)
def test_a_file_without_rows_is_refused_and_never_means_no_stock(write: Write, content: str) -> None:
    assert [problem.code for problem in refused(write(content))] == ["empty_file"]


def test_a_header_below_titles_is_found_by_its_words_and_said(write: Write) -> None:
    grid = read(write("库存表,,\n制单日期:2026-10-31,,\n\n料号,数量,仓库\nA,5,W1\n"), known=KNOWN)
    assert cells(grid) == {ROW: [5], "料号": ["A"], "数量": ["5"], "仓库": ["W1"]}
    assert grid.titles == ("库存表", "制单日期:2026-10-31")
    assert grid.header_row == 4
    assert [(note.code, note.row, note.outcome) for note in grid.notes] == [("header_below", 4, "noted")]


def test_a_header_of_unknown_words_is_the_first_row_that_looks_like_one(write: Write) -> None:
    grid = read(write("report 7,,\n31.10.2026,12:00,\nalpha,beta,gamma\nA,5,W1\n"))
    assert (grid.header_row, grid.frame.columns) == (3, [ROW, "alpha", "beta", "gamma"])


def test_the_row_of_the_header_can_be_named(write: Write) -> None:
    path = write("SKU,qty,Material\nx,y,z\nA,5,W1\n")
    assert read(path, known=KNOWN).header_row == 1
    named = read(path, known=KNOWN, header_row=2)
    assert (named.header_row, named.frame.columns, named.titles) == (
        2,
        [ROW, "x", "y", "z"],
        ("SKU", "qty", "Material"),
    )


def test_a_printed_list_with_frames_rules_and_page_titles_gives_its_rows(write: Write) -> None:
    page = (
        "Stock list                     Page {n}\n\n"
        "-----------------------------------------\n"
        "|Material |Plnt|SLoc|   Unrestricted|\n"
        "|---------|----|----|---------------|\n"
    )
    path = write(
        page.format(n=1)
        + '|000012   |1000|0001|      1.000,500|\n|3/4"     |1000|0001|          12,000-|\n'
        + "-----------------------------------------\n"
        + page.format(n=2)
        + "|000013   |1000|    |          7,000|\n-----------------------------------------\n"
    )
    grid = read(path, known=KNOWN)
    assert cells(grid) == {
        ROW: [6, 7, 14],
        "Material": ["000012", '3/4"', "000013"],
        "Plnt": ["1000", "1000", "1000"],
        "SLoc": ["0001", "0001", None],
        "Unrestricted": ["1.000,500", "12,000-", "7,000"],
    }
    assert grid.titles == ("Stock list                     Page 1",)
    assert [(note.code, note.outcome) for note in grid.notes] == [
        ("header_below", "noted"),
        ("read_delimiter", "mended"),
        ("left_out_lines", "noted"),
        ("repeated_header", "mended"),
    ]


def test_an_unconverted_list_has_a_blank_first_line_and_column(write: Write) -> None:
    grid = read(
        write(b"\r\n\tMaterial\tPlnt\tSLoc\tUnrestricted\r\n\r\n\t000000010\t1000\t0001\t5-\r\n"), known=KNOWN
    )
    assert cells(grid) == {
        ROW: [4],
        "Material": ["000000010"],
        "Plnt": ["1000"],
        "SLoc": ["0001"],
        "Unrestricted": ["5-"],
    }


def test_a_header_of_two_rows_is_joined_over_its_blank_cells(write: Write) -> None:
    grid = read(write("仓库,料号,期初,,期末,\n,,数量,金额,数量,金额\nA,1,2,3,4,5\n"))
    assert grid.frame.columns == [ROW, "仓库", "料号", "期初-数量", "期初-金额", "期末-数量", "期末-金额"]
    assert grid.frame[ROW].to_list() == [3]


def test_a_row_below_a_header_with_an_unnamed_column_is_data(write: Write) -> None:
    grid = read(write("sku,qty,\nA,x,x\n"))
    assert cells(grid) == {ROW: [2], "sku": ["A"], "qty": ["x"], "(3)": ["x"]}


def test_text_kept_from_excel_as_a_formula_is_unwrapped(write: Write) -> None:
    grid = read(write('sku,qty\n="00123",5\n"=""0""""9""",6\n=A1,7\n'))
    assert grid.frame["sku"].to_list() == ["00123", '0"9', "=A1"]
    assert [(note.code, note.facts) for note in grid.notes] == [("unwrapped", {"count": 2})]


def test_words_of_a_header_are_trimmed_and_keep_no_invisible_marks(write: Write) -> None:
    grid = read(write(" Qtd.  UM registro,\u200bSKU\ufeff,\u3000仓库\u3000\n1,2,3\n"))
    assert grid.frame.columns == [ROW, "Qtd. UM registro", "SKU", "仓库"]


def random_rows(count: int) -> list[list[str]]:
    source = random.Random(5)
    words = ["A", "00123", "1E5", 'x "y"', "a,b", "line\nbreak", "", "苏州", "'", "5-"]
    return [[f"I{number}", *(source.choice(words) for _ in range(3))] for number in range(count)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_quick_way_and_the_careful_way_read_the_same(
    write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, delimiter: str, end: str
) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"' if any(c in cell for c in f'"\n{delimiter}') else cell

    rows = random_rows(300)
    head = delimiter.join(["sku", "b", "c", "d"]) + end
    content = head + "".join(delimiter.join(map(quoted, row)) + end for row in rows)
    path = write(content.encode())
    got = []
    for least in (0, 1 << 30):
        monkeypatch.setattr(text, "QUICK_BYTES", least)
        folder = tmp_path / str(least)
        folder.mkdir()
        got.append(text.read_text(path, folder, frozenset(), None, lambda share: None).grid(folder).frame)
    assert got[0].equals(got[1])
    assert [list(row[1:]) for row in got[0].iter_rows()] == [[cell or None for cell in row] for row in rows]


def test_progress_is_told_while_a_long_text_is_read(write: Write) -> None:
    shares: list[float] = []
    path = write("a,b\n\n" + "1,2\n" * 200_000)
    assert read(path, told=shares.append).frame.height == 200_000
    assert shares == sorted(shares)
    assert len(shares) >= 3
    assert 0 <= shares[0] <= shares[-1] <= 1
