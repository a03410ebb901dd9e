"""How much room stock takes in each warehouse, slow stock apart, with the capacity marked: one bar each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from components.answers import Row
from components.charts import canvas
from components.charts.palette import Look
from components.words import Words


def draw(rows: Sequence[Row], look: Look, say: Words, *, height: int) -> str | None:
    """`rows` of mart_space, most slow room first; the id of the warehouse clicked."""
    return canvas.put(
        picture, rows, look, say, height=height, width=None, key="space", alt=say("chart.space"), field="id"
    )


def picture(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> Any:
    """The chart alone, for a page or for paper."""
    label = {row["warehouse_id"]: say.name(row["warehouse_name"]) for row in rows}
    names = {"slow": say("space.slow"), "other": say("space.other")}
    parts = [
        {"id": row["warehouse_id"], "name": label[row["warehouse_id"]], "part": names[part], "place": place,
         "volume": float(volume), "exact": say("space.m3", volume=say.number(volume, 1))}
        for row in rows
        for place, (part, volume) in enumerate(
            (("slow", row["slow_volume_m3"]), ("other", row["volume_m3"] - row["slow_volume_m3"]))
        )
    ]  # fmt: skip
    ends = [
        {"name": label[row["warehouse_id"]], "volume": float(max(row["volume_m3"], row["capacity_m3"] or 0)),
         "label": _words(row, say)}
        for row in rows
    ]  # fmt: skip
    marks = [
        {"name": label[row["warehouse_id"]], "volume": float(row["capacity_m3"]),
         "exact": say("space.m3", volume=say.number(row["capacity_m3"], 1))}
        for row in rows
        if row["capacity_m3"]
    ]  # fmt: skip
    widest = max((float(max(row["volume_m3"], row["capacity_m3"] or 0)) for row in rows), default=1) or 1
    scale = alt.Scale(domain=[0, widest * 1.5], nice=False)
    x, order = alt.X("volume:Q", axis=None, scale=scale), list(label.values())
    y = alt.Y("name:N", sort=order, title=None, axis=alt.Axis(ticks=False, domain=False, labelPadding=8))
    pick = alt.selection_point(name="pick", fields=["id"])
    bars: Any = (
        alt.Chart(alt.InlineData(parts))
        .mark_bar(size=look.size * 1.2, cursor="pointer")
        .encode(
            y=y,
            x=alt.X("volume:Q", axis=None, scale=scale, stack="zero"),
            order="place:Q",
            color=alt.Color(
                "part:N",
                scale=alt.Scale(domain=list(names.values()), range=[look.accent, look.tile]),
                legend=alt.Legend(orient="bottom"),
            ),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("part:N", title=" "),
                alt.Tooltip("exact:N", title=say("column.volume_m3")),
            ],
        )
        .add_params(pick)
    )
    limits = (
        alt.Chart(alt.InlineData(marks))
        .mark_tick(color=look.text, thickness=2, size=look.size * 1.8)
        .encode(
            y=y,
            x=x,
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("exact:N", title=say("column.capacity_m3")),
            ],
        )
    )
    words = alt.Chart(alt.InlineData(ends)).mark_text(align="left", dx=8).encode(y=y, x=x, text="label:N")
    chart: Any = bars + limits + words
    height = min(height, look.size * 4 * (len(rows) + 2))
    return look.style(chart, height=height, title=say("chart.space"), width=width)


def _words(row: Row, say: Words) -> str:
    slow = say("space.m3", volume=say.number(row["slow_volume_m3"], 1))
    if row["slow_used_share"] is None:
        return slow
    return say("space.of_capacity", slow=slow, share=say.percent(row["slow_used_share"], 1))
