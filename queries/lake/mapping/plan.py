"""What of a file is read for what, decided from its headers, a layout and a person's answers."""

from __future__ import annotations

import re
from collections.abc import Mapping

import polars as pl

from queries.lake.cells.dates import Order, read_dates
from queries.lake.contract import Column, Table
from queries.lake.mapping.amounts import CELL
from queries.lake.mapping.layouts import Ask, Codes, Header, Joined, TableMapping
from queries.lake.mapping.sources import Sources, as_empty, trimmed
from queries.lake.mapping.unfold import Entry
from queries.lake.problems import ROW, Problem, listed
from queries.lake.questions import Answers, Question
from queries.lake.reading.grid import Grid
from queries.lake.words import among


class Plan:
    """Where every column of the contract and every source of the layout stands in one file.

    `values` gives each found column as an expression over the cells, `origin` its header. `entries`,
    `places`, `way` and `moved` are the headers a row is unfolded by; `questions` and `problems` what is open.
    """

    def __init__(
        self,
        grid: Grid,
        table: Table,
        mapping: TableMapping,
        answers: Answers,
        constants: Mapping[str, str],
    ) -> None:
        self.grid, self.mapping, self.answers = grid, mapping, answers
        self.sources = sources = Sources(grid.frame, mapping, answers)
        self.columns = {column.name: column for column in table.columns}
        given = {**mapping.constants, **answers.beginning("value."), **constants}
        self.constants = {name: text for name, text in given.items() if name in self.columns}
        self.problems: list[Problem] = []
        self.questions: list[Question] = []
        self.values: dict[str, pl.Expr] = {}
        self.origin: dict[str, str] = {}
        self.how = sources.how
        self.said = self._said()
        self.entries = self._entries() if not answers.get("header.qty") else []
        taken = {"qty"} if self.entries or mapping.from_to else set()
        if mapping.unpivot:
            taken |= {mapping.unpivot.into, mapping.unpivot.value}
        for column in table.columns:
            if column.name not in taken:
                self._find(column)
        self._entry_unit()
        cases = [case for codes in mapping.codes for case in codes.cases]
        self.cases = {case: sources.of(case.header) for case in cases}
        self.sign = sources.of(mapping.sign.header) if mapping.sign else None
        self.down = [name for name in map(sources.of, mapping.fill_down) if name]
        self.left = [
            (each, [name for name in map(sources.of, (each.header, *each.nothing)) if name])
            for each in mapping.leave_out
            if self.holds(each.only_if)
        ]
        self.blank = [name for each in mapping.totals.blank for name in self._all(each)]
        self.of = [name for each in mapping.totals.of for name in self._all(each)]
        self.way, self.moved = self._way()
        self.code_headers = {codes: sources.of(codes.header) for codes in mapping.codes}
        self.places = self._places()

    def holds(self, only_if: Mapping[str, str]) -> bool:
        """Whether the preset's own questions are answered so."""
        return all(self.said.get(key) == wanted for key, wanted in only_if.items())

    def cells(self) -> pl.DataFrame:
        """ROW and every cell that is read: trimmed, empty where a word says so."""
        read = [*self.sources.read, *self.places]
        cells = self.grid.frame.select(ROW, *(trimmed(pl.col(name)).alias(CELL + name) for name in read))
        changes = self._empty_words(read)
        return cells.with_columns(as_empty(pl.col(CELL + name), words) for name, words in changes.items())

    def headers_of(self, name: str) -> tuple[str, ...]:
        """The headers a column is made of."""
        joined = self.mapping.joined.get(name)
        if self.how.get(name) == "joined" and joined:
            found = [self.sources.of(part.header) for part in joined.parts]
            return tuple(each for each in found if each)
        origin = self.origin.get(name)
        return (origin,) if origin and origin in self.sources.read else ()

    @property
    def still(self) -> list[str]:
        """Headers whose cells are looked at after a row is unfolded: codes, what decides them, signs."""
        return [name for name in (*self.code_headers.values(), *self.cases.values(), self.sign) if name]

    def _all(self, header: Header) -> tuple[str, ...]:
        if header.column:
            return self.headers_of(header.column)
        found = self.sources.of(header)
        return (found,) if found else ()

    def _said(self) -> dict[str, str | None]:
        """The answers to the preset's own questions; what is not answered is asked."""
        said: dict[str, str | None] = {}
        for ask in self.mapping.asks:
            standing = self.sources.standing(word for rank in ask.where for word in rank)
            if standing or not ask.where:
                said[ask.key] = self._answer(ask, standing)
        return said

    def _answer(self, ask: Ask, headers: list[str]) -> str | None:
        said = self.answers.get(ask.key)
        if said is not None and (not ask.choices or said in ask.choices):
            return said
        if headers and not self._say_something(headers):
            return ask.proposal or next(iter(ask.choices), None)
        facts = {"question": ask.text[0], "question_zh_CN": ask.text[1]}
        samples = tuple(f"{name}: {listed(self.sources.samples(name))}" for name in headers)
        self.questions.append(Question(ask.key, "preset", facts, ask.choices, ask.proposal, samples))
        return ask.proposal

    def _say_something(self, headers: list[str]) -> bool:
        """Whether one of these headers has a cell that is filled and not zero."""
        cells = (pl.col(name).str.contains(r"[^0\s.,+-]").any() for name in headers)
        return bool(self.grid.frame.select(pl.any_horizontal(cells)).item())

    def _entries(self) -> list[Entry]:
        found: list[Entry] = []
        for each in self.mapping.split:
            qty = self.sources.of(each.qty) if self.holds(each.only_if) else None
            when = self.sources.of(each.when.header) if each.when else None
            if qty and (when or not each.when) and all(qty != other.qty for other in found):
                found.append(Entry(qty, self.sources.of(each.value), each, when))
        return found

    def _find(self, column: Column) -> None:
        name = column.name
        said = self.answers.get(f"header.{name}")
        if name in self.constants and not said:
            self._take(name, pl.lit(self.constants[name]), name, "constant")
        elif name == self.mapping.sheet and self._is_named() and not said:
            self._take(name, pl.lit(self.grid.sheet), self.grid.sheet, "sheet")
        elif said is not None or not self._join(name, self.mapping.joined.get(name)):
            header = self.sources.column(column)
            if header:
                self._take(name, pl.col(CELL + header), header, self.how[name])

    def _is_named(self) -> bool:
        """Whether the sheet has a name that says something."""
        sheet, no_name = self.grid.sheet.strip(), self.mapping.sheet_not
        return bool(sheet) and not (no_name and re.search(no_name, sheet))

    def _take(self, name: str, value: pl.Expr, origin: str, how: str) -> None:
        self.values[name], self.origin[name], self.how[name] = value, origin, how

    def _join(self, name: str, joined: Joined | None) -> bool:
        found = [(part, self.sources.of(part.header)) for part in joined.parts] if joined else []
        if not joined or not all(header or part.is_optional for part, header in found):
            return False
        there = [(part, header) for part, header in found if header]
        cells = [
            pl.col(CELL + header) if part.empty is None else pl.col(CELL + header).fill_null(part.empty)
            for part, header in there
        ]
        headers = [header for _, header in there]
        if not headers:
            return False
        nothing = pl.all_horizontal(pl.col(CELL + header).is_null() for header in headers)
        year, dated = self.sources.of(joined.year), self.sources.of(joined.year_of)
        if year:
            cells.append(pl.col(CELL + year))
        elif dated:
            cells.append(pl.col(CELL + dated).map_batches(self._years, return_dtype=pl.String))
        value = pl.when(~nothing).then(pl.concat_str(cells, separator=joined.separator, ignore_nulls=True))
        self._take(name, value, joined.separator.join(headers), "joined")
        return True

    def _years(self, cells: pl.Series) -> pl.Series:
        distinct = cells.drop_nulls().unique().to_list()
        orders: tuple[Order, ...] = ("dmy", "mdy")
        first, other = (read_dates(distinct, each, self.grid.is_1904)["date"] for each in orders)
        years = first.fill_null(other).dt.year().cast(pl.String)
        return cells.replace_strict(distinct, years, default=None, return_dtype=pl.String)

    def _entry_unit(self) -> None:
        said = self.mapping.entry_unit
        lacks = not self.entries and "qty" not in self.values and "qty" not in self.sources.doubtful
        qty = self.sources.of(said.qty) if said and lacks else None
        if not said or not qty:
            return
        self._take("qty", pl.col(CELL + qty), qty, "synonym")
        unit, base = self.sources.of(said.unit), self.sources.of(said.base_unit)
        if unit and base:
            are_one = trimmed(pl.col(unit)).eq_missing(trimmed(pl.col(base))).all()
            if self.grid.frame.select(are_one).item():
                return
        answer = self.answers.get("entry_unit")
        if answer == "refuse":
            self.problems.append(Problem("entry_unit", None, qty))
        elif answer != "same":
            samples = self.sources.samples(unit) if unit else ()
            facts = {"column": qty}
            self.questions.append(
                Question("entry_unit", "entry_unit", facts, ("same", "refuse"), None, samples)
            )

    def _way(self) -> tuple[tuple[str, str] | None, str | None]:
        said = self.mapping.from_to
        if not said:
            return None, None
        leaves, arrives = self.sources.of(said.leaves), self.sources.of(said.arrives)
        qty = self.sources.column(self.columns["qty"])
        return (leaves, arrives) if leaves and arrives else None, qty

    def _places(self) -> list[str]:
        """Headers that may be values of the unpivoted column: those of the rule that nobody else reads."""
        said = self.mapping.unpivot
        if not said:
            return []
        names = pl.Series(self.sources.names, dtype=pl.String)
        if said.after:
            after = self.sources.of(said.after)
            names = names.slice(names.index_of(after) + 1) if after else names.clear()  # type: ignore[operator]
        if said.matches:
            names = names.filter(names.str.contains(said.matches))
        besides = [*self.mapping.ignored, *(word for rank in said.besides for word in rank)]
        taken = {*self.sources.read, *among(names, besides)}
        return [name for name in names if name not in taken]

    def _empty_words(self, read: list[str]) -> dict[str, list[str]]:
        """Words that mean an empty cell, by header."""
        words = dict(self.mapping.empty)
        every = words.pop("*", ())
        yes_no = {self.origin.get(name) for name, column in self.columns.items() if column.kind == "boolean"}
        found = {name: list(every) for name in read if name not in yes_no} if every else {}
        for name, own in words.items():
            header = Header(self.mapping.headers.get(name, ()), name)
            stands = self.sources.of(header if name in self.columns else Header(((name,),)))
            if stands in read:
                found.setdefault(str(stands), []).extend(own)
        return found


def groups_of(plan: Plan, table: Table) -> list[tuple[Column, str | None, list[Codes]]]:
    """Tables of codes by the column they fill and their header (None: the column's own), in their order."""
    by: dict[tuple[str, str | None], list[Codes]] = {}
    for codes in plan.mapping.codes:
        header = plan.code_headers[codes]
        if plan.holds(codes.only_if) and (header or not codes.header):
            by.setdefault((codes.column, header if codes.header else None), []).append(codes)
    if table.name == "movements" and "kind" in plan.values:
        by.setdefault(("kind", None), [])
    return [(plan.columns[name], header, tables) for (name, header), tables in by.items()]
