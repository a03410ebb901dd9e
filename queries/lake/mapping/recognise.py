"""What a file is, by its headers: which preset or saved mapping reads it, into which table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from queries.lake.contract import TABLES, Column, table
from queries.lake.mapping.layouts import Header, Ranks, TableMapping
from queries.lake.mapping.presets import GENERIC, headers_of, preset, presets, words_of
from queries.lake.mapping.rows import refusal
from queries.lake.mapping.saved import mapping_named, saved_names
from queries.lake.problems import Problem, listed
from queries.lake.questions import Question
from queries.lake.words import among, last_levels, normal, normals
from queries.settings import Settings

SURE = 0.75
"""A guess below this is asked about."""

AHEAD = 0.04
"""So far must the best guess be ahead of one that reads the file otherwise."""

_REFUSED = 0.95
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True)
class Guess:
    """One way to read a file: `layout` of the preset or saved mapping `mapping`, into `table`.

    `score` is up to 1 (a saved mapping whose headers are all there: 2); `columns` are headers by column of
    the contract; `lacks` the required columns that are neither there nor asked for.
    """

    mapping: str
    table: str
    score: float
    columns: Mapping[str, str] = field(default_factory=dict, hash=False)
    layout: str = ""
    lacks: tuple[str, ...] = ()
    is_refused: bool = False


def recognise(
    headers: Sequence[str],
    samples: Mapping[str, Sequence[str]] | None = None,
    settings: Settings | None = None,
    *,
    titles: Sequence[str] = (),
) -> list[Guess]:
    """Every way the headers can be read, best first; `samples` are cells below them, `titles` those above.

    A file of one column has no headers: its first cells count as titles.
    """
    if len(headers) == 1:
        titles = (*titles, *headers, *(cell for cells in (samples or {}).values() for cell in cells))
    found = [
        (guess, place)
        for place, layout in enumerate(_layouts(settings))
        if (guess := _guess(layout, headers, samples or {}, titles))
    ]
    return [guess for guess, _ in sorted(found, key=lambda each: (-each[0].score, each[1]))]


def best_layout(
    name: str, table_name: str, headers: Sequence[str], settings: Settings | None = None
) -> TableMapping:
    """The layout of a preset or saved mapping (or `name/layout`) that reads these headers into the table.

    Errors: KeyError if there is no such mapping, or none of its layouts fills the table.
    """
    name, _, wanted = name.partition("/")
    fitting = [
        layout
        for layout in mapping_named(name, settings).layouts
        if layout.table == table_name and wanted in ("", layout.name)
    ]
    if not fitting:
        raise KeyError(table_name)
    return max(fitting, key=lambda layout: _fit(layout, headers))


def refused_as(
    headers: Sequence[str], table_name: str, settings: Settings | None = None, *, titles: Sequence[str] = ()
) -> Problem | None:
    """Why a file with these headers may not be loaded as that table, where some layout says so."""
    words = {normal(header): header for header in headers}
    for layout in _layouts(settings):
        if layout.is_refused_as(table_name) and _is_marked(layout, words, titles):
            return refusal(layout, table_name)
    return None


def sure(guesses: Sequence[Guess]) -> Guess | None:
    """The best guess, if it needs no asking."""
    if not guesses or doubts(guesses):
        return None
    return guesses[0]


def doubts(guesses: Sequence[Guess]) -> list[Question]:
    """What must be asked before a file is read: its table, its mapping, or nothing."""
    if not guesses:
        return [Question("table", "table", choices=tuple(each.name for each in TABLES))]
    best = guesses[0]
    if best.is_refused:
        return []
    near = [each for each in guesses if each.score > best.score - AHEAD and not each.is_refused]
    tables = tuple(dict.fromkeys(each.table for each in near))
    if best.score < SURE or len(tables) > 1:
        choices = tuple(dict.fromkeys([*tables, *(each.name for each in TABLES)]))
        return [Question("table", "table", {"value": listed(best.columns.values())}, choices, best.table)]
    named = tuple(dict.fromkeys(each.mapping for each in near))
    if len(named) > 1 and any(each.columns != best.columns for each in near):
        return [Question("mapping", "mapping", {}, named, best.mapping)]
    return []


def _layouts(settings: Settings | None) -> Iterable[TableMapping]:
    """Saved mappings first, then presets, the generic one before those that cannot be told by a header."""
    for name in saved_names(settings) if settings else ():
        yield from mapping_named(name, settings).layouts
    every = [layout for name in presets() for layout in preset(name).layouts]
    yield from sorted(every, key=lambda layout: (not layout.recognised_by, layout.preset != GENERIC))


def _guess(
    layout: TableMapping,
    headers: Sequence[str],
    samples: Mapping[str, Sequence[str]],
    titles: Sequence[str],
) -> Guess | None:
    words = {normal(header): header for header in reversed(headers) if normal(header)}
    if layout.knows_last_level:
        words = {**last_levels(headers), **words}
    if not _is_marked(layout, words, titles):
        return None
    if not layout.table:
        return Guess(layout.preset, "", _REFUSED, {}, layout.name, is_refused=True)
    columns = _columns(layout, words, samples)
    given = {*columns, *layout.constants, *layout.numbered, *([layout.sheet] if layout.sheet else [])}
    required = table(layout.table).required
    lacks = tuple(name for name in required if name not in given and name not in layout.asked)
    if layout.table == "movements":
        lacks = tuple(
            name for name in lacks if name != "document_id" and (name != "qty" or "counted_qty" not in given)
        )
    covered = sum(1.0 if name in given else 0.7 if name not in lacks else 0.0 for name in required) / len(
        required
    )
    if not covered or not (columns or layout.recognised_by):
        return None
    if layout.is_refused_as(layout.table):
        return Guess(layout.preset, layout.table, _REFUSED, columns, layout.name, is_refused=True)
    score = 0.5 * covered + 0.4 * _explained(layout, words, columns) + 0.1 * bool(layout.recognised_by)
    is_saved = layout.preset not in presets()
    if is_saved and not lacks and layout.recognised_by:
        score = 2.0
    return Guess(layout.preset, layout.table, round(score, 4), columns, layout.name, lacks)


def _is_marked(layout: TableMapping, words: Mapping[str, str], titles: Sequence[str]) -> bool:
    """Whether the headers and titles have what tells this layout, and nothing that rules it out."""
    headers = {*words.values(), *(words if layout.knows_last_level else ())}
    if among(headers, layout.not_with):
        return False
    if any(not any(re.search(mark, title) for title in titles) for mark in layout.title_marks):
        return False
    return all(among(headers, group) for group in layout.recognised_by)


def _columns(
    layout: TableMapping, words: Mapping[str, str], samples: Mapping[str, Sequence[str]]
) -> dict[str, str]:
    """The header of each column of the contract this layout would fill."""
    found: dict[str, str] = {}
    for column in table(layout.table).columns:
        if column.name in layout.not_read:
            continue
        header = _standing(((column.name,), *layout.headers.get(column.name, ())), words)
        is_own = header is not None and normal(header) == normal(column.name)
        if header and (is_own or _may_be(column, samples.get(header, ()))):
            found[column.name] = header
    for name, joined in layout.joined.items():
        parts = [(part, _of(part.header, words)) for part in joined.parts]
        if all(header or part.is_optional for part, header in parts):
            found[name] = joined.separator.join(header for _, header in parts if header)
    entries = [header for each in layout.split if (header := _of(each.qty, words))]
    if entries:
        found["qty"] = listed(entries)
        found |= {name: entries[0] for each in layout.split for name in each.sets if name not in found}
    if layout.entry_unit and "qty" not in found and (entered := _of(layout.entry_unit.qty, words)):
        found["qty"] = entered
    if layout.unpivot and (not layout.unpivot.after or _of(layout.unpivot.after, words)):
        found |= {name: "" for name in (layout.unpivot.into, layout.unpivot.value) if name not in found}
    if layout.from_to:
        ways = [_of(header, words) for header in (layout.from_to.leaves, layout.from_to.arrives)]
        if all(ways):
            found |= {"kind": listed(map(str, ways)), "warehouse_id": listed(map(str, ways))}
    return found


def _explained(layout: TableMapping, words: Mapping[str, str], columns: Mapping[str, str]) -> float:
    """The share of the headers this layout reads, ignores, drops as personal, or takes for places."""
    known = normals(words_of(layout)) | layout.personal | {normal(header) for header in columns.values()}
    own = {word for header in headers_of(layout) for rank in header.ranks for word in rank}
    own |= set(among(words.values(), layout.ignored))
    after = _of(layout.unpivot.after, words) if layout.unpivot and layout.unpivot.after else None
    if after:
        in_order = list(words)[::-1]
        own |= set(in_order[in_order.index(normal(after)) :])
    explained = {words[word] for word in words.keys() & (known | normals(own))}
    return len(explained) / len(set(words.values()))


def _fit(layout: TableMapping, headers: Sequence[str]) -> tuple[bool, float]:
    guess = _guess(layout, headers, {}, ())
    return guess is not None, guess.score if guess else 0.0


def _of(header: Header, words: Mapping[str, str]) -> str | None:
    return _standing(header.ranks, words)


def _standing(ranks: Ranks, words: Mapping[str, str]) -> str | None:
    for rank in ranks:
        for word in rank:
            if normal(word) in words:
                return words[normal(word)]
    return None


def _may_be(column: Column, cells: Sequence[str]) -> bool:
    """Whether cells can be of the column's kind: numbers and dates have a digit somewhere."""
    if column.kind not in ("decimal", "integer", "date"):
        return True
    return not cells or any(_DIGIT.search(cell) for cell in cells)
