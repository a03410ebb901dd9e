"""Making a load true: Delta commits per table, then one row in `versions`, which is the acknowledgement.

Whoever loads reads `versions` at one Delta version, writes the tables, and appends its row on top of exactly
that version. Every commit is put-if-absent and never retried by the library, so of two writers one loses,
starts again from the winner's state, and nothing mixes. A table that stands at another Delta version than the
one named was left so by a writer that died or lost: it is first put back. Writers of a local lake take turns,
and each first finishes or clears away what the one before left undone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import polars as pl
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from queries.errors import LakeBusy, StockError
from queries.lake.contract import table
from queries.lake.keeping.difference import changed
from queries.lake.keeping.erase import Order, erase, holders, purged_register, sweep, undone
from queries.lake.keeping.faults import plainly
from queries.lake.keeping.replace import Change, schema
from queries.lake.keeping.turns import Turn, clear_order, read_order, take_turn
from queries.lake.register import (
    VERSIONS,
    Action,
    AddedFile,
    DataVersion,
    LoadedFile,
    TableChange,
    as_frame,
)
from queries.lake.versions import Lake, sha256_of
from queries.settings import Settings

ATTEMPTS = 5
REGISTER_FILES = 32
"""The register is read a file at a time; beyond so many they are brought together."""

_KEEP_LOG = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)


@dataclass(frozen=True)
class PutBack:
    """A table as it was at that Delta version (None: before its first load); `change` is recorded."""

    to: int | None
    change: TableChange


Changes = Mapping[str, Change | PutBack]
Prepare = Callable[[DataVersion | None, str], Changes]
"""Given the current version and the load's id: the change of each table that changes."""

Settle = Callable[[DataVersion], list[DataVersion]]
"""Given the new data version: the whole register as it is to be."""


class _RaceLost(Exception):
    """Another writer's commit came first."""


@dataclass(frozen=True)
class Load:
    """What is recorded of a load beside its rows; `restored` is the data version that is put back."""

    files: tuple[LoadedFile, ...]
    fingerprint: str
    user: str
    action: Action = "load"
    restored: int | None = None


def commit(lake: Lake, prepare: Prepare, load: Load, settings: Settings | None = None) -> DataVersion | None:
    """Make what `prepare` returns the next data version; None if it changes nothing.

    `prepare` is asked again after a lost race, against the newer state; what it raises ends the load with
    nothing stored. Errors: LakeBusy after ATTEMPTS lost races or `settings.patience_seconds` of waiting,
    StoreFull, StoreReadOnly.
    """
    settings = settings or Settings()
    with writing(lake, settings) as turn:
        for _ in range(ATTEMPTS):
            try:
                return _try(lake, prepare, load, turn, uuid4().hex)
            except _RaceLost:
                continue
    raise LakeBusy("another load kept coming first; nothing was stored", remedy="try again when it is done")


@contextmanager
def writing(lake: Lake, settings: Settings) -> Iterator[Turn]:
    """The turn of a writer, who finds everything whole and leaves it so, even where the disk is full."""
    with plainly(), take_turn(lake, settings.patience_seconds) as turn:
        left = read_order(lake)
        if turn.is_after_death:
            sweep(lake, settings)
            turn.end_writing()
        if left:
            carry_out(lake, settings, Order.of(left), turn)
        try:
            yield turn
        except BaseException:
            if turn.has_begun:
                with contextlib.suppress(OSError, DeltaError, StockError):
                    sweep(lake, settings)
                    turn.end_writing()
            raise
        turn.end_writing()


def carry_out(lake: Lake, settings: Settings, order: Order, turn: Turn) -> DataVersion:
    """Do what a purge ordered, from wherever it was broken off; the data version it made."""
    history = lake.history()
    done = next((version for version in history if version.load_id == order.load_id), None)
    if done is None:
        gone = holders(lake, history, order)
        done = _try(
            lake,
            lambda current, load_id: undone(lake, current, order),
            Load((), "", order.user, "purge"),
            turn,
            order.load_id,
            lambda purge: purged_register(lake, history, order, purge, gone),
        )
    if done is None:
        raise LakeBusy("another load came first; nothing was purged", remedy="try again")
    erase(lake, settings, order)
    clear_order(lake)
    turn.end_writing()
    return done


