"""The long form of what `make test` tries briefly: many kills, and many readers for a long while."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import PRINTED
from tests.queries.lake.test_kills import random_kills
from tests.queries.lake.test_many_processes import READERS, read_while_loading
from tests.queries.lake.writers import writers

KILLS = int(os.environ.get("SOAK_KILLS", "300"))
SECONDS = float(os.environ.get("SOAK_SECONDS", "600"))


@pytest.mark.parametrize("seed", range(3))
def test_hundreds_of_kills_lose_nothing(tmp_path: Path, seed: int) -> None:
    """Three homes, so that their histories stay of a length worth reading back."""
    with writers() as crew:
        random_kills(crew, tmp_path / "home", KILLS // 3, seed)


def test_four_readers_and_a_loader_for_ten_minutes(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    made, pages, late = read_while_loading(tmp_path / "home", SECONDS, pause=1.0)
    assert pages >= 2 * READERS
    record_property(PRINTED, f"{made} data versions, {pages} pages, seen everywhere within {late:.1f} s")
