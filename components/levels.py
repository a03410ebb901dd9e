"""Moving from company over region, warehouse and category to item: path, order and page in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components.answers import Row
from components.filter_bar import Asked
from components.navigation import ITEM, STOCK, door, go
from components.words import Words

PARENTS = ("region", "warehouse_id", "category")
LEVELS = ("company", "region", "warehouse", "category", "item")
MOST_SORTABLE = (
    "value",
    "slow_value",
    "slow_share",
    "red_value",
    "standard_value",
    "temporary_value",
    "item_count",
)
OF_ITEMS = ("value", "slow_value", "qty", "days_since_use", "item_id")
_NAMES = ("region", "warehouse_name", "category", "item_name")


def path() -> tuple[str, ...]:
    """The parents named by the address: region, warehouse id, category; empty for the company."""
    return tuple(st.query_params.get_all("at"))[: len(PARENTS)]


def order() -> tuple[str, bool]:
    """Column and whether it falls, from the address (`-value`); by money where it names none."""
    text = st.query_params.get("sort", "-value")
    column = text.lstrip("-")
    return (column, text.startswith("-")) if column in sortable(path()) else ("value", True)


def first_row() -> int:
    """How many rows stand before this page of the table."""
    text = st.query_params.get("from_row", "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def sortable(parents: Sequence[str]) -> tuple[str, ...]:
    """Columns that this level may be sorted by."""
    return OF_ITEMS if len(parents) == len(PARENTS) else MOST_SORTABLE


def node(parents: Sequence[str]) -> Mapping[str, Any]:
    """What picks the node itself from mart_levels."""
    return {"level": len(parents), **dict(zip(PARENTS, parents, strict=False))}


def below(parents: Sequence[str]) -> Mapping[str, Any]:
    """What picks the rows right below the node."""
    return {**node(parents), "level": len(parents) + 1}


def key(parents: Sequence[str], chosen: tuple[str, bool], skipped: int) -> str:
    """A widget key of its own for every place, so that a click is not kept from one place to the next."""
    return f"{len(parents)}:{'/'.join(parents)}:{_sort(chosen)}:{skipped}"


def columns(parents: Sequence[str]) -> tuple[str, ...]:
    """Columns of the table at this level."""
    if len(parents) == len(PARENTS):
        return ("name", "value", "slow_value", "tier", "state", "days_since_use", "qty", "unit", "item_id")
    return (
        "name",
        "value",
        "slow_value",
        "slow_share",
        "red_value",
        "standard_value",
        "temporary_value",
        "item_count",
    )


def name(row: Row, say: Words) -> str:
    """A row's name in the reader's language; where its name is empty, what is missing."""
    level = LEVELS[row["level"]]
    return say.name(row[_NAMES[row["level"] - 1]]) or say(f"none.{level}")


def crumbs(asked: Asked, parents: Sequence[str], warehouse: Row) -> None:
    """The way back up: every parent is a link; `warehouse` is the second parent's own row."""
    say = asked.say
    labels = [say("level.company")]
    for place, parent in enumerate(parents):
        known = warehouse.get("warehouse_name") if place == 1 else parent
        labels.append(say.name(known) or say(f"none.{LEVELS[place + 1]}"))
    with st.container(horizontal=True, key="crumbs", gap="xsmall", vertical_alignment="center"):
        for depth, label in enumerate(labels[:-1]):
            door(STOCK, label, _link(asked, parents[:depth]))
            st.markdown("›", width="content")
        st.markdown(f"**{labels[-1]}**", width="content")


def totals(asked: Asked, row: Row) -> None:
    """The node's own totals, which every level below sums to."""
    say = asked.say
    with st.container(horizontal=True, key="level_totals"):
        for column, text in (
            ("value", say.money_exact(row["value"])),
            ("slow_value", say.money_exact(row["slow_value"])),
            ("slow_share", say.percent(row["slow_share"])),
            ("item_count", say.number(row["item_count"])),
        ):
            st.metric(say(f"column.{column}"), text, width="content")


def order_control(asked: Asked, parents: Sequence[str], chosen: tuple[str, bool]) -> None:
    """Sort by any column over all rows, not over the page of rows shown."""
    say = asked.say
    options = [f"{sign}{column}" for column in sortable(parents) for sign in ("-", "")]
    current = _sort(chosen)

    def label(text: str) -> str:
        direction = "sort.falling" if text.startswith("-") else "sort.rising"
        return say(direction, column=say(f"column.{text.lstrip('-')}"))

    picked = st.selectbox(
        say("sort.by"),
        options,
        index=options.index(current),
        format_func=label,
        key=f"sort_{len(parents)}_{current}",
        width=320,
    )
    if picked != current:
        go(STOCK, _link(asked, parents, sort=picked))


def pager(
    asked: Asked,
    parents: Sequence[str],
    chosen: tuple[str, bool],
    skipped: int,
    count: int,
    page: int,
    *,
    has_more: bool,
) -> None:
    """Which rows are shown, and doors to the `page` rows before and after."""
    say = asked.say
    sort = _sort(chosen)
    with st.container(horizontal=True, key="pager", vertical_alignment="center"):
        last = say.number(skipped + count)
        st.caption(say("pager.rows", first=say.number(skipped + 1), last=last), width="content")
        if skipped:
            before = _link(asked, parents, sort=sort, from_row=max(0, skipped - page))
            door(STOCK, say("pager.before"), before, icon=":material/chevron_left:")
        if has_more:
            after = _link(asked, parents, sort=sort, from_row=skipped + page)
            door(STOCK, say("pager.after"), after, icon=":material/chevron_right:")


def descend(asked: Asked, parents: Sequence[str], row: Row) -> None:
    """Go one level down into the row; below the last level stands the item's own page."""
    if len(parents) < len(PARENTS):
        go(STOCK, _link(asked, (*parents, row[PARENTS[len(parents)]] or "")))
    else:
        go(ITEM, asked.link(item=row["item_id"]))


def _sort(chosen: tuple[str, bool]) -> str:
    return f"{'-' if chosen[1] else ''}{chosen[0]}"


def _link(
    asked: Asked, parents: Sequence[str], *, sort: str = "", from_row: int = 0
) -> dict[str, str | Sequence[str]]:
    link: dict[str, str | Sequence[str]] = {**asked.link()}
    if parents:
        link["at"] = list(parents)
    if sort and sort != "-value":
        link["sort"] = sort
    if from_row:
        link["from_row"] = str(from_row)
    return link
