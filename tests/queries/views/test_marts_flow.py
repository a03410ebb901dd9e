"""Money from supplier to customer, link by link: what is coming, what lies, what it is for, what is off."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import Row, ask

Link = tuple[str, str, str, str, str | None]


def links(engine: Engine, filters: Filters | None = None) -> dict[Link, Decimal]:
    """Value by kinds and ids of both ends, and what is off."""
    names = ("from_kind", "from_id", "to_kind", "to_id", "anomaly")
    return {tuple(row[n] for n in names): row["value"] for row in ask(engine, "mart_flow_links", filters)}  # type: ignore[misc]


def moved(day: str, item: str, kind: str, qty: float, **more: object) -> Row:
    return {"posted_on": day, "document_id": f"{kind}-{item}-{day}", "item_id": item, "kind": kind,
            "qty": qty, "warehouse_id": "W1", "unit_cost": 10, **more}  # fmt: skip


def bought(order: str, item: str, due: str) -> Row:
    return {"order_id": order, "line_no": 1, "item_id": item, "qty": 5, "open_qty": 5, "status": "open",
            "ordered_on": "2025-09-01", "due_on": due, "supplier_id": f"S-{order}",
            "warehouse_id": "W1"}  # fmt: skip


def company(lake_of: LakeOf, **more: list[Row]) -> Engine:
    """40 of FAST, used every month; 20 of IDLE, never used since 2023; each costs 10."""
    uses = [moved(f"2025-{month:02}-20", "FAST", "issue", -10) for month in range(1, 13)]
    received = [moved("2024-12-01", "FAST", "receipt", 160), moved("2023-01-01", "IDLE", "receipt", 20)]
    return lake_of(movements=[*received, *uses, *more.pop("movements", [])], **more)


def test_stock_is_for_customer_orders_first_then_for_use_and_the_rest_is_for_nobody(lake_of: LakeOf) -> None:
    order: Row = {"order_id": "SO1", "line_no": 1, "item_id": "FAST", "qty": 15, "open_qty": 15,
                  "ordered_on": "2025-12-01", "due_on": "2026-02-01", "customer_id": "C1",
                  "warehouse_id": "W1", "status": "open"}  # fmt: skip
    found = links(company(lake_of, sales_orders=[order]))
    assert found == {
        ("warehouse", "W1", "customer_orders", "", None): 150,
        ("warehouse", "W1", "expected_use", "", None): 250,
        ("warehouse", "W1", "no_demand", "", "no_demand"): 200,
        ("customer_orders", "", "customer", "C1", None): 150,
    }


def test_orders_are_marked_when_late_and_when_what_they_bring_stands_still(lake_of: LakeOf) -> None:
    orders = [
        bought("GOOD", "FAST", "2026-03-01"),
        bought("LATE", "FAST", "2025-11-01"),
        bought("IDLE", "IDLE", "2026-03-01"),
    ]
    found = links(company(lake_of, purchase_orders=orders))
    ordered = {key: value for key, value in found.items() if key[0] == "supplier"}
    assert ordered == {
        ("supplier", "S-GOOD", "on_order", "", None): 50,
        ("supplier", "S-LATE", "on_order", "", "late"): 50,
        ("supplier", "S-IDLE", "on_order", "", "unneeded"): 50,
    }
    coming = {key[4]: value for key, value in found.items() if key[0] == "on_order"}
    assert coming == {None: 50, "late": 50, "unneeded": 50}


def test_stock_below_zero_is_owed(lake_of: LakeOf) -> None:
    items: list[Row] = [{"item_id": "IDLE", "unit_cost": 10}, {"item_id": "FAST", "unit_cost": 10}]
    engine = company(lake_of, items=items, movements=[moved("2025-12-05", "IDLE", "issue", -23)])
    assert links(engine)["owed", "", "warehouse", "W1", "owed"] == 30


def test_what_left_and_never_arrived_is_lost(lake_of: LakeOf) -> None:
    engine = company(lake_of, movements=[moved("2025-06-05", "IDLE", "transfer", -4)])
    found = links(engine)
    assert found["in_transit", "", "lost", "", "lost"] == 40
    assert links(engine, Filters(transit_days=300)).keys() & {("in_transit", "", "lost", "", "lost")} == set()


def test_only_the_largest_have_a_name_of_their_own(sample_home: Path) -> None:
    engine = Engine.open(Settings(home=sample_home))
    rows = ask(engine, "mart_flow_links")
    for kind, side in (("supplier", "from"), ("warehouse", "from"), ("customer", "to")):
        named = {row[f"{side}_id"] for row in rows if row[f"{side}_kind"] == kind}
        assert len(named - {""}) == 8
        assert "" in named


def test_in_the_sample_all_stock_is_for_something_and_totals_are_the_links(sample_home: Path) -> None:
    engine = Engine.open(Settings(home=sample_home))
    rows, [totals] = ask(engine, "mart_flow_links"), ask(engine, "mart_flow_totals")
    stock = sum(row["value"] for row in ask(engine, "mart_tiered_stock") if row["value"] > 0)
    assert abs(totals["held_value"] - stock) < Decimal("0.01")
    assert totals["ordered_value"] == sum(row["value"] for row in rows if row["stage"] == "ordered") > 0
    assert totals["wanted_value"] == sum(row["value"] for row in rows if row["stage"] == "wanted") > 0
    assert totals["held_off_value"] == sum(row["value"] for row in rows if row["to_kind"] == "no_demand")


def test_a_warehouse_filter_leaves_its_own_links(sample_home: Path) -> None:
    engine = Engine.open(Settings(home=sample_home))
    rows = ask(engine, "mart_flow_links", Filters(warehouse="DC1"))
    assert rows
    ids = {row[f"{side}_id"] for row in rows for side in ("from", "to") if row[f"{side}_kind"] == "warehouse"}
    assert ids == {"DC1"}
