"""Alerts on their page: a rule is made with its count beside it, an alert is taken, snoozed, told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.navigation import ALERTS
from components.words import Words
from queries.alerts import outbox, store
from queries.settings import Settings
from tests.pages.conftest import Open
from tests.queries.alerts.mailbox import webhook


@pytest.fixture
def own(company: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The company's lake with decisions of its own."""
    home = tmp_path / "own"
    shutil.copytree(company, home, ignore=shutil.ignore_patterns("decisions.sqlite*"))
    monkeypatch.setenv("STILLSTOCK_HOME", str(home))
    return Settings(home=home)


def part(app: AppTest, name: str) -> AppTest:
    app.session_state["alerts_part"] = name
    return app.run()


def said(app: AppTest) -> str:
    assert not app.exception
    kinds = ("markdown", "caption", "warning", "success", "error")
    return "\n".join(each.value for kind in kinds for each in app.get(kind))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_rule_is_counted_kept_and_its_alert_taken_snoozed_and_told(
    open_app: Open, own: Settings, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say = Words(language)
    app = open_app(ALERTS, home=own.home, lang=language)
    assert say("alert.none") in said(app)
    part(app, say("alert.rule.tab"))
    assert say("alert.rule.unfinished") in said(app)
    key = "alert_rule_new_0"
    app.multiselect(key=f"{key}_0_measures").set_value(["days_since_use", "value"]).run()
    app.number_input(key=f"{key}_0_days_since_use_limit").set_value(600).run()
    app.number_input(key=f"{key}_0_value_limit").set_value(50_000.0).run()
    assert [each.value for each in app.metric] == ["1", say.money(66_000)]
    assert app.button(key=f"{key}_keep").disabled
    app.text_input(key=f"{key}_name").set_value("Old steel").run()
    app.text_input(key=f"{key}_author").set_value("planner").run()
    app.button(key=f"{key}_keep").click().run()
    (rule,) = store.rules(own)
    assert (rule.name, rule.author, rule.checked_at is not None) == ("Old steel", "planner", True)
    assert "Old steel" in said(app)
    assert ">= 600" in said(app)
    (alert,) = store.alerts(own)
    assert (alert.entity, alert.alert.state) == ("item:B", "open")

    app = open_app(ALERTS, home=own.home, lang=language, at=str(alert.id))
    app.text_input(key="alert_person").set_value("planner").run()
    app.button(key="alert_acknowledge").click().run()
    assert store.alerts(own)[0].alert.state == "acknowledged"
    app.button(key="alert_snooze").click().run()
    assert store.alerts(own)[0].alert.state == "snoozed"
    assert [each.person for each in store.history(own, alert.id)] == ["planner", "planner", ""]
    assert say("alert.state.snoozed") in said(app)

    part(app, say("target.tab"))
    app.text_input(key="target_new_name").set_value("buyers")
    next(each for each in app.button if each.label == say("target.keep")).click().run()
    (target,) = outbox.targets(own)
    assert (target.name, target.language) == ("buyers", language)
    app.selectbox(key="target_which_1").set_value(target).run()
    assert "TARGETS" in said(app)
    with webhook() as (port, posted):
        monkeypatch.setenv("STILLSTOCK_TARGETS__BUYERS", f"json://127.0.0.1:{port}")
        app.run()
        app.button(key="target_test_buyers").click().run()
        assert say("target.tested") in said(app)
        assert len(posted) == 1
