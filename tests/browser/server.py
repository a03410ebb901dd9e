"""A real `stillstock serve` on a free port, with its log, started and stopped by a test."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`with Server(home) as server:` serves that home at `server.url`; `server.log()` is what it said."""

    def __init__(
        self, home: Path, *, log: Path | None = None, seconds: float = 120, clock: Path | None = None
    ) -> None:
        self.home = home
        self.clock = clock
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.seconds = seconds
        self._log = log or home.parent / f"serve-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def command(self) -> list[str]:
        """`stillstock serve`, or the same by the clock that a file sets."""
        if self.clock:
            return [sys.executable, "-m", "tests.browser.clocked", str(self.clock), str(self.port)]
        return [sys.executable, "-m", "queries.cli", "serve", "--port", str(self.port)]

    def start(self) -> Server:
        """Start and wait until `serve` itself says it is ready; nobody has asked it for anything before."""
        environment = os.environ | {"STILLSTOCK_HOME": str(self.home)}
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(
                self.command, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True
            )
        until = time.monotonic() + self.seconds
        while f":{self.port}" not in self.said():
            if self._process.poll() is not None:
                raise RuntimeError(f"serve ended with {self._process.returncode}:\n{self.log()}")
            if time.monotonic() > until:
                self.stop()
                raise TimeoutError(f"serve was not ready in {self.seconds} s:\n{self.log()}")
            time.sleep(0.2)
        return self

    def said(self) -> str:
        """The line with the link, which `serve` prints when a visitor may come; empty before."""
        return next((line for line in self.log().splitlines() if line.startswith("stillstock is at ")), "")

    def stop(self) -> None:
        """End the server and every process it started."""
        if self._process is None:
            return
        for asked in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, asked)
                self._process.wait(10)
            except ProcessLookupError:
                break
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()
        self._process = None

    def held_bytes(self) -> int:
        """Memory that the server and the processes it started hold now."""
        held = 0
        for status in Path("/proc").glob("[0-9]*/status"):
            with contextlib.suppress(OSError):
                if self._process and os.getsid(int(status.parent.name)) == self._process.pid:
                    lines = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
                    held += sum(int(line.split()[1]) * 1024 for line in lines)
        return held

    def log(self) -> str:
        """Everything the server has printed."""
        return self._log.read_text(errors="replace")

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
