"""The process that reads files nobody vouches for: one JSON line in, lines of progress and one answer out.

Started by child.py, never imported by it. It limits its own memory before it opens a file, writes rows as
Parquet into the folder it is given, and says everything else on its standard output.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from queries.lake.problems import Problem
from queries.lake.reading import checksums
from queries.lake.reading.files import Kind
from queries.lake.reading.grid import Unreadable
from queries.lake.reading.scratch import scratch, watched
from queries.lake.reading.sheets import Sheet, as_json, problem_as_json, samples_of
from queries.lake.reading.text import read_text
from queries.lake.reading.workbook import hidden_note, read_workbook

IDLE_SECONDS = 120.0
"""A process that is asked nothing for so long ends."""

Say = Callable[[Mapping[str, Any]], None]


def sheets_of(
    path: Path,
    kind: Kind,
    folder: Path,
    known: frozenset[str] = frozenset(),
    asked: int | None = None,
    sheet: str = "",
    told: Callable[[float], None] = lambda share: None,
) -> tuple[list[Sheet], list[Problem]]:
    """The tables of a file and what is said of all of them. Errors: Unreadable."""
    if kind == "text":
        return [read_text(path, folder, known, asked, told)], []
    if kind == "parquet":
        return [read_parquet(path, folder, told)], []
    sheets = read_workbook(path, kind == "xlsx", folder, known, asked, sheet, told)
    return sheets, hidden_note(sheets)


def read_parquet(path: Path, folder: Path, told: Callable[[float], None]) -> Sheet:
    """The table in a Parquet file, every column as text; nested columns are at fault and come empty."""
    file = folder / "table.parquet"
    try:
        with scratch(folder) as connection, watched(connection, told):
            relation = connection.read_parquet(str(path), binary_as_string=True)
            if checksums.are_wrong(path, connection):
                raise Unreadable(Problem("truncated"))
            headers = tuple(relation.columns)
            kinds = [str(kind) for kind in relation.types]
            columns = [f"c{number}" for number in range(len(headers))]
            nested = {
                name: kind.split("(")[0]
                for name, kind in zip(headers, kinds, strict=True)
                if kind.startswith(("STRUCT", "MAP", "UNION")) or kind.endswith("]")
            }
            relation.select(
                *(
                    _as_text(name, kind, name in nested).alias(column)
                    for name, kind, column in zip(headers, kinds, columns, strict=True)
                )
            ).write_parquet(str(file), compression="lz4_raw")
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.NotImplementedException as error:
        raise Unreadable(Problem("unknown_format")) from error
    except (duckdb.Error, UnicodeError) as error:
        raise Unreadable(Problem("truncated")) from error
    scan = pl.scan_parquet(file)
    _refuse_nul(
        scan, [name for name, kind in zip(columns, kinds, strict=True) if kind in ("VARCHAR", "BLOB")]
    )
    height = int(scan.select(pl.len()).collect().item())
    head = scan.head(1000).collect()
    is_blank = head.select(pl.all_horizontal(pl.all().is_null()).all()).item() if height else True
    return Sheet(
        rows=0 if is_blank and height <= head.height else height,
        file=file.name,
        first_row=1,
        header_row=1,
        headers=headers,
        columns=tuple(columns),
        samples={name: samples_of(head[column]) for name, column in zip(headers, columns, strict=True)},
        faults=tuple(
            Problem("nested_type", None, name, facts={"type": kind}) for name, kind in nested.items()
        ),
    )


def _refuse_nul(scan: pl.LazyFrame, columns: Sequence[str]) -> None:
    """A NUL byte in a text: one that some programs end at, and others do not show."""
    has_nul = [pl.col(name).str.contains("\0", literal=True).any() for name in columns]
    found = scan.select(has_nul).collect().row(0) if columns else ()
    for name in (name for name, has in zip(columns, found, strict=True) if has):
        rows = scan.with_row_index("row", offset=1).filter(pl.col(name).str.contains("\0", literal=True))
        raise Unreadable(Problem("nul_bytes", int(rows.select("row").head(1).collect().item())))


def _as_text(name: str, kind: str, is_nested: bool) -> duckdb.Expression:
    """Text of a column; floats with the digits they carry, so that 0.1 + 0.2 is 0.3."""
    if is_nested:
        return duckdb.ConstantExpression(None).cast("VARCHAR")
    column = duckdb.ColumnExpression('"' + name.replace('"', '""') + '"')
    digits = {"DOUBLE": "%.15g", "FLOAT": "%.7g"}.get(kind)
    if digits:
        return duckdb.FunctionExpression("printf", duckdb.ConstantExpression(digits), column)
    return column.cast("VARCHAR")


def main() -> None:
    """Answer the lines on standard input until there are no more."""
    gc.disable()  # rows of cells are no cycles, and millions of them are looked through for some
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def say(what: Mapping[str, Any]) -> None:
        answers.write(json.dumps(what) + "\n")

    say({"is_ready": True})
    while select.select([sys.stdin], [], [], IDLE_SECONDS)[0]:
        line = sys.stdin.readline()
        if not line:
            return
        _answer(json.loads(line), say)


def _answer(task: Mapping[str, Any], say: Say) -> None:
    say({"is_begun": True})
    try:
        _limit(int(task["memory_bytes"]), float(task["seconds"]))
        sheets, notes = sheets_of(
            Path(task["path"]),
            task["kind"],
            Path(task["folder"]),
            frozenset(task["known"]),
            task["asked"],
            task["sheet"],
            lambda share: say({"share": share}),
        )
        say({"sheets": list(map(as_json, sheets)), "notes": list(map(problem_as_json, notes))})
    except Unreadable as error:
        say({"problems": list(map(problem_as_json, error.problems))})
    except (MemoryError, duckdb.OutOfMemoryException):
        say({"is_out_of_memory": True})
    except BaseException as error:
        if (
            type(error).__name__ != "PanicException"
        ):  # what libraries written in Rust raise where they give up
            raise
        damaged = Problem("unreadable", facts={"reason": "it is damaged"})
        say({"problems": [problem_as_json(damaged)]})


def _limit(memory_bytes: int, seconds: float) -> None:
    """No more memory than asked beyond what the process has, and not much more time on all processors."""
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    statm = Path("/proc/self/statm")
    if statm.exists():
        now = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (now + memory_bytes, most))
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime + seconds * (os.cpu_count() or 1)) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.getrlimit(resource.RLIMIT_CPU)[1]))


if __name__ == "__main__":
    main()
