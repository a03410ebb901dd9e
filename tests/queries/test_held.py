"""Held tables: made once for many readers, let go oldest first, never under a reader."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest
from duckdb import DuckDBPyConnection

from queries.held import Held


@pytest.fixture
def root() -> Iterator[DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def tables(root: DuckDBPyConnection) -> set[str]:
    return {row[0] for row in root.execute("select table_name from duckdb_tables()").fetchall()}


def hold(held: Held, root: DuckDBPyConnection, key: str, rows: int) -> None:
    with held.table(key, lambda name: made(root, name, rows)):
        pass


def made(root: DuckDBPyConnection, name: str, rows: int) -> None:
    with root.cursor() as cursor:
        cursor.execute(f"create table {name} as from range({rows})")


def test_sixty_readers_at_once_share_the_table_that_one_of_them_makes(root: DuckDBPyConnection) -> None:
    held, times, together = Held(root), [], threading.Barrier(60)

    def make(name: str) -> None:
        times.append(name)
        made(root, name, 7)

    def read(_: int) -> int:
        together.wait()
        with held.table("a", make) as name, root.cursor() as cursor:
            return len(cursor.table(name))

    with ThreadPoolExecutor(60) as pool:
        assert set(pool.map(read, range(60))) == {7}
    assert times == ["held_a"]


def test_the_tables_asked_for_longest_ago_go_when_all_are_too_many_rows(root: DuckDBPyConnection) -> None:
    held = Held(root, rows=10)
    for key in ("a", "b", "a", "c"):
        hold(held, root, key, 4)
    assert tables(root) == {"held_a", "held_c"}
    hold(held, root, "d", 11)
    assert tables(root) == {"held_d"}


def test_a_table_stays_while_it_is_read(root: DuckDBPyConnection) -> None:
    held = Held(root, rows=5)
    with held.table("a", lambda name: made(root, name, 4)) as name:
        hold(held, root, "b", 4)
        assert len(root.table(name)) == 4
    hold(held, root, "c", 4)
    assert tables(root) == {"held_c"}


def test_a_table_that_could_not_be_made_is_tried_again(root: DuckDBPyConnection) -> None:
    held = Held(root)

    def fail(name: str) -> None:
        raise duckdb.OutOfMemoryException(name)

    with pytest.raises(duckdb.OutOfMemoryException), held.table("a", fail):
        pass
    hold(held, root, "a", 3)
    assert tables(root) == {"held_a"}
