"""Counts beside the book: what differs, how much is counted in time, what to count next, sheets to print."""

from datetime import date

import streamlit as st

from components import (
    answers,
    count_list,
    count_results,
    count_sheets,
    exports,
    filter_bar,
    levels,
    pager,
    states,
)
from components.navigation import COUNT

asked = filter_bar.asked()
say = asked.say
ROWS = 25
LARGEST_FIRST = [("absolute_variance_value", True)]


def found(totals, warehouses):
    skipped = levels.first_row()
    rows = answers.ask(
        "mart_count_variances", asked.filters, sort=LARGEST_FIRST, limit=ROWS + 1, offset=skipped
    )
    count_results.remarks(asked, totals)
    with st.container(border=True):
        count_results.accuracy(asked, warehouses)
    with st.container(border=True):
        count_results.variances(asked, rows[:ROWS], skipped)
        places = count_results.PLACES
        exports.offer(asked, "mart_count_variances", columns=places, sort=LARGEST_FIRST, key="variances")
        turn(asked.link(), rows, skipped)


def next_up(coverage):
    skipped = levels.first_row()
    rows = answers.ask(
        "mart_count_plan", asked.filters, sort=[("plan_no", False)], limit=ROWS + 1, offset=skipped
    )
    count_list.coverage(asked, coverage)
    with st.container(border=True):
        count_list.due(asked, rows[:ROWS], skipped)
        listed = count_list.LISTED
        exports.offer(asked, "mart_count_plan", columns=listed, sort=[("plan_no", False)], key="plan")
        turn({**asked.link(), "at": "next"}, rows, skipped)


def turn(link, rows, skipped):
    shown = len(rows[:ROWS])
    pager.draw(COUNT, link, say, skipped=skipped, count=shown, size=ROWS, has_more=len(rows) > ROWS)


def sheets():
    rows = answers.ask("mart_count_sheets", asked.filters, sort=[("batch_no", False), ("line_no", False)])
    count_sheets.offer(asked, rows, date.today())
    count_sheets.printed(asked, rows)


states.heading(asked, say("count.title"))
part = count_results.part()
count_results.parts(asked, part)
if part == "sheets":
    sheets()
else:
    coverage = answers.ask("mart_count_coverage", asked.filters, sort=[("value", True)])
    totals, *warehouses = answers.ask("mart_count_accuracy", asked.filters, sort=[("level", False)])
    if not answers.ask_one("mart_tables", asked.filters, only={"table_name": "counts"})["row_count"]:
        count_results.not_yet(asked)
    count_results.key_numbers(asked, totals, next(row for row in coverage if row["level"] == 0))
    if part == "next":
        next_up(coverage)
    elif totals["place_count"]:
        found(totals, warehouses)
    else:
        states.nothing_found(say)
