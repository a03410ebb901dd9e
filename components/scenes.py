"""The wall's scenes: at most seven things each, one question a scene, under one head and above one foot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components import answers, handling, pulse, questions, sharing, wall
from components.answers import Row
from components.charts import ageing, bridge, forward, palette, parts, ranking, trend
from components.charts.palette import SHAPES, tier_name
from components.filter_bar import Asked, sentence
from components.kpis import TIER_COLUMNS
from components.words import Words

HALF, WHOLE = 852, 1808
"""Widths in CSS pixels of the wall's right half and of a picture alone, as wall.css lays them out."""
AGES_HEIGHT, TREND_HEIGHT, PICTURE_HEIGHT, PARTS_HEIGHT = 424, 344, 800, 30
BRIDGE_HEIGHT, FORWARD_HEIGHT = 540, 790
MOST, FIRST = 7, 3
"""Bars of a scene, lines of a list."""
PARTS_WIDTH, CODE_SIDE = 900, 104
CHANGES: Mapping[str, str] = {"new": "▲", "worse": "▲", "better": "▼", "cleared": "▼"}
"""Kind of change to the mark that tells whether it is for the worse."""


@dataclass(frozen=True)
class Answers:
    """What the scenes show: rows of the marts, asked for before anything is drawn.

    totals and recovered are one row each; crossings and actions the few that matter most, in order.
    """

    totals: Row
    buckets: Sequence[Row]
    months: Sequence[Row]
    warehouses: Sequence[Row]
    items: Sequence[Row]
    ahead: Sequence[Row]
    crossings: Sequence[Row]
    changes: Sequence[Row]
    steps: Sequence[Row]
    actions: Sequence[Row]
    recovered: Row


def ask(asked: Asked, totals: Row) -> Answers:
    """Everything at once, so that no scene shows other data than the one before it."""
    return Answers(
        totals=totals,
        buckets=questions.buckets(asked),
        months=questions.months(asked),
        warehouses=questions.warehouses(asked, MOST),
        items=questions.worst_items(asked, MOST),
        ahead=questions.ahead(asked),
        crossings=questions.crossings(asked, FIRST),
        changes=answers.ask("mart_change_totals", asked.filters),
        steps=questions.steps(asked),
        actions=questions.worst_lots(asked, FIRST),
        recovered=answers.ask_one("mart_recovered", asked.filters),
    )


def draw(asked: Asked, found: Answers) -> None:
    """The wall: the scenes that the address names, on top of each other; the stylesheet turns them."""
    named = wall.scenes()
    with st.container(key="wall", gap=None):
        _head(asked, is_turning=len(named) > 1)
        with st.container(key="wall_scenes", gap=None):
            for name in named:
                with st.container(key=f"scene_{name}", gap=None):
                    SCENES[name](asked, found)
        with st.container(key="wall_foot", gap=None):
            pulse.beat(asked)


