"""Rules, alerts and their events, kept in the database of decisions.

Every function takes the time from its caller. Errors of every function: DecisionsUnreachable, DecisionsBusy,
StoreReadOnly, StoreFull.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queries.alerts import life
from queries.alerts.life import STATES, Alert, Event, State
from queries.alerts.rules import Rule
from queries.decisions import policies
from queries.decisions.database import opened
from queries.decisions.tables import AlertEventRow, AlertRow, AlertRuleRow
from queries.settings import Settings

FACTS = (
    "entity_kind", "code", "name", "item_count", "position_count", "days_since_use", "places",
    "categories", "buyers",
)  # fmt: skip
"""What an alert keeps of its row of mart_alert_matches, beside its money and the versions asked."""


@dataclass(frozen=True)
class KeptRule:
    """A rule under its number; `revision` counts its changes, `checked_at` is None until it was checked."""

    id: int
    name: str
    rule: Rule
    is_on: bool
    revision: int
    author: str
    changed_at: datetime
    checked_at: datetime | None


@dataclass(frozen=True)
class KeptAlert:
    """An alert with its rule's name, and what its stock was worth when a check last named it."""

    id: int
    rule_id: int
    rule_name: str
    entity: str
    alert: Alert
    value: Decimal
    facts: Mapping[str, Any]


def save_rule(
    settings: Settings, name: str, rule: Rule, *, author: str, now: datetime, number: int | None = None
) -> KeptRule:
    """Keep a rule, or say that rule anew; it is switched on."""
    with opened(settings, writes=True) as session:
        row = session.get(AlertRuleRow, number, with_for_update=True) if number else None
        if row is None:
            row = AlertRuleRow(revision=0)
            session.add(row)
        row.name, row.rule, row.author = name, rule.spelled(), author
        row.is_on, row.changed_at, row.revision = True, now, row.revision + 1
        session.flush()
        return _rule(row)


def switch_rule(settings: Settings, number: int, *, is_on: bool, author: str, now: datetime) -> None:
    """Switch a rule on or off; at the next check the alerts of one that is off clear."""
    with opened(settings, writes=True) as session:
        row = session.get_one(AlertRuleRow, number, with_for_update=True)
        row.is_on, row.author, row.changed_at, row.revision = is_on, author, now, row.revision + 1


def rules(settings: Settings) -> tuple[KeptRule, ...]:
    """Every rule, in the order they were made."""
    with opened(settings) as session:
        return tuple(map(_rule, session.scalars(select(AlertRuleRow).order_by(AlertRuleRow.id))))


def record(
    settings: Settings,
    rule: KeptRule,
    found: Sequence[Mapping[str, Any]],
    *,
    data_version: int,
    policy_version: int,
    now: datetime,
) -> dict[str, Event] | None:
    """What a check found becomes events and alerts: what happened, by entity.

    `found` are rows of mart_alert_matches, asked of that data version under that policy. None, and nothing
    kept, where the rule was changed, newer data checked or another policy put in force meanwhile.
    """
    versions = {"data_version": data_version, "policy_version": policy_version}
    told = {row["entity"]: _facts(row) | versions for row in found}
    with opened(settings, writes=True) as session:
        row = session.get_one(AlertRuleRow, rule.id, with_for_update=True)
        if (
            row.revision != rule.revision
            or (row.data_version or 0) > data_version
            or policies.newest(session) != policy_version
        ):
            return None
        rows = {each.entity: each for each in session.scalars(_of_rule(rule.id))}
        known = {entity: _alert(each) for entity, each in rows.items()}
        events = life.check(known, told.keys(), now)
        for entity in told:
            if entity in rows:
                rows[entity].facts = told[entity]
        for entity in sorted(events):
            if entity not in rows:
                rows[entity] = AlertRow(rule_id=rule.id, entity=entity, facts=told[entity])
                session.add(rows[entity])
            _change(rows[entity], life.after(known.get(entity), events[entity]))
        session.flush()
        session.add_all(_event(rows[entity], events[entity], **versions) for entity in sorted(events))
        row.checked_at, row.data_version, row.policy_version = now, data_version, policy_version
        return events


def alerts(settings: Settings, states: Iterable[State] = STATES) -> tuple[KeptAlert, ...]:
    """The alerts in these states, most money first."""
    with opened(settings) as session:
        return tuple(listed(session, AlertRow.state.in_(tuple(states))))


def counted(settings: Settings) -> dict[State, int]:
    """How many alerts are in each state."""
    with opened(settings) as session:
        found = dict(session.execute(select(AlertRow.state, func.count()).group_by(AlertRow.state)).all())
        return {state: found.get(state, 0) for state in STATES}


def acknowledge(settings: Settings, ids: Iterable[int], *, person: str, now: datetime) -> int:
    """Somebody looks after these; how many of them were there to acknowledge."""
    return _by_hand(settings, ids, lambda alert: life.acknowledged(alert, person, now))


def snooze(settings: Settings, ids: Iterable[int], *, until: datetime, person: str, now: datetime) -> int:
    """Keep these quiet until that moment; how many of them could be."""
    return _by_hand(settings, ids, lambda alert: life.snoozed(alert, until, person, now))


def history(settings: Settings, number: int) -> tuple[Event, ...]:
    """What happened to an alert, newest first."""
    asked = select(AlertEventRow).where(AlertEventRow.alert_id == number).order_by(AlertEventRow.id.desc())
    with opened(settings) as session:
        return tuple(
            Event(row.kind, row.at, row.until, row.person)  # type: ignore[arg-type]
            for row in session.scalars(asked)
        )


def listed(session: Session, *conditions: Any) -> list[KeptAlert]:
    """Alerts for which these conditions hold, most money first."""
    asked = select(AlertRow, AlertRuleRow.name).join(AlertRuleRow, AlertRow.rule_id == AlertRuleRow.id)
    found = [
        KeptAlert(row.id, row.rule_id, name, row.entity, _alert(row), Decimal(row.facts["value"]), row.facts)
        for row, name in session.execute(asked.where(*conditions))
    ]
    return sorted(found, key=lambda each: (-each.value, each.rule_id, each.entity))


def _by_hand(settings: Settings, ids: Iterable[int], step: Callable[[Alert], Event | None]) -> int:
    done = 0
    asked = select(AlertRow).where(AlertRow.id.in_(tuple(ids))).order_by(AlertRow.id).with_for_update()
    with opened(settings, writes=True) as session:
        for row in session.scalars(asked):
            event = step(_alert(row))
            if event:
                _change(row, life.after(_alert(row), event))
                session.add(_event(row, event))
                done += 1
    return done


def _of_rule(number: int) -> Any:
    return select(AlertRow).where(AlertRow.rule_id == number).with_for_update()


def _facts(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"value": str(row["value"])} | {name: row[name] for name in FACTS}


def _alert(row: AlertRow) -> Alert:
    return Alert(row.state, row.turn, row.since, row.snoozed_until)  # type: ignore[arg-type]


def _change(row: AlertRow, alert: Alert) -> None:
    row.state, row.turn, row.since, row.snoozed_until = (
        alert.state,
        alert.turn,
        alert.since,
        alert.snoozed_until,
    )


def _event(row: AlertRow, event: Event, **versions: int) -> AlertEventRow:
    return AlertEventRow(
        alert_id=row.id, kind=event.kind, at=event.at, until=event.until, person=event.person, **versions
    )


def _rule(row: AlertRuleRow) -> KeptRule:
    return KeptRule(
        row.id,
        row.name,
        Rule.model_validate_json(row.rule),
        row.is_on,
        row.revision,
        row.author,
        row.changed_at,
        row.checked_at,
    )
