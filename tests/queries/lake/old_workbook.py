"""Workbooks as Excel 97 to 2003 wrote them (.xls), made by hand: no program we have writes them any more."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

SECTOR = 512
FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
ERRORS = {"#DIV/0!": 0x07, "#N/A": 0x2A, "#REF!": 0x17}
DAY = 14
"""The number of Excel's own date format."""

Cell = str | float | bool | None


class Day(float):
    """A number shown as a date."""


def write_xls(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Cell]]],
    *,
    hidden: Sequence[str] = (),
    merged: Sequence[tuple[int, int, int, int]] = (),
    is_1904: bool = False,
    stream: str = "Workbook",
) -> Path:
    """A workbook; `merged` are first and last row, first and last column in every sheet, from 0."""
    bodies = [_sheet(rows, merged) for rows in sheets.values()]
    placed = 0
    for _ in range(2):
        start = _globals(list(sheets), hidden, is_1904, [placed] * len(bodies))
        offsets = [len(start) + sum(map(len, bodies[:number])) for number in range(len(bodies))]
        start = _globals(list(sheets), hidden, is_1904, offsets)
    path.write_bytes(_compound(start + b"".join(bodies), stream))
    return path


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _globals(names: Sequence[str], hidden: Sequence[str], is_1904: bool, offsets: Sequence[int]) -> bytes:
    records = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    records += _record(0x0022, struct.pack("<H", is_1904))
    for form in (0, DAY):
        records += _record(0x00E0, struct.pack("<HHH", 0, form, 0) + b"\0" * 14)
    for name, offset in zip(names, offsets, strict=True):
        text = name.encode("utf-16-le")
        state = 1 if name in hidden else 0
        records += _record(0x0085, struct.pack("<IBBBB", offset, state, 0, len(name), 1) + text)
    return records + _record(0x000A)


def _sheet(rows: Sequence[Sequence[Cell]], merged: Sequence[tuple[int, int, int, int]]) -> bytes:
    records = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            records += _cell(row, column, cell)
    if merged:
        spans = b"".join(struct.pack("<HHHH", *each) for each in merged)
        records += _record(0x00E5, struct.pack("<H", len(merged)) + spans)
    return records + _record(0x000A)


def _cell(row: int, column: int, cell: Cell) -> bytes:
    if cell is None:
        return b""
    place = struct.pack("<HHH", row, column, 1 if isinstance(cell, Day) else 0)
    if isinstance(cell, bool):
        return _record(0x0205, place + struct.pack("<BB", cell, 0))
    if isinstance(cell, str) and cell in ERRORS:
        return _record(0x0205, place + struct.pack("<BB", ERRORS[cell], 1))
    if isinstance(cell, str):
        text = cell.encode("utf-16-le")
        return _record(0x0204, place + struct.pack("<HB", len(text) // 2, 1) + text)
    return _record(0x0203, place + struct.pack("<d", cell))


def _compound(content: bytes, stream: str) -> bytes:
    """The stream in a file of sectors: header, its own table of sectors, a directory of two entries."""
    content += b"\0" * max(4096 - len(content), 0)
    content += b"\0" * (-len(content) % SECTOR)
    count = len(content) // SECTOR
    chain = [TABLE, END, *range(3, count + 2), END]
    table = struct.pack(f"<{len(chain)}I", *chain)
    assert len(table) <= SECTOR, "one sector of table is enough for tests"
    table += struct.pack("<I", FREE) * ((SECTOR - len(table)) // 4)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<I", 0)
    header += struct.pack("<I", FREE) * 108
    directory = _entry("Root Entry", 5, END, 0, 1) + _entry(stream, 2, 2, len(content), FREE)
    directory += _entry("", 0, 0, 0, FREE) * 2
    return header + table + directory + content


def _entry(name: str, kind: int, start: int, size: int, child: int) -> bytes:
    text = (name.encode("utf-16-le") + b"\0\0") if name else b""
    entry = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1)
    entry += struct.pack("<III", FREE, FREE, child) + b"\0" * 36
    return entry + struct.pack("<IQ", start, size)
