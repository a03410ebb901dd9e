"""What the contract needs of a line and some systems never export: its number, an opening line's day.

Only what follows from the file is supplied; anything else is asked or told as missing.
"""

from __future__ import annotations

import polars as pl

from queries.lake.cells.dates import Order, read_dates
from queries.lake.problems import Problem

OPENING = "opening"


def line_numbers(within: str) -> pl.Expr:
    """The lines of one document numbered from 1 in file order; `within` is the column of its number.

    Sound only where a load replaces whole documents, so that a line keeps no number of an earlier load.
    """
    return pl.int_range(1, pl.len() + 1).over(within).cast(pl.String)


def opening_lines(rows: pl.DataFrame, order: Order, is_1904: bool) -> tuple[pl.DataFrame, list[Problem]]:
    """Opening lines with a day and a document number, where the file gives them none.

    The day is the first of the file, because opening stock is at least as old as the ledger's first day
    (docs/rules_of_age.md, rule 10). The number is made of the item, the warehouse and the lot, so that two
    files' openings never share one.
    """
    is_opening = pl.col("kind").eq_missing(pl.lit(OPENING))
    if not rows.select(is_opening.any()).item():
        return rows, []
    told: list[Problem] = []
    undated = rows.filter(is_opening & pl.col("posted_on").is_null()).height
    first = _first(rows["posted_on"], order, is_1904) if undated else None
    if first is not None:
        day = pl.when(is_opening).then(pl.col("posted_on").fill_null(first)).otherwise("posted_on")
        rows = rows.with_columns(day.alias("posted_on"))
        told.append(Problem("opening_dated", facts={"count": undated, "date": first}))
    if "document_id" in rows.columns:
        parts = [pl.col(name) for name in ("item_id", "warehouse_id", "lot_id") if name in rows.columns]
        number = pl.concat_str([pl.lit(OPENING), *parts], separator="/", ignore_nulls=True)
        rows = rows.with_columns(
            pl.when(is_opening).then(pl.col("document_id").fill_null(number)).otherwise("document_id")
        )
    return rows, told


def _first(cells: pl.Series, order: Order, is_1904: bool) -> str | None:
    """The cell that holds the earliest date."""
    distinct = cells.drop_nulls().unique(maintain_order=True)
    read = read_dates(distinct.to_list(), order, is_1904)["date"]
    place = read.arg_min()
    return str(distinct[place]) if place is not None and read[place] is not None else None
