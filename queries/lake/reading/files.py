"""What a file is, by its first bytes and never by its ending; what is too large is refused unread."""

from __future__ import annotations

import errno
import mmap
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from queries.lake.problems import Problem
from queries.lake.reading.grid import Unreadable

Kind = Literal["text", "xlsx", "xls", "parquet", "zip"]

_ENDINGS: dict[Kind, frozenset[str]] = {
    "text": frozenset({"csv", "tsv", "txt", "tab", "asc", "dat", ""}),
    "xlsx": frozenset({"xlsx", ""}),
    "xls": frozenset({"xls", ""}),
    "parquet": frozenset({"parquet", "pq", ""}),
    "zip": frozenset({"zip", ""}),
}
_OTHERS: tuple[bytes, ...] = (
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x7fELF",
)
_OTHERS += (b"SQLite format 3", b"ARROW1", b"{\\rtf", b"BZh9", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd", b"PARE")
_PAGES = (
    b"<!doctype",
    b"<html",
    b"<?xml",
    b"<table",
    b"<head",
    b"<body",
    b"<style",
    b"<meta",
    b"mime-version:",
)
_PROLOG = 1 << 16
_PIECE = 1 << 20
_SMALL = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What one file may cost: bytes packed and unpacked, their ratio, members, memory, seconds."""

    file_bytes: int = 2_000_000_000
    unpacked_bytes: int = 500_000_000
    ratio: int = 100
    members: int = 1_000
    memory_bytes: int = 3 << 30
    seconds: float = 300.0


@dataclass(frozen=True)
class Member:
    """One file out of an archive, or the file itself: its sender's name for it, and where its bytes are."""

    name: str
    path: Path


def kind_of(path: Path, limits: Limits | None = None) -> Kind:
    """What the file holds. Errors: Unreadable, with what it is instead or why it is not opened."""
    limits = limits or Limits()
    if not path.is_file():
        raise Unreadable(Problem("missing_file"))
    size = path.stat().st_size
    if size == 0:
        raise Unreadable(Problem("empty_file"))
    if size > limits.file_bytes:
        raise Unreadable(Problem("too_large_file", facts=_megabytes(size, limits.file_bytes)))
    with path.open("rb") as stream:
        start = stream.read(1024)
    if start.startswith(b"PK\x03\x04"):
        return _kind_of_archive(path, limits)
    if start.startswith(b"PK\x05\x06"):
        raise Unreadable(Problem("empty_file"))
    if start.startswith(b"PAR1"):
        return _whole_parquet(path, size)
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _kind_of_compound(path)
    if start.startswith((b"\xd0\xcf\x11\xe0", *_OTHERS)):
        raise Unreadable(Problem("unknown_format"))
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        raise Unreadable(Problem("web_page"))
    return "text"


def ending_note(name: str, kind: Kind) -> list[Problem]:
    """What to say of a file whose name promises another kind than its bytes are."""
    ending = posixpath.splitext(name)[1].lstrip(".").lower()
    known = any(ending in each for each in _ENDINGS.values())
    if ending in _ENDINGS[kind] or not known:
        return []
    return [Problem("wrong_ending", value=f".{ending}", facts={"kind": kind})]


def members(path: Path, limits: Limits | None = None, folder: Path | None = None) -> list[Member]:
    """The files in an archive, unpacked into `folder` under numbers; any other file is its own only member.

    Folders and what systems leave in archives (hidden files, __MACOSX) are passed over. Errors: Unreadable.
    """
    limits = limits or Limits()
    if kind_of(path, limits) != "zip":
        return [Member(path.name, path)]
    if folder is None:
        raise ValueError("an archive needs a folder to be unpacked into")
    found: list[Member] = []
    left = limits.unpacked_bytes
    with _archive(path) as archive:
        for number, info in enumerate(_files_in(archive)):
            place = folder / f"{number:04}"
            with archive.open(info) as packed, place.open("wb") as unpacked:
                left -= _copied(packed, unpacked, left, limits)
            if _is_archive(place, limits):
                raise Unreadable(Problem("nested_zip", value=_name_of(info)))
            found.append(Member(_name_of(info), place))
    if not found:
        raise Unreadable(Problem("empty_file"))
    short = [posixpath.basename(member.name) for member in found]
    if len(set(short)) == len(short):
        found = [Member(name, member.path) for name, member in zip(short, found, strict=True)]
    return found


def _copied(packed: IO[bytes], unpacked: IO[bytes], left: int, limits: Limits) -> int:
    """Bytes copied; the directory's sizes can lie, so they are counted again."""
    copied = 0
    while piece := packed.read(_PIECE):
        copied += len(piece)
        if copied > left:
            raise Unreadable(Problem("zip_bomb", facts=_megabytes(copied, limits.unpacked_bytes)))
        unpacked.write(piece)
    return copied


def _is_archive(path: Path, limits: Limits) -> bool:
    """Whether a member is an archive itself; one that cannot be read says so when it is its turn."""
    try:
        return kind_of(path, limits) == "zip"
    except Unreadable:
        return False


def _kind_of_archive(path: Path, limits: Limits) -> Kind:
    with _archive(path) as archive:
        infos = archive.infolist()
        names = {info.filename for info in infos}
        if len(infos) > limits.members:
            facts = {"count": len(infos), "limit": limits.members}
            raise Unreadable(Problem("too_many_members", facts=facts))
        if any(info.flag_bits & 1 for info in infos):
            raise Unreadable(Problem("encrypted"))
        _refuse_bombs(infos, limits)
        if "xl/workbook.bin" in names or "mimetype" in names:
            raise Unreadable(Problem("unknown_format"))
        if "xl/workbook.xml" not in names and "[Content_Types].xml" not in names:
            return "zip"
        if any(name.endswith("vbaProject.bin") or name.startswith("xl/macrosheets/") for name in names):
            raise Unreadable(Problem("macros"))
        if "xl/workbook.xml" not in names:
            raise Unreadable(Problem("unknown_format"))
        for info in infos:
            if info.filename.endswith((".xml", ".rels")):
                with archive.open(info) as part:
                    _refuse_entities(part.read(_PROLOG))
    return "xlsx"


def _refuse_bombs(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    whole = sum(info.file_size for info in infos)
    if whole > limits.unpacked_bytes:
        raise Unreadable(Problem("zip_bomb", facts=_megabytes(whole, limits.unpacked_bytes)))
    for info in infos:
        if info.file_size > _SMALL and info.file_size > limits.ratio * max(info.compress_size, 1):
            raise Unreadable(Problem("zip_bomb", facts=_megabytes(info.file_size, limits.unpacked_bytes)))


def _refuse_entities(start: bytes) -> None:
    """Entities are declared before the first element: none stands in a workbook that Excel wrote."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in start:
        raise Unreadable(Problem("xml_bomb"))
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start or (len(start) == _PROLOG and b"<!--" in start[:1024]):
        raise Unreadable(Problem("xml_bomb"))


def _whole_parquet(path: Path, size: int) -> Kind:
    with path.open("rb") as stream:
        stream.seek(max(size - 4, 0))
        end = stream.read()
    if end == b"PARE":
        raise Unreadable(Problem("encrypted"))
    if end != b"PAR1" or size < 12:
        raise Unreadable(Problem("truncated"))
    return "parquet"


def _kind_of_compound(path: Path) -> Kind:
    """Old Office files are told apart by their streams; each has an entry of 128 bytes, its name first."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if _has_stream(content, "EncryptedPackage") or _has_stream(content, "EncryptionInfo"):
            raise Unreadable(Problem("encrypted"))
        if any(_has_stream(content, name) for name in ("_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA")):
            raise Unreadable(Problem("macros"))
        if _has_stream(content, "Workbook") or _has_stream(content, "Book"):
            return "xls"
    raise Unreadable(Problem("unknown_format"))


def _has_stream(content: mmap.mmap, name: str) -> bool:
    word = name.encode("utf-16-le") + b"\0\0"
    place = content.find(word)
    while place >= 0:
        length = int.from_bytes(content[place + 64 : place + 66], "little")
        if place % 128 == 0 and length == len(word):
            return True
        place = content.find(word, place + 1)
    return False


@contextmanager
def _archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive; what zipfile raises of a damaged one is Unreadable, a full disk is not."""
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except OSError as error:
        if error.errno not in (None, errno.EINVAL):
            raise
        raise Unreadable(Problem("truncated")) from error
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError, ValueError) as error:
        raise Unreadable(Problem("truncated")) from error
    except RuntimeError as error:
        raise Unreadable(Problem("unknown_format")) from error


def _files_in(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    for info in archive.infolist():
        parts = [part for part in info.filename.split("/") if part not in (".", "..")]
        if not info.is_dir() and not any(part.startswith((".", "__MACOSX")) for part in parts):
            yield info


def _name_of(info: zipfile.ZipInfo) -> str:
    """The name as its sender saw it; an archive that does not say UTF-8 may hold it in another code page."""
    if info.flag_bits & 0x800:
        return info.filename
    raw = info.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def _megabytes(found: int, limit: int) -> dict[str, object]:
    return {"size": f"{found / 1e6:,.0f} MB", "limit": f"{limit / 1e6:,.0f} MB"}
