"""What waits for a yes, and what is only said."""

from __future__ import annotations

import polars as pl
import pytest

from queries.lake.load import LoadResult, Upload, load_files
from queries.lake.questions import Answers
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.queries.lake.uploads import LEDGER, STOCK, TODAY, LoadIt, Write, rows_of

COSTED = "snapshot_on,item_id,warehouse_id,qty,unit_cost\n"


def codes(result: LoadResult, outcome: str) -> list[str]:
    """Codes of the problems with that outcome."""
    return [each.code for each in result.problems if each.outcome == outcome]


def test_fewer_than_half_the_money_waits_though_the_pieces_are_there(load_it: LoadIt) -> None:
    load_it(COSTED + "2026-10-30,A,W1,10,100\n2026-10-30,B,W1,10,1\n")
    held = load_it(COSTED + "2026-10-31,A,W1,1,100\n2026-10-31,B,W1,19,1\n")
    assert (held.status, codes(held, "held")) == ("held", ["snapshot_shrinks"])
    assert "worth 1,010 then, 119 now" in held.problems[0].problem


def test_money_is_counted_with_the_cost_of_the_item_where_stock_has_none(load_it: LoadIt) -> None:
    load_it("item_id,unit_cost\nA,100\nB,1\n", "items")
    load_it(STOCK.replace("5.5", "10"))
    held = load_it("snapshot_on,item_id,warehouse_id,qty\n2026-11-01,A,W1,1\n2026-11-01,B,W1,19\n")
    assert codes(held, "held") == ["snapshot_shrinks"]


def test_the_first_differences_of_a_loaded_day_are_named(load_it: LoadIt) -> None:
    load_it(STOCK)
    held = load_it(STOCK.replace("5.5", "7") + "2026-10-31,C,W1,1\n")
    assert "the first differences: B: 5.5 → 7, C: ? → 1" in held.problems[0].problem


def test_a_guard_can_be_answered_by_its_name(load_it: LoadIt) -> None:
    load_it(STOCK)
    other = STOCK.replace("5.5", "7")
    assert load_it(other, answers={"guard.future_date": "yes"}).status == "held"
    assert load_it(other, answers={"guard.snapshot_differs": "yes"}).status == "loaded"


@pytest.mark.parametrize(
    ("master", "code"),
    [("item_id,name\nA,a\n", "unknown_items"), ("warehouse_id,name\nW2,b\n", "unknown_warehouses")],
)
def test_strangers_wait_once_there_is_a_list_of_those_known(load_it: LoadIt, master: str, code: str) -> None:
    assert load_it(STOCK.replace("10-31", "10-30")).status == "loaded", "nothing is known yet"
    load_it(master, "items" if code == "unknown_items" else "warehouses")
    held = load_it(STOCK)
    assert (held.status, codes(held, "held")) == ("held", [code])
    assert "B" in held.problems[0].value or "W1" in held.problems[0].value
    assert load_it(STOCK, confirmed=True).status == "loaded"


def test_items_that_come_in_the_same_load_are_known(settings: Settings, write: Write) -> None:
    uploads = [Upload(write(STOCK, "s.csv")), Upload(write("item_id,name\nA,a\nB,b\n", "i.csv"))]
    result = load_files(uploads, settings, today=TODAY)
    assert (result.status, result.table) == ("loaded", "stock, items")


def test_a_count_of_a_counted_day_waits(load_it: LoadIt) -> None:
    text = "counted_on,item_id,warehouse_id,counted_qty\n2026-10-31,A,W1,9\n"
    assert load_it(text, "counts").status == "loaded"
    assert codes(load_it(text.replace(",9", ",8"), "counts"), "held") == ["count_differs"]


def test_a_ledger_without_documents_replaces_its_days_in_its_warehouses_and_nothing_else(
    load_it: LoadIt, lake: Lake
) -> None:
    head = "posted_on,item_id,kind,qty,warehouse_id\n"
    load_it(head + "2026-10-05,A,receipt,7,W2\n2026-09-30,A,receipt,3,W1\n", "movements", confirmed=True)
    text = head + "2026-10-01,A,receipt,5,W1\n2026-10-01,A,receipt,5,W1\n2026-10-31,A,issue,-2,W1\n"
    held = load_it(text, "movements")
    assert (held.status, [each.key for each in held.questions]) == ("held", ["document_id"])
    assert "from 2026-10-01 to 2026-10-31 of W1" in held.questions[0].question
    answers = {"document_id": "replace_period"}
    assert load_it(text, "movements", answers=answers).status == "loaded"
    rows = rows_of(lake, "movements", ["posted_on", "warehouse_id", "qty", "document_id"])
    assert rows.height == 5
    assert rows["document_id"].n_unique() == 5
    shuffled = head + "\n".join(reversed(text.splitlines()[1:])) + "\n"
    assert load_it(shuffled, "movements", answers=answers).status == "already_loaded"
    shorter = head + "2026-10-01,A,receipt,5,W1\n2026-10-31,A,issue,-2,W1\n"
    doubtful = load_it(shorter, "movements", answers=answers)
    assert codes(doubtful, "held") == ["period_differs"]
    assert load_it(shorter, "movements", confirmed=True).status == "loaded"
    left = rows_of(lake, "movements", ["posted_on", "warehouse_id", "qty"]).sort("posted_on", "qty")
    assert left["qty"].cast(pl.Float64).to_list() == [3, 5, 7, -2]


