"""The policy: numbered versions of the thresholds that everybody's numbers use, and which one is in force.

A version is never changed and a draft is a version that was not put in force yet, so a link that names one
shows the same numbers for good. Version 1 sets nothing: it is what is built in. Errors of every function:
DecisionsUnreachable, DecisionsBusy, StoreReadOnly, StoreFull.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queries.decisions.database import opened
from queries.decisions.tables import ActivationRow, PolicyRow
from queries.errors import PolicyGone, PolicyMoved
from queries.filters import FIELDS, SCOPE, Filters, Ignored
from queries.settings import Settings

BUILT_IN = 1
"""The version that sets nothing."""


@dataclass(frozen=True)
class Policy:
    """One version: `values` holds the thresholds it sets and nothing else.

    `activated_at` is when it was last put in force, None for a draft. `ignored` are values that this
    stillstock does not know.
    """

    version: int
    values: Filters
    reason: str
    author: str
    created_at: datetime
    activated_at: datetime | None
    ignored: tuple[Ignored, ...] = ()

    def status(self, active: int) -> str:
        """`active` if it is the version in force, `past` if it was, else `draft`."""
        return "active" if self.version == active else "past" if self.activated_at else "draft"


@dataclass(frozen=True)
class Activation:
    """One policy put in force: who, when, why."""

    version: int
    reason: str
    author: str
    activated_at: datetime


def draft(settings: Settings, values: Filters, *, reason: str, author: str) -> Policy:
    """Keep the thresholds of these filters as a new version; its scope and versions are left out."""
    row = PolicyRow(
        values={name: str(value) for name, value in values.policy_part().variables().items()},
        reason=reason,
        author=author,
        created_at=datetime.now(UTC),
    )
    with opened(settings, writes=True) as session:
        session.add(row)
        session.flush()
        return _policy(row, None)


def activate(
    settings: Settings, version: int, *, reason: str, author: str, instead_of: int | None = None
) -> Policy:
    """Put that version in force, whether new or one that was before; PolicyGone if there is none.

    PolicyMoved if `instead_of` is named and is no longer the version in force.
    """
    with opened(settings, writes=True) as session:
        row = _row(session, version)
        now_active = _newest(session).version
        if instead_of is not None and now_active != instead_of:
            raise PolicyMoved(
                f"policy {now_active} was put in force meanwhile",
                remedy="look at what is in force now, then decide again",
                number=now_active,
            )
        now = datetime.now(UTC)
        session.add(ActivationRow(version=version, reason=reason, author=author, activated_at=now))
        return _policy(row, now)


def policy(settings: Settings, version: int) -> Policy:
    """That version; PolicyGone if there is none."""
    with opened(settings) as session:
        return _policy(
            _row(session, version), session.scalar(_last().where(ActivationRow.version == version))
        )


def active(settings: Settings) -> Policy:
    """The version in force."""
    with opened(settings) as session:
        newest = _newest(session)
        return _policy(_row(session, newest.version), newest.activated_at)


def policies(settings: Settings) -> tuple[Policy, ...]:
    """Every version, newest first."""
    with opened(settings) as session:
        last = select(ActivationRow.version, func.max(ActivationRow.activated_at)).group_by(
            ActivationRow.version
        )
        activated = dict(session.execute(last).all())
        rows = session.scalars(select(PolicyRow).order_by(PolicyRow.version.desc()))
        return tuple(_policy(row, activated.get(row.version)) for row in rows)


def activations(settings: Settings) -> tuple[Activation, ...]:
    """Every time a policy was put in force, newest first."""
    with opened(settings) as session:
        rows = session.scalars(select(ActivationRow).order_by(ActivationRow.id.desc()))
        return tuple(Activation(row.version, row.reason, row.author, row.activated_at) for row in rows)


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """The thresholds in which two rows of mart_settings differ, by filter name."""
    return {
        name: (before[name], after[name])
        for name in FIELDS
        if name not in SCOPE and before[name] != after[name]
    }


def in_force(settings: Settings, asked: Filters) -> tuple[Filters, tuple[Ignored, ...]]:
    """The filters with every threshold not asked for as the policy says, and `policy_version` named.

    The policy is the version that the filters name, else the active one, also where the named one is not kept
    here; what could not be used is returned beside.
    """
    ignored: tuple[Ignored, ...] = ()
    found = None
    if asked.policy_version is not None:
        try:
            found = policy(settings, asked.policy_version)
        except PolicyGone:
            ignored = (Ignored("policy_version", str(asked.policy_version), "no_policy"),)
    found = found or active(settings)
    return asked.filled(found.values).where(policy_version=found.version), ignored + found.ignored


def newest(session: Session) -> int:
    """The number of the version in force, within a transaction."""
    return _newest(session).version


def _newest(session: Session) -> ActivationRow:
    return session.scalars(select(ActivationRow).order_by(ActivationRow.id.desc()).limit(1)).one()


def _last() -> Any:
    return select(func.max(ActivationRow.activated_at))


def _row(session: Session, version: int) -> PolicyRow:
    row = session.get(PolicyRow, version)
    if row is None:
        raise PolicyGone(
            f"there is no policy version {version} here",
            remedy="leave it out of the link for the policy in force",
            number=version,
        )
    return row


def _policy(row: PolicyRow, activated_at: datetime | None) -> Policy:
    values, ignored = Filters.from_link(row.values)
    return Policy(row.version, values, row.reason, row.author, row.created_at, activated_at, ignored)
