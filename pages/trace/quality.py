"""What is wrong with the data, which rows, what mends it; and which file would switch on what."""

import streamlit as st

from components import answers, filter_bar, findings, levels, pager, states
from components.navigation import QUALITY

asked = filter_bar.asked()
say = asked.say
ROWS = 25


def offending(finding):
    skipped = levels.first_row()
    found = answers.ask(
        "mart_quality_rows",
        asked.filters,
        only={"finding": finding},
        sort=[("row_no", False)],
        limit=ROWS + 1,
        offset=skipped,
    )
    shown, link = found[:ROWS], {**asked.link(), "at": finding}
    findings.rows(asked, finding, shown, skipped)
    pager.draw(QUALITY, link, say, skipped=skipped, count=len(shown), size=ROWS, has_more=len(found) > ROWS)


states.heading(asked, say("quality.title"))
left, right = st.columns([3, 2])
with left:
    kinds = answers.ask("mart_quality", asked.filters, sort=[("finding_no", False)])
    with st.container(border=True):
        findings.summary(asked, kinds)
    opened = findings.chosen(kinds)
    if opened is not None and opened["row_count"]:
        with st.container(border=True, key="finding"):
            findings.heading(asked, opened)
            offending(opened["finding"])
with right:
    with st.container(border=True):
        findings.bases(asked, answers.ask("mart_age_basis", asked.filters, sort=[("basis_no", False)]))
    with st.container(border=True):
        findings.functions(asked, answers.ask("mart_functions", asked.filters))
