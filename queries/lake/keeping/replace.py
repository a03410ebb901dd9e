"""What a load changes in a table: which groups are new, which differ, which rows to write instead.

A group is what a load replaces as a whole (`Table.replaced_by`): a day's stock of a warehouse, a document, an
item. Groups the lake already holds with the same rows are left alone, so loading twice changes nothing. Two
loads are otherwise: rows that were set aside and come mended join their group, and a ledger without document
numbers replaces its days in its warehouses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from queries.lake.cells.cast import delta_type
from queries.lake.contract import Table

_CONTENT = (
    "kind", "item_id", "warehouse_id", "lot_id", "qty", "counted_qty", "unit_cost", "reference_id",
    "partner_id",
)  # fmt: skip


How = Literal["groups", "supplement", "period"]
"""groups: a group gives way to the rows that come. supplement: the rows join what their groups hold, one of
the same key gives way. period: the days from the first to the last, in the warehouses that come, give way."""

_LAST = 2**63 - 1
"""Stands after every line number."""


@dataclass(frozen=True)
class Change:
    """Rows to write to one table and where: all rows in `scope` (a predicate) give way to `rows`.

    Without `scope`, `rows` are added where `adds`, else they are the whole new table. `before` are the rows
    that go, `after` those that come instead or anew: both only of groups that differ, contract columns only.
    `how` is what the load replaces.
    """

    table: Table
    rows: pl.DataFrame
    scope: str
    adds: bool
    before: pl.DataFrame
    after: pl.DataFrame
    how: How = "groups"


def schema(table: Table) -> dict[str, pl.DataType]:
    """Columns of the Delta table: the contract's, the order of its lines if it has one, the load's id."""
    columns = {column.name: delta_type(column) for column in table.columns}
    return columns | dict.fromkeys(table.order, pl.Int64()) | {"load_id": pl.String()}


def stored(table: Table, paths: Sequence[str]) -> pl.LazyFrame:
    """The rows of a table's committed files; columns the contract gained since are null."""
    if not paths:
        return pl.LazyFrame(schema=schema(table))
    return pl.scan_parquet(
        list(paths), schema=schema(table), missing_columns="insert", extra_columns="ignore", glob=False
    )


def change(
    table: Table, paths: Sequence[str], incoming: pl.DataFrame, load_id: str, how: How = "groups"
) -> Change | None:
    """What these rows (contract columns) change in the table held by `paths`; None if nothing."""
    columns = [column.name for column in table.columns]
    groups = list(table.replaced_by)
    incoming = incoming.select(columns)
    held = stored(table, paths)
    if not paths:
        before, after = held.collect(), incoming
    elif how == "period":
        before, after = _unlike(_of_period(held, incoming), incoming, groups)
    else:
        keys = incoming.select(groups).unique()
        old = held.join(keys.lazy(), on=groups, how="semi", nulls_equal=True).collect()
        comes = _joined_to(table, old, incoming) if how == "supplement" else incoming
        before, after = _unlike(old, comes, groups)
    if before.is_empty() and after.is_empty():
        return None
    touched = pl.concat([before.select(columns), after])
    fresh = after.with_columns(pl.lit(load_id).alias("load_id"))
    scope = _scope(table, touched)
    if scope is None and before.is_empty():
        rest = pl.DataFrame(schema=schema(table))
    else:
        within = held if scope is None else held.filter(pl.col(table.dated_by).is_between(*scope))
        rest = within.collect().join(touched.select(groups).unique(), on=groups, how="anti", nulls_equal=True)
    adds = before.is_empty() and rest.is_empty() if scope is not None else before.is_empty()
    rows = pl.concat([rest, fresh], how="diagonal") if rest.height else fresh
    rows = sequenced(rows) if table.order else rows.sort(groups)
    return Change(
        table=table,
        rows=rows.select(list(schema(table))),
        scope="" if adds or scope is None else _predicate(table.dated_by, scope),
        adds=adds,
        before=before.select(columns),
        after=after,
        how=how,
    )


