"""What the tests of the lake load, and how they look at what came of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from queries.lake.load import LoadResult
from queries.lake.versions import Lake

TODAY = date(2026, 11, 1)
STOCK = "snapshot_on,item_id,warehouse_id,qty\n2026-10-31,A,W1,10\n2026-10-31,B,W1,5.5\n"
LEDGER = (
    "posted_on,document_id,item_id,kind,qty,line_no\n"
    "2026-10-01,GR-1,A,receipt,10,1\n2026-10-01,GR-1,B,receipt,5,2\n2026-10-02,GI-1,A,issue,-4,1\n"
)

Write = Callable[..., Path]
LoadIt = Callable[..., LoadResult]


def rows_of(lake: Lake, table: str, columns: Sequence[str] = ()) -> pl.DataFrame:
    """What the current data version holds of a table."""
    current = lake.current()
    assert current is not None
    frame = pl.read_parquet(lake.files(current, table))
    return frame.select(columns) if columns else frame


def told(result: LoadResult) -> list[tuple[int | None, str, str]]:
    """Row, column and code of each problem."""
    return [(problem.row, problem.column, problem.code) for problem in result.problems]
