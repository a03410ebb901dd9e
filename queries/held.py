"""Tables in memory that many questions of one policy read: made once, let go when they are too many."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from duckdb import DuckDBPyConnection

_ROWS = 12_000_000
_TABLES = 64


class Held:
    """The held tables of one engine, by key: at most `rows` or `tables`, always the newest one."""

    def __init__(self, root: DuckDBPyConnection, rows: int = _ROWS, tables: int = _TABLES) -> None:
        self._root = root
        self._most = rows
        self._most_tables = tables
        self._rows: dict[str, int] = {}
        self._readers: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._making: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def table(self, key: str, make: Callable[[str], None]) -> Iterator[str]:
        """That key's table, by name; `make` creates it where it is not there. It stays until leaving."""
        name = f"held_{key}"
        with self._lock:
            self._readers[key] += 1
            making = self._making[key]
        try:
            with making:
                if key not in self._rows:
                    make(name)
                    rows = self._count(name)
                    with self._lock:
                        self._rows[key] = rows
            with self._lock:
                self._rows[key] = self._rows.pop(key)
                self._let_go()
            yield name
        finally:
            with self._lock:
                self._readers[key] -= 1

    def _count(self, name: str) -> int:
        with self._root.cursor() as cursor:
            return int(cursor.table(name).count("*").fetchall()[0][0])

    def _let_go(self) -> None:
        """Drop what was asked for longest ago and is not being read, as long as all together are too much."""
        for key in list(self._rows)[:-1]:
            if sum(self._rows.values()) <= self._most and len(self._rows) <= self._most_tables:
                return
            if not self._readers[key]:
                with self._root.cursor() as cursor:
                    cursor.execute(f"drop table held_{key}")
                del self._rows[key], self._readers[key], self._making[key]
