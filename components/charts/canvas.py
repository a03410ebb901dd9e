"""Where a chart is put on a page: the same rows in the same look are made a chart once, and kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from components.answers import Row
from components.charts.palette import Look
from components.words import Words

Picture = Callable[..., Any]
"""Makes a chart of rows, look and words, with `height` and `width` by name."""


def put(
    picture: Picture,
    rows: Sequence[Row],
    look: Look,
    say: Words,
    *,
    height: int,
    width: int | None,
    key: str,
    alt: str,
    field: str = "",
) -> str | None:
    """Draw it; the `field` of the mark clicked: None while none is, and always on the wall."""
    spec = _spec(f"{picture.__module__}.{picture.__qualname__}", picture, rows, look, say, height, width)
    looks: dict[str, Any] = {
        "theme": None,
        "width": "content" if width else "stretch",
        "key": f"chart_{key}",
        "alt": alt,
    }
    if look.is_wall or not field:
        st.vega_lite_chart(spec=spec, **looks)
        return None
    event = st.vega_lite_chart(spec=spec, **looks, on_select="rerun")
    picked: Any = event.selection.get("pick")
    return str(picked[0][field]) if picked else None


@st.cache_data(max_entries=400, show_spinner=False)
def _spec(
    name: str,
    _picture: Picture,
    rows: Sequence[Row],
    look: Look,
    say: Words,
    height: int,
    width: int | None,
) -> dict[str, Any]:
    spec: dict[str, Any] = _picture(rows, look, say, height=height, width=width).to_dict()
    return spec
