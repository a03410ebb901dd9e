"""A file as it stands: every cell as text, with the row number a person sees; nothing is guessed.

Types are the contract's business (cast.py): sniffing them is what loses leading zeros and turns codes into
numbers. Each reader returns a DataFrame of String columns named by the file's own headers, plus `ROW` (Int64)
first. In CSV and XLSX the header is row 1; in Parquet, which has none, the first record is row 1.
"""

from __future__ import annotations

import codecs
import csv
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import fastexcel
import polars as pl

from queries.lake.grid import Grid, Unreadable
from queries.lake.problems import ROW, Problem, listed

DELIMITERS = (",", ";", "\t", "|")
_CHUNK = 1 << 22


def read(path: Path, sheet: str = "") -> Grid:
    """All rows of a CSV, TSV, XLSX or Parquet file as text; rows with no cell filled are left out.

    The kind is decided from the first bytes, never from the ending; `sheet` names one of several sheets.
    Errors: Unreadable with the problems, among them `empty_file` where there is no row.
    """
    if not path.is_file():
        raise Unreadable(Problem("missing_file"))
    with path.open("rb") as stream:
        start = stream.read(8)
    if not start:
        raise Unreadable(Problem("empty_file"))
    if start.startswith(b"PAR1"):
        frame = _read_parquet(path)
    elif start.startswith(b"PK\x03\x04"):
        frame = _read_workbook(path, sheet)
    elif start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(Problem("unknown_format"))
    else:
        frame = _read_text(path)
    cells = [column for column in frame.columns if column != ROW]
    frame = frame.filter(pl.any_horizontal(pl.col(cells).is_not_null())) if cells else frame.clear()
    if frame.is_empty():
        raise Unreadable(Problem("empty_file"))
    return Grid(frame, sheet=sheet)


def _read_text(path: Path) -> pl.DataFrame:
    with _as_plain_utf8(path) as (plain, seen):
        header, delimiter = _header_of(plain)
        names = _unique_names(header)
        with _connection() as connection:
            try:
                frame = connection.read_csv(
                    str(plain),
                    header=True,
                    delimiter=delimiter,
                    quotechar='"',
                    escapechar='"',
                    auto_detect=False,
                    columns=dict.fromkeys(names, "VARCHAR"),
                    strict_mode=True,
                    null_padding=False,
                ).pl()
            except duckdb.Error as error:
                raise Unreadable(_csv_problem(str(error))) from error
        return frame.insert_column(0, _row_numbers(plain, delimiter, frame.height, seen.has_blank_lines))


def _header_of(path: Path) -> tuple[list[str], str]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        start = stream.readline(1 << 20)
    delimiter = max(DELIMITERS, key=lambda each: len(next(csv.reader([start], delimiter=each), [])))
    with path.open(encoding="utf-8-sig", newline="") as stream:
        try:
            header = next(csv.reader(stream, delimiter=delimiter), [])
        except csv.Error as error:
            raise Unreadable(Problem("unreadable", 1, facts={"reason": str(error)})) from error
    if not any(cell.strip() for cell in header):
        raise Unreadable(Problem("empty_file", 1))
    return header, delimiter


def _unique_names(header: list[str]) -> list[str]:
    """The headers as they stand; unnamed ones get a name no contract column has."""
    names = [cell.strip() or f"({number})" for number, cell in enumerate(header, 1)]
    seen: set[str] = set()
    doubled = [name for name in names if name.casefold() in seen or seen.add(name.casefold())]  # type: ignore[func-returns-value]
    if doubled:
        raise Unreadable(*(Problem("duplicate_header", 1, name) for name in dict.fromkeys(doubled)))
    return names


def _row_numbers(path: Path, delimiter: str, height: int, has_blank_lines: bool) -> pl.Series:
    """Rows 2, 3, … ; the reader skips blank lines, so where there are any they are counted one by one."""
    if has_blank_lines:
        with path.open(encoding="utf-8-sig", newline="") as text:
            numbers = [n for n, row in enumerate(csv.reader(text, delimiter=delimiter), 1) if row]
        if len(numbers) == height + 1:
            return pl.Series(ROW, numbers[1:], dtype=pl.Int64)
    return pl.int_range(2, height + 2, eager=True, dtype=pl.Int64).alias(ROW)


def _csv_problem(message: str) -> Problem:
    line = re.search(r"on Line: (\d+)", message)
    row = int(line.group(1)) if line else None
    ragged = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", message)
    if ragged:
        return Problem("ragged_row", row, facts={"wanted": ragged.group(1), "found": ragged.group(2)})
    if "unterminated quote" in message:
        return Problem("unclosed_quote", row)
    return Problem("unreadable", row, facts={"reason": message.splitlines()[0]})


