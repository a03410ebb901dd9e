"""The drill-down: what the next level is, how it is grouped, and that every level sums to the same."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from components.levels import narrowed
from queries.engine import Engine
from queries.filters import DIMENSIONS, Filters
from queries.settings import Settings
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import Row, ask

MONEY = ("value", "slow_value", "red_value", "standard_value", "temporary_value", "debt_qty")
WAREHOUSES = [
    {"warehouse_id": "HQ", "name": "Head office"},
    {"warehouse_id": "EAST", "parent_id": "HQ", "region": "East", "organisation": "CN01"},
    {"warehouse_id": "W1", "name": "Suzhou", "parent_id": "EAST"},
    {"warehouse_id": "W2", "name": "Ningbo", "parent_id": "EAST"},
    {"warehouse_id": "W3", "name": "Xi'an", "parent_id": "HQ", "region": "West"},
]
ITEMS = [
    {"item_id": "A", "name": "Bolt", "category": "Raw/Steel", "material_type": "raw", "supplier_id": "S"},
    {"item_id": "B", "name": "Nut", "category": "Raw", "material_type": "raw"},
    {"item_id": "C", "name": "Pump", "category": "Pumps, small", "material_type": "finished"},
    {"item_id": "D", "name": "Tape"},
]


def lot(item: str, warehouse: str, qty: int, **more: object) -> Row:
    return {
        "snapshot_on": "2025-12-31", "item_id": item, "warehouse_id": warehouse, "qty": qty, "unit_cost": 10,
        **more,
    }  # fmt: skip


STOCK = [
    lot("A", "W1", 10, bin="R1"),
    lot("A", "W1", 5, bin="R2"),
    lot("A", "W2", 20),
    lot("B", "W1", 3),
    lot("B", "EAST", 4),
    lot("C", "W3", 7),
    lot("D", "W3", 1),
]


@pytest.fixture
def engine(lake_of: LakeOf) -> Engine:
    return lake_of(warehouses=WAREHOUSES, items=ITEMS, stock=STOCK)


def groups(engine: Engine, **chosen: str) -> dict[str, Decimal]:
    return {row["first_code"]: row["value"] for row in ask(engine, "mart_levels", Filters(**chosen))}  # type: ignore[arg-type]


def next_level(engine: Engine, **chosen: str) -> str:
    (row,) = ask(engine, "mart_dimensions", Filters(**chosen), only={"is_next": True})  # type: ignore[arg-type]
    return str(row["dimension"])


def test_the_way_down_is_organisation_region_tree_bin_category_item_layer(engine: Engine) -> None:
    way: dict[str, str] = {}
    for level, codes in (
        ("organisation", {"CN01": 420, "=": 80}),
        ("region", {"East": 420}),
        ("branch", {"W1": 180, "W2": 200, "=EAST": 40}),
        ("bin", {"R1": 100, "R2": 50, "=": 30}),
        ("category", {"Raw": 100}),
        ("category", {"Raw/Steel": 100}),
        ("item", {"A": 100}),
    ):
        assert next_level(engine, **way) == level
        assert groups(engine, **way) == codes
        code = next(iter(codes))
        way |= {field: value for field, value in narrowed({level: code}).items() if value}
    assert next_level(engine, **way) == "layer"
    assert sum(groups(engine, **way).values()) == 100


def test_levels_that_the_data_does_not_have_are_skipped(lake_of: LakeOf) -> None:
    engine = lake_of(stock=[lot("A", "W1", 1), lot("B", "W2", 2)])
    assert next_level(engine) == "branch"
    assert groups(engine) == {"W1": 10, "W2": 20}
    assert next_level(engine, warehouse="W1") == "item"
    there = {row["dimension"] for row in ask(engine, "mart_dimensions") if row["is_there"]}
    assert there & {"organisation", "region", "bin", "category", "material_type", "supplier"} == set()
    ledger = [{"posted_on": "2025-01-01", "document_id": "R", "item_id": "A", "kind": "receipt", "qty": 2}]
    assert next_level(lake_of(movements=ledger)) == "item"
    assert next_level(lake_of(stock=[])) == "item"


def test_what_stands_at_a_node_itself_is_a_group_beside_those_below(engine: Engine) -> None:
    assert groups(engine, warehouse="EAST") == {"W1": 180, "W2": 200, "=EAST": 40}
    assert groups(engine, warehouse="=EAST", group_by="company") == {None: 40}
    assert groups(engine, category="Raw", group_by="category") == {"Raw/Steel": 350, "=Raw": 70}
    assert groups(engine, category="=Raw", group_by="company") == {None: 70}
    assert groups(engine, category="=", group_by="item") == {"D": 10}
    assert groups(engine, organisation="=", group_by="item") == {"C": 70, "D": 10}


def test_of_a_list_chosen_its_members_are_the_groups(engine: Engine) -> None:
    assert groups(engine, warehouse="W1,W3", group_by="branch") == {"W1": 180, "W3": 80}
    assert groups(engine, category="Raw/Steel,Pumps", group_by="category") == {"Raw/Steel": 350}


def test_a_name_with_a_comma_is_gone_down_to(engine: Engine) -> None:
    assert groups(engine, group_by="category") == {"Raw": 420, "Pumps, small": 70, "=": 10}
    assert groups(engine, category="Pumps, small", group_by="item") == {"C": 70}


def test_two_dimensions_make_one_group_of_each_pair(engine: Engine) -> None:
    rows = ask(engine, "mart_levels", Filters(group_by="region,material_type"))
    assert {(r["first_code"], r["second_code"]): r["value"] for r in rows} == {
        ("East", "raw"): 420, ("West", "finished"): 70, ("West", "="): 10,
    }  # fmt: skip


def test_names_stand_beside_codes(engine: Engine) -> None:
    rows = ask(engine, "mart_levels", Filters(group_by="warehouse,item"))
    told = ("first_code", "first_name", "second_code", "second_name", "qty")
    assert {tuple(row[name] for name in told) for row in rows} >= {
        ("W1", "Suzhou", "A", "Bolt", 15), ("=EAST", None, "B", "Nut", 4),
    }  # fmt: skip


def test_bins_hold_what_the_newest_snapshot_says_while_the_ledger_agrees(lake_of: LakeOf) -> None:
    movements = [
        {"posted_on": "2025-01-01", "document_id": "R1", "item_id": "A", "kind": "receipt", "qty": 9,
         "warehouse_id": "W1"},
        {"posted_on": "2025-02-01", "document_id": "R2", "item_id": "A", "kind": "receipt", "qty": 6,
         "warehouse_id": "W1"},
        {"posted_on": "2025-03-01", "document_id": "R3", "item_id": "B", "kind": "receipt", "qty": 8,
         "warehouse_id": "W1"},
    ]  # fmt: skip
    stock = [lot("A", "W1", 10, bin="R1"), lot("A", "W1", 5, bin="R2"), lot("B", "W1", 8, bin="R3")]
    pieces = [
        (r["document_id"], r["bin"], r["qty"])
        for r in ask(lake_of(movements=movements, stock=stock), "mart_placed_layers")
    ]
    assert pieces == [("R1", "R1", 9), ("R2", "R1", 1), ("R2", "R2", 5), ("R3", "R3", 8)]
    movements.append({**movements[0], "posted_on": "2026-01-05", "kind": "issue", "qty": -2})
    movements.append({**movements[2], "posted_on": "2026-01-05", "kind": "issue", "qty": -2})
    moved = ask(lake_of(movements=movements, stock=stock), "mart_placed_layers")
    assert [(r["document_id"], r["bin"], r["qty"]) for r in moved] == [
        ("R1", "", 7), ("R2", "", 6), ("R3", "R3", 6),
    ]  # fmt: skip


def test_a_document_has_its_lines_its_layers_and_its_order(lake_of: LakeOf) -> None:
    receipt = {"posted_on": "2025-05-02", "document_id": "GR1", "kind": "receipt", "warehouse_id": "W1",
               "reference_id": "PO1", "unit_cost": 10}  # fmt: skip
    engine = lake_of(
        items=ITEMS,
        movements=[
            {**receipt, "item_id": "A", "qty": 5, "line_no": 1},
            {**receipt, "item_id": "B", "qty": 2, "line_no": 2},
            {**receipt, "item_id": "A", "qty": 9, "document_id": "GR2"},
        ],
        purchase_orders=[
            {"order_id": "PO1", "line_no": 1, "item_id": "A", "qty": 6, "ordered_on": "2025-04-01",
             "supplier_id": "S9", "buyer": "B2", "unit_price": 11},
        ],
        suppliers=[{"supplier_id": "S9", "name": "Ninth"}],
    )  # fmt: skip
    chosen = Filters(document="GR1")
    lines = ask(engine, "mart_document_lines", chosen)
    assert [(r["item_id"], r["qty"], r["supplier_name"], r["buyer"], r["order_qty"]) for r in lines] == [
        ("A", 5, "Ninth", "B2", 6), ("B", 2, None, None, None),
    ]  # fmt: skip
    assert [(r["item_id"], r["qty"]) for r in ask(engine, "mart_placed_layers", chosen)] == [
        ("A", 5),
        ("B", 2),
    ]
    (node,) = ask(engine, "mart_levels", Filters(document="GR1", group_by="company"))
    assert node["value"] == 70


@pytest.fixture(scope="module")
def sample(sample_home: Path) -> Engine:
    return Engine.open(Settings(home=sample_home))


def sums(rows: list[dict[str, object]]) -> dict[str, object]:
    return {name: sum(row[name] for row in rows) for name in MONEY}  # type: ignore[misc]


@pytest.mark.parametrize("chosen", [{}, {"region": "East"}, {"warehouse": "P1", "as_of": "2026-03-31"}])
def test_every_grouping_of_the_sample_sums_to_the_same(sample: Engine, chosen: dict[str, str]) -> None:
    filters, _ = Filters.from_link(chosen)
    (totals,) = ask(sample, "mart_totals", filters)
    pairs = [f"{first},{second}" for first, second in combinations(DIMENSIONS[1:], 2)]
    for group_by in pairs[::9] if chosen else (*DIMENSIONS, *pairs[::13]):
        rows = ask(sample, "mart_levels", filters.where(group_by=group_by))
        assert sums(rows) == {name: totals[name] for name in MONEY}, group_by
    layers = ask(sample, "mart_placed_layers", filters)
    assert sum(row["value"] for row in layers) == totals["value"]


@pytest.mark.parametrize("dimension", [each for each in DIMENSIONS if each not in {"company", "layer"}])
def test_a_group_of_the_sample_is_what_one_finds_there(sample: Engine, dimension: str) -> None:
    rows = ask(sample, "mart_levels", Filters(group_by=dimension), sort=[("value", True)])
    assert rows
    for row in [*rows[:2], *rows[-1:]]:
        there = Filters(**narrowed({dimension: row["first_code"]})).where(group_by="company")  # type: ignore[arg-type]
        (found,) = ask(sample, "mart_levels", there)
        assert {name: found[name] for name in MONEY} == {name: row[name] for name in MONEY}, row


@pytest.mark.parametrize("redder", ["W1", "W2"])
def test_of_positions_that_stand_alike_an_item_tells_the_redder_tier(lake_of: LakeOf, redder: str) -> None:
    engine = lake_of(stock=[lot("A", place, 5, received_on="2023-01-01") for place in ("W1", "W2")])
    rules = json.dumps([{"warehouse": redder, "standard_from_score": 0, "red_from_score": 0}])
    asked = Filters(rules=rules, red_from_score=Decimal(100), group_by="item")
    alike = ask(engine, "mart_tiered_stock", asked)
    assert len({(row["state"], row["score"]) for row in alike}) == 1
    assert {row["warehouse_id"] for row in alike if row["tier"] == "R"} == {redder}
    (row,) = ask(engine, "mart_levels", asked)
    assert (row["state"], row["tier"]) == (alike[0]["state"], "R")
