"""A real company's files through the command line, and its figures in `stillstock show` and in a browser.

The data is not part of the product: STILLSTOCK_SHARED or a folder `shared` beside the checkout holds it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from components.words import LOCALES, Words
from tests.browser.conftest import OpenPage
from tests.browser.page_state import settled
from tests.browser.server import ROOT, Server

FOLDER = Path(os.environ.get("STILLSTOCK_SHARED") or ROOT.parent / "shared") / "data" / "adventureworks"
LOADS = {
    "items": ("Production.Product",),
    "warehouses": ("Production.Location",),
    "movements": ("Production.TransactionHistory", "Production.TransactionHistoryArchive"),
    "stock": ("Production.ProductInventory",),
}
ITEMS, POSITIONS, PLACES, UNITS, VALUE = 432, 1_069, 14, 335_974, Decimal("20092679.1712")

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the AdventureWorks files are not beside the checkout (STILLSTOCK_SHARED)"
)


def stillstock(home: Path, *arguments: object) -> Any:
    """The JSON that a command puts on stdout; the test fails where it ends otherwise than with 0."""
    said = subprocess.run(
        [sys.executable, "-m", "queries.cli", *map(str, arguments)],
        cwd=ROOT,
        env=os.environ | {"STILLSTOCK_HOME": str(home)},
        capture_output=True,
        timeout=300,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    return json.loads(said.stdout, parse_float=Decimal)


def show(home: Path, view: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stillstock(home, "show", view, "--format", "json")
    return rows


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that the command line filled, one load a table."""
    home = tmp_path_factory.mktemp("company")
    for table, names in LOADS.items():
        files = [FOLDER / f"{name}.parquet" for name in names]
        preset = ["--mapping", "adventureworks"]
        if table == "stock":
            preset += ["--set", "snapshot_on=2014-08-03"]
        assert stillstock(home, "load", *files, "--table", table, *preset, "--json")["status"] == "loaded"
    return home


def test_show_says_what_the_company_had(company: Path) -> None:
    [totals] = show(company, "mart_totals")
    assert (totals["item_count"], totals["warehouse_count"]) == (ITEMS, PLACES)
    assert (totals["qty"], totals["value"]) == (UNITS, VALUE)
    stock = show(company, "mart_tiered_stock")
    assert sum(row["qty"] for row in stock) == UNITS
    assert sum(row["value"] for row in stock) == VALUE
    assert sum(row["value"] for row in show(company, "mart_age_buckets")) == VALUE


def test_sixty_four_of_497_items_last_moved_before_february_2014(company: Path) -> None:
    moved = [row for row in show(company, "fct_last_movement") if row["last_moved_on"]]
    last: dict[str, str] = {}
    for row in moved:
        last[row["item_id"]] = max(last.get(row["item_id"], ""), row["last_moved_on"])
    assert len(last) == 497
    assert sum(day < date(2014, 2, 1).isoformat() for day in last.values()) == 64


def test_the_board_says_what_the_company_had(
    company: Path, serve: Callable[[Path], Server], open_page: OpenPage
) -> None:
    [totals] = show(company, "mart_totals")
    page = open_page(base_url=serve(company).url)
    for language in LOCALES:
        say = Words(language, currency=totals["currency"])
        page.goto(f"/board?lang={language}")
        settled(page, seconds=120)
        card = page.locator(".st-key-card_value")
        said = card.inner_text().split("\n")
        assert say.money(VALUE) in said
        assert say("kpi.value.note", items=say.number(ITEMS), qty=say.number(UNITS), places=PLACES) in said
        card.get_by_test_id("stTooltipIcon").hover()
        help_ = page.get_by_test_id("stTooltipContent")
        help_.get_by_text(say.money_exact(VALUE), exact=True).wait_for()

        page.goto(f"/stock?lang={language}")
        settled(page, seconds=120)
        figures = page.locator('[data-testid="stMetricValue"]').all_inner_texts()
        assert {say.money_exact(VALUE), say.number(POSITIONS)} <= set(figures)
