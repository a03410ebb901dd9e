"""The drill-down in a real browser: by mouse and by keyboard, down to a document and back, and as a file."""

from __future__ import annotations

import csv
from itertools import cycle
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page

from components.words import LOCALES, Words
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.browser.page_state import settled

NAME = {"x": 24, "y": 52}
"""The name in a table's first row."""
WAY = ("organisation", "region", "warehouse")


def given(page: Page) -> dict[str, str]:
    return {name: ",".join(values) for name, values in parse_qs(urlparse(page.url).query).items()}


def crumbs(page: Page) -> int:
    settled(page)
    return page.locator(".st-key-crumbs a").count()


def open_first(page: Page, step: str, *, keys: bool) -> None:
    """Go down into the first row: a click on its name, or the list of names by keys alone."""
    settled(page)
    if keys:
        page.locator("[class*='_picked'] input").focus()
        page.keyboard.press("ArrowDown")
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("Enter")
    else:
        page.get_by_test_id("stDataFrame").first.click(position=NAME)
    page.wait_for_url(f"**{step}=*")


@pytest.mark.parametrize("language", LOCALES)
def test_down_from_the_company_to_a_document_and_back_by_mouse_and_keys_in_turn(
    page: Page, language: str
) -> None:
    page.goto(f"/stock?lang={language}")
    keys = cycle([language == "en", language != "en"])
    for depth, step in enumerate(WAY, 1):
        open_first(page, step, keys=next(keys))
        assert crumbs(page) == depth
    page.goto(f"{page.url}&group_by=item")
    for step in ("item", "document"):
        open_first(page, step, keys=next(keys))
    assert crumbs(page) == 5
    page.get_by_role("heading", name=Words(language)("document.layers")).wait_for()
    back = page.locator(".st-key-crumbs a").nth(2)
    if next(keys):
        back.press("Enter")
    else:
        back.click()
    page.wait_for_url(lambda url: "item=" not in url)
    assert crumbs(page) == 2


@pytest.mark.parametrize("kind", ["tiles", "bars"])
def test_down_by_a_click_on_the_picture(page: Page, kind: str) -> None:
    page.goto(f"/stock?lang=en&picture={kind}")
    settled(page)
    marks = '.mark-rect path[opacity="0.001"]' if kind == "tiles" else ".mark-rect path[cursor='pointer']"
    found = page.locator(f".stVegaLiteChart {marks}")
    (found if found.count() else page.locator(".stVegaLiteChart .mark-rect path")).first.click()
    page.wait_for_url("**organisation=*")
    assert crumbs(page) == 1


def test_a_search_is_sorted_paged_and_taken_away_as_one_sees_it(
    page: Page, sample_home: Path, tmp_path: Path
) -> None:
    page.goto("/stock?lang=en&group_by=item&sort=first_code&columns=first_code,value&from_row=50")
    settled(page)
    exported = page.get_by_role("button", name=Words("en")("export.title"))
    exported.click()
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").filter(has_text="CSV").first.click()
    file = tmp_path / "rows.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    engine = Engine.open(Settings(home=sample_home))
    wanted = engine.answer("mart_levels", Filters(group_by="item"), sort=[("first_code", False)]).to_pylist()
    assert [row[0] for row in rows[1:]] == [row["first_code"] for row in wanted]
    assert [float(row[-1]) for row in rows[1:]] == [float(row["value"]) for row in wanted]

    page.keyboard.press("Escape")
    search = page.locator(".st-key-level_controls input").first
    search.fill(wanted[0]["first_code"])
    search.press("Enter")
    page.wait_for_url("**search=*")
    settled(page)
    assert given(page)["group_by"] == "item"
    cells = page.locator('[data-testid="stDataFrame"] [role="gridcell"]').all_text_contents()
    assert wanted[0]["first_code"] in given(page)["search"]
    assert len(cells) >= 2
