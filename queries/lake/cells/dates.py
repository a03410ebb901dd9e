"""Dates as people and programs write them: whether day or month comes first is read off the column."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import polars as pl

Order = Literal["dmy", "mdy"]
"""Day before month, or month before day."""

FIRST_DAY, LAST_DAY = date(1900, 1, 2), date(2200, 1, 1)
"""Bounds of what is taken for a date."""

_YEAR, _MONTH, _DAY = "\u5e74", "\u6708", "\u65e5"
_CLOCK = (
    r"(?:[T ]\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?"
    r"\s*(?:Z|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?)?"
)
_LONG = rf"^([0-9]{{4}})\s*[-/.{_YEAR}]\s*([0-9]{{1,2}})\s*[-/.{_MONTH}]\s*([0-9]{{1,2}})\s*{_DAY}?{_CLOCK}$"
_SHORT = r"^((?:19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})$"
_YEAR_LAST = rf"^([0-9]{{1,2}})([-/.])([0-9]{{1,2}})[-/.]([0-9]{{4}}){_CLOCK}$"
_SERIAL = re.compile(r"^[2-7][0-9]{4}(?:\.[0-9]+)?$")
_ZERO = re.compile(
    rf"^(?:1900[-/.{_YEAR}]0?1[-/.{_MONTH}]0{{1,2}}{_DAY}?|0?1[-/.]0{{1,2}}[-/.]1900|0{{1,2}}[-/.]0?1[-/.]1900"
    rf"|1899[-/.{_YEAR}]12[-/.{_MONTH}]3[01]{_DAY}?|12[-/.]3[01][-/.]1899|3[01][-/.]12[-/.]1899)(?:[T ].*)?$"
)
_NAMED = re.compile(
    rf"^(?:([0-9]{{1,2}})[-\s/.]*([A-Za-z]{{3,9}})\.?[-\s/.,]*([0-9]{{4}})"
    rf"|([A-Za-z]{{3,9}})\.?\s*([0-9]{{1,2}}),?\s+([0-9]{{4}})){_CLOCK}$"
)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip


@dataclass(frozen=True)
class Orders:
    """What the cells of one column say of their order, with a few of them."""

    dmy: bool = False
    mdy: bool = False
    either: bool = False
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choice:
    """The order of a column, or None if it must be asked, with what is proposed."""

    order: Order | None
    proposal: Order | None = None


def decide(orders: Orders, answer: str | None, others: Order | None) -> Choice:
    """The order of one column: from its own cells, then from a person; `others`: what other columns prove."""
    if orders.dmy != orders.mdy:
        return Choice("dmy" if orders.dmy else "mdy")
    said: Order | None = "dmy" if answer == "dmy" else "mdy" if answer == "mdy" else None
    if said:
        return Choice(said)
    if orders.dmy or orders.either:
        return Choice(None, None if orders.dmy else others)
    return Choice("dmy")


def orders_of(cells: pl.Series) -> Orders:
    """What a column of text cells says; points between the numbers are only used with the day first."""
    if not cells.str.contains(r"^\s*[0-9\uff10-\uff19]{1,2}\s*[-/.\uff0f\uff0e]").any():
        return Orders()
    distinct = cells.drop_nulls().unique(maintain_order=True).str.normalize("NFKC").str.strip_chars()
    parts = distinct.str.extract_groups(_YEAR_LAST).struct.unnest()
    frame = pl.DataFrame(
        {
            "cell": distinct,
            "first": parts.to_series(0).cast(pl.Int64),
            "mark": parts.to_series(1),
            "second": parts.to_series(2).cast(pl.Int64),
        }
    ).drop_nulls("first")
    first, second = pl.col("first"), pl.col("second")
    both_low = (first <= 12) & (second <= 12)
    said = frame.select(
        ((first > 12) & (second <= 12)).any().alias("dmy"),
        ((second > 12) & (first <= 12)).any().alias("mdy"),
        (both_low & (first != second) & (pl.col("mark") != ".")).any().alias("either"),
        (both_low & (first != second) & (pl.col("mark") == ".")).any().alias("points"),
    ).row(0, named=True)
    samples = tuple(frame.filter(both_low & (first != second))["cell"].head(5).to_list())
    dmy = said["dmy"] or (said["points"] and not said["mdy"] and not said["either"])
    return Orders(bool(dmy), bool(said["mdy"]), bool(said["either"]), samples)


def read_dates(distinct: Sequence[str], order: Order, is_1904: bool = False) -> pl.DataFrame:
    """Cells (`cell`) as dates (`date`) or the code of what is wrong (`wrong`); `mended` says how."""
    cells = pl.Series("cell", distinct, dtype=pl.String)
    text = cells.str.normalize("NFKC").str.strip_chars()
    long, short, late = (
        text.str.extract_groups(each).struct.unnest() for each in (_LONG, _SHORT, _YEAR_LAST)
    )
    day, month = (0, 2) if order == "dmy" else (2, 0)
    parts = [
        long.to_series(n).fill_null(short.to_series(n)).fill_null(late.to_series(m))
        for n, m in ((0, 3), (1, month), (2, day))
    ]
    joined = pl.DataFrame([part.alias(str(n)) for n, part in enumerate(parts)]).select(
        pl.concat_str(pl.nth(0), pl.nth(1).str.zfill(2), pl.nth(2).str.zfill(2), separator="-")
    )
    dates = joined.to_series().str.to_date("%Y-%m-%d", strict=False).to_list()
    wrong: list[str | None] = [None] * len(cells)
    mended: list[str | None] = [None] * len(cells)
    for n, cell in enumerate(text.to_list()):
        if dates[n] is None and cell is not None:
            if _SERIAL.match(cell):
                dates[n], mended[n] = (
                    _of_serial(float(cell), is_1904),
                    "serial_1904" if is_1904 else "serial_1900",
                )
            else:
                dates[n] = _named(cell)
        if dates[n] is None or not FIRST_DAY <= dates[n] <= LAST_DAY:
            dates[n] = None
            wrong[n] = "zero_date" if _ZERO.match(cell) or cell == "0" else "bad_date"
    return pl.DataFrame(
        {"cell": cells, "date": dates, "wrong": wrong, "mended": mended},
        schema={"cell": pl.String(), "date": pl.Date(), "wrong": pl.String(), "mended": pl.String()},
    )


def _of_serial(serial: float, is_1904: bool) -> date:
    """The day of an Excel serial number; both systems count a day of their own before the first."""
    return (date(1904, 1, 1) if is_1904 else date(1899, 12, 30)) + timedelta(days=int(serial))


def _named(cell: str) -> date | None:
    found = _NAMED.match(unicodedata.normalize("NFKC", cell))
    if not found:
        return None
    day, name, year = found.group(1, 2, 3) if found.group(1) else found.group(5, 4, 6)
    months = [n for n, month in enumerate(_MONTHS, 1) if month.startswith(name.casefold())]
    if len(months) != 1:
        return None
    try:
        return date(int(year), months[0], int(day))
    except ValueError:
        return None
