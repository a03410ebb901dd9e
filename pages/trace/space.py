"""How much room slow stock takes in each warehouse, and how much would be free without it."""

import streamlit as st

from components import answers, exports, filter_bar, space, states
from components.charts import palette
from components.charts import space as chart

asked = filter_bar.asked()
say = asked.say
CHART_HEIGHT, PLACES, BARS = 620, 200, 15
SORT = [("slow_volume_m3", True)]

states.heading(asked, say("space.title"))
totals = answers.ask_one("mart_space_totals", asked.filters)
found = answers.ask("mart_space", asked.filters, sort=SORT, limit=PLACES)
if not found:
    states.nothing_found(say)
elif totals["volume_m3"]:
    space.totals(asked, totals)
    space.unknown(asked, totals)
    with st.container(border=True):
        clicked = chart.draw(found[:BARS], palette.look(), say, height=CHART_HEIGHT)
    with st.container(border=True):
        space.warehouses(asked, found)
        exports.offer(asked, "mart_space", sort=SORT, key="space")
    if clicked:
        space.follow(asked, clicked)
else:
    st.subheader(f":material/straighten: {say('space.nothing')}", anchor=False)
    st.markdown(say("space.nothing.text"))
    space.unknown(asked, totals)
