"""Files as people and programs send them, good and bad, made of their bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import xlsxwriter

from tests.queries.lake.old_workbook import Cell, write_xls

Rows = Sequence[Sequence[Any]]
Content = str | bytes | Callable[[], bytes]
"""A file's text, its bytes, or what makes them."""

HEADS = {
    "stock": "snapshot_on,item_id,warehouse_id,qty",
    "costed": "snapshot_on,item_id,warehouse_id,qty,unit_cost",
    "counts": "counted_on,item_id,warehouse_id,counted_qty",
    "movements": "posted_on,document_id,item_id,kind,qty",
    "items": "item_id,name,unit_cost",
}
GOOD = {
    "stock": "2026-10-31,A,W1,10\n2026-10-31,B,W1,5.5\n",
    "costed": "2026-10-31,A,W1,10,2\n2026-10-31,B,W1,5.5,4\n",
    "counts": "2026-10-31,A,W1,10\n2026-10-31,B,W1,5.5\n",
    "movements": "2026-10-01,GR-1,A,receipt,10\n2026-10-02,GI-1,A,issue,-4\n",
    "items": "A,Bearing,2\nB,Seal,4\n",
}
"""Two good rows of each, so that a row at fault stands in row 4."""


def lines(*more: str, head: str = "stock", good: bool = True) -> str:
    """A CSV: the header, two good rows, and these."""
    return HEADS[head] + "\n" + (GOOD[head] if good else "") + "".join(f"{line}\n" for line in more)


def cells(text: str) -> list[list[str]]:
    """The cells of a plain CSV."""
    return [line.split(",") for line in text.splitlines()]


def workbook(
    rows: Rows,
    *,
    merged: Sequence[tuple[str, Any]] = (),
    more: Mapping[str, Rows] | None = None,
    hidden: Sequence[str] = (),
    formulas: Mapping[str, tuple[str, Any]] | None = None,
    shown: Mapping[str, str] | None = None,
    is_1904: bool = False,
) -> bytes:
    """A workbook as Excel writes it: texts as texts; `merged` ranges, `formulas` and results by cell, formats
    that numbers are `shown` in by column."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "date_1904": is_1904}) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, content in {"Stock": rows, **(more or {})}.items():
            sheet = book.add_worksheet(name)
            formats = {
                ord(each) - 65: book.add_format({"num_format": form}) for each, form in (shown or {}).items()
            }
            for row, line in enumerate(content):
                for column, cell in enumerate(line):
                    if isinstance(cell, str):
                        sheet.write_string(row, column, cell)
                    elif isinstance(cell, datetime):
                        sheet.write_datetime(row, column, cell, day)
                    elif cell is not None:
                        sheet.write(row, column, cell, formats.get(column))
            if name in hidden:
                sheet.hide()
            if name == "Stock":
                for place, cell in merged:
                    sheet.merge_range(place, cell)
                for place, (formula, result) in (formulas or {}).items():
                    sheet.write_formula(place, formula, None, result)
    return stream.getvalue()


def uncomputed(rows: Rows, formulas: Mapping[str, str]) -> bytes:
    """A workbook as a program writes it that computes nothing: formulas without results."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for line in rows:
        sheet.append(list(line))
    for place, formula in formulas.items():
        sheet[place] = formula
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def old_workbook(rows: Sequence[Sequence[Cell]], folder: Path, stream: str = "Workbook") -> bytes:
    """A workbook of Excel 97 to 2003; with another `stream` a compound file of that content."""
    return write_xls(folder / "made.xls", {"Stock": rows}, stream=stream).read_bytes()


def parquet(**columns: Sequence[Any]) -> bytes:
    """A Parquet file of these columns."""
    stream = io.BytesIO()
    pl.DataFrame(columns).write_parquet(stream)
    return stream.getvalue()


def stock_parquet(*rows: tuple[str, float]) -> bytes:
    """Stock of one day and warehouse as Parquet: item and quantity."""
    return parquet(
        snapshot_on=["2026-10-31"] * len(rows),
        item_id=[item for item, _ in rows],
        warehouse_id=["W1"] * len(rows),
        qty=[float(qty) for _, qty in rows],
    )


def archive(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files, packed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return stream.getvalue()


def with_parts(book: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The workbook with these parts replaced or added."""
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        return archive({**{name: packed.read(name) for name in packed.namelist()}, **parts})


def part(book: bytes, name: str) -> bytes:
    """One part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        return packed.read(name)


def flipped(content: bytes, byte: int, bit: int = 0) -> bytes:
    """The content with one bit turned."""
    return content[:byte] + bytes([content[byte] ^ 1 << bit]) + content[byte + 1 :]
