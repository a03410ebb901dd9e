"""How money flows from supplier over transit and stock to customer, and which links are off."""

import streamlit as st

from components import answers, exports, filter_bar, flows, states
from components.charts import flow, palette

asked = filter_bar.asked()
say = asked.say
CHART_HEIGHT = 460

states.heading(asked, say("flow.title"))
found = answers.ask("mart_flow_links", asked.filters, sort=[("value", True)])
if found:
    flows.totals(asked, answers.ask_one("mart_flow_totals", asked.filters))
    with st.container(border=True):
        clicked = flow.draw(found, palette.look(), say, height=CHART_HEIGHT)
    with st.container(border=True):
        st.markdown(f"**{say('flow.links')}**")
        flows.links(asked, found)
        exports.offer(asked, "mart_flow_links", sort=[("value", True)], key="flow")
    if clicked is not None:
        flows.follow(asked, found[clicked])
else:
    states.nothing_found(say)
flows.missing(asked, answers.ask("mart_tables", asked.filters))
