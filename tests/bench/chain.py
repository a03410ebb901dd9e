"""The ageing chain in one process: the views themselves, in build order, over a ledger in memory.

Kept and staged facts become tables, the rest views, as the Engine builds them; only their being written to
files is left out here, so that the chain and the replay are compared from memory to memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import polars as pl
from duckdb import DuckDBPyConnection

from queries.lake.contract import TABLES, table
from queries.lake.keeping.replace import schema, sequenced
from queries.views import closure
from tests.ageing.lean_replay import Layers
from tests.ageing.ledgers import big_ledger
from tests.bench.clock import Took, clocked
from tests.queries.views.lakes import frame_of

HERE = Path(__file__).parent


def write_ledger(path: Path, rows: int, groups: int, skew: float = 0.0) -> Path:
    """A random ledger as the lake keeps it, in one Parquet file; not written again if it is there."""
    if not path.exists():
        types = schema(table("movements"))
        lines = pl.DataFrame(big_ledger(rows, groups, skew)).with_columns(pl.lit("load-1").alias("load_id"))
        path.parent.mkdir(parents=True, exist_ok=True)
        sequenced(lines).select(pl.col(name).cast(kind) for name, kind in types.items()).write_parquet(path)
    return path


class Chain:
    """The views over one ledger, to be built as often as wanted."""

    def __init__(self, ledger: Path) -> None:
        self.connection: DuckDBPyConnection = duckdb.connect(config={"preserve_insertion_order": False})
        for lake in TABLES:
            if lake.name == "movements":
                self.connection.read_parquet(str(ledger)).create("lake_movements")
            else:
                self.connection.from_arrow(frame_of(lake.name, []).to_arrow()).create(f"lake_{lake.name}")

    def build(self, name: str) -> dict[str, Took]:
        """What each part of the view took, in build order."""
        taken = {}
        for view in closure(name):
            kind = "table" if view.is_kept or view.is_staged else "view"
            create = f"create or replace {kind} {view.name} as {view.sql}"
            taken[view.name] = clocked(lambda create=create: self.connection.execute(create))[1]
        return taken

    def ask(self, file: str) -> Took:
        """What one of the queries beside this file took, its rows kept as a table of the file's name."""
        sql = (HERE / f"{file}.sql").read_text(encoding="utf-8")
        return clocked(lambda: self.connection.execute(f"create or replace table {file} as {sql}"))[1]

    def layers(self, name: str) -> Layers:
        """A table with the columns of `Layers`."""
        return {tuple(row[:-1]): row[-1] for row in self.connection.table(name).fetchall()}  # type: ignore[misc]

    def close(self) -> None:
        self.connection.close()


def total(taken: dict[str, Took], names: Iterable[str]) -> Took:
    """What these views took together."""
    return sum((taken[name] for name in names), start=Took(0.0, 0.0))


def parts(name: str) -> list[str]:
    """The names of the views that a view is built from, itself last."""
    return [view.name for view in closure(name)]
