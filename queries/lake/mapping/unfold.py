"""One row of a file that is several of ours: by status, by warehouses in columns, from one place to another.

Rows carry ROW, the file's cells as `amounts.CELL` columns and those columns of the contract that are found
so far; what comes out carries the same and keeps the file's order. Every row that goes in comes out at least
once, but for what a function says it leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from queries.lake.contract import MOVEMENT_KINDS
from queries.lake.mapping.amounts import CELL, NUMBER, all_numbers, is_filled, plain
from queries.lake.mapping.codes import holds
from queries.lake.mapping.layouts import ASK, LEAVE_OUT, FromTo, Split
from queries.lake.problems import ROW, Problem, listed
from queries.lake.questions import Answers, Question

_PART = "(part)"
_SEPARATOR = " | "
OWN = "own"


@dataclass(frozen=True)
class Entry:
    """A quantity of a row: the header it stands in, that of its value if there is one, and what it means.

    `when` is the header of the condition it depends on.
    """

    qty: str
    value: str | None
    split: Split
    when: str | None = None

    @property
    def counts(self) -> pl.Expr:
        """Whether it is filled in a row, and is meant there."""
        return is_filled(self.qty) & self.is_meant

    @property
    def is_meant(self) -> pl.Expr:
        """Whether its condition holds in a row."""
        case = self.split.when
        return holds(case, CELL + self.when) if case and self.when else pl.lit(value=True)


def split(
    rows: pl.DataFrame, entries: Sequence[Entry], still: Iterable[str] = ()
) -> tuple[pl.DataFrame, list[Problem]]:
    """A row for each quantity that is filled and not zero; a row without any stays one row.

    A row in which a conditional quantity counts is read by that one alone. Needs the numbers of every
    quantity and value. Of the file's cells, those of the headers `still` are kept. Told: money that stands
    beside no quantity.
    """
    used = {name for entry in entries for name in (entry.qty, entry.value, entry.when) if name}
    later = {CELL + name for name in still}
    gone = [name for name in rows.columns if name.startswith((CELL, NUMBER)) and name not in later]
    rows = rows.drop(name for name in gone if name.removeprefix(CELL).removeprefix(NUMBER) not in used)
    sets = list(dict.fromkeys(name for entry in entries for name in entry.split.sets))
    rows = rows.with_columns(
        pl.lit(None, dtype=pl.String).alias(name) for name in sets if name not in rows.columns
    )
    if "unit_cost" not in rows.columns and any(entry.value for entry in entries):
        rows = rows.with_columns(pl.lit(None, dtype=pl.String).alias("unit_cost"))
    alone = [entry.counts for entry in entries if entry.when]
    is_alone = pl.any_horizontal(alone) if alone else pl.lit(value=False)
    parts = [
        rows.filter(entry.counts if entry.when else entry.counts & ~is_alone)
        .with_columns(*_split_values(rows, entry), pl.lit(number).alias(_PART))
        .drop(gone, strict=False)
        for number, entry in enumerate(entries)
    ]
    nothing = rows.filter(~pl.any_horizontal(entry.counts for entry in entries))
    if nothing.height:
        first = entries[0].split
        parts.append(
            nothing.with_columns(
                pl.coalesce([pl.when(entry.is_meant).then(CELL + entry.qty) for entry in entries]).alias(
                    "qty"
                ),
                pl.lit(0).alias(_PART),
                *(pl.lit(value).alias(name) for name, value in first.sets.items()),
            ).drop(gone, strict=False)
        )
    whole = pl.concat(parts, how="diagonal").sort(ROW, _PART, maintain_order=True).drop(_PART)
    lost = sum(_money_without_quantity(rows, entry) for entry in entries)
    headers = listed(entry.value for entry in entries if entry.value)
    told = [Problem("value_without_qty", None, headers, facts={"count": lost})] if lost else []
    return whole, told


def _split_values(rows: pl.DataFrame, entry: Entry) -> list[pl.Expr]:
    said = entry.split
    outgoing = said.sign == "out" and bool((rows[NUMBER + entry.qty] > 0).any())
    factor = -1 if said.sign == -1 or outgoing else 1
    values = [plain(entry.qty, factor).alias("qty")]
    if not said.has_value:
        if "unit_cost" in rows.columns:
            values.append(pl.lit(None, dtype=pl.String).alias("unit_cost"))
    elif entry.value:
        values.append(_cost(entry.qty, entry.value).alias("unit_cost"))
    return values + [pl.lit(value).alias(name) for name, value in said.sets.items()]


def _cost(qty: str, value: str) -> pl.Expr:
    """Value over quantity, at the four decimals costs are kept with; what is no number stays."""
    money, pieces = (pl.col(NUMBER + name).cast(pl.Float64) for name in (value, qty))
    cost = pl.when(pieces != 0).then((money / pieces).round(4).cast(pl.Decimal(18, 4)).cast(pl.String))
    return pl.when(pl.col(NUMBER + value).is_null()).then(pl.col(CELL + value)).otherwise(cost)


def _money_without_quantity(rows: pl.DataFrame, entry: Entry) -> int:
    if not entry.value:
        return 0
    money = pl.col(NUMBER + entry.value).ne_missing(0) & pl.col(NUMBER + entry.value).is_not_null()
    return int(rows.select((money & ~is_filled(entry.qty)).sum()).item())


def places_in_columns(
    rows: pl.DataFrame, candidates: Sequence[str], is_sure: bool, answers: Answers, into: str
) -> tuple[list[str], list[Question]]:
    """Which of these headers are places: asked, with those that hold numbers only as the proposal."""
    if is_sure:
        return list(candidates), []
    proposed = all_numbers(rows, candidates)
    said = answers.get("unpivot")
    if said is not None:
        named = [name.strip() for name in said.split("|")]
        return [name for name in candidates if name in named], []
    facts = {"column": into, "value": listed(proposed)}
    return proposed, [Question("unpivot", "unpivot", facts, (), _SEPARATOR.join(proposed), tuple(candidates))]


def unpivot(rows: pl.DataFrame, places: Sequence[str], into: str, value: str) -> pl.DataFrame:
    """A row for each filled cell below these headers: the header in `into`, the cell in `value`."""
    if not places:
        return rows
    cells = [CELL + name for name in places]
    kept = [name for name in rows.columns if name not in {*cells, into, value, *(NUMBER + n for n in places)}]
    long = rows.unpivot(on=cells, index=kept, variable_name=into, value_name=value)
    long = long.with_columns(pl.col(into).str.strip_prefix(CELL))
    filled = long.filter(pl.col(value).is_not_null())
    without = rows.filter(pl.all_horizontal(pl.col(cell).is_null() for cell in cells)).select(kept)
    empty = without.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in (into, value))
    return pl.concat([filled, empty.select(filled.columns)]).sort(ROW, maintain_order=True)


@dataclass(frozen=True)
class Moved:
    """Lines as rows of ours; `left_out` counts those with no side of ours, by pair of places."""

    rows: pl.DataFrame
    questions: list[Question]
    left_out: Mapping[str, int]


def from_to(rows: pl.DataFrame, leaves: str, arrives: str, qty: str, said: FromTo, answers: Answers) -> Moved:
    """A row that leaves each own place and one that arrives at each, with the kind their pair means.

    A pair nobody named is asked; its rows keep the pair in `kind`. Needs the number of `qty`.
    """
    pair = "(pair)"
    rows = rows.with_columns(
        pl.concat_str(
            _usage(rows[CELL + leaves], said.places),
            _usage(rows[CELL + arrives], said.places),
            separator=" > ",
        ).alias(pair)
    )
    known = dict(said.kinds) | answers.beginning("code.kind.")
    pairs = rows[pair].value_counts(sort=True)
    kinds: dict[str, str] = {}
    questions: list[Question] = []
    left_out: dict[str, int] = {}
    for name, count in pairs.iter_rows():
        meaning = LEAVE_OUT if OWN not in name.split(" > ") else known.get(name, ASK)
        if meaning == LEAVE_OUT:
            left_out[name] = count
        elif meaning == ASK:
            questions.append(_pair_question(rows, pair, name, leaves, arrives))
        kinds[name] = name if meaning == ASK else meaning
    rows = rows.with_columns(pl.col(pair).replace(kinds).alias("kind")).filter(pl.col("kind") != LEAVE_OUT)
    parts = []
    for number, (place, factor, side) in enumerate(((leaves, -1, 0), (arrives, 1, 1))):
        mine = rows.filter(pl.col(pair).str.split(" > ").list.get(side) == OWN)
        parts.append(
            mine.with_columns(
                pl.col(CELL + place).alias("warehouse_id"),
                plain(qty, factor).alias("qty"),
                pl.lit(number).alias(_PART),
            )
        )
    whole = pl.concat(parts).sort(ROW, _PART, maintain_order=True).drop(_PART, pair)
    return Moved(whole, questions, left_out)


def _usage(cells: pl.Series, places: Iterable[tuple[str, str]]) -> pl.Series:
    patterns = [(re.compile(pattern), usage) for pattern, usage in places]
    distinct = cells.unique().to_list()
    usages = {
        cell: next((usage for pattern, usage in patterns if pattern.search(cell or "")), OWN)
        for cell in distinct
    }
    return cells.replace_strict(usages, default=OWN, return_dtype=pl.String)


def _pair_question(rows: pl.DataFrame, pair: str, name: str, leaves: str, arrives: str) -> Question:
    mine = rows.filter(pl.col(pair) == name)
    ways = mine.select(pl.concat_str(pl.col(CELL + leaves), pl.col(CELL + arrives), separator=" > "))
    samples = tuple(ways.to_series().drop_nulls().unique(maintain_order=True).head(3).to_list())
    facts = {"column": f"{leaves} > {arrives}", "value": name, "count": mine.height}
    return Question(f"code.kind.{name}", "code", facts, (*MOVEMENT_KINDS, LEAVE_OUT), None, samples)
