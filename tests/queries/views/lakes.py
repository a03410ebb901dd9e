"""Small lakes without Delta: rows of Python as Parquet files, an Engine over them, for tests of views.

Dates may be written as '2025-03-31', numbers as int, float or text; what a row leaves out is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import polars as pl

from queries.engine import Engine
from queries.filters import Filters
from queries.lake.contract import Column, table
from queries.lake.keeping.replace import schema, sequenced
from queries.lake.versions import DataVersion, Lake
from queries.settings import Settings
from queries.views import views

Row = Mapping[str, Any]


class RowsLake:
    """Stands in for a Lake: one Parquet file a table in `folder`, one data version."""

    def __init__(self, folder: Path, tables: Mapping[str, Sequence[Row]]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.url = str(folder)
        self._folder = folder
        for name, rows in tables.items():
            frame_of(name, rows).write_parquet(folder / f"{name}.parquet")
        self.version = DataVersion(
            1, "load-1", datetime(2026, 1, 1, tzinfo=UTC), "tests", dict.fromkeys(tables, 1)
        )

    def files(self, version: DataVersion, name: str) -> list[str]:
        """The table's file; none if it was not given."""
        path = self._folder / f"{name}.parquet"
        return [str(path)] if name in version.tables else []

    def verify_files(self, version: DataVersion, tables: Iterable[str] | None = None) -> None:
        """Nothing here was committed, so nothing can have changed since."""


def engine_over(folder: Path, **tables: Sequence[Row]) -> Engine:
    """An Engine over these rows of contract tables; `stock=[]` is a table loaded empty."""
    lake = RowsLake(folder / "lake", tables)
    return Engine(Settings(home=folder), cast(Lake, lake), lake.version)


def frame_of(name: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as the lake stores that table: the contract's types, ledger lines in their order."""
    contract = table(name)
    unknown = {key for row in rows for key in row} - {column.name for column in contract.columns}
    assert not unknown, f"{name} has no columns {sorted(unknown)}"
    cells = {c.name: [_cell(c, row.get(c.name)) for row in rows] for c in contract.columns}
    types = schema(contract)
    frame = pl.DataFrame(cells, schema={c.name: types[c.name] for c in contract.columns})
    frame = frame.with_columns(pl.lit("load-1").alias("load_id"))
    return (sequenced(frame) if contract.order else frame).select(list(types))


def ask(engine: Engine, view: str, filters: Filters | None = None, **options: Any) -> list[dict[str, Any]]:
    """The rows of a view as dictionaries, in the order of its grain."""
    options.setdefault("sort", [(name, False) for name in views()[view].grain])
    rows: list[dict[str, Any]] = engine.answer(view, filters, **options).to_pylist()
    return rows


def _cell(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.kind == "date" and isinstance(value, str):
        return date.fromisoformat(value)
    if column.kind == "decimal":
        return Decimal(str(value)).quantize(Decimal(1).scaleb(-column.scale))
    return value
