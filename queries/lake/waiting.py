"""Files handed in and not yet loaded: kept beside the lake, so that a closed browser loses nothing.

Each hand-in is a folder `waiting/<id>` with the files as they came and `hand_in.json`: their names, the
answers and the mended cells so far, and how it ended. A folder appears whole or not at all; one that nobody
touched for a day is swept away. Names never become paths.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

from queries.settings import Settings

_ID = re.compile(r"[0-9a-f]{32}")
_RECORD = "hand_in.json"
_STALE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class HandIn:
    """Files that wait for a person: `names` in the order given, `answers` by key, `edits` by file and cell.

    An edit stands under "<file>|<row>|<column>". `data_version` is where the rows stand once loaded and
    `quarantined` how many were set aside then: from there on the files are gone, and only this is left.
    """

    id: str
    folder: Path
    handed_in_at: datetime
    names: tuple[str, ...]
    answers: Mapping[str, str] = field(default_factory=dict, hash=False)
    edits: Mapping[str, str] = field(default_factory=dict, hash=False)
    data_version: int | None = None
    quarantined: int = 0

    @property
    def files(self) -> tuple[tuple[str, Path], ...]:
        """Each file's name and where it stands."""
        return tuple((name, self.folder / str(number)) for number, name in enumerate(self.names))


def hand_in(settings: Settings, files: Iterable[tuple[str, IO[bytes]]]) -> HandIn:
    """Keep these files until they are loaded or given up; all of them or, if one cannot be written, none."""
    _sweep(settings)
    folder = _folder(settings) / uuid4().hex
    arriving = folder.with_name(f".arriving-{folder.name}")
    arriving.mkdir(parents=True)
    names: list[str] = []
    try:
        for number, (name, stream) in enumerate(files):
            with (arriving / str(number)).open("wb") as copy:
                shutil.copyfileobj(stream, copy, 1 << 20)
            names.append(name)
        made = HandIn(folder.name, folder, datetime.now(UTC), tuple(names))
        _write(arriving / _RECORD, made)
        arriving.rename(folder)
    finally:
        shutil.rmtree(arriving, ignore_errors=True)
    return made


def find(settings: Settings, identity: str) -> HandIn | None:
    """The hand-in of that id; None if there is none (any more)."""
    folder = _folder(settings) / identity
    if not _ID.fullmatch(identity):
        return None
    try:
        said: dict[str, Any] = json.loads((folder / _RECORD).read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    return HandIn(
        identity,
        folder,
        datetime.fromisoformat(said["handed_in_at"]),
        tuple(said["names"]),
        said["answers"],
        said["edits"],
        said["data_version"],
        said["quarantined"],
    )


def waiting(settings: Settings) -> list[HandIn]:
    """Every hand-in that is not loaded yet, the newest first."""
    found = [find(settings, each.name) for each in _folder(settings).glob("*")]
    open_ = [each for each in found if each and each.data_version is None]
    return sorted(open_, key=lambda each: each.handed_in_at, reverse=True)


def keep(was: HandIn, **changes: Any) -> HandIn:
    """The hand-in with other answers, edits or ending, written down."""
    now = replace(was, **changes)
    _write(was.folder / _RECORD, now)
    return now


def finish(was: HandIn, data_version: int, quarantined: int) -> HandIn:
    """Say where the rows stand now, and let go of the files: the lake keeps its own."""
    now = keep(was, data_version=data_version, quarantined=quarantined)
    for _, path in was.files:
        path.unlink(missing_ok=True)
    return now


def give_up(was: HandIn) -> None:
    """Forget the files and all that was said of them."""
    shutil.rmtree(was.folder, ignore_errors=True)


def _folder(settings: Settings) -> Path:
    return settings.home.resolve() / "waiting"


def _write(path: Path, hand: HandIn) -> None:
    said = asdict(hand) | {"folder": "", "handed_in_at": hand.handed_in_at.isoformat()}
    aside = path.with_name(f".{uuid4().hex}")
    aside.write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    aside.replace(path)


def _sweep(settings: Settings) -> None:
    for folder in [*_folder(settings).glob("*"), *_folder(settings).glob(".arriving-*")]:
        with contextlib.suppress(FileNotFoundError):
            newest = max((os.stat(each).st_mtime for each in [folder, *folder.iterdir()]), default=0.0)
            if time.time() - newest > _STALE_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