@dataclass(frozen=True)
class _Bytes:
    """What one pass over a text file's bytes tells."""

    has_nul: bool
    has_mixed_ends: bool
    has_blank_lines: bool


@contextmanager
def _as_plain_utf8(path: Path) -> Iterator[tuple[Path, _Bytes]]:
    """The file itself if it is UTF-8 with one kind of line end, else a copy that is."""
    encoding = _encoding_of(path)
    seen = _survey(path)
    if encoding == "utf-8" and not seen.has_mixed_ends:
        if seen.has_nul:
            raise Unreadable(Problem("nul_bytes"))
        yield path, seen
        return
    with tempfile.TemporaryDirectory(prefix="stillstock-") as folder:
        copy = Path(folder) / "upload.csv"
        with path.open(encoding=encoding) as old, copy.open("w", encoding="utf-8", newline="\n") as new:
            while text := old.read(_CHUNK):
                new.write(text)
        seen = _survey(copy)
        if seen.has_nul:
            raise Unreadable(Problem("nul_bytes"))
        yield copy, seen


def _encoding_of(path: Path) -> str:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with path.open("rb") as stream:
                while chunk := stream.read(_CHUNK):
                    decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise Unreadable(Problem("unknown_encoding"))


def _survey(path: Path) -> _Bytes:
    nul = blank = False
    line_feeds = pairs = 0
    before = b""
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            joined = before + chunk
            nul = nul or b"\0" in chunk
            blank = blank or any(each in joined for each in (b"\n\n", b"\n\r\n", b"\r\r"))
            line_feeds += chunk.count(b"\n")
            pairs += joined.count(b"\r\n") - before.count(b"\r\n")
            before = joined[-2:]
    return _Bytes(nul, 0 < pairs < line_feeds, blank)


def _read_workbook(path: Path, sheet: str) -> pl.DataFrame:
    try:
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
        if sheet and sheet not in names:
            raise Unreadable(Problem("unknown_sheet", value=sheet, facts={"sheets": listed(names)}))
        sheets = [
            workbook.load_sheet(each, header_row=None, dtypes="string")
            for each in ([sheet] if sheet else names)
        ]
        filled = [each for each in sheets if each.total_height and (sheet or each.visible == "visible")]
        if len(filled) > 1:
            raise Unreadable(
                Problem("several_sheets", facts={"sheets": listed(each.name for each in filled)})
            )
        if not filled:
            raise Unreadable(Problem("empty_file"))
        cells = filled[0].to_polars()
    except fastexcel.FastExcelError as error:
        raise Unreadable(Problem("unreadable", facts={"reason": str(error).splitlines()[0]})) from error
    header = [str(cell or "") for cell in cells.row(0)]
    return (
        cells.with_row_index(ROW, offset=1)
        .rename(dict(zip(cells.columns, _unique_names(header), strict=True)))
        .slice(1)
        .with_columns(pl.col(ROW).cast(pl.Int64))
    )


def _read_parquet(path: Path) -> pl.DataFrame:
    with _connection() as connection:
        try:
            relation = connection.read_parquet(str(path))
            kinds = [str(kind) for kind in relation.types]
            nested = [
                Problem("nested_type", None, name, facts={"type": kind.split("(")[0]})
                for name, kind in zip(relation.columns, kinds, strict=True)
                if kind.startswith(("STRUCT", "MAP", "UNION")) or kind.endswith("]")
            ]
            if nested:
                raise Unreadable(*nested)
            frame = relation.select(
                *(_as_text(name, kind) for name, kind in zip(relation.columns, kinds, strict=True))
            ).pl()
        except duckdb.Error as error:
            raise Unreadable(Problem("unreadable", facts={"reason": str(error).splitlines()[0]})) from error
    return frame.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64))


def _as_text(name: str, kind: str) -> duckdb.Expression:
    """Text of a column; floats with the digits they carry, so that 0.1 + 0.2 is 0.3."""
    column = duckdb.ColumnExpression('"' + name.replace('"', '""') + '"')
    digits = {"DOUBLE": "%.15g", "FLOAT": "%.7g"}.get(kind)
    if digits:
        return duckdb.FunctionExpression("printf", duckdb.ConstantExpression(digits), column).alias(name)
    return column.cast("VARCHAR").alias(name)


@contextmanager
def _connection() -> Iterator[duckdb.DuckDBPyConnection]:
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
    )
    try:
        connection.execute("set TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()
