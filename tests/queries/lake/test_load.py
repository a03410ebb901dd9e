"""One load: what is refused, what waits for a yes, what is stored, and that twice is once."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from queries.lake.contract import TABLES
from queries.lake.keeping.replace import schema
from queries.lake.load import LoadResult, Upload, load_files
from queries.lake.versions import Lake, sha256_of
from queries.settings import Settings
from tests.queries.lake.uploads import LEDGER, STOCK, TODAY, LoadIt, Write, rows_of, told


def test_a_load_stores_the_contract_types_and_says_so(load_it: LoadIt, lake: Lake) -> None:
    assert load_it(STOCK).as_dict() == {
        "status": "loaded",
        "table": "stock",
        "rows": 2,
        "quarantined": 0,
        "data_version": 1,
        "problems": [],
        "questions": [],
    }
    rows = rows_of(lake, "stock")
    assert dict(rows.schema) == schema(TABLES[0])
    assert rows["qty"].sum() == pl.Series(["15.5"]).str.to_decimal(scale=4)[0]


def test_chinese_headers_load_from_text_and_workbook(
    load_it: LoadIt, lake: Lake, settings: Settings, tmp_path: Path
) -> None:
    text = '物料编码,仓库编码,数量,快照日期,库存状态\n00123,W1,"1,200",2026年10月31日,可用\n'
    assert load_it(text.encode("gb18030")).status == "loaded"
    path = tmp_path / "台账.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("流水")
        sheet.write_row(0, 0, ["过账日期", "单据编号", "物料编码", "移动类型", "数量", "仓库编码"])
        sheet.write_row(1, 0, ["2026-10-01", "000017", "00123", "采购入库", 5, "W1"])
        sheet.write_row(2, 0, ["2026-10-02", "000018", "00123", "销售出库", -2, "W1"])
    assert load_files([Upload(path, "movements")], settings, today=TODAY).status == "loaded"
    stock = rows_of(lake, "stock", ["item_id", "qty", "status"])
    assert stock.rows()[0][::2] == ("00123", "available")
    assert stock["qty"].sum() == 1200
    ledger = rows_of(lake, "movements", ["document_id", "kind"])
    assert ledger.rows() == [("000017", "receipt"), ("000018", "issue")]


REFUSALS = [
    ("item_id,qty\nA,1\n", [(None, "warehouse_id", "missing_column")]),
    (STOCK + "2026-10-31,C,W1,nan\n", [(4, "qty", "not_finite")]),
    (STOCK + "2026-10-31,C,W1,1e15\n", [(4, "qty", "too_large")]),
    (STOCK + "1900-01-00,C,W1,1\n", [(4, "snapshot_on", "zero_date")]),
    (STOCK + "2026-10-31,C,W1,#REF!\n", [(4, "qty", "error_cell")]),
    (STOCK + "2026-10-31,1.23E+11,W1,5\n", [(4, "item_id", "digits_lost")]),
    (STOCK + "2026-10-31,C,W1,5 pcs\n2026-10-31,D,W1,5 kg\n", [(5, "qty", "mixed_units")]),
    ("", [(None, "", "empty_file")]),
    ("snapshot_on,item_id,warehouse_id,qty\n", [(None, "", "empty_file")]),
]


@pytest.mark.parametrize(("text", "expected"), REFUSALS)
def test_a_wrong_file_is_refused_and_nothing_is_stored(
    load_it: LoadIt, lake: Lake, settings: Settings, text: str, expected: list[tuple[int | None, str, str]]
) -> None:
    result = load_it(text, confirmed=True)
    graves = [(p.row, p.column, p.code) for p in result.problems if p.outcome == "refused"]
    assert (result.status, graves, result.data_version) == ("refused", expected, None)
    assert all(problem.problem and problem.remedy for problem in result.problems)
    assert lake.current() is None
    assert list(settings.originals.iterdir()) == []


def test_a_problem_names_the_header_of_the_file_and_its_value(load_it: LoadIt) -> None:
    result = load_it("料号,仓库,数量,日期\nA,W1,一打,2026-10-31\n")
    assert result.as_dict()["problems"] == [
        {
            "row": 2,
            "column": "数量",
            "value": "一打",
            "problem": "not a number",
            "remedy": "write digits with a point for decimals, such as 1234.5",
            "code": "bad_number",
            "outcome": "quarantined",
        }
    ]
    assert result.status == "refused", "not one row is sound"


def test_a_duplicate_names_all_its_rows(load_it: LoadIt) -> None:
    result = load_it("item_id,name\nA,x\nB,y\nA,z\n", "items")
    assert result.problems[0].problem == "the same item_id stands in rows 2, 4"


def test_ten_thousand_wrong_rows_are_listed_to_a_limit_and_counted(load_it: LoadIt) -> None:
    rows = "".join(f"2026-10-31,I{n},W1,x\n" for n in range(10_000))
    result = load_it("snapshot_on,item_id,warehouse_id,qty\n" + rows)
    assert len(result.problems) == 101
    assert result.problems[-1].problem == "9900 more: not a number"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026-10-03,C-1,A,count,,7", []),
        ("2026-10-03,C-1,A,count,,", [(5, "counted_qty", "empty_count")]),
        ("2026-10-03,C-1,A,receipt,,7", [(5, "qty", "empty_cell")]),
    ],
)
def test_a_count_has_its_own_quantity(
    load_it: LoadIt, line: str, expected: list[tuple[int | None, str, str]]
) -> None:
    head, *lines = [line.rsplit(",", 1)[0] for line in LEDGER.splitlines()]
    text = "\n".join([head + ",counted_qty", *(each + "," for each in lines), line])
    assert told(load_it(text, "movements")) == expected


def test_a_date_after_tomorrow_waits_for_a_yes(load_it: LoadIt, lake: Lake) -> None:
    text = STOCK.replace("2026-10-31", "2026-11-03")
    result = load_it(text)
    assert (result.status, result.rows, result.data_version) == ("held", 2, None)
    assert told(result) == [(2, "snapshot_on", "future_date"), (3, "snapshot_on", "future_date")]
    assert lake.current() is None
    assert load_it(text, confirmed=True).status == "loaded"


def test_tomorrow_is_no_future(load_it: LoadIt) -> None:
    assert load_it(STOCK.replace("2026-10-31", "2026-11-02")).status == "loaded"


def test_a_due_date_may_lie_ahead(load_it: LoadIt) -> None:
    text = "order_id,line_no,item_id,qty,ordered_on,due_on\nPO-1,1,A,5,2026-10-01,2027-05-01\n"
    assert load_it(text, "purchase_orders").status == "loaded"


def test_a_loaded_snapshot_with_other_content_waits_and_says_the_difference(
    load_it: LoadIt, lake: Lake
) -> None:
    load_it(STOCK)
    other = STOCK.replace("5.5", "7") + "2026-10-31,A,W2,1\n"
    result = load_it(other)
    assert (result.status, told(result)) == ("held", [(None, "snapshot_on", "snapshot_differs")])
    assert "2 rows, 15.5 pieces; this file has 2 rows, 17 pieces" in result.problems[0].problem
    assert load_it(other, confirmed=True).data_version == 2
    assert sorted(rows_of(lake, "stock", ["warehouse_id", "item_id"]).rows()) == [
        ("W1", "A"),
        ("W1", "B"),
        ("W2", "A"),
    ]
    assert load_it(STOCK).status == "held", "going back is a change too"


def test_another_day_or_warehouse_replaces_nothing(load_it: LoadIt, lake: Lake) -> None:
    load_it(STOCK)
    assert load_it(STOCK.replace("W1", "W2")).status == "loaded"
    assert load_it(STOCK.replace("10-31", "10-30")).status == "loaded"
    assert rows_of(lake, "stock").height == 6


def test_half_the_pieces_are_still_enough_and_the_snapshot_just_before_counts(load_it: LoadIt) -> None:
    load_it(STOCK)
    day = "snapshot_on,item_id,warehouse_id,qty\n{},A,W1,{}\n{},B,W1,0\n"
    assert load_it(day.format("2026-11-01", "7.75", "2026-11-01")).status == "loaded"
    assert load_it(day.format("2026-11-02", "4", "2026-11-02")).status == "loaded"
    assert load_it(day.format("2026-10-30", "1", "2026-10-30")).status == "loaded", "nothing came before"


@pytest.mark.parametrize("lines", ["2026-11-01,A,W1,4\n2026-11-01,B,W1,3\n", "2026-11-01,A,W1,99\n"])
def test_fewer_than_half_the_pieces_waits(load_it: LoadIt, lines: str) -> None:
    load_it(STOCK + "2026-10-31,C,W1,0.5\n")
    result = load_it("snapshot_on,item_id,warehouse_id,qty\n" + lines)
    assert (result.status, told(result)) == ("held", [(None, "snapshot_on", "snapshot_shrinks")])
    assert "had 3 rows, 16 pieces on 2026-10-31" in result.problems[0].problem


def test_equal_documents_are_skipped_and_changed_ones_wait(load_it: LoadIt, lake: Lake) -> None:
    load_it(LEDGER, "movements")
    more = LEDGER + "2026-10-03,GI-2,B,issue,-1,1\n"
    assert load_it(more, "movements").data_version == 2
    assert rows_of(lake, "movements").height == 4
    changed = load_it(LEDGER.replace("-4", "-3"), "movements")
    assert (changed.status, told(changed)) == ("held", [(None, "document_id", "document_differs")])
    assert changed.problems[0].value == "GI-1"
    assert load_it(LEDGER.replace("-4", "-3"), "movements", confirmed=True).data_version == 3
    rows = rows_of(lake, "movements").sort("posted_on", "seq")
    assert rows["qty"].cast(pl.Float64).to_list() == [10, 5, -3, -1]


def test_outgoing_quantities_without_any_minus_are_refused_until_it_is_said_what_they_are(
    load_it: LoadIt, lake: Lake
) -> None:
    text = LEDGER.replace("-4", "4")
    result = load_it(text, "movements", confirmed=True)
    assert (result.status, told(result)) == ("refused", [(4, "qty", "signs_lost")])
    assert load_it(text, "movements", answers={"signs": "by_kind"}).status == "loaded"
    assert rows_of(lake, "movements", ["qty"])["qty"].cast(pl.Float64).sort().to_list() == [-4, 5, 10]


LINES = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from("ABC"), st.sampled_from("XY"), st.integers(-3, 9)),
    max_size=12,
)


@limits(deadline=None, max_examples=25)
@given(LINES, st.integers(1, 6), st.integers(1, 6))
def test_overlapping_exports_never_double_a_line_and_never_lose_one(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[int, str, str, int]], until: int, since: int
) -> None:
    folder = tmp_path_factory.mktemp("home")
    home = Settings(home=folder / "home")
    head = "posted_on,document_id,item_id,kind,qty\n"
    since = min(since, until)
    exports = [[each for each in lines if each[0] <= until], [each for each in lines if each[0] >= since]]
    for number, export in enumerate(exports):
        rows = [
            f"2026-10-0{day},D{day}{document},{item},adjustment,{qty}" for day, document, item, qty in export
        ]
        path = folder / f"{number}.csv"
        path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
        result = load_files([Upload(path)], home, confirmed=True, today=TODAY)
        assert result.status in ("loaded", "already_loaded") or not export
    if not lines:
        return
    stored = rows_of(Lake(home.lake), "movements", ["posted_on", "document_id", "item_id", "qty"])
    assert sorted(
        (on.day, document[2:], item, int(qty)) for on, document, item, qty in stored.rows()
    ) == sorted(lines)


def test_master_data_is_replaced_key_by_key(load_it: LoadIt, lake: Lake) -> None:
    load_it("item_id,name\nA,a\nB,b\n", "items")
    assert load_it("item_id,name\nB,bee\nC,c\n", "items").status == "loaded"
    assert sorted(rows_of(lake, "items", ["item_id", "name"]).rows()) == [
        ("A", "a"),
        ("B", "bee"),
        ("C", "c"),
    ]


def test_the_same_again_is_already_loaded(load_it: LoadIt, lake: Lake) -> None:
    first = load_it(STOCK)
    load_it(LEDGER, "movements")
    again = load_it(STOCK, name="other name.csv")
    assert (again.status, again.rows, again.data_version) == ("already_loaded", 2, first.data_version)
    reordered = load_it("qty,item_id,warehouse_id,snapshot_on\n5.50,B,W1,2026/10/31\n10,A,W1,20261031\n")
    assert (reordered.status, reordered.data_version) == ("already_loaded", 2)
    assert len(lake.history()) == 2


def test_a_constant_makes_it_another_load(load_it: LoadIt, lake: Lake) -> None:
    load_it(STOCK)
    assert load_it(STOCK, constants={"warehouse_id": "W2"}).status == "loaded"
    assert rows_of(lake, "stock").height == 4


def test_several_files_are_one_version_or_nothing(settings: Settings, lake: Lake, write: Write) -> None:
    good = Upload(write(STOCK, "a.csv"), "stock")
    bad = Upload(write("item_id,moq\nA,nan\n", "b.csv"), "items")
    refused = load_files([good, bad], settings, today=TODAY)
    assert refused.as_dict()["problems"][0]["file"] == "b.csv"
    assert (refused.status, lake.current()) == ("refused", None)
    mended = Upload(write("item_id,name\nA,x\nB,y\n", "b.csv"), "items")
    loaded = load_files([good, mended], settings, today=TODAY)
    assert (loaded.table, loaded.rows, loaded.data_version) == ("stock, items", 4, 1)
    current = lake.current()
    assert current is not None
    assert [(file.name, file.table, file.rows) for file in current.files] == [
        ("a.csv", "stock", 2),
        ("b.csv", "items", 2),
    ]
    assert load_files([mended, good], settings, today=TODAY).status == "already_loaded"


def test_the_same_key_in_two_files_names_both(settings: Settings, write: Write) -> None:
    texts = {"a.csv": STOCK, "b.csv": STOCK.replace("5.5", "6")}
    uploads = [Upload(write(text, name), "stock") for name, text in texts.items()]
    result = load_files(uploads, settings, today=TODAY)
    assert "a.csv 2, b.csv 2" in result.problems[0].problem
    assert (result.problems[0].file, result.problems[0].row) == ("b.csv", 2)
    assert (result.status, [each.key for each in result.questions]) == ("held", ["duplicates"])


def test_the_same_file_twice_in_one_load_is_read_once(settings: Settings, write: Write) -> None:
    uploads = [Upload(write(STOCK, name), "stock") for name in ("a.csv", "b.csv")]
    result = load_files(uploads, settings, today=TODAY)
    assert (result.status, result.rows) == ("loaded", 2)
    assert [(each.code, each.file) for each in result.problems] == [("same_file_twice", "b.csv")]


def test_the_original_is_kept_under_its_hash(load_it: LoadIt, lake: Lake, settings: Settings) -> None:
    load_it(STOCK)
    current = lake.current()
    assert current is not None
    kept = settings.originals / current.files[0].sha256
    assert kept.read_text() == STOCK
    assert sha256_of(kept) == kept.name
    assert [path.name for path in settings.originals.iterdir()] == [kept.name]


@pytest.mark.parametrize(
    ("upload", "code"),
    [
        (Upload(Path("nowhere.csv"), "stock"), "missing_file"),
        (Upload(Path(__file__), "stocks"), "unknown_table"),
        (Upload(Path(__file__), "stock", "no such preset"), "unknown_preset"),
        (Upload(Path(__file__), "exchange_rates", "adventureworks"), "not_in_preset"),
        (Upload(Path(__file__), "stock", constants={"colour": "red"}), "unknown_column"),
    ],
)
def test_a_wrong_request_is_refused(settings: Settings, upload: Upload, code: str) -> None:
    result = load_files([upload], settings)
    assert [problem.code for problem in result.problems] == [code]
    assert load_files([], settings).status == "refused"


def test_progress_is_told_and_never_runs_back(settings: Settings, write: Write) -> None:
    heard: list[tuple[str, float]] = []
    load_files(
        [Upload(write(STOCK), "stock")],
        settings,
        today=TODAY,
        progress=lambda step, share: heard.append((step, share)),
    )
    assert list(dict.fromkeys(step for step, _ in heard)) == ["read", "check", "compare", "commit"]
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_a_result_without_problems_is_plain() -> None:
    assert LoadResult("loaded", "stock", 3, data_version=2).as_dict()["problems"] == []
