"""Every mart, worked out again and again from nothing: the same bytes for the same link."""

from __future__ import annotations

import shutil
from pathlib import Path

from queries.settings import Settings
from queries.views import views
from tests.queries.decisions.test_same_numbers import PINNED, change_everything, files_of, settings

__all__ = ["settings"]

MARTS = sorted(name for name in views() if name.startswith("mart_"))
TIMES = 5


def test_every_mart_says_the_same_whenever_it_is_worked_out(settings: Settings, tmp_path: Path) -> None:
    before = files_of(settings, PINNED, MARTS, tmp_path / "rows.csv")
    change_everything(settings, tmp_path)
    for _ in range(TIMES):
        shutil.rmtree(settings.facts)
        after = files_of(settings, PINNED, MARTS, tmp_path / "rows.csv")
        assert [mart for mart in MARTS if after[mart] != before[mart]] == []
