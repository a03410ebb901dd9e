"""Which groups hold most money: one bar a group, what stands still by tier at its foot."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt
import streamlit as st

from components.answers import Row
from components.charts.palette import TIERS, Look, tier_name
from components.words import Words

MOST = 12
"""Bars that one look takes in."""


def draw(
    rows: Sequence[Row], names: Sequence[str], place: str, look: Look, say: Words, *, height: int
) -> int | None:
    """`rows` of mart_levels with one name each; the index of the row whose bar was clicked, if one was."""
    shown = [
        (n, row, name) for n, (row, name) in enumerate(zip(rows, names, strict=True)) if row["value"] > 0
    ]
    shown = sorted(shown, key=lambda each: -each[1]["value"])[:MOST]
    parts = [
        {"n": n, "name": name, "place": at, "tier": tier_name(tier, say), "value": float(money),
         "exact": say.money_exact(money)}
        for n, row, name in shown
        for at, (tier, money) in enumerate(_parts(row))
    ]  # fmt: skip
    ends: list[dict[str, Any]] = [
        {"n": n, "value": float(row["value"]),
         "label": f"{say.money(row['value'])} · {say.percent(row['slow_share'], 0)}"}
        for n, row, _ in shown
    ]  # fmt: skip
    widest = max((end["value"] for end in ends), default=1) or 1
    scale = alt.Scale(domain=[0, widest * 1.3], nice=False)
    label = {"expr": "datum.label"}
    y = alt.Y("n:N", sort=[n for n, _, _ in shown], title=None, axis=_axis(shown))
    pick = alt.selection_point(name="pick", fields=["n"])
    bars: Any = (
        alt.Chart(alt.InlineData(parts))
        .mark_bar(cornerRadiusEnd=2, size=look.size * 1.3, cursor="pointer")
        .encode(
            y=y,
            x=alt.X("sum(value):Q", axis=None, scale=scale),
            order="place:Q",
            color=alt.Color(
                "tier:N",
                scale=alt.Scale(
                    domain=[tier_name(tier, say) for tier in TIERS], range=[look.tiers[t] for t in TIERS]
                ),
                legend=alt.Legend(title=None, orient="top", symbolType="square"),
            ),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("tier:N", title=say("filter.tier")),
                alt.Tooltip("exact:N", title=say("column.value")),
            ],
        )
    )
    money: Any = (
        alt.Chart(alt.InlineData(ends))
        .mark_text(align="left", dx=8, text=label)
        .encode(y=y, x=alt.X("value:Q", axis=None, scale=scale))
    )
    title = say("chart.treemap")
    chart = look.style(
        bars.add_params(pick) + money, height=min(height, look.size * 4 * (len(shown) + 1)), title=title
    )
    event = st.altair_chart(chart, theme=None, key=f"bars_{place}", alt=title, on_select="rerun")
    picked: Any = event.selection.get("pick")
    return int(picked[0]["n"]) if picked else None


def _parts(row: Row) -> list[tuple[str, Any]]:
    """The money of each tier, the most urgent first, and last what does not stand still."""
    slow = [(tier, row[column]) for tier, column in TIERS.items() if tier != "none"]
    return [*slow, ("none", row["value"] - sum(money for _, money in slow))]


def _axis(shown: Sequence[tuple[int, Row, str]]) -> Any:
    names = {str(n): name for n, _, name in shown}
    return alt.Axis(
        ticks=False,
        domain=False,
        labelPadding=8,
        labelLimit=340,
        labelExpr=f"({json.dumps(names)})[datum.value]",
    )
