"""Where Chromium is; `python -m tests.browser.chromium` says what to install where it is not."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WHAT_TO_INSTALL = (
    "browser tests need Chromium: apt install chromium, or .venv/bin/playwright install chromium "
    "(on macOS Google Chrome will do)"
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ON_PATH = ("chromium", "google-chrome", "google-chrome-stable")
IN_APPLICATIONS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
)


def find_chromium() -> str | None:
    """Path of the browser to drive: the system's, else the one playwright fetched; None if there is none."""
    for name in ON_PATH:
        if found := shutil.which(name):
            return found
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        for app in IN_APPLICATIONS:
            if (folder / app).exists():
                return str(folder / app)
    with sync_playwright() as playwright:
        fetched = playwright.chromium.executable_path
    return fetched if Path(fetched).exists() else None


if __name__ == "__main__":
    sys.exit(0 if find_chromium() else WHAT_TO_INSTALL)
