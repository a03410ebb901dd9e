"""What a load would bring is told before, and nothing is stored by looking."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import xlsxwriter

from queries.lake.checking.examine import examine
from queries.lake.load import Upload, load_files
from queries.lake.questions import Answers
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.queries.lake.uploads import LEDGER, STOCK, TODAY, LoadIt, Write, rows_of


def test_looking_says_what_would_come_and_stores_nothing(
    settings: Settings, lake: Lake, write: Write
) -> None:
    text = STOCK.replace("qty\n", "qty,remark\n").replace("10\n", "10,x\n").replace("5.5\n", "five,y\n")
    found = examine([Upload(write(text))], settings, today=TODAY)
    (part,) = found.parts
    assert (found.status, found.tables, found.good_rows) == ("held", ("stock",), 1)
    assert [(each.column, each.header) for each in part.columns] == [
        (name, name) for name in ("snapshot_on", "item_id", "warehouse_id", "qty")
    ]
    assert (part.mapping, part.rows, part.unused, part.columns[1].samples) == (
        "generic",
        2,
        ("remark",),
        ("A", "B"),
    )
    assert [each.key for each in found.questions] == ["quarantine"]
    assert found.quarantined["qty"].to_list() == ["five"]
    assert lake.current() is None
    assert list(settings.originals.iterdir()) == []


def test_totals_stand_beside_those_of_the_last_snapshot(
    load_it: LoadIt, settings: Settings, write: Write
) -> None:
    head = "snapshot_on,item_id,warehouse_id,qty,unit_cost\n"
    load_it(head + "2026-10-30,A,W1,10,2\n2026-10-30,A,W2,1,2\n")
    found = examine([Upload(write(head + "2026-10-31,A,W1,8,2.5\n"))], settings, today=TODAY)
    assert found.status == "checked"
    assert found.totals.rows() == [
        (
            "stock",
            date(2026, 10, 31),
            "W1",
            1,
            Decimal(8),
            Decimal(20),
            date(2026, 10, 30),
            1,
            Decimal(10),
            Decimal(20),
        )
    ]


def test_what_stands_already_is_said_before_it_is_loaded(
    load_it: LoadIt, settings: Settings, write: Write
) -> None:
    load_it(STOCK)
    path = write(STOCK.replace("5.5", "5.50"), "again.csv")
    assert examine([Upload(path)], settings, today=TODAY).status == "already_loaded"
    held = examine([Upload(write(STOCK.replace("5.5", "6")))], settings, today=TODAY)
    assert [each.key for each in held.questions] == ["guard.snapshot_differs"]


def test_a_dry_run_says_what_a_load_would_say(load_it: LoadIt, lake: Lake) -> None:
    tried = load_it(STOCK, dry_run=True)
    assert (tried.status, tried.rows, tried.data_version, tried.problems) == ("checked", 2, None, ())
    assert load_it(STOCK.replace("5.5", "nan"), dry_run=True).status == "refused"
    assert lake.current() is None
    load_it(STOCK)
    assert load_it(STOCK.replace("5.5", "6"), dry_run=True).status == "held"
    assert load_it(STOCK.replace("5.5", "6"), dry_run=True, confirmed=True).status == "checked"
    assert len(lake.history()) == 1


def test_an_archive_gives_its_files_and_is_kept_whole(settings: Settings, lake: Lake, tmp_path: Path) -> None:
    path = tmp_path / "week.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stock.csv", STOCK)
        archive.writestr("sub/ledger.csv", LEDGER)
    result = load_files([Upload(path)], settings, today=TODAY)
    assert (result.status, result.table, result.rows) == ("loaded", "stock, movements", 5)
    current = lake.current()
    assert current is not None
    assert [each.name for each in current.files] == ["week.zip/stock.csv", "week.zip/ledger.csv"]
    (sha256,) = {each.sha256 for each in current.files}
    assert (settings.originals / sha256).read_bytes() == path.read_bytes()
    assert load_files([Upload(path)], settings, today=TODAY).status == "already_loaded"


def test_one_of_several_sheets_is_asked_for_and_proposed_where_it_alone_is_known(
    settings: Settings, lake: Lake, tmp_path: Path
) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("October", "November", "About"):
            sheet = book.add_worksheet(name)
            rows = [line.split(",") for line in STOCK.splitlines()]
            if name == "About":
                rows = [["this workbook"], ["was made"]]
            for number, row in enumerate(rows):
                sheet.write_row(
                    number, 0, [cell.replace("10-31", "10-30") if name == "October" else cell for cell in row]
                )
    held = load_files([Upload(path)], settings, today=TODAY)
    (asked,) = held.questions
    assert (asked.key, asked.proposal, asked.choices) == (
        "sheet",
        None,
        ("October", "November", "About", "*"),
    )
    one = load_files([Upload(path)], settings, Answers({"sheet": "October"}), today=TODAY)
    assert (one.status, one.rows) == ("loaded", 2)
    both = load_files([Upload(path)], settings, Answers({"sheet": "*"}), today=TODAY)
    assert (both.status, both.rows) == ("loaded", 4)
    assert rows_of(lake, "stock")["snapshot_on"].unique().sort().to_list() == [
        date(2026, 10, 30),
        date(2026, 10, 31),
    ]


def test_totals_are_set_aside_and_said_to_agree_or_held(load_it: LoadIt, lake: Lake) -> None:
    result = load_it(STOCK + "合计,,,15.5\n")
    assert (result.status, [each.code for each in result.problems]) == ("loaded", ["totals_agree"])
    assert rows_of(lake, "stock").height == 2
    held = load_it(STOCK.replace("W1", "W2") + "合计,,,16\n")
    assert [each.key for each in held.questions] == ["guard.total_differs"]


def test_a_house_code_is_asked_once_and_remembered(settings: Settings, lake: Lake, write: Write) -> None:
    text = LEDGER.replace("issue", "Z41")
    asked = load_files([Upload(write(text), "movements")], settings, today=TODAY)
    assert (asked.status, [each.key for each in asked.questions]) == ("held", ["code.kind.Z41"])
    answers = Answers({"code.kind.Z41": "scrap"})
    assert load_files([Upload(write(text), "movements")], settings, answers, today=TODAY).status == "loaded"
    later = text.replace("2026-10", "2026-09")
    assert load_files([Upload(write(later), "movements")], settings, today=TODAY).status == "loaded"
    assert sorted(rows_of(lake, "movements")["kind"]) == ["receipt"] * 4 + ["scrap"] * 2


def test_the_second_of_two_people_is_told_what_the_first_loaded(load_it: LoadIt, lake: Lake) -> None:
    assert load_it(STOCK.replace("5.5", "6")).status == "loaded"
    told = load_it(STOCK)
    assert (told.status, [each.code for each in told.problems]) == ("held", ["snapshot_differs"])
    assert "B: 6 → 5.5" in told.problems[0].problem


def test_bins_and_lots_belong_to_the_key_and_warehouses_live_side_by_side(
    load_it: LoadIt, lake: Lake
) -> None:
    head = "snapshot_on,item_id,warehouse_id,qty,bin\n"
    assert load_it(head + "2026-10-31,A,W1,1,B1\n2026-10-31,A,W1,2,B2\n").status == "loaded"
    assert load_it(head + "2026-10-31,A,W2,4,B1\n").status == "loaded"
    assert rows_of(lake, "stock")["qty"].cast(pl.Float64).sort().to_list() == [1, 2, 4]
