"""Both READMEs lead where they say: links, pictures, commands, tables; and one is the other's twin."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image
from typer.main import get_group

from queries.cli import main
from queries.filters import Filters
from queries.lake.contract import TABLES
from queries.lake.mapping.rows import preset as read_preset
from queries.views import views

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh-CN.md")
PAPERS = (*READMES, "docs/rules_of_age.md", "sample_data/README.md", "CHANGELOG.md")
PICTURE_BYTES = 250 * 1024


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def links(name: str) -> list[str]:
    """Where a paper's links and pictures lead, but for other sites and places in itself."""
    found = re.findall(r"\]\(([^)\s]+)\)", text(name))
    return [link for link in found if not link.startswith(("http", "#"))]


def blocks(name: str) -> list[list[str]]:
    """The lines of each fenced block, without what follows a number sign."""
    fenced = re.findall(r"^```\w*\n(.*?)^```", text(name), re.M | re.S)
    return [[re.sub(r"\s+#.*", "", line) for line in block.splitlines()] for block in fenced]


def commands(name: str) -> list[list[str]]:
    """Every `stillstock` command that a block tells the reader to type, as its words."""
    return [
        shlex.split(line)[1:] for block in blocks(name) for line in block if line.startswith("stillstock ")
    ]


@pytest.mark.parametrize("paper", PAPERS)
def test_every_link_leads_somewhere(paper: str) -> None:
    folder = (ROOT / paper).parent
    assert [link for link in links(paper) if not (folder / link).exists()] == []


@pytest.mark.parametrize("readme", READMES)
def test_the_two_commands_stand_at_the_top(readme: str) -> None:
    first = [line.split()[:2] for line in blocks(readme)[0]]
    assert first == [["make", "run"], ["make", "test"]]
    before = text(readme).split("```")[0]
    assert before.count("\n") < 8


@pytest.mark.parametrize("readme", READMES)
def test_pictures_are_of_this_language_and_small(readme: str) -> None:
    pictures = [link for link in links(readme) if link.endswith(".png")]
    ending = ".zh.png" if "zh" in readme else ".en.png"
    assert len(pictures) >= 3
    assert all(picture.endswith(ending) for picture in pictures)
    for picture in pictures:
        assert (ROOT / picture).stat().st_size <= PICTURE_BYTES, picture
        with Image.open(ROOT / picture) as image:
            assert image.width >= 1280, picture


def test_no_picture_is_left_that_nothing_shows() -> None:
    shown = {Path(link).name for readme in READMES for link in links(readme)}
    assert {path.name for path in (ROOT / "docs" / "pictures").iterdir()} <= shown


@pytest.mark.parametrize("readme", READMES)
def test_every_command_in_it_is_one_that_exists(readme: str) -> None:
    known = get_group(main)
    assert len(commands(readme)) >= 8
    for words in commands(readme):
        command = known.commands[words[0]]
        options = {name for option in command.params for name in option.opts}
        assert {word for word in words if word.startswith("--")} <= options, words
        pairs = dict(pairwise(words))
        if words[0] == "show":
            assert words[1] in views()
        if "--table" in pairs:
            assert pairs["--table"] in {table.name for table in TABLES}
        if "--link" in pairs:
            assert Filters.from_link(pairs["--link"])[1] == ()


@pytest.mark.parametrize("readme", READMES)
def test_every_table_of_the_contract_is_listed_with_what_it_needs(readme: str) -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", text(readme), re.M))
    for table in TABLES:
        assert re.findall(
            r"[a-z][a-z_]*_\w+|qty|status|kind|currency|rate|strategy", rows[table.name]
        ) == list(table.required), table.name


@pytest.mark.parametrize("readme", READMES)
def test_presets_it_names_exist(readme: str) -> None:
    for preset in ("generic", "adventureworks"):
        assert f"`{preset}`" in text(readme)
        assert read_preset(preset).name == preset


def test_the_twins_say_the_same_things_in_the_same_order() -> None:
    english, chinese = (
        [
            (re.findall(r"\]\(([^)\s]+)\)", part), re.findall(r"\bSTILLSTOCK_\w+", part))
            for part in re.split(r"^## ", text(readme), flags=re.M)[1:]
        ]
        for readme in READMES
    )
    assert len(english) == len(chinese) >= 9
    for one, other in zip(english, chinese, strict=True):
        assert [link.replace(".en.", ".zh.") for link in one[0]] == other[0]
        assert one[1] == other[1]
    assert commands(READMES[0]) == commands(READMES[1])
