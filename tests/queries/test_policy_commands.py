"""`stillstock policy` as other programs use it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from queries.cli import main
from queries.decisions import policies
from queries.filters import Filters
from queries.settings import Settings


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["policy", *(str(each) for each in arguments)])


def said(*arguments: object, code: int = 0) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


@pytest.fixture
def drafted(home: Path) -> Path:
    """Version 2 sets two thresholds and a rule; version 1 is in force."""
    rules = json.dumps([{"category": "Raw", "dead_after_days": 300}])
    values = Filters(dead_after_days=400, use_kinds="issue,scrap", rules=rules)
    policies.draft(Settings(), values, reason="winter", author="an analyst")
    return home


def test_versions_are_listed_with_who_when_and_why(drafted: Path) -> None:
    newest, built_in = said("list")
    assert (newest["version"], newest["status"], newest["reason"], newest["author"]) == (
        2, "draft", "winter", "an analyst",
    )  # fmt: skip
    assert (built_in["version"], built_in["status"], newest["activated_at"]) == (1, "active", None)
    assert "winter" in run("list").stdout


def test_a_version_says_what_it_sets_and_what_is_built_in(drafted: Path) -> None:
    shown = said("show", 2)
    assert shown["sets"] == ["dead_after_days", "use_kinds", "rules"]
    assert (shown["values"]["dead_after_days"], shown["values"]["watch_after_days"]) == (400, 90)
    assert (said("show")["version"], said("show")["sets"]) == (1, [])


def test_an_exported_file_is_imported_as_the_same_policy(drafted: Path, tmp_path: Path) -> None:
    file, again = tmp_path / "policy.toml", tmp_path / "again.toml"
    assert run("export", 2, "--output", file).exit_code == 0
    made = said("import", file, "--reason", "from a file", "--author", "somebody")
    assert made == {"status": "draft", "version": 3, "problems": []}
    kept = policies.policy(Settings(), 3)
    assert (kept.reason, kept.author) == ("from a file", "somebody")
    assert kept.values == policies.policy(Settings(), 2).values
    assert said("diff", 2, 3) == {}
    run("export", 3, "--output", again)
    after = [line for line in again.read_text().splitlines() if line not in file.read_text().splitlines()]
    assert after == ["# stillstock: policy 3 / stillstock：制度 v3", "# from a file", "# somebody"]


def test_a_file_that_is_no_policy_is_refused_with_every_problem(drafted: Path, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text("dead_days = 9\nholding_rate = 2\n")
    refused = said("import", file, code=1)
    assert (refused["status"], refused["version"]) == ("refused", None)
    assert [(p["code"], p["key"], p["value"]) for p in refused["problems"]] == [
        ("policy_key_unknown", "dead_days", "9"),
        ("policy_value_wrong", "holding_rate", "2"),
    ]
    file.write_text("watch_after_days = 200\nvalue_weight = 0.36\n")
    result = run("import", file)
    assert result.exit_code == 1
    assert "watch_after_days (200) is above slow_after_days (180)" in result.stderr
    assert "sum to 1.01" in result.stderr
    assert [each.version for each in policies.policies(Settings())] == [2, 1]


def test_a_version_is_put_in_force_and_another_again(drafted: Path) -> None:
    assert said("activate", 2, "--reason", "agreed", "--author", "a manager")["status"] == "active"
    assert policies.active(Settings()).version == 2
    assert run("activate", 1).exit_code == 0
    (back, there, _) = policies.activations(Settings())
    assert (back.version, there.version, there.reason, there.author) == (1, 2, "agreed", "a manager")
    assert [each["status"] for each in said("list")] == ["past", "active"]


def test_two_versions_differ_where_their_thresholds_do(drafted: Path) -> None:
    found = said("diff", 1, 2)
    assert found["dead_after_days"] == {"before": 365, "after": 400}
    assert set(found) == {"dead_after_days", "use_kinds", "rules"}
    assert "365" in run("diff", 1, 2).stdout
    assert "say the same" in run("diff", 2, 2).stderr


def test_a_version_that_is_not_kept_ends_with_a_sentence(drafted: Path) -> None:
    for command in (("show", 9), ("export", 9), ("activate", 9), ("diff", 1, 9)):
        result = run(*command)
        assert (result.exit_code, "no policy version 9" in result.stderr) == (1, True)


def test_what_contradicts_itself_is_not_put_in_force(drafted: Path) -> None:
    policies.draft(Settings(), Filters(dead_after_days=100), reason="", author="")
    result = run("activate", 3)
    assert (result.exit_code, "slow_after_days (180) is above" in result.stderr) == (1, True)
    assert policies.active(Settings()).version == 1
