"""Every figure on the board, at the desk and on the wall, is what `stillstock show` says for its link."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from typer.testing import CliRunner

from components.charts.ageing import bucket
from components.charts.palette import SHAPES, TIERS, tier_name
from components.filter_bar import word
from components.handling import FIELDS
from components.kpis import TIER_COLUMNS
from components.scenes import CHANGES
from components.words import LOCALES, Words
from queries.cli import main
from queries.filters import Filters
from queries.views import views
from tests.browser.page_state import settled

LINKS = ("as_of=2026-06-30", "region=East&tier=R,S&holding_rate=0.3&dead_after_days=200")
VIEWS = (
    "mart_data_status", "mart_totals", "mart_age_buckets", "mart_warehouse_totals", "mart_item_totals",
    "mart_trend", "mart_forward", "mart_crossings", "mart_change_totals", "mart_bridge", "mart_recovered",
    "mart_settings", "mart_tiered_stock",
)  # fmt: skip
MONTHS, WORST, ON_THE_WALL, FIRST = 24, 10, 7, 3

Row = Mapping[str, Any]


def show(home: Path, view: str, link: str) -> list[Row]:
    """The rows that the command prints for that link, numbers with every digit, dates as dates."""
    asked = ["show", view, "--link", link, "--format", "json"]
    said = CliRunner().invoke(main, asked, env={"STILLSTOCK_HOME": str(home)}, catch_exceptions=False)
    assert said.exit_code == 0, said.stderr
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

    def warehouses(self, most: int = WORST) -> list[str]:
        rows, say = self.worst("mart_warehouse_totals")[:most], self.say
        return [say.name(row["warehouse_name"]) for row in rows] + [
            f"{say.money(row['slow_value'])} · {say.percent(row['slow_share'], 0)}" for row in rows
        ]

    def items(self, most: int = WORST) -> list[str]:
        rows, say = self.worst("mart_item_totals")[:most], self.say
        return [say.name(row["item_name"]) for row in rows] + [
            f"{SHAPES[row['tier']]} {say.money(row['slow_value'])} · "
            + say("chart.idle_days", days=say.number(row["days_since_use"] or 0))
            for row in rows
        ]

    def ahead(self) -> list[str]:
        """The months ahead and what stands still at their end."""
        days = sorted({row["as_on"] for row in self.rows["mart_forward"]})
        slow = [
            sum(row["value"] for row in self.rows["mart_forward"] if row["as_on"] == day and row["is_slow"])
            for day in days
        ]
        return [*map(self.say.month, days[1:]), *map(self.say.money, slow)]

    def next_on_the_wall(self) -> list[str]:
        say = self.say
        figures = []
        for days in (7, 30, 90):
            figures += [say.money(self.totals[f"crossing_value_{days}"]), say("wall.within", days=days)]
        rows = [row for row in self.rows["mart_crossings"] if row["is_next"]]
        rows.sort(key=lambda row: (row["days_left"], -row["value"], row["item_id"], row["warehouse_id"]))
        for row in rows[:FIRST]:
            when = say(
                "wall.crosses", state=say(f"state.{row['to_state']}"), days=say.number(row["days_left"])
            )
            figures += [
                say.name(row["item_name"]),
                f"{say.name(row['warehouse_name'])} · {when}",
                say.money(row["value"]),
            ]
        return with_digits(figures)

    def changes(self) -> list[str]:
        rows = {row["change"]: row for row in self.rows["mart_change_totals"]}
        return [
            text
            for change in CHANGES
            for text in (
                self.say.money(rows[change]["value"]),
                self.say("wall.items", count=self.say.number(rows[change]["item_count"])),
            )
        ]

    def bridge(self) -> list[str]:
        bars = {row["bar"]: row["value"] for row in self.rows["mart_bridge"]}
        net = bars.pop("closing") - bars.pop("opening")
        return [self.say.change(value) for value in (*bars.values(), net) if value]

    def handling(self) -> list[str]:
        [settings] = self.rows["mart_settings"]
        return [
            text
            for tier, (money, _) in TIER_COLUMNS.items()
            for text in (
                self.say.money(self.totals[money]),
                self.say("handling.deadline", days=settings[f"{FIELDS[tier]}_deadline_days"]),
            )
        ]

    def first(self) -> list[str]:
        rows = [row for row in self.rows["mart_tiered_stock"] if row["is_slow"]]
        rows.sort(key=lambda row: (row["tier"], -row["value"], row["item_id"], row["warehouse_id"]))
        said = []
        for row in rows[:FIRST]:
            where = f"{self.say.name(row['item_name'])} · {self.say.name(row['warehouse_name'])}"
            said.append(f"{SHAPES[row['tier']]} {where}")
            said.append(self.say("wall.owner", owner=row["buyer"]) if row["buyer"] else "")
            said.append(self.say.money(row["value"]))
        [recovered] = self.rows["mart_recovered"]
        return with_digits([*said, self.say.money(recovered["recovered_value"])])

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
        found = {
            "cost": self.totals["holding_cost_per_day"],
            "crossing": self.totals["crossing_value_30"],
            "recovered": self.rows["mart_recovered"][0]["recovered_value"],
        }
        lines = [(self.say.money(value), self.say(f"wall.{name}")) for name, value in found.items()]
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
    ages, shown, ahead, bridge, warehouses = (
        drawn(chart) for chart in page.locator(".stVegaLiteChart").all()
    )
    assert set(board.ahead()) <= set(ahead)
    assert set(board.bridge()) <= set(bridge)
    assert ages == [*board.ages(), *tiers, board.say("chart.ageing")]
    trend, months = board.trend()
    assert shown[-3:] == trend
    assert set(shown[:-3]) <= months
    slow = [tier_name(tier, board.say) for tier in TIER_COLUMNS]
    assert warehouses == [*board.warehouses(), *slow, board.say("chart.warehouses")]
    table = [cell for row in board.item_cells() for cell in row]
    cells = page.locator('[data-testid="stDataFrame"] [role="gridcell"]')
    expect(cells).to_have_text(table, timeout=30_000)
    looked_back_to = [row["as_on"] for row in board.rows["mart_trend"]]
    shown_day = date.fromisoformat(board.rows["mart_settings"][0]["as_of"])
    newest = board.rows["mart_data_status"][0]["newest_on"]
    days = [board.say.day(day) for day in (*looked_back_to, shown_day, newest)]
    drawn_there = [*ages, *shown, *ahead, *bridge, *warehouses]
    nothing_else(page, [*known, *drawn_there, *table, *days], board.frame(link))
    for card, money in board.exact().items():
        page.locator(f".st-key-card_{card} [data-testid='stTooltipIcon']").hover()
        page.get_by_test_id("stTooltipContent").get_by_text(money, exact=True).wait_for()
        page.mouse.move(0, 0)
        page.get_by_test_id("stTooltipContent").wait_for(state="detached")


def compare_wall(page: Page, board: Board, link: str) -> None:
    page.goto(f"/board?{link}&wall=1&lang={board.say.language}")
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
    pictures = []
    for scene, figures in (
        ("warehouses", board.warehouses(ON_THE_WALL)),
        ("items", board.items(ON_THE_WALL)),
    ):
        picture = drawn(page.locator(f".st-key-wall_picture_{scene}"))
        assert set(picture) >= {*figures, board.say(f"chart.{scene}")}
        pictures += picture
    ahead = drawn(page.locator(".st-key-wall_forward"))
    assert set(ahead) >= set(board.ahead())
    following, changes = board.next_on_the_wall(), board.changes()
    assert lines(page.locator(".st-key-wall_next")) == following
    assert lines(page.locator(".st-key-wall_kinds")) == changes
    bridge = drawn(page.locator(".st-key-wall_bridge"))
    assert set(board.bridge()) <= set(bridge)
    handling, first = board.handling(), board.first()
    assert lines(page.locator(".st-key-wall_handling")) == handling
    assert lines(page.locator(".st-key-wall_first")) == first
    known = [
        *money,
        *costs,
        *ages,
        *shown,
        *pictures,
        *ahead,
        *following,
        *changes,
        *bridge,
        *handling,
        *first,
    ]
    nothing_else(page, known, board.frame(link))


@pytest.mark.parametrize("link", LINKS)
def test_every_figure_on_the_board_is_what_show_says(page: Page, sample_home: Path, link: str) -> None:
    rows = {view: show(sample_home, view, link) for view in VIEWS}
    assert rows["mart_totals"][0]["slow_value"] > 0
    for language in LOCALES:
        board = Board(rows, Words(language, currency=rows["mart_totals"][0]["currency"]))
        compare_desk(page, board, link)
        compare_wall(page, board, link)
