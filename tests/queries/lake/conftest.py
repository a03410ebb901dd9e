"""Small files to load, and a shorter way to load them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from queries.lake.load import LoadResult, Upload, load_files
from queries.lake.questions import Answers
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.queries.lake.uploads import TODAY, LoadIt, Write


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty home."""
    return Settings(home=tmp_path / "home")


@pytest.fixture
def lake(settings: Settings) -> Lake:
    """The lake of that home."""
    return Lake(settings.lake)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write text to a file of that name; its path."""

    def written(text: str | bytes, name: str = "upload.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return written


@pytest.fixture
def load_it(settings: Settings, write: Write) -> LoadIt:
    """Load one text as a table (default: stock), on a fixed day."""

    def loaded(
        text: str | bytes,
        table: str = "stock",
        *,
        constants: Mapping[str, str] | None = None,
        confirmed: bool = False,
        name: str = "upload.csv",
        answers: Mapping[str, str] | None = None,
        dry_run: bool = False,
    ) -> LoadResult:
        upload = Upload(write(text, name), table, constants=constants or {})
        return load_files(
            [upload], settings, Answers(answers or {}), confirmed=confirmed, dry_run=dry_run, today=TODAY
        )

    return loaded
