"""Which rows of a table two data versions do not share, and what such rows amount to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from queries.lake.contract import Table
from queries.lake.keeping.replace import Change, stored
from queries.lake.register import TableChange

NAMED = 50
"""So many replaced days and warehouses are named of one load."""

_MARKS = ("(hash)", "(other hash)", "(number)")
_PLACES = frozenset({"snapshot_on", "counted_on", "disposed_on", "warehouse_id"})
_PRICES = ("unit_cost", "unit_price")


@dataclass(frozen=True)
class Totals:
    """What rows amount to: quantity and value as in `TableChange`, groups as a load replaces them."""

    rows: int
    qty: Decimal | None
    value: Decimal | None
    groups: int


def totals(table: Table, rows: pl.DataFrame) -> Totals:
    """The sums of these rows (contract columns)."""
    names = {column.name for column in table.columns}
    qty = next((name for name in ("qty", "counted_qty") if name in names), None)
    price = next((name for name in _PRICES if name in names), None)
    value = pl.lit(None, pl.Decimal(38, 8))
    if "recovered_value" in names:
        value = pl.col("recovered_value").cast(pl.Decimal(38, 8))
    elif qty and price:
        value = pl.col(qty).cast(pl.Decimal(38, 8)) * pl.col(price).cast(pl.Decimal(38, 8))
    sums = rows.select(
        qty=_sum(pl.col(qty).cast(pl.Decimal(38, 4)) if qty else pl.lit(None, pl.Decimal(38, 4))),
        value=_sum(value),
        currencies=pl.col("currency").n_unique() if "currency" in names else pl.lit(1),
    )
    groups = rows.select(table.replaced_by).n_unique() if rows.height else 0
    quantity, money, currencies = sums.row(0)
    return Totals(rows.height, quantity, money if currencies < 2 else None, groups)


def changed(change: Change) -> TableChange:
    """What a change of one table takes out of it and puts in."""
    return between(change.table, change.before, change.after)


def between(table: Table, before: pl.DataFrame, after: pl.DataFrame) -> TableChange:
    """What it means for a table that the rows of `before` go and those of `after` come."""
    out, into = totals(table, before), totals(table, after)
    names = list(table.replaced_by)
    replaced: list[str] = []
    if table.dated_by and set(names) <= _PLACES and before.height:
        groups = before.select(names).unique().sort(names, nulls_last=True)
        replaced = [group_name(group) for group in groups.head(NAMED).iter_rows()]
    return TableChange(
        table.name,
        into.rows,
        out.rows,
        into.qty,
        out.qty,
        into.value,
        out.value,
        into.groups,
        out.groups,
        tuple(replaced),
    )


def group_name(group: Sequence[object]) -> str:
    """A day and its warehouse as one text, such as `2026-10-31 W1`."""
    return " ".join("" if part is None else str(part) for part in group)


def unshared(table: Table, before: Sequence[str], after: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows (contract columns) that only the files `before` hold, and those that only `after` holds.

    Files that stand on both sides are not read.
    """
    columns = [column.name for column in table.columns]
    was = stored(table, [path for path in before if path not in set(after)]).select(columns).collect()
    comes = stored(table, [path for path in after if path not in set(before)]).select(columns).collect()
    return distinct_rows(was, comes)


def distinct_rows(was: pl.DataFrame, comes: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The same rows without those that stand on both sides, one for one."""
    if was.is_empty() or comes.is_empty():
        return was, comes
    sides = _marked(was), _marked(comes)
    return (
        sides[0].join(sides[1], on=_MARKS, how="anti").drop(_MARKS),
        sides[1].join(sides[0], on=_MARKS, how="anti").drop(_MARKS),
    )


def _marked(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with 128 bits that stand for their content, and a number where the same row stands again."""
    rows = rows.with_columns(*(rows.hash_rows(seed).alias(mark) for seed, mark in enumerate(_MARKS[:2])))
    is_repeated = rows.select(_MARKS[:2]).n_unique() < rows.height
    number = pl.int_range(pl.len()).over(_MARKS[:2]) if is_repeated else pl.lit(0, pl.Int64())
    return rows.with_columns(number.alias(_MARKS[2]))


def _sum(values: pl.Expr) -> pl.Expr:
    """The sum, null where there is no value at all."""
    return pl.when(values.count() > 0).then(values.sum())
