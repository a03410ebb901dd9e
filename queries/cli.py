"""`stillstock`: load files, show the numbers behind a link, serve the app, verify the lake.

Answers go to stdout, progress and warnings to stderr. Exit codes of `load`: 0 loaded or already loaded, 2
refused, 3 held for confirmation. Other commands: 0 fine, 1 not, 2 wrong use.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from queries.engine import Engine
from queries.errors import StockError
from queries.filters import Filters
from queries.history_commands import history, purge, restore
from queries.lake.load import LoadResult, Upload, load_files
from queries.lake.mapping import GENERIC
from queries.lake.problems import Problem
from queries.lake.versions import Lake
from queries.output import Format, as_table, console, json_of, one_sentence, warn, write, write_rows
from queries.serving import sample_into, serve_app
from queries.settings import Settings
from queries.views import CHECKS, views

EXIT_CODES = {"loaded": 0, "already_loaded": 0, "refused": 2, "held": 3}

_STEPS = {"read": "reading", "check": "checking", "compare": "comparing", "commit": "committing"}

main = typer.Typer(
    name="stillstock",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The dashboard for stock that stands still: files in, numbers out.",
)


@main.command()
def load(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="CSV, XLSX or Parquet")
    ] = None,
    table: Annotated[str, typer.Option(help="what the files hold: stock, movements, items …")] = "",
    mapping: Annotated[str, typer.Option(help="preset of the system they come from")] = GENERIC,
    fixed: Annotated[
        list[str] | None, typer.Option("--set", metavar="COLUMN=VALUE", help="a value for every row")
    ] = None,
    sheet: Annotated[str, typer.Option(help="which sheet of a workbook")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="confirm what would be held")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Load files as one data version: all of them or none."""
    pairs = [each.partition("=") for each in fixed or []]
    wrong = [
        Problem("bad_setting", value="".join(each)) for each in pairs if not (each[0].strip() and each[1])
    ]
    if wrong:
        _finish_load(LoadResult("refused", table, problems=tuple(wrong)), as_json)
    constants = {name.strip(): value for name, _, value in pairs}
    uploads = [Upload(path, table, mapping, constants, sheet) for path in files or []]
    try:
        with _progress() as bar:
            task = bar.add_task("", total=1)

            def told(step: str, share: float) -> None:
                bar.update(task, description=_STEPS[step], completed=share)

            result = load_files(uploads, Settings(), confirmed=yes, progress=told)
    except StockError as error:
        _finish_load(LoadResult("refused", table), as_json, error)
    _finish_load(result, as_json)


@main.command()
def show(
    view: Annotated[str, typer.Argument(help="a view, such as mart_tiered_stock")] = "",
    link: Annotated[str, typer.Option(help='filters as in a link: "warehouse=W1&as_of=2014-06-30"')] = "",
    form: Annotated[Format, typer.Option("--format", help="how to write the rows")] = Format.table,
    output: Annotated[Path | None, typer.Option(help="a file instead of stdout")] = None,
    sql: Annotated[bool, typer.Option("--sql", help="the view's SQL for a bare DuckDB shell")] = False,
    names: Annotated[bool, typer.Option("--list", help="name every view")] = False,
) -> None:
    """Show the rows of a view: the same numbers as the pages for the same link."""
    if names or not view:
        _list_views(form)
        raise typer.Exit(0 if names else 2)
    filters, ignored = Filters.from_link(link)
    for each in ignored:
        warn(f"not used from the link: {each.name}={each.value} ({each.reason})")
    with one_sentence():
        engine = Engine.open(Settings(), filters.data_version)
        if sql:
            write(engine.script(view, filters).encode(), output)
            return
        write_rows(engine.answer(view, filters), form, output)


