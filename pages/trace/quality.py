"""What is wrong with the data, which rows, what mends it; and which file would switch on what."""

import streamlit as st

from components import answers, exports, filter_bar, findings, levels, pager, states, upkeep
from components.navigation import QUALITY

asked = filter_bar.asked()
say = asked.say
ROWS, PLACES = 25, 200


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
    exports.offer(
        asked,
        "mart_quality_rows",
        columns=findings.ROW_COLUMNS,
        only={"finding": finding},
        sort=[("row_no", False)],
        key="findings",
    )
    pager.draw(QUALITY, link, say, skipped=skipped, count=len(shown), size=ROWS, has_more=len(found) > ROWS)


def classes_that_moved():
    changed = answers.ask(
        "mart_class_drift", asked.filters, only={"is_changed": True}, sort=[("value", True)], limit=PLACES
    )
    upkeep.drift(asked, answers.ask_one("mart_class_drift_totals", asked.filters), changed)


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
    with st.container(border=True):
        late = answers.ask("mart_posting_delays", asked.filters, sort=[("late_share", True)], limit=PLACES)
        upkeep.delays(asked, late)
    with st.container(border=True):
        classes_that_moved()
with right:
    with st.container(border=True):
        findings.bases(asked, answers.ask("mart_age_basis", asked.filters, sort=[("basis_no", False)]))
    with st.container(border=True):
        findings.functions(asked, answers.ask("mart_functions", asked.filters))
