"""Thresholds on trial: sliders and fields are one filter, money follows, contradictions are not tried."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components import filter_bar
from components.filter_bar import DRAWN_BY_PAGE, GROUPS
from components.forms.limits import DAYS, RANGES, SCORES, USE, WEIGHTS
from components.navigation import THRESHOLDS
from components.words import Words
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.pages.conftest import Open

SAY = Words("en")


def tiers(home: Path, filters: Filters | None = None) -> list[str]:
    rows = Engine.open(Settings(home=home)).answer("mart_stock_parts", filters or Filters()).to_pylist()
    ordered = sorted((row for row in rows if row["part"] == "tier"), key=lambda row: row["place"])
    return [SAY.money(row["value"]) for row in ordered]


def shown(app: AppTest) -> list[str]:
    assert not app.exception
    return [metric.value for metric in app.metric]


def said(app: AppTest) -> str:
    return "\n".join(each.value for kind in ("markdown", "caption", "warning") for each in app.get(kind))


def press(app: AppTest, label: str) -> AppTest:
    (button,) = [button for button in app.button if button.label == SAY(label)]
    return button.click().run()


def test_every_threshold_stands_on_the_page_or_in_the_bar_and_never_in_both() -> None:
    mine = {*DAYS, *WEIGHTS, *SCORES, *USE}
    assert {*DRAWN_BY_PAGE[THRESHOLDS.url_path]} == mine | {"tier", "state"}
    assert mine <= {name for names in GROUPS.values() for name in names}
    assert {*DAYS, *WEIGHTS} <= RANGES.keys()


def test_a_slider_moves_money_and_its_field_and_the_link(open_app: Open, company: Path) -> None:
    app = open_app(THRESHOLDS, lang="en")
    assert shown(app) == tiers(company)
    assert SAY("trial.same", number="1") in said(app)
    app.slider(key="slide_watch_after_days").set_value(30).run()
    sooner = Filters(watch_after_days=30)
    assert shown(app) == tiers(company, sooner) != tiers(company)
    assert app.query_params["watch_after_days"] == "30"
    assert app.number_input(key="watch_after_days").value == 30
    assert "Watch after" in said(app)
    assert "90 → 30" in said(app)


def test_a_field_does_what_its_slider_does(open_app: Open, company: Path) -> None:
    app = open_app(THRESHOLDS, lang="en")
    app.number_input(key="watch_after_days").set_value(30).run()
    assert shown(app) == tiers(company, Filters(watch_after_days=30))
    assert app.slider(key="slide_watch_after_days").value == 30
    app.select_slider(key="slide_value_ceiling").set_value(20000.0).run()
    assert app.query_params["value_ceiling"] == "20000"
    assert app.number_input(key="value_ceiling").value == 20000
    assert app.query_params["watch_after_days"] == "30"


def test_a_slider_moved_back_leaves_no_word_in_the_link(open_app: Open) -> None:
    app = open_app(THRESHOLDS, lang="en", days_weight="0.5", value_weight="0.25")
    app.slider(key="slide_days_weight").set_value(0.4).run()
    app.slider(key="slide_value_weight").set_value(0.35).run()
    assert app.query_params == {"lang": "en"}


def test_back_gives_up_the_trial_and_keeps_what_is_looked_at(open_app: Open, company: Path) -> None:
    rules = '[{"dead_after_days": 700, "material_type": "raw"}]'
    app = open_app(
        THRESHOLDS, lang="en", region="East", watch_after_days="30", use_kinds="issue", rules=rules
    )
    assert not app.button(key="trial_back").disabled
    app.button(key="trial_back").click().run()
    assert app.query_params == {"lang": "en", "region": "East"}
    assert shown(app) == tiers(company, Filters(region="East"))
    assert app.button(key="trial_back").disabled


@pytest.mark.parametrize(
    ("language", "name", "value"),
    [
        ("zh", "watch_after_days", "200"),
        ("en", "red_from_score", "20"),
        ("zh", "days_weight", "0.9"),
        ("en", "rules", '[{"material_type": "raw", "dead_after_days": 100}]'),
    ],
)
def test_what_contradicts_itself_is_said_and_not_tried(
    open_app: Open, language: str, name: str, value: str
) -> None:
    app = open_app(THRESHOLDS, lang=language, **{name: value})
    assert len(app.error) == 1
    assert shown(app) == []
    assert Words(language)("trial.impossible") in said(app)
    assert app.slider(key="slide_watch_after_days")


def test_weights_are_brought_to_a_sum_of_one(open_app: Open) -> None:
    app = open_app(THRESHOLDS, lang="en", days_weight="0.6", value_weight="0.6", reuse_weight="0.3")
    app.button(key="mend_weights").click().run()
    weights = [app.query_params[name] for name in WEIGHTS]
    assert weights == ["0.4", "0.4", "0.2"]
    assert not app.error
    assert len(shown(app)) == 4


def test_a_rule_is_tried_changed_and_taken_away(open_app: Open, company: Path) -> None:
    app = open_app(THRESHOLDS, lang="en")
    app.selectbox(key="rule_0_0_warehouse").set_value("W2")
    app.number_input(key="rule_0_0_watch_after_days").set_value(30)
    press(app, "rule.keep")
    assert json.loads(app.query_params["rules"]) == [{"warehouse": "W2", "watch_after_days": 30}]
    assert shown(app) == tiers(company, Filters(rules=app.query_params["rules"])) != tiers(company)
    app.selectbox(key="rule_which").set_value(1).run()
    app.number_input(key="rule_1_1_watch_after_days").set_value(60)
    press(app, "rule.keep")
    assert json.loads(app.query_params["rules"]) == [{"warehouse": "W2", "watch_after_days": 60}]
    assert shown(app) == tiers(company)
    press(app, "rule.drop")
    assert "rules" not in app.query_params


def test_a_rule_that_sets_nothing_is_refused(open_app: Open) -> None:
    app = open_app(THRESHOLDS, lang="en")
    app.selectbox(key="rule_0_0_warehouse").set_value("W2")
    press(app, "rule.keep")
    assert [error.value for error in app.error] == [SAY("rule.empty")]
    assert "rules" not in app.query_params


def test_the_rule_that_decides_is_said_for_an_item(open_app: Open) -> None:
    rules = '[{"material_type": "raw", "dead_after_days": 400}, {"warehouse": "W3", "dead_after_days": 700}]'
    app = open_app(THRESHOLDS, lang="en", rules=rules)
    app.text_input(key="rule_item").set_value("Steel").run()
    rows = next(frame.value for frame in app.dataframe if "rule_won" in frame.value)
    won = dict(zip(rows["warehouse_name"], rows["rule_won"], strict=True))
    assert won["Suzhou plant"].startswith("1 · ")
    assert won["Chengdu plant"].startswith("2 · ")
    assert set(rows["state_days"]) == {"90 / 180 / 400", "90 / 180 / 700"}


def test_limits_beyond_the_records_are_named(open_app: Open) -> None:
    app = open_app(THRESHOLDS, lang="en", dead_after_days="1500")
    (warning,) = [each.value for each in app.warning if "Jan 5, 2024" in each.value]
    assert "Dead after" in warning
    assert "Watch after" not in warning


def test_tier_and_state_of_a_link_are_left_aside(open_app: Open, company: Path) -> None:
    app = open_app(THRESHOLDS, lang="en", tier="R", state="dead")
    assert shown(app) == tiers(company)
    assert SAY("trial.left_aside") in said(app)


def test_a_difference_is_said_as_the_filter_bar_says_its_value() -> None:
    assert filter_bar.said("use_kinds", "issue", SAY) in filter_bar.word("use_kinds", "issue", SAY)