@main.command()
def serve(
    port: Annotated[int, typer.Option(help="port to listen on")] = 8501,
    address: Annotated[str, typer.Option(help="0.0.0.0 lets other machines in")] = "127.0.0.1",
) -> None:
    """Serve the app; an empty home gets the sample factory first."""
    settings = Settings()
    with one_sentence():
        if Lake(settings.lake).current() is None:
            _make_sample(settings, None, None, None)
        code = serve_app(settings, port, address, ready=lambda url: typer.echo(f"stillstock is at {url}"))
    raise typer.Exit(code)


@main.command()
def sample(
    items: Annotated[int | None, typer.Option(min=60, help="how many items the factory has")] = None,
    seed: Annotated[int | None, typer.Option(help="another seed, another factory")] = None,
    folder: Annotated[Path | None, typer.Option(help="where its files go (default: in the home)")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="load it beside data that is there already")] = False,
) -> None:
    """Create the sample factory and load it."""
    settings = Settings()
    with one_sentence():
        if Lake(settings.lake).current() is not None and not yes:
            warn("this home holds data already; name an empty STILLSTOCK_HOME, or say --yes")
            raise typer.Exit(2)
        _make_sample(settings, folder, items, seed)


@main.command()
def verify() -> None:
    """Compare every committed file with its recorded sha256, and run the checks of queries/checks."""
    settings = Settings()
    lake = Lake(settings.lake)
    wrong = 0
    with one_sentence():
        history = lake.history()
        for damaged in lake.damaged_files():
            wrong += 1
            typer.echo(f"{damaged.table}/{damaged.path}: {damaged.reason} since it was committed")
        engine = Engine(settings, lake, history[-1] if history else None)
    for path in sorted(CHECKS.glob("*.sql")):
        try:
            offending = engine.check(path.stem)
        except StockError as error:
            wrong += 1
            typer.echo(f"{path.stem}: not checked, {error.message}")
            continue
        if offending.num_rows:
            wrong += 1
            first = json_of(offending.slice(0, 1).to_pylist()[0])
            typer.echo(f"{path.stem}: {offending.num_rows:,} offending rows, such as {first}")
    files = sum(len(version.added) for version in history)
    typer.echo(
        f"{len(history)} data versions, {files} files: {f'{wrong} things wrong' if wrong else 'all well'}"
    )
    raise typer.Exit(1 if wrong else 0)


for command in (history, restore, purge):
    main.command()(command)


def _finish_load(result: LoadResult, as_json: bool, error: StockError | None = None) -> None:
    said = result.as_dict()
    if error:
        said["problems"] = [
            {"row": None, "column": None, "value": None, "problem": error.message, "remedy": error.remedy}
        ]
    if as_json:
        write((json.dumps(said, ensure_ascii=False) + "\n").encode(), None)
    else:
        number = f", data version {said['data_version']}" if said["data_version"] else ""
        typer.echo(f"{said['status'].replace('_', ' ')}: {said['rows']:,} rows of {said['table']}{number}")
        if said["problems"]:
            console().print(as_table(said["problems"]))
    raise typer.Exit(EXIT_CODES[result.status])


def _make_sample(settings: Settings, folder: Path | None, items: int | None, seed: int | None) -> None:
    with _progress() as bar:
        task = bar.add_task("making the sample factory", total=1)

        def told(step: str, share: float) -> None:
            bar.update(task, description=_STEPS.get(step, step), completed=share)

        result = sample_into(settings, folder or settings.home / "sample", items, seed, told)
    if result.problems:
        raise StockError(result.problems[0].problem, remedy=result.problems[0].remedy)
    typer.echo(f"the sample factory is loaded: {result.rows:,} rows, data version {result.data_version}")


def _list_views(form: Format) -> None:
    rows = [{"view": v.name, "grain": ", ".join(v.grain), "comment": v.comment} for v in views().values()]
    rows.sort(key=lambda row: row["view"])
    write_rows(pa.Table.from_pylist(rows), form, None)


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


if __name__ == "__main__":
    main()
