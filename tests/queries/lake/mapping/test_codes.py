"""Codes mean what a preset, the row's other columns or a person says; a strange one is asked."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.queries.lake.sheets import Result, layout, map_it

SAP = """
[layouts.sources]
"purchase order" = ["Purchase Order"]
order = ["Order"]
special = ["S"]
[layouts.headers]
posted_on = ["Posting Date"]
document_id = ["Document"]
item_id = ["Material"]
kind = ["MvT"]
qty = ["Quantity"]
[[layouts.codes]]
of = ["201", "221"]
reversed_by = ["202", "222"]
is = "issue"
sign = -1
[[layouts.codes]]
of = ["101"]
reversed_by = ["102"]
sign = 1
when = [ { filled = "purchase order", is = "receipt" }, { filled = "order", is = "production_in" } ]
is = "ask"
proposal = "receipt"
[[layouts.codes]]
of = ["103"]
is = "leave_out"
"""
U8 = """
[layouts.headers]
posted_on = ["日期"]
document_id = ["单号"]
item_id = ["存货编码"]
kind = ["单据类型"]
qty = ["数量"]
[[layouts.codes]]
of = ["08", "8"]
when = [
  { header = "业务类型", in = ["盘盈", "盘盈入库"], is = "adjustment" },
  { header = "业务类型", matches = '调拨', is = "transfer" },
]
is = "ask"
"""
OWNERS = """
[layouts.headers]
item_id = ["Item"]
qty = ["Qty"]
unit_cost = ["Cost"]
[layouts.constants]
snapshot_on = "2026-10-31"
warehouse_id = "W1"
status = "quality"
[[layouts.codes]]
column = "status"
header = "Owner"
of = ["Supplier"]
is = "consigned"
empties = ["unit_cost"]
[[layouts.codes]]
column = "status"
header = "Owner"
of = ["Customer"]
is = "ask"
proposal = "leave_out"
[[layouts.codes]]
column = "status"
header = "Owner"
of = ["Us", ""]
is = "keep"
"""


def ledger(
    *lines: tuple[str, str], answers: dict[str, str] | None = None, **columns: list[str | None]
) -> Result:
    """Lines of movement type and quantity."""
    cells: dict[str, list[str | None]] = {
        "Posting Date": ["2026-10-01"] * len(lines),
        "Document": [f"D{n}" for n in range(len(lines))],
        "Material": ["A"] * len(lines),
        "MvT": [code for code, _ in lines],
        "Quantity": [qty for _, qty in lines],
    }
    return map_it({**cells, **columns}, SAP, "movements", answers)


def test_a_reversal_keeps_its_kind_with_the_other_sign() -> None:
    result = ledger(("201", "-5"), ("202", "5"), ("221", "-1"), ("222", "1"))
    assert result.rows("kind", "qty") == [("issue", "-5"), ("issue", "5"), ("issue", "-1"), ("issue", "1")]
    assert result.codes == result.keys == []


def test_another_column_decides_what_a_code_leaves_open() -> None:
    result = ledger(
        ("101", "5"),
        ("101", "6"),
        ("101", "7"),
        **{"Purchase Order": ["45", None, None], "Order": [None, "9", None]},
    )
    assert [kind for (kind,) in result.rows("kind")] == ["receipt", "production_in", "101"]
    (asked,) = result.questions
    assert (asked.key, asked.proposal, asked.samples, asked.facts["count"]) == (
        "code.kind.101",
        "receipt",
        ("4: A 7",),
        1,
    )
    assert "leave_out" in asked.choices


def test_what_another_column_decides_goes_before_an_answer() -> None:
    columns: dict[str, list[str | None]] = {"Purchase Order": ["45", None]}
    result = ledger(("101", "5"), ("101", "6"), answers={"code.kind.101": "production_in"}, **columns)
    assert [kind for (kind,) in result.rows("kind")] == ["receipt", "production_in"]
    assert result.keys == []


def test_a_house_code_is_asked_and_the_answer_holds_for_every_row() -> None:
    lines = (("932", "-5"), ("201", "-1"), ("932", "-2"))
    asked = ledger(*lines)
    assert asked.keys == ["code.kind.932"]
    assert asked.questions[0].proposal is None
    assert asked.questions[0].facts["count"] == 2
    assert asked.mapped.undecided == {"kind"}
    scrap = ledger(*lines, answers={"code.kind.932": "scrap"})
    assert [kind for (kind,) in scrap.rows("kind")] == ["scrap", "issue", "scrap"]
    gone = ledger(*lines, answers={"code.kind.932": "leave_out"})
    assert gone.rows("kind") == [("issue",)]
    assert [(each.code, each.facts["count"], each.facts["reason"]) for each in gone.problems] == [
        ("rows_left_out", 2, "MvT 932")
    ]
    assert ledger(*lines, answers={"code.kind.932": "nonsense"}).keys == ["code.kind.932"]


def test_an_answer_goes_before_the_preset() -> None:
    assert ledger(("201", "-5"), answers={"code.kind.201": "scrap"}).rows("kind") == [("scrap",)]


def test_codes_that_are_no_stock_yet_are_left_out_and_counted() -> None:
    result = ledger(("103", "5"), ("201", "-5"))
    assert result.rows("(row)", "kind") == [(3, "issue")]
    assert result.codes == ["rows_left_out"]


def test_a_column_of_other_words_is_not_asked_word_by_word() -> None:
    result = ledger(*((f"note {n}", "1") for n in range(60)))
    assert result.keys == []
    assert result.rows("kind")[0] == ("note 0",)


def test_a_code_is_read_with_the_words_beside_it() -> None:
    sheet = {
        "日期": ["2026-10-01"] * 3,
        "单号": ["1", "2", "3"],
        "存货编码": ["A"] * 3,
        "单据类型": ["08", "8", "08"],
        "业务类型": ["盘盈", "调拨入库", "其他"],
        "数量": ["1", "2", "3"],
    }
    result = map_it(sheet, U8, "movements")
    assert [kind for (kind,) in result.rows("kind")] == ["adjustment", "transfer", "08"]
    assert result.keys == ["code.kind.08"]


def test_goods_of_others_keep_no_value_or_are_asked() -> None:
    sheet = {
        "Item": ["A", "B", "C", "D"],
        "Qty": ["1", "2", "3", "4"],
        "Cost": ["5", "5", "5", "5"],
        "Owner": ["Supplier", "Us", "Customer", None],
    }
    result = map_it(sheet, OWNERS)
    assert result.rows("item_id", "status", "unit_cost") == [
        ("A", "consigned", None),
        ("B", "quality", "5"),
        ("C", "quality", "5"),
        ("D", "quality", "5"),
    ]
    assert [(each.key, each.proposal) for each in result.questions] == [("code.status.Customer", "leave_out")]
    left = map_it(sheet, OWNERS, answers={"code.status.Customer": "leave_out"})
    assert [item for (item,) in left.rows("item_id")] == ["A", "B", "D"]


@pytest.mark.parametrize(("wrong", "code"), [(1, "sign_unusual"), (2, "sign_contradicts")])
def test_a_file_whose_signs_contradict_its_codes_in_more_than_one_row_of_a_hundred_is_refused(
    wrong: int, code: str
) -> None:
    lines = [("201", "5")] * wrong + [("201", "-5")] * (100 - wrong)
    (problem,) = ledger(*lines).problems
    assert (problem.code, problem.row, problem.column, problem.facts["count"]) == (code, 2, "Quantity", wrong)


def test_a_file_that_lost_all_its_signs_is_refused() -> None:
    (problem,) = ledger(
        ("201", "5"), ("202", "1"), ("101", "2"), answers={"code.kind.101": "receipt"}
    ).problems
    assert (problem.code, problem.outcome) == ("sign_contradicts", "refused")


@pytest.mark.parametrize("minus", ["-5", "5-", "(5)", " -5 ", "\u22125", "-1,000.00"])
def test_a_minus_is_seen_wherever_it_stands(minus: str) -> None:
    assert ledger(("201", minus)).problems == []


def test_a_zero_has_no_sign() -> None:
    assert ledger(("201", "0"), ("201", "0.00"), ("201", "-0")).problems == []


def test_quantities_without_signs_take_that_of_their_code() -> None:
    cells = {
        "Posting Date": ["2026-10-01"] * 3,
        "Document": ["1", "2", "3"],
        "Material": ["A"] * 3,
        "MvT": ["201", "202", "201"],
        "Quantity": ["5", "2", "-1"],
    }
    result = map_it(cells, "unsigned = true\n" + SAP, "movements")
    assert [Decimal(qty or "") for (qty,) in result.rows("qty")] == [-5, 2, 1]


SIGN = """
[layouts.headers]
posted_on = ["日期"]
document_id = ["单号"]
item_id = ["商品"]
qty = ["数量"]
[layouts.constants]
kind = "adjustment"
[layouts.sign]
header = "出入"
plus = ["入", "S"]
minus = ["出", "H"]
"""


def signs(quantities: list[str], ways: list[str], more: str = "") -> Result:
    count = len(quantities)
    cells = {"日期": ["2026-10-01"] * count, "单号": ["1"] * count, "商品": ["A"] * count}
    return map_it({**cells, "数量": quantities, "出入": ways}, SIGN + more, "movements")


def test_a_sign_in_its_own_column_turns_the_quantity() -> None:
    assert [Decimal(q or "") for (q,) in signs(["5", "2", "1"], ["入", "出", "h"]).rows("qty")] == [5, -2, -1]


def test_a_file_with_signs_is_not_turned_twice() -> None:
    assert signs(["5", "-2"], ["S", "H"]).rows("qty") == [("5",), ("-2",)]


def test_where_a_negative_number_is_a_reversal_it_is_turned() -> None:
    assert [
        Decimal(q or "") for (q,) in signs(["5", "-2"], ["S", "H"], 'negative = "reversal"\n').rows("qty")
    ] == [5, 2]


def test_a_sign_nobody_knows_is_told() -> None:
    (problem,) = signs(["5", "2"], ["入", "借"]).problems
    assert (problem.code, problem.row, problem.value) == ("bad_sign", 3, "借")


def test_a_contract_code_and_a_translated_word_need_no_asking() -> None:
    mapping = layout(
        '[layouts.headers]\nkind = ["类型"]\n[layouts.values.kind]\n"领料" = "production_out"\n', "movements"
    )
    cells = {
        "posted_on": ["2026-10-01"] * 3, "document_id": ["1"] * 3, "item_id": ["A"] * 3, "qty": ["1"] * 3,
        "类型": ["Production Out", "领 料", "借用"],
    }  # fmt: skip
    result = map_it(cells, mapping, "movements")
    assert [kind for (kind,) in result.rows("kind")] == ["production_out", "production_out", "借用"]
    assert result.keys == ["code.kind.借用"]


def test_a_file_with_signs_where_none_are_expected_is_asked_about() -> None:
    cells = {
        "Posting Date": ["2026-10-01"] * 3,
        "Document": ["1", "2", "3"],
        "Material": ["A"] * 3,
        "MvT": ["201", "201", "221"],
        "Quantity": ["-5", "-2", "1"],
    }
    asked = map_it(cells, "unsigned = true\n" + SAP, "movements")
    assert [(each.key, each.choices, each.proposal) for each in asked.questions] == [
        ("signed", ("signed", "reversals"), "signed")
    ]
    signed = map_it(cells, "unsigned = true\n" + SAP, "movements", {"signed": "signed"})
    assert [qty for (qty,) in signed.rows("qty")] == ["-5", "-2", "1"]
    assert signed.codes == ["sign_contradicts"]
    turned = map_it(cells, "unsigned = true\n" + SAP, "movements", {"signed": "reversals"})
    assert [Decimal(qty or "") for (qty,) in turned.rows("qty")] == [5, 2, -1]
