"""A made-up pump and drive maker: three years of stock with known dead stock, and the answers beside it.

Everything is drawn inside DuckDB from a seed; the SQL stands in sql/, names and shares in words/. Demand
comes first, supply is planned backwards from it level by level (store, distribution centre, plant, work
order, purchase), so the stock cannot run short except where that is planted.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb

from queries.lake.contract import TABLES, Column, Table

HERE = Path(__file__).parent
LEDGER_DAYS = 1096
PLANNED_DAYS = 110
"""Demand is known so many days past the end: it becomes open orders and the stock bought for them."""

WORDS = {
    "family": "families",
    "recipe": "recipes",
    "warehouse": "warehouses",
    "season": "seasons",
    "shape": "shapes",
    "planting": "plantings",
    "supplier_word": "supplier_words",
    "ordering_policy": "ordering_policies",
}

BOUGHT_OR_SOLD, HALF_MADE, MATERIAL = ["finished", "spare"], ["semi"], ["raw", "packaging"]

Step = tuple[str, dict[str, object]]
"""A file of sql/ without its ending, and the variables it reads."""

STEPS: tuple[Step, ...] = (
    ("macros", {}),
    ("tables", {}),
    ("suppliers", {}),
    ("items", {}),
    ("bom", {}),
    ("demand", {}),
    ("overhang", {"material_types": BOUGHT_OR_SOLD}),
    ("supply", {"level": 0}),
    ("transfers", {"level": 0}),
    ("supply", {"level": 1}),
    ("transfers", {"level": 1}),
    ("supply", {"level": 2}),
    ("work_orders", {"level": 2}),
    ("overhang", {"material_types": HALF_MADE}),
    ("supply", {"level": 3}),
    ("work_orders", {"level": 3}),
    ("overhang", {"material_types": MATERIAL}),
    ("supply", {"level": 4}),
    ("lots", {"levels": [2, 3, 4]}),
    ("lots", {"levels": [1]}),
    ("lots", {"levels": [0]}),
    ("ledger", {}),
    ("events", {}),
    ("snapshots", {}),
    ("orders", {}),
    ("answer_key", {}),
    ("export", {}),
)


def generate(
    folder: Path,
    *,
    items: int = 2000,
    seed: int = 7,
    end_on: date = date(2026, 10, 31),
    progress: Callable[[str, float], None] | None = None,
) -> None:
    """Write one Parquet file per contract table into `folder`, with answer_key.csv and known_gaps.csv beside.

    Some 420 ledger lines an item over three years that end on `end_on`; quantities in the item's unit,
    money in CNY. The same items, seed and end give the same rows. `progress` hears the step's name and the
    share done (0..1). Raises ValueError below 60 items: the network needs a few items of each family.
    """
    if items < 60:
        raise ValueError(f"items must be at least 60, not {items}")
    folder.mkdir(parents=True, exist_ok=True)
    start_on = end_on - timedelta(days=LEDGER_DAYS - 1)
    settings: dict[str, object] = {
        "seed": seed,
        "items": items,
        "suppliers": max(12, items // 14),
        "start_on": start_on,
        "end_on": end_on,
        "middle_on": start_on + timedelta(days=LEDGER_DAYS // 2),
        "plan_until": end_on + timedelta(days=PLANNED_DAYS),
    }
    work = len(STEPS) + len(TABLES)
    with tempfile.TemporaryDirectory() as spill, duckdb.connect(config={"temp_directory": spill}) as db:
        _set(db, settings)
        for name, file in WORDS.items():
            db.read_csv(str(HERE / "words" / f"{file}.csv"), header=True).create(name)
        for done, (name, values) in enumerate(STEPS):
            if progress:
                progress(name, done / work)
            _set(db, values)
            db.execute((HERE / "sql" / f"{name}.sql").read_text(encoding="utf-8"))
        for done, table in enumerate(TABLES, start=len(STEPS)):
            if progress:
                progress(table.name, done / work)
            _typed(db, table).write_parquet(str(folder / f"{table.name}.parquet"), compression="zstd")
        db.table("answer_key").order("item_id").write_csv(str(folder / "answer_key.csv"))
        db.view("out_known_gaps").write_csv(str(folder / "known_gaps.csv"))
    if progress:
        progress("done", 1.0)


def _set(db: duckdb.DuckDBPyConnection, values: dict[str, object]) -> None:
    for name, value in values.items():
        db.execute(f"set variable {name} = $value", {"value": value})


def _typed(db: duckdb.DuckDBPyConnection, table: Table) -> duckdb.DuckDBPyRelation:
    """The contract's columns in the contract's order and types."""
    return db.view(f"out_{table.name}").select(
        *(duckdb.ColumnExpression(c.name).cast(_type(c)).alias(c.name) for c in table.columns)
    )


def _type(column: Column) -> duckdb.sqltypes.DuckDBPyType:
    if column.kind == "decimal":
        return duckdb.decimal_type(18, column.scale)
    names = {
        "text": "VARCHAR",
        "choice": "VARCHAR",
        "date": "DATE",
        "integer": "BIGINT",
        "boolean": "BOOLEAN",
    }
    return duckdb.sqltype(names[column.kind])


def main() -> None:
    """`python -m sample_data.generate FOLDER --items N --seed S`."""
    parser = argparse.ArgumentParser(prog="sample_data.generate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--items", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--end-on", type=date.fromisoformat, default=date(2026, 10, 31))
    asked = parser.parse_args()
    generate(asked.folder, items=asked.items, seed=asked.seed, end_on=asked.end_on)


if __name__ == "__main__":
    main()
