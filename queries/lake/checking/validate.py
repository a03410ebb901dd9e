"""Is the file what the contract says: cell by cell, then key by key; set-based, so size does not matter.

Problems name the row and the header as they stand in the file. A row with a cell that only its own row is
wrong by is set aside, with the reasons beside it; what only a person can judge is hold.py's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from queries.lake.cells import dates, numbers
from queries.lake.cells.cast import Spelling, Typed, cast, delta_type
from queries.lake.contract import Column, Table
from queries.lake.problems import FILE, OUTCOMES, ROW, Problem, listed, problems_of, shortened
from queries.lake.questions import Answers, Question

REASONS = "(reasons)"
"""The column that says why a row is set aside: `column:code`, several with `; ` between."""

Edits = Mapping[tuple[int, str], str]
"""Cells a person mended, by source row and column of the contract."""


class MappedRows(Protocol):
    """What is checked: rows in the contract's columns as text, each column's header, signs by kind."""

    @property
    def frame(self) -> pl.DataFrame:
        """ROW and String columns."""

    @property
    def origin(self) -> Mapping[str, str]:
        """Column of the contract to header of the file."""

    @property
    def signs(self) -> Mapping[str, int]:
        """Sign of a quantity by its kind."""


@dataclass(frozen=True)
class Checked:
    """A file's sound rows typed by the contract (ROW, then every column in order), and what else came of it.

    `aside` are the rows set aside: ROW, the contract's columns as text and REASONS. `problems` are the wrong
    cells and what was mended; `questions` leave columns unread.
    """

    frame: pl.DataFrame
    aside: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)


def check_cells(
    mapped: MappedRows,
    table: Table,
    answers: Answers | None = None,
    edits: Edits | None = None,
    *,
    is_1904: bool = False,
    undecided: Collection[str] = (),
) -> Checked:
    """Every cell as the contract's type; a row with a wrong one is set aside, all wrong ones are named.

    Columns that are `undecided` are not looked at.
    """
    frame, edits = mapped.frame.drop(list(undecided), strict=False), edits or {}
    spellings, questions = _spellings(frame, table, answers or Answers(), mapped.origin, is_1904)
    results: dict[str, Typed] = {}
    for column in table.columns:
        if column.name in frame.columns:
            spelling = spellings.get(column.name, Spelling())
            if spelling is not None:
                results[column.name] = cast(frame[column.name], column, spelling)
        elif any(name == column.name for _, name in edits):
            results[column.name] = _nothing(frame, column)
    if table.name == "movements" and "kind" in results and "qty" in results:
        results["kind"] = _edited(results["kind"], frame, table.column("kind"), edits)
        results["qty"] = _signed(results["qty"], results["kind"].values, mapped.signs)
    results = {name: _edited(each, frame, table.column(name), edits) for name, each in results.items()}
    results = _of_own_currency(results, frame)
    open_ = {name for name in mapped.frame.columns if name not in results}
    results = _with_empties(results, frame, table, open_)
    problems: list[Problem] = []
    aside = pl.repeat(False, frame.height, eager=True)
    for column in table.columns:
        if column.name in results:
            header = mapped.origin.get(column.name, column.name)
            problems += _told(frame, results[column.name], column, header)
            wrong = results[column.name].wrong
            if wrong.null_count() < frame.height:
                aside = aside | wrong.is_not_null()
    typed = pl.DataFrame(
        [
            frame[ROW],
            *(
                results[each.name].values.alias(each.name)
                if each.name in results
                else _nothing(frame, each).values.alias(each.name)
                for each in table.columns
            ),
        ]
    )
    if not aside.any():
        return Checked(typed, _no_rows(table), problems, questions)
    kept = _set_aside(frame, typed, results, table, aside, mapped.signs)
    return Checked(typed.filter(~aside), kept, problems, questions)


def duplicates(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Keys that stand in several rows: the key's columns, `rows` (places), and ROW and FILE of the second.

    `frame` holds typed rows of all files of the load, with ROW and FILE. A ledger line without a number of
    its own may repeat another.
    """
    keys = list(table.key)
    keyed = frame
    if table.name == "movements":
        keyed = frame.filter(pl.col("line_no").is_not_null())
        shorter = keyed.select("posted_on", "document_id", "line_no")
        if shorter.height == shorter.unique().height:
            keyed = keyed.clear()
    if not keyed.height or keyed.select(keys).hash_rows().n_unique() == keyed.height:
        keyed = keyed.clear()
    several_files = frame[FILE].n_unique() > 1
    place = pl.format("{} {}", FILE, ROW) if several_files else pl.col(ROW).cast(pl.String)
    return (
        keyed.group_by(keys, maintain_order=True)
        .agg(place.alias("rows"), pl.col(ROW).get(1, null_on_oob=True), pl.col(FILE).get(1, null_on_oob=True))
        .filter(pl.col("rows").list.len() > 1)
    )


