"""Text to the contract's types, a whole column at a time; what does not fit is marked, never bent.

Each cast returns the typed values (null where empty or wrong), for wrong cells the code of the problem, and
for cells that were put right the code that says how.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from queries.lake.cells.dates import FIRST_DAY, LAST_DAY, Order, read_dates
from queries.lake.cells.numbers import ERROR_CELLS, PRECISION, Mark, is_currency, read_numbers
from queries.lake.contract import Column
from queries.lake.words import normal

_PLAIN_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_UNSEEN = "[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]"
_SPACES = "\u00a0\u2000-\u200a\u202f\u205f\u3000"
_WIDE = f"[{_SPACES}\uff01-\uff5e]"
_LOST_DIGITS = r"^[+-]?[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{2,3}$"
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)"
_DATE_LIKE = (
    rf"(?i)^(?:[0-9]{{1,2}}[-/ ]{_MONTH}(?:[-/ ][0-9]{{2,4}})?|{_MONTH}[-/ ][0-9]{{2,4}}"
    r"|[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}(?:[ T]0?0:00(?::00)?(?:\.0+)?)?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
    "|(?:[0-9]{4}\u5e74)?[0-9]{1,2}\u6708[0-9]{1,2}\u65e5)$"
)


@dataclass(frozen=True)
class Spelling:
    """How the numbers and dates of one column are written."""

    mark: Mark = "point"
    order: Order = "dmy"
    is_1904: bool = False


@dataclass(frozen=True)
class Typed:
    """Values of one column; beside them a code where a cell is wrong, and one where it was put right.

    Both are null elsewhere; `mended` is None where nothing was.
    """

    values: pl.Series
    wrong: pl.Series
    mended: pl.Series | None = None


def delta_type(column: Column) -> pl.DataType:
    """The type a column of the contract is stored with."""
    kinds: dict[str, pl.DataType] = {
        "text": pl.String(),
        "choice": pl.String(),
        "date": pl.Date(),
        "integer": pl.Int64(),
        "boolean": pl.Boolean(),
        "decimal": pl.Decimal(PRECISION, column.scale),
    }
    return kinds[column.kind]


def cast(cells: pl.Series, column: Column, spelling: Spelling | None = None) -> Typed:
    """Trimmed text cells (null where empty) as the contract's type of that column, bounds checked."""
    if cells.null_count() == len(cells):
        return Typed(pl.Series(cells.name, [None] * len(cells), dtype=delta_type(column)), _no_problem(cells))
    casts: dict[str, Callable[[pl.Series, Column, Spelling], Typed]] = {
        "text": _text,
        "choice": _choice,
        "date": _date,
        "integer": _integer,
        "boolean": _boolean,
        "decimal": _decimal,
    }
    return _without_errors(cells, casts[column.kind](cells, column, spelling or Spelling()))


def _without_errors(cells: pl.Series, typed: Typed) -> Typed:
    """The column with formulas that had no result marked as such, whatever else they might be taken for."""
    marked = cells.str.starts_with("#").fill_null(value=False)
    if not marked.any():
        return typed
    errors = marked & cells.str.strip_chars().str.to_uppercase().is_in(sorted(ERROR_CELLS))
    wrong = pl.select(pl.when(errors).then(pl.lit("error_cell")).otherwise(typed.wrong)).to_series()
    return Typed(typed.values, wrong.alias("wrong"), typed.mended)


def _text(cells: pl.Series, column: Column, spelling: Spelling) -> Typed:
    """Text as it stands; codes (`*_id`) lose what cannot be seen, so that two that look alike are one."""
    if not column.name.endswith("_id"):
        return Typed(cells, _no_problem(cells))
    odd = (cells.str.len_bytes() != cells.str.len_chars()).fill_null(value=False)
    if odd.any():
        odd &= cells.str.contains(f"{_UNSEEN}|{_WIDE}").fill_null(value=False)
    mended: pl.Series | None = None
    values = cells
    if odd.any():
        distinct = cells.filter(odd).unique()
        clean = distinct.str.replace_all(_UNSEEN, "").map_elements(_narrow, return_dtype=pl.String)
        clean = clean.str.strip_chars().replace("", None)
        values = cells.zip_with(
            ~odd, cells.replace_strict(distinct, clean, default=None, return_dtype=pl.String)
        )
        mended = _marked(cells, odd, "odd_code")
    wrong = _marked(cells, values.str.contains(_LOST_DIGITS).fill_null(value=False), "digits_lost")
    return Typed(values, wrong, mended)


def dates_among_codes(codes: pl.Series) -> pl.Series:
    """Distinct codes that a spreadsheet may have turned into dates (MAR1 to 1-Mar)."""
    distinct = codes.drop_nulls().unique(maintain_order=True)
    return distinct.filter(distinct.str.contains(_DATE_LIKE))


def _narrow(code: str) -> str:
    """Full-width letters, digits and all kinds of space as the usual ones; every other sign as it stands."""
    return "".join(
        " " if sign.isspace() else chr(ord(sign) - 0xFEE0) if "\uff01" <= sign <= "\uff5e" else sign
        for sign in code
    )


def _choice(cells: pl.Series, column: Column, spelling: Spelling) -> Typed:
    return _by_distinct(
        cells, {normal(choice): choice for choice in column.choices}, pl.String(), "bad_choice"
    )


