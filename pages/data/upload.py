"""Files in: what they are, what is wrong with them, what they would change; then one button."""

import streamlit as st

from components import filter_bar, jobs, problems, states, uploads
from components.forms import examined, hand_in
from components.navigation import UPLOAD, go

asked = filter_bar.asked()
say = asked.say


def look(hand):
    work = uploads.looked_at(hand)
    if not jobs.is_done(work):
        jobs.progress(work, say)
        return
    found = work.future.result()
    examined.summary(say, found)
    if found.problems:
        problems.table(found.problems, say, key="problems")
    examined.mend(say, hand, found)
    examined.reading(asked, hand, found)
    examined.totals(say, found)
    yes = examined.confirmation(say, found)
    with st.container(horizontal=True, key="beside_load"):
        examined.save_mapping(say, hand, found)
        if st.button(say("upload.give_up"), icon=":material/delete:", key="give_up"):
            hand_in.give_up(hand)
            go(UPLOAD, asked.link())
    if yes is not None:
        uploads.load(hand, yes)
        st.rerun()


def load(hand, work):
    if not jobs.is_done(work):
        jobs.progress(work, say)
        return
    result = work.future.result()
    if result.data_version is None:
        uploads.forget_load(hand)
        st.warning(say("upload.not_loaded"), icon=":material/front_hand:")
        look(hand)
    else:
        st.rerun()


states.title(asked, say("upload.title"), say("upload.text"))
hand = hand_in.chosen()
if hand is None:
    hand_in.drop(asked)
    hand_in.still_waiting(asked)
    hand_in.template(say)
elif hand.data_version is not None:
    hand_in.loaded(asked, hand)
elif begun := uploads.loading(hand):
    load(hand, begun)
else:
    look(hand)
