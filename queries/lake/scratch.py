"""A DuckDB for one file: no extensions, little memory, and what does not fit it beside the file's rows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY = "1GB"
"""Well below what a reader's process may take, so that DuckDB spills before it is stopped."""


@contextmanager
def scratch(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that spills into `folder`, counts its progress and shows none."""
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(folder),
            "memory_limit": MEMORY,
            "threads": min(4, os.cpu_count() or 1),
        }
    )
    try:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute("set enable_progress_bar = true")
        connection.execute("set enable_progress_bar_print = false")
        yield connection
    finally:
        connection.close()
