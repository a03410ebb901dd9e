"""Which encoding a text has: only one that is sure, for a wrong guess turns names into other names.

UTF-8 and UTF-16 prove themselves. GB18030 accepts nearly everything, so it must also look like Chinese:
characters in runs, nearly all of them of GB2312. A text is Western (cp1252) only if its few bytes above 127
stand alone between letters and would be no Chinese that anybody writes. Anything else is refused.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from queries.lake.problems import Problem
from queries.lake.reading.grid import Unreadable
from queries.lake.words import normal

_PIECE = 1 << 22
_SAMPLE = 1 << 21
_RUN = re.compile(rb"[\x80-\xff]+")
_WORD = re.compile(r"[^,;\t|\r\n\"]+")
_MARKS = {
    codecs.BOM_UTF8: ("utf-8-sig", "UTF-8 with a byte order mark"),
    codecs.BOM_UTF32_LE: ("utf-32", "UTF-32"),
    codecs.BOM_UTF16_LE: ("utf-16", "UTF-16"),
    codecs.BOM_UTF16_BE: ("utf-16", "UTF-16"),
}
_COMMON = 0.9
_FEW = 0.02
_ALONE = "°º²³µ€£½ª®§±·×–—’ØøàÀáÁéÉíÍóÓúÚ"
"""Signs, and the letters that are words of their own."""


@dataclass(frozen=True)
class Encoding:
    """A codec's name, and how to name it to a person; `is_plain` is UTF-8 without any mark."""

    codec: str
    name: str
    is_plain: bool = False


