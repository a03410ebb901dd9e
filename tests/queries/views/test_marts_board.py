"""What only the board asks: money recovered this month, and bars ahead that open the page of their day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from queries.filters import Filters
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import ask

TODAY = date(2025, 8, 20)
STOCK = [
    {"snapshot_on": TODAY, "item_id": "I1", "warehouse_id": "A", "qty": 4, "unit_cost": 10,
     "received_on": "2025-01-10", "last_issued_on": "2025-06-01"},
    {"snapshot_on": TODAY, "item_id": "I2", "warehouse_id": "B", "qty": 5, "unit_cost": 100,
     "received_on": "2025-05-10", "last_issued_on": "2025-08-01"},
]  # fmt: skip
ITEMS = [
    {"item_id": "I1", "name": "Seal", "category": "Raw/Seals", "supplier_id": "S1"},
    {"item_id": "I2", "name": "Pump"},
]
PLACES = [{"warehouse_id": "A", "region": "north"}, {"warehouse_id": "B", "region": "south"}]


def disposal(day: str, item: str, where: str | None, recovered: float) -> dict[str, Any]:
    head = {"disposed_on": day, "item_id": item, "strategy": "liquidate", "qty": 1}
    return head | {"recovered_value": recovered, "warehouse_id": where, "cost_value": 2 * recovered}


OUTCOMES = [
    disposal("2025-07-31", "I1", "A", 1000),
    disposal("2025-08-01", "I1", "A", 30),
    disposal("2025-08-20", "I2", "B", 7.5),
    disposal("2025-08-21", "I2", "B", 500),
    disposal("2025-08-02", "I9", None, 2),
]


@pytest.mark.parametrize(
    ("filters", "count", "recovered"),
    [
        (Filters(), 3, "39.5"),
        (Filters(region="north"), 1, "30"),
        (Filters(warehouse="B"), 1, "7.5"),
        (Filters(category="Raw"), 1, "30"),
        (Filters(category="="), 1, "7.5"),
        (Filters(supplier="S1"), 1, "30"),
        (Filters(item="I9"), 1, "2"),
        (Filters(search="pump"), 1, "7.5"),
        (Filters(as_of=date(2025, 7, 31)), 1, "1000"),
        (Filters(as_of=date(2025, 9, 1)), 0, "0"),
    ],
)
def test_what_was_recovered_counts_from_the_first_of_the_month_to_the_day_looked_at(
    lake_of: LakeOf, filters: Filters, count: int, recovered: str
) -> None:
    engine = lake_of(stock=STOCK, items=ITEMS, warehouses=PLACES, outcomes=OUTCOMES)
    [row] = ask(engine, "mart_recovered", filters)
    assert (row["is_known"], row["disposal_count"]) == (True, count)
    assert row["recovered_value"] == Decimal(recovered)
    assert row["cost_value"] == 2 * Decimal(recovered)


def test_without_outcomes_nothing_is_known_of_what_was_recovered(lake_of: LakeOf) -> None:
    [row] = ask(lake_of(stock=STOCK), "mart_recovered")
    assert (row["is_known"], row["recovered_value"]) == (False, 0)


def test_a_bar_ahead_is_what_the_board_says_on_its_day(lake_of: LakeOf) -> None:
    engine = lake_of(stock=STOCK, items=ITEMS, warehouses=PLACES)
    slow: dict[date, Decimal] = {}
    for row in ask(engine, "mart_forward"):
        slow[row["as_on"]] = slow.get(row["as_on"], Decimal(0)) + row["value"] * row["is_slow"]
    shown = {day: ask(engine, "mart_totals", Filters(as_of=day))[0]["slow_value"] for day in slow}
    assert shown == slow
    assert {40, 540} & set(slow.values())
