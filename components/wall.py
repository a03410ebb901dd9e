"""Wall mode (`wall=1`): the board alone on a dark screen, read from five metres, with nothing to touch.

Its stylesheet is drawn for 1920 pixels of width and scales itself to other screens. This module is the only
one that loads CSS: beside the wall's, the rules for what goes to paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

STYLESHEET = Path(__file__).with_name("wall.css")
PAPER = Path(__file__).with_name("paper.css")


def is_on() -> bool:
    """Whether the address asks for the wall."""
    return bool(st.query_params.get("wall") == "1")


def scene(known: tuple[str, ...]) -> str:
    """The scene that the address names; the first one where it names none."""
    asked = st.query_params.get("scene", known[0])
    return asked if asked in known else known[0]


def hang_up() -> None:
    """Load the stylesheet: dark ground, no sidebar, no toolbar, no scrolling."""
    st.html(STYLESHEET)


def paper() -> None:
    """Load what holds only in print: containers keyed `sheet_…` on a page each, and nothing else."""
    st.html(PAPER)


@contextmanager
def part(name: str) -> Iterator[None]:
    """One area of the wall's grid; wall.css places it by this name."""
    with st.container(key=f"wall_{name}", gap=None):
        yield


def text(role: str, words: str) -> None:
    """Words in one of the wall's sizes: hero, figure, label, small."""
    with st.container(key=f"wall_{role}", gap=None):
        st.markdown(words)
