"""A text file as a table: CSV, TSV, and the lists that programs print with rules, frames and page titles.

A plain file goes through DuckDB, a million rows in a second or two. Whatever is odd about a file, and
whatever DuckDB refuses, is read again record by record, so that the row at fault can be named.
"""

from __future__ import annotations

import contextlib
import csv
import mmap
import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import duckdb
import polars as pl

from queries.lake.problems import AT_MOST, Problem, shortened, the_rest
from queries.lake.reading.encodings import Encoding, encoding_of, line_at
from queries.lake.reading.grid import Unreadable
from queries.lake.reading.headers import (
    SEARCHED,
    Header,
    clean,
    find_header,
    is_unnamed,
    repeated_faults,
    titles_above,
)
from queries.lake.reading.scratch import scratch, watched
from queries.lake.reading.sheets import Sheet, samples_of, write_sheet
from queries.lake.words import normal

Told = Callable[[float], None]
"""Told the share that is done, from 0 to 1."""

DELIMITERS = (",", ";", "\t", "|")
QUICK_BYTES = 1 << 20
"""From this size on it pays to start DuckDB."""

_NAMES = {";": "semicolons", "\t": "tabs", "|": "bars"}
_LARGEST_CELL = 1 << 20
_BATCH = 50_000
_SAMPLE_LINES = 200
_SAMPLE_BYTES = 1 << 18
_RULE_STARTS = "-=_+| \t*."
_RULE = re.compile(r"^[\s|+\-=_*.]*[-=_]{3,}[\s|+\-=_*.]*$")
_RULE_LINE = re.compile(rb"(?m)^[\s|+\-=_*.,;\"]*[-=_]{3,}[\s|+\-=_*.,;\"]*$")
_PIECE = 1 << 22


@dataclass(frozen=True)
class _Look:
    """What a pass over the bytes tells: how lines end (LF, CRLF, CR or mixed) and what stands in them."""

    ends: str
    lines: int
    has_quotes: bool
    has_gaps: bool
    has_rules: bool
    has_wrapped: bool


@dataclass(frozen=True)
class _Shape:
    """How cells are parted, and where the header is; `is_framed` has a bar before and after each row."""

    delimiter: str
    is_framed: bool
    header: Header
    rows: Sequence[Sequence[str]]


def read_text(path: Path, folder: Path, known: frozenset[str], asked: int | None, told: Told) -> Sheet:
    """The table in a text file, its rows in `folder`; `asked` is the header's row, if a person named it.

    Errors: Unreadable, with the encoding, the line or the row that is at fault.
    """
    encoding = encoding_of(path, known)
    plain = path if encoding.codec.startswith("utf-8") else _as_utf8(path, encoding, folder)
    try:
        return _read_plain(plain, encoding, folder, known, asked, told)
    finally:
        if plain is not path:
            plain.unlink()


def _read_plain(
    plain: Path, encoding: Encoding, folder: Path, known: frozenset[str], asked: int | None, told: Told
) -> Sheet:
    if plain.stat().st_size == 0:
        raise Unreadable(Problem("empty_file", 1))
    look = _look_at(plain)
    shape = _shape_of(plain, known, asked)
    notes = _notes(encoding, shape, look)
    if _is_plain(plain, shape, look):
        sheet = _quickly(plain, folder, shape, look, notes, told)
        if sheet is not None:
            return sheet
    return _carefully(plain, folder, shape, notes, told)


def _notes(encoding: Encoding, shape: _Shape, look: _Look) -> list[Problem]:
    notes = [] if encoding.is_plain else [Problem("read_encoding", facts={"encoding": encoding.name})]
    if shape.delimiter in _NAMES:
        notes.append(Problem("read_delimiter", facts={"delimiter": _NAMES[shape.delimiter]}))
    if look.ends in ("CR", "mixed"):
        ends = "CR alone" if look.ends == "CR" else "now CR LF, now LF"
        notes.append(Problem("read_line_ends", facts={"ends": ends}))
    return notes


