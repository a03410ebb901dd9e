"""What made slow stock more or less since last time: one floating bar a reason, the sum of all at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from components.answers import Row
from components.charts import canvas
from components.charts.palette import Look
from components.words import Words

ENDS = ("opening", "closing")


def draw(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> None:
    """`rows` of mart_bridge by bar_no; reasons that changed nothing are left out."""
    canvas.put(picture, rows, look, say, height=height, width=width, key="bridge", alt=title(rows, say))


def title(rows: Sequence[Row], say: Words) -> str:
    """What stood there before and stands there now, with the days."""
    opening, closing = rows[0], rows[-1]
    return say(
        "chart.bridge",
        before=say.money(opening["value"]),
        first=say.day(opening["prior_on"]),
        now=say.money(closing["value"]),
    )


def picture(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> Any:
    """The chart alone, for a page or for paper. Zero is what stood there before."""
    opening, closing = rows[0]["value"], rows[-1]["value"]
    steps = [
        (row["bar"], row["from_value"] - opening, row["value"])
        for row in rows
        if row["value"] and row["bar"] not in ENDS
    ]
    bars: list[dict[str, Any]] = [
        {"bar": say(f"bridge.{name}"), "from": float(start), "to": float(start + value),
         "top": float(max(start, start + value)), "kind": _kind(name, value),
         "label": say.change(value), "exact": say.money_exact(value)}
        for name, start, value in (*steps, ("net", 0, closing - opening))
    ]  # fmt: skip
    ends = [0.0, *(bar[end] for bar in bars for end in ("from", "to"))]
    low, high = min(ends), max(ends)
    scale = alt.Scale(domain=[low, high + ((high - low) or 1.0) * 0.18], nice=False)
    axis = alt.Axis(labelAngle=0, ticks=False, domain=False)
    x = alt.X("bar:N", sort=[bar["bar"] for bar in bars], title=None, axis=axis)
    chart = alt.Chart(alt.InlineData(bars)).encode(x=x)
    colours = alt.Scale(domain=["net", "more", "less"], range=[look.quiet, look.text, look.accent])
    floating: Any = chart.mark_bar(size=look.size * 3, cornerRadius=2).encode(
        y=alt.Y("from:Q", axis=None, scale=scale),
        y2="to:Q",
        color=alt.Color("kind:N", scale=colours, legend=None),
        tooltip=[
            alt.Tooltip("bar:N", title=" "),
            alt.Tooltip("exact:N", title=say("column.slow_value")),
        ],
    )
    labels = chart.mark_text(dy=-look.size * 0.7, fontWeight=600).encode(
        y=alt.Y("top:Q", axis=None, scale=scale), text="label:N"
    )
    ground = (
        alt.Chart(alt.InlineData([{"zero": 0}]))
        .mark_rule(color=look.line)
        .encode(y=alt.Y("zero:Q", axis=None, scale=scale))
    )
    return look.style(ground + floating + labels, height=height, title=title(rows, say), width=width)


def _kind(name: str, value: Any) -> str:
    return "net" if name == "net" else "more" if value > 0 else "less"
