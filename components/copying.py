"""A text with a button that copies it, also on a plain-http intranet, where Streamlit's own cannot.

Its script copying.js stands beside it with its markup and style.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.words import Words

_HTML, _CSS, _JS = (Path(__file__).with_suffix(kind).read_text("utf-8") for kind in (".html", ".css", ".js"))
_MOUNT = st.components.v2.component("copying", html=_HTML, css=_CSS, js=_JS)


def field(label: str, text: str, say: Words, *, key: str) -> None:
    """The text on one line under its label, and the button."""
    words = {name: say(f"copy.{name}") for name in ("copy", "done", "by_hand")}
    _MOUNT(key=key, data={"label": label, "text": text, **words})
