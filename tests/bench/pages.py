"""What charts cost: a page's rerun with and without them, and a click until a chart stands anew."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import polars as pl
from playwright.sync_api import Page, sync_playwright
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from queries.lake.load import Upload, load_files
from queries.serving import APP
from queries.settings import Settings
from tests.bench.figures import Figure
from tests.bench.policy import POSITIONS, write_stock
from tests.browser.chromium import FLAGS, find_chromium
from tests.browser.page_state import settled
from tests.browser.server import ROOT, free_port

RUNS = 9
SECONDS = 300.0
PAGES = {"board": "< 2", "stock": "< 3"}
"""Page to how many times its rerun may take the rerun without charts: Altair there, Plotly here."""

APPEARS = """([selector, before]) => new Promise(done => {
  const begun = performance.now();
  const look = () => {
    const text = document.querySelector(selector)?.textContent;
    if (text && text !== before) requestAnimationFrame(() => done(performance.now() - begun));
    else requestAnimationFrame(look);
  };
  look();
})"""


def write_home(folder: Path, positions: int) -> Path:
    """A home with that many positions loaded as one snapshot, and one a month before."""
    home, stock = folder / "home", folder / "pages"
    write_stock(stock, positions)
    file = stock / "stock.parquet"
    now = pl.read_parquet(file)
    before = now.with_columns(pl.col("snapshot_on").dt.offset_by("-1mo"))
    pl.concat([before.head(positions // 4), now]).write_parquet(file)
    result = load_files([Upload(file, "stock")], Settings(home=home), confirmed=True)
    if result.status != "loaded":
        raise RuntimeError(str(result))
    return home


@contextmanager
def served(home: Path, *command: str) -> Iterator[int]:
    """A Streamlit server of that command line, `PORT` in it replaced; its port, once it answers."""
    port = free_port()
    environment = os.environ | {"STILLSTOCK_HOME": str(home)}
    process = subprocess.Popen(
        [sys.executable, *(part.replace("PORT", str(port)) for part in command)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while True:
            try:
                with urlopen(f"http://127.0.0.1:{port}/_stcore/health"):
                    break
            except (URLError, ConnectionError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def rerun(socket: ClientConnection, page: str) -> float:
    """Seconds from asking for a page until its script has finished; an error is no page."""
    asked = BackMsg()
    asked.rerun_script.page_name = page
    asked.rerun_script.query_string = "lang=en"
    begun, elements = time.perf_counter(), 0
    socket.send(asked.SerializeToString())
    while True:
        message = ForwardMsg.FromString(socket.recv(timeout=SECONDS))
        if message.WhichOneof("type") == "delta":
            elements += 1
            if message.delta.new_element.WhichOneof("type") == "exception":
                raise RuntimeError(message.delta.new_element.exception.message)
        if message.WhichOneof("type") == "script_finished":
            break
    if elements < 40:
        raise RuntimeError(f"{page} has only {elements} elements")
    return time.perf_counter() - begun


def reruns(home: Path, *command: str) -> dict[str, float]:
    """Page to the median seconds of its rerun, answers already cached."""
    found = {}
    with served(home, *command) as port:
        for page in PAGES:
            with connect(
                f"ws://127.0.0.1:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None
            ) as socket:
                rerun(socket, page)
                rerun(socket, page)
                found[page] = median(rerun(socket, page) for _ in range(RUNS))
    return found


def until_changed(page: Page, selector: str, act: Callable[[], None]) -> float:
    """Milliseconds from an act until the text of a part is another one."""
    before = page.locator(selector).first.text_content()
    begun = time.perf_counter()
    act()
    page.evaluate(APPEARS, [selector, before])
    took = time.perf_counter() - begun
    settled(page)
    return 1000 * took


def clicks(home: Path) -> tuple[float, float]:
    """Median milliseconds of a click on the least page, and of a board's other day until a chart is new."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
        with served(home, "-m", "streamlit", "run", str(Path(__file__).with_name("floor.py")),
                    "--server.port", "PORT", "--server.headless", "true") as port:  # fmt: skip
            page.goto(f"http://127.0.0.1:{port}/")
            settled(page)
            go = page.get_by_role("button", name="go")
            floor = median(until_changed(page, '[data-testid="stText"]', go.click) for _ in range(RUNS))
        with served(home, "-m", "streamlit", "run", str(APP), "--server.port", "PORT") as port:
            page.goto(f"http://127.0.0.1:{port}/board?lang=en")
            settled(page, seconds=SECONDS)

            def step(key: str) -> float:
                page.get_by_role("slider").first.focus()
                chart = ".st-key-chart_ageing svg"
                return until_changed(page, chart, lambda: page.keyboard.press(key))

            for key in ("ArrowLeft", "ArrowRight"):
                step(key)
            chart = median(step(key) for _ in range(RUNS // 2 + 1) for key in ("ArrowLeft", "ArrowRight"))
        browser.close()
    return floor, chart


def measure(folder: Path, positions: int = POSITIONS) -> Iterator[Figure]:
    """Reruns with and without charts, and a click in the browser beside the machine's own."""
    command = f"python -m tests.bench --only pages --positions {positions}"
    with TemporaryDirectory(dir=folder) as place:
        home = write_home(Path(place), positions)
        run = ("-m", "streamlit", "run", str(APP), "--server.port", "PORT")
        full, bare = reruns(home, *run), reruns(home, "-m", "tests.bench.bare", "PORT")
        for page, wanted in PAGES.items():
            yield Figure("pages", f"{page}: rerun", 1000 * full[page], "ms", "", command)
            yield Figure("pages", f"{page}: rerun without charts", 1000 * bare[page], "ms", "", command)
            yield Figure(
                "pages", f"{page}: with charts to without", full[page] / bare[page], "x", wanted, command
            )
        floor, chart = clicks(home)
        yield Figure("pages", "click to changed word, least page", floor, "ms", "", command)
        yield Figure("pages", "click to redrawn chart, board", chart, "ms", "< 500", command)