def _as_utf8(path: Path, encoding: Encoding, folder: Path) -> Path:
    copy = folder / "plain.txt"
    with (
        path.open(encoding=encoding.codec, newline="") as old,
        copy.open("w", encoding="utf-8", newline="") as new,
    ):
        while text := old.read(_PIECE):
            new.write(text)
    return copy


def _look_at(path: Path) -> _Look:
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        nul = content.find(b"\0")
        if nul >= 0:
            raise Unreadable(Problem("nul_bytes", line_at(path, nul)))
        end = len(content)
        while end and content[end - 1] in b"\r\n":
            end -= 1
        feeds = returns = pairs = 0
        before = b""
        for start in range(0, end, _PIECE):
            piece = content[start : min(start + _PIECE, end)]
            feeds += piece.count(b"\n")
            returns += piece.count(b"\r")
            pairs += piece.count(b"\r\n") + (before == b"\r" and piece[:1] == b"\n")
            before = piece[-1:]
        ends = "LF"
        if feeds or returns:
            if feeds == returns == pairs:
                ends = "CRLF"
            elif returns:
                ends = "CR" if not feeds else "mixed"
        has_rules = any(content.find(mark) >= 0 for mark in (b"---", b"===", b"___"))
        return _Look(
            ends,
            max(feeds, returns) + 1,
            content.find(b'"') >= 0,
            any(content.find(gap, 0, end) >= 0 for gap in (b"\n\n", b"\n\r\n", b"\r\r")),
            has_rules and _RULE_LINE.search(content) is not None,
            content.find(b'="') >= 0,
        )


def _shape_of(path: Path, known: frozenset[str], asked: int | None) -> _Shape:
    with path.open("rb") as stream:
        start = stream.read(_SAMPLE_BYTES).decode("utf-8-sig", "ignore")
        is_whole = not stream.read(1)
    lines = list(islice(_lines(start), _SAMPLE_LINES))
    if not (is_whole and len(lines) < _SAMPLE_LINES) and len(lines) > 1:
        lines.pop()
    best: tuple[tuple[float, ...], _Shape] | None = None
    for delimiter in DELIMITERS:
        for is_framed in (False, True) if delimiter == "|" else (False,):
            found = _shape_with(lines, delimiter, is_framed, known, asked)
            if found and (best is None or found[0] > best[0]):
                best = found
    if best is None:
        raise Unreadable(Problem("empty_file", 1))
    return best[1]


def _shape_with(
    lines: Sequence[str], delimiter: str, is_framed: bool, known: frozenset[str], asked: int | None
) -> tuple[tuple[float, ...], _Shape] | None:
    """The table as this delimiter gives it, and how well it does."""
    try:
        rows = _framed(lines) if is_framed else list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return None
    rows = [[] if _is_rule(row) else row for row in rows]
    header = find_header(rows[: SEARCHED + 3], known, (), None if asked is None else asked - 1)
    if header is None or (is_framed and not any(rows)):
        return None
    heads = [clean(cell) for cell in rows[header.first] if clean(cell)]
    if not any(map(str.isalnum, "".join(heads))):
        return None
    width = max(len(row) for row in rows[header.first : header.last + 1])
    below = [row for row in rows[header.last + 1 :] if any(map(str.strip, row))]
    same = sum(len(row) == width for row in below) / len(below) if below else 1.0
    hits = sum(normal(head) in known for head in heads)
    score = (width > 1, min(hits, 3), same >= 0.5, -header.first, is_framed, len(heads) * (0.5 + same))
    return score, _Shape(delimiter, is_framed, _of_width(header, width), rows)


def _of_width(header: Header, width: int) -> Header:
    """The header with as many names as its rows have cells; longer rows below are at fault, not unnamed."""
    return Header(header.first, header.last, header.names[:width], header.repeated)


def _lines(text: str) -> Iterator[str]:
    """Lines with their ends, parted at LF, CR LF and CR only."""
    yield from re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", text)


