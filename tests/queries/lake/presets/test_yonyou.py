"""Yonyou U8, NC, YonBIP: stock in any order, merged headers, vouchers by code and business type."""

# Rows of a file stand on one line each.
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

import pytest

from tests.queries.lake.presets.recognised import Cell, guessed, reading, text, workbook

DATED = {"value.snapshot_on": "2026-10-31"}
CELLS: dict[str, list[Cell]] = {
    "仓库编码": ["01", "02"],
    "仓库名称": ["原料仓", "成品仓"],
    "存货编码": ["010203", "F-1"],
    "存货名称": ["轴承", "泵"],
    "规格型号": ["6204", None],
    "主计量单位": ["个", "台"],
    "批号": ["L1", None],
    "失效日期": ["2027-03-14", None],
    "现存数量": ["1,200.00", "3"],
    "现存件数": ["12", None],
    "预计入库数量": ["100", None],
    "可用数量": ["900", "-3"],
    "冻结数量": ["300", None],
}
ORDERS = (
    tuple(CELLS),
    (
        "仓库编码",
        "存货编码",
        "现存数量",
        "仓库名称",
        "存货名称",
        "规格型号",
        "批号",
        "失效日期",
        "主计量单位",
        "冻结数量",
        "可用数量",
    ),
    ("存货编码", "存货名称", "可用数量", "现存数量", "失效日期", "批号", "仓库名称", "仓库编码"),
)


@pytest.mark.parametrize("order", ORDERS, ids=["whole", "quantity third", "code last"])
@pytest.mark.parametrize("titled", [False, True])
def test_stock_is_found_by_header_in_any_order_and_row(
    tmp_path: Path, order: tuple[str, ...], titled: bool
) -> None:
    rows: list[list[Cell]] = [list(order), *([CELLS[name][row] for name in order] for row in range(2))]
    file = workbook(tmp_path / "现存量查询.xlsx", {"现存量查询": [["现存量查询"], *rows] if titled else rows})
    assert guessed(file) == ("yonyou_u8/stock", "stock")
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty", "lot_id", "expires_on") == [
        ("010203", "01", "1200", "L1", "2027-03-14"),
        ("F-1", "02", "3", None, None),
    ]
    assert not read.questions
    assert not read.mapped.unused


def test_the_day_and_an_absent_warehouse_are_asked(tmp_path: Path) -> None:
    lines = "存货编码,存货名称,现存数量\n010203,轴承,5\n合  计,,5\n"
    read = reading(text(tmp_path / "现存量20261031.csv", lines, "gbk"))
    assert read.asked == {"value.snapshot_on": "2026-10-31", "value.warehouse_id": None}
    assert read.totals == [(3, "现存数量", True)]


def test_goods_kept_for_a_supplier_are_consigned(tmp_path: Path) -> None:
    lines = "仓库编码,存货编码,现存数量,代管商编码\n01,A,5,S01\n01,B,6,\n"
    assert reading(text(tmp_path / "a.csv", lines), DATED).rows("item_id", "status") == [
        ("A", "consigned"),
        ("B", None),
    ]


SUMMARY: list[list[Cell]] = [
    ["存货收发存汇总表"],
    ["本位币：人民币  期间：2026-10-01—2026-10-31"],
    ["仓库编码", "仓库名称", "存货编码", "存货名称", "主计量单位", "期初结存", None, None, "本期收入", None, None, None, None, None, "本期发出", None, "本期结存", None, None],
    [None, None, None, None, None, None, None, None, "采购类", None, "生产类", None, "合计", None, None, None, None, None, None],
    [None, None, None, None, None, "数量", "单价", "金额", "数量", "金额", "数量", "金额", "数量", "金额", "数量", "金额", "数量", "单价", "金额"],
    ["01", "原料仓", "0001", "轴承", "个", 10, 2, 20, 5, 10, 0, 0, 5, 10, 3, 6, 12, 2, 24],
    ["02", "线边仓", "0001", "轴承", "个", 0, None, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 2, 8],
    [None, None, "0001", "轴承", "个", 10, 2, 20, 5, 10, 0, 0, 5, 10, 3, 6, 16, 2, 32],
    ["合  计", None, None, None, None, 10, None, 20, 5, 10, 0, 0, 5, 10, 3, 6, 16, None, 32],
]  # fmt: skip
SUMMARY_MERGES = [
    (0, 0, 0, 18), (1, 0, 1, 18), *((2, column, 4, column) for column in range(5)),
    (2, 5, 3, 7), (2, 8, 2, 13), (3, 8, 3, 9), (3, 10, 3, 11), (3, 12, 3, 13), (2, 14, 3, 15), (2, 16, 3, 18),
]  # fmt: skip


