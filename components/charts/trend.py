"""How slow stock moved over the months: its money as an area, its share of all stock beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import streamlit as st

from components.answers import Row
from components.charts import canvas
from components.charts.palette import Look
from components.words import Words


def draw(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> str | None:
    """`rows` of mart_trend in order of days; the day clicked as ISO text, None while none is."""
    if len(rows) < 2:
        st.markdown(f"**{say('chart.trend.title')}**")
        st.caption(say("chart.trend.begins"))
        return None
    alt_text = say("chart.trend", count=len(rows))
    return canvas.put(
        picture, rows, look, say, height=height, width=width, key="trend", alt=alt_text, field="on"
    )


def picture(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> Any:
    """The chart alone, for a page or for paper; `rows` are two or more."""
    points = [
        {"n": n, "on": row["as_on"].isoformat(), "month": say.day(row["as_on"]),
         "value": float(row["slow_value"]), "money": say.money(row["slow_value"]),
         "share": say.percent(row["slow_share"]),
         "exact": say.money_exact(row["slow_value"])}
        for n, row in enumerate(rows)
    ]  # fmt: skip
    months = {str(n): say.month(row["as_on"]) for n, row in enumerate(rows)}
    step = max(1, len(rows) // (4 if look.is_wall else 6))
    shown = list(range(len(rows) - 1, -1, -step))
    axis = alt.Axis(values=shown, labelExpr=f"{months}[datum.value]", grid=False, tickSize=4, labelFlush=True)
    x = alt.X("n:Q", title=None, axis=axis, scale=alt.Scale(domain=[0, max(len(rows) - 1, 1)], nice=False))
    y = alt.Y("value:Q", axis=None, scale=alt.Scale(zero=True))
    pick = alt.selection_point(name="pick", fields=["on"], on="click", nearest=True)
    base = alt.Chart(alt.InlineData(points)).encode(x=x, y=y)
    area = base.mark_area(color=look.quiet, opacity=0.16)
    line = base.mark_line(color=look.text, strokeWidth=4 if look.is_wall else 2)
    dots: Any = base.mark_circle(color=look.text, size=look.size * 5).encode(
        opacity=alt.condition(f"datum.n == {len(rows) - 1}", alt.value(1), alt.value(0.001)),
        tooltip=[
            alt.Tooltip("month:N", title=say("chart.day")),
            alt.Tooltip("exact:N", title=say("column.slow_value")),
            alt.Tooltip("share:N", title=say("column.slow_share")),
        ],
    )
    ends = _ends(rows, points)
    label = alt.Chart(alt.InlineData(ends)).encode(
        x=x, y=alt.Y("above:Q", axis=None, scale=alt.Scale(zero=True)), text="label:N"
    )
    first = label.transform_filter("datum.n == 0").mark_text(align="left", dy=-look.size, color=look.quiet)
    last = label.transform_filter("datum.n > 0").mark_text(align="right", dy=-look.size, fontWeight=600)
    chart = area + line + (dots if look.is_wall else dots.add_params(pick)) + first + last
    return look.style(chart, height=height, title=say("chart.trend", count=len(rows)), width=width)


def _ends(rows: Sequence[Row], points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first and the last point with their words, held above the line they would else cross."""
    third = max(1, len(points) // 3)
    ends = [(points[0], points[:third]), (points[-1], points[-third:])]
    return [
        {**end, "label": f"{end['money']} · {end['share']}", "above": max(p["value"] for p in near)}
        for end, near in ends
    ]
