"""Making a load true: Delta commits per table, then one row in `versions`, which is the acknowledgement.

Whoever loads reads `versions` at one Delta version, writes the tables, and appends its row on top of exactly
that version. Every commit is put-if-absent and never retried by the library, so of two writers one loses,
starts again from the winner's state, and nothing mixes. A table that stands at another Delta version than the
one named was left so by a writer that died or lost: it is first put back. A local lake also takes turns by a
lock file, so that writers on one machine wait instead of racing.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

import polars as pl
from deltalake import CommitProperties, DeltaTable, PostCommitHookProperties, write_deltalake
from deltalake.exceptions import CommitFailedError, DeltaError

from queries.errors import LakeBusy
from queries.lake.replace import Change
from queries.lake.versions import (
    VERSIONS,
    VERSIONS_SCHEMA,
    AddedFile,
    DataVersion,
    Lake,
    LoadedFile,
    sha256_of,
)

ATTEMPTS = 5
PATIENCE_SECONDS = 60.0
_KEEP_LOG = PostCommitHookProperties(create_checkpoint=True, cleanup_expired_logs=False)

Prepare = Callable[[DataVersion | None, str], Mapping[str, Change]]
"""Given the current version and the load's id: the change of each table that changes."""


class _RaceLost(Exception):
    """Another writer's commit came first."""


@dataclass(frozen=True)
class Load:
    """What is recorded of a load beside its rows."""

    files: tuple[LoadedFile, ...]
    fingerprint: str
    user: str


def commit(lake: Lake, prepare: Prepare, load: Load) -> DataVersion | None:
    """Make what `prepare` returns the next data version; None if it changes nothing.

    `prepare` is asked again after a lost race, against the newer state; what it raises ends the load with
    nothing stored. Errors: LakeBusy after ATTEMPTS lost races or PATIENCE_SECONDS of waiting.
    """
    with _turn(lake):
        for _ in range(ATTEMPTS):
            try:
                return _try(lake, prepare, load)
            except _RaceLost:
                continue
    raise LakeBusy("another load kept coming first; nothing was stored", remedy="try again when it is done")


def _try(lake: Lake, prepare: Prepare, load: Load) -> DataVersion | None:
    register = lake.delta(VERSIONS)
    history = lake.history_in(register) if register else ()
    current = history[-1] if history else None
    load_id = uuid4().hex
    changes = prepare(current, load_id)
    if not changes:
        return None
    number = current.number + 1 if current else 1
    said = CommitProperties(
        custom_metadata={"load_id": load_id, "data_version": str(number)}, max_commit_retries=0
    )
    tables = dict(current.tables) if current else {}
    for name, change in changes.items():
        tables[name] = _write_table(lake, name, tables.get(name), change, said)
    version = DataVersion(
        number=number,
        load_id=load_id,
        committed_at=datetime.now(UTC),
        user=load.user,
        tables=tables,
        files=load.files,
        added=tuple(_added(lake, current, tables, changes)),
        fingerprint=load.fingerprint,
    )
    with _racing():
        write_deltalake(
            register or lake.table_url(VERSIONS),
            _as_row(version),
            mode="append" if register else "error",
            commit_properties=said,
            post_commithook_properties=_KEEP_LOG,
        )
    return version


def _write_table(lake: Lake, name: str, named: int | None, change: Change, said: CommitProperties) -> int:
    """Commit one table's change on top of its named Delta version; the Delta version made."""
    delta = lake.delta(name)
    with _racing():
        if delta is None:
            write_deltalake(
                lake.table_url(name),
                change.rows,
                mode="error",
                configuration={"delta.enableExpiredLogCleanup": "false"},
                commit_properties=said,
                post_commithook_properties=_KEEP_LOG,
            )
            return 0
        if named is not None and delta.version() != named:
            delta.restore(named, commit_properties=said, post_commithook_properties=_KEEP_LOG)
            delta = _at_newest(lake, name)
        before = delta.version()
        if change.adds and named is not None:
            write_deltalake(
                delta,
                change.rows,
                mode="append",
                schema_mode="merge",
                commit_properties=said,
                post_commithook_properties=_KEEP_LOG,
            )
        else:
            write_deltalake(
                delta,
                change.rows,
                mode="overwrite",
                predicate=change.scope or None,
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
    lake: Lake, current: DataVersion | None, tables: Mapping[str, int], changed: Mapping[str, Change]
) -> Iterator[AddedFile]:
    known = lake.hashes(current) if current else {}
    for name in changed:
        for path in lake.active_paths(name, tables[name]):
            if (name, path) not in known:
                yield AddedFile(name, path, sha256_of(lake.local_folder / name / path))


def _as_row(version: DataVersion) -> pl.DataFrame:
    row = {
        "data_version": version.number,
        "load_id": version.load_id,
        "committed_at": version.committed_at,
        "user": version.user,
        "fingerprint": version.fingerprint,
        "files": [vars(each) for each in version.files],
        "tables": [{"table": name, "version": number} for name, number in sorted(version.tables.items())],
        "added": [vars(each) for each in version.added],
    }
    return pl.DataFrame([row], schema=VERSIONS_SCHEMA)


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


@contextmanager
def _turn(lake: Lake) -> Iterator[None]:
    """Writers of a local lake one after another; elsewhere the commits alone decide."""
    if not lake.is_local:
        yield
        return
    folder = lake.local_folder
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + PATIENCE_SECONDS
    with (folder / ".writing").open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise LakeBusy(
                        "another load is still running; nothing was stored",
                        remedy="try again when it is done",
                    ) from error
                time.sleep(0.05)
        yield
