"""Headers in Chinese and English find their column; presets fill what a file does not say."""

from __future__ import annotations

import re

import polars as pl
import pytest

from queries.lake.contract import TABLES, Table, table
from queries.lake.layouts import Header, Joined, LeaveOut, Part, TableMapping
from queries.lake.mapping import GENERIC, map_columns, preset, presets
from queries.lake.problems import ROW, Problem
from queries.lake.words import normal

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def mapped(
    cells: dict[str, list[str | None]],
    name: str = "stock",
    mapping: TableMapping | None = None,
    constants: dict[str, str] | None = None,
) -> tuple[dict[str, list[object]], list[Problem]]:
    """The mapped columns and the problems, for a file of these cells."""
    frame = pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String)).with_row_index(ROW, offset=2)
    result, problems = map_columns(frame, table(name), mapping or preset().tables[name], constants or {})
    return result.frame.drop(ROW).to_dict(as_series=False), problems


FILLED = {"snapshot_on": "2026-10-31", "item_id": "A", "warehouse_id": "W1", "qty": "1"}


@pytest.mark.parametrize("each", TABLES, ids=lambda each: each.name)
def test_every_column_is_found_by_its_own_name_a_chinese_and_an_english_word(each: Table) -> None:
    headers = preset().tables[each.name].headers
    for column in each.columns:
        words = [word for rank in headers[column.name] for word in rank]
        assert any(CHINESE.search(word) for word in words), column.name
        assert any(word.isascii() for word in words), column.name
        for word in (column.name, column.name.upper().replace("_", " "), *words):
            others = {name: ["x"] for name in each.required if name != column.name}
            cells, problems = mapped({**others, word: ["q"]}, each.name)
            assert not [p for p in problems if p.code == "missing_column"], word
            assert cells[column.name] == ["q"], word


@pytest.mark.parametrize("name", presets())
def test_presets_name_only_columns_and_codes_of_the_contract(name: str) -> None:
    for table_name, mapping in preset(name).tables.items():
        contract = table(table_name)
        columns = {column.name: column for column in contract.columns}
        named = {*mapping.headers, *mapping.joined, *mapping.constants, *mapping.values}
        assert named <= set(columns)
        for column, codes in mapping.values.items():
            choices = columns[column].choices
            if choices and name != GENERIC:
                assert set(codes.values()) <= {*choices, ""}


def test_codes_of_the_generic_preset_belong_to_some_table() -> None:
    for column in ("status", "kind", "material_type"):
        choices = {c for each in TABLES for own in each.columns if own.name == column for c in own.choices}
        said = {v for m in preset().tables.values() for v in m.values.get(column, {}).values()}
        assert said <= choices


def test_an_unknown_preset_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        preset("../secrets")


def test_words_are_compared_without_case_width_spaces_and_marks() -> None:
    assert normal(" Ｉｔｅｍ_ID ") == normal("item-id") == normal("Item Id.")


def test_cells_are_trimmed_and_empty_ones_are_nothing() -> None:
    cells, _ = mapped({**{k: [v] for k, v in FILLED.items()}, "lot_id": ["  \u3000"], "bin": [" A 1 "]})
    assert (cells["lot_id"], cells["bin"]) == ([None], ["A 1"])


def test_a_column_nobody_asked_for_is_left_out() -> None:
    cells, problems = mapped({**{k: [v] for k, v in FILLED.items()}, "制单人": ["x"]})
    assert list(cells) == list(FILLED)
    assert not problems


def test_a_missing_required_column_says_what_was_found_and_what_would_do() -> None:
    _, problems = mapped({"料号": ["A"], "仓库": ["W1"], "日期": ["2026-10-31"]})
    assert [(p.code, p.column) for p in problems] == [("missing_column", "qty")]
    assert "料号, 仓库, 日期" in problems[0].problem
    assert "数量" in problems[0].remedy
    assert "--set qty=" in problems[0].remedy


def test_two_headers_of_equal_rank_are_refused_and_the_own_name_settles_it() -> None:
    cells = {"料号": ["A"], "仓库": ["W1"], "日期": ["2026-10-31"], "数量": ["1"], "现存数量": ["2"]}
    assert [(p.code, p.facts["headers"]) for p in mapped(cells)[1]] == [
        ("ambiguous_header", "数量, 现存数量")
    ]
    assert mapped({**cells, "qty": ["3"]})[0]["qty"] == ["3"]


def test_a_better_word_wins_over_a_vaguer_one() -> None:
    cells = {k: [v] for k, v in FILLED.items() if k != "warehouse_id"}
    found, _ = mapped({**cells, "仓库名称": ["Suzhou"], "仓库编码": ["W1"]})
    assert found["warehouse_id"] == ["W1"]


def test_constants_win_over_cells() -> None:
    cells, _ = mapped({k: [v] for k, v in FILLED.items()}, constants={"warehouse_id": "W9"})
    assert cells["warehouse_id"] == ["W9"]


def test_joined_columns_codes_and_rows_left_out() -> None:
    mapping = TableMapping(
        headers={"item_id": (("Part",),)},
        joined={"bin": Joined((Part(Header((("Shelf",),))), Part(Header((("Bin",),)))), "-")},
        constants={"warehouse_id": "W1", "snapshot_on": "2026-10-31", "qty": "1"},
        values={"status": {"U": "available", "?": ""}},
        leave_out=(LeaveOut(Header(column="item_id"), is_empty=True),),
    )
    cells, problems = mapped(
        {
            "part": ["A", "B", None],
            "shelf": ["S", None, "S"],
            "bin": ["1", "2", "3"],
            "status": [" u ", "?", "U"],
        },
        mapping=mapping,
    )
    assert not problems
    assert cells["item_id"] == ["A", "B"]
    assert cells["bin"] == ["S-1", "2"]
    assert cells["status"] == ["available", None]


def test_a_count_file_needs_no_quantity_beside_the_counted_one() -> None:
    filled: dict[str, list[str | None]] = {
        "posted_on": ["2026-10-01"], "document_id": ["C"], "item_id": ["A"], "kind": ["count"]
    }  # fmt: skip
    assert [p.column for p in mapped(filled, "movements")[1]] == ["qty"]
    assert mapped({**filled, "counted_qty": ["3"]}, "movements")[1] == []
