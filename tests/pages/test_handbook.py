"""The policy handbook: read, compared, put in force, gone back from; exemptions and files become drafts."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from components.navigation import BOARD, HANDBOOK, STOCK
from components.words import LOCALES, Words
from queries.cli import main
from queries.decisions import policies
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.pages.conftest import Open

SAY = Words("en")
READ, VERSIONS = "handbook.tab", "policy.versions"
EARLY = Filters(watch_after_days=20, slow_after_days=30, dead_after_days=35)


@pytest.fixture
def own(company: Path, tmp_path: Path) -> Settings:
    """The company with a draft of its own, version 2."""
    settings = Settings(home=Path(shutil.copytree(company, tmp_path / "home")))
    policies.draft(settings, EARLY, reason="Look earlier", author="Finance")
    return settings


def opened(open_app: Open, own: Settings, part: str = READ, **address: str) -> AppTest:
    app = open_app(HANDBOOK, home=own.home, lang="en", **address)
    if part != READ:
        app.session_state["handbook_part"] = SAY(part)
        app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    return "\n".join(
        each.value for kind in ("markdown", "caption", "warning", "error") for each in app.get(kind)
    )


def tables(app: AppTest) -> list[list[list[str]]]:
    return [[[str(cell) for cell in row] for row in table.value.values] for table in app.table]


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def press_named(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == SAY(label)]
    button.click().run()
    assert not app.exception
    return app


def decide(app: AppTest, step: str, number: int, active: int) -> AppTest:
    app.text_input(key=f"{step}_reason").set_value("board decided").run()
    app.text_input(key=f"{step}_author").set_value("Finance").run()
    return press(app, f"{step}_{number}_{active}")


@pytest.mark.parametrize("language", LOCALES)
def test_the_handbook_says_what_its_version_sets(open_app: Open, own: Settings, language: str) -> None:
    say = Words(language)
    app = open_app(HANDBOOK, home=own.home, lang=language, at="2")
    assert not app.exception
    criteria, tiers = tables(app)[:2]
    assert [say(f"state.{state}") for state in ("dead", "slow", "watch")] == [row[0] for row in criteria[1:4]]
    assert ["".join(filter(str.isdigit, row[1])) for row in criteria[1:4]] == ["35", "30", "20"]
    assert len(tiers) == 3
    assert all(all(row) for row in tiers)
    assert say("stamp.policy", number=2) in said(app)
    assert say("policy.status.draft") in said(app)
    assert "Look earlier" in said(app)


def test_a_policy_is_put_in_force_and_gone_back_from(open_app: Open, own: Settings) -> None:
    app = opened(open_app, own, at="2")
    assert app.button(key="activate_2_1").disabled
    decide(app, "activate", 2, 1)
    assert policies.active(own).version == 2
    app = opened(open_app, own)
    decide(app, "back", 1, 2)
    assert policies.active(own).version == 1
    assert [each.version for each in policies.activations(own)] == [1, 2, 1]


def test_two_versions_are_compared_in_words_and_in_what_they_make_of_the_stock(
    open_app: Open, own: Settings
) -> None:
    app = opened(open_app, own, VERSIONS)
    _, words, effect = (frame.value for frame in app.dataframe if frame.value.shape[1] != 4)
    assert words.values.tolist() == [
        [SAY("filter.watch_after_days"), "90", "20"],
        [SAY("filter.slow_after_days"), "180", "30"],
        [SAY("filter.dead_after_days"), "365", "35"],
    ]
    engine = Engine.open(own)
    for column, filters in (("value_a", Filters()), ("value_b", EARLY)):
        parts = engine.answer("mart_stock_parts", filters).to_pylist()
        by_place = sorted((row for row in parts if row["part"] == "tier"), key=lambda row: row["place"])
        assert effect[column].tolist() == [float(row["value"]) for row in by_place]
    assert effect["value_a"].tolist() != effect["value_b"].tolist()


def test_a_policy_put_in_force_changes_every_page_and_a_link_keeps_its_own(
    open_app: Open, own: Settings
) -> None:
    def shown(**address: str) -> list[list[str]]:
        pages = [open_app(page, home=own.home, lang="en", **address) for page in (BOARD, STOCK)]
        assert not any(app.exception for app in pages)
        return [[metric.value for metric in app.metric] for app in pages]

    def told() -> str:
        result = CliRunner().invoke(main, ["show", "mart_totals", "--format", "csv"])
        assert result.exit_code == 0, result.stderr
        return result.stdout

    before, before_told = shown(), told()
    policies.activate(own, 2, reason="", author="")
    after = shown()
    assert [a != b for a, b in zip(after, before, strict=True)] == [True, True]
    assert told() != before_told
    assert shown(policy_version="1") == before


def test_an_exemption_is_tried_in_the_link_and_taken_away(open_app: Open, own: Settings) -> None:
    app = opened(open_app, own, "exemption.title")
    app.text_input(key="exemption_0_0_item_id").set_value("A")
    app.text_input(key="exemption_0_0_owner").set_value("Service")
    app.text_input(key="exemption_0_0_reason").set_value("last buy")
    app.date_input(key="exemption_0_0_ends_on").set_value(date(2026, 12, 31))
    press_named(app, "exemption.keep")
    (row,) = json.loads(app.query_params["exemptions"])
    assert row == {"item_id": "A", "owner": "Service", "reason": "last buy", "ends_on": "2026-12-31"}
    assert tables(app)[-1][0][:3] == ["A", "last buy", "Service"]
    app.selectbox(key="exemption_which").set_value(1).run()
    press_named(app, "exemption.drop")
    assert "exemptions" not in app.query_params
