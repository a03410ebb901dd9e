"""Headers in Chinese and English find their column; presets fill what a file does not say, or ask for it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.lake.contract import TABLES, Table
from queries.lake.mapping.layouts import TableMapping
from queries.lake.mapping.presets import PresetWrong, known_words
from queries.lake.mapping.rows import GENERIC, missing_column, preset, presets
from queries.lake.words import normal
from tests.queries.lake.sheets import Cells, Result, grid, layout, map_it

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FILLED: dict[str, list[str | None]] = {
    "snapshot_on": ["2026-10-31"], "item_id": ["A"], "warehouse_id": ["W1"], "qty": ["1"]
}  # fmt: skip


def generic(
    cells: Cells, name: str = "stock", answers: Mapping[str, str] | None = None, file: str = ""
) -> Result:
    """A sheet mapped by the generic preset."""
    return map_it(cells, preset().tables[name], name, answers, file)


def without(*names: str) -> dict[str, list[str | None]]:
    return {name: cells for name, cells in FILLED.items() if name not in names}


@pytest.mark.parametrize("each", TABLES, ids=lambda each: each.name)
def test_every_column_is_found_by_its_own_name_a_chinese_and_an_english_word(each: Table) -> None:
    headers = preset().tables[each.name].headers
    for column in each.columns:
        words = [word for rank in headers[column.name] for word in rank]
        assert any(CHINESE.search(word) for word in words), column.name
        assert any(word.isascii() for word in words), column.name
        for word in (column.name, column.name.upper().replace("_", " "), *words):
            others = {name: ["x"] for name in each.required if name != column.name}
            result = generic({**others, word: ["q"]}, each.name)
            assert result.mapped.lacks == (), word
            assert result.rows(column.name) == [("q",)], word


@pytest.mark.parametrize("name", presets())
def test_every_preset_opens_and_says_how_sure_it_is(name: str) -> None:
    found = preset(name)
    assert found.seen_in or {each.basis for each in found.layouts} == {"best knowledge"}
    assert all(found.title)
    if name not in (GENERIC, "adventureworks"):
        for each in found.layouts:
            assert each.basis, each.name
            assert each.recognised_by or each.title_marks, each.name


def test_codes_of_the_generic_preset_belong_to_their_table() -> None:
    columns = {each.name: {column.name: column for column in each.columns} for each in TABLES}
    for name, mapping in preset().tables.items():
        for column in ("kind", "material_type"):
            choices = columns[name][column].choices if column in columns[name] else ()
            said = mapping.values.get(column, {}).values()
            assert bool(choices) == bool(said) or not choices


def test_an_unknown_preset_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        preset("../secrets")


@pytest.mark.parametrize(
    "wrong",
    [
        "surprise = 1",
        'asked = ["colour"]',
        '[layouts.headers]\ncolour = ["x"]',
        '[layouts.values.status]\n"x" = "gone"',
        '[[layouts.codes]]\ncolumn = "status"\nof = ["x"]\nis = "gone"',
        '[[layouts.codes]]\nof = ["x"]\nis = "issue"',
        '[layouts.clean]\nitem_id = "("',
        '[[layouts.split]]\nqty = ["x"]\nset = { status = "gone" }',
        '[[layouts.split]]\nqty = ["x"]\nsign = 2',
        '[[layouts.split]]\nqty = ["x"]\nonly_if = { nobody = "asked" }',
        'based_on = "nothing"',
        'basis = "hearsay"',
    ],
)
def test_a_preset_that_says_what_nobody_understands_does_not_open(wrong: str) -> None:
    with pytest.raises(PresetWrong):
        layout(wrong)


def test_words_are_compared_without_case_width_spaces_and_marks() -> None:
    assert normal(" Ｉｔｅｍ_ID ") == normal("item-id") == normal("Item Id.") == normal("Item\u200b ID#")
    assert {normal("物料编码"), normal("Unrestricted"), "itemid"} <= known_words()


def test_cells_are_trimmed_and_empty_ones_are_nothing() -> None:
    result = generic({**FILLED, "lot_id": ["  \u3000"], "bin": [" A 1 "]})
    assert result.rows("lot_id", "bin") == [(None, "A 1")]


def test_a_column_nobody_asked_for_is_left_out_and_named() -> None:
    result = generic({**FILLED, "colour": ["red"], "制单人": ["x"]})
    assert result.mapped.frame.columns == ["(row)", *FILLED]
    assert (result.mapped.unused, result.mapped.personal) == (("colour",), ("制单人",))
    assert result.problems == []


@pytest.mark.parametrize("name", presets())
def test_names_of_persons_are_never_read(name: str) -> None:
    for each in preset(name).layouts:
        if each.table and not each.is_refused_as(each.table):
            result = map_it(
                {"User Name": ["Mx"], "Item": ["A"], "用户名": ["Mx"], "Name des Benutzers": ["Mx"]},
                each,
                each.table,
            )
            assert {"User Name", "用户名", "Name des Benutzers"} <= set(result.mapped.personal)
            assert "Mx" not in str(result)


def test_a_buyers_code_is_no_person_where_items_are_loaded() -> None:
    assert generic({"料号": ["A"], "采购员": ["B2"]}, "items").rows("buyer") == [("B2",)]


def test_a_missing_required_column_says_what_was_found_and_what_would_do() -> None:
    result = generic({"料号": ["A"], "仓库": ["W1"], "日期": ["2026-10-31"]})
    assert result.mapped.lacks == ("qty",)
    problem = missing_column("qty", preset().tables["stock"], ["料号", "仓库", "日期"])
    assert (problem.code, problem.column) == ("missing_column", "qty")
    assert "料号, 仓库, 日期" in problem.problem
    assert "数量" in problem.remedy
    assert "--set qty=" in problem.remedy


def test_two_headers_of_equal_rank_are_asked_with_samples_and_the_own_name_settles_it() -> None:
    cells: Cells = {"料号": ["A"], "仓库": ["W1"], "日期": ["2026-10-31"], "数量": ["1"], "现存数量": ["2"]}
    result = generic(cells)
    assert [(each.key, each.choices, each.samples, each.proposal) for each in result.questions] == [
        ("header.qty", ("数量", "现存数量"), ("数量: 1", "现存数量: 2"), None)
    ]
    assert result.mapped.undecided == {"qty"}
    assert generic({**cells, "qty": ["3"]}).rows("qty") == [("3",)]
    assert generic(cells, answers={"header.qty": "现存数量"}).rows("qty") == [("2",)]


def test_two_headers_that_say_the_same_in_every_row_are_one() -> None:
    result = generic({**without("qty"), "数量": ["1"], "现存数量": [" 1 "]})
    assert (result.rows("qty"), result.keys, result.mapped.unused) == ([("1",)], [], ())


def test_a_better_word_wins_over_a_vaguer_one() -> None:
    cells = {**without("warehouse_id"), "仓库名称": ["Suzhou"], "仓库编码": ["W1"]}
    assert generic(cells).rows("warehouse_id") == [("W1",)]


def test_an_answer_takes_any_header_or_none() -> None:
    cells = {**FILLED, "批号": ["L1"], "colour": ["red"]}
    assert generic(cells, answers={"header.lot_id": "colour"}).rows("lot_id") == [("red",)]
    assert "lot_id" not in generic(cells, answers={"header.lot_id": ""}).mapped.frame.columns
    wrong = generic(cells, answers={"header.lot_id": "nothing"})
    assert [(each.code, each.value) for each in wrong.problems] == [("unknown_header", "nothing")]


def test_a_value_for_every_row_wins_over_cells() -> None:
    assert generic(FILLED, answers={"value.warehouse_id": "W9"}).rows("warehouse_id") == [("W9",)]


def test_joined_columns_codes_and_rows_left_out() -> None:
    mapping = """
