"""Whole columns in words, for files and paper: headers, codes and names as a table on a page says them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl

from components import tables
from components.charts.palette import tier_name
from components.words import Words

CODES: Mapping[str, str] = {
    **{name: name for name in tables.WORDED},
    "tier": "tier",
    "from_state": "state",
    "to_state": "state",
    "next_state": "state",
    "prior_state": "state",
    "prior_tier": "tier",
    "change": "change",
    "remedy": "remedy",
    "due": "count.due",
    "reason": "count.reason",
    "reasons": "duplicate.reason",
    "anomaly": "anomaly",
    "stage": "stage",
    "from_kind": "flow",
    "to_kind": "flow",
}
"""Columns of codes, some with commas between, to the key that their words stand under."""


def label(column: str, say: Words) -> str:
    """The header of a column, money with its currency; a column that no page shows keeps its name."""
    known = say(f"column.{column}")
    named = column if known == f"column.{column}" else known
    return f"{named} ({say.currency})" if is_money(column) else named


def is_money(column: str) -> bool:
    """Whether a column holds money in company currency."""
    return column in tables.MONEY or column.endswith("_value")


def is_share(column: str) -> bool:
    """Whether a column holds parts of one."""
    return column in tables.SHARES or column.endswith("_share")


def word(column: str, value: Any, say: Words) -> Any:
    """A code or a name in the reader's language; anything else as it is."""
    if column in tables.NAMES:
        return say.name(value)
    if column in CODES:
        return say("word.comma").join(_code(CODES[column], code, say) for code in str(value).split(","))
    if isinstance(value, bool):
        return say("word.yes") if value else say("word.no")
    return value


def text(column: str, value: Any, say: Words) -> str:
    """A cell as it is printed: money with its cents, quantities with what decimals they have."""
    if value is None:
        return say("word.none")
    if isinstance(value, str | bool):
        return str(word(column, value, say))
    if isinstance(value, datetime):
        return say.moment(value)
    if isinstance(value, date):
        return say.day(value)
    if is_money(column):
        return say.amount(value)
    if is_share(column):
        return say.percent(value)
    return say.number(value, 4) if isinstance(value, int | float | Decimal) else str(value)


def worded(rows: pl.DataFrame, say: Words) -> pl.DataFrame:
    """The rows with headers, codes and names in words; numbers and days keep their types."""
    said = rows.with_columns(
        _said(rows[name], say)
        for name, kind in rows.schema.items()
        if kind == pl.Boolean() or (kind == pl.String() and (name in tables.NAMES or name in CODES))
    )
    return said.rename(dict(zip(rows.columns, headers(rows.columns, say), strict=True)))


def headers(names: Sequence[str], say: Words) -> list[str]:
    """The headers of these columns; where two have the same words, each is told by its name too."""
    labels = [label(name, say) for name in names]
    return [
        f"{said} [{name}]" if labels.count(said) > 1 else said
        for name, said in zip(names, labels, strict=True)
    ]


def formats(names: Sequence[str], say: Words) -> Mapping[str, str]:
    """Number formats of a spreadsheet by header."""
    return {
        header: "#,##0.00" if is_money(name) else "0.0%" if is_share(name) else "#,##0.####"
        for name, header in zip(names, headers(names, say), strict=True)
        if is_money(name) or is_share(name) or name.endswith("qty")
    }


def _code(kind: str, code: str, say: Words) -> str:
    if kind == "tier":
        return tier_name(code, say)
    known = say(f"{kind}.{code}")
    return code if known == f"{kind}.{code}" else known


def _said(cells: pl.Series, say: Words) -> pl.Series:
    known = cells.unique().drop_nulls().to_list()
    said = {cell: word(cells.name, cell, say) for cell in known}
    return cells.replace_strict(said, return_dtype=pl.String) if said else cells.cast(pl.String)
