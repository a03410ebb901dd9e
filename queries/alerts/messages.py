"""What a target is told: one digest by rule, most money first, every line with its full link."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from queries.alerts.store import KeptAlert

LANGUAGES = ("en", "zh")
LINES = 10
"""Alerts of one rule that a digest names; the others are counted."""
PAGES = {"item": "item", "warehouse": "stock", "category": "stock"}
"""The page that shows what an alert stands for."""


def digest(alerts: Sequence[KeptAlert], language: str, base: str) -> tuple[str, str]:
    """Title and body of the message that tells these alerts; `base` is the app's address."""
    by_rule: dict[int, list[KeptAlert]] = {}
    for alert in alerts:
        by_rule.setdefault(alert.rule_id, []).append(alert)
    parts = []
    for told in by_rule.values():
        head = _say("rule", language, rule=told[0].rule_name, count=len(told), value=_money(told))
        lines = [f"{_line(alert, language)}\n  {link(alert, language, base)}" for alert in told[:LINES]]
        if len(told) > LINES:
            lines.append(_say("more", language, count=len(told) - LINES))
        parts.append("\n".join([head, *lines]))
    parts.append(_say("all", language, link=_address(base, "alerts", {"lang": language})))
    key = "title" if len(alerts) > 1 else "title_one"
    return _say(key, language, count=len(alerts), value=_money(alerts)), "\n\n".join(parts)


def trial(target: str, language: str, base: str) -> tuple[str, str]:
    """Title and body of the message that a test sends."""
    link = _address(base, "alerts", {"lang": language})
    return _say("test_title", language), _say("test", language, target=target, link=link)


def link(alert: KeptAlert, language: str, base: str) -> str:
    """The address of the page that shows what the alert stands for, as the check saw it."""
    return _address(base, PAGES[alert.facts["entity_kind"]], {**scope(alert), "lang": language})


def scope(alert: KeptAlert) -> dict[str, str]:
    """The filters of what an alert stands for, and the versions it was checked against."""
    kind, code = alert.facts["entity_kind"], alert.facts["code"]
    versions = {name: str(alert.facts[name]) for name in ("data_version", "policy_version")}
    return {kind: code if kind == "item" else f"={code}", **versions}


def _line(alert: KeptAlert, language: str) -> str:
    days = alert.facts["days_since_use"]
    name = alert.facts["name"] or _say("no_category", language)
    code = alert.facts["code"]
    shown = name if code in (name, "") else f"{name} ({code})"
    key = "line" if days is None else "idle"
    return _say(key, language, name=shown, value=_money([alert]), days=days)


def _money(alerts: Sequence[KeptAlert]) -> str:
    return f"{sum((alert.value for alert in alerts), Decimal(0)):,.2f}"


def _address(base: str, page: str, link: Mapping[str, str]) -> str:
    return f"{base.rstrip('/')}/{page}?{urlencode(link)}"


def _say(key: str, language: str, **facts: object) -> str:
    return _words()[key][LANGUAGES.index(language)].format(**facts)


@cache
def _words() -> Mapping[str, tuple[str, str]]:
    text = Path(__file__).with_name("message_words.toml").read_text(encoding="utf-8")
    return {key: (said[0], said[1]) for key, said in tomllib.loads(text).items()}