def _try(
    lake: Lake, prepare: Prepare, load: Load, turn: Turn, load_id: str, settle: Settle | None = None
) -> DataVersion | None:
    register = lake.delta(VERSIONS)
    current = lake.current_in(register) if register else None
    turn.begin_writing()
    try:
        changes = prepare(current, load_id)
    except StockError:
        turn.end_writing()
        raise
    if not changes and settle is None:
        return None
    number = current.number + 1 if current else 1
    said = CommitProperties(
        custom_metadata={"load_id": load_id, "data_version": str(number)}, max_commit_retries=0
    )
    tables = dict(current.tables) if current else {}
    for name, change in changes.items():
        written = _write_table(lake, name, tables.pop(name, None), change, said)
        if not (isinstance(change, PutBack) and change.to is None):
            tables[name] = written
    version = DataVersion(
        number=number,
        load_id=load_id,
        committed_at=datetime.now(UTC),
        user=load.user,
        tables=tables,
        files=load.files,
        added=tuple(_added(lake, current, tables, changes)),
        fingerprint=load.fingerprint,
        action=load.action,
        changes=tuple(
            each.change if isinstance(each, PutBack) else changed(each) for each in changes.values()
        ),
        restored=load.restored,
    )
    with _racing():
        write_deltalake(
            register or lake.table_url(VERSIONS),
            as_frame(settle(version) if settle else [version]),
            mode="overwrite" if settle else "append" if register else "error",
            schema_mode="merge" if register else None,
            commit_properties=said,
            post_commithook_properties=_KEEP_LOG,
        )
    _tidy(lake)
    return version


def _tidy(lake: Lake) -> None:
    """Bring the register's many small files together; what it says stays, and so does whatever fails here."""
    with contextlib.suppress(DeltaError, OSError):
        register = lake.delta(VERSIONS)
        if register and len(register.file_uris()) > REGISTER_FILES:
            register.optimize.compact(post_commithook_properties=_KEEP_LOG)


def _write_table(
    lake: Lake, name: str, named: int | None, change: Change | PutBack, said: CommitProperties
) -> int:
    """Commit one table's change on top of its named Delta version; the Delta version made."""
    delta = lake.delta(name)
    with _racing():
        if delta is None:
            if isinstance(change, PutBack):
                raise _RaceLost
            write_deltalake(
                lake.table_url(name),
                change.rows,
                mode="error",
                configuration={"delta.enableExpiredLogCleanup": "false"},
                commit_properties=said,
                post_commithook_properties=_KEEP_LOG,
            )
            return 0
        if isinstance(change, PutBack) and change.to is not None:
            before = delta.version()
            delta.restore(change.to, commit_properties=said, post_commithook_properties=_KEEP_LOG)
            return before + 1
        if named is not None and delta.version() != named:
            delta.restore(named, commit_properties=said, post_commithook_properties=_KEEP_LOG)
            delta = _at_newest(lake, name)
        before = delta.version()
        nothing = pl.DataFrame(schema=schema(table(name)))
        rows, scope = (change.rows, change.scope) if isinstance(change, Change) else (nothing, "")
        if isinstance(change, Change) and change.adds and named is not None:
            write_deltalake(
                delta,
                rows,
                mode="append",
                schema_mode="merge",
                commit_properties=said,
                post_commithook_properties=_KEEP_LOG,
            )
        else:
            write_deltalake(
                delta,
                rows,
                mode="overwrite",
                predicate=scope or None,
                schema_mode="merge",
                commit_properties=said,
                post_commithook_properties=_KEEP_LOG,
            )
    return before + 1


def _at_newest(lake: Lake, name: str) -> DeltaTable:
    delta = lake.delta(name)
    if delta is None:
        raise _RaceLost
    return delta


def _added(
    lake: Lake, current: DataVersion | None, tables: Mapping[str, int], changes: Changes
) -> Iterator[AddedFile]:
    """The files that stand in the changed tables and did not before, but for those put back."""
    for name, change in changes.items():
        if isinstance(change, PutBack):
            continue
        before = (
            set(lake.active_paths(name, current.tables[name]))
            if current and name in current.tables
            else set()
        )
        for path in lake.active_paths(name, tables[name]):
            if path not in before:
                yield AddedFile(name, path, sha256_of(lake.local_folder / name / path))


@contextmanager
def _racing() -> Iterator[None]:
    """A commit that finds its place taken means a lost race."""
    try:
        yield
    except CommitFailedError as error:
        raise _RaceLost from error
    except DeltaError as error:
        if "already exists" in str(error):
            raise _RaceLost from error
        raise
