"""What is wrong with the data, its rows, how ages are known, and what another file would switch on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components import tables
from components.answers import Row
from components.filter_bar import Asked
from components.navigation import ITEM, QUALITY, door, go
from components.words import Words

SEVERITIES = ("high", "medium", "low")
COLUMNS = ("finding", "severity", "row_count", "item_count", "value", "remedy")
ROW_COLUMNS = (
    "item_name", "item_id", "warehouse_name", "lot_id", "document_id", "happened_on", "qty", "value",
    "detail",
)  # fmt: skip
ALWAYS = frozenset({"item_name", "item_id", "value"})
MARKS: Mapping[str, str] = {"missing": "○", "partial": "◐", "active": "●"}


def chosen(rows: Sequence[Row]) -> Row | None:
    """The kind of finding that the address names, of those there are."""
    named = st.query_params.get("at")
    return next((row for row in rows if row["finding"] == named), None)


def summary(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_quality: what was found, worst first, and what was looked for and not found."""
    say = asked.say
    found = [row for row in rows if row["row_count"]]
    found.sort(key=lambda row: (SEVERITIES.index(row["severity"]), -row["value"], row["finding_no"]))
    clean = [say(f"finding.{row['finding']}") for row in rows if not row["row_count"]]
    if found:
        st.markdown(f"**{say('quality.found')}**")
        shown = [{**row, "remedy": say(f"remedy.{row['remedy']}")} for row in found]
        opened = chosen(rows)
        key = f"findings_{opened['finding'] if opened else ''}"
        clicked = tables.table(shown, COLUMNS, say, key=key, title=say("quality.found"))
        if clicked is not None:
            go(QUALITY, {**asked.link(), "at": found[clicked]["finding"]})
    else:
        with st.container(key="all_clean"):
            st.subheader(f":material/verified: {say('quality.clean')}", anchor=False)
    if clean:
        st.caption(say("quality.not_found", findings=say("word.comma").join(clean)))


def heading(asked: Asked, row: Row) -> None:
    """One kind of finding: what it means, what mends it, and the way back."""
    say, finding, remedy = asked.say, row["finding"], row["remedy"]
    with st.container(horizontal=True, key="finding_head", vertical_alignment="center"):
        st.markdown(f"**{say(f'finding.{finding}')}**", width="content")
        door(QUALITY, say("quality.close"), asked.link(), icon=":material/close:")
    st.markdown(say(f"finding.{finding}.text"))
    st.markdown(f":material/build: {say(f'remedy.{remedy}')}")


def rows(asked: Asked, finding: str, found: Sequence[Row], skipped: int) -> None:
    """`found` rows of mart_quality_rows; a click on a row that names an item opens its story."""
    filled = [c for c in ROW_COLUMNS if c in ALWAYS or any(row[c] is not None for row in found)]
    columns = [c for c in filled if c != "item_name" or any(row["item_id"] for row in found)]
    title = asked.say(f"finding.{finding}")
    clicked = tables.table(found, columns, asked.say, key=f"finding_rows_{finding}_{skipped}", title=title)
    if clicked is not None and found[clicked]["item_id"]:
        go(ITEM, asked.link(item=found[clicked]["item_id"]))


def bases(asked: Asked, found: Sequence[Row]) -> None:
    """`found` rows of mart_age_basis: how much value has an age seen, shared out, bounded, unknown."""
    say = asked.say
    st.markdown(f"**{say('quality.bases')}**")
    shown = [row for row in found if row["value"] or row["qty"]]
    if shown:
        columns = ("age_basis", "value_share", "value", "item_count")
        tables.table(shown, columns, say, key="age_bases", title=say("quality.bases"), opens=False)
    else:
        st.caption(say("nothing.title"))


def functions(asked: Asked, found: Sequence[Row]) -> None:
    """`found` rows of mart_functions: what works, what would work better, what waits for a file."""
    say = asked.say
    st.markdown(f"**{say('quality.functions')}**")
    states = list(MARKS)
    ordered = sorted(found, key=lambda row: (states.index(row["state"]), row["function_no"]))
    shown = [
        {
            "function": say(f"function.{row['function']}"),
            "works": _works(row["state"], say),
            "file": files(row["missing_tables"] or row["sharper_tables"], say),
        }
        for row in ordered
    ]
    tables.table(
        shown,
        ("function", "works", "file"),
        say,
        key="functions",
        title=say("quality.functions"),
        opens=False,
    )


def _works(state: str, say: Words) -> str:
    return f"{MARKS[state]} {say(f'works.{state}')}"


def files(codes: str | None, say: Words) -> str | None:
    """Tables in words: 'purchase_orders,sales_orders|bom' is 'purchase orders, sales orders or BOM'."""
    if not codes:
        return None
    wishes = (
        say("word.or").join(say(f"table.{name}") for name in wish.split("|")) for wish in codes.split(",")
    )
    return say("word.comma").join(wishes)
