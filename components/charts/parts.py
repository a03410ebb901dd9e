"""What part of all stock is urgent, in turn, watched or healthy: one bar, full width, no words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from components.answers import Row
from components.charts import canvas
from components.charts.palette import TIERS, Look, tier_name
from components.words import Words


def draw(totals: Row, look: Look, say: Words, *, height: int, width: int | None = None) -> None:
    """`totals` is the row of mart_totals; the figures stand beside the bar, so it carries none."""
    alt_text = say("chart.parts")
    canvas.put(picture, [totals], look, say, height=height, width=width, key="parts", alt=alt_text)


def picture(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> Any:
    """The chart alone."""
    [totals] = rows
    parts = [
        {
            "tier": tier_name(tier, say),
            "place": place,
            "value": float(totals[column]),
            "exact": say.money_exact(totals[column]),
        }
        for place, (tier, column) in enumerate(TIERS.items())
    ]
    chart = (
        alt.Chart(alt.InlineData(parts))
        .mark_bar(size=height)
        .encode(
            x=alt.X("value:Q", stack="normalize", axis=None),
            order="place:Q",
            color=alt.Color(
                "tier:N",
                scale=alt.Scale(
                    domain=[tier_name(tier, say) for tier in TIERS],
                    range=[look.tiers[tier] for tier in TIERS],
                ),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("tier:N", title=say("filter.tier")),
                alt.Tooltip("exact:N", title=say("column.value")),
            ],
        )
    )
    return look.style(chart, height=height, width=width)
