"""`stillstock history`, `restore`, `purge`: what was loaded, one state put back, one load deleted for good.

Exit codes: 0 done (a restore that changes nothing too), 1 not, 2 wrong use, 3 a purge that waits for a yes.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from queries.errors import StockError
from queries.lake.keeping import history as past
from queries.lake.keeping.purge import Plan
from queries.lake.keeping.purge import plan as planned
from queries.lake.keeping.purge import purge as purge_load
from queries.lake.problems import listed
from queries.lake.register import DataVersion, TableChange
from queries.lake.versions import Lake
from queries.output import Format, as_table, console, json_of, one_sentence, warn, write, write_rows
from queries.settings import Settings

NO_REASON = "no reason given"
LISTED = 3


def history(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="[N [M]]", help="one data version, or two to compare")
    ] = None,
    table: Annotated[str, typer.Option(help="which table to compare")] = "stock",
    original: Annotated[str, typer.Option(metavar="SHA256", help="write this loaded file again")] = "",
    form: Annotated[Format, typer.Option("--format", help="how to write the rows compared")] = Format.table,
    output: Annotated[Path | None, typer.Option(help="a file instead of stdout")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout")] = False,
) -> None:
    """Show every load with who, when, files and what it changed; compare two; get an original back."""
    settings = Settings()
    lake = Lake(settings.lake)
    with one_sentence():
        if original:
            write(past.original(settings, original).read_bytes(), output)
        elif numbers and len(numbers) > 1:
            _compare(lake, numbers[0], numbers[1], table, Format.json if as_json else form, output)
        else:
            versions = past.loads(lake)
            if numbers and not 0 < numbers[0] <= len(versions):
                lake.version(numbers[0])
            shown = [each for each in versions if not numbers or each.number == numbers[0]]
            if as_json:
                write((json_of([_as_dict(each) for each in shown]) + "\n").encode(), output)
            elif shown:
                console().print(as_table([_as_row(each) for each in shown]))
                if numbers:
                    _print_details(shown[0])
            else:
                warn("nothing was loaded yet")


def restore(
    number: Annotated[
        int, typer.Argument(metavar="N", help="the data version to put back; 0 empties the lake")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Make what data version N held the newest one; nothing is erased, so it can be undone alike."""
    with one_sentence():
        made = past.restore(Settings(), number)
        if as_json:
            said: dict[str, Any] = {
                "status": "restored" if made else "unchanged",
                "restored": number,
                "data_version": made.number if made else None,
                "changes": [_change(each) for each in made.changes] if made else [],
            }
            write((json_of(said) + "\n").encode(), None)
        elif made:
            typer.echo(f"data version {made.number} holds what data version {number} held")
            _print_changes(made.changes)
        else:
            typer.echo(f"nothing to do: the lake holds what data version {number} held")


def purge(
    what: Annotated[str, typer.Argument(metavar="N|SHA256", help="a data version, or a file by its sha256")],
    reason: Annotated[str, typer.Option(help="why; shown to whoever opens an old link")] = NO_REASON,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only list what would go")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
) -> None:
    """Delete a load for good: its rows in every data version, its files and copies. This cannot be undone."""
    settings = Settings()
    meant = int(what) if what.isdecimal() and len(what) < 64 else what
    with one_sentence():
        plan = planned(settings, meant)
        if not as_json:
            _print_plan(plan)
        is_sure = yes or (
            not dry_run and not as_json and sys.stdin.isatty() and typer.confirm("delete this?")
        )
        number = None
        if is_sure and not dry_run:
            plan, made = purge_load(settings, meant, reason)
            number = made.number
        status = "planned" if dry_run else "purged" if number else "held"
        if as_json:
            write((json_of(_plan(plan) | {"status": status, "data_version": number}) + "\n").encode(), None)
        elif number:
            typer.echo(f"deleted for good; data version {number} says so")
        elif not dry_run:
            warn("nothing was deleted: say --yes to delete it")
    raise typer.Exit(3 if status == "held" else 0)


