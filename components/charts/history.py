"""What came in, what went out and what stood there, month by month, with the days a threshold was crossed."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt
import streamlit as st

from components.answers import Row
from components.charts.palette import Look
from components.words import Words

FLOWS = ("in", "out", "other")
LABEL_HEIGHT = 1.35


def draw(
    rows: Sequence[Row], crossed: Mapping[str, date], unit: str, look: Look, say: Words, *, height: int
) -> None:
    """`rows` of mart_item_months in order of months; `crossed` is the day each state began, if it did."""
    title = say("chart.history", unit=unit) if unit else say("chart.history.plain")
    first, last = rows[0]["month_on"], len(rows) - 1
    names = {flow: say(f"flow.{flow}") for flow in FLOWS}
    bars = [
        {"n": n, "flow": names[flow], "qty": qty, "month": say.month(row["month_on"]),
         "exact": say.number(abs(qty), 4)}
        for n, row in enumerate(rows)
        for flow, qty in _flows(row)
        if qty
    ]  # fmt: skip
    line = [
        {"n": n + 0.5, "stock": float(row["stock_qty"]), "day": say.day(row["ends_on"]),
         "exact": say.number(row["stock_qty"], 4)}
        for n, row in enumerate(rows)
    ]  # fmt: skip
    months = {str(n): say.month(row["month_on"]) for n, row in enumerate(rows)}
    shown = list(range(last, -1, -max(1, len(rows) // 6)))
    scale = alt.Scale(domain=[-0.6, last + 0.6], nice=False)
    axis = alt.Axis(values=shown, labelExpr=f"{months}[datum.value]", grid=False, labelFlush=True, tickSize=4)
    x = alt.X("n:Q", title=None, axis=axis, scale=scale)
    upright = alt.Axis(
        grid=False, domain=False, ticks=False, tickCount=4, labelExpr="format(datum.value, '~s')"
    )
    room = alt.Scale(domain=_domain(rows, len(crossed)), nice=False)
    y = alt.Y("qty:Q", title=None, axis=upright, scale=room, stack="zero")
    colours = alt.Scale(domain=list(names.values()), range=[look.accent, look.quiet, look.tile])
    flows: Any = (
        alt.Chart(alt.InlineData(bars))
        .mark_bar(size={"expr": f"max(2, width / {len(rows)} * 0.6)"}, opacity=0.75)
        .encode(
            x=x,
            y=y,
            color=alt.Color("flow:N", scale=colours, legend=alt.Legend(orient="bottom")),
            stroke=alt.condition(
                alt.datum.flow == names["other"], alt.value(look.quiet), alt.value("transparent")
            ),
            tooltip=[
                alt.Tooltip("month:N", title=say("chart.month")),
                alt.Tooltip("flow:N", title=" "),
                alt.Tooltip("exact:N", title=say("column.qty")),
            ],
        )
    )
    stock = alt.Chart(alt.InlineData(line)).encode(
        x=x, y=alt.Y("stock:Q", title=None, axis=upright, scale=room)
    )
    steps = stock.mark_line(color=look.text, strokeWidth=2)
    dots = stock.mark_circle(color=look.text, size=look.size * 6, opacity=0.001).encode(
        tooltip=[
            alt.Tooltip("day:N", title=say("chart.day")),
            alt.Tooltip("exact:N", title=say("chart.history.stock")),
        ]
    )
    chart: Any = alt.layer(flows, steps, dots, *_marks(crossed, first, last, look, say, scale))
    st.altair_chart(look.style(chart, height=height, title=title), theme=None, key="chart_history", alt=title)


def _flows(row: Row) -> list[tuple[str, float]]:
    """In upwards, out downwards; what other places handed over counts with the rest."""
    rest = float(row["other_qty"] + row["transfer_qty"])
    return [("in", float(row["in_qty"])), ("out", -float(row["out_qty"])), ("other", rest)]


def _domain(rows: Sequence[Row], marks: int) -> list[float]:
    """From the lowest to the highest of bars and line, with room above for the words of the marks."""
    ends = [float(row["stock_qty"]) for row in rows]
    for row in rows:
        quantities = [qty for _, qty in _flows(row)]
        ends += [sum(q for q in quantities if q > 0), sum(q for q in quantities if q < 0)]
    low, high = min(0.0, *ends), max(0.0, *ends)
    return [low, high + (high - low or 1.0) * (0.04 + 0.1 * marks)]


def _marks(
    crossed: Mapping[str, date], first: date, last: int, look: Look, say: Words, scale: alt.Scale
) -> list[Any]:
    """A thin upright line with its words for every day a state began within the months shown."""
    marks: list[dict[str, Any]] = []
    for state, day in crossed.items():
        n = _place(day, first)
        if 0 <= n <= last + 0.5:
            text = f"{say(f'state.{state}')} {say.day(day)}"
            marks.append({"n": n, "text": text, "row": len(marks), "is_late": n > last / 2})
    if not marks:
        return []
    x = alt.X("n:Q", scale=scale, title=None)
    base = alt.Chart(alt.InlineData(marks)).encode(x=x)
    rules = base.mark_rule(color=look.quiet, strokeDash=[3, 3])
    words = [
        base.transform_filter(f"datum.is_late == {str(is_late).lower()} && datum.row == {row}")
        .mark_text(align="right" if is_late else "left", dx=-4 if is_late else 4, color=look.quiet)
        .encode(text="text:N", y=alt.value(look.size * (0.5 + LABEL_HEIGHT * row)))
        for row, is_late in ((mark["row"], mark["is_late"]) for mark in marks)
    ]
    return [rules, *words]


def _place(day: date, first: date) -> float:
    """Where a day stands on the axis of months: bars stand in the middle of theirs."""
    months = (day.year - first.year) * 12 + day.month - first.month
    return months - 0.5 + (day.day - 0.5) / monthrange(day.year, day.month)[1]
