"""Rules, rows and alerts of a small store, for tests of it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from queries.alerts import store
from queries.alerts.life import Event
from queries.alerts.rules import Rule
from queries.alerts.store import KeptRule
from queries.decisions import policies
from queries.settings import Settings

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD = Rule.model_validate(
    {"entity": "item", "any_of": [[{"measure": "days_since_use", "comparison": ">=", "limit": 180}]]}
)


def kept_rule(settings: Settings, name: str = "Old stock", rule: Rule = OLD) -> KeptRule:
    return store.save_rule(settings, name, rule, author="an analyst", now=NOON)


def row(code: str, value: str = "100", **facts: Any) -> dict[str, Any]:
    """A row of mart_alert_matches about an item."""
    told = {"entity": f"item:{code}", "entity_kind": "item", "code": code, "name": code, "item_count": 1}
    where = {"places": ["W1"], "categories": ["Raw/Steel"], "buyers": ["B1"]}
    return {**told, **where, "value": Decimal(value), "position_count": 1, "days_since_use": 200, **facts}


def found(
    settings: Settings, rule: KeptRule, *rows: dict[str, Any], now: datetime = NOON, data_version: int = 1
) -> dict[str, Event] | None:
    """A check that names these rows."""
    policy = policies.active(settings).version
    return store.record(settings, rule, rows, data_version=data_version, policy_version=policy, now=now)
