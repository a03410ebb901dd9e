"""What must add up does, to the last digit: tiers, buckets, levels, the bridge, the months ahead."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from queries.engine import Engine
from queries.filters import Filters
from queries.views import CHECKS
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import ask

JULY, AUGUST = date(2025, 7, 31), date(2025, 8, 31)
CHECK_NAMES = sorted(path.stem for path in CHECKS.glob("*.sql"))


def line(
    day: str, document: str, item: str, kind: str, qty: float, where: str = "A", **more: Any
) -> dict[str, Any]:
    head = {"posted_on": f"{day}", "document_id": document, "item_id": item, "kind": kind}
    return head | {"qty": qty, "warehouse_id": where} | more


def held(day: date, item: str, qty: float, where: str = "A", cost: float = 10) -> dict[str, Any]:
    return {"snapshot_on": day, "item_id": item, "warehouse_id": where, "qty": qty, "unit_cost": cost}


def bars(engine: Engine, filters: Filters | None = None) -> dict[str, Decimal]:
    rows = ask(engine, "mart_bridge", filters)
    assert {row["residual"] for row in rows} == {0}
    return {row["bar"]: row["value"] for row in rows if row["value"]}


def random_tables(seed: int) -> dict[str, list[dict[str, Any]]]:
    """A ledger of a few items over a year and a half with all kinds of lines, and snapshots that disagree."""
    dice = Random(seed)
    first = date(2024, 3, 1)
    kinds = ("receipt", "issue", "issue", "transfer", "scrap", "customer_return", "supplier_return", "count")
    lines: list[dict[str, Any]] = []
    for number in range(160):
        kind, item = dice.choice(kinds), f"I{dice.randrange(8)}"
        where, other = dice.sample(["A", "B", "C"], 2)
        qty = Decimal(dice.randint(1, 400)) / dice.choice([1, 4])
        head = {"posted_on": first + timedelta(days=dice.randrange(540)), "document_id": f"D{number}"}
        head |= {"item_id": item, "kind": kind, "warehouse_id": where, "line_no": 1}
        if kind == "count":
            lines.append(head | {"qty": 0, "counted_qty": qty})
        elif kind == "transfer":
            lines += [head | {"qty": -qty}, head | {"qty": qty, "warehouse_id": other, "line_no": 2}]
        else:
            cost = {"unit_cost": dice.randint(1, 90)} if kind == "receipt" else {}
            lines.append(head | {"qty": qty if kind in ("receipt", "customer_return") else -qty} | cost)
    stock = [
        held(day, f"I{item}", dice.randint(0, 300), where, dice.choice([7.77, 12.5, 0.0301]))
        for day in (JULY, AUGUST)
        for item in range(8)
        for where in "AB"
        if dice.random() < 0.8
    ]
    items = [{"item_id": f"I{n}", "category": f"K{n % 3}/L{n % 2}", "unit_cost": 9.99} for n in range(7)]
    places = [{"warehouse_id": where, "region": "north" if where == "A" else "south"} for where in "ABC"]
    counts = [
        {
            "counted_on": first + timedelta(days=540 - day),
            "item_id": f"I{day % 9}",
            "warehouse_id": "ABC"[day % 3],
        }
        | {"counted_qty": dice.randint(0, 300), "bin": dice.choice([None, "B1", "B2"])}
        for day in range(40)
    ]
    return {"movements": lines, "stock": stock, "items": items, "warehouses": places, "counts": counts}


@pytest.mark.parametrize(("seed", "sources"), [(1, "both"), (2, "both"), (3, "ledger"), (4, "snapshots")])
def test_every_check_holds_on_random_data(lake_of: LakeOf, seed: int, sources: str) -> None:
    tables = random_tables(seed)
    if sources != "both":
        tables.pop("stock" if sources == "ledger" else "movements")
    engine = lake_of(**tables)
    filters = Filters(watch_after_days=20, slow_after_days=40, dead_after_days=90, grace_days=5)
    for chosen in (filters, filters.where(warehouse="A", category="K1")):
        offending = {name: engine.check(name, chosen).num_rows for name in CHECK_NAMES}
        assert offending == dict.fromkeys(CHECK_NAMES, 0)
    assert ask(engine, "mart_totals", filters)[0]["value"] > 0


@pytest.mark.parametrize("more", [{}, {"tier": "R,S"}, {"use_scope": "warehouse", "warehouse": "A,B"}])
def test_totals_are_the_sums_of_the_positions(lake_of: LakeOf, more: dict[str, Any]) -> None:
    """Also what became slow and was cleared: moved stock is neither, whatever the filter leaves of it."""
    engine = lake_of(**random_tables(1))
    filters = Filters(watch_after_days=20, slow_after_days=40, dead_after_days=90, grace_days=5, **more)
    (totals,) = ask(engine, "mart_totals", filters)
    rows = [row for row in ask(engine, "mart_positions", filters) if row["steps_back"] <= 1]
    now, before = (
        {(r["item_id"], r["warehouse_id"]): r for r in rows if r["is_current"] is is_now}
        for is_now in (True, False)
    )
    flows = {
        (r["item_id"], r["warehouse_id"]): r["qty"]
        for r in ask(engine, "fct_recent_flows")
        if r["reason"] == "transfers"
    }

    def slow(there: dict[Any, Any], other: dict[Any, Any], sign: int) -> Decimal:
        return sum(
            (
                row["value"]
                for place, row in there.items()
                if row["is_slow"]
                and not (place in other and other[place]["is_slow"])
                and not (place not in other and sign * flows.get(place, 0) > 0)
            ),
            Decimal(0),
        )

    assert (totals["new_slow_value"], totals["cleared_slow_value"]) == (
        slow(now, before, 1),
        slow(before, now, -1),
    )
    stock = list(now.values())
    assert totals["value"] == sum(r["value"] for r in stock)
    assert totals["at_risk_value"] == sum(r["at_risk_value"] for r in stock)
    assert totals["slow_item_count"] == len({r["item_id"] for r in stock if r["is_slow"]})
    assert totals["red_item_count"] == len({r["item_id"] for r in stock if r["tier"] == "R"})
    assert totals["warehouse_count"] == len({r["warehouse_id"] for r in stock if r["qty"] > 0})
    for days in (7, 30, 90):
        crossing = [r["value"] for r in stock if (r["days_to_next_state"] or 9999) <= days]
        assert totals[f"crossing_value_{days}"] == sum(crossing)


def test_checks_find_what_is_wrong(lake_of: LakeOf) -> None:
    engine = lake_of(stock=[held(AUGUST, "X", 5)])
    assert engine.check("settings_make_sense", Filters(watch_after_days=500)).num_rows == 1


def test_buckets_start_and_end_on_their_days_and_hold_what_no_record_dates(lake_of: LakeOf) -> None:
    days = (0, 30, 31, 60, 61, 366, 800)
    stock = [
        held(AUGUST, f"D{d}", 1, cost=1 + d) | {"received_on": AUGUST - timedelta(days=d)} for d in days
    ] + [held(AUGUST, "OLD", 3, cost=2)]
    rows = ask(lake_of(stock=stock), "mart_age_buckets")
    assert [(r["bucket_no"], r["from_days"], r["to_days"], r["qty"], r["value"]) for r in rows] == [
        (1, 0, 30, 2, 32), (2, 31, 60, 2, 93), (3, 61, 90, 1, 62), (4, 91, 180, 0, 0), (5, 181, 365, 0, 0),
        (6, 366, 730, 1, 367), (7, 731, None, 1, 801), (8, None, None, 3, 6),
    ]  # fmt: skip
    assert (rows[0]["lot_basis_value"], rows[7]["unknown_basis_value"]) == (32, 6)
    wide = ask(lake_of(stock=stock), "mart_age_buckets", Filters(age_edges="100"))
    assert [(r["from_days"], r["to_days"], r["qty"]) for r in wide] == [
        (0, 100, 5),
        (101, None, 2),
        (None, None, 3),
    ]


def test_a_bounded_age_counts_from_its_youngest_day(lake_of: LakeOf) -> None:
    """methods.md 1c: 60 of age 120 or more, 30 received in (31 March, 30 April]."""
    series = (("01-31", 100), ("02-28", 100), ("03-31", 60), ("04-30", 90), ("05-31", 90))
    engine = lake_of(stock=[held(date.fromisoformat(f"2025-{day}"), "X", qty) for day, qty in series])
    layers = ask(engine, "mart_layers", sort=[("age_days", True)])
    assert [(r["qty"], r["age_days"], r["age_days_at_most"], r["is_at_least"]) for r in layers] == [
        (60, 120, None, True),
        (30, 31, 61, True),
    ]
    basis = {r["age_basis"]: r["value_share"] for r in ask(engine, "mart_age_basis")}
    assert basis["snapshots"] == 1


def test_the_bridge_says_why_slow_value_changed(lake_of: LakeOf) -> None:
    old = [line("2024-01-01", f"R{item}", item, "receipt", 100) for item in ("SOLD", "AGED", "MOVED")]
    engine = lake_of(
        items=[{"item_id": item, "status": "obsolete", "unit_cost": 10} for item in ("SOLD", "MOVED")]
        + [{"item_id": "AGED", "unit_cost": 10}],
        movements=[
            *old,
            line("2025-02-20", "U", "AGED", "issue", -40),
            line("2025-08-05", "S", "SOLD", "issue", -10, partner_id="C-1"),
            line("2025-08-06", "P", "SOLD", "production_out", -5),
            line("2025-08-07", "Q", "SOLD", "scrap", -4),
            line("2025-08-08", "V", "SOLD", "supplier_return", -3),
            line("2025-08-09", "N", "SOLD", "receipt", 20),
            line("2025-08-10", "C", "SOLD", "count", 0, counted_qty=97),
            line("2025-08-11", "T", "MOVED", "transfer", -30, line_no=1),
            line("2025-08-11", "T", "MOVED", "transfer", 30, "B", line_no=2),
            line("2025-08-31", "E", "OTHER", "receipt", 1),
        ],
    )
    filters = Filters(watch_after_days=180, slow_after_days=185, dead_after_days=365)
    assert bars(engine, filters) == {
        "opening": 2000, "new": 200, "ageing_in": 600, "sold": -100, "used": -50, "scrapped": -40,
        "returned": -30, "corrected": -10, "closing": 2570,
    }  # fmt: skip
    assert bars(engine, filters.where(warehouse="B")) == {"transfers": 300, "closing": 300}
    kinds = {r["change"]: (r["item_count"], r["value"]) for r in ask(engine, "mart_change_totals", filters)}
    assert kinds["new"] == (1, 600)
    assert kinds["moved"] == (1, 300)
    assert ask(engine, "mart_totals", filters)[0]["new_slow_value"] == 600


def test_a_new_price_and_a_revival_have_their_bars(lake_of: LakeOf) -> None:
    stock = [held(date(2025, 1, 31), item, 10) for item in ("PRICE", "BACK", "GONE")]
    stock += [held(JULY, item, 10) for item in ("PRICE", "BACK", "GONE")]
    stock += [held(AUGUST, "PRICE", 10, cost=12), held(AUGUST, "BACK", 9)]
    engine = lake_of(stock=stock)
    assert bars(engine) == {
        "opening": 300, "used": -110, "price": 20, "revived": -90, "closing": 120,
    }  # fmt: skip
    changes = {r["item_id"]: r["change"] for r in ask(engine, "mart_changes")}
    assert changes == {"PRICE": "worse", "BACK": "cleared", "GONE": "cleared"} | {"PRICE": changes["PRICE"]}


def test_what_crosses_next_and_when(lake_of: LakeOf) -> None:
    """R73: 83 days idle crosses into watch in 7, 150 into slow in 30, 300 into dead in 65."""
    idle = {"A": 83, "B": 150, "C": 300}
    movements = []
    for item, days in idle.items():
        movements.append(line("2024-01-01", f"R{item}", item, "receipt", 11, unit_cost=10))
        movements.append(line(str(AUGUST - timedelta(days=days)), f"I{item}", item, "issue", -1))
    movements.append(line(str(AUGUST), "E", "NEW", "receipt", 1, unit_cost=1))
    engine = lake_of(movements=movements)
    rows = ask(engine, "mart_crossings", only={"is_next": True})
    assert [(r["item_id"], r["to_state"], r["days_left"], r["value"]) for r in rows] == [
        ("A", "watch", 7, 100), ("B", "slow", 30, 100), ("C", "dead", 65, 100), ("NEW", "watch", 90, 1),
    ]  # fmt: skip
    totals = ask(engine, "mart_totals")[0]
    assert [totals[f"crossing_value_{days}"] for days in (7, 30, 90)] == [100, 200, 301]
    by = {(r["horizon_days"], r["to_state"]): r["value"] for r in ask(engine, "mart_crossing_totals")}
    assert (by[7, "watch"], by[30, "slow"], by[90, "dead"], by[7, "dead"]) == (100, 100, 100, 0)


def test_stock_ages_from_state_to_state_if_nothing_is_done(lake_of: LakeOf) -> None:
    movements = [
        line("2025-01-01", "R", "A", "receipt", 11, unit_cost=10),
        line("2025-06-30", "I", "A", "issue", -1),
        line("2025-08-31", "E", "A", "count", 0, counted_qty=10),
    ]
    engine = lake_of(movements=movements)
    ahead = [(r["as_on"], r["state"]) for r in ask(engine, "mart_forward") if r["value"]]
    assert ahead == [
        (date(2025, 8, 31), "other"), (date(2025, 9, 30), "watch"), (date(2025, 10, 31), "watch"),
        (date(2025, 11, 30), "watch"), (date(2025, 12, 31), "slow"), (date(2026, 1, 31), "slow"),
        (date(2026, 2, 28), "slow"),
    ]  # fmt: skip
    ages = [r["bucket_no"] for r in ask(engine, "mart_forward_ages") if r["value"]]
    assert ages == [5, 5, 5, 5, 5, 6, 6]


def test_debts_are_shown_beside_stock_at_every_level(lake_of: LakeOf) -> None:
    movements = [
        line("2025-08-01", "R", "A", "receipt", 10, unit_cost=2),
        line("2025-08-02", "I", "B", "issue", -4, "B"),
        line("2025-08-31", "R2", "A", "receipt", 1, "B", unit_cost=2),
    ]
    engine = lake_of(movements=movements)
    totals = ask(engine, "mart_totals")[0]
    assert (totals["qty"], totals["debt_qty"], totals["value"], totals["item_count"]) == (11, 4, 22, 1)
    for group_by, code in (("company", None), ("warehouse", "B"), ("item", "B"), ("age_bucket", "=")):
        rows = ask(engine, "mart_levels", Filters(group_by=group_by))
        assert {r["first_code"]: r["debt_qty"] for r in rows if r["debt_qty"]} == {code: 4}
    assert ask(engine, "mart_age_buckets")[0]["qty"] == 11


def test_a_ledger_without_warehouses_has_one_place_without_a_name(lake_of: LakeOf) -> None:
    movements = [{**line("2025-08-01", "R", "A", "receipt", 10, unit_cost=2), "warehouse_id": None}]
    (row,) = ask(lake_of(movements=movements), "mart_tiered_stock")
    assert (row["warehouse_id"], row["qty"], row["value"]) == ("", 10, 20)
