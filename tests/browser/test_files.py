"""Files taken away from a page, by mouse and by keyboard: what they hold is what the link shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Download, Page

from components.columns import label
from components.words import Words
from queries.decisions.links import asked_by
from queries.engine import Engine
from queries.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.page_state import settled

LINK = "tier=R,S&group_by=item&sort=-slow_value"


def taken(page: Page, click: Callable[[], None]) -> tuple[Download, bytes]:
    with page.expect_download(timeout=60_000) as waiting:
        click()
    download = waiting.value
    return download, Path(download.path()).read_bytes()


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_table_is_taken_away_as_it_is_filtered_and_sorted(
    open_page: OpenPage, sample_home: Path, locale: str
) -> None:
    say = Words("zh" if locale == "zh-CN" else "en")
    page = open_page(locale=locale)
    page.goto(f"/stock?{LINK}")
    settled(page)
    page.locator(".st-key-export_stock button").first.click()
    download, content = taken(page, page.get_by_role("button", name=say("export.csv")).click)
    header, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    settings = Settings(home=sample_home)
    filters, _ = asked_by(LINK, settings)
    order = [("slow_value", True)]
    rows = Engine.open(settings).answer("mart_levels", filters, sort=order).to_pylist()
    codes, values = header.index(label("first_code", say)), header.index(label("slow_value", say))
    assert [(line[codes], Decimal(line[values])) for line in lines] == [
        (row["first_code"], row["slow_value"]) for row in rows
    ]
    assert "-data1-policy1.csv" in download.suggested_filename
    _, content = taken(page, page.get_by_role("button", name=say("export.xlsx")).click)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book[say("export.rows")].max_row == len(rows) + 1
    told = dict(book[say("export.facts")].iter_rows(values_only=True))
    assert "data_version=1" in told[say("export.fact.link")]


def test_the_report_comes_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page(locale="en-US")
    page.goto("/board?region=East")
    settled(page)
    page.locator(".st-key-report_board button").first.press("Enter")
    pdf = page.get_by_role("button", name="PDF")
    pdf.wait_for()
    download, content = taken(page, lambda: pdf.press("Enter"))
    assert download.suggested_filename.startswith("report-")
    assert content.startswith(b"%PDF")
