"""What is wrong with the data is found, named and counted; what is missing is said."""

from __future__ import annotations

from typing import Any

from queries.filters import Filters
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import ask

DAY = "2025-08-31"


def line(
    day: str, document: str, item: str, kind: str, qty: float, where: str | None = "A", **more: Any
) -> Any:
    head = {"posted_on": f"2025-{day}", "document_id": document, "item_id": item, "kind": kind}
    return head | {"qty": qty, "warehouse_id": where} | more


def held(item: str, qty: float, where: str = "A", **more: Any) -> dict[str, Any]:
    return {"snapshot_on": DAY, "item_id": item, "warehouse_id": where, "qty": qty, "unit_cost": 2} | more


def found(rows: list[dict[str, Any]], finding: str, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(r[c] for c in columns) for r in rows if r["finding"] == finding]


def test_what_the_ledger_cannot_explain_is_named_row_by_row(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("01-01", "R1", "MORE", "receipt", 10),
            line("01-01", "R2", "LESS", "receipt", 10),
            line("01-02", "I1", "DEBT", "issue", -3, "B", unit_cost=4),
            line("01-03", "X1", "UNDO", "issue", 5, "B", reference_id="NONE"),
            line("01-04", "T1", "HALF", "receipt", 9, "B"),
            line("01-05", "T2", "HALF", "transfer", -4, "B"),
            line("01-06", "T3", "LONE", "transfer", 6, "B"),
            line("08-31", "E", "E", "receipt", 1, "B"),
        ],
        stock=[held("MORE", 12), held("LESS", 7)],
    )
    rows = ask(engine, "mart_quality_rows")
    assert sorted(found(rows, "gap", "item_id", "warehouse_id", "qty", "value")) == [
        ("LESS", "A", -3, 6), ("MORE", "A", 2, 4),
    ]  # fmt: skip
    assert found(rows, "negative_stock", "item_id", "warehouse_id", "qty") == [("DEBT", "B", -3)]
    assert found(rows, "unmatched_reversal", "item_id", "document_id", "qty") == [("UNDO", "X1", 5)]
    assert found(rows, "lost_in_transit", "item_id", "document_id", "qty") == [("HALF", "T2", 4)]
    assert found(rows, "alone_in", "item_id", "document_id", "qty") == [("LONE", "T3", 6)]
    totals = {r["finding"]: (r["row_count"], r["item_count"]) for r in ask(engine, "mart_quality")}
    assert (totals["gap"], totals["negative_stock"], totals["mixed_currency"]) == ((2, 2), (1, 1), (0, 0))
    only_b = ask(engine, "mart_quality_rows", Filters(warehouse="B"))
    assert {r["finding"] for r in only_b} >= {"negative_stock"}
    assert {r["warehouse_id"] for r in only_b} == {"B"}


def test_master_data_units_costs_and_dates_are_looked_at(lake_of: LakeOf) -> None:
    engine = lake_of(
        stock=[
            held("FREE", 5, unit_cost=0),
            held("STRANGE", 1, "NOWHERE"),
            held("HALF", 2.5),
            held("DEAR", 1, unit_cost=2001),
            held("LATE", 1, received_on="2025-09-01"),
            held("USD", 1, "B", currency="USD"),
            *(held(f"C{n}", 1, currency="CNY") for n in range(3)),
        ],
        items=[
            {"item_id": "FREE"},
            {"item_id": "HALF", "unit": "PCS"},
            {"item_id": "DEAR", "unit_cost": 200},
            {"item_id": "LATE", "unit_cost": 0.2},
        ],
        warehouses=[{"warehouse_id": "A"}, {"warehouse_id": "B"}],
    )
    rows = ask(engine, "mart_quality_rows")
    assert found(rows, "missing_cost", "item_id") == [("FREE",)]
    assert found(rows, "unknown_item", "item_id")[-1] == ("USD",)
    assert {item for (item,) in found(rows, "unknown_item", "item_id")} == {
        "C0",
        "C1",
        "C2",
        "STRANGE",
        "USD",
    }
    assert found(rows, "unknown_warehouse", "warehouse_id", "value") == [("NOWHERE", 2)]
    assert found(rows, "fraction_of_piece", "item_id", "qty", "detail") == [("HALF", 2.5, "PCS")]
    assert found(rows, "cost_far_from_list", "item_id") == [("DEAR",)]
    assert found(rows, "date_after_snapshot", "item_id", "detail") == [("LATE", "2025-09-01")]
    assert found(rows, "mixed_currency", "warehouse_id", "detail") == [("B", "USD")]
    assert found(rows, "stale_snapshot", "warehouse_id") == []
    late = ask(engine, "mart_quality_rows", Filters.from_link("as_of=2025-12-31")[0])
    assert set(found(late, "stale_snapshot", "warehouse_id", "detail")) == {
        ("A", "122"), ("B", "122"), ("NOWHERE", "122"),
    }  # fmt: skip


def test_a_lonely_last_day_and_lines_without_a_place_are_shown(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("01-01", "R1", "A", "receipt", 1, None),
            line("01-02", "R2", "A", "receipt", 1, None),
            {**line("01-03", "R3", "A", "receipt", 1, None), "posted_on": "2052-01-03"},
        ]
    )
    rows = ask(engine, "mart_quality_rows")
    assert found(rows, "isolated_last_day", "document_id", "detail") == [("R3", "2025-01-02")]
    assert found(rows, "no_warehouse", "item_id", "detail") == [("A", "3")]


def test_a_function_says_which_file_would_switch_it_on(lake_of: LakeOf) -> None:
    """R56."""
    engine = lake_of(stock=[held("A", 1)])
    rows = {r["function"]: r for r in ask(engine, "mart_functions")}
    state = {name: (r["state"], r["missing_tables"]) for name, r in rows.items()}
    assert state["slow_stock"] == ("partial", None)
    assert state["exact_age"] == ("missing", "movements")
    assert state["reuse"] == ("missing", "sales_orders|bom|suppliers")
    assert state["transfers"] == ("missing", "movements,warehouses")
    assert rows["slow_stock"]["sharper_tables"] == "items,movements"
    more = lake_of(stock=[held("A", 1)], movements=[line("01-01", "R", "A", "receipt", 1)])
    again = {r["function"]: r["state"] for r in ask(more, "mart_functions")}
    assert (again["exact_age"], again["early_warning"]) == ("active", "active")
