"""What the policy says by itself: alerts to work on, the rules that raise them, who is told and what was."""

import streamlit as st

from components import alert_list, answers, clock, filter_bar, states
from components.forms import alert_rules, alert_targets
from queries.alerts import check, outbox, store
from queries.settings import Settings

asked = filter_bar.asked()
say = asked.say


def check_now():
    with st.spinner(say("alert.checking")):
        check.check(Settings(), clock.now())
    st.rerun()


def work():
    alert_list.counts(say)
    alerts = store.alerts(Settings())
    up = [each for each in alerts if each.alert.state in alert_list.UP]
    opened = alert_list.chosen(alerts)
    if opened:
        with st.container(border=True, key="alert_opened"):
            alert_list.details(asked, opened)
    with st.container(border=True, key="alerts"):
        if up:
            alert_list.listed(asked, up)
        else:
            st.caption(say("alert.none"))
    if st.button(say("alert.check"), icon=":material/refresh:", key="alert_check"):
        check_now()


def rules():
    kept = store.rules(Settings())
    known = filter_bar.places(asked)
    with st.container(border=True, key="alert_rules"):
        for each in kept:
            status = "" if each.is_on else f" · {say('alert.rule.is_off')}"
            told = alert_rules.in_words(asked, each.rule, known)
            st.markdown(f"**{states.plain(each.name)}**{status}  \n{states.plain(told)}")
        chosen = st.selectbox(
            say("alert.rule.which"),
            [None, *kept],
            format_func=lambda each: each.name if each else say("alert.rule.new"),
            key=f"alert_rule_which_{len(kept)}",
        )
        if alert_rules.editor(asked, chosen, len(kept)):
            check_now()


def targets():
    known = outbox.targets(Settings())
    owners = answers.ask("mart_owners", asked.filters)
    buyers = sorted({row["buyer"] for row in owners if row["buyer"]})
    st.caption(say("target.about"))
    with st.container(border=True, key="targets"):
        chosen = st.selectbox(
            say("target.which"),
            [None, *known],
            format_func=lambda each: each.name if each else say("target.new"),
            key=f"target_which_{len(known)}",
        )
        if alert_targets.editor(asked, chosen, buyers):
            st.rerun()
        if chosen:
            alert_targets.trial(asked, chosen)
    with st.container(border=True, key="alert_log"):
        st.markdown(f"**{say('alert.log')}**")
        alert_list.sent(say)


states.title(asked, say("alerts.title"), say("alerts.about"))
names = [say(name) for name in ("alert.tab", "alert.rule.tab", "target.tab")]
for tab, draw in zip(
    st.tabs(names, on_change="rerun", key="alerts_part"), (work, rules, targets), strict=True
):
    if tab.open:
        with tab:
            draw()
