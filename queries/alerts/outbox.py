"""Targets, and the messages to them: each turn of an alert goes to a target once, whoever sends.

A sender claims a message in one transaction and settles it in another; a claim has an end, so that another
takes over from a sender that was killed. Errors of every function: DecisionsUnreachable, DecisionsBusy,
StoreReadOnly, StoreFull.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from queries.alerts.store import KeptAlert, listed
from queries.decisions.database import opened
from queries.decisions.tables import AlertRow, DeliveryRow, TargetRow, ToldRow
from queries.settings import Settings

LEASE = timedelta(minutes=10)
"""After so long a sender that says nothing is taken for dead."""
TRIES = 6
FIRST_PAUSE = timedelta(minutes=1)
"""The pause after a first try that failed; each is twice the one before."""
UNDER_WAY = ("sending", "waiting")
ROUTES = ("warehouses", "categories", "buyers")

Compose = Callable[[Sequence[KeptAlert], str], tuple[str, str]]
"""Title and body of a message that tells these alerts in that language."""


@dataclass(frozen=True)
class Target:
    """Whom alerts are told to: those of its warehouses, categories and buyers (none named: all), in a digest
    at most every so many hours; of alerts open for so many days, so that a target of 7 is an escalation.
    """

    name: str
    language: str = "en"
    warehouses: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    every_hours: int = 24
    after_days: int = 0
    is_on: bool = True

    def takes(self, alert: KeptAlert) -> bool:
        """Whether the alert is routed here; a warehouse and a category include everything below them."""
        facts = alert.facts
        above = {
            "/".join(parts[:depth])
            for parts in (path.split("/") for path in facts["categories"])
            for depth in range(1, len(parts) + 1)
        }
        found = (set(facts["places"]), above, set(facts["buyers"]))
        wanted = (self.warehouses, self.categories, self.buyers)
        return all(not some or not have.isdisjoint(some) for some, have in zip(wanted, found, strict=True))


@dataclass(frozen=True)
class Message:
    """What one sender sends now; `claim` is its name for it."""

    id: int
    claim: str
    title: str
    body: str
    alert_count: int


@dataclass(frozen=True)
class Delivery:
    """A line of the log; `status` is sending, waiting, sent or given_up."""

    target: str
    kind: str
    status: str
    alert_count: int
    title: str
    body: str
    created_at: datetime
    attempts: int
    sent_at: datetime | None
    problem: str


def save_target(settings: Settings, target: Target) -> None:
    """Keep a target, or say the one of that name anew."""
    with opened(settings, writes=True) as session:
        row = session.get(TargetRow, target.name, with_for_update=True) or TargetRow(name=target.name)
        row.language, row.every_hours, row.after_days = target.language, target.every_hours, target.after_days
        row.routing, row.is_on = {name: list(getattr(target, name)) for name in ROUTES}, target.is_on
        session.add(row)


def targets(settings: Settings) -> tuple[Target, ...]:
    """Every target by name."""
    with opened(settings) as session:
        return tuple(map(_target, session.scalars(select(TargetRow).order_by(TargetRow.name))))


def due(settings: Settings, name: str, now: datetime) -> tuple[KeptAlert, ...]:
    """What that target would be told now, were its digest due."""
    with opened(settings) as session:
        return tuple(_untold(session, _target(session.get_one(TargetRow, name)), now))


def claim(settings: Settings, name: str, now: datetime, compose: Compose) -> Message | None:
    """The message to send to that target now, claimed for whoever asks; None if there is none.

    First comes one that failed and is to be tried again, or whose sender was killed.
    """
    with opened(settings, writes=True) as session:
        found = session.get_one(TargetRow, name, with_for_update=True)
        target = _target(found)
        if not target.is_on:
            return None
        row = session.scalar(_digests(name).where(DeliveryRow.status.in_(UNDER_WAY)))
        if row is None:
            row = _new_digest(session, target, now, compose)
        elif row.next_at is not None and row.next_at > now:
            return None
        return row and _claimed(session, row, now)


def claim_test(settings: Settings, name: str, now: datetime, title: str, body: str) -> Message:
    """A message that tells no alert, to send at once."""
    with opened(settings, writes=True) as session:
        return _claimed(session, _new(session, name, "test", now, title, body), now)


def settle(settings: Settings, message: Message, now: datetime, problem: str) -> str:
    """Say how it went, `problem` empty if it was sent: the status it has now, `lost` if another took over.

    After `TRIES` it is given up, and its alerts wait for the next digest.
    """
    with opened(settings, writes=True) as session:
        row = session.get_one(DeliveryRow, message.id, with_for_update=True)
        if row.status != "sending" or row.claimed_by != message.claim:
            return "lost"
        row.problem, row.next_at = problem, None
        if not problem:
            row.status, row.sent_at = "sent", now
        elif row.kind == "test" or row.attempts >= TRIES:
            row.status = "given_up"
            session.execute(delete(ToldRow).where(ToldRow.delivery_id == row.id))
        else:
            row.status, row.next_at = "waiting", now + FIRST_PAUSE * 2 ** (row.attempts - 1)
        return row.status


def log(settings: Settings, at_most: int = 100) -> tuple[Delivery, ...]:
    """What was sent or is to be, newest first."""
    with opened(settings) as session:
        rows = session.scalars(select(DeliveryRow).order_by(DeliveryRow.id.desc()).limit(at_most))
        return tuple(
            Delivery(**{name: getattr(row, name) for name in Delivery.__dataclass_fields__}) for row in rows
        )


def _new_digest(session: Session, target: Target, now: datetime, compose: Compose) -> DeliveryRow | None:
    last = session.scalar(_digests(target.name).order_by(DeliveryRow.id.desc()).limit(1))
    if last and last.created_at + timedelta(hours=target.every_hours) > now:
        return None
    told = _untold(session, target, now)
    if not told:
        return None
    row = _new(session, target.name, "digest", now, *compose(told, target.language))
    row.alert_count = len(told)
    session.add_all(
        ToldRow(target=target.name, alert_id=each.id, turn=each.alert.turn, delivery_id=row.id)
        for each in told
    )
    return row


def _untold(session: Session, target: Target, now: datetime) -> list[KeptAlert]:
    """What is open long enough, is routed to the target and was not told to it."""
    told = exists().where(
        ToldRow.target == target.name, ToldRow.alert_id == AlertRow.id, ToldRow.turn == AlertRow.turn
    )
    since = now - timedelta(days=target.after_days)
    found = listed(session, AlertRow.state == "open", AlertRow.since <= since, ~told)
    return [alert for alert in found if target.takes(alert)]


def _new(session: Session, name: str, kind: str, now: datetime, title: str, body: str) -> DeliveryRow:
    row = DeliveryRow(
        target=name, kind=kind, status="sending", alert_count=0, title=title, body=body, created_at=now,
        claimed_by="", next_at=now, attempts=0, sent_at=None, problem="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def _claimed(session: Session, row: DeliveryRow, now: datetime) -> Message:
    row.claimed_by, row.next_at = uuid4().hex, now + LEASE
    row.status, row.attempts = "sending", row.attempts + 1
    session.flush()
    return Message(row.id, row.claimed_by, row.title, row.body, row.alert_count)


def _digests(name: str) -> Any:
    return select(DeliveryRow).where(DeliveryRow.target == name, DeliveryRow.kind == "digest")


def _target(row: TargetRow) -> Target:
    routes = {name: tuple(row.routing.get(name, ())) for name in ROUTES}
    return Target(
        row.name,
        row.language,
        every_hours=row.every_hours,
        after_days=row.after_days,
        is_on=row.is_on,
        **routes,
    )
