"""A full link on a page: the same numbers after new data and under another policy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from components.navigation import BOARD, STOCK
from components.words import Words
from queries.decisions import policies
from queries.errors import StoreReadOnly
from queries.filters import Filters
from queries.lake.keeping.purge import purge
from queries.lake.load import Upload, load_files
from queries.settings import Settings
from tests.pages.conftest import Open

LATER = "snapshot_on,item_id,warehouse_id,qty,unit_cost,currency\n2026-01-31,NEW,W1,1000,9,CNY\n"


@pytest.fixture
def home(company: Path, tmp_path: Path) -> Path:
    """The company under a policy of its own, version 2."""
    folder = shutil.copytree(company, tmp_path / "home", ignore=shutil.ignore_patterns("decisions.sqlite*"))
    put_in_force(folder, dead_after_days=100)
    return folder


def put_in_force(home: Path, **values: int) -> None:
    settings = Settings(home=home)
    kept = policies.draft(settings, Filters(**values), reason="", author="")
    policies.activate(settings, kept.version, reason="", author="")


def load_more(home: Path) -> None:
    file = home.parent / "later.csv"
    file.write_text(LATER)
    assert load_files([Upload(file, "stock")], Settings(home=home), confirmed=True).data_version == 2


def test_the_policy_in_force_is_named_and_judges(open_app: Open, home: Path) -> None:
    before = open_app(BOARD, home=home, lang="en")
    put_in_force(home, dead_after_days=3000, slow_after_days=2000, watch_after_days=1000)
    after = open_app(BOARD, home=home, lang="en")
    assert any(each.value.endswith("policy 2") for each in before.caption)
    assert any(each.value.endswith("policy 3") for each in after.caption)
    assert [each.value for each in before.metric] != [each.value for each in after.metric]
    changed = open_app(BOARD, home=home, lang="en", dead_after_days="90")
    assert any(each.value.endswith("policy 3, changed here") for each in changed.caption)


def test_a_full_link_shows_the_same_after_a_load_and_another_policy(open_app: Open, home: Path) -> None:
    full = {"as_of": "2025-12-31", "data_version": "1", "policy_version": "2", "lang": "en"}
    before = open_app(BOARD, home=home, **full)
    load_more(home)
    put_in_force(home, dead_after_days=3000, slow_after_days=2000, watch_after_days=1000)
    after = open_app(BOARD, home=home, **full)
    assert [each.value for each in after.metric] == [each.value for each in before.metric]
    assert [each.value for each in after.caption] == [each.value for each in before.caption]
    to_newest = Words("en")("stamp.newest")
    assert to_newest not in [each.proto.label for each in before.get("page_link")]
    assert to_newest in [each.proto.label for each in after.get("page_link")]
    newest = open_app(BOARD, home=home, lang="en")
    assert [each.value for each in newest.metric] != [each.value for each in before.metric]


def test_a_policy_that_is_not_kept_here_is_said(open_app: Open, home: Path) -> None:
    app = open_app(STOCK, home=home, lang="en", policy_version="77")
    assert Words("en")("ignored.no_policy", value="77") in app.warning[0].value
    assert any(each.value.endswith("policy 2") for each in app.caption)


def test_a_purged_data_version_says_so(open_app: Open, home: Path) -> None:
    load_more(home)
    purge(Settings(home=home), 2, "wrong file")
    app = open_app(BOARD, home=home, lang="en", data_version="2")
    said = " ".join(each.value for each in app.markdown)
    assert "wrong file" in said
    assert not app.metric


def test_decisions_that_cannot_be_read_are_said_and_no_number_is_shown(open_app: Open, home: Path) -> None:
    for file in home.glob("decisions.sqlite*"):
        file.unlink()
    (home / "decisions.sqlite").mkdir()
    app = open_app(BOARD, home=home, lang="zh")
    assert Words("zh")(f"error.{StoreReadOnly.code}") in app.markdown[0].value
    assert not app.metric
