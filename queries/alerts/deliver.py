"""Sending what is due: by Apprise, to addresses that stand in the environment alone."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import unquote

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from queries.alerts import messages, outbox
from queries.alerts.outbox import Message
from queries.errors import StockError
from queries.settings import Settings

LONGEST_PROBLEM = 300
_SHORTEST_SECRET = 3
_TELL_ADDRESSES = {"apprise": logging.WARNING, "urllib3": logging.CRITICAL, "requests": logging.CRITICAL}
"""Loggers that would say an address, or a part of it, and from which level on they do not."""

Clock = Callable[[], datetime]
Send = Callable[[SecretStr, str, str], str]
"""Sends title and body to an address: what went wrong, empty if nothing did."""


class _Environment(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="STILLSTOCK_", env_nested_delimiter="__", hide_input_in_errors=True, extra="ignore"
    )
    targets: dict[str, SecretStr] = {}


@dataclass(frozen=True)
class Outcome:
    """What came of one target: `status` is sent, waiting, given_up, lost, due (dry run) or no_address."""

    target: str
    status: str
    alert_count: int
    problem: str = ""


def addresses() -> Mapping[str, SecretStr]:
    """Apprise URLs by target name in lower case: `STILLSTOCK_TARGETS__<NAME>`, or `STILLSTOCK_TARGETS` as a
    JSON object. StockError if they cannot be read.
    """
    try:
        found = _Environment().targets
    except (SettingsError, ValueError):
        raise StockError(
            "STILLSTOCK_TARGETS is no JSON object of names and addresses",
            remedy="name each target in a variable of its own: STILLSTOCK_TARGETS__<NAME>",
        ) from None
    return {name.lower(): url for name, url in found.items()}


def send(address: SecretStr, title: str, body: str) -> str:
    """Send by Apprise; what went wrong is said without anything that the address holds."""
    import apprise  # slow to start

    for name, level in _TELL_ADDRESSES.items():
        logging.getLogger(name).propagate = False
        logging.getLogger(name).setLevel(level)
    service = apprise.Apprise.instantiate(address.get_secret_value())
    if service is None:
        return "the address is none that Apprise knows"
    one = apprise.Apprise(service)
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as said:  # type: ignore[no-untyped-call]
        is_sent = one.notify(body, title=title, body_format=apprise.NotifyFormat.TEXT)
        reason = said.getvalue()
    return "" if is_sent else _without(address, reason) or "the service did not take the message"


def deliver(
    settings: Settings, clock: Clock, base: str, *, is_dry: bool = False, send: Send = send
) -> list[Outcome]:
    """Send every target what is due to it; safe to run in any number of processes at once.

    `base` is the app's address, with which every link begins. A dry run claims and sends nothing. Errors:
    those of the outbox, and StockError for unreadable addresses.
    """
    known, outcomes = addresses(), []
    for target in outbox.targets(settings):
        if not target.is_on:
            continue
        if is_dry:
            outcomes.append(Outcome(target.name, "due", len(outbox.due(settings, target.name, clock()))))
        elif target.name.lower() not in known:
            outcomes.append(Outcome(target.name, "no_address", 0))
        else:
            compose = partial(messages.digest, base=base)
            message = outbox.claim(settings, target.name, clock(), compose)
            if message:
                address = known[target.name.lower()]
                outcomes.append(_sent(settings, target.name, message, address, clock, send))
    return outcomes


def send_test(settings: Settings, name: str, clock: Clock, base: str, *, send: Send = send) -> Outcome:
    """Send a target a message that tells no alert."""
    target = next(each for each in outbox.targets(settings) if each.name == name)
    address = addresses().get(name.lower())
    if address is None:
        return Outcome(name, "no_address", 0)
    title, body = messages.trial(name, target.language, base)
    message = outbox.claim_test(settings, name, clock(), title, body)
    return _sent(settings, name, message, address, clock, send)


def _sent(
    settings: Settings, name: str, message: Message, address: SecretStr, clock: Clock, send: Send
) -> Outcome:
    problem = send(address, message.title, message.body)
    status = outbox.settle(settings, message, clock(), problem)
    return Outcome(name, status, message.alert_count, problem)


def _without(address: SecretStr, text: str) -> str:
    """The text in one line without any part of the address but its scheme."""
    told = address.get_secret_value()
    _, _, rest = told.partition("://")
    parts = {part for piece in re.split(r"[:/?&=@#,;]+", rest) for part in (piece, unquote(piece))}
    for secret in sorted({told, *parts}, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = re.sub(re.escape(secret), "•••", text, flags=re.IGNORECASE)
    return " ".join(text.split())[:LONGEST_PROBLEM]
