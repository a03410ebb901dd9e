"""What people decided, as tables.

Policies and short links are added, never changed, so that an old link finds what it names; of alerts the
events are.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, also in SQLite, which keeps no time zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC without its name."""
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """UTC with its name."""
        return value and value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """The tables of one database; migrations/ makes them."""

    type_annotation_map: ClassVar = {str: Text, datetime: Moment, dict[str, Any]: JSON}


class PolicyRow(Base):
    """One version of the policy: the thresholds it sets, by filter name as a link spells them.

    Version 1 sets none: it is what is built in (views/1_source/src_settings.sql).
    """

    __tablename__ = "policies"

    version: Mapped[int] = mapped_column(primary_key=True)
    values: Mapped[dict[str, Any]]
    reason: Mapped[str]
    author: Mapped[str]
    created_at: Mapped[datetime]


class ActivationRow(Base):
    """One policy put in force; the newest row names the active one."""

    __tablename__ = "policy_activations"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(ForeignKey("policies.version"))
    reason: Mapped[str]
    author: Mapped[str]
    activated_at: Mapped[datetime]


class ShortLinkRow(Base):
    """A link by its short id."""

    __tablename__ = "short_links"

    id: Mapped[str] = mapped_column(primary_key=True)
    link: Mapped[str]
    created_at: Mapped[datetime]


class AlertRuleRow(Base):
    """A rule of alerts (JSON of queries/alerts/rules.py) and what it was last checked against.

    `revision` counts its changes. A rule is switched off, never taken out: its alerts have a history.
    """

    __tablename__ = "alert_rules"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    rule: Mapped[str]
    is_on: Mapped[bool]
    revision: Mapped[int]
    author: Mapped[str]
    changed_at: Mapped[datetime]
    checked_at: Mapped[datetime | None]
    data_version: Mapped[int | None]
    policy_version: Mapped[int | None]


class AlertRow(Base):
    """One rule and one entity, as its events left it; `facts` are of the last check that named it."""

    __tablename__ = "alerts"
    __table_args__ = (UniqueConstraint("rule_id", "entity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("alert_rules.id"))
    entity: Mapped[str]
    state: Mapped[str]
    turn: Mapped[int]
    since: Mapped[datetime]
    snoozed_until: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]]


class AlertEventRow(Base):
    """What happened to an alert, with the versions it was checked against; none where a person did it."""

    __tablename__ = "alert_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    person: Mapped[str]
    data_version: Mapped[int | None]
    policy_version: Mapped[int | None]


class TargetRow(Base):
    """Whom alerts are told to, and which; where it is reached stands in the environment, never here."""

    __tablename__ = "targets"

    name: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str]
    routing: Mapped[dict[str, Any]]
    every_hours: Mapped[int]
    after_days: Mapped[int]
    is_on: Mapped[bool]


class DeliveryRow(Base):
    """One message to one target: who is sending it until when, how often it was tried, how it ended."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    status: Mapped[str]
    alert_count: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[datetime]
    claimed_by: Mapped[str]
    next_at: Mapped[datetime | None]
    attempts: Mapped[int]
    sent_at: Mapped[datetime | None]
    problem: Mapped[str]


class ToldRow(Base):
    """One turn of an alert, told to a target: there is one such row at most."""

    __tablename__ = "alerts_told"

    target: Mapped[str] = mapped_column(primary_key=True)
    alert_id: Mapped[int] = mapped_column(ForeignKey("alerts.id"), primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"))
