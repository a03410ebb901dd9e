"""Whatever cells a file of a known layout holds: mapping ends, and no row is lost in silence."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries.lake.contract import table
from queries.lake.mapping.layouts import TableMapping
from queries.lake.mapping.presets import preset, presets, words_of
from queries.lake.problems import SENTENCES
from queries.lake.questions import QUESTIONS
from tests.queries.lake.sheets import map_it

LAYOUTS = [
    layout
    for name in presets()
    for layout in preset(name).layouts
    if layout.table and not layout.is_refused_as(layout.table)
]
NUMBERS = [
    "0",
    "1",
    "-2",
    "3-",
    "(4)",
    "1,5",
    "1.234,50",
    "000123",
    "1E5",
    "#N/A",
    "nan",
    "101",
    "261",
    "932",
]
DAYS = ["2026-10-31", "31.10.2026", "02/03/2026", "46022", "任意时间"]
WORDS = ["合计", "小 计", "Total", "无", "S", "H", "入", "出", "供应商", "K", "not stocked"]
CODES = ["A-1", "W1", "[A] Desk", "WH/Stock", "Partners/Vendors"]
CELLS = st.sampled_from([None, "", " ", *NUMBERS, *DAYS, *WORDS, *CODES])


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: f"{each.preset}-{each.name}")
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_row_of_any_layout_is_lost(layout: TableMapping, data: st.DataObject) -> None:
    words = list(dict.fromkeys(words_of(layout)))
    chosen = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=14, unique_by=str.casefold))
    headers = [*chosen, "a stranger"]
    height = data.draw(st.integers(1, 5))
    cells = {name: data.draw(st.lists(CELLS, min_size=height, max_size=height)) for name in headers}
    result = map_it(cells, layout, layout.table, file="export 2026-10-31.csv")
    left = sum(int(str(each.facts["count"])) for each in result.problems if each.code == "rows_left_out")
    seen = {*result.mapped.frame["(row)"], *(each.row for each in result.mapped.controls)}
    totals = [each for each in result.mapped.controls if each.row in set(result.mapped.frame["(row)"])]
    assert totals == []
    assert height - len(seen) <= left + _silent_totals(result.mapped.totals, seen)
    assert set(result.mapped.frame.columns) - {"(row)"} <= {each.name for each in table(layout.table).columns}
    for problem in result.problems:
        assert problem.code in SENTENCES
        assert problem.problem
        assert problem.remedy is not None
    for question in result.questions:
        assert question.code in QUESTIONS
        assert question.question
        assert question.proposal is None or not question.choices or question.proposal in question.choices


def _silent_totals(totals: tuple[int, ...], seen: set[int]) -> int:
    return len(set(totals) - seen)
