"""The wall alone for days: it turns, shows news, and comes back from whatever happens to it without a hand.

`live` is one shortened day after another on a clock that the test sets; the soak does the same for an hour.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from components.wall import SCENES
from components.words import Words
from queries.engine import Engine
from queries.lake.load import Upload, load_files
from queries.settings import Settings
from tests.browser.cable import Cable
from tests.browser.page_state import Watch, settled
from tests.browser.server import Server
from tests.conftest import PRINTED

SAY = Words("en")
TURN_SECONDS = 2
PATIENCE = 60_000
BROWSER_GROWTH, SERVER_GROWTH = 12 * 2**20, 160 * 2**20
"""Bytes that browser and server may hold more at the end than after the first day; garbage collected."""

RECORD = """() => {
  window.__shown = [];
  const name = scene => [...scene.querySelectorAll('[class*="st-key-scene_"]'), scene]
    .map(e => /st-key-scene_(\\w+)/.exec(e.className)).find(Boolean)[1];
  setInterval(() => {
    const scenes = [...document.querySelectorAll('.st-key-wall_scenes > *')];
    const seen = scenes.filter(e => parseFloat(getComputedStyle(e).opacity) > 0.5).map(name).join('+');
    if (seen && seen !== window.__shown.at(-1)) window.__shown.push(seen);
  }, 50);
}"""
MARK = """() => {
  window.__marked = [...document.querySelectorAll('.st-key-wall_scenes svg, .st-key-wall_scenes p')];
  return window.__marked.length;
}"""
KEPT = "() => window.__marked.filter(e => e.isConnected).length"


@dataclass
class Wall:
    """One wall: its page, the server behind a cable, the home it shows and the clock it goes by."""

    page: Page
    server: Server
    cable: Cable
    home: Path
    clock: Path
    folder: Path
    loads: int = 0
    held: list[tuple[int, int]] = field(default_factory=list)

    def says(self, text: str) -> None:
        """Wait until that stands in the foot."""
        foot = self.page.locator(".st-key-wall_foot")
        expect(foot).to_contain_text(text, timeout=PATIENCE, use_inner_text=True)

    def is_silent_of(self, text: str) -> None:
        """Wait until that stands in the foot no more."""
        foot = self.page.locator(".st-key-wall_foot")
        expect(foot).not_to_contain_text(text, timeout=PATIENCE, use_inner_text=True)

    def beats(self) -> None:
        """Wait until the numbers were confirmed again, twice."""
        for _ in range(2):
            stamp = self.page.locator(".st-key-wall_stamp")
            expect(stamp).not_to_have_text(stamp.inner_text(), timeout=PATIENCE)

    def load(self, name: str = "supplier") -> list[Path]:
        """Load a supplier, which changes no number of the wall; the files it added."""
        before = set(self.home.rglob("*.parquet"))
        self.loads += 1
        file = self.folder / f"suppliers-{self.loads}.csv"
        file.write_text(f"supplier_id,name\n{name}-{self.loads},Supplier\n", encoding="utf-8")
        result = load_files([Upload(file, "suppliers")], Settings(home=self.home), confirmed=True)
        assert result.status == "loaded", result
        return [file for file in self.home.rglob("*.parquet") if file not in before]

    def version(self) -> str:
        """How the stamp names the newest data version."""
        return SAY("stamp.version", number=self.loads + 1)

    def measure(self) -> None:
        """Note what browser and server hold, garbage collected."""
        session = self.page.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        session.send("Performance.enable")
        found: dict[str, Any] = session.send("Performance.getMetrics")
        heap = next(each["value"] for each in found["metrics"] if each["name"] == "JSHeapUsedSize")
        session.detach()
        self.held.append((int(heap), self.server.held_bytes()))


def live_a_day(wall: Wall, *, away: float = 1.0) -> None:
    """News, a load that cannot be read, a server that starts again, a cable out, and the turn of the day."""
    marked = wall.page.evaluate(MARK)
    wall.load()
    wall.says(wall.version())
    assert wall.page.evaluate(KEPT) == marked, "what did not change was drawn anew"

    wall.cable.pull_out()
    wall.says(SAY("wall.offline"))
    good = wall.version()
    [damaged] = [file for file in wall.load() if "suppliers" in str(file)]
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[: len(whole) // 2])
    time.sleep(away)
    wall.cable.put_back()
    wall.says(SAY("wall.unreadable", number=wall.loads + 1, why="").split(":")[0])
    wall.says(good)
    damaged.write_bytes(whole)
    wall.says(wall.version())
    wall.is_silent_of(SAY("wall.unreadable", number=wall.loads + 1, why="").split(":")[0])

    wall.server.stop()
    wall.says(SAY("wall.offline"))
    time.sleep(away)
    wall.server.start()
    wall.is_silent_of(SAY("wall.offline"))
    wall.beats()

    lake, away_with_it = wall.home / "lake", wall.home / "lake-away"
    lake.rename(away_with_it)
    gone = SAY("wall.unreachable", why="").split(":")[0]
    wall.says(gone)
    away_with_it.rename(lake)
    wall.is_silent_of(gone)

    stale = SAY("stale", days="", day="").split("  ")[0]
    fresh = wall.clock.read_text()
    wall.clock.write_text(str(float(fresh) + timedelta(days=60).total_seconds()))
    wall.says(stale)
    wall.clock.write_text(fresh)
    wall.is_silent_of(stale)


def turned_in_order(shown: list[str]) -> bool:
    """Whether one scene at a time was seen, each followed by the next or, after a new start, by the first."""
    following = dict(zip(SCENES, (*SCENES[1:], SCENES[0]), strict=True))
    return all(b in {following.get(a), SCENES[0]} for a, b in pairwise(shown))


@pytest.fixture
def wall(browser: Browser, own_sample_home: Path, tmp_path: Path) -> Iterator[Callable[[], Wall]]:
    """Hang a wall up: a page of its own at a server by a clock of its own, the day after its data."""
    status = Engine.open(Settings(home=own_sample_home)).answer("mart_data_status").to_pylist()[0]
    newest_day = datetime.combine(status["newest_on"], datetime.min.time())
    clock = tmp_path / "clock"
    clock.write_text(str((newest_day + timedelta(days=1) - datetime.now()).total_seconds()))
    server = Server(own_sample_home, log=tmp_path / "serve.log", clock=clock)
    with server, Cable(server.port) as cable:
        context = browser.new_context(
            locale="en-US", viewport={"width": 1920, "height": 1080}, base_url=cable.url
        )
        page = context.new_page()
        watch = Watch(cable.url)
        page.on("pageerror", lambda error: watch.wrong.append(f"page error: {error}"))
        page.on("request", watch._request)

        def hang() -> Wall:
            page.goto(f"/board?wall=1&seconds={TURN_SECONDS}")
            settled(page, seconds=60)
            page.evaluate(RECORD)
            return Wall(page, server, cable, own_sample_home, clock, tmp_path)

        yield hang
        wrong = watch.look_at(page)
        context.close()
    assert wrong == []


def live(wall: Wall, seconds: float, *, away: float = 1.0) -> str:
    """Days on end for that long; what was held after the first and the last."""
    until = time.monotonic() + seconds
    while len(wall.held) < 1 or time.monotonic() < until:
        live_a_day(wall, away=away)
        wall.measure()
    shown = wall.page.evaluate("() => window.__shown")
    assert set(shown) == set(SCENES)
    assert turned_in_order(shown), shown
    (browser_first, server_first), (browser_last, server_last) = wall.held[0], wall.held[-1]
    assert browser_last - browser_first < BROWSER_GROWTH
    assert server_last - server_first < SERVER_GROWTH
    mb = 2**20
    return (
        f"{len(wall.held)} days, {len(shown)} turns; browser {browser_first / mb:.0f} to "
        f"{browser_last / mb:.0f} MB, server {server_first / mb:.0f} to {server_last / mb:.0f} MB"
    )


@pytest.mark.slow
def test_the_wall_lives_alone_through_a_day(
    wall: Callable[[], Wall], record_property: Callable[[str, object], None]
) -> None:
    record_property(PRINTED, live(wall(), seconds=0))
