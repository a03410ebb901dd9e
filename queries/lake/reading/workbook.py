"""The sheets of a workbook as tables of text, with what Excel keeps from whoever reads only values.

fastexcel reads the cells. It gives nothing for an error and for a formula without a result, nine decimals of
a number, and no merged cells; so the sheet's XML is searched for those, and the cells are put right.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from pathlib import Path
from xml.etree import ElementTree

import fastexcel
import polars as pl
import python_calamine

from queries.lake.problems import AT_MOST, Problem, listed, the_rest
from queries.lake.reading.grid import Unreadable
from queries.lake.reading.headers import LEVELS, SEARCHED, Header, Merge, find_header, titles_above
from queries.lake.reading.sheets import Sheet, refused, write_sheet
from queries.lake.reading.zero_formats import padded, widths

Told = Callable[[float], None]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_REL = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_TARGETS = "xl/_rels/workbook.xml.rels"
_STRINGS, _STYLES = "xl/sharedStrings.xml", "xl/styles.xml"

_F = rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)"
_CELL = rb"<(?:\w+:)?c\s([^>]*)>\s*"
_ERROR = re.compile(_CELL + rb"(?:" + _F + rb")?\s*<(?:\w+:)?v>(#[^<]*)</")
_FORMULA = re.compile(_CELL + _F + rb"\s*(?:<(?:\w+:)?v>([^<]*)</)?")
_LONG = re.compile(rb"<(?:\w+:)?v>(-?[0-9.]{12,}|-?[0-9.]+[eE][0-9+-]+)</")
_LONG_HERE = re.compile(rb"<v>(-?[0-9.]{12,}|-?[0-9.]+[eE][0-9+-]+)</")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*ref=[\"']\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)[\"']")
_PLACE = re.compile(rb"\br=[\"']([A-Z]+)(\d+)[\"']")
_TYPE = re.compile(rb"\bt=[\"'](\w+)[\"']")

_PLAIN = r"^-?\d+(\.\d+)?$"
_MOMENT = r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(\.\d+)?$"
_DAY_ZERO = "1899-12-31 "
_FIFTEEN = Context(prec=15)
_NOISE = Decimal("1e-9")
_SHOWN_WHOLE, _KEPT_WHOLE, _SHOWN_DIGITS = 11, 15, 6
_ERRORS = {
    "Div0": "#DIV/0!", "NA": "#N/A", "Name": "#NAME?", "Null": "#NULL!", "Num": "#NUM!", "Ref": "#REF!",
    "Value": "#VALUE!", "GettingData": "#N/A",
}  # fmt: skip


@dataclass(frozen=True)
class _Found:
    """What a sheet's XML says beside its values; rows and columns from 0.

    `long` has a row for each number that is written with many digits: row, column, digits. `padded` are those
    shown with leading zeros.
    """

    merges: tuple[Merge, ...] = ()
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    padded: dict[tuple[int, int], str] = field(default_factory=dict)
    uncached: tuple[tuple[int, int], ...] = ()
    long: pl.DataFrame = field(default_factory=pl.DataFrame)


@dataclass(frozen=True)
class _Book:
    """Where each sheet's XML is, and what counts for all of them; `zeros` as zero_formats.widths gives it."""

    places: dict[str, str]
    is_1904: bool
    is_calculated_on_load: bool
    zeros: Mapping[int, int] = field(default_factory=dict)


def read_workbook(
    path: Path,
    is_xlsx: bool,
    folder: Path,
    known: frozenset[str],
    asked: int | None,
    sheet: str,
    told: Told,
) -> list[Sheet]:
    """The sheets of a workbook, rows in `folder`: those a person sees, or the one named `sheet`.

    A sheet that cannot be read says why. Errors: Unreadable where the workbook cannot be.
    """
    try:
        workbook = fastexcel.read_excel(path)
        names = workbook.sheet_names
    except fastexcel.FastExcelError as error:
        raise _unreadable(error) from error
    sheets: list[Sheet] = []
    with _opened(path, is_xlsx) as archive:
        book = _book_of(archive) if archive else _Book({}, _is_1904_in_old(path), False)
        for number, name in enumerate(names):
            told(number / len(names))
            try:
                sheets.append(
                    _read_sheet(path, workbook, name, number, sheet, archive, book, folder, known, asked)
                )
            except fastexcel.FastExcelError as error:
                sheets.append(refused(name, *_unreadable(error).problems))
            except Unreadable as error:
                sheets.append(refused(name, *error.problems))
    return sheets


def hidden_note(sheets: Sequence[Sheet]) -> list[Problem]:
    """What to say of the sheets that a person does not see."""
    hidden = [sheet.name for sheet in sheets if sheet.is_hidden]
    return [Problem("hidden_sheets", facts={"sheets": listed(hidden)})] if hidden else []


