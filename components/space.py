"""The room that slow stock takes: key numbers, the warehouses as rows, and what nobody measured."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import tables
from components.answers import Row
from components.filter_bar import Asked
from components.navigation import STOCK, UPLOAD, door, go
from components.states import plain

COLUMNS = (
    "warehouse_name", "region", "slow_volume_m3", "slow_used_share", "volume_m3", "used_share",
    "capacity_m3", "free_m3", "slow_value", "unmeasured_count",
)  # fmt: skip
OPTIONAL = ("slow_used_share", "used_share", "capacity_m3", "free_m3")
STANDING = "watch,slow,dead,obsolete"
ROWS_HIGH = 14


def totals(asked: Asked, row: Row) -> None:
    """`row` of mart_space_totals: room taken, room that slow stock would give back."""
    say = asked.say
    with st.container(horizontal=True, key="space_totals", gap="medium"):
        slow = say("space.m3", volume=say.number(row["slow_volume_m3"], 1))
        st.metric(say("space.releasable"), slow, help=say("space.releasable.text"), width="content")
        if row["slow_used_share"] is not None:
            share = say.percent(row["slow_used_share"])
            st.metric(say("column.slow_used_share"), share, width="content")
        volume = say("space.m3", volume=say.number(row["volume_m3"], 1))
        st.metric(say("column.volume_m3"), volume, width="content")
        if row["used_share"] is not None:
            st.metric(say("column.used_share"), say.percent(row["used_share"]), width="content")


def unknown(asked: Asked, row: Row) -> None:
    """`row` of mart_space_totals: stock without a volume, warehouses without a capacity, and the file."""
    say = asked.say
    sentences = []
    if row["unmeasured_count"]:
        facts = {
            "count": say.number(row["unmeasured_count"]),
            "all": say.number(row["position_count"]),
            "money": say.money(row["unmeasured_value"]),
        }
        sentences.append(say("space.unmeasured", **facts))
    if row["boundless_count"]:
        facts = {"count": say.number(row["boundless_count"]), "all": say.number(row["warehouse_count"])}
        sentences.append(say("space.boundless", **facts))
    for number, sentence in enumerate(sentences):
        with st.container(horizontal=True, key=f"space_unknown_{number}", vertical_alignment="center"):
            st.markdown(f":material/straighten: {plain(sentence)}", width="content")
            door(UPLOAD, say("upload.title"), {"lang": say.language})


def warehouses(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_space; a row clicked leads to the warehouse's slow stock."""
    columns = [c for c in COLUMNS if c not in OPTIONAL or any(row[c] is not None for row in rows)]
    clicked = tables.table(rows, columns, asked.say, key="space_warehouses", rows_high=ROWS_HIGH)
    if clicked is not None:
        follow(asked, rows[clicked]["warehouse_id"])


def follow(asked: Asked, warehouse: str) -> None:
    """Leave for what stands still in that warehouse."""
    go(STOCK, asked.link(warehouse=warehouse, state=STANDING))
