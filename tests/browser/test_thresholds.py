"""A threshold in a real browser: a slider is moved by key, money moves, and its field and the link agree."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from components.words import Words
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.page_state import settled

STEPS = 60


def money(home: Path, say: Words, filters: Filters) -> dict[str, str]:
    rows = Engine.open(Settings(home=home)).answer("mart_stock_parts", filters).to_pylist()
    return {row["code"]: say.money(row["value"]) for row in rows if row["part"] == "tier"}


def cards(page: Page) -> dict[str, str]:
    return {
        tier: page.locator(f".st-key-trial_{tier} [data-testid='stMetricValue']").inner_text()
        for tier in ("R", "S", "T", "none")
    }


@pytest.mark.parametrize(("language", "locale"), [("zh", "zh-CN"), ("en", "en-US")])
def test_a_slider_moved_moves_money_and_back_brings_it_back(
    open_page: OpenPage, sample_home: Path, language: str, locale: str
) -> None:
    say = Words(language)
    now = money(sample_home, say, Filters())
    page = open_page(locale=locale, size=(1280, 800))
    page.goto("/thresholds")
    settled(page)
    assert cards(page) == now
    slider = page.locator(".st-key-slide_watch_after_days input[type=range]")
    slider.focus()
    for _ in range(STEPS):
        slider.press("ArrowLeft")
    days = 90 - STEPS
    expect(page.locator(".st-key-watch_after_days input")).to_have_value(str(days), timeout=60_000)
    settled(page)
    assert cards(page) == money(sample_home, say, Filters(watch_after_days=days)) != now
    assert parse_qs(urlsplit(page.url).query)["watch_after_days"] == [str(days)]
    expect(page.get_by_text(f"90 → {days}")).to_be_visible()
    expect(page.locator("svg text", has_text="▲ ¥").first).to_be_visible()
    page.locator(".st-key-trial_back button").click()
    settled(page)
    assert cards(page) == now
    assert "watch_after_days" not in page.url
