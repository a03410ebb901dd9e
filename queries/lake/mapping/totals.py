"""Rows that are sums of other rows: set aside, and held against what they sum.

A file does not say which rows a total stands for. It may be those since the last total, those of the same
item, those above, or all; one of these must agree, number by number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from queries.lake.mapping.amounts import CELL, NUMBER
from queries.lake.problems import ROW, Problem, shortened

_TOLERANCE = Decimal("0.01")
_IGNORED = re.compile(r"[\s:\uff1a*_\-]+")
_IS_TOTAL, _PLACE = "(is total)", "(place)"


@dataclass(frozen=True)
class Control:
    """A total of the file: its row, its label, and of one column what it says and what its rows sum to."""

    row: int
    label: str
    column: str
    said: Decimal
    found: Decimal

    @property
    def agrees(self) -> bool:
        """Whether the rows it may stand for add up to it."""
        return abs(self.said - self.found) <= _TOLERANCE


@dataclass(frozen=True)
class Where:
    """Headers that tell a total: `own` holds the row's code, `keys` all its codes, `first` columns the words.

    `blank` headers that are all empty make a total of their own.
    """

    own: str | None
    keys: tuple[str, ...]
    first: tuple[str, ...]
    words: tuple[str, ...]
    blank: tuple[str, ...] = ()


def folded(word: str) -> str:
    """A label as it is compared: without the space inside, colons, case and width."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", word).casefold())


def is_total(frame: pl.DataFrame, where: Where) -> pl.DataFrame | None:
    """Rows of `frame` (cells as read) that are totals: ROW and `label`; None if there is none.

    A total word fills one of the first cells, and the row has no code of its own, or the word in its place.
    """
    words = {folded(word) for word in where.words}
    if not where.own:
        return None
    pattern = "(?i)^\\s*(?:" + "|".join(_spaced(word) for word in where.words) + ")\\s*[:\uff1a]?\\s*$"
    keys = [pl.col(key) for key in where.keys]
    empty = [key.is_null() | (key.str.len_bytes() == 0) for key in keys]
    may_be = frame.filter(
        pl.any_horizontal(*empty, pl.col(where.own).str.contains(pattern).fill_null(value=False))
    )
    if may_be.is_empty():
        return None
    columns = list(dict.fromkeys((*where.first, *where.keys)))
    is_word = {name: _is_word(may_be[name], words) for name in columns}
    found = may_be.select(
        ROW,
        pl.coalesce([pl.when(is_word[name]).then(pl.col(name).str.strip_chars()) for name in columns]).alias(
            "label"
        ),
        pl.any_horizontal(is_word[name] for name in where.keys).alias("in key"),
        _is_empty(where.own).alias("no code"),
        (
            pl.all_horizontal(_is_empty(name) for name in where.blank) if where.blank else pl.lit(value=False)
        ).alias("blank"),
    )
    found = found.filter(
        (pl.col("label").is_not_null() & (pl.col("in key") | pl.col("no code"))) | pl.col("blank")
    ).select(ROW, pl.col("label").fill_null(""))
    return found if found.height else None


def controls(
    rows: pl.DataFrame, totals: pl.DataFrame, of: Sequence[str], summed: Sequence[str]
) -> tuple[list[Control], list[Problem]]:
    """Each total beside what it may stand for, and those that agree with nothing.

    `rows` are all rows of the file with the numbers of `summed`; `totals` comes from `is_total`.
    """
    flagged = rows.join(totals, on=ROW, how="left", maintain_order="left").with_row_index(_PLACE)
    flagged = flagged.with_columns(pl.col("label").is_not_null().alias(_IS_TOTAL))
    found: list[Control] = []
    problems: list[Problem] = []
    for column in summed:
        number = pl.col(NUMBER + column).cast(pl.Decimal(38, 4))
        own = pl.when(~pl.col(_IS_TOTAL)).then(number).fill_null(0)
        sums = flagged.with_columns(own.alias("(own)"), number.alias("(said)")).with_columns(
            pl.col("(own)").sum().alias("(all)"), pl.col("(own)").cum_sum().alias("(above)")
        )
        sums = sums.with_columns(
            (
                pl.col("(above)") - pl.when(_IS_TOTAL).then("(above)").shift().forward_fill().fill_null(0)
            ).alias("(since)")
        )
        names = ["(since)", "(level)", "(above)", "(all)"]
        if of:
            keys = [CELL + name for name in of]
            sums = sums.with_columns(pl.col("(own)").sum().over(keys).alias("(same)"))
            names.insert(0, "(same)")
        same_label = pl.col("(above)").shift().over("label").fill_null(0)
        said = sums.filter(_IS_TOTAL).with_columns((pl.col("(above)") - same_label).alias("(level)"))
        said = said.filter(pl.col("(said)").is_not_null())
        for row, label, number_said, *candidates in said.select(ROW, "label", "(said)", *names).iter_rows():
            nearest = min(candidates, key=lambda each: abs(each - number_said))
            control = Control(row, label, column, number_said, nearest)
            found.append(control)
            if not control.agrees:
                facts = {"label": label or column, "found": _short(nearest)}
                problems.append(Problem("total_differs", row, column, shortened(_short(number_said)), facts))
    return sorted(found, key=lambda each: each.row), sorted(problems, key=lambda each: each.row or 0)


def _short(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"


def _spaced(word: str) -> str:
    """A pattern for the word with any space inside it."""
    letters = [re.escape(letter) for letter in word if not letter.isspace()]
    return r"\s*".join(letters)


def _is_empty(name: str) -> pl.Expr:
    return pl.col(name).is_null() | (pl.col(name).str.strip_chars().str.len_bytes() == 0)


def _is_word(cells: pl.Series, words: set[str]) -> pl.Series:
    distinct = cells.drop_nulls().unique().to_list()
    known = [cell for cell in distinct if folded(cell) in words]
    return cells.is_in(known).fill_null(value=False)
