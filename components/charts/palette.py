"""The one home of colours and type for charts: the same roles on dark, light and wall."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

import altair as alt
import streamlit as st

from components.words import Words

TIERS: Mapping[str, str] = {
    "R": "red_value",
    "S": "standard_value",
    "T": "temporary_value",
    "none": "other_value",
}
"""Tier code to the column that holds its money."""

SHAPES: Mapping[str, str] = {"R": "▲", "S": "■", "T": "●", "none": "○"}
"""Tier code to the mark that tells it without colour."""


FONT = '"Source Sans", "Noto Sans CJK SC", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif'
"""The page's own font by name, since a chart measures its words with it."""


@dataclass(frozen=True)
class Look:
    """Colours by role, and sizes in CSS pixels: desk or wall. States go in one hue, the worst strongest."""

    ground: str
    text: str
    quiet: str
    line: str
    tile: str
    tiers: Mapping[str, str]
    states: Mapping[str, str]
    accent: str
    size: int = 13
    title: int = 15
    is_wall: bool = False

    def width_of(self, text: str) -> int:
        """About how many CSS pixels a chart needs for these words: a Chinese character is as wide as high."""
        return round(sum(1.0 if east_asian_width(c) in "WF" else 0.6 for c in text) * self.size)

    def style(
        self, chart: alt.Chart | alt.LayerChart, *, height: int, title: str = "", width: int | None = None
    ) -> Any:
        """The chart with the house's theme, drawn as SVG so that it scales and can be read by machines.

        `width` in CSS pixels is for the wall, whose stylesheet zooms; at the desk a chart fills its place.
        """
        named = {"title": title} if title else {}
        return (
            chart.properties(
                width=width or "container",
                height=height,
                usermeta=_SVG,
                padding={"top": self.size / 2, "bottom": self.size / 2, "left": 2, "right": 2},
                autosize=alt.AutoSizeParams(type="fit", contains="padding"),
                **named,
            )
            .configure(background="transparent", font=FONT)
            .configure_view(stroke=None)
            .configure_title(
                fontSize=self.title, color=self.text, anchor="start", fontWeight=600, offset=self.size
            )
            .configure_axis(
                labelColor=self.quiet,
                labelFontSize=self.size,
                titleColor=self.quiet,
                titleFontSize=self.size,
                domainColor=self.line,
                gridColor=self.line,
                tickColor=self.line,
                labelLimit=self.size * 22,
            )
            .configure_text(fontSize=self.size, color=self.text)
            .configure_legend(
                labelColor=self.text,
                labelFontSize=self.size,
                title=None,
                orient="top",
                symbolType="square",
                symbolSize=self.size * 9,
                offset=2,
                labelLimit=0,
            )
        )


_SVG = {"embedOptions": {"renderer": "svg"}}
_DARK = Look(
    ground="#0E1420",
    text="#E8EDF5",
    quiet="#9FB0C8",
    line="#263248",
    tile="#2A374E",
    tiers={"R": "#FF7A66", "S": "#F5B84B", "T": "#62A8F5", "none": "#5B6B84"},
    states={"watch": "#3F4E68", "slow": "#6B7D9A", "dead": "#A9B8CE", "obsolete": "#E8EDF5"},
    accent="#3DD6B5",
)
_LIGHT = Look(
    ground="#FFFFFF",
    text="#0F1824",
    quiet="#56657A",
    line="#DDE3EB",
    tile="#D5DCE6",
    tiers={"R": "#C8371F", "S": "#9A6100", "T": "#1F6FD0", "none": "#8492A6"},
    states={"watch": "#CBD4E0", "slow": "#98A6BA", "dead": "#5F6F86", "obsolete": "#22303F"},
    accent="#087059",
)
_WALL = Look(
    ground=_DARK.ground,
    text=_DARK.text,
    quiet=_DARK.quiet,
    line=_DARK.line,
    tile=_DARK.tile,
    tiers=_DARK.tiers,
    states=_DARK.states,
    accent=_DARK.accent,
    size=28,
    title=40,
    is_wall=True,
)


def look(*, is_wall: bool = False) -> Look:
    """Colours and sizes for this reader's theme, or for the wall."""
    if is_wall:
        return _WALL
    return _DARK if st.context.theme.type == "dark" else _LIGHT


def paper() -> Look:
    """Colours and sizes for what is printed: always light."""
    return _LIGHT


def tier_name(tier: str, say: Words) -> str:
    """A tier's mark, letter and word: '▲ R urgent'."""
    letter = "" if tier == "none" else f"{tier} "
    return f"{SHAPES[tier]} {letter}{say(f'tier.{tier}')}"
