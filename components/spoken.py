"""Tells the browser which language a page speaks; Streamlit's own document calls every page English."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components.words import LOCALES, Words

_MOUNT = st.components.v2.component("spoken", js=Path(__file__).with_suffix(".js").read_text("utf-8"))


def tell(say: Words) -> None:
    """Name the reader's language; draws nothing."""
    _MOUNT(key="spoken", data={"language": LOCALES[say.language].replace("_", "-")})
