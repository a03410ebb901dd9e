"""The app served without its charts: what else a page costs. `python -m tests.bench.bare PORT`."""

from __future__ import annotations

import sys
from typing import Any

import streamlit as st
from streamlit.web.cli import main

from components.charts import ageing, bridge, forward, history, parts, ranking, treemap, trend
from queries.serving import APP

MODULES = (ageing, bridge, forward, history, parts, ranking, treemap, trend)
DRAWING = ("draw", "warehouses", "items")


def nothing(*rows: Any, **looks: Any) -> None:
    """Instead of a chart: a word, so that the page has as many elements."""
    st.text("-")


if __name__ == "__main__":
    for module in MODULES:
        for name in DRAWING:
            if hasattr(module, name):
                setattr(module, name, nothing)
    sys.argv = [
        *("streamlit", "run", str(APP), "--server.port", sys.argv[1], "--server.address", "127.0.0.1"),
        *("--server.headless", "true", "--browser.gatherUsageStats", "false"),
        *("--logger.hideWelcomeMessage", "true"),
    ]
    main()
