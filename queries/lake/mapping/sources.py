"""Which header of a file is meant: by a person's answer, the column's own name, or the words of a preset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from queries.lake.contract import Column
from queries.lake.mapping.amounts import CELL
from queries.lake.mapping.layouts import Header, Ranks, TableMapping
from queries.lake.problems import ROW, Problem, listed, shortened
from queries.lake.questions import Answers, Question
from queries.lake.words import Word, among, last_levels, normal

_SAMPLES = 3


class Sources:
    """The headers of one file, found by words; what cannot be decided is added to `questions` and `problems`.

    `names` are the headers that may be read, in file order; `personal` those that name persons and never are.
    `read` collects what was found, `how` tells by what each column of the contract was.
    """

    def __init__(self, frame: pl.DataFrame, mapping: TableMapping, answers: Answers) -> None:
        self._frame = frame
        self._mapping = mapping
        self._answers = answers
        every = [name for name in frame.columns if name != ROW]
        self.personal = tuple(name for name in every if normal(name) in mapping.personal)
        self.names = tuple(name for name in every if name not in self.personal)
        self._by_word: dict[str, list[str]] = {}
        for name in self.names:
            self._by_word.setdefault(normal(name), []).append(name)
        if mapping.knows_last_level:
            for word, name in last_levels(self.names).items():
                self._by_word.setdefault(word, []).append(name)
        self.questions: list[Question] = []
        self.problems: list[Problem] = []
        self.read: dict[str, None] = {}
        self.how: dict[str, str] = {}
        self.doubtful: set[str] = set()
        self._columns: dict[str, str | None] = {}

    def column(self, column: Column) -> str | None:
        """The header that fills a column of the contract; None if there is none or it must be asked."""
        if column.name not in self._columns:
            self._columns[column.name] = self._column(column)
        return self._columns[column.name]

    def of(self, header: Header | None) -> str | None:
        """The header that is meant; where a column of the contract is meant, the one that fills it."""
        if header is None:
            return None
        if header.column and self._columns.get(header.column):
            return self._columns[header.column]
        return self.by(header.ranks)

    def by(self, ranks: Ranks) -> str | None:
        """The header the words find, None if none does."""
        for rank in ranks:
            found = self.standing(rank)
            if found:
                return self._one(found, ranks[0][0])
        return None

    def standing(self, words: Iterable[str]) -> list[str]:
        """Every header that is one of the words, in the order of the words."""
        return [name for word in dict.fromkeys(map(normal, words)) for name in self._by_word.get(word, ())]

    def samples(self, name: str) -> tuple[str, ...]:
        """The first few different cells below a header."""
        cells = self._frame[name].head(1000).drop_nulls()
        return tuple(shortened(cell) for cell in cells.unique(maintain_order=True).head(_SAMPLES))

    def left(self, known: Iterable[Word]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Headers nobody reads: those the preset knows, and those it does not."""
        rest = [name for name in self.names if name not in self.read]
        named = among(rest, known)
        return tuple(named), tuple(name for name in rest if name not in named)

    def _column(self, column: Column) -> str | None:
        name = column.name
        said = self._answers.get(f"header.{name}")
        if said is not None:
            return self._answered(name, said)
        if name in self._mapping.not_read:
            return None
        if name in self.names:
            return self._taken(name, name, "name")
        for rank in (*self._mapping.headers.get(name, ()), (name,)):
            found = self.standing(rank)
            if found:
                one = self._one(found, name)
                return self._taken(name, one, "synonym") if one else None
        return None

    def _answered(self, name: str, said: str) -> str | None:
        if not said:
            self.how[name] = "answer"
            return None
        found = [said] if said in self.names else self.standing([said])
        if not found:
            facts = {"found": listed(self.names)}
            self.problems.append(Problem("unknown_header", None, name, said, facts))
            self.doubtful.add(name)
            return None
        return self._taken(name, found[0], "answer")

    def _taken(self, column: str, name: str, how: str) -> str:
        self.read[name] = None
        self.how[column] = how
        return name

    def _one(self, found: list[str], meaning: str) -> str | None:
        """The only one, or the first of several that say the same in every row; else it is asked."""
        if len(found) > 1:
            said = self._answers.get(f"header.{meaning}")
            if said is not None and said in found:
                found = [said]
            elif not self._are_equal(found):
                self._ask(found, meaning)
                return None
        for each in found:
            self.read[each] = None
        return found[0]

    def _are_equal(self, found: list[str]) -> bool:
        first, *others = (pl.col(each).str.strip_chars().fill_null("") for each in found)
        return bool(self._frame.select(pl.all_horizontal((first == each).all() for each in others)).item())

    def _ask(self, found: list[str], meaning: str) -> None:
        self.doubtful.add(meaning)
        key = f"header.{meaning}"
        if any(each.key == key for each in self.questions):
            return
        samples = tuple(f"{each}: {listed(self.samples(each))}" for each in found)
        self.questions.append(Question(key, "header", {"column": meaning}, tuple(found), None, samples))


def filled_down(names: Sequence[str], merged: Mapping[str, Sequence[tuple[int, int]]]) -> list[pl.Expr]:
    """Empty cells with the value above: in rows without the first of these headers, and in merged cells.

    A row in which the first header is filled begins something new, and takes nothing from the one before it.
    """
    begins = pl.col(CELL + names[0]).is_not_null()
    return [_filled(name, begins, merged.get(name, ())) for name in names]


def filled_where_merged(
    names: Sequence[str], merged: Mapping[str, Sequence[tuple[int, int]]]
) -> list[pl.Expr]:
    """Cells the workbook itself says are one with the cell above them, with its value; no others."""
    return [_filled(name, pl.lit(value=True), merged[name]) for name in names]


def _filled(name: str, begins: pl.Expr, spans: Sequence[tuple[int, int]]) -> pl.Expr:
    inside = [row for first, last in spans for row in range(first + 1, last + 1)]
    part = (begins & ~pl.col(ROW).is_in(inside)).cum_sum()
    return pl.col(CELL + name).forward_fill().over(part)


def trimmed(cell: pl.Expr) -> pl.Expr:
    """A cell without the space around it; nothing where nothing is left."""
    return cell.str.strip_chars().replace("", None)


def as_empty(cell: pl.Expr, words: Iterable[str]) -> pl.Expr:
    """Nothing where the cell is one of the words."""
    known = [word for each in words for word in dict.fromkeys((each, each.casefold(), each.title()))]
    return pl.when(~cell.is_in(known).fill_null(value=False)).then(cell) if known else cell


def translated(cells: pl.Series, codes: Mapping[str, str]) -> pl.Series:
    """Cells with their codes replaced; a code that is not listed stays as it is."""
    known = {normal(code): meaning for code, meaning in codes.items()}
    distinct = cells.drop_nulls().unique().to_list()
    meanings = {cell: known[normal(cell)] or None for cell in distinct if normal(cell) in known}
    return cells.replace(meanings) if meanings else cells
