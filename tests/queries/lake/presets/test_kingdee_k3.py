"""Kingdee K/3 WISE: bill types with unsigned quantities, 收发明细, 即时库存, transfers."""

# Rows of a file stand on one line each.
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

from tests.queries.lake.presets.recognised import Cell, guessed, reading, text, workbook

BILLS = """FTranType,FBillNo,FDate,FEntryID,FNumber,FStockNumber,FBatchNo,FQty
1,WIN001,2026-10-01,1,01.02.003,01,L1,100
2,CIN001,2026-10-02,1,01.02.003,01,,10
5,WWRK01,2026-10-02,1,01.02.003,01,,4
40,PY001,2026-10-02,1,01.02.003,01,,1
73,THTZ01,2026-10-03,1,01.02.003,01,L1,5
21,XOUT001,2026-10-04,1,01.02.003,01,,20
21,XOUT002,2026-10-05,1,01.02.003,01,,-3
24,SOUT001,2026-10-06,1,01.02.003,01,,7
28,JOUT001,2026-10-06,1,01.02.003,01,,2
43,PK001,2026-10-07,1,01.02.003,01,,1
41,CHG001,2026-10-08,1,01.02.003,01,,9
83,SEOUT01,2026-10-08,1,01.02.003,01,,50
"""


def test_bill_types_give_the_kind_and_the_sign_and_a_red_bill_is_a_reversal(tmp_path: Path) -> None:
    file = text(tmp_path / "ICStockBill.csv", BILLS, "gb18030")
    assert guessed(file) == ("kingdee_k3/bills", "movements")
    read = reading(file)
    assert read.rows("document_id", "line_no", "kind", "qty", "warehouse_id") == [
        ("WIN001", "1", "receipt", "100", "01"),
        ("CIN001", "1", "production_in", "10", "01"),
        ("WWRK01", "1", "production_in", "4", "01"),
        ("PY001", "1", "adjustment", "1", "01"),
        ("THTZ01", "1", "supplier_return", "-5", "01"),
        ("XOUT001", "1", "issue", "-20", "01"),
        ("XOUT002", "1", "issue", "3", "01"),
        ("SOUT001", "1", "production_out", "-7", "01"),
        ("JOUT001", "1", "production_out", "-2", "01"),
        ("PK001", "1", "adjustment", "-1", "01"),
    ]
    assert read.rows("item_id")[0] == ("01.02.003",)
    assert read.told == ["rows_left_out", "rows_left_out"]
    assert not read.questions


def test_other_receipts_issues_and_house_types_are_asked(tmp_path: Path) -> None:
    lines = "FTranType,FBillNo,FDate,FNumber,FQty\n10,QIN1,2026-10-01,A,1\n29,QOUT1,2026-10-01,A,1\n9001,X1,2026-10-01,A,1\n"
    assert reading(text(tmp_path / "b.csv", lines)).asked == {
        "code.kind.10": "receipt",
        "code.kind.29": "issue",
        "code.kind.9001": None,
    }


def test_the_same_bills_in_words(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        [
            "日期",
            "单据编号",
            "事务类型",
            "物料代码",
            "物料名称",
            "规格型号",
            "单位",
            "数量",
            "单价",
            "金额",
            "收料仓库",
        ],
        ["2026-10-01", "WIN001", "外购入库", "01.003", "轴承", "6204", "个", "1,000", 2, 2000, "原料仓"],
        ["2026-10-02", "JK001", "自制入库", "02.001", "泵", None, "台", "4", 90, 360, "成品仓"],
        ["合计", None, None, None, None, None, None, "1,004", None, "2360", None],
    ]
    file = workbook(tmp_path / "序时簿.xlsx", {"Sheet1": rows})
    assert guessed(file) == ("kingdee_k3/bills", "movements")
    read = reading(file)
    assert read.rows("posted_on", "document_id", "item_id", "kind", "qty", "warehouse_id") == [
        ("2026-10-01", "WIN001", "01.003", "receipt", "1000", "原料仓"),
        ("2026-10-02", "JK001", "02.001", "production_in", "4", "成品仓"),
    ]
    assert read.totals == [(4, "数量", True)]


