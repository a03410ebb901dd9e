"""Filters: what a link says, what is not used of it, and one name in four places."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.filters import EXEMPTION_KEYS, FIELDS, RULE_KEYS, SCOPE, Filters, Ignored
from queries.views import views

EVERYTHING = Filters(
    as_of=date(2026, 3, 31),
    data_version=3,
    policy_version=2,
    organisation="CN01",
    region="East",
    warehouse="W1,W2",
    category="Raw/Seals",
    material_type="raw",
    supplier="S-07",
    abc_class="A,N",
    xyz_class="Z,n/a",
    tier="R,S",
    state="dead,slow",
    item="M-1",
    search="seal 6204",
    group_by="warehouse,tier",
    bin="A-03-2",
    age_bucket="91-180",
    document="GR-17",
    alert='{"entity":"item","any_of":[[{"measure":"tier","codes":["R"]}]]}',
    checked_on=date(2026, 4, 2),
    watch_after_days=30,
    slow_after_days=60,
    dead_after_days=120,
    grace_days=0,
    excess_horizon_days=90,
    demand_window_days=730,
    holding_rate=Decimal("0.18"),
    days_weight=Decimal("0.5"),
    value_weight=Decimal("0.3"),
    reuse_weight=Decimal("0.2"),
    red_from_score=Decimal(70),
    standard_from_score=Decimal("40.5"),
    value_floor=Decimal(10),
    value_ceiling=Decimal("1e6"),
    age_edges="30,90",
    use_scope="warehouse",
    use_kinds="issue,scrap",
    return_age="return",
    transit_days=5,
    abc_a_until=Decimal("0.7"),
    abc_b_until=Decimal("0.9"),
    xyz_x_until=Decimal("0.4"),
    xyz_y_until=Decimal("0.9"),
    intermittent_from_adi=Decimal("1.5"),
    erratic_from_cv2=Decimal("0.5"),
    fast_from_periods=8,
    history_periods=10,
    phase_in_days=200,
    phase_out_share=Decimal("0.4"),
    supply_limit_days=150,
    class_drift_periods=9,
    class_review_days=180,
    shelf_alert_days=60,
    customer_life_days=20,
    frozen_days=7,
    safety_stock_days=30,
    stale_after_days=40,
    cost_ratio_limit=Decimal(5),
    count_tolerance_share=Decimal("0.05"),
    count_a_days=30,
    count_b_days=60,
    count_c_days=120,
    count_plan_positions=40,
    count_batch_lines=20,
    backtest_horizon_days=120,
    tested_threshold="dead_after_days",
    review_cost=Decimal("350"),
    miss_loss_share=Decimal("0.03"),
    flat_cost_share=Decimal("0.2"),
    duplicate_from_score=Decimal(80),
    red_deadline_days=14,
    standard_deadline_days=60,
    temporary_deadline_days=120,
    red_approver="plant board",
    standard_approver="finance_manager",
    temporary_approver="buyer",
    rules='[{"category": "Raw", "dead_after_days": 90}]',
    exemptions='[{"ends_on": "2026-12-31", "item_id": "M-1"}]',
)


def test_a_link_carries_every_filter_there_and_back() -> None:
    assert {f.name for f in fields(Filters)} == set(EVERYTHING.variables())
    assert Filters.from_link(EVERYTHING.to_link()) == (EVERYTHING, ())
    assert Filters.from_link("?" + EVERYTHING.to_link())[0] == EVERYTHING


ANYTHING = {
    date: st.dates(),
    int: st.integers(0, 10**9),
    Decimal: st.decimals(0, 100, places=4, allow_nan=False),
    str: st.text(min_size=1, max_size=400),
}
"""Values by the kind a field is of; what a field's reader refuses of them is no value of it."""


def values_of(name: str) -> st.SearchStrategy[Any]:
    known = getattr(EVERYTHING, name)
    wild = ANYTHING[type(known)].map(str).map(FIELDS[name]).filter(lambda value: value is not None)
    return st.just(known) if type(known) is str and FIELDS[name]("\u4e00 &=,+%") is None else wild


@given(
    st.lists(st.sampled_from(sorted(FIELDS)), unique=True, max_size=12).flatmap(
        lambda names: st.fixed_dictionaries({name: values_of(name) for name in names})
    )
)
def test_any_filters_round_trip_through_a_link_long_or_whole(chosen: dict[str, Any]) -> None:
    filters = Filters(**chosen)
    link = filters.to_link()
    assert Filters.from_link(link) == (filters, ())
    assert Filters.from_link(f"https://stock.example/a/board?{link}#x") == (filters, ())
    assert filters.variables() == chosen


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_every_field_alone_round_trips_and_is_either_scope_or_policy(name: str) -> None:
    alone = Filters(**{name: getattr(EVERYTHING, name)})
    assert Filters.from_link(alone.to_link()) == (alone, ())
    assert alone.policy_part() == (Filters() if name in SCOPE else alone)
    assert Filters().filled(alone) == alone
    assert alone.filled(EVERYTHING) == EVERYTHING


