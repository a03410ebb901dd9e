"""Every rule asked of the newest data under the policy in force; what changed becomes events of alerts."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from queries.alerts import store
from queries.alerts.life import Happening
from queries.alerts.store import KeptRule
from queries.decisions.policies import in_force
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings


def check(settings: Settings, now: datetime) -> Counter[Happening]:
    """Check every rule; how often what happened. An empty lake says nothing, so nothing happens.

    A rule that was changed while it was asked waits for the next check. Errors: those of the store and of
    the engine.
    """
    happened: Counter[Happening] = Counter()
    rules = store.rules(settings)
    engine = Engine.open(settings) if rules else None
    if engine is None or engine.version is None:
        return happened
    for rule in rules:
        filters, _ = in_force(settings, asked(rule, now))
        rows = engine.answer("mart_alert_matches", filters).to_pylist() if rule.is_on else []
        events = store.record(
            settings,
            rule,
            rows,
            data_version=engine.version.number,
            policy_version=filters.policy_version or 0,
            now=now,
        )
        happened.update(event.kind for event in (events or {}).values())
    return happened


def asked(rule: KeptRule, now: datetime) -> Filters:
    """What a rule asks on that day."""
    return Filters(alert=rule.rule.spelled(), checked_on=now.date())
