"""`stillstock notify` as cron uses it, and `serve` on its rhythm."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from queries import serving
from queries.alerts import outbox
from queries.alerts.outbox import Target
from queries.alerts.rules import Rule
from queries.cli import main
from queries.settings import Settings
from tests.queries.alerts.kept import kept_rule
from tests.queries.alerts.mailbox import webhook


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["notify", *arguments])


def test_notify_checks_and_sends_and_says_what_it_did(
    own_sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(home=own_sample_home)
    dead = {"entity": "warehouse", "any_of": [[{"measure": "state", "codes": ["dead"]}]]}
    kept_rule(settings, "Dead stock", Rule.model_validate(dead))
    outbox.save_target(settings, Target("buyers"))
    refused = run()
    assert (refused.exit_code, "STILLSTOCK_PUBLIC_URL" in refused.stderr) == (1, True)
    checked = json.loads(run("--check-only", "--json").stdout)
    count = checked["events"]["opened"]
    assert count > 0
    assert checked == {"events": {"opened": count}, "messages": []}
    due = {"target": "buyers", "status": "due", "alert_count": count, "problem": ""}
    assert json.loads(run("--dry-run", "--json").stdout) == {"events": {}, "messages": [due]}
    monkeypatch.setenv("STILLSTOCK_PUBLIC_URL", "https://stock.example.com")
    unsent = run()
    assert unsent.exit_code == 1
    assert "buyers: no_address (set STILLSTOCK_TARGETS__BUYERS to its Apprise address)" in unsent.stderr
    with webhook() as (port, posted):
        monkeypatch.setenv("STILLSTOCK_TARGETS__BUYERS", f"json://127.0.0.1:{port}")
        done = run()
        assert (done.exit_code, done.stdout) == (0, f"buyers: {count} alerts sent\n")
        assert (run().exit_code, len(posted)) == (0, 1)


def test_serve_notifies_on_its_rhythm_until_it_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran: list[list[str]] = []

    def note(command: list[str], **_: object) -> None:
        ran.append(command)

    monkeypatch.setattr(serving.subprocess, "run", note)
    ended = threading.Event()
    settings = Settings(home=tmp_path, notify_minutes=0.0005)
    thread = threading.Thread(target=serving._notify, args=(settings, ended))
    thread.start()
    until = time.monotonic() + 10
    while len(ran) < 2 and time.monotonic() < until:
        time.sleep(0.01)
    ended.set()
    thread.join(10)
    assert not thread.is_alive()
    assert {tuple(command[1:]) for command in ran} == {("-m", "queries.cli", "notify")}