def _boolean(cells: pl.Series, column: Column, spelling: Spelling) -> Typed:
    return _by_distinct(
        cells, {"true": True, "1": True, "false": False, "0": False}, pl.Boolean(), "bad_yes_no"
    )


def _by_distinct(cells: pl.Series, known: dict[str, object], kind: pl.DataType, code: str) -> Typed:
    distinct = cells.drop_nulls().unique()
    meanings = {cell: known.get(normal(cell)) for cell in distinct}
    values = cells.replace_strict(meanings, default=None, return_dtype=kind)
    return Typed(values, _marked(cells, values.is_null() & cells.is_not_null(), code))


def _date(cells: pl.Series, column: Column, spelling: Spelling) -> Typed:
    distinct = cells.drop_nulls().unique()
    plain = distinct.str.to_date("%Y-%m-%d", strict=False, exact=True)
    plain = pl.select(
        pl.when(distinct.str.contains(_PLAIN_DATE) & plain.is_between(FIRST_DAY, LAST_DAY)).then(plain)
    ).to_series()
    values = cells.replace_strict(distinct, plain, default=None, return_dtype=pl.Date)
    if not plain.null_count():
        return Typed(values, _no_problem(cells))
    others = distinct.filter(plain.is_null())
    read = read_dates(others.to_list(), spelling.order, spelling.is_1904)
    unread = values.is_null() & cells.is_not_null()
    values = values.zip_with(~unread, _looked_up(cells, read, "date", pl.Date()))
    wrong, mended = (_looked_up(cells, read, name, pl.String()) for name in ("wrong", "mended"))
    return Typed(values, wrong.alias("wrong"), mended if mended.null_count() < len(mended) else None)


def _integer(cells: pl.Series, column: Column, spelling: Spelling) -> Typed:
    numbers = _decimal(cells, Column(column.name, "decimal", signed=True, scale=0), spelling)
    codes = {"too_many_decimals": "bad_whole_number", "bad_number": "bad_whole_number"}
    wrong = numbers.wrong.replace(codes)
    values = numbers.values.cast(pl.Int64)
    return _bounded(cells, Typed(values, wrong, numbers.mended), column)


def _decimal(cells: pl.Series, column: Column, spelling: Spelling) -> Typed:
    scale, whole = column.scale, PRECISION - column.scale
    point = rf"(?:\.[0-9]{{0,{scale}}}0*)?" if scale else r"(?:\.0*)?"
    fits = rf"^[+-]?(?:0*[0-9]{{1,{whole}}}{point}|\.[0-9]{{1,{max(scale, 1)}}}0*)$"
    plain = cells
    doubtful = ~plain.str.contains(fits)
    if spelling.mark == "comma":
        doubtful = doubtful | plain.str.contains(".", literal=True)
    wrong, mended = _no_problem(cells), None
    if doubtful.any():
        doubtful = doubtful.fill_null(value=False)
        read = read_numbers(
            cells.filter(doubtful).unique(maintain_order=True).to_list(), spelling.mark, scale
        )
        read = read.with_columns(pl.coalesce(_mixed(read), "wrong").alias("wrong")).with_columns(
            pl.when(pl.col("wrong").is_null()).then("number"),
            pl.when(pl.col("wrong").is_null()).then("mended"),
        )
        plain = cells.zip_with(~doubtful, _looked_up(cells, read, "number", pl.String()))
        wrong = _looked_up(cells, read, "wrong", pl.String()).alias("wrong")
        if read["mended"].null_count() < read.height:
            mended = _looked_up(cells, read, "mended", pl.String())
    values = plain.str.strip_prefix("+").cast(pl.Decimal(PRECISION, scale))
    return _bounded(cells, Typed(values, wrong, mended), column)


def _mixed(read: pl.DataFrame) -> pl.Series:
    """The code of cells whose unit or currency is not the first one of the column."""
    affixes = read["affix"].drop_nulls().unique(maintain_order=True).to_list()
    codes: dict[str, str | None] = dict.fromkeys(affixes)
    for are_currencies, code in ((False, "mixed_units"), (True, "mixed_currencies")):
        alike = [each for each in affixes if is_currency(each) == are_currencies]
        codes |= dict.fromkeys(alike[1:], code)
    return read["affix"].replace_strict(codes, default=None, return_dtype=pl.String)


def _looked_up(cells: pl.Series, read: pl.DataFrame, column: str, kind: pl.DataType) -> pl.Series:
    """What was read of each cell; null for a cell that was not looked at."""
    return cells.replace_strict(read["cell"], read[column], default=None, return_dtype=kind)


def _bounded(cells: pl.Series, typed: Typed, column: Column) -> Typed:
    values, wrong = typed.values, typed.wrong
    for outside, code in (
        (values < 0 if not column.signed and column.lower is None else None, "negative"),
        (values < column.lower if column.lower is not None else None, "out_of_bounds"),
        (values > column.upper if column.upper is not None else None, "out_of_bounds"),
    ):
        if outside is not None and outside.any():
            wrong = pl.select(pl.coalesce(wrong, _marked(cells, outside, code))).to_series()
    return Typed(values, wrong.alias("wrong"), typed.mended)


def _no_problem(cells: pl.Series) -> pl.Series:
    return pl.Series("wrong", [None], dtype=pl.String).new_from_index(0, len(cells))


def _marked(cells: pl.Series, where: pl.Series, code: str) -> pl.Series:
    if not where.any():
        return _no_problem(cells)
    return pl.select(pl.when(where).then(pl.lit(code))).to_series().alias("wrong")
