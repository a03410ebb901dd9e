"""A picture of every page into shots/: both languages, wall, laptop and phone; `make shots`.

Each is taken as a visitor sees it; where the page goes on below the fold, a second one shows all of it.
Whatever went wrong on a page is printed, and ends the run with 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from components.navigation import PAGES
from tests.browser.chromium import FLAGS, WHAT_TO_INSTALL, find_chromium
from tests.browser.page_state import Watch, settled
from tests.browser.server import ROOT, Server

SHOTS = ROOT / "shots"
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
SIZES = ((1920, 1080), (1280, 800), (390, 844))
WALL_SIZES = ((1920, 1080), (3840, 2160))
WALL = "board?wall=1"
PARTS = {
    "count-next": "count?at=next",
    "count-sheets": "count?at=sheets",
    "duplicates-group": "duplicates?at=1",
}
"""Parts of pages that have an address of their own, by their picture's name."""
TALLEST = 6000

CONTENT_HEIGHT = """() => Math.max(
  document.documentElement.scrollHeight,
  ...[...document.querySelectorAll('[data-testid="stMain"]')].map(e => e.scrollHeight))"""
ERROR_BOX = '[data-testid="stAlertContentError"]'
IS_TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth + 1"


def wanted() -> Iterator[tuple[str, str, tuple[int, int], str]]:
    """File stem, address, size and language of every picture."""
    for language in LANGUAGES:
        for size in SIZES:
            for page in PAGES:
                yield page.url_path or "start", page.url_path, size, language
            for stem, address in PARTS.items():
                yield stem, address, size, language
        for size in WALL_SIZES:
            yield "wall", WALL, size, language


def picture(page: Page, file: Path) -> None:
    """What stands in the window, and the whole page beside it where there is more."""
    page.screenshot(path=file)
    size = page.viewport_size
    height = min(page.evaluate(CONTENT_HEIGHT), TALLEST)
    if size and height > size["height"] + 1:
        page.set_viewport_size({"width": size["width"], "height": height})
        settled(page)
        page.screenshot(path=file.with_stem(f"{file.stem}-whole"))


def shoot(browser: Browser, base_url: str, only: str) -> list[str]:
    """Take every picture whose file name holds `only`; what went wrong on the way."""
    wrong = []
    for stem, address, (width, height), language in wanted():
        file = SHOTS / language / f"{stem}-{width}x{height}.png"
        if only not in str(file.relative_to(SHOTS)):
            continue
        context = browser.new_context(
            locale=LANGUAGES[language], viewport={"width": width, "height": height}, reduced_motion="reduce"
        )
        page = context.new_page()
        watch = Watch(base_url)
        watch.over(page)
        page.goto(f"{base_url}/{address}")
        settled(page, seconds=60)
        is_too_wide = page.evaluate(IS_TOO_WIDE)
        picture(page, file)
        found = watch.look_at(page) + page.locator(ERROR_BOX).all_inner_texts()
        found += ["wider than the window"] if is_too_wide else []
        wrong += [f"{file.relative_to(ROOT)}: {each}" for each in found]
        context.close()
        sys.stderr.write(f"{file.relative_to(ROOT)}{' (!)' if found else ''}\n")
    return wrong


def main() -> int:
    """Serve a home, made from the sample where there is none, and take the pictures; 1 if one went wrong."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--home", type=Path, default=SHOTS / "home", help="the home to show")
    parser.add_argument("--only", default="", help="part of a picture's name: zh/, board, 390x844")
    chosen = parser.parse_args()
    chromium = find_chromium()
    if chromium is None:
        sys.stderr.write(f"{WHAT_TO_INSTALL}\n")
        return 1
    if not chosen.home.exists():
        environment = os.environ | {"STILLSTOCK_HOME": str(chosen.home)}
        subprocess.run([sys.executable, "-m", "queries.cli", "sample"], cwd=ROOT, env=environment, check=True)
    with Server(chosen.home) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        wrong = shoot(browser, server.url, chosen.only)
        browser.close()
    sys.stderr.write("".join(f"{each}\n" for each in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
