"""The document a layer came with: its lines, and where the money came from."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import tables
from components.answers import Row
from components.filter_bar import Asked
from components.navigation import ITEM, door, go
from components.states import plain
from components.story import received
from components.words import Words

LAYER_COLUMNS = (
    "item_name", "warehouse_name", "lot_id", "status", "bin", "received_on", "age_days", "qty", "unit",
    "value", "tier",
)  # fmt: skip
LINE_COLUMNS = (
    "posted_on", "line_no", "kind", "item_name", "item_id", "warehouse_name", "lot_id", "qty", "unit",
    "unit_cost", "reference_id", "partner_name",
)  # fmt: skip
OPTIONAL = ("lot_id", "bin", "unit_cost", "reference_id", "partner_name", "line_no", "warehouse_name")
HIGH = 12


def draw(asked: Asked, lines: Sequence[Row], layers: Sequence[Row]) -> None:
    """`lines` of mart_document_lines and the rows of mart_placed_layers that came with it."""
    say = asked.say
    if not lines:
        with st.container(border=True, key="no_document"):
            st.markdown(f":material/find_in_page: {say('document.none')}")
    else:
        origin(asked, lines)
    st.subheader(say("document.layers"), anchor=False)
    told = [{**row, "received_on": received(row, say)} for row in layers]
    clicked = tables.table(
        told, tables.filled(layers, LAYER_COLUMNS, OPTIONAL), say, key="document_layers", rows_high=HIGH
    )
    if clicked is not None:
        go(ITEM, asked.link(item=layers[clicked]["item_id"], group_by=None, document=None))
    if lines:
        st.subheader(say("document.lines", count=say.number(len(lines))), anchor=False)
        columns = tables.filled(lines, LINE_COLUMNS, OPTIONAL)
        tables.table(lines, columns, say, key="document_lines", rows_high=HIGH, opens=False)


def origin(asked: Asked, lines: Sequence[Row]) -> None:
    """When and what it was, the order it refers to, who sold and who bought, as far as is known."""
    say, item = asked.say, asked.chosen.item
    line = next((each for each in lines if each["item_id"] == item), lines[0])
    known = [
        ("posted_on", say.day(line["posted_on"])),
        ("kind", say(f"kind.{line['kind']}")),
        *(
            (column, plain(say.name(line[column])))
            for column in ("reference_id", "supplier_name", "buyer")
            if line[column]
        ),
    ]
    if line["has_order"]:
        known += _order(line, say)
    with st.container(horizontal=True, key="document_origin", gap="medium"):
        for column, text in known:
            with st.container(width="content", gap=None):
                st.caption(say(f"column.{column}"))
                st.markdown(f"**{text}**")
    if item:
        door(ITEM, say("document.story"), asked.link(group_by=None, document=None), icon=ITEM.icon)


def _order(line: Row, say: Words) -> list[tuple[str, str]]:
    told = [
        ("order_placed_on", say.day(line["order_placed_on"])),
        ("order_qty", say.number(line["order_qty"])),
    ]
    if line["order_price"] is not None:
        told.append(
            ("order_price", f"{say.number(line['order_price'], 2)} {line['order_currency'] or ''}".strip())
        )
    return told
