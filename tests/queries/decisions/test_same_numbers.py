"""A full link shows the same numbers, byte for byte, after new data and under another policy."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from queries.cli import main
from queries.decisions import links, policies
from queries.engine import Engine
from queries.filters import Filters
from queries.lake.load import Upload, load_files
from queries.output import Format, write_rows
from queries.settings import Settings
from queries.views import views

MARTS = (
    "mart_age_buckets", "mart_changes", "mart_item_crossings", "mart_item_figures", "mart_item_totals",
    "mart_layers", "mart_levels", "mart_tiered_stock",
)  # fmt: skip
"""What pages export; tests/soak asks every mart."""
PINNED = "https://stock.example/board?as_of=2026-10-31&data_version=1&policy_version=2&lang=en"


@pytest.fixture
def settings(own_sample_home: Path) -> Settings:
    """The sample under a policy of its own, version 2."""
    settings = Settings(home=own_sample_home)
    values = Filters(dead_after_days=120, slow_after_days=60, watch_after_days=30)
    policies.activate(
        settings, policies.draft(settings, values, reason="", author="").version, reason="", author=""
    )
    return settings


def change_everything(settings: Settings, folder: Path) -> None:
    """Load a newer stock list and put another policy in force."""
    stock = folder / "stock.csv"
    stock.write_text("snapshot_on,item_id,warehouse_id,qty,unit_cost\n2026-11-30,NEW,WH-NEW,70,9\n")
    result = load_files([Upload(stock, "stock")], settings, confirmed=True, user="tests")
    assert (result.status, result.data_version) == ("loaded", 2), result
    other = policies.draft(settings, Filters(dead_after_days=700), reason="", author="")
    policies.activate(settings, other.version, reason="", author="")


def shown(view: str, link: str) -> bytes:
    """What the command line writes."""
    result = CliRunner().invoke(main, ["show", view, "--link", link, "--format", "csv"])
    assert result.exit_code == 0, result.stderr
    return result.stdout_bytes


def files_of(settings: Settings, link: str, marts: Sequence[str], file: Path) -> dict[str, bytes]:
    """What `show` would write of these marts, the data version opened once."""
    filters, _ = links.asked_by(link, settings)
    engine = Engine.open(settings, filters.data_version)
    said = {}
    for mart in marts:
        order = [(name, False) for name in views()[mart].grain]
        write_rows(engine.answer(mart, filters, sort=order), Format.csv, file)
        said[mart] = file.read_bytes()
    engine.close()
    return said


def test_show_says_the_same_for_a_full_and_a_short_link_and_not_for_an_open_one(
    settings: Settings, tmp_path: Path
) -> None:
    short = f"http://localhost:8501/?go={links.keep(settings, '/stock?' + PINNED.partition('?')[2])}"
    views_ = ("mart_totals", "mart_settings")
    before = {(view, link): shown(view, link) for view in views_ for link in (PINNED, short, "")}
    assert [before[view, PINNED] == before[view, short] for view in views_] == [True, True]
    change_everything(settings, tmp_path)
    after = {asked: shown(*asked) for asked in before}
    assert [asked for asked in before if before[asked] != after[asked]] == [(view, "") for view in views_]


def test_marts_say_the_same_also_when_they_are_worked_out_anew(settings: Settings, tmp_path: Path) -> None:
    before = files_of(settings, PINNED, MARTS, tmp_path / "rows.csv")
    change_everything(settings, tmp_path)
    shutil.rmtree(settings.facts)
    assert files_of(settings, PINNED, MARTS, tmp_path / "rows.csv") == before
