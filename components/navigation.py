"""Which pages there are: one line a page, in the order of the menu. Nothing else knows a page's address."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from components.words import Words

ROOT = Path(__file__).resolve().parents[1]
ICON = Path(__file__).with_name("icon.svg")


@dataclass(frozen=True)
class Page:
    """One page: its file below the root, its address, the key of its title, its icon."""

    file: str
    url_path: str
    title: str
    icon: str


START = Page("pages/start/steps.py", "", "steps.title", ":material/signpost:")
BOARD = Page("pages/watch/board.py", "board", "board.title", ":material/monitoring:")
STOCK = Page("pages/trace/stock.py", "stock", "stock.title", ":material/account_tree:")
ITEM = Page("pages/trace/item.py", "item", "item.title", ":material/deployed_code_history:")
FLOW = Page("pages/trace/flow.py", "flow", "flow.title", ":material/conversion_path:")
SPACE = Page("pages/trace/space.py", "space", "space.title", ":material/deployed_code:")
QUALITY = Page("pages/trace/quality.py", "quality", "quality.title", ":material/fact_check:")
THRESHOLDS = Page("pages/tune/thresholds.py", "thresholds", "thresholds.title", ":material/tune:")
CLASSES = Page("pages/tune/classes.py", "classes", "classes.title", ":material/grid_view:")
BACKTEST = Page("pages/tune/backtest.py", "backtest", "backtest.title", ":material/experiment:")
HANDBOOK = Page("pages/tune/handbook.py", "handbook", "handbook.title", ":material/menu_book:")
ALERTS = Page("pages/tune/alerts.py", "alerts", "alerts.title", ":material/notifications_active:")
UPLOAD = Page("pages/data/upload.py", "upload", "upload.title", ":material/upload_file:")
COUNT = Page("pages/data/count.py", "count", "count.title", ":material/checklist:")
DUPLICATES = Page("pages/data/duplicates.py", "duplicates", "duplicate.title", ":material/difference:")
HISTORY = Page("pages/data/history.py", "history", "history.title", ":material/history:")
PAGES = (
    START,
    BOARD,
    STOCK,
    ITEM,
    FLOW,
    SPACE,
    QUALITY,
    THRESHOLDS,
    CLASSES,
    BACKTEST,
    HANDBOOK,
    ALERTS,
    UPLOAD,
    HISTORY,
    COUNT,
    DUPLICATES,
)
NEEDS_NO_DATA = (START, UPLOAD, HISTORY)
"""Pages that have something to say before anything was loaded."""
UNFILTERED = (ALERTS, UPLOAD, HISTORY)
"""Pages that no filter changes: they are drawn without the bar."""


def claim() -> None:
    """Tell Streamlit, when it imports the app and before its first visitor, that pages/ follows `PAGES`.

    Until st.navigation was called once, a folder named pages is taken for the old kind of app, and whoever
    opens a deep link first sees a dialog "Page not found".
    """
    logging.disable(logging.WARNING)
    st.navigation([st.Page(ROOT / START.file, default=True)])
    logging.disable(logging.NOTSET)


def navigate(say: Words) -> StreamlitPage:
    """The page that the address names; `menu` draws the links, since they carry the filters."""
    listed = [
        st.Page(
            ROOT / page.file,
            title=say(page.title),
            url_path=page.url_path,
            default=page is START,
        )
        for page in PAGES
    ]
    return st.navigation(listed, position="hidden")


def page_at(url_path: str) -> Page:
    """The page at that address; the first one where there is none."""
    return next((page for page in PAGES if page.url_path == url_path), START)


def needs_no_data(page: StreamlitPage) -> bool:
    """Whether this page has something to say before anything was loaded."""
    return page.url_path in {each.url_path for each in NEEDS_NO_DATA}


def is_filtered(page: StreamlitPage) -> bool:
    """Whether the filters change what this page shows."""
    return page.url_path not in {each.url_path for each in UNFILTERED}


def menu(say: Words, link: Mapping[str, str | Sequence[str]]) -> None:
    """Links to every page that keep the filters and the language."""
    for page in PAGES:
        door(page, say(page.title), link, icon=page.icon, width="stretch")


def door(
    page: Page,
    label: str,
    link: Mapping[str, str | Sequence[str]],
    *,
    icon: str | None = None,
    width: Literal["content", "stretch"] = "content",
) -> None:
    """A link to a page with filters in its address."""
    st.page_link(ROOT / page.file, label=label, icon=icon, query_params=dict(link), width=width)


def go(page: Page, link: Mapping[str, str | Sequence[str]]) -> None:
    """Leave for a page with filters in its address: what a click on a chart or a row does."""
    st.switch_page(ROOT / page.file, query_params=dict(link))
