"""How old is the money on hand: one bar an age bucket, its tiers inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from components.answers import Row
from components.charts import canvas
from components.charts.palette import TIERS, Look, tier_name
from components.words import Words


def draw(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> str | None:
    """`rows` of mart_age_buckets in order, money in company currency; the `bucket_no` clicked."""
    alt_text = say("chart.ageing")
    return canvas.put(
        picture, rows, look, say, height=height, width=width, key="ageing", alt=alt_text, field="no"
    )


def picture(rows: Sequence[Row], look: Look, say: Words, *, height: int, width: int | None = None) -> Any:
    """The chart alone, for a page or for paper."""
    rows = [row for row in rows if row["value"] or row["from_days"] is not None]
    order = [bucket(row, say) for row in rows]
    names = {tier: tier_name(tier, say) for tier in TIERS}
    parts = [
        {"no": row["bucket_no"], "bucket": bucket(row, say), "tier": names[tier], "place": place,
         "value": float(row[column]), "exact": say.money_exact(row[column])}
        for row in rows
        for place, (tier, column) in enumerate(TIERS.items())
    ]  # fmt: skip
    tops = [
        {"bucket": bucket(row, say), "value": float(row["value"]), "label": say.money(row["value"])}
        for row in rows
        if row["value"]
    ]
    x = alt.X("bucket:N", sort=order, title=None, axis=alt.Axis(labelAngle=0, ticks=False, domain=True))
    highest = max((float(row["value"]) for row in rows), default=1.0)
    scale = alt.Scale(domain=[0, highest * 1.12], nice=False)
    y = alt.Y("value:Q", stack="zero", axis=None, scale=scale)
    pick = alt.selection_point(name="pick", fields=["no"])
    bars: Any = (
        alt.Chart(alt.InlineData(parts))
        .mark_bar(cornerRadiusEnd=2, cursor="default" if look.is_wall else "pointer")
        .encode(
            x=x,
            y=y,
            order="place:Q",
            color=alt.Color(
                "tier:N",
                scale=alt.Scale(domain=list(names.values()), range=[look.tiers[tier] for tier in names]),
                legend=None if look.is_wall else alt.Legend(),
            ),
            tooltip=[
                alt.Tooltip("bucket:N", title=say("chart.age")),
                alt.Tooltip("tier:N", title=say("filter.tier")),
                alt.Tooltip("exact:N", title=say("column.value")),
            ],
        )
    )
    labels = (
        alt.Chart(alt.InlineData(tops))
        .mark_text(dy=-look.size * 0.7, fontWeight=600)
        .encode(x=x, y=alt.Y("value:Q", axis=None, scale=scale), text="label:N")
    )
    chart = (bars if look.is_wall else bars.add_params(pick)) + labels
    return look.style(chart, height=height, title=say("chart.ageing"), width=width)


def bucket(row: Row, say: Words) -> str:
    """An age bucket in words: '91–180', 'over 730', 'age unknown'."""
    if row["from_days"] is None:
        return say("bucket.unknown")
    if row["to_days"] is None:
        return say("bucket.over", days=say.number(row["from_days"] - 1))
    return say("bucket.range", first=row["from_days"], last=row["to_days"])
