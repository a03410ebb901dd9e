"""What a file gives when it is read: its outline, or one of its tables as text; or why it gives none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from queries.lake.problems import Problem
from queries.lake.words import normal, normals


class Unreadable(Exception):
    """The file cannot be read as a table; `problems` say why, `seen` what its headers look like."""

    def __init__(self, *problems: Problem, seen: SheetOutline | None = None) -> None:
        super().__init__(problems[0].problem)
        self.problems = problems
        self.seen = seen


@dataclass(frozen=True)
class SheetOutline:
    """What one sheet holds; a text or Parquet file is one sheet without a name.

    `rows` counts those filled below the header, `header_row` is 1 for the first row (0 where nothing is
    filled), `titles` are the cells above it, `samples` the first few cells of each header.
    """

    name: str
    rows: int
    is_hidden: bool = False
    header_row: int = 1
    headers: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Outline:
    """What a file holds before it is decided which of its tables is read; `kind` as files.kind_of says it."""

    kind: str
    sheets: tuple[SheetOutline, ...]
    notes: tuple[Problem, ...] = ()

    @property
    def filled(self) -> tuple[SheetOutline, ...]:
        """The sheets a person sees that hold rows."""
        return tuple(sheet for sheet in self.sheets if sheet.rows and not sheet.is_hidden)


@dataclass(frozen=True)
class Grid:
    """One table of a file as text.

    `frame` has ROW (Int64: the row a person sees) and one String column a header, null where a cell is empty.
    A header that stands there twice is followed by (2) the second time. `titles` are the cells above the
    header, `header_row` the first of its rows. `notes` say what was mended. `faults` are wrong in one column
    (`Problem.column`) and keep the file out only if that column is read. `is_merged` names, by header, the
    first and last row of cells merged downwards; the first of them holds the value. `is_1904` says from which
    day a workbook counts its days, for dates that stand there as bare numbers.
    """

    frame: pl.DataFrame
    titles: tuple[str, ...] = ()
    sheet: str = ""
    header_row: int = 1
    notes: tuple[Problem, ...] = ()
    is_merged: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    faults: tuple[Problem, ...] = ()
    is_1904: bool = False

    def faults_of(self, headers: Iterable[str], told_apart: Iterable[str] = ()) -> list[Problem]:
        """What is wrong in these columns.

        A header that stands there more than once is no fault where one of its columns is in `told_apart`:
        a person, or a preset that knows "Voucher # (2)", has decided between them.
        """
        read, chosen = set(headers), normals(told_apart)
        decided = {fault.value.casefold() for fault in self._repeated() if normal(fault.column) in chosen}
        return [
            fault
            for fault in self.faults
            if fault.column in read
            and not (fault.code == "duplicate_header" and fault.value.casefold() in decided)
        ]

    def _repeated(self) -> list[Problem]:
        return [fault for fault in self.faults if fault.code == "duplicate_header"]
