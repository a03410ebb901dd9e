"""Handing files in: the place to drop them, those that still wait, and templates to fill in."""

from __future__ import annotations

from functools import partial

import streamlit as st

from components import answers, templates
from components.filter_bar import Asked
from components.navigation import BOARD, HISTORY, UPLOAD, door, go
from components.states import plain
from components.words import Words
from queries.export import WORKBOOK
from queries.lake import waiting
from queries.lake.checking import quarantine
from queries.lake.contract import TABLES
from queries.lake.waiting import HandIn
from queries.settings import Settings


def chosen() -> HandIn | None:
    """The hand-in that the address names, if it is still there."""
    return waiting.find(Settings(), st.query_params.get("at", ""))


def drop(asked: Asked) -> None:
    """A place to drop files; once they are here, the page of their hand-in opens."""
    say = asked.say
    files = st.file_uploader(
        say("upload.drop"), accept_multiple_files=True, key="files", help=say("upload.kinds")
    )
    if files:
        made = waiting.hand_in(Settings(), [(file.name, file) for file in files])
        go(UPLOAD, {**asked.link(), "at": made.id})


def still_waiting(asked: Asked) -> None:
    """Files handed in before and not loaded: a door to each."""
    say, found = asked.say, waiting.waiting(Settings())
    if not found:
        return
    st.markdown(f"**{say('upload.waiting')}**")
    for each in found:
        names = say("word.comma").join(each.names)
        label = say("upload.waits", files=names, moment=say.moment(each.handed_in_at))
        door(UPLOAD, plain(label), {**asked.link(), "at": each.id}, icon=":material/hourglass_top:")


def template(say: Words) -> None:
    """A template of any table, to fill in and hand in."""
    st.markdown(f"**{say('upload.template')}**")
    names = [each.name for each in TABLES]
    table = st.selectbox(
        say("upload.template.table"),
        names,
        format_func=lambda name: say(f"table.{name}"),
        key="template_table",
    )
    st.download_button(
        say("upload.template.download"),
        lambda: templates.workbook(TABLES[names.index(table)]),
        file_name=f"{table}.xlsx",
        mime=WORKBOOK,
        icon=":material/download:",
    )
    st.caption(say("upload.template.text"))


def loaded(asked: Asked, hand: HandIn) -> None:
    """It is in: where to see it, what was set aside, how to undo it."""
    say, number = asked.say, hand.data_version or 0
    st.success(
        say("upload.loaded", files=plain(say("word.comma").join(hand.names)), number=number),
        icon=":material/check_circle:",
    )
    if hand.quarantined:
        st.warning(say("upload.set_aside", count=say.number(hand.quarantined)), icon=":material/inbox:")
        set_aside(say, number)
    with st.container(horizontal=True, key="after_load"):
        door(BOARD, say("upload.see"), asked.link(), icon=BOARD.icon)
        door(HISTORY, say("upload.undo"), {**asked.link(), "at": str(number)}, icon=HISTORY.icon)
        door(UPLOAD, say("upload.more"), asked.link(), icon=UPLOAD.icon)


def give_up(hand: HandIn) -> None:
    """Forget the files; nothing was stored of them."""
    waiting.give_up(hand)


def set_aside(say: Words, number: int) -> None:
    """The rows a load left aside, as files to mend and hand in again."""
    for table, rows in quarantine.quarantined(Settings(), answers.lake().version(number).load_id).items():
        st.download_button(
            say("upload.aside.download", table=say(f"table.{table}"), count=say.number(rows.height)),
            partial(quarantine.for_download, rows, "xlsx"),
            file_name=f"quarantine-{number}-{table}.xlsx",
            mime=WORKBOOK,
            key=f"aside_{number}_{table}",
            icon=":material/download:",
        )
