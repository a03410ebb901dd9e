"""Workbooks kept by hand: a retailer's shops, a storeroom's ages, in and out in one column, counts."""

# Rows of a file stand on one line each.
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

from tests.queries.lake.presets.recognised import Cell, guessed, reading, text, workbook

DATED = {"value.snapshot_on": "2026-10-31"}

SHOPS: list[list[Cell]] = [
    [],
    [None, "店仓所属经销商.名称描述", "店仓", "商品", "品名", "商品分类", "零售价", "会员价", "库存数量", "在单数量", "在途数量", "含税成本金额", "预计数量", "*1*", None, "行标签", "求和项:库存数量"],
    [None, "直营", "S001", "000101", "外套", "女装", 399, 359, 4, 0, 2, 480, 6, 1, None, "S001", 5],
    [None, "直营", "S001", "000102", "长裤", "女装", 199, 179, 1, 0, 0, 60, 1, 1, None, "S002", 1],
    [None, "加盟", "S002", "000101", "外套", "女装", 399, 359, 1, 1, 0, 120, 0, 1, None, "总计", 6],
]  # fmt: skip
PIVOT_BELOW: list[Cell] = [*[None] * 15, "(空白)", 0]
CATALOGUE: list[list[Cell]] = [["商品", "品名"], ["000101", "外套"]]


def test_a_retailers_shops_are_warehouses_whatever_stands_beside_and_behind(tmp_path: Path) -> None:
    book = {"库存": [*SHOPS, PIVOT_BELOW], "商品资料": CATALOGUE}
    file = workbook(tmp_path / "门店库存.xlsx", book)
    assert guessed(file, "库存") == ("chinese_workbooks/shops", "stock")
    assert reading(file, DATED, "库存").asked == {"cost_with_tax": None}
    read = reading(file, {**DATED, "cost_with_tax": "use"}, "库存")
    assert read.rows("item_id", "warehouse_id", "qty", "unit_cost", "status") == [
        ("000101", "S001", "4", "120", None),
        ("000101", "S001", "2", None, "in_transit"),
        ("000102", "S001", "1", "60", None),
        ("000101", "S002", "1", "120", None),
    ]
    assert read.told == ["rows_left_out"]
    assert set(read.mapped.unused) == {"行标签", "求和项:库存数量"}


def test_a_cost_with_tax_may_be_left_aside(tmp_path: Path) -> None:
    file = workbook(tmp_path / "门店库存.xlsx", {"库存": SHOPS})
    read = reading(file, {**DATED, "cost_with_tax": "leave"})
    assert [row for row in read.rows("qty", "unit_cost", "status") if row[2] is None] == [
        ("4", None, None),
        ("1", None, None),
        ("1", None, None),
    ]


def test_a_retailers_row_without_a_code_is_not_taken_for_a_pivots(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        *SHOPS[1:3],
        [None, "直营", "S001", None, "外套", "女装", 399, 359, 4, 0, 0, 480, 4, 1],
    ]
    file = workbook(tmp_path / "门店库存.xlsx", {"库存": rows})
    read = reading(file, {**DATED, "cost_with_tax": "use"})
    assert read.rows("item_id", "qty")[-1] == (None, "4")


def test_a_storerooms_ages_and_last_purchase_are_not_read(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["库房编号", "物料编码", "物料名称", "规格", "单位", "单价", "数量", "金额", "库龄", "库龄30", "库龄60", "库龄90", "库龄180", "库龄360", "库龄大于360d", "最后一次购买日期"],
        ["01", "0001", "轴承", "6204", "个", 2, "1,000", 2000, 400, 0, 0, 0, 0, 0, 1000, "2026-10-01"],
        [None, "合  计", None, None, None, None, "1,000", 2000, None, 0, 0, 0, 0, 0, 1000, None],
    ]  # fmt: skip
    file = workbook(tmp_path / "库龄.xlsx", {"库龄": rows})
    assert guessed(file) == ("chinese_workbooks/storeroom_ageing", "stock")
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty", "unit_cost") == [("0001", "01", "1000", "2")]
    assert "received_on" not in read.mapped.origin
    assert {"最后一次购买日期", "库龄大于360d"} <= set(read.mapped.ignored)
    assert not read.mapped.unused
    assert {agrees for _, _, agrees in read.totals} == {True}
    assert reading(file, table_name="movements").told == ["refused_layout"]


