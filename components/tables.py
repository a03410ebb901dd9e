"""Tables: columns in words, money aligned and localised, a row clicked is a door."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import streamlit as st

from components.answers import Row
from components.charts.palette import tier_name
from components.forms import doors
from components.words import Words

MONEY = frozenset(
    {
        "value", "slow_value", "red_value", "standard_value", "temporary_value", "holding_cost_per_day",
        "cost_value", "revaluation", "value_in", "value_out",
        "variance_value", "absolute_variance_value", "merged_value", "now_value", "trial_value",
        "value_change", "new_red_value", "new_standard_value", "freed_value",
        "value_a", "value_b", "cost",
    }
)  # fmt: skip
SHARES = frozenset(
    {
        "slow_share", "value_share", "within_share", "within_value_share", "exact_share", "counted_share",
        "counted_value_share", "late_share", "used_share", "slow_used_share",
        "precision", "recall", "value_recall",
    }
)  # fmt: skip
NAMES = frozenset(
    {
        "first_name", "second_name", "item_name", "warehouse_name", "name", "parent_name", "link",
        "from_name", "to_name", "owner",
    }
)  # fmt: skip
NUMBERS = frozenset(
    {
        "qty", "item_count", "days_since_use", "warehouse_count", "slow_item_count", "row_count", "open_qty",
        "rows_in", "rows_out", "qty_in", "qty_out", "counted_qty",
        "parent_qty", "parent_used_qty", "qty_per", "days_to_next_bucket", "receipt_cost",
        "book_qty", "variance_qty", "place_count", "position_count", "overdue_count", "never_count",
        "interval_days", "code_count", "age_days", "score", "volume_m3", "slow_volume_m3", "capacity_m3",
        "free_m3", "receipt_count", "document_count", "cancelled_qty", "delay_count", "due_count",
        "days_left", "now_items", "trial_items", "new_red_items", "new_standard_items", "freed_items",
        "items_a", "items_b", "threshold_days",
    }
)  # fmt: skip
WORDED = frozenset(
    {
        "state", "material_type", "kind", "status", "age_basis", "side", "severity", "finding", "action",
        "method",
    }
)  # fmt: skip
"""Columns whose codes have words: `<column>.<code>` in the catalogues."""
TIERS = frozenset({"tier", "now_tier", "trial_tier"})
STATES = frozenset({"to_state", "now_state", "trial_state"})
ROW_HEIGHT = 35


def table(
    rows: Sequence[Row],
    columns: Sequence[str],
    say: Words,
    *,
    key: str,
    title: str = "",
    rows_high: int | None = None,
    opens: bool = True,
) -> int | None:
    """`rows` of a mart in the order given; the place of the row that was opened, None while none is.

    A row opens by its name: clicked in the table, whose canvas knows the mouse alone, or picked from the list
    below. More than `rows_high` rows scroll inside the table; `title` names it to a screen reader.
    """
    shown = [{column: _cell(column, row[column], say) for column in columns} for row in rows]
    config, has_doors = _config(columns, say), opens and bool(rows)
    names: list[str] = []
    if has_doors:
        name = next((column for column in columns if column in NAMES), columns[0])
        names = [str(row[name] or say("word.none")) for row in shown]
        shown = [{**row, name: label} for row, label in zip(shown, names, strict=True)]
        config[name] = st.column_config.ButtonColumn(
            say(f"column.{name}"), type="tertiary", alignment="left", key=f"{key}_clicked"
        )
    is_long = rows_high is not None and len(rows) > rows_high
    height: Any = (rows_high or 0) * ROW_HEIGHT + ROW_HEIGHT + 2 if is_long else "content"
    st.dataframe(
        shown,
        key=key,
        alt=title or None,
        hide_index=True,
        column_config=config,
        column_order=columns,
        height=height,
        row_height=ROW_HEIGHT,
        placeholder=say("word.none"),
    )
    if not has_doors:
        return None
    picked = doors.picked(names, say, key=f"{key}_picked")
    clicked = doors.clicked(f"{key}_clicked")
    return picked if clicked is None else clicked


def filled(rows: Sequence[Row], columns: Sequence[str], optional: Sequence[str]) -> tuple[str, ...]:
    """The columns without those optional ones that no row has anything in."""
    return tuple(c for c in columns if c not in optional or any(row[c] not in (None, "") for row in rows))


def _cell(column: str, value: Any, say: Words) -> Any:
    if value is None:
        return None
    if column in NAMES:
        return say.name(value)
    if column in TIERS:
        return tier_name(value, say)
    if column in STATES:
        return say(f"state.{value}")
    if column in WORDED:
        return say(f"{column}.{value}")
    if isinstance(value, bool):
        return say("word.yes") if value else say("word.no")
    if isinstance(value, Decimal):
        return float(round(value) if column in MONEY else value)
    return value


def _config(columns: Sequence[str], say: Words) -> dict[str, Any]:
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
        elif column in NUMBERS:
            config[column] = st.column_config.NumberColumn(label, format="localized")
        else:
            config[column] = st.column_config.Column(label)
    return config
