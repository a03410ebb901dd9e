"""Whether day or month comes first is read off the whole column, or asked."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.lake.cells.dates import Choice, decide, orders_of, read_dates


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2026-10-31"], Choice("dmy")),
        (["03/04/2026"], Choice(None)),
        (["3-4-2026 11:15"], Choice(None)),
        (["05/05/2026"], Choice("dmy")),
        (["31/12/2026", "03/04/2026"], Choice("dmy")),
        (["12/31/2026", "03/04/2026"], Choice("mdy")),
        (["12/31/2026", "31/12/2026"], Choice(None)),
        (["03.04.2026"], Choice("dmy")),
        (["12.31.2026"], Choice("mdy")),
    ],
)
def test_the_column_decides_or_is_asked(cells: list[str], expected: Choice) -> None:
    assert decide(orders_of(pl.Series(cells)), None, None) == expected


def test_what_another_column_proves_is_only_proposed() -> None:
    assert decide(orders_of(pl.Series(["03/04/2026"])), None, "mdy") == Choice(None, "mdy")
    assert decide(orders_of(pl.Series(["03/04/2026"])), "dmy", "mdy") == Choice("dmy")


def test_serials_are_days_of_either_system() -> None:
    assert read_dates(["46326"], "dmy").row(0) == ("46326", date(2026, 10, 31), None, "serial_1900")
    assert read_dates(["44864"], "dmy", is_1904=True).row(0) == (
        "44864",
        date(2026, 10, 31),
        None,
        "serial_1904",
    )


@pytest.mark.parametrize("cell", ["1900-01-00", "1900-01-00 00:00:00", "1/0/1900", "00/01/1900", "0"])
def test_the_day_before_the_first_is_named(cell: str) -> None:
    assert read_dates([cell], "dmy")["wrong"].to_list() == ["zero_date"]


@given(st.dates(date(1900, 1, 2), date(2199, 12, 31)))
def test_every_day_survives_in_every_spelling(day: date) -> None:
    for order, pattern in (
        ("dmy", "%d/%m/%Y"),
        ("mdy", "%m/%d/%Y"),
        ("dmy", "%d.%m.%Y"),
        ("dmy", "%Y/%m/%d"),
    ):
        (read,) = read_dates([day.strftime(pattern)], order)["date"].to_list()  # type: ignore[arg-type]
        assert read == day
