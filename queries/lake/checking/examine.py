"""What a load would bring: files read, mapped, checked and held against the lake; nothing is stored.

`examine` is what the upload page shows before its button; `load.load_files` goes on from the same work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import polars as pl

from queries.errors import UploadRefused
from queries.lake.checking.compare import TOTALS, Comparison, compare, totals
from queries.lake.checking.gather import Gathered, gather
from queries.lake.checking.parts import Match, Part, Progress, parts_of
from queries.lake.problems import Problem
from queries.lake.questions import YES, Answers, Question
from queries.lake.uploads import Source, Upload, taken_in
from queries.lake.versions import Lake
from queries.settings import Settings

__all__ = ["Examination", "Match", "Part", "Progress", "Work", "examine", "in_order"]

State = Literal["refused", "held", "checked", "already_loaded"]
_RANKS = ("refused", "asked", "quarantined", "held", "mended", "noted")


@dataclass(frozen=True)
class Examination:
    """What files would bring, for a person to see before they say yes.

    `status`: refused (mend the files), held (answer `questions`), checked (can be loaded), already_loaded.
    `quarantined` has the rows that would be set aside (`quarantine.as_rows`, tables one after another),
    `totals` what would come beside what stands (columns `compare.TOTALS`), `good_rows` those to be loaded.
    """

    status: State
    parts: tuple[Part, ...] = ()
    questions: tuple[Question, ...] = ()
    problems: tuple[Problem, ...] = ()
    quarantined: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)
    totals: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=TOTALS), repr=False)
    good_rows: int = 0

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables the files go to, as far as they are known."""
        return tuple(dict.fromkeys(part.table for part in self.parts if part.table))


@dataclass(frozen=True)
class Work:
    """Files looked at, and what is to be decided before they can be loaded."""

    parts: tuple[Part, ...]
    gathered: tuple[Gathered, ...]
    problems: tuple[Problem, ...]
    questions: tuple[Question, ...]
    answers: Answers
    confirmed: bool

    @property
    def is_refused(self) -> bool:
        """Whether something keeps all of it out: a grave problem, or not one sound row."""
        nothing = bool(self.aside) and not self.questions and not self.good_rows
        return nothing or any(each.outcome == "refused" for each in self.problems)

    @property
    def good_rows(self) -> int:
        """Sound rows, which would be loaded."""
        return sum(each.rows.height for each in self.gathered)

    @property
    def aside(self) -> int:
        """Rows set aside."""
        return sum(part.aside.height for part in self.parts)

    @property
    def doubts(self) -> list[Problem]:
        """What the files themselves leave to a person's yes."""
        return [each for each in self.problems if each.outcome == "held"]

    def open_guards(self, doubts: Iterable[Problem]) -> list[Problem]:
        """Those of the doubts that no one has said yes to."""
        return [
            each
            for each in doubts
            if not self.confirmed and not self.answers.is_yes(f"guard.{_guarded(each)}", each.file)
        ]

    def quarantined(self) -> dict[str, pl.DataFrame]:
        """Rows set aside by table."""
        found: dict[str, pl.DataFrame] = {}
        for part in self.parts:
            if part.aside.height:
                before = found.get(part.table)
                found[part.table] = part.aside if before is None else pl.concat([before, part.aside])
        return found

    def awaited(self, doubts: Iterable[Problem]) -> list[Question]:
        """Every open question: of the files, of the rows set aside, of each kind of doubt."""
        found = list(self.questions)
        if self.aside and not self.confirmed and not self.answers.is_yes("quarantine"):
            facts = {"count": self.aside, "rows": self.good_rows}
            found.append(Question("quarantine", "quarantine", facts, (YES,), YES))
        guards: dict[str, Problem] = {}
        for each in self.open_guards(doubts):
            guards.setdefault(_guarded(each), each)
        for code, doubt in guards.items():
            shown = (doubt.value,) if doubt.value else ()
            found.append(Question(f"guard.{code}", "guard", {"problem": doubt}, (YES,), YES, shown))
        return found


def work_on(
    sources: Sequence[Source],
    settings: Settings,
    answers: Answers,
    *,
    notes: Iterable[Problem] = (),
    confirmed: bool,
    today: date,
    told: Progress,
) -> Work:
    """Everything that can be known of the files without the lake."""
    parts = parts_of(sources, settings, answers, confirmed=confirmed, today=today, told=told)
    told("check", 0.6)
    shared = answers
    for source in sources:
        shared = shared.also(source.upload.answers)
    problems = [*notes, *(each for part in parts for each in part.problems)]
    questions = [each for part in parts for each in part.questions]
    gathered: list[Gathered] = []
    if not any(each.outcome == "refused" for each in problems):
        gathered, wrong, asked = gather(parts, shared, confirmed=confirmed)
        problems += wrong
        questions += asked
    return Work(tuple(parts), tuple(gathered), tuple(problems), tuple(questions), shared, confirmed)


def examine(
    uploads: Sequence[Upload],
    settings: Settings | None = None,
    answers: Answers | None = None,
    *,
    today: date | None = None,
    progress: Progress | None = None,
) -> Examination:
    """What these files would bring, what is wrong with them, what must be decided. Stores nothing.

    What is refused is part of the answer, not an error. Errors: LakeDamaged, StoreFull, StoreReadOnly.
    """
    settings = settings or Settings()
    told = progress or (lambda step, share: None)
    try:
        with taken_in(uploads, settings) as (sources, notes):
            work = work_on(
                sources,
                settings,
                answers or Answers(),
                notes=notes,
                confirmed=False,
                today=today or date.today(),
                told=told,
            )
            found = examined(work, settings, told)
    except UploadRefused as refused:
        return Examination("refused", problems=in_order(refused.facts["problems"]))
    told("compare", 1.0)
    return found


def examined(work: Work, settings: Settings, told: Progress) -> Examination:
    """The work held against the lake as it stands."""
    told("compare", 0.7)
    lake = Lake(settings.lake)
    current = lake.current()
    compared = Comparison()
    sums = pl.DataFrame(schema=TOTALS)
    is_whole = bool(work.gathered) and not any(part.questions for part in work.parts)
    if is_whole and not work.is_refused:
        compared = compare(lake, current, work.gathered, "")
    if is_whole:
        sums = totals(lake, current, work.gathered)
    changes = bool(compared.changes)
    doubts = [*work.doubts, *compared.doubts] if changes or not is_whole else []
    problems = [each for each in work.problems if each.outcome != "held"]
    problems += [*doubts, *compared.refusals, *compared.notes]
    questions = () if work.is_refused and not work.questions else tuple(work.awaited(doubts))
    aside = list(work.quarantined().values())
    status: State = "checked"
    if work.is_refused or compared.refusals:
        status = "refused"
    elif questions:
        status = "held"
    elif not changes:
        status = "already_loaded"
    return Examination(
        status,
        work.parts,
        questions,
        in_order(problems),
        pl.concat(aside, how="diagonal") if aside else pl.DataFrame(),
        sums,
        work.good_rows,
    )


def in_order(problems: object) -> tuple[Problem, ...]:
    """The gravest first; among equals file by file, row by row, counts last."""
    every: list[Problem] = list(problems)  # type: ignore[call-overload]
    files = list(dict.fromkeys(each.file for each in every))

    def rank(each: Problem) -> tuple[int, int, bool, int]:
        return (_RANKS.index(each.outcome), files.index(each.file), each.code == "more_rows", each.row or 0)

    return tuple(sorted(every, key=rank))


def _guarded(doubt: Problem) -> str:
    return str(doubt.facts["code"]) if doubt.code == "more_rows" else doubt.code
