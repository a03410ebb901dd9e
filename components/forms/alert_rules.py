"""Making and changing a rule of alerts, with what it would stand for beside it while it is written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import streamlit as st
from pydantic import ValidationError

from components import answers, clock, filter_bar
from components.filter_bar import CHOICES, Asked
from components.forms import person
from queries.alerts import store
from queries.alerts.rules import CODES, COMPARISONS, DAYS, ENTITIES, MEASURES, MONEY, Rule
from queries.alerts.store import KeptRule
from queries.decisions.policies import in_force
from queries.filters import Filters
from queries.settings import Settings

MOST_ALTERNATIVES = 5
LONGEST_NAME = 80
NEW_DAYS, NEW_MONEY = 180, 10_000.0
COMPARED = {">=": "at_least", ">": "above", "=": "equal", "<": "below", "<=": "at_most"}
Condition = Mapping[str, Any]


def editor(asked: Asked, kept: KeptRule | None, known_rules: int) -> bool:
    """Fields of a rule, new if None, and its count and money; whether it was kept or switched just now."""
    say = asked.say
    key = f"alert_rule_{kept.id}_{kept.revision}" if kept else f"alert_rule_new_{known_rules}"
    first, second = st.columns((3, 2))
    name = first.text_input(
        say("alert.rule.name"), kept.name if kept else "", key=f"{key}_name", max_chars=LONGEST_NAME
    ).strip()
    entity = second.selectbox(
        say("alert.rule.entity"),
        ENTITIES,
        index=ENTITIES.index(kept.rule.entity) if kept else 0,
        format_func=lambda each: say(f"alert.entity.{each}"),
        key=f"{key}_entity",
    )
    before = [[each.model_dump() for each in some] for some in kept.rule.any_of] if kept else []
    count = st.number_input(
        say("alert.rule.alternatives"),
        1,
        MOST_ALTERNATIVES,
        len(before) or 1,
        key=f"{key}_alternatives",
        width=260,
        help=say("alert.rule.about"),
    )
    known = filter_bar.places(asked)
    any_of = [
        _alternative(asked, known, before[n] if n < len(before) else [], f"{key}_{n}", n)
        for n in range(int(count))
    ]
    rule = _rule(entity, any_of)
    _stands_for(asked, rule)
    return _steps(asked, kept, rule, name, key)


def in_words(asked: Asked, rule: Rule, known: Mapping[str, str]) -> str:
    """A rule as a sentence: conditions with "and", alternatives with "or"."""
    say = asked.say
    both = [say("alert.and").join(_said(asked, each.model_dump(), known) for each in a) for a in rule.any_of]
    return f"{say(f'alert.entity.{rule.entity}')}: {say('alert.or').join(both)}"


def _alternative(
    asked: Asked, known: Mapping[str, str], before: list[dict[str, Any]], key: str, number: int
) -> list[dict[str, Any]]:
    say = asked.say
    had = {each["measure"]: each for each in before}
    with st.container(border=True, key=key):
        chosen = st.multiselect(
            say("alert.rule.all_of" if number == 0 else "alert.rule.or_all_of"),
            MEASURES,
            list(had),
            format_func=lambda each: say(f"alert.measure.{each}"),
            placeholder=say("alert.rule.choose"),
            key=f"{key}_measures",
        )
        return [
            (_codes(asked, known, each, had.get(each, {}), key))
            if each in CODES
            else _limit(asked, each, had.get(each, {}), key)
            for each in chosen
        ]


def _limit(asked: Asked, measure: str, had: Condition, key: str) -> dict[str, Any]:
    say = asked.say
    compare, limit = st.columns((1, 2))
    comparison = compare.selectbox(
        say(f"alert.measure.{measure}"),
        COMPARISONS,
        index=COMPARISONS.index(had["comparison"]) if had else 0,
        format_func=lambda each: say(f"alert.comparison.{COMPARED[each]}"),
        key=f"{key}_{measure}_comparison",
    )
    name = say("alert.unit.money", currency=say.currency) if measure == MONEY else say("alert.unit.days")
    value: Any = (
        limit.number_input(
            name, 0.0, value=float(had.get("limit", NEW_MONEY)), step=1000.0, key=f"{key}_{measure}_limit"
        )
        if measure == MONEY
        else limit.number_input(name, value=int(had.get("limit", NEW_DAYS)), key=f"{key}_{measure}_limit")
    )
    limit_value = str(round(Decimal(str(value)), 4)) if measure == MONEY else value
    return {"measure": measure, "comparison": comparison, "limit": limit_value}


def _codes(asked: Asked, known: Mapping[str, str], measure: str, had: Condition, key: str) -> dict[str, Any]:
    say = asked.say
    mode, several = st.columns((1, 2))
    is_not = mode.selectbox(
        say(f"alert.measure.{measure}"),
        (False, True),
        index=int(had.get("is_not", False)),
        format_func=lambda each: say("alert.is_not" if each else "alert.is"),
        key=f"{key}_{measure}_is_not",
    )
    options = CHOICES.get(measure) or [
        code.partition(":")[2] for code in known if code.startswith(f"{measure}:")
    ]
    codes = several.multiselect(
        say("alert.rule.codes"),
        list(dict.fromkeys([*options, *had.get("codes", ())])),
        list(had.get("codes", ())),
        format_func=lambda code: filter_bar.option(measure, code, say, known),
        placeholder=say("alert.rule.choose"),
        key=f"{key}_{measure}_codes",
    )
    return {"measure": measure, "codes": codes, "is_not": is_not}


def _rule(entity: str, any_of: list[list[dict[str, Any]]]) -> Rule | None:
    try:
        return Rule.model_validate({"entity": entity, "any_of": any_of})
    except ValidationError:
        return None


def _stands_for(asked: Asked, rule: Rule | None) -> None:
    """How many alerts the rule stands for now, under the policy in force, over what money."""
    say = asked.say
    if rule is None:
        st.caption(say("alert.rule.unfinished"))
        return
    today = clock.now().date()
    of_now = Filters(alert=rule.spelled(), checked_on=today, data_version=answers.newest_version() or None)
    totals = answers.ask_one("mart_alert_totals", in_force(Settings(), of_now)[0])
    with st.container(horizontal=True, key="alert_count"):
        st.metric(say("alert.rule.count"), say.number(totals["entity_count"]), border=True)
        st.metric(say("alert.rule.money"), say.money(totals["value"]), border=True)


def _steps(asked: Asked, kept: KeptRule | None, rule: Rule | None, name: str, key: str) -> bool:
    say = asked.say
    author = person.name(say, key=f"{key}_author")
    is_ready = bool(rule and name and author)
    if not is_ready:
        st.caption(say("alert.rule.needs"))
    now = clock.now()
    with st.container(horizontal=True):
        keep = st.button(say("alert.rule.keep"), type="primary", disabled=not is_ready, key=f"{key}_keep")
        can_switch = kept is not None and st.button(
            say("alert.rule.off" if kept.is_on else "alert.rule.on"), disabled=not author, key=f"{key}_switch"
        )
    if keep and rule:
        store.save_rule(Settings(), name, rule, author=author, now=now, number=kept.id if kept else None)
    elif can_switch and kept:
        store.switch_rule(Settings(), kept.id, is_on=not kept.is_on, author=author, now=now)
    return keep or can_switch


def _said(asked: Asked, condition: Condition, known: Mapping[str, str]) -> str:
    say, measure = asked.say, condition["measure"]
    name = say(f"alert.measure.{measure}")
    if measure in CODES:
        codes = say("word.or").join(
            filter_bar.option(measure, code, say, known) for code in condition["codes"]
        )
        return f"{name} {say('alert.is_not' if condition['is_not'] else 'alert.is')} {codes}"
    limit = condition["limit"]
    shown = say.number(limit) if measure in DAYS else say.money_exact(limit)
    return f"{name} {condition['comparison']} {shown}"
