"""Rows that were set aside, each with its reason: kept with their load, given out to mend, taken in again.

They live in `<home>/quarantine/<load id>/<table>.parquet`: where each row stood, the contract's columns as
text, and why. A file of them that comes back is known by its own headers, and its rows join the day or the
document they were missing from.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import polars as pl

from queries.export import as_csv, as_xlsx
from queries.lake.checking.validate import REASONS, facts_of
from queries.lake.contract import Table, table
from queries.lake.keeping.faults import plainly
from queries.lake.problems import ROW, Problem
from queries.settings import Settings

TABLE, FILE, SOURCE_ROW, WHY = (
    "quarantined table",
    "quarantined file",
    "quarantined row",
    "quarantined for",
)
"""Headers of a quarantine file that are not the contract's: the table, where the row stood, and the codes."""

PROBLEM, REMEDY = "problem", "remedy"
"""Headers of the sentences for people."""

OWN_HEADERS = frozenset({TABLE, FILE, SOURCE_ROW, WHY, PROBLEM, REMEDY})
"""Headers nobody needs to be told are not read."""

_WORDED = 10_000
"""So many rows have their reasons in words, the others in codes alone."""

_LOAD_ID = re.compile(r"^[0-9a-f]{32}$")


def folder(settings: Settings) -> Path:
    """Where the rows set aside are kept, a folder a load."""
    return settings.home.resolve() / "quarantine"


def as_rows(name: str, file: str, aside: pl.DataFrame) -> pl.DataFrame:
    """Rows set aside of one file as they are kept and given out; `aside` is `Checked.aside`."""
    contract = table(name)
    rows = aside.select(
        pl.lit(name).alias(TABLE),
        pl.lit(file).alias(FILE),
        pl.col(ROW).cast(pl.String).alias(SOURCE_ROW),
        *(column.name for column in contract.columns),
        pl.col(REASONS).alias(WHY),
    )
    return in_words(rows, lambda problem: problem.problem, lambda problem: problem.remedy)


def in_words(
    rows: pl.DataFrame, problem: Callable[[Problem], str], remedy: Callable[[Problem], str]
) -> pl.DataFrame:
    """Rows set aside with PROBLEM and REMEDY in the words these functions have for a problem."""
    said: list[tuple[str, str]] = []
    for row in rows.head(_WORDED).iter_rows(named=True):
        told = _said(table(row[TABLE]), row)
        remedies = dict.fromkeys(map(remedy, told))
        said.append(("; ".join(f"{each.column}: {problem(each)}" for each in told), "; ".join(remedies)))
    said += [("", "")] * (rows.height - len(said))
    sentences = pl.DataFrame(said, schema={PROBLEM: pl.String(), REMEDY: pl.String()}, orient="row")
    return rows.drop(PROBLEM, REMEDY, strict=False).hstack(sentences)


def keep(settings: Settings, load_id: str, rows: Mapping[str, pl.DataFrame]) -> None:
    """Keep the rows a load leaves aside, by table; before the load is acknowledged."""
    if not any(each.height for each in rows.values()):
        return
    place = folder(settings) / load_id
    with plainly():
        place.mkdir(parents=True, exist_ok=True)
        for name, each in rows.items():
            if each.height:
                beside = place / f".{name}.parquet"
                each.write_parquet(beside)
                beside.replace(place / f"{name}.parquet")


def forget(settings: Settings, load_id: str) -> None:
    """Delete what is kept of a load that was not acknowledged, or that is purged."""
    if _LOAD_ID.match(load_id):
        shutil.rmtree(folder(settings) / load_id, ignore_errors=True)


def quarantined(settings: Settings, load_id: str) -> dict[str, pl.DataFrame]:
    """The rows a load left aside, by table; empty where there were none."""
    if not _LOAD_ID.match(load_id):
        return {}
    return {path.stem: pl.read_parquet(path) for path in _files(folder(settings) / load_id)}


def count(settings: Settings, load_id: str) -> int:
    """How many rows a load left aside."""
    if not _LOAD_ID.match(load_id):
        return 0
    return sum(
        pl.scan_parquet(path).select(pl.len()).collect().item() for path in _files(folder(settings) / load_id)
    )


def for_download(rows: pl.DataFrame, form: str = "csv") -> bytes:
    """Rows set aside as CSV or, with `xlsx`, as a workbook of a sheet a table; formulas neutralised."""
    if form != "xlsx":
        return as_csv(_filled(rows))
    sheets = rows.partition_by(TABLE, maintain_order=True)
    return as_xlsx((str(each[TABLE][0]), _filled(each)) for each in sheets)


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    """Without the columns that hold nothing and lack nothing."""
    faulty = {name for name in rows.columns if rows[WHY].str.contains(f"{name}:", literal=True).any()}
    return rows.select(
        name
        for name in rows.columns
        if rows[name].null_count() < rows.height or name in faulty | {TABLE, WHY}
    )


def table_of(headers: Mapping[str, object], samples: Mapping[str, tuple[str, ...]]) -> str:
    """The table a quarantine file came from; empty if it is none. `samples` are the first cells by header."""
    if TABLE not in headers or WHY not in headers:
        return ""
    named = set(samples.get(TABLE, ()))
    return named.pop() if len(named) == 1 else ""


def _files(place: Path) -> Iterator[Path]:
    yield from sorted(path for path in place.glob("*.parquet") if not path.name.startswith("."))


def _said(contract: Table, row: Mapping[str, str | None]) -> list[Problem]:
    """What is wrong with a row, cell by cell."""
    told: list[Problem] = []
    for reason in (row[WHY] or "").split("; "):
        name, _, code = reason.partition(":")
        told.append(Problem(code, None, name, row[name] or "", facts_of(contract.column(name))))
    return told
