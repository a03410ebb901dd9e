"""What was loaded: every version with what it changed, one compared, one put back."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.navigation import HISTORY
from queries.engine import Engine
from queries.lake.load import Upload, load_files
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.pages.conftest import ITEMS, STOCK, Open


def load(home: Path, table: str, text: str, name: str = "") -> None:
    file = home.parent / (name or f"{table}.csv")
    file.write_text(text, encoding="utf-8")
    result = load_files([Upload(file, table)], Settings(home=home), confirmed=True, user="clerk 2")
    assert result.status == "loaded", result


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Items and stock, then the last month's stock again with B gone from W3."""
    home = tmp_path / "home"
    load(home, "items", ITEMS)
    load(home, "stock", STOCK)
    month = "\n".join([STOCK.splitlines()[0], "2025-12-31,D,W3,800,CNY"]) + "\n"
    load(home, "stock", month, "corrected.csv")
    return home


def texts(app: AppTest) -> str:
    return "\n".join(each.value for kind in ("markdown", "caption", "warning") for each in app.get(kind))


def total(home: Path) -> float:
    return float(Engine.open(Settings(home=home)).answer("mart_totals").to_pylist()[0]["qty"])


def test_every_version_stands_there_the_newest_first(home: Path, open_app: Open) -> None:
    app = open_app(HISTORY, home=home, lang="en")
    assert not app.exception
    rows = app.dataframe[0].value
    assert rows["number"].tolist() == ["3", "2", "1"]
    assert rows["files"].tolist() == ["corrected.csv", "stock.csv", "items.csv"]
    assert rows["user"].tolist() == ["clerk 2"] * 3
    assert rows[["rows_in", "rows_out"]].values.tolist() == [[1, 2], [10, 0], [4, 0]]


def test_one_version_names_its_file_and_what_it_replaced(home: Path, open_app: Open) -> None:
    app = open_app(HISTORY, home=home, lang="en", at="3")
    said = texts(app)
    assert "Version 3\\: loaded" in said
    assert "corrected" in said
    change = app.dataframe[1].value
    assert change[["rows_in", "rows_out", "qty_in", "qty_out"]].values.tolist() == [[1, 2, 800.0, 900.0]]
    differing = app.dataframe[2].value
    assert sorted(differing["item_id"]) == ["B", "D"]


def test_undo_puts_the_version_before_back_and_redo_takes_it_again(home: Path, open_app: Open) -> None:
    before = total(home)
    app = open_app(HISTORY, home=home, lang="en")
    app.button(key="undo_yes").click().run()
    assert not app.exception
    assert Lake(Settings(home=home).lake).history()[-1].restored == 2
    assert total(home) == before + 100
    app.button(key="redo_yes").click().run()
    assert total(home) == before
    assert app.dataframe[0].value["number"].tolist() == ["5", "4", "3", "2", "1"]


def test_a_home_without_data_says_that_nothing_was_loaded(tmp_path: Path, open_app: Open) -> None:
    app = open_app(HISTORY, home=tmp_path / "new", lang="zh")
    assert not app.exception
    assert [each.value for each in app.info] == ["尚未载入任何数据。"]
