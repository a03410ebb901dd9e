"""The doors behind a chart's marks: where a click on one leads, and the same as links for the keyboard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components import navigation
from components.answers import Row
from components.charts import forward
from components.charts.ageing import bucket
from components.filter_bar import Asked
from components.navigation import BOARD, STOCK, Page


@dataclass(frozen=True)
class Door:
    """Where one mark leads, and what it says."""

    label: str
    page: Page
    link: Mapping[str, str]


def ages(asked: Asked, rows: Sequence[Row]) -> Mapping[str, Door]:
    """From the bars of mart_age_buckets to the stock of that age."""
    say = asked.say
    return {
        str(row["bucket_no"]): Door(
            f"{bucket(row, say)} · {say.money(row['value'])}",
            STOCK,
            asked.link(age_bucket=age_code(row)),
        )
        for row in rows
        if row["value"]
    }


def age_code(row: Row) -> str:
    """How the filter `age_bucket` names a row of mart_age_buckets."""
    return "=" if row["from_days"] is None else f"{row['from_days']}-{row['to_days'] or ''}"


def days(asked: Asked, rows: Sequence[Row]) -> Mapping[str, Door]:
    """From the months of mart_trend to the board of that day."""
    say = asked.say
    return {
        row["as_on"].isoformat(): Door(
            f"{say.day(row['as_on'])} · {say.money(row['slow_value'])} · {say.percent(row['slow_share'])}",
            BOARD,
            asked.link(as_of=row["as_on"]),
        )
        for row in reversed(rows)
    }


def ahead(asked: Asked, rows: Sequence[Row]) -> Mapping[str, Door]:
    """From the bars of mart_forward to the stock as it will be judged on that day."""
    say = asked.say
    return {
        day.isoformat(): Door(f"{say.day(day)} · {say.money(value)}", STOCK, asked.link(as_of=day))
        for day, value in forward.totals(rows).items()
    }


def warehouses(asked: Asked, rows: Sequence[Row]) -> Mapping[str, Door]:
    """From the bars of mart_warehouse_totals to the stock of that warehouse."""
    say = asked.say
    return {
        row["warehouse_id"]: Door(
            f"{say.name(row['warehouse_name'])} · {say.money(row['slow_value'])} · "
            f"{say.percent(row['slow_share'], 0)}",
            STOCK,
            asked.link(warehouse=row["warehouse_id"]),
        )
        for row in rows
    }


def beside(asked: Asked, doors: Mapping[str, Door], clicked: str | None, *, key: str) -> None:
    """Go where the clicked mark leads; a button lists all of them as links, drawn when it is opened."""
    if clicked is not None and clicked in doors:
        navigation.go(doors[clicked].page, doors[clicked].link)

    @st.fragment
    def listed() -> None:
        box = st.popover(
            asked.say("door.list"), icon=":material/list:", key=f"doors_{key}", on_change="rerun"
        )
        if box.open:
            with box:
                for door in doors.values():
                    navigation.door(door.page, door.label, door.link, width="stretch")

    listed()
