"""The way every layer came: its stops from the receipt to where it lies, by which documents and when."""

from __future__ import annotations

from pathlib import Path

from queries.engine import Engine
from queries.settings import Settings
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import Row, ask

Stop = tuple[str, str, str]


def line(day: str, document: str, kind: str, qty: float, place: str, **more: object) -> Row:
    return {"posted_on": day, "document_id": document, "item_id": "A", "kind": kind, "qty": qty,
            "warehouse_id": place, **more}  # fmt: skip


def moved(day: str, document: str, qty: float, source: str, target: str, **more: object) -> list[Row]:
    return [
        line(day, document, "transfer", -qty, source, line_no=1, **more),
        line(day, document, "transfer", qty, target, line_no=2, **more),
    ]


def ways(engine: Engine, place: str) -> list[tuple[int, list[Stop]]]:
    """Quantity and stops of every way into a warehouse, oldest layer first."""
    paths: dict[tuple[object, ...], tuple[int, list[Stop]]] = {}
    for row in ask(engine, "mart_layer_paths"):
        if row["warehouse_id"] == place:
            key = (row["lot_id"] or "", row["layer_no"], row["path_no"])
            _, stops = paths.setdefault(key, (row["qty"], []))
            stops.append((row["stop_warehouse_id"], str(row["moved_on"]), row["document_id"]))
    return [paths[key] for key in sorted(paths)]


def test_a_receipt_that_never_moved_has_one_stop(lake_of: LakeOf) -> None:
    engine = lake_of(movements=[line("2025-01-05", "G1", "receipt", 10, "W1")])
    assert ways(engine, "W1") == [(10, [("W1", "2025-01-05", "G1")])]


def test_every_hop_stands_in_the_order_it_was_made(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-05", "G1", "receipt", 10, "W1"),
            *moved("2025-02-01", "T1", 8, "W1", "W2"),
            *moved("2025-03-01", "T2", 5, "W2", "W3"),
        ]
    )
    first, second = ("W1", "2025-01-05", "G1"), ("W2", "2025-02-01", "T1")
    assert ways(engine, "W1") == [(2, [first])]
    assert ways(engine, "W2") == [(3, [first, second])]
    assert ways(engine, "W3") == [(5, [first, second, ("W3", "2025-03-01", "T2")])]


def test_a_transfer_that_took_two_receipts_has_a_way_for_each(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-05", "G1", "receipt", 4, "W1"),
            line("2025-01-20", "G2", "receipt", 9, "W1"),
            *moved("2025-02-01", "T1", 10, "W1", "W2"),
        ]
    )
    last = ("W2", "2025-02-01", "T1")
    assert ways(engine, "W2") == [
        (4, [("W1", "2025-01-05", "G1"), last]),
        (6, [("W1", "2025-01-20", "G2"), last]),
    ]


def test_one_layer_may_have_come_by_two_ways(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-05", "G1", "receipt", 10, "W1"),
            *moved("2025-02-01", "T1", 4, "W1", "W2"),
            *moved("2025-02-02", "T2", 6, "W1", "W3"),
            *moved("2025-03-01", "T3", 4, "W2", "W4"),
            *moved("2025-03-01", "T4", 6, "W3", "W4"),
        ]
    )
    origin = ("W1", "2025-01-05", "G1")
    assert ways(engine, "W4") == [
        (6, [origin, ("W3", "2025-02-02", "T2"), ("W4", "2025-03-01", "T4")]),
        (4, [origin, ("W2", "2025-02-01", "T1"), ("W4", "2025-03-01", "T3")]),
    ]


def test_what_a_source_did_not_have_began_with_the_transfer(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-05", "G1", "receipt", 4, "W1"),
            *moved("2025-02-01", "T1", 10, "W1", "W2"),
        ]
    )
    assert ways(engine, "W2") == [
        (4, [("W1", "2025-01-05", "G1"), ("W2", "2025-02-01", "T1")]),
        (6, [("W1", "2025-02-01", "T1"), ("W2", "2025-02-01", "T1")]),
    ]
    owed = {row["layer_no"]: row["is_owed"] for row in ask(engine, "mart_layer_paths") if row["stop_no"] == 1}
    assert owed == {1: False, 2: True}


def test_a_later_receipt_pays_the_debt_and_is_not_on_the_way(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            *moved("2025-02-01", "T1", 10, "W1", "W2"),
            line("2025-02-09", "G1", "receipt", 30, "W1"),
        ]
    )
    assert ways(engine, "W1") == [(20, [("W1", "2025-02-09", "G1")])]
    assert ways(engine, "W2") == [(10, [("W1", "2025-02-01", "T1"), ("W2", "2025-02-01", "T1")])]


