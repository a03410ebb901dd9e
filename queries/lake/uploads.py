"""What comes in: files with what is said of them, copied before they are read: what is read is kept."""

from __future__ import annotations

import hashlib
import shutil
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from queries.errors import UploadRefused
from queries.lake.keeping.faults import plainly
from queries.lake.keeping.held import INCOMING, clear_away, hold, let_go
from queries.lake.problems import Problem
from queries.lake.reading.files import members
from queries.lake.reading.grid import Unreadable
from queries.settings import Settings

_LONGEST = 120


@dataclass(frozen=True)
class Upload:
    """One file to load; what is not said of it (`table`, `mapping`, `sheet`) is recognised or asked.

    `constants` win over its cells; `name` is what its sender calls it; `answers` are for this file; `edits`
    are cells a person mended, by source row and column of the contract, written as the contract writes them.
    """

    path: Path
    table: str = ""
    mapping: str = ""
    constants: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    name: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[tuple[int, str], str] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """The name to show for this file; a name that is a path is its last part."""
        return shown_name(self.name or self.path.name).rpartition("/")[2] or "?"


def shown_name(name: str) -> str:
    """A sender's name for a file without what cannot be seen or turns text around, cut where it is long."""
    seen = "".join(sign for sign in name.replace("\\", "/") if unicodedata.category(sign)[0] != "C")
    parts = [part.strip() for part in seen.split("/") if part.strip() not in ("", ".", "..")]
    short = "/".join(parts)
    return short if len(short) <= _LONGEST else f"{short[: _LONGEST - 41]}…{short[-40:]}"


@dataclass(frozen=True)
class Source:
    """One file to read: an upload's copy, or a member of an archive; `problems` if it cannot be opened.

    `sha256` is that of the upload's bytes, under which `copy` is kept.
    """

    upload: Upload
    label: str
    path: Path
    copy: Path
    sha256: str
    problems: tuple[Problem, ...] = ()


@contextmanager
def taken_in(uploads: Sequence[Upload], settings: Settings) -> Iterator[tuple[list[Source], list[Problem]]]:
    """Copies of the files beside the originals, under a name nobody reads until `keep` renames them.

    A file that is there twice is read once, and said. Errors: UploadRefused where there is no file.
    """
    folder = settings.originals
    missing = [upload for upload in uploads if not upload.path.is_file()]
    if missing or not uploads:
        problems = [Problem("missing_file", value=str(each.path), file=each.label) for each in missing]
        problems = problems or [Problem("missing_file")]
        raise UploadRefused("there is no such file", remedy="check the path", problems=tuple(problems))
    with plainly():
        folder.mkdir(parents=True, exist_ok=True)
        clear_away(folder, INCOMING)
    sources: list[Source] = []
    notes: list[Problem] = []
    seen: dict[object, str] = {}
    with _held(folder / f".incoming-{uuid4().hex}") as place:
        for number, upload in enumerate(uploads):
            copy = place / f"{number}"
            with plainly():
                shutil.copyfile(upload.path, copy)
            with copy.open("rb") as stream:
                sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            asked = (sha256, upload.table, upload.sheet, *sorted(upload.constants.items()))
            if asked in seen:
                notes.append(Problem("same_file_twice", facts={"others": seen[asked]}, file=upload.label))
                continue
            seen[asked] = upload.label
            with plainly():
                sources += _opened(upload, copy, place / f"{number}-unpacked", sha256)
        yield sources, notes


def _opened(upload: Upload, copy: Path, folder: Path, sha256: str) -> list[Source]:
    """The upload itself, or each member of an archive."""
    folder.mkdir()
    try:
        found = members(copy, folder=folder)
    except Unreadable as error:
        return [Source(upload, upload.label, copy, copy, sha256, tuple(error.problems))]
    if len(found) == 1 and found[0].path == copy:
        return [Source(upload, upload.label, copy, copy, sha256)]
    return [
        Source(upload, f"{upload.label}/{shown_name(each.name)}", each.path, copy, sha256) for each in found
    ]


def keep(sources: Sequence[Source]) -> None:
    """Give each copy its name by content; before the commit, so that no load lacks its original."""
    with plainly():
        for source in sources:
            if source.copy.exists():
                source.copy.replace(source.copy.parent.with_name(source.sha256))


@contextmanager
def _held(place: Path) -> Iterator[Path]:
    """A folder of one load, held as long as the load lives."""
    with plainly():
        place.mkdir()
    held = hold(place)
    try:
        yield place
    finally:
        let_go(place, held)
