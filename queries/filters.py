"""Filters: the one object behind a link, the DuckDB variables of a question and the sentence above a table.

A field's name is its link parameter, its widget's key, its DuckDB variable and its column in `src_settings`.
`None` means "as the policy says": defaults live in views/1_source/src_settings.sql and nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from queries.alerts import rules as alerts

_LONGEST = 400
"""Characters a link may give for one field; more is ignored with a notice."""
_LONGEST_LIST = 20_000
_LISTS = ("rules", "exemptions", "alert")

DIMENSIONS = (
    "company", "organisation", "region", "branch", "warehouse", "bin", "category", "material_type",
    "supplier", "abc_class", "xyz_class", "tier", "age_bucket", "item", "layer", "document",
)  # fmt: skip
"""What stock may be grouped by, one or two at a time; branch is the next step down the warehouses' tree."""


@dataclass(frozen=True)
class Ignored:
    """One part of a link that was not used, and why.

    `unknown`, `unreadable`, `too_long`; `no_policy` and `no_link` for a policy version or a short link
    that is not kept here.
    """

    name: str
    value: str
    reason: str


@dataclass(frozen=True)
class Filters:
    """What a question is limited to, and the thresholds it is judged by.

    Lists (organisation, region, warehouse, category, material_type, supplier, classes, tier, state) are
    comma-separated codes; a warehouse includes everything below it in the tree, a category everything below
    its path, but `=X` is X alone and `=` what names none. Shares are 0..1, money in company currency,
    `*_days` calendar days. `rules` and `exemptions` are JSON lists of objects with the keys of `RULE_KEYS`
    and `EXEMPTION_KEYS`: what views/1_source/src_rules.sql and src_exemptions.sql read. `group_by`,
    `bin`, `age_bucket` ("91-180", "731-", "=") and `document` are asked of the drill-down alone,
    `alert` (JSON of queries/alerts/rules.py) and `checked_on` (the day data ages are counted to) of alerts.
    """

    as_of: date | None = None
    data_version: int | None = None
    policy_version: int | None = None

    organisation: str | None = None
    region: str | None = None
    warehouse: str | None = None
    category: str | None = None
    material_type: str | None = None
    supplier: str | None = None
    abc_class: str | None = None
    xyz_class: str | None = None
    tier: str | None = None
    state: str | None = None
    item: str | None = None
    search: str | None = None

    group_by: str | None = None
    bin: str | None = None
    age_bucket: str | None = None
    document: str | None = None

    alert: str | None = None
    checked_on: date | None = None

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
    return_age: str | None = None
    transit_days: int | None = None
    abc_a_until: Decimal | None = None
    abc_b_until: Decimal | None = None
    xyz_x_until: Decimal | None = None
    xyz_y_until: Decimal | None = None
    intermittent_from_adi: Decimal | None = None
    erratic_from_cv2: Decimal | None = None
    fast_from_periods: int | None = None
    history_periods: int | None = None
    phase_in_days: int | None = None
    phase_out_share: Decimal | None = None
    supply_limit_days: int | None = None
    class_drift_periods: int | None = None
    class_review_days: int | None = None
    shelf_alert_days: int | None = None
    customer_life_days: int | None = None
    frozen_days: int | None = None
    safety_stock_days: int | None = None
    stale_after_days: int | None = None
    cost_ratio_limit: Decimal | None = None
    count_tolerance_share: Decimal | None = None
    count_a_days: int | None = None
    count_b_days: int | None = None
    count_c_days: int | None = None
    count_plan_positions: int | None = None
    count_batch_lines: int | None = None
    duplicate_from_score: Decimal | None = None
    backtest_horizon_days: int | None = None
    tested_threshold: str | None = None
    review_cost: Decimal | None = None
    miss_loss_share: Decimal | None = None
    flat_cost_share: Decimal | None = None
    red_deadline_days: int | None = None
    standard_deadline_days: int | None = None
    temporary_deadline_days: int | None = None
    red_approver: str | None = None
    standard_approver: str | None = None
    temporary_approver: str | None = None

    rules: str | None = None
    exemptions: str | None = None

    @classmethod
    def from_link(cls, link: str | Mapping[str, str]) -> tuple[Filters, tuple[Ignored, ...]]:
        """Filters named by a link (or its query part, or its pairs), and the parts that could not be used.

        A name given more than once is a list.
        """
        known, ignored = {}, []
        for name, text in (pairs_of(link) if isinstance(link, str) else link).items():
            if name not in FIELDS:
                ignored.append(Ignored(name, text[:80], "unknown"))
            elif len(text) > (_LONGEST_LIST if name in _LISTS else _LONGEST):
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

    def policy_part(self) -> Filters:
        """The thresholds alone: what a policy may set."""
        return replace(self, **dict.fromkeys(SCOPE))

    def scope_part(self) -> Filters:
        """What is looked at alone, and the versions: no threshold."""
        return replace(self, **dict.fromkeys(FIELDS.keys() - SCOPE))

    def filled(self, defaults: Filters) -> Filters:
        """These filters and, where they say nothing, what `defaults` say."""
        return replace(defaults, **self.variables())

    def sentence(self, say: Callable[[str, Any], str]) -> str:
        """The filters in words: `say(field, value)` words one field; versions are said elsewhere."""
        silent = {"data_version", "policy_version", "group_by", "checked_on", *_LISTS}
        return " · ".join(say(n, v) for n, v in self.variables().items() if n not in silent)


