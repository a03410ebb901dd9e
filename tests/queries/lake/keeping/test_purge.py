"""A purged load is in no file of the home any more, and whoever needs it is told so."""

from __future__ import annotations

import gzip
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable
from duckdb import DuckDBPyConnection

import queries.engine as engines
import queries.lake.keeping.commit as committing
from queries.engine import Engine
from queries.errors import NothingToPurge, OriginalGone, VersionGone, VersionPurged
from queries.lake.keeping.history import compare, loads, original, restore, undo_target
from queries.lake.keeping.purge import plan, purge
from queries.lake.versions import DataVersion, Lake, sha256_of
from queries.settings import Settings
from tests.queries.lake.uploads import LEDGER, STOCK, LoadIt, rows_of

MARK = "ZQX7MARK"
MARKED = f"snapshot_on,item_id,warehouse_id,qty\n2026-10-31,{MARK}-1,W1,3\n2026-09-30,{MARK}-2,{MARK}-W,4\n"
MARKED_LEDGER = (
    "posted_on,document_id,item_id,kind,qty,line_no\n"
    f"2026-10-01,{MARK}-D,{MARK}-1,receipt,7,1\n2026-10-02,GI-1,{MARK}-3,issue,-2,1\n"
)


def files_with(home: Path, mark: str) -> list[str]:
    """Every file under a folder that holds the text in its name, its bytes, or what is packed in it."""
    found = []
    for path in sorted(home.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        texts = [str(path.relative_to(home)).encode(), content]
        if content[:4] == b"PAR1":
            frame = pl.read_parquet(path, glob=False)
            texts.append(repr(frame.to_dicts()).encode())
        if content[:2] == b"\x1f\x8b":
            texts.append(gzip.decompress(content))
        if any(mark.encode() in text or mark.encode("utf-16-le") in text for text in texts):
            found.append(str(path.relative_to(home)))
    return found


def items(lake: Lake, table: str = "stock") -> list[str]:
    return sorted(rows_of(lake, table)["item_id"]) if lake.files(newest(lake), table) else []


def newest(lake: Lake) -> DataVersion:
    current = lake.current()
    assert current is not None
    return current


def test_no_file_of_the_home_holds_what_was_purged(
    load_it: LoadIt, lake: Lake, settings: Settings, tmp_path: Path
) -> None:
    load_it(STOCK)
    load_it(LEDGER, "movements")
    load_it(MARKED, name=f"{MARK}.csv", confirmed=True)
    load_it(MARKED_LEDGER, "movements", name=f"{MARK} ledger.csv", confirmed=True)
    for number in (3, 4):
        Engine.open(settings, number).answer("fct_stock_layers")
    load_it("snapshot_on,item_id,warehouse_id,qty\n2026-10-30,C,W1,1\n")
    load_it(LEDGER.replace("-10-0", "-09-0"), "movements")
    Engine.open(settings).answer("fct_stock_layers")
    restore(settings, 4)
    load_it("item_id,name\nA,a\n", "items")
    held = files_with(settings.home, MARK)
    assert {Path(name).parts[0] for name in held} == {"lake", "originals", "facts"}
    assert any("_delta_log" in name for name in held)

    done, _ = purge(settings, 3, "a wrong file")
    assert done.loads == (3,)
    assert files_with(settings.home, f"{MARK}.csv") == []
    _, version = purge(settings, 4, "another wrong file", "me")

    assert files_with(settings.home, MARK) == []
    assert (version.number, version.action, version.user) == (10, "purge", "me")
    assert items(lake) == ["A", "B"]
    assert items(lake, "movements") == ["A", "A", "B"]
    assert items(lake, "items") == ["A"]
    assert [v.purged is None for v in lake.history()] == [True, True, *[False] * 7, True]
    assert lake.damaged_files() == []
    assert load_it(STOCK.replace("5.5", "6"), confirmed=True).status == "loaded"
    assert Engine.open(settings).answer("mart_tiered_stock").num_rows == 2
    assert DeltaTable(lake.table_url("stock")).to_pyarrow_table().num_rows == 2


def test_what_a_load_had_replaced_comes_back(load_it: LoadIt, lake: Lake, settings: Settings) -> None:
    load_it(LEDGER, "movements")
    before = rows_of(lake, "movements").drop("load_id").sort("posted_on", "seq")
    load_it(MARKED_LEDGER, "movements", confirmed=True)
    done, version = purge(settings, 2, "wrong")
    after = rows_of(lake, "movements").drop("load_id").sort("posted_on", "seq")
    assert after.equals(before)
    (change,) = version.changes
    assert (change.rows_out, change.rows_in, change.qty_out, change.qty_in) == (2, 1, Decimal(5), Decimal(-4))
    assert (done.changes, done.later, done.repeated) == (version.changes, (), ())


def test_rows_that_later_loads_put_in_their_place_stay(
    load_it: LoadIt, lake: Lake, settings: Settings
) -> None:
    load_it(MARKED)
    load_it(STOCK, confirmed=True)
    assert items(lake) == ["A", "B", f"{MARK}-2"]
    said = plan(settings, 1)
    assert (said.later, said.unreadable) == ((2,), (1, 2))
    purge(settings, 1, "wrong")
    assert items(lake) == ["A", "B"]
    assert files_with(settings.home, MARK) == []


def test_a_later_file_that_repeated_rows_is_named(load_it: LoadIt, lake: Lake, settings: Settings) -> None:
    load_it(STOCK)
    more = STOCK + "2026-10-30,C,W1,1\n"
    load_it(more)
    assert plan(settings, 1).repeated == (2,)
    purge(settings, 1, "wrong")
    assert items(lake) == ["C"]
    assert load_it(more).status == "loaded"
    assert items(lake) == ["A", "B", "C"]


def test_a_file_goes_with_every_load_it_came_in(
    load_it: LoadIt, lake: Lake, settings: Settings, tmp_path: Path
) -> None:
    load_it(MARKED, name="m.csv")
    restore(settings, 0)
    load_it(MARKED, name="again.csv")
    assert [v.action for v in loads(lake)] == ["load", "restore", "load"]
    shared = plan(settings, 1).shared
    assert [file.name for file in shared] == ["m.csv"]
    done, _ = purge(settings, sha256_of(tmp_path / "m.csv"), "wrong")
    assert done.loads == (1, 3)
    assert items(lake) == []
    assert files_with(settings.home, MARK) == []
    assert undo_target(lake) is None


def test_a_kept_file_that_no_load_names_goes_by_its_content(settings: Settings, load_it: LoadIt) -> None:
    load_it(STOCK)
    stray = settings.home / "originals" / "stray"
    stray.write_text(MARKED)
    path = stray.rename(stray.with_name(sha256_of(stray)))
    done, version = purge(settings, path.name, "wrong")
    assert (done.loads, done.copies) == ((), (path,))
    assert version.changes == ()
    assert files_with(settings.home, MARK) == []


def test_versions_that_needed_it_say_when_why_and_by_whom(
    load_it: LoadIt, lake: Lake, settings: Settings, tmp_path: Path
) -> None:
    load_it(STOCK)
    load_it(MARKED, confirmed=True)
    running = Engine.open(settings)
    fresh = Engine.open(settings)
    assert running.answer("mart_tiered_stock").num_rows == 2
    purge(settings, 2, "typed by mistake", "me")
    for ask in (
        lambda: Engine.open(settings, 2),
        lambda: running.answer("mart_tiered_stock"),
        lambda: fresh.answer("mart_tiered_stock"),
        lambda: restore(settings, 2),
        lambda: compare(lake, 1, 2, "stock"),
    ):
        with pytest.raises(VersionPurged) as gone:
            ask()
        assert gone.value.facts["reason"] == "typed by mistake"
        assert gone.value.facts["user"] == "me"
        assert str(gone.value.facts["day"]) in gone.value.message
    assert compare(lake, 1, 3, "stock").rows.is_empty()
    with pytest.raises(OriginalGone):
        original(settings, sha256_of(tmp_path / "upload.csv"))


def test_an_engine_over_a_version_that_stays_goes_on(load_it: LoadIt, lake: Lake, settings: Settings) -> None:
    load_it(STOCK)
    engine = Engine.open(settings)
    before = engine.answer("mart_tiered_stock").to_pylist()
    load_it(MARKED, confirmed=True)
    purge(settings, 2, "wrong")
    assert engine.answer("mart_tiered_stock").to_pylist() == before


def test_a_fact_computed_while_its_version_is_purged_does_not_stay(
    load_it: LoadIt, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_it(STOCK)
    load_it(MARKED, confirmed=True)
    engine = Engine.open(settings)
    real = engines.write_aside

    def overtaken(builder: DuckDBPyConnection, sql: str, path: Path) -> None:
        real(builder, sql, path)
        fact = path.read_bytes()
        monkeypatch.setattr(engines, "write_aside", real)
        purge(settings, 2, "wrong")
        path.parent.mkdir()
        path.write_bytes(fact)

    monkeypatch.setattr(engines, "write_aside", overtaken)
    with pytest.raises(VersionPurged):
        engine.answer("mart_tiered_stock")
    assert files_with(settings.home, MARK) == []


def test_while_a_purge_is_under_way_its_version_is_gone_already(
    load_it: LoadIt, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_it(STOCK)
    load_it(MARKED, confirmed=True)
    running = Engine.open(settings)
    running.answer("src_stock")
    monkeypatch.setattr(committing, "erase", lambda *given: None)
    purge(settings, 2, "wrong")
    assert files_with(settings.home / "lake" / "stock", MARK)
    with pytest.raises(VersionPurged):
        running.answer("src_stock")


def test_copies_of_a_purged_file_go_wherever_they_stand(
    load_it: LoadIt, settings: Settings, tmp_path: Path
) -> None:
    load_it(MARKED, name="m.csv")
    load_id = Lake(settings.lake).history()[0].load_id
    for place in (
        "originals/.incoming-0/0-unpacked/member.csv",
        f"quarantine/{load_id}/stock.parquet",
        "waiting/by content/0",
        "exports/october.csv",
        "waiting/by number/hand_in.json",
    ):
        path = settings.home / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MARKED if path.suffix != ".json" else f'{{"data_version": 1, "edits": "{MARK}"}}')
    (settings.home / "waiting" / "another").mkdir()
    (settings.home / "waiting" / "another" / "0").write_text(STOCK)
    assert len(plan(settings, 1).copies) == 6
    purge(settings, 1, "wrong")
    assert files_with(settings.home, MARK) == []
    assert [path.name for path in (settings.home / "waiting").iterdir()] == ["another"]


def test_a_plan_changes_nothing(load_it: LoadIt, lake: Lake, settings: Settings) -> None:
    load_it(STOCK)
    load_it(MARKED, confirmed=True)
    before = {path: path.stat().st_mtime_ns for path in settings.home.rglob("*")}
    said = plan(settings, 2)
    assert {path: path.stat().st_mtime_ns for path in settings.home.rglob("*")} == before
    assert (said.loads, said.unreadable, [file.rows for file in said.files]) == ((2,), (2,), [2])
    assert [(c.table, c.rows_out, c.rows_in) for c in said.changes] == [("stock", 2, 2)]
    assert [path.name for path in said.copies] == [said.files[0].sha256]


@pytest.mark.parametrize("what", [3, 0, "0" * 64, "upload.csv"])
def test_what_is_not_there_cannot_be_purged(load_it: LoadIt, settings: Settings, what: int | str) -> None:
    load_it(STOCK)
    restore(settings, 0)
    with pytest.raises((NothingToPurge, VersionGone)):
        purge(settings, what, "wrong")


def test_only_loads_are_purged_and_only_once(load_it: LoadIt, settings: Settings) -> None:
    load_it(MARKED)
    restore(settings, 0)
    with pytest.raises(NothingToPurge):
        purge(settings, 2, "wrong")
    purge(settings, 1, "wrong")
    with pytest.raises(VersionPurged):
        purge(settings, 1, "wrong")


def test_a_log_with_checkpoints_forgets_too(load_it: LoadIt, lake: Lake, settings: Settings) -> None:
    load_it(MARKED)
    for day in range(10, 30):
        load_it(f"snapshot_on,item_id,warehouse_id,qty\n2026-10-{day},I,W1,{day}\n")
    DeltaTable(lake.table_url("stock")).create_checkpoint()
    purge(settings, 1, "wrong")
    assert files_with(settings.home, MARK) == []
    assert len(items(lake)) == 20
    assert [v.number for v in lake.history() if v.purged is None] == [22]
    assert DeltaTable(lake.table_url("stock")).to_pyarrow_table().num_rows == 20
    assert load_it("snapshot_on,item_id,warehouse_id,qty\n2026-10-30,I,W1,29\n").data_version == 23
