"""ABC and XYZ together: nine cells in items and money, what each starts with, and what the cuts are."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import tables
from components.answers import Row
from components.filter_bar import Asked, option
from components.navigation import STOCK, go
from components.states import plain

COLUMNS = ("name", "start_with", "item_count", "value", "value_share", "slow_item_count", "slow_value")


def cells(asked: Asked, rows: Sequence[Row]) -> None:
    """`rows` of mart_class_matrix; one opens the stock of its cell."""
    say = asked.say
    shown = [
        {
            **row,
            "name": " · ".join(option(name, row[name], say) for name in ("abc_class", "xyz_class")),
            "start_with": say(f"class_policy.{row['policy']}"),
        }
        for row in rows
    ]
    title = say("classes.cells")
    st.markdown(f"**{title}**")
    clicked = tables.table(shown, COLUMNS, say, key="class_cells", title=title)
    if clicked is not None:
        chosen = {name: rows[clicked][name] for name in ("abc_class", "xyz_class")}
        go(STOCK, asked.link(**chosen))


def cuts(asked: Asked) -> None:
    """Where the classes are cut, and what they do not say."""
    say, settings = asked.say, asked.settings
    facts = {name: say.percent(settings[f"abc_{name}_until"], 0) for name in ("a", "b")}
    facts |= {name: say.number(settings[f"xyz_{name}_until"], 2) for name in ("x", "y")}
    months = say.number(settings["history_periods"])
    adi = say.number(settings["intermittent_from_adi"], 2)
    st.markdown(plain(say("classes.cuts", **facts, months=months)))
    st.caption(plain(say("classes.intermittent", adi=adi)))
