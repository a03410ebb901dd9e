"""What a load would change in the lake as it stands, and what of that a person should see before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from queries.lake.checking.gather import Gathered
from queries.lake.checking.hold import doubts_against, strangers, worth_of
from queries.lake.checking.remarks import absent_warehouses, parted_pieces
from queries.lake.contract import table
from queries.lake.keeping.replace import Change, change, stored
from queries.lake.problems import FILE, ROW, Problem, listed
from queries.lake.versions import DataVersion, Lake

_MASTERS = {"item_id": "items", "warehouse_id": "warehouses"}

TOTALS: dict[str, pl.DataType] = {
    "table": pl.String(),
    "day": pl.Date(),
    "warehouse_id": pl.String(),
    "rows": pl.Int64(),
    "qty": pl.Decimal(38, 4),
    "value": pl.Decimal(38, 8),
    "last_day": pl.Date(),
    "last_rows": pl.Int64(),
    "last_qty": pl.Decimal(38, 4),
    "last_value": pl.Decimal(38, 8),
}
"""Columns of `totals`: what comes of each day and warehouse, beside the newest snapshot up to that day."""


@dataclass(frozen=True)
class Comparison:
    """Changes by table, what waits for a yes, what is refused against the lake, what is only said."""

    changes: Mapping[str, Change] = field(default_factory=dict)
    doubts: tuple[Problem, ...] = ()
    refusals: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


class Known:
    """What the lake and the load together know of items, warehouses and rates: asked only where needed."""

    def __init__(self, lake: Lake, current: DataVersion | None, gathered: Sequence[Gathered]) -> None:
        self._lake, self._current = lake, current
        self._comes = {each.table.name: each.rows for each in gathered}
        self._paths: dict[str, list[str]] = {}

    def paths(self, name: str) -> list[str]:
        """The committed files of a table, their bytes compared with the record."""
        if name not in self._paths:
            self._paths[name] = []
            if self._current and name in self._current.tables:
                self._lake.verify_files(self._current, [name])
                self._paths[name] = self._lake.files(self._current, name)
        return self._paths[name]

    def column(self, name: str, columns: Sequence[str]) -> pl.DataFrame:
        """Columns of a table, those of the load first."""
        comes = self._comes.get(name)
        held = stored(table(name), self.paths(name)).select(columns).collect()
        return held if comes is None else pl.concat([comes.select(columns), held])

    def codes(self) -> dict[str, pl.Series]:
        """Known items and warehouses by column; a master table that is empty knows nothing."""
        found = {key: self.column(name, [key])[key].unique() for key, name in _MASTERS.items()}
        return {key: codes for key, codes in found.items() if len(codes)}

    def costs(self) -> pl.DataFrame:
        """item_id and item_cost of the items that have one."""
        costs = self.column("items", ["item_id", "unit_cost"]).rename({"unit_cost": "item_cost"})
        return costs.filter(pl.col("item_cost") != 0).unique("item_id", keep="first", maintain_order=True)

    def units(self, named: pl.DataFrame) -> pl.DataFrame:
        """item_id and unit of the items that have one; those the files name go first."""
        units = pl.concat([named, self.column("items", ["item_id", "unit"]).drop_nulls()])
        return units.unique("item_id", keep="first", maintain_order=True)

    def rated(self) -> frozenset[str]:
        """Currencies with an exchange rate."""
        return frozenset(self.column("exchange_rates", ["currency"])["currency"].unique().to_list())


def compare(
    lake: Lake, current: DataVersion | None, gathered: Sequence[Gathered], load_id: str
) -> Comparison:
    """What these rows change in that data version, and what to say of it. Errors: LakeDamaged."""
    known = Known(lake, current, gathered)
    changes: dict[str, Change] = {}
    doubts: list[Problem] = []
    notes: list[Problem] = []
    refusals: list[Problem] = []
    for each in gathered:
        if each.rows.is_empty():
            continue
        name = each.table.name
        refusals += _mixed_currencies(each, known)
        paths = known.paths(name)
        difference = change(each.table, paths, each.rows, load_id, each.how)
        if difference is None:
            continue
        changes[name] = difference
        if paths:
            doubts += doubts_against(difference, paths, known.costs())
        doubts += strangers(difference, known.codes())
        notes += parted_pieces(each.rows, known.units(each.units), each.origin)
        if name == "stock" and paths:
            notes += absent_warehouses(difference, _newest(paths))
    return Comparison(changes, tuple(doubts), tuple(refusals), tuple(notes))


def totals(lake: Lake, current: DataVersion | None, gathered: Sequence[Gathered]) -> pl.DataFrame:
    """Rows, quantity and book value that come, by table, day and warehouse, beside the newest that stand."""
    known = Known(lake, current, gathered)
    found: list[pl.DataFrame] = [pl.DataFrame(schema=TOTALS)]
    for each in gathered:
        name = each.table.name
        day = each.table.dated_by
        if name not in ("stock", "counts"):
            days = each.rows[day] if day else pl.Series([], dtype=pl.Date)
            row = {"table": name, "day": days.max() if len(days) else None, "rows": each.rows.height}
            found.append(pl.DataFrame([row], schema_overrides=TOTALS))
            continue
        keys = [day, "warehouse_id"]
        comes = worth_of(each.rows, keys, known.costs())
        held = stored(each.table, known.paths(name))
        days_held = (
            held.select(pl.col(day).alias("last_day"), "warehouse_id")
            .unique()
            .join(comes.lazy().select(keys), on="warehouse_id")
            .filter(pl.col("last_day") <= pl.col(day))
            .group_by(keys)
            .agg(pl.col("last_day").max())
            .collect()
        )
        there = held.join(
            days_held.lazy().select(pl.col("last_day").alias(day), "warehouse_id").unique(),
            on=keys,
            how="semi",
        )
        was = worth_of(there.collect(), keys, known.costs(), "last_").rename({day: "last_day"})
        both = comes.join(days_held, on=keys, how="left").join(
            was, on=["last_day", "warehouse_id"], how="left"
        )
        found.append(
            both.sort(keys).select(pl.lit(name).alias("table"), pl.col(day).alias("day"), *list(TOTALS)[2:])
        )
    return pl.concat(
        [
            each.with_columns(pl.col(n).cast(k) for n, k in TOTALS.items() if n in each.columns)
            for each in found
        ],
        how="diagonal",
    )


def _newest(paths: Sequence[str]) -> pl.DataFrame:
    """Each warehouse's newest day of stock."""
    held = stored(table("stock"), paths)
    return held.group_by("warehouse_id").agg(pl.col("snapshot_on").max()).collect()


def _mixed_currencies(each: Gathered, known: Known) -> list[Problem]:
    """Stock in several currencies, of which more than the company's own has no rate."""
    if "currency" not in each.rows.columns or each.table.name != "stock":
        return []
    named = each.rows["currency"].drop_nulls().unique(maintain_order=True).to_list()
    if len(named) < 2 or len(set(named) - known.rated()) < 2:
        return []
    header = each.origin.get("currency", "currency")
    row, file = each.rows.filter(pl.col("currency") == named[1]).select(ROW, FILE).row(0)
    return [Problem("mixed_currencies", row, header, named[1], {"currencies": listed(named)}, file)]
