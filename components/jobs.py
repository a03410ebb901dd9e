"""Long work that goes on when the browser is closed: done by a thread of the server, found by its key."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.words import Words

Told = Callable[[str, float], None]
"""Told what is being done (a code) and the share of all that is done (0..1)."""

Key = tuple[Any, ...]
POLL_SECONDS = 0.4
_AT_ONCE, _KEPT = 2, 24


@dataclass
class Job:
    """One piece of work and where it stands."""

    future: Future[Any]
    step: str = "wait"
    share: float = 0.0

    def told(self, step: str, share: float) -> None:
        """Take note of how far the work is; it never goes back."""
        self.step, self.share = step, min(max(self.share, share), 1.0)


class Jobs:
    """The jobs of one server process; of those that are done the oldest are let go."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[Key, Job] = {}
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="job")

    def start(self, key: Key, work: Callable[[Told], Any]) -> Job:
        """The job of that key: the one that runs or is done, else a new one doing `work`."""
        with self._lock:
            if key not in self._jobs:
                done = [each for each, job in self._jobs.items() if job.future.done()]
                for each in done[: max(0, len(self._jobs) - _KEPT)]:
                    del self._jobs[each]
                job = Job(Future())
                job.future = self._threads.submit(work, job.told)
                self._jobs[key] = job
            return self._jobs[key]

    def find(self, key: Key) -> Job | None:
        """The job of that key, if it was started and not forgotten."""
        with self._lock:
            return self._jobs.get(key)

    def forget(self, key: Key) -> None:
        """Let the next `start` of that key do the work anew."""
        with self._lock:
            self._jobs.pop(key, None)


@st.cache_resource(show_spinner=False)
def jobs() -> Jobs:
    """The one list of jobs of this process."""
    return Jobs()


def is_done(job: Job) -> bool:
    """Whether the job is over; short work is waited for, so that it shows no bar."""
    return bool(wait([job.future], POLL_SECONDS).done)


def progress(job: Job, say: Words) -> None:
    """A bar that moves by itself; the page is drawn anew when the job is over."""

    @st.fragment(run_every=POLL_SECONDS)
    def bar() -> None:
        if job.future.done():
            st.rerun()
        st.progress(job.share, say(f"job.{job.step}"))
        st.caption(say("job.leave"))

    bar()
