"""Where the money stands: one tile a node, its area the value, its coloured part what stands still by tier.

Drawn with Altair from its own layout, since Plotly's treemap tells Streamlit of no click.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import altair as alt
import streamlit as st

from components.answers import Row
from components.charts.palette import TIERS, Look, tier_name
from components.words import Words

WIDE, HIGH = 1000.0, 320.0
"""The plane the tiles are laid out on; the chart stretches it to its place."""
ONE_LINE, TWO_LINES = 50.0, 100.0
"""Height from which a tile has room for its name, and for its money too."""


class Box(NamedTuple):
    """A rectangle on the plane."""

    x: float
    y: float
    width: float
    height: float


def draw(
    rows: Sequence[Row], names: Sequence[str], place: str, look: Look, say: Words, *, height: int
) -> int | None:
    """`rows` of mart_levels with one name each; the index of the row whose tile was clicked, if one was."""
    shown = sorted(
        ((n, row, name) for n, (row, name) in enumerate(zip(rows, names, strict=True)) if row["value"] > 0),
        key=lambda each: -each[1]["value"],
    )
    boxes = squares([float(row["value"]) for _, row, _ in shown], Box(0, 0, WIDE, HIGH))
    tiles = [
        {**_edges(box), "n": n, "name": name, "money": say.money(row["value"]),
         "exact": say.money_exact(row["value"]),
         "slow": say("chart.slow_of", share=say.percent(row["slow_share"]))}
        for (n, row, name), box in zip(shown, boxes, strict=True)
    ]  # fmt: skip
    parts = [p for (_, row, _), box in zip(shown, boxes, strict=True) for p in _parts(row, box, say)]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDE], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[HIGH, 0], nice=False))
    colours = alt.Scale(
        domain=[tier_name(tier, say) for tier in TIERS], range=[look.tiers[tier] for tier in TIERS]
    )
    legend = alt.Legend(
        title=None,
        orient="top",
        symbolType="square",
        values=[tier_name(tier, say) for tier in TIERS if tier != "none"],
    )
    ground = alt.Chart(alt.InlineData(tiles)).encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
    slices = alt.Chart(alt.InlineData(parts)).encode(
        x=x, x2="x2:Q", y=y, y2="y2:Q", color=alt.Color("tier:N", scale=colours, legend=legend)
    )
    pick = alt.selection_point(name="pick", fields=["n"])
    glass: Any = ground.mark_rect(opacity=0.001, cursor="pointer").encode(
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("exact:N", title=say("column.value")),
            alt.Tooltip("slow:N", title=" "),
        ]
    )
    chart: Any = alt.layer(
        ground.mark_rect(color=look.tile, stroke=look.ground, strokeWidth=2),
        slices.mark_rect(),
        _line(tiles, "name:N", ONE_LINE, 7, look, x, y),
        _line(tiles, "money:N", TWO_LINES, 7 + look.size * 1.4, look, x, y),
        glass.add_params(pick),
    )
    title = say("chart.treemap")
    event = st.altair_chart(
        look.style(chart, height=height, title=title),
        theme=None,
        key=f"treemap_{place}",
        alt=title,
        on_select="rerun",
    )
    picked: Any = event.selection.get("pick")
    return int(picked[0]["n"]) if picked else None


def squares(values: Sequence[float], room: Box) -> list[Box]:
    """One box a value, areas in proportion, as square as may be; `values` fall and are above zero.

    Source: Bruls, Huizing, van Wijk, Squarified Treemaps (2000).
    """
    boxes: list[Box] = []
    left = list(values)
    while left:
        scale = room.width * room.height / sum(left)
        side = min(room.width, room.height)
        count = 1
        while count < len(left) and _worst(left[: count + 1], scale, side) <= _worst(
            left[:count], scale, side
        ):
            count += 1
        row, left = left[:count], left[count:]
        depth = sum(row) * scale / side if side else 0.0
        boxes += _row(row, scale, depth, room)
        room = (
            Box(room.x + depth, room.y, max(room.width - depth, 0.0), room.height)
            if room.width >= room.height
            else Box(room.x, room.y + depth, room.width, max(room.height - depth, 0.0))
        )
    return boxes


def _worst(row: Sequence[float], scale: float, side: float) -> float:
    """How far the row's worst box is from a square: the longer side over the shorter."""
    total = sum(row) * scale
    if not total or not side:
        return 0.0
    return max(side**2 * row[0] * scale / total**2, total**2 / (side**2 * row[-1] * scale))


def _row(row: Sequence[float], scale: float, depth: float, room: Box) -> Iterator[Box]:
    at = 0.0
    for value in row:
        length = value * scale / depth if depth else 0.0
        if room.width >= room.height:
            yield Box(room.x, room.y + at, depth, length)
        else:
            yield Box(room.x + at, room.y, length, depth)
        at += length


def _edges(box: Box) -> dict[str, float]:
    return {"x": box.x, "y": box.y, "x2": box.x + box.width, "y2": box.y + box.height}


def _parts(row: Row, box: Box, say: Words) -> Iterator[dict[str, Any]]:
    """The tile below its label, filled from the left by each tier's share of the tile's value."""
    label = 50.0 if box.height > TWO_LINES else 28.0 if box.height > ONE_LINE else 2.0
    at, inside = box.x + 2, box.width - 4
    for tier, column in TIERS.items():
        if tier != "none" and row[column] > 0:
            width = inside * float(row[column] / row["value"])
            part = Box(at, box.y + label, width, box.height - label - 2)
            yield {**_edges(part), "tier": tier_name(tier, say)}
            at += width


def _line(
    tiles: list[dict[str, Any]], text: str, least: float, down: float, look: Look, x: alt.X, y: alt.Y
) -> Any:
    """One line of the labels, cut to its tile, left out where the tile is too small."""
    room = f"((datum.x2 - datum.x) / {WIDE} * width - 14)"
    return (
        alt.Chart(alt.InlineData(tiles))
        .mark_text(
            align="left",
            baseline="top",
            dx=7,
            dy=down,
            color=look.text,
            fontWeight="bold" if text == "name:N" else "normal",
            limit={"expr": f"max({room}, 1)"},
        )
        .encode(
            x=x,
            y=y,
            text=text,
            opacity=alt.condition(f"{room} > 40 && datum.y2 - datum.y > {least}", alt.value(1), alt.value(0)),
        )
    )