def test_buckets_of_any_list_are_left_aside(tmp_path: Path) -> None:
    lines = "料号,品名,仓库,数量,金额,30天以内,31-90天,91-180天,180天以上\nA,轴承,一仓,10,20,1,2,3,4\n"
    file = text(tmp_path / "库龄.csv", lines, "gbk")
    assert guessed(file) == ("chinese_workbooks/ageing", "stock")
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty", "unit_cost") == [("A", "一仓", "10", "2")]
    assert read.told == ["layout_note"]
    assert not read.mapped.unused
    assert reading(file, table_name="movements").told == ["refused_layout"]


LEDGER = (
    "序号,商品分类,商品名称,商品编码,商家编码,日期,包号,颜色,规格型号,单据类型,出入,数量,匹数,仓库,仓位\n"
    '1,坯布,棉布,C-01,Y01,2026.10.2,P1,白,40S,采购入库,入,"1,200.5",3,一仓,A1\n'
    "2,坯布,棉布,C-01,Y01,2026.10.5,P1,白,40S,销售出库,出,200.5,1,一仓,A1\n"
    "3,坯布,棉布,C-01,Y01,2026.10.6,P1,白,40S,销售退货,入,10,1,一仓,A1\n"
    "合计,,,,,,,,,,,,,,\n"
)


def test_in_and_out_in_one_column_give_the_sign(tmp_path: Path) -> None:
    file = text(tmp_path / "流水.csv", LEDGER, "gb18030")
    assert guessed(file) == ("chinese_workbooks/in_out_ledger", "movements")
    read = reading(file)
    assert read.rows("posted_on", "item_id", "kind", "qty", "warehouse_id", "lot_id") == [
        ("2026-10-02", "C-01", "receipt", "1200.5", "一仓", "P1"),
        ("2026-10-05", "C-01", "issue", "-200.5", "一仓", "P1"),
        ("2026-10-06", "C-01", "customer_return", "10", "一仓", "P1"),
    ]
    assert read.mapped.lacks == ("document_id",)


def test_neither_in_nor_out_is_a_named_problem(tmp_path: Path) -> None:
    file = text(tmp_path / "流水.csv", LEDGER.replace(",出,", ",借,"))
    assert [(each.code, each.row, each.value) for each in reading(file).problems] == [("bad_sign", 3, "借")]


def test_each_count_sheet_is_named_for_its_warehouse(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["盘点表"],
        ["序号", "料号", "品名", "规格", "单位", "账面数量", "实盘数量", "差异", "备注"],
        [1, "0001", "轴承", "6204", "个", 10, 9, -1, None],
        [2, "0002", "垫片", "M8", "个", 5, 0, -5, "缺"],
    ]
    file = workbook(tmp_path / "盘点20261031.xlsx", {"原料仓": rows, "成品仓": rows[:3]})
    assert guessed(file, "成品仓") == ("chinese_workbooks/count_sheets", "counts")
    assert reading(file, sheet="原料仓").asked == {"value.counted_on": "2026-10-31"}
    read = reading(file, {"value.counted_on": "2026-10-31"}, "原料仓")
    assert read.rows("counted_on", "item_id", "warehouse_id", "counted_qty") == [
        ("2026-10-31", "0001", "原料仓", "9"),
        ("2026-10-31", "0002", "原料仓", "0"),
    ]
    assert {"账面数量", "差异"} <= set(read.mapped.ignored)


def test_a_sheet_without_a_name_of_its_own_is_no_warehouse(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["料号", "品名", "实盘数量"], ["0001", "轴承", 9]]
    counted = {"value.counted_on": "2026-10-31"}
    for name in ("Sheet1", "盘点表"):
        file = workbook(tmp_path / f"{name}.xlsx", {name: rows})
        assert guessed(file) == ("chinese_workbooks/count_sheets", "counts")
        assert reading(file, counted).asked == {"value.warehouse_id": None}
    answered = reading(file, {**counted, "value.warehouse_id": "原料仓"})
    assert answered.rows("warehouse_id", "counted_qty") == [("原料仓", "9")]
