"""Files in, one data version out: read, map, check, hold, commit. The command line and the pages share it."""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import polars as pl

from queries.errors import StockError, UploadHeld, UploadRefused
from queries.lake.commit import Load, commit
from queries.lake.contract import TABLES, Table, table
from queries.lake.grid import Unreadable
from queries.lake.hold import doubts_against, doubts_in_file
from queries.lake.mapping import GENERIC, TableMapping, map_columns, preset, presets
from queries.lake.problems import FILE, Problem, listed
from queries.lake.read import read
from queries.lake.replace import Change, change
from queries.lake.validate import check_cells, check_keys
from queries.lake.versions import DataVersion, Lake, LoadedFile
from queries.settings import Settings

Status = Literal["loaded", "already_loaded", "refused", "held"]
Progress = Callable[[str, float], None]
"""Told what is being done (a code: read, check, compare, commit) and the share of all that is done (0..1)."""

_STALE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Upload:
    """One file to load: `constants` win over its cells; `name` is what its sender calls it."""

    path: Path
    table: str
    mapping: str = GENERIC
    constants: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    name: str = ""

    @property
    def label(self) -> str:
        """The name to show for this file."""
        return self.name or self.path.name


@dataclass(frozen=True)
class LoadResult:
    """How a load ended: `rows` in the files (0 if refused), `data_version` where they stand, if they do."""

    status: Status
    table: str
    rows: int = 0
    quarantined: int = 0
    data_version: int | None = None
    problems: tuple[Problem, ...] = ()
    of_files: int = 1

    def as_dict(self) -> dict[str, Any]:
        """What other programs are given; a problem names its `file` only where there are several."""
        return {
            "status": self.status,
            "table": self.table,
            "rows": self.rows,
            "quarantined": self.quarantined,
            "data_version": self.data_version,
            "problems": [
                ({"file": each.file} if self.of_files > 1 else {})
                | {
                    "row": each.row,
                    "column": each.column or None,
                    "value": each.value or None,
                    "problem": each.problem,
                    "remedy": each.remedy,
                }
                for each in self.problems
            ],
        }


def load_files(
    uploads: Sequence[Upload],
    settings: Settings | None = None,
    *,
    confirmed: bool = False,
    user: str = "",
    today: date | None = None,
    progress: Progress | None = None,
) -> LoadResult:
    """Load all files as one data version, or none of them.

    `confirmed` says yes to what would be held; `today` is the day after which dates are doubted (default: the
    machine's). What is refused or held is a result, not an error. Errors: LakeBusy, LakeDamaged.
    """
    settings = settings or Settings()
    told = progress or (lambda step, share: None)
    name = ", ".join(dict.fromkeys(upload.table for upload in uploads))
    try:
        with _kept(uploads, settings) as copies:
            rows, version, is_new = _load(copies, settings, confirmed, user, today or date.today(), told)
    except UploadRefused as refused:
        return LoadResult("refused", name, problems=_in_order(refused), of_files=len(uploads))
    except UploadHeld as held:
        rows = int(str(held.facts["rows"]))
        return LoadResult("held", name, rows, problems=_in_order(held), of_files=len(uploads))
    return LoadResult("loaded" if is_new else "already_loaded", name, rows, data_version=version)


def _in_order(error: StockError) -> tuple[Problem, ...]:
    """The problems an error carries: file by file, the whole file's first, then row by row, counts last."""
    problems: Any = error.facts["problems"]
    files = list(dict.fromkeys(problem.file for problem in problems))
    return tuple(
        sorted(problems, key=lambda each: (files.index(each.file), each.code == "more_rows", each.row or 0))
    )


@dataclass(frozen=True)
class _Copy:
    """An upload as it was when the load began: the bytes that are read are the bytes that are kept."""

    upload: Upload
    path: Path
    sha256: str


@dataclass(frozen=True)
class _Checked:
    """Rows of one table from all its files, and the headers of the first of them."""

    table: Table
    rows: pl.DataFrame
    origin: Mapping[str, str]


def _load(
    copies: Sequence[_Copy], settings: Settings, confirmed: bool, user: str, today: date, told: Progress
) -> tuple[int, int, bool]:
    """Rows, data version and whether it is a new one."""
    lake = Lake(settings.lake)
    fingerprint = _fingerprint(copies)
    known = _known(lake, fingerprint)
    if known:
        return sum(file.rows for file in known.files), known.number, False
    checked, files = _check(copies, told)
    doubts = [
        doubt for each in checked for doubt in doubts_in_file(each.rows, each.table, each.origin, today)
    ]
    rows = sum(file.rows for file in files)

    def prepare(current: DataVersion | None, load_id: str) -> dict[str, Change]:
        told("compare", 0.7)
        changes: dict[str, Change] = {}
        found = list(doubts)
        for each in checked:
            paths: list[str] = []
            if current and each.table.name in current.tables:
                lake.verify_files(current, [each.table.name])
                paths = lake.files(current, each.table.name)
            difference = change(each.table, paths, each.rows, load_id)
            if difference:
                changes[each.table.name] = difference
                found += doubts_against(difference, paths) if paths else []
        if found and changes and not confirmed:
            raise UploadHeld(
                found[0].problem, remedy="confirm to load it all the same", problems=tuple(found), rows=rows
            )
        told("commit", 0.8)
        _keep(copies)
        return changes

    version = commit(lake, prepare, Load(tuple(files), fingerprint, user or _whoever()))
    told("commit", 1.0)
    if version is None:
        current = lake.current()
        return rows, current.number if current else 0, False
    return rows, version.number, True


