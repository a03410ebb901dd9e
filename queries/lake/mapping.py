"""Which column of a file is which column of the contract: presets in TOML, and `--set`.

A preset names, per table: `headers` (words for a column, best first; an inner list holds words of equal
rank), `joined` (several headers in one column), `constants`, `values` (code tables), `signs` (by kind) and
`leaves_out_empty` (rows without a value there are no rows of ours). What stands outside `tables` counts for
every table.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from queries.lake.contract import TABLES, Column, Table
from queries.lake.problems import ROW, Problem, listed
from queries.lake.words import normal

GENERIC = "generic"


@dataclass(frozen=True)
class Joined:
    """Several headers whose cells, with the separator between, make one column."""

    headers: tuple[str, ...]
    separator: str = "-"


@dataclass(frozen=True)
class TableMapping:
    """How one table's columns are found; `headers` maps a column to ranks of words of equal rank."""

    headers: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    joined: Mapping[str, Joined] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    signs: Mapping[str, int] = field(default_factory=dict)
    leaves_out_empty: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preset:
    """A named mapping; `digest` changes with its text, `tables` are the tables it can fill."""

    name: str
    digest: str
    tables: Mapping[str, TableMapping]


@dataclass(frozen=True)
class Mapped:
    """A file in the contract's columns, still text; `origin` gives each column's header in the file."""

    frame: pl.DataFrame
    origin: Mapping[str, str]
    signs: Mapping[str, int]


def presets() -> tuple[str, ...]:
    """Names of the presets that come with stillstock."""
    folder = files("queries.lake") / "mappings"
    return tuple(sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".toml")))


@cache
def preset(name: str = GENERIC) -> Preset:
    """The preset of that name; KeyError if there is none."""
    if name not in presets():
        raise KeyError(name)
    text = (files("queries.lake") / "mappings" / f"{name}.toml").read_bytes()
    document = tomllib.loads(text.decode())
    own = document.get("tables", {})
    tables = [each for each in TABLES if each.name in own]
    return Preset(
        name=document["name"],
        digest=hashlib.sha256(text).hexdigest(),
        tables={each.name: _table_mapping(document, own[each.name], each) for each in tables},
    )


def map_columns(
    frame: pl.DataFrame, table: Table, mapping: TableMapping, constants: Mapping[str, str]
) -> tuple[Mapped, list[Problem]]:
    """The file's rows in the contract's columns, and what keeps them from it; `constants` win over cells.

    `frame` comes from read.read. Columns the file does not give are left out; a required one is a problem.
    """
    by_word: dict[str, list[str]] = {}
    for header in frame.columns:
        if header != ROW:
            by_word.setdefault(normal(header), []).append(header)
    problems: list[Problem] = []
    chosen: dict[str, pl.Expr] = {}
    origin: dict[str, str] = {}
    doubtful: set[str] = set()
    for column in table.columns:
        name = column.name
        fixed = constants.get(name, mapping.constants.get(name))
        joined = mapping.joined.get(name)
        if fixed is not None:
            chosen[name], origin[name] = pl.lit(fixed), name
            continue
        if joined and all(normal(header) in by_word for header in joined.headers):
            sources = [by_word[normal(header)][0] for header in joined.headers]
            chosen[name] = pl.concat_str(
                [_trimmed(pl.col(each)) for each in sources], separator=joined.separator, ignore_nulls=True
            )
            origin[name] = joined.separator.join(sources)
            continue
        found = _header(column, mapping, by_word)
        if len(found) > 1:
            facts = {"meaning": name, "headers": listed(found)}
            problems.append(Problem("ambiguous_header", None, found[0], facts=facts))
            doubtful.add(name)
        elif found:
            chosen[name], origin[name] = pl.col(found[0]), found[0]
    problems += _missing(
        table, mapping, {*chosen, *doubtful}, [each for each in frame.columns if each != ROW]
    )
    mapped = frame.select(ROW, *(_trimmed(cell).alias(name) for name, cell in chosen.items()))
    for name in mapping.leaves_out_empty:
        if name in mapped.columns:
            mapped = mapped.filter(pl.col(name).is_not_null())
    for name, codes in mapping.values.items():
        if name in mapped.columns:
            mapped = mapped.with_columns(_translated(mapped[name], codes))
    return Mapped(mapped, origin, mapping.signs), problems


def _header(column: Column, mapping: TableMapping, by_word: Mapping[str, list[str]]) -> list[str]:
    """The file's header for a column, or the several of one rank; the column's own name goes before all."""
    own = by_word.get(normal(column.name), [])
    if column.name in own:
        return [column.name]
    for rank in (*mapping.headers.get(column.name, ()), (column.name,)):
        found = [header for word in dict.fromkeys(map(normal, rank)) for header in by_word.get(word, ())]
        if found:
            return found
    return []


def _missing(table: Table, mapping: TableMapping, chosen: Iterable[str], headers: list[str]) -> list[Problem]:
    given = set(chosen)
    lacking = [name for name in table.required if name not in given]
    if table.name == "movements" and "counted_qty" in given:
        lacking = [name for name in lacking if name != "qty"]
    return [
        Problem(
            "missing_column",
            None,
            name,
            facts={
                "found": listed(headers),
                "known": listed(
                    dict.fromkeys((name, *(w for r in mapping.headers.get(name, ()) for w in r)))
                ),
            },
        )
        for name in lacking
    ]


def _trimmed(cell: pl.Expr) -> pl.Expr:
    return cell.str.strip_chars().replace("", None)


def _translated(cells: pl.Series, codes: Mapping[str, str]) -> pl.Series:
    """Cells with their codes replaced; a code that is not listed stays as it is."""
    known = {normal(code): meaning for code, meaning in codes.items()}
    distinct = cells.drop_nulls().unique().to_list()
    meanings = {cell: known[normal(cell)] or None for cell in distinct if normal(cell) in known}
    return cells.replace(meanings) if meanings else cells


def _table_mapping(document: Mapping[str, Any], own: Mapping[str, Any], table: Table) -> TableMapping:
    columns = [column.name for column in table.columns]
    headers = {**document.get("headers", {}), **own.get("headers", {})}
    values = {**document.get("values", {}), **own.get("values", {})}
    words = document.get("words")
    if words:
        said = dict.fromkeys(words["yes"], "true") | dict.fromkeys(words["no"], "false")
        values |= {column.name: said for column in table.columns if column.kind == "boolean"}
    return TableMapping(
        headers={name: _ranks(headers[name]) for name in columns if name in headers},
        joined={
            name: Joined(tuple(each["headers"]), each["separator"])
            for name, each in own.get("joined", {}).items()
        },
        constants=own.get("constants", {}),
        values={name: values[name] for name in columns if name in values},
        signs=own.get("signs", {}),
        leaves_out_empty=tuple(own.get("leaves_out_empty", ())),
    )


def _ranks(words: Iterable[str | list[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple((each,) if isinstance(each, str) else tuple(each) for each in words)
