"""Files in by mouse: looked at, asked about, mended, loaded; nothing stored before the button."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.navigation import UPLOAD
from queries.lake import waiting
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.pages.conftest import STOCK, Open

GOOD = "日期,物料编码,仓库编码,数量\n2026-01-31,A,W1,300\n2026-01-31,B,W1,280\n"
ONE_WRONG = GOOD + "2026-01-31,C,W2,viele\n"
NO_DAY = "物料编码,仓库编码,库存数量\nA,W1,300\nB,W1,280\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def hand_in(home: Path, text: str, name: str = "stock.csv") -> str:
    return waiting.hand_in(Settings(home=home), [(name, BytesIO(text.encode()))]).id


def settled(app: AppTest) -> AppTest:
    """The page once no work is under way."""
    for _ in range(60):
        assert not app.exception, app.exception
        if not app.get("progress"):
            return app
        app.run()
    raise AssertionError("the work never ended")


def versions(home: Path) -> int:
    return len(Lake(Settings(home=home).lake).history())


def test_a_good_file_is_loaded_by_one_button(home: Path, open_app: Open) -> None:
    app = settled(open_app(UPLOAD, home=home, lang="en", at=hand_in(home, GOOD)))
    assert [each.value for each in app.success] == [
        "Sound rows: 2, ready to be loaded. Nothing was stored yet."
    ]
    assert versions(home) == 0
    app.button(key="load").click().run()
    settled(app)
    assert [each.value for each in app.success] == ["stock.csv: loaded, data version 1"]
    assert versions(home) == 1


def test_a_wrong_cell_is_named_mended_on_the_page_and_loaded(home: Path, open_app: Open) -> None:
    app = settled(open_app(UPLOAD, home=home, lang="zh", at=hand_in(home, ONE_WRONG)))
    told = app.dataframe[0].value
    assert told[["row", "header", "cell"]].values.tolist() == [[4, "数量", "viele"]]
    assert app.button(key="load").disabled
    found = waiting.waiting(Settings(home=home))[0]
    waiting.keep(found, edits={"stock.csv|4|qty": "35"})
    app.run()
    settled(app)
    app.button(key="load").click().run()
    settled(app)
    rows = Lake(Settings(home=home).lake).history()[-1].changes[0]
    assert (rows.rows_in, rows.qty_in) == (3, 615)


def test_the_others_are_loaded_once_a_person_says_yes_and_the_rest_can_be_fetched(
    home: Path, open_app: Open
) -> None:
    app = settled(open_app(UPLOAD, home=home, lang="en", at=hand_in(home, ONE_WRONG)))
    app.checkbox[0].check().run()
    settled(app)
    assert not app.button(key="load").disabled
    app.button(key="load").click().run()
    settled(app)
    assert "Rows set aside: 1." in app.warning[0].value
    assert [each.label for each in app.get("download_button")] == [
        "Rows set aside of stock snapshots: 1 (XLSX)"
    ]


def test_a_day_the_file_does_not_say_is_asked_and_never_filled_in(home: Path, open_app: Open) -> None:
    app = settled(open_app(UPLOAD, home=home, lang="en", at=hand_in(home, NO_DAY)))
    assert next(each.key for each in app.date_input) == "question_0_value.snapshot_on"
    assert app.button(key="load").disabled
    found = waiting.waiting(Settings(home=home))[0]
    waiting.keep(found, answers={"value.snapshot_on": "2026-01-31"})
    app.run()
    settled(app)
    app.button(key="load").click().run()
    settled(app)
    assert versions(home) == 1


def test_a_file_that_waits_is_found_again(home: Path, open_app: Open) -> None:
    hand_in(home, GOOD, "january.csv")
    app = open_app(UPLOAD, home=home, lang="en")
    assert not app.exception
    assert any("january" in each.proto.label for each in app.get("page_link"))


def test_the_same_file_twice_has_nothing_to_do(company: Path, open_app: Open) -> None:
    app = settled(open_app(UPLOAD, lang="en", at=hand_in(company, STOCK)))
    assert [each.value for each in app.info] == ["All of this is loaded already; there is nothing to do."]
    assert app.button(key="load").disabled
    waiting.give_up(waiting.waiting(Settings(home=company))[0])


def test_what_is_no_table_is_refused_in_words(home: Path, open_app: Open) -> None:
    app = settled(open_app(UPLOAD, home=home, lang="zh", at=hand_in(home, "\0\0\0", "x.csv")))
    assert len(app.error) == 1
    assert app.dataframe[0].value["outcome"].tolist()
    assert app.button(key="load").disabled
