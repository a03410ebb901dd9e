"""A browser, a served sample factory and pages that fail the test when anything on them goes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import FLAGS, WHAT_TO_INSTALL, find_chromium
from tests.browser.page_state import Watch
from tests.browser.server import ROOT, Server

HERE = Path(__file__).parent


class OpenPage(Protocol):
    """Open a page in a context of its own, as a visitor who was never here before."""

    def __call__(
        self, *, locale: str = ..., size: tuple[int, int] = ..., base_url: str | None = ...
    ) -> Page: ...


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser, and shares one browser and one server in one process."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")
            item.add_marker(pytest.mark.xdist_group("browser"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window; the test fails with what to install where there is none."""
    chromium = find_chromium()
    if chromium is None:
        pytest.fail(WHAT_TO_INSTALL, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The sample factory, served for reading; a test that changes anything starts its own with `serve`."""
    with Server(sample_home, log=tmp_path_factory.mktemp("served") / "serve.log") as server:
        yield server


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[[Path], Server]]:
    """Start a server of the test's own on a given home."""
    started: list[Server] = []

    def start(home: Path) -> Server:
        server = Server(home, log=tmp_path / f"serve-{len(started)}.log")
        started.append(server)
        return server.start()

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    """Open pages; whatever went wrong on any of them fails the test, with a picture in shots/failed."""
    opened: list[tuple[Page, Watch]] = []

    def open_one(
        *, locale: str = "zh-CN", size: tuple[int, int] = (1920, 1080), base_url: str | None = None
    ) -> Page:
        base_url = base_url or request.getfixturevalue("served").url
        context = browser.new_context(
            locale=locale,
            viewport={"width": size[0], "height": size[1]},
            base_url=base_url,
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.set_default_timeout(20_000)
        page = context.new_page()
        watch = Watch(base_url)
        watch.over(page)
        opened.append((page, watch))
        return page

    yield open_one
    wrong = []
    for number, (page, watch) in enumerate(opened):
        found = watch.look_at(page)
        if found or request.node.stash.get(CALL_FAILED, False):
            page.screenshot(path=ROOT / "shots" / "failed" / f"{request.node.name}-{number}.png")
        wrong += found
        page.context.close()
    if wrong:
        pytest.fail("\n".join(wrong), pytrace=False)


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A visitor with a Chinese browser at a 1920x1080 screen."""
    return open_page()


CALL_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember that the test itself failed, so that its pages are photographed."""
    report: pytest.TestReport = yield
    if report.when == "call":
        item.stash[CALL_FAILED] = report.failed
    return report
