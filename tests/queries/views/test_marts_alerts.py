"""What a rule of alerts names: six rows in, the exact answer out, comparisons as written."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from queries.alerts.rules import COMPARISONS, Rule, read, spelled
from queries.engine import Engine
from queries.filters import Filters
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import ask, engine_over

TODAY = date(2025, 12, 31)
IDLE = {"A": 100, "B": 200, "C": 400}


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def lines(item: str, warehouse: str, qty: int) -> list[dict[str, Any]]:
    head = {"item_id": item, "warehouse_id": warehouse}
    received = {"posted_on": ago(500), "kind": "receipt", "qty": qty + 1, "unit_cost": 10}
    used = {"posted_on": ago(IDLE[item]), "kind": "issue", "qty": -1}
    return [
        head | received | {"document_id": f"R-{item}-{warehouse}"},
        head | used | {"document_id": f"I-{item}-{warehouse}"},
    ]


def company(folder: Any) -> Engine:
    """A: W1 100, W2 50 · B: W1 200 · C: W2 300.5 · of money; today is fixed by a line of another item."""
    return engine_over(
        folder,
        movements=[
            *lines("A", "W1", 10),
            *lines("A", "W2", 5),
            *lines("B", "W1", 20),
            *lines("C", "W2", 30),
            {
                "item_id": "D",
                "warehouse_id": "W3",
                "posted_on": TODAY,
                "document_id": "D",
                "kind": "receipt",
                "qty": 1,
                "unit_cost": 1,
            },
        ],
        items=[
            {"item_id": "A", "name": "Bearing", "category": "Raw/Bearings", "buyer": "B1"},
            {"item_id": "B", "category": "Raw/Steel"},
            {"item_id": "C", "category": "Rawhide", "buyer": "B2"},
            {"item_id": "D"},
        ],
        warehouses=[{"warehouse_id": "W1", "parent_id": "EAST"}, {"warehouse_id": "W2", "name": "West"}],
    )


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return company(tmp_path_factory.mktemp("alerts"))


def days(measure: str, comparison: str, limit: int) -> dict[str, Any]:
    return {"measure": measure, "comparison": comparison, "limit": limit}


def money(comparison: str, limit: str) -> dict[str, Any]:
    return {"measure": "value", "comparison": comparison, "limit": limit}


def codes(measure: str, *named: str, is_not: bool = False) -> dict[str, Any]:
    return {"measure": measure, "codes": named, "is_not": is_not}


def asked(entity: str, *any_of: list[dict[str, Any]], **others: Any) -> Filters:
    rule = Rule.model_validate({"entity": entity, "any_of": any_of})
    return Filters(alert=rule.spelled(), **others)


def named(engine: Engine, entity: str, *any_of: list[dict[str, Any]], **others: Any) -> dict[str, Any]:
    rows = ask(engine, "mart_alert_matches", asked(entity, *any_of, **others))
    return {row["code"]: row["value"] for row in rows}


def test_no_rule_names_nothing(engine: Engine) -> None:
    assert ask(engine, "mart_alert_matches") == []
    (totals,) = ask(engine, "mart_alert_totals")
    assert totals == {"entity_count": 0, "position_count": 0, "value": 0}


def test_money_is_that_of_the_stock_the_other_conditions_choose_together(engine: Engine) -> None:
    slow = days("days_since_use", ">=", 100)
    assert named(engine, "item", [slow, money(">=", "150")]) == {"A": 150, "B": 200, "C": 300}
    assert named(engine, "item", [slow, money(">", "150")]) == {"B": 200, "C": 300}
    assert named(engine, "warehouse", [slow, money(">=", "350")]) == {"W2": 350}
    assert named(engine, "warehouse", [codes("category", "Raw"), money(">=", "50")]) == {"W1": 300, "W2": 50}
    assert named(engine, "category", [slow, money("=", "300")]) == {"Rawhide": 300}


def test_alternatives_are_or_and_conditions_are_and(engine: Engine) -> None:
    long_idle, dear = days("days_since_use", ">", 200), money(">=", "200")
    assert named(engine, "item", [long_idle, dear]) == {"C": 300}
    assert named(engine, "item", [long_idle], [dear]) == {"B": 200, "C": 300}
    assert named(engine, "warehouse", [codes("warehouse", "EAST")], [codes("category", "Raw/Bearings")]) == {
        "W1": 300,
        "W2": 50,
    }
    (totals,) = ask(engine, "mart_alert_totals", asked("item", [long_idle], [dear], [dear, long_idle]))
    assert totals == {"entity_count": 2, "position_count": 2, "value": 500}


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (days("days_since_use", ">=", 200), {"B", "C"}),
        (days("days_since_use", ">", 200), {"C"}),
        (days("days_since_use", "=", 200), {"B"}),
        (days("days_since_use", "<", 200), {"A", "D"}),
        (days("days_since_use", "<=", 200), {"A", "B", "D"}),
        (days("age_days", ">=", 500), {"A", "B", "C"}),
        (days("age_days", ">", 500), set()),
        (days("age_days", "=", 0), {"D"}),
        (days("days_to_next_state", "<=", 80), {"A"}),
        (days("days_to_next_state", "<", 80), set()),
        (days("days_to_expiry", "<=", 36_500), set()),
        (codes("category", "Raw"), {"A", "B"}),
        (codes("category", "Raw", is_not=True), {"C", "D"}),
        (codes("category", "="), {"D"}),
        (codes("warehouse", "EAST"), {"A", "B"}),
        (codes("warehouse", "=EAST"), set()),
        (codes("warehouse", "EAST", "W3", is_not=True), {"A", "C"}),
        (codes("state", "dead", "slow"), {"B", "C"}),
        (codes("state", "dead", "slow", is_not=True), {"A", "D"}),
        (codes("abc_class", "A"), {"A", "B"}),
        (codes("xyz_class", "n/a"), {"C", "D"}),
        (codes("tier", "none"), {"D"}),
    ],
)
def test_every_measure_is_compared_as_written(
    engine: Engine, condition: dict[str, Any], expected: set[str]
) -> None:
    assert named(engine, "item", [condition]).keys() == expected


def test_first_expiry_and_age_of_the_data_are_counted_in_days(lake_of: LakeOf) -> None:
    stock = {"snapshot_on": TODAY, "warehouse_id": "W1", "qty": 1, "unit_cost": 10}
    engine = lake_of(
        stock=[
            {**stock, "item_id": "A", "lot_id": "L1", "expires_on": TODAY + timedelta(30)},
            {**stock, "item_id": "A", "lot_id": "L2", "expires_on": TODAY + timedelta(10)},
            {**stock, "item_id": "B", "snapshot_on": ago(20), "warehouse_id": "W2"},
        ]
    )
    assert named(engine, "item", [days("days_to_expiry", "=", 10)]) == {"A": 20}
    assert named(engine, "item", [days("days_to_expiry", "<", 10)]) == {}
    stale = days("data_age_days", ">=", 20)
    assert named(engine, "warehouse", [stale]) == {"W2": 10}
    assert named(engine, "warehouse", [stale], checked_on=TODAY + timedelta(20)) == {"W1": 20, "W2": 10}
    assert named(engine, "warehouse", [stale], checked_on=TODAY + timedelta(19)) == {"W2": 10}


def test_a_match_says_where_it_lies_and_whose_it_is(engine: Engine) -> None:
    rows = ask(engine, "mart_alert_matches", asked("item", [money(">=", "150")]))
    assert [
        (row["entity"], row["name"], row["places"], row["categories"], row["buyers"]) for row in rows
    ] == [
        ("item:A", "Bearing", ["EAST", "W1", "W2"], ["Raw/Bearings"], ["B1"]),
        ("item:B", "B", ["EAST", "W1"], ["Raw/Steel"], []),
        ("item:C", "C", ["W2"], ["Rawhide"], ["B2"]),
    ]


AMOUNTS = {"A": Decimal(150), "B": Decimal(200), "C": Decimal(300), "D": Decimal(1)}
HOLDS = {
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
    "=": lambda a, b: a == b,
    "<=": lambda a, b: a <= b,
    "<": lambda a, b: a < b,
}
LIMITS = st.sampled_from([0, 1, 100, 150, 200, 300, 400]) | st.integers(0, 500)
CONDITIONS = st.tuples(st.sampled_from(["days_since_use", "value"]), st.sampled_from(COMPARISONS), LIMITS)


@given(st.lists(st.lists(CONDITIONS, min_size=1, max_size=3), min_size=1, max_size=3))
def test_any_mix_of_and_and_or_means_what_it_means_in_words(
    engine: Engine, any_of: list[list[tuple[str, str, int]]]
) -> None:
    idle = {**IDLE, "D": 0}
    expected = {
        item
        for item in AMOUNTS
        if any(
            all(
                HOLDS[comparison](idle[item] if measure == "days_since_use" else AMOUNTS[item], limit)
                for measure, comparison, limit in conditions
            )
            for conditions in any_of
        )
    }
    written = [[{"measure": m, "comparison": c, "limit": limit} for m, c, limit in each] for each in any_of]
    assert named(engine, "item", *written).keys() == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"entity":"item","any_of":[]}',
        '{"entity":"item","any_of":[[]]}',
        '{"entity":"town","any_of":[[{"measure":"tier","codes":["R"]}]]}',
        '{"entity":"item","any_of":[[{"measure":"tier","codes":["Q"]}]]}',
        '{"entity":"item","any_of":[[{"measure":"tier","codes":[]}]]}',
        '{"entity":"item","any_of":[[{"measure":"colour","codes":["R"]}]]}',
        '{"entity":"item","any_of":[[{"measure":"value","comparison":"!=","limit":"1"}]]}',
        '{"entity":"item","any_of":[[{"measure":"value","comparison":">","limit":"NaN"}]]}',
        '{"entity":"item","any_of":[[{"measure":"value","comparison":">","limit":"0.00001"}]]}',
        '{"entity":"item","any_of":[[{"measure":"age_days","comparison":">","limit":1.5}]]}',
        '{"entity":"item","any_of":[[{"measure":"tier","codes":["R"]},{"measure":"tier","codes":["S"]}]]}',
        '{"entity":"item","any_of":[[{"measure":"tier","codes":["R"]}]],"sql":"1=1"}',
    ],
)
def test_what_is_no_rule_is_not_read(text: str) -> None:
    assert read(text) is None


def test_a_rule_is_spelled_one_way_and_read_back() -> None:
    rule = Rule.model_validate({"entity": "item", "any_of": [[money(">=", "10.50"), codes("tier", "R")]]})
    assert rule.spelled() == (
        '{"entity":"item","any_of":[[{"measure":"value","comparison":">=","limit":"10.50"},'
        '{"measure":"tier","codes":["R"]}]]}'
    )
    assert read(rule.spelled()) == rule
    assert spelled(f" {rule.spelled()} ") == rule.spelled()
