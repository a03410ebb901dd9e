"""Lists of rows that are no positions honour the filters of place and item as the stock itself does."""

from __future__ import annotations

import pytest

from queries.engine import Engine
from queries.filters import Filters
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import Row, ask

EVERYWHERE = {"W1", "W2", "W3", None}
CHOICES: list[tuple[dict[str, str], set[str | None]]] = [
    ({}, EVERYWHERE),
    ({"organisation": "CN"}, {"W1", "W2"}),
    ({"organisation": "="}, {"W3", None}),
    ({"region": "East"}, {"W1", "W2"}),
    ({"warehouse": "W1"}, {"W1", "W2"}),
    ({"warehouse": "=W1"}, {"W1"}),
    ({"warehouse": "="}, {None}),
    ({"category": "=a"}, {"W1"}),
    ({"category": "b, c"}, {"W3"}),
    ({"material_type": "="}, {"W2", "W3", None}),
    ({"supplier": "S1"}, {"W1"}),
]  # fmt: skip
"""Filters, and the warehouses whose rows they leave."""
LISTS: dict[str, dict[str, object]] = {
    "mart_positions": {"steps_back": 0},
    "mart_item_movements": {},
    "mart_item_history": {},
    "mart_quality_rows": {"finding": "negative_stock"},
}
PLACES = ("W1", "W2", "W3", "")


@pytest.fixture
def engine(lake_of: LakeOf) -> Engine:
    """Item I1 in W1, I2 in W2 below it, I3 in W3, I4 nowhere: received 5, then 8 taken, then counted."""
    moves: list[Row] = [
        {"posted_on": day, "document_id": f"{kind}-{n}", "item_id": f"I{n}", "kind": kind, "qty": qty,
         "warehouse_id": place or None, "unit_cost": 1}
        for n, place in enumerate(PLACES, 1)
        for day, kind, qty in (("2025-01-01", "receipt", 5), ("2025-02-01", "issue", -8))
    ]  # fmt: skip
    return lake_of(
        movements=moves,
        items=[
            {"item_id": "I1", "category": "a", "material_type": "raw", "supplier_id": "S1"},
            {"item_id": "I2", "category": "a/x"},
            {"item_id": "I3", "category": "b, c"},
            {"item_id": "I4"},
        ],
        warehouses=[
            {"warehouse_id": "W1", "organisation": "CN", "region": "East"},
            {"warehouse_id": "W2", "organisation": "CN", "parent_id": "W1"},
            {"warehouse_id": "W3"},
        ],
        counts=[
            {"counted_on": "2025-03-01", "item_id": f"I{n}", "warehouse_id": place, "counted_qty": 1}
            for n, place in enumerate(PLACES[:3], 1)
        ],
    )


def test_each_list_leaves_what_the_filter_names(engine: Engine) -> None:
    for asked, left in CHOICES:
        filters = Filters(**asked)  # type: ignore[arg-type]
        for view, only in LISTS.items():
            rows = ask(engine, view, filters, only=only)
            assert {row["warehouse_id"] or None for row in rows} == left, (view, asked)
        counted = ask(engine, "mart_count_variances", filters)
        assert {row["warehouse_id"] for row in counted} == left - {None}, asked
