"""Where one stands in the drill-down: what is chosen, what it is grouped by, the way back, the way down.

The path is the filters of the address: whoever goes down to a region sets the filter `region`. So every other
page can be asked about the same stock, and the same link gives `stillstock show` the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from components import answers
from components.answers import Row
from components.charts.ageing import bucket
from components.filter_bar import CHOICES, Asked, option
from components.navigation import STOCK, door, go
from components.states import plain
from components.story import received
from components.words import Words

GROUPED = (
    "value", "slow_value", "slow_share", "red_value", "standard_value", "temporary_value", "position_count",
    "days_since_use", "holding_cost_per_day", "debt_qty", "first_code",
)  # fmt: skip
OF_ITEMS = ("value", "slow_value", "tier", "state", "days_since_use", "qty", "unit", *GROUPED[2:])
OF_LAYERS = (
    "value", "qty", "age_days", "warehouse_name", "lot_id", "status", "bin", "age_basis", "receipt_cost",
    "unit_cost", "received_on", "document_id", "layer_no",
)  # fmt: skip
SHOWN_AT_FIRST = {"group": 7, "item": 7, "layer": 8}
CHAIN = (
    "material_type", "supplier", "abc_class", "xyz_class", "tier", "age_bucket", "organisation", "region",
    "warehouse", "bin", "category", "item", "document",
)  # fmt: skip
"""Filters that are steps of the path, in the order of the crumbs."""
FILTER = {"branch": "warehouse"}
"""Dimensions whose filter has another name."""
DEFAULT_SORT = "-value"


@dataclass(frozen=True)
class Level:
    """What the page shows: `by` one or two dimensions, `is_chosen` by the reader or else the next level.

    `columns` may be shown and sorted by, `shown` are; `order` is a column and whether it falls, `skipped` the
    rows before this page's. `asked` asks for exactly this, its group_by named.
    """

    asked: Asked
    by: tuple[str, ...]
    is_chosen: bool
    columns: tuple[str, ...]
    shown: tuple[str, ...]
    order: tuple[str, bool]
    skipped: int

    @property
    def key(self) -> str:
        """A widget's key for every place, so that a click is not kept from one place to the next."""
        return f"{self.asked.chosen.to_link()}:{self.sort}:{self.skipped}"

    @property
    def sort(self) -> str:
        """The order as the address has it."""
        return f"{'-' if self.order[1] else ''}{self.order[0]}"

    @property
    def is_of_layers(self) -> bool:
        """Whether a row is one layer, as mart_placed_layers tells it."""
        return self.by == ("layer",)

    @property
    def view(self) -> str:
        """The mart that has the rows."""
        return "mart_placed_layers" if self.is_of_layers else "mart_levels"

    @property
    def shown_columns(self) -> tuple[str, ...]:
        """The columns of the table: which group it is, and what of it is shown."""
        return ("name", *self.shown)

    @property
    def file_columns(self) -> tuple[str, ...]:
        """The columns of a file: codes and names instead of words."""
        if self.is_of_layers:
            return ("item_id", "item_name", *self.shown)
        codes = ("first_code", "first_name", "second_code", "second_name")[: 2 * len(self.by)]
        return (*codes, *(column for column in self.shown if column not in codes))


def level(asked: Asked, dimensions: Sequence[Row]) -> Level:
    """The level that the address names; `dimensions` are the rows of mart_dimensions."""
    named = tuple(asked.chosen.group_by.split(",")) if asked.chosen.group_by else ()
    by = named or tuple(row["dimension"] for row in dimensions if row["is_next"])
    kind = by[0] if by in {("item",), ("layer",)} else "group"
    columns = {"group": GROUPED, "item": OF_ITEMS, "layer": OF_LAYERS}[kind]
    wanted = [name for name in st.query_params.get("columns", "").split(",") if name in columns]
    text = st.query_params.get("sort", DEFAULT_SORT)
    column = text.lstrip("-")
    group_by = ",".join(by)
    return Level(
        asked=replace(
            asked,
            chosen=asked.chosen.where(group_by=group_by),
            filters=asked.filters.where(group_by=group_by),
        ),
        by=by,
        is_chosen=bool(named),
        columns=columns,
        shown=tuple(wanted) or columns[: SHOWN_AT_FIRST[kind]],
        order=(column, text.startswith("-")) if column in columns else ("value", True),
        skipped=first_row(),
    )


def first_row() -> int:
    """How many rows stand before this page of the table."""
    text = st.query_params.get("from_row", "0")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def picture() -> str:
    """How the page draws its rows: `tiles` or `bars`."""
    return "bars" if st.query_params.get("picture") == "bars" else "tiles"


