"""How fast facts and loads are, how much they hold; `make bench`, or `python -m tests.bench --rows 20000`.

Nothing here fails for being slow: the figures stand beside what is wanted. An inexact layer ends it with 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import ageing, backtest, loading, memory, pages, policy, sample
from tests.bench.clock import machine
from tests.bench.figures import HEAD, RESULTS, Figure, write

BENCHES = ("ageing", "backtest", "growth", "loading", "memory", "pages", "policy", "sample")


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=BENCHES, default=BENCHES)
    parser.add_argument(
        "--rows", type=int, default=ageing.ROWS, help="ledger rows; growth goes to ten times that"
    )
    parser.add_argument("--runs", type=int, default=ageing.RUNS, help="the best of so many")
    parser.add_argument("--load-rows", type=int, default=loading.ROWS, help="rows of the CSV that is loaded")
    parser.add_argument("--memory-rows", type=int, default=memory.ROWS)
    parser.add_argument("--memory-limit", default="4GB", help="what DuckDB may use of the process's memory")
    parser.add_argument("--positions", type=int, default=policy.POSITIONS)
    parser.add_argument("--backtest-positions", type=int, default=backtest.POSITIONS)
    parser.add_argument("--items", type=int, help="of the sample factory")
    parser.add_argument(
        "--results", type=Path, default=RESULTS, help="folder for results.json and results.md"
    )
    parser.add_argument("--ledgers", type=Path, help="folder to keep the ledgers in for the next run")
    return parser.parse_args(arguments)


def measured(asked: argparse.Namespace, folder: Path) -> Iterable[Figure]:
    """The figures, one by one as they are found."""
    benches: dict[str, Callable[[], Iterable[Figure]]] = {
        "ageing": lambda: (
            figure
            for skew in (0.0, ageing.SKEW)
            for figure in ageing.compare(folder, asked.rows, skew, asked.runs)
        ),
        "backtest": lambda: backtest.measure(folder, asked.backtest_positions),
        "growth": lambda: ageing.growth(folder, asked.rows, asked.runs),
        "loading": lambda: loading.measure(folder, asked.load_rows),
        "memory": lambda: memory.measure(folder, asked.memory_rows, asked.memory_limit),
        "pages": lambda: pages.measure(folder, asked.positions),
        "policy": lambda: policy.measure(folder, asked.positions),
        "sample": lambda: sample.measure(folder, asked.items),
    }
    for name in asked.only:
        yield from benches[name]()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, write; 1 if a layer was not exact."""
    asked = options(arguments)
    sys.stdout.write(f"{machine()}\n\n{HEAD}\n")
    figures = []
    with TemporaryDirectory() as passing:
        folder = asked.ledgers or Path(passing)
        folder.mkdir(parents=True, exist_ok=True)
        for figure in measured(asked, folder):
            sys.stdout.write(f"{figure.line}\n")
            sys.stdout.flush()
            figures.append(figure)
            write(figures, asked.results)
    return int(any(figure.what == "groups exact" and figure.value < 100 for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
