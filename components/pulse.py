"""The wall's pulse: every two seconds, is there anything newer, can it be read, how old is what stands there.

Newer numbers are asked for before the page is drawn anew; those that cannot be read leave the last good ones.
"""

from __future__ import annotations

import time

import streamlit as st

from components import answers, clock, states, wall
from components.filter_bar import Asked
from components.words import Words
from queries.errors import StockError
from queries.filters import Filters

SECONDS = 2
STOPS = ".\u3002"
LAST = 3
FAULT_SECONDS = 10
"""How long a data version that could not be read is not tried again."""


def readable(newest: int) -> int:
    """The newest data version that can be read, of the last few; `newest` itself where none of them can."""
    for number in range(newest, max(newest - LAST, 0), -1):
        if _fault(Filters(data_version=number).to_link()) is None:
            return number
    return newest


def beat(asked: Asked) -> None:
    """The foot of the wall: what is wrong, if anything; the stamp; when the numbers were last confirmed."""
    say = asked.say
    confirmed = clock.now()

    @st.fragment(run_every=SECONDS)
    def look() -> None:
        nonlocal confirmed
        wrong = _wrong(asked)
        if not wrong:
            confirmed = clock.now()
        if banner := " · ".join(filter(None, (wrong, states.stale(asked), *_ignored(asked)))):
            wall.text("banner", banner)
        wall.text("offline", say("wall.offline"))
        wall.text("stamp", f"{states.stamp(asked)} · {say('wall.confirmed', moment=say.second(confirmed))}")

    look()


def try_again() -> None:
    """Draw the page anew after a while: for a wall that could not say anything but what went wrong."""
    begun = time.monotonic()

    @st.fragment(run_every=FAULT_SECONDS)
    def again() -> None:
        if time.monotonic() - begun > FAULT_SECONDS / 2:
            st.rerun()

    again()


def _wrong(asked: Asked) -> str:
    """Why what stands there is not the newest; the page is drawn anew where something newer can be read."""
    say, shown = asked.say, asked.filters.data_version or 0
    try:
        newest = _newest(asked)
    except StockError as error:
        return say("wall.unreachable", why=_why(error, say))
    number = newest.data_version or 0
    if newest == asked.filters:
        return ""
    if number < shown:
        gone = say("error.version_gone", number=shown, newest=number)
        return say("wall.unreachable", why=gone.rstrip(STOPS))
    fault = _fault(newest.to_link())
    if fault is None:
        st.rerun()
    return say("wall.unreadable", number=number, why=_why(fault, say))


def _why(error: StockError, say: Words) -> str:
    return states.sentence_of(error, say).rstrip(STOPS)


def _newest(asked: Asked) -> Filters:
    """The same question, asked now."""
    number = asked.chosen.data_version or answers.newest_version()
    return answers.in_force(asked.chosen.where(data_version=number or None))[0]


@st.cache_resource(ttl=FAULT_SECONDS, max_entries=50, show_spinner=False)
def _fault(link: str) -> StockError | None:
    """Why that question cannot be answered, None if it can; asked once for all walls."""
    try:
        answers.ask_one("mart_totals", Filters.from_link(link)[0])
    except StockError as error:
        return error
    return None


def _ignored(asked: Asked) -> list[str]:
    parts = (*asked.ignored, *wall.ignored())
    return [states.ignored(each, asked.say) for each in parts]
