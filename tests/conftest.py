"""Homes to test on, and what keeps the developer's machine and the network out."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import hypothesis
import polars as pl
import pytest

from queries.lake.contract import TABLES
from queries.settings import Settings

SAMPLE_ITEMS = 200
SAMPLE_SEED = 7
PRINTED = "printed"
"""What a test records under this name stands in the summary at the end, whether the test passed or not."""


hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.register_profile("searching")


def pytest_configure() -> None:
    """The same examples in every run, unless HYPOTHESIS_PROFILE=searching asks for new ones.

    No test sees the developer's own `STILLSTOCK_*`, but for the folder of real data to test on.
    """
    hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))
    for name in [n for n in os.environ if n.startswith("STILLSTOCK_") and n != "STILLSTOCK_SHARED"]:
        del os.environ[name]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests recorded as `PRINTED`, also those that ran in another process."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, text in report.user_properties:
                if name == PRINTED and report.when == "call":
                    terminalreporter.write_sep("-", report.nodeid)
                    terminalreporter.write_line(str(text))


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def _network_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test opens a connection that leaves this machine."""
    connect = socket.socket.connect

    def connect_here(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple) and not _is_here(address[0]):
            raise ConnectionRefusedError(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_here)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that is `STILLSTOCK_HOME` while the test runs."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("STILLSTOCK_HOME", str(folder))
    return folder


@contextmanager
def made_once(factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that all test processes share, and whether the caller, alone at it, still has to fill it."""
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, filled = root / name, root / f"{name}.filled"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder, not filled.exists()
        filled.touch()


@pytest.fixture(scope="session")
def sample_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the sample factory's files (200 items, one Parquet a table) and its answer key."""
    from sample_data.generate import generate

    with made_once(tmp_path_factory, "sample-files") as (folder, is_new):
        if is_new:
            generate(folder, items=SAMPLE_ITEMS, seed=SAMPLE_SEED)
    return folder


@pytest.fixture(scope="session")
def sample_home(sample_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home those files were loaded into as one load; for reading, a writer asks for `own_sample_home`."""
    from queries.lake.load import Upload, load_files

    with made_once(tmp_path_factory, "sample-home") as (folder, is_new):
        if is_new:
            uploads = [
                Upload(file, table.name)
                for table in TABLES
                if (file := sample_files / f"{table.name}.parquet").exists()
                and pl.scan_parquet(file).head(1).collect().height
            ]
            result = load_files(uploads, Settings(home=folder), confirmed=True, user="tests")
            assert result.status == "loaded", result
    return folder


@pytest.fixture
def own_sample_home(sample_home: Path, home: Path) -> Path:
    """A copy of the sample's home for one test to change; it is `STILLSTOCK_HOME` while the test runs."""
    without = shutil.ignore_patterns("decisions.sqlite*")  # a server has them open
    return Path(shutil.copytree(sample_home, home, dirs_exist_ok=True, ignore=without))
