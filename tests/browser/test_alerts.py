"""Alerts in a real browser, by keys alone: a rule is made and counted, its alert taken and snoozed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.words import Words
from queries.alerts import store
from queries.alerts.rules import Rule
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.page_state import settled
from tests.browser.server import Server

WANTED = {"entity": "item", "any_of": [[{"measure": "value", "comparison": ">=", "limit": "150000"}]]}


def typed(page: Page, key: str, text: str) -> None:
    field = page.locator(f".st-key-{key} input")
    field.fill(text)
    field.press("Enter")
    settled(page)


@pytest.mark.parametrize(("language", "locale"), [("zh", "zh-CN"), ("en", "en-US")])
def test_a_rule_is_made_and_counted_and_its_alert_acknowledged_and_snoozed(
    open_page: OpenPage, serve: Callable[[Path], Server], own_sample_home: Path, language: str, locale: str
) -> None:
    say, settings = Words(language), Settings(home=own_sample_home)
    asked = Filters(alert=Rule.model_validate(WANTED).spelled())
    (totals,) = Engine.open(settings).answer("mart_alert_totals", asked).to_pylist()
    assert totals["entity_count"] > 0
    page = open_page(locale=locale, size=(1280, 900), base_url=serve(own_sample_home).url)
    page.goto("/alerts")
    settled(page)
    page.get_by_role("tab", name=say("alert.rule.tab"), exact=True).press("Enter")
    settled(page)
    measures = page.locator(".st-key-alert_rule_new_0_0_measures input")
    measures.fill(say("alert.measure.value"))
    measures.press("Enter")
    settled(page)
    typed(page, "alert_rule_new_0_0_value_limit", "150000")
    count = page.locator(".st-key-alert_count [data-testid='stMetricValue']")
    expect(count).to_have_text([say.number(totals["entity_count"]), say.money(totals["value"])])
    typed(page, "alert_rule_new_0_name", "Dear stock")
    typed(page, "alert_rule_new_0_author", "planner")
    page.locator(".st-key-alert_rule_new_0_keep button").press("Enter")
    expect(page.get_by_text(f"{say('alert.measure.value')} ≥")).to_be_visible(timeout=60_000)
    settled(page)
    alerts = store.alerts(settings)
    assert len(alerts) == totals["entity_count"]

    page.goto(f"/alerts?lang={language}&at={alerts[0].id}")
    settled(page)
    typed(page, "alert_person", "planner")
    page.locator(".st-key-alert_acknowledge button").press("Enter")
    opened = page.locator(".st-key-alert_opened")
    expect(opened.get_by_text(f"· {say('alert.state.acknowledged')}")).to_be_visible()
    settled(page)
    page.locator(".st-key-alert_snooze button").press("Enter")
    expect(opened.get_by_text(f"· {say('alert.state.snoozed')}")).to_be_visible()
    settled(page)
    assert store.counted(settings)["snoozed"] == 1
    told = [(each.kind, each.person) for each in store.history(settings, alerts[0].id)]
    assert told == [("snoozed", "planner"), ("acknowledged", "planner"), ("opened", "")]
