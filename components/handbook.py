"""The policy as a handbook: what slow-moving stock is, its tiers, who handles them and by when, in words.

The same chapters stand on the page and on paper; each is written from the thresholds of one version.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC

import streamlit as st

from components import answers, clock, columns, filter_bar, handling
from components.answers import Row
from components.charts.palette import tier_name
from components.filter_bar import Asked
from components.forms import exemptions, rules
from components.states import plain
from components.words import Words
from queries.decisions import policies, policy_file
from queries.decisions.policies import Policy
from queries.reports import press
from queries.reports.document import Document, Heading, Section, Table
from queries.settings import Settings

OWNERS = 20
"""Owners listed, those with most slow stock first."""
_TO_BE_READ = 40
"""Width of a column of sentences on paper, as of a report's Heading."""


@dataclass(frozen=True)
class Chapter:
    """A title, sentences, and a table whose headings are in words."""

    key: str
    title: str
    sentences: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def under(asked: Asked, version: int) -> Asked:
    """The same scope under that version of the policy, without thresholds on trial and of every tier."""
    scope = asked.filters.scope_part().where(policy_version=version, tier=None, state=None)
    filters, _ = answers.in_force(scope)
    return replace(asked, chosen=scope, filters=filters, settings=answers.ask_one("mart_settings", filters))


def chapters(told: Asked, owners: Sequence[Row]) -> list[Chapter]:
    """The handbook of `told` (as `under` makes it); `owners` are rows of mart_owners, most value first."""
    return [
        _definition(told),
        _tiers(told),
        _owners(told, owners),
        _rules(told),
        exempted(told),
        _classes(told),
    ]


def exempted(told: Asked) -> Chapter:
    """What is exempt, until when, and whether it still is."""
    say, day = told.say, told.settings["as_of"]
    rows = [
        (
            each["item_id"],
            each.get("reason", ""),
            each.get("owner", ""),
            say.day(exemptions.last_day(each)),
            exemptions.status(each, day, say),
        )
        for each in exemptions.exemptions_of(told.filters)
    ]
    headings = tuple(say(f"exemption.{name}") for name in ("item_id", *exemptions.SAID, "status"))
    return Chapter("exemptions", say("exemption.title"), (say("exemption.about"),), headings, tuple(rows))


def thresholds(told: Asked) -> Chapter:
    """Every threshold with its value, and whether the version sets it."""
    say, sets = told.say, told.filters.variables()
    rows = [
        (
            say(f"filter.{name}"),
            filter_bar.said(name, told.settings[name], say),
            say("handbook.set" if name in sets else "handbook.built_in"),
        )
        for words in policy_file.groups().values()
        for name in list(words)[1:]
        if told.settings[name] is not None
    ]
    headings = tuple(say(f"handbook.column.{name}") for name in ("threshold", "value", "from"))
    return Chapter("thresholds", say("handbook.thresholds"), (), headings, tuple(rows))


def draw(written: Sequence[Chapter]) -> None:
    """The chapters on the page."""
    for chapter in written:
        st.markdown(f"**{plain(chapter.title)}**")
        for sentence in chapter.sentences:
            st.markdown(plain(sentence))
        if chapter.rows:
            table(chapter)


def table(chapter: Chapter) -> None:
    """A chapter's table."""
    shown = [{h: plain(said) for h, said in zip(chapter.headings, row, strict=True)} for row in chapter.rows]
    st.table(shown, hide_index=True, border="horizontal", alt=chapter.title)


def stamp(version: Policy, active: int, say: Words) -> str:
    """Which version, what it is, since when, by whom and why."""
    status = say(f"policy.status.{version.status(active)}")
    parts = [say("stamp.policy", number=version.version), status]
    if version.activated_at:
        parts.append(say("handbook.since", moment=say.moment(version.activated_at)))
    parts.append(say("handbook.drafted", moment=say.moment(version.created_at)))
    return " · ".join([*parts, *(part for part in (version.author, version.reason) if part)])


def document(told: Asked, version: Policy, active: int, written: Sequence[Chapter]) -> Document:
    """The handbook as it is printed."""
    say, made = told.say, clock.now()
    title = say("handbook.title")
    return Document(
        language=say.language,
        title=title,
        lead=stamp(version, active, say),
        stamp=(
            (say("export.fact.policy_version"), str(version.version)),
            (say("export.fact.made_at"), say.moment(made)),
        ),
        warning="",
        figures=(),
        sections=tuple(_section(chapter) for chapter in written),
        footer=f"{title} · {say('stamp.policy', number=version.version)}",
        made_at=int(made.astimezone(UTC).timestamp()),
    )


