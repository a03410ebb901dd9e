"""The item story in a real browser: reached by mouse and keyboard, in both languages, on one screen."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page, expect

from components.words import Words
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.page_state import settled

FIRST_ROW = {"x": 24, "y": 52}
FITS = """() => [...document.querySelectorAll('[data-testid="stMain"] [data-testid="stDataFrame"]')]
  .every(e => e.getBoundingClientRect().bottom <= window.innerHeight)"""


def worst(home: Path) -> dict[str, object]:
    """The item with most slow stock."""
    rows = Engine.open(Settings(home=home)).answer(
        "mart_item_totals", Filters(), sort=[("slow_value", True)], limit=1
    )
    found: dict[str, object] = rows.to_pylist()[0]
    return found


def given(page: Page) -> dict[str, str]:
    return {name: ",".join(values) for name, values in parse_qs(urlparse(page.url).query).items()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_worst_item_on_the_board_leads_to_its_story(page: Page, sample_home: Path, language: str) -> None:
    item, say = worst(sample_home), Words(language)
    page.goto(f"/board?lang={language}")
    settled(page)
    page.get_by_test_id("stDataFrame").click(position=FIRST_ROW)
    page.wait_for_url("**/item?*")
    settled(page)
    assert given(page)["item"] == item["item_id"]
    expect(page.get_by_role("heading", level=3)).to_have_text(say.name(str(item["item_name"])))
    numbers = page.locator(".st-key-item_numbers").inner_text()
    assert say.money(item["value"]) in numbers  # type: ignore[arg-type]
    assert page.locator('[data-testid="stMain"] .stVegaLiteChart svg').count() == 1
    assert page.evaluate(FITS)


def test_a_search_by_keyboard_finds_an_item(page: Page, sample_home: Path) -> None:
    item = worst(sample_home)
    page.goto("/item?lang=en")
    settled(page)
    page.get_by_role("textbox", name="Find an item").fill(str(item["item_id"]).lower())
    page.keyboard.press("Enter")
    page.wait_for_url("**search=*")
    settled(page)
    page.get_by_test_id("stDataFrame").click(position=FIRST_ROW)
    page.wait_for_url(lambda url: "item=" in url)
    settled(page)
    asked = given(page)
    assert (asked["item"], "search" in asked) == (item["item_id"], False)


def test_movements_turn_pages_and_the_tabs_show_the_rest(page: Page, sample_home: Path) -> None:
    page.goto(f"/item?lang=en&item={worst(sample_home)['item_id']}")
    settled(page)
    expect(page.locator(".st-key-pager")).to_contain_text("Rows 1–7")
    page.locator(".st-key-pager a").click()
    page.wait_for_url("**from_row=7*")
    settled(page)
    expect(page.locator(".st-key-pager")).to_contain_text("Rows 8–14")
    page.get_by_role("tab", name="Classes").click()
    expect(page.locator(".st-key-item_classes")).to_be_visible()
    expect(page.locator(".st-key-item_classes")).to_contain_text("ABC by use")


def test_a_finding_opens_its_rows_and_a_row_opens_the_item(page: Page) -> None:
    page.goto("/quality?lang=en")
    settled(page)
    page.get_by_test_id("stDataFrame").first.click(position=FIRST_ROW)
    page.wait_for_url("**at=*")
    settled(page)
    expect(page.locator(".st-key-finding_head")).to_be_visible()
    page.locator(".st-key-finding").get_by_test_id("stDataFrame").click(position=FIRST_ROW)
    page.wait_for_url("**/item?*")
    settled(page)
    expect(page.locator(".st-key-item_numbers")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("address", ["item?item=NOPE", "quality?at=gap"])
def test_neither_page_scrolls_sideways_on_a_phone(open_page: OpenPage, address: str, language: str) -> None:
    page = open_page(size=(390, 844))
    page.goto(f"/{address}{'&' if '?' in address else '?'}lang={language}")
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.evaluate("""() => [...document.querySelectorAll('[data-testid="stMain"] p')]
      .every(e => e.getBoundingClientRect().right <= window.innerWidth + 1)""")
