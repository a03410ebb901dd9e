"""The five steps on the start page: what each is for, its state from the data at hand, its door."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from components.answers import Row
from components.filter_bar import Asked
from components.navigation import BOARD, STOCK, Page, door

DOORS: Mapping[str, tuple[Page, Mapping[str, str]]] = {
    "identify": (BOARD, {}),
    "block": (STOCK, {"state": "excess"}),
    "revive": (STOCK, {"tier": "R,S"}),
    "close": (STOCK, {"tier": "R"}),
    "improve": (BOARD, {}),
}
BADGES: Mapping[str, tuple[str, str]] = {
    "active": (":material/check_circle:", "green"),
    "partial": (":material/hourglass_bottom:", "orange"),
    "missing": (":material/radio_button_unchecked:", "gray"),
}


def totals(asked: Asked, row: Row) -> None:
    """One sentence that says where the company stands."""
    say = asked.say
    st.markdown(
        say(
            "steps.where",
            slow=say.money(row["slow_value"]),
            value=say.money(row["value"]),
            share=say.percent(row["slow_share"]),
            items=say.number(row["slow_item_count"]),
        )
    )


def card(asked: Asked, row: Row) -> None:
    """One row of mart_steps."""
    say, step = asked.say, row["step"]
    icon, colour = BADGES[row["state"]]
    page, changes = DOORS[step]
    with st.container(border=True, key=f"step_{step}"):
        words, state = st.columns([3, 2], vertical_alignment="center")
        with words:
            st.subheader(f"{row['step_no']} · {say(f'step.{step}')}", anchor=False)
            st.markdown(say(f"step.{step}.text"))
        with state:
            st.badge(say(f"step.state.{row['state']}"), icon=icon, color=colour)  # type: ignore[arg-type]
            if row["missing_tables"]:
                tables = (say(f"table.{name}") for name in row["missing_tables"].split(","))
                st.caption(say("step.missing", tables=say("word.comma").join(tables)))
            if not asked.status["is_empty"]:
                door(page, say(f"step.{step}.door"), asked.link(**changes), icon=":material/arrow_forward:")
