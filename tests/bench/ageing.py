"""The chain against the lean replay: the same answer, how much sooner; and how the chain's cost grows."""

from __future__ import annotations

from collections.abc import Iterator
from math import log
from pathlib import Path

import polars as pl

from tests.ageing.lean_replay import Layers, LeanRow, lean_replay, lean_rows
from tests.bench.chain import Chain, parts, total, write_ledger
from tests.bench.clock import Took, best_of
from tests.bench.figures import Figure

ROWS = 700_000
ROWS_A_GROUP = 64
"""Rows over pairs of item and warehouse: 700,000 over 11,000."""
SKEW = 0.3
RUNS = 3
DATED = "fct_ledger_layers"
VALUED = "fct_stock_layers"


def wrong_groups(found: Layers, expected: Layers) -> set[tuple[str, str]]:
    """Pairs of item and warehouse where any layer differs in quantity, received_on or arrived_on."""
    return {key[:2] for key in found.keys() | expected.keys() if found.get(key) != expected.get(key)}


def groups_of(rows: list[LeanRow]) -> int:
    """How many pairs of item and warehouse a ledger has."""
    return len({(row[3], row[4]) for row in rows})


def built(chain: Chain, runs: int) -> tuple[Took, Took, dict[str, Took]]:
    """The quickest of several builds: up to the dated layers, up to the valued ones, and by view."""
    dated, valued = [], []
    for _ in range(runs):
        taken = chain.build(VALUED)
        dated.append(total(taken, parts(DATED)) + chain.ask("dated_layers"))
        valued.append((total(taken, parts(VALUED)), taken))
    quickest, taken = min(valued, key=lambda each: each[0])
    return min(dated), quickest, taken


def compare(folder: Path, rows: int = ROWS, skew: float = 0.0, runs: int = RUNS) -> Iterator[Figure]:
    """Seconds of the chain and of the replay on one ledger, their ratio, and how many groups are exact."""
    bench = f"ageing{', skewed' if skew else ''}"
    command = f"python -m tests.bench --only ageing --rows {rows}"

    def figure(what: str, value: float, unit: str = "", wanted: str = "") -> Figure:
        return Figure(bench, what, value, unit, wanted, command)

    ledger = write_ledger(folder / f"{rows}-{skew}.parquet", rows, rows // ROWS_A_GROUP, skew)
    lean = lean_rows(pl.read_parquet(ledger).to_arrow())
    expected, replay = best_of(runs, lambda: lean_replay(lean))
    chain = Chain(ledger)
    dated, valued, taken = built(chain, runs)
    fifo = min(chain.ask("plain_fifo") for _ in range(runs))
    chain.ask("stock_layers")
    wrong = wrong_groups(chain.layers("dated_layers"), expected)
    wrong |= wrong_groups(chain.layers("stock_layers"), expected)
    chain.close()
    groups = groups_of(lean)
    yield figure("rows", len(lean))
    yield figure("groups", groups)
    yield figure("groups exact", 100 * (1 - len(wrong) / groups), "%", "100")
    yield figure("lean replay", replay.seconds, "s")
    yield figure("lean replay", len(lean) / replay.seconds, "rows/s")
    yield figure("chain to dated layers", dated.seconds, "s")
    yield figure("chain to dated layers, processor", dated.cpu_seconds, "s")
    yield figure("chain with money, documents, lots, statuses", valued.seconds, "s")
    yield figure("chain with money, documents, lots, statuses, processor", valued.cpu_seconds, "s")
    yield figure("replay / chain to dated layers", replay.seconds / dated.seconds, "times", ">= 10")
    yield figure("the same, processor", replay.cpu_seconds / dated.cpu_seconds, "times")
    yield figure("replay / chain with money", replay.seconds / valued.seconds, "times")
    yield figure("plain FIFO without hand-overs", fifo.seconds, "s")
    yield figure("chain to dated layers / plain FIFO", dated.seconds / fifo.seconds, "times")
    for name, took in taken.items():
        if took.cpu_seconds >= 0.03 * valued.cpu_seconds:
            yield figure(f"{name}, processor", took.cpu_seconds, "s")


def growth(folder: Path, rows: int = ROWS, runs: int = RUNS) -> Iterator[Figure]:
    """The exponent of the chain's cost over ten times the rows, as many rows a group."""
    command = f"python -m tests.bench --only growth --rows {rows}"
    taken = []
    for count in (rows, 10 * rows):
        chain = Chain(write_ledger(folder / f"{count}-0.0.parquet", count, count // ROWS_A_GROUP))
        dated, valued, _ = built(chain, runs)
        chain.close()
        taken.append((dated, valued))
        yield Figure("growth", f"{count:,} rows, to dated layers", dated.seconds, "s", "", command)
        yield Figure("growth", f"{count:,} rows, with money", valued.seconds, "s", "", command)
    for no, what in enumerate(("to dated layers", "with money")):
        small, large = taken[0][no], taken[1][no]
        exponent = log(large.seconds / small.seconds) / log(10)
        yield Figure("growth", f"cost as rows to the power of, {what}", exponent, "", "<= 1.15", command)
        exponent = log(large.cpu_seconds / small.cpu_seconds) / log(10)
        yield Figure("growth", f"the same, processor, {what}", exponent, "", "", command)
