"""Kingdee Cloud: stock, excess stock, summaries, ageing, the ledger, bills, transfers, orders."""

# Rows of a file stand on one line each.
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

from tests.queries.lake.presets.recognised import Cell, guessed, guesses_of, reading, text, workbook

DATED = {"value.snapshot_on": "2026-10-31"}

STOCK: list[list[Cell]] = [
    ["库存组织", "仓库名称", "物料编码", "物料名称", "规格型号", "库存主单位", "基本单位", "库存量（主单位）", "库存量（基本单位）", "可用量（主单位）", "货主类型", "货主名称", "库存状态", "批号", "仓位", "最后更新时间"],
    ["华东工厂", "原料仓", "0100200045", "轴承", "6204", "个", "个", "1,200", "1,200", "1,000", "业务组织", "华东工厂", "可用", "L2409", "A-01", "2026-10-30 08:00:00"],
    ["华东工厂", "原料仓", "00213", "垫片", "M8", "箱", "个", "12.5", "1250", "12.5", "供应商", "海棠五金", "可用", None, None, "2026-10-30 08:00:00"],
    ["华东工厂", "成品仓", "A-7", "泵", None, "台", "台", "3", "3", "0", "业务组织", "华东工厂", "待检", None, None, "2026-10-29 17:12:00"],
    ["华东工厂", "成品仓", "A-8", "泵壳", None, "台", "台", "2", "2", "-2", "业务组织", "华东工厂", "冻结", None, None, "2026-10-29 17:12:00"],
    [None, None, "合  计", None, None, None, None, "1,217.5", None, None, None, None, None, None, None, None],
]  # fmt: skip


def test_on_hand_is_read_in_the_main_unit_with_its_status_and_owner(tmp_path: Path) -> None:
    file = workbook(tmp_path / "即时库存.xlsx", {"即时库存": STOCK})
    assert guessed(file) == ("kingdee_cloud/stock", "stock")
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty", "lot_id", "bin", "status") == [
        ("0100200045", "原料仓", "1200", "L2409", "A-01", "available"),
        ("00213", "原料仓", "12.5", None, None, "consigned"),
        ("A-7", "成品仓", "3", None, None, "quality"),
        ("A-8", "成品仓", "2", None, None, "blocked"),
    ]
    assert read.totals == [(6, "库存量（主单位）", True)]
    assert not read.questions
    assert "received_on" not in read.mapped.origin
    assert {"库存量（基本单位）", "可用量（主单位）", "最后更新时间"} <= set(read.mapped.ignored)
    assert not read.mapped.unused


def test_the_day_is_asked_and_the_files_name_is_only_a_proposal(tmp_path: Path) -> None:
    named = workbook(tmp_path / "即时库存20261031.xlsx", {"Sheet1": STOCK})
    assert reading(named).asked == {"value.snapshot_on": "2026-10-31"}
    bare = workbook(tmp_path / "即时库存.xlsx", {"Sheet1": STOCK})
    assert reading(bare).asked == {"value.snapshot_on": None}
    printed: list[list[Cell]] = [["即时库存明细表"], ["制单日期：2026年11月2日"], *STOCK]
    titled = workbook(tmp_path / "库存.xlsx", {"Sheet1": printed})
    assert reading(titled).asked == {"value.snapshot_on": "2026-11-02"}


def test_goods_of_customers_are_asked_with_leaving_them_out_as_the_proposal(tmp_path: Path) -> None:
    row: list[Cell] = [*STOCK[1][:10], "客户", "远山电机", "可用", None, None, None]
    file = workbook(tmp_path / "a.xlsx", {"Sheet1": [STOCK[0], STOCK[3], row]})
    assert reading(file, DATED).asked == {"code.status.客户": "leave_out"}
    read = reading(file, {**DATED, "code.status.客户": "leave_out"})
    assert read.rows("item_id", "status") == [("A-7", "quality")]
    assert "rows_left_out" in read.told


def test_the_columns_may_stand_in_any_order_and_say_material_code_otherwise(tmp_path: Path) -> None:
    lines = "库存量(主单位),仓库名称,物料代码\r\n5,成品仓,000123\r\n7,成品仓,1E5\r\n12,,合计\r\n"
    file = text(tmp_path / "库存.csv", lines, "gbk")
    assert guessed(file) == ("kingdee_cloud/stock", "stock")
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty") == [("000123", "成品仓", "5"), ("1E5", "成品仓", "7")]
    assert read.totals == [(4, "库存量(主单位)", True)]