def test_a_file_whose_issues_are_negative_already_is_asked_whether_it_is_signed(tmp_path: Path) -> None:
    lines = "FTranType,FBillNo,FDate,FNumber,FQty\n1,W1,2026-10-01,A,9\n21,X1,2026-10-02,A,-2\n21,X2,2026-10-03,A,-3\n24,S1,2026-10-03,A,-1\n"
    file = text(tmp_path / "b.csv", lines)
    assert reading(file).asked == {"signed": "signed"}
    assert reading(file, {"signed": "signed"}).rows("document_id", "kind", "qty") == [
        ("W1", "receipt", "9"),
        ("X1", "issue", "-2"),
        ("X2", "issue", "-3"),
        ("S1", "production_out", "-1"),
    ]
    assert reading(file, {"signed": "reversals"}).rows("qty") == [("9",), ("2",), ("3",), ("1",)]


def test_a_ledger_in_material_codes_with_points(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        [
            "日期",
            "单据号码",
            "事务类型",
            "物料代码",
            "仓库",
            "收入",
            None,
            None,
            "发出",
            None,
            None,
            "结存",
            None,
            None,
        ],
        [
            None,
            None,
            None,
            None,
            None,
            "数量",
            "单价",
            "金额",
            "数量",
            "单价",
            "金额",
            "数量",
            "单价",
            "金额",
        ],
        ["2026-10-01", None, "期初结存", "01.003", "原料仓", None, None, None, None, None, None, 50, 2, 100],
        [
            "2026-10-02",
            "WIN001",
            "外购入库",
            "01.003",
            "原料仓",
            100,
            2.5,
            250,
            None,
            None,
            None,
            150,
            None,
            350,
        ],
        [
            "2026-10-03",
            "XOUT001",
            "销售出库",
            "01.003",
            "原料仓",
            None,
            None,
            None,
            20,
            2,
            40,
            130,
            None,
            310,
        ],
    ]
    merges = [*((0, column, 1, column) for column in range(5)), (0, 5, 0, 7), (0, 8, 0, 10), (0, 11, 0, 13)]
    file = workbook(tmp_path / "收发明细.xlsx", {"明细": rows}, merges)
    assert guessed(file) == ("kingdee_k3/ledger", "movements")
    assert reading(file).rows("document_id", "kind", "qty", "unit_cost") == [
        ("opening/01.003/原料仓", "opening", "50", None),
        ("WIN001", "receipt", "100", "2.5"),
        ("XOUT001", "issue", "-20", "2"),
    ]


def test_on_hand_is_read_in_the_base_unit_beside_the_unit_of_daily_use(tmp_path: Path) -> None:
    lines = (
        "物料代码,物料名称,仓库,批号,常用单位,常用单位数量,基本单位,基本单位数量\n"
        "01.003,轴承,原料仓,L1,箱,12,个,1200\n合 计,,,,,12,,1200\n"
    )
    file = text(tmp_path / "库存查询.csv", lines, "gbk")
    assert guessed(file) == ("kingdee_k3/stock", "stock")
    read = reading(file, {"value.snapshot_on": "2026-10-31"})
    assert read.rows("item_id", "warehouse_id", "lot_id", "qty") == [("01.003", "原料仓", "L1", "1200")]
    assert read.totals == [(3, "基本单位数量", True)]


def test_a_transfer_is_two_rows(tmp_path: Path) -> None:
    lines = "日期,单据编号,物料代码,调出仓库,调入仓库,数量\n2026-10-08,CHG001,01.003,原料仓,线边仓,9\n"
    file = text(tmp_path / "仓库调拨.csv", lines)
    assert guessed(file) == ("kingdee_k3/transfers", "movements")
    assert reading(file).rows("document_id", "kind", "qty", "warehouse_id") == [
        ("CHG001", "transfer", "-9", "原料仓"),
        ("CHG001", "transfer", "9", "线边仓"),
    ]
