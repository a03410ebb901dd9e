"""One file for itself: what it holds, how it is read, its sound rows, the rows set aside, what is open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

import polars as pl

from queries.lake.checking import quarantine
from queries.lake.checking.choose import Chosen, choose, grid_of, unit_words
from queries.lake.checking.hold import OUTGOING, doubts_in_file
from queries.lake.checking.remarks import remarks_on
from queries.lake.checking.validate import check_cells
from queries.lake.contract import Column, Table, table
from queries.lake.keeping.replace import How
from queries.lake.mapping.layouts import TableMapping
from queries.lake.mapping.rows import Mapped, map_sheet, missing_column
from queries.lake.mapping.saved import remembered
from queries.lake.mapping.totals import Control
from queries.lake.problems import FILE, ROW, Problem, listed, problems_of
from queries.lake.questions import Answers, Question, proposals
from queries.lake.reading.grid import Grid, Unreadable
from queries.lake.uploads import Source
from queries.lake.words import normal, normals
from queries.settings import Settings

Progress = Callable[[str, float], None]
"""Told what is being done (a code: read, check, compare, commit) and the share of all that is done (0..1)."""

_NUMBERED = re.compile(r" \([0-9]+\)$")
"""How one of several columns of the same header is named: Voucher # (2)."""

_ROUNDS = 12
"""So often a file is looked at again when its proposals are taken and raise new questions."""

_SAMPLES = 3
_COME_EMPTY = ("merged_cells", "uncached_formula", "nested_type")
_ODD_ENDS = "^[\u00a0\u2000-\u200a\u202f\u205f\u3000]|[\u00a0\u2000-\u200a\u202f\u205f\u3000]$"

UNITS: dict[str, pl.DataType] = {"item_id": pl.String(), "unit": pl.String()}
"""Columns of `Part.units`."""


@dataclass(frozen=True)
class Match:
    """A column of the contract, the header of the file it is taken from, by what, and a few of its cells."""

    column: str
    header: str
    how: str = ""
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """One table out of one file (or one sheet of it): how it is read, and what of it is sound.

    `rows` are those of the file; `frame` holds the sound ones typed by the contract (ROW, FILE and its
    columns), `aside` those set aside as `quarantine.as_rows` gives them; it was read with `answers`. `units`
    are item_id and unit where the file names units.
    """

    source: Source
    file: str
    sheet: str = ""
    table: str = ""
    mapping: str = ""
    columns: tuple[Match, ...] = ()
    unused: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    controls: tuple[Control, ...] = ()
    rows: int = 0
    frame: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)
    aside: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()
    how: How = "groups"
    answers: Answers = field(default_factory=Answers)
    units: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNITS), repr=False)

    @property
    def origin(self) -> Mapping[str, str]:
        """Header by column of the contract."""
        return {each.column: each.header for each in self.columns}


def parts_of(
    sources: Sequence[Source],
    settings: Settings,
    answers: Answers,
    *,
    confirmed: bool,
    today: date,
    told: Progress,
) -> list[Part]:
    """Every file read and checked for itself; with `confirmed` every proposal is taken."""
    found: list[Part] = []
    for number, source in enumerate(sources):
        start, step = 0.6 * number / len(sources), 0.6 / len(sources)
        told("read", start)
        mine = Answers({**answers.given, **source.upload.answers}, source.label)
        heard = partial(_told_of_reading, told, start, 0.7 * step)
        found += _parts_of_one(source, settings, mine, confirmed, today, heard)
    return found


def _told_of_reading(told: Progress, start: float, whole: float, share: float) -> None:
    told("read", start + whole * share)


def _parts_of_one(
    source: Source,
    settings: Settings,
    answers: Answers,
    confirmed: bool,
    today: date,
    heard: Callable[[float], None],
) -> list[Part]:
    if source.problems:
        return [Part(source, source.label, problems=_of(source, source.problems))]
    found: list[Part] = []
    for _ in range(_ROUNDS):
        chosen = choose(source, answers, settings, heard)
        if chosen.layout is not None:
            answers = answers.also({**remembered(settings, chosen.mapping), **chosen.layout.answers})
        if chosen.layout is None or _are_refused(chosen.problems) or chosen.questions:
            found = [
                Part(
                    source,
                    source.label,
                    table=chosen.table,
                    problems=_of(source, chosen.problems),
                    questions=_asked(source, chosen.questions),
                )
            ]
        else:
            found = [_part(source, sheet, chosen, answers, today) for sheet in chosen.sheets]
            found[:1] = [
                replace(first, problems=(*_of(source, chosen.problems), *first.problems))
                for first in found[:1]
            ]
        found = [replace(each, answers=answers) for each in found]
        asked = [replace(each, file="") for part in found for each in part.questions]
        fresh = {key: said for key, said in proposals(asked).items() if answers.get(key) is None}
        if not (confirmed and fresh):
            break
        answers = answers.also(fresh)
    return found


