"""A clerk's whole way by mouse: drop, map, mend one row, load, see it on the board, undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from queries.lake.load import Upload, load_files
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.page_state import settled
from tests.browser.server import Server

ITEMS = "item_id,name,unit_cost\nA,Pump,1000\nB,Motor,500\n"
STOCK = "快照日期,物料编码,仓库编码,到底几个,单位成本\n2026-10-31,A,W1,40,1000\n2026-10-31,B,W1,viele,500\n"
DROP = """([zone, name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: 'text/csv' }));
  for (const kind of ['dragenter', 'dragover', 'drop'])
    zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""
ROW_HEIGHT = 35
WORK = 30_000
"""Milliseconds that looking at a file, or loading it, may take."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that knows two items, of which nothing is on hand."""
    file = tmp_path / "items.csv"
    file.write_text(ITEMS, encoding="utf-8")
    home = tmp_path / "home"
    assert load_files([Upload(file, "items")], Settings(home=home)).status == "loaded"
    return home


def drop(page: Page, name: str, text: str) -> None:
    """Let a file fall on the page, as from a folder beside the browser."""
    zone = page.get_by_test_id("stFileUploaderDropzone")
    page.evaluate(DROP, [zone.element_handle(), name, text])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    settled(page)


def typed(page: Page, table: str, column: int, text: str) -> None:
    """Write into a cell of the first row of an editable table, its columns counted from 0."""
    grid = page.locator(f"[class*='st-key-{table}']").get_by_test_id("stDataFrame")
    grid.click(position={"x": 20, "y": 1.5 * ROW_HEIGHT})
    for _ in range(column):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    cell = page.locator("#portal textarea")
    expect(cell).to_be_focused()
    page.wait_for_timeout(300)
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(text)
    expect(cell).to_have_value(text)
    page.keyboard.press("Enter")
    expect(cell).to_have_count(0)
    page.wait_for_timeout(500)
    settled(page)


def test_drop_map_mend_load_see_and_undo(
    home: Path, serve: Callable[[Path], Server], open_page: OpenPage
) -> None:
    page = open_page(locale="en-US", base_url=serve(home).url)
    page.goto("/upload?lang=en")
    settled(page)

    drop(page, "october.csv", STOCK)
    page.wait_for_url("**/upload?*at=*")
    settled(page)
    expect(page.get_by_role("button", name="Load 0 rows")).to_be_disabled(timeout=WORK)

    expect(page.locator(".st-key-questions")).to_contain_text("what do the rows of this file hold?")
    press(page, "Look at it again")
    page.locator(".st-key-questions").get_by_role("combobox").click()
    page.get_by_role("option", name="到底几个").click()
    press(page, "Look at it again")
    expect(page.get_by_text("Rows with faults: 1")).to_be_visible(timeout=WORK)

    typed(page, "mend_0", 3, "10")
    press(page, "Look at the mended rows")
    expect(page.get_by_text("Sound rows: 2")).to_be_visible(timeout=WORK)

    press(page, "Load 2 rows")
    expect(page.get_by_text("october.csv: loaded, data version 2")).to_be_visible(timeout=WORK)

    page.get_by_test_id("stMain").get_by_role("link", name="See it on the board").click()
    page.wait_for_url("**/board?*")
    settled(page)
    expect(page.locator(".st-key-card_value")).to_contain_text("45K")

    page.goto("/history?lang=en")
    settled(page)
    press(page, "Undo")
    press(page, "Yes, do it")
    page.goto("/board?lang=en")
    settled(page)
    expect(page.locator(".st-key-card_value")).to_have_count(0)
    assert [each.action for each in Lake(Settings(home=home).lake).history()] == ["load", "load", "restore"]
