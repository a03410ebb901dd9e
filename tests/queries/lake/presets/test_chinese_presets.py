"""The presets of Chinese systems say where their words come from, and which of them nobody has read."""

from __future__ import annotations

import pytest

from queries.lake.mapping.layouts import TableMapping
from queries.lake.mapping.presets import preset, words_of
from queries.lake.words import normals

NAMES = (
    "chinese_workbooks", "grasp", "jiandaoyun", "jushuitan", "kingdee_cloud", "kingdee_k3", "taiwan",
    "wangdiantong",
    "yonyou_nc", "yonyou_u8", "yonyou_yonbip",
)  # fmt: skip
LAYOUTS = [layout for name in NAMES for layout in preset(name).layouts]


@pytest.mark.parametrize("name", NAMES)
def test_a_preset_names_its_sources_and_both_its_names(name: str) -> None:
    found = preset(name)
    assert found.seen_in
    assert found.title[0].isascii()
    assert not found.title[1].isascii()


@pytest.mark.parametrize("name", NAMES)
def test_no_preset_claims_a_real_file(name: str) -> None:
    assert not preset(name).tried_on_real_file


@pytest.mark.parametrize(
    "layout",
    [each for each in LAYOUTS if each.table == "stock"],
    ids=lambda each: f"{each.preset}-{each.name}",
)
def test_no_stock_list_is_given_a_day_or_a_receipt_it_does_not_name(layout: TableMapping) -> None:
    assert "snapshot_on" in layout.asked
    assert not {"snapshot_on", "received_on"} & {*layout.headers, *layout.joined, *layout.constants}


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: f"{each.preset}-{each.name}")
def test_a_layout_says_what_it_rests_on(layout: TableMapping) -> None:
    assert layout.basis in ("documented", "best knowledge")
    said = set(words_of(layout))
    said |= {word for codes in layout.codes for word in (*codes.of, *codes.reversed_by)}
    said |= {word for codes in layout.values.values() for word in codes}
    said |= {word for rule in layout.leave_out for word in rule.words}
    assert normals(layout.best_knowledge) <= normals(said)
