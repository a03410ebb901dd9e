"""A lake of Parquet files in one folder, `<table>.parquet`, for an Engine; no Delta, one data version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from queries.engine import Engine
from queries.lake.versions import DataVersion, Lake
from queries.settings import Settings


class FilesLake:
    """Stands in for a Lake over files that are there already."""

    def __init__(self, folder: Path) -> None:
        self.url = str(folder)
        self._files = {path.stem: str(path) for path in sorted(folder.glob("*.parquet"))}
        self.version = DataVersion(
            1, "load-1", datetime(2026, 1, 1, tzinfo=UTC), "bench", dict.fromkeys(self._files, 1)
        )

    def files(self, version: DataVersion, name: str) -> list[str]:
        """The table's file, if there is one."""
        return [self._files[name]] if name in version.tables else []

    def verify_files(self, version: DataVersion, tables: Iterable[str] | None = None) -> None:
        """Nothing here was committed, so nothing can have changed since."""


def engine_over(folder: Path, home: Path, memory_limit: str = "4GB") -> Engine:
    """An Engine over the files of `folder`, its facts kept in `home`."""
    lake = FilesLake(folder)
    settings = Settings(home=home, memory_limit=memory_limit)
    return Engine(settings, cast(Lake, lake), lake.version)
