"""Writers that can be killed at a named step or after a while, and what the lake must look like then.

A process that has everything imported forks one child for each job, so that a kill costs no import. The child
writes down what it has done so far; what it says is done has been acknowledged.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from deltalake import DeltaTable

import queries.lake.keeping.commit as committing
import queries.lake.keeping.purge as purging
import queries.lake.reading.child as reading
from queries.lake.keeping.history import restore
from queries.lake.keeping.purge import purge
from queries.lake.keeping.turns import Turn
from queries.lake.load import Upload, load_files
from queries.lake.reading.parse import sheets_of
from queries.settings import Settings
from tests.queries.lake.uploads import TODAY

ROOT = Path(__file__).resolve().parents[3]
DAYS = 5


@dataclass(frozen=True)
class Ending:
    """How a job ended: whether it was killed, the steps it began, and what it said was done."""

    was_killed: bool
    steps: tuple[str, ...]
    done: tuple[int | None, ...]


class Writers:
    """The process that forks a child for each job."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.queries.lake.writers"],
            cwd=ROOT,
            env={**os.environ, "POLARS_MAX_THREADS": "2"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def work(
        self,
        home: Path,
        jobs: list[Mapping[str, Any]],
        *,
        kill_before: int | None = None,
        kill_at_file: str = "",
        kill_after: float | None = None,
    ) -> Ending:
        """Do the jobs in a child: killed before its step of that number, or after so many seconds.

        `kill_at_file` is a folder of the home: a new Parquet file there is the sign.
        """
        told = home.with_name(f"{home.name}.told")
        told.write_text("")
        order = {
            "home": str(home),
            "jobs": jobs,
            "told": str(told),
            "kill_before": kill_before,
            "kill_at_file": kill_at_file,
            "kill_after": kill_after,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        status = int(self._process.stdout.readline())
        lines = [json.loads(line) for line in told.read_text().splitlines()]
        was_killed = os.WIFSIGNALED(status)
        assert was_killed or status == 0, lines
        return Ending(
            was_killed,
            tuple(line["step"] for line in lines if "step" in line),
            tuple(line["done"] for line in lines if "done" in line),
        )

    def end(self) -> None:
        """No more jobs."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


@contextmanager
def writers() -> Iterator[Writers]:
    """Writers for a while."""
    made = Writers()
    try:
        yield made
    finally:
        made.end()


def stock_text(day: int, qty: int) -> str:
    """The stock of one of DAYS days: two items of that quantity."""
    lines = "".join(f"2026-10-{day + 1:02},{item},W1,{qty}\n" for item in ("A", "B"))
    return "snapshot_on,item_id,warehouse_id,qty\n" + lines


def items_text(qty: int) -> str:
    """One item, named for that quantity."""
    return f"item_id,name\nA,named {qty}\n"


def do(settings: Settings, job: Mapping[str, Any]) -> int | None:
    """One job: a load of stock and items together, a restore or a purge; its data version, None if none."""
    if job["do"] == "load":
        folder = settings.home.parent / "files"
        folder.mkdir(exist_ok=True)
        stock, items = folder / f"stock{job['qty']}.csv", folder / f"items{job['qty']}.csv"
        stock.write_text(stock_text(job["day"], job["qty"]))
        items.write_text(items_text(job["qty"]))
        uploads = [Upload(stock, "stock"), Upload(items, "items")]
        result = load_files(uploads, settings, confirmed=True, today=TODAY, user="tests")
        assert result.status == "loaded", result
        return result.data_version
    if job["do"] == "restore":
        made = restore(settings, job["number"], "tests")
        return made.number if made else None
    return purge(settings, job["number"], "tests", "tests")[1].number


def main() -> None:
    """Fork a child for each line of standard input; say how it ended on standard output."""
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if not child:
            _be_a_writer(order)
        if order["kill_after"] is not None:
            time.sleep(order["kill_after"])
            os.kill(child, signal.SIGKILL)
        elif order["kill_at_file"]:
            _kill_at_file(child, Path(order["home"]) / order["kill_at_file"])
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{status}\n")
        sys.stdout.flush()


def _kill_at_file(child: int, folder: Path) -> None:
    seen = set(folder.glob("*.parquet"))
    while not set(folder.glob("*.parquet")) - seen:
        if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return
    os.kill(child, signal.SIGKILL)


def _be_a_writer(order: Mapping[str, Any]) -> None:
    code = 1
    try:
        told = os.open(order["told"], os.O_WRONLY | os.O_APPEND)
        count = 0

        def step(name: str) -> None:
            nonlocal count
            os.write(told, json.dumps({"step": name}).encode() + b"\n")
            if count == order["kill_before"]:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

        _say_steps(step)
        settings = Settings(home=Path(order["home"]))
        for job in order["jobs"]:
            os.write(told, json.dumps({"done": do(settings, job)}).encode() + b"\n")
        step("end")
        code = 0
    except Exception as error:  # noqa: BLE001 - a child has nobody else to tell
        os.write(told, json.dumps({"error": repr(error)}).encode() + b"\n")
    finally:
        os._exit(code)


def _say_steps(step: Callable[[str], None]) -> None:
    """Let everything that changes a file say so before it does."""

    def said(owner: Any, name: str, label: Callable[..., str]) -> None:
        real = getattr(owner, name)

        @wraps(real)
        def saying(*given: Any, **named: Any) -> Any:
            step(label(*given))
            return real(*given, **named)

        setattr(owner, name, saying)

    def place(path: object, *rest: object) -> str:
        return Path(str(path)).parent.name[:12]

    def table(place: object, *rest: object) -> str:
        url = place if isinstance(place, str) else getattr(place, "table_uri", "")
        return f"commit {str(url).rstrip('/').rsplit('/', 1)[-1]}"

    said(shutil, "copyfile", lambda *given: "take in")
    said(shutil, "rmtree", lambda path, *rest: f"rmtree {place(path)}")
    said(Path, "replace", lambda path, *rest: f"replace {place(path)}")
    said(Path, "unlink", lambda path, *rest: f"unlink {place(path)}")
    said(committing, "write_deltalake", table)
    said(DeltaTable, "restore", lambda delta, *rest: f"restore {table(delta)}")
    said(DeltaTable, "create_checkpoint", lambda delta: "checkpoint")
    said(purging, "write_order", lambda *given: "order")
    said(Turn, "_mark", lambda turn, text: "begin writing" if text else "end writing")
    reading.parse = _parsed_here


def _parsed_here(path: Path, kind: Any, folder: Path, known: Any, asked: Any, sheet: str, *rest: Any) -> Any:
    return sheets_of(path, kind, folder, known, asked, sheet)


if __name__ == "__main__":
    main()