def test_an_items_subtotal_without_a_warehouse_is_set_aside_and_checked(tmp_path: Path) -> None:
    lines = "物料编码,仓库名称,库存量(主单位)\nA,原料仓,5\nA,成品仓,6\nA,,11\nB,原料仓,1\nB,,2\n合 计,,12\n"
    read = reading(text(tmp_path / "库存.csv", lines), DATED)
    assert read.rows("item_id", "warehouse_id", "qty") == [
        ("A", "原料仓", "5"),
        ("A", "成品仓", "6"),
        ("B", "原料仓", "1"),
    ]
    assert [(row, agrees) for row, _, agrees in read.totals] == [(4, True), (6, False), (7, True)]
    assert read.told == ["total_differs"]


def test_two_headers_of_one_meaning_that_differ_are_asked_not_chosen(tmp_path: Path) -> None:
    lines = "物料编码,物料代码,仓库名称,库存量(主单位)\nA,A-1,成品仓,5\n"
    file = text(tmp_path / "库存.csv", lines)
    assert reading(file, DATED).asked == {"header.item_id": None}
    assert reading(file, {**DATED, "header.item_id": "物料代码"}).rows("item_id") == [("A-1",)]


def test_a_total_that_does_not_agree_is_told(tmp_path: Path) -> None:
    lines = "物料编码,仓库名称,库存量(主单位)\n1,成品仓,5\n合 计,,6\n"
    read = reading(text(tmp_path / "库存.csv", lines), DATED)
    assert read.totals == [(3, "库存量(主单位)", False)]
    assert read.told == ["total_differs"]


def test_the_base_unit_counts_only_where_it_is_the_main_unit_else_a_person_is_asked(tmp_path: Path) -> None:
    same = "物料编码,仓库名称,基本单位,库存主单位,库存量(基本单位)\nA,成品仓,个,个,5\n"
    read = reading(text(tmp_path / "a.csv", same), DATED)
    assert (read.rows("item_id", "qty"), read.asked) == ([("A", "5")], {})
    other = "物料编码,仓库名称,基本单位,库存主单位,库存量(基本单位)\nA,成品仓,个,箱,1200\n"
    file = text(tmp_path / "b.csv", other)
    assert reading(file, DATED).asked == {"entry_unit": None}
    assert reading(file, {**DATED, "entry_unit": "same"}).rows("qty") == [("1200",)]
    assert reading(file, {**DATED, "entry_unit": "refuse"}).told == ["entry_unit"]


def test_stock_in_the_auxiliary_unit_alone_is_refused_with_the_way_out(tmp_path: Path) -> None:
    lines = "物料编码,仓库名称,库存辅单位,库存量(库存辅单位)\nA,成品仓,箱,5\n"
    read = reading(text(tmp_path / "a.csv", lines), DATED, table_name="stock")
    assert read.name == "kingdee_cloud/stock_in_auxiliary_unit"
    assert read.told == ["refused_layout"]
    assert "库存量(主单位)" in read.problems[0].remedy


EXCESS: list[list[Cell]] = [
    ["客户", "最后业务发生时间", "物料编码", "客户料号", "描述", "即时库存", "溢发", "需求量", "已收料未入库", "呆滞数量（不含OPO）", "采购订单未入库", "呆滞数量（含OPO）", "采购最小订货量", "标准单价", "呆滞金额（不含OPO）", "呆滞金额（含OPO）", "涉及机种", "看板数量"],
    ["远山电机", "2026-03-02", "R-10", "Y1", "电阻", "5,000", 0, 1200, 300, 3800, 1000, 4800, 1000, 0.0215, 81.7, 103.2, "T9", 0],
    ["远山电机", "2025-11-20", "C-22", "Y2", "电容", 80, 0, 0, 0, 80, 0, 80, 500, 1.5, 120, 120, "T9", 0],
]  # fmt: skip


