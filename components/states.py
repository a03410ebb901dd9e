"""The states that are not the answer: empty, failed, stale, and links that were not fully understood."""

from __future__ import annotations

import re
from datetime import date

import streamlit as st

from components import answers, clock, sharing
from components.filter_bar import LANGUAGE, Asked, sentence
from components.navigation import BOARD, UPLOAD, door, page_at
from components.words import Words
from queries.errors import StockError
from queries.filters import Ignored

_ADDRESS = re.compile(r"(?i)https?:(?=//)|www(?=\.)|@(?=[-\w]+\.)")


def notices(asked: Asked) -> None:
    """What the reader must know before any number: parts of the link that were ignored."""
    if asked.ignored:
        parts = [ignored(each, asked.say) for each in asked.ignored]
        st.warning(
            asked.say("ignored.title") + "  \n" + "  \n".join(map(plain, parts)), icon=":material/link_off:"
        )


def ignored(part: Ignored, say: Words) -> str:
    """One part of a link that was not used, and why."""
    return say(f"ignored.{part.reason}", name=part.name, value=part.value)


def stamp(asked: Asked) -> str:
    """Data day, data version, when it was loaded and the policy: what every page carries."""
    say, version = asked.say, asked.version
    parts = [say("stamp.data", day=say.day(asked.status["newest_on"]))]
    if asked.chosen.as_of:
        parts.append(say("stamp.as_of", day=say.day(asked.chosen.as_of)))
    if version:
        parts.append(say("stamp.version", number=version.number))
        parts.append(say("stamp.loaded", moment=say.moment(version.committed_at)))
    changed = "stamp.policy.changed" if asked.chosen.policy_part().variables() else "stamp.policy"
    parts.append(say(changed, number=asked.settings["policy_version"]))
    return " · ".join(parts)


def heading(asked: Asked, title: str) -> None:
    """Title of a page, the sentence of its filters and its stamp; a banner where the data is old."""
    filters, versions = sentence(asked), stamp(asked)
    _title(asked, title, f"{title} · {filters} · {versions}")
    with st.container(key="stamp", gap="xsmall"):
        st.markdown(f":material/filter_alt: {plain(filters)}")
        st.caption(versions)
        if (asked.chosen.data_version or 0) in range(1, answers.newest_version()):
            _door_to_newest(asked)
    if text := stale(asked):
        st.warning(text, icon=":material/schedule:")


def _door_to_newest(asked: Asked) -> None:
    """The same question of the newest data, where a link holds it to older."""
    day = asked.chosen.as_of
    link = asked.link(
        data_version=None, policy_version=None, as_of=None if day == asked.status["newest_on"] else day
    )
    door(page_at(asked.page), asked.say("stamp.newest"), link, icon=":material/update:")


def title(asked: Asked, text: str, about: str) -> None:
    """Title of a page that shows no filtered numbers: what it is about, and the newest data version."""
    versions = stamp(asked) if asked.version else ""
    _title(asked, text, f"{text} · {versions}" if versions else text)
    st.caption(about)
    if versions:
        st.caption(versions)


def _title(asked: Asked, text: str, meaning: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="heading"):
        st.title(text, anchor=False, width="stretch")
        sharing.offer(asked, meaning)


def stale(asked: Asked, today: date | None = None) -> str:
    """The sentence that says how old the data is; empty while it is fresh or the reader chose a day."""
    newest: date | None = asked.status["newest_on"]
    if newest is None or asked.chosen.as_of:
        return ""
    days = ((today or clock.now().date()) - newest).days
    if days <= asked.settings["stale_after_days"]:
        return ""
    return asked.say("stale", days=asked.say.number(days), day=asked.say.day(newest))


def empty(say: Words) -> None:
    """Nothing was loaded yet: what to do first."""
    with st.container(border=True, key="empty", horizontal_alignment="center"):
        st.subheader(f":material/inventory_2: {say('empty.title')}", anchor=False)
        st.markdown(say("empty.text"))
        st.markdown(say("empty.sample"))
        st.code("stillstock sample", language="shell")
        st.markdown(say("empty.load"))
        door(UPLOAD, say("upload.title"), {LANGUAGE: say.language}, icon=UPLOAD.icon)
        st.code(
            "stillstock load stock.csv items.xlsx",
            language="shell",
        )


def nothing_found(say: Words) -> None:
    """The filters leave nothing over."""
    with st.container(border=True, key="nothing_found", horizontal_alignment="center"):
        st.subheader(f":material/filter_alt_off: {say('nothing.title')}", anchor=False)
        st.markdown(say("nothing.text"))


def failed(error: StockError, say: Words) -> None:
    """A named error as one sentence and its remedy, in the reader's language where the catalogue has it."""
    facts = {name: str(value) for name, value in error.facts.items()}
    with st.container(border=True, key="failed"):
        st.subheader(f":material/error: {say('error.title')}", anchor=False)
        st.markdown(plain(sentence_of(error, say)))
        key = f"error.{error.code}.remedy"
        remedy = say(key, **facts)
        st.markdown(plain(error.remedy if remedy == key else remedy))
        door(BOARD, say("error.door"), {LANGUAGE: say.language}, icon=":material/arrow_forward:")


def sentence_of(error: StockError, say: Words) -> str:
    """What a named error says, in the reader's language where the catalogue has it."""
    key = f"error.{error.code}"
    said = say(key, **{name: str(value) for name, value in error.facts.items()})
    return error.message if said == key else said


def plain(text: str) -> str:
    """Text that may hold anything a link or a file names, so that markdown shows it as it is.

    Addresses would become links even so: a word joiner, which is not seen, keeps them from it.
    """
    text = _ADDRESS.sub("\\g<0>\u2060", text)
    return "".join(f"\\{c}" if c in "\\`*_{}[]()#+!|<>$~:" else c for c in text)
