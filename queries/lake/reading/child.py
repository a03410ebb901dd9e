"""Reading in another process: a file that kills its reader, or takes too much, ends as a problem with a name.

A process is kept for the next file, so that small files cost milliseconds; one that failed, or holds much
memory, is not. It is a plain program with pipes, as safe in a server's thread as anywhere.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from queries.lake.problems import Problem
from queries.lake.reading.files import Kind, Limits
from queries.lake.reading.grid import Unreadable
from queries.lake.reading.sheets import Sheet, from_json, problem_from_json

_ROOT = Path(__file__).resolve().parents[2]
_MODULE = "queries.lake.reading.parse"
_KEPT = 2
_KEPT_BYTES = 400 << 20
_TICK = 0.25
_LEAST_SECONDS, _SECONDS_A_MEGABYTE = 60.0, 3.0
_OUT_OF_MEMORY = ("memory allocation", "bad_alloc", "MemoryError", "Cannot allocate memory", "out of memory")

_idle: list[_Reader] = []
_lock = threading.Lock()
_log = logging.getLogger(__name__)


def parse(
    path: Path,
    kind: Kind,
    folder: Path,
    known: frozenset[str],
    asked: int | None,
    sheet: str,
    limits: Limits,
    told: Callable[[float], None],
) -> tuple[list[Sheet], list[Problem]]:
    """The tables of a file, their rows in `folder`. Errors: Unreadable."""
    task = {
        "path": str(path.resolve()),
        "kind": kind,
        "folder": str(folder),
        "known": sorted(known),
        "asked": asked,
        "sheet": sheet,
        "memory_bytes": limits.memory_bytes,
        "seconds": _seconds(path, limits),
    }
    answer = _asked(task, replace(limits, seconds=_seconds(path, limits)), told)
    if "problems" in answer:
        raise Unreadable(*map(problem_from_json, answer["problems"]))
    return list(map(from_json, answer["sheets"])), list(map(problem_from_json, answer["notes"]))


def _seconds(path: Path, limits: Limits) -> float:
    """How long the file may take: a small one that goes on for minutes never ends."""
    return min(limits.seconds, _LEAST_SECONDS + _SECONDS_A_MEGABYTE * path.stat().st_size / 1e6)


def warm() -> None:
    """Start a reader ahead, if none is waiting, so that the first file need not wait for it."""
    with _lock:
        if not _idle:
            _idle.append(_Reader())


def _asked(task: Mapping[str, Any], limits: Limits, told: Callable[[float], None]) -> Mapping[str, Any]:
    reader = _taken()
    while True:
        try:
            answer = reader.ask(task, limits, told)
            break
        except _NeverBegan:
            reader.end()
            if not reader.was_used:
                raise Unreadable(Problem("reader_died")) from None
            reader = _Reader()
        except BaseException:
            reader.end()
            raise
    if len(_idle) < _KEPT and reader.resident_bytes() < _KEPT_BYTES:
        with _lock:
            _idle.append(reader)
    else:
        reader.end()
    return answer


def _taken() -> _Reader:
    with _lock:
        while _idle:
            reader = _idle.pop()
            if reader.process.poll() is None:
                reader.was_used = True
                return reader
            reader.end()
    return _Reader()


class _NeverBegan(Exception):
    """The process ended before it took the task."""


class _Reader:
    """One process running parse.py."""

    def __init__(self) -> None:
        self.was_used = False
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        threads = str(min(4, os.cpu_count() or 1))
        self.process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=_ROOT,
            env={**os.environ, "POLARS_MAX_THREADS": threads, "MALLOC_ARENA_MAX": "2"},
            start_new_session=True,
        )
        self.waiting = b""

    def ask(
        self, task: Mapping[str, Any], limits: Limits, told: Callable[[float], None]
    ) -> Mapping[str, Any]:
        """The answer. Errors: Unreadable where the process ran out of time or memory, or died."""
        assert self.process.stdin is not None  # noqa: S101 - a pipe was asked for
        try:
            self.process.stdin.write(json.dumps(task).encode() + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise _NeverBegan from error
        has_begun = False
        deadline = time.monotonic() + limits.seconds
        while True:
            line = self._line(min(_TICK, max(deadline - time.monotonic(), 0.0)))
            if line is None:
                self._check(deadline, limits)
                continue
            if not line:
                if not has_begun:
                    raise _NeverBegan
                raise Unreadable(self._why_it_died(limits))
            said: Mapping[str, Any] = json.loads(line)
            has_begun = has_begun or "is_begun" in said
            if "share" in said:
                told(float(said["share"]))
                self._check(deadline, limits)
            if "is_out_of_memory" in said:
                raise Unreadable(_too_much(limits))
            if "sheets" in said or "problems" in said:
                return said

    def _line(self, seconds: float) -> bytes | None:
        """The next line, None where none comes in that time, nothing where there will be none."""
        assert self.process.stdout is not None  # noqa: S101 - a pipe was asked for
        while b"\n" not in self.waiting:
            with selectors.DefaultSelector() as selector:
                selector.register(self.process.stdout, selectors.EVENT_READ)
                if not selector.select(seconds):
                    return None
            piece = os.read(self.process.stdout.fileno(), 1 << 16)
            if not piece:
                return b""
            self.waiting += piece
        line, _, self.waiting = self.waiting.partition(b"\n")
        return line

    def _check(self, deadline: float, limits: Limits) -> None:
        if time.monotonic() > deadline:
            raise Unreadable(_too_slow(limits))
        if sys.platform != "linux" and self.resident_bytes() > limits.memory_bytes:
            raise Unreadable(_too_much(limits))

    def _why_it_died(self, limits: Limits) -> Problem:
        self.process.wait()
        self.errors.seek(0)
        said = self.errors.read()[-10_000:].decode("utf-8", "replace")
        if any(each in said for each in _OUT_OF_MEMORY):
            return _too_much(limits)
        if self.process.returncode == -signal.SIGXCPU:
            return _too_slow(limits)
        _log.error("the reader ended with %s: %s", self.process.returncode, said)
        return Problem("reader_died")

    def resident_bytes(self) -> int:
        """The memory the process holds now."""
        statm = Path(f"/proc/{self.process.pid}/statm")
        with contextlib.suppress(OSError, ValueError):
            if statm.exists():
                return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            said = subprocess.run(  # noqa: S603 - a number of our own
                ["ps", "-o", "rss=", "-p", str(self.process.pid)],  # noqa: S607 - where the system has it
                capture_output=True,
                check=True,
                text=True,
            ).stdout
            return int(said) * 1024
        return 0

    def end(self) -> None:
        """End the process now."""
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.errors):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()


def _too_much(limits: Limits) -> Problem:
    return Problem("too_much_memory", facts={"limit": f"{limits.memory_bytes / 1e6:,.0f} MB"})


def _too_slow(limits: Limits) -> Problem:
    return Problem("too_slow", facts={"seconds": f"{limits.seconds:g}"})


def _end_all() -> None:
    with _lock:
        while _idle:
            _idle.pop().end()


def _forget() -> None:
    """A fork shares its parent's pipes and must not talk into them."""
    global _lock
    _lock = threading.Lock()
    _idle.clear()


atexit.register(_end_all)
os.register_at_fork(after_in_child=_forget)
