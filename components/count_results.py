"""What counts found: the key numbers, each warehouse's accuracy, and every counted place beside its book."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import kpis, tables
from components.answers import Row
from components.filter_bar import Asked
from components.navigation import COUNT, ITEM, door, go

PARTS = ("found", "next", "sheets")
ACCURACY = (
    "warehouse_name", "within_share", "within_value_share", "exact_share", "absolute_variance_value",
    "variance_value", "place_count", "last_counted_on",
)  # fmt: skip
PLACES = (
    "item_name", "variance_value", "variance_qty", "unit", "book_qty", "counted_qty", "reason",
    "warehouse_name", "lot_id", "bin", "counted_on", "item_id",
)  # fmt: skip
SOMETIMES = frozenset({"lot_id", "bin", "unit", "reason"})
"""Columns that are left out where no row has them."""


def part() -> str:
    """Which part of the page the address names: what was found, what to count next, or the sheets."""
    named = st.query_params.get("at", PARTS[0])
    return named if named in PARTS else PARTS[0]


def parts(asked: Asked, opened: str) -> None:
    """Doors to the three parts of the page; the one that is open stands in bold."""
    with st.container(horizontal=True, key="count_parts", vertical_alignment="center"):
        for name in PARTS:
            text = asked.say(f"count.part.{name}")
            if name == opened:
                st.markdown(f"**{text}**", width="content")
            else:
                door(COUNT, text, {**asked.link(), "at": name}, icon=f":material/{_ICONS[name]}:")


def key_numbers(asked: Asked, found: Row, covered: Row) -> None:
    """`found`: the first row of mart_count_accuracy, `covered`: that of mart_count_coverage."""
    say = asked.say
    first, second, third, fourth = st.columns(4)
    none = say("word.none")
    with first:
        share = found["within_share"]
        note = say(
            "count.accuracy.note",
            exact=_percent(asked, found["exact_share"]),
            value=_percent(asked, found["within_value_share"]),
            tolerance=say.percent(asked.settings["count_tolerance_share"]),
        )
        kpis.card("accuracy", say("count.accuracy"), _percent(asked, share), note=note)
    with second:
        note = say(
            "count.variance.note",
            surplus=say.money(found["surplus_value"]),
            shortage=say.money(found["shortage_value"]),
            net=say.change(found["variance_value"]),
        )
        shown = say.money(found["absolute_variance_value"]) if found["compared_count"] else none
        exact = say.money_exact(found["absolute_variance_value"])
        kpis.card("variance", say("count.variance"), shown, note=note, exact=exact)
    with third:
        note = say(
            "count.coverage.note",
            counted=say.number(covered["counted_count"]),
            positions=say.number(covered["position_count"]),
            value=say.money(covered["counted_value"]),
        )
        share = covered["counted_value_share"]
        kpis.card("coverage", say("count.coverage"), _percent(asked, share), note=note)
    with fourth:
        note = say(
            "count.due.note",
            never=say.number(covered["never_count"]),
            money=say.money(covered["uncounted_value"]),
        )
        kpis.card("due", say("count.due"), say.number(covered["uncounted_count"]), note=note)


def remarks(asked: Asked, found: Row) -> None:
    """What the shares leave out, and how old the books are that counts were held against."""
    say = asked.say
    lines = [
        say(
            "count.places",
            places=say.number(found["place_count"]),
            items=say.number(found["item_count"]),
            first=say.day(found["first_counted_on"]),
            last=say.day(found["last_counted_on"]),
        )
    ]
    if found["left_out_count"]:
        lines.append(say("count.left_out", count=say.number(found["left_out_count"])))
    if found["stale_count"]:
        lines.append(say("count.stale", count=say.number(found["stale_count"])))
    st.caption("  \n".join(lines))


def accuracy(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_count_accuracy, one a warehouse; a click looks into that warehouse alone."""
    say = asked.say
    st.markdown(f"**{say('count.by_warehouse')}**")
    clicked = tables.table(
        rows, ACCURACY, say, key="count_accuracy", title=say("count.by_warehouse"), rows_high=12
    )
    if clicked is not None:
        go(COUNT, asked.link(warehouse=rows[clicked]["warehouse_id"]))


def variances(asked: Asked, rows: Sequence[Row], skipped: int) -> None:
    """`rows` of mart_count_variances in the order given; a click opens the item's story."""
    say = asked.say
    st.markdown(f"**{say('count.by_place')}**")
    columns = [c for c in PLACES if c not in SOMETIMES or any(row[c] is not None for row in rows)]
    shown = [
        {**row, "reason": say(f"count.reason.{row['reason']}") if row["reason"] else None} for row in rows
    ]
    clicked = tables.table(shown, columns, say, key=f"count_variances_{skipped}", title=say("count.by_place"))
    if clicked is not None:
        go(ITEM, asked.link(item=rows[clicked]["item_id"]))


def not_yet(asked: Asked) -> None:
    """No counts were loaded: what they would give, and where the sheets are that lead to them."""
    say = asked.say
    with st.container(border=True, key="no_counts"):
        st.subheader(f":material/checklist: {say('count.none')}", anchor=False)
        st.markdown(say("count.none.text"))
        st.markdown(say("count.none.file"))
        door(COUNT, say("count.none.door"), {**asked.link(), "at": "sheets"}, icon=":material/print:")


_ICONS = {"found": "balance", "next": "event_upcoming", "sheets": "print"}


def _percent(asked: Asked, share: float | None) -> str:
    return asked.say("word.none") if share is None else asked.say.percent(share)
