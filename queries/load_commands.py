"""`stillstock load` and `quarantine`: files in, questions out; the rows a load set aside, to be mended.

Exit codes of `load`: 0 loaded, already loaded, or checked in a dry run; 2 refused; 3 waiting for an answer.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from queries.errors import StockError
from queries.lake.checking import quarantine as aside
from queries.lake.load import LoadResult, Upload, load_files
from queries.lake.problems import Problem
from queries.lake.questions import Answers
from queries.lake.versions import Lake
from queries.output import as_table, console, one_sentence, warn, write
from queries.settings import Settings

EXIT_CODES = {"loaded": 0, "already_loaded": 0, "checked": 0, "refused": 2, "held": 3}

STEPS = {"read": "reading", "check": "checking", "compare": "comparing", "commit": "committing"}
"""What a load says it does, by the code its progress gives."""


def load(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="CSV, TSV, XLSX, XLS, Parquet or ZIP")
    ] = None,
    table: Annotated[str, typer.Option(help="what the files hold (default: recognised)")] = "",
    mapping: Annotated[str, typer.Option(help="preset or saved mapping (default: recognised)")] = "",
    fixed: Annotated[
        list[str] | None, typer.Option("--set", metavar="COLUMN=VALUE", help="a value for every row")
    ] = None,
    sheet: Annotated[str, typer.Option(help="which sheet of a workbook")] = "",
    answers: Annotated[
        list[str] | None,
        typer.Option("--answer", metavar="KEY=VALUE", help="answers a question; FILE:KEY for one file"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="look at everything, store nothing")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="take every proposal, confirm what is held, set bad rows aside")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Load files as one data version: all of them or none."""
    constants, wrong = _pairs(fixed, "bad_setting")
    said, unsaid = _pairs(answers, "bad_answer")
    if wrong or unsaid:
        _finish(LoadResult("refused", table, problems=(*wrong, *unsaid)), as_json)
    uploads = [Upload(path, table, mapping, constants, sheet) for path in files or []]
    try:
        with progress_bar() as bar:
            task = bar.add_task("", total=1)

            def told(step: str, share: float) -> None:
                bar.update(task, description=STEPS[step], completed=share)

            result = load_files(
                uploads, Settings(), Answers(said), confirmed=yes, dry_run=dry_run, progress=told
            )
    except StockError as error:
        _finish(LoadResult("refused", table), as_json, error)
    _finish(result, as_json)


def quarantine(
    number: Annotated[int | None, typer.Argument(metavar="[N]", help="data version, else the newest")] = None,
    output: Annotated[
        Path | None, typer.Option(help="a file instead of stdout; .xlsx makes a workbook")
    ] = None,
    table: Annotated[str, typer.Option(help="which table, where a load set rows of several aside")] = "",
) -> None:
    """Write the rows a load set aside, with reasons: mend them and load that file again."""
    settings = Settings()
    with one_sentence():
        lake = Lake(settings.lake)
        version = lake.version(number) if number is not None else lake.current()
        found = aside.quarantined(settings, version.load_id) if version else {}
        if table:
            found = {name: rows for name, rows in found.items() if name == table}
        if not found:
            warn("no rows were set aside")
            raise typer.Exit(1)
        if len(found) > 1:
            warn(f"rows of several tables were set aside; name one with --table: {', '.join(found)}")
            raise typer.Exit(2)
        form = "xlsx" if output and output.suffix.lower() == ".xlsx" else "csv"
        write(aside.for_download(next(iter(found.values())), form), output)


def progress_bar() -> Progress:
    """A bar on stderr, gone when it is done."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _pairs(given: list[str] | None, code: str) -> tuple[dict[str, str], list[Problem]]:
    """What stands before and after the first equals sign of each."""
    pairs = [each.partition("=") for each in given or []]
    wrong = [Problem(code, value="".join(each)) for each in pairs if not (each[0].strip() and each[1])]
    return {name.strip(): value for name, _, value in pairs}, wrong


def _finish(result: LoadResult, as_json: bool, error: StockError | None = None) -> None:
    said = result.as_dict()
    if error:
        named = {"row": None, "column": None, "value": None, "code": error.code, "outcome": "refused"}
        said["problems"] = [named | {"problem": error.message, "remedy": error.remedy}]
    if as_json:
        write((json.dumps(said, ensure_ascii=False) + "\n").encode(), None)
    else:
        _print(said)
    raise typer.Exit(EXIT_CODES[result.status])


def _print(said: dict[str, Any]) -> None:
    number = f", data version {said['data_version']}" if said["data_version"] else ""
    apart = f", {said['quarantined']:,} set aside" if said["quarantined"] else ""
    of = f" of {said['table']}" if said["table"] else ""
    typer.echo(f"{said['status'].replace('_', ' ')}: {said['rows']:,} rows{of}{apart}{number}")
    if said["problems"]:
        told = [{name: each[name] for name in each if name != "code"} for each in said["problems"]]
        console().print(as_table(told))
    if said["questions"]:
        rows = [
            {name: ", ".join(value) if isinstance(value, list) else value for name, value in each.items()}
            for each in said["questions"]
        ]
        console().print(as_table(rows))
        warn("answer with --answer KEY=VALUE; --yes takes every proposal")