def _framed(lines: Sequence[str]) -> list[list[str]]:
    """Rows that stand between bars, if most lines are such rows."""
    rows = list(map(_framed_row, lines))
    return rows if sum(len(row) > 1 for row in rows) * 2 > sum(map(bool, rows)) else []


def _framed_row(line: str) -> list[str]:
    """The cells between bars; a line without them is a row of one cell."""
    bare = line.strip()
    if len(bare) > 2 and bare[0] == bare[-1] == "|":
        return [cell.strip() for cell in bare[1:-1].split("|")]
    return [bare] if bare else []


def _is_rule(row: Sequence[str]) -> bool:
    text = "|".join(row)
    return text[:1] in _RULE_STARTS and _RULE.match(text) is not None


def _is_plain(path: Path, shape: _Shape, look: _Look) -> bool:
    """Whether nothing about the file needs a person's eye: its header is the first line, and rows follow."""
    if path.stat().st_size < QUICK_BYTES or look.ends not in ("LF", "CRLF"):
        return False
    if shape.is_framed or shape.header.last:
        return False
    if look.has_gaps or look.has_rules or look.has_wrapped:
        return False
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        line = content.readline().rstrip(b"\r\n")
        return len(line) > 2 and content.find(line, len(line)) < 0


def _quickly(
    path: Path, folder: Path, shape: _Shape, look: _Look, notes: list[Problem], told: Told
) -> Sheet | None:
    """The table by DuckDB, straight from text to Parquet; None if anything about it must be looked at."""
    names = [f"c{number}" for number in range(len(shape.header.names))]
    file = folder / "table.parquet"
    with scratch(folder) as connection, watched(connection, told):
        try:
            connection.read_csv(
                str(path),
                header=True,
                delimiter=shape.delimiter,
                quotechar='"',
                escapechar='"',
                auto_detect=False,
                columns=dict.fromkeys(names, "VARCHAR"),
                strict_mode=True,
                null_padding=False,
            ).write_parquet(str(file), compression="lz4_raw")
        except (duckdb.Error, UnicodeDecodeError):
            return None
    scan = pl.scan_parquet(file)
    height = int(scan.select(pl.len()).collect().item())
    if not look.has_quotes and height != look.lines - 1:
        return None
    first = pl.col(names[0])
    doubtful = scan.filter(first.is_null() | first.str.contains(r"^\s*$")).collect()
    blank = pl.all_horizontal(pl.col(name).is_null() | pl.col(name).str.contains(r"^\s*$") for name in names)
    if height == 0 or doubtful.select(blank.any()).item():
        return None
    unnamed = [name for name, header in zip(names, shape.header.names, strict=True) if is_unnamed(header)]
    if unnamed:
        nulls = scan.select(pl.col(name).null_count() for name in unnamed).collect()
        unnamed = [name for name in unnamed if nulls[name].item() == height]
    named = {
        name: header for name, header in zip(names, shape.header.names, strict=True) if name not in unnamed
    }
    head = scan.head(1000).collect()
    samples = {header: samples_of(head[name]) for name, header in named.items()}
    return Sheet(
        rows=height,
        file=file.name,
        first_row=2,
        header_row=1,
        headers=tuple(named.values()),
        columns=tuple(named),
        samples=samples,
        notes=tuple(notes),
        faults=repeated_faults(shape.header, samples, 1),
    )