def _compare(lake: Lake, a: int, b: int, table: str, form: Format, output: Path | None) -> None:
    try:
        found = past.compare(lake, a, b, table)
    except KeyError as error:
        raise StockError(f"there is no table {table}", remedy="name one with --table") from error
    write_rows(found.rows.to_arrow(), form, output)
    for number, side in ((a, found.a), (b, found.b)):
        sums = f"{side.rows:,} rows, quantity {_plain(side.qty)}, value {_plain(side.value)}"
        warn(f"data version {number}: {sums}")


def _print_details(version: DataVersion) -> None:
    _print_changes(version.changes)
    files = [
        {"file": file.name, "table": file.table, "rows": file.rows, "sha256": file.sha256}
        for file in version.files
    ]
    if files:
        console().print(as_table(files))
    if version.purged:
        gone = version.purged
        warn(f"purged on {gone.at:%Y-%m-%d} by {gone.user} in data version {gone.by}: {gone.reason}")


def _print_changes(changes: tuple[TableChange, ...]) -> None:
    if changes:
        console().print(
            as_table([{**_change(each), "replaced": listed(each.replaced, LISTED)} for each in changes])
        )


def _print_plan(plan: Plan) -> None:
    loads = ", ".join(map(str, plan.loads))
    if loads:
        typer.echo(f"deletes the rows of data version {loads}:")
    for file in plan.files:
        typer.echo(f"  {file.name}, {file.rows:,} rows of {file.table}")
    for change in plan.changes:
        typer.echo(f"  {change.table}: {change.rows_out:,} rows go now, {change.rows_in:,} come back")
    if plan.loads and not plan.changes:
        typer.echo("  none of its rows is in the newest state")
    if plan.unreadable:
        typer.echo(f"data versions no link can show any more: {', '.join(map(str, plan.unreadable))}")
    for path in plan.copies:
        typer.echo(f"deletes {path.parent.name}/{path.name}")
    for number in plan.later:
        typer.echo(f"data version {number} has replaced some of these rows since; what it says stays")
    for number in plan.repeated:
        typer.echo(
            f"data version {number} may have repeated some of these rows; load its file again to keep them"
        )
    for file in plan.shared:
        typer.echo(
            f"the file {file.name} stays, another load has it too; purge it by its sha256 {file.sha256}"
        )


def _as_row(version: DataVersion) -> dict[str, Any]:
    files = listed([file.name for file in version.files], LISTED)
    if version.restored is not None:
        files = f"as data version {version.restored}"
    return {
        "data version": version.number,
        "when (UTC)": f"{version.committed_at:%Y-%m-%d %H:%M:%S}",
        "who": version.user,
        "action": "purged" if version.purged and version.purged.is_itself else version.action,
        "tables": listed([each.table for each in version.changes], LISTED),
        "rows in": sum(each.rows_in for each in version.changes),
        "rows out": sum(each.rows_out for each in version.changes),
        "files": files,
        "can be shown": "no" if version.purged else "yes",
    }


def _as_dict(version: DataVersion) -> dict[str, Any]:
    return {
        "data_version": version.number,
        "action": version.action,
        "committed_at": version.committed_at,
        "user": version.user,
        "files": [asdict(each) for each in version.files],
        "changes": [_change(each) for each in version.changes],
        "restored": version.restored,
        "purged": asdict(version.purged) if version.purged else None,
    }


def _change(change: TableChange) -> dict[str, Any]:
    return {
        name: _number(value) if name.startswith(("qty", "value")) else value
        for name, value in asdict(change).items()
    }


def _plan(plan: Plan) -> dict[str, Any]:
    said = asdict(plan)
    return said | {
        "changes": [_change(each) for each in plan.changes],
        "copies": [f"{path.parent.name}/{path.name}" for path in plan.copies],
    }


def _number(value: Any) -> Any:
    """A decimal without the zeros behind its last digit."""
    text = "" if value is None else f"{value:f}"
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text) if text else None


def _plain(value: Any) -> str:
    return "unknown" if value is None else f"{_number(value):,f}"
