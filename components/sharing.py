"""Sending on what one sees: the full link, its short form, its QR code and the sentence it means.

The full link names the day, the data version and the policy version besides all that was chosen, so that it
shows the same numbers after a load and after another policy.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlencode

import segno
import streamlit as st

from components import answers, copying, navigation
from components.filter_bar import LANGUAGE, PAGE_PARAMETERS, Asked
from queries.decisions.links import GO
from queries.errors import StockError

_SIDE = 132
"""Pixels of the QR code in the popover."""


def offer(asked: Asked, meaning: str) -> None:
    """A button that opens the links to copy, `meaning` with them; the short one is kept when it is opened."""

    @st.fragment
    def opener() -> None:
        title = asked.say("share.title")
        box = st.popover(title, icon=":material/link:", type="tertiary", key="share", on_change="rerun")
        if box.open:
            with box:
                _links(asked, meaning)

    with st.container(width="content"):
        opener()


def full_link(asked: Asked) -> str:
    """The address of this page with everything that makes its numbers and its look."""
    shown = {
        name: st.query_params.get_all(name)
        for name in st.query_params
        if name in PAGE_PARAMETERS - {LANGUAGE, "embed", "embed_options"}
    }
    return base(asked) + _path(asked, shown)


def short_link(asked: Asked, **parameters: str) -> str:
    """The short address of this page and its filters, kept for good; `parameters` say how it is shown.

    Errors: DecisionsUnreachable, DecisionsBusy, StoreReadOnly, StoreFull.
    """
    return _short(asked, _path(asked, parameters))


def code(asked: Asked, **parameters: str) -> str | None:
    """The short link as a QR code, an SVG for st.image; None where it cannot be kept."""
    try:
        return _drawn(short_link(asked, **parameters))
    except StockError:
        return None


def follow() -> None:
    """Go where the address's short link leads; one that is not kept stays there, and a notice says so."""
    link = answers.long_link(st.query_params[GO]) if GO in st.query_params else None
    if link:
        path, _, query = link.lstrip("/").partition("?")
        navigation.go(navigation.page_at(path), parse_qs(query))


def _links(asked: Asked, meaning: str) -> None:
    say, link = asked.say, full_link(asked)
    copying.field(say("share.full"), link, say, key="share_full")
    try:
        short = _short(asked, link.removeprefix(base(asked)))
    except StockError:
        st.caption(say("share.no_short"))
        return
    copying.field(say("share.short"), short, say, key="share_short")
    copying.field(say("share.sentence"), f"{meaning} {short}", say, key="share_sentence")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.image(_drawn(short), width=_SIDE, alt=say("share.code"))
        st.caption(say("share.same"))


def _path(asked: Asked, parameters: Mapping[str, str | Sequence[str]]) -> str:
    query = urlencode({**asked.full_link(), **parameters}, doseq=True, safe=",")
    return f"{asked.page}?{query}"


def _short(asked: Asked, path: str) -> str:
    return f"{base(asked)}?{GO}={answers.short_id(f'/{path}')}"


def base(asked: Asked) -> str:
    """Where the app is, as the reader's browser has it, unless a setting says it."""
    here = (st.context.url or "").rstrip("/")
    return f"{answers.public_url().rstrip('/') or here.removesuffix(asked.page).rstrip('/')}/"


def _drawn(link: str) -> str:
    """The QR code on a white ground, which phones need, whatever the theme."""
    return str(segno.make_qr(link, error="m").svg_inline(scale=4, border=3, dark="#000", light="#fff"))
