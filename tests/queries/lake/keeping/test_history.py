"""What was loaded is told in full, two versions are compared row by row, and undo erases nothing."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake
from hypothesis import given
from hypothesis import strategies as st

from queries.engine import Engine
from queries.errors import LakeDamaged, OriginalGone, VersionGone
from queries.lake.contract import table
from queries.lake.keeping.difference import Totals, distinct_rows, totals
from queries.lake.keeping.history import compare, loads, original, redo_target, restore, undo_target
from queries.lake.register import TableChange, as_frame
from queries.lake.versions import VERSIONS, Lake, sha256_of
from queries.settings import Settings
from tests.queries.lake.uploads import LEDGER, STOCK, LoadIt, rows_of

PRICED = "snapshot_on,item_id,warehouse_id,qty,unit_cost\n2026-10-31,A,W1,10,0.3333\n2026-10-31,B,W1,5.5,2\n"
OTHER = "snapshot_on,item_id,warehouse_id,qty,unit_cost\n2026-10-31,A,W1,12,0.3333\n2026-10-31,C,W1,1,\n"


def content(lake: Lake, table: str = "stock") -> list[tuple[object, ...]]:
    """Items and quantities of the newest version."""
    current = lake.current()
    assert current is not None
    if not lake.files(current, table):
        return []
    return sorted(rows_of(lake, table, ["item_id", "qty"]).rows())


def test_a_load_records_what_came_and_what_it_replaced(load_it: LoadIt, lake: Lake) -> None:
    load_it(PRICED)
    load_it(OTHER, confirmed=True)
    second, first = loads(lake)
    assert (first.action, second.action) == ("load", "load")
    assert first.changes == (
        TableChange("stock", 2, 0, Decimal("15.5"), None, Decimal("14.333"), None, 1, 0, ()),
    )
    assert second.changes == (
        TableChange(
            table="stock",
            rows_in=2,
            rows_out=2,
            qty_in=Decimal(13),
            qty_out=Decimal("15.5"),
            value_in=Decimal("3.9996"),
            value_out=Decimal("14.333"),
            groups_in=1,
            groups_out=1,
            replaced=("2026-10-31 W1",),
        ),
    )


def test_documents_are_counted_not_named(load_it: LoadIt, lake: Lake) -> None:
    load_it(LEDGER, "movements")
    load_it(LEDGER.replace(",10,", ",11,"), "movements", confirmed=True)
    (change,) = loads(lake)[0].changes
    assert (change.rows_in, change.rows_out, change.groups_in, change.groups_out) == (2, 2, 1, 1)
    assert (change.qty_in, change.qty_out, change.value_in) == (Decimal(16), Decimal(15), None)
    assert change.replaced == ()


def test_values_in_several_currencies_are_not_added_up() -> None:
    rows = pl.DataFrame(
        {
            "snapshot_on": [date(2026, 10, 31)] * 2,
            "warehouse_id": ["W1"] * 2,
            "qty": [Decimal(1), Decimal(2)],
            "unit_cost": [Decimal(3), Decimal("0.0001")],
            "currency": ["CNY", "USD"],
        }
    )
    both = totals(table("stock"), rows)
    assert (both.qty, both.value) == (Decimal(3), None)
    assert totals(table("stock"), rows.tail(1)).value == Decimal("0.0002")


ROWS = st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from([1, 2, None])), max_size=8)


@given(ROWS, ROWS)
def test_rows_on_one_side_only_are_told_one_for_one(
    was: list[tuple[str | None, int | None]], comes: list[tuple[str | None, int | None]]
) -> None:
    kinds = {"item_id": pl.String(), "qty": pl.Int64()}
    sides = [pl.DataFrame(rows, schema=kinds, orient="row") for rows in (was, comes)]
    gone, new = distinct_rows(*sides)
    assert Counter(gone.rows()) == Counter(was) - Counter(comes)
    assert Counter(new.rows()) == Counter(comes) - Counter(was)


def test_two_undos_and_a_redo(load_it: LoadIt, lake: Lake, settings: Settings) -> None:
    load_it(PRICED)
    load_it(OTHER, confirmed=True)
    load_it("item_id,name\nA,a\n", "items")
    for number, undo, redo in ((3, 2, None), (4, 1, 3), (5, 0, 2), (6, 1, 3)):
        assert (len(lake.history()), undo_target(lake), redo_target(lake)) == (number, undo, redo)
        back = restore(settings, redo_target(lake) or 0 if number == 5 else undo_target(lake) or 0, "me")
        assert back is not None
        assert (back.action, back.user) == ("restore", "me")
    assert [version.restored for version in lake.history()] == [None, None, None, 2, 1, 2, 1]
    assert content(lake) == [("A", Decimal(10)), ("B", Decimal("5.5"))]
    states = {v.number: {t: len(pl.read_parquet(lake.files(v, t))) for t in v.tables} for v in loads(lake)}
    assert states[3] == {"stock": 2, "items": 1}
    assert states[4] == states[6] == {"stock": 2}
    assert lake.damaged_files() == []


def test_an_undo_says_what_it_took_away_and_brought_back(
    load_it: LoadIt, lake: Lake, settings: Settings
) -> None:
    load_it(PRICED)
    load_it(OTHER, confirmed=True)
    back = restore(settings, 1)
    assert back is not None
    (change,) = back.changes
    assert (change.rows_in, change.rows_out, change.qty_in, change.qty_out) == (2, 2, Decimal("15.5"), 13)
    assert change.replaced == ("2026-10-31 W1",)


def test_the_first_load_is_undone_to_an_empty_lake_and_redone(
    load_it: LoadIt, lake: Lake, settings: Settings
) -> None:
    load_it(PRICED)
    empty = restore(settings, 0)
    assert empty is not None
    assert empty.tables == {}
    assert content(lake) == []
    assert DeltaTable(lake.table_url("stock")).to_pyarrow_table().num_rows == 0
    assert (undo_target(lake), redo_target(lake)) == (None, 1)
    restore(settings, 1)
    assert content(lake) == [("A", Decimal(10)), ("B", Decimal("5.5"))]
    restore(settings, 0)
    assert load_it(OTHER).status == "loaded"
    assert content(lake) == [("A", Decimal(12)), ("C", Decimal(1))]


def test_a_restore_that_changes_nothing_makes_no_version(
    load_it: LoadIt, lake: Lake, settings: Settings
) -> None:
    load_it(PRICED)
    assert restore(settings, 1) is None
    load_it(OTHER, confirmed=True)
    load_it(PRICED, confirmed=True)
    assert restore(settings, 1) is None
    assert len(lake.history()) == 3
    with pytest.raises(VersionGone):
        restore(settings, 4)


def test_after_an_undo_every_reader_of_the_delta_tables_sees_it(
    load_it: LoadIt, lake: Lake, settings: Settings
) -> None:
    load_it(PRICED)
    load_it(OTHER, confirmed=True)
    restore(settings, 1)
    rows = pl.DataFrame(DeltaTable(lake.table_url("stock")).to_pyarrow_table())
    assert sorted(rows["item_id"]) == ["A", "B"]
    assert load_it(STOCK, confirmed=True).data_version == 4
    assert rows_of(lake, "stock")["unit_cost"].null_count() == 2


def test_kept_facts_are_found_again_after_an_undo(load_it: LoadIt, settings: Settings) -> None:
    load_it(LEDGER, "movements")
    first = Engine.open(settings).answer("fct_stock_layers").num_rows
    keys = {path.name for path in settings.facts.iterdir()}
    load_it(LEDGER.replace(",10,", ",11,"), "movements", confirmed=True)
    restore(settings, 1)
    assert Engine.open(settings).answer("fct_stock_layers").num_rows == first
    assert {path.name for path in settings.facts.iterdir()} == keys


def test_nothing_damaged_is_put_back(load_it: LoadIt, lake: Lake, settings: Settings) -> None:
    load_it(PRICED)
    first = lake.files(lake.version(1), "stock")[0]
    load_it(OTHER, confirmed=True)
    Path(first).write_bytes(Path(first).read_bytes()[:-1] + b"x")
    with pytest.raises(LakeDamaged):
        restore(settings, 1)
    assert len(lake.history()) == 2


def test_two_versions_are_compared_row_by_row_with_both_sides(load_it: LoadIt, lake: Lake) -> None:
    load_it(PRICED)
    load_it(OTHER, confirmed=True)
    found = compare(lake, 1, 2, "stock")
    shown = found.rows.select("item_id", "change", "qty_a", "qty_b", "unit_cost_b").rows()
    assert shown == [
        ("A", "changed", Decimal(10), Decimal(12), Decimal("0.3333")),
        ("B", "gone", Decimal("5.5"), None, None),
        ("C", "new", None, Decimal(1), None),
    ]
    assert found.rows["snapshot_on"].unique().to_list() == [date(2026, 10, 31)]
    assert found.a == Totals(2, Decimal("15.5"), Decimal("14.333"), 1)
    assert found.b == Totals(2, Decimal(13), Decimal("3.9996"), 1)
    assert (found.change.rows_in, found.change.rows_out) == (2, 2)
    assert compare(lake, 2, 2, "stock").rows.is_empty()
    assert compare(lake, 0, 2, "stock").rows["change"].to_list() == ["new", "new"]
    with pytest.raises(VersionGone):
        compare(lake, 1, 3, "stock")


def test_an_original_is_found_by_its_content_and_checked(
    load_it: LoadIt, settings: Settings, tmp_path: Path
) -> None:
    load_it(PRICED)
    sha256 = sha256_of(tmp_path / "upload.csv")
    path = original(settings, sha256)
    assert path.read_text() == PRICED
    path.write_text(OTHER)
    with pytest.raises(LakeDamaged):
        original(settings, sha256)
    for wrong in ("0" * 64, "../lake/versions", sha256[:-1]):
        with pytest.raises(OriginalGone):
            original(settings, wrong)


OLD_COLUMNS = ["data_version", "load_id", "committed_at", "user", "fingerprint", "files", "tables", "added"]


def test_a_register_of_an_older_release_is_read_and_goes_on(
    load_it: LoadIt, lake: Lake, settings: Settings
) -> None:
    load_it(PRICED)
    (version,) = lake.history()
    old = as_frame([version]).select(OLD_COLUMNS)
    write_deltalake(lake.table_url(VERSIONS), old, mode="overwrite", schema_mode="overwrite")
    fresh = Lake(lake.url)
    assert fresh.history() == (dataclasses.replace(version, changes=()),)
    load_it(OTHER, confirmed=True)
    assert restore(settings, 1) is not None
    assert [each.action for each in lake.history()] == ["load", "load", "restore"]
    assert content(lake) == [("A", Decimal(10)), ("B", Decimal("5.5"))]


def test_a_changed_record_is_named(load_it: LoadIt, lake: Lake) -> None:
    load_it(PRICED)
    (version,) = lake.history()
    seal = as_frame([version]).with_columns(pl.lit("someone").alias("user"))
    write_deltalake(lake.table_url(VERSIONS), seal, mode="overwrite")
    with pytest.raises(LakeDamaged) as damaged:
        Lake(lake.url).current()
    assert damaged.value.facts["file"] == "data version 1"
