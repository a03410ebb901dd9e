"""Races and sudden death: the lake is in the old state or in the new one, and says which."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pytest
from deltalake import write_deltalake

import queries.lake.commit as committing
from queries.errors import LakeBusy
from queries.lake.load import Upload, load_files
from queries.lake.versions import VERSIONS, Lake
from queries.settings import Settings
from tests.queries.lake.uploads import LEDGER, STOCK, TODAY, LoadIt, Write, rows_of

SIGNS = (
    ("originals", ".incoming-*"),
    ("lake/stock", "*.parquet"),
    ("lake/stock/_delta_log", "*.json"),
    ("lake/versions", "*.parquet"),
)
"""What a load leaves first, later, and shortly before its acknowledgement."""


def stock_of(day: int, rows: int = 2) -> str:
    lines = "".join(f"2026-10-{day:02},I{n},W1,{n + 1}\n" for n in range(rows))
    return "snapshot_on,item_id,warehouse_id,qty\n" + lines


@contextmanager
def no_turns(lake: Lake) -> Iterator[None]:
    """Writers that do not see each other, as on an object store."""
    yield


@pytest.mark.parametrize("taking_turns", [True, False])
def test_racing_loads_all_arrive_or_say_they_did_not(
    settings: Settings, lake: Lake, write: Write, monkeypatch: pytest.MonkeyPatch, taking_turns: bool
) -> None:
    if not taking_turns:
        monkeypatch.setattr(committing, "_turn", no_turns)
        monkeypatch.setattr(committing, "ATTEMPTS", 50)
    uploads = [Upload(write(stock_of(day), f"{day}.csv"), "stock") for day in range(1, 9)]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda upload: load_files([upload], settings, today=TODAY), uploads))
    assert sorted(result.data_version or 0 for result in results) == list(range(1, 9))
    rows = rows_of(lake, "stock")
    assert rows.height == 16
    assert rows["snapshot_on"].n_unique() == 8
    for number in range(1, 9):
        version = lake.version(number)
        assert pl.read_parquet(lake.files(version, "stock"))["snapshot_on"].n_unique() == number
        lake.verify_files(version)


def test_who_loses_every_race_is_told_and_stores_nothing(
    load_it: LoadIt, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_it(STOCK)

    def overtaken(*given: object, **named: object) -> None:
        raise committing._RaceLost

    monkeypatch.setattr(committing, "_try", overtaken)
    with pytest.raises(LakeBusy):
        load_it(LEDGER, "movements")
    current = lake.current()
    assert current is not None
    assert current.number == 1


def test_a_load_waits_for_its_turn_and_gives_up_in_the_end(
    settings: Settings, lake: Lake, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "PATIENCE_SECONDS", 0.1)
    entered, leave = threading.Event(), threading.Event()

    def sit() -> None:
        with committing._turn(lake):
            entered.set()
            leave.wait(30)

    sitting = threading.Thread(target=sit)
    sitting.start()
    assert entered.wait(30)
    upload = Upload(write(STOCK), "stock")
    with pytest.raises(LakeBusy):
        load_files([upload], settings, today=TODAY)
    leave.set()
    sitting.join()
    assert load_files([upload], settings, today=TODAY).status == "loaded"


def test_what_a_dead_writer_left_is_neither_read_nor_kept(load_it: LoadIt, lake: Lake) -> None:
    load_it(STOCK)
    stray = rows_of(lake, "stock").with_columns(item_id=pl.lit("stray"))
    write_deltalake(lake.table_url("stock"), stray, mode="append")
    write_deltalake(lake.table_url("items"), pl.DataFrame({"item_id": ["stray"], "load_id": ["x"]}))
    assert "stray" not in rows_of(lake, "stock")["item_id"]
    assert load_it(stock_of(30)).status == "loaded"
    assert load_it("item_id,name\nA,a\n", "items").status == "loaded"
    assert sorted(rows_of(lake, "stock")["item_id"]) == ["A", "B", "I0", "I1"]
    assert rows_of(lake, "items")["item_id"].to_list() == ["A"]
    assert lake.damaged_files() == []


def test_older_versions_stay_readable(load_it: LoadIt, lake: Lake) -> None:
    load_it(STOCK)
    load_it(STOCK.replace("5.5", "6"), confirmed=True)
    totals = [pl.read_parquet(lake.files(v, "stock"))["qty"].cast(pl.Float64).sum() for v in lake.history()]
    assert totals == [15.5, 16]


@pytest.mark.parametrize("at", [VERSIONS, "items", "stock"])
def test_a_failing_write_at_any_table_leaves_the_old_state(
    settings: Settings, lake: Lake, write: Write, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    uploads = [
        Upload(write(STOCK, "a.csv"), "stock"),
        Upload(write("item_id,name\nA,x\n", "b.csv"), "items"),
    ]
    real = committing.write_deltalake

    def failing(place: object, *given: object, **named: object) -> None:
        where = place if isinstance(place, str) else getattr(place, "table_uri", "")
        if str(where).rstrip("/").endswith(f"/{at}"):
            raise OSError(28, "No space left on device")
        real(place, *given, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(committing, "write_deltalake", failing)
    with pytest.raises(OSError, match="No space"):
        load_files(uploads, settings, today=TODAY)
    assert lake.current() is None
    monkeypatch.setattr(committing, "write_deltalake", real)
    assert load_files(uploads, settings, today=TODAY).data_version == 1
    assert (rows_of(lake, "stock").height, rows_of(lake, "items").height) == (2, 1)


@pytest.mark.slow
def test_killed_at_any_moment_a_load_is_whole_or_not_there(
    settings: Settings, lake: Lake, write: Write
) -> None:
    """Twenty kills: five moments after each of four signs that `stillstock load` is under way."""
    assert load_files([Upload(write(stock_of(1, 300)), "stock")], settings, today=TODAY).data_version == 1
    known = 1
    for kill in range(20):
        folder, pattern = SIGNS[kill % 4]
        path = write(stock_of(2 + kill, 300), f"{kill}.csv")
        seen = set((settings.home / folder).glob(pattern))
        process = subprocess.Popen(
            [sys.executable, "-m", "queries.cli", "load", "--table", "stock", str(path)],
            env=os.environ | {"STILLSTOCK_HOME": str(settings.home)},
            cwd=Path(__file__).resolve().parents[3],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        while process.poll() is None and seen == set((settings.home / folder).glob(pattern)):
            time.sleep(0.0005)
        time.sleep(0.004 * (kill // 4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        current = Lake(settings.lake).current()
        assert current is not None
        assert current.number in {known, known + 1}
        known = current.number
        rows = rows_of(lake, "stock")
        assert rows.group_by("snapshot_on").len()["len"].to_list() == [300] * known
        lake.verify_files(current)
    assert lake.damaged_files() == []
    assert load_files([Upload(write(stock_of(31, 300)), "stock")], settings, today=TODAY).status == "loaded"
