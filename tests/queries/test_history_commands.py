"""`stillstock history`, `restore` and `purge` as other programs use them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from queries.cli import main
from queries.lake.load import Upload, load_files
from queries.lake.versions import sha256_of
from queries.settings import Settings

FIRST = "snapshot_on,item_id,warehouse_id,qty,unit_cost\n2025-10-31,A,W1,10,0.5\n"
SECOND = FIRST.replace(",10,", ",12,")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def said(*arguments: object) -> Any:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def files(home: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two files of one day, both loaded, the second over the first."""
    made = []
    for name, text in (("first.csv", FIRST), ("second.csv", SECOND)):
        path = tmp_path / name
        path.write_text(text)
        result = load_files([Upload(path, "stock")], Settings(), confirmed=True, user="tests")
        assert result.status == "loaded"
        made.append(path)
    return made[0], made[1]


def test_history_names_every_load_the_newest_first(files: tuple[Path, Path]) -> None:
    second, first = said("history")
    assert (second["data_version"], second["action"], second["user"]) == (2, "load", "tests")
    assert second["files"] == [
        {"name": "second.csv", "sha256": sha256_of(files[1]), "table": "stock", "rows": 1}
    ]
    assert second["changes"] == [
        {
            "table": "stock",
            "rows_in": 1,
            "rows_out": 1,
            "qty_in": 12,
            "qty_out": 10,
            "value_in": 6,
            "value_out": 5,
            "groups_in": 1,
            "groups_out": 1,
            "replaced": ["2025-10-31 W1"],
        }
    ]
    assert said("history", 1) == [first]
    assert "second.csv" in run("history").stdout
    assert "2025-10-31 W1" in run("history", 2).stdout
    assert run("history", 9).exit_code == 1


def test_an_empty_home_has_no_history(home: Path) -> None:
    assert said("history") == []
    assert run("history").exit_code == 0


def test_two_versions_are_compared(files: tuple[Path, Path]) -> None:
    result = run("history", 1, 2, "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(result.stdout))
    assert (row["item_id"], row["change"], row["qty_a"], row["qty_b"]) == (
        "A",
        "changed",
        "10.0000",
        "12.0000",
    )
    assert "data version 2: 1 rows, quantity 12, value 6" in result.stderr
    assert run("history", 1, 2, "--table", "stocks").exit_code == 1


def test_an_original_is_written_again(files: tuple[Path, Path], tmp_path: Path) -> None:
    again = tmp_path / "again.csv"
    assert run("history", "--original", sha256_of(files[0]), "--output", again).exit_code == 0
    assert again.read_text() == FIRST
    assert run("history", "--original", "0" * 64).exit_code == 1


def test_restore_puts_back_and_says_when_there_is_nothing_to_do(files: tuple[Path, Path]) -> None:
    assert said("restore", 1)["data_version"] == 3
    assert said("restore", 1) == {"status": "unchanged", "restored": 1, "data_version": None, "changes": []}
    assert run("restore", 2).stdout.startswith("data version 4 holds what data version 2 held")
    assert run("restore", 7).exit_code == 1


def test_purge_asks_first(files: tuple[Path, Path]) -> None:
    listed = run("purge", 2, "--dry-run")
    assert listed.exit_code == 0
    assert "second.csv, 1 rows of stock" in listed.stdout
    assert "stock: 1 rows go now, 1 come back" in listed.stdout
    held = run("purge", 2, "--json")
    assert (held.exit_code, json.loads(held.stdout)["status"]) == (3, "held")
    assert len(said("history")) == 2


def test_purge_deletes_and_old_links_say_why(files: tuple[Path, Path], home: Path) -> None:
    done = said("purge", sha256_of(files[1]), "--yes", "--reason", "wrong month")
    assert (done["status"], done["data_version"], done["loads"]) == ("purged", 3, [2])
    assert done["copies"] == [f"originals/{sha256_of(files[1])}"]
    newest, gone, _ = said("history")
    assert (newest["action"], gone["files"], gone["purged"]["reason"]) == ("purge", [], "wrong month")
    shown = run("show", "mart_tiered_stock", "--link", "data_version=2")
    assert shown.exit_code == 1
    assert "wrong month" in shown.stderr
    assert run("purge", 2, "--yes").exit_code == 1
