"""What time it is: the one place where the screen looks at the clock."""

from __future__ import annotations

from datetime import datetime


def now() -> datetime:
    """This moment in the server's own time zone."""
    return datetime.now().astimezone()
