"""What a code of the file means in the contract: from a preset's tables, from a person, or asked.

A movement type decides the kind and the sign its quantity must have; where it does not decide alone, other
columns of the row do. A code nobody knows is asked once, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from queries.lake.cells.numbers import ERROR_CELLS
from queries.lake.contract import Column
from queries.lake.mapping.amounts import is_negative, is_zero
from queries.lake.mapping.layouts import ASK, KEEP, LEAVE_OUT, Case, Codes
from queries.lake.problems import ROW, Problem, listed, shortened
from queries.lake.questions import Answers, Question
from queries.lake.words import normal, normals

SIGN = "(sign)"
"""The sign a row's code says its quantity has: 1, -1, or null."""

AT_MOST_ASKED = 40
"""More unknown codes than this are no codes: the column is another one, and its cells are told as wrong."""

CONTRADICTED = 0.01
"""The share of rows whose quantity may have the sign their code does not."""


@dataclass
class Decided:
    """Rows with their codes translated; `left_out` counts rows by code, `undecided` columns are asked."""

    rows: pl.DataFrame
    questions: list[Question] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)
    undecided: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Group:
    """Tables of codes that fill one column from one header; `cell` is the rows' column they stand in."""

    column: Column
    cell: str
    header: str
    tables: Sequence[Codes]
    words: Mapping[str, str]
    is_own: bool


def decide(
    rows: pl.DataFrame, groups: Sequence[Group], cells: Mapping[Case, str | None], answers: Answers
) -> Decided:
    """Apply the groups in turn; `cells` gives the rows' column of each case's header, None if absent."""
    decided = Decided(rows)
    for group in groups:
        _apply(decided, group, cells, answers)
    return decided


def _apply(decided: Decided, group: Group, cells: Mapping[Case, str | None], answers: Answers) -> None:
    name, rows = group.column.name, decided.rows
    codes = rows[group.cell]
    said = {normal(code): meaning for code, meaning in answers.beginning(f"code.{name}.").items()}
    said = {code: meaning for code, meaning in said.items() if meaning in _choices(group)}
    meanings: dict[str, str] = {}
    signs: dict[str, int] = {}
    by_case: dict[int, list[str]] = {}
    tables = {
        normal(code): (table, 1) for table in reversed(group.tables) for code in table.of if code != "*"
    }
    tables |= {normal(code): (table, -1) for table in group.tables for code in table.reversed_by}
    every = next((table for table in group.tables if "*" in table.of), None)
    unknown: list[str] = []
    for code in codes.drop_nulls().unique(maintain_order=True).to_list():
        key = normal(code)
        table, factor = tables.get(key, (every, 1))
        meaning = said.get(key) or (table.meaning if table else group.words.get(key, ASK))
        if table and table.sign:
            signs[code] = table.sign * factor
        if table and table.cases:
            by_case.setdefault(group.tables.index(table), []).append(code)
        if meaning != ASK:
            meanings[code] = meaning
        elif not (table and table.cases):
            unknown.append(code)
    found = codes.replace_strict(meanings, default=None, return_dtype=pl.String)
    if "" in {code for table in group.tables for code in table.of}:
        found = pl.select(
            pl.when(codes.is_null()).then(pl.lit(_of_empty(group.tables, said))).otherwise(found)
        ).to_series()
    rows = rows.with_columns(found.alias("(found)"))
    for number, own in by_case.items():
        rows = rows.with_columns(_by_case(group.tables[number], own, group.cell, cells).alias("(found)"))
    rows = _emptied(rows, group, tables)
    left = pl.col("(found)").is_null() & pl.col(group.cell).is_not_null()
    open_codes = rows.filter(left)[group.cell].unique(maintain_order=True).to_list()
    open_codes = [code for code in open_codes if code.upper() not in ERROR_CELLS]
    _ask(decided, rows, group, {code: tables.get(normal(code), (every, 1))[0] for code in open_codes})
    out = rows.filter(pl.col("(found)") == LEAVE_OUT)
    for code, count in out[group.cell].value_counts(sort=True).iter_rows():
        decided.left_out[f"{group.header} {code or ''}".strip()] = count
    if out.height:
        rows = rows.filter(pl.col("(found)").ne_missing(LEAVE_OUT))
    kept = pl.col(name) if name in rows.columns else pl.lit(None, dtype=pl.String)
    stays = pl.col("(found)").is_null() | (pl.col("(found)") == KEEP)
    rows = rows.with_columns(pl.when(stays).then(kept).otherwise("(found)").alias(name)).drop("(found)")
    if signs:
        sign = pl.col(group.cell).replace_strict(signs, default=None, return_dtype=pl.Int8)
        rows = rows.with_columns(sign.alias(SIGN))
    decided.rows = rows


