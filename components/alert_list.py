"""Alerts as people work on them: what is open, one opened with its history, acknowledged or snoozed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import streamlit as st

from components import clock, tables
from components.filter_bar import LANGUAGE, Asked
from components.forms import person
from components.navigation import ALERTS, ITEM, STOCK, door, go
from components.states import plain
from components.words import Words
from queries.alerts import messages, outbox, store
from queries.alerts.store import KeptAlert
from queries.settings import Settings

COLUMNS = ("name", "alert_rule", "alert_state", "alert_since", "value", "position_count", "days_since_use")
EVENTS = ("alert_event", "loaded_at", "user", "alert_until")
LOG = ("loaded_at", "target", "delivery_kind", "delivery_status", "alert_count", "attempts", "problem")
ROWS_HIGH, SHOWN, LOGGED = 15, 500, 100
UP = ("open", "acknowledged", "snoozed")
SNOOZE_DAYS = 7


def chosen(alerts: Sequence[KeptAlert]) -> KeptAlert | None:
    """The alert that the address names."""
    named = st.query_params.get("at")
    return next((each for each in alerts if str(each.id) == named), None)


def counts(say: Words) -> None:
    """How many alerts are in each state."""
    with st.container(horizontal=True, key="alert_states"):
        for state, count in store.counted(Settings()).items():
            st.metric(say(f"alert.state.{state}"), say.number(count), border=True)


def listed(asked: Asked, alerts: Sequence[KeptAlert]) -> None:
    """The alerts, most money first; one that is clicked is opened."""
    say = asked.say
    rows = [
        {
            "name": _name(each, say),
            "alert_rule": each.rule_name,
            "alert_state": say(f"alert.state.{each.alert.state}"),
            "alert_since": say.moment(each.alert.since),
            "value": each.value,
            "position_count": each.facts["position_count"],
            "days_since_use": each.facts["days_since_use"],
        }
        for each in alerts[:SHOWN]
    ]
    opened = chosen(alerts)
    key = f"alerts_{opened.id if opened else 0}"
    clicked = tables.table(rows, COLUMNS, say, key=key, title=say("alerts.title"), rows_high=ROWS_HIGH)
    if len(alerts) > SHOWN:
        st.caption(say("alert.more", count=say.number(len(alerts) - SHOWN)))
    if clicked is not None:
        go(ALERTS, {LANGUAGE: say.language, "at": str(alerts[clicked].id)})


def details(asked: Asked, alert: KeptAlert) -> None:
    """One alert: the way to its stock, what somebody can do about it, and what happened to it."""
    say = asked.say
    state = say(f"alert.state.{alert.alert.state}")
    st.markdown(f"**{plain(_name(alert, say))}** · {plain(alert.rule_name)} · {state}")
    if until := alert.alert.snoozed_until:
        st.caption(say("alert.until", moment=say.moment(until)))
    page = ITEM if alert.facts["entity_kind"] == "item" else STOCK
    door(page, say("alert.see"), {**messages.scope(alert), LANGUAGE: say.language}, icon=page.icon)
    if alert.alert.state != "cleared":
        _by_hand(say, alert)
    rows = [
        {
            "alert_event": say(f"alert.event.{each.kind}"),
            "loaded_at": say.moment(each.at),
            "user": each.person,
            "alert_until": say.moment(each.until) if each.until else "",
        }
        for each in store.history(Settings(), alert.id)
    ]
    tables.table(rows, EVENTS, say, key=f"alert_events_{alert.id}", opens=False)


def sent(say: Words) -> None:
    """What was sent, newest first."""
    rows = [
        {
            "loaded_at": say.moment(each.sent_at or each.created_at),
            "target": each.target,
            "delivery_kind": say(f"delivery.kind.{each.kind}"),
            "delivery_status": say(f"delivery.status.{each.status}"),
            "alert_count": each.alert_count,
            "attempts": each.attempts,
            "problem": each.problem,
        }
        for each in outbox.log(Settings(), LOGGED)
    ]
    if not rows:
        st.caption(say("alert.log.none"))
        return
    tables.table(rows, LOG, say, key="deliveries", title=say("alert.log"), rows_high=ROWS_HIGH, opens=False)


def _by_hand(say: Words, alert: KeptAlert) -> None:
    now = clock.now()
    with st.container(horizontal=True, vertical_alignment="bottom", key="alert_steps"):
        who = person.name(say, key="alert_person")
        can_take = bool(who) and alert.alert.state != "acknowledged"
        take = st.button(
            say("alert.acknowledge"), type="primary", disabled=not can_take, key="alert_acknowledge"
        )
        tomorrow = (now + timedelta(days=1)).date()
        day = st.date_input(
            say("alert.snooze.until"),
            (now + timedelta(days=SNOOZE_DAYS)).date(),
            min_value=tomorrow,
            format="YYYY-MM-DD",
            key="alert_until",
            width=180,
        )
        snooze = st.button(say("alert.snooze"), disabled=not who or day is None, key="alert_snooze")
    if take:
        store.acknowledge(Settings(), [alert.id], person=who, now=now)
    elif snooze and day:
        until = datetime.combine(day, time(), now.tzinfo)
        store.snooze(Settings(), [alert.id], until=until, person=who, now=now)
    if take or snooze:
        st.rerun()


def _name(alert: KeptAlert, say: Words) -> str:
    code, name = alert.facts["code"], say.name(alert.facts["name"])
    if not code:
        return say("alert.no_category")
    return name if name == code else f"{name} ({code})"
