"""Files in, one data version out: read, map, check, hold, commit. The command line and the pages share it."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from queries.errors import UploadHeld, UploadRefused
from queries.lake.checking import quarantine
from queries.lake.checking.compare import compare
from queries.lake.checking.examine import (
    Examination,
    Progress,
    Work,
    examine,
    examined,
    in_order,
    work_on,
)
from queries.lake.keeping.commit import Load, commit
from queries.lake.keeping.history import whoever
from queries.lake.keeping.replace import Change
from queries.lake.mapping.presets import presets
from queries.lake.mapping.saved import mapping_named, remember, saved_names
from queries.lake.problems import Problem
from queries.lake.questions import YES, Answers, Question
from queries.lake.uploads import Source, Upload, keep, taken_in
from queries.lake.versions import DataVersion, Lake, LoadedFile
from queries.settings import Settings

__all__ = [
    "Examination",
    "LoadResult",
    "Progress",
    "Status",
    "Upload",
    "examine",
    "load_files",
]

Status = Literal["loaded", "already_loaded", "refused", "held", "checked"]


@dataclass(frozen=True)
class LoadResult:
    """How a load ended: `rows` that are sound (0 if refused), `data_version` where they stand, if they do.

    `quarantined` rows were set aside, or would be. `problems` are all that was found, also what was mended
    or only noted; `questions` are open and keep the load waiting. `checked` ends a dry run that could load.
    """

    status: Status
    table: str
    rows: int = 0
    quarantined: int = 0
    data_version: int | None = None
    problems: tuple[Problem, ...] = ()
    of_files: int = 1
    questions: tuple[Question, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """What other programs are given; problem and question name a file only where there are several."""
        several = self.of_files > 1
        return {
            "status": self.status,
            "table": self.table,
            "rows": self.rows,
            "quarantined": self.quarantined,
            "data_version": self.data_version,
            "problems": [({"file": each.file} if several else {}) | each.as_dict() for each in self.problems],
            "questions": [each.as_dict(by_file=several) for each in self.questions],
        }


def load_files(
    uploads: Sequence[Upload],
    settings: Settings | None = None,
    answers: Answers | None = None,
    *,
    confirmed: bool = False,
    dry_run: bool = False,
    user: str = "",
    today: date | None = None,
    progress: Progress | None = None,
) -> LoadResult:
    """Load all files as one data version, or none of them.

    `answers` decide what is asked; `confirmed` takes every proposal and says yes to what would be held or
    set aside; `dry_run` stores nothing. `today` is the day after which dates are doubted (default: the
    machine's). What is refused or held is a result, not an error. Errors: LakeBusy, LakeDamaged, StoreFull,
    StoreReadOnly, MappingUnusable.
    """
    settings = settings or Settings()
    told = progress or (lambda step, share: None)
    name = ", ".join(dict.fromkeys(upload.table for upload in uploads if upload.table))
    try:
        with taken_in(uploads, settings) as (sources, notes):
            lake = Lake(settings.lake)
            fingerprint = _fingerprint(sources, answers or Answers(), settings)
            known = _known(lake, fingerprint)
            if known:
                return _as_before(known, settings, len(sources))
            work = work_on(
                sources,
                settings,
                answers or Answers(),
                notes=notes,
                confirmed=confirmed,
                today=today or date.today(),
                told=told,
            )
            name = ", ".join(dict.fromkeys(part.table for part in work.parts if part.table)) or name
            waits = work.is_refused or work.awaited(())
            if dry_run or waits:
                return _waiting(examined(work, settings, told), name, len(sources))
            return _committed(
                work, lake, settings, sources, Load(_files(work), fingerprint, user or whoever()), name, told
            )
    except UploadRefused as refused:
        return LoadResult(
            "refused", name, problems=in_order(refused.facts["problems"]), of_files=len(uploads)
        )


def _waiting(found: Examination, name: str, of_files: int) -> LoadResult:
    """A load that goes no further: refused, waiting for answers, or only tried."""
    return LoadResult(
        found.status,
        name,
        0 if found.status == "refused" else found.good_rows,
        0 if found.status == "refused" else found.quarantined.height,
        problems=found.problems,
        of_files=of_files,
        questions=found.questions,
    )


def _committed(
    work: Work,
    lake: Lake,
    settings: Settings,
    sources: Sequence[Source],
    load: Load,
    name: str,
    told: Progress,
) -> LoadResult:
    """The load brought to the lake as it stands when its turn comes, or held for what it finds there."""
    notes: list[Problem] = []
    tried: list[str] = []

    def prepare(current: DataVersion | None, load_id: str) -> dict[str, Change]:
        told("compare", 0.7)
        compared = compare(lake, current, work.gathered, load_id)
        notes[:] = [*compared.doubts, *compared.notes]
        if compared.refusals:
            first = compared.refusals[0]
            raise UploadRefused(
                first.problem, remedy=first.remedy, problems=(*compared.refusals, *work.problems)
            )
        doubts = [*work.doubts, *compared.doubts]
        if compared.changes and work.open_guards(doubts):
            raise UploadHeld(
                doubts[0].problem,
                remedy="confirm to load it all the same",
                problems=(*work.problems, *notes),
                questions=tuple(work.awaited(doubts)),
            )
        told("commit", 0.8)
        if compared.changes:
            tried.append(load_id)
            quarantine.keep(settings, load_id, work.quarantined())
            keep(sources)
        return dict(compared.changes)

    version: DataVersion | None = None
    try:
        version = commit(lake, prepare, load, settings)
    except UploadHeld as held:
        asked: Any = held.facts["questions"]
        return LoadResult(
            "held",
            name,
            work.good_rows,
            work.aside,
            None,
            in_order(held.facts["problems"]),
            len(sources),
            asked,
        )
    finally:
        for load_id in tried:
            if version is None or version.load_id != load_id:
                quarantine.forget(settings, load_id)
    for part in work.parts if version else ():
        with contextlib.suppress(OSError):  # what is not remembered is asked again
            remember(settings, part.mapping, part.answers.of_file(part.file))
    told("commit", 1.0)
    problems = in_order([*work.problems, *notes])
    if version is None:
        problems = tuple(each for each in problems if each.outcome not in ("held",))
        number = _number_of(lake, sources)
        return LoadResult("already_loaded", name, work.good_rows, work.aside, number, problems, len(sources))
    return LoadResult("loaded", name, work.good_rows, work.aside, version.number, problems, len(sources))


def _as_before(version: DataVersion, settings: Settings, of_files: int) -> LoadResult:
    """The same files again, asked the same way: they are that load."""
    name = ", ".join(dict.fromkeys(file.table for file in version.files))
    rows = sum(file.rows for file in version.files)
    aside = quarantine.count(settings, version.load_id)
    return LoadResult("already_loaded", name, rows, aside, version.number, of_files=of_files)


def _files(work: Work) -> tuple[LoadedFile, ...]:
    return tuple(
        LoadedFile(part.file, part.source.sha256, part.table, part.frame.height)
        for part in work.parts
        if part.table
    )


def _fingerprint(sources: Sequence[Source], answers: Answers, settings: Settings) -> str:
    """The same for the same contents loaded the same way, whatever the order of the files.

    Only answers that change what is read count, not those that say yes.
    """
    every = [_digest(name, settings) for name in (*presets(), *saved_names(settings))]
    parts = sorted(
        repr(
            (
                source.sha256,
                source.label if source.path != source.copy else "",
                source.upload.table,
                _digest(source.upload.mapping, settings) if source.upload.mapping else every,
                source.upload.mapping,
                sorted(source.upload.constants.items()),
                source.upload.sheet,
                sorted(_meant(source.upload.answers).items()),
                sorted(source.upload.edits.items()),
            )
        )
        for source in sources
    )
    whole = "\n".join([*parts, repr(sorted(_meant(answers.given).items()))])
    return hashlib.sha256(whole.encode()).hexdigest()


def _meant(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers that change what is read, without those that only say yes."""
    return {key: said for key, said in answers.items() if said.strip().casefold() != YES}


def _digest(mapping: str, settings: Settings) -> str:
    """What changes when a mapping does; empty where there is none of that name."""
    with contextlib.suppress(KeyError):
        return mapping_named(mapping.partition("/")[0], settings).digest
    return ""


def _known(lake: Lake, fingerprint: str) -> DataVersion | None:
    """The load with that fingerprint, if none of its tables has changed since."""
    history = lake.history()
    for version in reversed(history):
        if version.fingerprint == fingerprint:
            tables = {file.table for file in version.files}
            same = all(version.tables.get(name) == history[-1].tables.get(name) for name in tables)
            return version if same else None
    return None


def _number_of(lake: Lake, sources: Sequence[Source]) -> int:
    """The newest load of the same bytes; else the newest data version, which holds their rows."""
    history = lake.history()
    mine = {source.sha256 for source in sources}
    for version in reversed(history):
        if mine <= {file.sha256 for file in version.files}:
            return version.number
    return history[-1].number if history else 0
