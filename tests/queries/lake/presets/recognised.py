"""Files in a system's layout, written here, and what the preset that recognises them reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from queries.lake.cells.cast import cast
from queries.lake.contract import Table, table
from queries.lake.mapping.presets import known_words, preset
from queries.lake.mapping.recognise import Guess, doubts, recognise
from queries.lake.mapping.rows import Mapped, map_sheet
from queries.lake.problems import ROW, Problem
from queries.lake.questions import Answers, Question
from queries.lake.reading.grid import SheetOutline
from queries.lake.reading.read import outline, read

Cell = str | int | float | None
Rows = Sequence[Sequence[Cell]]
Merge = tuple[int, int, int, int]
"""First row, first column, last row and last column of merged cells, from 0; the first cell has the text."""


def workbook(path: Path, sheets: Mapping[str, Rows], merges: Sequence[Merge] = ()) -> Path:
    """Write an XLSX; numbers stay numbers, text stays text. `merges` are of the first sheet."""
    with xlsxwriter.Workbook(path) as book:
        for number, (name, rows) in enumerate(sheets.items()):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    elif cell is not None:
                        sheet.write_number(row, column, cell)
            for top, left, bottom, right in () if number else merges:
                sheet.merge_range(top, left, bottom, right, rows[top][left])
    return path


def text(path: Path, lines: str, encoding: str = "utf-8-sig") -> Path:
    """Write a text file in that encoding."""
    path.write_bytes(lines.encode(encoding))
    return path


@dataclass(frozen=True)
class Reading:
    """A file as the best guess reads it: by which layout, with what, and what is left open."""

    name: str
    table: Table
    mapped: Mapped
    problems: list[Problem]
    questions: list[Question]

    def rows(self, *columns: str) -> list[tuple[str | None, ...]]:
        """The cells of these columns, cast by the contract, as plain text."""
        return list(zip(*map(self._cells, columns), strict=True))

    def _cells(self, name: str) -> list[str | None]:
        cells = self.mapped.frame[name]
        typed = cast(cells, self.table.column(name))
        assert typed.wrong.null_count() == len(cells), (name, cells.to_list(), typed.wrong.to_list())
        return [_plain(value) for value in typed.values.to_list()]

    @property
    def numbers(self) -> list[int]:
        """The rows of the file the rows came from."""
        return self.mapped.frame[ROW].to_list()

    @property
    def asked(self) -> dict[str, str | None]:
        """The proposal by each question's key."""
        return {each.key: each.proposal for each in self.questions}

    @property
    def told(self) -> list[str]:
        """The code of each problem."""
        return [each.code for each in self.problems]

    @property
    def totals(self) -> list[tuple[int, str, bool]]:
        """Row and column of each control total, and whether it agrees."""
        return [(each.row, each.column, each.agrees) for each in self.mapped.controls]


def guesses_of(path: Path, sheet: str = "") -> list[Guess]:
    """Every way the file's headers can be read, best first."""
    outlined = _sheet(path, sheet)
    return recognise(outlined.headers, outlined.samples, titles=outlined.titles)


def guessed(path: Path, sheet: str = "") -> tuple[str, str]:
    """What the headers alone are recognised as, without a doubt: preset/layout, and the table."""
    guesses = guesses_of(path, sheet)
    assert not doubts(guesses), guesses[:3]
    return f"{guesses[0].mapping}/{guesses[0].layout}", guesses[0].table


def reading(
    path: Path, answers: Mapping[str, str] | None = None, sheet: str = "", table_name: str = ""
) -> Reading:
    """Read a file by the best guess from its headers, with these answers."""
    guess = guesses_of(path, sheet)[0]
    layouts = preset(guess.mapping).layouts
    layout = next(each for each in layouts if each.name == guess.layout)
    into = table(table_name or guess.table)
    grid = read(path, _sheet(path, sheet).name, known=known_words())
    mapped, problems, questions = map_sheet(grid, into, layout, Answers(answers or {}), file=path.name)
    return Reading(f"{guess.mapping}/{guess.layout}", into, mapped, problems, questions)


def _sheet(path: Path, sheet: str) -> SheetOutline:
    return next(each for each in outline(path, known_words()).filled if sheet in ("", each.name))


def _plain(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value)
