"""Who does this: there are no logins, so a name is typed in once and remembered in the session."""

from __future__ import annotations

import streamlit as st

from components.words import Words

_PERSON = "_person"


def name(say: Words, *, key: str) -> str:
    """A field for the person's name, filled with what was last typed into any of these fields."""
    given: str = st.text_input(
        say("person.name"), st.session_state.get(_PERSON, ""), key=key, max_chars=60
    ).strip()
    if given:
        st.session_state[_PERSON] = given
    return given
