"""One row of a file that is several: no piece and no row is lost or made."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.queries.lake.sheets import Result, grid, map_it

SPLIT = """
[layouts.headers]
item_id = ["Item"]
[layouts.constants]
snapshot_on = "2026-10-31"
warehouse_id = "W1"
[[layouts.split]]
qty = ["Free"]
value = ["Free value"]
set = { status = "available" }
[[layouts.split]]
qty = ["Held"]
value = ["Held value"]
set = { status = "blocked" }
[[layouts.split]]
qty = ["Theirs"]
no_value = true
set = { status = "consigned" }
"""
IN_OUT = """
[layouts.headers]
item_id = ["Item"]
[layouts.constants]
posted_on = "2026-10-31"
document_id = "D"
kind = "adjustment"
[[layouts.split]]
qty = ["In"]
[[layouts.split]]
qty = ["Out"]
sign = "out"
"""
UNPIVOT = """
[layouts.headers]
item_id = ["Item"]
[layouts.constants]
snapshot_on = "2026-10-31"
[layouts.unpivot]
into = "warehouse_id"
value = "qty"
after = "Item"
[layouts.empty]
"*" = ["not stocked"]
"""
FROM_TO = """
[layouts.headers]
posted_on = ["Date"]
document_id = ["Ref"]
item_id = ["Item"]
qty = ["Done"]
[layouts.from_to]
from = ["From"]
to = ["To"]
places = [ { matches = '^Vendors', is = "vendor" }, { matches = '^Lost', is = "loss" } ]
kinds = { "vendor > own" = "receipt", "own > own" = "transfer" }
"""
numbers = st.decimals(-9999, 9999, places=2)
cells = st.one_of(st.none(), st.just("0"), st.just("0.00"), numbers.map(str))


def total(result: Result, **only: str) -> Decimal:
    frame = result.mapped.frame
    for name, value in only.items():
        frame = frame.filter(pl.col(name) == value)
    return sum((Decimal(cell) for cell in frame["qty"].drop_nulls()), Decimal(0))


def added(column: list[str | None]) -> Decimal:
    return sum((Decimal(cell) for cell in column if cell is not None), Decimal(0))


def test_each_kind_of_stock_becomes_a_row_with_its_own_cost() -> None:
    result = map_it(
        {
            "Item": ["A", "B"],
            "Free": ["10", "0"],
            "Free value": ["25", "0"],
            "Held": ["4", None],
            "Held value": ["8.5", None],
            "Theirs": ["3", "0"],
        },
        SPLIT,
    )
    assert result.rows("(row)", "item_id", "qty", "status", "unit_cost") == [
        (2, "A", "10.0000", "available", "2.5000"),
        (2, "A", "4.0000", "blocked", "2.1250"),
        (2, "A", "3.0000", "consigned", None),
        (3, "B", "0", "available", None),
    ]
    assert result.codes == []


def test_a_row_without_any_quantity_stays_a_row_without_one() -> None:
    result = map_it({"Item": ["A"], "Free": [None], "Held": [None]}, SPLIT)
    assert result.rows("item_id", "qty") == [("A", None)]


def test_what_is_no_number_is_kept_to_be_told() -> None:
    result = map_it({"Item": ["A"], "Free": ["ten"], "Held": ["0"]}, SPLIT)
    assert result.rows("qty", "status") == [("ten", "available")]


def test_money_beside_no_quantity_is_told() -> None:
    result = map_it({"Item": ["A"], "Free": ["0"], "Free value": ["12"], "Held": ["1"]}, SPLIT)
    assert [(each.code, each.column, each.facts["count"]) for each in result.problems] == [
        ("value_without_qty", "Free value", 1)
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=8))
def test_splitting_keeps_every_piece_and_every_row(
    rows: list[tuple[str | None, str | None, str | None]],
) -> None:
    free, held, theirs = ([row[n] for row in rows] for n in range(3))
    result = map_it(
        {"Item": [f"I{n}" for n in range(len(rows))], "Free": free, "Held": held, "Theirs": theirs}, SPLIT
    )
    for status, column in (("available", free), ("blocked", held), ("consigned", theirs)):
        assert total(result, status=status) == added(column)
    assert set(result.mapped.frame["(row)"]) == set(range(2, len(rows) + 2))


@pytest.mark.parametrize("outs", [["0", "4"], ["0", "-4"]])
def test_out_is_negative_whether_the_file_says_so_or_not(outs: list[str]) -> None:
    result = map_it({"Item": ["A", "B"], "In": ["7", "0"], "Out": outs}, IN_OUT, "movements")
    assert [Decimal(qty or "") for (qty,) in result.rows("qty")] == [7, -4]


def test_a_row_with_in_and_out_is_two_movements() -> None:
    result = map_it({"Item": ["A"], "In": ["7"], "Out": ["2"]}, IN_OUT, "movements")
    assert result.rows("(row)", "qty") == [(2, "7.0000"), (2, "-2.0000")]


def test_places_in_columns_are_asked_and_become_rows() -> None:
    sheet = {"Item": ["A", "B"], "Berlin": ["1", "not stocked"], "Shanghai": ["2", "0"], "Note": ["x", "y"]}
    result = map_it(sheet, UNPIVOT)
    assert [(each.key, each.proposal) for each in result.questions] == [("unpivot", "Berlin | Shanghai")]
    assert result.rows("(row)", "item_id", "warehouse_id", "qty") == [
        (2, "A", "Berlin", "1"),
        (2, "A", "Shanghai", "2"),
        (3, "B", "Shanghai", "0"),
    ]
    assert result.mapped.unused == ("Note",)
    answered = map_it(sheet, UNPIVOT, answers={"unpivot": "Shanghai"})
    assert answered.questions == []
    assert answered.rows("warehouse_id", "qty") == [("Shanghai", "2"), ("Shanghai", "0")]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=8))
def test_unpivoting_keeps_every_piece_and_every_row(rows: list[tuple[str | None, str | None]]) -> None:
    north, south = ([row[n] for row in rows] for n in range(2))
    sheet = {"Item": [f"I{n}" for n in range(len(rows))], "North": north, "South": south}
    result = map_it(sheet, UNPIVOT, answers={"unpivot": "North | South"})
    for place, column in (("North", north), ("South", south)):
        assert total(result, warehouse_id=place) == added(column)
    assert set(result.mapped.frame["(row)"]) == set(range(2, len(rows) + 2))


def test_a_line_between_our_places_leaves_one_and_reaches_the_other() -> None:
    result = map_it(
        {
            "Date": ["2026-10-01"] * 5,
            "Ref": ["1", "2", "3", "4", "5"],
            "Item": ["A"] * 5,
            "Done": ["5", "2", "1", "9", "3"],
            "From": ["Vendors", "WH/Stock", "WH/Stock", "Vendors", "Lost"],
            "To": ["WH/Stock", "WH/Shop", "Lost", "Lost", "WH/Stock"],
        },
        FROM_TO,
        "movements",
        answers={"code.kind.loss > own": "adjustment"},
    )
    assert result.rows("document_id", "kind", "warehouse_id", "qty") == [
        ("1", "receipt", "WH/Stock", "5.0000"),
        ("2", "transfer", "WH/Stock", "-2.0000"),
        ("2", "transfer", "WH/Shop", "2.0000"),
        ("3", "own > loss", "WH/Stock", "-1.0000"),
        ("5", "adjustment", "WH/Stock", "3.0000"),
    ]
    assert [(each.key, each.proposal, each.samples) for each in result.questions] == [
        ("code.kind.own > loss", None, ("WH/Stock > Lost",))
    ]
    assert [(each.code, each.facts["count"]) for each in result.problems] == [("rows_left_out", 1)]
    assert result.mapped.undecided == {"kind"}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["Vendors", "W1", "W2"]), st.sampled_from(["W1", "W2"]), numbers),
        max_size=8,
    )
)
def test_what_moves_between_our_places_adds_up_to_what_came_in(lines: list[tuple[str, str, Decimal]]) -> None:
    lines = [("Vendors", "W1", Decimal(1)), *lines]
    result = map_it(
        {
            "Date": ["2026-10-01"] * len(lines),
            "Ref": ["1"] * len(lines),
            "Item": ["A"] * len(lines),
            "Done": [str(qty) for _, _, qty in lines],
            "From": [leaves for leaves, _, _ in lines],
            "To": [arrives for _, arrives, _ in lines],
        },
        FROM_TO,
        "movements",
    )
    assert total(result) == sum(qty for leaves, _, qty in lines if leaves == "Vendors")


def test_a_sheet_is_a_warehouse_where_the_layout_says_so() -> None:
    mapping = 'sheet = "warehouse_id"\nasked = ["snapshot_on"]\n[layouts.headers]\nitem_id = ["Item"]\n'
    result = map_it(grid({"Item": ["A"], "qty": ["1"]}, sheet="Kho 2"), mapping)
    assert result.rows("warehouse_id", "qty") == [("Kho 2", "1")]
    assert result.mapped.how["warehouse_id"] == "sheet"


def test_numbers_that_may_be_read_in_two_ways_are_asked_before_they_are_divided() -> None:
    cells = {"Item": ["A"], "Free": ["2,5"], "Free value": ["1.000,00"], "Held": ["0"]}
    asked = map_it(cells, SPLIT)
    assert [(each.key, each.proposal) for each in asked.questions] == [("decimal", "comma")]
    answered = map_it(cells, SPLIT, answers={"decimal": "comma"})
    assert answered.keys == []
    assert answered.rows("qty", "unit_cost") == [("2.5000", "400.0000")]
