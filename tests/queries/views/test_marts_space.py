"""Room taken by stock: by the item's volume, of the warehouse's capacity, and what nobody measured."""

from __future__ import annotations

import pytest

from queries.engine import Engine
from queries.filters import Filters
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import Row, ask


def placed(item: str, place: str, qty: float, used_on: str | None = None) -> Row:
    return {"snapshot_on": "2025-12-31", "item_id": item, "warehouse_id": place, "qty": qty,
            "received_on": "2023-01-01", "last_issued_on": used_on, "unit_cost": 10}  # fmt: skip


@pytest.fixture
def places(lake_of: LakeOf) -> Engine:
    """SLOW and FAST in W1 (capacity 100), SLOW and one without volume in W2, which names no capacity."""
    return lake_of(
        stock=[
            placed("SLOW", "W1", 30, "2023-06-01"),
            placed("FAST", "W1", 40, "2025-12-20"),
            placed("SLOW", "W2", 10, "2023-06-01"),
            placed("BARE", "W2", 5, "2025-12-20"),
        ],
        items=[
            {"item_id": "SLOW", "volume_m3": "0.5"},
            {"item_id": "FAST", "volume_m3": "1.25"},
            {"item_id": "BARE"},
        ],
        warehouses=[{"warehouse_id": "W1", "capacity_m3": 100}, {"warehouse_id": "W2"}],
    )


def test_room_is_quantity_times_volume_and_shares_are_of_the_capacity(places: Engine) -> None:
    first, _ = ask(places, "mart_space")
    assert (first["volume_m3"], first["slow_volume_m3"]) == (65, 15)
    assert (first["used_share"], first["slow_used_share"], first["free_m3"]) == (0.65, 0.15, 35)


def test_a_warehouse_without_capacity_has_room_taken_and_no_share(places: Engine) -> None:
    _, second = ask(places, "mart_space")
    assert (second["volume_m3"], second["slow_volume_m3"]) == (5, 5)
    assert (second["used_share"], second["slow_used_share"], second["free_m3"]) == (None, None, None)


def test_what_has_no_volume_is_counted_and_not_guessed(places: Engine) -> None:
    first, second = ask(places, "mart_space")
    assert (first["unmeasured_count"], second["unmeasured_count"]) == (0, 1)
    assert second["unmeasured_value"] == 50


def test_totals_share_out_only_where_a_capacity_is_known(places: Engine) -> None:
    [row] = ask(places, "mart_space_totals")
    assert (row["volume_m3"], row["slow_volume_m3"], row["capacity_m3"]) == (70, 20, 100)
    assert (row["used_share"], row["slow_used_share"]) == (0.65, 0.15)
    assert (row["boundless_count"], row["unmeasured_count"], row["position_count"]) == (1, 1, 4)


def test_the_filters_narrow_the_room(places: Engine) -> None:
    assert [row["warehouse_id"] for row in ask(places, "mart_space", Filters(warehouse="W2"))] == ["W2"]
    assert ask(places, "mart_space", Filters(item="FAST"))[0]["volume_m3"] == 50


def test_an_empty_lake_takes_no_room(lake_of: LakeOf) -> None:
    engine = lake_of(stock=[])
    assert ask(engine, "mart_space") == []
    [row] = ask(engine, "mart_space_totals")
    assert (row["volume_m3"], row["used_share"]) == (0, None)
