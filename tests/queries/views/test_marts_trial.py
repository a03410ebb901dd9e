"""Two policies in one question: the tier of each position now and on trial, and what moves between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from queries.engine import Engine
from queries.filters import Filters
from tests.queries.views.lakes import ask, engine_over

TODAY = date(2025, 8, 31)
IDLE_DAYS = {"NEW": 20, "WATCHED": 100, "SLOW": 200, "SLOWER": 300, "DEAD": 400, "OLD": 800}
NOW = Filters()
TRIAL = Filters(watch_after_days=60, slow_after_days=150, dead_after_days=250)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    made = engine_over(
        tmp_path_factory.mktemp("trial"),
        stock=[
            {"snapshot_on": TODAY, "item_id": item, "warehouse_id": warehouse, "qty": qty, "unit_cost": 100}
            | {"received_on": "2020-01-01", "last_issued_on": TODAY - timedelta(days=days)}
            for item, days in IDLE_DAYS.items()
            for warehouse, qty in (("V", 4), ("W", 6))
        ],
    )
    yield made
    made.close()


def moves(engine: Engine, trial: Filters, now: Filters) -> dict[tuple[str, str], tuple[int, int, Decimal]]:
    return {
        (row["now_tier"], row["tier"]): (row["item_count"], row["position_count"], row["value"])
        for row in ask(engine, "mart_tier_moves", trial, against=now)
    }


def test_all_money_goes_from_a_tier_now_to_a_tier_on_trial(engine: Engine) -> None:
    assert moves(engine, TRIAL, NOW) == {
        ("none", "none"): (1, 2, Decimal(1000)),
        ("S", "S"): (1, 2, Decimal(1000)),
        ("S", "R"): (1, 2, Decimal(1000)),
        ("R", "R"): (3, 6, Decimal(3000)),
    }


def test_only_items_of_another_tier_are_movers(engine: Engine) -> None:
    (row,) = ask(engine, "mart_movers", TRIAL, against=NOW)
    assert (row["item_id"], row["now_tier"], row["tier"]) == ("SLOW", "S", "R")
    assert (row["position_count"], row["qty"], row["value"]) == (2, 10, 1000)
    assert (row["now_state"], row["state"], row["days_since_use"]) == ("slow", "slow", 200)


def test_a_policy_compared_with_itself_moves_nothing(engine: Engine) -> None:
    assert set(moves(engine, TRIAL, TRIAL)) == {("R", "R"), ("S", "S"), ("none", "none")}
    assert ask(engine, "mart_movers", TRIAL) == []


def test_the_trial_tells_what_the_marts_tell_by_each_policy_alone(engine: Engine) -> None:
    def told(filters: Filters) -> dict[tuple[str, str], tuple[Any, ...]]:
        rows = ask(engine, "mart_tiered_stock", filters)
        return {(r["item_id"], r["warehouse_id"]): (r["tier"], r["state"], r["value"]) for r in rows}

    rows = ask(engine, "mart_trial", TRIAL, against=NOW)
    assert len(rows) == 12
    places = {(r["item_id"], r["warehouse_id"]): r for r in rows}
    assert {k: (r["now_tier"], r["now_state"], r["value"]) for k, r in places.items()} == told(NOW)
    assert {k: (r["tier"], r["state"], r["value"]) for k, r in places.items()} == told(TRIAL)


def test_a_filter_limits_the_trial_and_a_rule_may_be_tried(engine: Engine) -> None:
    rule = '[{"warehouse": "V", "watch_after_days": 120}]'
    tried = Filters(warehouse="V,W", rules=rule)
    (row,) = ask(engine, "mart_movers", tried, against=NOW)
    assert (row["item_id"], row["now_tier"], row["tier"], row["value"]) == ("WATCHED", "S", "none", 400)
    assert ask(engine, "mart_movers", tried.where(warehouse="W"), against=NOW) == []
    assert ask(engine, "mart_movers", NOW, against=tried.where(item="NEW"))[0]["now_tier"] == "none"
