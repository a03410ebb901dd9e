"""Files as other systems export them, written out by hand, and what a load would make of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from queries.lake.checking.examine import Examination, Part, examine
from queries.lake.questions import Answers
from queries.lake.uploads import Upload
from queries.settings import Settings

TODAY = date(2026, 11, 1)
ON = {"value.snapshot_on": "2026-10-31"}
"""What a stock list never says of itself."""

Cell = str | int | float | None


@dataclass(frozen=True)
class Seen:
    """What the load says of one file, before it is loaded."""

    found: Examination

    @property
    def part(self) -> Part:
        """The only table of the file."""
        (part,) = self.found.parts
        return part

    @property
    def is_of(self) -> tuple[str, str]:
        """The preset that recognised the file, and the table its rows belong to."""
        return self.part.mapping.partition("/")[0], self.part.table

    def rows(self, *columns: str) -> list[tuple[str | None, ...]]:
        """The sound rows in these columns, as text, numbers without needless zeros."""
        return [tuple(map(_text, row)) for row in self.part.frame.select(columns).iter_rows()]

    @property
    def asked(self) -> dict[str, str | None]:
        """What must be decided of the file itself, each with what is proposed."""
        own = [each for each in self.found.questions if not each.key.startswith(("guard.", "quarantine"))]
        return {each.key: each.proposal for each in own}

    @property
    def told(self) -> list[str]:
        """Codes of what is wrong or worth knowing, each once."""
        return list(dict.fromkeys(each.code for each in self.found.problems))

    @property
    def refusals(self) -> list[str]:
        """What to do instead, where a layout is known and not to be loaded."""
        return [each.remedy for each in self.found.problems if each.code == "refused_layout"]

    @property
    def left_out(self) -> int:
        """How many kinds of rows are left out and told."""
        return sum(each.code == "rows_left_out" for each in self.found.problems)


def look(
    folder: Path,
    content: str | bytes,
    name: str = "export.csv",
    answers: Mapping[str, str] | None = None,
    table: str = "",
) -> Seen:
    """Hand in text under that name; what would come of it."""
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return look_at(path, answers, table)


def look_at(path: Path, answers: Mapping[str, str] | None = None, table: str = "") -> Seen:
    """Hand in a file; what would come of it."""
    settings = Settings(home=path.parent / "home")
    upload = Upload(path, table)
    return Seen(examine([upload], settings, Answers(dict(answers or {})), today=TODAY))


def workbook(path: Path, rows: Sequence[Sequence[Cell]], sheet: str = "Sheet1") -> Path:
    """A workbook of one sheet: text stays text, numbers are numbers."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(number, place, cell)
                elif cell is not None:
                    page.write_number(number, place, cell)
    return path


def tabbed(*lines: str) -> str:
    """Lines whose cells are parted by ` | `, as a tab-separated file."""
    return "".join("\t".join(cell.strip() for cell in line.split("|")) + "\n" for line in lines)


def _text(value: object) -> str | None:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return None if value is None else str(value)