def key_problems(doubled: pl.DataFrame, table: Table, code: str = "duplicate_key") -> list[Problem]:
    """One problem for each key that stands in several rows."""
    keys = list(table.key)
    words = pl.concat_str([pl.col(k).cast(pl.String) for k in keys], separator=" / ", ignore_nulls=True)
    named = doubled.with_columns(words.alias("value"))
    facts = {"key": " + ".join(keys)}
    found: list[Problem] = []
    for (file,), rows in named.group_by(FILE, maintain_order=True):
        found += [
            each.in_file(str(file))
            for each in problems_of(code, rows, table.key[0], facts, more={"rows": rows["rows"]})
        ]
    return found


def check_keys(frame: pl.DataFrame, table: Table) -> list[Problem]:
    """Rows that share a key, as problems."""
    return key_problems(duplicates(frame, table), table)


def _spellings(
    frame: pl.DataFrame, table: Table, answers: Answers, origin: Mapping[str, str], is_1904: bool
) -> tuple[dict[str, Spelling | None], list[Question]]:
    """How each column's numbers and dates are written; None and a question where the cells leave it open."""
    there = [column for column in table.columns if column.name in frame.columns]
    found: dict[str, Spelling | None] = {}
    questions: list[Question] = []
    counted = [each.name for each in there if each.kind in ("decimal", "integer")]
    marks = {name: numbers.marks_of(frame[name]) for name in counted}
    said = answers.get("decimal")
    if said == "comma" or any(each.is_of_commas for each in marks.values()):
        marks = {
            name: each if each.samples else numbers.marks_of(frame[name], look_at_points=True)
            for name, each in marks.items()
        }
    open_marks: dict[str, str | None] = {}
    for name, each in marks.items():
        others = [other for beside, other in marks.items() if beside != name]
        commas = any(other.is_of_commas for other in others)
        proved = any(other.comma and not other.point for other in others)
        choice = numbers.decide(each, said, commas, is_proved=proved)
        found[name] = Spelling(mark=choice.mark) if choice.mark else None
        if not choice.mark:
            open_marks[name] = choice.proposal
    if open_marks:
        samples = [cell for name in open_marks for cell in marks[name].samples]
        questions.append(_asked("decimal", open_marks, origin, samples, ("point", "comma")))
    dated = [each.name for each in there if each.kind == "date"]
    orders = {name: dates.orders_of(frame[name]) for name in dated}
    open_orders: dict[str, str | None] = {}
    for name, order in orders.items():
        proves = {
            "dmy" if each.dmy else "mdy"
            for beside, each in orders.items()
            if beside != name and each.dmy != each.mdy
        }
        beside_it: dates.Order | None = None
        if len(proves) == 1:
            beside_it = "dmy" if "dmy" in proves else "mdy"
        chosen = dates.decide(order, answers.get("dates"), beside_it)
        found[name] = Spelling(order=chosen.order, is_1904=is_1904) if chosen.order else None
        if not chosen.order:
            open_orders[name] = chosen.proposal
    if open_orders:
        samples = [cell for name in open_orders for cell in orders[name].samples]
        questions.append(_asked("dates", open_orders, origin, samples, ("dmy", "mdy")))
    return found, questions