def _carefully(path: Path, folder: Path, shape: _Shape, notes: list[Problem], told: Told) -> Sheet:
    """The table record by record; or every row that does not fit the header, as its problems."""
    width = len(shape.header.names)
    schema = {f"c{number}": pl.String for number in range(width)}
    frames: list[pl.DataFrame] = []
    found = _Found(width, shape.is_framed)
    for first, records in _batches(path, shape, told):
        numbers: Sequence[int] = range(first, first + len(records))
        skipped = max(shape.header.last + 2 - first, 0)
        numbers, rows = found.sound(numbers[skipped:], records[skipped:])
        columns = [list(cells) for cells in zip(*rows, strict=True)] or [[] for _ in schema]
        frame = pl.DataFrame(dict(zip(schema, columns, strict=True)), schema=schema)
        frame = frame.with_columns(pl.all().replace("", None))
        frames.append(frame.insert_column(0, pl.Series("row", numbers, dtype=pl.Int64)))
    if found.ragged:
        return Sheet(
            header_row=shape.header.first + 1,
            headers=tuple(shape.header.names),
            titles=titles_above(shape.rows, shape.header),
            problems=(*found.ragged, *the_rest(found.ragged, found.wrong)),
        )
    return write_sheet(
        pl.concat(frames),
        shape.header,
        shape.header.first + 1,
        folder,
        "table.parquet",
        titles=titles_above(shape.rows, shape.header),
        notes=[*notes, *found.left_out_note],
    )


@dataclass
class _Found:
    """What is found among the records besides rows: those that do not fit, and lines that are none."""

    width: int
    is_framed: bool
    ragged: list[Problem] = field(default_factory=list)
    wrong: int = 0
    left_out: int = 0
    left_out_note: list[Problem] = field(default_factory=list)

    def sound(
        self, numbers: Sequence[int], records: Sequence[list[str]]
    ) -> tuple[Sequence[int], Sequence[list[str]]]:
        """The records that are rows, with their numbers."""
        is_regular = set(map(len, records)) == {self.width} and all(
            record[0] and record[0][0] not in _RULE_STARTS for record in records
        )
        if is_regular:
            return numbers, records
        kept = [
            (number, cells)
            for number, record in zip(numbers, records, strict=True)
            if (cells := self._row(number, record)) is not None
        ]
        return [number for number, _ in kept], [cells for _, cells in kept]

    def _row(self, number: int, record: list[str]) -> list[str] | None:
        if not any(map(str.strip, record)):
            return None
        if record[0][:1] in _RULE_STARTS and _is_rule(record):
            return None
        if len(record) == self.width:
            return record
        if self.is_framed and len(record) == 1:
            self.left_out += 1
            first = self.left_out_note[0] if self.left_out_note else None
            row, value = (first.row, first.value) if first else (number, shortened(record[0]))
            self.left_out_note = [Problem("left_out_lines", row, "", value, {"count": self.left_out})]
            return None
        if len(record) > self.width and not any(map(str.strip, record[self.width :])):
            return record[: self.width]
        self.wrong += 1
        if len(self.ragged) < AT_MOST:
            facts = {"wanted": self.width, "found": len(record)}
            self.ragged.append(Problem("ragged_row", number, facts=facts))
        return None


def _batches(path: Path, shape: _Shape, told: Told) -> Iterator[tuple[int, list[list[str]]]]:
    """All records, blank ones too, some thousands at a time after the number of the first of them.

    Errors: Unreadable where a quotation mark stays open.
    """
    size = max(path.stat().st_size, 1)
    number = 1
    with path.open(encoding="utf-8-sig", newline="") as stream:
        records = _records(stream, shape)
        try:
            while batch := list(islice(records, _BATCH)):
                yield number, batch
                number += len(batch)
                told(min(os.lseek(stream.fileno(), 0, os.SEEK_CUR) / size, 1.0))
        except csv.Error as error:
            raise Unreadable(Problem("unclosed_quote", _last_record(path, shape) + 1)) from error


def _records(stream: Iterable[str], shape: _Shape) -> Iterator[list[str]]:
    if shape.is_framed:
        return (_framed_row(line) for line in stream)
    csv.field_size_limit(_LARGEST_CELL)
    return csv.reader(stream, delimiter=shape.delimiter, strict=True)


def _last_record(path: Path, shape: _Shape) -> int:
    """The number of the last record that can be read."""
    count = 0
    with path.open(encoding="utf-8-sig", newline="") as stream, contextlib.suppress(csv.Error):
        for _ in _records(stream, shape):
            count += 1
    return count