def _by_case(table: Codes, own: list[str], cell: str, cells: Mapping[Case, str | None]) -> pl.Expr:
    """What the first case that holds says; where none does, what is found already."""
    known = [(case, cells.get(case)) for case in table.cases]
    said: pl.Expr = pl.col("(found)")
    for case, name in reversed(known):
        if name:
            said = pl.when(holds(case, name)).then(pl.lit(case.meaning)).otherwise(said)
    return pl.when(pl.col(cell).is_in(own)).then(said).otherwise("(found)")


def holds(case: Case, name: str) -> pl.Expr:
    """Whether a case holds for the cells of that column of the rows; an empty cell is never meant."""
    cell = pl.col(name)
    if not case.words and not case.matches:
        return cell.is_not_null()
    words, pattern = normals(case.words), re.compile(case.matches) if case.matches else None

    def fitting(cells: pl.Series) -> pl.Series:
        distinct = cells.drop_nulls().unique().to_list()
        fits = {each: normal(each) in words or bool(pattern and pattern.search(each)) for each in distinct}
        return cells.replace_strict(fits, default=False, return_dtype=pl.Boolean)

    return cell.map_batches(fitting, return_dtype=pl.Boolean)


def _of_empty(tables: Sequence[Codes], said: Mapping[str, str]) -> str | None:
    meaning = next(table.meaning for table in tables if "" in table.of)
    return said.get("") or (None if meaning == ASK else meaning)


def _emptied(rows: pl.DataFrame, group: Group, tables: Mapping[str, tuple[Codes, int]]) -> pl.DataFrame:
    """Rows without what a table of codes empties; only where its meaning holds."""
    for table in group.tables:
        for name in table.empties:
            if name in rows.columns:
                own = [
                    code
                    for code in rows[group.cell].drop_nulls().unique().to_list()
                    if tables.get(normal(code), (table if "*" in table.of else None, 1))[0] is table
                ]
                fits = pl.col(group.cell).is_in(own) & (pl.col("(found)") == table.meaning)
                fits = fits if table.meaning != ASK else pl.col(group.cell).is_in(own)
                rows = rows.with_columns(
                    pl.when(fits).then(pl.lit(None, dtype=pl.String)).otherwise(name).alias(name)
                )
    return rows


def _ask(decided: Decided, rows: pl.DataFrame, group: Group, tables: Mapping[str, Codes | None]) -> None:
    if not tables or len(tables) > AT_MOST_ASKED:
        return
    decided.undecided.add(group.column.name)
    shown = [name for name in ("item_id", "warehouse_id", "qty") if name in rows.columns]
    for code, table in tables.items():
        mine = rows.filter((pl.col(group.cell) == code) & pl.col("(found)").is_null())
        samples = tuple(
            " ".join([f"{row[0]}:", *(shortened(cell) for cell in row[1:] if cell is not None)])
            for row in mine.head(3).select(ROW, *shown).iter_rows()
        )
        facts = {"column": group.header, "value": code, "count": mine.height}
        decided.questions.append(
            Question(
                f"code.{group.column.name}.{code}", "code", facts, _choices(group),
                table.proposal if table else None, samples,
            )
        )  # fmt: skip


def _choices(group: Group) -> tuple[str, ...]:
    return (*group.column.choices, LEAVE_OUT) if group.is_own else (*group.column.choices, KEEP, LEAVE_OUT)


def is_signed(rows: pl.DataFrame) -> bool:
    """Whether most quantities that a code takes out are negative already: then a minus is no reversal."""
    outgoing = rows.filter((pl.col(SIGN) < 0) & ~is_zero("qty"))["qty"]
    return outgoing.to_frame().select(is_negative("qty").mean() > 0.5).item() is True


def contradicted(rows: pl.DataFrame, header: str, code_cell: str) -> list[Problem]:
    """What the signs of the quantities say against their codes: more than a few, and nothing is sure."""
    if SIGN not in rows.columns or "qty" not in rows.columns:
        return []
    judged = rows.filter(pl.col(SIGN).is_not_null() & pl.col("qty").is_not_null() & ~is_zero("qty"))
    against = judged.filter(is_negative("qty") != (pl.col(SIGN) < 0))
    if not against.height:
        return []
    codes = listed(against[code_cell].value_counts(sort=True)[code_cell].to_list(), 6)
    row, value = against.select(ROW, "qty").row(0)
    facts = {"count": against.height, "of": judged.height, "codes": codes}
    is_too_many = against.height > CONTRADICTED * judged.height
    return [Problem("sign_contradicts" if is_too_many else "sign_unusual", row, header, value, facts)]
