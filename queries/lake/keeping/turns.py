"""Writers of a local lake one after another, and what a writer that died leaves for the next to finish.

The lock is the operating system's, so that it goes with its holder. While tables are being written the lock
file is not empty: the next writer that finds it so knows that somebody died there. A purge writes down what
it deletes before it begins, and the next writer completes it.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from queries.errors import LakeBusy
from queries.lake.versions import Lake

_LOCK = ".writing"
_ORDER = ".purging"


class Turn:
    """The turn of one writer: `is_after_death` tells that the one before never came to its end."""

    def __init__(self, lock: TextIO | None) -> None:
        self._lock = lock
        self.is_after_death = bool(lock and lock.read(1))
        self.has_begun = False

    def begin_writing(self) -> None:
        """From here on a death leaves something to put right."""
        self.has_begun = self._lock is not None
        self._mark(f"{os.getpid()}\n")

    def end_writing(self) -> None:
        """All is whole again."""
        self._mark("")
        self.is_after_death = self.has_begun = False

    def _mark(self, text: str) -> None:
        if self._lock:
            self._lock.seek(0)
            self._lock.truncate()
            self._lock.write(text)
            self._lock.flush()


@contextmanager
def take_turn(lake: Lake, patience: float) -> Iterator[Turn]:
    """Alone among the writers of a local lake, LakeBusy after `patience` seconds. Elsewhere: no turns."""
    if not lake.is_local:
        yield Turn(None)
        return
    folder = lake.local_folder
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + patience
    with (folder / _LOCK).open("a+", encoding="utf-8") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    raise LakeBusy(
                        "another load is still running; nothing was stored",
                        remedy="try again when it is done",
                    ) from error
                time.sleep(0.02)
        lock.seek(0)
        yield Turn(lock)


def write_order(lake: Lake, order: dict[str, Any]) -> None:
    """Write down what a purge deletes; whole or not at all."""
    path = lake.local_folder / _ORDER
    aside = path.with_name(f"{_ORDER}.aside")
    with aside.open("w", encoding="utf-8") as stream:
        json.dump(order, stream)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(path)


def read_order(lake: Lake) -> dict[str, Any] | None:
    """The purge that was begun and not completed, if there is one; what was half written never began."""
    if not lake.is_local:
        return None
    path = lake.local_folder / _ORDER
    path.with_name(f"{_ORDER}.aside").unlink(missing_ok=True)
    if not path.exists():
        return None
    order: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return order


def clear_order(lake: Lake) -> None:
    """Nothing of the purge is left to do."""
    (lake.local_folder / _ORDER).unlink(missing_ok=True)
