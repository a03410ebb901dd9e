"""What will stand still at the next month ends if nothing is used: one bar a day, its states inside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import altair as alt

from components.answers import Row
from components.charts import canvas
from components.charts.palette import Look
from components.words import Words

_HAS_ROOM = "width > 340 || datum.n % 3 == 0"
STATES = ("obsolete", "dead", "slow", "watch")
"""From the ground up: the worst first."""


def draw(
    rows: Sequence[Row],
    look: Look,
    say: Words,
    *,
    height: int,
    width: int | None = None,
    before: Sequence[Row] = (),
) -> str | None:
    """`rows` of mart_forward; the day clicked as ISO text, None while none is.

    `before`, the same days judged otherwise, stand as thin marks beside the bars.
    """
    if before:
        others = totals(before)
        rows = [{**row, "before": others[row["as_on"]]} for row in rows]
    alt_text = say("chart.forward")
    return canvas.put(
        picture, rows, look, say, height=height, width=width, key="forward", alt=alt_text, field="on"
    )


def totals(rows: Sequence[Row]) -> Mapping[date, Decimal]:
    """What stands still on each day, in order of days."""
    days = sorted({row["as_on"] for row in rows})
    return {
        day: sum((row["value"] for row in rows if row["as_on"] == day and row["is_slow"]), Decimal(0))
        for day in days
    }


def picture(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> Any:
    """The chart alone, for a page or for paper."""
    slow = totals(rows)
    months = {day: say("chart.today") if n == 0 else say.month(day) for n, day in enumerate(slow)}
    names = {state: say(f"state.{state}") for state in STATES}
    parts = [
        {"month": months[row["as_on"]], "on": row["as_on"].isoformat(), "state": names[row["state"]],
         "place": STATES.index(row["state"]), "value": float(row["value"]),
         "exact": say.money_exact(row["value"])}
        for row in rows
        if row["is_slow"]
    ]  # fmt: skip
    others = {row["as_on"]: row["before"] for row in rows if "before" in row}
    tops: list[dict[str, Any]] = [
        {"n": n, "month": months[day], "value": float(value), "label": say.money(value)}
        for n, (day, value) in enumerate(slow.items())
    ]
    marks = [
        {"month": months[day], "value": float(value), "exact": say.money_exact(value)}
        for day, value in others.items()
    ]
    axis = alt.Axis(labelAngle=0, ticks=False, labelOverlap="parity")
    x = alt.X("month:N", sort=list(months.values()), title=None, axis=axis)
    highest = max((each["value"] for each in (*tops, *marks)), default=0) or 1.0
    scale = alt.Scale(domain=[0, highest * 1.12], nice=False)
    pick = alt.selection_point(name="pick", fields=["on"])
    colours = alt.Scale(domain=list(names.values()), range=[look.states[state] for state in STATES])
    bars: Any = (
        alt.Chart(alt.InlineData(parts))
        .mark_bar(cursor="default" if look.is_wall else "pointer")
        .encode(
            x=x,
            y=alt.Y("value:Q", stack="zero", axis=None, scale=scale),
            order="place:Q",
            color=alt.Color("state:N", scale=colours, legend=alt.Legend()),
            tooltip=[
                alt.Tooltip("month:N", title=say("chart.day")),
                alt.Tooltip("state:N", title=say("filter.state")),
                alt.Tooltip("exact:N", title=say("column.value")),
            ],
        )
    )
    labels = (
        alt.Chart(alt.InlineData(tops))
        .mark_text(dy=-look.size * 0.7, fontWeight=600)
        .encode(
            x=x,
            y=alt.Y("value:Q", axis=None, scale=scale),
            text="label:N",
            opacity=alt.condition(_HAS_ROOM, alt.value(1), alt.value(0)),
        )
    )
    chart = (bars if look.is_wall else bars.add_params(pick)) + labels
    if marks:
        chart += (
            alt.Chart(alt.InlineData(marks))
            .mark_tick(thickness=3, color=look.accent, bandSize=look.size * 3)
            .encode(
                x=x,
                y=alt.Y("value:Q", axis=None, scale=scale),
                tooltip=[
                    alt.Tooltip("month:N", title=say("chart.day")),
                    alt.Tooltip("exact:N", title=say("trial.now")),
                ],
            )
        )
    return look.style(chart, height=height, title=say("chart.forward"), width=width)
