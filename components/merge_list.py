"""The same item under two codes: groups, why they are taken for one, and the merge list as a file."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import exports, kpis, tables
from components.answers import Row
from components.filter_bar import Asked
from components.navigation import DUPLICATES, ITEM, door, go
from components.words import Words

GROUPS = (
    "kept_name", "code_count", "value", "slow_value", "merged_value", "qty", "unit", "age_days",
    "last_used_on", "codes",
)  # fmt: skip
CODES = (
    "proposal", "item_id", "item_name", "value", "slow_value", "qty", "unit", "age_days", "last_used_on",
    "supplier_id", "warehouse_count",
)  # fmt: skip
MERGES = ("item_id", "score", "reasons", "via_id")
FILE = (
    "cluster_no", "kept_id", "kept_name", "item_id", "item_name", "score", "reasons", "via_id", "unit",
    "kept_unit", "qty", "value", "oldest_on", "last_used_on", "kept_last_used_on", "supplier_id",
)  # fmt: skip
"""Columns of the merge list: the code that stays, the code that goes, why, and what goes with it."""


def chosen() -> int:
    """The group that the address names; 0 where it names none."""
    named = st.query_params.get("at", "")
    return int(named) if named.isdecimal() and len(named) < 10 else 0


def key_numbers(asked: Asked, totals: Row) -> None:
    """`totals`: the row of mart_duplicate_totals."""
    say = asked.say
    first, second, third = st.columns(3)
    with first:
        note = say("duplicate.groups.note", codes=say.number(totals["code_count"]))
        kpis.card("groups", say("duplicate.groups"), say.number(totals["cluster_count"]), note=note)
    with second:
        note = say("duplicate.value.note", money=say.money(totals["slow_value"]))
        exact = say.money_exact(totals["value"])
        kpis.card("value", say("duplicate.value"), say.money(totals["value"]), note=note, exact=exact)
    with third:
        note = say("duplicate.merged.note", count=say.number(totals["merge_count"]))
        exact = say.money_exact(totals["merged_value"])
        kpis.card(
            "merged", say("duplicate.merged"), say.money(totals["merged_value"]), note=note, exact=exact
        )


def offer(asked: Asked) -> None:
    """The merge list as a file: one row a code that would go, of every group shown."""
    say = asked.say
    order = [("cluster_no", False)]
    exports.offer(asked, "mart_duplicate_merges", columns=FILE, sort=order, key="merges")
    st.caption(say("duplicate.text", score=say.number(asked.settings["duplicate_from_score"], 1)))


def groups(asked: Asked, rows: Sequence[Row], skipped: int) -> None:
    """`rows` of mart_duplicate_clusters, most value first; a click opens the group."""
    say = asked.say
    st.markdown(f"**{say('duplicate.list')}**")
    shown = [{**row, "kept_name": say.name(row["kept_name"])} for row in rows]
    clicked = tables.table(
        shown, GROUPS, say, key=f"groups_{chosen()}_{skipped}", title=say("duplicate.list")
    )
    if clicked is not None:
        link = {**asked.link(), "at": str(rows[clicked]["cluster_no"])}
        go(DUPLICATES, {**link, "from_row": str(skipped)} if skipped else link)


def codes(asked: Asked, number: int, rows: Sequence[Row]) -> None:
    """`rows` of mart_duplicate_items of one group: the code that is kept first; a click opens its story."""
    say = asked.say
    ordered = sorted(rows, key=lambda row: (not row["is_kept"], row["item_id"]))
    with st.container(horizontal=True, key="group_head", vertical_alignment="center"):
        st.markdown(f"**{say('duplicate.group', number=say.number(number))}**", width="content")
        door(DUPLICATES, say("duplicate.close"), asked.link(), icon=":material/close:")
    shown = [
        {**row, "proposal": say("duplicate.keep" if row["is_kept"] else "duplicate.merge")} for row in ordered
    ]
    title = say("duplicate.group", number=say.number(number))
    clicked = tables.table(shown, CODES, say, key=f"codes_{number}", title=title)
    if clicked is not None:
        go(ITEM, asked.link(item=ordered[clicked]["item_id"]))


def reasons(asked: Asked, merges: Sequence[Row]) -> None:
    """`merges` of one group: what the score of each code that would go stands on."""
    say = asked.say
    shown = [{**row, "reasons": _reasons(row, say)} for row in merges]
    has_other = any(row["via_id"] for row in merges)
    columns = [column for column in MERGES if column != "via_id" or has_other]
    tables.table(shown, columns, say, key="merge_reasons", title=say("column.reasons"), opens=False)
    st.caption(say("duplicate.kept.text"))


def none_found(asked: Asked) -> None:
    """No two codes in the filter look like one item."""
    say = asked.say
    with st.container(border=True, key="no_duplicates"):
        st.subheader(f":material/verified: {say('duplicate.none')}", anchor=False)
        st.markdown(say("duplicate.none.text"))


def _reasons(row: Row, say: Words) -> str:
    return say("word.comma").join(say(f"duplicate.reason.{code}") for code in row["reasons"].split(","))
