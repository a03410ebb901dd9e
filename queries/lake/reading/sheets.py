"""One table of a file as it leaves the reader's process: its rows in a Parquet file, the rest plain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import polars as pl

from queries.lake.problems import ROW, Problem, listed, shortened
from queries.lake.reading.grid import Grid, SheetOutline
from queries.lake.reading.headers import Header, header_note, is_unnamed, repeated_faults

SAMPLES = 5
_ROW = "row"
_WRAPPED = r'^="((?:[^"]|"")*)"$'


@dataclass(frozen=True)
class Sheet:
    """A table of a file. `file` is the Parquet file's name in the folder it was written to.

    Its columns are c0, c1, … for `headers`, and `row` unless the rows follow one another from `first_row`.
    `problems` say why the table cannot be read; then there is no file.
    """

    name: str = ""
    is_hidden: bool = False
    rows: int = 0
    file: str = ""
    first_row: int = 2
    header_row: int = 0
    headers: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    samples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    merged: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    is_1904: bool = False
    notes: tuple[Problem, ...] = ()
    faults: tuple[Problem, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def outline(self) -> SheetOutline:
        """What a person is shown of it."""
        return SheetOutline(
            self.name, self.rows, self.is_hidden, self.header_row, self.headers, self.titles, self.samples
        )

    def grid(self, folder: Path) -> Grid:
        """Its rows, from the file in that folder."""
        frame = pl.read_parquet(folder / self.file, memory_map=False)
        named = dict(zip(self.columns, self.headers, strict=True))
        if _ROW in frame.columns:
            numbers = frame[_ROW].cast(pl.Int64).alias(ROW)
        else:
            numbers = pl.int_range(self.first_row, self.first_row + frame.height, eager=True).alias(ROW)
        frame = frame.select(pl.col(column).alias(header) for column, header in named.items())
        return Grid(
            frame.insert_column(0, numbers),
            self.titles,
            self.name,
            self.header_row,
            self.notes,
            self.merged,
            self.faults,
            self.is_1904,
        )


def as_json(sheet: Sheet) -> dict[str, Any]:
    """The sheet as values that JSON has."""
    plain = {each.name: getattr(sheet, each.name) for each in fields(sheet)}
    for name in ("notes", "faults", "problems"):
        plain[name] = [problem_as_json(problem) for problem in plain[name]]
    return plain


def from_json(plain: Mapping[str, Any]) -> Sheet:
    """The sheet again."""
    values = dict(plain)
    for name in ("notes", "faults", "problems"):
        values[name] = tuple(problem_from_json(problem) for problem in values[name])
    for name in ("headers", "columns", "titles"):
        values[name] = tuple(values[name])
    values["samples"] = {name: tuple(cells) for name, cells in values["samples"].items()}
    values["merged"] = {name: tuple((a, b) for a, b in spans) for name, spans in values["merged"].items()}
    return Sheet(**values)


def problem_as_json(problem: Problem) -> dict[str, Any]:
    """A problem as values that JSON has."""
    return {each.name: getattr(problem, each.name) for each in fields(problem)} | {
        "facts": dict(problem.facts)
    }


def problem_from_json(plain: Mapping[str, Any]) -> Problem:
    """The problem again."""
    return Problem(**plain)


def write_sheet(
    frame: pl.DataFrame,
    header: Header,
    row_of_header: int,
    folder: Path,
    file: str,
    **rest: Any,
) -> Sheet:
    """The sheet for rows of text below a header: `frame` has `row`, then a column each, named c0, c1, …

    Left out are rows without any cell filled, rows that repeat the header, and unnamed columns without any
    cell. Cells written as ="text" are unwrapped. `rest` are other fields of the sheet.
    """
    notes: list[Problem] = [*header_note(header, row_of_header), *rest.pop("notes", ())]
    cells = [name for name in frame.columns if name != _ROW]
    frame, unwrapped = _unwrapped(frame, cells)
    frame = filled_rows(frame, cells)
    frame, repeated = _without_repeated(frame, cells, header)
    notes += [Problem("unwrapped", facts={"count": unwrapped})] if unwrapped else []
    notes += [Problem("repeated_header", facts={"count": repeated})] if repeated else []
    named = {
        column: header.names[number] if number < len(header.names) else f"({number + 1})"
        for number, column in enumerate(cells)
    }
    kept = [
        column
        for column in cells
        if not is_unnamed(named[column]) or frame[column].null_count() < frame.height
    ]
    frame = frame.select(_ROW, *kept)
    frame.write_parquet(folder / file, compression="lz4", statistics=False)
    samples = {named[column]: samples_of(frame[column]) for column in kept}
    return Sheet(
        rows=frame.height,
        file=file,
        header_row=row_of_header,
        headers=tuple(named[column] for column in kept),
        columns=tuple(kept),
        samples=samples,
        notes=tuple(notes),
        faults=(*repeated_faults(header, samples, row_of_header), *rest.pop("faults", ())),
        **rest,
    )


def samples_of(cells: pl.Series) -> tuple[str, ...]:
    """The first few different cells."""
    return tuple(map(shortened, cells.head(1000).drop_nulls().unique(maintain_order=True).head(SAMPLES)))


def filled_rows(frame: pl.DataFrame, cells: Sequence[str]) -> pl.DataFrame:
    """The rows in which a cell holds more than spaces."""
    if not cells:
        return frame.clear()
    blank = [pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "") for name in cells]
    doubtful = frame.select(blank[0]).to_series()
    if not doubtful.any():
        return frame
    rest = frame.filter(doubtful).filter(pl.all_horizontal(blank))
    return frame.join(rest.select(_ROW), on=_ROW, how="anti", maintain_order="left") if rest.height else frame


def _unwrapped(frame: pl.DataFrame, cells: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """Cells such as ="00123", a way to keep Excel from taking a code for a number, as their text."""
    count = 0
    for name in cells:
        wrapped = frame[name].str.starts_with('="')
        if wrapped.any():
            wrapped &= frame[name].str.contains(_WRAPPED)
            count += int(wrapped.sum() or 0)
            text = frame[name].str.extract(_WRAPPED, 1).str.replace_all('""', '"', literal=True)
            frame = frame.with_columns(frame[name].zip_with(~wrapped.fill_null(value=False), text))
    return frame, count


def _without_repeated(frame: pl.DataFrame, cells: Sequence[str], header: Header) -> tuple[pl.DataFrame, int]:
    """Without the header that some programs write again at the top of each page."""
    named = [
        (column, name) for column, name in zip(cells, header.names, strict=False) if not is_unnamed(name)
    ]
    plain = [(column, header.repeated.get(name, name)) for column, name in named]
    if header.last > header.first or len(plain) < 2:
        return frame, 0
    first, word = plain[0]
    if not (frame[first].str.strip_chars() == word).any():
        return frame, 0
    same = pl.all_horizontal(
        pl.col(column).str.strip_chars().str.replace_all(r"\s+", " ") == name for column, name in plain
    )
    kept = frame.filter(~same.fill_null(value=False))
    return kept, frame.height - kept.height


def refused(name: str, *problems: Problem) -> Sheet:
    """A table that cannot be read."""
    return Sheet(name, problems=problems)


def wanted_sheet(sheets: Sequence[Sheet], name: str) -> tuple[Sheet | None, list[Problem]]:
    """The table to read: the one named, or the only one filled; else why none can be chosen."""
    if name:
        found = [sheet for sheet in sheets if sheet.name == name]
        facts = {"sheets": listed(sheet.name for sheet in sheets)}
        return (found[0], []) if found else (None, [Problem("unknown_sheet", value=name, facts=facts)])
    filled = [sheet for sheet in sheets if (sheet.rows or sheet.problems) and not sheet.is_hidden]
    if len(filled) > 1:
        facts = {"sheets": listed(sheet.name for sheet in filled)}
        return None, [Problem("several_sheets", facts=facts)]
    return (filled[0], []) if filled else (None, [Problem("empty_file")])
