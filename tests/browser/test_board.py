"""The board in a real browser: the wall fits its screen, bars are doors, days can be asked about."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from components.charts.ageing import bucket
from components.doors import age_code
from components.wall import SCENES
from components.words import Words
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.page_state import settled

FITS = """() => {
  const main = document.querySelector('[data-testid="stMain"]');
  return Math.max(main.scrollHeight, document.documentElement.scrollHeight) <= window.innerHeight
    && document.documentElement.scrollWidth <= window.innerWidth;
}"""
SMALL_TEXT = """(least) => {
  const texts = [...document.querySelectorAll('.st-key-wall p, .st-key-wall svg text')];
  return texts.filter(e => e.textContent.trim() && parseFloat(getComputedStyle(e).fontSize) < least)
    .map(e => e.textContent);
}"""
SCENES_BELOW = """() => [...document.querySelectorAll('.st-key-wall_scenes p, .st-key-wall_scenes svg text')]
  .filter(e => e.getBoundingClientRect().bottom
    > document.querySelector('.st-key-wall_foot').getBoundingClientRect().top + 1).map(e => e.textContent)"""
CUT = """() => [...document.querySelectorAll('.st-key-wall p')]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.textContent)"""


def answers(home: Path, view: str, link: str, **more: object) -> list[dict[str, object]]:
    return Engine.open(Settings(home=home)).answer(view, Filters.from_link(link)[0], **more).to_pylist()  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160), (1366, 768)], ids=lambda size: str(size[0]))
def test_every_scene_fits_its_screen_and_is_read_from_afar(
    open_page: OpenPage, size: tuple[int, int], language: str
) -> None:
    page = open_page(size=size)
    page.goto(f"/board?wall=1&lang={language}")
    settled(page)
    assert page.evaluate(FITS)
    assert page.evaluate(SMALL_TEXT, 28) == []
    assert page.evaluate(CUT) == []
    assert page.evaluate(SCENES_BELOW) == []
    expect(page.locator(".st-key-wall_scenes > *")).to_have_count(len(SCENES))
    for hidden in ("stSidebar", "stToolbar", "stHeader"):
        expect(page.get_by_test_id(hidden)).not_to_be_visible()


def test_the_address_names_the_scenes_their_order_and_their_seconds(page: Page) -> None:
    page.goto("/board?wall=1&lang=en&scenes=items,ages&seconds=7")
    settled(page)
    shown = page.locator(".st-key-wall_scenes > *")
    expect(shown).to_have_count(2)
    assert page.evaluate("() => getComputedStyle(document.documentElement).animationDuration") == "14s, 7s"
    expect(shown.first.locator(".st-key-wall_picture_items")).to_have_count(1)
    page.goto("/board?wall=1&lang=en&scenes=items")
    settled(page)
    expect(page.locator(".st-key-wall_turn")).to_have_count(0)
    expect(page.locator(".st-key-scene_items")).to_have_css("opacity", "1")


def test_every_bar_is_a_door_by_keyboard_and_by_mouse(page: Page, sample_home: Path) -> None:
    say = Words("zh")
    page.goto("/board?lang=zh&region=East")
    settled(page)
    oldest = [row for row in answers(sample_home, "mart_age_buckets", "region=East") if row["value"]][-1]
    page.get_by_role("button", name=say("door.list")).first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name=f"{bucket(oldest, say)} ·").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/stock\?"))
    settled(page)
    asked = parse_qs(urlsplit(page.url).query)
    assert asked["region"] == ["East"]
    assert asked["age_bucket"] == [age_code(oldest)]

    page.goto("/board?lang=en")
    settled(page)
    [first, *_] = answers(sample_home, "mart_warehouse_totals", "", sort=[("slow_value", True)], limit=1)
    page.locator(".st-key-chart_warehouses svg path[aria-roledescription='bar']").first.click()
    page.wait_for_url(re.compile(r"/stock\?"))
    settled(page)
    assert parse_qs(urlsplit(page.url).query)["warehouse"] == [first["warehouse_id"]]


def test_the_slider_moves_the_whole_board_to_another_day(page: Page, sample_home: Path) -> None:
    page.goto("/board?lang=en")
    settled(page)
    days = sorted(row["as_on"] for row in answers(sample_home, "mart_trend", ""))
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_url(re.compile(f"as_of={days[-2]}"))
    settled(page)
    [totals] = answers(sample_home, "mart_totals", f"as_of={days[-2]}")
    say = Words("en", currency=str(totals["currency"]))
    assert say.money(totals["slow_value"]) in page.locator(".st-key-card_slow").inner_text()  # type: ignore[arg-type]
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "as_of" not in url)
