"""What goes when a load is deleted for good, and what a dead writer left: rows, files, logs, copies.

Everything here may be broken off at any moment and done again. A data version that does not hold the deleted
rows is read alike before, while and after: of its files none goes, and a log loses only lines about others.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
from deltalake import DeltaTable

from queries.lake.contract import TABLES, Table, table
from queries.lake.keeping.difference import distinct_rows, group_name, unshared
from queries.lake.keeping.held import INCOMING, abandoned
from queries.lake.keeping.replace import Change, schema, sequenced, stored
from queries.lake.register import VERSIONS, DataVersion, Purged
from queries.lake.versions import Lake, sha256_of
from queries.settings import Settings

_ASIDE = ".aside"
SPILL = ".spill"
"""Below the kept facts: what DuckDB puts aside while it computes."""


_KNOWN = frozenset({"lake", "facts", "originals", "quarantine", "waiting"})
"""Folders of a home in which a purge knows its way."""

_CHECKPOINT_FROM = 10
"""Logs shorter than this are read as fast without a checkpoint."""


@dataclass(frozen=True)
class Order:
    """What a purge deletes: loads by number and load_id, files by sha256; who wants it, when and why.

    `tables` are those the loads wrote to; `load_id` is the purge's own, by which its data version is known.
    """

    load_id: str
    tables: tuple[str, ...]
    numbers: tuple[int, ...]
    load_ids: tuple[str, ...]
    sha256: tuple[str, ...]
    user: str
    reason: str
    at: datetime

    def as_dict(self) -> dict[str, Any]:
        """The order as JSON can hold it."""
        return vars(self) | {"at": self.at.isoformat()}

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Order:
        """The order that `as_dict` gave."""
        lists = {name: tuple(said[name]) for name in ("tables", "numbers", "load_ids", "sha256")}
        return cls(**{**said, **lists, "at": datetime.fromisoformat(said["at"])})


def tables_of(history: Sequence[DataVersion], numbers: Collection[int]) -> tuple[str, ...]:
    """The tables that these loads wrote to, in the contract's order."""
    loads = [history[number - 1] for number in numbers]
    names = {file.table for load in loads for file in load.added}
    names |= {file.table for load in loads for file in load.files}
    return tuple(each.name for each in TABLES if each.name in names)


def holders(lake: Lake, history: Sequence[DataVersion], order: Order) -> frozenset[int]:
    """Numbers of the data versions that hold rows of these loads, whatever else they hold."""
    found: set[int] = set()
    for name in order.tables:
        hits = set(_holding(lake, name, history, order))
        found |= {
            version.number
            for version in _since(history, order)
            if name in version.tables
            and not version.purged
            and hits & set(lake.active_paths(name, version.tables[name]))
        }
    return frozenset(found)


def undone(lake: Lake, current: DataVersion | None, order: Order) -> dict[str, Change]:
    """Each table without the rows of these loads: what they had replaced comes back where nothing stands now.

    What later loads put in the place of these rows stays.
    """
    history = lake.history()
    changes: dict[str, Change] = {}
    for name in order.tables:
        if current and name in current.tables:
            lake.verify_files(current, [name])
            difference = _undone(lake, table(name), current, history, order)
            if difference:
                changes[name] = difference
    return changes


def purged_register(
    lake: Lake, history: Sequence[DataVersion], order: Order, purge: DataVersion, gone: Collection[int]
) -> list[DataVersion]:
    """The register after a purge: its own row, and the others without what must not be known any more."""
    everywhere = [*history, purge]
    readable = [version for version in everywhere if version.number not in gone and not version.purged]
    kept = {name: _kept(lake, name, readable) for name in order.tables}
    groups = {group for name in order.tables for group in _groups(lake, table(name), history, order)}
    rows = []
    for version in everywhere:
        is_itself = version.number in order.numbers
        if (version.number in gone or is_itself) and not (version.purged and version.purged.is_itself):
            mark = Purged(order.at, order.user, order.reason, purge.number, is_itself)
            version = replace(version, purged=mark)
        if is_itself:
            version = replace(version, files=(), fingerprint="", changes=())
        changes = tuple(
            replace(change, replaced=tuple(name for name in change.replaced if name not in groups))
            for change in version.changes
        )
        added = tuple(
            file for file in version.added if file.table not in kept or file.path in kept[file.table]
        )
        rows.append(replace(version, changes=changes, added=added))
    return rows