def test_of_an_excess_list_only_what_lies_there_becomes_stock(tmp_path: Path) -> None:
    file = workbook(tmp_path / "呆滞EXCESS 2026-10-31.xlsx", {"EXCESS": EXCESS})
    assert guessed(file) == ("kingdee_cloud/excess", "stock")
    read = reading(file)
    assert read.asked == {"value.snapshot_on": "2026-10-31", "value.warehouse_id": None}
    read = reading(file, {**DATED, "value.warehouse_id": "全部"})
    assert read.rows("snapshot_on", "item_id", "warehouse_id", "qty", "unit_cost") == [
        ("2026-10-31", "R-10", "全部", "5000", "0.0215"),
        ("2026-10-31", "C-22", "全部", "80", "1.5"),
    ]
    assert {"最后业务发生时间", "已收料未入库", "呆滞数量（不含OPO）", "需求量"} <= set(read.mapped.ignored)
    assert not {"last_issued_on", "received_on"} & set(read.mapped.origin)


def test_an_excess_list_is_no_ledger(tmp_path: Path) -> None:
    read = reading(workbook(tmp_path / "e.xlsx", {"EXCESS": EXCESS}), table_name="movements")
    assert read.told == ["refused_layout"]
    assert read.mapped.frame.is_empty()


def test_a_summarys_closing_columns_are_stock_and_rows_without_a_warehouse_its_subtotals(
    tmp_path: Path,
) -> None:
    rows: list[list[Cell]] = [
        ["物料收发汇总表"],
        ["期间：2026-10-01 至 2026-10-31"],
        [
            "物料编码",
            "物料名称",
            "仓库",
            "期初结存数量",
            "本期收入数量",
            "本期发出数量",
            "期末结存数量",
            "期末结存金额",
        ],
        ["A", "轴承", "原料仓", 10, 5, 3, 12, 30],
        ["A", "轴承", "线边仓", 0, 3, 1, 2, 5],
        ["A", "轴承", None, 10, 8, 4, 14, 35],
        ["B", "垫片", "原料仓", "1,000", 0, 0, "1,000", 80],
        ["B", "垫片", None, "1,000", 0, 0, "1,000", 80],
        ["合  计", None, None, "1,010", 8, 4, "1,014", 115],
    ]
    file = workbook(tmp_path / "收发汇总.xlsx", {"汇总": rows}, [(0, 0, 0, 7)])
    assert guessed(file) == ("kingdee_cloud/stock_summary", "stock")
    assert reading(file).asked == {"value.snapshot_on": "2026-10-31"}
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty", "unit_cost") == [
        ("A", "原料仓", "12", "2.5"),
        ("A", "线边仓", "2", "2.5"),
        ("B", "原料仓", "1000", "0.08"),
    ]
    assert read.numbers == [4, 5, 7]
    assert sorted({(row, agrees) for row, _, agrees in read.totals}) == [(6, True), (8, True), (9, True)]
    assert reading(file, table_name="movements").told == ["refused_layout"]


def test_a_summary_with_two_header_rows_is_read_alike(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["存货编码", "仓库", "期初结存", None, "本期收入", None, "本期发出", None, "期末结存", None],
        [None, None, "数量", "金额", "数量", "金额", "数量", "金额", "数量", "金额"],
        ["A", "原料仓", 1, 2, 1, 2, 0, 0, 2, 4],
    ]
    merges = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5), (0, 6, 0, 7), (0, 8, 0, 9)]
    file = workbook(tmp_path / "存货收发存.xlsx", {"汇总": rows}, merges)
    assert guessed(file) == ("kingdee_cloud/stock_summary", "stock")
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty", "unit_cost") == [("A", "原料仓", "2", "2")]
    assert not read.mapped.unused


AGEING: list[list[Cell]] = [
    ["库存账龄分析表"],
    ["物料编码", "物料名称", "仓库", "结存", None, "0-30天", None, "31-60天", None, "180天以上", None],
    [None, None, None, "数量", "金额", "数量", "金额", "数量", "金额", "数量", "金额"],
    ["A", "轴承", "原料仓", 30, 60, 10, 20, 0, 0, 20, 40],
]
AGEING_MERGES = [
    (1, 0, 2, 0),
    (1, 1, 2, 1),
    (1, 2, 2, 2),
    (1, 3, 1, 4),
    (1, 5, 1, 6),
    (1, 7, 1, 8),
    (1, 9, 1, 10),
]