def _part(source: Source, sheet: str, chosen: Chosen, answers: Answers, today: date) -> Part:
    """One sheet, read, mapped and checked."""
    contract, layout = table(chosen.table), chosen.layout or TableMapping()
    part = Part(source, source.label, sheet, chosen.table, chosen.mapping, how=chosen.how)
    try:
        grid = grid_of(source, sheet, answers)
    except Unreadable as error:
        return replace(part, problems=_of(source, error.problems))
    if chosen.how == "supplement":
        grid = replace(grid, frame=_unmarked(grid.frame))
    mapped, problems, questions = map_sheet(
        grid, contract, layout, answers, file=source.label, constants=source.upload.constants
    )
    problems = [*grid.notes, *grid.faults_of(mapped.read, _told_apart(layout, answers)), *problems]
    missing, asked = _lacking(grid, mapped, contract, layout)
    units = _units(grid, mapped, contract)
    problems += [*missing, *_trimmed_codes(grid, mapped, contract)]
    problems += _mixed_units(units) if units is not None else []
    questions += asked
    part = replace(
        part,
        columns=tuple(
            _match(grid, mapped, column) for column in contract.columns if column.name in mapped.origin
        ),
        unused=tuple(name for name in mapped.unused if name not in quarantine.OWN_HEADERS),
        ignored=mapped.ignored,
        personal=mapped.personal,
        controls=mapped.controls,
        rows=grid.frame.height,
        units=part.units
        if units is None
        else units.select("item_id", "unit").unique("item_id", keep="first"),
    )
    is_1904 = grid.is_1904
    del grid
    agreeing = [each for each in mapped.controls if each.agrees]
    if agreeing:
        labels = listed(f"{each.label} {each.column} {each.said:f}" for each in agreeing)
        facts = {"count": len({each.row for each in agreeing}), "labels": labels}
        problems.append(Problem("totals_agree", agreeing[0].row, facts=facts))
    if part.unused:
        facts = {"count": len(part.unused), "headers": listed(part.unused)}
        problems.append(Problem("unused_columns", facts=facts))
    if mapped.frame.is_empty() and not (_are_refused(problems) or questions):
        problems.append(Problem("empty_file"))
    if mapped.frame.is_empty() or _are_refused(missing):
        return replace(part, problems=_of(source, problems), questions=_asked(source, questions))
    checked = _checked(part, mapped, problems, questions, answers, is_1904=is_1904, today=today)
    told = {each.column for each in problems if each.code in _COME_EMPTY}
    needless = [each for each in checked.problems if each.code == "empty_cell" and each.column in told]
    return replace(checked, problems=tuple(each for each in checked.problems if each not in needless))


def _told_apart(layout: TableMapping, answers: Answers) -> list[str]:
    """Headers a person chose, and those of a layout that say which of several of one name is meant."""
    words = (word for ranks in layout.headers.values() for rank in ranks for word in rank)
    return [*answers.beginning("header.").values(), *(word for word in words if _NUMBERED.search(word))]


def _checked(
    part: Part,
    mapped: Mapped,
    problems: list[Problem],
    questions: list[Question],
    answers: Answers,
    *,
    is_1904: bool,
    today: date,
) -> Part:
    contract = table(part.table)
    how = part.how
    if part.table == "movements" and "document_id" not in mapped.frame.columns and how == "groups":
        how = "period"
    edits = part.source.upload.edits
    checked = check_cells(mapped, contract, answers, edits, is_1904=is_1904, undecided=mapped.undecided)
    problems = problems + checked.problems
    questions = questions + checked.questions
    frame = checked.frame
    said = answers.get("signs")
    if said == "by_kind":
        frame = frame.with_columns(
            pl.when(pl.col("kind").is_in(OUTGOING)).then(-pl.col("qty")).otherwise("qty").alias("qty")
        )
    if not questions and frame.height:
        doubts = doubts_in_file(frame, contract, mapped.origin, today)
        problems += [each for each in doubts if each.code != "signs_lost" or said is None]
        problems += remarks_on(frame, contract, mapped.origin, today)
    return replace(
        part,
        frame=frame.with_columns(pl.lit(part.file).alias(FILE)),
        aside=quarantine.as_rows(part.table, part.file, checked.aside),
        problems=_of(part.source, problems),
        questions=_asked(part.source, questions),
        how=how,
    )


