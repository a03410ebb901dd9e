"""What the board asks, at the desk and on the wall: rows of the marts for this run's filters."""

from __future__ import annotations

from datetime import date

from components import answers
from components.answers import Row
from components.filter_bar import Asked
from queries.filters import Filters

MONTHS = 24


def warehouses(asked: Asked, limit: int) -> list[Row]:
    """Most slow stock first."""
    return answers.ask("mart_warehouse_totals", asked.filters, sort=[("slow_value", True)], limit=limit)


def worst_items(asked: Asked, limit: int) -> list[Row]:
    """Most slow stock first."""
    return answers.ask("mart_item_totals", asked.filters, sort=[("slow_value", True)], limit=limit)


def worst_lots(asked: Asked, limit: int) -> list[Row]:
    """What stands still, the urgent tier first and in it the most money."""
    worst = [("tier", False), ("value", True)]
    rows = answers.ask("mart_tiered_stock", asked.filters, sort=worst, limit=limit)
    return [row for row in rows if row["is_slow"]]


def crossings(asked: Asked, limit: int) -> list[Row]:
    """What reaches its next state soonest."""
    soonest = [("days_left", False), ("value", True)]
    return answers.ask("mart_crossings", asked.filters, only={"is_next": True}, sort=soonest, limit=limit)


def newly_slow(asked: Asked, limit: int) -> list[Row]:
    """What became slow since the judged day before, most money first."""
    most = [("value", True)]
    return answers.ask("mart_changes", asked.filters, only={"change": "new"}, sort=most, limit=limit)


def months(asked: Asked) -> list[Row]:
    """The judged days up to this one, in order."""
    return answers.ask("mart_trend", asked.filters, sort=[("as_on", True)], limit=MONTHS)[::-1]


def days(asked: Asked) -> list[date]:
    """The days that may be looked back to, in order, whatever day is looked at now."""
    whole = asked.filters.where(as_of=None)
    rows = answers.ask("mart_trend", whole, columns=("as_on",), sort=[("as_on", True)], limit=MONTHS)
    return [row["as_on"] for row in rows[::-1]]


def buckets(asked: Asked) -> list[Row]:
    """By age, the youngest first."""
    return answers.ask("mart_age_buckets", asked.filters, sort=[("bucket_no", False)])


def ahead(asked: Asked, filters: Filters | None = None) -> list[Row]:
    """Month ends ahead, in order; `filters` judge by other thresholds."""
    return answers.ask("mart_forward", filters or asked.filters, sort=[("month_no", False), ("grade", False)])


def steps(asked: Asked) -> list[Row]:
    """The bridge from before to now, in order."""
    return answers.ask("mart_bridge", asked.filters, sort=[("bar_no", False)])
