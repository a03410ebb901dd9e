"""Wall mode (`wall=1`): the board alone on a dark screen, read from five metres, with nothing to touch.

The address names the scenes in their order and how long each one stands: `scenes=overview,ages&seconds=20`.
They lie on top of each other and the stylesheet turns them, so that they turn without the server too. It is
drawn for 1920 pixels of width and scales itself to other screens. This module is the only one that loads
CSS: beside the wall's, the rules for what goes to paper.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from components.states import plain
from queries.filters import Ignored

STYLESHEET = Path(__file__).with_name("wall.css")
PAPER = Path(__file__).with_name("paper.css")
SCENES = ("overview", "warehouses", "ages", "items", "changes", "actions")
SECONDS, LEAST_SECONDS, MOST_SECONDS = 20, 2, 3600


def is_on() -> bool:
    """Whether the address asks for the wall."""
    return bool(st.query_params.get("wall") == "1")


def scenes() -> tuple[str, ...]:
    """The scenes that the address names, in its order; all of them where it names none."""
    named = dict.fromkeys(name for name in _named_scenes() if name in SCENES)
    return tuple(named) or SCENES


def seconds() -> int:
    """How long a scene stands before the next one."""
    asked = st.query_params.get("seconds", "")
    return int(asked) if _is_time(asked) else SECONDS


def ignored() -> tuple[Ignored, ...]:
    """Scenes and seconds of the address that mean nothing."""
    wrong = [Ignored("scenes", name[:80], "unknown") for name in _named_scenes() if name not in SCENES]
    asked = st.query_params.get("seconds", "")
    if asked and not _is_time(asked):
        wrong.append(Ignored("seconds", asked[:80], "unreadable"))
    return tuple(wrong)


def _named_scenes() -> list[str]:
    named = ",".join(st.query_params.get_all("scenes"))
    return [name.strip() for name in named.split(",") if name.strip()]


def _is_time(asked: str) -> bool:
    return asked.isdecimal() and len(asked) < 6 and LEAST_SECONDS <= int(asked) <= MOST_SECONDS


def hang_up() -> None:
    """Load the stylesheet with how many scenes there are and how long each stands."""
    told = {"--scenes": len(scenes()), "--seconds": seconds()}
    lines = "".join(f"  {name}: {value};\n" for name, value in told.items())
    st.html(f"<style>\n:root {{\n{lines}}}\n{STYLESHEET.read_text(encoding='utf-8')}</style>")


def paper() -> None:
    """Load what holds only in print: containers keyed `sheet_…` on a page each, and nothing else."""
    st.html(PAPER)


@contextmanager
def part(name: str) -> Iterator[None]:
    """One area of the wall's grid; wall.css places it by this name."""
    with st.container(key=f"wall_{name}", gap=None):
        yield


def text(role: str, words: str) -> None:
    """Words in one of the wall's sizes, as they are: hero, figure, label, small."""
    with st.container(key=f"wall_{role}", gap=None):
        st.markdown(plain(words))
