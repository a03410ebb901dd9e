"""The rows of one table from all files of a load: made documents of, and added up, where a person says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from queries.lake.checking.parts import UNITS, Part
from queries.lake.checking.validate import duplicates, key_problems
from queries.lake.contract import Table, table
from queries.lake.keeping.replace import How, numbered_documents
from queries.lake.problems import FILE, ROW, Problem, listed
from queries.lake.questions import Answers, Question

_ADDED_UP = ("stock", "counts")
"""Tables whose rows of one key may be added up."""

_LATEST = ("last_issued_on",)


@dataclass(frozen=True)
class Gathered:
    """Sound rows of one table from all its files (ROW, FILE and its columns), and the first one's headers.

    `units` are item_id and unit of the items whose unit the files name.
    """

    table: Table
    rows: pl.DataFrame
    origin: Mapping[str, str]
    how: How = "groups"
    units: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNITS))


def gather(
    parts: Sequence[Part], answers: Answers, *, confirmed: bool
) -> tuple[list[Gathered], list[Problem], list[Question]]:
    """Each table's rows, what is wrong between them, and what must be asked; `confirmed` takes proposals."""
    found: list[Gathered] = []
    problems: list[Problem] = []
    questions: list[Question] = []
    for name in dict.fromkeys(part.table for part in parts if part.frame.width):
        mine = [part for part in parts if part.table == name and part.frame.width]
        contract = table(name)
        rows = pl.concat([part.frame for part in mine])
        hows = {part.how for part in mine}
        how: How = mine[0].how
        if len(hows) > 1:
            problems.append(Problem("mixed_ways", file=mine[0].file, facts={"table": name}))
            continue
        if name == "movements" and rows.height and rows["document_id"].null_count() == rows.height:
            if how == "period":
                questions += _asked_of_period(rows, answers, confirmed)
            rows = numbered_documents(rows)
        if rows.height:
            rows, wrong, asked = _without_duplicates(rows, contract, answers, confirmed)
            problems += wrong
            questions += asked
        found.append(Gathered(contract, rows, mine[0].origin, how, pl.concat([part.units for part in mine])))
    return found, problems, questions


def _asked_of_period(rows: pl.DataFrame, answers: Answers, confirmed: bool) -> list[Question]:
    """Whether a ledger without document numbers may replace its days in its warehouses."""
    if confirmed or answers.get("document_id") == "replace_period":
        return []
    places = rows["warehouse_id"].unique().sort().to_list()
    facts = {
        "first": str(rows["posted_on"].min()),
        "last": str(rows["posted_on"].max()),
        "warehouses": listed("?" if place is None else place for place in places),
    }
    proposal = "replace_period"
    return [Question("document_id", "document_id", facts, (proposal,), proposal)]


def _without_duplicates(
    rows: pl.DataFrame, contract: Table, answers: Answers, confirmed: bool
) -> tuple[pl.DataFrame, list[Problem], list[Question]]:
    """Rows of one key added up, refused or asked about; parts of one row of a file belong together anyway."""
    doubled = duplicates(rows, contract)
    if doubled.height and contract.name in _ADDED_UP:
        rows = _added_up(rows, contract, (FILE, ROW))
        doubled = duplicates(rows, contract)
    if doubled.is_empty():
        return rows, [], []
    said = answers.get("duplicates") or ("sum" if confirmed else None)
    if contract.name not in _ADDED_UP or said == "refuse":
        return rows, key_problems(doubled, contract), []
    key = " + ".join(contract.key)
    first = listed(doubled["rows"][0])
    if said == "sum":
        facts = {"count": int(doubled["rows"].list.len().sum()) - doubled.height, "key": key, "rows": first}
        return _added_up(rows, contract), [Problem("added_up", doubled[ROW][0], facts=facts)], []
    asked = Question(
        "duplicates",
        "duplicates",
        {"count": doubled.height, "key": key, "rows": first},
        ("sum", "refuse"),
        "sum",
        tuple(listed(each) for each in doubled["rows"].head(5).to_list()),
    )
    return rows, key_problems(doubled, contract, "same_key"), [asked]


def _added_up(rows: pl.DataFrame, contract: Table, within: Sequence[str] = ()) -> pl.DataFrame:
    """One row a key: quantities added, the cost that keeps the value, the oldest receipt, the last issue."""
    keys = [*within, *contract.key]
    qty = "counted_qty" if contract.name == "counts" else "qty"
    merged: list[pl.Expr] = [pl.col(name).first() for name in (ROW, FILE) if name not in within]
    for column in contract.columns:
        cell = pl.col(column.name)
        if column.name in keys:
            continue
        if column.name == qty:
            merged.append(cell.sum())
        elif column.name == "unit_cost":
            known = pl.col(qty).filter(cell.is_not_null()).cast(pl.Decimal(38, 8))
            worth = (pl.col(qty).cast(pl.Decimal(38, 8)) * cell.cast(pl.Decimal(38, 8))).sum()
            mean = (worth.cast(pl.Float64) / known.sum().cast(pl.Float64)).round(column.scale)
            merged.append(
                pl.when(cell.n_unique() == 1)
                .then(cell.first())
                .when(known.sum() > 0)
                .then(mean.cast(pl.Decimal(18, column.scale), strict=False))
                .otherwise(cell.drop_nulls().first())
                .alias("unit_cost")
            )
        elif column.name in _LATEST:
            merged.append(cell.max())
        elif column.kind == "date":
            merged.append(cell.min())
        else:
            merged.append(cell.drop_nulls().first())
    return rows.group_by(keys, maintain_order=True).agg(merged).select(rows.columns)
