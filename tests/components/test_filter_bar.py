"""The bar's own tables agree with the filters it draws."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from components import filter_bar
from components.filter_bar import (
    CHOICES,
    DECIMALS,
    DRILL_PARTS,
    GROUPS,
    LISTS,
    PAGE_PARAMETERS,
    PINS,
    POLICY_PARTS,
    TEXTS,
)
from components.words import Words
from queries.filters import FIELDS, SCOPE, Filters


def test_every_filter_has_its_place_in_the_bar_once() -> None:
    drawn = [
        *filter_bar.SCOPE,
        *(name for names in GROUPS.values() for name in names),
        *POLICY_PARTS,
        *DRILL_PARTS,
    ]
    assert sorted(drawn) == sorted(FIELDS)


def test_what_is_looked_at_is_no_policy() -> None:
    assert {*filter_bar.SCOPE, *PINS, *DRILL_PARTS} == SCOPE


def test_no_page_parameter_is_also_a_filter() -> None:
    assert PAGE_PARAMETERS & FIELDS.keys() == set()


@pytest.mark.parametrize("name", CHOICES)
def test_every_choice_is_one_that_a_link_may_name(name: str) -> None:
    for code in CHOICES[name]:
        filters, ignored = Filters.from_link({name: code})
        assert (getattr(filters, name), ignored) == (code, ())


def test_kinds_of_widgets_are_told_apart() -> None:
    assert not LISTS & DECIMALS
    assert not LISTS & TEXTS
    assert not DECIMALS & TEXTS
    for name in DECIMALS:
        value = getattr(Filters.from_link({name: "1"})[0], name)
        assert isinstance(value, Decimal), name


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("tier", "R,none", "Tier: ▲ R urgent, ○ healthy"),
        ("warehouse", "W1,W2", "Warehouse: W1, W2"),
        ("as_of", date(2014, 6, 30), "As of: Jun 30, 2014"),
        ("holding_rate", Decimal("0.18"), "Holding cost (share a year): 18.0%"),
        ("dead_after_days", 200, "Dead after (days idle): 200"),
        ("use_scope", "warehouse", "Use is judged over: each warehouse"),
    ],
)
def test_a_filter_is_said_in_words(name: str, value: object, words: str) -> None:
    assert filter_bar.word(name, value, Words("en")) == words
