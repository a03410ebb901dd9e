"""How headers and codes are compared: as people read them, not as programs write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_IGNORED = re.compile(r"[\s_\-.#\u200b-\u200d\u2060\ufeff]+")

_LEVEL = re.compile(r"[-.]")


@lru_cache(maxsize=1 << 14)
def normal(word: str) -> str:
    """A word without width (NFKC), case, spaces, underscores, hyphens, dots, hashes and zero-width marks."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", word).casefold())


Word = str | re.Pattern[str]
"""A word as people read it, or a pattern for many of them."""


def among(headers: Iterable[str], words: Iterable[Word]) -> list[str]:
    """The headers that are one of the words, as they are compared, or match one of the patterns."""
    every = list(words)
    plain = normals(word for word in every if isinstance(word, str))
    patterns = [word for word in every if isinstance(word, re.Pattern)]
    return [
        header
        for header in headers
        if normal(header) in plain
        or any(pattern.search(unicodedata.normalize("NFKC", header)) for pattern in patterns)
    ]


def last_levels(headers: Iterable[str]) -> dict[str, str]:
    """Headers of several levels by their last one as it is compared, where that means only one of them."""
    every = list(headers)
    found: dict[str, list[str]] = {}
    for header in every:
        last = normal(_LEVEL.split(header)[-1])
        if last and last != normal(header):
            found.setdefault(last, []).append(header)
    plain = normals(every)
    return {last: named[0] for last, named in found.items() if len(named) == 1 and last not in plain}


def normals(words: Iterable[str]) -> frozenset[str]:
    """The words as they are compared."""
    return frozenset(map(normal, words))
