"""What a sender calls a file is shown, but names no place and turns no text around."""

from __future__ import annotations

from pathlib import Path

import pytest

from queries.lake.load import load_files
from queries.lake.uploads import Upload, shown_name
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.queries.lake.uploads import STOCK, TODAY, Write


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("stock.csv", "stock.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\库存 10月.xlsx", "库存 10月.xlsx"),
        ("a\u202egnp.csv", "agnp.csv"),
        ("line\nbreak\x00.csv", "linebreak.csv"),
        ("/", "?"),
    ],
)
def test_a_name_is_shown_without_its_path_and_its_unseen_signs(name: str, label: str) -> None:
    assert Upload(Path("upload"), name=name).label == label


def test_a_long_name_keeps_its_beginning_and_its_end() -> None:
    short = shown_name("x" * 5000 + ".csv")
    assert (len(short), short[-5:]) == (120, "x.csv")


def test_a_hostile_name_is_recorded_as_shown_and_the_file_kept_by_its_content(
    settings: Settings, lake: Lake, write: Write
) -> None:
    upload = Upload(write(STOCK), name="../../<script>alert(1)</script>.csv")
    assert load_files([upload], settings, today=TODAY).status == "loaded"
    current = lake.current()
    assert current is not None
    assert [file.name for file in current.files] == ["script>.csv"]
    assert [path.name for path in settings.originals.iterdir()] == [current.files[0].sha256]
