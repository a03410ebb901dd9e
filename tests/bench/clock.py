"""How long work takes: wall and processor seconds, best of several; and the most memory a process held."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, order=True)
class Took:
    """Seconds on the wall, and seconds that processors worked for it: steadier on a busy machine."""

    seconds: float
    cpu_seconds: float

    def __add__(self, other: Took) -> Took:
        return Took(self.seconds + other.seconds, self.cpu_seconds + other.cpu_seconds)


def clocked(work: Callable[[], Result]) -> tuple[Result, Took]:
    """What the work gave and what it took."""
    seconds, cpu_seconds = time.perf_counter(), time.process_time()
    result = work()
    return result, Took(time.perf_counter() - seconds, time.process_time() - cpu_seconds)


def best_of(runs: int, work: Callable[[], Result]) -> tuple[Result, Took]:
    """What the last run gave, and what the quickest took."""
    results = [clocked(work) for _ in range(runs)]
    return results[-1][0], min(took for _, took in results)


def peak_bytes() -> int:
    """The most memory this process has held; a child's own, not what its parent held before."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def machine() -> str:
    """Cores and memory, nothing else."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {memory / 2**30:.0f} GB of memory"