def test_an_ageing_report_gives_a_quantity_and_never_receipts(tmp_path: Path) -> None:
    file = workbook(tmp_path / "账龄.xlsx", {"账龄": AGEING}, AGEING_MERGES)
    assert guessed(file) == ("kingdee_cloud/ageing", "stock")
    read = reading(file, DATED)
    assert read.rows("item_id", "warehouse_id", "qty", "unit_cost") == [("A", "原料仓", "30", "2")]
    assert not {"received_on", "last_issued_on"} & set(read.mapped.origin)
    assert {"0-30天-数量", "31-60天-金额", "180天以上-数量"} <= set(read.mapped.ignored)
    assert not read.mapped.unused
    refused = reading(file, table_name="movements")
    assert refused.told == ["refused_layout"]
    assert "物料收发明细" in refused.problems[0].remedy


LEDGER: list[list[Cell]] = [
    ["物料收发明细表"],
    ["日期", "单据类型", "单据编号", "物料编码", "物料名称", "规格型号", "仓库", "批号", "单位", "收入数量", "发出数量", "结存数量", "制单人"],
    ["2026-10-01", "期初", None, "A", "轴承", "6204", "原料仓", None, "个", None, None, "100", "甲"],
    ["2026-10-02", "采购入库单", "CGRK001", "A", "轴承", "6204", "原料仓", "L1", "个", "1,500", None, "1,600", "甲"],
    ["2026-10-05", "生产领料单", "SCLL001", "A", "轴承", "6204", "原料仓", "L1", "个", None, "40", "1,560", "乙"],
    ["2026-10-06", "生产退料单", "SCTL001", "A", "轴承", "6204", "原料仓", "L1", "个", "5", None, "1,565", "乙"],
    ["2026-10-07", "采购退料单", "CGTL001", "A", "轴承", "6204", "原料仓", "L1", "个", "-10", None, "1,555", "乙"],
    ["2026-10-08", "直接调拨单", "ZJDB001", "A", "轴承", "6204", "原料仓", None, "个", None, "15", "1,540", "乙"],
    ["2026-10-08", "直接调拨单", "ZJDB001", "A", "轴承", "6204", "线边仓", None, "个", "15", None, "15", "乙"],
    ["2026-10-09", "盘亏单", "PK001", "A", "轴承", "6204", "原料仓", None, "个", None, "2", "1,538", "乙"],
    [None, "合计", None, None, None, None, None, None, None, "1,510", "57", None, None],
]  # fmt: skip


def test_a_ledger_of_what_came_and_went_keeps_signs_kinds_and_its_opening(tmp_path: Path) -> None:
    file = workbook(tmp_path / "收发明细.xlsx", {"明细": LEDGER}, [(0, 0, 0, 12)])
    assert guessed(file) == ("kingdee_cloud/ledger", "movements")
    read = reading(file)
    assert read.rows("posted_on", "document_id", "item_id", "kind", "qty", "warehouse_id", "lot_id") == [
        ("2026-10-01", "opening/A/原料仓", "A", "opening", "100", "原料仓", None),
        ("2026-10-02", "CGRK001", "A", "receipt", "1500", "原料仓", "L1"),
        ("2026-10-05", "SCLL001", "A", "production_out", "-40", "原料仓", "L1"),
        ("2026-10-06", "SCTL001", "A", "production_out", "5", "原料仓", "L1"),
        ("2026-10-07", "CGTL001", "A", "supplier_return", "-10", "原料仓", "L1"),
        ("2026-10-08", "ZJDB001", "A", "transfer", "-15", "原料仓", None),
        ("2026-10-08", "ZJDB001", "A", "transfer", "15", "线边仓", None),
        ("2026-10-09", "PK001", "A", "adjustment", "-2", "原料仓", None),
    ]
    assert not read.questions
    assert read.mapped.personal == ("制单人",)
    assert [(row, column, agrees) for row, column, agrees in read.totals if column != "结存数量"] == [
        (11, "收入数量", True),
        (11, "发出数量", True),
    ]


