"""Killed before any step, a load, a restore or a purge is whole or not there; the next load clears up."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from queries.lake.keeping.commit import writing
from queries.lake.register import VERSIONS
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.queries.lake.writers import DAYS, Writers, do, writers

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("kills")]

RANDOM_KILLS = 20
Content = dict[str, int]
"""What a data version holds: the quantity of each loaded day, and the number in the item's name."""

States = list[tuple[str, Content | None]]
"""By number of the data version: what made it, and what it holds; None once it was purged."""


@pytest.fixture(scope="module")
def crew() -> Iterator[Writers]:
    """Writers that the tests of this module share."""
    with writers() as made:
        yield made


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three loads, of which the second and third changed the same day."""
    home = tmp_path_factory.mktemp("kills") / "base"
    for qty, day in ((1, 0), (2, 1), (3, 1)):
        do(Settings(home=home), {"do": "load", "day": day, "qty": qty})
    return home


def content(settings: Settings, number: int | None = None) -> Content:
    """What a data version (default: the newest) holds; it fails where a row stands alone or a file is bad."""
    lake = Lake(settings.lake)
    version = lake.version(number) if number else lake.current()
    assert version is not None
    lake.verify_files(version)
    found: Content = {}
    if stock := lake.files(version, "stock"):
        for day, rows in pl.read_parquet(stock).group_by("snapshot_on"):
            assert sorted(rows["item_id"]) == ["A", "B"]
            assert rows["qty"].n_unique() == 1
            found[str(day[0])] = int(rows["qty"][0])
    if items := lake.files(version, "items"):
        (name,) = pl.read_parquet(items)["name"]
        found["items"] = int(name.split()[-1])
    return found


def nothing_left(settings: Settings) -> None:
    """No file of the home is without a data version that names it, and no log goes beyond them."""
    lake = Lake(settings.lake)
    history = lake.history()
    folder = lake.local_folder
    assert {path.name for path in folder.iterdir()} <= {".writing", VERSIONS, "stock", "items"}
    assert (folder / ".writing").read_text() == ""
    for name in ("stock", "items"):
        named = {file.path for version in history for file in version.added if file.table == name}
        assert {path.name for path in (folder / name).iterdir()} == named | {"_delta_log"}
        last = max((version.tables[name] for version in history if name in version.tables), default=-1)
        logged = sorted(int(path.stem) for path in (folder / name / "_delta_log").glob("*.json"))
        assert logged[: last + 1] == list(range(last + 1))
        assert len(logged) <= last + 2
    originals = {path.name for path in (settings.home / "originals").iterdir()}
    assert originals == {file.sha256 for version in history for file in version.files}
    assert lake.damaged_files() == []


def age(home: Path) -> None:
    """Let what a dead load was reading look old enough to be cleared away."""
    for path in home.glob("originals/.incoming-*"):
        os.utime(path, (0, 0))


STORIES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "load": (
        {"do": "load", "day": 0, "qty": 9},
        {"take in", "begin writing", "commit stock", "commit items", "commit versions", "end writing"},
    ),
    "restore": (
        {"do": "restore", "number": 1},
        {"restore commit stock", "restore commit items", "commit versions"},
    ),
    "undo of the first load": (
        {"do": "restore", "number": 0},
        {"commit stock", "commit items", "commit versions"},
    ),
    "purge": (
        {"do": "purge", "number": 3},
        {"order", "commit stock", "commit items", "commit versions", "unlink originals", "unlink stock"},
    ),
}


@pytest.mark.parametrize("story", STORIES)
def test_killed_before_any_step_it_is_whole_or_not_there(
    crew: Writers, base: Path, tmp_path: Path, story: str
) -> None:
    job, named = STORIES[story]
    home = Path(shutil.copytree(base, tmp_path / "whole"))
    ending = crew.work(home, [job])
    assert ending.done == (4,)
    assert named <= set(ending.steps)
    before, after = content(Settings(home=base)), content(Settings(home=home))
    assert before != after
    nothing_left(Settings(home=home))
    for number in _first_two_of_a_kind(ending.steps):
        home = Path(shutil.copytree(base, tmp_path / f"{number}"))
        settings = Settings(home=home)
        killed = crew.work(home, [job], kill_before=number)
        assert killed.was_killed
        assert content(settings) == (after if Lake(settings.lake).history()[-1].number == 4 else before)
        assert not killed.done or content(settings) == after
        age(home)
        is_done = "commit versions" in killed.steps[:-1] or _was_ordered(killed.steps)
        assert do(settings, {"do": "load", "day": 2, "qty": 20}) == (5 if is_done else 4)
        assert content(settings) == {**(after if is_done else before), "2026-10-03": 20, "items": 20}
        nothing_left(settings)
        shutil.rmtree(home)


def _first_two_of_a_kind(steps: tuple[str, ...]) -> list[int]:
    """Every step but the third and later of equal ones in a row, such as one file deleted after another."""
    return [n for n in range(len(steps)) if n < 2 or len({steps[n], steps[n - 1], steps[n - 2]}) > 1]


def _was_ordered(steps: tuple[str, ...]) -> bool:
    """Whether a purge had been written down before the end: then the next writer completes it."""
    return "order" in steps and steps.index("order") + 2 < len(steps)


@pytest.mark.parametrize("table", ["stock", "items", VERSIONS])
def test_killed_when_a_file_is_written_and_not_yet_named(
    crew: Writers, base: Path, tmp_path: Path, table: str
) -> None:
    home = Path(shutil.copytree(base, tmp_path / "home"))
    settings = Settings(home=home)
    before = content(settings)
    crew.work(home, [STORIES["load"][0]], kill_at_file=f"lake/{table}")
    assert content(settings) in (before, {**before, "2026-10-01": 9, "items": 9})
    age(home)
    do(settings, {"do": "load", "day": 2, "qty": 20})
    nothing_left(settings)


def random_kills(crew: Writers, home: Path, kills: int, seed: int) -> None:
    """Kill a writer at any moment, so many times: nothing said is lost, nothing is half done."""
    chance = random.Random(seed)
    settings = Settings(home=home)
    states: States = [("", {})]
    qty = 0
    for _ in range(kills):
        jobs: list[dict[str, Any]] = []
        line = [states]
        for _ in range(40):
            qty += 1
            jobs.append(_next(chance, line[-1], qty))
            line.append(_after(line[-1], jobs[-1]))
        ending = crew.work(home, jobs, kill_after=chance.uniform(0.02, 0.8))
        age(home)
        may_be = line[len(ending.done) : len(ending.done) + 2]
        seen = content(settings) if Lake(settings.lake).current() else {}
        assert seen in [state[-1][1] for state in may_be]
        with writing(Lake(settings.lake), settings):
            history = Lake(settings.lake).history()
        states = next(each for each in may_be if len(each) == len(history) + 1)
        assert [version.purged is None for version in history] == [held is not None for _, held in states[1:]]
        assert (content(settings) if history else {}) == states[-1][1]
        readable = [number for number, (_, held) in enumerate(states) if number and held is not None]
        for number in chance.sample(readable, min(3, len(readable))):
            assert content(settings, number) == states[number][1]
    do(settings, {"do": "load", "day": 0, "qty": qty + 1})
    nothing_left(settings)


def _next(chance: random.Random, states: States, qty: int) -> dict[str, Any]:
    """Mostly a load; sometimes an older state again, or the newest load purged."""
    dice = chance.random()
    older = [n for n, (_, held) in enumerate(states) if n and held is not None and held != states[-1][1]]
    if dice < 0.2 and older:
        return {"do": "restore", "number": chance.choice(older)}
    if dice < 0.35 and states[-1][0] == "load" and len(states) > 2:
        return {"do": "purge", "number": len(states) - 1}
    return {"do": "load", "day": chance.randrange(DAYS), "qty": qty}


def _after(states: States, job: dict[str, Any]) -> States:
    newest = states[-1][1]
    assert newest is not None
    if job["do"] == "load":
        day = f"2026-10-{job['day'] + 1:02}"
        return [*states, ("load", {**newest, day: job["qty"], "items": job["qty"]})]
    if job["do"] == "restore":
        return [*states, ("restore", states[job["number"]][1])]
    return [*states[:-1], ("load", None), ("purge", states[-2][1])]


def test_killed_at_random_nothing_is_lost_and_nothing_is_half_done(crew: Writers, tmp_path: Path) -> None:
    random_kills(crew, tmp_path / "home", RANDOM_KILLS, seed=4)
