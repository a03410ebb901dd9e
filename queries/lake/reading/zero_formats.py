"""Codes that a workbook keeps as numbers and shows with leading zeros, by a number format such as 00000."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

_ZEROS = re.compile(r"^(0{2,})(?:;.*)?$")
_NUMBER = re.compile(rb"<(?:\w+:)?c\s([^>]*)>\s*<(?:\w+:)?v>([0-9]+)</")
_STYLE = re.compile(rb"\bs=[\"'](\d+)[\"']")
_KIND = re.compile(rb"\bt=[\"'](\w+)[\"']")


def widths(styles: bytes) -> dict[int, int]:
    """How many digits are shown at least, by the number of a cell style that puts zeros before them."""
    tree = ElementTree.fromstring(styles)  # noqa: S314 - entities are refused
    formats: dict[str, int] = {}
    for each in tree.iter():
        zeros = _ZEROS.match(each.get("formatCode", ""))
        if each.tag.endswith("}numFmt") and zeros:
            formats[each.get("numFmtId", "")] = len(zeros[1])
    styled = next((each for each in tree if each.tag.endswith("}cellXfs")), None)
    numbered = enumerate(styled if styled is not None else ())
    return {
        number: formats[style.get("numFmtId", "")]
        for number, style in numbered
        if style.get("numFmtId", "") in formats
    }


def padded(sheet: bytes, shown: Mapping[int, int]) -> Iterator[tuple[bytes, str]]:
    """The attributes of each cell of a sheet's XML that shows leading zeros, and what it shows."""
    for match in _NUMBER.finditer(sheet) if shown else ():
        style, kind = _STYLE.search(match[1]), _KIND.search(match[1])
        width = shown.get(int(style[1])) if style else None
        if width and len(match[2]) < width and (kind is None or kind[1] == b"n"):
            yield match[1], match[2].decode().zfill(width)
