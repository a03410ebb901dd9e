"""Text becomes the contract's types, or is named as what it is not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.lake.cells.cast import cast, dates_among_codes, delta_type
from queries.lake.contract import TABLES, Column, table

QTY = table("stock").column("qty")
COST = table("stock").column("unit_cost")
SHARE = table("bom").column("scrap_share")
LINE = table("movements").column("line_no")
CHANGE = table("movements").column("qty")
CODE = table("stock").column("item_id")
DAY = table("stock").column("snapshot_on")
STATUS = table("stock").column("status")
FLAG = table("items").column("is_strategic")


def one(column: Column, *cells: str | None) -> list[object]:
    """Each cell's value, or its problem's code."""
    typed = cast(pl.Series("cells", cells, dtype=pl.String), column)
    assert typed.values.dtype == delta_type(column)
    return [code or value for value, code in zip(typed.values, typed.wrong, strict=True)]


@pytest.mark.parametrize(
    ("column", "cell", "expected"),
    [
        (QTY, "12", Decimal(12)),
        (QTY, "-2.5", "negative"),
        (CHANGE, "-2.5", Decimal("-2.5")),
        (CHANGE, "2.5-", Decimal("-2.5")),
        (CHANGE, "(2.5)", Decimal("-2.5")),
        (CHANGE, "\u22122.5", Decimal("-2.5")),
        (QTY, "+3.", Decimal(3)),
        (QTY, ".5", Decimal("0.5")),
        (QTY, "1.50000", Decimal("1.5")),
        (QTY, "0000000000000000000012", Decimal(12)),
        (QTY, "1,234,567.5", Decimal("1234567.5")),
        (QTY, "１２３．５", Decimal("123.5")),
        (QTY, "1.5e3", Decimal(1500)),
        (QTY, "99999999999999.9999", Decimal("99999999999999.9999")),
        (QTY, "100000000000000", "too_large"),
        (QTY, "1e308", "too_large"),
        (QTY, "1.23456", "too_many_decimals"),
        (QTY, "abc", "bad_number"),
        (QTY, "5 pcs", Decimal(5)),
        (QTY, "5 个", Decimal(5)),
        (QTY, "5 hundred", "bad_number"),
        (QTY, "1O", "bad_number"),
        (QTY, "1 2", "bad_number"),
        (QTY, "1 234 567.5", Decimal("1234567.5")),
        (QTY, "#N/A", "error_cell"),
        (COST, "¥12.50", Decimal("12.5")),
        (COST, "12.5 USD", Decimal("12.5")),
        (QTY, "1_000", "bad_number"),
        (QTY, "--1", "bad_number"),
        (QTY, "1,25", "decimal_comma"),
        (QTY, "NaN", "not_finite"),
        (QTY, "-inf", "not_finite"),
        (QTY, None, None),
        (COST, "-1", Decimal(-1)),
        (SHARE, "0.12345678", Decimal("0.12345678")),
        (SHARE, "1.5", "out_of_bounds"),
        (SHARE, "-0.1", "out_of_bounds"),
        (LINE, "10", 10),
        (LINE, "10.0", 10),
        (LINE, "1.5", "bad_whole_number"),
        (LINE, "x", "bad_whole_number"),
        (LINE, "-1", "out_of_bounds"),
        (DAY, "2026-10-31", date(2026, 10, 31)),
        (DAY, "2026/1/5", date(2026, 1, 5)),
        (DAY, "2026.1.5", date(2026, 1, 5)),
        (DAY, "2026年1月5日", date(2026, 1, 5)),
        (DAY, "20260105", date(2026, 1, 5)),
        (DAY, "2026-01-05 23:59:59", date(2026, 1, 5)),
        (DAY, "2026-01-05T23:59:59.999Z", date(2026, 1, 5)),
        (DAY, "2026-02-30", "bad_date"),
        (DAY, "2026-13-01", "bad_date"),
        (DAY, "1900-01-00", "zero_date"),
        (DAY, "31.12.2026", date(2026, 12, 31)),
        (DAY, "31-Oct-2026", date(2026, 10, 31)),
        (DAY, "Oct 31, 2026", date(2026, 10, 31)),
        (DAY, "46326", date(2026, 10, 31)),
        (DAY, "31/12/26", "bad_date"),
        (CODE, "00123", "00123"),
        (CODE, "1E5", "1E5"),
        (CODE, "１２３\u3000Ａ\u200b", "123 A"),
        (CODE, "1.23E+11", "digits_lost"),
        (CODE, "#REF!", "error_cell"),
        (DAY, "soon", "bad_date"),
        (STATUS, "In Transit", "in_transit"),
        (STATUS, "lost", "bad_choice"),
        (FLAG, "TRUE", True),
        (FLAG, "0", False),
        (FLAG, "perhaps", "bad_yes_no"),
    ],
)
def test_a_cell_is_its_value_or_its_problem(column: Column, cell: str | None, expected: object) -> None:
    assert one(column, cell, None) == [expected, None]


def test_a_second_unit_or_currency_in_a_column_is_wrong() -> None:
    assert one(QTY, "5 pcs", "6 PCS", "7 kg") == [Decimal(5), Decimal(6), "mixed_units"]
    assert one(COST, "5 RMB", "6 元", "$7") == [Decimal(5), Decimal(6), "mixed_currencies"]


def test_codes_that_look_like_dates_are_told() -> None:
    codes = pl.Series(["1-Mar", "MAR1", "Mar-24", "2026-03-01 00:00:00", "3月1日", "M-1001", "10-20"])
    assert dates_among_codes(codes).to_list() == ["1-Mar", "Mar-24", "2026-03-01 00:00:00", "3月1日"]


@given(st.lists(st.decimals(-(10**13), 10**13, places=4, allow_nan=False), min_size=1))
def test_every_number_of_the_contract_survives_as_it_is(numbers: list[Decimal]) -> None:
    assert one(CHANGE, *(f"{number:f}" for number in numbers)) == numbers


@given(st.text(max_size=12))
def test_any_text_at_all_is_a_value_or_a_problem(text: str) -> None:
    cell = text.strip() or None
    for column in (QTY, LINE, DAY, STATUS, FLAG):
        (said,) = one(column, cell)
        assert (said is None) == (cell is None)


def test_examples_of_the_contract_keep_the_contract() -> None:
    for each in TABLES:
        for column in each.columns:
            if column.example:
                typed = cast(pl.Series("cells", [column.example]), column)
                assert typed.wrong.to_list() == [None], (each.name, column.name)
