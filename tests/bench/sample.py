"""The sample factory at its usual size: made and loaded, then the board's questions cold, warm and again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from queries.engine import Engine
from queries.settings import Settings
from tests.bench.clock import clocked
from tests.bench.figures import Figure
from tests.bench.memory import ROOT

BOARD = ("mart_totals", "mart_age_buckets", "mart_warehouse_totals", "mart_item_totals", "mart_trend")


def ask(home: Path) -> dict[str, float]:
    """Seconds of the board's questions in a new process, first and second time."""

    def board() -> None:
        for view in BOARD:
            engine.answer(view)

    engine, opened = clocked(lambda: Engine.open(Settings(home=home)))
    _, first = clocked(board)
    _, second = clocked(board)
    return {"first": opened.seconds + first.seconds, "second": second.seconds}


def measure(folder: Path, items: int | None = None) -> Iterator[Figure]:
    """Seconds to make and load the sample, and of the board's questions in two processes."""
    command = "python -m tests.bench --only sample"
    with TemporaryDirectory(dir=folder) as home:
        make = [sys.executable, "-m", "queries.cli", "sample", *(["--items", str(items)] if items else [])]
        environment = os.environ | {"STILLSTOCK_HOME": home}
        _, made = clocked(lambda: subprocess.run(make, cwd=ROOT, env=environment, check=True))
        child = (sys.executable, "-m", "tests.bench.sample", home)
        cold, again = (
            json.loads(subprocess.run(child, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
            for _ in range(2)
        )
    yield Figure("sample", "made and loaded", made.seconds, "s", "", command)
    yield Figure("sample", "board, no facts yet", cold["first"], "s", "", command)
    yield Figure("sample", "board, asked again", cold["second"], "s", "", command)
    yield Figure("sample", "board, next process", again["first"], "s", "", command)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(ask(Path(sys.argv[1]))))
