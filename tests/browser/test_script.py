"""A code that is a script, a link or a formula is shown as it stands, and nothing of it is run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from queries.lake.load import Upload, load_files
from queries.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.page_state import settled
from tests.browser.server import Server

CODE = "<script>alert(1)</script><img src=x onerror=alert(2)>"
NAME = "[x](javascript:alert(3)) $a^2$ :red[c] www.evil.example https://evil.example/x me@evil.example"
PAGES = ("/item?lang=en&item={code}", "/board?lang=en", "/stock?lang=en", "/quality?lang=en")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one item of that code and name."""
    texts = {
        "items": f"item_id,name,unit_cost\n{CODE},{NAME},2\n",
        "stock": f"snapshot_on,item_id,warehouse_id,qty\n2026-10-31,{CODE},{CODE},3\n",
    }
    for table, text in texts.items():
        file = tmp_path / f"{table}.csv"
        file.write_text(text, encoding="utf-8")
        assert load_files([Upload(file, table)], Settings(home=tmp_path / "home")).status == "loaded"
    return tmp_path / "home"


def test_no_page_runs_what_a_code_says(
    home: Path, serve: Callable[[Path], Server], open_page: OpenPage
) -> None:
    page = open_page(locale="en-US", base_url=serve(home).url)
    for address in PAGES:
        page.goto(address.format(code=CODE.replace(" ", "%20")))
        settled(page)
        expect(page.locator("img[src='x'], a[href^='javascript'], a[href*='evil'], .katex")).to_have_count(0)
        assert not page.evaluate("[...document.scripts].some(each => each.text.includes('alert(1)'))")
