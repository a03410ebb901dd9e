"""What a file's titles and name suggest for a value its rows do not give: proposed, never filled in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date

from queries.lake.contract import Column

_YEAR, _MONTH, _DAY = "\u5e74", "\u6708", "\u65e5"
_YEAR_FIRST = re.compile(
    rf"(?<![0-9])((?:19|20|21)[0-9]{{2}})\s*[-/._{_YEAR}]\s*([0-9]{{1,2}})\s*[-/._{_MONTH}]\s*([0-9]{{1,2}})(?![0-9])"
)
_SHORT = re.compile(r"(?<![0-9])((?:19|20|21)[0-9]{2})([0-9]{2})([0-9]{2})(?![0-9])")
_YEAR_LAST = re.compile(r"(?<![0-9])([0-9]{1,2})([-/.])([0-9]{1,2})[-/.]((?:19|20|21)[0-9]{2})(?![0-9])")


def proposed_value(
    column: Column, pattern: str, titles: Sequence[str], file: str
) -> tuple[str | None, tuple[str, ...]]:
    """What is proposed for a column, None if nothing or more than one thing is; and the titles that say so.

    A `pattern` takes its group 1 of a title; a date is looked for in the titles, then in the file's name.
    """
    if pattern:
        found = {title: match.group(1).strip() for title in titles if (match := re.search(pattern, title))}
        if found and column.kind == "date":
            return _only(date for text in found.values() for date in days_in(text)), tuple(found)
        if found:
            return _only(found.values()), tuple(found)
    if column.kind != "date":
        return None, ()
    for places in (titles, (file,)):
        dated = [place for place in places if days_in(place)]
        if dated:
            return _only(day for place in dated for day in days_in(place)), tuple(dated)
    return None, ()


def days_in(text: str) -> list[str]:
    """Days a text names (YYYY-MM-DD), in order; one whose day and month could change places is left out."""
    text = unicodedata.normalize("NFKC", text)
    found = [match.group(1, 2, 3) for pattern in (_YEAR_FIRST, _SHORT) for match in pattern.finditer(text)]
    for match in _YEAR_LAST.finditer(text):
        first, mark, second, year = match.groups()
        if mark == "." or int(first) > 12 or first == second:
            found.append((year, second, first))
        elif int(second) > 12:
            found.append((year, first, second))
    days = []
    for year, month, day in found:
        try:
            days.append(date(int(year), int(month), int(day)).isoformat())
        except ValueError:
            continue
    return list(dict.fromkeys(days))


def _only(values: Iterable[str]) -> str | None:
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else None
