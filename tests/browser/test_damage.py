"""A committed file whose bytes changed: the page says so in words, shows no number, and the rest lives."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from components.words import Words
from queries.cli import main
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.browser.conftest import OpenPage
from tests.browser.page_state import settled
from tests.browser.server import Server

FAILED = ".st-key-failed"
FIGURES = '[data-testid="stMetricValue"], [data-testid="stDataFrame"], svg text'


def flip_a_byte(home: Path, table: str) -> Path:
    """Change one byte in the middle of a committed file of that table; the file."""
    lake = Lake(Settings(home=home).lake)
    current = lake.current()
    assert current is not None
    path = Path(lake.files(current, table)[0])
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_number_is_shown_of_a_file_whose_bytes_changed(
    own_sample_home: Path, serve: Callable[[Path], Server], open_page: OpenPage, language: str
) -> None:
    path = flip_a_byte(own_sample_home, "stock")
    verified = CliRunner().invoke(main, ["verify"])
    assert verified.exit_code == 1
    assert f"stock/{path.name}: changed" in verified.stdout
    shown = CliRunner().invoke(main, ["show", "mart_totals", "--format", "json"])
    assert (shown.exit_code, shown.stdout) == (1, "")
    alive = CliRunner().invoke(main, ["show", "src_bom", "--format", "json"])
    assert (alive.exit_code, alive.stdout.count("parent_id") > 0) == (0, True)

    page = open_page(base_url=serve(own_sample_home).url)
    for address in ("board", "stock", "board?wall=1"):
        page.goto(f"/{address}{'&' if '?' in address else '?'}lang={language}")
        settled(page)
        said = page.locator(FAILED).inner_text()
        assert Words(language)("error.lake_damaged.remedy") in said
        assert path.name in said
        assert page.locator(FIGURES).count() == 0
