"""Deleting a load for good: its rows in every data version, its files, its copies, and its name.

A purge first adds a data version without the load's rows and marks every one that held them; what those need
is then deleted. It is written down before it begins, so that whoever writes next completes one broken off.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import polars as pl

from queries.errors import NothingToPurge
from queries.lake.contract import table
from queries.lake.keeping.commit import carry_out, writing
from queries.lake.keeping.difference import changed
from queries.lake.keeping.erase import Order, copies, holders, tables_of, undone
from queries.lake.keeping.history import whoever
from queries.lake.keeping.replace import stored
from queries.lake.keeping.turns import write_order
from queries.lake.register import DataVersion, LoadedFile, TableChange
from queries.lake.versions import Lake
from queries.settings import Settings

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Plan:
    """What a purge deletes and what becomes of the rest.

    `loads` are the data versions whose rows go, `files` their uploads, `changes` what that changes in the
    newest state, `unreadable` the data versions that no link can show any more. `copies` are files of the
    home that go. `later` are loads that have replaced some of these rows since: theirs stay. `repeated` are
    later loads whose files repeated rows of these without changing them: such rows go all the same.
    `shared` are files that stay because another load has them too.
    """

    loads: tuple[int, ...]
    files: tuple[LoadedFile, ...]
    changes: tuple[TableChange, ...]
    unreadable: tuple[int, ...]
    copies: tuple[Path, ...]
    later: tuple[int, ...]
    repeated: tuple[int, ...]
    shared: tuple[LoadedFile, ...]


@dataclass(frozen=True)
class _Found:
    plan: Plan
    order: Order


def plan(settings: Settings, what: int | str) -> Plan:
    """What `purge` would do. `what` is the number of a data version made by a load, or a file's sha256.

    A file goes with the whole load it came in, because rows of files loaded together are not told apart.
    Errors: NothingToPurge, VersionGone, LakeDamaged.
    """
    return _find(Lake(settings.lake), settings, what, "", "").plan


def purge(settings: Settings, what: int | str, reason: str, user: str = "") -> tuple[Plan, DataVersion]:
    """Delete that load (see `plan`) for good; what was done, and the data version that says so.

    What the load had replaced comes back where no later load stands. Errors: those of `plan`, LakeBusy,
    StoreFull, StoreReadOnly.
    """
    lake = Lake(settings.lake)
    with writing(lake, settings) as turn:
        found = _find(lake, settings, what, reason, user or whoever())
        write_order(lake, found.order.as_dict())
        return found.plan, carry_out(lake, settings, found.order, turn)


def _find(lake: Lake, settings: Settings, what: int | str, reason: str, user: str) -> _Found:
    history = lake.history()
    numbers = _numbers(lake, history, what)
    loads = [history[number - 1] for number in numbers]
    files = tuple(dict.fromkeys(file for load in loads for file in load.files))
    sha256 = {file.sha256 for file in files} | ({what} if isinstance(what, str) else set())
    order = Order(
        load_id=uuid4().hex,
        tables=tables_of(history, numbers),
        numbers=numbers,
        load_ids=tuple(load.load_id for load in loads),
        sha256=tuple(sorted(sha256)),
        user=user,
        reason=reason,
        at=datetime.now(UTC),
    )
    others = {file.sha256 for version in history if version.number not in numbers for file in version.files}
    going = tuple(copies(settings, order, others))
    if not numbers and not going:
        raise NothingToPurge(
            f"nothing of {what} is kept here", remedy="stillstock history names what was loaded", what=what
        )
    current = history[-1] if history else None
    return _Found(
        Plan(
            loads=numbers,
            files=files,
            changes=tuple(changed(change) for change in undone(lake, current, order).values()),
            unreadable=tuple(sorted(holders(lake, history, order) | set(numbers))),
            copies=going,
            later=_later(lake, history, order),
            repeated=_repeated(history, order),
            shared=tuple(file for file in files if file.sha256 in others),
        ),
        order,
    )


def _numbers(lake: Lake, history: Sequence[DataVersion], what: int | str) -> tuple[int, ...]:
    """The loads meant; those whose version cannot be read any more for another purge's sake are loads too."""
    if isinstance(what, str):
        if not _SHA256.fullmatch(what):
            raise NothingToPurge(
                f"{what} is neither a data version nor a sha256",
                remedy="stillstock history names both",
                what=what,
            )
        return tuple(v.number for v in history if any(file.sha256 == what for file in v.files))
    if not 0 < what <= len(history):
        lake.version(what)
    version = history[what - 1]
    if version.purged and version.purged.is_itself:
        lake.version(what)
    if version.action != "load":
        raise NothingToPurge(
            f"data version {what} is no load but a {version.action}: it brought no rows of its own",
            remedy="stillstock history names the loads",
            what=what,
        )
    return (what,)


def _later(lake: Lake, history: Sequence[DataVersion], order: Order) -> tuple[int, ...]:
    """Loads that put other rows where these had stood, and stand there now."""
    found: set[str] = set()
    is_purged = pl.col("load_id").is_in(list(order.load_ids))
    for name in order.tables:
        keys = list(table(name).replaced_by)
        brought = [
            stored(table(name), lake.files(history[number - 1], name)).filter(is_purged).select(keys)
            for number in order.numbers
            if not history[number - 1].purged
        ]
        if brought and name in history[-1].tables:
            now = stored(table(name), lake.files(history[-1], name)).filter(~is_purged)
            found |= set(
                now.join(pl.concat(brought).unique(), on=keys, how="semi", nulls_equal=True)
                .select(pl.col("load_id").unique())
                .collect()["load_id"]
            )
    return tuple(
        v.number for v in history if v.load_id in found and order.numbers and v.number > min(order.numbers)
    )


def _repeated(history: Sequence[DataVersion], order: Order) -> tuple[int, ...]:
    """Later loads whose files held more rows of these tables than they changed."""
    found = []
    for version in history[max(order.numbers, default=len(history)) :]:
        for name in set(order.tables) & {file.table for file in version.files}:
            held = sum(file.rows for file in version.files if file.table == name)
            took = sum(change.rows_in for change in version.changes if change.table == name)
            if version.changes and took < held:
                found.append(version.number)
    return tuple(dict.fromkeys(found))