def overview(asked: Asked, found: Answers) -> None:
    """How much stands still, how old it is, what it costs and where it is going."""
    say, look, totals = asked.say, palette.look(is_wall=True), found.totals
    with wall.part("money"):
        wall.text("hero", say.money(totals["slow_value"]))
        wall.text(
            "of", say("wall.of", value=say.money(totals["value"]), share=say.percent(totals["slow_share"]))
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
        ageing.draw(found.buckets, look, say, height=AGES_HEIGHT, width=HALF)
    with wall.part("costs"):
        _figure("cost", say.money(totals["holding_cost_per_day"]), say("wall.cost"))
        _figure("crossing", say.money(totals["crossing_value_30"]), say("wall.crossing"))
        if found.recovered["is_known"]:
            _figure("recovered", say.money(found.recovered["recovered_value"]), say("wall.recovered"))
        else:
            _figure("new", _new(say, totals), say("wall.new"))
    with wall.part("trend"):
        trend.draw(found.months, look, say, height=TREND_HEIGHT, width=HALF)


def warehouses(asked: Asked, found: Answers) -> None:
    """Where it stands."""
    with wall.part("picture_warehouses"):
        ranking.warehouses(
            found.warehouses, palette.look(is_wall=True), asked.say, height=PICTURE_HEIGHT, width=WHOLE
        )


def items(asked: Asked, found: Answers) -> None:
    """What it is."""
    with wall.part("picture_items"):
        ranking.items(found.items, palette.look(is_wall=True), asked.say, height=PICTURE_HEIGHT, width=WHOLE)


def ages(asked: Asked, found: Answers) -> None:
    """What will stand still if nothing is done, and what crosses its next limit first."""
    say, totals = asked.say, found.totals
    with wall.part("forward"):
        forward.draw(found.ahead, palette.look(is_wall=True), say, height=FORWARD_HEIGHT, width=WHOLE // 2)
    with wall.part("next"):
        wall.text("heading_next", say("wall.next"))
        for days in (7, 30, 90):
            figure = say.money(totals[f"crossing_value_{days}"])
            _figure(f"within_{days}", figure, say("wall.within", days=days))
        for n, row in enumerate(found.crossings):
            _line(
                f"crossing_{n}",
                say.name(row["item_name"]),
                f"{say.name(row['warehouse_name'])} · {_crosses(say, row)}",
                say.money(row["value"]),
            )


def changes(asked: Asked, found: Answers) -> None:
    """What became slow, worse, better or was cleared since last time, and why."""
    say = asked.say
    if found.totals["prior_on"] is None:
        with wall.part("alone"):
            wall.text("of_before", say("kpi.new.no_prior"))
        return
    rows = {row["change"]: row for row in found.changes}
    with st.container(key="wall_kinds", horizontal=True, gap=None):
        for kind, mark in CHANGES.items():
            with wall.part(f"kind_{kind}"):
                wall.text(f"figure_{kind}_since", say.money(rows[kind]["value"]))
                wall.text(f"label_{kind}_since", f"{mark} {say(f'change.{kind}')}")
                wall.text(f"note_{kind}_since", say("wall.items", count=say.number(rows[kind]["item_count"])))
    with wall.part("bridge"):
        bridge.draw(found.steps, palette.look(is_wall=True), say, height=BRIDGE_HEIGHT, width=WHOLE)


def actions(asked: Asked, found: Answers) -> None:
    """How each tier is handled, and which lots come first."""
    say = asked.say
    with st.container(key="wall_handling", horizontal=True, gap=None):
        for tier, (money, _) in TIER_COLUMNS.items():
            with wall.part(f"handling_{tier}"):
                wall.text(f"label_{tier}_act", f"{tier_name(tier, say)} · {say(f'tier.{tier}.act')}")
                wall.text(f"figure_{tier}_act", say.money(found.totals[money]))
                wall.text(f"note_{tier}_deadline", handling.deadline(tier, asked.settings, say))
                wall.text(f"note_{tier}_approver", handling.approver(tier, asked.settings, say))
    with wall.part("first"):
        wall.text("heading_first", say("wall.first"))
        for n, row in enumerate(found.actions):
            owner = say("wall.owner", owner=row["buyer"]) if row["buyer"] else say("wall.no_owner")
            _line(
                f"action_{n}",
                f"{SHAPES[row['tier']]} {say.name(row['item_name'])} · {say.name(row['warehouse_name'])}",
                owner,
                say.money(row["value"]),
            )
        if found.recovered["is_known"]:
            _line("recovered", say("wall.recovered.title"), "", say.money(found.recovered["recovered_value"]))


SCENES: Mapping[str, Callable[[Asked, Answers], None]] = {
    "overview": overview,
    "warehouses": warehouses,
    "ages": ages,
    "items": items,
    "changes": changes,
    "actions": actions,
}


def _head(asked: Asked, *, is_turning: bool) -> None:
    with st.container(key="wall_head", horizontal=True, gap=None):
        with wall.part("question"):
            wall.text("title", asked.say("board.title"))
            wall.text("sentence", sentence(asked))
        if is_turning:
            wall.text("turn", asked.say("wall.turn"))
        if code := sharing.code(asked):
            with wall.part("code"):
                st.image(code, width=CODE_SIDE, alt=asked.say("share.code"))


def _figure(name: str, figure: str, label: str) -> None:
    with st.container(key=f"wall_cost_{name}", horizontal=True, gap=None):
        wall.text(f"figure_{name}", figure)
        wall.text(f"label_{name}", label)


def _line(name: str, what: str, note: str, money: str) -> None:
    """One row of a list: what it is, what is to say of it, and how much money."""
    with st.container(key=f"wall_line_{name}", horizontal=True, gap=None):
        wall.text(f"what_{name}", what)
        wall.text(f"note_{name}", note)
        wall.text(f"sum_{name}", money)


def _crosses(say: Words, row: Row) -> str:
    return say("wall.crosses", state=say(f"state.{row['to_state']}"), days=say.number(row["days_left"]))


def _new(say: Words, totals: Row) -> str:
    return say.money(totals["new_slow_value"]) if totals["prior_on"] else say("word.none")


def _since(say: Words, totals: Row) -> str:
    if totals["prior_on"] is None:
        return say("kpi.new.no_prior")
    change = totals["slow_value_change"]
    arrow = "▲" if change > 0 else "▼" if change < 0 else "="
    return say("wall.since", change=f"{arrow} {say.change(change)}", day=say.day(totals["prior_on"]))
