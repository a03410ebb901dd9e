"""Every figure on the board, at the desk and on the wall, is what `stillstock show` says for its link."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from components.charts.ageing import bucket
from components.charts.palette import SHAPES, TIERS, tier_name
from components.filter_bar import word
from components.kpis import TIER_COLUMNS
from components.words import LOCALES, Words
from queries.filters import Filters
from queries.views import views
from tests.browser.page_state import settled
from tests.browser.server import ROOT

LINKS = ("as_of=2026-06-30", "region=East&tier=R,S&holding_rate=0.3&dead_after_days=200")
VIEWS = (
    "mart_data_status", "mart_totals", "mart_age_buckets", "mart_warehouse_totals", "mart_item_totals",
    "mart_trend",
)  # fmt: skip
MONTHS, WORST = 24, 10

Row = Mapping[str, Any]


def show(home: Path, view: str, link: str) -> list[Row]:
    """The rows that the command prints for that link, numbers with every digit, dates as dates."""
    said = subprocess.run(
        [sys.executable, "-m", "queries.cli", "show", view, "--link", link, "--format", "json"],
        cwd=ROOT,
        env=os.environ | {"STILLSTOCK_HOME": str(home)},
        capture_output=True,
        check=True,
        timeout=120,
    )
    rows: list[dict[str, Any]] = json.loads(said.stdout, parse_float=Decimal)
    return [
        {name: _date(value) if name.endswith("_on") else value for name, value in r.items()} for r in rows
    ]


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Board:
    """What the board must say in one language, part by part, from the rows of `show`."""

    rows: Mapping[str, Sequence[Row]]
    say: Words

    @property
    def totals(self) -> Row:
        return self.rows["mart_totals"][0]

    def worst(self, view: str) -> list[Row]:
        rows = sorted(self.rows[view], key=lambda row: [row[name] for name in views()[view].grain])
        return sorted(rows, key=lambda row: -row["slow_value"])[:WORST]

    def cards(self) -> dict[str, list[str]]:
        """Every line of a card with a digit in it."""
        say, totals = self.say, self.totals
        places = totals["warehouse_count"]
        share, change = say.percent(totals["slow_share"]), say.change(totals["slow_value_change"])
        cleared, since = say.money(totals["cleared_slow_value"]), say.day(totals["prior_on"])
        slow_items = say.number(totals["slow_item_count"])
        return {
            "value": [
                say.money(totals["value"]),
                say(
                    "kpi.value.note",
                    items=say.number(totals["item_count"]),
                    qty=say.number(totals["qty"]),
                    places=places,
                ),
            ],
            "slow": [say.money(totals["slow_value"]), say("kpi.slow.note", share=share, items=slow_items)],
            "new": [
                say.money(totals["new_slow_value"]),
                say("kpi.new.note", cleared=cleared, change=change, day=since),
            ],
            "cost": [
                say.money(totals["holding_cost_per_day"]),
                say("kpi.crossing", money=say.money(totals["crossing_value_30"])),
            ],
            **{
                tier: [say.money(totals[money]), say("door.items", count=say.number(totals[count]))]
                for tier, (money, count) in TIER_COLUMNS.items()
            },
        }

    def exact(self) -> dict[str, str]:
        """What the help beside a figure says."""
        named = {
            "value": "value", "slow": "slow_value", "new": "new_slow_value", "cost": "holding_cost_per_day"
        }  # fmt: skip
        return {card: self.say.money_exact(self.totals[column]) for card, column in named.items()}

    def ages(self) -> list[str]:
        rows = sorted(self.rows["mart_age_buckets"], key=lambda row: row["bucket_no"])
        drawn = [row for row in rows if row["value"] or row["from_days"] is not None]
        return [bucket(row, self.say) for row in drawn] + [
            self.say.money(row["value"]) for row in drawn if row["value"]
        ]

    def trend(self) -> tuple[list[str], set[str]]:
        """The words at both ends and the title; and the months that may stand below."""
        days = sorted(self.rows["mart_trend"], key=lambda row: row["as_on"])[-MONTHS:]
        ends = [
            f"{self.say.money(row['slow_value'])} · {self.say.percent(row['slow_share'])}"
            for row in (days[0], days[-1])
        ]
        title = self.say("chart.trend", count=len(days))
        return [*ends, title], {self.say.month(row["as_on"]) for row in days}

    def warehouses(self) -> list[str]:
        rows, say = self.worst("mart_warehouse_totals"), self.say
        return [say.name(row["warehouse_name"]) for row in rows] + [
            f"{say.money(row['slow_value'])} · {say.percent(row['slow_share'], 0)}" for row in rows
        ]

    def items(self) -> list[str]:
        rows, say = self.worst("mart_item_totals"), self.say
        return [say.name(row["item_name"]) for row in rows] + [
            f"{SHAPES[row['tier']]} {say.money(row['slow_value'])} · "
            + say("chart.idle_days", days=say.number(row["days_since_use"] or 0))
            for row in rows
        ]

    def item_cells(self) -> list[list[str]]:
        return [
            [
                self.say.name(row["item_name"]),
                str(round(row["slow_value"])),
                tier_name(row["tier"], self.say),
                str(row["days_since_use"]),
            ]
            for row in self.worst("mart_item_totals")
        ]

    def money_on_the_wall(self) -> list[str]:
        say, totals = self.say, self.totals
        change = totals["slow_value_change"]
        arrow = "▲" if change > 0 else "▼" if change < 0 else "="
        return [
            say.money(totals["slow_value"]),
            say("wall.of", value=say.money(totals["value"]), share=say.percent(totals["slow_share"])),
            say("wall.since", change=f"{arrow} {say.change(change)}", day=say.day(totals["prior_on"])),
            *(say.money(totals[money]) for money, _ in TIER_COLUMNS.values()),
        ]

    def costs_on_the_wall(self) -> list[str]:
        columns = {"cost": "holding_cost_per_day", "crossing": "crossing_value_30", "new": "new_slow_value"}
        lines = [
            (self.say.money(self.totals[column]), self.say(f"wall.{n}")) for n, column in columns.items()
        ]
        return with_digits(text for line in lines for text in line)

    def frame(self, link: str) -> list[str]:
        """The lines that say which question this is: the filters in words, and the newest day of the data."""
        filters, _ = Filters.from_link(link)
        newest = self.rows["mart_data_status"][0]["newest_on"]
        return [
            filters.sentence(lambda name, value: word(name, value, self.say)),
            self.say("stamp.data", day=self.say.day(newest)),
        ]


def with_digits(texts: Any) -> list[str]:
    return [text.strip() for text in texts if re.search(r"\d", text)]


def lines(part: Locator) -> list[str]:
    return with_digits(part.inner_text().split("\n"))


def drawn(part: Locator) -> list[str]:
    return [text for text in part.locator("svg text").all_text_contents() if text.strip()]


def nothing_else(page: Page, known: Sequence[str], frame: Sequence[str]) -> None:
    """No figure stands on the page but those that were compared."""
    said = lines(page.get_by_test_id("stMain"))
    framing = [text for text in said if any(part in text for part in frame)]
    for part in frame:
        assert any(part in text for text in framing), part
    assert set(said) - set(known) - set(framing) == set()


def compare_desk(page: Page, board: Board, link: str) -> None:
    page.goto(f"/board?{link}&lang={board.say.language}")
    settled(page)
    known: list[str] = []
    for card, figures in board.cards().items():
        assert lines(page.locator(f".st-key-card_{card}")) == figures, card
        known += figures
    tiers = [tier_name(tier, board.say) for tier in TIERS]
    ages, shown, warehouses = (drawn(chart) for chart in page.locator(".stVegaLiteChart").all())
    assert ages == [*board.ages(), *tiers, board.say("chart.ageing")]
    trend, months = board.trend()
    assert shown[-3:] == trend
    assert set(shown[:-3]) <= months
    assert warehouses == [*board.warehouses(), board.say("chart.warehouses")]
    table = [cell for row in board.item_cells() for cell in row]
    cells = page.locator('[data-testid="stDataFrame"] [role="gridcell"]')
    expect(cells).to_have_text(table, timeout=30_000)
    nothing_else(page, [*known, *ages, *shown, *warehouses, *table], board.frame(link))
    for card, money in board.exact().items():
        page.locator(f".st-key-card_{card} [data-testid='stTooltipIcon']").hover()
        page.get_by_test_id("stTooltipContent").get_by_text(money, exact=True).wait_for()
        page.mouse.move(0, 0)
        page.get_by_test_id("stTooltipContent").wait_for(state="detached")


def compare_wall(page: Page, board: Board, link: str) -> None:
    address = f"/board?{link}&wall=1&lang={board.say.language}"
    page.goto(address)
    settled(page)
    money, costs = board.money_on_the_wall(), board.costs_on_the_wall()
    assert lines(page.locator(".st-key-wall_money")) == money
    assert lines(page.locator(".st-key-wall_costs")) == costs
    ages = drawn(page.locator(".st-key-wall_ages"))
    assert ages == [*board.ages(), board.say("chart.ageing")]
    trend, months = board.trend()
    shown = drawn(page.locator(".st-key-wall_trend"))
    assert shown[-3:] == trend
    assert set(shown[:-3]) <= months
    nothing_else(page, [*money, *costs, *ages, *shown], board.frame(link))
    for scene, figures in (("warehouses", board.warehouses()), ("items", board.items())):
        page.goto(f"{address}&scene={scene}")
        settled(page)
        picture = drawn(page.locator(".st-key-wall_picture"))
        assert picture == [*figures, board.say(f"chart.{scene}")]
        nothing_else(page, picture, board.frame(link))


@pytest.mark.parametrize("link", LINKS)
def test_every_figure_on_the_board_is_what_show_says(page: Page, sample_home: Path, link: str) -> None:
    rows = {view: show(sample_home, view, link) for view in VIEWS}
    assert rows["mart_totals"][0]["slow_value"] > 0
    for language in LOCALES:
        board = Board(rows, Words(language, currency=rows["mart_totals"][0]["currency"]))
        compare_desk(page, board, link)
        compare_wall(page, board, link)
