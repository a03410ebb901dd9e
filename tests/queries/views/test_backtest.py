"""The back-test: nothing from later than its day, as a slow calculation has it, the planted best found."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import polars as pl
import pytest

from queries.engine import Engine
from queries.filters import Filters
from queries.lake.keeping.replace import sequenced
from queries.settings import Settings
from queries.views import closure, views
from tests.bench.lake import engine_over
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import Row, ask

HORIZON = timedelta(days=180)
USES = ("issue", "production_out")
DEAD_AFTER, GRACE = 365, 90
KNOWN_THEN = (
    "as_on", "item_id", "place_id", "qty", "value", "idle_from_on", "last_used_on", "known_from_on",
    "grace_from_on", "history_periods", "used_qty", "newer_qty", "used_periods", "used_value",
    "used_value_before", "used_value_total", "cv", "adi", "average_qty", "turnover_days", "prior_idle_days",
    "prior_turnover_days",
)  # fmt: skip
JUDGED_THEN = (
    "as_on", "item_id", "idle_days", "abc_class", "is_turnover_applicable", "is_count_flagged",
    "is_classes_flagged", "is_turnover_flagged", "is_life_cycle_flagged", "is_combined_flagged",
)  # fmt: skip


def line(day: str, document: str, kind: str, qty: float, **columns: Any) -> Row:
    return {"posted_on": day, "document_id": document, "item_id": "A", "warehouse_id": "W1", "kind": kind,
            "qty": qty, **columns}  # fmt: skip


def past(engine: Engine, **filters: Any) -> dict[date, Row]:
    return {row["as_on"]: row for row in ask(engine, "fct_past_items", Filters(**filters))}


def test_only_the_back_test_asks_for_facts_of_the_past() -> None:
    facts = {"fct_origins", "fct_past_items", "fct_past_stock", "fct_past_uses", "fct_use_postings"}
    asking = {name for name in views() if facts & {part.name for part in closure(name)}} - facts
    parts = ("curve", "methods", "origins", "overlap", "totals")
    assert asking == {"mart_past_items", *(f"mart_backtest_{part}" for part in parts)}


# ---------- few rows


def test_use_taken_back_later_still_stands_on_the_days_between(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-10", "R1", "receipt", 100),
            line("2025-02-10", "I1", "issue", -5),
            line("2025-04-20", "I2", "issue", -7),
            line("2025-05-10", "V1", "issue", 7, reference_id="I2"),
            line("2025-06-30", "T1", "adjustment", 1),
        ]
    )
    found = past(engine)
    assert found[date(2025, 4, 30)]["last_used_on"] == date(2025, 4, 20)
    assert found[date(2025, 5, 31)]["last_used_on"] == date(2025, 2, 10)
    assert [found[day]["qty"] for day in sorted(found)] == [100, 95, 88, 95, 96]
    assert found[date(2025, 4, 30)]["used_qty"] == 12
    assert found[date(2025, 6, 30)]["used_qty"] == 12


def test_part_of_a_use_taken_back_leaves_its_day(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-10", "R1", "receipt", 100),
            line("2025-02-10", "I1", "issue", -5),
            line("2025-03-10", "V1", "issue", 2, reference_id="I1"),
            line("2025-04-10", "V2", "issue", 3),
        ]
    )
    found = past(engine)
    assert [row["last_used_on"] for _, row in sorted(found.items())] == [
        None, date(2025, 2, 10), date(2025, 2, 10), None,
    ]  # fmt: skip


def test_the_day_that_a_snapshot_states_counts_from_the_snapshot_on(lake_of: LakeOf) -> None:
    held: Row = {"item_id": "A", "warehouse_id": "W1", "qty": 5, "unit_cost": 2}
    engine = lake_of(
        stock=[
            {**held, "snapshot_on": "2025-03-31"},
            {**held, "snapshot_on": "2025-04-30", "last_issued_on": "2025-03-05"},
        ]
    )
    found = past(engine)
    assert found[date(2025, 3, 31)]["last_used_on"] is None
    assert found[date(2025, 4, 30)]["last_used_on"] == date(2025, 3, 5)
    assert found[date(2025, 4, 30)]["value"] == 10


def test_a_count_sets_the_balance_of_its_place(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-10", "R1", "receipt", 100),
            line("2025-02-10", "C1", "count", 0, counted_qty=90),
            line("2025-03-10", "R2", "receipt", 20),
            line("2025-03-20", "C2", "count", 0, counted_qty=105),
        ]
    )
    assert [row["qty"] for _, row in sorted(past(engine).items())] == [100, 90, 105]


def test_windows_let_months_go(lake_of: LakeOf) -> None:
    months = [date(2024 + month // 12, month % 12 + 1, 15) for month in range(16)]
    used = [line(day.isoformat(), f"I{n}", "issue", -(n + 1)) for n, day in enumerate(months)]
    engine = lake_of(movements=[line("2024-01-01", "R1", "receipt", 1000), *used])
    found = [row for _, row in sorted(past(engine).items())]
    assert [row["used_qty"] for row in found[10:]] == [66, 78, 90, 102, 114, 126]
    assert [row["newer_qty"] for row in found[10:]] == [51, 57, 63, 69, 75, 81]
    assert [row["used_periods"] for row in found[10:]] == [11, 12, 12, 12, 12, 12]
    assert found[15]["average_qty"] == pytest.approx(
        Decimal(sum(1000 - n * (n + 1) // 2 for n in range(5, 17))) / 12, abs=Decimal("0.0001")
    )


def test_too_short_a_history_is_said(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[line("2025-01-10", "R1", "receipt", 100), line("2025-06-30", "I1", "issue", -1)]
    )
    [totals] = ask(engine, "mart_backtest_totals")
    assert (totals["has_enough"], totals["tune_count"], totals["tell_count"]) == (False, 0, 0)
    assert totals["needed_days"] == 180 + 2 * 180 + 122 + 31
    assert totals["missing_days"] == totals["needed_days"] - 171
    assert ask(engine, "mart_backtest_curve") == []
    assert ask(lake_of(), "mart_backtest_totals")[0]["has_enough"] is False


def test_what_tunes_ends_before_what_is_told_begins(sample_home: Path) -> None:
    engine = Engine.open(Settings(home=sample_home))
    for horizon in (60, 180, 300):
        rows = ask(engine, "mart_backtest_origins", Filters(backtest_horizon_days=horizon))
        of = defaultdict(list)
        for row in rows:
            of[row["part"]].append(row)
        assert len(of["tune"]) >= 3
        assert len(of["tell"]) >= 3
        assert max(row["tested_until_on"] for row in of["tune"]) <= min(row["as_on"] for row in of["tell"])
        assert all(row["tested_until_on"] <= date(2026, 10, 31) for row in of["tune"] + of["tell"])


# ---------- leakage


def lake(folder: Path, frames: dict[str, pl.DataFrame]) -> Engine:
    """An Engine over these frames of contract tables."""
    (folder / "lake").mkdir(parents=True)
    for name, frame in frames.items():
        loaded = frame.with_columns(pl.lit("load-1").alias("load_id"))
        (sequenced(loaded) if name == "movements" else loaded).write_parquet(folder / f"lake/{name}.parquet")
    return engine_over(folder / "lake", folder / "home")


def mixed(frame: pl.DataFrame, day: str, until: date, keep: tuple[str, ...], seed: int) -> pl.DataFrame:
    """What comes after that day with every other column dealt out anew."""
    after = frame.filter(pl.col(day) > until)
    dealt = [
        after[name] if name in keep else after[name].shuffle(seed + n) for n, name in enumerate(after.columns)
    ]
    return pl.concat([frame.filter(pl.col(day) <= until), after.with_columns(dealt)])


def test_what_comes_after_a_day_changes_nothing_that_was_said_on_it(
    sample_files: Path, tmp_path: Path
) -> None:
    frames = {
        name: pl.read_parquet(sample_files / f"{name}.parquet") for name in ("movements", "stock", "items")
    }
    wanted = Random(3).sample(sorted(frames["items"]["item_id"]), 60)
    frames = {name: frame.filter(pl.col("item_id").is_in(wanted)) for name, frame in frames.items()}
    until = date(2025, 9, 30)
    futures = {
        "whole": frames,
        "none": {
            "movements": frames["movements"].filter(pl.col("posted_on") <= until),
            "stock": frames["stock"].filter(pl.col("snapshot_on") <= until),
            "items": frames["items"],
        },
        "dealt": {
            "movements": mixed(frames["movements"], "posted_on", until, ("posted_on", "line_no"), 1),
            "stock": mixed(frames["stock"], "snapshot_on", until, ("snapshot_on",), 2),
            "items": frames["items"],
        },
    }
    said = {}
    for name, future in futures.items():
        engine = lake(tmp_path / name, future)
        known = engine.answer("fct_past_items", columns=KNOWN_THEN).to_pylist()
        judged = engine.answer("mart_past_items", columns=JUDGED_THEN).to_pylist()
        engine.close()
        said[name] = [
            sorted((str(row) for row in rows if row["as_on"] <= until), key=str) for rows in (known, judged)
        ]
    assert len(said["whole"][0]) > 800
    assert said["none"] == said["whole"]
    assert said["dealt"] == said["whole"]


def test_a_past_day_says_what_was_said_on_that_day(sample_home: Path) -> None:
    engine = Engine.open(Settings(home=sample_home))
    on = date(2025, 10, 31)
    then = {
        row["item_id"]: row["days_since_use"]
        for row in ask(engine, "mart_tiered_stock", Filters(as_of=on))
        if row["qty"] > 0
    }
    found = {
        row["item_id"]: (on - row["idle_from_on"]).days
        for row in ask(engine, "fct_past_items")
        if row["as_on"] == on
    }
    assert len(found) > 150
    assert found == then


# ---------- beside a slow calculation, written from the definition


class Slow:
    """The back-test of days unused by pandas and loops: from files, without any view."""

    def __init__(self, folder: Path) -> None:
        moves = pd.read_parquet(folder / "movements.parquet")
        stock = pd.read_parquet(folder / "stock.parquet")
        items = pd.read_parquet(folder / "items.parquet")
        moves["posted_on"] = [day.date() if hasattr(day, "date") else day for day in moves["posted_on"]]
        for name in ("snapshot_on", "received_on", "last_issued_on"):
            stock[name] = [day.date() if hasattr(day, "date") else day for day in stock[name]]
        self.strategic = set(items.loc[items["is_strategic"].fillna(False).astype(bool), "item_id"])
        self.stock, self.snapshots = stock, sorted(set(stock["snapshot_on"]))
        self.uses = moves[moves["kind"].isin(USES)]
        self.last_on = max(self.snapshots[-1], moves["posted_on"].max())
        self.first_on = min(self.snapshots[0], moves["posted_on"].min())
        self.first_seen: dict[str, date] = moves.groupby("item_id")["posted_on"].min().to_dict()
        receipts = moves[moves["kind"].isin(["receipt", "production_in"]) & (moves["qty"] > 0)]
        self.known: dict[date, list[tuple[str, int, Decimal, bool]]] = {}
        self.ever = self.used_days(self.last_on)
        self.first_received: dict[str, date] = receipts.groupby("item_id")["posted_on"].min().to_dict()

    def used_days(self, on: date) -> dict[str, list[date]]:
        """By item the days of use that, by what is posted up to `on`, nothing took back whole."""
        known = self.uses[self.uses["posted_on"] <= on]
        left: dict[Any, Decimal] = defaultdict(Decimal)
        day_of: dict[Any, date] = {}
        for row in known.itertuples():
            document = row.reference_id if row.qty > 0 else row.document_id
            place = (row.item_id, row.warehouse_id, row.lot_id or "", row.kind, document)
            left[place] -= row.qty
            if row.qty < 0:
                day_of[place] = row.posted_on
        days = defaultdict(list)
        for place, qty in left.items():
            if qty > 0:
                days[place[0]].append(day_of[place])
        return days

    def judged(self, on: date) -> list[tuple[str, int, Decimal, bool]]:
        """Item, days unused, value and truth of all that is judged on that day."""
        if on not in self.known:
            self.known[on] = self._judged(on)
        return self.known[on]

    def _judged(self, on: date) -> list[tuple[str, int, Decimal, bool]]:
        shelf = self.stock[self.stock["snapshot_on"] == on]
        said = shelf[shelf["last_issued_on"].notna()].groupby("item_id")["last_issued_on"].max().to_dict()
        then = self.used_days(on)
        rows = []
        for item, held in shelf.groupby("item_id"):
            received = self.first_received.get(item, date.max)
            first = min(self.first_seen[item], received)
            is_new = first <= on and received <= self.first_seen[item] and (on - received).days < GRACE
            if item in self.strategic or is_new or held["qty"].sum() <= 0:
                continue
            days = [*then.get(item, []), *([said[item]] if item in said else [])]
            value = sum((q * c for q, c in zip(held["qty"], held["unit_cost"], strict=True)), Decimal(0))
            later = [day for day in self.ever.get(item, []) if on < day <= on + HORIZON]
            rows.append((item, (on - max(days, default=first)).days, value, not later))
        return rows

    def curve(self, days: list[date], thresholds: list[int]) -> dict[int, tuple[Any, ...]]:
        """By threshold: flagged, caught, caught value, newly flagged, how many of these truly, lead days."""
        judged = {on: self.judged(on) for on in days}
        before = {
            on: {item: idle for item, idle, _, _ in self.judged(max(d for d in self.snapshots if d < on))}
            for on in days
        }
        found = {}
        for threshold in thresholds:
            flagged = [(on, *row) for on, rows in judged.items() for row in rows if row[1] >= threshold]
            caught = [row for row in flagged if row[4]]
            new = [row for row in flagged if before[row[0]].get(row[1], -1) < threshold]
            leads = [max(DEAD_AFTER - row[2], 0) for row in new if row[4]]
            found[threshold] = (
                len(flagged), len(caught), sum((row[3] for row in caught), Decimal(0)),
                len(new), len(leads), sum(leads),
            )  # fmt: skip
        return found


@pytest.fixture(scope="module")
def slow(sample_files: Path) -> Slow:
    return Slow(sample_files)


def test_the_curve_is_that_of_the_slow_calculation(sample_home: Path, slow: Slow) -> None:
    engine = Engine.open(Settings(home=sample_home))
    origins = ask(engine, "mart_backtest_origins")
    tell = [row["as_on"] for row in origins if row["part"] == "tell"]
    assert set(tell) < set(slow.snapshots)
    rows = engine.answer("mart_backtest_curve", only={"method": "count", "part": "tell"}).to_pylist()
    found = {row["threshold_days"]: row for row in rows}
    slowly = slow.curve(tell, sorted(found))
    everything = [row for on in tell for row in slow.judged(on)]
    unused = [row for row in everything if row[3]]
    unused_value = sum((row[2] for row in unused), Decimal(0))
    assert len(found) >= 70
    for threshold, (flagged, caught, caught_value, new, new_caught, lead) in slowly.items():
        row = found[threshold]
        assert (row["item_count"], row["unused_count"]) == (len(everything), len(unused))
        assert (row["flagged_count"], row["caught_count"]) == (flagged, caught)
        assert row["caught_value"] == pytest.approx(caught_value, abs=Decimal("0.01"))
        assert row["precision"] == (pytest.approx(caught / flagged) if flagged else None)
        assert row["recall"] == pytest.approx(caught / len(unused))
        assert row["value_recall"] == pytest.approx(float(caught_value / unused_value))
        assert row["new_count"] == pytest.approx(new / len(tell))
        assert row["lead_days"] == (pytest.approx(lead / new_caught) if new_caught else None)
        cost = (flagged - caught) * 500 + (unused_value - caught_value) * Decimal("0.02")
        assert row["cost"] == pytest.approx(cost / len(tell), abs=Decimal("0.01"))
        if flagged:
            assert row["lift"] == pytest.approx(caught / flagged / (len(unused) / len(everything)))


def test_the_planted_best_threshold_lies_inside_what_is_suggested(
    sample_home: Path, sample_files: Path, slow: Slow
) -> None:
    engine = Engine.open(Settings(home=sample_home))
    [totals] = ask(engine, "mart_backtest_totals")
    key = pl.read_csv(sample_files / "answer_key.csv", try_parse_dates=True)
    gone = {
        row["item_id"]: row["last_used_on"] or date.min
        for row in key.filter(pl.col("planted").is_in(["dead", "slow", "phase_out"])).rows(named=True)
    }
    days = [day for day in slow.snapshots if totals["tune_from_on"] <= day <= totals["tune_until_on"]]
    cost: dict[int, Decimal] = defaultdict(Decimal)
    for on in days:
        for item, idle, value, _ in slow.judged(on):
            is_dead = gone.get(item, date.max) < on
            for threshold in range(30, 400, 10):
                if idle >= threshold and not is_dead:
                    cost[threshold] += 500
                elif idle < threshold and is_dead:
                    cost[threshold] += value * Decimal("0.02")
    best = min(cost, key=lambda threshold: (cost[threshold], threshold))
    assert len(days) >= 3
    assert totals["flat_from_days"] <= best <= totals["flat_until_days"]
