"""The back-test in words and tables: what it stands on, what it suggests, how rules did on later months."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import filter_bar, tables
from components.answers import Row
from components.filter_bar import PROOF, Asked
from components.navigation import THRESHOLDS, door
from components.states import plain

TOLD_COLUMNS = (
    "name", "threshold_days", "precision", "recall", "value_recall", "lift", "new_count", "lead_days", "cost",
)  # fmt: skip
METHOD_COLUMNS = (
    "method", "precision", "recall", "value_recall", "lift", "flagged_count", "new_count", "lead_days",
    "cost", "unjudged_count",
)  # fmt: skip


def verdict(asked: Asked, totals: Row) -> None:
    """`totals` of mart_backtest_totals: the suggested threshold beside the one in force, a door to try it."""
    say, settings = asked.say, asked.settings
    st.caption(say("backtest.about", days=say.number(totals["horizon_days"])))
    if not totals["has_enough"]:
        facts = {name: say.number(totals[f"{name}_days"]) for name in ("known", "missing")}
        st.info(plain(say("backtest.short", **facts)), icon=":material/history_toggle_off:")
        return
    best, first, last = (
        say.number(totals[name]) for name in ("suggested_days", "flat_from_days", "flat_until_days")
    )
    share = say.percent(settings["flat_cost_share"], 0)
    flat = first if first == last else say("backtest.span", first=first, last=last)
    name = say(f"filter.{totals['tested_threshold']}")
    now = {"name": name, "days": say.number(totals["tested_days"])}
    if totals["is_present_flat"]:
        text = say("backtest.inside", **now)
    else:
        dearer = totals["present_cost"] - totals["suggested_cost"]
        text = say("backtest.outside", **now, money=say.money(dearer))
    st.markdown(f"**{plain(say('backtest.best', days=best, flat=flat, share=share))}** {plain(text)}")
    if totals["suggested_days"] != totals["tested_days"]:
        link = asked.link(**{totals["tested_threshold"]: totals["suggested_days"]})
        door(THRESHOLDS, say("backtest.try", name=name, days=best), link, icon=":material/tune:")
    split = {
        f"{part}_{end}": say.day(totals[f"{part}_{end}_on"])
        for part in ("tune", "tell")
        for end in ("from", "until")
    }
    counts = {part: say.number(totals[f"{part}_count"]) for part in ("tune", "tell")}
    st.caption(plain(say("backtest.split", **counts, **split)))


def assumptions(asked: Asked) -> None:
    """What is tested, over how long, and what mistakes cost."""
    with st.expander(asked.say("backtest.assumptions")):
        st.caption(asked.say("backtest.assumptions.about"))
        for place, name in zip(st.columns(len(PROOF), vertical_alignment="bottom"), PROOF, strict=True):
            with place:
                filter_bar.widget(name, asked.say, {}, asked.settings)


def told(asked: Asked, rows: Sequence[Row], suggested: int) -> None:
    """The threshold in force beside the suggested one; `rows` of mart_backtest_curve of later months."""
    say = asked.say
    shown = [
        {**_rounded(row), "name": say("backtest.now" if row["is_present"] else "backtest.suggested")}
        for row in rows
        if row["is_present"] or row["threshold_days"] == suggested
    ]
    st.markdown(f"**{say('backtest.told')}**")
    tables.table(shown, TOLD_COLUMNS, say, key="backtest_told", title=say("backtest.told"), opens=False)


def methods(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_backtest_methods of later months, in order."""
    say, settings = asked.say, asked.settings
    st.markdown(f"**{say('backtest.methods')}**")
    if rows:
        title = say("backtest.methods")
        tables.table(
            [_rounded(row) for row in rows],
            METHOD_COLUMNS,
            say,
            key="backtest_methods",
            title=title,
            opens=False,
        )
    facts = {
        "days": say.number(settings["tested_days"]),
        "supply": say.number(settings["supply_limit_days"]),
        "count": say.number(settings["combined_from_methods"]),
    }
    st.caption(plain(say("backtest.methods.about", **facts)))


def _rounded(row: Row) -> Row:
    places = {"lift": 1, "lead_days": 0, "flagged_count": 1, "new_count": 1}
    return {**row, **{name: round(row[name], n) for name, n in places.items() if row[name] is not None}}
