"""Rows as files for other programs, with nothing in them that a spreadsheet would run as a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable

import polars as pl

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""What a browser is told an XLSX is."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\x00")
"""A text that begins so is taken for a formula by spreadsheets."""

_STARTS = r"^[=+\-@\t\r\x00]"
_NUMBER = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$"


def harmless(text: str) -> str:
    """The text with an apostrophe before it if it would be run; a plain number stays one."""
    return str(pl.DataFrame({"text": [text]}).select(_harmless("text")).item())


def without_formulas(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with an apostrophe before each text that would be run, headers too; numbers stay numbers."""
    texts = [name for name, kind in rows.schema.items() if kind == pl.String()]
    named = {name: harmless(name) for name in rows.columns if name.startswith(FORMULA_STARTS)}
    return rows.with_columns(_harmless(name) for name in texts).rename(named)


def as_csv(rows: pl.DataFrame) -> bytes:
    """UTF-8 with a mark that spreadsheets need to see it is, lines ended by CR LF; formulas neutralised."""
    return b"\xef\xbb\xbf" + without_formulas(rows).write_csv(line_terminator="\r\n").encode()


def as_xlsx(sheets: Iterable[tuple[str, pl.DataFrame]]) -> bytes:
    """One workbook, one sheet each name and rows; every text is written as text, formulas neutralised."""
    import xlsxwriter  # slow to start, and most commands write no workbook

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        bold = book.add_format({"bold": True})
        for name, rows in sheets:
            sheet = book.add_worksheet(name[:31])
            clean = without_formulas(rows)
            for number, column in enumerate(clean.columns):
                sheet.write_string(0, number, column, bold)
                for line, cell in enumerate(clean[column], 1):
                    if cell is None:
                        continue
                    if isinstance(cell, bool | int | float):
                        sheet.write(line, number, cell)
                    else:
                        sheet.write_string(line, number, str(cell))
            sheet.freeze_panes(1, 0)
    return stream.getvalue()


def _harmless(name: str) -> pl.Expr:
    cell = pl.col(name)
    runs = cell.str.contains(_STARTS) & ~cell.str.contains(_NUMBER)
    return pl.when(runs).then(pl.format("'{}", cell)).otherwise(cell).alias(name)
