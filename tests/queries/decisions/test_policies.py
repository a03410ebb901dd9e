"""The policy store: versions that never change, one in force, and a database that looks after itself."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from queries.decisions import database, policies
from queries.decisions.tables import Base
from queries.engine import Engine
from queries.errors import DecisionsBusy, DecisionsUnreachable, PolicyGone, PolicyMoved, StoreReadOnly
from queries.filters import FIELDS, SCOPE, Filters, Ignored
from queries.settings import Settings
from tests.queries.test_filters import EVERYTHING

ACTIVATE = """
import sys
from pathlib import Path
from queries.decisions import policies
from queries.errors import PolicyMoved
from queries.settings import Settings
settings = Settings(home=Path(sys.argv[1]))
sys.stdin.readline()
try:
    policies.activate(settings, int(sys.argv[2]), reason="", author="", instead_of=1)
    print("done", end="")
except PolicyMoved as error:
    print("moved to", error.facts["number"], end="")
"""
DRAFT_TWICE = """
import sys
from pathlib import Path
from queries.decisions import policies
from queries.filters import Filters
from queries.settings import Settings
from tests.queries.test_filters import EVERYTHING
settings = Settings(home=Path(sys.argv[1]))
sys.stdin.readline()
for days in (100, 200):
    kept = policies.draft(settings, Filters(dead_after_days=days), reason="", author=sys.argv[2])
    policies.activate(settings, kept.version, reason="", author=sys.argv[2])
    print(kept.version)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "new" / "home")


def test_version_1_sets_nothing_and_is_in_force_in_a_new_home(settings: Settings) -> None:
    built_in = policies.active(settings)
    assert (built_in.version, built_in.values, built_in.ignored) == (1, Filters(), ())
    assert (datetime.now(UTC) - built_in.created_at).total_seconds() < 60
    assert policies.policies(settings) == (built_in,)
    assert policies.in_force(settings, Filters(tier="R")) == (Filters(tier="R", policy_version=1), ())


def test_a_draft_keeps_the_thresholds_alone_and_is_not_in_force(settings: Settings) -> None:
    asked = Filters(
        dead_after_days=200, holding_rate=Decimal("0.180"), warehouse="W1", as_of=date(2026, 1, 1)
    )
    kept = policies.draft(settings, asked, reason="too late", author="an analyst")
    assert kept.version == 2
    assert kept.values == Filters(dead_after_days=200, holding_rate=Decimal("0.18"))
    assert (kept.reason, kept.author, kept.activated_at) == ("too late", "an analyst", None)
    assert policies.policy(settings, 2) == kept
    assert policies.active(settings).version == 1


def test_every_threshold_is_kept_and_read_back(settings: Settings) -> None:
    kept = policies.draft(settings, EVERYTHING, reason="", author="")
    assert set(kept.values.variables()) == set(FIELDS) - SCOPE
    assert policies.policy(settings, kept.version).values == EVERYTHING.policy_part()


def test_what_is_put_in_force_is_history(settings: Settings) -> None:
    for days in (100, 200):
        policies.draft(settings, Filters(dead_after_days=days), reason="", author="")
    for version, reason in ((2, "try"), (3, "better"), (2, "back")):
        policies.activate(settings, version, reason=reason, author="a")
    assert policies.active(settings).version == 2
    told = [(each.version, each.reason) for each in policies.activations(settings)]
    assert told == [(2, "back"), (3, "better"), (2, "try"), (1, "")]
    newest, former, built_in = policies.policies(settings)
    assert (newest.version, former.version, built_in.version) == (3, 2, 1)
    assert former.activated_at == policies.activations(settings)[0].activated_at
    assert former.activated_at > newest.activated_at > built_in.activated_at


def test_two_versions_are_compared_by_what_holds_under_them(settings: Settings) -> None:
    engine = Engine.open(settings)
    built_in, before, after = (
        engine.answer("mart_settings", values).to_pylist()[0]
        for values in (
            Filters(),
            Filters(dead_after_days=365, grace_days=5),
            Filters(dead_after_days=400, rules="[]"),
        )
    )
    assert policies.differences(before, after) == {
        "dead_after_days": (365, 400), "grace_days": (5, 90), "rules": (None, "[]"),
    }  # fmt: skip
    assert policies.differences(built_in, before) == {"grace_days": (90, 5)}


def test_who_looked_at_another_policy_does_not_replace_the_one_put_in_force_meanwhile(
    settings: Settings,
) -> None:
    for days in (100, 200):
        policies.draft(settings, Filters(dead_after_days=days), reason="", author="")
    policies.activate(settings, 2, reason="", author="a", instead_of=1)
    with pytest.raises(PolicyMoved):
        policies.activate(settings, 3, reason="", author="b", instead_of=1)
    assert policies.active(settings).version == 2
    states = [each.status(2) for each in policies.policies(settings)]
    assert states == ["draft", "active", "past"]


def test_what_is_chosen_goes_before_the_policy_and_a_link_keeps_its_own(settings: Settings) -> None:
    old = policies.draft(settings, Filters(dead_after_days=100, slow_after_days=50), reason="", author="")
    new = policies.draft(settings, Filters(dead_after_days=200), reason="", author="")
    policies.activate(settings, new.version, reason="", author="")
    found, ignored = policies.in_force(settings, Filters(grace_days=1, dead_after_days=300))
    assert (found, ignored) == (Filters(grace_days=1, dead_after_days=300, policy_version=3), ())
    found, ignored = policies.in_force(settings, Filters(policy_version=old.version))
    assert (found, ignored) == (Filters(dead_after_days=100, slow_after_days=50, policy_version=2), ())
    found, _ = policies.in_force(settings, Filters(policy_version=1))
    assert found == Filters(policy_version=1)


