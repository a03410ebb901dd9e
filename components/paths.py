"""The way a layer came: its stops from the receipt to where it lies, and the order it was bought by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components.answers import Row
from components.states import plain
from components.words import Words

Key = tuple[object, ...]
_LAYER = ("item_id", "warehouse_id", "lot_id", "status", "layer_no")
ARROW = " › "


def by_layer(rows: Sequence[Row]) -> Mapping[Key, list[list[Row]]]:
    """`rows` of mart_layer_paths as the ways of every layer, each a list of its stops, first stop first."""
    layers: dict[Key, dict[int, list[Row]]] = {}
    for row in sorted(rows, key=lambda row: (row["path_no"], row["stop_no"])):
        layers.setdefault(key_of(row), {}).setdefault(row["path_no"], []).append(row)
    return {key: list(ways.values()) for key, ways in layers.items()}


def key_of(row: Row) -> Key:
    """What tells a layer from others: of a row of mart_layers or of mart_layer_paths."""
    return tuple(row[name] for name in _LAYER)


def short(ways: Sequence[Sequence[Row]], say: Words) -> str | None:
    """The codes of the warehouses a layer came through; None where it lies where it was received."""
    if not ways or max(map(len, ways)) < 2:
        return None
    text = ARROW.join(stop["stop_warehouse_id"] or say("none.warehouse") for stop in ways[0])
    return say("way.more", way=text, count=say.number(len(ways) - 1)) if len(ways) > 1 else text


def draw(say: Words, ways: Sequence[Sequence[Row]]) -> None:
    """Every way of a layer, stop by stop, with the purchase order its receipt names."""
    with st.container(key="layer_ways", gap="xsmall"):
        for stops in ways:
            if len(ways) > 1:
                st.markdown(f":material/route: {say('way.part', qty=say.number(stops[0]['qty'], 4))}")
            lots = {stop["stop_lot_id"] for stop in stops}
            lines = (_stop(stop, say, with_lot=len(lots) > 1) for stop in stops)
            st.markdown("\n".join(f"{number}. {line}" for number, line in enumerate(lines, 1)))
        for text in dict.fromkeys(_bought(stops[0], say) for stops in ways):
            if text:
                st.caption(f":material/local_shipping: {plain(text)}")


def _place(stop: Row, say: Words) -> str:
    return say.name(stop["stop_warehouse_name"]) or stop["stop_warehouse_id"] or say("none.warehouse")


def _stop(stop: Row, say: Words, *, with_lot: bool) -> str:
    if stop["is_leaving"]:
        how = say("way.leaving")
    elif stop["is_owed"]:
        how = say("way.owed")
    else:
        how = say(f"kind.{stop['kind']}")
    facts = [say.day(stop["moved_on"]), f"{how} {stop['document_id']}"]
    if with_lot and stop["stop_lot_id"]:
        facts.append(say("filter.is", name=say("column.lot_id"), value=stop["stop_lot_id"]))
    return f"**{plain(_place(stop, say))}** {plain(' · '.join(facts))}"


def _bought(stop: Row, say: Words) -> str:
    """The purchasing side of a receipt, or what the first document refers to."""
    parts = []
    if supplier := say.name(stop["supplier_name"]) or stop["supplier_id"]:
        parts.append(say("filter.is", name=say("item.supplier"), value=supplier))
    if stop["order_id"]:
        parts.append(say("way.order", order=stop["order_id"], day=say.day(stop["ordered_on"])))
        if stop["due_on"]:
            parts.append(say("way.due", day=say.day(stop["due_on"])))
    elif stop["reference_id"]:
        parts.append(say("filter.is", name=say("column.reference_id"), value=stop["reference_id"]))
    if stop["buyer"]:
        parts.append(say("filter.is", name=say("item.buyer"), value=stop["buyer"]))
    return " · ".join(parts)
