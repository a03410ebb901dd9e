"""Who is told: targets with what is routed to them, and a message to try them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import streamlit as st

from components import clock, filter_bar, sharing
from components.filter_bar import Asked
from components.states import plain
from components.words import LOCALES
from queries.alerts import deliver, outbox
from queries.alerts.outbox import Target
from queries.settings import Settings

LONGEST_NAME = 40


def editor(asked: Asked, target: Target | None, buyers: list[str]) -> bool:
    """Fields of a target, new if None; whether it was kept just now."""
    say, old = asked.say, target or Target("")
    key = f"target_{old.name or 'new'}"
    known = filter_bar.places(asked)
    with st.form(key, border=False):
        left, right = st.columns(2)
        name = left.text_input(
            say("target.name"), old.name, key=f"{key}_name", max_chars=LONGEST_NAME, disabled=bool(old.name)
        ).strip()
        language = right.selectbox(
            say("target.language"),
            list(LOCALES),
            index=list(LOCALES).index(old.language if target else say.language),
            format_func=lambda each: say(f"language.{each}"),
            key=f"{key}_language",
        )
        chosen = {}
        for field, place in zip(("warehouses", "categories"), st.columns(2), strict=True):
            code = {"warehouses": "warehouse", "categories": "category"}[field]
            options = [each.partition(":")[2] for each in known if each.startswith(f"{code}:")]
            chosen[field] = place.multiselect(
                say(f"target.{field}"),
                list(dict.fromkeys([*options, *getattr(old, field)])),
                list(getattr(old, field)),
                format_func=partial(_named, asked, known, code),
                placeholder=say("target.all"),
                key=f"{key}_{field}",
            )
        first, second, third = st.columns(3)
        chosen["buyers"] = first.multiselect(
            say("target.buyers"),
            list(dict.fromkeys([*buyers, *old.buyers])),
            list(old.buyers),
            placeholder=say("target.all"),
            key=f"{key}_buyers",
        )
        every_hours = second.number_input(
            say("target.every_hours"), 0, 24 * 31, old.every_hours, key=f"{key}_every_hours"
        )
        after_days = third.number_input(
            say("target.after_days"),
            0,
            365,
            old.after_days,
            key=f"{key}_after_days",
            help=say("target.after_days.about"),
        )
        is_on = st.checkbox(say("target.is_on"), old.is_on, key=f"{key}_is_on")
        keep = st.form_submit_button(say("target.keep"), type="primary")
    if not keep or not name:
        return False
    routes = {field: tuple(codes) for field, codes in chosen.items()}
    new = replace(old, name=name, language=language, is_on=is_on, **routes)  # type: ignore[arg-type]
    new = replace(new, every_hours=int(every_hours), after_days=int(after_days))
    outbox.save_target(Settings(), new)
    return True


def _named(asked: Asked, known: Mapping[str, str], field: str, code: str) -> str:
    return filter_bar.option(field, code, asked.say, known)


def trial(asked: Asked, target: Target) -> None:
    """A button that sends this target a test message, and says what came of it."""
    say = asked.say
    if target.name.lower() not in deliver.addresses():
        variable = f"STILLSTOCK_TARGETS__{target.name.upper()}"
        st.warning(say("target.no_address", variable=plain(variable)), icon=":material/key_off:")
    elif st.button(say("target.test"), icon=":material/send:", key=f"target_test_{target.name}"):
        came = deliver.send_test(Settings(), target.name, clock.now, sharing.base(asked))
        if came.status == "sent":
            st.success(say("target.tested"), icon=":material/mark_email_read:")
        else:
            st.error(say("target.failed", problem=plain(came.problem)), icon=":material/error:")