def test_an_opening_row_that_names_its_quantity_twice_is_one_opening(tmp_path: Path) -> None:
    lines = (
        "日期,单据类型,单据编号,物料编码,仓库,收入数量,发出数量,结存数量\n"
        "2026-10-01,期初,,A,原料仓,100,,100\n2026-10-01,期初,,B,原料仓,7,,\n2026-10-02,销售出库单,X1,A,原料仓,,4,96\n"
    )
    assert reading(text(tmp_path / "明细.csv", lines)).rows("item_id", "kind", "qty") == [
        ("A", "opening", "100"),
        ("B", "opening", "7"),
        ("A", "issue", "-4"),
    ]


def test_an_opening_row_without_a_date_is_as_old_as_the_ledgers_first_day(tmp_path: Path) -> None:
    opening = [None, *LEDGER[2][1:]]
    file = workbook(tmp_path / "收发明细.xlsx", {"明细": [LEDGER[1], LEDGER[3], LEDGER[4], opening]})
    read = reading(file)
    assert sorted(read.rows("posted_on", "kind", "qty")) == [
        ("2026-10-02", "opening", "100"),
        ("2026-10-02", "receipt", "1500"),
        ("2026-10-05", "production_out", "-40"),
    ]


def test_other_receipts_and_issues_are_asked_unless_their_business_type_says(tmp_path: Path) -> None:
    head = "日期,单据类型,业务类型,单据编号,物料编码,仓库,收入数量,发出数量\n"
    lines = (
        "2026-10-02,其他入库单,普通,QTRK1,A,原料仓,5,\n"
        "2026-10-03,其他出库单,报废出库,QTCK1,A,原料仓,,2\n"
        "2026-10-03,借出单,,JC1,A,原料仓,,1\n"
    )
    read = reading(text(tmp_path / "明细.csv", head + lines))
    assert read.asked == {"code.kind.其他入库单": "receipt", "code.kind.借出单": None}
    answers = {"code.kind.其他入库单": "adjustment", "code.kind.借出单": "transfer"}
    assert reading(text(tmp_path / "明细.csv", head + lines), answers).rows("document_id", "kind", "qty") == [
        ("QTRK1", "adjustment", "5"),
        ("QTCK1", "scrap", "-2"),
        ("JC1", "transfer", "-1"),
    ]


def test_bills_count_what_was_really_issued_and_their_form_says_which_way(tmp_path: Path) -> None:
    lines = (
        "FFormId\tFBillNo\tFDate\tFMaterialId.FNumber\tFStockId.FNumber\tFQty\tFRealQty\n"
        "SAL_OUTSTOCK\tXSCK1\t2026-10-02\tA\tCK01\t12\t10\n"
        "SAL_RETURNSTOCK\tXSTH1\t2026-10-03\tA\tCK01\t3\t3\n"
        "PUR_MRB\tCGTL1\t2026-10-04\tA\tCK01\t2\t2\n"
        "STK_TransferDirect\tZJDB1\t2026-10-05\tA\tCK01\t2\t2\n"
        "STK_StockCountLoss\tPK1\t2026-10-06\tA\tCK01\t1\t1\n"
    )
    file = text(tmp_path / "bills.txt", lines, "utf-16")
    assert guessed(file) == ("kingdee_cloud/bills", "movements")
    read = reading(file)
    assert read.rows("posted_on", "document_id", "kind", "qty", "warehouse_id") == [
        ("2026-10-02", "XSCK1", "issue", "-10", "CK01"),
        ("2026-10-03", "XSTH1", "customer_return", "3", "CK01"),
        ("2026-10-04", "CGTL1", "supplier_return", "-2", "CK01"),
        ("2026-10-06", "PK1", "adjustment", "-1", "CK01"),
    ]
    assert read.told == ["rows_left_out"]
    assert "FQty" in read.mapped.ignored


def test_a_form_without_the_issued_quantity_is_not_taken_for_bills(tmp_path: Path) -> None:
    lines = "FFormId,FBillNo,FDate,FMaterialId.FNumber,FQty\nSAL_OUTSTOCK,XSCK1,2026-10-02,A,12\n"
    file = text(tmp_path / "bills.csv", lines)
    assert not [each for each in guesses_of(file) if each.mapping == "kingdee_cloud"]


