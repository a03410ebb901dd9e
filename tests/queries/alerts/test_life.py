"""The life of an alert, driven through checks, people and the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from queries.alerts import life
from queries.alerts.life import Alert, Event

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
ENTITIES = st.sampled_from(["item:A", "item:B", "item:C"])


def test_an_alert_opens_is_acknowledged_clears_and_opens_again() -> None:
    opened = life.check({}, {"item:A"}, NOON)
    assert opened == {"item:A": Event("opened", NOON)}
    alert = life.after(None, opened["item:A"])
    assert alert == Alert("open", 1, NOON)
    seen = life.acknowledged(alert, "planner", NOON + DAY)
    assert seen == Event("acknowledged", NOON + DAY, person="planner")
    alert = life.after(alert, seen)
    assert life.check({"item:A": alert}, {"item:A"}, NOON + 2 * DAY) == {}
    cleared = life.check({"item:A": alert}, set(), NOON + 3 * DAY)["item:A"]
    alert = life.after(alert, cleared)
    assert alert == Alert("cleared", 1, NOON + 3 * DAY)
    assert life.check({"item:A": alert}, set(), NOON + 4 * DAY) == {}
    again = life.check({"item:A": alert}, {"item:A"}, NOON + 5 * DAY)["item:A"]
    assert life.after(alert, again) == Alert("open", 2, NOON + 5 * DAY)


def test_a_snooze_is_over_at_its_very_moment_and_not_before() -> None:
    until = NOON + 7 * DAY
    snoozed = life.snoozed(Alert("open", 1, NOON), until, "planner", NOON)
    assert snoozed is not None
    alert = life.after(Alert("open", 1, NOON), snoozed)
    assert alert == Alert("snoozed", 1, NOON, until)
    known = {"item:A": alert}
    assert life.check(known, {"item:A"}, until - timedelta(microseconds=1)) == {}
    assert life.check(known, {"item:A"}, until) == {"item:A": Event("woke", until)}
    assert life.check(known, set(), NOON) == {"item:A": Event("cleared", NOON)}


def test_nobody_acknowledges_or_snoozes_what_is_over() -> None:
    over = Alert("cleared", 1, NOON)
    assert life.acknowledged(over, "planner", NOON) is None
    assert life.snoozed(over, NOON + DAY, "planner", NOON) is None
    assert life.snoozed(Alert("open", 1, NOON), NOON, "planner", NOON) is None
    assert life.acknowledged(Alert("acknowledged", 1, NOON), "buyer", NOON) is None


class Alerts(RuleBasedStateMachine):
    """Any run of checks, people and days; beside it the plainest account of what must be so."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.known: dict[str, Alert] = {}
        self.history: dict[str, list[Event]] = {}
        self.matched: set[str] = set()
        self.checked: set[str] = set()
        self.quiet: dict[str, datetime | None] = {}
        self.turns: dict[str, int] = {}

    def happened(self, entity: str, event: Event) -> None:
        self.known[entity] = life.after(self.known.get(entity), event)
        self.history.setdefault(entity, []).append(event)

    @rule(matching=st.sets(ENTITIES))
    def condition_holds_for(self, matching: set[str]) -> None:
        self.matched = matching

    @rule(hours=st.integers(1, 100))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def a_check(self) -> None:
        for entity in self.matched:
            quiet_until = self.quiet.get(entity)
            woke = quiet_until is not None and quiet_until <= self.now
            if entity not in self.checked or woke:
                self.turns[entity] = self.turns.get(entity, 0) + 1
                self.quiet.pop(entity, None)
        for entity in self.checked - self.matched:
            self.quiet.pop(entity, None)
        for entity, event in life.check(self.known, self.matched, self.now).items():
            self.happened(entity, event)
        self.checked = set(self.matched)
        assert life.check(self.known, self.matched, self.now) == {}

    @rule(entity=ENTITIES)
    def somebody_acknowledges(self, entity: str) -> None:
        event = life.acknowledged(self.known[entity], "planner", self.now) if entity in self.known else None
        if event:
            self.happened(entity, event)
            self.quiet[entity] = None

    @rule(entity=ENTITIES, hours=st.integers(-5, 100))
    def somebody_snoozes(self, entity: str, hours: int) -> None:
        until = self.now + timedelta(hours=hours)
        event = life.snoozed(self.known[entity], until, "buyer", self.now) if entity in self.known else None
        if event:
            self.happened(entity, event)
            self.quiet[entity] = until

    @invariant()
    def is_up_exactly_while_its_condition_held_at_the_last_check(self) -> None:
        up = {entity for entity, alert in self.known.items() if alert.state != "cleared"}
        assert up == self.checked

    @invariant()
    def is_open_unless_somebody_made_it_quiet(self) -> None:
        assert {e for e in self.checked if self.known[e].state == "open"} == self.checked - self.quiet.keys()

    @invariant()
    def every_turn_came_up_once_and_none_was_lost(self) -> None:
        assert {entity: alert.turn for entity, alert in self.known.items()} == self.turns

    @invariant()
    def its_history_tells_its_state(self) -> None:
        for entity, events in self.history.items():
            alert = None
            for event in events:
                alert = life.after(alert, event)
            assert alert == self.known[entity]


Alerts.TestCase.settings = settings(max_examples=60, stateful_step_count=30)
TestAlerts = Alerts.TestCase
