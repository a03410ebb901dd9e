"""The catalogue of uploads, case by case: how each must end, what is said of it, and what is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.queries.lake import cases_of_cells, cases_of_files, cases_of_loads
from tests.queries.lake.catalogue import Check, Desk

LOGINS = "comes with logins: there is no user whose warehouses or pace could be limited"
LATER = {"case-73-rows-of-other-peoples-warehouses": LOGINS, "case-81-too-many-uploads-a-minute": LOGINS}
CHECKS: dict[str, Check] = {
    **{each.id: each.check for each in (*cases_of_cells.CASES, *cases_of_files.CASES)},
    **cases_of_loads.CHECKS,
}
CASES = [
    *(pytest.param(check, id=name) for name, check in CHECKS.items()),
    *(pytest.param(None, id=name, marks=pytest.mark.skip(reason)) for name, reason in LATER.items()),
]


@pytest.mark.parametrize("check", sorted(CASES, key=lambda each: str(each.id)))
def test_an_upload_ends_as_the_catalogue_says(check: Check, tmp_path: Path) -> None:
    check(Desk(tmp_path))


def test_every_case_of_the_catalogue_is_here() -> None:
    assert {int(name.split("-")[1]) for name in (*CHECKS, *LATER)} == set(range(1, 82))
