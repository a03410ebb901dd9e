"""The policy's versions: keep what is on trial as a draft, compare two, put one in force, go back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import streamlit as st

from components import answers, filter_bar, handbook, tables
from components.answers import Row
from components.charts.palette import TIERS
from components.filter_bar import Asked
from components.forms import exemptions, person, rules
from components.navigation import HANDBOOK, door, go
from components.states import plain, sentence_of
from components.words import Words
from queries.decisions import policies, policy_file
from queries.decisions.policies import Policy
from queries.decisions.policy_checks import conflicts
from queries.errors import PolicyUnusable, StockError
from queries.filters import FIELDS, Filters
from queries.settings import Settings

LONGEST_REASON = 200
COLUMNS = ("number", "policy_status", "loaded_at", "why", "user")
DIFFERENCES = ("threshold", "says_a", "says_b")
EFFECT = ("tier", "items_a", "value_a", "items_b", "value_b", "value_change")
VERSIONS_HIGH = 8


def every() -> tuple[Policy, ...]:
    """Every version, the newest first."""
    return policies.policies(Settings())


def chosen(asked: Asked, versions: Sequence[Policy]) -> Policy:
    """The version that the address names, else the one that the link's numbers use."""
    named = st.query_params.get("at")
    found = next((each for each in versions if str(each.version) == named), None)
    used = asked.settings["policy_version"]
    return found or next(each for each in versions if each.version == used)


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
        _complain(wrong, say)
        reason, author = why(say, key="save")
        if _button(say, "policy.save.button", bool(wrong), reason, author):
            kept = policies.draft(Settings(), asked.filters, reason=reason, author=author)
            st.success(say("policy.saved", number=kept.version), icon=":material/bookmark_added:")
            door(HANDBOOK, say("policy.see"), _link(asked, kept.version), icon=HANDBOOK.icon)


def listed(asked: Asked, versions: Sequence[Policy], opened: Policy, active: int) -> None:
    """Every version with its state, who, when and why; one that is clicked is opened."""
    say = asked.say
    st.markdown(f"**{say('policy.versions')}**")
    rows = [
        {
            "number": each.version,
            "policy_status": say(f"policy.status.{each.status(active)}"),
            "loaded_at": say.moment(each.activated_at or each.created_at),
            "user": each.author,
            "why": each.reason,
        }
        for each in versions
    ]
    clicked = tables.table(
        rows,
        COLUMNS,
        say,
        key=f"policies_{opened.version}",
        title=say("policy.versions"),
        rows_high=VERSIONS_HIGH,
    )
    if clicked is not None and versions[clicked].version != opened.version:
        go(HANDBOOK, {**asked.link(), "at": str(versions[clicked].version)})


def steps(asked: Asked, opened: Policy, told: Asked, active: int) -> None:
    """What can be done with the version that is open, and the way back to the one before."""
    if opened.version != active:
        _put_in_force(asked, "activate", opened.version, active, conflicts(told.settings))
    before = next((a.version for a in policies.activations(Settings()) if a.version != active), None)
    if before not in (None, opened.version):
        _put_in_force(asked, "back", before, active, ())
    _export(asked, opened)
    _import(asked)


def past(say: Words) -> None:
    """Every time a policy was put in force: which, when, by whom, why."""
    rows = [
        {"number": a.version, "loaded_at": say.moment(a.activated_at), "user": a.author, "why": a.reason}
        for a in policies.activations(Settings())
    ]
    columns = tuple(name for name in COLUMNS if name != "policy_status")
    tables.table(
        rows, columns, say, key="activations", title=say("policy.past"), rows_high=VERSIONS_HIGH, opens=False
    )


def compared(asked: Asked, versions: Sequence[Policy], opened: Policy, active: int) -> None:
    """Two of at least two versions side by side: in what they differ, and each tier's items and money."""
    say = asked.say
    numbers = [each.version for each in versions]
    beside = opened.version if opened.version != active else next(n for n in numbers if n != active)
    st.markdown(f"**{say('policy.compare')}**")
    sides = []
    for side, proposed, place in zip("ab", (active, beside), st.columns(2), strict=True):
        number = place.selectbox(
            side.upper(),
            numbers,
            index=numbers.index(proposed),
            format_func=lambda n: say("stamp.policy", number=n),
            key=f"compare_{side}_{opened.version}",
        )
        sides.append(handbook.under(asked, number))
    a, b = sides
    rows = differences(a, b)
    if not rows:
        st.caption(say("policy.same"))
        return
    tables.table(rows, DIFFERENCES, say, key="policy_differences", title=say("policy.compare"), opens=False)
    _effect(a, b)