def test_a_summary_with_three_header_rows_gives_its_closing_stock(tmp_path: Path) -> None:
    file = workbook(tmp_path / "收发存汇总表.xlsx", {"汇总表": SUMMARY}, SUMMARY_MERGES)
    assert guessed(file) == ("yonyou_u8/stock_summary", "stock")
    assert reading(file).asked == {"value.snapshot_on": "2026-10-31"}
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty", "unit_cost") == [
        ("0001", "01", "12", "2"),
        ("0001", "02", "4", "2"),
    ]
    assert {(row, agrees) for row, _, agrees in read.totals} == {(8, True), (9, True)}
    assert {"本期收入-采购类-数量", "期初结存-数量", "本期发出-金额"} <= set(read.mapped.ignored)
    assert not read.mapped.unused
    assert reading(file, table_name="movements").told == ["refused_layout"]


def test_the_flow_summary_gives_its_closing_stock_too(tmp_path: Path) -> None:
    lines = (
        "仓库编码,存货编码,期初结存数量,期初结存件数,期初结存金额,总计入库数量,总计入库件数,总计入库金额,总计出库数量,总计出库件数,总计出库金额,期末结存数量,期末结存件数,期末结存金额\n"
        "01,A,1,,2,3,,6,2,,4,2,,4\n"
    )
    file = text(tmp_path / "库存收发存.csv", lines, "gb18030")
    assert guessed(file) == ("yonyou_u8/stock_flow_summary", "stock")
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty", "unit_cost") == [("A", "01", "2", "2")]
    assert not read.mapped.unused
    assert reading(file, table_name="movements").told == ["refused_layout"]


def test_ageing_buckets_are_no_receipts(tmp_path: Path) -> None:
    lines = (
        "存货编码,存货名称,仓库名称,结存数量,结存金额,30天以内,31～90天,大于90天\nA,轴承,原料仓,10,20,4,0,6\n"
    )
    file = text(tmp_path / "库龄.csv", lines)
    assert guessed(file) == ("yonyou_u8/ageing", "stock")
    assert reading(file, DATED).rows("item_id", "qty", "unit_cost") == [("A", "10", "2")]
    assert reading(file, table_name="movements").told == ["refused_layout"]


VOUCHERS: list[list[Cell]] = [
    [
        "单据日期",
        "单据号",
        "单据类型编码",
        "业务类型",
        "收发类别",
        "仓库编码",
        "存货编码",
        "批号",
        "数量",
        "行号",
    ],
    ["2026-10-01", "0000000001", "01", "普通采购", "采购入库", "01", "A", "L1", "1,000", "1"],
    ["2026-10-02", "0000000002", "01", "采购退货", "采购退货", "01", "A", "L1", "-10", "1"],
    ["2026-10-02", "0000000001", "08", "盘盈入库", None, "01", "A", None, "2", "1"],
    ["2026-10-02", "0000000002", "08", "调拨入库", None, "02", "A", None, "30", "1"],
    ["2026-10-03", "0000000001", "10", "成品入库", None, "02", "F", None, "5", "1"],
    ["2026-10-03", "0000000001", "09", "其他出库", "报废出库", "01", "A", None, "1", "1"],
    ["2026-10-03", "0000000002", "09", "调拨出库", None, "01", "A", None, "30", "1"],
    ["2026-10-04", "0000000003", "09", "转换出库", None, "01", "A", None, "3", "1"],
    ["2026-10-05", "0000000001", "11", "领料", None, "01", "A", "L1", "40", "1"],
    ["2026-10-06", "0000000002", "11", "领料", None, "01", "A", "L1", "-5", "1"],
    ["2026-10-07", "0000000001", "32", "普通销售", None, "02", "F", None, "2", "1"],
    ["2026-10-07", "0000000001", "12", "调拨单", None, "01", "A", None, "30", "1"],
]


