"""Homes to test on, and what keeps the developer's machine and the network out."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path

import pytest

SAMPLE_SEED = 7
SAMPLE_ITEMS = 200


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.fixture(autouse=True)
def _machine_kept_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the developer's `STILLSTOCK_*`, and none opens a connection that leaves this machine."""
    for name in [name for name in os.environ if name.startswith("STILLSTOCK_")]:
        monkeypatch.delenv(name)
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
def made_once(tmp_path_factory: pytest.TempPathFactory, name: str) -> Iterator[tuple[Path, bool]]:
    """A folder that all test processes share, and whether it is still to be filled by the caller."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    folder, done = root / name, root / f"{name}.done"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder, not done.exists()
        done.touch()
