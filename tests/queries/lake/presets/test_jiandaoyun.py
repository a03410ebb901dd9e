"""简道云: forms of anybody's making; ordinary words are found, others are named once, and who sent it is dropped."""

# Rows of a file stand on one line each.
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

import pytest

from queries.lake.contract import table
from queries.lake.mapping.presets import known_words
from queries.lake.mapping.recognise import doubts, recognise
from queries.lake.mapping.rows import map_sheet
from queries.lake.mapping.saved import mapping_named, save_mapping
from queries.lake.reading.read import outline, read
from queries.settings import Settings
from tests.queries.lake.presets.recognised import Rows, guessed, reading, text, workbook

COLUMNS = ("posted_on", "document_id", "item_id", "lot_id", "kind", "qty", "warehouse_id")
FORM: Rows = [
    ["流水号", "入库日期", "仓库", "备注", "提交人", "入库明细", None, None, None, "提交时间"],
    [None, None, None, None, None, "物料编码", "批次", "入库数量", "备注", None],
    ["RK0001", "2026-10-02", "原料仓", None, "甲", "0001", "L1", 100, None, "2026-10-02 09:00:00"],
    [None, None, None, None, None, "0002", None, 5, "破损", None],
    ["RK0002", "2026-10-03", None, "补", "乙", "0001", "L2", 7, None, "2026-10-03 09:00:00"],
]
OWN_FIELDS = (0, 1, 2, 3, 4, 9)
MERGES = [(0, 5, 0, 8), *((top, column, top + 1, column) for top in (0, 2) for column in OWN_FIELDS)]


@pytest.fixture
def form(tmp_path: Path) -> Path:
    """An exported form with a sub-form, its own fields merged over the sub-form's lines."""
    return workbook(tmp_path / "入库单.xlsx", {"入库单": FORM}, MERGES)


def test_a_sub_forms_fields_are_named_by_both_header_rows(form: Path) -> None:
    (sheet,) = outline(form, known_words()).filled
    assert sheet.headers == (
        "流水号", "入库日期", "仓库", "备注", "提交人",
        "入库明细-物料编码", "入库明细-批次", "入库明细-入库数量", "入库明细-备注", "提交时间",
    )  # fmt: skip


def test_a_form_is_read_by_its_fields_last_names_and_its_merged_cells_are_filled(form: Path) -> None:
    assert guessed(form) == ("jiandaoyun/lines", "movements")
    assert reading(form).asked == {"value.kind": None}
    read = reading(form, {"value.kind": "receipt"})
    assert read.rows(*COLUMNS) == [
        ("2026-10-02", "RK0001", "0001", "L1", "receipt", "100", "原料仓"),
        ("2026-10-02", "RK0001", "0002", None, "receipt", "5", "原料仓"),
        ("2026-10-03", "RK0002", "0001", "L2", "receipt", "7", None),
    ]
    assert not read.problems
    assert read.mapped.personal == ("提交人",)
    assert reading(form, {"value.kind": "scrap"}).rows("qty") == [("-100",), ("-5",), ("-7",)]


def test_a_field_in_one_header_row_may_be_parted_by_a_point(tmp_path: Path) -> None:
    lines = "单据编号,日期,类型,提交人,提交时间,明细.物料编码,明细.数量\nA1,2026-10-02,领料,甲,2026-10-02 09:00,0001,3\nA2,2026-10-02,借用,甲,2026-10-02 09:00,0001,1\n"
    file = text(tmp_path / "领料单.csv", lines)
    assert guessed(file) == ("jiandaoyun/lines", "movements")
    assert reading(file).asked == {"code.kind.借用": None}
    read = reading(file, {"code.kind.借用": "leave_out"})
    assert read.rows("document_id", "item_id", "kind", "qty") == [("A1", "0001", "production_out", "-3")]


def test_a_count_form_is_a_count(tmp_path: Path) -> None:
    lines = "盘点日期,仓库,提交人,提交时间,明细.物料编码,明细.账面数量,明细.实盘数量\n2026-10-31,原料仓,甲,2026-10-31 09:00,0001,10,9\n"
    file = text(tmp_path / "盘点单.csv", lines)
    assert guessed(file) == ("jiandaoyun/counts", "counts")
    assert reading(file).rows("counted_on", "item_id", "warehouse_id", "counted_qty") == [
        ("2026-10-31", "0001", "原料仓", "9")
    ]


def test_fields_called_otherwise_are_named_once_and_saved(tmp_path: Path) -> None:
    own: Rows = [
        ["表单号", "到货日", "存放点", *FORM[0][3:]],
        [*FORM[1][:5], "件号", "炉号", "件数", "备注", None],
    ]
    form = workbook(tmp_path / "到货单.xlsx", {"到货单": [*own, *FORM[2:]]}, MERGES)
    settings = Settings(home=tmp_path / "home")
    (sheet,) = outline(form, known_words()).filled
    unnamed = recognise(sheet.headers, sheet.samples)
    assert (unnamed[0].mapping, [each.key for each in doubts(unnamed)]) == ("jiandaoyun", ["table"])
    headers = {
        "posted_on": "到货日", "document_id": "表单号", "warehouse_id": "存放点",
        "item_id": "入库明细-件号", "lot_id": "入库明细-炉号", "qty": "入库明细-件数",
    }  # fmt: skip
    assert set(headers.values()) <= set(sheet.headers)
    save_mapping(
        settings, "到货单", table_name="movements", based_on="jiandaoyun", headers=headers,
        values={"kind": "receipt"}, seen=sheet.headers,
    )  # fmt: skip

    guesses = recognise(sheet.headers, sheet.samples, settings)
    assert not doubts(guesses)
    assert (guesses[0].mapping, guesses[0].table) == ("到货单", "movements")
    (layout,) = mapping_named("到货单", settings).layouts
    mapped, problems, questions = map_sheet(read(form, known=known_words()), table("movements"), layout)
    assert (problems, questions) == ([], [])
    assert mapped.frame.select("document_id", "item_id", "warehouse_id").rows() == [
        ("RK0001", "0001", "原料仓"),
        ("RK0001", "0002", "原料仓"),
        ("RK0002", "0001", None),
    ]
    assert mapped.personal == ("提交人",)
