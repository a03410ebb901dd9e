"""The dated report of what the filters leave: key numbers, charts and tables, as PDF and as a workbook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from decimal import Decimal
from typing import Any

import polars as pl

from components import answers, clock, columns, exports, states
from components.answers import Row
from components.charts import ageing, palette, ranking, trend
from components.charts.palette import TIERS, tier_name
from components.exports import Shown
from components.filter_bar import Asked, sentence
from components.kpis import TIER_COLUMNS
from components.words import Words
from queries import export
from queries.decisions import links
from queries.export import Plot, Sheet
from queries.filters import Filters
from queries.reports import press
from queries.reports.document import Document, Figure, Heading, Section, Table
from queries.settings import Settings

PRINTED, LISTED = 25, 10_000
"""Rows of one table on paper, and in the workbook."""
MONTHS, BARS = 24, 10
CHANGES = ("new", "worse", "cleared")
_PLOTTED = 24
_WIDTH, _HEIGHT, _BAR, _AROUND_BARS = 860, 190, 26, 40
"""Sizes of charts in their own pixels; the page is as wide as they are."""
_UPRIGHT = (int, float, Decimal, date)
_SHORT, _LONGEST, _WIDE = 16, 40, 0x2E7F

AGES = (
    "bucket", "value", "red_value", "standard_value", "temporary_value", "other_value", "item_count",
)  # fmt: skip
WAREHOUSES = (
    "warehouse_name", "warehouse_id", "value", "slow_value", "slow_share", "red_value", "standard_value",
    "temporary_value", "slow_item_count",
)  # fmt: skip
ITEMS = (
    "item_name", "item_id", "tier", "state", "days_since_use", "qty", "unit", "value", "slow_value",
)  # fmt: skip
CHANGED = (
    "item_name", "item_id", "warehouse_name", "change", "prior_state", "state", "prior_value", "value",
)  # fmt: skip
CROSSING = (
    "item_name", "item_id", "warehouse_name", "from_state", "to_state", "crosses_on", "days_left", "value",
)  # fmt: skip
KEYS = (
    "value", "slow_value", "slow_share", "red_value", "standard_value", "temporary_value", "item_count",
    "slow_item_count", "warehouse_count", "holding_cost_per_day", "crossing_value_7", "crossing_value_30",
    "crossing_value_90", "prior_value", "new_slow_value", "cleared_slow_value", "slow_value_change",
)  # fmt: skip
"""Columns of mart_totals among the workbook's key numbers."""
TREND = ("as_on", "value", "slow_value", "slow_share", "slow_item_count")


@dataclass(frozen=True)
class Part:
    """One section: rows of a mart, the columns shown; `printed` 0 leaves the table to the workbook.

    `chart` is drawn on paper; a workbook draws its own, `kind` (as of Plot) from the columns `plotted`.
    """

    key: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Row]
    chart: Any = None
    printed: int = PRINTED
    kind: str = ""
    plotted: Mapping[str, str] = field(default_factory=dict)


def as_pdf(asked: Asked, shown: Shown | None, link: str) -> bytes:
    """The report on A4 pages. Errors: those of `answers.ask` and of `press.as_pdf`."""
    return press.as_pdf(document(asked, parts(asked, shown), link))


def as_xlsx(asked: Asked, shown: Shown | None, link: str) -> bytes:
    """The same numbers as a workbook: what it stands on and the key numbers, then a sheet a table."""
    say = asked.say
    found, facts = parts(asked, shown), exports.facts_of(asked, shown, link, None)
    if any(len(part.rows) >= LISTED for part in found):
        facts |= {"row_count": say("report.cut", count=say.number(LISTED))}
    told = answers.ask_one("mart_totals", asked.filters)
    keys = pl.DataFrame(
        {
            say("report.number"): [columns.label(name, say) for name in KEYS],
            say("report.amount"): [None if told[name] is None else float(told[name]) for name in KEYS],
        }
    )
    figures = Sheet(say("report.figures"), keys, {say("report.amount"): "#,##0.00##"})
    sheets = [_sheet(part, say) for part in found]
    return export.as_xlsx([exports.facts_sheet(asked, facts), figures, *sheets])


