"""Tables: columns in words, money aligned and localised, a row clicked is a door."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from components.answers import Row
from components.charts.palette import tier_name
from components.filter_bar import option
from components.words import Words

MONEY = frozenset(
    {"value", "slow_value", "red_value", "standard_value", "temporary_value", "holding_cost_per_day"}
)
SHARES = frozenset({"slow_share"})
NAMES = frozenset({"item_name", "warehouse_name", "name"})
ROW_HEIGHT = 35


def table(rows: Sequence[Row], columns: Sequence[str], say: Words, *, key: str) -> int | None:
    """`rows` of a mart in the order given; the place of the row clicked, None while none is."""
    shown = [{column: _cell(column, row[column], say) for column in columns} for row in rows]
    event = st.dataframe(
        shown,
        key=key,
        hide_index=True,
        column_config=_config(columns, say),
        column_order=columns,
        on_select="rerun",
        selection_mode="single-cell",
        height="content",
        row_height=ROW_HEIGHT,
    )
    cells: Any = event.selection.cells
    return int(cells[0][0]) if cells else None


def _cell(column: str, value: Any, say: Words) -> Any:
    if value is None:
        return None
    if column in NAMES:
        return say.name(value)
    if column == "tier":
        return tier_name(value, say)
    if column in {"state", "material_type"}:
        return option(column, value, say)
    if isinstance(value, Decimal):
        return float(value)
    return value


def _config(columns: Sequence[str], say: Words) -> Mapping[str, Any]:
    config: dict[str, Any] = {}
    for column in columns:
        label = say(f"column.{column}")
        if column in SHARES:
            config[column] = st.column_config.ProgressColumn(
                label, min_value=0.0, max_value=1.0, format="percent", width="small", color="gray"
            )
        elif column in MONEY:
            config[column] = st.column_config.NumberColumn(
                f"{label} ({say.currency})", format="localized", step=1
            )
        elif column in {"qty", "item_count", "days_since_use", "warehouse_count", "slow_item_count"}:
            config[column] = st.column_config.NumberColumn(label, format="localized")
        else:
            config[column] = st.column_config.Column(label)
    return config