def _asked(
    code: str,
    undecided: Mapping[str, str | None],
    origin: Mapping[str, str],
    samples: Iterable[str],
    choices: tuple[str, ...],
) -> Question:
    shown = tuple(dict.fromkeys(shortened(cell) for cell in samples))[:5]
    proposals = set(undecided.values())
    facts = {
        "column": listed(dict.fromkeys(origin.get(name, name) for name in undecided)),
        "value": shown[0] if shown else "",
    }
    return Question(code, code, facts, choices, proposals.pop() if len(proposals) == 1 else None, shown)


def _nothing(frame: pl.DataFrame, column: Column) -> Typed:
    """A column the file does not have."""
    values = pl.Series(column.name, [None], dtype=delta_type(column)).new_from_index(0, frame.height)
    return Typed(values, pl.Series("wrong", [None], dtype=pl.String).new_from_index(0, frame.height))


def _edited(typed: Typed, frame: pl.DataFrame, column: Column, edits: Edits) -> Typed:
    """The column with the cells a person mended, written as the contract writes them."""
    mine = {row: text.strip() or None for (row, name), text in edits.items() if name == column.name}
    if not mine:
        return typed
    here = frame[ROW].is_in(list(mine))
    cells = frame[ROW].replace_strict(mine, default=None, return_dtype=pl.String)
    fresh = cast(cells, column)
    return Typed(
        typed.values.zip_with(~here, fresh.values.alias(typed.values.name)),
        typed.wrong.zip_with(~here, fresh.wrong),
        typed.mended.zip_with(~here, fresh.wrong.clear().new_from_index(0, frame.height))
        if typed.mended is not None
        else None,
    )


def _of_own_currency(results: dict[str, Typed], frame: pl.DataFrame) -> dict[str, Typed]:
    """The columns with a code where the sign beside an amount is not the currency its row names."""
    marked = dict(results)
    for name, typed in results.items():
        if "currency" not in results or typed.mended is None:
            continue
        named = pl.DataFrame([frame[name].alias("cell"), results["currency"].values.alias("currency")])
        named = named.filter((typed.mended == "unit_dropped").fill_null(value=False)).drop_nulls().unique()
        others = [
            pair
            for pair in named.iter_rows()
            if (meant := numbers.currencies_of(pair[0])) and numbers.currency_named(pair[1]) not in meant
        ]
        if others:
            pairs = pl.DataFrame(others, schema=named.schema, orient="row").with_columns(is_other=True)
            rows = pl.DataFrame([frame[name].alias("cell"), results["currency"].values.alias("currency")])
            is_other = rows.join(pairs, on=["cell", "currency"], how="left", maintain_order="left")[
                "is_other"
            ]
            wrong = pl.select(pl.when(is_other).then(pl.lit("mixed_currencies")).otherwise(typed.wrong))
            marked[name] = Typed(typed.values, wrong.to_series().alias("wrong"), typed.mended)
    return marked


def _with_empties(
    results: dict[str, Typed], frame: pl.DataFrame, table: Table, unread: Collection[str]
) -> dict[str, Typed]:
    """The columns with a code in each required cell that is empty; a count needs counted_qty, not qty.

    Columns that are `unread`, as a question is open for them, are not judged.
    """
    needed: dict[str, tuple[pl.Series | bool, str]] = {
        each.name: (True, "empty_cell") for each in table.columns if each.required and each.name in results
    }
    if table.name == "movements" and "kind" not in results:
        needed.pop("qty", None)
    elif table.name == "movements":
        counts = (results["kind"].values == "count").fill_null(value=False)
        needed["qty"] = (~counts, "empty_cell")
        if counts.any():
            needed["counted_qty"] = (counts, "empty_count")
    marked = dict(results)
    for name, (applies, code) in needed.items():
        if name in unread:
            continue
        typed = marked.get(name) or _nothing(frame, table.column(name))
        empty = typed.values.is_null() & typed.wrong.is_null() & applies
        if empty.any():
            wrong = pl.select(pl.when(empty).then(pl.lit(code)).otherwise(typed.wrong)).to_series()
            marked[name] = Typed(typed.values, wrong.alias("wrong"), typed.mended)
    return marked


