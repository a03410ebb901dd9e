"""The views as files: names, comments, grains, what each reads, and the order to build them in.

File name = view name; the folder's number is for readers, the build order is the dependency order. What a
view reads is derived from its text: views by their prefixed names, lake tables as `lake_<table>`, settings as
`settings.<column>`. So nothing declared can drift from what is computed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

FOLDER = Path(__file__).parent
CHECKS = FOLDER.parent / "checks"

_VIEW = re.compile(r"\b(?:src|stg|dim|fct|mart)_[a-z0-9_]+\b")
_LAKE = re.compile(r"\blake_([a-z_]+)\b")
_SETTING = re.compile(r"\bsettings\.([a-z_0-9]+)")
_TOLD = re.compile(r"\bsetting\('([a-z_0-9]+)'\)")
_COMMENT = re.compile(r"--[^\n]*")


@dataclass(frozen=True)
class View:
    """One view's file: `comment` its first line, `grain` the columns that are unique together.

    A kept view is computed once per key and read as Parquet, or, if kept open, as a table of a DuckDB file:
    for what every question reads. A staged one is a table while those are built. A held one is a table in
    memory for each policy that is asked about, of all stock whatever the filter; one held to compare is the
    held view that it reads, of the policy compared with. A grouped one must know, when it is planned, what
    it is grouped by.
    """

    name: str
    sql: str
    comment: str
    grain: tuple[str, ...]
    is_kept: bool
    is_open: bool
    is_staged: bool
    is_held: bool
    is_compared: bool
    is_grouped: bool
    reads_views: frozenset[str]
    reads_tables: frozenset[str]
    reads_settings: frozenset[str]
    asks_settings: frozenset[str]


@cache
def views() -> Mapping[str, View]:
    """Every view by name, in build order."""
    found = {path.stem: _read(path) for path in sorted(FOLDER.rglob("*.sql"))}
    order = TopologicalSorter({name: sorted(view.reads_views & found.keys()) for name, view in found.items()})
    return {name: found[name] for name in order.static_order()}


@cache
def closure(name: str) -> tuple[View, ...]:
    """The view and everything below it, in build order."""
    needed, waiting = {name}, [name]
    while waiting:
        for below in views()[waiting.pop()].reads_views & views().keys():
            if below not in needed:
                needed.add(below)
                waiting.append(below)
    return tuple(view for view in views().values() if view.name in needed)


@cache
def surface(name: str, *, is_made: bool = False) -> tuple[View, ...]:
    """What a question to the view must see: as its closure, but not below a kept, staged or held one.

    For a held one that `is_made` now: all that it is made of, without itself.
    """
    needed, waiting = {name}, [name]
    while waiting:
        view = views()[waiting.pop()]
        if view.is_kept or view.is_staged or (view.is_held and not (is_made and view.name == name)):
            continue
        for below in view.reads_views & views().keys():
            if below not in needed:
                needed.add(below)
                waiting.append(below)
    if is_made:
        needed.remove(name)
    return tuple(view for view in views().values() if view.name in needed)


def tables_of(parts: Iterable[View]) -> frozenset[str]:
    """The lake tables that these views read."""
    return frozenset[str]().union(*(view.reads_tables for view in parts))


@cache
def fingerprint(name: str) -> str:
    """sha256 over the text of a view and of everything below it, comments left out."""
    text = "\n".join(f"{v.name}:{' '.join(_COMMENT.sub('', v.sql).split())}" for v in closure(name))
    return hashlib.sha256(text.encode()).hexdigest()


def _read(path: Path) -> View:
    sql = path.read_text(encoding="utf-8").strip()
    code = _COMMENT.sub("", sql)
    header = [line.removeprefix("--").strip() for line in sql.splitlines() if line.startswith("--")]
    grain = next((line.removeprefix("grain:") for line in header if line.startswith("grain:")), "")
    return View(
        name=path.stem,
        sql=sql,
        comment=header[0] if header else "",
        grain=tuple(column.strip() for column in grain.split(",") if column.strip()),
        is_kept=bool({"kept", "kept open"} & set(header)),
        is_open="kept open" in header,
        is_staged="staged" in header,
        is_held=bool({"held", "held to compare"} & set(header)),
        is_compared="held to compare" in header,
        is_grouped="setting('first_by')" in code,
        reads_views=frozenset([*_VIEW.findall(code), *(["src_settings"] if _TOLD.search(code) else [])])
        - {path.stem},
        reads_tables=frozenset(_LAKE.findall(code)),
        reads_settings=frozenset(_SETTING.findall(code)),
        asks_settings=frozenset(_TOLD.findall(code)),
    )