def document(asked: Asked, told: Sequence[Part], link: str) -> Document:
    """What is printed of these parts."""
    say, made = asked.say, clock.now()
    facts = exports.facts_of(asked, None, link, None)
    shown = ("as_of", "data_version", "loaded_at", "policy_version", "made_at")
    stamp = {name: facts[name] for name in shown if name in facts} | {
        "as_of": say.day(asked.settings["as_of"]),
        "made_at": say.moment(made),
    }
    if asked.version:
        stamp["loaded_at"] = say.moment(asked.version.committed_at)
    return Document(
        language=say.language,
        title=say("report.title"),
        lead=sentence(asked),
        stamp=tuple((say(f"export.fact.{name}"), text) for name, text in stamp.items()),
        warning=states.stale(asked),
        figures=_figures(asked, answers.ask_one("mart_totals", asked.filters)),
        sections=tuple(_section(part, say) for part in told),
        footer=f"{say('report.title')} · {states.stamp(asked)}",
        made_at=int(made.astimezone(UTC).timestamp()),
    )


def parts(asked: Asked, shown: Shown | None) -> list[Part]:
    """The sections in their order; `shown` comes first. Errors: those of `answers.ask`."""
    say, look = asked.say, palette.paper()
    size = {"height": _HEIGHT, "width": _WIDTH}
    tiers = {column: look.tiers[tier] for tier, column in TIERS.items()}
    told = [_own(asked, shown)] if shown else []
    buckets = _rows(asked, "mart_age_buckets", "bucket_no", falls=False)
    if any(row["value"] for row in buckets):
        drawn = ageing.picture(buckets, look, say, **size)
        named = [
            {**row, "bucket": ageing.bucket(row, say)}
            for row in buckets
            if row["value"] or row["from_days"] is not None
        ]
        told.append(Part("ages", say("chart.ageing"), AGES, named, drawn, kind="column", plotted=tiers))
    months = _rows(asked, "mart_trend", "as_on", limit=MONTHS)[::-1]
    if len(months) > 1:
        drawn = trend.picture(months, look, say, **size)
        title, line = say("chart.trend", count=len(months)), {"slow_value": look.text}
        told.append(Part("trend", title, TREND, months, drawn, printed=0, kind="line", plotted=line))
    places = _rows(asked, "mart_warehouse_totals", "slow_value")
    if places:
        worst = [row for row in places[:BARS] if row["slow_value"] > 0] or places[:1]
        height = _BAR * len(worst) + _AROUND_BARS
        drawn = ranking.warehouses_picture(worst, look, say, height=height, width=_WIDTH)
        title, slow = say("chart.warehouses"), {n: c for n, c in tiers.items() if n != TIERS["none"]}
        told.append(Part("warehouses", title, WAREHOUSES, places, drawn, kind="bar", plotted=slow))
    items = [row for row in _rows(asked, "mart_item_totals", "slow_value") if row["slow_value"] > 0]
    told.append(Part("items", say("report.items"), ITEMS, items))
    changed = [
        row for code in CHANGES for row in _rows(asked, "mart_changes", "value", only={"change": code})
    ]
    told.append(Part("changes", say("report.changes"), CHANGED, changed))
    ahead = _rows(asked, "mart_crossings", "crosses_on", falls=False, only={"is_next": True})
    told.append(Part("crossings", say("report.crossings"), CROSSING, ahead))
    return told


def resolve(link: str, say: Words) -> Asked:
    """What a link asks, long or short, outside a session. Errors: those of `answers`, and VersionGone."""
    settings = Settings()
    chosen, ignored = Filters.from_link(links.resolved(settings, link))
    number = chosen.data_version or answers.newest_version()
    filters, gone = answers.in_force(chosen.where(data_version=number or None))
    status = answers.ask_one("mart_data_status", filters)
    return Asked(
        chosen=chosen,
        filters=filters,
        say=replace(say, currency=status["currency"]),
        ignored=tuple(map(links.named, ignored)) + gone,
        version=answers.data_version(number),
        status=status,
        settings=answers.ask_one("mart_settings", filters),
    )


