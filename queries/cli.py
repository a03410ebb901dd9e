"""`stillstock`: load files, show or report the numbers behind a link, serve the app, verify the lake.

Answers go to stdout, progress and warnings to stderr. Exit codes of `load`: 0 loaded, already loaded or only
checked, 2 refused, 3 waiting for an answer. Other commands: 0 fine, 1 not, 2 wrong use.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pyarrow as pa
import typer

from queries.decisions.links import asked_by
from queries.engine import Engine
from queries.errors import StockError
from queries.history_commands import history, purge, restore
from queries.lake.versions import Lake
from queries.load_commands import STEPS, load, progress_bar, quarantine
from queries.notify_commands import notify
from queries.output import Format, json_of, one_sentence, warn, write, write_rows
from queries.policy_commands import policy
from queries.reports.command import report
from queries.serving import sample_into, serve_app
from queries.settings import Settings
from queries.views import CHECKS, views

main = typer.Typer(
    name="stillstock",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The dashboard for stock that stands still: files in, numbers out.",
)

for command in (load, history, restore, quarantine, purge, report, notify):
    main.command()(command)
main.add_typer(policy)


@main.command()
def show(
    view: Annotated[str, typer.Argument(help="a view, such as mart_tiered_stock")] = "",
    link: Annotated[
        str, typer.Option(help='a link of the app, or its filters: "warehouse=W1&as_of=2014-06-30"')
    ] = "",
    form: Annotated[Format, typer.Option("--format", help="how to write the rows")] = Format.table,
    output: Annotated[Path | None, typer.Option(help="a file instead of stdout")] = None,
    sql: Annotated[bool, typer.Option("--sql", help="the view's SQL for a bare DuckDB shell")] = False,
    names: Annotated[bool, typer.Option("--list", help="name every view")] = False,
) -> None:
    """Show the rows of a view: the same numbers as the pages for the same link."""
    if names or not view:
        _list_views(form)
        raise typer.Exit(0 if names else 2)
    settings = Settings()
    with one_sentence():
        filters, ignored = asked_by(link, settings)
        for each in ignored:
            warn(f"not used from the link: {each.name}={each.value} ({each.reason})")
        engine = Engine.open(settings, filters.data_version)
        if sql:
            write(engine.script(view, filters).encode(), output)
            return
        grain = views()[view].grain if view in views() else ()
        write_rows(engine.answer(view, filters, sort=[(name, False) for name in grain]), form, output)


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


def _make_sample(settings: Settings, folder: Path | None, items: int | None, seed: int | None) -> None:
    with progress_bar() as bar:
        task = bar.add_task("making the sample factory", total=1)

        def told(step: str, share: float) -> None:
            bar.update(task, description=STEPS.get(step, step), completed=share)

        result = sample_into(settings, folder or settings.home / "sample", items, seed, told)
    if result.status not in ("loaded", "already_loaded"):
        raise StockError(result.problems[0].problem, remedy=result.problems[0].remedy)
    typer.echo(f"the sample factory is loaded: {result.rows:,} rows, data version {result.data_version}")


def _list_views(form: Format) -> None:
    rows = [{"view": v.name, "grain": ", ".join(v.grain), "comment": v.comment} for v in views().values()]
    rows.sort(key=lambda row: row["view"])
    write_rows(pa.Table.from_pylist(rows), form, None, at_most=len(rows))


if __name__ == "__main__":
    main()
