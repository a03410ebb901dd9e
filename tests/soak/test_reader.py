"""The reader's fuzz for ten minutes instead of half a minute, from another beginning each time."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PRINTED
from tests.queries.lake import test_reader_fuzz as fuzz

SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))


@pytest.fixture(autouse=True)
def _ten_minutes(monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]) -> None:
    first = random.SystemRandom().randrange(1 << 30)
    monkeypatch.setattr(fuzz, "SECONDS", SECONDS)
    monkeypatch.setattr(fuzz, "FIRST_SEED", first)
    record_property(PRINTED, f"again with FUZZ_SEED={first}")


@pytest.mark.parametrize(
    "check",
    [
        fuzz.test_any_bytes_end_in_rows_or_in_words,
        fuzz.test_damaged_files_end_in_rows_or_in_words_and_a_workbook_in_its_own_rows,
        fuzz.test_what_is_written_into_a_workbook_is_read_as_it_was,
    ],
)
def test_ten_minutes_find_no_way_to_break_the_reader(check: Callable[[Path], None], tmp_path: Path) -> None:
    check(tmp_path)


def test_ten_minutes_find_no_text_that_is_read_otherwise_than_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fuzz.test_what_is_written_as_text_is_read_as_it_was(tmp_path, monkeypatch)
