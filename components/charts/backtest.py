"""The back-test drawn: cost by threshold with its flat region, what is found, and which methods agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from components.answers import Row
from components.charts import canvas
from components.charts.palette import Look
from components.words import Words

COSTS, HITS = ("cost", "miss_cost", "alarm_cost"), ("precision", "recall", "value_recall")
_DASHES = ([1, 0], [6, 3], [2, 3])


def costs(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> None:
    """`rows` of mart_backtest_curve of one method and part, in order of threshold."""
    alt_text = say("chart.costs.about")
    canvas.put(costs_picture, rows, look, say, height=height, width=width, key="backtest_costs", alt=alt_text)


def hits(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> None:
    """`rows` as for `costs`."""
    alt_text = say("chart.hits.about")
    canvas.put(hits_picture, rows, look, say, height=height, width=width, key="backtest_hits", alt=alt_text)


def overlap(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> None:
    """`rows` of mart_backtest_overlap in order of both methods."""
    alt_text = say("chart.overlap.about")
    canvas.put(
        overlap_picture, rows, look, say, height=height, width=width, key="backtest_overlap", alt=alt_text
    )


def costs_picture(
    rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None
) -> Any:
    """The chart alone; thresholds that the records cannot measure are left out."""
    measured = [row for row in rows if row["is_measured"]]
    flat = [row["threshold_days"] for row in measured if row["is_flat"]]
    band: Any = (
        alt.Chart(alt.InlineData([{"from": min(flat), "until": max(flat)}] if flat else []))
        .mark_rect(color=look.accent, opacity=0.18)
        .encode(x="from:Q", x2="until:Q")
    )
    lines = _lines(measured, COSTS, say.money, None, look, say)
    chart = band + lines + _marks(measured, look, say)
    return look.style(chart, height=height, title=say("chart.costs"), width=width)


def hits_picture(
    rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None
) -> Any:
    """The chart alone; thresholds that the records cannot measure are left out."""
    measured = [row for row in rows if row["is_measured"]]
    chart = _lines(measured, HITS, say.percent, [0, 1], look, say) + _marks(measured, look, say)
    return look.style(chart, height=height, title=say("chart.hits"), width=width)


def overlap_picture(
    rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None
) -> Any:
    """The chart alone; the larger the share of a row's items that a column flags too, the fuller its cell."""
    cells: list[dict[str, Any]] = [
        {
            "first": say(f"method.{row['first_method']}"),
            "second": say(f"method.{row['second_method']}"),
            "share": row["overlap_share"] or 0.0,
            "items": say.number(row["item_count"]),
            "money": say.money(row["value"]),
            "exact": say.money_exact(row["value"]),
            "told": say.percent(row["overlap_share"] or 0),
        }
        for row in rows
    ]
    names = list(dict.fromkeys(cell["first"] for cell in cells))
    words: dict[str, Any] = {
        "title": None, "ticks": False, "domain": False, "labelExpr": "split(datum.label, ' ')",
    }  # fmt: skip
    room = look.size * 1.4 if any(" " in name for name in names) else look.size / 3
    scale = alt.Scale(domain=names)
    base: Any = alt.Chart(alt.InlineData(cells)).encode(
        x=alt.X(
            "second:N",
            sort=names,
            scale=scale,
            axis=alt.Axis(orient="top", labelAngle=0, labelPadding=room, **words),
        ),
        y=alt.Y("first:N", sort=names, scale=scale, axis=alt.Axis(**words)),
        tooltip=[
            alt.Tooltip("first:N", title=say("column.method")),
            alt.Tooltip("second:N", title=say("chart.overlap.too")),
            alt.Tooltip("items:N", title=say("column.item_count")),
            alt.Tooltip("exact:N", title=say("column.value")),
            alt.Tooltip("told:N", title=say("chart.overlap.share")),
        ],
    )
    ground = base.mark_rect(stroke=look.line, color=look.accent).encode(
        fillOpacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0, 0.45]), legend=None)
    )
    items = base.mark_text(dy=-look.size * 0.6, fontWeight=600).encode(text="items:N")
    money = base.mark_text(dy=look.size * 0.8).encode(text="money:N")
    return look.style(ground + items + money, height=height, title=say("chart.overlap"), width=width)


def _lines(
    rows: Sequence[Row], names: Sequence[str], said: Any, domain: list[int] | None, look: Look, say: Words
) -> Any:
    points = [
        {"days": row["threshold_days"], "kind": say(f"column.{name}"), "value": float(row[name]),
         "said": said(row[name])}
        for name in names
        for row in rows
        if row[name] is not None
    ]  # fmt: skip
    kinds = [say(f"column.{name}") for name in names]
    colours = [look.text, look.quiet, look.accent]
    form = ".0%" if domain else "~s"
    reach = alt.Scale(domain=domain) if domain else alt.Scale(zero=True)
    return (
        alt.Chart(alt.InlineData(points))
        .mark_line(strokeWidth=2, interpolate="monotone")
        .encode(
            x=alt.X("days:Q", title=say("chart.threshold"), scale=alt.Scale(zero=False, nice=False),
                    axis=alt.Axis(grid=False, tickCount=6)),
            y=alt.Y("value:Q", title=None, scale=reach,
                    axis=alt.Axis(tickCount=4, domain=False, format=form)),
            color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=colours),
                            legend=alt.Legend(symbolType="stroke", columns=3)),
            strokeDash=alt.StrokeDash("kind:N", scale=alt.Scale(domain=kinds, range=_DASHES), legend=None),
            tooltip=[
                alt.Tooltip("days:Q", title=say("chart.threshold")),
                alt.Tooltip("kind:N", title=say("column.kind")),
                alt.Tooltip("said:N", title=say("column.value")),
            ],
        )
    )  # fmt: skip


def _marks(rows: Sequence[Row], look: Look, say: Words) -> Any:
    """Where the threshold stands now, and where it would have cost least, each with its words."""
    found = [
        {"days": row["threshold_days"], "label": say(f"chart.{name}", days=say.number(row["threshold_days"]))}
        for name, is_it in (("present", "is_present"), ("least", "is_least"))
        for row in rows
        if row[is_it]
    ]
    last = max((row["threshold_days"] for row in rows), default=0)
    layers: list[Any] = []
    for place, mark in enumerate(found):
        base = alt.Chart(alt.InlineData([mark])).encode(x="days:Q")
        is_late = mark["days"] > last / 2
        layers.append(base.mark_rule(color=look.quiet, strokeDash=[3, 3]))
        where: dict[str, Any] = {
            "align": "right" if is_late else "left",
            "dx": -5 if is_late else 5,
            "y": alt.expr(f"height * {0.84 - place / 8}"),
            "fontWeight": 600,
        }
        words = base.encode(text="label:N")
        layers.append(words.mark_text(**where, stroke=look.ground, strokeWidth=4, strokeJoin="round"))
        layers.append(words.mark_text(**where))
    return alt.layer(*layers)
