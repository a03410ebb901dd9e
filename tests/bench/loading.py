"""A million rows of CSV loaded, beside what DuckDB needs to read them as text and write them as Parquet."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import fastexcel
import polars as pl

from queries.lake.load import Upload, load_files
from queries.lake.reading.read import read
from queries.settings import Settings
from tests.bench.clock import clocked, peak_bytes
from tests.bench.figures import Figure
from tests.bench.memory import ROOT

ROWS = 1_000_000
SHEET_ROWS = 50_000
RUNS = 3


def stock(rows: int) -> pl.DataFrame:
    """A stock list of so many lots, nine columns."""
    number = pl.int_range(rows, dtype=pl.Int64)
    return pl.select(
        snapshot_on=pl.repeat(date(2026, 10, 31), rows),
        item_id=pl.format("M-{}", (number % 50_000).cast(pl.String).str.zfill(6)),
        warehouse_id=pl.format("W{}", number % 20),
        qty=(number * 7 % 10_000) / 4,
        lot_id=pl.format("L{}", number),
        unit_cost=(number * 13 % 9_999) / 100 + 0.01,
        received_on=pl.date(2024, 1, 1).dt.offset_by(pl.format("{}d", number % 900)),
        status=pl.repeat("available", rows),
        currency=pl.repeat("CNY", rows),
    ).with_columns(pl.col("unit_cost").round(2))


def bare(path: Path, parquet: Path) -> None:
    """DuckDB alone: every column as text, written as Parquet."""
    connection = duckdb.connect()
    connection.read_csv(str(path), all_varchar=True).write_parquet(str(parquet))
    connection.close()


def load(path: Path, home: Path) -> dict[str, float]:
    """Load the file into an empty home: seconds, the most bytes held by this process and its readers."""
    shares: list[float] = []
    result, took = clocked(
        lambda: load_files(
            [Upload(path)], Settings(home=home), progress=lambda step, share: shares.append(share)
        )
    )
    if result.status != "loaded":
        raise SystemExit(str(result.as_dict()))
    held = peak_bytes() + sum(map(_peak_of, _children()))
    return {"seconds": took.seconds, "peak_bytes": held, "rows": result.rows, "steps": len(set(shares))}


def measure(folder: Path, rows: int = ROWS) -> Iterator[Figure]:
    """The best of some runs of each, in turns, so that both meet the same machine."""
    command = f"python -m tests.bench --only loading --load-rows {rows}"
    path, parquet = folder / f"stock-{rows}.csv", folder / "bare.parquet"
    if not path.exists():
        stock(rows).write_csv(path)
    alone: list[float] = []
    loads: list[dict[str, float]] = []
    for _ in range(RUNS):
        alone.append(clocked(lambda: bare(path, parquet))[1].seconds)
        with TemporaryDirectory(dir=folder) as home:
            child = (sys.executable, "-m", "tests.bench.loading", str(path), home)
            said = subprocess.run(child, cwd=ROOT, check=True, capture_output=True, text=True).stdout
            loads.append(json.loads(said))
    best = min(each["seconds"] for each in loads)
    yield Figure("loading", "rows of CSV", rows, "", "", command)
    yield Figure("loading", "DuckDB alone, text to Parquet", min(alone), "s", "", command)
    yield Figure("loading", "loaded", best, "s", "", command)
    yield Figure("loading", "times DuckDB alone", best / min(alone), "", "< 4", command)
    held = max(each["peak_bytes"] for each in loads) / 2**30
    yield Figure("loading", "most held, with the reader's process", held, "GiB", "< 1.5", command)
    yield Figure("loading", "places the progress bar stood at", loads[0]["steps"], "", "> 5", command)
    book = folder / "stock.xlsx"
    if not book.exists():
        stock(min(rows, SHEET_ROWS)).write_excel(book)
    own, ours = [], []
    for _ in range(RUNS):
        own.append(clocked(lambda: fastexcel.read_excel(book).load_sheet(0, dtypes="string"))[1].seconds)
        os.utime(book)
        ours.append(clocked(lambda: read(book))[1].seconds)
    yield Figure("loading", "workbook, fastexcel alone", min(own), "s", "", command)
    yield Figure("loading", "workbook read, times fastexcel", min(ours) / min(own), "", "< 4", command)


def _children() -> list[int]:
    own = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    return [int(pid) for pid in own.read_text().split()] if own.exists() else []


def _peak_of(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM")), 0)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(load(Path(sys.argv[1]), Path(sys.argv[2]))))