leaves_out_empty = ["item_id"]
[layouts.headers]
item_id = ["Part"]
[layouts.joined.bin]
headers = ["Shelf", "Bin"]
[layouts.constants]
warehouse_id = "W1"
snapshot_on = "2026-10-31"
qty = "1"
[layouts.values.status]
U = "available"
"?" = ""
"""
    cells: Cells = {
        "part": ["A", "B", None],
        "shelf": ["S", None, "S"],
        "bin": ["1", "2", "3"],
        "status": [" u ", "?", "U"],
    }
    result = map_it(cells, mapping)
    assert result.rows("(row)", "item_id", "bin", "status") == [
        (2, "A", "S-1", "available"),
        (3, "B", "2", None),
    ]
    assert [(each.code, each.outcome, each.facts["count"]) for each in result.problems] == [
        ("rows_left_out", "noted", 1)
    ]


PLANT = """
[layouts.sources]
plant = [["Plant", "Werk"]]
[layouts.headers]
item_id = ["Material"]
qty = ["Stock"]
[layouts.constants]
snapshot_on = "2026-10-31"
[layouts.joined.warehouse_id]
headers = ["plant", "SLoc"]
optional = ["SLoc"]
separator = "/"
empty = { SLoc = "in transit" }
"""


def test_an_empty_part_of_a_joined_column_takes_its_word() -> None:
    cells: Cells = {
        "Material": ["A", "B", "C"],
        "Werk": ["1000", "1000", None],
        "SLoc": ["01", None, None],
        "Stock": ["1"] * 3,
    }
    assert map_it(cells, PLANT).rows("warehouse_id") == [("1000/01",), ("1000/in transit",), (None,)]
    plain: Cells = {"Material": ["A"], "Plant": ["1000"], "Stock": ["1"]}
    assert map_it(plain, PLANT).rows("warehouse_id") == [("1000",)]


DOCUMENT = """
[layouts.headers]
posted_on = ["Posting Date"]
item_id = ["Material"]
qty = ["Quantity"]
[layouts.joined.document_id]
headers = ["Material Document"]
year_of = "posted_on"
year = ["Doc. Year"]
[layouts.constants]
kind = "adjustment"
"""


@pytest.mark.parametrize(
    "day", ["2025-12-31", "31.12.2025", "20251231", "2025年12月31日", "12/31/2025", "46022"]
)
def test_a_document_number_that_starts_anew_each_year_carries_its_year(day: str) -> None:
    cells: Cells = {
        "Posting Date": [day],
        "Material": ["A"],
        "Quantity": ["1"],
        "Material Document": ["4900001"],
    }
    assert map_it(cells, DOCUMENT, "movements").rows("document_id") == [("4900001-2025",)]
    with_year = map_it({**cells, "Doc. Year": ["2026"]}, DOCUMENT, "movements")
    assert with_year.rows("document_id") == [("4900001-2026",)]


def test_a_name_behind_a_code_is_cut_off() -> None:
    result = map_it({**FILLED, "item_id": ["[A-1] Desk"]}, "[layouts.clean]\nitem_id = '^\\[(.+?)\\].*$'")
    assert result.rows("item_id") == [("A-1",)]
    assert map_it(FILLED, "[layouts.clean]\nitem_id = '^\\[(.+?)\\].*$'").rows("item_id") == [("A",)]


def test_words_for_nothing_are_empty_cells() -> None:
    cells: Cells = {**FILLED, "received_on": ["任意时间"], "lot_id": ["无"], "status": ["无"]}
    result = map_it(cells, '[layouts.empty]\n"*" = ["任意时间"]\nlot_id = ["无"]')
    assert result.rows("received_on", "lot_id", "status") == [(None, None, "无")]


def test_merged_cells_are_filled_down_where_the_layout_says_so_and_refused_elsewhere() -> None:
    cells = {**FILLED, "item_id": ["A", None, "B"], "qty": ["1", "2", "3"]}
    cells |= {"snapshot_on": ["2026-10-31"] * 3, "warehouse_id": ["W1"] * 3}
    merged = grid(cells, is_merged={"item_id": ((2, 3),)})
    assert map_it(merged, 'fill_down = ["item_id"]').rows("item_id", "qty") == [
        ("A", "1"),
        ("A", "2"),
        ("B", "3"),
    ]
    (problem,) = map_it(merged, "").problems
    assert (problem.code, problem.row, problem.column, problem.outcome) == (
        "merged_cells",
        2,
        "item_id",
        "refused",
    )


def test_a_stock_without_a_date_is_asked_and_only_proposed_one() -> None:
    cells = without("snapshot_on")
    for titles, file, proposal in (
        (["库存表", "截止日期：2026年10月31日"], "a.xlsx", "2026-10-31"),
        ([], "stock_20261031.csv", "2026-10-31"),
        (["Stock on 31.10.2026"], "stock_20260101.csv", "2026-10-31"),
        (["2026-10-01 - 2026-10-31"], "", None),
        (["Stock on 02/03/2026"], "", None),
        (["page 1"], "stock.csv", None),
    ):
        result = map_it(grid(cells, titles), preset().tables["stock"], file=file)
        assert [(each.key, each.proposal) for each in result.questions] == [("value.snapshot_on", proposal)]
        assert "snapshot_on" not in result.mapped.frame.columns
        assert result.mapped.undecided == {"snapshot_on"}
    answered = generic(cells, answers={"value.snapshot_on": "2026-10-31"})
    assert (answered.keys, answered.rows("snapshot_on")) == ([], [("2026-10-31",)])


def test_a_title_proposes_what_the_layout_looks_for() -> None:
    mapping = 'asked = ["warehouse_id"]\n[layouts.titles]\nwarehouse_id = "仓库：(\\\\S+)"\n'
    result = map_it(grid(without("warehouse_id"), ["仓库：苏州 制表"]), mapping)
    assert [(each.key, each.proposal) for each in result.questions] == [("value.warehouse_id", "苏州")]


def test_leading_zeros_are_asked_about_once() -> None:
    cells = {**FILLED, "item_id": ["000000000010004711", "A0", "0"], "qty": ["1"] * 3}
    cells |= {"snapshot_on": ["2026-10-31"] * 3, "warehouse_id": ["01"] * 3}
    asked = map_it(cells, 'zeros = ["item_id"]')
    assert [(each.key, each.choices, each.samples) for each in asked.questions] == [
        ("zeros", ("keep", "strip"), ("000000000010004711",))
    ]
    stripped = map_it(cells, 'zeros = ["item_id"]', answers={"zeros": "strip"})
    assert stripped.rows("item_id", "warehouse_id") == [("10004711", "01"), ("A0", "01"), ("0", "01")]
    kept = map_it(cells, 'zeros = ["item_id"]', answers={"zeros": "keep"})
    assert (kept.keys, kept.rows("item_id")[0]) == ([], ("000000000010004711",))


ENTRY = """
[layouts.headers]
qty = ["Quantity"]
[layouts.entry_unit]
qty = ["Qty in Un. of Entry"]
unit = ["Unit of Entry"]
base_unit = ["Base Unit of Measure"]
"""


def test_a_quantity_as_entered_counts_only_where_its_unit_is_the_base_unit() -> None:
    cells = {**without("qty"), "Qty in Un. of Entry": ["5"], "Unit of Entry": ["BOX"]}
    asked = map_it(cells, ENTRY)
    assert [(each.key, each.proposal, each.samples) for each in asked.questions] == [
        ("entry_unit", None, ("BOX",))
    ]
    assert map_it(cells, ENTRY, answers={"entry_unit": "same"}).rows("qty") == [("5",)]
    assert map_it(cells, ENTRY, answers={"entry_unit": "refuse"}).codes == ["entry_unit"]
    equal = map_it({**cells, "Base Unit of Measure": ["BOX"]}, ENTRY)
    assert (equal.keys, equal.rows("qty")) == ([], [("5",)])
    based = map_it({**cells, "Quantity": ["50"]}, ENTRY)
    assert (based.keys, based.rows("qty")) == ([], [("50",)])


ASKS = """
[layouts.headers]
item_id = ["商品"]
[layouts.constants]
snapshot_on = "2026-10-31"
warehouse_id = "W1"
[[layouts.asks]]
key = "returns"
en = "part of it?"
zh_CN = "已包含？"
where = ["进货仓"]
choices = ["inside", "apart"]
[[layouts.split]]
qty = ["主仓"]
[[layouts.split]]
qty = ["进货仓"]
set = { status = "quality" }
only_if = { returns = "apart" }
"""


def test_a_preset_asks_what_only_the_company_knows() -> None:
    cells: Cells = {"商品": ["A"], "主仓": ["5"], "进货仓": ["2"]}
    asked = map_it(cells, ASKS)
    assert [(each.key, each.question, each.choices) for each in asked.questions] == [
        ("returns", "part of it?", ("inside", "apart"))
    ]
    assert map_it(cells, ASKS, answers={"returns": "inside"}).rows("qty") == [("5.0000",)]
    apart = map_it(cells, ASKS, answers={"returns": "apart"}).rows("qty", "status")
    assert apart == [("5.0000", None), ("2.0000", "quality")]
    assert map_it({"商品": ["A"], "主仓": ["5"]}, ASKS).keys == []


def test_a_refused_layout_names_the_way_out() -> None:
    mapping = 'refused = { en = "load MB52", zh_CN = "请用 MB52" }\nrefused_for = ["movements"]\n'
    refused = map_it({"a": ["1"]}, layout(mapping, "movements"), "movements")
    assert [(each.code, each.remedy, each.outcome) for each in refused.problems] == [
        ("refused_layout", "load MB52", "refused")
    ]
    assert refused.mapped.frame.is_empty()
    assert map_it(FILLED, layout(mapping), "stock").rows("qty") == [("1",)]


def test_a_count_file_needs_no_quantity_beside_the_counted_one() -> None:
    filled: dict[str, list[str | None]] = {
        "posted_on": ["2026-10-01"], "document_id": ["C"], "item_id": ["A"], "kind": ["count"]
    }  # fmt: skip
    assert generic(filled, "movements").mapped.lacks == ("qty",)
    assert generic({**filled, "counted_qty": ["3"]}, "movements").mapped.lacks == ()


def test_a_layout_takes_from_another_what_it_does_not_say() -> None:
    found = layout('based_on = "generic"\n[layouts.headers]\nqty = ["Menge"]\n')
    assert found.headers["qty"] == (("Menge",),)
    assert found.headers["item_id"] == preset().tables["stock"].headers["item_id"]
    assert found.asked == ("snapshot_on",)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["A", "B", "合计", " ", None, "小计", "0"]), min_size=1, max_size=10), st.data()
)
def test_every_row_becomes_a_row_a_total_or_is_counted_as_left_out(
    items: list[str | None], data: st.DataObject
) -> None:
    count = len(items)
    places = data.draw(st.lists(st.sampled_from(["W1", "out", None]), min_size=count, max_size=count))
    cells: Cells = {
        "item_id": items,
        "warehouse_id": places,
        "qty": [str(n) for n in range(count)],
        "snapshot_on": ["2026-10-31"] * count,
    }
    result = map_it(cells, '[[layouts.leave_out]]\nheader = "warehouse_id"\nin = ["OUT"]\n')
    left = sum(int(str(each.facts["count"])) for each in result.problems if each.code == "rows_left_out")
    totals = {each.row for each in result.mapped.controls}
    assert len(result.mapped.frame) + len(totals) + left == count
    assert not totals & set(result.mapped.frame["(row)"])


def test_a_mapping_of_nothing_reads_own_names() -> None:
    assert map_it(FILLED, TableMapping()).rows("item_id", "qty") == [("A", "1")]