def _told(frame: pl.DataFrame, typed: Typed, column: Column, header: str) -> list[Problem]:
    """Each wrong cell of a column, and one line for each way its cells were mended."""
    found: list[Problem] = []
    if typed.wrong.null_count() < len(typed.wrong):
        for (code,), rows in _coded(frame, typed.wrong, column).group_by("code", maintain_order=True):
            found += problems_of(str(code), rows, header, facts_of(column))
    if typed.mended is not None:
        for (code,), rows in _coded(frame, typed.mended, column).group_by("code", maintain_order=True):
            row, value = rows.select(ROW, "value").row(0)
            found.append(Problem(str(code), row, header, shortened(value), {"count": rows.height}))
    return found


def facts_of(column: Column) -> dict[str, object]:
    """What the sentences about a column's cells may name."""
    return {
        "choices": listed(column.choices),
        "scale": column.scale,
        "lower": "" if column.lower is None else f"{column.lower:g}",
        "upper": "" if column.upper is None else f"{column.upper:g}",
    }


def _coded(frame: pl.DataFrame, codes: pl.Series, column: Column) -> pl.DataFrame:
    there = codes.is_not_null()
    cells = (
        frame[column.name] if column.name in frame.columns else pl.Series([""]).new_from_index(0, len(codes))
    )
    return pl.DataFrame(
        [frame[ROW].filter(there), cells.filter(there).alias("value"), codes.filter(there).alias("code")]
    )


def _set_aside(
    frame: pl.DataFrame,
    typed: pl.DataFrame,
    results: Mapping[str, Typed],
    table: Table,
    aside: pl.Series,
    signs: Mapping[str, int],
) -> pl.DataFrame:
    """The rows set aside: sound cells as the contract writes them, wrong ones as they stood, the reasons."""
    shown: list[pl.Series] = [frame[ROW].filter(aside)]
    reasons: list[pl.Expr] = []
    wrongs: dict[str, pl.Series] = {}
    for column in table.columns:
        name = column.name
        text = typed[name].filter(aside).cast(pl.String)
        if name in results:
            wrong = results[name].wrong.filter(aside)
            if name in frame.columns:
                raw = frame[name].filter(aside)
                if name == "qty" and signs and "kind" in results:
                    raw = _minus(raw, results["kind"].values.filter(aside), signs)
                text = text.zip_with(wrong.is_null(), raw)
            if wrong.null_count() < len(wrong):
                wrongs[name] = wrong.alias(f"wrong {name}")
                reasons.append(pl.format(f"{name}:{{}}", pl.col(f"wrong {name}")))
        elif name in frame.columns:
            text = frame[name].filter(aside)
        shown.append(text.alias(name))
    said = pl.DataFrame(list(wrongs.values())).select(
        pl.concat_str(reasons, separator="; ", ignore_nulls=True).alias(REASONS)
    )
    return pl.DataFrame(shown).hstack(said)


def _minus(raw: pl.Series, kinds: pl.Series, signs: Mapping[str, int]) -> pl.Series:
    """Quantities no program could read, with the minus their kind gives them in this file."""
    turned = kinds.is_in([kind for kind, sign in signs.items() if sign < 0]).fill_null(value=False)
    return raw.zip_with(~turned, "-" + raw)


def _no_rows(table: Table) -> pl.DataFrame:
    columns = {column.name: pl.String() for column in table.columns}
    return pl.DataFrame(schema={ROW: pl.Int64(), **columns, REASONS: pl.String()})


def _signed(qty: Typed, kinds: pl.Series, signs: Mapping[str, int]) -> Typed:
    """qty times the sign its kind has in this mapping."""
    minus = [kind for kind, sign in signs.items() if sign < 0]
    if not minus:
        return qty
    values = pl.select(pl.when(kinds.is_in(minus)).then(-qty.values).otherwise(qty.values)).to_series()
    return Typed(values.alias(qty.values.name), qty.wrong, qty.mended)


def is_grave(problem: Problem) -> bool:
    """Whether a wrong cell keeps the whole file out."""
    return OUTCOMES.get(problem.code, "refused") == "refused"
