"""Rules of their own for places, categories and kinds of material: listed with what they win, and edited."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components import filter_bar, tables
from components.answers import Row
from components.filter_bar import Asked
from queries.filters import RULE_KEYS, Filters
from queries.lake.contract import MATERIAL_TYPES

Rule = Mapping[str, str]
PLACES = ("warehouse", "category", "material_type")
LIMITS = tuple(name for name in RULE_KEYS if name not in PLACES)
COLUMNS = ("rule_no", "rule_where", "rule_limits", "item_count", "value")
WON_COLUMNS = ("item_name", "item_id", "warehouse_name", "rule_won", "state_days", "tier", "state")
_DAYS = ("watch_after_days", "slow_after_days", "dead_after_days")


def rules_of(filters: Filters) -> list[Rule]:
    """The rules of these filters, in their order."""
    return [{name: str(value) for name, value in rule.items()} for rule in json.loads(filters.rules or "[]")]


def listed(asked: Asked, won: Sequence[Row]) -> None:
    """Every rule, and the items and money it decides; `won` are the rows of mart_stock_parts on trial."""
    say = asked.say
    st.markdown(f"**{say('rule.title')}**")
    st.caption(say("rule.about"))
    rules, known = rules_of(asked.filters), filter_bar.places(asked)
    by_number = {row["code"]: row for row in won if row["part"] == "rule"}
    rows = [
        {**by_number[str(n)], "rule_no": n, "rule_where": where(asked, rule, known),
         "rule_limits": limits(asked, rule)}
        for n, rule in enumerate(rules, start=1)
        if str(n) in by_number
    ]  # fmt: skip
    if rows:
        tables.table(rows, COLUMNS, say, key="rules_listed", rows_high=8, opens=False)
    else:
        st.caption(say("rule.none"))


def where(asked: Asked, rule: Rule, known: Mapping[str, str]) -> str:
    """Where a rule holds, in words."""
    say = asked.say
    parts = [
        say("filter.is", name=say(f"filter.{n}"), value=filter_bar.option(n, rule[n], say, known))
        for n in PLACES
        if n in rule
    ]
    return " · ".join(parts) or say("rule.everywhere")


def limits(asked: Asked, rule: Rule) -> str:
    """What a rule sets instead of the policy, in words."""
    return " · ".join(
        filter_bar.word(name, RULE_KEYS[name](rule[name]), asked.say) for name in LIMITS if name in rule
    )


def editor(asked: Asked) -> None:
    """Add a rule, change one or take one away; each step is one more trial in the link."""
    say, rules = asked.say, rules_of(asked.filters)
    known = filter_bar.places(asked)
    chosen = st.selectbox(
        say("rule.which"),
        range(len(rules) + 1),
        format_func=lambda n: f"{n} · {where(asked, rules[n - 1], known)}" if n else say("rule.new"),
        key="rule_which",
    )
    rule = rules[chosen - 1] if chosen else {}
    with st.form(f"rule_{chosen}_{len(rules)}", border=False):
        written = _fields(asked, rule, known, f"rule_{chosen}_{len(rules)}")
        with st.container(horizontal=True):
            keep = st.form_submit_button(say("rule.keep"), type="primary")
            drop = bool(rule) and st.form_submit_button(say("rule.drop"))
    if drop:
        _take(asked, [each for n, each in enumerate(rules, start=1) if n != chosen])
    if keep and not any(name in written for name in LIMITS):
        st.error(say("rule.empty"))
    elif keep:
        _take(asked, [*rules[: chosen - 1], written, *rules[chosen:]] if chosen else [*rules, written])


def _fields(asked: Asked, rule: Rule, known: Mapping[str, str], key: str) -> Rule:
    say, settings = asked.say, asked.settings
    written: dict[str, Any] = {}
    for name, place in zip(PLACES, st.columns(len(PLACES)), strict=True):
        codes = [code.partition(":")[2] for code in known if code.startswith(f"{name}:")]
        options = list(
            dict.fromkeys([*(MATERIAL_TYPES if name == "material_type" else codes), *_one(rule, name)])
        )
        written[name] = place.selectbox(
            say(f"filter.{name}"),
            options,
            index=options.index(rule[name]) if name in rule else None,
            format_func=lambda code, name=name: filter_bar.option(name, code, say, known),
            placeholder=say("filter.any"),
            key=f"{key}_{name}",
        )
    columns = st.columns(4)
    for n, name in enumerate(LIMITS):
        is_days = name.endswith("_days")
        value = rule.get(name)
        written[name] = columns[n % 4].number_input(
            say(f"filter.{name}"),
            min_value=0 if is_days else 0.0,
            value=None if value is None else int(value) if is_days else float(value),
            step=10 if is_days else 0.05 if "weight" in name else 5.0,
            placeholder=filter_bar.said(name, settings[name], say),
            key=f"{key}_{name}",
        )
    return {name: str(value) for name, value in written.items() if value is not None}


def _one(rule: Rule, name: str) -> list[str]:
    return [rule[name]] if name in rule else []


def _take(asked: Asked, rules: Sequence[Rule]) -> None:
    text, _ = Filters.from_link({"rules": json.dumps(rules, ensure_ascii=False)})
    is_as_policy = text.rules == (filter_bar.now(asked).rules or "[]")
    filter_bar.take(rules=None if is_as_policy else text.rules)
    st.rerun()


def won(asked: Asked, rows: Sequence[Row]) -> None:
    """Which rule decides where an item lies; `rows` of mart_tiered_stock."""
    say, rules, known = asked.say, rules_of(asked.filters), filter_bar.places(asked)
    shown = []
    for row in rows:
        number = row["rule_no"]
        text = say("rule.policy") if not number else f"{number} · {where(asked, rules[number - 1], known)}"
        days = " / ".join(say.number(row[name]) for name in _DAYS)
        shown.append({**row, "rule_won": text, "state_days": days})
    if shown:
        tables.table(shown, WON_COLUMNS, say, key="rule_won", rows_high=8, opens=False)
    else:
        st.caption(say("item.none"))


def search(asked: Asked) -> str:
    """The item whose rule is asked for, by code or name."""
    return str(
        st.text_input(
            asked.say("rule.item"),
            value=asked.chosen.item or "",
            placeholder=asked.say("item.search.hint"),
            icon=":material/search:",
            key="rule_item",
        )
    ).strip()