def encoding_of(path: Path, known: frozenset[str] = frozenset()) -> Encoding:
    """The encoding of a text file; `known` are header words that may prove it.

    Errors: Unreadable with unknown_encoding, or mixed_encoding with the byte where it changes.
    """
    with path.open("rb") as stream:
        start = stream.read(_SAMPLE)
    for mark, (codec, name) in _MARKS.items():
        if start.startswith(mark):
            _decode_all(path, codec)
            return Encoding(codec, name)
    if b"\0" in start:
        return _utf16_without_mark(path, start)
    failed_at = _failure(path, "utf-8")
    if failed_at is None:
        return Encoding("utf-8", "UTF-8", is_plain=True)
    with path.open("rb") as stream:
        stream.seek(max(failed_at - _SAMPLE // 2, 0))
        start_at = stream.tell()
        sample = stream.read(_SAMPLE)
    _refuse_mixed(path, sample, start_at)
    return _legacy(path, sample, start_at, known)


def _legacy(path: Path, sample: bytes, sample_at: int, known: frozenset[str]) -> Encoding:
    chinese, western = Encoding("gb18030", "GB18030"), Encoding("cp1252", "Windows-1252")
    failed_at = _failure(path, "gb18030")
    runs = [match.group() for match in _RUN.finditer(sample)]
    in_runs = sum(len(run) for run in runs if len(run) >= 4) / max(sum(map(len, runs)), 1)
    is_western = _looks_western(sample)
    if is_western:
        _refuse_both(path, sample, sample_at)
    if failed_at is not None:
        if is_western and _failure(path, "cp1252") is None:
            return western
        if in_runs > 0.5 and _common_share(sample) > _COMMON:
            raise Unreadable(_mixed_at(path, failed_at))
        raise Unreadable(Problem("unknown_encoding"))
    common = _common_share(sample)
    if in_runs >= 0.5 and common >= _COMMON:
        return chinese
    if is_western and (common < 1 or _has_known(sample, "cp1252", known)):
        return western
    if _has_known(sample, "gb18030", known) or (not is_western and common >= _COMMON):
        return chinese
    if in_runs >= 0.5 and common > 0.5 and not _decodes(sample, "big5"):
        return chinese
    raise Unreadable(Problem("unknown_encoding"))


def _utf16_without_mark(path: Path, start: bytes) -> Encoding:
    """UTF-16 that does not say so, if only one byte order gives a text; other NUL bytes are damage."""
    fitting = [codec for codec in ("utf-16-le", "utf-16-be") if _is_text(start, codec)]
    if len(fitting) != 1 or path.stat().st_size % 2:
        place = _find_nul(path)
        raise Unreadable(Problem("nul_bytes", line_at(path, place)))
    _decode_all(path, fitting[0])
    return Encoding(fitting[0], "UTF-16")


def _is_text(start: bytes, codec: str) -> bool:
    try:
        text = codecs.getincrementaldecoder(codec)().decode(start)
    except UnicodeDecodeError:
        return False
    odd = sum(not (each.isprintable() or each in "\r\n\t\u3000\u00a0\ufeff") for each in text)
    plain = sum(each in "\r\n\t,;|0123456789" for each in text)
    return odd == 0 and plain > 0


def _looks_western(sample: bytes) -> bool:
    """Whether every byte above 127 is a letter beside a letter, or a sign such as the degree."""
    for match in _RUN.finditer(sample):
        try:
            text = match.group().decode("cp1252")
        except UnicodeDecodeError:
            return False
        before, after = sample[: match.start()][-1:], sample[match.end() : match.end() + 1]
        is_beside = (before + after).decode("ascii", "replace").strip("\r\n\t ,;|\"'0123456789").isalpha()
        if len(text) > 3 or not all(each.isalpha() or each in _ALONE for each in text):
            return False
        if not is_beside and not all(each in _ALONE for each in text):
            return False
    return True


def _common_share(sample: bytes) -> float:
    """Of the characters above 127, read as GB18030, the share that stands in GB2312."""
    text = sample.decode("gb18030", "ignore")
    wide = [each for each in text if each > "\x7f"]
    return sum(_decodes_back(each) for each in wide) / max(len(wide), 1)


def _decodes_back(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _has_known(sample: bytes, codec: str, known: frozenset[str]) -> bool:
    """Whether a header word that is known stands there, one that only this encoding gives."""
    first = sample[:_PIECE].decode(codec, "replace").splitlines()[:15]
    words = (word.strip() for line in first for word in _WORD.findall(line))
    return any(not word.isascii() and normal(word) in known for word in words)


def _refuse_mixed(path: Path, sample: bytes, start_at: int) -> None:
    """UTF-8 characters of three bytes beside what is no UTF-8: two encodings in one file."""
    runs = list(_RUN.finditer(sample))
    proving = [
        m for m in runs if len(m.group()) >= 3 and m.group()[0] >= 0xE0 and _decodes(m.group(), "utf-8")
    ]
    others = [m for m in runs if not _decodes(m.group(), "utf-8")]
    if proving and others and len(proving) >= _FEW * len(runs):
        first = others[0] if len(proving) >= len(others) else proving[0]
        place = first.start()
        if first is others[0]:
            try:
                first.group().decode("utf-8")
            except UnicodeDecodeError as error:
                place += error.start
        raise Unreadable(_mixed_at(path, start_at + place))


def _refuse_both(path: Path, sample: bytes, start_at: int) -> None:
    """Western letters of UTF-8 (two bytes) beside those of Windows: each way of reading spoils the others."""
    runs = list(_RUN.finditer(sample))
    twofold = [m for m in runs if len(m.group()) > 1 and _decodes(m.group(), "utf-8")]
    others = [m for m in runs if not _decodes(m.group(), "utf-8")]
    if twofold and others:
        first = others[0] if twofold[0].start() < others[0].start() else twofold[0]
        raise Unreadable(_mixed_at(path, start_at + first.start()))


def _decodes(content: bytes, codec: str) -> bool:
    try:
        codecs.getincrementaldecoder(codec)().decode(content, final=codec == "utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _failure(path: Path, codec: str) -> int | None:
    """The byte at which the file is not of that encoding, or None if it is throughout."""
    decoder = codecs.getincrementaldecoder(codec)()
    ascii_is_itself = not codec.startswith(("utf-16", "utf-32"))
    done = waiting = 0
    try:
        for piece in _pieces(path):
            if waiting or not (ascii_is_itself and piece.isascii()):
                decoder.decode(piece)
            done += len(piece)
            waiting = len(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return done - waiting + error.start
    return None


def _decode_all(path: Path, codec: str) -> None:
    """Make sure the whole file is what its first bytes say."""
    failed_at = _failure(path, codec)
    if failed_at is not None:
        raise Unreadable(_mixed_at(path, failed_at))


def _mixed_at(path: Path, place: int) -> Problem:
    return Problem("mixed_encoding", line_at(path, place), facts={"offset": place})


def _find_nul(path: Path) -> int:
    done = 0
    for piece in _pieces(path):
        place = piece.find(b"\0")
        if place >= 0:
            return done + place
        done += len(piece)
    return done


def line_at(path: Path, place: int) -> int:
    """The line in which that byte stands, from 1."""
    lines, left = 1, place
    for piece in _pieces(path):
        lines += piece[:left].count(b"\n")
        left -= len(piece)
        if left <= 0:
            break
    return lines
