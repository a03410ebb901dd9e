"""What no policy may say: thresholds that contradict each other, in the policy itself or in one of its rules.

Equal thresholds are no contradiction: a policy whose watch and slow days are the same has no watch stage.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from decimal import Decimal
from typing import Any

from queries.errors import PolicyOutOfOrder, PolicyRuleRepeated, PolicyUnusable, PolicyWeightsOff, StockError

RISING = (
    ("watch_after_days", "slow_after_days"),
    ("slow_after_days", "dead_after_days"),
    ("standard_from_score", "red_from_score"),
    ("value_floor", "value_ceiling"),
    ("abc_a_until", "abc_b_until"),
    ("xyz_x_until", "xyz_y_until"),
)
"""Pairs of thresholds of which the first is never above the second."""
WEIGHTS = ("days_weight", "value_weight", "reuse_weight")
PLACES = ("warehouse", "category", "material_type")
"""What says where a rule holds."""


def conflicts(told: Mapping[str, Any]) -> tuple[StockError, ...]:
    """What contradicts itself in these settings, a row of mart_settings: the policy's first, then by rule.

    A rule is judged with what it leaves to the policy. `rule` of each is the number of its rule, 0 of none.
    """
    rules: list[dict[str, Any]] = json.loads(told["rules"] or "[]")
    found = _contradictions(told, 0, told.keys())
    places: dict[tuple[str | None, ...], int] = {}
    for number, rule in enumerate(rules, start=1):
        found += _contradictions({**told, **rule}, number, rule.keys())
        place = tuple(rule.get(name) for name in PLACES)
        first = places.setdefault(place, number)
        if first != number:
            found.append(
                PolicyRuleRepeated(
                    f"rules {first} and {number} hold for the same stock",
                    remedy="make one rule of them",
                    rule=number,
                    first=first,
                )
            )
    return tuple(found)


def refuse(problems: Sequence[StockError]) -> None:
    """PolicyUnusable with every problem, if there is any."""
    if problems:
        raise PolicyUnusable(problems)


def _contradictions(told: Mapping[str, Any], rule: int, said: Set[str]) -> list[StockError]:
    """What contradicts itself among thresholds of which at least one is `said` here."""
    found: list[StockError] = []
    where = f" in rule {rule}" if rule else ""
    for lower, upper in RISING:
        low, high = _plain(told[lower]), _plain(told[upper])
        if said & {lower, upper} and Decimal(low) > Decimal(high):
            found.append(
                PolicyOutOfOrder(
                    f"{lower} ({low}) is above {upper} ({high}){where}",
                    remedy=f"lower {lower} or raise {upper}",
                    rule=rule,
                    lower=lower,
                    lower_value=low,
                    upper=upper,
                    upper_value=high,
                )
            )
    total = _plain(sum(Decimal(told[name]) for name in WEIGHTS))
    if said & set(WEIGHTS) and total != "1":
        found.append(
            PolicyWeightsOff(
                f"{', '.join(WEIGHTS)} sum to {total}, not to 1{where}",
                remedy="make the three weights sum to 1",
                rule=rule,
                total=total,
            )
        )
    return found


def _plain(value: object) -> str:
    """A number without the zeros that say nothing."""
    return f"{Decimal(str(value)).normalize():f}"
