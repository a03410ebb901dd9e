"""What a preset can say of one kind of file, as values; docs/presets.md tells what each means.

`Header` is where a value stands in a file; texts in both languages are (English, Chinese).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from queries.lake.words import Word

Ranks = tuple[tuple[str, ...], ...]
"""Words for a header, best first; words of one inner tuple are of equal rank."""

Text = tuple[str, str]
Sign = Literal[1, -1, 0, "out"]

LEAVE_OUT, KEEP, ASK = "leave_out", "keep", "ask"
"""What a code may mean besides a choice of its column."""


@dataclass(frozen=True)
class Header:
    """Words for a header, or a `column` of the contract, whose value is then meant."""

    ranks: Ranks = ()
    column: str = ""


@dataclass(frozen=True)
class Part:
    """One header of a joined column; `empty` is the word for an empty cell, None leaves the part out."""

    header: Header
    is_optional: bool = False
    empty: str | None = None


@dataclass(frozen=True)
class Joined:
    """Several headers whose cells, with the separator between, make one column.

    `year` is appended where the file has it, else the year of the date in `year_of`.
    """

    parts: tuple[Part, ...]
    separator: str = "-"
    year_of: Header | None = None
    year: Header | None = None


@dataclass(frozen=True)
class Split:
    """One quantity of a row of the file, which becomes a row of its own; `sets` are its other values.

    Where `when` is given, it counts only in rows of which that holds.
    """

    qty: Header
    value: Header | None = None
    has_value: bool = True
    sets: Mapping[str, str] = field(default_factory=dict, hash=False)
    sign: Sign = 1
    only_if: Mapping[str, str] = field(default_factory=dict, hash=False)
    when: Case | None = None


@dataclass(frozen=True)
class Unpivot:
    """Headers that are values of the column `into`, their cells those of the column `value`."""

    into: str
    value: str
    after: Header | None = None
    matches: str = ""
    besides: Ranks = ()


@dataclass(frozen=True)
class FromTo:
    """A line from one place to another; `places` are patterns and what they are, `kinds` by `from > to`."""

    leaves: Header
    arrives: Header
    places: tuple[tuple[str, str], ...]
    kinds: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Case:
    """A condition on another header, and what a code then means; without words or pattern: it is filled."""

    header: Header
    meaning: str
    words: tuple[str, ...] = ()
    matches: str = ""


@dataclass(frozen=True)
class Codes:
    """Codes with one meaning: `sign` is the sign the quantity must have, None where nothing is said."""

    of: tuple[str, ...]
    meaning: str
    column: str = "kind"
    header: Header | None = None
    cases: tuple[Case, ...] = ()
    sign: int | None = None
    reversed_by: tuple[str, ...] = ()
    proposal: str | None = None
    empties: tuple[str, ...] = ()
    only_if: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class SignColumn:
    """The sign stands in a column of its own; `reverses`: a negative number there is a reversal."""

    header: Header
    plus: tuple[str, ...]
    minus: tuple[str, ...]
    reverses: bool = False


@dataclass(frozen=True)
class Totals:
    """Which rows are sums of others; `words` are found in the first `columns` columns."""

    words: tuple[str, ...] = ()
    columns: int = 6
    blank: tuple[Header, ...] = ()
    of: tuple[Header, ...] = ()


@dataclass(frozen=True)
class LeaveOut:
    """Rows that are not read: their cell is empty, zero, one of the words, or matches.

    Where `nothing` is given, rows in which none of those headers is filled.
    """

    header: Header
    is_empty: bool = False
    is_zero: bool = False
    words: tuple[str, ...] = ()
    matches: str = ""
    reason: Text = ("", "")
    only_if: Mapping[str, str] = field(default_factory=dict, hash=False)
    nothing: tuple[Header, ...] = ()


@dataclass(frozen=True)
class EntryUnit:
    """The quantity as it was entered, for files that lack it in base units."""

    qty: Header
    unit: Header | None = None
    base_unit: Header | None = None


@dataclass(frozen=True)
class Ask:
    """A question of the preset's own, put where one of the headers `where` is in the file."""

    key: str
    text: Text
    choices: tuple[str, ...] = ()
    where: Ranks = ()
    proposal: str | None = None
    is_remembered: bool = False


@dataclass(frozen=True)
class TableMapping:
    """How one layout's files become rows of `table`: docs/presets.md, key by key.

    `headers` maps a column to its words, `title_marks` are patterns for cells above the header, `personal`
    are words as they are compared.
    """

    headers: Mapping[str, Ranks] = field(default_factory=dict, hash=False)
    joined: Mapping[str, Joined] = field(default_factory=dict, hash=False)
    constants: Mapping[str, str] = field(default_factory=dict, hash=False)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict, hash=False)
    signs: Mapping[str, int] = field(default_factory=dict, hash=False)
    leave_out: tuple[LeaveOut, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    sheet: str = ""
    sheet_not: str = ""
    clean: Mapping[str, str] = field(default_factory=dict, hash=False)
    empty: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    fill_down: tuple[Header, ...] = ()
    fills_merged: bool = False
    knows_last_level: bool = False
    zeros: tuple[str, ...] = ()
    split: tuple[Split, ...] = ()
    unpivot: Unpivot | None = None
    from_to: FromTo | None = None
    codes: tuple[Codes, ...] = ()
    is_unsigned: bool = False
    sign: SignColumn | None = None
    totals: Totals = Totals()
    entry_unit: EntryUnit | None = None
    asks: tuple[Ask, ...] = ()
    asked: tuple[str, ...] = ()
    ignored: tuple[Word, ...] = ()
    numbered: Mapping[str, str] = field(default_factory=dict, hash=False)
    note: Text | None = None
    not_read: tuple[str, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    personal: frozenset[str] = frozenset()
    preset: str = ""
    name: str = ""
    table: str = ""
    basis: str = ""
    best_knowledge: tuple[str, ...] = ()
    recognised_by: tuple[tuple[Word, ...], ...] = ()
    title_marks: tuple[str, ...] = ()
    not_with: tuple[Word, ...] = ()
    refused: Text | None = None
    refused_for: tuple[str, ...] = ()

    def is_refused_as(self, table: str) -> bool:
        """Whether its files may not be loaded as that table."""
        return self.refused is not None and (not self.refused_for or table in self.refused_for)


@dataclass(frozen=True)
class Preset:
    """A named mapping; `digest` changes with its text. `tables` gives the first layout of each table."""

    name: str
    digest: str
    layouts: tuple[TableMapping, ...]
    title: Text = ("", "")
    tried_on_real_file: bool = False
    seen_in: tuple[str, ...] = ()

    @property
    def tables(self) -> Mapping[str, TableMapping]:
        """The tables it can fill, each with the layout that goes before others."""
        found: dict[str, TableMapping] = {}
        for layout in self.layouts:
            if layout.table and not layout.is_refused_as(layout.table):
                found.setdefault(layout.table, layout)
        return found
