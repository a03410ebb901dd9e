"""How headers and codes are compared: as people read them, not as programs write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_IGNORED = re.compile(r"[\s_\-.#\u200b-\u200d\u2060\ufeff]+")


@lru_cache(maxsize=1 << 14)
def normal(word: str) -> str:
    """A word without width (NFKC), case, spaces, underscores, hyphens, dots, hashes and zero-width marks."""
    return _IGNORED.sub("", unicodedata.normalize("NFKC", word).casefold())


def normals(words: Iterable[str]) -> frozenset[str]:
    """The words as they are compared."""
    return frozenset(map(normal, words))
