"""The mark before the decimals is read off the whole column, or asked."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.lake.cells.numbers import Choice, Marks, decide, marks_of, read_numbers

POINT, COMMA = Choice("point"), Choice("comma")
ASK, PROPOSE_COMMA = Choice(None), Choice(None, "comma")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["12.5", "3"], POINT),
        (["1.234"], POINT),
        (["1,234", "5"], POINT),
        (["1,234,567"], POINT),
        (["1,234.5"], POINT),
        (["12.5", "1,25"], POINT),
        (["1.000,000"], COMMA),
        (["1.000.000"], COMMA),
        (["1.000", "2,5", "1.000,5"], COMMA),
        (["1,25"], PROPOSE_COMMA),
        (["0,500"], PROPOSE_COMMA),
        (["1234,567"], PROPOSE_COMMA),
        (["1,234", "1,2"], PROPOSE_COMMA),
        (["1,234", "1.234"], ASK),
        (["1,234.5", "1.234,5"], ASK),
        (["¥1.234,50"], COMMA),
        (["(1.234,50)", "1.234,50-"], COMMA),
        (["one, two", "3"], POINT),
    ],
)
def test_the_column_decides_or_is_asked(cells: list[str], expected: Choice) -> None:
    assert decide(marks_of(pl.Series(cells)), None, has_commas=False) == expected


def test_a_column_of_points_is_asked_beside_columns_of_commas() -> None:
    beside = marks_of(pl.Series(["1.000", "2.500"]), look_at_points=True)
    assert decide(beside, None, has_commas=True) == PROPOSE_COMMA
    assert decide(beside, "comma", has_commas=True) == COMMA
    assert decide(marks_of(pl.Series(["12.5"]), look_at_points=True), None, has_commas=True) == POINT


def test_a_comma_that_parts_no_thousands_is_believed_beside_a_column_that_proves_it() -> None:
    likely = marks_of(pl.Series(["2,50", "3,5"]))
    assert decide(likely, None, has_commas=True) == PROPOSE_COMMA
    assert decide(likely, None, has_commas=True, is_proved=True) == COMMA


def test_an_answer_does_not_overrule_what_the_cells_prove() -> None:
    assert decide(Marks(comma=True), "point", has_commas=False) == COMMA
    assert decide(Marks(point=True, only_comma=True), "comma", has_commas=False) == POINT


def test_numbers_are_read_with_the_mark_of_their_column() -> None:
    cells = ["1.000,000", "12,5", "1.234", "7"]
    assert read_numbers(cells, "comma", 4)["number"].to_list() == ["1000.000", "12.5", "1234", "7"]
    assert read_numbers(["1,25", "12.34,5", "1,2,3"], "point", 4)["wrong"].to_list() == ["decimal_comma"] * 3
    assert read_numbers(["12.5"], "comma", 4)["wrong"].to_list() == ["decimal_comma"]


@given(st.decimals(-(10**13), 10**13, places=4, allow_nan=False))
def test_a_number_written_with_either_mark_is_the_same_number(number: Decimal) -> None:
    english = f"{number:,}"
    german = english.translate(str.maketrans(",.", ".,"))
    for text, mark in ((english, "point"), (german, "comma")):
        (read,) = read_numbers([text], mark, 4)["number"].to_list()  # type: ignore[arg-type]
        assert Decimal(read) == number
