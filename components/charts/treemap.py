"""Where the money stands: one tile a node, inside it what stands still by tier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from components.answers import Row
from components.charts.palette import TIERS, Look, tier_name
from components.words import Words


def draw(
    rows: Sequence[Row], names: Sequence[str], parent: str, look: Look, say: Words, *, height: int
) -> int | None:
    """`rows` of mart_levels with one name each; the place of the tile clicked, if one is."""
    tiles = [_tile(n, row, name, look, say) for n, (row, name) in enumerate(zip(rows, names, strict=True))]
    nodes = [node for tile in tiles for node in tile]
    figure = go.Figure(
        go.Treemap(
            ids=[node.id for node in nodes],
            labels=[node.label for node in nodes],
            parents=[node.parent for node in nodes],
            values=[node.value for node in nodes],
            hovertext=[node.hover for node in nodes],
            branchvalues="total",
            hoverinfo="text",
            textinfo="label",
            textfont={"size": 13, "color": [node.ink for node in nodes]},
            marker={
                "colors": [node.colour for node in nodes],
                "line": {"width": 1, "color": look.ground},
                "cornerradius": 3,
                "pad": {"t": 22, "l": 3, "r": 3, "b": 3},
            },
            root={"color": "rgba(0,0,0,0)"},
            pathbar={"visible": False},
            tiling={"pad": 1},
        )
    )
    figure.update_layout(
        uniformtext={"minsize": 11, "mode": "hide"},
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        height=height,
        paper_bgcolor="rgba(0,0,0,0)",
    )
    event = st.plotly_chart(
        figure, theme=None, key=f"treemap_{parent}", on_select="rerun", config={"displayModeBar": False}
    )
    points = event.selection.points
    return int(points[0]["id"].partition(":")[0]) if points and "id" in points[0] else None


@dataclass(frozen=True)
class _Node:
    id: str
    parent: str
    label: str
    value: float
    hover: str
    colour: str
    ink: str


def _tile(n: int, row: Row, name: str, look: Look, say: Words) -> list[_Node]:
    """A node and the parts of it that stand still; what they leave of it is healthy."""
    hover = f"{name}<br>{say.money_exact(row['value'])}<br>" + say(
        "chart.slow_of", share=say.percent(row["slow_share"])
    )
    label = f"{name}  {say.money(row['value'])}"
    whole = _Node(str(n), "", label, float(row["value"]), hover, look.tile, look.text)
    inside = [
        _Node(
            f"{n}:{tier}",
            str(n),
            "",
            float(row[column]) * _NEVER_MORE_THAN_THE_WHOLE,
            f"{tier_name(tier, say)}<br>{say.money_exact(row[column])}",
            look.tiers[tier],
            look.ground,
        )
        for tier, column in TIERS.items()
        if tier != "none" and row[column] > 0
    ]
    return [whole, *inside] if row["value"] > 0 else []


_NEVER_MORE_THAN_THE_WHOLE = 1 - 1e-9
"""Plotly draws nothing where rounded parts exceed their whole."""
