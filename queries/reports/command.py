"""`stillstock report`: the report of a link as a file, made by the module that draws the pages' charts."""

from __future__ import annotations

import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from queries.output import warn
from queries.serving import APP, environment_of
from queries.settings import Settings

_MODULE = "components.report_file"
_ENDINGS = (".pdf", ".xlsx")


class Language(StrEnum):
    """The languages of a report."""

    en = "en"
    zh = "zh"


def report(
    output: Annotated[Path, typer.Option(help="the file to write, ending in .pdf or .xlsx")],
    link: Annotated[
        str, typer.Option(help='a link of the app, or its filters: "warehouse=W1&as_of=2014-06-30"')
    ] = "",
    language: Annotated[
        Language | None, typer.Option("--lang", help="the report's language (default: the link's)")
    ] = None,
) -> None:
    """Write the dated report of a link: key numbers, charts and tables, with data and policy version."""
    if output.suffix not in _ENDINGS or not output.resolve().parent.is_dir():
        warn(f"name a file in a folder that is there, ending in {' or '.join(_ENDINGS)}")
        raise typer.Exit(2)
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", _MODULE, link, language or "", str(output.resolve())],
        cwd=APP.parent,
        env=environment_of(Settings()),
        stderr=subprocess.PIPE,
        text=True,
    )
    if done.stderr:
        warn(done.stderr.rstrip())
    raise typer.Exit(done.returncode)
