"""Thresholds that contradict each other are named, in the policy and in each rule."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.decisions.policy_checks import conflicts
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings

SETTINGS: dict[str, Any] = {}


@pytest.fixture(scope="module", autouse=True)
def built_in(tmp_path_factory: pytest.TempPathFactory) -> None:
    engine = Engine.open(Settings(home=tmp_path_factory.mktemp("home")))
    SETTINGS.update(engine.answer("mart_settings", Filters()).to_pylist()[0])


def found(*rules: dict[str, str], **values: Any) -> list[tuple[str, int, str]]:
    """Code, rule and first threshold of each conflict when the built-in settings are changed so."""
    told = {**SETTINGS, **values, "rules": json.dumps(rules) if rules else None}
    return [(e.code, int(str(e.facts["rule"])), str(e.facts.get("lower", ""))) for e in conflicts(told)]


def test_what_is_built_in_contradicts_nothing() -> None:
    assert found() == []


def test_equal_thresholds_are_a_stage_left_out() -> None:
    assert found(watch_after_days=365, slow_after_days=365, red_from_score=35, value_ceiling=100) == []


@pytest.mark.parametrize(
    ("values", "lower"),
    [
        ({"watch_after_days": 181}, "watch_after_days"),
        ({"slow_after_days": 366}, "slow_after_days"),
        ({"standard_from_score": "65.0001"}, "standard_from_score"),
        ({"value_floor": "100000.01"}, "value_floor"),
        ({"abc_a_until": "0.96"}, "abc_a_until"),
        ({"xyz_x_until": "1.01"}, "xyz_x_until"),
    ],
)
def test_thresholds_that_rise_are_not_told_the_wrong_way_round(values: dict[str, Any], lower: str) -> None:
    assert found(**values) == [("policy_out_of_order", 0, lower)]


def test_the_wrong_weights_say_their_sum() -> None:
    (error,) = conflicts({**SETTINGS, "days_weight": "0.41"})
    assert (error.code, error.facts["total"]) == ("policy_weights_off", "1.01")


def test_a_rule_is_judged_with_what_it_leaves_to_the_policy() -> None:
    rule = {"category": "Raw", "watch_after_days": "200"}
    assert found(rule) == [("policy_out_of_order", 1, "watch_after_days")]
    assert found(rule, slow_after_days=200) == []
    assert found({**rule, "slow_after_days": "200"}) == []
    assert found({"days_weight": "0.5", "value_weight": "0.5", "reuse_weight": "0"}) == []
    assert found({"warehouse": "W1"}, {"days_weight": "0.5"}) == [("policy_weights_off", 2, "")]


def test_a_fault_of_the_policy_is_not_told_again_of_every_rule() -> None:
    assert found({"category": "Raw", "grace_days": "9"}, watch_after_days=181) == [
        ("policy_out_of_order", 0, "watch_after_days")
    ]


def test_two_rules_for_the_same_stock_are_told() -> None:
    there = {"category": "Raw", "warehouse": "W1"}
    assert found({**there, "grace_days": "9"}, {"category": "Raw"}, {**there, "grace_days": "8"}) == [
        ("policy_rule_repeated", 3, "")
    ]


@given(days=st.lists(st.integers(0, 36_500), min_size=3, max_size=3))
def test_days_in_order_are_always_right_and_others_never(days: list[int]) -> None:
    values = dict(zip(("watch_after_days", "slow_after_days", "dead_after_days"), days, strict=True))
    assert bool(found(**values)) == (days != sorted(days))


def test_the_check_of_the_settings_says_the_same(tmp_path: Path) -> None:
    engine = Engine.open(Settings(home=tmp_path))
    for asked in (Filters(), Filters(watch_after_days=181), Filters(slow_after_days=366)):
        told = engine.answer("mart_settings", asked).to_pylist()[0]
        assert bool(conflicts(told)) == bool(engine.check("settings_make_sense", asked).num_rows)
