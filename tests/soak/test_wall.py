"""The wall for an hour: day after shortened day of news, damage, restarts, cut cables and midnights."""

from __future__ import annotations

import os
from collections.abc import Callable

from tests.browser.conftest import browser
from tests.browser.test_wall import Wall, live, wall
from tests.conftest import PRINTED

SECONDS = float(os.environ.get("SOAK_SECONDS", "3600"))
AWAY = float(os.environ.get("SOAK_AWAY", "70"))
"""Seconds that cable and server stay away each time: longer than a browser waits between two tries."""

__all__ = ["browser", "wall"]


def test_an_hour_on_the_wall_needs_no_hand_and_no_more_memory(
    wall: Callable[[], Wall], record_property: Callable[[str, object], None]
) -> None:
    record_property(PRINTED, live(wall(), SECONDS, away=AWAY))
