"""Short links: a link kept under a short id, the same id for the same link."""

from __future__ import annotations

import hashlib
from base64 import b32encode
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError

from queries.decisions.database import opened
from queries.decisions.policies import in_force
from queries.decisions.tables import ShortLinkRow
from queries.filters import Filters, Ignored, pairs_of
from queries.settings import Settings

GO = "go"
"""The part of an address that names a short link."""
SHORTEST = 6


def keep(settings: Settings, link: str) -> str:
    """The id of a link (`/stock?tier=R&data_version=3`), made from its text; kept for good.

    Errors: DecisionsUnreachable, DecisionsBusy, StoreReadOnly, StoreFull.
    """
    digest = b32encode(hashlib.sha256(link.encode()).digest()).decode().lower()
    for length in range(SHORTEST, len(digest)):
        with opened(settings) as session:
            kept = session.get(ShortLinkRow, digest[:length])
            if kept and kept.link == link:
                return kept.id
        if kept is None and _add(settings, digest[:length], link):
            return digest[:length]
    raise AssertionError("two texts with one sha256")


def find(settings: Settings, short_id: str) -> str | None:
    """The link kept under that id; None if there is none. Errors as of `keep`."""
    with opened(settings) as session:
        kept = session.get(ShortLinkRow, short_id.strip().lower())
        return kept.link if kept else None


def resolved(settings: Settings, link: str) -> str:
    """The link itself, or what it stands for if it is a short one that is kept here. Errors as of `keep`."""
    short_id = pairs_of(link).get(GO)
    return (find(settings, short_id) if short_id else None) or link


def asked_by(link: str, settings: Settings) -> tuple[Filters, tuple[Ignored, ...]]:
    """What a link asks, long or short: its filters with the policy's thresholds, and what was not used.

    Parts of an address that say how a page is shown are no filters, so they are among the latter.
    """
    chosen, ignored = Filters.from_link(resolved(settings, link))
    filters, gone = in_force(settings, chosen)
    return filters, tuple(map(named, ignored)) + gone


def named(ignored: Ignored) -> Ignored:
    """What was not used; a short link is not unknown as a filter is, but not kept here."""
    return replace(ignored, reason="no_link") if ignored.name == GO else ignored


def _add(settings: Settings, short_id: str, link: str) -> bool:
    """Whether the link stands under that id now; not where another one was quicker."""
    try:
        with opened(settings, writes=True) as session, session.begin_nested():
            session.add(ShortLinkRow(id=short_id, link=link, created_at=datetime.now(UTC)))
    except IntegrityError:
        return find(settings, short_id) == link
    return True
