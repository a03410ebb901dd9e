"""Files of kept facts: written aside and renamed, known by their sha256, the oldest let go."""

from __future__ import annotations

import shutil
from pathlib import Path
from uuid import uuid4

from duckdb import DuckDBPyConnection, DuckDBPyRelation
from duckdb.sqltypes import DuckDBPyType

from queries.lake.versions import sha256_of

TABLE = "fact"
"""The one table of a fact that is kept as a DuckDB file."""

_KEPT_BYTES = 20 * 2**30
"""Kept facts beyond this many bytes go, least recently used first."""


def literal(value: object) -> str:
    """A value as SQL writes it."""
    return "'" + str(value).replace("'", "''") + "'"


def is_whole(path: Path) -> bool:
    """Whether a kept fact is there with the bytes it was written with; a damaged one is computed again."""
    try:
        return path.with_suffix(".sha256").read_text().strip() == sha256_of(path)
    except FileNotFoundError:
        return False


def write_aside(builder: DuckDBPyConnection, sql: str, path: Path) -> None:
    """Write what the query gives as Parquet or as a DuckDB file, whole or not at all."""
    aside = path.parent.with_name(f"{path.parent.name}.{uuid4().hex}")
    aside.mkdir(parents=True)
    try:
        fresh = aside / path.name
        if path.suffix == ".duckdb":
            _write_table(builder, builder.sql(sql), fresh)
        else:
            form = "format parquet, compression zstd, row_group_size 122_880"
            builder.execute(f"copy ({sql}\n) to {literal(str(fresh))} ({form})")
        path.parent.mkdir(exist_ok=True)
        digest = sha256_of(fresh)
        fresh.replace(path)
        mark = aside / "mark"
        mark.write_text(digest)
        mark.replace(path.with_suffix(".sha256"))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write_table(builder: DuckDBPyConnection, relation: DuckDBPyRelation, path: Path) -> None:
    """As a DuckDB file; wide decimals as they are, for unpacking them takes longer than reading them."""
    columns = ", ".join(
        f"{name} {kind}{' using compression uncompressed' if _is_wide(kind) else ''}"
        for name, kind in zip(relation.columns, relation.types, strict=True)
    )
    builder.execute(f"attach {literal(path)} as aside")
    builder.execute(f"create table aside.{TABLE} ({columns})")
    relation.insert_into(f"aside.{TABLE}")
    builder.execute("detach aside")


def _is_wide(kind: DuckDBPyType) -> bool:
    return kind.id == "decimal" and int(str(dict(kind.children)["precision"])) > 18


def drop_oldest(folder: Path) -> None:
    """Let the facts go that were used least lately, where all together are too large."""
    kept = (key for key in folder.iterdir() if key.is_dir() and not key.name.startswith("."))
    total = 0
    for place, (_, size, key) in enumerate(sorted(((*_used_and_size(k), k) for k in kept), reverse=True)):
        total += size
        if place and total > _KEPT_BYTES:
            shutil.rmtree(key, ignore_errors=True)


def _used_and_size(key: Path) -> tuple[float, int]:
    """When the facts of a key were last used, and their bytes; nothing where another just took them away."""
    try:
        return key.stat().st_mtime, sum(file.stat().st_size for file in key.iterdir())
    except FileNotFoundError:
        return 0.0, 0
