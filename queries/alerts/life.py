"""The life of an alert: open, acknowledged or snoozed, cleared by itself, open again when it returns.

Pure: what is known, what matches and what time it is go in, events come out. `after` is the only place where
an event changes an alert, so the history of events tells its state.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

State = Literal["open", "acknowledged", "snoozed", "cleared"]
Happening = Literal["opened", "reopened", "woke", "cleared", "acknowledged", "snoozed"]

STATES: tuple[State, ...] = ("open", "acknowledged", "snoozed", "cleared")


@dataclass(frozen=True)
class Alert:
    """One rule and one entity: its state, and since when.

    `turn` counts how often it came up: a turn is told to a target once. `snoozed_until` is set while it is
    snoozed, and over at that very moment.
    """

    state: State
    turn: int
    since: datetime
    snoozed_until: datetime | None = None


@dataclass(frozen=True)
class Event:
    """What happened to an alert, and when; `until` ends a snooze, `person` did it, nobody if empty."""

    kind: Happening
    at: datetime
    until: datetime | None = None
    person: str = ""


def check(known: Mapping[str, Alert], matching: Set[str], now: datetime) -> dict[str, Event]:
    """What a check at that time does to the alerts of one rule, by entity; what stays as it is is left out.

    `known` are all alerts the rule ever had, `matching` the entities its condition names now. When a
    condition ends, so does a snooze: when it returns, the alert is open.
    """
    events = {entity: Event("opened", now) for entity in matching - known.keys()}
    for entity, alert in known.items():
        kind = _checked(alert, entity in matching, now)
        if kind:
            events[entity] = Event(kind, now)
    return events


def acknowledged(alert: Alert, person: str, now: datetime) -> Event | None:
    """Somebody looks after it: quiet until it clears; None where there is nothing to acknowledge."""
    return Event("acknowledged", now, person=person) if alert.state in ("open", "snoozed") else None


def snoozed(alert: Alert, until: datetime, person: str, now: datetime) -> Event | None:
    """Quiet until that moment; None where it is cleared or the moment is not to come."""
    can = alert.state != "cleared" and until > now
    return Event("snoozed", now, until=until, person=person) if can else None


def after(alert: Alert | None, event: Event) -> Alert:
    """The alert once the event happened; None is one that never was."""
    if alert is None:
        return Alert("open", 1, event.at)
    match event.kind:
        case "opened" | "reopened" | "woke":
            return Alert("open", alert.turn + 1, event.at)
        case "snoozed":
            return replace(alert, state="snoozed", since=event.at, snoozed_until=event.until)
        case "acknowledged" | "cleared":
            return replace(alert, state=event.kind, since=event.at, snoozed_until=None)


def _checked(alert: Alert, matches: bool, now: datetime) -> Happening | None:
    if not matches:
        return None if alert.state == "cleared" else "cleared"
    if alert.state == "cleared":
        return "reopened"
    is_over = alert.snoozed_until is not None and alert.snoozed_until <= now
    return "woke" if is_over else None
