"""Every page in both languages, its numbers beside the marts, and its states, without a browser."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.navigation import (
    ALERTS,
    BACKTEST,
    BOARD,
    CLASSES,
    COUNT,
    DUPLICATES,
    FLOW,
    HANDBOOK,
    HISTORY,
    ITEM,
    PAGES,
    QUALITY,
    SPACE,
    START,
    STOCK,
    THRESHOLDS,
    UPLOAD,
    Page,
)
from components.wall import SCENES
from components.words import LOCALES, Words
from queries.engine import Engine
from queries.filters import Filters
from queries.lake.load import Upload, load_files
from queries.settings import Settings
from tests.pages.conftest import Open

LEAST = {
    START: {"subheader": 5, "caption": 1},
    BOARD: {"metric": 7, "dataframe": 1},
    STOCK: {"metric": 4, "dataframe": 1},
    ITEM: {"text_input": 1, "dataframe": 1},
    FLOW: {"metric": 4, "dataframe": 1},
    SPACE: {"subheader": 1, "markdown": 2},
    QUALITY: {"dataframe": 2},
    THRESHOLDS: {"slider": 8, "number_input": 10, "metric": 4, "dataframe": 1},
    CLASSES: {"dataframe": 1, "markdown": 3},
    BACKTEST: {"number_input": 4, "caption": 3},
    HANDBOOK: {"table": 3, "caption": 2, "tabs": 1},
    UPLOAD: {"file_uploader": 1, "download_button": 1},
    ALERTS: {"metric": 4, "tabs": 1},
    HISTORY: {"dataframe": 1},
    COUNT: {"metric": 4, "subheader": 1},
    DUPLICATES: {"subheader": 1},
}


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_a_page_has_its_heading_and_its_parts(open_app: Open, page: Page, language: str) -> None:
    app = open_app(page, lang=language)
    assert not app.exception
    assert [title.value for title in app.title] == [Words(language)(page.title)]
    for kind, least in LEAST[page].items():
        assert len(app.get(kind)) >= least, kind
    assert any(Words(language)("stamp.version", number=1) in caption.value for caption in app.caption)


def test_the_board_says_what_the_mart_says(open_app: Open, company: Path) -> None:
    app = open_app(BOARD, lang="en")
    totals = Engine.open(Settings(home=company)).answer("mart_totals").to_pylist()[0]
    say, shown = Words("en"), metrics(app)
    assert shown[say("kpi.value")] == say.money(totals["value"])
    assert shown[say("kpi.slow")] == say.money(totals["slow_value"])
    assert shown[say("kpi.new")] == say.money(totals["new_slow_value"])
    assert shown[say("kpi.cost")] == say.money(totals["holding_cost_per_day"])
    assert shown[say("tier.R")] == say.money(totals["red_value"])
    assert totals["value"] == 4000 + 56000 + 35000 + 4250 + 10000


def test_a_link_sets_the_filters_and_the_bar(open_app: Open, company: Path) -> None:
    app = open_app(STOCK, lang="en", warehouse="W1,W2", dead_after_days="200")
    assert app.multiselect(key="warehouse").value == ["W1", "W2"]
    assert app.number_input(key="dead_after_days").value == 200
    filters = Filters(warehouse="W1,W2", dead_after_days=200)
    totals = Engine.open(Settings(home=company)).answer("mart_totals", filters).to_pylist()[0]
    assert metrics(app)["Value"] == Words("en").money_exact(totals["value"])


def test_a_filter_chosen_in_the_bar_goes_into_the_address(open_app: Open) -> None:
    app = open_app(STOCK, lang="en")
    app.multiselect(key="region").select("East").run()
    assert app.query_params["region"] == "East"
    app.multiselect(key="region").select("West").run()
    assert app.query_params["region"] == "East,West"
    app.button(key="clear_filters").click().run()
    assert "region" not in app.query_params
    assert app.multiselect(key="region").value == []


def test_the_language_switch_changes_the_words_and_the_address(open_app: Open) -> None:
    app = open_app(BOARD, lang="zh")
    app.button_group(key="lang").set_value("en").run()
    assert [title.value for title in app.title] == [Words("en")("board.title")]
    assert app.query_params["lang"] == "en"


def test_parts_of_a_link_that_mean_nothing_are_named(open_app: Open) -> None:
    app = open_app(BOARD, lang="en", colour="blue", as_of="soon", warehouse="W1")
    notice = app.warning[0].value
    assert "colour=blue" in notice
    assert "soon" in notice
    assert app.multiselect(key="warehouse").value == ["W1"]


@pytest.mark.parametrize("scenes", ["", *SCENES, "items,overview", "no such scene"])
def test_the_wall_has_no_widget_and_always_its_stamp(open_app: Open, scenes: str) -> None:
    app = open_app(BOARD, lang="zh", wall="1", region="East", **({"scenes": scenes} if scenes else {}))
    assert not app.exception
    assert not app.multiselect
    texts = " ".join(markdown.value for markdown in app.markdown)
    assert Words("zh")("stamp.version", number=1) in texts
    assert "East" in texts


@pytest.mark.parametrize("wall", ["", "1"])
@pytest.mark.parametrize("link", ["as_of=2025-11-30", "as_of=2027-06-30", "tier=none", "tier=R", "item=A"])
def test_the_board_stands_on_the_first_day_in_the_future_and_with_nothing_slow(
    open_app: Open, link: str, wall: str
) -> None:
    address = dict([link.split("=")]) | ({"wall": wall} if wall else {})
    app = open_app(BOARD, lang="en", **address)
    assert not app.exception
    assert not [each for each in app.subheader if Words("en")("error.title") in each.value]


def test_the_wall_names_what_of_its_address_means_nothing(open_app: Open) -> None:
    app = open_app(BOARD, lang="en", wall="1", scenes="items,dance", seconds="1", colour="blue")
    said = " ".join(markdown.value for markdown in app.markdown)
    assert all(part in said for part in ("scenes=dance", "seconds", "colour=blue"))
    assert "Worst items" not in said
    assert Words("en")("wall.turn") not in said


def test_the_wall_says_how_each_tier_is_handled(open_app: Open) -> None:
    app = open_app(
        BOARD, lang="en", wall="1", scenes="actions", red_deadline_days="12", red_approver="plant board"
    )
    said = [markdown.value for markdown in app.markdown]
    say = Words("en")
    assert say("handling.deadline", days=12) in said
    assert say("handling.approver", who="plant board") in said
    assert say("handling.approver", who=say("approver.finance_manager")) in said


def test_a_wall_whose_newest_data_cannot_be_read_shows_the_data_before_it(
    open_app: Open, company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path(shutil.copytree(company, tmp_path / "home"))
    file = tmp_path / "suppliers.csv"
    file.write_text("supplier_id,name\nS1,Supplier\n", encoding="utf-8")
    before = set(home.rglob("*.parquet"))
    load_files([Upload(file, "suppliers")], Settings(home=home), confirmed=True)
    for damaged in set(home.rglob("*.parquet")) - before:
        if "suppliers" in str(damaged):
            damaged.write_bytes(b"")
    app = open_app(BOARD, home=home, lang="en", wall="1")
    said = " ".join(markdown.value for markdown in app.markdown)
    assert Words("en")("stamp.version", number=1) in said
    assert "Version 2 cannot be read" in said


@pytest.mark.parametrize("page", [BOARD, STOCK], ids=lambda page: page.title)
def test_an_empty_home_says_what_to_load(open_app: Open, home: Path, page: Page) -> None:
    app = open_app(page, home=home, lang="en")
    assert not app.exception
    assert "stillstock sample" in [code.value for code in app.code]


def test_filters_that_leave_nothing_say_so(open_app: Open) -> None:
    app = open_app(BOARD, lang="en", search="no such thing")
    assert any(Words("en")("nothing.title") in each.value for each in app.subheader)


def test_a_version_that_never_was_is_one_sentence(open_app: Open) -> None:
    app = open_app(BOARD, lang="en", data_version="99")
    assert not app.exception
    assert any("99" in markdown.value for markdown in app.markdown)
    assert not app.metric
