"""What people decided, as tables: rows are added, never changed, so that an old link finds what it names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Text
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