def test_a_repack_is_a_stop_in_the_same_warehouse(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-05", "G1", "receipt", 10, "W1", lot_id="L1"),
            line("2025-03-05", "R1", "adjustment", -10, "W1", lot_id="L1", line_no=1),
            line("2025-03-05", "R1", "adjustment", 10, "W1", lot_id="L2", line_no=2),
        ]
    )
    assert ways(engine, "W1") == [(10, [("W1", "2025-01-05", "G1"), ("W1", "2025-03-05", "R1")])]
    assert [row["stop_lot_id"] for row in ask(engine, "mart_layer_paths")] == ["L1", "L2"]


def test_a_customer_return_came_by_the_receipt_its_issue_took(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-05", "G1", "receipt", 5, "W1"),
            line("2025-02-01", "I1", "issue", -5, "W1", partner_id="C1"),
            line("2025-03-01", "B1", "customer_return", 2, "W2", reference_id="I1", partner_id="C1"),
        ]
    )
    assert ways(engine, "W2") == [(2, [("W1", "2025-01-05", "G1"), ("W2", "2025-03-01", "B1")])]


def test_what_has_left_and_not_arrived_ends_where_it_left(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-05", "G1", "receipt", 5, "W1"),
            line("2025-02-01", "T1", "transfer", -3, "W1"),
        ]
    )
    leaving = [row for row in ask(engine, "mart_layer_paths") if row["status"] == "in_transit"]
    stops = [(row["document_id"], row["stop_warehouse_id"], row["is_leaving"]) for row in leaving]
    assert stops == [("G1", "W1", False), ("T1", "W1", True)]


def test_a_ledger_without_warehouses_has_its_way_in_every_warehouse(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[{"posted_on": "2025-01-05", "document_id": "G1", "item_id": "A", "kind": "receipt",
                    "qty": 10}],
        stock=[
            {"snapshot_on": "2025-02-28", "item_id": "A", "warehouse_id": place, "qty": 5}
            for place in ("W1", "W2")
        ],
    )  # fmt: skip
    for place in ("W1", "W2"):
        assert [stops for _, stops in ways(engine, place)] == [[(None, "2025-01-05", "G1")]]


def test_a_receipt_names_its_order_supplier_and_buyer(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-05", "G1", "receipt", 5, "W1", reference_id="PO1", partner_id="S9"),
            line("2025-01-06", "G2", "receipt", 5, "W1", reference_id="PO2", partner_id="S9"),
        ],
        purchase_orders=[
            {"order_id": "PO1", "line_no": 1, "item_id": "A", "qty": 5, "ordered_on": "2024-12-01",
             "due_on": "2025-01-02", "supplier_id": "S1", "buyer": "B2", "status": "closed"},
        ],
        suppliers=[{"supplier_id": "S1", "name": "East"}, {"supplier_id": "S9", "name": "West"}],
    )  # fmt: skip
    named = ("order_id", "supplier_id", "supplier_name", "buyer")
    assert [tuple(row[name] for name in named) for row in ask(engine, "mart_layer_paths")] == [
        ("PO1", "S1", "East", "B2"),
        (None, "S9", "West", None),
    ]


def test_in_the_sample_every_layer_has_a_way_that_begins_and_ends_as_it_says(sample_home: Path) -> None:
    engine = Engine.open(Settings(home=sample_home))
    key = ("item_id", "warehouse_id", "lot_id", "status", "layer_no")
    stops: dict[tuple[object, ...], list[Row]] = {}
    for row in ask(engine, "mart_layer_paths"):
        stops.setdefault(tuple(row[name] for name in key), []).append(row)
    layers = [row for row in ask(engine, "mart_layers") if row["document_id"]]
    assert len(layers) > 1000
    for layer in layers:
        way = stops[tuple(layer[name] for name in key)]
        firsts = [stop for stop in way if stop["stop_no"] == 1]
        assert {stop["document_id"] for stop in firsts} == {layer["document_id"]}
        assert sum(stop["qty"] for stop in firsts) >= layer["qty"]
        if layer["age_basis"] == "ledger" and layer["received_on"]:
            assert {stop["moved_on"] for stop in firsts} == {layer["received_on"]}
        for path in {stop["path_no"] for stop in way}:
            days = [stop["moved_on"] for stop in way if stop["path_no"] == path]
            assert days == sorted(days)
