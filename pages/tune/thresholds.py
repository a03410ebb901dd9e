"""What another threshold would mean: money, items and work beside those of the policy in force."""

import streamlit as st

from components import answers, filter_bar, policy_versions, questions, states, trial
from components.charts import forward, moves, palette
from components.forms import limits, rules
from queries.decisions import policy_checks

asked = trial.undecided(filter_bar.asked())
say = asked.say
policy = filter_bar.now(asked)
now = answers.ask_one("mart_settings", policy)
WIDTHS, HEIGHT, MOVERS, FOUND = (2, 3), 320, 50, 12
LARGEST = [("value", True)]


def parts(filters):
    return answers.ask("mart_stock_parts", filters, sort=[("part", False), ("place", False)])


def against_policy(view, **more):
    return answers.ask(view, asked.filters, against=policy, **more)


@st.fragment
def details():
    names = [say(f"trial.{name}") for name in ("movers", "work", "ahead")]
    moving, busy, later = st.tabs(names, on_change="rerun", key="trial_details")
    if moving.open:
        with moving:
            trial.movers(asked, against_policy("mart_movers", sort=LARGEST, limit=MOVERS + 1), MOVERS)
    if busy.open:
        with busy:
            most = [("new_red_value", True), ("new_standard_value", True)]
            only = {"owner_kind": trial.owner(say)}
            trial.work(asked, against_policy("mart_work", only=only, sort=most))
    if later.open:
        with later:
            st.caption(say("trial.ahead.about"))
            ahead, as_now = questions.ahead(asked), questions.ahead(asked, policy)
            forward.draw(ahead, palette.look(), say, height=HEIGHT, before=as_now)


@st.fragment
def which_rule():
    found = rules.search(asked)
    if found:
        by_name = asked.filters.where(search=found)
        rules.won(asked, answers.ask("mart_tiered_stock", by_name, sort=LARGEST, limit=FOUND))


def own_rules(after):
    with st.container(border=True, key="rules"):
        rules.listed(asked, after)
        with st.expander(say("rule.edit")):
            rules.editor(asked)
        which_rule()


def compared(after):
    left, right = st.columns((4, 5))
    with left, st.container(border=True, height="stretch"):
        moves.draw(against_policy("mart_tier_moves"), palette.look(), say, height=HEIGHT)
    with right, st.container(border=True, height="stretch", key="details"):
        details()
    own_rules(after)


states.heading(asked, say("thresholds.title"))
trial.left_aside(filter_bar.asked())
with st.container(horizontal=True, key="trial_steps", vertical_alignment="center"):
    trial.changed(asked, now)
    limits.back(asked)
    policy_versions.save(asked)
trial.too_short(asked)
wrong = policy_checks.conflicts(asked.settings)
before, after = parts(policy), [] if wrong else parts(asked.filters)
left, right = st.columns(WIDTHS)
with left, st.container(border=True, height="stretch"):
    limits.draw(asked, now)
with right:
    for error in wrong:
        st.error(states.plain(policy_versions.complaint(error, say)), icon=":material/block:")
    if wrong:
        limits.mend(asked, wrong)
    else:
        trial.tiers(asked, before, after)
        trial.states(asked, before, after)
if wrong:
    own_rules(after)
else:
    compared(after)