def test_a_changed_document_says_how(load_it: LoadIt) -> None:
    load_it(LEDGER, "movements")
    held = load_it(LEDGER.replace("-4", "-3"), "movements")
    assert "1 rows, -4 pieces; this file has 1 rows, -3 pieces" in held.problems[0].problem
    assert "A: -4 → -3" in held.problems[0].problem


def test_two_currencies_without_a_rate_are_refused(load_it: LoadIt) -> None:
    text = "snapshot_on,item_id,warehouse_id,qty,currency\n2026-10-31,A,W1,1,CNY\n2026-10-31,B,W1,1,USD\n"
    assert codes(load_it(text, confirmed=True), "refused") == ["mixed_currencies"]
    load_it("currency,valid_on,rate\nUSD,2026-10-31,7.1\n", "exchange_rates")
    assert load_it(text).status == "loaded"


def test_one_item_in_two_units_is_refused(load_it: LoadIt) -> None:
    text = STOCK.replace("qty\n", "qty,unit\n").replace(",10\n", ",10,pcs\n").replace("5.5\n", "5.5,kg\n")
    assert load_it(text).status == "loaded", "each item has its own unit"
    result = load_it(text + "2026-10-31,A,W2,3,box\n")
    assert codes(result, "refused") == ["units_of_item"]
    assert "pcs, box" in result.problems[0].problem


NOTED = [
    ("a,W1,3", "case_variant"),
    ("1-Mar,W1,3", "date_for_code"),
    ("C\u200b,W1,3", "odd_code"),
    ("C,W1,３", "full_width"),
    ('C,W1,"1,000"', "thousands"),
    ("C,W1,3 pcs", "unit_dropped"),
]


@pytest.mark.parametrize(("line", "code"), NOTED)
def test_what_is_mended_or_noted_loads_and_is_said(load_it: LoadIt, line: str, code: str) -> None:
    result = load_it(STOCK + f"2026-10-31,{line}\n")
    assert (result.status, [(each.code, each.row) for each in result.problems]) == ("loaded", [(code, 4)])
    assert result.problems[0].outcome in ("mended", "noted")


def test_costs_of_nothing_and_receipts_of_long_ago_are_noted(load_it: LoadIt) -> None:
    head = "snapshot_on,item_id,warehouse_id,qty,unit_cost,received_on\n"
    lines = "2026-10-31,A,W1,1,0,1999-12-31\n2026-10-31,B,W1,1,-2,2026-01-01\n"
    result = load_it(head + lines)
    assert result.status == "loaded"
    assert {(each.code, each.row) for each in result.problems} == {
        ("old_receipt", 2),
        ("no_cost", 2),
        ("negative_cost", 3),
    }


def test_a_fraction_of_a_piece_is_noted_and_one_of_a_kilogram_is_not(load_it: LoadIt) -> None:
    load_it("item_id,unit\nA,kg\nB,个\n", "items")
    result = load_it(STOCK.replace(",10", ",9.5"))
    assert [(each.code, each.row, each.value) for each in result.problems] == [("parted_pieces", 3, "5.5")]


def test_a_warehouse_that_is_not_in_the_file_keeps_its_newest_and_is_named(
    load_it: LoadIt, lake: Lake
) -> None:
    load_it(STOCK.replace("10-31", "10-30").replace("W1", "W2"))
    result = load_it(STOCK)
    assert [each.code for each in result.problems] == ["warehouse_absent"]
    assert "W2 (2026-10-30)" in result.problems[0].problem
    assert rows_of(lake, "stock").height == 4


def test_unread_columns_are_listed(load_it: LoadIt) -> None:
    result = load_it(
        STOCK.replace("qty\n", "qty,shelf colour\n").replace("10\n", "10,red\n").replace("5.5\n", "5.5,red\n")
    )
    assert [(each.code, each.facts["headers"]) for each in result.problems] == [
        ("unused_columns", "shelf colour")
    ]


def test_answers_of_an_upload_go_before_those_for_all(settings: Settings, write: Write) -> None:
    upload = Upload(write(STOCK.replace("5.5", '"5,5"')), answers={"decimal": "comma"})
    assert load_files([upload], settings, Answers({"decimal": "point"}), today=TODAY).status == "loaded"
