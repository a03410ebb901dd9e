"""Files are read as they stand: text, with the rows a person sees."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from queries.lake.problems import ROW
from queries.lake.reading.grid import Unreadable
from queries.lake.reading.read import read
from tests.queries.lake.uploads import Write

CHINESE = "料号,数量,仓库\n00123,5,苏州\n1E5,６,上海\n"


def codes(path: Path) -> list[tuple[str, int | None]]:
    with pytest.raises(Unreadable) as refused:
        read(path)
    return [(problem.code, problem.row) for problem in refused.value.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_encoding_line_end_and_delimiter_gives_the_same_text(
    write: Write, encoding: str, end: str, delimiter: str
) -> None:
    text = CHINESE.replace(",", delimiter).replace("\n", end)
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    frame = read(write((mark + text).encode(encoding))).frame
    assert frame.to_dict(as_series=False) == {
        ROW: [2, 3],
        "料号": ["00123", "1E5"],
        "数量": ["5", "６"],
        "仓库": ["苏州", "上海"],
    }


def test_nothing_is_taken_for_a_number_a_date_or_a_truth_value(write: Write) -> None:
    cells = ["007", "1E5", "2026-01-01", "true", "NaN", "1.10"]
    frame = read(write("a,b,c,d,e,f\n" + ",".join(cells) + "\n")).frame
    assert frame.dtypes[1:] == [pl.String] * 6
    assert list(frame.row(0)[1:]) == cells


def test_rows_are_counted_as_a_person_sees_them(write: Write) -> None:
    frame = read(write('a,b\n\n1,"two\nlines"\n\n,\n3,4\n\n')).frame
    assert frame.to_dict(as_series=False) == {ROW: [3, 6], "a": ["1", "3"], "b": ["two\nlines", "4"]}


def test_mixed_line_ends_are_mended(write: Write) -> None:
    assert read(write(b"a,b\r\n1,2\n3,4\r\n")).frame["b"].to_list() == ["2", "4"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", [("empty_file", None)]),
        (b"a,b\n", [("empty_file", None)]),
        (b"a,b", [("empty_file", None)]),
        (b"a,b\n,\n", [("empty_file", None)]),
        (b"a,b\n1,2\n3\n", [("ragged_row", 3)]),
        (b"a,b\n1,2\n3,4,5\n", [("ragged_row", 3)]),
        (b'a,b\n1,"2\n', [("unclosed_quote", 2)]),
        (b"a,b\n1,\x002\n", [("nul_bytes", 2)]),
        (b"a,b\n1,\xff\xff\n", [("unknown_encoding", None)]),
        (b"PK\x03\x04 not a workbook", [("truncated", None)]),
        (b"PAR1 not a table", [("truncated", None)]),
        (b"\xd0\xcf\x11\xe0 an old workbook", [("unknown_format", None)]),
    ],
)
def test_what_is_no_table_is_refused(
    write: Write, content: bytes, expected: list[tuple[str, int | None]]
) -> None:
    assert codes(write(content)) == expected


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert codes(tmp_path / "nowhere.csv") == [("missing_file", None)]


def workbook(path: Path, *sheets: str, hidden: str = "") -> Path:
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name in sheets:
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["物料编码", "数量", "单价", "日期", "混合"])
            sheet.write_row(1, 0, ["00123", 5, 0.1 + 0.2])
            sheet.write_datetime(1, 3, datetime(2026, 10, 31), day)
            sheet.write_string(1, 4, "1E5")
            sheet.write_row(3, 0, ["X", 12345678901234, 1e-7])
            sheet.write_number(3, 4, 17)
        if hidden:
            sheet = book.add_worksheet(hidden)
            sheet.write(0, 0, "secret")
            sheet.hide()
    return path


def test_a_workbook_keeps_codes_whole_numbers_and_dates(tmp_path: Path) -> None:
    frame = read(workbook(tmp_path / "a.xlsx", "库存", hidden="notes")).frame
    assert frame.to_dict(as_series=False) == {
        ROW: [2, 4],
        "物料编码": ["00123", "X"],
        "数量": ["5", "12345678901234"],
        "单价": ["0.3", "0.0000001"],
        "日期": ["2026-10-31 00:00:00", None],
        "混合": ["1E5", "17"],
    }


def test_of_several_sheets_none_is_taken_silently(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", "one", "two")
    assert codes(path) == [("several_sheets", None)]
    assert read(path, "two").frame.height == 2
    with pytest.raises(Unreadable) as refused:
        read(path, "three")
    assert "one, two" in refused.value.problems[0].problem


def test_parquet_comes_as_text_with_the_digits_it_has(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame(
        {
            "day": [date(2026, 1, 2), None],
            "at": [datetime(2026, 1, 2, 3), None],
            "float": [0.1 + 0.2, 1e-7],
            "a.b c": [7, None],
            "flag": [True, False],
        }
    ).write_parquet(path)
    assert read(path).frame.to_dict(as_series=False) == {
        ROW: [1, 2],
        "day": ["2026-01-02", None],
        "at": ["2026-01-02 03:00:00", None],
        "float": ["0.3", "1e-07"],
        "a.b c": ["7", None],
        "flag": ["true", "false"],
    }


def test_a_nested_column_is_at_fault_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"plain": [1], "list": [[1]], "struct": [{"x": 1}]}).write_parquet(path)
    grid = read(path)
    assert grid.frame.to_dict(as_series=False) == {ROW: [1], "plain": ["1"], "list": [None], "struct": [None]}
    assert [(fault.code, fault.column) for fault in grid.faults] == [
        ("nested_type", "list"),
        ("nested_type", "struct"),
    ]
    assert grid.faults_of(["plain"]) == []


def test_a_header_that_stands_there_twice_keeps_the_file_out_only_if_it_is_read(write: Write) -> None:
    grid = read(write("Voucher #,qty,Voucher #\nSTE-1,5,A\nSTE-2,6,B\n"))
    assert grid.frame.columns == [ROW, "Voucher #", "qty", "Voucher # (2)"]
    assert grid.faults_of(["qty"]) == []
    assert [(fault.code, fault.row, fault.column, fault.facts["samples"]) for fault in grid.faults] == [
        ("duplicate_header", 1, "Voucher #", "STE-1, STE-2; A, B"),
        ("duplicate_header", 1, "Voucher # (2)", "STE-1, STE-2; A, B"),
    ]
    assert grid.faults_of(grid.frame.columns) == list(grid.faults)
    assert grid.faults_of(grid.frame.columns, ["qty"]) == list(grid.faults)
    assert grid.faults_of(grid.frame.columns, ["Voucher # (2)"]) == []
