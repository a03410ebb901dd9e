"""Readers see acknowledged versions only, and never a file whose bytes changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import queries.lake.keeping.commit as committing
from queries.errors import LakeDamaged, StockError, VersionGone
from queries.lake.versions import VERSIONS, Lake, LoadedFile, sha256_of
from tests.queries.lake.uploads import LEDGER, STOCK, LoadIt


def flip(path: str, at: int = 40) -> None:
    """Change one bit of a file."""
    content = bytearray(Path(path).read_bytes())
    content[at] ^= 1
    Path(path).write_bytes(content)


def test_an_empty_lake_has_no_version(lake: Lake) -> None:
    assert lake.current() is None
    assert lake.history() == ()
    with pytest.raises(VersionGone) as gone:
        lake.version(1)
    assert gone.value.facts == {"number": 1, "newest": 0}


def test_a_version_says_who_loaded_what_and_when(load_it: LoadIt, lake: Lake, tmp_path: Path) -> None:
    load_it(STOCK)
    load_it(LEDGER, "movements", name="台账.csv")
    first, second = lake.history()
    assert (first.number, second.number) == (1, 2)
    assert lake.version(1) == first
    assert lake.current() == second
    assert second.tables == {"stock": 0, "movements": 0}
    assert second.files == (LoadedFile("台账.csv", sha256_of(tmp_path / "台账.csv"), "movements", 3),)
    assert first.committed_at <= second.committed_at
    assert first.committed_at.utcoffset() is not None
    assert [file.table for file in second.added] == ["movements"]
    assert lake.files(first, "movements") == []
    with pytest.raises(VersionGone):
        lake.version(3)


def test_another_process_sees_a_new_version_at_once(load_it: LoadIt, lake: Lake) -> None:
    assert lake.current() is None
    load_it(STOCK)
    current = lake.current()
    assert current is not None
    assert current.number == 1


def test_a_flipped_bit_is_named_with_its_table(load_it: LoadIt, lake: Lake) -> None:
    load_it(STOCK)
    load_it(LEDGER, "movements")
    current = lake.current()
    assert current is not None
    lake.verify_files(current)
    (path,) = lake.files(current, "stock")
    flip(path)
    with pytest.raises(LakeDamaged) as damaged:
        lake.verify_files(current)
    assert damaged.value.facts["table"] == "stock"
    assert damaged.value.facts["file"] == Path(path).name
    lake.verify_files(current, ["movements"])
    assert [(each.table, each.reason) for each in lake.damaged_files()] == [("stock", "changed")]
    Path(path).unlink()
    assert [(each.table, each.reason) for each in lake.damaged_files()] == [("stock", "missing")]


def test_a_changed_byte_under_an_old_date_is_found_by_reading_all(load_it: LoadIt, lake: Lake) -> None:
    load_it(STOCK)
    current = lake.current()
    assert current is not None
    lake.verify_files(current)
    path = Path(lake.files(current, "stock")[0])
    stat = path.stat()
    flip(str(path))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert [each.reason for each in lake.damaged_files()] == ["changed"]


def test_nothing_is_built_on_a_damaged_table(load_it: LoadIt, lake: Lake) -> None:
    load_it(STOCK)
    current = lake.current()
    assert current is not None
    flip(lake.files(current, "stock")[0])
    with pytest.raises(LakeDamaged):
        load_it(STOCK.replace("5.5", "6"), confirmed=True)
    assert load_it(LEDGER, "movements").status == "loaded"


def test_a_broken_log_is_named(load_it: LoadIt, lake: Lake) -> None:
    load_it(STOCK)
    log = lake.local_folder / "stock" / "_delta_log" / "00000000000000000000.json"
    log.write_text("{broken")
    fresh = Lake(lake.url)
    current = fresh.current()
    assert current is not None
    with pytest.raises(LakeDamaged) as damaged:
        fresh.files(current, "stock")
    assert damaged.value.facts["table"] == "stock"


def test_a_url_and_a_folder_are_told_apart(tmp_path: Path) -> None:
    assert Lake(tmp_path).is_local
    assert Lake(f"file://{tmp_path}").local_folder == tmp_path
    far = Lake("s3://bucket/lake/")
    assert far.table_url("stock") == "s3://bucket/lake/stock"
    with pytest.raises(StockError):
        _ = far.local_folder


def test_the_register_stays_in_few_files(
    load_it: LoadIt, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(committing, "REGISTER_FILES", 3)
    for day in range(1, 9):
        load_it(f"snapshot_on,item_id,warehouse_id,qty\n2026-10-{day:02},A,W1,{day}\n")
        register = lake.delta(VERSIONS)
        assert register is not None
        assert len(register.file_uris()) <= 3
        fresh = Lake(lake.url)
        newest = fresh.current()
        assert newest is not None
        assert newest.number == day
        assert [version.number for version in fresh.history()] == list(range(1, day + 1))
        assert fresh.history() == lake.history()
