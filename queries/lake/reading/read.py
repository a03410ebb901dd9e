"""A file as it stands: every cell as text, with the row number a person sees; nothing is guessed.

Types are the contract's business (cast.py): sniffing them is what loses leading zeros and turns codes into
numbers. What a file is, is decided by its first bytes (files.py); it is read in another process (child.py),
within limits. `outline` and `read` of one file cost one reading: what the first of them read is kept a while.
"""

from __future__ import annotations

import tempfile
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from queries.lake.keeping.held import clear_away, hold, let_go
from queries.lake.problems import Problem
from queries.lake.reading import child
from queries.lake.reading.files import Kind, Limits, kind_of
from queries.lake.reading.grid import Grid, Outline, Unreadable
from queries.lake.reading.sheets import Sheet, wanted_sheet

Told = Callable[[float], None]

_PREFIX = "stillstock-"
_KEPT = 3
_KEPT_SECONDS = 600.0
_Key = tuple[str, int, int, int, frozenset[str], int | None, str]


@dataclass(frozen=True)
class _Reading:
    """What a file gave, its rows in a folder that goes with it."""

    kind: Kind
    sheets: tuple[Sheet, ...]
    notes: tuple[Problem, ...]
    folder: Path
    at: float


_kept: dict[_Key, _Reading] = {}
_lock = threading.Lock()


def outline(
    path: Path,
    known: frozenset[str] = frozenset(),
    limits: Limits | None = None,
    *,
    header_row: int | None = None,
    told: Told = lambda share: None,
) -> Outline:
    """What the file holds: its sheets, their headers, the cells above them, a few samples.

    `known` are header words as words.normal gives them; `header_row` is the header's row where a person named
    it; `told` hears the share that is read. Errors: Unreadable, among its problems `empty_file` where no
    sheet has a row below its header.
    """
    reading = _reading(path, known, header_row, "", limits or Limits(), told)
    visible = [sheet for sheet in reading.sheets if not sheet.is_hidden]
    problems = [problem for sheet in visible for problem in sheet.problems]
    if not any(sheet.rows for sheet in visible):
        seen = next((sheet.outline for sheet in visible if sheet.problems and sheet.headers), None)
        raise Unreadable(*(problems or [Problem("empty_file")]), seen=seen)
    return Outline(reading.kind, tuple(sheet.outline for sheet in reading.sheets), reading.notes)


def read(
    path: Path,
    sheet: str = "",
    *,
    known: frozenset[str] = frozenset(),
    header_row: int | None = None,
    limits: Limits | None = None,
    told: Told = lambda share: None,
) -> Grid:
    """One table of the file as text: the sheet named, or the only one a person sees that holds rows.

    Arguments as for `outline`. Errors: Unreadable; `several_sheets` where one must be named.
    """
    limits = limits or Limits()
    reading = _reading(path, known, header_row, "", limits, told)
    found, problems = wanted_sheet(reading.sheets, sheet)
    if found is not None and found.is_hidden:
        reading = _reading(path, known, header_row, sheet, limits, told)
        found, problems = wanted_sheet(reading.sheets, sheet)
    if found is None or found.problems:
        raise Unreadable(*(found.problems if found else problems))
    if not found.rows:
        raise Unreadable(Problem("empty_file"))
    grid = found.grid(reading.folder)
    return replace(grid, notes=(*reading.notes, *grid.notes))


def _reading(
    path: Path, known: frozenset[str], header_row: int | None, sheet: str, limits: Limits, told: Told
) -> _Reading:
    kind = kind_of(path, limits)
    if kind == "zip":
        raise Unreadable(Problem("archive"))
    stat = path.stat()
    key = (str(path.resolve()), stat.st_ino, stat.st_size, stat.st_mtime_ns, known, header_row, sheet)
    with _lock:
        now = time.monotonic()
        for old in [each for each, reading in _kept.items() if now - reading.at > _KEPT_SECONDS]:
            del _kept[old]
        if key in _kept:
            told(1.0)
            return _kept[key]
    clear_away(Path(tempfile.gettempdir()), f"{_PREFIX}*")
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    held = hold(folder)
    try:
        sheets, notes = child.parse(path, kind, folder, known, header_row, sheet, limits, told)
    except BaseException:
        let_go(folder, held)
        raise
    reading = _Reading(kind, tuple(sheets), tuple(notes), folder, time.monotonic())
    weakref.finalize(reading, let_go, folder, held)
    with _lock:
        _kept[key] = reading
        while len(_kept) > _KEPT:
            del _kept[next(iter(_kept))]
    return reading
