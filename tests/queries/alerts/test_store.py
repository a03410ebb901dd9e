"""Alerts as they are kept: driven through loads, policies, people and the clock on a real database."""

from __future__ import annotations

import tempfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import settings as how
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import text

from queries.alerts import life, store
from queries.alerts.check import check
from queries.alerts.life import Alert
from queries.alerts.rules import Rule
from queries.alerts.store import KeptAlert, KeptRule
from queries.decisions import policies
from queries.decisions.database import opened
from queries.filters import Filters
from queries.settings import Settings
from tests.queries.alerts.kept import NOON, found, kept_rule, row

DAY = timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


def states(settings: Settings) -> dict[str, str]:
    return {each.entity: each.alert.state for each in store.alerts(settings)}


def test_an_alert_is_kept_with_its_money_and_its_history(settings: Settings) -> None:
    old = kept_rule(settings)
    found(settings, old, row("A", "12.50"), row("B", "99.10"))
    b, a = store.alerts(settings)
    assert (a.entity, a.value, a.rule_name) == ("item:A", Decimal("12.50"), "Old stock")
    assert (b.value, b.facts["buyers"], b.facts["data_version"]) == (Decimal("99.10"), ["B1"], 1)
    assert store.acknowledge(settings, [a.id], person="planner", now=NOON + DAY) == 1
    until = NOON + 9 * DAY
    assert store.snooze(settings, [a.id, b.id], until=until, person="buyer", now=NOON + 2 * DAY) == 2
    found(settings, old, row("A", "13"), now=NOON + 3 * DAY)
    assert states(settings) == {"item:A": "snoozed", "item:B": "cleared"}
    assert [each.value for each in store.alerts(settings, ["snoozed"])] == [Decimal(13)]
    assert store.counted(settings) == {"open": 0, "acknowledged": 0, "snoozed": 1, "cleared": 1}
    told = [(each.kind, each.at, each.until, each.person) for each in store.history(settings, a.id)]
    assert told == [
        ("snoozed", NOON + 2 * DAY, until, "buyer"),
        ("acknowledged", NOON + DAY, None, "planner"),
        ("opened", NOON, None, ""),
    ]


def test_a_check_that_was_overtaken_changes_nothing(settings: Settings) -> None:
    old = kept_rule(settings)
    assert found(settings, old, row("A"), data_version=2)
    assert found(settings, old, data_version=1) is None
    policies.draft(settings, Filters(dead_after_days=100), reason="", author="")
    policies.activate(settings, 2, reason="", author="")
    assert store.record(settings, old, [], data_version=2, policy_version=1, now=NOON) is None
    changed = store.save_rule(settings, "Older", old.rule, author="", now=NOON, number=old.id)
    assert found(settings, old, data_version=2) is None
    assert states(settings) == {"item:A": "open"}
    assert found(settings, changed, data_version=2)
    assert states(settings) == {"item:A": "cleared"}


def test_a_load_a_policy_and_the_clock_move_real_alerts(own_sample_home: Path) -> None:
    settings = Settings(home=own_sample_home)
    dead = {"entity": "item", "any_of": [[{"measure": "state", "codes": ["dead"]}]]}
    rule = kept_rule(settings, "Dead stock", Rule.model_validate(dead))
    opened_now = check(settings, NOON)
    assert set(opened_now) == {"opened"}
    assert check(settings, NOON) == {}
    policies.draft(settings, Filters(dead_after_days=36_500), reason="", author="")
    policies.activate(settings, 2, reason="", author="")
    assert check(settings, NOON + DAY) == {"cleared": opened_now["opened"]}
    policies.activate(settings, 1, reason="", author="")
    assert check(settings, NOON + 2 * DAY) == {"reopened": opened_now["opened"]}
    store.switch_rule(settings, rule.id, is_on=False, author="", now=NOON)
    assert check(settings, NOON + 3 * DAY) == {"cleared": opened_now["opened"]}


