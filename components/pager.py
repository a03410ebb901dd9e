"""Paging through rows that SQL pages: what is shown, and doors to the rows before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from components.navigation import Page, door
from components.words import Words

Link = Mapping[str, str | Sequence[str]]


def draw(page: Page, link: Link, say: Words, *, skipped: int, count: int, size: int, has_more: bool) -> None:
    """Rows `skipped` + 1 to `skipped` + `count`; `link` is the page's own address without `from_row`."""
    if not skipped and not has_more:
        return
    with st.container(horizontal=True, key="pager", vertical_alignment="center"):
        last = say.number(skipped + count)
        st.caption(say("pager.rows", first=say.number(skipped + 1), last=last), width="content")
        if skipped:
            before = max(0, skipped - size)
            place = {"from_row": str(before)} if before else {}
            door(page, say("pager.before"), {**link, **place}, icon=":material/chevron_left:")
        if has_more:
            after = {**link, "from_row": str(skipped + size)}
            door(page, say("pager.after"), after, icon=":material/chevron_right:")
