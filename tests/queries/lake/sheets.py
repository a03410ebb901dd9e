"""Sheets of a few rows, mapped by a layout written in the test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from queries.lake.contract import table
from queries.lake.mapping.layouts import TableMapping
from queries.lake.mapping.presets import opened
from queries.lake.mapping.rows import Mapped, map_sheet
from queries.lake.problems import ROW, Problem
from queries.lake.questions import Answers, Question
from queries.lake.reading.grid import Grid

Cells = Mapping[str, Sequence[str | None]]


@dataclass(frozen=True)
class Result:
    """What came of a sheet."""

    mapped: Mapped
    problems: list[Problem]
    questions: list[Question]

    def rows(self, *columns: str) -> list[tuple[str | None, ...]]:
        """The cells of these columns, row by row."""
        return self.mapped.frame.select(columns).rows()

    @property
    def codes(self) -> list[str]:
        """The code of each problem."""
        return [each.code for each in self.problems]

    @property
    def keys(self) -> list[str]:
        """The key of each question."""
        return [each.key for each in self.questions]


def grid(cells: Cells, titles: Sequence[str] = (), sheet: str = "", **more: object) -> Grid:
    """A sheet of these cells, its header in row 1."""
    frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)).with_row_index(ROW, offset=2)
    return Grid(frame.with_columns(pl.col(ROW).cast(pl.Int64)), tuple(titles), sheet, **more)  # type: ignore[arg-type]


def layout(text: str, table_name: str = "stock") -> TableMapping:
    """The layout a preset of that text has; its keys stand under `[[layouts]]`."""
    head = f'name = "test"\n[[layouts]]\nname = "test"\ntable = "{table_name}"\n'
    return opened(head + text).layouts[0]


def map_it(
    cells: Cells | Grid,
    mapping: TableMapping | str,
    table_name: str = "stock",
    answers: Mapping[str, str] | None = None,
    file: str = "",
) -> Result:
    """Map a sheet; `mapping` may be the text of a layout."""
    by = layout(mapping, table_name) if isinstance(mapping, str) else mapping
    read = cells if isinstance(cells, Grid) else grid(cells)
    return Result(*map_sheet(read, table(table_name), by, Answers(answers or {}), file=file))
