"""A sheet as it was read becomes rows of the contract, still text, by what a preset and a person say.

Every row of the file ends as a row of the contract, a control total, a row left out by a rule that is told,
or a problem. What cannot be decided is a question; until it is answered, its column is `undecided`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from queries.lake.cells.dates import Order
from queries.lake.contract import TABLES, Table
from queries.lake.mapping.amounts import CELL, NUMBER, is_zero, plain, with_numbers
from queries.lake.mapping.codes import SIGN, Group, contradicted, decide, is_signed
from queries.lake.mapping.layouts import LeaveOut, SignColumn
from queries.lake.mapping.layouts import TableMapping as TableMapping
from queries.lake.mapping.plan import Plan, groups_of
from queries.lake.mapping.presets import GENERIC as GENERIC
from queries.lake.mapping.presets import known_words as known_words
from queries.lake.mapping.presets import preset as preset
from queries.lake.mapping.presets import presets as presets
from queries.lake.mapping.presets import words_of
from queries.lake.mapping.proposals import proposed_value
from queries.lake.mapping.sources import filled_down, filled_where_merged, translated
from queries.lake.mapping.supplied import line_numbers, opening_lines
from queries.lake.mapping.totals import Control, Where, controls, is_total
from queries.lake.mapping.unfold import from_to, places_in_columns, split, unpivot
from queries.lake.problems import ROW, Problem, listed
from queries.lake.questions import Answers, Question
from queries.lake.reading.grid import Grid
from queries.lake.words import normal, normals

_LEADING_ZEROS = r"^0+[0-9]+$"
_SIGNED = "^\\s*[-(\u2212\u2013\uff08]|-\\s*$"
_QTY = "(qty)"


@dataclass(frozen=True)
class Mapped:
    """A sheet in the contract's columns, still text; ROW repeats where a row of the file is several of ours.

    `origin` gives each column's header in the file, `how` by what it was found (name, synonym, answer,
    joined, constant, sheet, split, unpivot, from_to). `read` are the headers that are read, `unused` those
    nobody knows, `ignored` those the preset knows and leaves, `personal` those dropped for naming persons.
    `totals` are the rows set aside as such, `controls` what each of their numbers is held against.
    `undecided` are columns a question is open for. `lacks` names required columns that are not there and are
    not asked for here.
    """

    frame: pl.DataFrame
    origin: Mapping[str, str]
    signs: Mapping[str, int]
    unused: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    controls: tuple[Control, ...] = ()
    totals: tuple[int, ...] = ()
    how: Mapping[str, str] = field(default_factory=dict, hash=False)
    undecided: frozenset[str] = frozenset()
    lacks: tuple[str, ...] = ()


def map_sheet(
    grid: Grid,
    table: Table,
    mapping: TableMapping,
    answers: Answers | None = None,
    *,
    file: str = "",
    constants: Mapping[str, str] | None = None,
) -> tuple[Mapped, list[Problem], list[Question]]:
    """The sheet's rows in the contract's columns, what keeps them from it, and what must be asked.

    `constants` win over cells, as do answers to `value.<column>`; `file` is the name to search for a date.
    """
    if mapping.is_refused_as(table.name):
        return Mapped(grid.frame.select(ROW).clear(), {}, {}), [refusal(mapping, table.name)], []
    answers = (answers or Answers()).also(mapping.answers)
    work = _Work(Plan(grid, table, mapping, answers, constants or {}), table)
    work.set_aside()
    work.fill()
    for rule, headers in work.plan.left:
        work.leave_out(rule, headers)
    work.unfold()
    work.decide()
    work.date_openings()
    work.strip_zeros()
    work.find_lacking(file)
    return work.mapped(), work.problems, work.questions


def refusal(mapping: TableMapping, table: str) -> Problem:
    """Why files of a refused layout are not loaded, and the way out."""
    remedy, chinese = mapping.refused or ("", "")
    facts = {
        "layout": f"{mapping.preset} {mapping.name}".strip().replace("_", " "),
        "table": table or listed(each.name for each in TABLES[:2]),
        "remedy": remedy,
        "remedy_zh_CN": chinese,
    }
    return Problem("refused_layout", facts=facts)


class _Work:
    """One sheet on its way: `rows` carry ROW, the file's cells (`amounts.CELL`) and the columns so far."""

    def __init__(self, plan: Plan, table: Table) -> None:
        self.plan, self.table, self.mapping = plan, table, plan.mapping
        self.rows = plan.cells()
        self.origin = dict(plan.origin)
        self.problems = [*plan.sources.problems, *plan.problems]
        if plan.mapping.note:
            note, chinese = plan.mapping.note
            self.problems.append(Problem("layout_note", facts={"note": note, "note_zh_CN": chinese}))
        self.questions = [*plan.sources.questions, *plan.questions]
        self.undecided = set(plan.sources.doubtful) & set(plan.columns)
        self.controls: list[Control] = []
        self.totals: tuple[int, ...] = ()
        self.lacks: tuple[str, ...] = ()
        for name, spans in plan.grid.is_merged.items():
            if name in plan.sources.read and name not in plan.down and not plan.mapping.fills_merged:
                rows = listed(f"{first}-{last}" for first, last in spans)
                self.problems.append(Problem("merged_cells", spans[0][0], name, facts={"rows": rows}))

    def set_aside(self) -> None:
        """Take out totals, and hold them against the rows they sum."""
        plan = self.plan
        texts = [each.name for each in self.table.columns if each.kind == "text" and each.required]
        names = sorted(texts, key=lambda name: name != "item_id")
        keys = [plan.headers_of(name) for name in dict.fromkeys((*names, "warehouse_id"))]
        where = Where(
            own=next((headers[0] for headers in keys[: len(names)] if headers), None),
            keys=tuple(dict.fromkeys(header for headers in keys for header in headers)),
            first=tuple(plan.sources.names[: self.mapping.totals.columns]),
            words=self.mapping.totals.words,
            blank=tuple(plan.blank),
        )
        totals = is_total(plan.grid.frame, where)
        if totals is None:
            return
        self.totals = tuple(totals[ROW].to_list())
        counted = [entry for entry in plan.entries if not entry.when]
        summed = [name for entry in counted for name in (entry.qty, entry.value) if name]
        summed += [*plan.headers_of("qty"), *plan.headers_of("counted_qty")]
        summed += [name for name in (plan.moved, *plan.places) if name]
        summed = list(dict.fromkeys(summed))
        self._number(summed)
        self.controls, problems = controls(self.rows, totals, plan.of, summed)
        self.problems += problems
        self.rows = self.rows.join(totals, on=ROW, how="anti", maintain_order="left")
        self.rows = self.rows.drop(NUMBER + name for name in summed)

    def fill(self) -> None:
        """Fill down, then give every column of the contract its cells."""
        plan = self.plan
        if plan.down:
            self.rows = self.rows.with_columns(filled_down(plan.down, plan.grid.is_merged))
        if self.mapping.fills_merged:
            read = [name for name in plan.grid.is_merged if name in plan.sources.read]
            self.rows = self.rows.with_columns(filled_where_merged(read, plan.grid.is_merged))
        self.rows = self.rows.with_columns(value.alias(name) for name, value in plan.values.items())
        patterns = {
            name: pattern for name, pattern in self.mapping.clean.items() if name in self.rows.columns
        }
        self.rows = self.rows.with_columns(
            pl.coalesce(pl.col(name).str.extract(pattern, 1), pl.col(name)).alias(name)
            for name, pattern in patterns.items()
        )
        for name, within in self.mapping.numbered.items():
            if name not in self.rows.columns and within in self.rows.columns:
                self.rows = self.rows.with_columns(line_numbers(within).alias(name))
                self._came([name], plan.headers_of(within), "numbered")

    def leave_out(self, rule: LeaveOut, headers: Sequence[str]) -> None:
        """Leave out the rows a rule names, and say how many."""
        header = headers[0] if headers else None
        name = rule.header.column if rule.header.column in self.rows.columns else CELL + (header or "")
        if name not in self.rows.columns:
            return
        cell = pl.col(name)
        goes = pl.lit(value=False)
        if rule.is_empty:
            goes = goes | cell.is_null()
        if rule.nothing:
            goes = goes | pl.all_horizontal(pl.col(CELL + each).is_null() for each in headers)
        if rule.is_zero:
            goes = goes | is_zero(name)
        if rule.words:
            known = normals(rule.words)
            distinct = self.rows[name].drop_nulls().unique().to_list()
            goes = goes | cell.is_in([text for text in distinct if normal(text) in known])
        if rule.matches:
            goes = goes | cell.str.contains(rule.matches)
        before = self.rows.height
        self.rows = self.rows.filter(~goes.fill_null(value=False))
        if before > self.rows.height:
            shown = self.origin.get(name, header or name)
            reason = rule.reason if rule.reason[0] else (shown, shown)
            self._told_left_out(before - self.rows.height, *reason)

    def unfold(self) -> None:
        """Make several rows of one where the layout says so."""
        plan, answers = self.plan, self.plan.answers
        if plan.entries:
            quantities = [each.qty for each in plan.entries]
            values = [each.value for each in plan.entries if each.value]
            self._number([*quantities, *values])
            self.rows, told = split(self.rows, plan.entries, plan.still)
            self.problems += told
            sets = {name for each in plan.entries for name in each.split.sets}
            self._came(["qty", *sets], quantities, "split")
            self._came(["unit_cost"], values, "split")
        elif self.mapping.unpivot and plan.places:
            said = self.mapping.unpivot
            self._number(plan.places)
            places, questions = places_in_columns(
                self.rows, plan.places, bool(said.matches), answers, said.into
            )
            self._add(questions)
            self.rows = unpivot(self.rows, places, said.into, said.value)
            plan.sources.read |= dict.fromkeys(places)
            self._came([said.into, said.value], places, "unpivot")
        elif self.mapping.from_to and plan.way and plan.moved:
            self._number([plan.moved])
            moved = from_to(self.rows, *plan.way, plan.moved, self.mapping.from_to, answers)
            self.rows = moved.rows
            self._add(moved.questions)
            self.undecided |= {"kind"} if moved.questions else set()
            for pair, count in moved.left_out.items():
                self._told_left_out(count, pair, pair)
            self._came(["qty"], [plan.moved], "from_to")
            self._came(["kind", "warehouse_id"], plan.way, "from_to")

    def decide(self) -> None:
        """Translate codes, set signs, and see whether quantities have the sign their code says."""
        groups = self._groups()
        if groups:
            cells = {case: CELL + name if name else None for case, name in self.plan.cases.items()}
            decided = decide(self.rows, groups, cells, self.plan.answers)
            self.rows = decided.rows
            self._add(decided.questions)
            self.undecided |= decided.undecided
            for reason, count in decided.left_out.items():
                self._told_left_out(count, reason, reason)
            for group in groups:
                self.origin.setdefault(group.column.name, group.header)
        decided_here = {group.column.name for group in groups if group.is_own}
        for name, codes in self.mapping.values.items():
            if name in self.rows.columns and name not in decided_here:
                self.rows = self.rows.with_columns(translated(self.rows[name], codes))
        if "qty" not in self.rows.columns:
            return
        is_unsigned = self.mapping.is_unsigned and SIGN in self.rows.columns and not self._is_signed()
        if is_unsigned:
            self._turn(pl.col(SIGN) < 0)
        elif self.mapping.sign and self.plan.sign:
            self._sign(self.mapping.sign, self.plan.sign)
        judged = next((group.cell for group in groups if group.column.name == "kind"), None)
        if judged and not is_unsigned:
            self.problems += contradicted(self.rows, self.origin.get("qty", "qty"), judged)

    def date_openings(self) -> None:
        """Give opening lines without a day or a number of their own what they need to be lines."""
        if self.table.name == "movements" and {"kind", "posted_on"} <= set(self.rows.columns):
            order: Order = "mdy" if self.plan.answers.get("dates") == "mdy" else "dmy"
            self.rows, told = opening_lines(self.rows, order, self.plan.grid.is_1904)
            self.problems += told

    def _groups(self) -> list[Group]:
        groups: list[Group] = []
        for column, header, tables in groups_of(self.plan, self.table):
            name = column.name
            if not header and name not in self.rows.columns:
                continue
            words = {normal(choice): choice for choice in column.choices}
            words |= {normal(word): code for word, code in self.mapping.values.get(name, {}).items() if code}
            shown = header or self.origin.get(name, name)
            cell = CELL + (header or f"({name})")
            if not header:
                self.rows = self.rows.with_columns(pl.col(name).alias(cell))
            groups.append(Group(column, cell, shown, tables, words, not header))
        return groups

    def _is_signed(self) -> bool:
        """Whether a file that should have no signs has them; asked, as its negative ones may be reversals."""
        answer = self.plan.answers.get("signed")
        if not is_signed(self.rows):
            return False
        if answer not in ("signed", "reversals"):
            facts = {"column": self.origin.get("qty", "qty")}
            self._add([Question("signed", "signed", facts, ("signed", "reversals"), "signed")])
        return answer != "reversals"

    def _sign(self, said: SignColumn, header: str) -> None:
        cell = CELL + header
        distinct = self.rows[cell].drop_nulls().unique(maintain_order=True).to_list()
        minus, plus = ({_mark(word) for word in words} for words in (said.minus, said.plus))
        outgoing = [text for text in distinct if _mark(text) in minus]
        for text in [text for text in distinct if _mark(text) not in minus | plus][:3]:
            row = self.rows.filter(pl.col(cell) == text)[ROW][0]
            facts = {"choices": listed([*said.plus, *said.minus])}
            self.problems.append(Problem("bad_sign", row, header, text, facts))
        if said.reverses or not self.rows.select(pl.col("qty").str.contains(_SIGNED).any()).item():
            self._turn(pl.col(cell).is_in(outgoing))

    def _turn(self, where: pl.Expr) -> None:
        """Turn the sign of the quantities where the condition holds; what is no number stays."""
        self.rows = self.rows.with_columns(pl.col("qty").alias(CELL + _QTY))
        self._number([_QTY])
        turned = pl.when(where.fill_null(value=False)).then(plain(_QTY, -1)).otherwise(plain(_QTY))
        self.rows = self.rows.with_columns(turned.alias("qty")).drop(CELL + _QTY, NUMBER + _QTY)

    def _number(self, names: Sequence[str]) -> None:
        self.rows, questions = with_numbers(self.rows, names, self.plan.answers)
        self._add(questions)

    def _came(self, names: Sequence[str], headers: Sequence[str], how: str) -> None:
        for name in names:
            if name in self.rows.columns and headers:
                self.origin[name] = listed(dict.fromkeys(headers))
                self.plan.how[name] = how

    def _add(self, questions: Sequence[Question]) -> None:
        keys = {each.key for each in self.questions}
        self.questions += [each for each in questions if each.key not in keys]

    def _told_left_out(self, count: int, reason: str, chinese: str) -> None:
        facts = {"count": count, "reason": reason, "reason_zh_CN": chinese}
        self.problems.append(Problem("rows_left_out", facts=facts))

    def strip_zeros(self) -> None:
        """Ask once whether leading zeros are part of a code; strip them where they are not."""
        answer = self.plan.answers.get("zeros")
        for name in self.mapping.zeros if answer != "keep" else ():
            if name not in self.rows.columns:
                continue
            padded = self.rows[name].filter(self.rows[name].str.contains(_LEADING_ZEROS))
            if answer == "strip":
                bare = pl.col(name).str.replace("^0+([0-9])", "$1")
                is_padded = pl.col(name).str.contains(_LEADING_ZEROS)
                self.rows = self.rows.with_columns(pl.when(is_padded).then(bare).otherwise(name).alias(name))
            elif len(padded):
                samples = tuple(padded.unique(maintain_order=True).head(3).to_list())
                facts = {"column": self.origin.get(name, name), "value": samples[0]}
                self._add([Question("zeros", "zeros", facts, ("keep", "strip"), "keep", samples)])

    def find_lacking(self, file: str) -> None:
        """Ask for required columns that are not there, or leave them to the caller."""
        given = set(self.rows.columns) | self.plan.sources.doubtful
        doubts = any(each.code in ("header", "preset") for each in self.questions)
        if self.mapping.split and doubts:
            given.add("qty")
        lacking = [name for name in self.table.required if name not in given]
        if self.table.name == "movements":
            lacking = [name for name in lacking if name != "qty" or "counted_qty" not in given]
        for name in [name for name in lacking if name in self.mapping.asked]:
            pattern, titles = self.mapping.titles.get(name, ""), self.plan.grid.titles
            column = self.plan.columns[name]
            proposal, samples = proposed_value(column, pattern, titles, file)
            facts = {"column": name}
            self._add([Question(f"value.{name}", "value", facts, column.choices, proposal, samples)])
            self.undecided.add(name)
        self.lacks = tuple(name for name in lacking if name not in self.mapping.asked)

    def mapped(self) -> Mapped:
        """What came of it."""
        ours = [column.name for column in self.table.columns if column.name in self.rows.columns]
        sources = self.plan.sources
        ignored, unused = sources.left([*self.mapping.ignored, *words_of(self.mapping)])
        return Mapped(
            frame=self.rows.select(ROW, *ours),
            origin={name: self.origin.get(name, name) for name in ours},
            signs=self.mapping.signs,
            unused=unused,
            ignored=ignored,
            personal=sources.personal,
            read=tuple(sources.read),
            controls=tuple(self.controls),
            totals=self.totals,
            how={name: self.plan.how.get(name, "split") for name in ours},
            undecided=frozenset(self.undecided),
            lacks=self.lacks,
        )


def _mark(cell: str) -> str:
    """A sign mark as it is compared: where it is all hyphen, it stays one."""
    return normal(cell) or cell.strip()


def missing_column(name: str, mapping: TableMapping, headers: Sequence[str]) -> Problem:
    """That a required column is missing: what the file has, and what would be understood."""
    words = [word for rank in mapping.headers.get(name, ()) for word in rank]
    if name == "qty":
        words += [word for each in mapping.split for rank in each.qty.ranks for word in rank]
    joined = mapping.joined.get(name)
    parts = [part.header.ranks[0][0] for part in joined.parts if part.header.ranks] if joined else []
    words += [" + ".join(parts)] if parts else []
    facts = {"found": listed(headers), "known": listed(dict.fromkeys((name, *words)))}
    return Problem("missing_column", None, name, facts=facts)