def _lacking(
    grid: Grid, mapped: Mapped, contract: Table, layout: TableMapping
) -> tuple[list[Problem], list[Question]]:
    """Required columns the file does not name: asked where one of its unread headers may be meant."""
    problems: list[Problem] = []
    questions: list[Question] = []
    for name in mapped.lacks:
        if contract.name == "movements" and name == "document_id":
            continue
        column = contract.column(name)
        possible = [header for header in mapped.unused if _may_be(grid.frame[header], column)]
        if possible:
            samples = tuple(cell for header in possible[:3] for cell in _samples(grid.frame[header], 1))
            facts = {"column": name}
            questions.append(Question(f"header.{name}", "header", facts, tuple(possible), None, samples))
        else:
            headers = [header for header in grid.frame.columns if header != ROW]
            problems.append(missing_column(name, layout, headers))
    return problems, questions


def _may_be(cells: pl.Series, column: Column) -> bool:
    """Whether a column's first cells look like what the contract's column holds."""
    first = cells.drop_nulls().head(50)
    if not len(first):
        return False
    if column.kind in ("decimal", "integer"):
        return bool(first.str.contains(r"^\s*[(+-]?\s*[0-9.,]*[0-9]").mean() or 0 > 0.8)
    if column.kind == "date":
        return bool(first.str.contains(r"^\s*[0-9]{1,4}[-/.\u5e74]").mean() or 0 > 0.8)
    return True


def _units(grid: Grid, mapped: Mapped, contract: Table) -> pl.DataFrame | None:
    """ROW, `item_id` and `unit` as they stand, where the file names the unit of its quantities."""
    words = normals([*unit_words(), "unit"])
    header = next((each for each in grid.frame.columns if each != ROW and normals([each]) & words), None)
    item = mapped.origin.get("item_id", "")
    if (
        header is None
        or item not in grid.frame.columns
        or contract.name not in ("stock", "movements", "counts")
    ):
        return None
    named = grid.frame.select(
        ROW, pl.col(item).str.strip_chars().alias("item_id"), pl.col(header).str.strip_chars().alias("unit")
    )
    return named.drop_nulls().with_columns(pl.lit(header).alias("header"))


def _mixed_units(units: pl.DataFrame) -> list[Problem]:
    """Items whose rows are in several units: the first row of each that is not in the item's first unit."""
    distinct = units["unit"].unique().to_list()
    folded = pl.col("unit").replace_strict({each: normal(each) for each in distinct}, return_dtype=pl.String)
    several = (
        units.with_columns(folded.alias("same"))
        .unique(["item_id", "same"], keep="first", maintain_order=True)
        .group_by("item_id", maintain_order=True)
        .agg("unit", pl.col(ROW).get(1, null_on_oob=True))
        .filter(pl.col("unit").list.len() > 1)
        .with_columns(pl.col("unit").list.get(1).alias("value"))
    )
    more = {"units": several["unit"], "item": several["item_id"].reshape((-1, 1)).arr.to_list()}
    return problems_of("units_of_item", several, units["header"][0], more=more) if several.height else []


def _trimmed_codes(grid: Grid, mapped: Mapped, contract: Table) -> list[Problem]:
    """Codes that had a space around them which is not seen as one: it is gone, and told."""
    found: list[Problem] = []
    for column in contract.columns:
        header = mapped.origin.get(column.name, "")
        if not column.name.endswith("_id") or header not in grid.frame.columns:
            continue
        cell = pl.col("value")
        rows = grid.frame.select(ROW, pl.col(header).alias("value"))
        rows = rows.filter(cell.str.len_bytes() != cell.str.len_chars())
        rows = rows.filter(cell.str.contains(_ODD_ENDS) & (cell.str.strip_chars() != ""))
        if rows.height:
            row, value = rows.row(0)
            found.append(Problem("odd_code", row, header, value, {"count": rows.height}))
    return found


def _match(grid: Grid, mapped: Mapped, column: Column) -> Match:
    header = mapped.origin[column.name]
    cells = grid.frame[header] if header in grid.frame.columns else mapped.frame[column.name]
    return Match(column.name, header, mapped.how.get(column.name, ""), _samples(cells, _SAMPLES))


def _samples(cells: pl.Series, at_most: int) -> tuple[str, ...]:
    return tuple(cells.drop_nulls().head(200).unique(maintain_order=True).head(at_most).to_list())


def _unmarked(frame: pl.DataFrame) -> pl.DataFrame:
    """Cells of a file that was given out, without the apostrophe that kept them from being run."""
    return frame.with_columns(
        pl.col(name).str.replace(r"^'([=+\-@\t\r\x00])", "$1") for name in frame.columns if name != ROW
    )


def _are_refused(problems: Iterable[Problem]) -> bool:
    return any(each.outcome == "refused" for each in problems)


def _of(source: Source, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(each.in_file(source.label) for each in problems)


def _asked(source: Source, questions: Iterable[Question]) -> tuple[Question, ...]:
    return tuple(each.in_file(source.label) for each in questions)
