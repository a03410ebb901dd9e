"""The register of data versions: what is recorded of each, and how it is written as a row and read back.

A row carries a seal over its own content, because the Delta log does not notice a flipped bit in it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

import polars as pl

from queries.errors import LakeDamaged

VERSIONS = "versions"

Action = Literal["load", "restore", "purge"]

_FILE = {"name": pl.String(), "sha256": pl.String(), "table": pl.String(), "rows": pl.Int64()}
_PLACE = {"table": pl.String(), "version": pl.Int64()}
_PART = {"table": pl.String(), "path": pl.String(), "sha256": pl.String()}
_QTY = pl.Decimal(38, 4)
_VALUE = pl.Decimal(38, 8)
_CHANGE = {
    "table": pl.String(),
    "rows_in": pl.Int64(),
    "rows_out": pl.Int64(),
    "qty_in": _QTY,
    "qty_out": _QTY,
    "value_in": _VALUE,
    "value_out": _VALUE,
    "groups_in": pl.Int64(),
    "groups_out": pl.Int64(),
    "replaced": pl.List(pl.String()),
}

VERSIONS_SCHEMA: dict[str, pl.DataType] = {
    "data_version": pl.Int64(),
    "load_id": pl.String(),
    "committed_at": pl.Datetime("us", "UTC"),
    "user": pl.String(),
    "fingerprint": pl.String(),
    "files": pl.List(pl.Struct(_FILE)),
    "tables": pl.List(pl.Struct(_PLACE)),
    "added": pl.List(pl.Struct(_PART)),
    "action": pl.String(),
    "restored": pl.Int64(),
    "changes": pl.List(pl.Struct(_CHANGE)),
    "purged_at": pl.Datetime("us", "UTC"),
    "purged_by": pl.String(),
    "purged_why": pl.String(),
    "purged_in": pl.Int64(),
    "purged_itself": pl.Boolean(),
    "seal": pl.String(),
}
"""Columns of the Delta table `versions`; `tables` names the current Delta version of every table.

Those from `action` on may be missing in the rows of older releases.
"""


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
class TableChange:
    """What one data version changed in one table, against the one before.

    Rows, quantities and values (quantity × unit cost or price, in the file's own currency) that came and
    went; None where the table has no such column, no row has a value, or they are in several currencies.
    `groups_in` and `groups_out` count what a load replaces as a whole (a day's stock of a warehouse, a
    document, an item …); `replaced` names the first of those that went where they are days and warehouses.
    """

    table: str
    rows_in: int = 0
    rows_out: int = 0
    qty_in: Decimal | None = None
    qty_out: Decimal | None = None
    value_in: Decimal | None = None
    value_out: Decimal | None = None
    groups_in: int = 0
    groups_out: int = 0
    replaced: tuple[str, ...] = ()


@dataclass(frozen=True)
class Purged:
    """When, by whom, why and in which data version something was deleted for good.

    `is_itself` tells a purged load from a data version that can no longer be read because it held its rows.
    """

    at: datetime
    user: str
    reason: str
    by: int
    is_itself: bool


@dataclass(frozen=True)
class DataVersion:
    """One acknowledged state of the whole lake, numbered 1, 2, 3 … without gaps.

    `tables` maps every loaded table to its Delta version; `files` are the uploads of this load; `added` are
    the Parquet files it wrote; `fingerprint` identifies uploads, tables and mappings of a load. `action` is
    what was done, `changes` what that changed table by table, `restored` the data version put back (0 is the
    empty lake), `purged` is set where the version can no longer be read.
    """

    number: int
    load_id: str
    committed_at: datetime
    user: str
    tables: Mapping[str, int] = field(hash=False)
    files: tuple[LoadedFile, ...] = ()
    added: tuple[AddedFile, ...] = ()
    fingerprint: str = ""
    action: Action = "load"
    changes: tuple[TableChange, ...] = ()
    restored: int | None = None
    purged: Purged | None = None


def as_frame(versions: list[DataVersion]) -> pl.DataFrame:
    """These data versions as sealed rows of the register."""
    rows = [_row(version) for version in versions]
    return pl.DataFrame([row | {"seal": _seal(row)} for row in rows], schema=VERSIONS_SCHEMA)


def from_frame(frame: pl.DataFrame, url: str) -> list[DataVersion]:
    """The data versions that rows of the register hold; LakeDamaged if one is not as it was sealed."""
    found = []
    for row in frame.to_dicts():
        seal = row.pop("seal", None)
        version = _version(row)
        if seal and _seal(_row(version)) != seal:
            raise LakeDamaged(
                f"the record of data version {version.number} in {url} is changed since it was written",
                remedy="restore the folder from a backup",
                table=VERSIONS,
                file=f"data version {version.number}",
                reason="changed",
            )
        found.append(version)
    return found


def _row(version: DataVersion) -> dict[str, Any]:
    gone = version.purged
    return {
        "data_version": version.number,
        "load_id": version.load_id,
        "committed_at": version.committed_at,
        "user": version.user,
        "fingerprint": version.fingerprint,
        "files": [vars(each) for each in version.files],
        "tables": [{"table": name, "version": number} for name, number in sorted(version.tables.items())],
        "added": [vars(each) for each in version.added],
        "action": version.action,
        "restored": version.restored,
        "changes": [vars(each) | {"replaced": list(each.replaced)} for each in version.changes],
        "purged_at": gone.at if gone else None,
        "purged_by": gone.user if gone else None,
        "purged_why": gone.reason if gone else None,
        "purged_in": gone.by if gone else None,
        "purged_itself": gone.is_itself if gone else None,
    }


def _version(row: Mapping[str, Any]) -> DataVersion:
    purged = None
    if row.get("purged_in"):
        purged = Purged(
            at=row["purged_at"].astimezone(UTC),
            user=row["purged_by"],
            reason=row["purged_why"],
            by=row["purged_in"],
            is_itself=row["purged_itself"],
        )
    return DataVersion(
        number=row["data_version"],
        load_id=row["load_id"],
        committed_at=row["committed_at"].astimezone(UTC),
        user=row["user"],
        tables={each["table"]: each["version"] for each in row["tables"]},
        files=tuple(LoadedFile(**each) for each in row["files"]),
        added=tuple(AddedFile(**each) for each in row["added"]),
        fingerprint=row["fingerprint"],
        action=row.get("action") or "load",
        changes=tuple(
            TableChange(**{**each, "replaced": tuple(each["replaced"] or ())})
            for each in row.get("changes") or ()
        ),
        restored=row.get("restored"),
        purged=purged,
    )


def _seal(row: Mapping[str, Any]) -> str:
    """The same for the same content; what a row does not say is left out, so that new columns do no harm."""
    return hashlib.sha256(json.dumps(_said(row), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _said(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _said(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_said(each) for each in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value.isoformat() if isinstance(value, datetime) else value
