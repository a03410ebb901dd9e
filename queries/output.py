"""What the command line writes: rows in four formats, JSON with every digit, sentences, not tracebacks."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import typer
from pyarrow import parquet
from rich.console import Console
from rich.table import Table

from queries.errors import StockError
from queries.export import without_formulas

ROWS_ON_SCREEN = 100


class Format(StrEnum):
    """How `show` writes its rows."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"


def write_rows(rows: pa.Table, form: Format, output: Path | None, at_most: int = ROWS_ON_SCREEN) -> None:
    """Write rows to a file or stdout; a table on the screen shows the first `at_most`."""
    if form is Format.parquet:
        if output is None and sys.stdout.isatty():
            warn("Parquet is not for a screen: name a file with --output")
            raise typer.Exit(2)
        sink = pa.BufferOutputStream()
        parquet.write_table(rows, sink)
        write(sink.getvalue().to_pybytes(), output)
    elif form is Format.csv:
        write(_as_csv(rows), output)
    elif form is Format.json:
        write(_as_json(rows), output)
    elif output is not None:
        with output.open("w", encoding="utf-8") as stream:
            Console(file=stream, width=10_000).print(as_table(rows.to_pylist(), rows.column_names))
    else:
        console().print(as_table(rows.slice(0, at_most).to_pylist(), rows.column_names))
        if rows.num_rows > at_most:
            warn(f"{rows.num_rows - at_most:,} more rows: --format csv writes them all")


def _as_csv(rows: pa.Table) -> bytes:
    frame = pl.DataFrame(rows)
    nested = [pl.col(name).cast(pl.String) for name, kind in frame.schema.items() if kind.is_nested()]
    return without_formulas(frame.with_columns(nested)).write_csv().encode()


def _as_json(rows: pa.Table) -> bytes:
    """An array of objects: decimals as numbers with every digit, dates in ISO form, null where unknown."""
    lines = ("  " + json_of(row) for row in rows.to_pylist())
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode() if rows.num_rows else b"[]\n"


def json_of(value: Any) -> str:
    """A value as JSON: decimals with every digit, dates in ISO form, null for what is no number."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(k))}: {json_of(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(json_of, value)) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float) and not math.isfinite(value):
        return "null"
    if isinstance(value, date | datetime):
        return json.dumps(value.isoformat())
    return json.dumps(value, ensure_ascii=False, default=str)


def as_table(rows: Sequence[dict[str, Any]], names: Sequence[str] = ()) -> Table:
    """Rows as a table for a screen, numbers to the right."""
    names = names or list(rows[0])
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in names:
        numbers = all(isinstance(row[name], int | float | Decimal | None) for row in rows)
        table.add_column(name, justify="right" if numbers and rows else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if row[name] is None else str(row[name]) for name in names))
    return table


def write(content: bytes, output: Path | None) -> None:
    """Write bytes to a file or, where none is named, to stdout."""
    if output is not None:
        output.write_bytes(content)
    else:
        typer.echo(content, nl=False)


def console() -> Console:
    """The screen; where there is none, lines as long as they need to be."""
    return Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else 1_000)


def warn(text: str) -> None:
    """Say something to the person, beside what other programs read."""
    typer.echo(text, err=True)


@contextmanager
def one_sentence() -> Iterator[None]:
    """What a person can mend ends the command with its sentence and remedy, not a traceback."""
    try:
        yield
    except StockError as error:
        warn(error.message)
        if error.remedy:
            warn(error.remedy)
        raise typer.Exit(1) from error
