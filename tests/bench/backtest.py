"""The back-test over two years of positions: the first time it is asked, and with another threshold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl

from queries.filters import Filters
from queries.lake.contract import table
from queries.lake.keeping.replace import schema, sequenced
from tests.bench.clock import clocked
from tests.bench.figures import Figure
from tests.bench.lake import engine_over

POSITIONS = 200_000
WAREHOUSES = 5
MONTHS = 24
LAST_DAY = date(2026, 10, 31)
LINES = 16
"""Ledger lines a position: what came in first, then uses on random days until the day it is used last."""
VIEWS = ("mart_backtest_totals", "mart_backtest_curve", "mart_backtest_methods", "mart_backtest_overlap")
CHANGES = (120, 150, 210, 240, 300)


def write(folder: Path, positions: int) -> None:
    """Month-end snapshots and a ledger, in which one item in five stops being used on some day."""
    random = np.random.default_rng(2)
    folder.mkdir(parents=True, exist_ok=True)
    first = LAST_DAY - timedelta(days=30 * MONTHS + 20)
    span = (LAST_DAY - first).days
    at = np.repeat(np.arange(positions), LINES)
    stops = np.where(random.random(positions) < 0.2, random.integers(60, span, positions), span)
    day = np.sort((random.random((positions, LINES)) * stops[:, None]).astype(int), axis=1)
    day[:, 0] = 0
    qty = -random.integers(1, 20, (positions, LINES))
    qty[:, 0] = 400
    lines = pl.DataFrame(
        {"at": at, "day": day.ravel(), "qty": qty.ravel(), "n": np.tile(np.arange(LINES), positions)}
    ).with_columns(
        (pl.lit(first) + pl.duration(days="day")).alias("posted_on"),
        pl.when(pl.col("n") == 0).then(pl.lit("receipt")).otherwise(pl.lit("issue")).alias("kind"),
        pl.format("D{}-{}", "at", "n").alias("document_id"),
        *_place(),
    )
    ends = [LAST_DAY.replace(day=1) - timedelta(days=1)]
    while len(ends) < MONTHS - 1:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    ends = [LAST_DAY, *ends]
    shelves = [
        lines.filter(pl.col("posted_on") <= end)
        .group_by("at", "item_id", "warehouse_id")
        .agg(pl.col("qty").sum())
        .with_columns(
            pl.lit(end).alias("snapshot_on"), (pl.col("at") // WAREHOUSES % 190 + 10).alias("unit_cost")
        )
        for end in ends
    ]
    for name, frame in (("movements", lines), ("stock", pl.concat(shelves))):
        contract = table(name)
        types = schema(contract)
        given = {n: pl.col(n) if n in frame.columns else pl.lit(None).alias(n) for n in types}
        typed = frame.select(given[n].cast(kind) for n, kind in types.items())
        (sequenced(typed) if contract.order else typed).write_parquet(folder / f"{name}.parquet")


def _place() -> tuple[pl.Expr, pl.Expr]:
    at = pl.col("at")
    return (
        pl.format("I{}", at // WAREHOUSES).alias("item_id"),
        pl.format("W{}", at % WAREHOUSES).alias("warehouse_id"),
    )


def measure(folder: Path, positions: int = POSITIONS) -> Iterator[Figure]:
    """Seconds of the page's questions: with the board's facts kept, with nothing kept, and asked anew."""
    command = f"python -m tests.bench --only backtest --backtest-positions {positions}"
    lake = folder / f"backtest-{positions}"
    write(lake, positions)

    def asked(days: int | None = None) -> None:
        for view in VIEWS:
            engine.answer(view, Filters(slow_after_days=days))

    yield Figure("backtest", "positions", positions, "", "", command)
    yield Figure("backtest", "months", MONTHS, "", "", command)
    with TemporaryDirectory(dir=folder) as home:
        engine = engine_over(lake, Path(home))
        _, board = clocked(lambda: engine.answer("mart_totals"))
        _, first = clocked(asked)
        again = [clocked(lambda days=days: asked(days))[1].seconds for days in CHANGES]  # type: ignore[misc]
        assert engine.answer("mart_backtest_totals").to_pylist()[0]["has_enough"]
        yield Figure("backtest", "the board's facts and first answer", board.seconds, "s", "", command)
        yield Figure("backtest", "back-test, first time", first.seconds, "s", "< 10", command)
        yield Figure("backtest", "back-test, another threshold", median(again), "s", "", command)
        engine.close()
