"""How much stock stands still, how old it is, where it lies and where it goes; at the desk, on the wall."""

import streamlit as st

from components import (
    answers,
    doors,
    exports,
    filter_bar,
    kpis,
    navigation,
    questions,
    reports,
    scenes,
    states,
    tables,
    wall,
)
from components.charts import ageing, bridge, forward, palette, ranking, trend

asked = filter_bar.asked()
say = asked.say
CHART_HEIGHT, RANKING_HEIGHT, WORST = 300, 400, 10
WORST_FIRST = [("slow_value", True)]
LISTS = {
    "worst": (questions.worst_items, ("item_name", "slow_value", "tier", "days_since_use")),
    "next": (questions.crossings, ("item_name", "warehouse_name", "to_state", "days_left", "value")),
    "new": (questions.newly_slow, ("item_name", "warehouse_name", "tier", "value")),
}


def at_the_desk(totals):
    states.heading(asked, say("board.title"))
    day_slider()
    kpis.money_row(asked, totals)
    kpis.tier_row(asked, totals)
    look, left, right = palette.look(), *st.columns(2)
    with left, card():
        rows = questions.buckets(asked)
        bucket = ageing.draw(rows, look, say, height=CHART_HEIGHT)
        doors.beside(asked, doors.ages(asked, rows), bucket, key="ages")
    with right, card():
        rows = questions.months(asked)
        day = trend.draw(rows, look, say, height=CHART_HEIGHT)
        doors.beside(asked, doors.days(asked, rows), day, key="days")
    left, right = st.columns(2)
    with left, card():
        rows = questions.ahead(asked)
        day = forward.draw(rows, look, say, height=CHART_HEIGHT)
        doors.beside(asked, doors.ahead(asked, rows), day, key="ahead")
    with right, card():
        bridge.draw(questions.steps(asked), look, say, height=CHART_HEIGHT)
    left, right = st.columns((5, 6))
    with left, card():
        rows = questions.warehouses(asked, WORST)
        warehouse = ranking.warehouses(rows, look, say, height=RANKING_HEIGHT)
        doors.beside(asked, doors.warehouses(asked, rows), warehouse, key="warehouses")
    with right, card():
        lists()
    with st.container(horizontal=True, vertical_alignment="center", key="board_files"):
        exports.report(asked, key="board")
        exports.offer(asked, "mart_item_totals", columns=reports.ITEMS, sort=WORST_FIRST, key="board")
        wall_link = asked.link() | {"wall": "1"}
        navigation.door(navigation.BOARD, say("door.wall"), wall_link, icon=":material/tv:")


def card():
    return st.container(border=True, height="stretch")


def day_slider():
    days, shown = questions.days(asked), asked.settings["as_of"]
    listed = sorted({*days, shown})
    if len(listed) > 1:
        day = st.select_slider(say("filter.as_of"), listed, shown, format_func=say.day)
        if day != shown:
            navigation.go(navigation.BOARD, asked.link(as_of=None if day == days[-1] else day))


def lists():
    which = st.segmented_control(
        say("board.lists"),
        list(LISTS),
        default="worst",
        required=True,
        label_visibility="collapsed",
        format_func=lambda name: say(f"board.list.{name}"),
        key="board_list",
    )
    ask, columns = LISTS[which]
    rows = ask(asked, WORST)
    clicked = tables.table(rows, columns, say, key=f"board_{which}")
    if clicked is not None:
        navigation.go(navigation.ITEM, asked.link(item=rows[clicked]["item_id"]))


totals = answers.ask_one("mart_totals", asked.filters)
if totals["item_count"] == 0:
    states.nothing_found(say)
elif wall.is_on():
    scenes.draw(asked, scenes.ask(asked, totals))
else:
    at_the_desk(totals)
