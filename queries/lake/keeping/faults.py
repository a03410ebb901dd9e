"""What the machine refuses, in a sentence: a full disk and a folder that may not be written to."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

from deltalake.exceptions import DeltaError

from queries.errors import StoreFull, StoreReadOnly

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_NUMBER = re.compile(r"\(os error (\d+)\)")


@contextmanager
def plainly() -> Iterator[None]:
    """Inside, a write that the machine refuses ends as StoreFull or StoreReadOnly."""
    try:
        yield
    except (OSError, DeltaError) as error:
        number = _number(error)
        if number in _FULL:
            raise StoreFull(
                "the disk is full; nothing was stored", remedy="free some space, then try again"
            ) from error
        if number in _READ_ONLY:
            raise StoreReadOnly(
                "the folder of the data may not be written to; nothing was stored",
                remedy="let the user who runs stillstock write to it, then try again",
            ) from error
        raise


def _number(error: BaseException) -> int | None:
    """The operating system's number of an error, also where a library tells it in words only."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno
    found = _NUMBER.search(str(error))
    return int(found.group(1)) if found else None
