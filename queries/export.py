"""Rows as files for other programs, with nothing in them that a spreadsheet would run as a formula."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import pyarrow as pa
from pyarrow import parquet

if TYPE_CHECKING:
    import xlsxwriter

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""What a browser is told an XLSX is."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A text that begins so is taken for a formula by spreadsheets, some of them in full-width signs too."""

MOST_ROWS, MOST_CELLS, LONGEST_CELL = 1_048_575, 4_000_000, 32_767
"""What a sheet holds below its header, what is written while somebody waits, and characters in a cell."""

_STARTS = r"^[=+\-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20]"
_NUMBER = r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$"
_NARROWEST, _WIDEST, _MEASURED = 9, 60, 200


class Plot(NamedTuple):
    """A chart of the first `rows` of its sheet: `names` along it, `values` columns with their colours.

    `kind` is column, bar (both stacked) or line.
    """

    kind: str
    names: str
    values: Mapping[str, str]
    rows: int


class Sheet(NamedTuple):
    """One sheet of a workbook; `formats` are spreadsheet number formats by column."""

    name: str
    rows: pl.DataFrame
    formats: Mapping[str, str] = {}
    plot: Plot | None = None


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
    return b"\xef\xbb\xbf" + without_formulas(_flat(rows)).write_csv(line_terminator="\r\n").encode()


def as_parquet(rows: pa.Table, facts: Mapping[str, str]) -> bytes:
    """Parquet of the rows with their own types; `facts` stand in the file's key-value metadata."""
    sink = pa.BufferOutputStream()
    parquet.write_table(rows.replace_schema_metadata(dict(facts)), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def rows_that_fit(columns: int) -> int:
    """Rows of so many columns that one sheet takes."""
    return min(MOST_ROWS, MOST_CELLS // max(columns, 1))


def as_xlsx(sheets: Iterable[Sheet | tuple[str, pl.DataFrame]], *, first: int = 0) -> bytes:
    """One workbook, its cells of their columns' types, texts as texts, formulas neutralised.

    Numbers are what a spreadsheet keeps of them, about 15 figures. Of more rows than `rows_that_fit`, or
    longer texts than `LONGEST_CELL`, the first are written: the caller says so. It opens on sheet `first`.
    """
    import xlsxwriter  # slow to start, and most commands write no workbook

    stream = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(stream, options) as book:
        for each in sheets:
            _write(book, Sheet(*each))
        if first:
            book.worksheets()[first].activate()
    return stream.getvalue()


def _write(book: xlsxwriter.Workbook, sheet: Sheet) -> None:
    rows = without_formulas(_flat(sheet.rows.head(rows_that_fit(sheet.rows.width))))
    formats = dict(zip(rows.columns, map(sheet.formats.get, sheet.rows.columns), strict=True))
    page = book.add_worksheet(_sheet_name(sheet.name))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    page.freeze_panes(1, 0)
    writers = []
    for at, (name, kind) in enumerate(rows.schema.items()):
        pattern = formats[name] or _pattern(kind)
        look = book.add_format({"num_format": pattern} if pattern else {})
        page.set_column(at, at, _width(rows[name], name), look)
        page.write_string(0, at, name, bold)
        writers.append((at, _writer(page, kind), look))
    for line, row in enumerate(rows.iter_rows(), 1):
        for (at, write, look), cell in zip(writers, row, strict=True):
            if cell is not None:
                write(line, at, cell, look)
    if rows.width and rows.height:
        page.autofilter(0, 0, rows.height, rows.width - 1)
    if sheet.plot and rows.height:
        page.insert_chart(1, rows.width + 1, _chart(book, page.get_name(), sheet.rows, sheet.plot))


def _writer(page: Any, kind: pl.DataType) -> Callable[[int, int, Any, Any], object]:
    if kind.is_numeric():
        return lambda line, at, cell, look: page.write_number(line, at, float(cell), look)
    if kind == pl.Boolean():
        return lambda line, at, cell, look: page.write_boolean(line, at, cell, look)
    if isinstance(kind, pl.Date):
        first = date(1900, 1, 1)  # a spreadsheet knows no earlier day

        def write_day(line: int, at: int, cell: date, look: Any) -> None:
            if cell < first:
                page.write_string(line, at, cell.isoformat(), look)
            else:
                page.write_datetime(line, at, cell, look)

        return write_day
    if isinstance(kind, pl.Datetime):
        return lambda line, at, cell, look: page.write_datetime(line, at, cell.replace(tzinfo=None), look)
    return lambda line, at, cell, look: page.write_string(line, at, str(cell)[:LONGEST_CELL], look)


def _chart(book: xlsxwriter.Workbook, page: str, rows: pl.DataFrame, plot: Plot) -> Any:
    chart: Any = book.add_chart({"type": plot.kind} | ({"subtype": "stacked"} if plot.kind != "line" else {}))
    last = min(plot.rows, rows.height)
    names = rows.columns.index(plot.names)
    for column, colour in plot.values.items():
        at = rows.columns.index(column)
        looks = {"line": {"color": colour}} if plot.kind == "line" else {"fill": {"color": colour}, "gap": 40}
        series = {"name": [page, 0, at], "categories": [page, 1, names, last, names]}
        chart.add_series(series | {"values": [page, 1, at, last, at]} | looks)
    chart.set_legend({"position": "top"})
    chart.set_size({"width": 760, "height": 360})
    if plot.kind == "bar":
        chart.set_y_axis({"reverse": True})
    return chart


def _pattern(kind: pl.DataType) -> str:
    if isinstance(kind, pl.Date):
        return "yyyy-mm-dd"
    if isinstance(kind, pl.Datetime):
        return "yyyy-mm-dd hh:mm"
    return ""


def _width(cells: pl.Series, header: str) -> float:
    """Wide enough for the header and the first cells; a Chinese sign takes the room of two."""
    texts = [header, *(str(cell) for cell in cells.head(_MEASURED) if cell is not None)]
    longest = max(sum(2 if ord(sign) > 0x2E7F else 1 for sign in text[:_WIDEST]) for text in texts)
    return max(_NARROWEST, min(longest + 2, _WIDEST))


def _sheet_name(name: str) -> str:
    kept = "".join(" " if sign in "[]:*?/\\" else sign for sign in name).strip("' ")
    return kept[:31]


def _flat(rows: pl.DataFrame) -> pl.DataFrame:
    """Lists and structures as text, and no number that is none."""
    nested = [
        pl.Series(name, [None if cell is None else str(cell) for cell in rows[name].to_list()], pl.String)
        for name, kind in rows.schema.items()
        if kind.is_nested()
    ]
    floats = [
        pl.when(pl.col(name).is_finite()).then(pl.col(name)).alias(name)
        for name, kind in rows.schema.items()
        if kind.is_float()
    ]
    return rows.with_columns(*nested, *floats)


def _harmless(name: str) -> pl.Expr:
    cell = pl.col(name)
    runs = cell.str.contains(_STARTS) & ~cell.str.contains(_NUMBER)
    return pl.when(runs).then(pl.format("'{}", cell)).otherwise(cell).alias(name)