def test_a_direct_transfer_leaves_one_warehouse_and_arrives_in_the_other(tmp_path: Path) -> None:
    lines = "单据编号,日期,物料编码,物料名称,批号,调拨数量,调出仓库,调入仓库\nZJDB1,2026-10-05,A,轴承,L1,15,原料仓,线边仓\n"
    file = text(tmp_path / "直接调拨单.csv", lines, "gb18030")
    assert guessed(file) == ("kingdee_cloud/transfers", "movements")
    assert reading(file).rows("document_id", "kind", "qty", "warehouse_id", "lot_id") == [
        ("ZJDB1", "transfer", "-15", "原料仓", "L1"),
        ("ZJDB1", "transfer", "15", "线边仓", "L1"),
    ]


ORDERS: list[list[Cell]] = [
    ["单据编号", "采购日期", "供应商", "单据状态", "关闭状态", "业务关闭", "物料编码", "物料名称", "采购数量", "采购单位", "库存单位", "交货日期", "累计入库数量", "剩余入库数量", "累计退料数量", "单价", "是否赠品", "备注", "备注#2"],
    ["CGDD1", "2026-09-01", "海棠五金", "已审核", "未关闭", "正常", "A", "轴承", "1,000", "个", "个", "2026-11-06", 400, 600, 0, 1.2, "否", None, None],
    [None, None, None, None, None, "业务关闭", "B", "垫片", 500, "个", "个", "2026-11-06", 500, 0, 0, 0.1, "否", None, None],
    ["CGDD2", "2026-09-03", None, "作废", "未关闭", "正常", "A", "轴承", 50, "个", "个", "2026-11-10", 0, 50, 0, 1.2, "否", None, None],
    ["CGDD3", "2026-09-04", "远山电机", "已审核", "已关闭", "正常", "C", "泵", 5, "个", "个", "2026-10-10", 5, 0, 0, 90, "否", None, None],
]  # fmt: skip


def test_orders_without_line_numbers_are_numbered_and_void_ones_are_cancelled(tmp_path: Path) -> None:
    file = workbook(tmp_path / "采购订单.xlsx", {"采购订单": ORDERS})
    assert guessed(file) == ("kingdee_cloud/purchase_orders_with_units", "purchase_orders")
    read = reading(file)
    columns = (
        "order_id",
        "line_no",
        "item_id",
        "qty",
        "ordered_on",
        "due_on",
        "supplier_id",
        "open_qty",
        "received_qty",
        "unit_price",
        "status",
    )
    assert read.rows(*columns) == [
        ("CGDD1", "1", "A", "1000", "2026-09-01", "2026-11-06", "海棠五金", "600", "400", "1.2", "open"),
        ("CGDD1", "2", "B", "500", "2026-09-01", "2026-11-06", "海棠五金", "0", "500", "0.1", "closed"),
        ("CGDD2", "1", "A", "50", "2026-09-03", "2026-11-10", None, "50", "0", "1.2", "cancelled"),
        ("CGDD3", "1", "C", "5", "2026-09-04", "2026-10-10", "远山电机", "0", "5", "90", "closed"),
    ]  # fmt: skip
    assert not read.questions


def test_orders_whose_stock_unit_is_not_named_are_read_in_the_purchase_unit(tmp_path: Path) -> None:
    rows = [[cell for place, cell in enumerate(row) if place != 10] for row in ORDERS[:2]]
    file = workbook(tmp_path / "采购订单.xlsx", {"采购订单": rows})
    assert guessed(file) == ("kingdee_cloud/purchase_orders", "purchase_orders")
    read = reading(file)
    assert read.rows("order_id", "line_no", "qty", "status") == [("CGDD1", "1", "1000", "open")]
    assert not read.questions


def test_orders_in_a_purchase_unit_of_their_own_and_drafts_are_asked(tmp_path: Path) -> None:
    draft = [*ORDERS[1]]
    draft[3], draft[9] = "审核中", "箱"
    file = workbook(tmp_path / "采购订单.xlsx", {"采购订单": [ORDERS[0], draft]})
    assert reading(file).asked == {"entry_unit": None, "code.status.审核中": "open"}
    read = reading(file, {"entry_unit": "same", "code.status.审核中": "open"})
    assert read.rows("qty", "status") == [("1000", "open")]
