"""A ledger of many rows through the Engine in a process of its own: Parquet in, kept facts out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.ageing import ROWS_A_GROUP
from tests.bench.chain import write_ledger
from tests.bench.clock import clocked, peak_bytes
from tests.bench.figures import Figure
from tests.bench.lake import engine_over

ROWS = 20_000_000
ROOT = Path(__file__).resolve().parents[2]


def build(folder: Path, home: Path, memory_limit: str) -> dict[str, float]:
    """Build the layers and count them: seconds, the most bytes held, layers."""
    engine = engine_over(folder, home, memory_limit)

    def layers() -> int:
        with engine.question("fct_stock_layers") as relation:
            return int(relation.count("*").fetchall()[0][0])

    count, took = clocked(layers)
    engine.close()
    return {
        "seconds": took.seconds,
        "cpu_seconds": took.cpu_seconds,
        "peak_bytes": peak_bytes(),
        "layers": count,
    }


def measure(folder: Path, rows: int = ROWS, memory_limit: str = "4GB") -> Iterator[Figure]:
    """Seconds and the most memory held, DuckDB told to keep within `memory_limit`."""
    command = f"python -m tests.bench --only memory --memory-rows {rows} --memory-limit {memory_limit}"
    lake = folder / f"lake-{rows}"
    write = (sys.executable, "-m", "tests.bench.memory", "write", str(lake), str(rows))
    subprocess.run(write, cwd=ROOT, check=True)
    with TemporaryDirectory(dir=folder) as home:
        child = (sys.executable, "-m", "tests.bench.memory", "build", str(lake), home, memory_limit)
        said = subprocess.run(child, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = json.loads(said)
    yield Figure("memory", "rows", rows, "", "", command)
    yield Figure("memory", "layers", found["layers"], "", "", command)
    yield Figure("memory", "Engine, Parquet to kept layers", found["seconds"], "s", "", command)
    yield Figure("memory", "the same, processor", found["cpu_seconds"], "s", "", command)
    peak = found["peak_bytes"] / 2**30
    yield Figure("memory", f"most held, DuckDB within {memory_limit}", peak, "GiB", "< 6", command)


if __name__ == "__main__":
    task, place, *rest = sys.argv[1:]
    if task == "write":
        write_ledger(Path(place) / "movements.parquet", int(rest[0]), int(rest[0]) // ROWS_A_GROUP)
    else:
        sys.stdout.write(json.dumps(build(Path(place), Path(rest[0]), rest[1])))
