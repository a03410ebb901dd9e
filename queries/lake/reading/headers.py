"""Where a table begins among the first rows of a sheet, and what its columns are called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from queries.lake.problems import Problem, shortened
from queries.lake.words import normal

SEARCHED = 15
"""The header stands in one of so many first rows."""

LEVELS = 3
"""A header has at most so many rows."""

_KNOWN = 3
_SAMPLES = 3
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_NUMBER = re.compile(r"^[+\-(]?[\d.,'\s%]*\d[\d.,'\s%)\-]*$")
_UNNAMED = re.compile(r"^\((\d+)\)$")

Rows = Sequence[Sequence[str | None]]


@dataclass(frozen=True)
class Merge:
    """Merged cells: first and last row and column, from 0."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Header:
    """A header's first and last row (from 0) and, a column each, its unique names.

    `repeated` gives, for names that had to be told apart, the word they share.
    """

    first: int
    last: int
    names: tuple[str, ...]
    repeated: Mapping[str, str] = field(default_factory=dict)


def find_header(
    rows: Rows,
    known: frozenset[str],
    merges: Sequence[Merge] = (),
    asked: int | None = None,
) -> Header | None:
    """The header among the first rows, or None where no cell is filled; `asked` is a row a person names.

    It is the first of 15 rows with three words of `known`; else the first that looks like one. Rows of group
    names above or below it, joined over merged or blank cells, belong to it.
    """
    found = asked if asked is not None and asked < len(rows) else _row_of_header(rows, known)
    if found is None:
        return None
    first = last = found
    while last - first + 1 < LEVELS and last + 1 < len(rows) and _has_level_below(rows, last, merges):
        last += 1
    names, repeated = _unique(_words(rows, first, last, merges))
    while repeated and first and last - first + 1 < LEVELS and _is_group_row(rows, first - 1, merges):
        first -= 1
        names, repeated = _unique(_words(rows, first, last, merges))
    return Header(first, last, names, repeated)


def titles_above(rows: Rows, header: Header) -> tuple[str, ...]:
    """The filled cells above the header, as they stand."""
    return tuple(cell.strip() for row in rows[: header.first] for cell in row if cell and cell.strip())


def is_unnamed(name: str) -> bool:
    """Whether a column's name only counts it, because its header is blank."""
    return bool(_UNNAMED.match(name))


def header_note(header: Header, number: int) -> list[Problem]:
    """What to say of a header that does not stand in row 1; `number` is its row as a person counts."""
    if number == 1:
        return []
    return [Problem("header_below", number, facts={"levels": header.last - header.first + 1})]


def repeated_faults(header: Header, samples: dict[str, tuple[str, ...]], number: int) -> tuple[Problem, ...]:
    """One fault for each column whose header is not its own, with what stands in all of them."""
    by_word: dict[str, list[str]] = {}
    for name, word in header.repeated.items():
        by_word.setdefault(word.casefold(), []).append(name)
    return tuple(
        Problem(
            "duplicate_header",
            number,
            name,
            header.repeated[name],
            {"samples": "; ".join(", ".join(map(shortened, samples.get(each, ()))) or "–" for each in names)},
        )
        for names in by_word.values()
        for name in names
    )


def clean(cell: str | None) -> str:
    """A header's words: no invisible marks, single spaces."""
    return " ".join(_INVISIBLE.sub("", cell or "").split())


def _row_of_header(rows: Rows, known: frozenset[str]) -> int | None:
    filled = [[cell for cell in map(clean, row) if cell] for row in rows[:SEARCHED]]
    if not any(filled):
        return None
    hits = [sum(normal(cell) in known for cell in dict.fromkeys(row)) for row in filled]
    for wanted in (_KNOWN, _KNOWN - 1):
        for number, row in enumerate(filled):
            if hits[number] >= wanted and (wanted == _KNOWN or hits[number] * 2 >= len(row)):
                return number
    widest = max(map(len, filled))
    for number, row in enumerate(filled):
        if len(row) >= 2 and len(row) * 5 >= widest * 3 and not any(map(_NUMBER.match, row)):
            return number
    return next(number for number, row in enumerate(filled) if row)


