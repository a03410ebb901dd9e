"""A DuckDB for one file: no extensions, little memory, and what does not fit it beside the file's rows."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
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


@contextmanager
def watched(connection: duckdb.DuckDBPyConnection, told: Callable[[float], None]) -> Iterator[None]:
    """Tell how far the connection's query has come, from 0 to 1, a few times a second."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            share = connection.query_progress()
            if share > 0:
                told(min(share / 100, 1.0))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
