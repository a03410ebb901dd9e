"""Workbooks: the digits Excel shows, both ways to count days, and what its cells hide."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from queries.lake.problems import ROW
from queries.lake.reading.grid import Grid, Unreadable
from queries.lake.reading.read import outline, read
from queries.lake.words import normals
from tests.queries.lake.old_workbook import Day, write_xls

KNOWN = normals(["仓库编码", "存货编码", "存货名称", "数量", "item_id", "qty", "warehouse_id"])


def made(path: Path, rows: list[list[Any]], **options: Any) -> Path:
    """A workbook of one sheet; dates are written as such, texts never as numbers or formulas."""
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("库存")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif isinstance(cell, datetime):
                    sheet.write_datetime(row, column, cell, day)
                elif cell is not None:
                    sheet.write(row, column, cell)
    return path


def column(grid: Grid, name: str) -> list[str | None]:
    return grid.frame[name].to_list()


def faults(grid: Grid) -> list[tuple[str, int | None, str]]:
    return [(fault.code, fault.row, fault.column) for fault in grid.faults]


def shown(tmp_path: Path, *numbers: float) -> list[str | None]:
    """The numbers as they are read: from Excel, from openpyxl and from an old workbook alike."""
    rows: list[list[Any]] = [
        ["name", "qty", "mixed"],
        *([f"I{n}", each, each] for n, each in enumerate(numbers)),
    ]
    rows.append(["end", None, "text"])
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "b.xlsx")
    paths = (made(tmp_path / "a.xlsx", rows), tmp_path / "b.xlsx", write_xls(tmp_path / "c.xls", {"s": rows}))
    columns = [column(read(path), name)[:-1] for path in paths for name in ("qty", "mixed")]
    assert all(each == columns[0] for each in columns), columns
    return columns[0]


def test_numbers_have_the_digits_excel_shows_and_no_noise(tmp_path: Path) -> None:
    numbers = [123.0, -5.0, 0.1 + 0.2, 1.1 * 3, 12345678901.1, 1e-7, 98765.4321, 1234567.891, 6901234567890.0]
    assert shown(tmp_path, *numbers) == [
        "123", "-5", "0.3", "3.3", "12345678901.1", "0.0000001", "98765.4321", "1234567.891", "6901234567890",
    ]  # fmt: skip


def test_a_number_that_lost_digits_keeps_the_form_that_says_so(tmp_path: Path) -> None:
    assert shown(tmp_path, 1.23e11, 1.23457e11, 1.2345678901234567e17, 123456789012.0) == [
        "1.23E+11",
        "1.23457E+11",
        "1.23456789012346E+17",
        "123456789012",
    ]


def test_what_computing_adds_to_zero_is_zero_and_said(tmp_path: Path) -> None:
    grid = read(made(tmp_path / "a.xlsx", [["sku", "qty"], ["A", 100.1 - 100 - 0.1], ["B", 1]]))
    assert column(grid, "qty") == ["0", "1"]
    assert [(note.code, note.facts, note.outcome) for note in grid.notes] == [
        ("float_noise", {"count": 1}, "mended")
    ]


def test_codes_that_are_text_stay_as_they_are(tmp_path: Path) -> None:
    codes = [
        "00123",
        "1E5",
        "000000000000010004711",
        "123456789012345678",
        "1.10",
        "TRUE",
        "=A1",
        "#N/A?",
        " x ",
    ]
    path = made(tmp_path / "a.xlsx", [["sku", "qty"], *([code, 1] for code in codes)])
    assert column(read(path), "sku") == codes
    path = write_xls(tmp_path / "a.xls", {"s": [["sku", "qty"], *([code, 1.0] for code in codes)]})
    assert column(read(path), "sku") == codes


@pytest.mark.parametrize(("is_1904", "start"), [(False, "1900-01-01"), (True, "1904-01-01")])
def test_dates_of_both_systems_are_the_same_days(tmp_path: Path, is_1904: bool, start: str) -> None:
    day = datetime(2026, 10, 31)
    path = made(
        tmp_path / "a.xlsx", [["sku", "day"], ["A", day], ["B", datetime(1904, 1, 2)]], date_1904=is_1904
    )
    old = [["sku", "day"], ["A", Day(46326 - 1462 * is_1904)], ["B", Day(1463 - 1462 * is_1904)]]
    for grid in (read(path), read(write_xls(tmp_path / "a.xls", {"s": old}, is_1904=is_1904))):
        assert column(grid, "day") == ["2026-10-31 00:00:00", "1904-01-02 00:00:00"]
        assert grid.is_1904 is is_1904
        assert [(n.code, n.facts, n.outcome) for n in grid.notes] == [
            ("excel_dates", {"start": start}, "mended")
        ]


def test_the_day_before_the_first_stays_what_excel_shows(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["sku", "day", "at"])
        sheet.write_string(1, 0, "A")
        sheet.write_number(1, 1, 0, book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_number(1, 2, 0.75, book.add_format({"num_format": "h:mm"}))
    grid = read(tmp_path / "a.xlsx")
    assert (column(grid, "day"), column(grid, "at")) == (["1900-01-00"], ["18:00:00"])


@pytest.mark.parametrize("error", ["#DIV/0!", "#N/A", "#REF!"])
def test_an_error_is_never_an_empty_cell(tmp_path: Path, error: str) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(1, 1, ["sku", "qty"])
        sheet.write_row(2, 1, ["A", 5])
        sheet.write_string(3, 1, "B")
        sheet.write_formula(3, 2, "=1/0", None, error)
    old = write_xls(
        tmp_path / "a.xls", {"s": [[], [None, "sku", "qty"], [None, "A", 5.0], [None, "B", error]]}
    )
    for path in (tmp_path / "a.xlsx", old):
        grid = read(path)
        assert grid.frame[ROW].to_list() == [3, 4]
        assert column(grid, "qty") == ["5", error]


def test_a_formula_without_a_result_keeps_its_column_out(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["sku", "qty", "price"], ["A", "=1+1", 2], ["B", 3, 4], ["C", "=B3*2", 6]):
        book.active.append(row)  # type: ignore[union-attr]
    book.save(tmp_path / "a.xlsx")
    grid = read(tmp_path / "a.xlsx")
    assert faults(grid) == [("uncached_formula", 2, "qty"), ("uncached_formula", 4, "qty")]
    assert grid.faults_of(["sku", "price"]) == []
    assert "Excel" in grid.faults[0].remedy


def test_formulas_that_were_never_computed_are_no_zeros(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["sku", "qty"])
        for row in (1, 2):
            sheet.write_string(row, 0, "A")
            sheet.write_formula(row, 1, "=1+1")
    assert faults(read(tmp_path / "a.xlsx")) == [
        ("uncached_formula", 2, "qty"),
        ("uncached_formula", 3, "qty"),
    ]


def test_a_computed_formula_is_its_result(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["sku", "qty", "name"])
        for row, result in ((1, 0), (2, 7.5)):
            sheet.write_string(row, 0, "A")
            sheet.write_formula(row, 1, "=1+1", None, result)
        sheet.write_formula(2, 2, '="x"', None, "x")
    grid = read(tmp_path / "a.xlsx")
    assert (column(grid, "qty"), grid.faults[:1]) == (["0", "7.5"], ())


def test_merged_cells_are_named_with_their_rows(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 1, ["warehouse_id", "item_id", "qty"])
        sheet.merge_range("B2:B4", "W1")
        sheet.merge_range("B6:B7", "W2")
        sheet.merge_range("B8:C8", "total")
        for row in range(1, 8):
            sheet.write_row(row, 2 if row < 7 else 3, [f"I{row}", row] if row < 7 else [28])
    old = [
        [None, "warehouse_id", "item_id", "qty"],
        *([None, None, f"I{row}", float(row)] for row in range(1, 7)),
    ]
    for path in (
        tmp_path / "a.xlsx",
        write_xls(tmp_path / "a.xls", {"s": old}, merged=[(1, 3, 1, 1), (5, 6, 1, 1), (7, 7, 1, 2)]),
    ):
        assert read(path).is_merged == {"warehouse_id": ((2, 4), (6, 7))}


def test_a_header_of_merged_cells_is_joined_and_what_is_above_it_kept(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:H1", "收发存汇总表")
        sheet.write_row(1, 0, ["本位币:", "人民币"])
        sheet.merge_range("A3:A5", "仓库编码")
        sheet.merge_range("B3:B5", "存货编码")
        sheet.merge_range("C3:C5", "存货名称")
        sheet.merge_range("D3:G3", "本期收入")
        sheet.merge_range("D4:E4", "采购类")
        sheet.merge_range("F4:G4", "生产类")
        sheet.write_row(4, 3, ["数量", "金额", "数量", "金额"])
        sheet.merge_range("H3:H5", "备注")
        sheet.write_row(5, 0, ["W1", "A", "轴承", 1, 2, 3, 4, "x"])
    grid = read(tmp_path / "a.xlsx", known=KNOWN)
    assert grid.frame.columns == [
        ROW,
        *("仓库编码", "存货编码", "存货名称"),
        *("本期收入-采购类-数量", "本期收入-采购类-金额"),
        *("本期收入-生产类-数量", "本期收入-生产类-金额"),
        "备注",
    ]
    assert (grid.header_row, grid.frame[ROW].to_list()) == (3, [6])
    assert grid.titles == ("收发存汇总表", "本位币:", "人民币")
    assert grid.is_merged == {}


def test_a_group_row_above_the_words_that_are_known_belongs_to_the_header(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:F1", "report")
        sheet.merge_range("C2:D2", "期初")
        sheet.merge_range("E2:F2", "期末")
        sheet.write_row(2, 0, ["仓库编码", "存货编码", "数量", "金额", "数量", "金额"])
        sheet.write_row(3, 0, ["W1", "A", 1, 2, 3, 4])
    grid = read(tmp_path / "a.xlsx", known=KNOWN)
    assert grid.frame.columns == [
        ROW,
        "仓库编码",
        "存货编码",
        "期初-数量",
        "期初-金额",
        "期末-数量",
        "期末-金额",
    ]
    assert grid.titles == ("report",)


def test_a_blank_first_row_and_column_are_passed_over_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[], [None, "sku", "qty"], [], [None, "A", 5], [None, " ", None], [None, "B", 6]]
    for path in (made(tmp_path / "a.xlsx", rows), write_xls(tmp_path / "a.xls", {"s": rows})):
        assert read(path).frame.to_dict(as_series=False) == {
            ROW: [4, 6],
            "sku": ["A", "B"],
            "qty": ["5", "6"],
        }


def test_hidden_sheets_are_listed_and_read_only_if_named(tmp_path: Path) -> None:
    sheets = {"stock": [["sku", "qty"], ["A", 5.0]], "secret": [["sku", "qty"], ["B", 6.0]]}
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        sheet.very_hidden()
    for path in (tmp_path / "a.xlsx", write_xls(tmp_path / "a.xls", sheets, hidden=["secret"])):
        seen = outline(path)
        assert [(each.name, each.rows, each.is_hidden) for each in seen.sheets] == [
            ("stock", 1, False),
            ("secret", 0, True),
        ]
        assert [(note.code, note.facts, note.outcome) for note in seen.notes] == [
            ("hidden_sheets", {"sheets": "secret"}, "noted")
        ]
        assert column(read(path), "sku") == ["A"]
        assert column(read(path, "secret"), "sku") == ["B"]


def test_several_sheets_are_listed_with_rows_headers_titles_and_samples(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name, shift in (("one", 0), ("two", 2)):
            sheet = book.add_worksheet(name)
            sheet.write_row(shift, 0, ["item_id", "warehouse_id", "qty"])
            for row in range(3):
                sheet.write_row(shift + 1 + row, 0, [f"I{row}", "W1", row])
            if shift:
                sheet.write_string(0, 0, "stock of 2026-10-31")
        book.add_worksheet("blank")
    seen = outline(tmp_path / "a.xlsx", KNOWN)
    assert seen.kind == "xlsx"
    assert [(each.name, each.rows, each.header_row, each.titles) for each in seen.sheets] == [
        ("one", 3, 1, ()),
        ("two", 3, 3, ("stock of 2026-10-31",)),
        ("blank", 0, 0, ()),
    ]
    assert seen.filled == seen.sheets[:2]
    assert seen.sheets[1].headers == ("item_id", "warehouse_id", "qty")
    assert seen.sheets[1].samples == {
        "item_id": ("I0", "I1", "I2"),
        "warehouse_id": ("W1",),
        "qty": ("0", "1", "2"),
    }


def test_a_workbook_of_headers_only_is_refused(tmp_path: Path) -> None:
    for rows in ([], [["sku", "qty"]], [["sku", "qty"], ["  ", None]]):
        with pytest.raises(Unreadable) as refused:
            outline(made(tmp_path / "a.xlsx", rows))
        assert [problem.code for problem in refused.value.problems] == ["empty_file"]


def test_cells_of_another_program_are_found_whatever_it_calls_its_elements(tmp_path: Path) -> None:
    path = made(tmp_path / "a.xlsx", [["sku", "qty", "mixed"], ["A", 12345678901.1, 1], ["B", 5, "x"]])
    part = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    text = parts[part].decode()
    text = text.replace('<c r="C3"', '<c r="C3" t="e"><v>#N/A</v></c><c r="D3"')
    for tag in ("worksheet", "sheetData", "row", "c", "v", "f"):
        text = (
            text.replace(f"<{tag}>", f"<x:{tag}>")
            .replace(f"<{tag} ", f"<x:{tag} ")
            .replace(f"</{tag}>", f"</x:{tag}>")
        )
    parts[part] = text.replace("xmlns=", "xmlns:x=").encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    grid = read(path)
    assert (column(grid, "qty"), column(grid, "mixed")) == (["12345678901.1", "5"], ["1", "#N/A"])
