"""What a trial makes: items and money by tier, state and rule, and whose work it is."""

from __future__ import annotations

import json
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
BUYERS = {"NEW": "Li", "WATCHED": "Li", "SLOW": "Wang", "SLOWER": "Wang"}
NOW = Filters()


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Six items in two warehouses each, 400 and 600 of money; DEAD and OLD have no buyer and no category."""
    made = engine_over(
        tmp_path_factory.mktemp("thresholds"),
        items=[
            {"item_id": item, "buyer": BUYERS.get(item), "material_type": "raw"}
            | {"category": "Steel" if item in BUYERS else None}
            for item in IDLE_DAYS
        ],
        warehouses=[{"warehouse_id": "V", "name": "Vienna"}, {"warehouse_id": "W", "name": "Warsaw"}],
        stock=[
            {"snapshot_on": TODAY, "item_id": item, "warehouse_id": warehouse, "qty": qty, "unit_cost": 100}
            | {"received_on": "2020-01-01", "last_issued_on": TODAY - timedelta(days=days)}
            for item, days in IDLE_DAYS.items()
            for warehouse, qty in (("V", 4), ("W", 6))
        ],
    )
    yield made
    made.close()


def parts(engine: Engine, part: str, filters: Filters) -> dict[str, tuple[int, int, Decimal]]:
    return {
        row["code"]: (row["item_count"], row["position_count"], row["value"])
        for row in ask(engine, "mart_stock_parts", filters)
        if row["part"] == part
    }


def work(engine: Engine, kind: str, trial: Filters, now: Filters = NOW) -> dict[Any, tuple[Any, ...]]:
    rows = ask(engine, "mart_work", trial, only={"owner_kind": kind}, against=now)
    return {
        row["owner"]: (
            row["new_red_items"], row["new_red_value"], row["new_standard_items"], row["new_standard_value"],
            row["freed_items"], row["freed_value"],
        )
        for row in rows
    }  # fmt: skip


def test_tiers_and_states_tell_items_places_and_money_also_where_there_are_none(engine: Engine) -> None:
    assert parts(engine, "tier", NOW) == {
        "R": (3, 6, 3000), "S": (2, 4, 2000), "T": (0, 0, 0), "none": (1, 2, 1000),
    }  # fmt: skip
    assert parts(engine, "state", NOW) == {
        "obsolete": (0, 0, 0), "dead": (2, 4, 2000), "slow": (2, 4, 2000), "watch": (1, 2, 1000),
        "excess": (1, 2, 1000), "healthy": (0, 0, 0),
    }  # fmt: skip
    assert parts(engine, "rule", NOW) == {"0": (6, 12, 6000)}


def test_a_limit_is_reached_on_its_very_day(engine: Engine) -> None:
    for days, slow in ((200, (2, 4, 2000)), (201, (1, 2, 1000))):
        assert parts(engine, "state", Filters(slow_after_days=days))["slow"] == slow


def test_a_rule_tells_what_it_decides_and_one_that_never_wins_decides_nothing(engine: Engine) -> None:
    rules = [
        {"category": "Steel", "dead_after_days": 300},
        {"category": "Steel", "warehouse": "V", "dead_after_days": 500},
        {"material_type": "raw", "warehouse": "V", "dead_after_days": 90},
        {"category": "Copper", "dead_after_days": 1},
    ]
    told = parts(engine, "rule", Filters(rules=json.dumps(rules)))
    assert told == {"0": (2, 2, 1200), "1": (4, 4, 2400), "2": (4, 4, 1600), "3": (2, 2, 800), "4": (0, 0, 0)}


def test_every_part_sums_to_the_same_money(engine: Engine) -> None:
    rules = '[{"warehouse": "V", "watch_after_days": 30}]'
    for filters in (NOW, Filters(rules=rules), Filters(tier="R"), Filters(warehouse="W", state="slow,dead")):
        totals = [
            sum(money for _, _, money in parts(engine, part, filters).values())
            for part in ("tier", "state", "rule")
        ]
        assert totals[0] > 0
        assert len(set(totals)) == 1


def test_work_is_what_becomes_urgent_or_due_and_what_is_freed_by_owner(engine: Engine) -> None:
    """SLOW goes from S to R, WATCHED from S to none; back again only WATCHED is new work."""
    sooner = Filters(
        watch_after_days=120, slow_after_days=150, dead_after_days=250, red_from_score=Decimal(60)
    )
    assert work(engine, "buyer", sooner) == {
        "Wang": (1, 1000, 0, 0, 0, 0),
        "Li": (0, 0, 0, 0, 1, 1000),
    }
    assert work(engine, "category", sooner) == {"Steel": (1, 1000, 0, 0, 1, 1000)}
    assert work(engine, "warehouse", sooner) == {"V": (1, 400, 0, 0, 1, 400), "W": (1, 600, 0, 0, 1, 600)}
    assert work(engine, "buyer", NOW, now=sooner) == {"Li": (0, 0, 1, 1000, 0, 0)}


def test_work_without_an_owner_is_told_as_such(engine: Engine) -> None:
    later = Filters(watch_after_days=900, slow_after_days=900, dead_after_days=900)
    assert work(engine, "buyer", later)[None] == (0, 0, 0, 0, 2, 2000)
    names = {r["owner"]: r["owner_name"] for r in ask(engine, "mart_work", later, against=NOW)}
    assert (names["V"], names["Li"]) == ("Vienna", None)


def test_nothing_tried_is_no_work(engine: Engine) -> None:
    assert ask(engine, "mart_work", NOW, against=NOW) == []
