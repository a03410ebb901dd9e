"""Rows as files: every cell of its type, nothing that a spreadsheet would run, nothing lost unsaid."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import polars as pl
import pyarrow as pa
import pytest
from pyarrow import parquet

from queries import export
from queries.export import Plot, Sheet, as_csv, as_parquet, as_xlsx, harmless

ROWS = pl.DataFrame(
    {
        "code": ["00123", "=cmd|'/C calc'!A0", None],
        "qty": [Decimal("1.5000"), None, Decimal("-2.0000")],
        "share": [0.25, float("nan"), float("inf")],
        "day": [date(2026, 10, 31), date(1899, 12, 31), None],
        "at": [datetime(2026, 10, 31, 6, 30), None, None],
        "is_new": [True, False, None],
        "parts": [["a", "b"], None, []],
    }
)


def opened(content: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(sheet: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_a_workbook_keeps_types_and_is_ready_to_filter() -> None:
    sheet = opened(as_xlsx([Sheet("Rows", ROWS, {"qty": "#,##0.00"})])).active
    assert cells(sheet) == [
        ROWS.columns,
        ["00123", 1.5, 0.25, datetime(2026, 10, 31), datetime(2026, 10, 31, 6, 30), True, "['a', 'b']"],
        ["'=cmd|'/C calc'!A0", None, None, "1899-12-31", None, False, None],
        [None, -2, None, None, None, None, "[]"],
    ]
    assert [sheet.cell(2, at).data_type for at in range(1, 7)] == ["s", "n", "n", "d", "d", "b"]
    assert [sheet.cell(2, at).number_format for at in (2, 4, 5)] == [
        "#,##0.00",
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm",
    ]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:G4")


def test_a_csv_tells_spreadsheets_its_encoding_and_keeps_every_digit() -> None:
    rows = pl.DataFrame({"名称": ["苏州\n工厂"], "value": [Decimal("123456789012345678.12345678")]})
    assert as_csv(rows) == '\ufeff名称,value\r\n"苏州\n工厂",123456789012345678.12345678\r\n'.encode()


@pytest.mark.parametrize("start", export.FORMULA_STARTS)
def test_no_text_that_would_run_is_written_as_it_is(start: str) -> None:
    text = f"{start}1+1"
    assert harmless(text) == f"'{text}"
    frame = pl.DataFrame({text: [text]})
    assert as_csv(frame).decode("utf-8-sig").count(f"'{start}") == 2
    if start not in "\t\r\n\x00":
        assert cells(opened(as_xlsx([("rows", frame)])).active) == [[f"'{text}"], [f"'{text}"]]


def test_a_plain_number_in_a_text_is_no_formula() -> None:
    assert [harmless(text) for text in ("-5", "+1.5", "-", "-5kg")] == ["-5", "+1.5", "'-", "'-5kg"]


def test_what_does_not_fit_a_sheet_is_left_out_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert export.rows_that_fit(1) == export.rows_that_fit(3) == 1_048_575
    assert export.rows_that_fit(40) == 100_000
    monkeypatch.setattr(export, "MOST_CELLS", 4)
    sheet = opened(as_xlsx([Sheet("Rows", ROWS.select("code", "qty"))])).active
    assert [row[0] for row in cells(sheet)] == ["code", "00123", "'=cmd|'/C calc'!A0"]


def test_a_text_longer_than_a_cell_and_a_name_no_sheet_may_have_are_cut() -> None:
    book = opened(as_xlsx([("a/b:[c]*?\\" * 9, pl.DataFrame({"text": ["x" * 40_000]}))]))
    assert len(book.active["A2"].value) == export.LONGEST_CELL
    assert len(book.sheetnames[0]) <= 31


def test_a_workbook_of_no_rows_has_its_headers() -> None:
    assert cells(opened(as_xlsx([Sheet("Rows", ROWS.head(0))])).active) == [ROWS.columns]


def test_a_chart_stands_beside_the_cells_it_is_drawn_from() -> None:
    rows = pl.DataFrame({"name": ["a", "b", "c"], "value": [3, 2, 1]})
    (chart,) = opened(
        as_xlsx([Sheet("A", rows, plot=Plot("bar", "name", {"value": "#C8371F"}, 2))])
    ).active._charts
    assert chart.series[0].val.numRef.f == "A!$B$2:$B$3"


def test_parquet_keeps_exact_types_and_says_what_it_is() -> None:
    table = pa.table({"value": pa.array([Decimal("1.10")], pa.decimal128(38, 2)), "on": [date(2026, 1, 2)]})
    read = parquet.read_table(io.BytesIO(as_parquet(table, {"stillstock.link": "tier=R"})))
    assert read.schema.field("value").type == pa.decimal128(38, 2)
    assert read.to_pylist() == table.to_pylist()
    assert read.schema.metadata[b"stillstock.link"] == b"tier=R"


def test_a_hundred_thousand_rows_are_all_there() -> None:
    count = 100_000
    rows = pl.DataFrame({"item_id": [f"I{n:06}" for n in range(count)], "value": range(count)})
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx([Sheet("Rows", rows)])), read_only=True).active
    read = list(sheet.iter_rows(values_only=True))
    assert len(read) == count + 1
    assert read[-1] == ("I099999", 99_999)
    assert as_csv(rows).count(b"\r\n") == count + 1
