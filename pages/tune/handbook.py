"""What the policy says, in words to print; its versions, what each would change, and which is in force."""

from functools import partial

import streamlit as st

from components import answers, exports, filter_bar, handbook, policy_versions, states
from components.forms import exemptions
from components.words import LOCALES
from queries.decisions import policies
from queries.settings import Settings

asked = filter_bar.asked()
say = asked.say


def printed(told, opened, owners):
    with st.popover(say("handbook.print"), icon=":material/picture_as_pdf:", key="print_handbook"):
        for language in LOCALES:
            st.download_button(
                say(f"language.{language}"),
                partial(handbook.as_pdf, told, opened, owners, language),
                file_name=f"policy-{opened.version}-{language}.pdf",
                mime=exports.PDF,
                key=f"print_{language}",
                on_click="ignore",
                width="stretch",
            )


def read(told, opened, owners, active):
    st.subheader(say("handbook.of", number=opened.version), anchor=False)
    st.caption(states.plain(handbook.stamp(opened, active, say)))
    handbook.draw(handbook.chapters(told, owners))
    with st.expander(say("handbook.thresholds")):
        handbook.table(handbook.thresholds(told))


def kept(versions, opened, active):
    with st.container(border=True, key="policies"):
        policy_versions.listed(asked, versions, opened, active)
        with st.expander(say("policy.past")):
            policy_versions.past(say)
    if len(versions) > 1:
        with st.container(border=True, key="policy_comparison"):
            policy_versions.compared(asked, versions, opened, active)


def exempt():
    with st.container(border=True, key="exemptions"):
        handbook.draw([handbook.exempted(asked)])
        st.markdown(f"**{say('exemption.edit')}**")
        st.caption(say("exemption.trial"))
        exemptions.editor(asked)
        policy_versions.save(asked)


states.heading(asked, say("handbook.title"))
versions = policy_versions.every()
active = policies.active(Settings()).version
opened = policy_versions.chosen(asked, versions)
told = handbook.under(asked, opened.version)
owners = answers.ask("mart_owners", told.filters, sort=[("slow_value", True)], limit=handbook.OWNERS + 1)
with st.container(horizontal=True, key="policy_steps"):
    policy_versions.steps(asked, opened, told, active)
    printed(told, opened, owners)
names = [say(name) for name in ("handbook.tab", "policy.versions", "exemption.title")]
reading, keeping, exempting = st.tabs(names, on_change="rerun", key="handbook_part")
if reading.open:
    with reading, st.container(border=True, key="handbook"):
        read(told, opened, owners, active)
if keeping.open:
    with keeping:
        kept(versions, opened, active)
if exempting.open:
    with exempting:
        exempt()
