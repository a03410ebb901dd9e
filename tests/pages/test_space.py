"""The space page beside its marts, and its states: nothing measured, nothing left by the filters."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.navigation import SPACE
from components.words import LOCALES, Words
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.pages.conftest import Open

SAY = Words("en")


def answers(home: Path, view: str) -> list[dict[str, object]]:
    return Engine.open(Settings(home=home)).answer(view, Filters()).to_pylist()


@pytest.mark.parametrize("language", LOCALES)
def test_room_and_shares_are_the_marts(open_app: Open, sample_home: Path, language: str) -> None:
    app, say = open_app(SPACE, home=sample_home, lang=language), Words(language)
    assert not app.exception
    [totals] = answers(sample_home, "mart_space_totals")
    shown = {metric.label: metric.value for metric in app.metric}
    room = say("space.m3", volume=say.number(totals["slow_volume_m3"], 1))  # type: ignore[arg-type]
    assert shown[say("space.releasable")] == room
    assert shown[say("column.used_share")] == say.percent(totals["used_share"])  # type: ignore[arg-type]
    rows = sorted(answers(sample_home, "mart_space"), key=lambda row: -row["slow_volume_m3"])  # type: ignore[operator]
    table = app.dataframe[0].value
    assert table["slow_volume_m3"].tolist() == [float(row["slow_volume_m3"]) for row in rows]  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LOCALES)
def test_without_volumes_the_page_says_which_column_would_tell(open_app: Open, language: str) -> None:
    app, say = open_app(SPACE, lang=language), Words(language)
    assert not app.exception
    assert any(say("space.nothing") in each.value for each in app.subheader)
    assert any("volume\\_m3" in each.value for each in app.markdown)
    assert any("capacity\\_m3" in each.value for each in app.markdown)


def test_filters_that_leave_nothing_say_so(open_app: Open) -> None:
    app = open_app(SPACE, lang="en", search="no such thing")
    assert not app.exception
    assert any(SAY("nothing.title") in each.value for each in app.subheader)