def test_a_policy_that_never_was_is_said_and_the_one_in_force_holds(settings: Settings) -> None:
    kept = policies.draft(settings, Filters(dead_after_days=100), reason="", author="")
    policies.activate(settings, kept.version, reason="", author="")
    found, ignored = policies.in_force(settings, Filters(policy_version=77))
    assert found == Filters(dead_after_days=100, policy_version=2)
    assert ignored == (Ignored("policy_version", "77", "no_policy"),)
    with pytest.raises(PolicyGone):
        policies.policy(settings, 77)
    with pytest.raises(PolicyGone):
        policies.activate(settings, 77, reason="", author="")
    assert policies.active(settings).version == 2


def test_a_value_of_another_stillstock_is_said(settings: Settings) -> None:
    policies.draft(settings, Filters(dead_after_days=100), reason="", author="")
    with sqlite3.connect(settings.home / "decisions.sqlite") as file:
        file.execute("""update policies set "values" = '{"dead_after_days": "100", "of_old": "1"}' """)
    assert policies.policy(settings, 2).values == Filters(dead_after_days=100)
    _, ignored = policies.in_force(settings, Filters(policy_version=2))
    assert ignored == (Ignored("of_old", "1", "unknown"),)


def test_processes_that_start_at_once_make_one_database_and_no_version_twice(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", DRAFT_TWICE, str(tmp_path / "home"), f"writer {number}"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for number in range(3)
    ]  # fmt: skip
    for each in started:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    told = [each.communicate(timeout=120) for each in started]
    assert [error for _, error in told] == ["", "", ""]
    settings = Settings(home=tmp_path / "home")
    assert sorted(int(n) for out, _ in told for n in out.split()) == [2, 3, 4, 5, 6, 7]
    assert [each.version for each in policies.policies(settings)] == [7, 6, 5, 4, 3, 2, 1]
    history = policies.activations(settings)
    assert len(history) == 7
    assert [each.activated_at for each in history] == sorted(
        (each.activated_at for each in history), reverse=True
    )
    assert policies.active(settings).version == history[0].version
    with sqlite3.connect(settings.home / "decisions.sqlite") as file:
        assert file.execute("pragma journal_mode").fetchone() == ("wal",)


def test_of_two_processes_that_replace_the_same_policy_at_once_one_is_told(settings: Settings) -> None:
    for days in (10, 20):
        policies.draft(settings, Filters(watch_after_days=days), reason="", author="")
    started = [
        subprocess.Popen(
            [sys.executable, "-c", ACTIVATE, str(settings.home), version],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for version in "23"
    ]  # fmt: skip
    for each in started:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    told = [each.communicate(timeout=120) for each in started]
    assert [error for _, error in told] == ["", ""]
    active = policies.active(settings).version
    assert {out for out, _ in told} == {"done", f"moved to {active}"}
    assert [each.version for each in policies.activations(settings)] == [active, 1]


def test_a_database_that_stays_locked_is_said_and_reading_goes_on(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.2)
    policies.active(settings)
    holder = sqlite3.connect(settings.home / "decisions.sqlite", isolation_level=None)
    holder.execute("begin immediate")
    with pytest.raises(DecisionsBusy):
        policies.draft(settings, Filters(dead_after_days=1), reason="", author="")
    assert policies.active(settings).version == 1
    holder.close()
    assert policies.draft(settings, Filters(dead_after_days=1), reason="", author="").version == 2


def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where a folder should be")
    with pytest.raises(StoreReadOnly):
        policies.active(Settings(home=tmp_path / "home"))


def test_a_file_that_is_no_database_is_said(settings: Settings) -> None:
    settings.home.mkdir(parents=True)
    (settings.home / "decisions.sqlite").write_text(
        "this is no database, but long enough to be read as one" * 9
    )
    with pytest.raises(DecisionsUnreachable, match="not a database"):
        policies.active(settings)


@pytest.mark.parametrize("url", ["no url", "oracle9://x", "mssql+nodriver://x"])
def test_a_database_address_that_means_nothing_is_said(url: str) -> None:
    with pytest.raises(DecisionsUnreachable) as caught:
        policies.active(Settings(database_url=url))
    assert "STILLSTOCK_DATABASE_URL" in caught.value.remedy


def test_a_password_in_the_address_is_never_shown(tmp_path: Path) -> None:
    with pytest.raises(DecisionsUnreachable) as caught:
        policies.active(Settings(database_url=f"sqlite://u:secret@host/{tmp_path}"))
    assert "secret" not in f"{caught.value.message}{caught.value.facts}"


def test_a_database_of_a_newer_stillstock_is_left_alone(settings: Settings) -> None:
    policies.active(settings)
    with sqlite3.connect(settings.home / "decisions.sqlite") as file:
        file.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(DecisionsUnreachable) as caught:
        policies.active(settings)
    assert "newest stillstock" in caught.value.remedy


def test_a_backup_put_back_is_what_is_read_next(settings: Settings) -> None:
    file = settings.home / "decisions.sqlite"
    policies.active(settings)
    backup = file.read_bytes()
    policies.draft(settings, Filters(dead_after_days=1), reason="", author="")
    file.unlink()
    assert [each.version for each in policies.policies(settings)] == [1]
    file.write_bytes(backup)
    assert [each.version for each in policies.policies(settings)] == [1]


def test_migrations_make_what_the_tables_say(settings: Settings) -> None:
    policies.active(settings)
    with create_engine(settings.database).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    script = Config()
    script.set_main_option("script_location", str(Path(database.__file__).with_name("migrations")))
    assert ScriptDirectory.from_config(script).get_heads() == [database.REVISION]
