"""Lakes of a few rows to ask views about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest

from queries.engine import Engine
from tests.queries.views.lakes import Row, engine_over

LakeOf = Callable[..., Engine]


@pytest.fixture
def lake_of(tmp_path: Path) -> Iterator[LakeOf]:
    """Make an Engine over rows: `lake_of(stock=[…], movements=[…], items=[…])`, as often as a test likes."""
    made: list[Engine] = []
    numbers = count(1)

    def make(**tables: Sequence[Row]) -> Engine:
        engine = engine_over(tmp_path / f"lake-{next(numbers)}", **tables)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.close()
