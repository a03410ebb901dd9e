"""Races and sudden death: the lake is in the old state or in the new one, and says which."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from deltalake import write_deltalake

import queries.lake.keeping.commit as committing
import queries.lake.load as loading
from queries.errors import LakeBusy, StoreFull
from queries.lake.keeping.turns import Turn, take_turn
from queries.lake.load import Upload, load_files
from queries.lake.versions import VERSIONS, Lake
from queries.settings import Settings
from tests.queries.lake.uploads import LEDGER, STOCK, TODAY, LoadIt, Write, rows_of


def stock_of(day: int, rows: int = 2) -> str:
    lines = "".join(f"2026-10-{day:02},I{n},W1,{n + 1}\n" for n in range(rows))
    return "snapshot_on,item_id,warehouse_id,qty\n" + lines


@contextmanager
def no_turns(lake: Lake, patience: float) -> Iterator[Turn]:
    """Writers that do not see each other, as on an object store."""
    yield Turn(None)


@pytest.mark.parametrize("taking_turns", [True, False])
def test_racing_loads_all_arrive_or_say_they_did_not(
    settings: Settings, lake: Lake, write: Write, monkeypatch: pytest.MonkeyPatch, taking_turns: bool
) -> None:
    if not taking_turns:
        monkeypatch.setattr(committing, "take_turn", no_turns)
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


@pytest.mark.parametrize("taking_turns", [True, False])
def test_of_two_who_load_one_day_at_once_one_wins_and_the_other_sees_the_difference(
    settings: Settings, lake: Lake, write: Write, monkeypatch: pytest.MonkeyPatch, taking_turns: bool
) -> None:
    if not taking_turns:
        monkeypatch.setattr(committing, "take_turn", no_turns)
    texts = (STOCK, STOCK.replace("5.5", "7"))
    uploads = [Upload(write(text, f"{n}.csv"), "stock") for n, text in enumerate(texts)]
    both_are_read = threading.Barrier(2)
    real = committing.commit

    def together(*given: Any) -> Any:
        both_are_read.wait(30)
        return real(*given)

    monkeypatch.setattr(loading, "commit", together)
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda upload: load_files([upload], settings, today=TODAY), uploads))
    assert sorted(result.status for result in results) == ["held", "loaded"]
    winner, loser = sorted(range(2), key=lambda n: results[n].status != "loaded")
    (problem,) = [p for p in results[loser].problems if p.code == "snapshot_differs"]
    totals = ("15.5", "17")
    assert (problem.facts["old_qty"], problem.facts["qty"]) == (totals[winner], totals[loser])
    assert rows_of(lake, "stock", ["qty"])["qty"].sum() == Decimal(totals[winner])
    assert len(lake.history()) == 1
    monkeypatch.setattr(loading, "commit", real)
    assert load_files([uploads[loser]], settings, confirmed=True, today=TODAY).data_version == 2
    assert rows_of(lake, "stock", ["qty"])["qty"].sum() == Decimal(totals[loser])


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
    settings: Settings, lake: Lake, write: Write
) -> None:
    impatient = settings.model_copy(update={"patience_seconds": 0.1})
    upload = Upload(write(STOCK), "stock")
    with take_turn(lake, 1):
        with pytest.raises(LakeBusy):
            load_files([upload], impatient, today=TODAY)
        assert lake.current() is None
    assert load_files([upload], impatient, today=TODAY).status == "loaded"


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
        Upload(write("item_id,name\nA,x\nB,y\n", "b.csv"), "items"),
    ]
    real = committing.write_deltalake

    def failing(place: object, *given: object, **named: object) -> None:
        where = place if isinstance(place, str) else getattr(place, "table_uri", "")
        if str(where).rstrip("/").endswith(f"/{at}"):
            raise OSError(28, "No space left on device")
        real(place, *given, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(committing, "write_deltalake", failing)
    with pytest.raises(StoreFull):
        load_files(uploads, settings, today=TODAY)
    assert lake.current() is None
    monkeypatch.setattr(committing, "write_deltalake", real)
    assert load_files(uploads, settings, today=TODAY).data_version == 1
    assert (rows_of(lake, "stock").height, rows_of(lake, "items").height) == (2, 2)
