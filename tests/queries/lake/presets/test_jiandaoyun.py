"""简道云: no preset, because its fields are the maker's own; a mapping saved once reads its exports from then on."""

# Rows of a file stand on one line each.
# ruff: noqa: E501

from __future__ import annotations

from pathlib import Path

import pytest

from queries.lake.contract import table
from queries.lake.mapping import map_sheet
from queries.lake.presets import known_words
from queries.lake.read import outline, read
from queries.lake.recognise import doubts, recognise
from queries.lake.saved import mapping_named, save_mapping
from queries.settings import Settings
from tests.queries.lake.presets.recognised import Rows, workbook

FORM: Rows = [
    ["流水号", "入库日期", "仓库", "备注", "提交人", "入库明细", None, None, None, "提交时间"],
    [None, None, None, None, None, "物料编码", "批次", "入库数量", "备注", None],
    ["RK0001", "2026-10-02", "原料仓", None, "甲", "0001", "L1", 100, None, "2026-10-02 09:00:00"],
    [None, None, None, None, None, "0002", None, 5, "破损", None],
    ["RK0002", "2026-10-03", None, "补", "乙", "0001", "L2", 7, None, "2026-10-03 09:00:00"],
]
OWN_FIELDS = (0, 1, 2, 3, 4, 9)
MERGES = [(0, 5, 0, 8), *((top, column, top + 1, column) for top in (0, 2) for column in OWN_FIELDS)]
HEADERS = {
    "posted_on": "入库日期",
    "document_id": "流水号",
    "item_id": "入库明细-物料编码",
    "lot_id": "入库明细-批次",
    "qty": "入库明细-入库数量",
    "warehouse_id": "仓库",
}


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
    assert doubts(recognise(sheet.headers, sheet.samples))


def test_a_saved_mapping_reads_the_form_again_and_drops_who_sent_it(form: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    (sheet,) = outline(form, known_words()).filled
    save_mapping(
        settings, "入库单", table_name="movements", based_on="generic", headers=HEADERS,
        values={"kind": "receipt"}, seen=sheet.headers,
    )  # fmt: skip
    saved = settings.home / "mappings" / "入库单.toml"
    said = saved.read_text(encoding="utf-8")
    saved.write_text(said + 'fill_down = ["流水号", "入库日期", "仓库"]\n', encoding="utf-8")

    guesses = recognise(sheet.headers, sheet.samples, settings)
    assert not doubts(guesses)
    assert (guesses[0].mapping, guesses[0].table) == ("入库单", "movements")
    (layout,) = mapping_named("入库单", settings).layouts
    mapped, problems, questions = map_sheet(read(form, known=known_words()), table("movements"), layout)
    assert (problems, questions) == ([], [])
    columns = ("posted_on", "document_id", "item_id", "lot_id", "kind", "qty", "warehouse_id")
    assert mapped.frame.select(columns).rows() == [
        ("2026-10-02", "RK0001", "0001", "L1", "receipt", "100", "原料仓"),
        ("2026-10-02", "RK0001", "0002", None, "receipt", "5", "原料仓"),
        ("2026-10-03", "RK0002", "0001", "L2", "receipt", "7", None),
    ]
    assert mapped.personal == ("提交人",)
