"""Folders that a process holds while it lives, so that what a killed one left is known and cleared away."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import time
from pathlib import Path

INCOMING = ".incoming-*"
"""Folders beside the originals, each with the files of one load that is under way."""

_NEW_SECONDS = 10
"""A folder so new may be one that somebody is just about to hold."""


def hold(folder: Path) -> int:
    """Hold a folder; the number to let it go with. A process that ends lets go of all it holds."""
    held = os.open(folder, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    return held


def let_go(folder: Path, held: int) -> None:
    """Delete a folder that was held."""
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        os.close(held)


def abandoned(place: Path, pattern: str) -> list[Path]:
    """The folders (or files) of that pattern which nobody holds."""
    return [path for path in place.glob(pattern) if not _is_held(path)]


def clear_away(place: Path, pattern: str) -> None:
    """Delete those folders of that pattern which nobody holds, but for the newest."""
    for path in abandoned(place, pattern):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > _NEW_SECONDS:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def _is_held(path: Path) -> bool:
    try:
        held = os.open(path, os.O_RDONLY)
    except OSError:
        return True
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(held)
    return False
