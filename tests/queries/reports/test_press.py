"""Reports on paper: what a name says is printed and never run, in bounded time and memory, offline."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from queries.errors import FontMissing, ReportFailed
from queries.reports import press, typeset
from queries.reports.document import Document, Figure, Heading, Section, Table

HOSTILE = (
    '#panic("run")',
    '#import "@preview/nowhere:9.9.9": *',
    "$ x_( $",
    "= *b* _i_ `r` <label> @nobody \\ // /* ",
    "=cmd|'/C calc'!A0",
    "\u202egnp.exe \x00\x07 مرحبا",
    "x" * 4_000,
    "苏州" * 2_000,
)
CHART = {
    "data": {"values": [{"name": text, "value": 1} for text in HOSTILE]},
    "mark": "bar",
    "width": 400,
    "encoding": {
        "y": {"field": "name", "type": "nominal"},
        "x": {"field": "value", "type": "quantitative"},
    },
}


def report_of(texts: tuple[str, ...], chart: dict[str, Any] | None = None) -> Document:
    """A report that says these texts in every place that takes one."""
    table = Table((Heading(texts[0], False, 20), Heading("n", True, 0)), tuple((text, "1") for text in texts))
    return Document(
        language="en",
        title=texts[0],
        lead=" ".join(texts),
        stamp=((texts[0], texts[-1]),),
        warning=texts[0],
        figures=tuple(Figure(text, text, text) for text in texts),
        sections=(Section(texts[0], chart, table, texts[-1]), Section(texts[-1])),
        footer=texts[0],
        made_at=1_790_000_000,
    )


def test_whatever_a_name_says_is_printed_and_not_run() -> None:
    content = press.as_pdf(report_of(HOSTILE, CHART))
    assert content.startswith(b"%PDF")
    assert content.rstrip().endswith(b"%%EOF")


def test_a_report_asks_nothing_of_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a report opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    away = {**CHART, "data": {"url": "http://192.0.2.1/values.json"}}
    document = report_of(("plain",), away).as_json()
    with pytest.raises(Exception, match=r"192\.0\.2\.1"):
        typeset.pdf(document, tmp_path)


def test_the_same_report_is_the_same_bytes(tmp_path: Path) -> None:
    document = report_of(("plain",), {**CHART, "data": {"values": [{"name": "a", "value": 1}]}}).as_json()
    made = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        made.append(typeset.pdf(document, tmp_path / name))
    assert made[0] == made[1]


@pytest.mark.parametrize(("text", "lacks"), [("plain", False), ("库存", True)])
def test_only_chinese_needs_a_font_with_chinese(
    text: str, lacks: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = report_of((text,)).as_json()
    assert not typeset.lacks_font(document)
    monkeypatch.setattr(typeset, "has_chinese_font", lambda: False)
    assert typeset.lacks_font(document) is lacks


def test_a_missing_font_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.CompletedProcess([], typeset.FONT_MISSING, b"", b"")
    monkeypatch.setattr(press.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(FontMissing) as caught:
        press.as_pdf(report_of(("库存",)))
    assert "fonts-noto-cjk" in caught.value.remedy


def test_what_takes_too_long_or_too_much_ends_with_a_reason() -> None:
    with pytest.raises(ReportFailed, match=r"longer than 0\.05 seconds"):
        press.as_pdf(report_of(("plain",)), seconds=0.05)
    with pytest.raises(ReportFailed, match="more than 40 MB"):
        press.as_pdf(report_of(("plain",), CHART), memory_bytes=40 << 20)