def _figures(asked: Asked, totals: Row) -> tuple[Figure, ...]:
    say = asked.say

    def figure(column: str, label: str, *notes: str, tier: str = "", says: Any = say.money) -> Figure:
        value = totals[column] or 0
        return Figure(label, says(value), " · ".join([say.money_exact(value), *notes]), tier)

    def items(column: str) -> str:
        return say("report.item_count", count=say.number(totals[column] or 0))

    share = say.percent(totals["slow_share"] or 0)
    figures = [
        figure("value", say("kpi.value"), items("item_count")),
        figure("slow_value", f"{say('kpi.slow')} · {share}", items("slow_item_count")),
        figure("holding_cost_per_day", say("kpi.cost")),
        figure("crossing_value_30", say("report.crossing_value")),
        *(
            figure(value, tier_name(tier, say), items(count), tier=tier)
            for tier, (value, count) in TIER_COLUMNS.items()
        ),
    ]
    if totals["prior_on"]:
        label = say("report.change", day=say.day(totals["prior_on"]))
        figures.append(figure("slow_value_change", label, says=say.change))
    return tuple(figures)


def _section(part: Part, say: Words) -> Section:
    rows = part.rows[: part.printed]
    texts = [[columns.text(name, row[name], say) for name in part.columns] for row in rows]
    headings = [
        _heading(name, [each[at] for each in texts], [row[name] for row in rows], say)
        for at, name in enumerate(part.columns)
    ]
    spec = part.chart.to_dict() if part.chart is not None else None
    if spec:
        spec.pop("title", None)
    note = ""
    if part.printed and not part.rows:
        note = say("report.none")
    elif part.printed and len(part.rows) > part.printed:
        key = "report.first_of" if len(part.rows) < LISTED else "report.first_of_many"
        note = say(key, count=say.number(part.printed), total=say.number(len(part.rows)))
    return Section(part.title, spec, Table(tuple(headings), tuple(map(tuple, texts))) if rows else None, note)


def _sheet(part: Part, say: Words) -> Sheet:
    rows = pl.DataFrame(
        {name: [row[name] for row in part.rows] for name in part.columns},
        infer_schema_length=None,
        strict=False,
    )
    headers = dict(zip(part.columns, columns.headers(part.columns, say), strict=True))
    colours = {headers[name]: colour for name, colour in part.plotted.items()}
    plot = Plot(part.kind, headers[part.columns[0]], colours, _PLOTTED) if part.kind else None
    words = columns.worded(rows, say)
    return Sheet(say(f"report.sheet.{part.key}"), words, columns.formats(rows.columns, say), plot)


def _own(asked: Asked, shown: Shown) -> Part:
    rows = answers.ask(
        shown.view, asked.filters, columns=shown.columns, only=shown.only, sort=shown.sort, limit=LISTED
    )
    names = shown.columns or list(rows[0] if rows else {})
    return Part("own", asked.say("report.own"), names, rows)


def _rows(
    asked: Asked,
    view: str,
    order: str,
    *,
    falls: bool = True,
    only: Mapping[str, Any] | None = None,
    limit: int = LISTED,
) -> list[Row]:
    return answers.ask(view, asked.filters, only=only, sort=[(order, falls)], limit=limit)


def _heading(column: str, cells: Sequence[str], values: Sequence[Any], say: Words) -> Heading:
    """A column of short texts is as wide as they are; of longer ones, most should fit on one line."""
    known = [value for value in values if value is not None]
    is_number = bool(known) and all(
        isinstance(each, _UPRIGHT) and not isinstance(each, bool) for each in known
    )
    widths = sorted(sum(2 if ord(sign) > _WIDE else 1 for sign in text) for text in cells) or [0]
    most = min(widths[len(widths) * 9 // 10], _LONGEST)
    return Heading(columns.label(column, say), is_number, 0 if widths[-1] <= _SHORT else most)
