"""What may be true but seldom is: such a load waits until a person says yes.

`doubts_in_file` needs the file alone; `doubts_against` compares with what the lake holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from queries.lake.contract import Table
from queries.lake.problems import AT_MOST, ROW, Problem, problems_of, the_rest
from queries.lake.replace import Change, stored

OUTGOING = ("issue", "production_out", "supplier_return", "scrap")
"""Kinds whose quantity is negative, but for reversals."""


def doubts_in_file(
    frame: pl.DataFrame, table: Table, origin: Mapping[str, str], today: date
) -> list[Problem]:
    """Dates after tomorrow, and outgoing movements without a minus anywhere in the file."""
    found: list[Problem] = []
    limit = today + timedelta(days=1)
    for column in table.columns:
        if column.happened and frame[column.name].null_count() < frame.height:
            late = frame.filter(pl.col(column.name) > limit)
            if late.height:
                rows = late.select(ROW, pl.col(column.name).cast(pl.String).alias("value"))
                found += problems_of("future_date", rows, origin[column.name], {"today": today.isoformat()})
    if table.name == "movements":
        plus = frame.filter(pl.col("kind").is_in(OUTGOING) & (pl.col("qty") > 0))
        if plus.height and not frame.select((pl.col("qty") < 0).any()).item():
            row, value = plus.select(ROW, pl.col("qty").cast(pl.String)).row(0)
            facts = {"count": plus.height}
            found.append(Problem("signs_lost", row, origin.get("qty", "qty"), value, facts))
    return found


def doubts_against(change: Change, paths: Sequence[str]) -> list[Problem]:
    """What the load would take away: other content of a loaded day or document, half of a warehouse's stock.

    `paths` are the files that hold the table now.
    """
    if change.table.name == "stock":
        return _other_snapshots(change) + _shrunken_snapshots(change, paths)
    if change.table.name == "movements":
        return _other_documents(change)
    return []


def _other_snapshots(change: Change) -> list[Problem]:
    keys = ["snapshot_on", "warehouse_id"]
    both = _totals(change.before, "old_").join(_totals(change.after), on=keys).sort(keys)
    return _snapshot_problems("snapshot_differs", both)


def _shrunken_snapshots(change: Change, paths: Sequence[str]) -> list[Problem]:
    fresh = _totals(change.after).sort("snapshot_on")
    held = stored(change.table, paths).filter(pl.col("snapshot_on") < fresh["snapshot_on"].max())
    earlier = _totals(held.select("snapshot_on", "warehouse_id", "qty").collect(), "old_").sort("snapshot_on")
    shrunken = (
        fresh.join_asof(
            earlier.with_columns(pl.col("snapshot_on").alias("(before)")),
            on="snapshot_on",
            by="warehouse_id",
            strategy="backward",
            allow_exact_matches=False,
            check_sortedness=False,
        )
        .filter((pl.col("rows") * 2 < pl.col("old_rows")) | (pl.col("qty") * 2 < pl.col("old_qty")))
        .with_columns(pl.col("(before)").alias("snapshot_on"))
        .sort("snapshot_on", "warehouse_id")
    )
    return _snapshot_problems("snapshot_shrinks", shrunken)


def _other_documents(change: Change) -> list[Problem]:
    documents = change.before.select("posted_on", "document_id").unique().sort("posted_on", "document_id")
    found = [
        Problem(
            "document_differs", None, "document_id", document, {"document": document, "date": str(posted_on)}
        )
        for posted_on, document in documents.head(AT_MOST).iter_rows()
    ]
    return found + the_rest(found, documents.height)


def _totals(rows: pl.DataFrame, prefix: str = "") -> pl.DataFrame:
    return rows.group_by("snapshot_on", "warehouse_id").agg(
        pl.len().cast(pl.Int64).alias(f"{prefix}rows"), pl.col("qty").sum().alias(f"{prefix}qty")
    )


def _snapshot_problems(code: str, snapshots: pl.DataFrame) -> list[Problem]:
    found = [
        Problem(
            code,
            None,
            "snapshot_on",
            str(each["snapshot_on"]),
            {
                "date": str(each["snapshot_on"]),
                "warehouse": each["warehouse_id"],
                **{name: _plain(each[name]) for name in ("old_rows", "old_qty", "rows", "qty")},
            },
        )
        for each in snapshots.head(AT_MOST).to_dicts()
    ]
    return found + the_rest(found, snapshots.height)


def _plain(number: object) -> str:
    """A number for a sentence: thousands parted, no zeros behind the last decimal."""
    text = f"{number:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text
