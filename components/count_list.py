"""How much of the stock is counted in time, and what to count next."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import tables
from components.answers import Row
from components.filter_bar import Asked
from components.navigation import COUNT, ITEM, go

CLASSES = (
    "count_class", "interval_days", "counted_value_share", "counted_share", "overdue_count", "never_count",
    "value", "position_count",
)  # fmt: skip
WAREHOUSES = (
    "warehouse_name", "counted_value_share", "counted_share", "overdue_count", "never_count", "value",
    "position_count",
)  # fmt: skip
LISTED = (
    "item_name", "value", "state", "due", "warehouse_name", "count_class", "last_counted_on", "item_id",
)  # fmt: skip


def coverage(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_count_coverage: each class and each warehouse; a click looks into one warehouse."""
    say = asked.say
    classes = [row for row in rows if row["level"] == 1]
    places = [row for row in rows if row["level"] == 2]
    left, right = st.columns([4, 5])
    with left, st.container(border=True):
        st.markdown(f"**{say('count.by_class')}**")
        tables.table(classes, CLASSES, say, key="count_classes", title=say("count.by_class"), opens=False)
        st.caption(say("count.by_class.text"))
    with right, st.container(border=True):
        st.markdown(f"**{say('count.coverage.by_warehouse')}**")
        clicked = tables.table(
            places,
            WAREHOUSES,
            say,
            key="count_coverage",
            title=say("count.coverage.by_warehouse"),
            rows_high=6,
        )
        if clicked is not None:
            go(COUNT, {**asked.link(warehouse=places[clicked]["warehouse_id"]), "at": "next"})


def due(asked: Asked, rows: Sequence[Row], skipped: int) -> None:
    """`rows` of mart_count_plan: slow stock first, then by value; a click opens the item's story."""
    say = asked.say
    st.markdown(f"**{say('count.next')}**")
    if not rows:
        st.caption(say("count.next.none"))
        return
    st.caption(say("count.next.text", count=say.number(asked.settings["count_plan_positions"])))
    shown = [{**row, "due": say(f"count.due.{row['due']}")} for row in rows]
    clicked = tables.table(shown, LISTED, say, key=f"count_plan_{skipped}", title=say("count.next"))
    if clicked is not None:
        go(ITEM, asked.link(item=rows[clicked]["item_id"]))
