"""A report as PDF, typeset in another process, which may take only so long and so much."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from queries.errors import FontMissing, ReportFailed
from queries.reports import typeset
from queries.reports.document import Document

SECONDS, MEMORY_BYTES = 60.0, 2 << 30

_ROOT = Path(__file__).resolve().parents[2]
_MODULE = "queries.reports.typeset"


def as_pdf(document: Document, *, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES) -> bytes:
    """The report on A4 pages. Errors: FontMissing if it holds Chinese and no font here does, ReportFailed."""
    task = {"memory_bytes": memory_bytes, "document": document.as_json()}
    with tempfile.TemporaryDirectory(prefix="stillstock-report-") as folder:
        try:
            done = subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-m", _MODULE, folder],
                input=json.dumps(task).encode(),
                capture_output=True,
                timeout=seconds,
                cwd=_ROOT,
                env={**os.environ, "MALLOC_ARENA_MAX": "2"},
            )
        except subprocess.TimeoutExpired as error:
            raise _failed(f"it took longer than {seconds:g} seconds") from error
    if done.returncode == typeset.FONT_MISSING:
        raise FontMissing(
            "this machine has no font with Chinese characters",
            remedy="install one, such as: apt install fonts-noto-cjk",
        )
    if done.returncode < 0:
        raise _failed(f"it took more than {memory_bytes >> 20} MB, or something ended it")
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or [""]
        raise _failed(said[-1][:300])
    return done.stdout


def has_chinese_font() -> bool:
    """Whether a report with Chinese in it can be made on this machine."""
    return typeset.has_chinese_font()


def _failed(why: str) -> ReportFailed:
    return ReportFailed(
        f"the report could not be typeset: {why}", remedy="narrow the filters, or take the XLSX", why=why
    )