SCOPE = frozenset(
    {
        "as_of", "data_version", "policy_version", "organisation", "region", "warehouse", "category",
        "material_type", "supplier", "abc_class", "xyz_class", "tier", "state", "item", "search", "group_by",
        "bin", "age_bucket", "document", "alert", "checked_on",
    }
)  # fmt: skip
"""Fields that say what is looked at; a policy sets every other."""


def pairs_of(link: str) -> dict[str, str]:
    """The parts of a link, or of its query part alone, by name; what is given more than once, with commas."""
    pairs: dict[str, list[str]] = {}
    query = urlsplit(link).query if link.startswith(("http://", "https://", "/")) else link.lstrip("?")
    for name, text in parse_qsl(query):
        pairs.setdefault(name, []).append(text)
    return {name: ",".join(texts) for name, texts in pairs.items()}


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


def _dimensions(text: str) -> str | None:
    names = [name.strip() for name in text.split(",")]
    is_known = len(set(names)) == len(names) <= 2 and set(names) <= set(DIMENSIONS)
    return ",".join(names) if is_known else None


def _bucket(text: str) -> str | None:
    return text.strip() if re.fullmatch(r"=|\d{1,6}-(\d{1,6})?", text.strip()) else None


def _objects(keys: Mapping[str, Callable[[str], Any]], required: str = "") -> Callable[[str], str | None]:
    """Reads a JSON list of flat objects with only these keys; values in one canonical spelling."""

    def read(text: str) -> str | None:
        try:
            rows = json.loads(text, parse_float=str, parse_int=str)
        except ValueError:
            return None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return None
        read_rows = []
        for row in rows:
            given = {name: value for name, value in row.items() if value is not None}
            if not given.keys() <= keys.keys() or (required and required not in given):
                return None
            values = {n: keys[n](v) if isinstance(v, str) else None for n, v in sorted(given.items())}
            if None in values.values():
                return None
            read_rows.append(values)
        return json.dumps(read_rows, ensure_ascii=False, default=str)

    return read


_DAYS = _whole(0, 36_500)
_SHARE = _number("0", "1")
_MONEY = _number("0", "1e15")
_SCORE = _number("0", "100")
_RATIO = _number("0", "100")
_PERIODS = _whole(1, 36)

RULE_KEYS: Mapping[str, Callable[[str], Any]] = {
    "category": _text,
    "material_type": _text,
    "warehouse": _text,
    "watch_after_days": _DAYS,
    "slow_after_days": _DAYS,
    "dead_after_days": _DAYS,
    "grace_days": _DAYS,
    "excess_horizon_days": _DAYS,
    "days_weight": _SHARE,
    "value_weight": _SHARE,
    "reuse_weight": _SHARE,
    "red_from_score": _SCORE,
    "standard_from_score": _SCORE,
    "value_floor": _MONEY,
    "value_ceiling": _MONEY,
}
"""What one rule of `rules` may say: its scope (one code each) and the thresholds it sets instead."""

