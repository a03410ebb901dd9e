"""Which files make up a data version: what readers of the lake ask, and all they may ask.

The lake is one Delta table per contract table plus the Delta table `versions`, one row per load. A contract
table is read at the Delta version that a row of `versions` names; a commit that no row names does not exist
for readers, so an interrupted or losing load leaves nothing to see. This module is the only one that turns a
lake URL into places.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlparse

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from queries.errors import LakeDamaged, StockError, VersionGone, VersionPurged
from queries.lake.register import (
    VERSIONS,
    VERSIONS_SCHEMA,
    AddedFile,
    DamagedFile,
    DataVersion,
    LoadedFile,
    from_frame,
)

__all__ = [
    "VERSIONS",
    "VERSIONS_SCHEMA",
    "AddedFile",
    "DamagedFile",
    "DataVersion",
    "Lake",
    "LoadedFile",
    "sha256_of",
]

T = TypeVar("T")

_TRIES = 5
"""A reader that meets the register while it is written anew opens it again so often."""


class Lake:
    """Read access to one lake by folder or URL; safe to share between threads.

    Errors: LakeDamaged where the log or a file is broken, VersionGone for a number that never was.
    """

    def __init__(self, url: str | Path) -> None:
        self.url = str(url).rstrip("/")
        self._lock = threading.Lock()
        self._history: tuple[int, tuple[DataVersion, ...]] = (-1, ())
        self._rows: dict[str, tuple[DataVersion, ...]] = {}
        self._files: dict[tuple[str, int], tuple[str, ...]] = {}

    def current(self) -> DataVersion | None:
        """The newest acknowledged data version; None while nothing was loaded. Reads its row alone."""
        return self._settled(self.current_in, None)

    def version(self, number: int) -> DataVersion:
        """The data version of that number; VersionGone if this lake has none, VersionPurged if not any more.

        0 is the lake before its first load.
        """
        history = self.history()
        if not 0 < number <= len(history):
            raise VersionGone(
                f"data version {number} is not in this lake",
                remedy=f"ask for a data version from 1 to {len(history)}" if history else "load a file first",
                number=number,
                newest=len(history),
            )
        version = history[number - 1]
        if version.purged:
            day = version.purged.at.date().isoformat()
            raise VersionPurged(
                f"data version {number} cannot be read any more: what it needs was purged "
                f"on {day} by {version.purged.user} ({version.purged.reason})",
                remedy="remove the data version from the link to see the newest",
                number=number,
                day=day,
                user=version.purged.user,
                reason=version.purged.reason,
                newest=len(history),
            )
        return version

    def history(self) -> tuple[DataVersion, ...]:
        """Every data version, oldest first, those with `purged` too; read again only what was added."""
        return self._settled(self.history_in, ())

    def history_in(self, register: DeltaTable) -> tuple[DataVersion, ...]:
        """The history that this state of the table `versions` holds."""
        with self._lock:
            if self._history[0] != register.version():
                paths = [path for path, _ in _register_files(register)]
                found = sorted((v for p in paths for v in self._read(register, p)), key=lambda v: v.number)
                if [version.number for version in found] != list(range(1, len(found) + 1)):
                    raise _broken_log(register.table_uri, "data versions are missing")
                self._rows = {path: self._rows[path] for path in paths}
                self._history = (register.version(), tuple(found))
            return self._history[1]

    def current_in(self, register: DeltaTable) -> DataVersion | None:
        """The newest data version that this state of the table `versions` holds."""
        if self._history[0] == register.version():
            return self._history[1][-1] if self._history[1] else None
        files = _register_files(register)
        if any(newest is None for _, newest in files):
            history = self.history_in(register)
            return history[-1] if history else None
        if not files:
            return None
        with self._lock:
            newest = max(files, key=lambda each: each[1] or 0)[0]
            return max(self._read(register, newest), key=lambda version: version.number)

    def _read(self, register: DeltaTable, path: str) -> tuple[DataVersion, ...]:
        if path not in self._rows:
            url = register.table_uri.rstrip("/")
            try:
                frame = pl.read_parquet(
                    f"{url}/{path}", schema=VERSIONS_SCHEMA, missing_columns="insert", glob=False
                )
            except (OSError, ValueError, pl.exceptions.PolarsError) as error:
                raise _broken_log(url, str(error)) from error
            self._rows[path] = tuple(from_frame(frame, url))
        return self._rows[path]

    def _settled(self, read: Callable[[DeltaTable], T], nothing: T) -> T:
        """What the register says; opened again where it was written anew in between."""
        for tries_left in reversed(range(_TRIES)):
            try:
                register = self.delta(VERSIONS)
                return read(register) if register else nothing
            except LakeDamaged:
                if not tries_left:
                    raise
                time.sleep(0.05)
        return nothing

    def files(self, version: DataVersion, table: str) -> list[str]:
        """Absolute paths of the Parquet files that hold `table` in that version; empty if never loaded."""
        if table not in version.tables:
            return []
        folder = self.local_folder / table
        return [str(folder / path) for path in self._paths_of(version, table)]

    def verify_files(self, version: DataVersion, tables: Iterable[str] | None = None) -> None:
        """Compare sha256 of the version's files with the recorded ones: LakeDamaged names the first bad file.

        A process reads a file once for this; again only if its size or its time of change differ. What is
        not as recorded because it was purged, or is being purged, is VersionPurged.
        """
        recorded = self.hashes(version)
        for table in tables or version.tables:
            if table not in version.tables:
                continue
            for path in self._paths_of(version, table):
                file = AddedFile(table, path, recorded.get((table, path), ""))
                reason = self._difference(file)
                if reason:
                    self.version(version.number)
                    raise LakeDamaged(
                        f"{path} of table {table} is {reason} since it was committed",
                        remedy="restore this file from a backup; until then no number of this table is shown",
                        table=table,
                        file=path,
                        reason=reason,
                    )

    def damaged_files(self) -> list[DamagedFile]:
        """Every file of any data version that is missing or changed; reads all bytes of the lake."""
        history = self.history()
        if history:
            for table, delta_version in history[-1].tables.items():
                self.active_paths(table, delta_version)
        return [
            DamagedFile(file.table, file.path, reason)
            for version in history
            for file in version.added
            if (reason := self._difference(file, again=True))
        ]

    def hashes(self, version: DataVersion) -> dict[tuple[str, str], str]:
        """Recorded sha256 by (table, relative path) of every file added up to that version."""
        return {
            (file.table, file.path): file.sha256
            for each in self.history()[: version.number]
            for file in each.added
        }

    def active_paths(self, table: str, delta_version: int) -> tuple[str, ...]:
        """Paths, relative to the table's folder, of the files of one Delta version."""
        key = (table, delta_version)
        if key not in self._files:
            try:
                self._files[key] = self._active_paths(table, delta_version)
            except LakeDamaged:  # a log that is written anew just now is whole a moment later
                time.sleep(0.05)
                self._files[key] = self._active_paths(table, delta_version)
        return self._files[key]

    def _active_paths(self, table: str, delta_version: int) -> tuple[str, ...]:
        delta = self.delta(table, delta_version)
        if delta is None:
            raise _broken_log(self.table_url(table), "the table is gone")
        actions = pl.DataFrame(delta.get_add_actions(flatten=True))
        return tuple(sorted(unquote(path) for path in actions["path"].to_list()))

    def _paths_of(self, version: DataVersion, table: str) -> tuple[str, ...]:
        """Its files; a log read after a purge may name fewer, so ask the register after reading a log."""
        is_new = (table, version.tables[table]) not in self._files
        paths = self.active_paths(table, version.tables[table])
        if is_new and self.history()[version.number - 1].purged:
            del self._files[table, version.tables[table]]
            self.version(version.number)
        return paths

    def delta(self, table: str, delta_version: int | None = None) -> DeltaTable | None:
        """The Delta table, at its newest or the given Delta version; None if it was never written."""
        try:
            return DeltaTable(self.table_url(table), version=delta_version)
        except TableNotFoundError:
            return None
        except DeltaError as error:
            raise _broken_log(self.table_url(table), str(error)) from error

    def table_url(self, table: str) -> str:
        """Where the Delta table of that name stands."""
        return f"{self.url}/{table}"

    @property
    def is_local(self) -> bool:
        """Whether the lake is a folder of this machine."""
        return len(urlparse(self.url).scheme) <= 1 or self.url.startswith("file://")

    @property
    def local_folder(self) -> Path:
        """The folder of a local lake; StockError for an object store."""
        if not self.is_local:
            raise StockError(
                f"the lake {self.url} is not a folder of this machine",
                remedy="set STILLSTOCK_LAKE_URL to a folder",
                url=self.url,
            )
        return Path(self.url.removeprefix("file://")).resolve()

    def _difference(self, file: AddedFile, *, again: bool = False) -> str:
        path = self.local_folder / file.table / file.path
        return _difference(path, file.sha256, again=again)


