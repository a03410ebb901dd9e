"""What is loaded all the same but worth a word: each is only noted, with how often it stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from queries.lake.cells.cast import dates_among_codes
from queries.lake.cells.numbers import pieces
from queries.lake.contract import Table
from queries.lake.keeping.replace import Change
from queries.lake.problems import ROW, Problem, listed, shortened

OLD_YEARS = 20
"""A receipt so many years ago is worth a word: it may be a date a program makes up for none."""


def remarks_on(frame: pl.DataFrame, table: Table, origin: Mapping[str, str], today: date) -> list[Problem]:
    """What is odd in a file's typed rows: codes, receipts long ago, costs of nothing or less."""
    found: list[Problem] = []
    for name in ("item_id", "warehouse_id"):
        if name in frame.columns and frame[name].null_count() < frame.height:
            found += _odd_codes(frame, name, origin.get(name, name))
    limit = date(today.year - OLD_YEARS, today.month, 1)
    if "received_on" in frame.columns:
        found += _counted("old_receipt", frame, "received_on", pl.col("received_on") < limit, origin)
    if table.name == "movements":
        is_old = (pl.col("kind") == "receipt") & (pl.col("posted_on") < limit)
        found += _counted("old_receipt", frame, "posted_on", is_old, origin)
    if "unit_cost" in frame.columns:
        found += _counted("no_cost", frame, "unit_cost", pl.col("unit_cost") == 0, origin)
        found += _counted("negative_cost", frame, "unit_cost", pl.col("unit_cost") < 0, origin)
    return found


def parted_pieces(frame: pl.DataFrame, units: pl.DataFrame, origin: Mapping[str, str]) -> list[Problem]:
    """Quantities with a fraction of items that are counted in pieces; `units` has item_id and unit."""
    whole = units.filter(pl.col("unit").str.to_lowercase().is_in(list(pieces())))
    qty = next((name for name in ("qty", "counted_qty") if name in frame.columns), None)
    if qty is None or "item_id" not in frame.columns or whole.is_empty():
        return []
    parted = frame.filter(pl.col(qty) != pl.col(qty).round(0)).join(
        whole.select("item_id").unique(), on="item_id", how="semi"
    )
    return _counted("parted_pieces", parted, qty, pl.lit(value=True), origin)


def absent_warehouses(change: Change, newest: pl.DataFrame) -> list[Problem]:
    """Warehouses with older stock that this load's newest day does not mention: they keep it.

    `newest` has warehouse_id and snapshot_on: each warehouse's newest day in the lake.
    """
    if change.table.name != "stock" or change.after.is_empty():
        return []
    day = change.after["snapshot_on"].max()
    mine = change.after.filter(pl.col("snapshot_on") == day).select("warehouse_id").unique()
    absent = newest.filter(pl.col("snapshot_on") < day).join(mine, on="warehouse_id", how="anti")
    if absent.is_empty():
        return []
    absent = absent.sort("warehouse_id")
    named = listed(
        f"{place} ({on})" for place, on in absent.select("warehouse_id", "snapshot_on").iter_rows()
    )
    facts = {"count": absent.height, "warehouses": named, "date": str(day)}
    return [Problem("warehouse_absent", None, "warehouse_id", named, facts)]


def _odd_codes(frame: pl.DataFrame, name: str, header: str) -> list[Problem]:
    codes = frame[name].drop_nulls().unique(maintain_order=True)
    found: list[Problem] = []
    variants = (
        codes.to_frame("code")
        .group_by(pl.col("code").str.to_lowercase().alias("same"), maintain_order=True)
        .agg("code")
        .filter(pl.col("code").list.len() > 1)
    )
    if variants.height:
        pairs = [" / ".join(each) for each in variants["code"].to_list()]
        first = frame.filter(pl.col(name) == variants["code"][0][1])[ROW][0]
        facts = {"count": variants.height, "codes": listed(pairs, 6)}
        found.append(Problem("case_variant", first, header, shortened(pairs[0]), facts))
    dated = dates_among_codes(codes)
    if len(dated):
        first = frame.filter(pl.col(name) == dated[0])[ROW][0]
        facts = {"count": len(dated), "codes": listed(dated.to_list(), 6)}
        found.append(Problem("date_for_code", first, header, shortened(dated[0]), facts))
    return found


def _counted(
    code: str, frame: pl.DataFrame, name: str, where: pl.Expr, origin: Mapping[str, str]
) -> list[Problem]:
    if frame[name].null_count() == frame.height:
        return []
    rows = frame.filter(where)
    if rows.is_empty():
        return []
    shown = pl.col(name).cast(pl.String).str.replace(r"\.0+$|(\.[0-9]*[1-9])0+$", "$1")
    row, value = rows.select(ROW, shown).row(0)
    return [Problem(code, row, origin.get(name, name), shortened(value), {"count": rows.height})]
