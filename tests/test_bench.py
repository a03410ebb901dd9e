"""The benchmark itself: its ledgers, its check for exactness, its files; not how long anything takes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.bench import pages
from tests.bench.__main__ import main
from tests.bench.ageing import wrong_groups

DAY = date(2025, 1, 1)


@pytest.mark.slow
def test_the_chain_is_exact_at_a_small_size(tmp_path: Path) -> None:
    asked = ["--only", "ageing", "--rows", "20000", "--runs", "1", "--results", str(tmp_path)]
    assert main(asked) == 0
    figures = json.loads((tmp_path / "results.json").read_text())["figures"]
    exact = [figure["value"] for figure in figures if figure["what"] == "groups exact"]
    assert exact == [100, 100]
    assert "| groups exact | 100 % |" in (tmp_path / "results.md").read_text()


@pytest.mark.slow
def test_a_load_is_measured_beside_a_bare_reading(tmp_path: Path) -> None:
    assert main(["--only", "loading", "--load-rows", "2000", "--results", str(tmp_path)]) == 0
    figures = json.loads((tmp_path / "results.json").read_text())["figures"]
    found = {figure["what"]: figure["value"] for figure in figures}
    assert found["rows of CSV"] == 2000
    assert found["loaded"] > 0
    assert found["most held, with the reader's process"] > 0.05


@pytest.mark.slow
def test_pages_are_measured_with_and_without_their_charts(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "RUNS", 1)
    found = pages.reruns(sample_home, "-m", "tests.bench.bare", "PORT")
    assert found.keys() == pages.PAGES.keys()
    assert all(0 < seconds < pages.SECONDS for seconds in found.values())


@pytest.mark.slow
def test_the_back_test_is_measured_at_a_small_size(tmp_path: Path) -> None:
    asked = ["--only", "backtest", "--backtest-positions", "500", "--results", str(tmp_path)]
    assert main(asked) == 0
    figures = json.loads((tmp_path / "results.json").read_text())["figures"]
    found = {figure["what"]: figure["value"] for figure in figures}
    assert (found["positions"], found["months"]) == (500, 24)
    assert found["back-test, first time"] > 0


def test_one_unit_too_few_in_one_layer_is_found() -> None:
    layers = {("I1", "W1", "", DAY, DAY): 20_000, ("I2", "W1", "", DAY, DAY): 10_000}
    assert wrong_groups(layers, layers) == set()
    assert wrong_groups(layers | {("I1", "W1", "", DAY, DAY): 10_000}, layers) == {("I1", "W1")}
    assert wrong_groups({}, layers) == {("I1", "W1"), ("I2", "W1")}