def sequenced(lines: pl.DataFrame) -> pl.DataFrame:
    """Ledger lines in their order, `seq` = 1, 2, 3 … within each posted_on, whatever order they came in.

    `document_seq` is the seq of the document's first line on that day.

    Documents of a day stand by their smallest line number (those without any last), then by document_id;
    lines of a document by line number (those without last), then by content.
    """
    by = ["posted_on", "document_id", "line_no"]
    ordered = lines.sort(by, nulls_last=True)
    if ordered.select(pl.all_horizontal(_as_above(name) for name in by).any()).item():
        ordered = lines.sort([*by, *_CONTENT], nulls_last=True)
    opens = ~pl.all_horizontal(_as_above(name) for name in by[:2])
    numbered = (
        ordered.with_columns(
            pl.when(opens).then(pl.col("line_no").fill_null(_LAST)).forward_fill().alias("(first)"),
            opens.cum_sum().alias("(document)"),
        )
        .sort("posted_on", "(first)", "(document)", maintain_order=True)
        .drop("(first)", "(document)")
        .with_columns(pl.int_range(1, pl.len() + 1, dtype=pl.Int64).over("posted_on").alias("seq"))
    )
    return numbered.with_columns(pl.when(opens).then("seq").forward_fill().alias("document_seq"))


def _as_above(column: str) -> pl.Expr:
    """Whether a cell equals the one above it; the first row has none above."""
    return (pl.col(column).eq_missing(pl.col(column).shift())) & (pl.int_range(pl.len()) > 0)


def _unlike(
    old: pl.DataFrame, incoming: pl.DataFrame, groups: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Old and incoming rows of the groups whose rows are not the same on both sides."""
    if old.is_empty():
        return old, incoming
    columns = incoming.columns
    was, comes = (each.group_by(columns).len() for each in (old.select(columns), incoming))
    same = [*columns, "len"]
    differs = pl.concat(
        [
            was.join(comes, on=same, how="anti", nulls_equal=True).select(groups),
            comes.join(was, on=same, how="anti", nulls_equal=True).select(groups),
        ]
    ).unique()
    return (
        old.join(differs, on=groups, how="semi", nulls_equal=True),
        incoming.join(differs, on=groups, how="semi", nulls_equal=True),
    )


def _joined_to(table: Table, old: pl.DataFrame, incoming: pl.DataFrame) -> pl.DataFrame:
    """Incoming rows beside the old ones of their groups, in place of those with the same key.

    A ledger line without a number of its own has no key: one that stands there already is not added again.
    """
    columns, keys = incoming.columns, list(table.key)
    numbered = pl.col("line_no").is_not_null() if table.order else pl.lit(value=True)
    keyed, loose = incoming.filter(numbered), incoming.filter(~numbered)
    kept = old.select(columns).join(keyed.select(keys), on=keys, how="anti", nulls_equal=True)
    fresh = loose.join(kept, on=columns, how="anti", nulls_equal=True)
    return pl.concat([kept, keyed, fresh])


def _of_period(held: pl.LazyFrame, incoming: pl.DataFrame) -> pl.DataFrame:
    """The ledger's lines of the days from the first to the last that come, in the warehouses that come."""
    first, last = incoming.select(pl.min("posted_on"), pl.max("posted_on").alias("last")).row(0)
    places = incoming.select("warehouse_id").unique()
    return (
        held.filter(pl.col("posted_on").is_between(first, last))
        .join(places.lazy(), on="warehouse_id", how="semi", nulls_equal=True)
        .collect()
    )


def numbered_documents(lines: pl.DataFrame) -> pl.DataFrame:
    """Ledger lines with a document_id made of their content, so that each line is its own document.

    The same line has the same number in every file; of several that are all alike each has its own.
    """
    content = ["posted_on", *_CONTENT, "line_no"]
    text = pl.concat_str(
        [pl.col(name).cast(pl.String).fill_null("\x00") for name in content], separator="\x1f"
    )
    made = lines.with_columns(text.alias("(text)")).with_columns(
        pl.int_range(1, pl.len() + 1).over("(text)").alias("(of the same)")
    )
    digest = pl.col("(text)").map_elements(
        lambda said: hashlib.sha256(said.encode()).hexdigest()[:16], return_dtype=pl.String
    )
    return made.with_columns(
        pl.format("line-{}-{}", digest, pl.col("(of the same)")).alias("document_id")
    ).drop("(text)", "(of the same)")


def _scope(table: Table, after: pl.DataFrame) -> tuple[date, date] | None:
    """First and last day touched; None for a table without days, which is written anew."""
    if not table.dated_by:
        return None
    first, last = after.select(pl.min(table.dated_by), pl.max(table.dated_by).alias("last")).row(0)
    return first, last


def _predicate(column: str, scope: tuple[date, date]) -> str:
    return f"{column} >= '{scope[0]}' and {column} <= '{scope[1]}'"
