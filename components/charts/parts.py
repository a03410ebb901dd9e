"""What part of all stock is urgent, in turn, watched or healthy: one bar, full width, no words."""

from __future__ import annotations

import altair as alt
import streamlit as st

from components.answers import Row
from components.charts.palette import TIERS, Look, tier_name
from components.words import Words


def draw(totals: Row, look: Look, say: Words, *, height: int, width: int | None = None) -> None:
    """`totals` is the row of mart_totals; the figures stand beside the bar, so it carries none."""
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
    st.altair_chart(
        look.style(chart, height=height, width=width),
        theme=None,
        width="content" if width else "stretch",
        key="chart_parts",
        alt=say("chart.parts"),
    )
