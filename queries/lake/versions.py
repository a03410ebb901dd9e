"""Which files make up a data version: what readers of the lake ask, and all they may ask.

The lake is one Delta table per contract table plus the Delta table `versions`, one row per load. A contract
table is read at the Delta version that a row of `versions` names; a commit that no row names does not exist
for readers, so an interrupted or losing load leaves nothing to see. This module is the only one that turns a
lake URL into places.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import polars as pl
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from queries.errors import LakeDamaged, StockError, VersionGone

VERSIONS = "versions"

_FILE = {"name": pl.String(), "sha256": pl.String(), "table": pl.String(), "rows": pl.Int64()}
_PLACE = {"table": pl.String(), "version": pl.Int64()}
_PART = {"table": pl.String(), "path": pl.String(), "sha256": pl.String()}

VERSIONS_SCHEMA: dict[str, pl.DataType] = {
    "data_version": pl.Int64(),
    "load_id": pl.String(),
    "committed_at": pl.Datetime("us", "UTC"),
    "user": pl.String(),
    "fingerprint": pl.String(),
    "files": pl.List(pl.Struct(_FILE)),
    "tables": pl.List(pl.Struct(_PLACE)),
    "added": pl.List(pl.Struct(_PART)),
}
"""Columns of the Delta table `versions`; `tables` names the current Delta version of every table."""


@dataclass(frozen=True)
class LoadedFile:
    """One upload of a load: its name, the sha256 of its bytes, the table it went to, the rows it gave."""

    name: str
    sha256: str
    table: str
    rows: int


@dataclass(frozen=True)
class AddedFile:
    """One Parquet file a load wrote: `path` is relative to the table's folder."""

    table: str
    path: str
    sha256: str


@dataclass(frozen=True)
class DamagedFile:
    """One committed file whose bytes are not the recorded ones; `reason` is missing or changed."""

    table: str
    path: str
    reason: str


@dataclass(frozen=True)
class DataVersion:
    """One acknowledged state of the whole lake, numbered 1, 2, 3 … without gaps.

    `tables` maps every loaded table to its Delta version; `files` are the uploads of this load; `added` are
    the Parquet files this load wrote; `fingerprint` identifies uploads, tables and mappings of the load.
    """

    number: int
    load_id: str
    committed_at: datetime
    user: str
    tables: Mapping[str, int] = field(hash=False)
    files: tuple[LoadedFile, ...] = ()
    added: tuple[AddedFile, ...] = ()
    fingerprint: str = ""


class Lake:
    """Read access to one lake by folder or URL; safe to share between threads.

    Errors: LakeDamaged where the log or a file is broken, VersionGone for a number that never was.
    """

    def __init__(self, url: str | Path) -> None:
        self.url = str(url).rstrip("/")
        self._lock = threading.Lock()
        self._history: tuple[int, tuple[DataVersion, ...]] = (-1, ())
        self._files: dict[tuple[str, int], tuple[str, ...]] = {}

    def current(self) -> DataVersion | None:
        """The newest acknowledged data version; None while nothing was loaded."""
        history = self.history()
        return history[-1] if history else None

    def version(self, number: int) -> DataVersion:
        """The data version of that number; VersionGone if this lake has none."""
        history = self.history()
        if 1 <= number <= len(history):
            return history[number - 1]
        raise VersionGone(
            f"data version {number} is not in this lake",
            remedy=f"ask for a data version from 1 to {len(history)}" if history else "load a file first",
            number=number,
            newest=len(history),
        )

    def history(self) -> tuple[DataVersion, ...]:
        """Every data version, oldest first; read again only when a load was added."""
        table = self.delta(VERSIONS)
        return self.history_in(table) if table else ()

    def history_in(self, register: DeltaTable) -> tuple[DataVersion, ...]:
        """The history that this state of the table `versions` holds."""
        with self._lock:
            if self._history[0] != register.version():
                self._history = (register.version(), tuple(_read_versions(register)))
            return self._history[1]

    def files(self, version: DataVersion, table: str) -> list[str]:
        """Absolute paths of the Parquet files that hold `table` in that version; empty if never loaded."""
        if table not in version.tables:
            return []
        return [
            str(self.local_folder / table / path) for path in self.active_paths(table, version.tables[table])
        ]

    def verify_files(self, version: DataVersion, tables: Iterable[str] | None = None) -> None:
        """Compare sha256 of the version's files with the recorded ones: LakeDamaged names the first bad file.

        A process reads a file once for this; again only if its size or its time of change differ.
        """
        recorded = self.hashes(version)
        for table in tables or version.tables:
            if table not in version.tables:
                continue
            for path in self.active_paths(table, version.tables[table]):
                file = AddedFile(table, path, recorded.get((table, path), ""))
                reason = self._difference(file)
                if reason:
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
            delta = self.delta(table, delta_version)
            if delta is None:
                raise _broken_log(self.table_url(table), "the table is gone")
            actions = pl.DataFrame(delta.get_add_actions(flatten=True))
            self._files[key] = tuple(sorted(unquote(path) for path in actions["path"].to_list()))
        return self._files[key]

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


def _read_versions(table: DeltaTable) -> list[DataVersion]:
    try:
        rows = pl.scan_delta(table).sort("data_version").collect().to_dicts()
    except (DeltaError, OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise _broken_log(table.table_uri, str(error)) from error
    return [_data_version(row) for row in rows]


def _data_version(row: Mapping[str, Any]) -> DataVersion:
    return DataVersion(
        number=row["data_version"],
        load_id=row["load_id"],
        committed_at=row["committed_at"].astimezone(UTC),
        user=row["user"],
        tables={each["table"]: each["version"] for each in row["tables"]},
        files=tuple(LoadedFile(**each) for each in row["files"]),
        added=tuple(AddedFile(**each) for each in row["added"]),
        fingerprint=row["fingerprint"],
    )


def _broken_log(url: str, reason: str) -> LakeDamaged:
    return LakeDamaged(
        f"the log of {url} cannot be read: {reason}",
        remedy="restore the folder from a backup",
        table=url.rsplit("/", 1)[-1],
        file="_delta_log",
        reason=reason,
    )
