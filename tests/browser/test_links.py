"""Links in a real browser: first visits, page switches, back, reload, copied addresses, doors."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from playwright.sync_api import Page, expect

from components.words import Words
from tests.browser.conftest import OpenPage
from tests.browser.page_state import settled
from tests.browser.server import ROOT, Server, free_port


@pytest.fixture
def bare_server(sample_home: Path, tmp_path: Path) -> Iterator[str]:
    """`streamlit run app.py` as anyone might start it; nobody has asked for a page or a check before."""
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    environment = os.environ | {"STILLSTOCK_HOME": str(sample_home), "STREAMLIT_SERVER_HEADLESS": "true"}
    with (tmp_path / "streamlit.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(20)


CHIP = '[data-testid="stSidebar"] [data-tag]:visible'


def asked(page: Page) -> dict[str, str]:
    """The address's own parameters, once the page is at rest."""
    settled(page)
    return {name: ",".join(values) for name, values in parse_qs(urlparse(page.url).query).items()}


def heading(page: Page) -> str:
    settled(page)
    return page.get_by_role("heading", level=1).inner_text()


def menu(page: Page, title: str) -> None:
    page.locator('[data-testid="stSidebar"]').get_by_role("link", name=title, exact=True).click()


def test_a_deep_link_is_right_for_the_first_visitor_after_a_start(
    serve: Callable[[Path], Server], sample_home: Path, open_page: OpenPage
) -> None:
    page = open_page(locale="en-US", base_url=serve(sample_home).url)
    page.goto("/board?tier=R,S&dead_after_days=400")
    assert heading(page) == Words("en")("board.title")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert sorted(page.locator(CHIP).all_inner_texts()) == ["■ S in turn", "▲ R urgent"]
    assert asked(page) == {"tier": "R,S", "dead_after_days": "400"}


def test_a_bare_streamlit_run_shows_no_dialog_either(bare_server: str, open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN", base_url=bare_server)
    page.goto("/stock?tier=R")
    assert heading(page) == Words("zh")("stock.title")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_filters_and_language_survive_switch_back_reload_and_copying(page: Page, open_page: OpenPage) -> None:
    page.goto("/board?tier=R")
    settled(page)
    page.get_by_role("radio", name="English").click()
    assert asked(page) == {"tier": "R", "lang": "en"}
    menu(page, "Where it stands")
    page.wait_for_url("**/stock?*")
    assert asked(page) == {"tier": "R", "lang": "en"}
    assert heading(page) == "Where it stands"

    page.go_back()
    page.wait_for_url("**/board?*")
    assert heading(page) == "Slow-moving stock"
    assert asked(page) == {"tier": "R", "lang": "en"}

    page.reload()
    assert heading(page) == "Slow-moving stock"
    assert page.locator(CHIP).all_inner_texts() == ["▲ R urgent"]

    other = open_page(locale="zh-CN")
    other.goto(page.url)
    assert heading(other) == "Slow-moving stock"
    assert other.locator(CHIP).all_inner_texts() == ["▲ R urgent"]


def test_back_undoes_a_filter(page: Page) -> None:
    page.goto("/stock?lang=en")
    settled(page)
    before = page.locator('[data-testid="stMetricValue"]').all_inner_texts()
    page.get_by_role("combobox", name="Tier").click()
    page.get_by_role("option", name="▲ R urgent").click()
    page.keyboard.press("Escape")
    page.wait_for_url("**tier=R**")
    assert asked(page)["tier"] == "R"
    assert page.locator('[data-testid="stMetricValue"]').all_inner_texts() != before
    page.go_back()
    page.wait_for_url(lambda url: "tier" not in url)
    settled(page)
    assert page.locator(CHIP).count() == 0
    assert page.locator('[data-testid="stMetricValue"]').all_inner_texts() == before


def test_two_filters_set_at_once_both_hold(page: Page) -> None:
    page.goto("/stock?lang=en")
    settled(page)
    page.get_by_role("textbox", name="Item code or name").fill("a")
    page.keyboard.press("Tab")
    page.get_by_role("combobox", name="Tier").click()
    page.get_by_role("option", name="▲ R urgent").click()
    page.wait_for_url(re.compile("tier=R"))
    found = asked(page)
    assert (found["search"], found["tier"]) == ("a", "R")


@pytest.mark.parametrize("tier", ["R", "S", "T"])
def test_a_number_on_the_board_is_a_door_to_its_stock(page: Page, tier: str) -> None:
    page.goto("/board?lang=en")
    settled(page)
    money = page.locator(f".st-key-card_{tier} [data-testid='stMetricValue']").inner_text()
    page.locator(f".st-key-card_{tier} a").click()
    page.wait_for_url("**/stock?*")
    assert asked(page)["tier"] == tier
    exact = page.locator('.st-key-level_totals [data-testid="stMetricValue"]').first.inner_text()
    assert Words("en").money(float(exact.replace(",", "").lstrip("¥"))) == money
