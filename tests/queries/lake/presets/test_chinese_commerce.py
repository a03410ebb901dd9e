"""聚水潭, 旺店通, 管家婆 and the words of Taiwan: what is stock, and what is asked."""

# Rows of a file stand on one line each.
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

from tests.queries.lake.old_workbook import write_xls
from tests.queries.lake.presets.recognised import Cell, guessed, reading, text, workbook

DATED = {"value.snapshot_on": "2026-10-31"}
PLACED = {**DATED, "value.warehouse_id": "主仓"}

SHOP: list[list[Cell]] = [
    ["商品编码", "款式编码", "颜色及规格", "主仓实际库存数", "订单占有数", "仓库待发数", "公有可用数", "采购在途数", "调拨在途数", "进货仓库存", "销退仓库存", "库存锁定数"],
    ["SKU-001", "K1", "红;L", "120", "20", "5", "95", "300", "6", "8", "2", "0"],
    ["000213", "K2", "蓝;M", "3", "10", "3", "-10", "0", "0", "0", "0", "0"],
    ["SKU-003", "K3", "黑;S", "0", "0", "0", "0", "0", "0", "0", "0", "0"],
]  # fmt: skip


def test_jushuitan_asks_what_is_part_of_the_main_stock(tmp_path: Path) -> None:
    file = workbook(tmp_path / "商品库存_20261031.xlsx", {"Sheet1": SHOP})
    assert guessed(file) == ("jushuitan/stock", "stock")
    assert reading(file).asked == {
        "value.snapshot_on": "2026-10-31",
        "value.warehouse_id": None,
        "receiving": None,
        "returns": "apart",
        "transit": "apart",
    }


def test_jushuitan_stock_is_what_lies_there_and_a_negative_rest_to_sell_is_no_fault(tmp_path: Path) -> None:
    file = workbook(tmp_path / "商品库存.xlsx", {"Sheet1": SHOP})
    inside = {"receiving": "inside", "returns": "inside", "transit": "inside"}
    read = reading(file, {**PLACED, **inside})
    assert read.rows("item_id", "warehouse_id", "qty") == [
        ("SKU-001", "主仓", "120"),
        ("000213", "主仓", "3"),
        ("SKU-003", "主仓", "0"),
    ]
    assert not read.problems
    assert {"公有可用数", "订单占有数", "采购在途数", "库存锁定数"} <= set(read.mapped.ignored)
    apart = {"receiving": "apart", "returns": "apart", "transit": "apart"}
    assert reading(file, {**PLACED, **apart}).rows("item_id", "qty", "bin", "status") == [
        ("SKU-001", "120", None, None),
        ("SKU-001", "8", "进货仓", None),
        ("SKU-001", "2", "销退仓", None),
        ("SKU-001", "6", None, "in_transit"),
        ("000213", "3", None, None),
        ("SKU-003", "0", None, None),
    ]


WANGDIANTONG: list[list[Cell]] = [
    ["商家编码", "条码", "货品编号", "货品名称", "规格名称", "库存", "可发库存", "可用库存", "残次品", "最后盘点时间", "有效期", "成本价", "实际库存"],
    ["WD001", "6900000000017", "H1", "毛巾", "白", 50, 45, 40, "否", "任意时间", "任意时间", 3.5, 50],
    ["WD002", "6900000000024", "H2", "浴巾", "灰", 7, -2, -2, "是", 46295.5, 46500, 12, 7],
]  # fmt: skip


def test_wangdiantong_reads_serial_dates_and_any_time_as_no_date(tmp_path: Path) -> None:
    file = tmp_path / "库存管理.xls"
    write_xls(file, {"Sheet1": WANGDIANTONG})
    assert guessed(file) == ("wangdiantong/stock", "stock")
    assert reading(file).asked == {"value.snapshot_on": None, "value.warehouse_id": None}
    read = reading(file, PLACED)
    assert read.rows("item_id", "warehouse_id", "qty", "unit_cost", "expires_on", "status") == [
        ("WD001", "主仓", "50", "3.5", None, None),
        ("WD002", "主仓", "7", "12", "2027-04-23", "blocked"),
    ]
    assert {"可发库存", "可用库存", "最后盘点时间", "条码"} <= set(read.mapped.ignored)


def test_wangdiantong_asks_which_of_two_different_quantities_is_meant(tmp_path: Path) -> None:
    rows = [WANGDIANTONG[0], [*WANGDIANTONG[1][:12], 48]]
    file = workbook(tmp_path / "库存管理.xlsx", {"Sheet1": rows})
    assert "header.qty" in reading(file, PLACED).asked
    assert reading(file, {**PLACED, "header.qty": "实际库存"}).rows("qty") == [("48",)]


def test_grasp_values_stock_by_its_amount_and_sets_the_total_aside(tmp_path: Path) -> None:
    lines = (
        "库存状况表\n\n行号\t商品编号\t商品全名\t规格\t型号\t产地\t单位\t库存数量\t成本均价\t库存金额\n"
        "1\t00017\t轴承\t6204\t\t苏州\t个\t1,200\t2.33\t2,800.00\n"
        "2\t00018\t垫片\tM8\t\t苏州\t个\t10\t0.5\t5.00\n"
        "\t合  计\t\t\t\t\t\t1,210\t\t2,805.00\n"
    )
    file = text(tmp_path / "库存状况表.txt", lines, "gbk")
    assert guessed(file) == ("grasp/stock", "stock")
    read = reading(file, PLACED)
    assert read.rows("item_id", "warehouse_id", "qty", "unit_cost") == [
        ("00017", "主仓", "1200", "2.3333"),
        ("00018", "主仓", "10", "0.5"),
    ]
    assert {agrees for _, _, agrees in read.totals} == {True}
    assert reading(file).asked == {"value.snapshot_on": None, "value.warehouse_id": None}


def test_grasp_without_an_amount_takes_the_average_cost(tmp_path: Path) -> None:
    file = text(
        tmp_path / "a.csv", "行号,商品编号,商品全名,仓库全名,库存数量,成本均价\n1,00017,轴承,总仓,5,2.33\n"
    )
    assert reading(file, DATED).rows("warehouse_id", "unit_cost") == [("总仓", "2.33")]


def test_taiwan_words_and_no_date_out_of_days(tmp_path: Path) -> None:
    lines = '品號,品名,規格,庫別,批號,單位,庫存數量,單位成本,庫齡天數,呆滯天數\nA01,軸承,6204,主倉,L1,個,"1,200",2.5,400,380\n合計,,,,,,"1,200",,,\n'
    file = text(tmp_path / "庫存.csv", lines)
    assert guessed(file) == ("taiwan/stock", "stock")
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "lot_id", "qty", "unit_cost") == [
        ("A01", "主倉", "L1", "1200", "2.5")
    ]
    assert {"庫齡天數", "呆滯天數"} <= set(read.mapped.ignored)
    assert not {"received_on", "last_issued_on"} & set(read.mapped.origin)
    assert read.totals == [(3, "庫存數量", True)]
