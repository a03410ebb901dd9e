"""Starting the app as a server of its own, and giving an empty home something to show."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import FrameType
from urllib.error import URLError
from urllib.request import urlopen

from pyarrow.parquet import read_metadata

from queries.errors import StockError
from queries.lake.contract import TABLES
from queries.lake.load import LoadResult, Progress, Upload, load_files
from queries.settings import Settings

APP = Path(__file__).resolve().parent.parent / "app.py"
HEALTH = "/_stcore/script-health-check"
READY_SECONDS = 120.0


def sample_into(
    settings: Settings, folder: Path, items: int | None, seed: int | None, told: Progress
) -> LoadResult:
    """Generate the sample factory's files in `folder` and load them as one data version."""
    generate = import_module("sample_data.generate").generate
    asked = {name: value for name, value in (("items", items), ("seed", seed)) if value is not None}
    folder.mkdir(parents=True, exist_ok=True)
    generate(folder, progress=told, **asked)
    files = {table.name: folder / f"{table.name}.parquet" for table in TABLES}
    uploads = [Upload(path, name) for name, path in files.items() if read_metadata(path).num_rows]
    return load_files(uploads, settings, confirmed=True, user="sample", progress=told)


def serve_app(settings: Settings, port: int, address: str, ready: Callable[[str], None]) -> int:
    """Run the app until it is told to end; its exit code. `ready` is told the link once a page is drawn.

    The script health check is asked before anyone else: the first run of a fresh server is the one that
    learns the pages, and a visitor who came sooner would be told that a page does not exist.
    """
    _claim(port, address)
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(APP)),
        *("--server.port", str(port), "--server.address", address, "--server.headless", "true"),
        *("--server.scriptHealthCheckEnabled", "true", "--browser.gatherUsageStats", "false"),
        *("--logger.hideWelcomeMessage", "true"),
    ]
    child = subprocess.Popen(  # noqa: S603 - streamlit on our own app
        command, cwd=APP.parent, env=environment_of(settings), start_new_session=True
    )

    def forward(number: int, frame: FrameType | None) -> None:
        child.send_signal(number)

    ended = threading.Event()
    before = {number: signal.signal(number, forward) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        host = "127.0.0.1" if address in {"", "0.0.0.0", "::"} else address  # noqa: S104
        if _answers(f"http://{host}:{port}{HEALTH}", child):
            ready(f"http://{'localhost' if host == '127.0.0.1' else host}:{port}")
            if settings.notify_minutes:
                threading.Thread(target=_notify, args=(settings, ended), daemon=True).start()
        code = child.wait()
    finally:
        ended.set()
        for number, handler in before.items():
            signal.signal(number, handler)
        if child.poll() is None:
            child.terminate()
    return 0 if code in {-signal.SIGTERM, -signal.SIGINT, 128 + signal.SIGTERM} else code


def _notify(settings: Settings, ended: threading.Event) -> None:
    """Run `stillstock notify` on its rhythm, in a process of its own, until the app ends."""
    command = [sys.executable, "-m", "queries.cli", "notify"]
    while not ended.wait(settings.notify_minutes * 60):
        subprocess.run(  # noqa: S603 - our own command
            command, cwd=APP.parent, env=environment_of(settings), check=False
        )


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a program started from another folder finds the same home and lake."""
    environment = os.environ | {"STILLSTOCK_HOME": str(settings.home.resolve())}
    if settings.lake_url and "://" not in settings.lake_url:
        environment["STILLSTOCK_LAKE_URL"] = str(Path(settings.lake_url).resolve())
    return environment


def _claim(port: int, address: str) -> None:
    try:
        with socket.create_server((address, port)):
            return
    except OSError as error:
        raise StockError(
            f"port {port} cannot be used: {error.strerror}", remedy="name another with --port", port=port
        ) from error


def _answers(url: str, child: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + READY_SECONDS
    while child.poll() is None and time.monotonic() < until:
        try:
            with urlopen(url, timeout=READY_SECONDS) as answer:  # noqa: S310
                if answer.status == 200:
                    return True
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    if child.poll() is None:
        child.terminate()
        raise StockError("the app did not come up", remedy="look at the messages above")
    return False
