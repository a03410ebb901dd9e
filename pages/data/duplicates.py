"""Item codes that may mean one and the same: groups with their stock, why, and a merge list to take away."""

import streamlit as st

from components import answers, filter_bar, levels, merge_list, pager, states
from components.navigation import DUPLICATES

asked = filter_bar.asked()
say = asked.say
ROWS = 25


def groups():
    skipped = levels.first_row()
    rows = answers.ask(
        "mart_duplicate_clusters",
        asked.filters,
        sort=[("cluster_no", False)],
        limit=ROWS + 1,
        offset=skipped,
    )
    merge_list.groups(asked, rows[:ROWS], skipped)
    shown = len(rows[:ROWS])
    link = asked.link()
    pager.draw(DUPLICATES, link, say, skipped=skipped, count=shown, size=ROWS, has_more=len(rows) > ROWS)


def opened(number):
    codes = answers.ask("mart_duplicate_items", asked.filters, only={"cluster_no": number})
    merges = answers.ask("mart_duplicate_merges", asked.filters, only={"cluster_no": number})
    if codes:
        with st.container(border=True, key="group"):
            merge_list.codes(asked, number, codes)
            merge_list.reasons(asked, merges)


states.heading(asked, say("duplicate.title"))
totals = answers.ask_one("mart_duplicate_totals", asked.filters)
if totals["cluster_count"]:
    merge_list.key_numbers(asked, totals)
    merge_list.offer(asked)
    number = merge_list.chosen()
    if number:
        opened(number)
    with st.container(border=True):
        groups()
else:
    merge_list.none_found(asked)
