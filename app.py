"""The frame of every page: language, filters, menu, and the one place where a named error becomes a sentence.

The server imports this module to find `app`; every visit of a page runs it again as a script.
"""

import streamlit as st

from components import answers, filter_bar, navigation, pulse, sharing, spoken, states, wall
from queries.errors import StockError

app = st.App(__file__)


def frame() -> None:
    """Draw one page: read the address, draw the menu and the bar, then let the page answer."""
    st.set_page_config(page_icon=str(navigation.ICON), layout="wide")
    say = filter_bar.read_language()
    page = navigation.navigate(say)
    filter_bar.read_address(page.url_path)
    newest = 0
    if wall.is_on():
        wall.hang_up()
    try:
        sharing.follow()
        newest = answers.newest_version()
        shown = pulse.readable(newest) if wall.is_on() else newest
        asked = filter_bar.answer_address(say, shown)
        if not wall.is_on():
            st.logo(str(navigation.ICON), size="large")
            with st.sidebar:
                navigation.menu(asked.say, asked.link())
                filter_bar.language_switch(asked.say)
                spoken.tell(asked.say)
                if navigation.is_filtered(page):
                    filter_bar.draw(asked)
            states.notices(asked)
        if asked.status["is_empty"] and not navigation.needs_no_data(page):
            states.empty(asked.say)
        else:
            page.run()
        if wall.is_on():
            spoken.tell(asked.say)
    except StockError as error:
        states.failed(error, say)
        if wall.is_on():
            pulse.try_again()
    answers.watch(newest)


if __name__ == "__main__":
    frame()
else:
    navigation.claim()
