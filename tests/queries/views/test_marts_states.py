"""States, the score, grace, exemptions and rules: a few rows in, the exact answer out."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from queries.filters import Filters
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import ask

TODAY = date(2025, 12, 31)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def used(
    item: str, days: int, *, left: int = 100, cost: float = 1, warehouse: str = "W"
) -> list[dict[str, Any]]:
    """Ledger of an item received 500 days ago, with one piece issued so many days ago."""
    head = {"item_id": item, "warehouse_id": warehouse}
    return [
        head
        | {"posted_on": ago(500), "document_id": f"R-{item}", "kind": "receipt"}
        | {"qty": left + 1, "unit_cost": cost},
        head | {"posted_on": ago(days), "document_id": f"I-{item}", "kind": "issue", "qty": -1},
    ]


def today(item: str = "TODAY") -> list[dict[str, Any]]:
    """A line of another item on the day that everything is judged on."""
    line = {"document_id": "T", "item_id": item, "warehouse_id": "W", "kind": "receipt", "qty": 1}
    return [line | {"posted_on": TODAY}]


def states(rows: list[dict[str, Any]], column: str = "state") -> dict[str, Any]:
    return {row["item_id"]: row[column] for row in rows if row["item_id"] != "TODAY"}


def test_a_score_is_made_of_three_contributions_that_a_hand_can_add(lake_of: LakeOf) -> None:
    """methods.md 3, worked: 96.37 R, 48.32 S, 12.43 T."""
    engine = lake_of(
        movements=[
            *used("A", 400, cost=800), *used("B", 200, cost=50), *used("C", 120, cost=3), *today(),
        ],
        sales_orders=[
            {"order_id": f"S-{item}", "line_no": 1, "item_id": item, "qty": qty, "ordered_on": ago(9)}
            for item, qty in (("A", 10), ("B", 50), ("C", 90))
        ],
    )  # fmt: skip
    rows = {row["item_id"]: row for row in ask(engine, "mart_tiered_stock")}
    points = {
        item: [
            round(rows[item][name], 2) for name in ("days_points", "value_points", "reuse_points", "score")
        ]
        for item in "ABC"
    }
    assert points == {
        "A": [40.0, 33.87, 22.5, 96.37],
        "B": [16.0, 19.82, 12.5, 48.32],
        "C": [4.36, 5.57, 2.5, 12.43],
    }
    assert states(list(rows.values()), "tier") == {"A": "R", "B": "S", "C": "T"}
    assert states(list(rows.values())) == {"A": "dead", "B": "slow", "C": "watch"}


def test_a_state_begins_on_the_day_of_its_threshold(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[line for days in (89, 90, 179, 180, 364, 365) for line in used(f"U{days}", days)] + today()
    )
    horizon = Filters(excess_horizon_days=36_500)
    rows = ask(engine, "mart_tiered_stock", horizon)
    assert states(rows) == {
        "U89": "healthy", "U90": "watch", "U179": "watch", "U180": "slow", "U364": "slow", "U365": "dead",
    }  # fmt: skip
    assert states(rows, "days_to_next_state") == {
        "U89": 1, "U90": 90, "U179": 1, "U180": 185, "U364": 1, "U365": None,
    }  # fmt: skip
    assert states(rows, "tier")["U89"] == "none"
    slower = Filters(
        watch_after_days=91, slow_after_days=181, dead_after_days=366, excess_horizon_days=36_500
    )
    assert set(states(ask(engine, "mart_tiered_stock", slower)).values()) == {"healthy", "watch", "slow"}


def test_more_than_the_horizon_needs_is_excess_and_only_that_part_is_at_risk(lake_of: LakeOf) -> None:
    """73 used in a year is 0.2 a day and 36 in 180 days: of 90 pieces 54 are too many."""
    lines = used("E", 10, left=163, cost=2)
    lines += [lines[1] | {"document_id": "I2", "posted_on": ago(30), "qty": -72}]
    lines += [lines[0] | {"document_id": "SR", "posted_on": ago(20), "kind": "supplier_return", "qty": -1}]
    engine = lake_of(movements=lines + today())
    row = next(r for r in ask(engine, "mart_tiered_stock") if r["item_id"] == "E")
    assert (row["state"], row["tier"], row["qty"], row["used_qty"]) == ("excess", "none", 90, 73)
    assert row["needed_qty"] == pytest.approx(36)
    assert row["at_risk_value"] == 108
    assert row["reuse_share"] == pytest.approx(0.4)


def test_use_anywhere_counts_unless_asked_by_warehouse(lake_of: LakeOf) -> None:
    engine = lake_of(movements=[*used("A", 400, warehouse="W1"), *used("A", 3, warehouse="W2"), *today()])
    rows = {r["warehouse_id"]: r for r in ask(engine, "mart_tiered_stock") if r["item_id"] == "A"}
    assert [(w, rows[w]["days_since_use"], rows[w]["is_idle_here"]) for w in ("W1", "W2")] == [
        ("W1", 3, True),
        ("W2", 3, False),
    ]
    here = ask(engine, "mart_tiered_stock", Filters(use_scope="warehouse"))
    assert {r["warehouse_id"]: r["state"] for r in here if r["item_id"] == "A"}["W1"] == "dead"


def test_counts_transfers_returns_and_reversed_issues_are_no_use(lake_of: LakeOf) -> None:
    lines = used("A", 200)
    idle = [
        ("issue", -5, 20), ("issue", 5, 19), ("supplier_return", -1, 18), ("scrap", -1, 17),
        ("adjustment", -1, 16),
    ]  # fmt: skip
    lines += [
        lines[1] | {"document_id": f"X{n}", "posted_on": ago(days), "kind": kind, "qty": qty}
        for n, (kind, qty, days) in enumerate(idle)
    ]
    lines.append(
        lines[1] | {"document_id": "C", "posted_on": ago(15), "kind": "count", "qty": 0, "counted_qty": 90}
    )
    engine = lake_of(movements=lines + today())
    row = next(r for r in ask(engine, "mart_tiered_stock") if r["item_id"] == "A")
    assert (row["last_used_on"], row["days_since_use"], row["last_used_qty"]) == (ago(200), 200, 1)
    scrap = next(
        r for r in ask(engine, "mart_tiered_stock", Filters(use_kinds="issue,scrap")) if r["item_id"] == "A"
    )
    assert scrap["last_used_on"] == ago(17)


def test_a_new_item_is_not_dead_before_its_grace_is_over(lake_of: LakeOf) -> None:
    """T12: 90 days from the first receipt, or the lead time if that is longer."""
    receipt = {"warehouse_id": "W", "kind": "receipt", "qty": 5, "document_id": "R"}
    lines = [receipt | {"item_id": f"N{days}", "posted_on": ago(days)} for days in (89, 90, 119, 120)] + [
        receipt | {"item_id": "OPEN", "posted_on": ago(100), "kind": "opening"}
    ]
    items = [{"item_id": f"N{days}", "lead_time_days": 120} for days in (119, 120)]
    engine = lake_of(movements=lines + today(), items=items)
    rows = ask(engine, "mart_tiered_stock")
    assert states(rows, "is_new") == {"N89": True, "N90": False, "N119": True, "N120": False, "OPEN": False}
    assert states(rows) == {
        "N89": "healthy",
        "N90": "watch",
        "N119": "healthy",
        "N120": "watch",
        "OPEN": "watch",
    }
    assert states(rows, "days_to_next_state")["N89"] == 1
    assert set(states(rows, "is_never_used").values()) == {True}


def test_phase_out_orphans_and_expiry_make_obsolete(lake_of: LakeOf) -> None:
    held = {"snapshot_on": TODAY, "warehouse_id": "W", "qty": 100}
    engine = lake_of(
        stock=[
            held | {"item_id": "EXPIRED", "lot_id": "L", "expires_on": ago(1)},
            held | {"item_id": "FRESH", "lot_id": "L", "expires_on": TODAY},
            *(held | {"item_id": item} for item in ("PAST", "AHEAD", "ORPHAN", "LIVE")),
        ],
        movements=[line for item in ("EXPIRED", "FRESH", "PAST", "AHEAD") for line in used(item, 5)]
        + [line for item in ("ORPHAN", "LIVE") for line in used(item, 100)],
        items=[
            {"item_id": "PAST", "phase_out_on": TODAY, "status": "phase_out"},
            {"item_id": "AHEAD", "phase_out_on": TODAY + timedelta(days=6), "status": "phase_out"},
        ],
        bom=[
            {"parent_id": "P", "component_id": "ORPHAN", "qty_per": 1, "valid_to": ago(50)},
            {"parent_id": "P", "component_id": "LIVE", "qty_per": 1},
        ],
    )  # fmt: skip
    rows = ask(engine, "mart_tiered_stock", Filters(excess_horizon_days=36_500))
    assert states(rows) == {
        "EXPIRED": "obsolete", "FRESH": "healthy", "PAST": "obsolete", "AHEAD": "healthy",
        "ORPHAN": "obsolete", "LIVE": "watch",
    }  # fmt: skip
    assert states(rows, "tier")["EXPIRED"] == "R"
    assert states(rows, "tier_reason")["ORPHAN"] == "orphaned"
    assert states(rows, "next_state")["AHEAD"] == "obsolete"
    assert states(rows, "days_to_next_state")["AHEAD"] == 6
    assert states(rows, "days_to_next_state")["FRESH"] == 1


def test_an_exempt_item_is_healthy_until_its_exemption_ends(lake_of: LakeOf) -> None:
    """T13: strategic by master data, or by a list with reason, owner and end."""
    engine = lake_of(
        movements=[*used("A", 400), *used("B", 400), *used("C", 400), *today()],
        items=[{"item_id": "C", "is_strategic": True}],
    )
    listed = [
        {"item_id": "A", "reason": "spare", "owner": "maintenance", "ends_on": str(TODAY)},
        {"item_id": "B", "reason": "over", "owner": "maintenance", "ends_on": str(ago(1))},
    ]
    rows = ask(engine, "mart_tiered_stock", Filters(exemptions=json.dumps(listed)))
    assert states(rows) == {"A": "healthy", "B": "dead", "C": "healthy"}
    assert states(rows, "exempt_reason") == {"A": "spare", "B": "over", "C": "strategic"}
    assert states(rows, "days_to_next_state") == {"A": 1, "B": None, "C": None}
    assert states(rows, "next_state")["A"] == "dead"


def test_the_most_specific_rule_wins_and_is_named(lake_of: LakeOf) -> None:
    """T15: warehouse before category (longest path) before material type before the policy."""
    items = [
        {"item_id": "PLAIN", "material_type": "raw"},
        {"item_id": "TYPE", "material_type": "spare"},
        {"item_id": "CAT", "material_type": "spare", "category": "Spare/Seals"},
        {"item_id": "LONG", "material_type": "spare", "category": "Spare/Seals/Rings"},
        {"item_id": "OTHER", "material_type": "raw", "category": "Spare/SealsX"},
    ]
    lines = [line for item in items for line in used(item["item_id"], 200)]
    engine = lake_of(
        movements=lines + used("LONG", 200, warehouse="W2") + today(),
        items=items,
        warehouses=[{"warehouse_id": "W2", "parent_id": "EAST"}, {"warehouse_id": "EAST"}],
    )
    rules = [
        {"warehouse": "EAST", "dead_after_days": 200},
        {"category": "Spare/Seals", "dead_after_days": 190, "slow_after_days": 150},
        {"category": "Spare/Seals/Rings", "watch_after_days": 201, "slow_after_days": 202},
        {"material_type": "spare", "watch_after_days": 195, "slow_after_days": 300},
    ]
    rows = ask(engine, "mart_tiered_stock", Filters(rules=json.dumps(rules)))
    found = {(r["item_id"], r["warehouse_id"]): (r["state"], r["rule_no"], r["rule_text"]) for r in rows}
    assert found == {
        ("PLAIN", "W"): ("slow", 0, "policy"),
        ("TYPE", "W"): ("watch", 4, "material_type=spare"),
        ("CAT", "W"): ("dead", 2, "category=Spare/Seals"),
        ("LONG", "W"): ("excess", 3, "category=Spare/Seals/Rings"),
        ("LONG", "W2"): ("dead", 1, "warehouse=EAST"),
        ("OTHER", "W"): ("slow", 0, "policy"),
        ("TODAY", "W"): ("excess", 0, "policy"),
    } | {("TODAY", "W"): found["TODAY", "W"]}


def test_weights_count_by_their_share(lake_of: LakeOf) -> None:
    engine = lake_of(movements=used("A", 400, cost=800) + today())
    plain = ask(engine, "mart_tiered_stock", only={"item_id": "A"})[0]
    double = Filters.from_link("days_weight=0.8&value_weight=0.7&reuse_weight=0.5")[0]
    assert ask(engine, "mart_tiered_stock", double, only={"item_id": "A"})[0]["score"] == pytest.approx(
        plain["score"]
    )


def test_any_day_can_be_asked_about(lake_of: LakeOf) -> None:
    """T9: the past knows only what was known then, the future only waits."""
    engine = lake_of(movements=used("A", 100) + today())

    def at(day: date) -> list[tuple[Any, ...]]:
        rows = ask(engine, "mart_tiered_stock", Filters(as_of=day), only={"item_id": "A"})
        return [(r["qty"], r["state"], r["days_since_use"]) for r in rows]

    assert at(ago(501)) == []
    assert at(ago(500)) == [(101, "healthy", 0)]
    assert at(ago(101)) == [(101, "dead", 399)]
    assert at(ago(100)) == [(100, "healthy", 0)] or at(ago(100)) == [(100, "excess", 0)]
    assert at(TODAY) == [(100, "watch", 100)]
    assert at(TODAY + timedelta(days=265)) == [(100, "dead", 365)]


def test_snapshots_alone_tell_when_stock_was_last_used(lake_of: LakeOf) -> None:
    """methods.md 1c: the last issue lies in (28 February, 31 March]."""
    series = (("01-31", 100), ("02-28", 100), ("03-31", 60), ("04-30", 90), ("05-31", 90))
    stock = [
        {"snapshot_on": f"2025-{day}", "item_id": "X", "warehouse_id": "W", "qty": qty} for day, qty in series
    ] + [
        {"snapshot_on": f"2025-{day}", "item_id": "STILL", "warehouse_id": "W", "qty": 7} for day, _ in series
    ]
    rows = {r["item_id"]: r for r in ask(lake_of(stock=stock), "mart_tiered_stock")}
    moved, still = rows["X"], rows["STILL"]
    assert (moved["last_used_from_on"], moved["last_used_on"]) == (date(2025, 2, 28), date(2025, 3, 31))
    assert (moved["days_since_use"], moved["use_basis"], moved["last_used_qty"]) == (61, "snapshots", 40)
    assert (still["last_used_on"], still["days_since_use"], still["is_never_used"]) == (None, 120, True)


def test_what_left_a_snapshot_was_used_and_what_came_is_new(lake_of: LakeOf) -> None:
    stock = [
        {"snapshot_on": "2025-01-31", "item_id": "GONE", "warehouse_id": "W", "qty": 4},
        {"snapshot_on": "2025-02-28", "item_id": "CAME", "warehouse_id": "W", "qty": 5},
    ]
    engine = lake_of(stock=stock)
    (row,) = ask(engine, "mart_tiered_stock")
    assert (row["item_id"], row["is_new"], row["first_received_on"]) == ("CAME", True, date(2025, 2, 28))
    used_rows = ask(engine, "fct_demand_periods")
    assert [(r["item_id"], r["used_qty"], r["use_basis"]) for r in used_rows] == [("GONE", 4, "snapshots")]
