"""What was loaded, by whom and when; what it changed; and the way back."""

import streamlit as st

from components import filter_bar, navigation, past_loads, states
from components.navigation import HISTORY

asked = filter_bar.asked()
say = asked.say

states.title(asked, say("history.title"), say("history.text"))
versions = past_loads.every()
if not versions:
    st.info(say("history.none"))
    st.stop()
past_loads.steps(say)
opened = past_loads.chosen(versions)
clicked = past_loads.listed(asked, versions, opened.number if opened else 0)
if clicked and clicked is not opened:
    navigation.go(HISTORY, {**asked.link(), "at": str(clicked.number)})
if opened:
    with st.container(border=True, key="load"):
        past_loads.details(asked, opened)
    past_loads.compared(asked, versions, opened)
