"""Which warehouses or items hold most slow stock: one bar a row, tiers inside where they are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from components.answers import Row
from components.charts import canvas
from components.charts.palette import SHAPES, TIERS, Look, tier_name
from components.words import Words


def warehouses(
    rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None
) -> str | None:
    """`rows` of mart_warehouse_totals, most slow stock first; the id of the warehouse clicked."""
    alt_text = say("chart.warehouses")
    return canvas.put(
        warehouses_picture, rows, look, say, height=height, width=width, key="warehouses", alt=alt_text,
        field="id",
    )  # fmt: skip


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
        legend=alt.Legend(columns=0 if look.is_wall else 2),
    )
    title = say("chart.warehouses")
    return _bars(parts, ends, list(label.values()), color, look, say, height, width, title)


def items(
    rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None
) -> str | None:
    """`rows` of mart_item_totals, most slow stock first; the id of the item clicked."""
    alt_text = say("chart.items")
    return canvas.put(
        items_picture, rows, look, say, height=height, width=width, key="items", alt=alt_text, field="id"
    )


def items_picture(
    rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None
) -> Any:
    """The chart of items alone, for a page or for paper."""
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
    return _bars(parts, ends, list(label.values()), color, look, say, height, width, title)


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
            x=alt.X("value:Q", stack="zero", axis=None, scale=scale),
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
