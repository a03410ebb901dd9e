"""Text to the contract's types, a whole column at a time; what does not fit is marked, never bent.

Each cast returns the typed values (null where empty or wrong) and, for wrong cells, the code of the problem.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

import polars as pl

from queries.lake.contract import Column
from queries.lake.words import normal

PRECISION = 18
_YEAR, _MONTH, _DAY = "\u5e74", "\u6708", "\u65e5"
_CLOCK = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s*(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
_LONG_DATE = rf"^([0-9]{{4}})[-/.{_YEAR}]([0-9]{{1,2}})[-/.{_MONTH}]([0-9]{{1,2}}){_DAY}?{_CLOCK}$"
_SHORT_DATE = r"^((?:19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})$"
_THOUSANDS = r"^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?$"
_FIRST_DAY, _LAST_DAY = date(1900, 1, 2), date(2200, 1, 1)


@dataclass(frozen=True)
class Typed:
    """Values of one column, and beside them the problem's code where a cell is wrong (else null)."""

    values: pl.Series
    wrong: pl.Series


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


def cast(cells: pl.Series, column: Column) -> Typed:
    """Trimmed text cells (null where empty) as the contract's type of that column, bounds checked."""
    if cells.null_count() == len(cells):
        return Typed(pl.Series(cells.name, [None] * len(cells), dtype=delta_type(column)), _no_problem(cells))
    casts: dict[str, Callable[[pl.Series, Column], Typed]] = {
        "text": _text,
        "choice": _choice,
        "date": _date,
        "integer": _integer,
        "boolean": _boolean,
        "decimal": _decimal,
    }
    return casts[column.kind](cells, column)


def _text(cells: pl.Series, column: Column) -> Typed:
    return Typed(cells, _no_problem(cells))


def _choice(cells: pl.Series, column: Column) -> Typed:
    return _by_distinct(
        cells, {normal(choice): choice for choice in column.choices}, pl.String(), "bad_choice"
    )


def _boolean(cells: pl.Series, column: Column) -> Typed:
    return _by_distinct(
        cells, {"true": True, "1": True, "false": False, "0": False}, pl.Boolean(), "bad_yes_no"
    )


def _by_distinct(cells: pl.Series, known: dict[str, object], kind: pl.DataType, code: str) -> Typed:
    distinct = cells.drop_nulls().unique()
    meanings = {cell: known.get(normal(cell)) for cell in distinct}
    values = cells.replace_strict(meanings, default=None, return_dtype=kind)
    return Typed(values, _marked(cells, values.is_null() & cells.is_not_null(), code))


def _date(cells: pl.Series, column: Column) -> Typed:
    distinct = cells.drop_nulls().unique()
    plain = distinct.str.to_date("%Y-%m-%d", strict=False, exact=True)
    if plain.null_count():
        other = pl.Series("text", [unicodedata.normalize("NFKC", cell) for cell in distinct])
        parts = [other.str.extract_groups(pattern).struct.unnest() for pattern in (_LONG_DATE, _SHORT_DATE)]
        either = [parts[0].to_series(n).fill_null(parts[1].to_series(n)) for n in range(3)]
        joined = pl.DataFrame(either).select(
            pl.concat_str(pl.nth(0), pl.nth(1).str.zfill(2), pl.nth(2).str.zfill(2), separator="-")
        )
        plain = joined.to_series().str.to_date("%Y-%m-%d", strict=False)
    sound = plain.is_between(_FIRST_DAY, _LAST_DAY)
    plain = pl.select(pl.when(sound).then(plain)).to_series()
    values = cells.replace_strict(distinct, plain, default=None, return_dtype=pl.Date)
    return Typed(values, _marked(cells, values.is_null() & cells.is_not_null(), "bad_date"))


def _integer(cells: pl.Series, column: Column) -> Typed:
    numbers = _decimal(cells, Column(column.name, "decimal", signed=True, scale=0))
    codes = {"too_many_decimals": "bad_whole_number", "bad_number": "bad_whole_number"}
    wrong = numbers.wrong.replace(codes)
    values = numbers.values.cast(pl.Int64)
    return _bounded(cells, values, wrong, column)


def _decimal(cells: pl.Series, column: Column) -> Typed:
    scale, whole = column.scale, PRECISION - column.scale
    point = rf"(?:\.[0-9]{{0,{scale}}}0*)?" if scale else r"(?:\.0*)?"
    fits = rf"^[+-]?(?:0*[0-9]{{1,{whole}}}{point}|\.[0-9]{{1,{max(scale, 1)}}}0*)$"
    plain = cells
    doubtful = ~plain.str.contains(fits)
    wrong = _no_problem(cells)
    if doubtful.any():
        doubtful = doubtful.fill_null(value=False)
        distinct = cells.filter(doubtful).unique()
        read, codes = _read_doubtful(distinct, column)
        plain = cells.zip_with(
            ~doubtful, cells.replace_strict(distinct, read, default=None, return_dtype=pl.String)
        )
        wrong = pl.select(
            pl.when(doubtful).then(
                cells.replace_strict(distinct, codes, default=None, return_dtype=pl.String)
            )
        ).to_series()
    values = plain.str.strip_prefix("+").cast(pl.Decimal(PRECISION, scale))
    return _bounded(cells, values, wrong, column)


def _read_doubtful(distinct: pl.Series, column: Column) -> tuple[pl.Series, pl.Series]:
    """Numbers in other spellings: full-width digits, thousands commas, exponents; else the problem's code."""
    normalised = distinct.str.normalize("NFKC").str.replace_all(" ", "").str.replace("\u2212", "-")
    commas = normalised.filter(normalised.str.contains(",", literal=True))
    parts_thousands = bool(commas.str.contains(_THOUSANDS).all())
    read: list[str | None] = []
    codes: list[str | None] = []
    for text in normalised.to_list():
        if "," in text and not parts_thousands:
            read.append(None)
            codes.append("decimal_comma")
            continue
        number, code = _number(text.replace(",", ""), column.scale)
        read.append(number)
        codes.append(code)
    return pl.Series(read, dtype=pl.String), pl.Series(codes, dtype=pl.String)


def _number(text: str, scale: int) -> tuple[str | None, str | None]:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None, "bad_number"
    if not number.is_finite():
        return None, "not_finite"
    if "_" in text:
        return None, "bad_number"
    if number and number.adjusted() >= PRECISION - scale:
        return None, "too_large"
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > scale:
        return None, "too_many_decimals"
    return f"{number:f}", None


def _bounded(cells: pl.Series, values: pl.Series, wrong: pl.Series, column: Column) -> Typed:
    for outside, code in (
        (values < 0 if not column.signed and column.lower is None else None, "negative"),
        (values < column.lower if column.lower is not None else None, "out_of_bounds"),
        (values > column.upper if column.upper is not None else None, "out_of_bounds"),
    ):
        if outside is not None and outside.any():
            wrong = pl.select(pl.coalesce(wrong, _marked(cells, outside, code))).to_series()
    return Typed(values, wrong)


def _no_problem(cells: pl.Series) -> pl.Series:
    return pl.Series("wrong", [None], dtype=pl.String).new_from_index(0, len(cells))


def _marked(cells: pl.Series, where: pl.Series, code: str) -> pl.Series:
    if not where.any():
        return _no_problem(cells)
    return pl.select(pl.when(where).then(pl.lit(code))).to_series().alias("wrong")
