"""Whether a threshold is right: judged on our own past, by what was known then; and five methods compared."""

import streamlit as st

from components import answers, backtest, filter_bar, states
from components.charts import backtest as charts
from components.charts import palette

asked = filter_bar.asked()
say = asked.say
HEIGHT = 300


def curve(part):
    by_days = [("threshold_days", False)]
    wanted = {"method": "count", "part": part}
    return answers.ask("mart_backtest_curve", asked.filters, only=wanted, sort=by_days)


states.heading(asked, say("backtest.title"))
totals = answers.ask_one("mart_backtest_totals", asked.filters)
with st.container(border=True, key="verdict"):
    backtest.verdict(asked, totals)
    backtest.assumptions(asked)
later = []
if totals["has_enough"]:
    judged = curve("tell")
    later = answers.ask(
        "mart_backtest_methods", asked.filters, only={"part": "tell"}, sort=[("method_no", False)]
    )
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        charts.costs(curve("tune"), palette.look(), say, height=HEIGHT)
    with right, st.container(border=True, height="stretch"):
        charts.hits(judged, palette.look(), say, height=HEIGHT)
    with st.container(border=True):
        backtest.told(asked, judged, totals["suggested_days"])
with st.container(border=True):
    backtest.methods(asked, later)
with st.container(border=True):
    pairs = [("first_no", False), ("second_no", False)]
    charts.overlap(
        answers.ask("mart_backtest_overlap", asked.filters, sort=pairs), palette.look(), say, height=HEIGHT
    )
    st.caption(say("backtest.today"))
