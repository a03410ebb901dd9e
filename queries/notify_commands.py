"""`stillstock notify`: check the rules of alerts, tell the targets what is due. For cron, or for `serve`.

Any number may run at once: each alert is told to a target once. Exit codes: 0 done, 1 something was not sent.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from queries.alerts import deliver
from queries.alerts.check import check
from queries.errors import StockError
from queries.output import json_of, one_sentence, warn, write
from queries.settings import Settings


def notify(
    check_only: Annotated[bool, typer.Option("--check-only", help="check the rules, send nothing")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="neither check nor send: say what would be sent")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on stdout")] = False,
) -> None:
    """Check the rules of alerts on the newest data, and send each target the digest that is due."""
    settings = Settings()
    with one_sentence():
        if not (settings.public_url or check_only or dry_run):
            raise StockError(
                "a message needs the address of the app for its links",
                remedy="set STILLSTOCK_PUBLIC_URL, such as https://stock.example.com",
            )
        happened = {} if dry_run else dict(check(settings, _now()))
        outcomes = [] if check_only else deliver.deliver(settings, _now, settings.public_url, is_dry=dry_run)
    unsent = [each for each in outcomes if each.status not in ("sent", "due")]
    if as_json:
        told = [
            {
                "target": each.target,
                "status": each.status,
                "alert_count": each.alert_count,
                "problem": each.problem,
            }
            for each in outcomes
        ]
        write((json_of({"events": happened, "messages": told}) + "\n").encode(), None)
    else:
        for kind, count in happened.items():
            typer.echo(f"{count:,} {kind}")
        for each in outcomes:
            if each not in unsent:
                typer.echo(f"{each.target}: {each.alert_count:,} alerts {each.status}")
        for each in unsent:
            why = each.problem or f"set STILLSTOCK_TARGETS__{each.target.upper()} to its Apprise address"
            warn(f"{each.target}: {each.status} ({why})")
    raise typer.Exit(1 if unsent else 0)


def _now() -> datetime:
    return datetime.now(UTC)
