"""What was loaded, by whom and when; how two data versions differ; one put back; an original file again.

Nothing is erased here: a restore is a new data version whose tables hold what an older one held.
"""

from __future__ import annotations

import getpass
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from queries.errors import LakeDamaged, OriginalGone
from queries.lake.contract import TABLES, Table
from queries.lake.contract import table as contract
from queries.lake.keeping.commit import Changes, Load, PutBack, commit
from queries.lake.keeping.difference import Totals, between, totals, unshared
from queries.lake.keeping.replace import stored
from queries.lake.register import DataVersion, TableChange
from queries.lake.versions import Lake, sha256_of
from queries.settings import Settings

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Comparison:
    """How one table differs between two data versions.

    `rows` has one row per key that differs: the key's columns, `change` (gone, new or changed), and every
    other column twice, as `<column>_a` and `<column>_b`, null on the side that lacks the row. `a` and `b`
    are the sums of the whole table on each side, `change` those of the rows that differ.
    """

    table: str
    rows: pl.DataFrame
    a: Totals
    b: Totals
    change: TableChange


def loads(lake: Lake) -> tuple[DataVersion, ...]:
    """Every data version, the newest first: loads, restores and purges, also those purged since."""
    return tuple(reversed(lake.history()))


def compare(lake: Lake, a: int, b: int, table: str) -> Comparison:
    """How a table differs from data version `a` to `b`; 0 is the empty lake.

    Errors: VersionGone, VersionPurged, LakeDamaged, KeyError for a table the contract has not.
    """
    each = contract(table)
    paths = [_paths(lake, number, table) for number in (a, b)]
    gone, new = unshared(each, *paths)
    sums = [_totals(each, side) for side in paths]
    return Comparison(table, _side_by_side(each, gone, new), sums[0], sums[1], between(each, gone, new))


def restore(settings: Settings, number: int, user: str = "") -> DataVersion | None:
    """Make what data version `number` held the newest data version; None if that changes nothing.

    0 puts the lake back to before its first load. Errors: VersionGone, VersionPurged, LakeDamaged where a
    file of that version is not what was committed, LakeBusy, StoreFull, StoreReadOnly.
    """
    lake = Lake(settings.lake)

    def prepare(current: DataVersion | None, load_id: str) -> Changes:
        wanted = lake.version(number) if number else None
        if wanted:
            lake.verify_files(wanted)
        changes = {}
        for each in TABLES:
            now = lake.files(current, each.name) if current else []
            then = lake.files(wanted, each.name) if wanted else []
            if set(now) != set(then):
                gone, new = unshared(each, now, then)
                if gone.height or new.height:
                    to = wanted.tables.get(each.name) if wanted else None
                    changes[each.name] = PutBack(to, between(each, gone, new))
        return changes

    said = Load((), "", user or whoever(), action="restore", restored=number)
    return commit(lake, prepare, said, settings)


def undo_target(lake: Lake) -> int | None:
    """The data version (0: the empty lake) that an undo would restore now; None where there is none left."""
    states, at = _line(lake.history())
    return states[at - 1] if at > 0 and _is_there(lake, states[at - 1]) else None


def redo_target(lake: Lake) -> int | None:
    """The data version that a redo would restore now; None unless something was undone last."""
    states, at = _line(lake.history())
    return states[at + 1] if at + 1 < len(states) and _is_there(lake, states[at + 1]) else None


def original(settings: Settings, sha256: str) -> Path:
    """The kept file of that content; OriginalGone if there is none, LakeDamaged if its bytes changed."""
    path = settings.originals / sha256
    if not _SHA256.fullmatch(sha256) or not path.is_file():
        raise OriginalGone(
            f"no file with the content {sha256} is kept here",
            remedy="stillstock history names what was loaded; a purged file is gone for good",
            sha256=sha256,
        )
    if sha256_of(path) != sha256:
        raise LakeDamaged(
            f"the kept original {sha256} is changed since it was loaded",
            remedy="restore this file from a backup",
            table="originals",
            file=sha256,
            reason="changed",
        )
    return path


def whoever() -> str:
    """The name of the machine's user, for what is done without a login."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _paths(lake: Lake, number: int, table: str) -> list[str]:
    if not number:
        return []
    version = lake.version(number)
    lake.verify_files(version, [table])
    return lake.files(version, table)


def _totals(each: Table, paths: Sequence[str]) -> Totals:
    named = {
        "qty",
        "counted_qty",
        "unit_cost",
        "unit_price",
        "recovered_value",
        "currency",
        *each.replaced_by,
    }
    columns = [column.name for column in each.columns if column.name in named]
    return totals(each, stored(each, paths).select(columns).collect())


def _side_by_side(each: Table, gone: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    keys = list(each.key)
    rest = [column.name for column in each.columns if column.name not in keys]
    sides = [
        rows.with_columns(
            pl.int_range(pl.len()).over(keys).alias("(n)"), pl.lit(value=True).alias("(is)")
        ).rename({name: f"{name}{side}" for name in [*rest, "(is)"]})
        for rows, side in ((gone, "_a"), (new, "_b"))
    ]
    both = sides[0].join(sides[1], on=[*keys, "(n)"], how="full", coalesce=True, nulls_equal=True)
    change = (
        pl.when(pl.col("(is)_b").is_null())
        .then(pl.lit("gone"))
        .when(pl.col("(is)_a").is_null())
        .then(pl.lit("new"))
        .otherwise(pl.lit("changed"))
    )
    return (
        both.with_columns(change.alias("change"))
        .select(*keys, "change", *(f"{name}{side}" for name in rest for side in ("_a", "_b")))
        .sort(keys, nulls_last=True)
    )


def _line(history: Sequence[DataVersion]) -> tuple[list[int], int]:
    """The states one can step through, from the empty lake on, and where on it the lake stands."""
    states, at = [0], 0
    for version in history:
        if version.restored is not None and version.restored in states:
            at = states.index(version.restored)
        else:
            states[at + 1 :] = [version.number]
            at += 1
    return states, at


def _is_there(lake: Lake, number: int) -> bool:
    return not number or lake.history()[number - 1].purged is None