def _opened(path: Path, is_xlsx: bool) -> _Archive:
    return _Archive(path if is_xlsx else None)


class _Archive:
    """The workbook's parts by name, where it is an archive at all."""

    def __init__(self, path: Path | None) -> None:
        self._file = zipfile.ZipFile(path) if path else None

    def __enter__(self) -> _Archive | None:
        return self if self._file else None

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return self._file is not None and name in self._file.namelist()

    def part(self, name: str) -> bytes:
        """A part's bytes. Errors: Unreadable where it is damaged or not there."""
        try:
            return self._file.read(name) if self._file else b""
        except (
            zipfile.BadZipFile,
            zlib.error,
            struct.error,
            EOFError,
            LookupError,
            ValueError,
            OSError,
        ) as error:
            raise Unreadable(Problem("truncated")) from error


def _book_of(archive: _Archive) -> _Book:
    try:
        book = ElementTree.fromstring(archive.part("xl/workbook.xml"))  # noqa: S314 - entities are refused
        targets = ElementTree.fromstring(archive.part(_TARGETS))  # noqa: S314 - entities are refused
    except ElementTree.ParseError as error:
        raise Unreadable(Problem("truncated")) from error
    by_id = {each.get("Id"): each.get("Target", "") for each in targets}
    places = {}
    for space, key in ((_MAIN, _REL), (_STRICT, _STRICT_REL)):
        for each in book.iter(f"{space}sheet"):
            target = by_id.get(each.get(key), "")
            places[each.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    settings = {
        name: value
        for space in (_MAIN, _STRICT)
        for tag in ("workbookPr", "calcPr")
        for each in book.iter(space + tag)
        for name, value in each.attrib.items()
    }
    # what is damaged in these would be read as other words, without an error
    shared = {name: archive.part(name) for name in (_STRINGS, _STYLES) if archive.has(name)}
    try:
        zeros = widths(shared[_STYLES]) if _STYLES in shared else {}
    except ElementTree.ParseError as error:
        raise Unreadable(Problem("truncated")) from error
    yes = ("1", "true")
    return _Book(places, settings.get("date1904") in yes, settings.get("fullCalcOnLoad") in yes, zeros)


def _read_sheet(
    path: Path,
    workbook: fastexcel.ExcelReader,
    name: str,
    number: int,
    wanted: str,
    archive: _Archive | None,
    book: _Book,
    folder: Path,
    known: frozenset[str],
    asked: int | None,
) -> Sheet:
    if wanted and name != wanted:
        return Sheet(name)
    sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if sheet.visible != "visible" and not wanted:
        return Sheet(name, is_hidden=True)
    frame = sheet.to_polars().with_columns(pl.all().replace("", None))
    if not frame.width or not frame.height:
        return Sheet(name)
    left = sheet.selected_columns[0].absolute_index
    frame.columns = [f"c{column}" for column in range(frame.width)]
    if archive:
        found = _searched(archive.part(book.places.get(name, "")), book)
    else:
        found = _found_in_old(path, name, sheet, left)
    frame, noise = _put_right(frame, found, left)
    merges = [_moved(merge, left) for merge in found.merges if merge.right >= left]
    return _sheet(
        frame, name, f"sheet{number}.parquet", folder, merges, found, left, noise, book, known, asked
    )


def _sheet(
    frame: pl.DataFrame,
    name: str,
    file: str,
    folder: Path,
    merges: Sequence[Merge],
    found: _Found,
    left: int,
    noise: int,
    book: _Book,
    known: frozenset[str],
    asked: int | None,
) -> Sheet:
    rows = frame.head(SEARCHED + LEVELS).rows()
    if asked is not None and asked > len(rows):
        rows = frame.head(asked + LEVELS).rows()
    header = find_header(rows, known, merges, None if asked is None else asked - 1)
    if header is None:
        return Sheet(name)
    notes = [Problem("float_noise", facts={"count": noise})] if noise else []
    notes += _date_notes(frame, book)
    return write_sheet(
        frame.with_row_index("row", offset=1).slice(header.last + 1),
        header,
        header.first + 1,
        folder,
        file,
        name=name,
        titles=titles_above(rows, header),
        merged=_merged_below(header, merges),
        faults=_uncached(header, found, left),
        notes=notes,
        is_1904=book.is_1904,
    )


def _merged_below(header: Header, merges: Sequence[Merge]) -> dict[str, tuple[tuple[int, int], ...]]:
    """By header, the first and last row of each cell that is merged downwards."""
    merged: dict[str, tuple[tuple[int, int], ...]] = {}
    for merge in sorted(merges, key=lambda each: each.top):
        if merge.top > header.last and merge.bottom > merge.top:
            for name in header.names[merge.left : merge.right + 1]:
                merged[name] = (*merged.get(name, ()), (merge.top + 1, merge.bottom + 1))
    return merged


def _uncached(header: Header, found: _Found, left: int) -> tuple[Problem, ...]:
    by_column: dict[int, list[int]] = {}
    for row, column in found.uncached:
        if row > header.last and 0 <= column - left < len(header.names):
            by_column.setdefault(column - left, []).append(row + 1)
    faults: list[Problem] = []
    for column, rows in by_column.items():
        name = header.names[column]
        listed_rows = [Problem("uncached_formula", row, name) for row in rows[:AT_MOST]]
        faults += [*listed_rows, *the_rest(listed_rows, len(rows))]
    return tuple(faults)


def _date_notes(frame: pl.DataFrame, book: _Book) -> list[Problem]:
    has_dates = any(frame[name].str.contains(_MOMENT).any() for name in frame.columns)
    start = "1904-01-01" if book.is_1904 else "1900-01-01"
    return [Problem("excel_dates", facts={"start": start})] if has_dates else []


def _searched(content: bytes, book: _Book) -> _Found:
    """What the XML of a sheet says of errors, formulas without result, long numbers and merged cells."""
    if b"<!DOCTYPE" in content:
        raise Unreadable(Problem("xml_bomb"))
    errors: dict[tuple[int, int], str] = {}
    if b"<v>#" in content or b":v>#" in content:
        for match in _ERROR.finditer(content):
            if _type(match[1]) == b"e":
                errors[_place(match[1])] = match[2].decode("ascii", "replace")
    below = content[content.rfind(b"sheetData") :]
    merges = (
        Merge(int(top) - 1, _column(left), int(bottom) - 1, _column(right))
        for left, top, right, bottom in _MERGED.findall(below)
    )
    uncached = tuple(_formulas_without_result(content, book))
    zeros = {_place(cell): text for cell, text in padded(content, book.zeros)}
    return _Found(tuple(merges), errors, zeros, uncached, _long_numbers(content))


def _long_numbers(content: bytes) -> pl.DataFrame:
    """Number cells written with twelve digits or more, or with an exponent."""
    tags: list[bytes] = []
    digits: list[bytes] = []
    numbers, opening = (_LONG_HERE, b"<c ") if b"<v>" in content else (_LONG, b":c ")
    for match in numbers.finditer(content):
        start = content.rfind(opening, 0, match.start())
        tags.append(content[start : content.find(b">", start)])
        digits.append(match[1])
    cells = pl.DataFrame({"tag": tags, "digits": digits}, schema={"tag": pl.Binary, "digits": pl.Binary})
    cells = cells.cast(pl.String).with_columns(
        pl.col("tag").str.extract_groups(r"""\br=["'](?<letters>[A-Z]+)(?<row>\d+)["']""").alias("place"),
        pl.col("tag").str.extract(r"""\bt=["'](\w+)["']""").alias("type"),
    )
    cells = cells.filter(pl.col("type").is_null() | (pl.col("type") == "n")).unnest("place")
    if cells["row"].null_count():
        raise _without_places()
    columns = {letters: _column(letters.encode()) for letters in cells["letters"].unique()}
    return cells.select(
        pl.col("row").cast(pl.Int64) - 1,
        pl.col("letters").replace_strict(columns, return_dtype=pl.Int64).alias("column"),
        "digits",
    )


def _formulas_without_result(content: bytes, book: _Book) -> Iterator[tuple[int, int]]:
    """Formulas nobody computed: no result, or all of them 0 where the file asks to be computed on opening."""
    if b"<f" not in content and b":f" not in content:
        return
    found = [(match[1], match[2] or b"") for match in _FORMULA.finditer(content)]
    is_never_computed = book.is_calculated_on_load and all(result in (b"", b"0") for _, result in found)
    for attributes, result in found:
        if (not result and _type(attributes) != b"str") or is_never_computed:
            yield _place(attributes)


def _put_right(frame: pl.DataFrame, found: _Found, left: int) -> tuple[pl.DataFrame, int]:
    """The frame with errors, long numbers and early days as Excel shows them; and how much noise became 0."""
    changes: dict[int, dict[int, str]] = {}
    for (row, column), text in (found.errors | found.padded).items():
        changes.setdefault(column - left, {})[row] = text
    for number in range(frame.width):
        cells = frame[f"c{number}"]
        early = cells.str.starts_with(_DAY_ZERO)
        for row in (early & cells.str.contains(_MOMENT)).arg_true() if early.any() else ():
            time = str(cells[row]).removeprefix(_DAY_ZERO)
            changes.setdefault(number, {})[row] = "1900-01-00" if time == "00:00:00" else time
    frame, noise = _with_digits(frame, found.long, left)
    for number, texts in changes.items():
        within = {row: text for row, text in texts.items() if 0 <= row < frame.height}
        if 0 <= number < frame.width and within:
            cells = frame[f"c{number}"].scatter(list(within), list(within.values()))
            frame = frame.with_columns(cells.alias(f"c{number}"))
    return frame, noise


def _with_digits(frame: pl.DataFrame, long: pl.DataFrame, left: int) -> tuple[pl.DataFrame, int]:
    """The frame with its long numbers as Excel shows them, and how many of them are noise read as 0."""
    noise = 0
    for (column,), cells in long.group_by("column") if long.height else ():
        number = int(str(column)) - left
        cells = cells.filter(pl.col("row") < frame.height)
        if 0 <= number < frame.width and cells.height:
            name = f"c{number}"
            cells = cells.with_columns(frame[name].gather(cells["row"]).alias("now"))
            cells = cells.filter(pl.col("now").str.contains(_PLAIN))
            cells = cells.with_columns(_as_shown(cells["digits"]).alias("shown"))
            noise += int(((cells["shown"] == "0") & cells["digits"].str.contains("[1-9]")).sum())
            cells = cells.filter(pl.col("shown") != pl.col("now"))
            if cells.height:
                frame = frame.with_columns(frame[name].scatter(cells["row"], cells["shown"]).alias(name))
    return frame, noise


def _as_shown(digits: pl.Series) -> pl.Series:
    """Numbers as Excel shows them; the usual ones all at once, others one by one."""
    numbers = digits.cast(pl.Float64)
    is_usual = numbers.abs().is_between(1e-3, 1e11, closed="left")
    usual = numbers.round_sig_figs(15).cast(pl.String).str.strip_suffix(".0")
    if is_usual.all():
        return usual
    others = [text if text is None else _one_as_shown(Decimal(text)) for text in digits.filter(~is_usual)]
    return usual.scatter((~is_usual).arg_true(), others)


def _one_as_shown(number: Decimal) -> str:
    """A number with the fifteen digits Excel keeps, without what computing adds.

    A whole number that has more digits, or so few that it passed through a cell showing 1.23E+11, has lost
    some: it keeps that form, which no code has.
    """
    if abs(number) < _NOISE:
        return "0"
    rounded = _FIFTEEN.plus(number).normalize(_FIFTEEN)
    whole = rounded.adjusted() + 1
    digits = len(rounded.as_tuple().digits)
    if whole > _KEPT_WHOLE or (whole > _SHOWN_WHOLE and digits <= _SHOWN_DIGITS):
        mantissa = str(rounded.scaleb(-rounded.adjusted()).normalize())
        return f"{mantissa}E+{rounded.adjusted():02}"
    return f"{rounded:f}"


def _found_in_old(path: Path, name: str, sheet: fastexcel.ExcelSheet, left: int) -> _Found:
    """What the values of an old workbook leave out: errors, merged cells, all digits of its numbers."""
    _, failed = sheet.to_arrow_with_errors()
    errors = {}
    for each in failed.errors if failed else ():
        kind = re.search(r"Error\((\w+)\)", each.detail)
        if kind:
            row, column = each.position
            errors[row, column + left] = _ERRORS.get(kind[1], f"#{kind[1].upper()}!")
    cells = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name(name)
    merges = (Merge(*start, *end) for start, end in cells.merged_cell_ranges or ())
    top, first = cells.start or (0, 0)
    numbers = [
        (top + row, first + column, repr(cell))
        for row, line in enumerate(cells.to_python(skip_empty_area=True))
        for column, cell in enumerate(line)
        if isinstance(cell, float) and (abs(cell) >= 10**_SHOWN_WHOLE or len(repr(cell)) >= 12)
    ]
    schema = {"row": pl.Int64, "column": pl.Int64, "digits": pl.String}
    return _Found(tuple(merges), errors, long=pl.DataFrame(numbers, schema=schema, orient="row"))


def _is_1904_in_old(path: Path) -> bool:
    """Whether the record that says so stands among the first."""
    with path.open("rb") as stream:
        return b"\x22\x00\x02\x00\x01\x00" in stream.read(1 << 16)


def _moved(merge: Merge, left: int) -> Merge:
    return Merge(merge.top, max(merge.left - left, 0), merge.bottom, merge.right - left)


def _place(attributes: bytes) -> tuple[int, int]:
    match = _PLACE.search(attributes)
    if not match:
        raise _without_places()
    return int(match[2]) - 1, _column(match[1])


def _without_places() -> Unreadable:
    return Unreadable(Problem("unreadable", facts={"reason": "cells do not say where they stand"}))


def _type(attributes: bytes) -> bytes:
    match = _TYPE.search(attributes)
    return match[1] if match else b""


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _unreadable(error: fastexcel.FastExcelError) -> Unreadable:
    said = str(error).splitlines()[0]
    if "password" in said.lower():
        return Unreadable(Problem("encrypted"))
    return Unreadable(Problem("unreadable", facts={"reason": said}))
