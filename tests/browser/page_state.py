"""What a test may ask of an open page: has Streamlit finished, and did anything go wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request

# Read from Streamlit 1.67's own page: the app element says whether a script runs and the socket stands;
# parts still loading are skeletons, parts of an older run are marked stale. Quiet must last half a second,
# since a page that navigates is at rest for a moment in between.
QUIET = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  const busy = !app
    || app.dataset.testScriptState !== 'notRunning'
    || app.dataset.testConnectionState !== 'CONNECTED'
    || document.querySelector(
      '[data-testid="stAppSkeleton"], [data-testid="stSkeleton"], [data-testid="stSkeletonElement"],'
      + '[data-testid="stSpinner"], [data-stale="true"]');
  const now = performance.now();
  if (busy || window.__quietSince === undefined) window.__quietSince = now;
  return !busy && now - window.__quietSince > 500;
}"""


def settled(page: Page, *, seconds: float = 30) -> Page:
    """Wait until Streamlit has drawn everything it has to say; the page itself, for chaining."""
    page.evaluate("() => { window.__quietSince = undefined }")
    page.wait_for_function(QUIET, polling=100, timeout=seconds * 1000)
    return page


# A visitor who enters by a page's own address makes Streamlit look for the server below that address first.
PROBES = ("/_stcore/health", "/_stcore/host-config")


@dataclass
class Watch:
    """What went wrong on one page: console errors, faults, dialogs, exceptions, requests to elsewhere."""

    base_url: str
    wrong: list[str] = field(default_factory=list)

    def over(self, page: Page) -> None:
        """Listen from now on; call before the first visit."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrong.append(f"page error: {error}"))
        page.on("request", self._request)
        page.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        address = message.location.get("url", "")
        if message.type == "error" and not address.endswith(PROBES):
            self.wrong.append(f"console: {message.text} ({address})")

    def _dialog(self, dialog: Dialog) -> None:
        self.wrong.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((self.base_url, "data:", "blob:", "about:")):
            self.wrong.append(f"a request left the machine: {request.url}")

    def look_at(self, page: Page) -> list[str]:
        """Everything wrong so far, with the exception boxes that stand on the page now."""
        boxes = page.locator('[data-testid="stException"]').all_inner_texts()
        return self.wrong + [f"exception on the page: {text}" for text in boxes]
