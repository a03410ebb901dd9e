"""The back-test page: its verdict is the mart's, its door tries it, and short records are told as such."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.navigation import BACKTEST
from components.words import LOCALES, Words
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.pages.conftest import Open


def said(app: AppTest) -> str:
    assert not app.exception
    return "\n".join(each.value for kind in ("markdown", "caption", "info") for each in app.get(kind))


@pytest.mark.parametrize("language", LOCALES)
def test_the_verdict_is_what_the_mart_says(open_app: Open, sample_home: Path, language: str) -> None:
    app = open_app(BACKTEST, home=sample_home, lang=language, review_cost="2000")
    engine = Engine.open(Settings(home=sample_home))
    totals = engine.answer("mart_backtest_totals", Filters(review_cost=Decimal(2000))).to_pylist()[0]
    say, text = Words(language), said(app)
    assert totals["has_enough"]
    best = say.number(totals["suggested_days"])
    flat = say("backtest.span", first=totals["flat_from_days"], last=totals["flat_until_days"])
    alone = totals["flat_from_days"] == totals["flat_until_days"]
    told = {"days": best, "flat": best if alone else flat, "share": say.percent(0.1, 0)}
    assert say("backtest.best", **told) in text
    assert say.day(totals["tell_from_on"]) in text
    (door,) = [link for link in app.get("page_link") if best in link.proto.label]
    assert f"slow_after_days={totals['suggested_days']}" in door.proto.query_string
    told_rows, methods = (frame.value for frame in app.dataframe)
    assert list(told_rows["name"]) == [say("backtest.suggested"), say("backtest.now")]
    assert list(methods["method"]) == [
        say(f"method.{name}") for name in ("count", "classes", "turnover", "life_cycle", "combined")
    ]


def test_records_too_short_to_judge_are_told_as_such(open_app: Open) -> None:
    app = open_app(BACKTEST, lang="en", backtest_horizon_days="720")
    assert "too short" in said(app)
    assert not app.dataframe
    assert app.number_input(key="backtest_horizon_days").value == 720
