"""Totals are set aside and must agree with the rows they stand for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.queries.lake.sheets import Result, map_it

STOCK = """
[layouts.headers]
item_id = ["Item"]
warehouse_id = ["Place"]
qty = ["Qty"]
[layouts.constants]
snapshot_on = "2026-10-31"
"""
BLANK = '[layouts.totals]\nblank = ["warehouse_id"]\nof = ["item_id"]\n'
BY_UNIT = '[layouts.totals]\nblank = ["item_id"]\nof = [["Unit"]]\n'


def stock(
    rows: list[tuple[str | None, ...]], more: str = "", columns: tuple[str, ...] = ("Item", "Place", "Qty")
) -> Result:
    return map_it({name: [row[n] for row in rows] for n, name in enumerate(columns)}, STOCK + more)


@pytest.mark.parametrize(
    "label", ["合计", "合  计", "合计：", "总计", "Total", "GRAND TOTAL", "Overall Total", " 合计 "]
)
def test_a_total_is_set_aside_and_agrees(label: str) -> None:
    result = stock([("A", "W1", "5"), ("B", "W1", "7.5"), (label, None, "12.5")])
    assert [item for (item,) in result.rows("item_id")] == ["A", "B"]
    (control,) = result.mapped.controls
    assert (control.row, control.label, control.column, control.agrees) == (4, label.strip(), "Qty", True)
    assert result.problems == []


def test_a_total_that_disagrees_waits_for_a_person() -> None:
    result = stock([("A", "W1", "5"), ("合计", None, "6")])
    assert [(each.code, each.outcome, each.row, each.column, each.value) for each in result.problems] == [
        ("total_differs", "held", 3, "Qty", "6")
    ]
    assert result.rows("item_id") == [("A",)]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_word_may_stand_in_any_of_the_first_columns(place: int) -> None:
    cells: list[str | None] = [None, None, None, "5"]
    cells[place] = "合计"
    rows: list[tuple[str | None, ...]] = [("1", "A", "W1", "5"), tuple(cells)]
    result = stock(rows, columns=("No", "Item", "Place", "Qty"))
    assert result.rows("item_id") == [("A",)]
    assert [each.agrees for each in result.mapped.controls] == [True]


def test_subtotals_and_a_total_over_them_agree() -> None:
    rows: list[tuple[str | None, ...]] = [
        ("A", "W1", "1"), ("B", "W1", "2"), ("小计", None, "3"),
        ("C", "W2", "4"), ("小计", None, "4"), ("合计", None, "7"),
    ]  # fmt: skip
    result = stock(rows)
    assert [each.agrees for each in result.mapped.controls] == [True, True, True]
    assert len(result.mapped.frame) == 3


def test_two_levels_of_subtotals_agree() -> None:
    rows: list[tuple[str | None, ...]] = [
        ("A", "W1", "1"), ("小计", None, "1"), ("B", "W1", "2"), ("小计", None, "2"), ("总计", None, "3"),
        ("C", "W2", "4"), ("小计", None, "4"), ("D", "W2", "5"), ("小计", None, "5"), ("总计", None, "9"),
        ("合计", None, "12"),
    ]  # fmt: skip
    assert all(each.agrees for each in stock(rows).mapped.controls)


def test_a_row_without_a_warehouse_sums_its_item_where_the_layout_says_so() -> None:
    rows: list[tuple[str | None, ...]] = [
        ("A", None, "8"),
        ("A", "W1", "5"),
        ("A", "W2", "3"),
        ("B", None, "2"),
        ("B", "W1", "1"),
    ]
    result = stock(rows, BLANK)
    assert [(each.row, each.agrees) for each in result.mapped.controls] == [(2, True), (5, False)]
    assert result.rows("item_id", "warehouse_id") == [("A", "W1"), ("A", "W2"), ("B", "W1")]
    assert len(stock(rows).mapped.frame) == 5


def test_a_total_for_each_unit_sums_the_rows_of_that_unit() -> None:
    rows: list[tuple[str | None, ...]] = [
        ("A", "W1", "5", "KG"), ("B", "W1", "3", "UN"), ("C", "W1", "1", "KG"),
        (None, None, "6", "KG"), (None, None, "3", "UN"),
    ]  # fmt: skip
    result = stock(rows, BY_UNIT, ("Item", "Place", "Qty", "Unit"))
    assert [(each.row, each.agrees) for each in result.mapped.controls] == [(5, True), (6, True)]


def test_an_item_that_is_called_total_in_its_name_is_an_item() -> None:
    rows: list[tuple[str | None, ...]] = [("A", "Total", "W1", "5")]
    result = stock(rows, columns=("Item", "Name", "Place", "Qty"))
    assert result.rows("item_id") == [("A",)]
    assert result.mapped.controls == ()


def test_a_row_without_a_code_or_a_word_stays_a_row_to_be_told() -> None:
    assert stock([("A", "W1", "5"), (None, None, "5")]).rows("item_id", "qty") == [("A", "5"), (None, "5")]


def test_thousands_and_decimals_of_a_total_are_numbers() -> None:
    result = stock([("A", "W1", "1,200.50"), ("B", "W1", "300"), ("合计", None, "1,500.50")])
    assert [(each.said, each.found) for each in result.mapped.controls] == [
        (Decimal("1500.5"), Decimal("1500.5"))
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.decimals(-999, 999, places=2), min_size=1, max_size=4), min_size=1, max_size=4))
def test_true_totals_agree_and_no_row_is_lost(groups: list[list[Decimal]]) -> None:
    rows: list[tuple[str | None, ...]] = []
    for number, group in enumerate(groups):
        rows += [(f"I{number}-{n}", "W1", str(qty)) for n, qty in enumerate(group)]
        rows.append(("小计", None, str(sum(group))))
    whole = sum((sum(group) for group in groups), Decimal(0))
    rows.append(("合计", None, str(whole)))
    result = stock(rows)
    assert result.problems == []
    seen = [*result.mapped.frame["(row)"], *(each.row for each in result.mapped.controls)]
    assert sorted(seen) == list(range(2, len(rows) + 2))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.decimals(1, 999, places=2), min_size=1, max_size=6), st.decimals(1, 50, places=2))
def test_a_total_that_is_off_never_agrees(numbers: list[Decimal], off: Decimal) -> None:
    rows: list[tuple[str | None, ...]] = [(f"I{n}", "W1", str(qty)) for n, qty in enumerate(numbers)]
    result = stock([*rows, ("合计", None, str(sum(numbers) + off))])
    assert result.codes == ["total_differs"]
