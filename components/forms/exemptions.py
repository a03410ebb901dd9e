"""Exemptions: items that are never slow, each with its reason, its owner and its last day."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from components import answers, filter_bar
from components.filter_bar import Asked
from components.states import plain
from components.words import Words
from queries.filters import Filters

Exemption = Mapping[str, str]
SAID = ("reason", "owner", "ends_on")
LONGEST = 200


def exemptions_of(filters: Filters) -> list[Exemption]:
    """The exemptions of these filters, in their order."""
    found: list[Exemption] = json.loads(filters.exemptions or "[]")
    return found


def last_day(exemption: Exemption) -> date | None:
    """The last day on which it holds, None where it has no end."""
    return date.fromisoformat(exemption["ends_on"]) if exemption.get("ends_on") else None


def status(exemption: Exemption, day: date | None, say: Words) -> str:
    """Whether it still holds on that day."""
    last = last_day(exemption)
    return say("exemption.ended" if last and day and last < day else "exemption.holds")


def editor(asked: Asked) -> None:
    """Add an exemption, change one or take one away; each step is one more trial in the link."""
    say, listed = asked.say, exemptions_of(asked.filters)
    chosen = st.selectbox(
        say("exemption.which"),
        range(len(listed) + 1),
        format_func=lambda n: _named(listed[n - 1], asked) if n else say("exemption.new"),
        key="exemption_which",
    )
    old = listed[chosen - 1] if chosen else {}
    key = f"exemption_{chosen}_{len(listed)}"
    with st.form(key, border=False):
        written = _fields(asked, old, key)
        with st.container(horizontal=True):
            keep = st.form_submit_button(say("exemption.keep"), type="primary")
            drop = bool(old) and st.form_submit_button(say("exemption.drop"))
    others = [each for n, each in enumerate(listed, start=1) if n != chosen]
    if drop:
        _take(asked, others)
    elif keep and (wrong := _wrong(asked, written)):
        st.error(wrong, icon=":material/block:")
    elif keep:
        _take(asked, [*listed[: chosen - 1], written, *listed[chosen:]] if chosen else [*listed, written])


def _named(exemption: Exemption, asked: Asked) -> str:
    say = asked.say
    until = say("exemption.until", day=say.day(last_day(exemption)))
    return f"{exemption['item_id']} · {until} · {status(exemption, asked.settings['as_of'], say)}"


def _fields(asked: Asked, old: Exemption, key: str) -> Exemption:
    say = asked.say
    written: dict[str, str] = {}
    item, owner, until = st.columns(3)
    for name, place in (("item_id", item), ("owner", owner)):
        written[name] = place.text_input(
            say(f"exemption.{name}"), old.get(name, ""), key=f"{key}_{name}", max_chars=LONGEST
        ).strip()
    last = until.date_input(
        say("exemption.ends_on"), last_day(old), key=f"{key}_ends_on", format="YYYY-MM-DD", max_value=date.max
    )
    written["reason"] = st.text_input(
        say("exemption.reason"), old.get("reason", ""), key=f"{key}_reason", max_chars=LONGEST
    ).strip()
    return {**written, "ends_on": last.isoformat() if last else ""}


def _wrong(asked: Asked, written: Exemption) -> str:
    """Why this is no exemption; empty if it is one."""
    say = asked.say
    missing = [say(f"exemption.{name}") for name in ("item_id", *SAID) if not written[name]]
    if missing:
        return say("exemption.missing", names=say("word.comma").join(missing))
    anywhere = Filters(data_version=asked.filters.data_version)
    if not answers.ask_one("mart_chosen_items", anywhere.where(item=written["item_id"])):
        return plain(say("exemption.unknown", item=written["item_id"]))
    return ""


def _take(asked: Asked, listed: Sequence[Exemption]) -> None:
    text, ignored = Filters.from_link({"exemptions": json.dumps(listed, ensure_ascii=False)})
    if ignored:
        st.error(asked.say("exemption.too_many"), icon=":material/block:")
        return
    is_as_policy = text.exemptions == (filter_bar.now(asked).exemptions or "[]")
    filter_bar.take(exemptions=None if is_as_policy else text.exemptions)
    st.rerun()
