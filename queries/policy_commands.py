"""`stillstock policy`: versions of the thresholds, one as a file, two compared, one put in force.

Exit codes: 0 done, 1 not, 2 wrong use. A file that is no policy is refused with every problem in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from queries.decisions import policies, policy_file
from queries.decisions.policies import Policy
from queries.decisions.policy_checks import conflicts, refuse
from queries.engine import Engine
from queries.errors import PolicyUnusable
from queries.filters import Filters
from queries.lake.keeping.history import whoever
from queries.lake.versions import Lake
from queries.output import as_table, console, json_of, one_sentence, warn, write
from queries.settings import Settings

NO_REASON = "no reason given"

Version = Annotated[int | None, typer.Argument(metavar="[N]", help="which version (default: the active)")]
Reason = Annotated[str, typer.Option(help="why; shown wherever the version is listed")]
Author = Annotated[str, typer.Option(help="who (default: the user of this machine)")]
Json = Annotated[bool, typer.Option("--json", help="JSON on stdout")]

policy = typer.Typer(
    name="policy",
    no_args_is_help=True,
    help="The policy: its versions, one as a file, two compared, one put in force.",
)


@policy.command("list")
def list_versions(as_json: Json = False) -> None:
    """Show every version: draft, active or past; who, when, why."""
    settings = Settings()
    with one_sentence():
        active = policies.active(settings).version
        rows = [_about(each, active) for each in policies.policies(settings)]
    if as_json:
        _say(rows)
    else:
        console().print(as_table([_on_screen(row) for row in rows]))


@policy.command()
def show(version: Version = None, as_json: Json = False) -> None:
    """Show every threshold of a version, and whether it sets it or it is built in."""
    settings = Settings()
    with one_sentence():
        found = _version(settings, version)
        told, sets = _told(settings, found.values), found.values.variables()
        about = _about(found, policies.active(settings).version)
    values = {name: told[name] for words in policy_file.groups().values() for name in list(words)[1:]}
    if as_json:
        _say({**about, "values": values, "sets": [name for name in values if name in sets]})
    else:
        rows = [
            {"threshold": name, "value": value, "from": "policy" if name in sets else "built in"}
            for name, value in values.items()
        ]
        console().print(as_table([_on_screen(about)]))
        console().print(as_table(rows))


@policy.command()
def export(
    version: Version = None,
    output: Annotated[Path | None, typer.Option(help="a file instead of stdout")] = None,
) -> None:
    """Write a version as a TOML file that explains every threshold; `import` reads it back exactly."""
    settings = Settings()
    with one_sentence():
        found = _version(settings, version)
        write(policy_file.written(found, _told(settings, Filters())).encode(), output)


@policy.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="a policy file")],
    reason: Reason = NO_REASON,
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Keep a policy file as a new version: a draft, until it is put in force."""
    settings = Settings()
    with one_sentence(), _refusal(as_json):
        values = policy_file.read(file.read_bytes())
        refuse(conflicts(_told(settings, values)))
        kept = policies.draft(settings, values, reason=reason, author=author or whoever())
    _done(kept, "draft", f"kept as policy {kept.version}, a draft", as_json)


@policy.command()
def activate(
    version: Annotated[int, typer.Argument(metavar="N", help="the version to put in force")],
    reason: Reason = NO_REASON,
    author: Author = "",
    as_json: Json = False,
) -> None:
    """Put a version in force, a new one or one that was before: everybody's numbers use it from now on."""
    settings = Settings()
    with one_sentence(), _refusal(as_json):
        found = policies.policy(settings, version)
        refuse(conflicts(_told(settings, found.values)))
        policies.activate(settings, version, reason=reason, author=author or whoever())
    _done(found, "active", f"policy {version} is in force", as_json)


@policy.command()
def diff(
    before: Annotated[int, typer.Argument(metavar="N", help="one version")],
    after: Annotated[int, typer.Argument(metavar="M", help="the other")],
    as_json: Json = False,
) -> None:
    """Show in which thresholds two versions differ."""
    settings = Settings()
    with one_sentence():
        a, b = (_told(settings, policies.policy(settings, each).values) for each in (before, after))
    found = policies.differences(a, b)
    if as_json:
        _say({name: {"before": was, "after": now} for name, (was, now) in found.items()})
    elif found:
        rows = [
            {"threshold": n, f"policy {before}": was, f"policy {after}": now}
            for n, (was, now) in found.items()
        ]
        console().print(as_table(rows))
    else:
        warn(f"policy {before} and policy {after} say the same")


def _version(settings: Settings, number: int | None) -> Policy:
    return policies.active(settings) if number is None else policies.policy(settings, number)


def _told(settings: Settings, values: Filters) -> dict[str, Any]:
    """Every threshold in force under these: the row of mart_settings."""
    engine = Engine(settings, Lake(settings.lake), None)
    row: dict[str, Any] = engine.answer("mart_settings", values).to_pylist()[0]
    return row


def _about(found: Policy, active: int) -> dict[str, Any]:
    return {
        "version": found.version,
        "status": found.status(active),
        "created_at": found.created_at,
        "author": found.author,
        "reason": found.reason,
        "activated_at": found.activated_at,
    }


def _on_screen(about: dict[str, Any]) -> dict[str, Any]:
    return {
        name: f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value
        for name, value in about.items()
    }


@contextmanager
def _refusal(as_json: bool) -> Iterator[None]:
    """What makes thresholds no policy ends the command with every problem said."""
    try:
        yield
    except PolicyUnusable as error:
        if as_json:
            problems = [
                {
                    "code": each.code,
                    "key": each.facts.get("key"),
                    "value": each.facts.get("value"),
                    "problem": each.message,
                    "remedy": each.remedy,
                }
                for each in error.problems
            ]
            _say({"status": "refused", "version": None, "problems": problems})
        for each in error.problems:
            warn(f"{each.message} ({each.remedy})")
        raise typer.Exit(1) from error


def _done(found: Policy, status: str, sentence: str, as_json: bool) -> None:
    if as_json:
        _say({"status": status, "version": found.version, "problems": []})
    else:
        typer.echo(sentence)


def _say(value: object) -> None:
    write((json_of(value) + "\n").encode(), None)
