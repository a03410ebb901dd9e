"""What is sent to whom, when and in which language; to a real mail server and a real webhook."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from pydantic import SecretStr

from queries.alerts import deliver, outbox, store
from queries.alerts.deliver import Outcome
from queries.alerts.outbox import LEASE, TRIES, Target
from queries.errors import StockError
from queries.settings import Settings
from tests.queries.alerts.kept import NOON, found, kept_rule, row
from tests.queries.alerts.mailbox import smtp, webhook

BASE = "https://stock.example.com/app/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in ("BUYERS", "BOSS"):
        monkeypatch.setenv(f"STILLSTOCK_TARGETS__{name}", f"json://{name.lower()}.example.com")
    return Settings(home=tmp_path)


class Post:
    """Takes messages instead of a service; `problem` is what it answers."""

    def __init__(self, problem: str = "") -> None:
        self.problem = problem
        self.taken: list[tuple[str, str]] = []

    def __call__(self, address: SecretStr, title: str, body: str) -> str:
        self.taken.append((title, body))
        return self.problem


def sent(settings: Settings, post: Post, now: datetime) -> list[Outcome]:
    return deliver.deliver(settings, lambda: now, BASE, send=post)


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_a_mail_and_a_webhook_get_the_digest_in_their_language(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    bearing = row("轴承/6204", "1234.5", name="深沟球轴承 6204")
    found(settings, kept_rule(settings, "呆滞 > 180"), bearing, row("B", "20", days_since_use=None))
    for name, language in (("mail-en", "en"), ("mail-zh", "zh"), ("hook-en", "en"), ("hook-zh", "zh")):
        outbox.save_target(settings, Target(name, language))
    with smtp() as (mail_port, mails), webhook() as (hook_port, posted):
        mail = f"mailto://127.0.0.1:{mail_port}?from=stock@example.com&to=buyer@example.com&mode=insecure"
        hook = f"json://127.0.0.1:{hook_port}/token-4711"
        addresses = {"mail-en": mail, "mail-zh": mail, "hook-en": hook, "hook-zh": hook}
        for name, address in addresses.items():
            monkeypatch.setenv(f"STILLSTOCK_TARGETS__{name.upper()}", address)
        outcomes = deliver.deliver(settings, lambda: NOON, BASE)
        assert {each.target: (each.status, each.alert_count) for each in outcomes} == dict.fromkeys(
            addresses, ("sent", 2)
        )
        assert deliver.send_test(settings, "hook-zh", lambda: NOON, BASE).status == "sent"
    item = "https://stock.example.com/app/item?item=%E8%BD%B4%E6%89%BF%2F6204&data_version=1&policy_version=1"
    english = [
        "呆滞 > 180: 2 · 1,254.50",
        "- 深沟球轴承 6204 (轴承/6204) · 1,234.50 · idle 200 days",
        f"{item}&lang=en",
        "- B · 20.00",
        "All alerts: https://stock.example.com/app/alerts?lang=en",
    ]
    chinese = [
        "呆滞 > 180：2 条 · 1,254.50",
        "- 深沟球轴承 6204 (轴承/6204) · 1,234.50 · 已闲置 200 天",
        f"{item}&lang=zh",
        "全部预警：https://stock.example.com/app/alerts?lang=zh",
    ]
    title = {
        "en": "stillstock: 2 new alerts on 1,254.50 of stock",
        "zh": "stillstock：新增 2 条预警，涉及库存金额 1,254.50",
    }
    assert {each["subject"] for each in mails} == set(title.values())
    assert [each["title"] for each in posted] == [title["en"], title["zh"], "stillstock：测试消息"]
    for lines, language, hooked in ((english, "en", posted[0]), (chinese, "zh", posted[1])):
        (mailed,) = (text_of(each) for each in mails if each["subject"] == title[language])
        for line in lines:
            assert line in mailed
            assert line in hooked["message"]
    log = outbox.log(settings)
    assert [(each.target, each.kind, each.status) for each in log][:2] == [
        ("hook-zh", "test", "sent"),
        ("mail-zh", "digest", "sent"),
    ]


def test_a_secret_is_neither_kept_nor_said(
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    caplog.set_level(logging.DEBUG)
    outbox.save_target(settings, Target("buyers"))
    with webhook(500) as (port, _):
        monkeypatch.setenv(
            "STILLSTOCK_TARGETS__BUYERS", f"json://agent:pass%2Dw0rd@127.0.0.1:{port}/tok-4711"
        )
        outcome = deliver.send_test(settings, "buyers", lambda: NOON, BASE)
    assert outcome.status == "given_up"
    assert "500" in outcome.problem
    said = f"{outcome} {outbox.log(settings)} {caplog.text} {capfd.readouterr()} {deliver.addresses()}"
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("decisions*"))
    for secret in ("pass%2Dw0rd", "pass-w0rd", "tok-4711"):
        assert secret not in said
        assert secret.encode() not in kept
    monkeypatch.setenv("STILLSTOCK_TARGETS", "tok-4711")
    with pytest.raises(StockError) as refused:
        deliver.addresses()
    assert "4711" not in f"{refused.value!r} {refused.value.__cause__!r}"


def test_a_digest_waits_for_its_hour_and_tells_a_turn_once(settings: Settings) -> None:
    rule, post = kept_rule(settings), Post()
    outbox.save_target(settings, Target("buyers", every_hours=24))
    found(settings, rule, row("A"))
    assert sent(settings, post, NOON) == [Outcome("buyers", "sent", 1)]
    found(settings, rule, row("A"), row("B"), now=NOON + HOUR)
    assert sent(settings, post, NOON + DAY - HOUR) == []
    assert sent(settings, post, NOON + DAY) == [Outcome("buyers", "sent", 1)]
    assert sent(settings, post, NOON + 3 * DAY) == []
    found(settings, rule, now=NOON + 3 * DAY)
    found(settings, rule, row("A"), now=NOON + 4 * DAY)
    assert sent(settings, post, NOON + 4 * DAY) == [Outcome("buyers", "sent", 1)]
    assert [body.split("\n")[1] for _, body in post.taken] == [
        f"- {item} · 100.00 · idle 200 days" for item in "ABA"
    ]


def test_an_alert_goes_where_it_is_routed_and_climbs_when_nobody_takes_it(settings: Settings) -> None:
    rule, post = kept_rule(settings), Post()
    outbox.save_target(settings, Target("buyers", buyers=("B1",), categories=("Raw",), warehouses=("EAST",)))
    outbox.save_target(settings, Target("boss", after_days=7, every_hours=1))
    elsewhere = [row("B", buyers=["B2"]), row("C", categories=["Rawhide"]), row("D", places=["W9"])]
    found(settings, rule, row("A", places=["EAST", "W1"]), *elsewhere)
    assert sent(settings, post, NOON + HOUR) == [Outcome("buyers", "sent", 1)]
    seen = next(each for each in store.alerts(settings) if each.entity == "item:A")
    store.acknowledge(settings, [seen.id], person="planner", now=NOON + DAY)
    assert sent(settings, post, NOON + 7 * DAY - HOUR) == []
    assert sent(settings, post, NOON + 7 * DAY) == [Outcome("boss", "sent", 3)]


def test_what_fails_is_tried_again_later_and_later_then_waits_for_the_next_digest(settings: Settings) -> None:
    found(settings, kept_rule(settings), row("A"))
    outbox.save_target(settings, Target("buyers", every_hours=24))
    post, now = Post("no answer"), NOON
    for attempt in range(1, TRIES):
        assert sent(settings, post, now) == [Outcome("buyers", "waiting", 1, "no answer")]
        pause = timedelta(minutes=2 ** (attempt - 1))
        assert sent(settings, post, now + pause - timedelta(seconds=1)) == []
        now += pause
    assert sent(settings, post, now) == [Outcome("buyers", "given_up", 1, "no answer")]
    assert sent(settings, post, now + HOUR) == []
    assert len(set(post.taken)) == 1
    assert sent(settings, Post(), NOON + DAY) == [Outcome("buyers", "sent", 1)]


def test_another_takes_over_from_a_sender_that_was_killed(settings: Settings) -> None:
    found(settings, kept_rule(settings), row("A"))
    outbox.save_target(settings, Target("buyers"))

    def composed(alerts: object, language: str) -> tuple[str, str]:
        return "title", "body"

    first = outbox.claim(settings, "buyers", NOON, composed)
    assert first is not None
    assert outbox.claim(settings, "buyers", NOON + LEASE - timedelta(seconds=1), composed) is None
    second = outbox.claim(settings, "buyers", NOON + LEASE, composed)
    assert second is not None
    assert (second.id, second.body) == (first.id, "body")
    assert outbox.settle(settings, first, NOON + LEASE, "") == "lost"
    assert outbox.settle(settings, second, NOON + LEASE, "") == "sent"


def test_a_target_without_an_address_loses_nothing_and_a_dry_run_sends_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    found(settings, kept_rule(settings), row("A"))
    outbox.save_target(settings, Target("buyers"))
    monkeypatch.delenv("STILLSTOCK_TARGETS__BUYERS")
    assert sent(settings, Post(), NOON) == [Outcome("buyers", "no_address", 0)]
    assert deliver.deliver(settings, lambda: NOON, BASE, is_dry=True) == [Outcome("buyers", "due", 1)]
    monkeypatch.setenv("STILLSTOCK_TARGETS", '{"buyers": "json://localhost"}')
    assert sent(settings, Post(), NOON) == [Outcome("buyers", "sent", 1)]


def test_an_address_that_apprise_does_not_know_is_said() -> None:
    assert deliver.send(SecretStr("nowhere"), "title", "body") == "the address is none that Apprise knows"
