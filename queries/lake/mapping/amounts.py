"""Numbers of a file that mapping must reckon with before the contract's types are known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from queries.lake.cells.cast import Spelling, cast
from queries.lake.cells.numbers import decide, marks_of
from queries.lake.contract import Column
from queries.lake.questions import Answers, Question

CELL = "cell: "
"""Before a header: the column of its trimmed cells while rows are mapped."""

NUMBER = "number: "
"""Before a header: the column of its numbers (Decimal, null where a cell is empty or none)."""

_ANY = Column("qty", "decimal", signed=True)


def with_numbers(
    rows: pl.DataFrame, names: Iterable[str], answers: Answers
) -> tuple[pl.DataFrame, list[Question]]:
    """The rows and the numbers of these headers; asked where point and comma could both part the decimals."""
    wanted = [name for name in dict.fromkeys(names) if NUMBER + name not in rows.columns]
    marks = {name: marks_of(rows[CELL + name]) for name in wanted}
    has_commas = any(each.is_of_commas for each in marks.values())
    said = answers.get("decimal")
    questions: list[Question] = []
    found: list[pl.Series] = []
    for name, each in marks.items():
        if has_commas:
            each = marks_of(rows[CELL + name], look_at_points=True)
        choice = decide(each, said, has_commas)
        if choice.mark is None and not questions:
            facts = {"column": name, "value": each.samples[0] if each.samples else ""}
            choices = ("point", "comma")
            questions.append(Question("decimal", "decimal", facts, choices, choice.proposal, each.samples))
        spelling = Spelling(mark=choice.mark or choice.proposal or "point")
        found.append(cast(rows[CELL + name], _ANY, spelling).values.alias(NUMBER + name))
    return rows.with_columns(found), questions


def plain(name: str, factor: int = 1) -> pl.Expr:
    """A header's cells as plain numbers, times 1 or -1; what is no number stays as it stands."""
    number = pl.col(NUMBER + name)
    return pl.coalesce((-number if factor < 0 else number).cast(pl.String), pl.col(CELL + name))


def is_filled(name: str) -> pl.Expr:
    """Whether a header's cell holds something that is not zero; what is no number counts as something."""
    return pl.col(CELL + name).is_not_null() & pl.col(NUMBER + name).ne_missing(0)


def is_zero(text: str) -> pl.Expr:
    """Whether a column's text is a plain zero."""
    return pl.col(text).str.contains(r"^[+-]?0*[.,]?0*$") & (pl.col(text).str.len_bytes() > 0)


def is_negative(text: str) -> pl.Expr:
    """Whether a column's text is a number below zero, wherever its minus or brackets stand."""
    return pl.col(text).str.contains("^\\s*[-(\u2212\u2013\uff08]|-\\s*$") & ~is_zero(text)


def all_numbers(rows: pl.DataFrame, names: Sequence[str]) -> list[str]:
    """Those headers whose filled cells are all numbers, in that order."""
    return [name for name in names if rows[CELL + name].null_count() == rows[NUMBER + name].null_count()]