def test_vouchers_08_and_09_are_read_with_their_business_type(tmp_path: Path) -> None:
    file = workbook(tmp_path / "单据列表.xlsx", {"列表": VOUCHERS})
    assert guessed(file) == ("yonyou_u8/vouchers", "movements")
    read = reading(file)
    assert read.rows("document_id", "kind", "qty", "warehouse_id", "item_id") == [
        ("01-0000000001", "receipt", "1000", "01", "A"),
        ("01-0000000002", "supplier_return", "-10", "01", "A"),
        ("08-0000000001", "adjustment", "2", "01", "A"),
        ("08-0000000002", "transfer", "30", "02", "A"),
        ("10-0000000001", "production_in", "5", "02", "F"),
        ("09-0000000001", "scrap", "-1", "01", "A"),
        ("09-0000000002", "transfer", "-30", "01", "A"),
        ("09-0000000003", "adjustment", "-3", "01", "A"),
        ("11-0000000001", "production_out", "-40", "01", "A"),
        ("11-0000000002", "production_out", "5", "01", "A"),
        ("32-0000000001", "issue", "-2", "02", "F"),
    ]
    assert read.told == ["rows_left_out"]
    assert not read.questions


def test_vouchers_08_and_09_that_say_no_more_are_asked(tmp_path: Path) -> None:
    lines = "单据日期,单据号,单据类型,业务类型,仓库编码,存货编码,数量\n2026-10-01,1,08,其他入库,01,A,5\n2026-10-02,1,09,其他出库,01,A,2\n"
    file = text(tmp_path / "单据.csv", lines)
    assert reading(file).asked == {"code.kind.08": "receipt", "code.kind.09": "issue"}
    answered = reading(file, {"code.kind.08": "adjustment", "code.kind.09": "scrap"})
    assert answered.rows("kind", "qty") == [("adjustment", "5"), ("scrap", "-2")]


def test_a_ledger_with_columns_for_in_and_out(tmp_path: Path) -> None:
    lines = (
        "单据日期,单据号,单据类型,业务类型,收发类别,仓库编码,存货编码,入库数量,出库数量,结存数量,制单人\n"
        "2026-10-01,1,采购入库单,普通采购,,01,A,10,,10,甲\n"
        "2026-10-02,1,材料出库单,领料,,01,A,,4,6,甲\n"
        "2026-10-03,1,其他出库单,其他出库,盘亏出库,01,A,,1,5,甲\n"
        "合计,,,,,,,10,5,,\n"
    )
    file = text(tmp_path / "流水账.csv", lines, "gbk")
    assert guessed(file) == ("yonyou_u8/ledger", "movements")
    read = reading(file)
    assert read.rows("document_id", "kind", "qty") == [
        ("采购入库单-1", "receipt", "10"),
        ("材料出库单-1", "production_out", "-4"),
        ("其他出库单-1", "adjustment", "-1"),
    ]
    assert read.totals == [(5, "入库数量", True), (5, "出库数量", True)]
    assert read.mapped.personal == ("制单人",)


def test_a_transfer_is_two_rows(tmp_path: Path) -> None:
    lines = "单据日期,单据号,转出仓库,转入仓库,存货编码,批号,数量\n2026-10-02,0001,原料仓,线边仓,A,L1,30\n"
    file = text(tmp_path / "调拨单.csv", lines)
    assert guessed(file) == ("yonyou_u8/transfers", "movements")
    assert reading(file).rows("kind", "qty", "warehouse_id", "lot_id") == [
        ("transfer", "-30", "原料仓", "L1"),
        ("transfer", "30", "线边仓", "L1"),
    ]


def test_nc_stock(tmp_path: Path) -> None:
    lines = '存货编码,存货名称,仓库,结存数量\n0001,轴承,原料仓,"1,200"\n合计,,,"1,200"\n'
    file = text(tmp_path / "结存.csv", lines, "gbk")
    assert guessed(file) == ("yonyou_nc/stock", "stock")
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty") == [("0001", "原料仓", "1200")]
    assert read.totals == [(3, "结存数量", True)]


def test_yonbip_stock_leaves_the_last_receipt_aside(tmp_path: Path) -> None:
    lines = "物料编码,物料名称,仓库名称,批次号,库存状态,现存量,可用量,现存件数,最近入库日期\nA,轴承,原料仓,L1,合格,10,8,1,2026-10-30\nB,泵,原料仓,,待检,2,0,,2026-10-30\n"
    file = text(tmp_path / "现存量.csv", lines)
    assert guessed(file) == ("yonyou_yonbip/stock", "stock")
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty", "lot_id", "status") == [
        ("A", "原料仓", "10", "L1", "available"),
        ("B", "原料仓", "2", None, "quality"),
    ]
    assert "received_on" not in read.mapped.origin
    assert {"可用量", "最近入库日期"} <= set(read.mapped.ignored)