EXEMPTION_KEYS: Mapping[str, Callable[[str], Any]] = {
    "item_id": _text,
    "reason": _text,
    "owner": _text,
    "ends_on": _day,
}
"""What one exemption of `exemptions` may say; `item_id` it must."""

FIELDS: Mapping[str, Callable[[str], Any]] = {
    "as_of": _day,
    "data_version": _whole(1, 10**9),
    "policy_version": _whole(1, 10**9),
    "organisation": _text,
    "region": _text,
    "warehouse": _text,
    "category": _text,
    "material_type": _text,
    "supplier": _text,
    "abc_class": _one_of("A", "B", "C", "N"),
    "xyz_class": _one_of("X", "Y", "Z", "n/a"),
    "tier": _one_of("R", "S", "T", "none"),
    "state": _one_of("obsolete", "dead", "slow", "watch", "excess", "healthy"),
    "item": _text,
    "search": _text,
    "group_by": _dimensions,
    "bin": _text,
    "age_bucket": _bucket,
    "document": _text,
    "alert": alerts.spelled,
    "checked_on": _day,
    "watch_after_days": _DAYS,
    "slow_after_days": _DAYS,
    "dead_after_days": _DAYS,
    "grace_days": _DAYS,
    "excess_horizon_days": _DAYS,
    "demand_window_days": _whole(1, 1_095),
    "holding_rate": _SHARE,
    "days_weight": _SHARE,
    "value_weight": _SHARE,
    "reuse_weight": _SHARE,
    "red_from_score": _SCORE,
    "standard_from_score": _SCORE,
    "value_floor": _MONEY,
    "value_ceiling": _MONEY,
    "age_edges": _edges,
    "use_scope": _one_of("company", "warehouse"),
    "return_age": _one_of("issue", "return"),
    "transit_days": _DAYS,
    "use_kinds": _one_of("issue", "production_out", "transfer", "scrap", "supplier_return"),
    "abc_a_until": _SHARE,
    "abc_b_until": _SHARE,
    "xyz_x_until": _RATIO,
    "xyz_y_until": _RATIO,
    "intermittent_from_adi": _RATIO,
    "erratic_from_cv2": _RATIO,
    "fast_from_periods": _PERIODS,
    "history_periods": _PERIODS,
    "phase_in_days": _DAYS,
    "phase_out_share": _SHARE,
    "supply_limit_days": _DAYS,
    "class_drift_periods": _PERIODS,
    "class_review_days": _DAYS,
    "shelf_alert_days": _DAYS,
    "customer_life_days": _DAYS,
    "frozen_days": _DAYS,
    "safety_stock_days": _DAYS,
    "stale_after_days": _DAYS,
    "cost_ratio_limit": _number("1", "100000"),
    "count_tolerance_share": _SHARE,
    "count_a_days": _DAYS,
    "count_b_days": _DAYS,
    "count_c_days": _DAYS,
    "count_plan_positions": _whole(1, 10_000),
    "count_batch_lines": _whole(1, 500),
    "duplicate_from_score": _SCORE,
    "backtest_horizon_days": _whole(30, 720),
    "tested_threshold": _one_of("watch_after_days", "slow_after_days", "dead_after_days"),
    "review_cost": _MONEY,
    "miss_loss_share": _SHARE,
    "flat_cost_share": _SHARE,
    "red_deadline_days": _DAYS,
    "standard_deadline_days": _DAYS,
    "temporary_deadline_days": _DAYS,
    "red_approver": _text,
    "standard_approver": _text,
    "temporary_approver": _text,
    "rules": _objects(RULE_KEYS),
    "exemptions": _objects(EXEMPTION_KEYS, required="item_id"),
}
"""How each field is read from a link; a reader returns None for what it cannot read."""
