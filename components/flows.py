"""The flow from supplier to customer in numbers and rows, what is off in it, and where each link leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import tables
from components.answers import Row
from components.charts import flow
from components.filter_bar import Asked
from components.navigation import QUALITY, STOCK, UPLOAD, door, go

STAGES = ("ordered", "transit", "held", "wanted")
SOURCES: Mapping[str, str] = {"purchase_orders": "flow.needs_purchases", "sales_orders": "flow.needs_sales"}
"""Table of the contract to the sentence that says what it would show."""
COLUMNS = ("link", "off", "value", "item_count")
FINDINGS: Mapping[str, str] = {"lost": "lost_in_transit", "owed": "negative_stock"}
"""Anomaly to the finding of the quality page that lists its rows."""
STANDING = "watch,slow,dead,obsolete"
ROWS_HIGH = 12


def totals(asked: Asked, row: Row) -> None:
    """`row` of mart_flow_totals: the money at each stage, and how much of it is off."""
    say = asked.say
    with st.container(horizontal=True, key="flow_totals", gap="medium"):
        for stage in STAGES:
            value, off = row[f"{stage}_value"], row[f"{stage}_off_value"]
            st.metric(
                say(f"flow.{stage}"),
                say.money(value),
                delta=say(f"flow.{stage}.off", money=say.money(off)) if off else None,
                delta_color="off",
                delta_arrow="off",
                help=say.money_exact(value),
                width="content",
            )


def links(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_flow_links as a table, what is off first; a row clicked is a door."""
    say, named = asked.say, flow.names(rows, asked.say)
    ordered = sorted(rows, key=lambda row: row["anomaly"] is None)
    shown = [
        {
            **row,
            "link": f"{named[row['from_kind'], row['from_id']]} → {named[row['to_kind'], row['to_id']]}",
            "off": f"▲ {say('anomaly.' + row['anomaly'])}" if row["anomaly"] else None,
        }
        for row in ordered
    ]
    clicked = tables.table(
        shown, COLUMNS, say, key="flow_links", title=say("flow.links"), rows_high=ROWS_HIGH
    )
    if clicked is not None:
        follow(asked, ordered[clicked])


def follow(asked: Asked, row: Row) -> None:
    """Leave for the rows behind a link: the finding, the supplier's or the warehouse's stock."""
    if row["anomaly"] in FINDINGS:
        go(QUALITY, {**asked.link(), "at": FINDINGS[row["anomaly"]]})
    ends = {row["from_kind"]: row["from_id"], row["to_kind"]: row["to_id"]}
    changes = {kind: code for kind, code in ends.items() if kind in ("supplier", "warehouse") and code}
    if row["anomaly"] == "unneeded":
        changes["state"] = STANDING
    go(STOCK, asked.link(**changes))


def missing(asked: Asked, tables_loaded: Sequence[Row]) -> None:
    """`tables_loaded` of mart_tables: which file would show the stages that nothing is known of."""
    say = asked.say
    counts = {row["table_name"]: row["row_count"] for row in tables_loaded}
    for table, sentence in SOURCES.items():
        if not counts.get(table):
            with st.container(horizontal=True, key=f"flow_needs_{table}", vertical_alignment="center"):
                st.markdown(f":material/upload_file: {say(sentence)}", width="content")
                door(UPLOAD, say("upload.title"), {"lang": say.language})
