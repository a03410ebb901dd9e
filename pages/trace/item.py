"""One item's story on one screen: where it lies, how old, what moved it, what is ordered, what comes next."""

import streamlit as st

from components import answers, exports, filter_bar, item_search, levels, pager, states, story
from components.charts import history, palette
from components.navigation import ITEM

asked = filter_bar.asked()
say = asked.say
CHART_HEIGHT, PLACES, LAYERS, STOPS, LINES, MONTHS = 250, 50, 200, 2000, 7, 36


def rows_of(view, column, *, limit, falls=False, skipped=0):
    return answers.ask(view, asked.filters, sort=[(column, falls)], limit=limit, offset=skipped)


def tell(profile, totals):
    here = rows_of("mart_tiered_stock", "value", falls=True, limit=PLACES)
    worst = here[0] if here else {}
    story.head(asked, profile, totals, worst, rows_of("mart_item_statuses", "qty", falls=True, limit=PLACES))
    left, right = st.columns([11, 9])
    with left, st.container(border=True, height="stretch"):
        over_time(profile, worst)
    with right, st.container(border=True, height="stretch"):
        if here:
            story.places(asked, here)
            story.ahead(asked, rows_of("mart_item_crossings", "crosses_on", limit=3))
        else:
            st.markdown(say("item.nothing_on_hand"))
    left, right = st.columns([11, 9])
    with left, st.container(border=True, height="stretch"):
        by_age()
    with right, st.container(border=True, height="stretch"):
        beside(profile)


def over_time(profile, worst):
    months = rows_of("mart_item_months", "month_on", falls=True, limit=MONTHS)[::-1]
    if months:
        crossed = story.crossed(profile, worst, asked.settings["as_of"])
        unit = profile["unit"] or ""
        history.draw(months, crossed, unit, palette.look(), say, height=CHART_HEIGHT)
    else:
        st.markdown(f"**{say('chart.history.plain')}**")
        st.caption(say("item.no_history"))


def by_age():
    st.markdown(f"**{say('item.layers')}**")
    found = rows_of("mart_layers", "aged_from_on", limit=LAYERS + 1)
    if found:
        story.layers(asked, found[:LAYERS], rows_of("mart_layer_paths", "layer_no", limit=STOPS))
    if len(found) > LAYERS:
        st.caption(say("item.layers.more", count=say.number(LAYERS)))
    if found:
        oldest = [("aged_from_on", False)]
        exports.offer(asked, "mart_layers", columns=story.LAYER_FILE, sort=oldest, key="layers")
    if not found:
        st.caption(say("item.nothing_on_hand"))


def beside(profile):
    names = ("movements", "classes", "orders", "partners", "parents")
    moved, classed, ordered, traded, used = st.tabs([say(f"item.{name}") for name in names], key="item_tabs")
    with moved:
        last_lines()
    with classed:
        classes = answers.ask_one("mart_item_classes", asked.filters)
        if classes:
            drift = answers.ask_one("mart_class_drift", asked.filters)
            figures = rows_of("mart_item_figures", "figure", limit=len(story.FIGURES))
            story.classes(asked, classes, drift, figures)
        else:
            st.caption(say("item.no_classes"))
    with ordered:
        story.orders(asked, rows_of("mart_item_orders", "due_on", limit=LAYERS))
    with traded:
        story.partners(asked, rows_of("mart_item_partners", "last_on", falls=True, limit=LAYERS))
    with used:
        story.parents(asked, profile, rows_of("mart_item_parents", "level", limit=LAYERS))


def last_lines():
    skipped = levels.first_row()
    found = rows_of("mart_item_movements", "position", falls=True, limit=LINES + 1, skipped=skipped)
    if found:
        story.movements(asked, found[:LINES])
        count, has_more = len(found[:LINES]), len(found) > LINES
        pager.draw(ITEM, asked.link(), say, skipped=skipped, count=count, size=LINES, has_more=has_more)
        lines, newest = story.MOVEMENT_COLUMNS, [("position", True)]
        exports.offer(asked, "mart_item_movements", columns=lines, sort=newest, key="movements")
    else:
        st.caption(say("item.no_movements"))


states.heading(asked, say("item.title"))
if asked.chosen.item is None:
    item_search.choose(asked)
else:
    profile = answers.ask_one("mart_item_profiles", asked.filters)
    totals = answers.ask_one("mart_item_totals", asked.filters)
    if profile and (totals or not profile["company_qty"]):
        tell(profile, totals)
    else:
        item_search.missing(asked)