def test_nothing_set_is_no_link_and_no_variable() -> None:
    assert Filters().to_link() == ""
    assert Filters().variables() == {}
    assert Filters.from_link("") == (Filters(), ())


def test_a_filter_has_one_name_in_four_places() -> None:
    names = {f.name for f in fields(Filters)}
    assert names == set(FIELDS)
    text = views()["src_settings"].sql
    missing = [n for n in names - {"data_version"} if f"getvariable('{n}')" not in text]
    assert missing == []


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("nothing", "1", "unknown"),
        ("as_of", "2026-02-30", "unreadable"),
        ("as_of", "yesterday", "unreadable"),
        ("tier", "R,X", "unreadable"),
        ("state", "gone", "unreadable"),
        ("watch_after_days", "-1", "unreadable"),
        ("watch_after_days", "1.5", "unreadable"),
        ("watch_after_days", "99999", "unreadable"),
        ("holding_rate", "1.01", "unreadable"),
        ("holding_rate", "NaN", "unreadable"),
        ("days_weight", "-0.1", "unreadable"),
        ("value_floor", "Infinity", "unreadable"),
        ("age_edges", "30,20", "unreadable"),
        ("age_edges", "0,20", "unreadable"),
        ("use_scope", "town", "unreadable"),
        ("group_by", "colour", "unreadable"),
        ("group_by", "tier,tier", "unreadable"),
        ("group_by", "tier,region,category", "unreadable"),
        ("age_bucket", "old", "unreadable"),
        ("history_periods", "0", "unreadable"),
        ("search", "a\x00b", "unreadable"),
        ("search", "x" * 401, "too_long"),
        ("rules", "not json", "unreadable"),
        ("rules", '{"category": "Raw"}', "unreadable"),
        ("rules", '[{"colour": "red"}]', "unreadable"),
        ("rules", '[{"dead_after_days": -1}]', "unreadable"),
        ("rules", '[{"dead_after_days": true}]', "unreadable"),
        ("rules", "[" + '{"category": "Raw"},' * 1000 + "{}]", "too_long"),
        ("exemptions", '[{"reason": "no item"}]', "unreadable"),
        ("exemptions", '[{"item_id": "A", "ends_on": "soon"}]', "unreadable"),
    ],
)
def test_what_cannot_be_used_is_said_and_the_rest_holds(name: str, text: str, reason: str) -> None:
    filters, ignored = Filters.from_link({name: text, "warehouse": "W1"})
    assert filters == Filters(warehouse="W1")
    assert ignored == (Ignored(name, text[:80], reason),)


def test_rules_and_exemptions_are_spelled_one_way() -> None:
    rules = [{"dead_after_days": "90", "days_weight": 0.50, "material_type": " spare ", "category": None}]
    filters, ignored = Filters.from_link({"rules": json.dumps(rules)})
    assert ignored == ()
    assert json.loads(filters.rules or "") == [
        {"days_weight": "0.5", "dead_after_days": 90, "material_type": "spare"}
    ]
    assert Filters.from_link(filters.to_link())[0] == filters


def test_what_a_rule_or_an_exemption_may_say_is_what_the_views_read() -> None:
    for view, keys in (("src_rules", RULE_KEYS), ("src_exemptions", EXEMPTION_KEYS)):
        assert all(f"->> '{key}'" in views()[view].sql for key in keys), view


def test_a_sentence_leaves_versions_and_lists_out() -> None:
    said = EVERYTHING.sentence(lambda name, value: f"{name}={value}")
    assert said.startswith("as_of=2026-03-31 · organisation=CN01 · region=East · warehouse=W1,W2")
    assert not {
        "data_version",
        "policy_version",
        "group_by",
        "rules",
        "exemptions",
        "alert",
        "checked_on",
    } & {part.split("=")[0] for part in said.split(" · ")}


def test_where_changes_a_copy() -> None:
    changed = EVERYTHING.where(warehouse=None, grace_days=7)
    assert (changed.warehouse, changed.grace_days, EVERYTHING.grace_days) == (None, 7, 0)


@given(st.dictionaries(st.sampled_from([*FIELDS, "other"]), st.text(max_size=30), max_size=6))
def test_no_link_breaks_it_and_what_is_read_reads_back(link: dict[str, str]) -> None:
    filters, ignored = Filters.from_link(link)
    assert Filters.from_link(filters.to_link()) == (filters, ())
    assert {each.name for each in ignored} | set(filters.variables()) == set(link)


def test_every_filter_is_told_in_the_settings_view_only() -> None:
    readers = {
        path.name
        for path in Path("queries/views").rglob("*.sql")
        if "getvariable(" in path.read_text("utf-8")
    }
    assert readers == {"src_settings.sql"}
