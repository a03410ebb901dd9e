"""A policy as a file: read back exactly, in a stable order, explained; what is wrong is named."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.decisions import policy_file
from queries.decisions.policies import Policy
from queries.engine import Engine
from queries.errors import PolicyUnusable
from queries.filters import EXEMPTION_KEYS, FIELDS, RULE_KEYS, SCOPE, Filters
from queries.settings import Settings
from tests.queries.test_filters import EVERYTHING

THRESHOLDS = [name for name in FIELDS if name not in SCOPE]
BUILT_IN: dict[str, Any] = {}
TEXT = st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), min_size=1, max_size=30)
ANY = {
    int: st.integers(0, 36_500).map(str),
    Decimal: st.decimals(0, 10**6, places=4, allow_nan=False).map(str)
    | st.sampled_from(["1", "0.25", "1E+2"]),
    str: TEXT | st.sampled_from(["issue,scrap", "company", "return", "30,90,365"]),
}


@pytest.fixture(scope="module", autouse=True)
def built_in(tmp_path_factory: pytest.TempPathFactory) -> None:
    engine = Engine.open(Settings(home=tmp_path_factory.mktemp("home")))
    BUILT_IN.update(engine.answer("mart_settings", Filters()).to_pylist()[0])


def readable(name: str, readers: Any) -> st.SearchStrategy[str]:
    """Texts that this reader takes."""
    known = getattr(EVERYTHING, name, None)
    kind = str if readers is RULE_KEYS and name in ("category", "material_type", "warehouse") else type(known)
    texts = st.dates().map(str) if name == "ends_on" else ANY.get(kind, TEXT)
    return texts.filter(lambda text: readers[name](text) is not None) | texts.map(
        lambda text: text if readers[name](text) is not None else str(known or text)
    ).filter(lambda text: readers[name](text) is not None)


def rows(readers: Any, needs: str = "") -> st.SearchStrategy[str]:
    """A list of rules or of exemptions as a link spells it."""
    optional = {name: readable(name, readers) for name in readers if name != needs}
    required = {needs: readable(needs, readers)} if needs else {}
    return st.lists(st.fixed_dictionaries(required, optional=optional), max_size=4).map(json.dumps)


VALUES = {name: readable(name, FIELDS) for name in THRESHOLDS if name not in policy_file.LISTS}
VALUES |= {"rules": rows(RULE_KEYS), "exemptions": rows(EXEMPTION_KEYS, "item_id")}


def version(values: Filters, reason: str = "", author: str = "") -> Policy:
    return Policy(7, values, reason, author, datetime(2026, 1, 1, tzinfo=UTC), None)


def written(values: Filters) -> str:
    return policy_file.written(version(values), BUILT_IN)


@given(st.fixed_dictionaries({}, optional=VALUES))
def test_every_policy_is_read_back_as_it_was_written(texts: dict[str, str]) -> None:
    values, ignored = Filters.from_link(texts)
    assert ignored == ()
    text = written(values)
    assert policy_file.read(text.encode()) == values
    assert written(policy_file.read(text.encode())) == text


def test_every_threshold_at_once_is_read_back() -> None:
    assert policy_file.read(written(EVERYTHING.policy_part()).encode()) == EVERYTHING.policy_part()


def test_a_file_that_sets_nothing_shows_what_is_built_in() -> None:
    text = written(Filters())
    assert tomllib.loads(text) == {}
    assert policy_file.read(text.encode()) == Filters()
    shown = text.replace("\n# ", "\n")
    for line in ("watch_after_days = 90", "holding_rate = 0.2000", 'use_scope = "company"', "rules = []"):
        assert f"\n{line}\n" in shown
    assert "\nage_edges = [30, 60, 90, 180, 365, 730]\n" in shown


def test_the_words_name_every_threshold_once() -> None:
    named = [name for words in policy_file.groups().values() for name in list(words)[1:]]
    assert sorted(named) == sorted(THRESHOLDS)


def test_two_files_differ_where_the_policies_do() -> None:
    rule = {"category": "Raw", "dead_after_days": 300}
    before = Filters(dead_after_days=400, rules=json.dumps([rule]))
    after = replace(before, rules=json.dumps([rule, {"warehouse": "W1", "value_floor": "5.50"}]))
    one, two = written(before).splitlines(), written(after).splitlines()
    assert [line for line in two if line not in one] == ['  { warehouse = "W1", value_floor = 5.50 },']
    assert [line for line in one if line not in two] == []


def test_reason_and_author_stand_in_one_line_each() -> None:
    text = policy_file.written(version(Filters(), 'so "it\nis"', "an\tanalyst"), BUILT_IN)
    assert text.splitlines()[:3] == [
        "# stillstock: policy 7 / stillstock：制度 v7",
        '# so "it is"',
        "# an analyst",
    ]


def problems(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(PolicyUnusable) as caught:
        policy_file.read(text.encode())
    assert all(each.remedy for each in caught.value.problems)
    return [
        (e.code.removeprefix("policy_"), str(e.facts.get("key")), str(e.facts.get("value")))
        for e in caught.value.problems
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("dead_days = 9", ("key_unknown", "dead_days", "9")),
        ('warehouse = "W1"', ("key_unknown", "warehouse", '"W1"')),
        ("policy_version = 3", ("key_unknown", "policy_version", "3")),
        ('dead_after_days = "90"', ("value_wrong", "dead_after_days", '"90"')),
        ("dead_after_days = 90.0", ("value_wrong", "dead_after_days", '"90.0"')),
        ("dead_after_days = true", ("value_wrong", "dead_after_days", "true")),
        ("dead_after_days = -1", ("value_wrong", "dead_after_days", "-1")),
        ("dead_after_days = 36501", ("value_wrong", "dead_after_days", "36501")),
        ("holding_rate = 1.01", ("value_wrong", "holding_rate", '"1.01"')),
        ("holding_rate = nan", ("value_wrong", "holding_rate", '"NaN"')),
        ("age_edges = [30, 30]", ("value_wrong", "age_edges", "[30, 30]")),
        ('age_edges = ["30"]', ("value_wrong", "age_edges", '["30"]')),
        ('use_kinds = ["issue", "loss"]', ("value_wrong", "use_kinds", '["issue", "loss"]')),
        ("red_approver = 5", ("value_wrong", "red_approver", "5")),
        ("red_deadline_days = 2026-01-01", ("value_wrong", "red_deadline_days", '"2026-01-01"')),
        ("rules = 5", ("value_wrong", "rules", "5")),
        ("rules = [5]", ("value_wrong", "rules[1]", "5")),
        ("rules = [{}, {days = 1}]", ("key_unknown", "rules[2].days", "1")),
        ("[[rules]]\ngrace_days = 'x'", ("value_wrong", "rules[1].grace_days", '"x"')),
        ("[[exemptions]]\nreason = 'x'", ("value_wrong", "exemptions[1].item_id", '""')),
        (
            "[[exemptions]]\nitem_id = 'A'\nends_on = '2026-02-30'",
            ("value_wrong", "exemptions[1].ends_on", '"2026-02-30"'),
        ),
        ("dead_after_days = ", ("file_unreadable", "None", "None")),
        ("grace_days = 1\ngrace_days = 2", ("file_unreadable", "None", "None")),
        (f"grace_days = {'9' * 5_000}", ("file_unreadable", "None", "None")),
        (f"rules = {'[' * 5_000}", ("file_unreadable", "None", "None")),
        ("#" * 1_000_001, ("file_unreadable", "None", "None")),
    ],
)
def test_what_is_wrong_is_named_by_key_and_value(line: str, problem: tuple[str, str, str]) -> None:
    assert problems(line) == [problem]


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(PolicyUnusable, match="no TOML"):
        policy_file.read(b"grace_days = 1 # \xff")


def test_everything_wrong_is_said_at_once() -> None:
    text = 'dead_days = 9\nholding_rate = "a"\n[[rules]]\nwatch_after_days = 1.5\nwhere = "W1"\n'
    assert [key for _, key, _ in problems(text)] == [
        "dead_days", "holding_rate", "rules[1].watch_after_days", "rules[1].where",
    ]  # fmt: skip


def test_a_list_too_long_for_a_link_is_said() -> None:
    many = [{"item_id": f"ITEM-{n:06}", "reason": "spare parts by contract"} for n in range(600)]
    text = (
        "exemptions = ["
        + ",".join(f'{{item_id="{e["item_id"]}",reason="{e["reason"]}"}}' for e in many)
        + "]"
    )
    with pytest.raises(PolicyUnusable, match=r"exemptions cannot be .* more than a link can carry"):
        policy_file.read(text.encode())


def test_what_people_write_by_hand_is_read() -> None:
    text = """\ufeffdead_after_days = 1_000 # a comment
holding_rate = 1
use_kinds = "issue,scrap"
[[rules]]
warehouse = "W1"
value_floor = 12.50
[[rules]]
category = 'Raw'
[[exemptions]]
item_id = "A"
ends_on = 2027-01-31
"""
    values = policy_file.read(text.encode())
    assert (values.dead_after_days, values.holding_rate, values.use_kinds) == (
        1000,
        Decimal(1),
        "issue,scrap",
    )
    assert json.loads(values.rules or "") == [
        {"value_floor": "12.50", "warehouse": "W1"},
        {"category": "Raw"},
    ]
    assert json.loads(values.exemptions or "") == [{"ends_on": "2027-01-31", "item_id": "A"}]
    assert date(2027, 1, 31).isoformat() in written(values)
