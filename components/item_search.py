"""Finding an item by code or name, and what to say where there is none."""

from __future__ import annotations

import streamlit as st

from components import answers, tables
from components.filter_bar import Asked
from components.navigation import ITEM, door, go
from components.states import plain
from queries.filters import Filters

LISTED = 20
COLUMNS: tuple[str, ...] = (
    "item_name",
    "item_id",
    "category",
    "slow_value",
    "value",
    "tier",
    "state",
    "days_since_use",
)
UNSTOCKED = ("item_name", "item_id", "category", "material_type")


def choose(asked: Asked) -> None:
    """A search over code and name, and the items with most slow stock that it finds."""
    say, current = asked.say, asked.chosen.search or ""
    typed = st.text_input(
        say("item.search"),
        value=current,
        key=f"item_search_{current}",
        placeholder=say("item.search.hint"),
        icon=":material/search:",
        width=480,
    )
    if typed.strip() != current:
        go(ITEM, asked.link(item=None, search=typed.strip() or None))
    rows = answers.ask("mart_item_totals", asked.filters, sort=[("slow_value", True)], limit=LISTED)
    columns = COLUMNS
    if rows:
        st.caption(say("item.listed", count=say.number(len(rows))))
    else:
        rows = answers.ask("mart_item_profiles", asked.filters, sort=[("item_id", False)], limit=LISTED)
        columns = UNSTOCKED
        st.caption(say("item.listed.unstocked") if rows else say("item.none"))
    if rows:
        clicked = tables.table(rows, columns, say, key=f"items_{current}")
        if clicked is not None:
            go(ITEM, asked.link(item=rows[clicked]["item_id"], search=None))


def missing(asked: Asked) -> None:
    """The item named is not among the items, or the other filters leave nothing of it."""
    say, item = asked.say, asked.chosen.item or ""
    alone = Filters(item=item, data_version=asked.filters.data_version, as_of=asked.chosen.as_of)
    is_known = bool(answers.ask_one("mart_item_profiles", alone))
    others = {
        name: None for name in asked.chosen.variables() if name not in {"item", "as_of", "data_version"}
    }
    with st.container(border=True, key="item_missing"):
        st.subheader(f":material/search_off: {say('item.missing')}", anchor=False)
        st.markdown(say("item.filtered" if is_known else "item.unknown", item=plain(item)))
        if is_known:
            door(ITEM, say("item.unfiltered"), asked.link(**others), icon=":material/filter_alt_off:")
        door(ITEM, say("item.others"), asked.link(item=None), icon=":material/search:")
