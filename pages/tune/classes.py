"""What ABC and XYZ make of the stock: nine cells as doors, where they are cut, which classes moved."""

import streamlit as st

from components import answers, classes, filter_bar, states, upkeep

asked = filter_bar.asked()
PLACES = 200

states.heading(asked, asked.say("classes.title"))
with st.container(border=True):
    classes.cuts(asked)
with st.container(border=True):
    by_class = [("abc_class", False), ("xyz_class", False)]
    classes.cells(asked, answers.ask("mart_class_matrix", asked.filters, sort=by_class))
with st.container(border=True):
    moved = answers.ask(
        "mart_class_drift", asked.filters, only={"is_changed": True}, sort=[("value", True)], limit=PLACES
    )
    upkeep.drift(asked, answers.ask_one("mart_class_drift_totals", asked.filters), moved)
