"""The policy's versions: keep what is on trial as a draft, compare two, put one in force, go back."""

from __future__ import annotations

import streamlit as st

from components.filter_bar import Asked
from components.forms import person
from components.states import plain, sentence_of
from components.words import Words
from queries.decisions import policies
from queries.decisions.policy_checks import conflicts
from queries.errors import StockError
from queries.filters import FIELDS
from queries.settings import Settings

LONGEST_REASON = 200


def save(asked: Asked) -> None:
    """A button that keeps the thresholds on trial, with those of the policy they change, as a new draft.

    Disabled while nothing is changed; what contradicts itself is said instead of kept.
    """
    say = asked.say
    is_changed = bool(asked.chosen.policy_part().variables())
    wrong = conflicts(asked.settings)
    with st.popover(
        say("policy.save"), icon=":material/bookmark_add:", disabled=not is_changed, key="save_policy"
    ):
        for error in wrong:
            st.warning(plain(complaint(error, say)), icon=":material/block:")
        reason, author = why(say, key="save")
        if st.button(
            say("policy.save.button"),
            type="primary",
            disabled=bool(wrong) or not (reason and author),
            key="save_policy_button",
        ):
            kept = policies.draft(Settings(), asked.filters, reason=reason, author=author)
            st.toast(say("policy.saved", number=kept.version), icon=":material/bookmark_added:")


def why(say: Words, *, key: str) -> tuple[str, str]:
    """Two fields: the reason and the person; empty until they are filled in."""
    reason = st.text_input(say("policy.reason"), key=f"{key}_reason", max_chars=LONGEST_REASON).strip()
    return reason, person.name(say, key=f"{key}_author")


def complaint(error: StockError, say: Words) -> str:
    """What a policy cannot say, with the names of its thresholds in words and the rule it stands in."""
    facts = {name: _worded(fact, say) for name, fact in error.facts.items()}
    told = type(error)(error.message, remedy=error.remedy, **facts)
    rule = error.facts.get("rule")
    said = sentence_of(told, say)
    return say("policy.in_rule", number=rule, problem=said) if rule else said


def _worded(fact: object, say: Words) -> object:
    return say(f"filter.{fact}") if isinstance(fact, str) and fact in FIELDS else fact