def _has_level_below(rows: Rows, row: int, merges: Sequence[Merge]) -> bool:
    if any(merge.top <= row < merge.bottom for merge in merges):
        return True
    groups = [merge for merge in merges if merge.top == row == merge.bottom and merge.right > merge.left]
    upper, lower = _cells(rows, row), _cells(rows, row + 1)
    below = [column for column, cell in enumerate(lower) if cell]
    if not below or any(_NUMBER.match(lower[column]) for column in below):
        return False
    if groups:
        return all(any(lower[merge.left : merge.right + 1]) for merge in groups)
    opened = [column for column in below if column >= len(upper) or not upper[column]]
    alone = [column for column, cell in enumerate(upper) if cell and column not in below]
    names = [lower[column] for column in below]
    return bool(
        opened
        and alone
        and opened[0]
        and any(upper[: opened[0]])
        and len(set(names)) < len(names)
        and all(upper[column - 1] or column - 1 in opened for column in opened if column - 1 < len(upper))
    )


def _is_group_row(rows: Rows, row: int, merges: Sequence[Merge]) -> bool:
    """Whether a row above the header names groups of its columns: merged cells, but none over all of them."""
    width = sum(any(pair) for pair in zip_longest(_cells(rows, row), _cells(rows, row + 1)))
    across = [merge for merge in merges if merge.top <= row <= merge.bottom and merge.right > merge.left]
    return bool(across) and all(merge.right - merge.left + 1 < width for merge in across)


def _cells(rows: Rows, row: int) -> list[str]:
    return [clean(cell) for cell in rows[row]] if 0 <= row < len(rows) else []


def _words(rows: Rows, first: int, last: int, merges: Sequence[Merge]) -> list[str]:
    """The header of each column, its levels joined."""
    width = max((len(row) for row in rows), default=0)
    columns = (
        [_level(rows, row, column, last, merges) for row in range(first, last + 1)] for column in range(width)
    )
    return ["-".join(dict.fromkeys(word for word in column if word)) for column in columns]


def _level(rows: Rows, row: int, column: int, last: int, merges: Sequence[Merge]) -> str:
    """The header's word for a column in one of its rows; groups count for all columns they stand over."""
    for merge in merges:
        if merge.top <= row <= merge.bottom and merge.left <= column <= merge.right:
            return _cell(rows, merge.top, merge.left)
    own = _cell(rows, row, column)
    is_merged = any(merge.top <= row <= merge.bottom for merge in merges)
    if own or is_merged or row == last or not _cell(rows, row + 1, column):
        return own
    for left in range(column - 1, -1, -1):
        word = _cell(rows, row, left)
        if word:
            return word if _cell(rows, row + 1, left) else ""
    return ""


def _cell(rows: Rows, row: int, column: int) -> str:
    cells = rows[row] if row < len(rows) else ()
    return clean(cells[column]) if column < len(cells) else ""


def _unique(plain: Sequence[str]) -> tuple[tuple[str, ...], dict[str, str]]:
    """Names no two columns share, without regard to case; those that had to be told apart."""
    times: dict[str, int] = {}
    for word in plain:
        times[word.casefold()] = times.get(word.casefold(), 0) + 1
    taken = {word.casefold() for word in plain if word}
    seen: dict[str, int] = {}
    names: list[str] = []
    repeated: dict[str, str] = {}
    for number, word in enumerate(plain, 1):
        name = word or f"({number})"
        seen[word.casefold()] = count = seen.get(word.casefold(), 0) + 1
        if word and count > 1:
            name = f"{word} ({count})"
            while name.casefold() in taken:
                count += 1
                name = f"{word} ({count})"
        elif not word:
            while name.casefold() in taken:
                name = f"({name})"
        taken.add(name.casefold())
        names.append(name)
        if word and times[word.casefold()] > 1:
            repeated[name] = word
    return tuple(names), repeated