def label(dimension: str, code: str | None, name: str | None, say: Words) -> str:
    """One group in words: its name, else its code; '=X' is X itself, '=' what names none."""
    code = code or "="
    if code == "=":
        return say(f"none.{dimension}")
    if code.startswith("="):
        inner = say.name(name) if name else code[1:].rpartition("/")[2]
        return say("level.itself", name=inner)
    if dimension in CHOICES:
        return say("word.comma").join(option(dimension, each, say) for each in code.split(","))
    if dimension == "age_bucket":
        first, _, last = code.partition("-")
        return bucket({"from_days": int(first), "to_days": int(last) if last else None}, say)
    if dimension == "category":
        return code.rpartition("/")[2]
    return say.name(name) or code


def named(here: Level, rows: Sequence[Row]) -> list[Row]:
    """The rows with the words that say which group each is, as `Level.shown_columns` name them."""
    say = here.asked.say
    none = say("none.document")
    if here.is_of_layers:
        return [
            {**row, "received_on": day, "name": f"{day} · {row['document_id'] or none}"}
            for row, day in ((row, received(row, say)) for row in rows)
        ]
    return [{**row, "name": name} for row, name in zip(rows, labels(here, rows), strict=True)]


def labels(here: Level, rows: Sequence[Row]) -> list[str]:
    """Each row in one line."""
    return [" · ".join(_groups(here, row)) for row in rows]


def crumbs(asked: Asked, item: Row) -> None:
    """The way back up: every step but the last is a link; `item` is the row of the item chosen."""
    steps = list(_steps(asked, item))
    with st.container(horizontal=True, key="crumbs", gap="xsmall", vertical_alignment="center"):
        for number, (text, _) in enumerate(steps[:-1]):
            gone = {field: None for _, changes in steps[number + 1 :] for field in changes}
            kept = {field: value for _, changes in steps[: number + 1] for field, value in changes.items()}
            door(STOCK, text, link(asked, None, **{**gone, **kept}))
            st.markdown("›", width="content")
        st.markdown(f"**{plain(steps[-1][0])}**", width="content")


def totals(here: Level, row: Row) -> None:
    """The node's own totals, which every level below sums to."""
    say = here.asked.say
    shown = [
        ("value", say.money_exact(row["value"])),
        ("slow_value", say.money_exact(row["slow_value"])),
        ("slow_share", say.percent(row["slow_share"])),
        ("position_count", say.number(row["position_count"])),
    ]
    if row.get("unit") is not None:
        shown[3] = ("qty", f"{say.number(row['qty'])} {row['unit']}")
    with st.container(horizontal=True, key="level_totals"):
        for column, text in shown:
            st.metric(say(f"column.{column}"), text, width="content")


def controls(asked: Asked, here: Level, dimensions: Sequence[Row]) -> None:
    """Search, what to group by, the order and the columns: all of them in the address."""
    with st.container(horizontal=True, key="level_controls", vertical_alignment="bottom"):
        search(asked)
        _grouping(asked, here, dimensions)
        _order(asked, here)
        _columns(asked, here)


def picture_control(asked: Asked, here: Level) -> None:
    """Tiles or bars."""
    current = picture()
    picked = st.segmented_control(
        asked.say("level.picture"),
        ("tiles", "bars"),
        default=current,
        required=True,
        format_func=lambda kind: asked.say(f"level.{kind}"),
        key=f"picture_{current}",
        label_visibility="collapsed",
    )
    if picked != current:
        go(STOCK, link(asked, here, picture="" if picked == "tiles" else "bars"))


def descend(asked: Asked, here: Level, row: Row) -> None:
    """Go down into the row: each of its groups becomes a filter."""
    if here.is_of_layers:
        go(STOCK, link(asked, document=row["document_id"] or "="))
    codes = zip(here.by, (row["first_code"], row.get("second_code")), strict=False)
    go(STOCK, link(asked, None, **narrowed(dict(codes))))


def narrowed(codes: Mapping[str, str]) -> dict[str, str | None]:
    """The filters that leave the group of these codes alone, by dimension; no longer grouped by them."""
    found = {FILTER.get(name, name): code for name, code in codes.items() if name != "company"}
    if "warehouse" in codes:
        found["warehouse"] = codes["warehouse"]
    return {**found, "group_by": None}


def link(asked: Asked, here: Level | None = None, **changes: Any) -> dict[str, str | Sequence[str]]:
    """The address of this page with some filters set otherwise; with `here`, its order and columns stay.

    `sort`, `columns`, `picture` and `from_row` are no filters: "" leaves them out.
    """
    own = {
        "picture": picture() if picture() == "bars" else "",
        "sort": here.sort if here and here.sort != DEFAULT_SORT else "",
        "columns": st.query_params.get("columns", "") if here else "",
    }
    own |= {name: changes.pop(name) for name in ("sort", "columns", "picture", "from_row") if name in changes}
    return {**asked.link(**changes), **{name: text for name, text in own.items() if text}}


