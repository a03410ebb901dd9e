"""Doors into the rows of a table: the name that was clicked, or picked from a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from components.words import Words

LIST_WIDTH = 260


def clicked(key: str) -> int | None:
    """Place of the row whose button in the column of that key was clicked, in this run alone."""
    click: Any = st.session_state.get(key)
    return None if click is None else int(click["row"])


def picked(names: Sequence[str], say: Words, *, key: str) -> int | None:
    """A list of the rows' names, for whoever has no mouse; place of the one picked, in this run alone."""
    st.selectbox(
        say("door.row"),
        range(len(names)),
        index=None,
        format_func=names.__getitem__,
        key=key,
        placeholder=say("door.row"),
        label_visibility="collapsed",
        width=LIST_WIDTH,
        on_change=_take,
        args=(key,),
    )
    place: int | None = st.session_state.pop(f"{key}_now", None)
    return place


def _take(key: str) -> None:
    st.session_state[f"{key}_now"] = st.session_state[key]
    st.session_state[key] = None