def test_an_empty_lake_neither_opens_nor_clears(settings: Settings) -> None:
    old = kept_rule(settings)
    found(settings, old, row("A"))
    assert check(settings, NOON) == {}
    assert states(settings) == {"item:A": "open"}


class Company(RuleBasedStateMachine):
    """Stock with days of rest, a policy whose threshold a rule follows, people and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.settings = Settings(home=Path(self.folder.name))
        self.now, self.data_version, self.threshold = NOON, 1, 180
        self.rest: dict[str, int] = {}
        self.checked: set[str] = set()
        self.quiet: dict[str, datetime | None] = {}
        self.turns: dict[str, int] = {}
        self.rule: KeptRule = kept_rule(self.settings)

    def teardown(self) -> None:
        self.folder.cleanup()

    @rule(rest=st.dictionaries(st.sampled_from("ABC"), st.sampled_from([179, 180, 181, 400])))
    def load(self, rest: dict[str, int]) -> None:
        self.rest, self.data_version = rest, self.data_version + 1

    @rule(days=st.sampled_from([180, 181, 500]))
    def change_policy(self, days: int) -> None:
        kept = policies.draft(self.settings, Filters(slow_after_days=days), reason="", author="")
        policies.activate(self.settings, kept.version, reason="", author="")
        self.threshold = days

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def check(self) -> None:
        matching = {item for item, days in self.rest.items() if days >= self.threshold}
        for item in matching:
            until = self.quiet.get(item)
            if item not in self.checked or (until is not None and until <= self.now):
                self.turns[item] = self.turns.get(item, 0) + 1
                self.quiet.pop(item, None)
        for item in self.checked - matching:
            self.quiet.pop(item, None)
        self.checked = matching
        rows = [row(item) for item in sorted(matching)]
        for first in (True, False):
            done = found(self.settings, self.rule, *rows, now=self.now, data_version=self.data_version)
            assert done is not None
            assert first or done == {}

    @rule(item=st.sampled_from("ABC"), hours=st.none() | st.integers(-5, 100))
    def somebody_makes_it_quiet(self, item: str, hours: int | None) -> None:
        number = next((each.id for each in self.known() if each.entity == f"item:{item}"), 0)
        if hours is None:
            done = store.acknowledge(self.settings, [number], person="planner", now=self.now)
            assert done == (item in self.checked and self.quiet.get(item, self.now) is not None)
            until = None
        else:
            until = self.now + timedelta(hours=hours)
            done = store.snooze(self.settings, [number], until=until, person="buyer", now=self.now)
            assert done == (item in self.checked and hours > 0)
        if done:
            self.quiet[item] = until

    def known(self) -> tuple[KeptAlert, ...]:
        return store.alerts(self.settings)

    @invariant()
    def none_is_doubled_none_is_lost(self) -> None:
        known = self.known()
        assert len({each.entity for each in known}) == len(known)
        assert {each.facts["code"]: each.alert.turn for each in known} == self.turns
        up = {each.facts["code"] for each in known if each.alert.state != "cleared"}
        assert up == self.checked
        is_open = {each.facts["code"] for each in known if each.alert.state == "open"}
        assert is_open == self.checked - self.quiet.keys()

    @invariant()
    def history_tells_the_state(self) -> None:
        for each in self.known():
            alert: Alert | None = None
            for event in reversed(store.history(self.settings, each.id)):
                alert = life.after(alert, event)
            assert alert == each.alert


Company.TestCase.settings = how(max_examples=8, stateful_step_count=20, deadline=None)
TestCompany = Company.TestCase


def test_the_database_itself_refuses_a_second_alert_of_one_rule_and_entity(settings: Settings) -> None:
    found(settings, kept_rule(settings), row("A"))
    again = (
        "insert into alerts select 99, rule_id, entity, state, turn, since, snoozed_until, facts from alerts"
    )
    with pytest.raises(Exception, match="UNIQUE"), opened(settings, writes=True) as session:
        session.execute(text(again))
