"""A policy change over many positions: how long until every one has its new tier."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from queries.filters import Filters
from queries.lake.contract import table
from queries.lake.keeping.replace import schema
from tests.ageing.ledgers import FIRST_DAY
from tests.bench.clock import clocked
from tests.bench.figures import Figure
from tests.bench.lake import engine_over

POSITIONS = 2_000_000
WAREHOUSES = 5
DAYS = 900
CHANGES = (200, 240, 280, 320, 400, 440, 480)
"""Days after which stock is dead, one policy after the other."""


def write_stock(folder: Path, positions: int) -> None:
    """One snapshot: every item in every warehouse, with when it came and when it was last issued."""
    random = np.random.default_rng(1)
    folder.mkdir(parents=True, exist_ok=True)
    at = np.arange(positions)
    frame = pl.DataFrame(
        {
            "item": at // WAREHOUSES,
            "warehouse": at % WAREHOUSES,
            "qty": random.integers(1, 500, positions),
            "unit_cost": random.integers(1, 200, positions)[at // WAREHOUSES],
            "received": random.integers(0, DAYS, positions),
            "issued": random.integers(0, DAYS, positions),
        }
    )
    last = pl.lit(FIRST_DAY + timedelta(days=DAYS))
    days_ago = (pl.duration(days=pl.max_horizontal("received", each)) for each in ("received", "issued"))
    received_on, last_issued_on = (last - ago for ago in days_ago)
    stock = frame.select(
        last.alias("snapshot_on"),
        pl.format("I{}", "item").alias("item_id"),
        pl.format("W{}", "warehouse").alias("warehouse_id"),
        "qty",
        "unit_cost",
        received_on.alias("received_on"),
        last_issued_on.alias("last_issued_on"),
    )
    types = schema(table("stock"))
    given = {name: pl.col(name) if name in stock.columns else pl.lit(None).alias(name) for name in types}
    stock.select(given[name].cast(kind) for name, kind in types.items()).write_parquet(
        folder / "stock.parquet"
    )


def measure(folder: Path, positions: int = POSITIONS) -> Iterator[Figure]:
    """Median over several policies of the SQL that re-tiers all, once the facts are kept and were read."""
    command = f"python -m tests.bench --only policy --positions {positions}"
    lake = folder / f"stock-{positions}"
    write_stock(lake, positions)
    with TemporaryDirectory(dir=folder) as home:
        engine = engine_over(lake, Path(home))

        def tiers(days: int) -> float:
            with engine.question("mart_tiered_stock", Filters(dead_after_days=days)) as stock:
                wanted = stock.aggregate("tier, count(*) as positions, sum(value) as value", "tier")
                rows, took = clocked(wanted.fetchall)
                assert sum(row[1] for row in rows) == positions
                return took.seconds

        def totals(days: int) -> float:
            with engine.question("mart_totals", Filters(dead_after_days=days)) as relation:
                return clocked(relation.fetchall)[1].seconds

        _, first = clocked(lambda: engine.answer("mart_totals"))
        tiers(365)
        yield Figure("policy", "positions", positions, "", "", command)
        yield Figure("policy", "facts built and first answer", first.seconds, "s", "", command)
        by_tier = 1000 * median(tiers(days) for days in CHANGES)
        yield Figure("policy", "value by tier after a policy change", by_tier, "ms", "< 100", command)
        board = 1000 * median(totals(days) for days in CHANGES)
        yield Figure("policy", "the board's totals after a policy change", board, "ms", "", command)
        engine.close()
