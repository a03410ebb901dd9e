"""From which tier to which: a field of tiers now against tiers on trial, money and items in every cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from components.answers import Row
from components.charts import canvas
from components.charts.palette import TIERS, Look, tier_name
from components.words import Words

WORSE, BETTER = "▲", "▽"
_ORDER = tuple(TIERS)


def draw(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> None:
    """`rows` of mart_tier_moves."""
    canvas.put(
        picture, rows, look, say, height=height, width=width, key="moves", alt=say("chart.moves.about")
    )


def picture(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> Any:
    """The chart alone; the more money moves through a cell, the fuller its ground. What stays has none."""
    names = {tier: tier_name(tier, say) for tier in TIERS}
    moved = max((row["value"] for row in rows if row["now_tier"] != row["tier"]), default=0) or 1
    cells: list[dict[str, Any]] = [
        {
            "now": names[row["now_tier"]],
            "trial": names[row["tier"]],
            "share": float(row["value"] / moved) if row["now_tier"] != row["tier"] else 0.0,
            "money": f"{_mark(row)}{say.money(row['value'])}",
            "items": say("trial.cell", items=say.number(row["item_count"])),
            "exact": say.money_exact(row["value"]),
        }
        for row in rows
    ]
    filled = {(row["now_tier"], row["tier"]) for row in rows}
    nothing = {"share": 0.0, "money": "", "items": "", "exact": ""}
    cells += [
        {"now": names[before], "trial": names[after], **nothing}
        for before in TIERS
        for after in TIERS
        if (before, after) not in filled
    ]
    listed = list(names.values())
    top = alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False, labelLimit=0)
    side = alt.Axis(ticks=False, domain=False, labelLimit=0)
    base: Any = alt.Chart(alt.InlineData(cells)).encode(
        x=alt.X(
            "trial:N", sort=listed, scale=alt.Scale(domain=listed), title=say("trial.on_trial"), axis=top
        ),
        y=alt.Y("now:N", sort=listed, scale=alt.Scale(domain=listed), title=say("trial.now"), axis=side),
        tooltip=[
            alt.Tooltip("now:N", title=say("trial.now")),
            alt.Tooltip("trial:N", title=say("trial.on_trial")),
            alt.Tooltip("exact:N", title=say("column.value")),
            alt.Tooltip("items:N", title=say("column.item_count")),
        ],
    )
    ground = base.mark_rect(stroke=look.line, color=look.accent).encode(
        fillOpacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0, 0.45]), legend=None)
    )
    money = base.mark_text(dy=-look.size * 0.6, fontWeight=600).encode(text="money:N")
    items = base.mark_text(dy=look.size * 0.8, color=look.quiet).encode(text="items:N")
    return look.style(ground + money + items, height=height, title=say("chart.moves"), width=width)


def _mark(row: Row) -> str:
    """Nothing where the tier stays; else whether it becomes more or less urgent."""
    step = _ORDER.index(row["tier"]) - _ORDER.index(row["now_tier"])
    return f"{WORSE} " if step < 0 else f"{BETTER} " if step > 0 else ""
