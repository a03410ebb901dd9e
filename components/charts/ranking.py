"""Which warehouses or items hold most slow stock: one bar a row, tiers inside where they are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import streamlit as st

from components.answers import Row
from components.charts.palette import SHAPES, TIERS, Look, tier_name
from components.words import Words


def warehouses(
    rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None
) -> str | None:
    """`rows` of mart_warehouse_totals, most slow stock first; the id of the warehouse clicked."""
    chart = warehouses_picture(rows, look, say, height=height, width=width)
    return _drawn(chart, look, width, say("chart.warehouses"), "warehouses")


def warehouses_picture(
    rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None
) -> Any:
    """The chart of warehouses alone, for a page or for paper."""
    names = {tier: tier_name(tier, say) for tier in TIERS if tier != "none"}
    label = {row["warehouse_id"]: say.name(row["warehouse_name"]) for row in rows}
    parts = [
        {"id": row["warehouse_id"], "name": label[row["warehouse_id"]], "tier": names[tier], "place": place,
         "value": float(row[TIERS[tier]]), "exact": say.money_exact(row[TIERS[tier]])}
        for row in rows
        for place, tier in enumerate(names)
    ]  # fmt: skip
    ends = [
        {"id": row["warehouse_id"], "name": label[row["warehouse_id"]], "value": float(row["slow_value"]),
         "label": f"{say.money(row['slow_value'])} · {say.percent(row['slow_share'], 0)}"}
        for row in rows
    ]  # fmt: skip
    color = alt.Color(
        "tier:N",
        scale=alt.Scale(domain=list(names.values()), range=[look.tiers[tier] for tier in names]),
        legend=alt.Legend() if look.is_wall else None,
    )
    title = say("chart.warehouses")
    return _bars(parts, ends, list(label.values()), color, look, say, height, width, title)


def items(
    rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None
) -> str | None:
    """`rows` of mart_item_totals, most slow stock first; the id of the item clicked."""
    names = {tier: tier_name(tier, say) for tier in TIERS if tier in {row["tier"] for row in rows}}
    label = {row["item_id"]: say.name(row["item_name"]) for row in rows}
    parts = [
        {"id": row["item_id"], "name": label[row["item_id"]], "tier": names[row["tier"]], "place": 0,
         "value": float(row["slow_value"]), "exact": say.money_exact(row["slow_value"])}
        for row in rows
    ]  # fmt: skip
    ends = [
        {"id": row["item_id"], "name": label[row["item_id"]], "value": float(row["slow_value"]),
         "label": f"{SHAPES[row['tier']]} {say.money(row['slow_value'])} · "
         + say("chart.idle_days", days=say.number(row["days_since_use"] or 0))}
        for row in rows
    ]  # fmt: skip
    color = alt.Color(
        "tier:N",
        scale=alt.Scale(domain=list(names.values()), range=[look.tiers[tier] for tier in names]),
        legend=alt.Legend() if look.is_wall else None,
    )
    title = say("chart.items")
    chart = _bars(parts, ends, list(label.values()), color, look, say, height, width, title)
    return _drawn(chart, look, width, title, "items")


def _drawn(chart: Any, look: Look, width: int | None, title: str, key: str) -> str | None:
    looks: dict[str, Any] = {
        "theme": None,
        "width": "content" if width else "stretch",
        "key": f"chart_{key}",
        "alt": title,
    }
    if look.is_wall:
        st.altair_chart(chart, **looks)
        return None
    event = st.altair_chart(chart, **looks, on_select="rerun")
    picked: Any = event.selection.get("pick")
    return str(picked[0]["id"]) if picked else None


def _bars(
    parts: list[dict[str, Any]],
    ends: list[dict[str, Any]],
    order: list[str],
    color: alt.Color,
    look: Look,
    say: Words,
    height: int,
    width: int | None,
    title: str,
) -> Any:
    widest = max((end["value"] for end in ends), default=1) or 1
    room = look.width_of(max((end["label"] for end in ends), key=len, default=""))
    ends_at: Any = {"expr": f"max(width - {room + 8}, 0)"}
    scale = alt.Scale(domain=[0, widest], range=[0, ends_at], nice=False)
    height = min(height, look.size * 4 * (len(order) + 1) + look.size * 3)
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8))
    pick = alt.selection_point(name="pick", fields=["id"])
    bars: Any = (
        alt.Chart(alt.InlineData(parts))
        .mark_bar(cornerRadiusEnd=2, size=look.size * 1.3, cursor="default" if look.is_wall else "pointer")
        .encode(
            y=y,
            x=alt.X("sum(value):Q", axis=None, scale=scale),
            order="place:Q",
            color=color,
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("tier:N", title=say("filter.tier")),
                alt.Tooltip("exact:N", title=say("column.slow_value")),
            ],
        )
    )
    labels = (
        alt.Chart(alt.InlineData(ends))
        .mark_text(align="left", dx=8)
        .encode(y=y, x=alt.X("value:Q", axis=None, scale=scale), text="label:N")
    )
    chart = (bars if look.is_wall else bars.add_params(pick)) + labels
    return look.style(chart, height=height, title=title, width=width)
