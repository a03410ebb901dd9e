"""The one cache between pages and the Engine: engines by data version, answers by everything they depend on.

An answer's key is the lake, the view, the link (filters and data version), the columns, the order and the
paging; so a new load never meets an old answer, and old ones fall out by age.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from queries.decisions import links, policies
from queries.engine import Engine
from queries.errors import StockError
from queries.filters import Filters, Ignored
from queries.lake.versions import DataVersion, Lake
from queries.settings import Settings
from queries.views import views

Row = Mapping[str, Any]
WATCH_SECONDS = 4


@st.cache_resource(max_entries=4, show_spinner=False)
def _lake(url: str) -> Lake:
    return Lake(url)


@st.cache_resource(max_entries=4, show_spinner=False)
def _engine(url: str, facts: str, number: int) -> Engine:
    settings = Settings()
    lake = _lake(url)
    return Engine(settings, lake, lake.version(number) if number else None)


def lake() -> Lake:
    """The lake of this home, for what is asked of its history rather than of its numbers."""
    return _lake(Settings().lake)


def newest_version() -> int:
    """Number of the newest data version; 0 while nothing was loaded. Reads version numbers only."""
    current = lake().current()
    return current.number if current else 0


def data_version(number: int) -> DataVersion | None:
    """The data version of that number, None for 0; VersionGone if this lake never had it."""
    return lake().version(number) if number else None


def in_force(chosen: Filters) -> tuple[Filters, tuple[Ignored, ...]]:
    """The filters with what the policy says where they say nothing, and what of them could not be used."""
    return policies.in_force(Settings(), chosen)


def short_id(link: str) -> str:
    """The id under which a link is kept from now on."""
    return links.keep(Settings(), link)


def long_link(short_id: str) -> str | None:
    """The link kept under that id, None if there is none."""
    return links.find(Settings(), short_id)


def public_url() -> str:
    """Where people find the app, if a setting says it."""
    return Settings().public_url


def active_policy() -> int:
    """Number of the policy version in force."""
    return policies.active(Settings()).version


def ask(
    view: str,
    filters: Filters,
    *,
    against: Filters | None = None,
    columns: Sequence[str] = (),
    only: Mapping[str, Any] | None = None,
    sort: Sequence[tuple[str, bool]] = (),
    limit: int | None = None,
    offset: int = 0,
) -> list[Row]:
    """Rows of a mart as dictionaries: exact decimals, dates as dates. `filters` names its data version.

    Arguments are those of `Engine.answer`, errors too.
    """
    settings = Settings()
    place = (settings.lake, str(settings.facts))
    paging = (tuple(columns), tuple((only or {}).items()), tuple(sort), limit, offset)
    compared = against.policy_part().to_link() if against else None
    return _answer(place, view, filters.to_link(), compared, paging)


def every_row(
    view: str,
    filters: Filters,
    *,
    columns: Sequence[str] = (),
    only: Mapping[str, Any] | None = None,
    sort: Sequence[tuple[str, bool]] = (),
    seconds: float,
) -> pa.Table:
    """All rows of a mart for a file, as Arrow and kept by no cache; arguments and errors as of `ask`.

    Rows asked for in no order come in that of the view's grain: the same question makes the same file.
    """
    settings = Settings()
    engine = _engine(settings.lake, str(settings.facts), filters.data_version or 0)
    order = sort or [(name, False) for name in views()[view].grain]
    return engine.answer(view, filters, columns=columns, only=only, sort=order, seconds=seconds)


def ask_one(view: str, filters: Filters, *, only: Mapping[str, Any] | None = None) -> Row:
    """The one row of a mart; empty if it has none."""
    rows = ask(view, filters, only=only, limit=1)
    return rows[0] if rows else {}


@st.cache_data(max_entries=600, show_spinner=False)
def _answer(
    place: tuple[str, str], view: str, link: str, compared: str | None, paging: tuple[Any, ...]
) -> list[Row]:
    filters, _ = Filters.from_link(link)
    columns, only, sort, limit, offset = paging
    engine = _engine(*place, filters.data_version or 0)
    table = engine.answer(
        view,
        filters,
        against=None if compared is None else Filters.from_link(compared)[0],
        columns=columns,
        only=dict(only),
        sort=sort,
        limit=limit,
        offset=offset,
        seconds=engine.settings.query_seconds,
    )
    rows: list[Row] = table.to_pylist()
    return rows


def watch(shown: int) -> None:
    """Look every few seconds for a newer data version than that number or another policy; then draw anew."""
    before = None

    @st.fragment(run_every=WATCH_SECONDS)
    def look() -> None:
        nonlocal before
        try:
            newest, policy = newest_version(), active_policy()
        except StockError:
            return
        if newest > shown or policy != (before or policy):
            st.rerun()
        before = policy

    look()
