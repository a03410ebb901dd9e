"""One case of the catalogue of uploads: its file, its outcome's word, what is said of it, what is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from components import problems as in_words
from components.words import LOCALES, Words
from queries.lake.load import LoadResult, Upload, load_files
from queries.lake.problems import Outcome
from queries.lake.questions import Answers
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.queries.lake.odd_files import Content
from tests.queries.lake.uploads import TODAY

Place = tuple[str, int | None, str, str]
"""Code, row, column and value of a problem."""

STATUSES: Mapping[Outcome, str] = {
    "refused": "refused",
    "asked": "held",
    "quarantined": "held",
    "held": "held",
    "mended": "loaded",
    "noted": "loaded",
}
BASE = ("A 10", "B 5.5")


@dataclass
class Desk:
    """Where a case is tried: an empty home, and a folder for its files."""

    folder: Path

    @property
    def settings(self) -> Settings:
        """The settings of the home."""
        return Settings(home=self.folder / "home")

    @property
    def lake(self) -> Lake:
        """The lake of the home."""
        return Lake(self.settings.lake)

    def load(
        self,
        content: Content,
        table: str = "",
        *,
        name: str = "upload.csv",
        answers: Mapping[str, str] | None = None,
        confirmed: bool = False,
        **more: Any,
    ) -> LoadResult:
        """Hand in one file and try to load it."""
        upload = Upload(self.write(content), table, name=name)
        return load_files(
            [upload], self.settings, Answers(answers or {}), confirmed=confirmed, today=TODAY, **more
        )

    def write(self, content: Content) -> Path:
        """The file, under a name of ours."""
        path = self.folder / "handed in"
        made = content() if callable(content) else content
        path.write_bytes(made if isinstance(made, bytes) else made.encode())
        return path

    def stored(self, table: str, columns: str) -> list[str]:
        """The rows the lake holds, each as the plain text of these columns."""
        current = self.lake.current()
        if current is None or table not in current.tables:
            return []
        frame = pl.read_parquet(self.lake.files(current, table)).select(columns.split())
        return sorted(" ".join(map(_plain, row)) for row in frame.iter_rows())

    def census(self) -> dict[str, bytes]:
        """Every file of the home that could hold something of an upload, with its bytes."""
        home = self.settings.home
        files = [path for path in home.rglob("*") if path.is_file() and path.name != ".writing"]
        return {str(path.relative_to(home)): path.read_bytes() for path in files}


@dataclass(frozen=True)
class Case:
    """One file and how it must end.

    `told` are problems that must be among those found; `asks` the key of a question, `answer` the answer to
    it that lets the file load, with those `also` given; `stored` what the lake holds then (or after a yes) as
    `Desk.stored` gives it for `shows`. `before` are files loaded first: table and content.
    """

    number: int
    words: str
    outcome: Outcome
    content: Content
    told: Sequence[Place] = ()
    asks: str = ""
    answer: str = ""
    also: Mapping[str, str] = field(default_factory=dict)
    stored: Sequence[str] = BASE
    table: str = "stock"
    shows: str = "item_id qty"
    name: str = "upload.csv"
    before: Sequence[tuple[str, str]] = ()
    aside: int = 1
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The case's number and words, for pytest."""
        return f"case-{self.number:02}-{self.words.replace(' ', '-')}"

    def check(self, desk: Desk) -> None:
        """Try it: the outcome, what is said in both languages, and what is stored."""
        for table, content in self.before:
            assert desk.load(content, table, confirmed=True).status == "loaded"
        was = desk.census()
        result = self._load(desk)
        told = [(each.code, each.row, each.column, each.value) for each in result.problems]
        assert result.status == STATUSES[self.outcome], (result.status, told, result.questions)
        for place in self.told:
            assert place in told, told
            found = result.problems[told.index(place)]
            assert found.outcome == self.outcome
            for name, value in self.facts.items():
                assert str(found.facts[name]) == value
        assert_said_in_both_languages(result)
        if STATUSES[self.outcome] != "loaded":
            assert result.data_version is None
            assert desk.census() == was
        {
            "refused": self._refused,
            "asked": self._asked,
            "quarantined": self._quarantined,
            "held": self._held,
            "mended": self._loaded,
            "noted": self._loaded,
        }[self.outcome](desk, result, was)

    def _load(self, desk: Desk, **more: Any) -> LoadResult:
        return desk.load(self.content, self.table, name=self.name, **more)

    def _refused(self, desk: Desk, result: LoadResult, was: Mapping[str, bytes]) -> None:
        assert result.rows == 0
        assert self._load(desk, confirmed=True).status == "refused", "a yes does not help"
        assert desk.census() == was

    def _asked(self, desk: Desk, result: LoadResult, was: Mapping[str, bytes]) -> None:
        assert self.asks in [each.key for each in result.questions]
        assert not any(each.outcome == "refused" for each in result.problems)
        answered = self._load(desk, answers={self.asks: self.answer, **self.also})
        assert answered.status == "loaded", (answered.problems, answered.questions)
        self._loaded(desk, answered, was)

    def _quarantined(self, desk: Desk, result: LoadResult, was: Mapping[str, bytes]) -> None:
        assert [each.key for each in result.questions] == ["quarantine"]
        assert result.quarantined == self.aside
        self._held(desk, result, was)

    def _held(self, desk: Desk, result: LoadResult, was: Mapping[str, bytes]) -> None:
        assert result.questions
        yes = self._load(desk, confirmed=True)
        assert yes.status == "loaded", (yes.problems, yes.questions)
        self._loaded(desk, yes, was)

    def _loaded(self, desk: Desk, result: LoadResult, was: Mapping[str, bytes]) -> None:
        assert result.data_version is not None
        assert desk.stored(result.table, self.shows) == sorted(self.stored)


def assert_said_in_both_languages(result: LoadResult) -> None:
    """Every problem has its sentence and its remedy, every question its words, nothing left to fill in."""
    for language in LOCALES:
        say = Words(language)
        sentences = [in_words.asked(each, say) for each in result.questions]
        for problem in result.problems:
            sentences += [in_words.said(problem, say), in_words.remedy(problem, say)]
            if language == "en" and problem.code != "more_rows":
                assert sentences[-2:] == [problem.problem, problem.remedy]
        for sentence in sentences:
            assert sentence
            assert "{" not in sentence.replace("{}", "")
            assert language == "en" or any("\u4e00" <= sign <= "\u9fff" for sign in sentence), sentence


Check = Callable[[Desk], None]


def _plain(cell: object) -> str:
    if isinstance(cell, Decimal):
        return f"{cell.normalize():f}" if cell else "0"
    return "-" if cell is None else str(cell)
