"""A policy on trial beside the one in force: money, items and states, what moves, whom it keeps busy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import streamlit as st

from components import filter_bar, handling, tables
from components.answers import Row
from components.charts.palette import tier_name
from components.filter_bar import Asked
from components.kpis import COLOURS
from components.navigation import ITEM, go
from components.states import plain
from components.words import Words
from queries.filters import FIELDS, SCOPE

DECIDED = ("tier", "state")
"""Filters that thresholds decide: a trial looks at all of them."""
STATE_COLUMNS = ("state", "now_items", "trial_items", "now_value", "trial_value", "value_change")
MOVER_COLUMNS = (
    "item_name", "now_tier", "trial_tier", "value", "days_since_use", "now_state", "trial_state", "item_id",
)  # fmt: skip
ROWS_HIGH = 7
OWNERS = ("buyer", "category", "warehouse")
WORK_COLUMNS = (
    "owner", "new_red_items", "new_red_value", "new_standard_items", "new_standard_value", "freed_items",
    "freed_value",
)  # fmt: skip
DAYS_SEEN = ("watch_after_days", "slow_after_days", "dead_after_days", "demand_window_days")


def undecided(asked: Asked) -> Asked:
    """The same question of every tier and state."""
    all_of_them = dict.fromkeys(DECIDED)
    return replace(
        asked, chosen=asked.chosen.where(**all_of_them), filters=asked.filters.where(**all_of_them)
    )


def differences(asked: Asked, now: Row) -> list[str]:
    """What the trial sets otherwise than the policy, in words; `now` is the policy's row of mart_settings."""
    say, trial = asked.say, asked.settings
    return [
        say("trial.difference", name=say(f"filter.{n}"), now=_said(n, now, say), trial=_said(n, trial, say))
        for n in FIELDS
        if n not in SCOPE and now[n] != trial[n]
    ]


def _said(name: str, settings: Row, say: Words) -> str:
    value = settings[name]
    if value is None:
        return say.number(0) if name in filter_bar.POLICY_PARTS else say("word.none")
    return filter_bar.said(name, value, say)


def changed(asked: Asked, now: Row) -> None:
    """The differences in one line; says so where there are none."""
    found, number = differences(asked, now), asked.say.number(asked.settings["policy_version"])
    if found:
        said = plain(" · ".join(found))
        st.markdown(f"**{asked.say('trial.differs', number=number)}** {said}", width="stretch")
    else:
        st.markdown(asked.say("trial.same", number=number), width="stretch")


def left_aside(asked: Asked) -> None:
    """Say that the link's tier and state are not asked here."""
    if any(getattr(asked.chosen, name) for name in DECIDED):
        st.caption(asked.say("trial.left_aside"))


def too_short(asked: Asked) -> None:
    """Which limits look further back than the records do."""
    say, settings = asked.say, asked.settings
    oldest: date | None = settings["oldest_on"]
    if oldest is None:
        return
    days = (settings["as_of"] - oldest).days
    beyond = [say(f"filter.{name}") for name in DAYS_SEEN if settings[name] > days]
    if beyond:
        names = say("word.comma").join(beyond)
        text = say("trial.too_short", day=say.day(oldest), days=say.number(days), names=names)
        st.warning(plain(text), icon=":material/history_toggle_off:")


def tiers(asked: Asked, now: Sequence[Row], trial: Sequence[Row]) -> None:
    """A card a tier: money and items on trial, and how both differ from now; rows of mart_stock_parts."""
    say = asked.say
    before = _of("tier", now)
    places = [*st.columns(2), *st.columns(2)]
    for place, (tier, row) in zip(places, _of("tier", trial).items(), strict=True):
        with place, st.container(border=True, key=f"trial_{tier}", gap="xsmall", height="stretch"):
            name = tier_name(tier, say)
            st.markdown(f":{COLOURS[tier]}[**{name}**]" if tier in COLOURS else f"**{name}**")
            was = before[tier]
            change = row["value"] - was["value"]
            st.metric(
                name,
                say.money(row["value"]),
                delta=say.change(change) if change else say("trial.unchanged"),
                delta_color="off",
                delta_arrow="up" if change > 0 else "down" if change < 0 else "off",
                help=say.money_exact(row["value"]),
                label_visibility="collapsed",
            )
            items, were = row["item_count"], was["item_count"]
            facts = {"items": say.number(items), "now": say.number(were), "money": say.money(was["value"])}
            st.caption(say("trial.items", **facts))


def states(asked: Asked, now: Sequence[Row], trial: Sequence[Row]) -> None:
    """Items and money by state, now and on trial; rows of mart_stock_parts."""
    say, before = asked.say, _of("state", now)
    rows = [
        {
            "state": state,
            "now_items": before[state]["item_count"],
            "trial_items": row["item_count"],
            "now_value": before[state]["value"],
            "trial_value": row["value"],
            "value_change": row["value"] - before[state]["value"],
        }
        for state, row in _of("state", trial).items()
    ]
    title = say("trial.states")
    tables.table(rows, STATE_COLUMNS, say, key="trial_states", title=title, opens=False)


def _of(part: str, rows: Sequence[Row]) -> Mapping[str, Row]:
    ordered = sorted((row for row in rows if row["part"] == part), key=lambda row: row["place"])
    return {row["code"]: row for row in ordered}


def movers(asked: Asked, rows: Sequence[Row], most: int) -> None:
    """Items that change tier, most money first; a row opens the item. Rows of mart_movers."""
    say = asked.say
    if not rows:
        st.caption(say("trial.movers.none"))
        return
    shown = [{**row, "trial_tier": row["tier"], "trial_state": row["state"]} for row in rows[:most]]
    clicked = tables.table(shown, MOVER_COLUMNS, say, key="trial_movers", rows_high=ROWS_HIGH)
    if len(rows) > most:
        st.caption(say("trial.movers.more", count=say.number(most)))
    if clicked is not None:
        go(ITEM, asked.link(item=rows[clicked]["item_id"]))


def owner(say: Words) -> str:
    """By whom the work is told: the reader's choice."""
    return str(
        st.segmented_control(
            say("trial.owner"),
            OWNERS,
            default=OWNERS[0],
            required=True,
            format_func=lambda name: say(f"owner.{name}"),
            key="trial_owner",
        )
    )


def work(asked: Asked, rows: Sequence[Row]) -> None:
    """What becomes urgent or due per owner, and until when; rows of mart_work, most new work first."""
    say, settings = asked.say, asked.settings
    due = [
        f"{tier_name(tier, say)}: {handling.deadline(tier, settings, say)} · "
        f"{handling.approver(tier, settings, say)}"
        for tier in ("R", "S")
    ]
    st.caption(plain("  \n".join(due)))
    if not rows:
        st.caption(say("trial.work.none"))
        return
    named = [{**row, "owner": row["owner_name"] or row["owner"] or say("word.none")} for row in rows]
    tables.table(named, WORK_COLUMNS, say, key="trial_work", rows_high=ROWS_HIGH, opens=False)
