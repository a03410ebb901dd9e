"""The checksums some programs give each page of a Parquet file: who reads without them reads a turned bit."""

from __future__ import annotations

import contextlib
from pathlib import Path

import duckdb

_INTEGER = 0x15
"""How Thrift begins a field of a page's header that is an integer, one after the last."""


def are_wrong(path: Path, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a page differs from its checksum; never so where the file's writer gave none."""
    if not _has_checksums(path, connection):
        return False
    import pyarrow as pa  # slow to start, and few files have checksums
    import pyarrow.parquet as pq

    with (
        contextlib.suppress(pa.ArrowException),
        pq.ParquetFile(path, page_checksum_verification=True) as file,
    ):
        for group in range(file.num_row_groups):
            for column in range(file.metadata.num_columns):
                name = file.metadata.row_group(group).column(column).path_in_schema
                try:
                    file.read_row_group(group, [name], use_threads=False)
                except OSError:
                    return True
    return False


def _has_checksums(path: Path, connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the header of the first page has a fourth field: type, two sizes, checksum."""
    pages = connection.table_function("parquet_metadata", [str(path)])
    first = pages.select("dictionary_page_offset", "data_page_offset").limit(1).fetchone()
    offset = next((each for each in first or () if each), None)
    if offset is None:
        return False
    with path.open("rb") as stream:
        stream.seek(offset)
        header = stream.read(64)
    place = 0
    for _ in range(3):
        if header[place : place + 1] != bytes([_INTEGER]):
            return False
        place += 1
        while place < len(header) and header[place] & 0x80:
            place += 1
        place += 1
    return header[place : place + 1] == bytes([_INTEGER])
