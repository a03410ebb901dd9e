"""What may be true but seldom is: such a load waits until a person says yes.

`doubts_in_file` needs the file alone; `doubts_against` compares with what the lake holds, `strangers` with
the items and warehouses that are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from queries.lake.contract import Table
from queries.lake.keeping.replace import Change, stored
from queries.lake.problems import AT_MOST, ROW, Problem, listed, problems_of, the_rest

OUTGOING = ("issue", "production_out", "supplier_return", "scrap")
"""Kinds whose quantity is negative, but for reversals."""

_MONEY = pl.Decimal(38, 8)
_NAMED = 5
_OWN = {"item_id": "items", "warehouse_id": "warehouses"}


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
                header = origin.get(column.name, column.name)
                found += problems_of("future_date", rows, header, {"today": today.isoformat()})
    if table.name == "movements":
        plus = frame.filter(pl.col("kind").is_in(OUTGOING) & (pl.col("qty") > 0))
        if plus.height and not frame.select((pl.col("qty") < 0).any()).item():
            row, value = plus.select(ROW, pl.col("qty").cast(pl.String)).row(0)
            facts = {"count": plus.height}
            found.append(Problem("signs_lost", row, origin.get("qty", "qty"), value, facts))
    return found


def doubts_against(change: Change, paths: Sequence[str], costs: pl.DataFrame) -> list[Problem]:
    """What the load would take away: other content of a loaded day or document, half of a warehouse's stock.

    `paths` are the files that hold the table now; `costs` has item_id and item_cost, for stock that names no
    cost of its own.
    """
    if change.how == "supplement":
        columns = change.after.columns
        if change.before.join(change.after, on=columns, how="anti", nulls_equal=True).is_empty():
            return _of_new_days(change, paths, costs)
    if change.how == "period":
        return _other_period(change)
    if change.table.name == "stock":
        return _other_days(change, "snapshot_differs", costs) + _shrunken(change, paths, costs)
    if change.table.name == "counts":
        return _other_days(change, "count_differs", costs)
    if change.table.name == "movements":
        return _other_documents(change)
    return []


def strangers(change: Change, known: Mapping[str, pl.Series]) -> list[Problem]:
    """Items and warehouses a change brings that their own tables do not name; `known` is by column."""
    found: list[Problem] = []
    for column, codes in known.items():
        if change.table.name == _OWN[column] or column not in change.after.columns:
            continue
        strange = change.after.filter(pl.col(column).is_not_null() & ~pl.col(column).is_in(codes.implode()))
        names = strange[column].unique(maintain_order=True).sort().to_list()
        if names:
            facts = {"count": len(names), _OWN[column]: listed(names, _NAMED)}
            found.append(Problem(f"unknown_{_OWN[column]}", None, column, listed(names, _NAMED), facts))
    return found


def _other_days(change: Change, code: str, costs: pl.DataFrame) -> list[Problem]:
    keys = list(change.table.replaced_by)
    both = worth_of(change.before, keys, costs, "old_").join(worth_of(change.after, keys, costs), on=keys)
    both = both.join(_first_differences(change, keys), on=keys, how="left").sort(keys)
    return _day_problems(code, both, keys[0])


def _of_new_days(change: Change, paths: Sequence[str], costs: pl.DataFrame) -> list[Problem]:
    """Rows that come mended for a day that is not there: all of that day they would be."""
    if change.table.name != "stock":
        return []
    keys = list(change.table.replaced_by)
    alone = change.after.join(change.before.select(keys).unique(), on=keys, how="anti", nulls_equal=True)
    return _shrunken(replace(change, after=alone), paths, costs) if alone.height else []


def _shrunken(change: Change, paths: Sequence[str], costs: pl.DataFrame) -> list[Problem]:
    keys = ["snapshot_on", "warehouse_id"]
    fresh = worth_of(change.after, keys, costs)
    held = stored(change.table, paths)
    days = (
        held.select(keys)
        .unique()
        .join(fresh.lazy().select("warehouse_id", pl.col("snapshot_on").alias("comes")), on="warehouse_id")
        .filter(pl.col("snapshot_on") < pl.col("comes"))
        .group_by("warehouse_id", "comes")
        .agg(pl.col("snapshot_on").max())
        .collect()
    )
    if days.is_empty():
        return []
    before = held.join(days.select(keys).unique().lazy(), on=keys, how="semi")
    earlier = worth_of(before.select(*keys, "item_id", "qty", "unit_cost").collect(), keys, costs, "old_")
    money = pl.col("value").is_not_null() & pl.col("old_value").is_not_null()
    shrunken = (
        days.join(earlier, on=keys)
        .join(fresh.rename({"snapshot_on": "comes"}), on=["warehouse_id", "comes"])
        .filter(
            (pl.col("rows") * 2 < pl.col("old_rows"))
            | (money & (pl.col("value") * 2 < pl.col("old_value")))
            | (~money & (pl.col("qty") * 2 < pl.col("old_qty")))
        )
        .sort(keys)
    )
    return _day_problems("snapshot_shrinks", shrunken, "snapshot_on")


def _other_documents(change: Change) -> list[Problem]:
    keys = ["posted_on", "document_id"]
    sums = [pl.len().alias("rows"), pl.col("qty").sum()]
    was = change.before.group_by(keys).agg(sums).rename({"rows": "old_rows", "qty": "old_qty"})
    both = was.join(change.after.group_by(keys).agg(sums), on=keys, how="left", nulls_equal=True).sort(keys)
    shown = both.head(AT_MOST).join(_first_differences(change, keys), on=keys, how="left")
    found = [
        Problem(
            "document_differs",
            None,
            "document_id",
            each["document_id"],
            {
                "document": each["document_id"],
                "date": str(each["posted_on"]),
                "items": each["items"] or "",
                **{name: _plain(each[name]) for name in ("old_rows", "old_qty", "rows", "qty")},
            },
        )
        for each in shown.to_dicts()
    ]
    return found + the_rest(found, both.height)


def _other_period(change: Change) -> list[Problem]:
    if change.before.is_empty():
        return []
    lines = pl.concat([change.before, change.after])
    facts = {
        "first": str(lines["posted_on"].min()),
        "last": str(lines["posted_on"].max()),
        "old_rows": change.before.height,
        "rows": change.after.height,
    }
    return [Problem("period_differs", None, "posted_on", str(facts["first"]), facts)]


def _first_differences(change: Change, keys: list[str]) -> pl.DataFrame:
    """For each group, the first items whose quantity differs, as `item: then → now`."""
    qty = "counted_qty" if change.table.name == "counts" else "qty"
    by = [*keys, "item_id"]
    was = change.before.group_by(by).agg(pl.col(qty).sum().alias("was"))
    comes = change.after.join(change.before.select(keys).unique(), on=keys, how="semi", nulls_equal=True)
    both = was.join(
        comes.group_by(by).agg(pl.col(qty).sum().alias("comes")),
        on=by,
        how="full",
        coalesce=True,
        nulls_equal=True,
    )
    differing = (
        both.filter(pl.col("was").ne_missing(pl.col("comes")))
        .sort(by)
        .group_by(keys, maintain_order=True)
        .head(_NAMED + 1)
    )
    said = pl.Series(
        "items",
        [
            f"{item}: {_plain(was)} \u2192 {_plain(comes)}"
            for item, was, comes in differing.select("item_id", "was", "comes").iter_rows()
        ],
        dtype=pl.String,
    )
    grouped = differing.with_columns(said).group_by(keys, maintain_order=True).agg("items")
    return grouped.with_columns(
        pl.Series("items", [listed(each, _NAMED) for each in grouped["items"].to_list()], dtype=pl.String)
    )


def worth_of(rows: pl.DataFrame, keys: list[str], costs: pl.DataFrame, prefix: str = "") -> pl.DataFrame:
    """Rows, quantity and book value of each group; a value of null where no cost is known at all."""
    qty = "counted_qty" if "counted_qty" in rows.columns else "qty"
    if "unit_cost" in rows.columns:
        cost: pl.Expr = pl.when(pl.col("unit_cost") != 0).then("unit_cost")
        if costs.height:
            rows = rows.join(costs, on="item_id", how="left")
            cost = pl.coalesce(cost, "item_cost")
        worth = pl.col(qty).cast(_MONEY) * cost.cast(_MONEY)
        value: pl.Expr = pl.when(worth.is_not_null().any()).then(worth.sum())
    else:
        value = pl.lit(None, _MONEY).first()
    return rows.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias(f"{prefix}rows"),
        pl.col(qty).sum().alias(f"{prefix}qty"),
        value.alias(f"{prefix}value"),
    )


def _day_problems(code: str, days: pl.DataFrame, day: str) -> list[Problem]:
    found = [
        Problem(
            code,
            None,
            day,
            str(each[day]),
            {
                "date": str(each[day]),
                "warehouse": each["warehouse_id"],
                "items": each.get("items") or "\u2013",
                **{
                    name: _plain(each[name])
                    for name in ("old_rows", "old_qty", "old_value", "rows", "qty", "value")
                },
            },
        )
        for each in days.head(AT_MOST).to_dicts()
    ]
    return found + the_rest(found, days.height)


def _plain(number: object) -> str:
    """A number for a sentence: thousands parted, no zeros behind the last decimal; ? where there is none."""
    if number is None:
        return "?"
    text = f"{number:,}"
    return text.rstrip("0").rstrip(".") if "." in text else text
