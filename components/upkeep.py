"""What has to be kept up: classes that moved or have stood for long, files and postings that come late."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import tables
from components.answers import Row
from components.filter_bar import Asked
from components.navigation import ITEM, UPLOAD, door, go
from components.states import plain
from components.words import Words

CLASSES = ("abc", "xyz", "fsn")
DRIFT_COLUMNS = ("item_name", "item_id", "classes_before", "classes", "since_on", "review_due_on", "value")
DELAY_COLUMNS = (
    "warehouse_name", "snapshot_age_days", "posting_age_days", "receipt_count", "delay_days",
    "long_delay_days", "delay_count", "late_share", "late_days", "due_count", "owed_item_count",
)  # fmt: skip
OPTIONAL = ("snapshot_age_days", "delay_days", "long_delay_days", "late_share", "late_days")
ROWS_HIGH = 8


def drift(asked: Asked, totals: Row, rows: Sequence[Row]) -> None:
    """`totals` of mart_class_drift_totals, `rows` of mart_class_drift that changed, most value first."""
    say, settings = asked.say, asked.settings
    st.markdown(f"**{say('drift.title', count=say.number(settings['class_drift_periods']))}**")
    facts = {
        "changed": say.number(totals["changed_count"]),
        "items": say.number(totals["item_count"]),
        "money": say.money(totals["changed_value"]),
        "due": say.number(totals["review_due_count"]),
        "days": say.number(settings["class_review_days"]),
    }
    st.markdown(plain(say("drift.summary", **facts)))
    shown = [
        {**row, "classes": together(row, "class"), "classes_before": together(row, "before")} for row in rows
    ]
    if shown:
        clicked = tables.table(shown, DRIFT_COLUMNS, say, key="class_drift", rows_high=ROWS_HIGH)
        if clicked is not None:
            go(ITEM, asked.link(item=rows[clicked]["item_id"]))


def together(row: Row, when: str) -> str:
    """ABC, XYZ and FSN of a row of mart_class_drift in one: `when` is 'class' (now) or 'before'."""
    return " · ".join(row[f"{name}_{when}"] for name in CLASSES)


def stood(row: Row, say: Words) -> str:
    """Since when an item's classes are what they are, what they were, and when a review is due."""
    key = "drift.since_earlier" if row["is_since_earlier"] else "drift.since"
    parts = [say(key, classes=together(row, "class"), day=say.day(row["since_on"]))]
    if row["is_changed"]:
        parts.append(say("drift.before", classes=together(row, "before")))
    due = "drift.overdue" if row["is_review_due"] else "drift.due"
    parts.append(say(due, day=say.day(row["review_due_on"])))
    return " · ".join(parts)


def delays(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_posting_delays, and which file would tell what they cannot."""
    say = asked.say
    st.markdown(f"**{say('delay.title')}**")
    if not rows:
        st.caption(say("nothing.title"))
        return
    empty = {column for column in OPTIONAL if all(row[column] is None for row in rows)}
    empty |= {"delay_count"} if "delay_days" in empty else set()
    empty |= {"due_count"} if all(not row["due_count"] for row in rows) else set()
    columns = [column for column in DELAY_COLUMNS if column not in empty]
    tables.table(rows, columns, say, key="posting_delays", rows_high=ROWS_HIGH, opens=False)
    st.caption(say("delay.about"))
    for column, code in (("delay_count", "delay.needs_lots"), ("due_count", "delay.needs_orders")):
        if column in empty:
            with st.container(horizontal=True, key=code.replace(".", "_"), vertical_alignment="center"):
                st.caption(f":material/upload_file: {say(code)}", width="content")
                door(UPLOAD, say("upload.title"), {"lang": say.language})