def as_pdf(told: Asked, version: Policy, owners: Sequence[Row], language: str) -> bytes:
    """The handbook in that language on A4 pages. Errors: those of `press.as_pdf`."""
    told = replace(told, say=replace(told.say, language=language))
    active = policies.active(Settings()).version
    return press.as_pdf(document(told, version, active, [*chapters(told, owners), thresholds(told)]))


def _definition(told: Asked) -> Chapter:
    say, settings = told.say, told.settings

    def days(name: str) -> str:
        return say.number(settings[name])

    kinds, scope = (filter_bar.said(name, settings[name], say) for name in ("use_kinds", "use_scope"))
    facts = {"excess": days("excess_horizon_days"), "safety": days("safety_stock_days")}
    facts |= {name: days(f"{name}_after_days") for name in ("watch", "slow", "dead")}
    rows = [
        (say(f"state.{state}"), say(f"handbook.state.{state}", **facts))
        for state in filter_bar.CHOICES["state"]
    ]
    return Chapter(
        "definition",
        say("handbook.definition"),
        (
            say("handbook.use", kinds=kinds, scope=scope),
            say("handbook.grace", days=days("grace_days")),
        ),
        (say("column.state"), say("handbook.column.criteria")),
        tuple(rows),
    )


def _tiers(told: Asked) -> Chapter:
    say, settings = told.say, told.settings
    red, standard = (say.number(settings[f"{tier}_from_score"], 2) for tier in ("red", "standard"))
    rows = [
        (
            tier_name(tier, say),
            say(f"handbook.tier.{tier}", red=red, standard=standard),
            say(f"tier.{tier}.act"),
            handling.deadline(tier, settings, say),
            handling.approver(tier, settings, say),
        )
        for tier in handling.FIELDS
    ]
    weights = {name: say.percent(settings[f"{name}_weight"], 0) for name in ("days", "value", "reuse")}
    ends = {name: say.number(settings[f"{name}_after_days"]) for name in ("watch", "dead")}
    money = {name: say.money_exact(settings[f"value_{name}"]) for name in ("floor", "ceiling")}
    names = ("criteria", "handling", "deadline", "approver")
    return Chapter(
        "tiers",
        say("handbook.tiers"),
        (say("handbook.score", **weights, **money, from_days=ends["watch"], to_days=ends["dead"]),),
        (say("column.tier"), *(say(f"handbook.column.{name}") for name in names)),
        tuple(rows),
    )


def _owners(told: Asked, owners: Sequence[Row]) -> Chapter:
    say = told.say
    rows = [
        (
            row["buyer"] or say("handbook.nobody"),
            say.number(row["slow_item_count"]),
            *(say.amount(row[name]) for name in ("red_value", "standard_value", "temporary_value")),
        )
        for row in owners[:OWNERS]
        if row["slow_item_count"]
    ]
    money = [columns.label(name, say) for name in ("red_value", "standard_value", "temporary_value")]
    headings = (say("handbook.column.owner"), say("column.slow_item_count"), *money)
    sentences = [say("handbook.owner")]
    if len(owners) > OWNERS:
        sentences.append(say("handbook.owners.more", count=say.number(OWNERS)))
    return Chapter("owners", say("handbook.owners"), tuple(sentences), headings, tuple(rows))


def _rules(told: Asked) -> Chapter:
    say, known = told.say, filter_bar.places(told)
    rows = [
        (str(number), rules.where(told, rule, known), rules.limits(told, rule))
        for number, rule in enumerate(rules.rules_of(told.filters), start=1)
    ]
    headings = tuple(say(f"column.{name}") for name in rules.COLUMNS[:3])
    about = say("rule.about" if rows else "rule.none")
    return Chapter("rules", say("rule.title"), (about,), headings, tuple(rows))


def _classes(told: Asked) -> Chapter:
    say, settings = told.say, told.settings
    shares = {name: say.percent(settings[f"abc_{name}_until"], 0) for name in ("a", "b")}
    spread = {name: say.number(settings[f"xyz_{name}_until"], 2) for name in ("x", "y")}
    months = say.number(settings["history_periods"])
    sentences = (
        say("handbook.abc", **shares),
        say("handbook.xyz", **spread, months=months),
        say("handbook.review", days=say.number(settings["class_review_days"])),
    )
    return Chapter("classes", say("handbook.classes"), sentences)


def _section(chapter: Chapter) -> Section:
    headings = tuple(
        Heading(label, False, _TO_BE_READ if n else 0) for n, label in enumerate(chapter.headings)
    )
    found = Table(headings, chapter.rows) if chapter.rows else None
    return Section(chapter.title, table=found, text=chapter.sentences)
