"""Servers read while one loads, undoes and purges: no error, none late, never two versions at once."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from queries.lake.keeping.history import restore
from queries.lake.keeping.purge import purge
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.conftest import PRINTED
from tests.queries.lake.test_kills import nothing_left
from tests.queries.lake.writers import ROOT, do

READERS = 4
SEEN_WITHIN_SECONDS = 5.0


def read_while_loading(home: Path, seconds: float, pause: float) -> tuple[int, int, float]:
    """Load for so long while READERS ask: data versions made, pages drawn, seconds until all had seen."""
    settings = Settings(home=home)
    do(settings, {"do": "load", "day": 0, "qty": 1})
    told = [home.with_name(f"{home.name}.reader{n}") for n in range(READERS)]
    command = [sys.executable, "-m", "tests.queries.lake.readers", str(home)]
    readers = [subprocess.Popen([*command, str(each)], cwd=ROOT) for each in told]
    try:
        _until(readers, told, 1)
        holds, made = _load_for(settings, seconds, pause)
        _until(readers, told, max(holds))
    finally:
        for each in told:
            each.with_name(f"{each.name}.end").touch()
        for reader in readers:
            reader.wait(60)
    pages, late = 0, 0.0
    for each in told:
        lines: list[dict[str, Any]] = [json.loads(line) for line in each.read_text().splitlines()]
        assert [line for line in lines if "error" in line] == []
        shown = [line for line in lines if "shown" in line]
        assert [line for line in shown if set(line["shown"]) != {holds[line["number"]]}] == []
        for number, at in made.items():
            first = min(line["at"] for line in lines if line.get("seen", 0) >= number)
            late = max(late, first - at)
        pages += len(shown)
    assert late <= SEEN_WITHIN_SECONDS
    nothing_left(settings)
    return len(made), pages, late


def _until(readers: Sequence[subprocess.Popen[bytes]], told: Sequence[Path], number: int) -> None:
    """Wait until every reader has drawn a page of that data version."""
    until = time.monotonic() + 120
    while not all(each.exists() and f'{{"number": {number}, "shown"' in each.read_text() for each in told):
        assert all(each.poll() is None for each in readers)
        assert time.monotonic() < until
        time.sleep(0.1)


def _load_for(settings: Settings, seconds: float, pause: float) -> tuple[dict[int, int], dict[int, float]]:
    """What each data version holds, and when it was acknowledged."""
    holds, made = {1: 1}, {}
    until = time.monotonic() + seconds
    qty = 1
    while time.monotonic() < until:
        newest = max(holds)
        if newest % 7 == 3:
            version = restore(settings, newest - 1)
            assert version is not None
            holds[version.number] = holds[newest - 1]
        elif newest % 7 == 6:
            holds[newest + 1] = holds[newest - 1]
            assert purge(settings, newest, "tests")[1].number == newest + 1
        else:
            qty += 1
            holds[newest + 1] = qty
            assert do(settings, {"do": "load", "day": 0, "qty": qty}) == newest + 1
        made[newest + 1] = time.monotonic()
        time.sleep(pause)
    return holds, made


@pytest.mark.slow
def test_four_readers_and_a_loader_for_half_a_minute(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    made, pages, late = read_while_loading(tmp_path / "home", seconds=30, pause=0.5)
    assert made >= 7
    assert pages >= 2 * READERS
    record_property(PRINTED, f"{made} data versions, {pages} pages, seen everywhere within {late:.1f} s")
    assert len(Lake(Settings(home=tmp_path / "home").lake).history()) == made + 1
