"""Every page can be read and reached by everyone: axe's rules, words in full, Tab, both themes, a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from components.navigation import PAGES
from components.wall import SCENES
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.browser import legible
from tests.browser.conftest import OpenPage
from tests.browser.page_state import Watch, settled
from tests.browser.server import Server

DESKS = ((1280, 800), (1920, 1080), (3840, 2160))
PHONE = (390, 844)
WALLS = ((1920, 1080), (3840, 2160))
ADDRESSES = (*(page.url_path for page in PAGES), "item?item={item}")
READERS = (("en", "light"), ("zh", "dark"), ("en", "dark"), ("zh", "light"))
"""Language and theme: each page is visited once here, by the next of them, and by all in the soak."""
TURNS = tuple((address, *READERS[n % len(READERS)]) for n, address in enumerate(ADDRESSES))
ONE_SCENE = """
  [class*="st-key-scene_"] {{ visibility: hidden !important; }}
  .st-key-scene_{name} {{ visibility: visible !important; }}
"""


@pytest.fixture(scope="module")
def item(sample_home: Path) -> str:
    """Code of the item with the most slow stock."""
    order = [("slow_value", True)]
    found = Engine.open(Settings(home=sample_home)).answer("mart_item_totals", Filters(), sort=order, limit=1)
    return str(found["item_id"][0].as_py())


@pytest.fixture(scope="module")
def desk(browser: Browser, served: Server) -> Iterator[BrowserContext]:
    """One visitor for every page, whose browser keeps Streamlit's scripts."""
    size = {"width": DESKS[0][0], "height": DESKS[0][1]}
    context = browser.new_context(locale="en-US", viewport=size, base_url=served.url, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(desk: BrowserContext, served: Server) -> Iterator[Page]:
    """A window of this visitor's; what went wrong in it fails the test."""
    page = desk.new_page()
    watch = Watch(served.url)
    watch.over(page)
    yield page
    wrong = watch.look_at(page)
    page.close()
    assert wrong == []


def cut_at(page: Page, sizes: tuple[tuple[int, int], ...]) -> list[str]:
    """What is cut at any of these sizes."""
    found = []
    for size in sizes:
        legible.resize(page, size)
        found += [f"{size[0]}: {each}" for each in legible.cut(page)]
    return found


def hard_to_read(page: Page, address: str, language: str, theme: Literal["dark", "light"]) -> list[str]:
    """What a reader with this language and theme cannot read or reach at this address, on any screen."""
    page.emulate_media(color_scheme=theme)
    page.goto(f"/{address}{'&' if '?' in address else '?'}lang={language}")
    settled(page)
    wrong = legible.broken_rules(page) + legible.unnamed(page, language) + legible.colour_alone(page)
    wrong += legible.out_of_reach(page)
    wrong += cut_at(page, DESKS)
    legible.resize(page, PHONE)
    return wrong + legible.wider(page)


@pytest.mark.parametrize(("address", "language", "theme"), TURNS)
def test_a_page_is_read_and_reached_by_everyone(
    page: Page, address: str, language: str, theme: Literal["dark", "light"], item: str
) -> None:
    wrong = hard_to_read(page, address.format(item=item), language, theme)
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_scene_of_the_wall_is_read_in_full(open_page: OpenPage, language: str) -> None:
    page = open_page(locale={"en": "en-US", "zh": "zh-CN"}[language], size=WALLS[0])
    page.goto("/board?wall=1&seconds=3600")
    settled(page)
    wrong = legible.broken_rules(page) + legible.unnamed(page, language) + legible.colour_alone(page)
    for size in WALLS:
        legible.resize(page, size)
        for name in SCENES:
            page.add_style_tag(content=ONE_SCENE.format(name=name))
            wrong += [f"{name} at {size[0]}: {each}" for each in legible.cut(page)]
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)