def erase(lake: Lake, settings: Settings, order: Order) -> None:
    """Delete for good what no data version that can be read needs: files, log lines, copies, kept facts."""
    history = lake.history()
    readable = [version for version in history if not version.purged]
    for name in order.tables:
        _erase_but(lake, name, _kept(lake, name, readable))
    register = lake.delta(VERSIONS)
    if register:
        _erase_but(lake, VERSIONS, {unquote(path) for path in _active(register)})
    for path in copies(settings, order, {file.sha256 for version in history for file in version.files}):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    # kept facts go after the files: who writes one looks afterwards whether its files are still there
    for path in settings.facts.glob("*"):
        if path.name != SPILL:
            shutil.rmtree(path, ignore_errors=True)
    for path in settings.facts.glob(f"{SPILL}/*"):
        path.unlink(missing_ok=True)


def copies(settings: Settings, order: Order, needed: Collection[str] = ()) -> list[Path]:
    """Files and folders of the home that hold a purged file as it came, or what was made of one.

    They are known by content, by the load or by its data version; contents `needed` by other loads stay.
    """
    home, lake = settings.home.resolve(), Path(settings.lake)
    sha256 = set(order.sha256) - set(needed)
    found = [settings.originals / name for name in order.sha256 if name in sha256]
    found += abandoned(settings.originals, INCOMING)
    found += [home / "quarantine" / load_id for load_id in order.load_ids]
    for folder in home.glob("waiting/*"):
        said = folder / "hand_in.json"
        loaded_as = json.loads(said.read_text(encoding="utf-8"))["data_version"] if said.exists() else None
        if loaded_as in order.numbers or any(_is_copy(path, sha256) for path in folder.glob("*")):
            found.append(folder)
    for folder in home.glob("*"):
        if folder.name not in _KNOWN and folder != lake:
            files = folder.rglob("*") if folder.is_dir() else [folder]
            found += [path for path in files if path.is_file() and _is_copy(path, sha256)]
    return sorted(path for path in found if path.exists())


def sweep(lake: Lake, settings: Settings) -> None:
    """Take away what writers left that died or failed: commits nobody acknowledged, files nobody names."""
    history = lake.history()
    folder = lake.local_folder
    for each in TABLES:
        place = folder / each.name
        if not place.is_dir():
            continue
        numbers = [version.tables[each.name] for version in history if each.name in version.tables]
        if not numbers:
            shutil.rmtree(place)
            continue
        _cut_log(place / "_delta_log", max(numbers))
        recorded = {file.path for version in history for file in version.added if file.table == each.name}
        _remove_others(place, recorded)
    register = lake.delta(VERSIONS)
    if register:
        _remove_others(folder / VERSIONS, _mentioned(folder / VERSIONS / "_delta_log"))
    elif (folder / VERSIONS).is_dir():
        shutil.rmtree(folder / VERSIONS)
    named = {file.sha256 for version in history for file in version.files}
    for path in settings.originals.glob("?" * 64):
        if path.name not in named:
            path.unlink(missing_ok=True)
    named = {version.load_id for version in history}
    for path in (settings.home / "quarantine").glob("?" * 32):
        if path.name not in named:
            shutil.rmtree(path, ignore_errors=True)


def _undone(
    lake: Lake, each: Table, current: DataVersion, history: Sequence[DataVersion], order: Order
) -> Change | None:
    now = stored(each, lake.files(current, each.name))
    keys = list(each.replaced_by)
    is_purged = pl.col("load_id").is_in(list(order.load_ids))
    if now.filter(is_purged).head(1).collect().is_empty():
        return None
    steps = [
        (load.load_id, *_replaced(lake, each, load, history))
        for number in sorted(order.numbers, reverse=True)
        if each.name in (load := history[number - 1]).tables
    ]
    touched = pl.concat(
        [now.filter(is_purged).select(keys).collect(), *(vacated for _, _, vacated in steps)]
    ).unique()
    held = now.join(touched.lazy(), on=keys, how="semi", nulls_equal=True).collect()
    state = held
    for load_id, before, vacated in steps:
        mine = state.filter(pl.col("load_id") == load_id).select(keys)
        state = state.filter(pl.col("load_id") != load_id)
        free = pl.concat([mine, vacated]).unique().join(state, on=keys, how="anti", nulls_equal=True)
        state = pl.concat([state, before.join(free.lazy(), on=keys, how="semi", nulls_equal=True).collect()])
    columns = [column.name for column in each.columns]
    gone, back = distinct_rows(held.select(columns), state.select(columns))
    within, scope = now, ""
    if each.dated_by:
        first, last = touched.select(pl.min(each.dated_by), pl.max(each.dated_by).alias("last")).row(0)
        within = now.filter(pl.col(each.dated_by).is_between(first, last))
        scope = f"{each.dated_by} >= '{first}' and {each.dated_by} <= '{last}'"
    rest = within.join(touched.lazy(), on=keys, how="anti", nulls_equal=True).collect()
    rows = pl.concat([rest, state])
    rows = sequenced(rows) if each.order and rows.height else rows.sort(keys)
    return Change(each, rows.select(list(schema(each))), scope, adds=False, before=gone, after=back)


