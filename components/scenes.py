"""The wall's scenes: at most seven things each, one question a scene, always with its stamp."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import states, wall
from components.answers import Row
from components.charts import ageing, palette, parts, ranking, trend
from components.charts.palette import tier_name
from components.filter_bar import Asked, sentence
from components.kpis import TIER_COLUMNS
from components.words import Words

HALF, WHOLE = 852, 1808
"""Widths in CSS pixels of the wall's right half and of a picture alone, as wall.css lays them out."""
AGES_HEIGHT, TREND_HEIGHT, PICTURE_HEIGHT, PARTS_HEIGHT = 470, 364, 890, 30
PARTS_WIDTH = 900


def overview(asked: Asked, totals: Row, buckets: Sequence[Row], months: Sequence[Row]) -> None:
    """How much stands still, how old it is, what it costs and where it is going."""
    say, look = asked.say, palette.look(is_wall=True)
    with st.container(key="wall", gap=None):
        _head(asked)
        with wall.part("money"):
            wall.text("hero", say.money(totals["slow_value"]))
            wall.text(
                "of",
                say("wall.of", value=say.money(totals["value"]), share=say.percent(totals["slow_share"])),
            )
            wall.text("since", _since(say, totals))
            with wall.part("parts"):
                parts.draw(totals, look, say, height=PARTS_HEIGHT, width=PARTS_WIDTH)
            with st.container(key="wall_tiers", horizontal=True, gap=None):
                for tier, (money, _) in TIER_COLUMNS.items():
                    with wall.part(f"tier_{tier}"):
                        wall.text(f"figure_{tier}", say.money(totals[money]))
                        wall.text(f"label_{tier}", tier_name(tier, say))
        with wall.part("ages"):
            ageing.draw(buckets, look, say, height=AGES_HEIGHT, width=HALF)
        with wall.part("costs"):
            _cost("cost", say.money(totals["holding_cost_per_day"]), say("wall.cost"))
            _cost("crossing", say.money(totals["crossing_value_30"]), say("wall.crossing"))
            _cost("new", _new(say, totals), say("wall.new"))
        with wall.part("trend"):
            trend.draw(months, look, say, height=TREND_HEIGHT, width=HALF)


def warehouses(asked: Asked, rows: Sequence[Row]) -> None:
    """Where it stands."""
    with st.container(key="wall", gap=None):
        _head(asked)
        with wall.part("picture"):
            ranking.warehouses(
                rows, palette.look(is_wall=True), asked.say, height=PICTURE_HEIGHT, width=WHOLE
            )


def items(asked: Asked, rows: Sequence[Row]) -> None:
    """What it is."""
    with st.container(key="wall", gap=None):
        _head(asked)
        with wall.part("picture"):
            ranking.items(rows, palette.look(is_wall=True), asked.say, height=PICTURE_HEIGHT, width=WHOLE)


def _head(asked: Asked) -> None:
    if text := states.stale(asked):
        wall.text("stale", text)
    with st.container(key="wall_head", horizontal=True, gap=None):
        wall.text("title", f"{asked.say('board.title')} · {sentence(asked)}")
        wall.text("stamp", states.stamp(asked))


def _cost(name: str, figure: str, label: str) -> None:
    with st.container(key=f"wall_cost_{name}", horizontal=True, gap=None):
        wall.text(f"figure_{name}", figure)
        wall.text(f"label_{name}", label)


def _new(say: Words, totals: Row) -> str:
    return say.money(totals["new_slow_value"]) if totals["prior_on"] else say("word.none")


def _since(say: Words, totals: Row) -> str:
    if totals["prior_on"] is None:
        return say("kpi.new.no_prior")
    change = totals["slow_value_change"]
    arrow = "▲" if change > 0 else "▼" if change < 0 else "="
    return say("wall.since", change=f"{arrow} {say.change(change)}", day=say.day(totals["prior_on"]))