_VERIFIED: dict[str, tuple[int, int, str]] = {}
"""Files this process found sound: path to (size, time of change in ns, sha256)."""


def sha256_of(path: Path) -> str:
    """Hexadecimal sha256 of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _difference(path: Path, recorded: str, *, again: bool) -> str:
    try:
        stat = path.stat()
        known = (stat.st_size, stat.st_mtime_ns, recorded)
        if not again and _VERIFIED.get(str(path)) == known:
            return ""
        if sha256_of(path) != recorded:
            _VERIFIED.pop(str(path), None)
            return "changed"
    except FileNotFoundError:
        return "missing"
    _VERIFIED[str(path)] = known
    return ""


def _register_files(register: DeltaTable) -> list[tuple[str, int | None]]:
    """Path and newest data version of each file of the register."""
    actions = pl.DataFrame(register.get_add_actions(flatten=True))
    if actions.is_empty():
        return []
    return [
        (unquote(path), newest) for path, newest in actions.select("path", "max.data_version").iter_rows()
    ]


def _broken_log(url: str, reason: str) -> LakeDamaged:
    return LakeDamaged(
        f"the log of {url} cannot be read: {reason}",
        remedy="restore the folder from a backup",
        table=url.rsplit("/", 1)[-1],
        file="_delta_log",
        reason=reason,
    )