def _replaced(
    lake: Lake, each: Table, load: DataVersion, history: Sequence[DataVersion]
) -> tuple[pl.LazyFrame, pl.DataFrame]:
    """The table as it stood before a load, and the groups of it that the load left no row of."""
    before = next((v for v in reversed(history[: load.number - 1]) if not v.purged), None)
    paths = lake.files(before, each.name) if before else []
    keys = list(each.replaced_by)
    vacated = stored(each, []).select(keys).collect()
    if paths and not load.purged:
        out, into = unshared(each, paths, lake.files(load, each.name))
        vacated = out.select(keys).unique().join(into, on=keys, how="anti", nulls_equal=True)
    return stored(each, paths), vacated


def _is_copy(path: Path, sha256: Collection[str]) -> bool:
    """Whether a file, or one in a folder, has one of these contents; one that is gone has not."""
    try:
        files = [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]
        return any(sha256_of(each) in sha256 for each in files)
    except FileNotFoundError:
        return False


def _since(history: Sequence[DataVersion], order: Order) -> Sequence[DataVersion]:
    return history[min(order.numbers) - 1 :] if order.numbers else ()


def _holding(lake: Lake, name: str, history: Sequence[DataVersion], order: Order) -> list[str]:
    """Paths, relative to the table's folder, of the committed files that hold rows of these loads."""
    paths = {file.path for version in _since(history, order) for file in version.added if file.table == name}
    is_purged = pl.col("load_id").is_in(list(order.load_ids))
    folder = lake.local_folder / name
    return [
        path
        for path in sorted(paths)
        if pl.scan_parquet(folder / path, glob=False).filter(is_purged).head(1).collect().height
    ]


def _groups(lake: Lake, each: Table, history: Sequence[DataVersion], order: Order) -> set[str]:
    """The names of the groups that these loads brought, as changes name them."""
    paths = [str(lake.local_folder / each.name / path) for path in _holding(lake, each.name, history, order)]
    is_purged = pl.col("load_id").is_in(list(order.load_ids))
    rows = stored(each, paths).filter(is_purged).select(each.replaced_by).unique().collect()
    return {group_name(row) for row in rows.iter_rows()}


def _kept(lake: Lake, name: str, versions: Iterable[DataVersion]) -> set[str]:
    """Paths of all files that these data versions need of a table."""
    numbers = {version.tables[name] for version in versions if name in version.tables}
    return {path for number in numbers for path in lake.active_paths(name, number)}


def _erase_but(lake: Lake, name: str, kept: Collection[str]) -> None:
    """Leave of a Delta table the files `kept` and what its log says of them."""
    folder = lake.local_folder / name
    log = folder / "_delta_log"
    for path in sorted(log.glob("*.json")):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        said = [line for line in lines if not _adds(line) or _adds(line) in kept]
        if len(said) < len(lines):
            aside = folder / _ASIDE
            aside.write_text("".join(said), encoding="utf-8")
            aside.replace(path)
    (log / "_last_checkpoint").unlink(missing_ok=True)
    for path in log.glob("*.checkpoint*"):
        path.unlink()
    _remove_others(folder, kept)
    delta = lake.delta(name)
    if delta and delta.version() >= _CHECKPOINT_FROM:
        delta.create_checkpoint()


def _adds(line: str) -> str:
    """The path of the file that a line of a log adds; empty if it adds none."""
    add = json.loads(line).get("add")
    return unquote(add["path"]) if add else ""


def _mentioned(log: Path) -> set[str]:
    """Every file that any line of a log adds."""
    lines = (line for path in log.glob("*.json") for line in path.read_text(encoding="utf-8").splitlines())
    return {path for line in lines if (path := _adds(line))}


def _cut_log(log: Path, last: int) -> None:
    """Take back the commits after `last`, the newest first, so that the log is whole at any moment."""
    mark = log / "_last_checkpoint"
    if mark.exists() and json.loads(mark.read_text(encoding="utf-8"))["version"] > last:
        mark.unlink()
    for path in sorted(log.glob("[0-9]*"), reverse=True):
        if int(path.name[:20]) > last:
            path.unlink()


def _remove_others(folder: Path, kept: Collection[str]) -> None:
    """Delete the data files not in `kept` and what writes left half done."""
    for path in folder.glob("*"):
        if path.is_file() and path.name not in kept:
            path.unlink(missing_ok=True)
    for path in (folder / "_delta_log").glob("*"):
        if "#" in path.name or path.suffix == ".tmp":
            path.unlink(missing_ok=True)


def _active(register: DeltaTable) -> list[str]:
    paths: list[str] = pl.DataFrame(register.get_add_actions(flatten=True))["path"].to_list()
    return paths