def _check(copies: Sequence[_Copy], told: Progress) -> tuple[list[_Checked], list[LoadedFile]]:
    problems: list[Problem] = []
    parts: dict[str, list[pl.DataFrame]] = {}
    origins: dict[str, Mapping[str, str]] = {}
    files: list[LoadedFile] = []
    for number, copy in enumerate(copies):
        told("read", 0.6 * number / len(copies))
        upload = copy.upload
        unusable = _unusable(upload)
        if unusable:
            problems += [problem.in_file(upload.label) for problem in unusable]
            continue
        contract = table(upload.table)
        frame, origin, found = _read_one(copy, contract, preset(upload.mapping).tables[upload.table])
        problems += [problem.in_file(upload.label) for problem in found]
        if frame is not None:
            parts.setdefault(upload.table, []).append(frame)
            origins.setdefault(upload.table, origin)
            files.append(LoadedFile(upload.label, copy.sha256, upload.table, frame.height))
    told("check", 0.6)
    checked: list[_Checked] = []
    if not problems:
        for name in list(parts):
            rows = pl.concat(parts.pop(name))
            problems += check_keys(rows, table(name))
            checked.append(_Checked(table(name), rows, origins[name]))
    if problems:
        raise UploadRefused(problems[0].problem, remedy=problems[0].remedy, problems=tuple(problems))
    return checked, files


def _read_one(
    copy: _Copy, contract: Table, mapping: TableMapping
) -> tuple[pl.DataFrame | None, Mapping[str, str], Sequence[Problem]]:
    try:
        raw = read(copy.path, copy.upload.sheet).frame
    except Unreadable as error:
        return None, {}, error.problems
    mapped, problems = map_columns(raw, contract, mapping, copy.upload.constants)
    del raw
    if problems:
        return None, {}, problems
    if mapped.frame.is_empty():
        return None, {}, [Problem("empty_file")]
    frame, problems = check_cells(mapped, contract)
    return frame.with_columns(pl.lit(copy.upload.label).alias(FILE)), mapped.origin, problems


def _unusable(upload: Upload) -> list[Problem]:
    """What is wrong with the request before the file is opened."""
    names = [each.name for each in TABLES]
    if upload.table not in names:
        return [Problem("unknown_table", value=upload.table, facts={"tables": listed(names, 20)})]
    if upload.mapping not in presets():
        return [Problem("unknown_preset", value=upload.mapping, facts={"presets": listed(presets())})]
    tables = preset(upload.mapping).tables
    if upload.table not in tables:
        facts = {"preset": upload.mapping, "table": upload.table, "tables": listed(tables, 20)}
        return [Problem("not_in_preset", value=upload.mapping, facts=facts)]
    columns = [column.name for column in table(upload.table).columns]
    facts = {"table": upload.table, "columns": listed(columns, 40)}
    return [
        Problem("unknown_column", None, name, name, facts) for name in upload.constants if name not in columns
    ]


def originals(settings: Settings) -> Path:
    """The folder where every loaded file is kept under the sha256 of its bytes."""
    return settings.home.resolve() / "originals"


@contextmanager
def _kept(uploads: Sequence[Upload], settings: Settings) -> Iterator[list[_Copy]]:
    """Copies of the files beside the originals, under a name nobody reads until `_keep` renames them."""
    folder = originals(settings)
    missing = [upload for upload in uploads if not upload.path.is_file()]
    if missing or not uploads:
        problems = [Problem("missing_file", value=str(each.path), file=each.label) for each in missing]
        problems = problems or [Problem("missing_file")]
        raise UploadRefused("there is no such file", remedy="check the path", problems=tuple(problems))
    folder.mkdir(parents=True, exist_ok=True)
    for stale in folder.glob(".incoming-*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - stale.stat().st_mtime > _STALE_SECONDS:
                stale.unlink()
    copies: list[_Copy] = []
    try:
        for upload in uploads:
            path = folder / f".incoming-{uuid4().hex}"
            copies.append(_Copy(upload, path, ""))
            shutil.copyfile(upload.path, path)
            with path.open("rb") as stream:
                copies[-1] = _Copy(upload, path, hashlib.file_digest(stream, "sha256").hexdigest())
        yield copies
    finally:
        for copy in copies:
            copy.path.unlink(missing_ok=True)


def _keep(copies: Sequence[_Copy]) -> None:
    """Give each copy its name by content; before the commit, so that no load lacks its original."""
    for copy in copies:
        if copy.path.exists():
            copy.path.replace(copy.path.with_name(copy.sha256))


def _fingerprint(copies: Sequence[_Copy]) -> str:
    """The same for the same contents loaded the same way, whatever the order of the files."""
    parts = sorted(
        repr(
            (
                copy.sha256,
                copy.upload.table,
                preset(copy.upload.mapping).digest if copy.upload.mapping in presets() else "",
                sorted(copy.upload.constants.items()),
                copy.upload.sheet,
            )
        )
        for copy in copies
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _known(lake: Lake, fingerprint: str) -> DataVersion | None:
    """The load with that fingerprint, if none of its tables has changed since."""
    history = lake.history()
    for version in reversed(history):
        if version.fingerprint == fingerprint:
            tables = {file.table for file in version.files}
            same = all(version.tables[name] == history[-1].tables[name] for name in tables)
            return version if same else None
    return None


def _whoever() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
