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
    tier = page.get_by_role("combobox", name="Tier")
    tier.scroll_into_view_if_needed()  # a list that is open closes when the bar scrolls
    settled(page)
    tier.click()
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


def test_a_number_on_the_board_is_a_door_to_its_stock(page: Page) -> None:
    tier = "S"
    page.goto("/board?lang=en")
    settled(page)
    money = page.locator(f".st-key-card_{tier} [data-testid='stMetricValue']").inner_text()
    page.locator(f".st-key-card_{tier} a").click()
    page.wait_for_url("**/stock?*")
    assert asked(page)["tier"] == tier
    exact = page.locator('.st-key-level_totals [data-testid="stMetricValue"]').first.inner_text()
    assert Words("en").money(float(exact.replace(",", "").lstrip("¥"))) == money


def figures(page: Page) -> list[str]:
    settled(page)
    return page.locator('[data-testid="stMetricValue"]').all_inner_texts()


def copied(page: Page, name: str) -> str:
    """What stands in the clipboard after the button of that field in the popover."""
    button = page.locator(f".st-key-share_{name}").get_by_role("button")
    button.click()
    expect(button).to_have_text(re.compile("Copied|已复制"))
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize(("locale", "form"), [("zh-CN", "full"), ("en-US", "short")])
def test_a_copied_link_opens_the_same_numbers_in_another_browser(
    open_page: OpenPage, locale: str, form: str
) -> None:
    page = open_page(locale=locale)
    page.goto("/board?tier=R&dead_after_days=200")
    seen = figures(page)
    page.locator(".st-key-share").get_by_role("button").first.click()
    settled(page)
    link, words = copied(page, form), copied(page, "sentence")
    language = locale[:2]
    assert re.search(r"/\?go=\w{6,}$", words)
    assert Words(language)("tier.R") in words
    pins = {
        "data_version": "1",
        "policy_version": "1",
        "lang": language,
        "tier": "R",
        "dead_after_days": "200",
    }
    other = open_page(locale="en-US" if language == "zh" else "zh-CN")
    other.goto(link)
    other.wait_for_url("**/board?*")
    assert figures(other) == seen
    assert heading(other) == Words(language)("board.title")
    assert {**asked(other), **pins} == asked(other)
    assert "as_of" in asked(other)


def test_a_link_is_copied_by_keyboard_on_a_plain_http_intranet_too(
    served: Server, open_page: OpenPage
) -> None:
    page = open_page(base_url=served.url.replace("127.0.0.1", "0.0.0.0"))  # noqa: S104  not trusted by browsers
    page.goto("/board?tier=R")
    settled(page)
    assert page.evaluate("[window.isSecureContext, navigator.clipboard === undefined]") == [False, True]
    page.get_by_role("button", name=Words("zh")("share.title")).press("Enter")
    settled(page)
    box = page.locator(".st-key-share_full")
    link = box.get_by_role("textbox").input_value()
    box.get_by_role("button").press("Enter")
    expect(box.get_by_role("button")).to_have_text(Words("zh")("copy.done"))
    page.keyboard.press("Escape")
    search = page.get_by_role("textbox", name=Words("zh")("filter.search"))
    search.focus()
    search.press("Control+V")
    assert search.input_value() == link
    assert link.startswith(page.url.partition("?")[0] + "?as_of=")


def test_a_short_link_that_is_not_kept_is_said(page: Page) -> None:
    page.goto("/stock?go=zzzzzz&lang=en")
    assert heading(page) == Words("en")("stock.title")
    expect(page.get_by_text(Words("en")("ignored.no_link", value="zzzzzz"))).to_be_visible()
