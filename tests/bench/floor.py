"""The least a page can be: one button, one word that it changes. What this takes is the machine's."""

import streamlit as st

count = st.session_state.setdefault("count", 0)
if st.button("go"):
    st.session_state["count"] = count = count + 1
st.text(f"clicked {count}")
