"""The Engine: own answers for every thread, facts kept by what they read, every view as its header says."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from queries import kept as files
from queries.engine import Engine
from queries.errors import QueryTooLong, StockError, UnknownView
from queries.filters import Filters
from queries.settings import Settings
from queries.views import CHECKS, views
from tests.queries.views.lakes import ask, engine_over

ROWS: dict[str, Any] = {
    "stock": [
        {"snapshot_on": "2025-08-31", "item_id": f"I{n}", "warehouse_id": f"W{n % 4}", "qty": n + 1}
        | {"unit_cost": 10}
        for n in range(40)
    ],
    "movements": [
        {"posted_on": "2025-03-01", "document_id": f"R{n}", "item_id": f"I{n}", "warehouse_id": f"W{n % 4}"}
        | {"kind": "receipt", "qty": n + 1}
        for n in range(40)
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = engine_over(tmp_path_factory.mktemp("engine"), **ROWS)
    yield made
    made.close()


@pytest.fixture(scope="module")
def sample(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    made = Engine.open(Settings(home=tmp_path_factory.mktemp("facts"), lake_url=str(sample_home / "lake")))
    yield made
    made.close()


def kept(engine: Engine) -> dict[str, set[str]]:
    """The keys that each fact is kept under."""
    found: dict[str, set[str]] = {}
    for path in (*engine.settings.facts.rglob("*.parquet"), *engine.settings.facts.rglob("*.duckdb")):
        found.setdefault(path.stem, set()).add(path.parent.name)
    return found


def test_eight_threads_get_their_own_answers_only(tmp_path: Path) -> None:
    engine = engine_over(tmp_path, **ROWS)

    def answer(number: int) -> tuple[int, list[dict[str, Any]]]:
        filters = Filters(warehouse=f"W{number % 4}", watch_after_days=10 + number)
        return number, ask(engine, "mart_tiered_stock", filters)

    with ThreadPoolExecutor(8) as pool:
        for number, rows in pool.map(answer, range(48)):
            assert len(rows) == 10
            assert {row["warehouse_id"] for row in rows} == {f"W{number % 4}"}
            assert {row["watch_after_days"] for row in rows} == {10 + number}
    engine.close()


def test_a_threshold_keeps_the_facts_and_a_rule_of_age_makes_new_ones(tmp_path: Path) -> None:
    movements = [
        {"posted_on": "2025-01-01", "document_id": "R", "kind": "receipt", "qty": 10},
        {"posted_on": "2025-02-01", "document_id": "I", "kind": "issue", "qty": -10},
        {
            "posted_on": "2025-08-01",
            "document_id": "B",
            "kind": "customer_return",
            "qty": 4,
            "reference_id": "I",
        },
    ]
    place = {"item_id": "A", "warehouse_id": "W"}
    engine = engine_over(tmp_path, movements=[line | place for line in movements])

    def ages(filters: Filters) -> list[int]:
        return [row["age_days"] for row in ask(engine, "mart_layers", filters)]

    assert ages(Filters()) == [212]
    before = kept(engine)
    assert ages(
        Filters(dead_after_days=100, grace_days=1, rules='[{"warehouse": "W", "dead_after_days": 7}]')
    ) == [212]
    assert kept(engine) == before
    assert ages(Filters(return_age="return")) == [0]
    assert len(kept(engine)["fct_stock_layers"]) == 2
    assert ask(engine, "mart_tiered_stock", Filters(use_kinds="scrap"))[0]["is_never_used"] is True
    assert len(kept(engine)["fct_stock_layers"]) == 2
    assert ages(Filters()) == [212]
    engine.close()


def test_days_after_the_last_row_share_its_facts(tmp_path: Path) -> None:
    engine = engine_over(tmp_path, **ROWS)
    assert ask(engine, "mart_totals")[0]["as_of"] == date(2025, 8, 31)
    before = kept(engine)
    (row,) = ask(engine, "mart_totals", Filters(as_of=date(2031, 1, 1)))
    assert (row["as_of"], row["value"]) == (date(2031, 1, 1), 8200)
    assert row["slow_value"] == 8200
    assert kept(engine) == before
    (early,) = ask(engine, "mart_totals", Filters(as_of=date(1999, 1, 1)))
    assert (early["value"], early["item_count"]) == (0, 0)
    engine.close()


def test_an_empty_lake_answers_every_mart(tmp_path: Path) -> None:
    engine = engine_over(tmp_path)
    for name in (name for name in views() if name.startswith("mart_")):
        assert engine.answer(name).num_columns > 0, name
    assert ask(engine, "mart_totals")[0]["value"] == 0
    engine.close()


@pytest.mark.parametrize("name", [name for name in views() if not name.startswith("lake_")])
def test_a_view_is_unique_by_its_grain(sample: Engine, name: str) -> None:
    view = views()[name]
    rows = sample.answer(name, columns=view.grain).to_pylist()
    assert len({tuple(row.values()) for row in rows}) == len(rows)
    assert view.comment


def test_views_carry_their_first_line_as_comment(sample: Engine) -> None:
    ask(sample, "mart_totals", limit=1)
    with sample.question("mart_totals"):
        found = sample._root.execute(
            "select comment from duckdb_views() where view_name = 'mart_totals'"
        ).fetchone()
    assert found == (views()["mart_totals"].comment,)


@pytest.mark.parametrize("name", sorted(path.stem for path in CHECKS.glob("*.sql")))
def test_every_check_holds_on_the_sample(sample: Engine, name: str) -> None:
    assert sample.check(name).to_pylist() == []
    assert sample.check(name, Filters(as_of=date(2026, 3, 15), warehouse="EAST")).to_pylist() == []


def test_pages_of_rows_never_overlap(engine: Engine) -> None:
    seen = [
        row["item_id"]
        for offset in range(0, 40, 7)
        for row in ask(engine, "mart_tiered_stock", sort=[("value", True)], limit=7, offset=offset)
    ]
    assert sorted(seen) == sorted(f"I{n}" for n in range(40))
    assert seen[0] == "I39"


def test_only_columns_and_rows_asked_for(engine: Engine) -> None:
    chosen = Filters(group_by="warehouse")
    rows = ask(engine, "mart_levels", chosen, columns=("first_code", "first_by"), only={"first_code": "W1"})
    assert rows == [{"first_code": "W1", "first_by": "warehouse"}]
    assert len(ask(engine, "mart_levels", chosen, only={"second_code": None})) == len(
        ask(engine, "mart_levels", chosen)
    )


def test_a_question_by_levels_that_names_none_is_asked_by_the_next(engine: Engine) -> None:
    assert {row["first_by"] for row in ask(engine, "mart_levels")} == {"branch"}
    assert ask(engine, "mart_levels") == ask(engine, "mart_levels", Filters(group_by="branch"))
    assert "set variable group_by = 'branch'" in engine.script("mart_levels")


def test_what_does_not_exist_is_said(engine: Engine) -> None:
    with pytest.raises(UnknownView):
        engine.answer("mart_nothing")
    with pytest.raises(StockError, match="no column"):
        engine.answer("mart_totals", columns=("nothing",))


def test_a_question_has_an_end(engine: Engine) -> None:
    def count_for_ever() -> None:
        with engine.question("fct_movement_dates", seconds=0.3) as rows:
            for number in range(3):
                rows = rows.set_alias(f"a{number}").cross(rows.set_alias(f"b{number}"))
            rows.aggregate("count(*)").fetchall()

    with pytest.raises(QueryTooLong):
        count_for_ever()
    assert ask(engine, "fct_movement_dates")


def test_a_damaged_fact_is_computed_again(tmp_path: Path) -> None:
    first = engine_over(tmp_path, **ROWS)
    before = ask(first, "mart_totals")
    first.close()
    for path in first.settings.facts.rglob("fct_judged_positions.duckdb"):
        path.write_bytes(b"broken")
    second = engine_over(tmp_path, **ROWS)
    assert ask(second, "mart_totals") == before
    second.close()


def test_the_script_of_a_view_runs_in_a_bare_shell(engine: Engine) -> None:
    import duckdb

    filters = Filters(warehouse="W1", watch_after_days=20)
    with duckdb.connect() as shell:
        bare = shell.execute(engine.script("mart_totals", filters)).to_arrow_table().to_pylist()
    assert bare == ask(engine, "mart_totals", filters)


def test_facts_that_another_process_takes_away_are_no_fault(tmp_path: Path) -> None:
    engine = engine_over(tmp_path, **ROWS)
    engine.settings.facts.mkdir(parents=True, exist_ok=True)
    going = engine.settings.facts / "key.aside"
    going.mkdir()
    (going / "fact.parquet").symlink_to(tmp_path / "taken away")
    with engine.question("mart_tiered_stock") as stock:
        assert stock.count("*").fetchall() == [(40,)]


def test_the_facts_used_least_lately_go_first_where_all_are_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for age, name in enumerate(("newest", "older", "oldest")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "fact.parquet").write_bytes(b"x" * 40)
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    monkeypatch.setattr(files, "_KEPT_BYTES", 100)
    files.drop_oldest(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["newest", "older"]