def differences(a: Asked, b: Asked) -> list[Row]:
    """What two versions say otherwise, in words; of rules and exemptions those that are not in both."""
    say = a.say
    found = policies.differences(a.settings, b.settings)
    rows: list[Row] = []
    for name, both in found.items():
        if name in filter_bar.POLICY_PARTS:
            continue
        says = [say("word.none") if v is None else filter_bar.said(name, v, say) for v in both]
        rows.append({"threshold": say(f"filter.{name}"), "says_a": says[0], "says_b": says[1]})
    for name in filter_bar.POLICY_PARTS:
        if name in found:
            rows += _of_one(name, a, b)
    return rows


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
    if isinstance(fact, tuple):
        return fact[policy_file.LANGUAGES.index(say.language)]
    return say(f"filter.{fact}") if isinstance(fact, str) and fact in FIELDS else fact


def _of_one(name: str, a: Asked, b: Asked) -> list[Row]:
    """Rules, or exemptions, by where they hold: what each side says of it."""
    told = [_told_of(name, side) for side in (a, b)]
    none = a.say("word.none")
    return [
        {"threshold": key, "says_a": told[0].get(key, none), "says_b": told[1].get(key, none)}
        for key in dict.fromkeys([*told[0], *told[1]])
        if told[0].get(key) != told[1].get(key)
    ]


def _told_of(name: str, side: Asked) -> Mapping[str, str]:
    say = side.say
    if name == "rules":
        known = filter_bar.places(side)
        return {rules.where(side, r, known): rules.limits(side, r) for r in rules.rules_of(side.filters)}
    return {
        f"{say('exemption.one')} {each['item_id']}": " · ".join(
            part
            for part in (
                each.get("reason", ""),
                each.get("owner", ""),
                say("exemption.until", day=say.day(exemptions.last_day(each))),
            )
            if part
        )
        for each in exemptions.exemptions_of(side.filters)
    }


def _effect(a: Asked, b: Asked) -> None:
    say = a.say
    st.caption(say("policy.effect"))
    parts = [
        {row["code"]: row for row in answers.ask("mart_stock_parts", side.filters, only={"part": "tier"})}
        for side in (a, b)
    ]
    rows = [
        {
            "tier": tier,
            "items_a": parts[0][tier]["item_count"],
            "value_a": parts[0][tier]["value"],
            "items_b": parts[1][tier]["item_count"],
            "value_b": parts[1][tier]["value"],
            "value_change": parts[1][tier]["value"] - parts[0][tier]["value"],
        }
        for tier in TIERS
    ]
    tables.table(rows, EFFECT, say, key="policy_effect", title=say("policy.effect"), opens=False)


def _put_in_force(asked: Asked, step: str, version: int, active: int, wrong: Sequence[StockError]) -> None:
    say = asked.say
    label = say(f"policy.{step}", number=version)
    icon = ":material/check_circle:" if step == "activate" else ":material/undo:"
    with st.popover(label, icon=icon, key=f"{step}_policy"):
        st.markdown(say("policy.sure", number=version, active=active))
        _complain(wrong, say)
        reason, author = why(say, key=step)
        # A button drawn while another policy was in force has another key: a click on it does nothing.
        if _button(say, "policy.yes", bool(wrong), reason, author, key=f"{step}_{version}_{active}"):
            policies.activate(Settings(), version, reason=reason, author=author, instead_of=active)
            go(HANDBOOK, _link(asked, version))


def _export(asked: Asked, opened: Policy) -> None:
    built_in = answers.ask_one("mart_settings", Filters(policy_version=policies.BUILT_IN))
    st.download_button(
        asked.say("policy.export"),
        lambda: policy_file.written(opened, built_in).encode(),
        file_name=f"policy-{opened.version}.toml",
        mime="application/toml",
        icon=":material/download:",
        key="export_policy",
        on_click="ignore",
    )


def _import(asked: Asked) -> None:
    say = asked.say
    with st.popover(say("policy.import"), icon=":material/upload:", key="import_policy"):
        st.caption(say("policy.import.about"))
        file = st.file_uploader(say("policy.import.file"), type="toml", key="policy_file")
        if file is None:
            return
        try:
            values = policy_file.read(file.getvalue())
        except PolicyUnusable as error:
            _complain(error.problems, say)
            return
        wrong = conflicts(answers.ask_one("mart_settings", values))
        _complain(wrong, say)
        reason, author = why(say, key="import")
        if _button(say, "policy.save.button", bool(wrong), reason, author, key="import_policy_button"):
            kept = policies.draft(Settings(), values, reason=reason, author=author)
            go(HANDBOOK, _link(asked, kept.version))


def _complain(wrong: Sequence[StockError], say: Words) -> None:
    for error in wrong:
        st.warning(plain(complaint(error, say)), icon=":material/block:")


def _button(
    say: Words, label: str, is_wrong: bool, reason: str, author: str, *, key: str = "save_policy_button"
) -> bool:
    """A button that waits for a reason and a name."""
    is_ready = bool(reason and author) and not is_wrong
    if not is_ready and not is_wrong:
        st.caption(say("policy.needs"))
    return st.button(say(label), type="primary", disabled=not is_ready, key=key)


def _link(asked: Asked, version: int) -> dict[str, str]:
    """The handbook of a version for the same stock, with nothing on trial."""
    scope = asked.chosen.scope_part().where(policy_version=None)
    return {**replace(asked, chosen=scope).link(), "at": str(version)}
