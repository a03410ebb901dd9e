"""Filters: the one object behind a link, the DuckDB variables of a question and the sentence above a table.

A field's name is its link parameter, its widget's key, its DuckDB variable and its column in `src_settings`.
`None` means "as the policy says": defaults live in views/1_source/src_settings.sql and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, urlencode

_LONGEST = 400
"""Characters a link may give for one field; more is ignored with a notice."""


@dataclass(frozen=True)
class Ignored:
    """One part of a link that was not used, and why: `unknown`, `unreadable` or `too_long`."""

    name: str
    value: str
    reason: str


@dataclass(frozen=True)
class Filters:
    """What a question is limited to, and the thresholds it is judged by.

    Lists (warehouse, region, category, material_type, tier, state) are comma-separated codes; a warehouse
    includes everything below it in the tree, a category everything below its path. Shares are 0..1, money in
    company currency, `*_days` calendar days.
    """

    as_of: date | None = None
    data_version: int | None = None
    policy_version: int | None = None

    warehouse: str | None = None
    region: str | None = None
    category: str | None = None
    material_type: str | None = None
    tier: str | None = None
    state: str | None = None
    item: str | None = None
    search: str | None = None

    watch_after_days: int | None = None
    slow_after_days: int | None = None
    dead_after_days: int | None = None
    grace_days: int | None = None
    excess_horizon_days: int | None = None
    demand_window_days: int | None = None
    holding_rate: Decimal | None = None
    days_weight: Decimal | None = None
    value_weight: Decimal | None = None
    reuse_weight: Decimal | None = None
    red_from_score: Decimal | None = None
    standard_from_score: Decimal | None = None
    value_floor: Decimal | None = None
    value_ceiling: Decimal | None = None
    age_edges: str | None = None
    use_scope: str | None = None
    use_kinds: str | None = None

    @classmethod
    def from_link(cls, link: str | Mapping[str, str]) -> tuple[Filters, tuple[Ignored, ...]]:
        """Filters named by a link's query part (or its pairs), and the parts that could not be used."""
        pairs = parse_qsl(link.lstrip("?"), keep_blank_values=False) if isinstance(link, str) else link.items()
        known, ignored = {}, []
        for name, text in pairs:
            if name not in FIELDS:
                ignored.append(Ignored(name, text[:80], "unknown"))
            elif len(text) > _LONGEST:
                ignored.append(Ignored(name, text[:80], "too_long"))
            else:
                value = FIELDS[name](text)
                if value is None:
                    ignored.append(Ignored(name, text[:80], "unreadable"))
                else:
                    known[name] = value
        return cls(**known), tuple(ignored)

    def to_link(self) -> str:
        """The query part that names every field set here; `from_link` reads it back unchanged."""
        return urlencode([(name, str(value)) for name, value in self.variables().items()])

    def variables(self) -> dict[str, Any]:
        """The fields set here, by name: what DuckDB is told before a question."""
        return {f.name: v for f in fields(self) if (v := getattr(self, f.name)) is not None}

    def where(self, **changes: Any) -> Filters:
        """These filters with some fields set otherwise."""
        return replace(self, **changes)

    def sentence(self, say: Callable[[str, Any], str]) -> str:
        """The filters in words: `say(field, value)` words one field; versions are said elsewhere."""
        silent = {"data_version", "policy_version"}
        return " · ".join(say(n, v) for n, v in self.variables().items() if n not in silent)


def _text(text: str) -> str | None:
    cleaned = " ".join(text.split())
    return cleaned if cleaned and cleaned.isprintable() else None


def _one_of(*choices: str) -> Callable[[str], str | None]:
    def read(text: str) -> str | None:
        values = [v.strip() for v in text.split(",")]
        return ",".join(values) if values and all(v in choices for v in values) else None

    return read


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _whole(low: int, high: int) -> Callable[[str], int | None]:
    def read(text: str) -> int | None:
        stripped = text.strip()
        return int(stripped) if stripped.isdecimal() and low <= int(stripped) <= high else None

    return read


def _number(low: str, high: str) -> Callable[[str], Decimal | None]:
    def read(text: str) -> Decimal | None:
        try:
            value = Decimal(text.strip())
        except InvalidOperation:
            return None
        return value if value.is_finite() and Decimal(low) <= value <= Decimal(high) else None

    return read


def _edges(text: str) -> str | None:
    parts = [p.strip() for p in text.split(",")]
    if not parts or len(parts) > 12 or not all(p.isdecimal() and 0 < int(p) < 100_000 for p in parts):
        return None
    days = [int(p) for p in parts]
    return ",".join(map(str, days)) if days == sorted(set(days)) else None


_DAYS = _whole(0, 36_500)
_SHARE = _number("0", "1")
_MONEY = _number("0", "1e15")

FIELDS: Mapping[str, Callable[[str], Any]] = {
    "as_of": _day,
    "data_version": _whole(1, 10**9),
    "policy_version": _whole(1, 10**9),
    "warehouse": _text,
    "region": _text,
    "category": _text,
    "material_type": _text,
    "tier": _one_of("R", "S", "T", "none"),
    "state": _one_of("obsolete", "dead", "slow", "watch", "excess", "healthy"),
    "item": _text,
    "search": _text,
    "watch_after_days": _DAYS,
    "slow_after_days": _DAYS,
    "dead_after_days": _DAYS,
    "grace_days": _DAYS,
    "excess_horizon_days": _DAYS,
    "demand_window_days": _whole(1, 3_650),
    "holding_rate": _SHARE,
    "days_weight": _SHARE,
    "value_weight": _SHARE,
    "reuse_weight": _SHARE,
    "red_from_score": _number("0", "100"),
    "standard_from_score": _number("0", "100"),
    "value_floor": _MONEY,
    "value_ceiling": _MONEY,
    "age_edges": _edges,
    "use_scope": _one_of("company", "warehouse"),
    "use_kinds": _one_of("issue", "production_out", "transfer", "scrap", "supplier_return"),
}
"""How each field is read from a link; a reader returns None for what it cannot read."""
