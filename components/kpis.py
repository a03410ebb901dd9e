"""Key numbers: a label, the number, what changed, and a door to the stock behind it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.answers import Row
from components.charts.palette import tier_name
from components.filter_bar import Asked
from components.navigation import STOCK, door

COLOURS: Mapping[str, str] = {"R": "red", "S": "orange", "T": "blue"}
TIER_COLUMNS: Mapping[str, tuple[str, str]] = {
    "R": ("red_value", "red_item_count"),
    "S": ("standard_value", "standard_item_count"),
    "T": ("temporary_value", "temporary_item_count"),
}


def card(
    key: str,
    label: str,
    value: str,
    *,
    note: str = "",
    exact: str = "",
    opens: str = "",
    link: Mapping[str, str] | None = None,
) -> None:
    """One number in a card of its own; `exact` stands in its help, `opens` names the door behind it."""
    with st.container(border=True, key=f"card_{key}", gap="xsmall", height="stretch"):
        st.metric(label, value, help=exact or None)
        if note:
            st.caption(note)
        if link is not None:
            door(STOCK, opens, link, icon=":material/arrow_forward:")


def money_row(asked: Asked, totals: Row) -> None:
    """Value, slow value, holding cost and what crosses next: four doors of mart_totals."""
    say = asked.say
    first, second, third, fourth = st.columns(4)
    with first:
        card(
            "value",
            say("kpi.value"),
            say.money(totals["value"]),
            note=say(
                "kpi.value.note",
                items=say.number(totals["item_count"]),
                qty=say.number(totals["qty"]),
                places=totals["warehouse_count"],
            ),
            exact=say.money_exact(totals["value"]),
            opens=say("door.stock"),
            link=asked.link(),
        )
    with second:
        card(
            "slow",
            say("kpi.slow"),
            say.money(totals["slow_value"]),
            note=say(
                "kpi.slow.note",
                share=say.percent(totals["slow_share"]),
                items=say.number(totals["slow_item_count"]),
            ),
            exact=say.money_exact(totals["slow_value"]),
            opens=say("door.slow"),
            link=asked.link(tier="R,S,T"),
        )
    with third:
        card(
            "new",
            say("kpi.new"),
            say.money(totals["new_slow_value"]) if totals["prior_on"] else say("word.none"),
            note=_change(asked, totals),
            exact=say.money_exact(totals["new_slow_value"]),
            opens=say("door.watch"),
            link=asked.link(state="watch"),
        )
    with fourth:
        card(
            "cost",
            say("kpi.cost"),
            say.money(totals["holding_cost_per_day"]),
            note=say("kpi.crossing", money=say.money(totals["crossing_value_30"])),
            exact=say.money_exact(totals["holding_cost_per_day"]),
            opens=say("door.excess"),
            link=asked.link(state="excess"),
        )


def tier_row(asked: Asked, totals: Row) -> None:
    """The three tiers: mark, word, money, number of items."""
    say = asked.say
    for place, (tier, (money, count)) in zip(st.columns(3), TIER_COLUMNS.items(), strict=True):
        with place, st.container(border=True, key=f"card_{tier}", gap="xsmall"):
            st.markdown(f":{COLOURS[tier]}[**{tier_name(tier, say)}**] · {say(f'tier.{tier}.act')}")
            st.metric(
                say(f"tier.{tier}"),
                say.money(totals[money]),
                label_visibility="collapsed",
            )
            door(
                STOCK,
                say("door.items", count=say.number(totals[count])),
                asked.link(tier=tier),
                icon=":material/arrow_forward:",
            )


def _change(asked: Asked, totals: Row) -> str:
    say = asked.say
    if totals["prior_on"] is None:
        return say("kpi.new.no_prior")
    return say(
        "kpi.new.note",
        cleared=say.money(totals["cleared_slow_value"]),
        change=say.change(totals["slow_value_change"]),
        day=say.day(totals["prior_on"]),
    )