def _groups(here: Level, row: Row) -> list[str]:
    places = zip(here.by, ("first", "second"), strict=False)
    say = here.asked.say
    return [label(name, row[f"{place}_code"], row[f"{place}_name"], say) for name, place in places]


def _steps(asked: Asked, item: Row) -> Iterator[tuple[str, dict[str, str]]]:
    """Every step of the path: its words, and the filters it sets."""
    say = asked.say
    yield say("level.company"), {}
    for field in CHAIN:
        code = getattr(asked.chosen, field)
        if code is None:
            continue
        if field == "category" and "," not in code:
            yield from _category_steps(code, say)
        else:
            yield label(field, code, _name(asked, field, code, item), say), {field: code}


def _category_steps(code: str, say: Words) -> Iterator[tuple[str, dict[str, str]]]:
    path = code.removeprefix("=")
    parts = path.split("/") if path else []
    for depth in range(1, len(parts) + 1):
        yield parts[depth - 1], {"category": "/".join(parts[:depth])}
    if code.startswith("="):
        yield label("category", code, None, say), {"category": code}


def _name(asked: Asked, field: str, code: str, item: Row) -> str | None:
    if field == "item":
        return str(item.get("first_name") or code)
    if field in {"warehouse", "supplier"} and "," not in code:
        only = {"kind": field, "code": code.lstrip("=")}
        return answers.ask_one("mart_names", asked.filters, only=only).get("name")
    return None


def search(asked: Asked) -> None:
    """By code or name, in either language; what is found are items, whatever level one stands on."""
    say, current = asked.say, asked.chosen.search or ""
    typed = st.text_input(
        say("item.search"),
        value=current,
        key=f"level_search_{current}",
        placeholder=say("item.search.hint"),
        icon=":material/search:",
        width=210,
    ).strip()
    if typed != current:
        go(STOCK, link(asked, search=typed or None, group_by="item" if typed else None))


def _grouping(asked: Asked, here: Level, dimensions: Sequence[Row]) -> None:
    say = asked.say
    there = [row["dimension"] for row in dimensions if row["is_there"]]
    below = next(row["dimension"] for row in dimensions if row["is_next"])
    first = here.by[0] if here.is_chosen else ""
    second = here.by[1] if len(here.by) > 1 else ""

    def word(dimension: str) -> str:
        return say(f"dimension.{dimension}") if dimension else say("level.next", level=word(below))

    ways = ["", *there]
    picked = st.selectbox(
        say("level.group_by"),
        ways,
        index=ways.index(first) if first in ways else 0,
        format_func=word,
        key=f"by_{first}_{below}",
        width=190,
    )
    seconds = ["", *(each for each in there if each not in {picked, here.by[0]} and each != "layer")]
    then = st.selectbox(
        say("level.then_by"),
        seconds,
        index=seconds.index(second) if second in seconds else 0,
        format_func=lambda dimension: word(dimension) if dimension else say("word.none"),
        key=f"then_{first}_{second}",
        width=120,
    )
    if picked != first or then != second:
        wanted = [each for each in (picked or (below if then else ""), then) if each]
        go(STOCK, link(asked, group_by=",".join(wanted) or None))


def _order(asked: Asked, here: Level) -> None:
    """Sort by any column over all rows, not over the page of rows shown."""
    say = asked.say
    options = [f"{sign}{column}" for column in here.columns for sign in ("-", "")]

    def word(text: str) -> str:
        direction = "sort.falling" if text.startswith("-") else "sort.rising"
        return say(direction, column=say(f"column.{text.lstrip('-')}"))

    picked = st.selectbox(
        say("sort.by"),
        options,
        index=options.index(here.sort),
        format_func=word,
        key=f"sort_{here.by}_{here.sort}",
        width=190,
    )
    if picked != here.sort:
        go(STOCK, link(asked, here, sort=picked))


def _columns(asked: Asked, here: Level) -> None:
    say = asked.say
    with st.popover(say("level.columns"), icon=":material/view_column:", key="level_columns"):
        picked = st.pills(
            say("level.columns"),
            here.columns,
            selection_mode="multi",
            default=list(here.shown),
            format_func=lambda column: say(f"column.{column}"),
            key=f"columns_{here.by}_{here.shown}",
            label_visibility="collapsed",
        )
    wanted = [column for column in here.columns if column in picked]
    if wanted and set(wanted) != set(here.shown):
        go(STOCK, link(asked, here, columns=",".join(wanted), sort=here.sort))
