"""How much stock stands still, how old it is, where it lies and where it goes; at the desk, on the wall."""

import streamlit as st

from components import answers, filter_bar, kpis, navigation, scenes, states, tables, wall
from components.charts import ageing, palette, ranking, trend

asked = filter_bar.asked()
say = asked.say
CHART_HEIGHT, RANKING_HEIGHT, WORST, MONTHS = 300, 400, 10, 24


def warehouses(limit):
    return answers.ask("mart_warehouse_totals", asked.filters, sort=[("slow_value", True)], limit=limit)


def worst_items(limit):
    return answers.ask("mart_item_totals", asked.filters, sort=[("slow_value", True)], limit=limit)


def months():
    return answers.ask("mart_trend", asked.filters, sort=[("as_on", True)], limit=MONTHS)[::-1]


def buckets():
    return answers.ask("mart_age_buckets", asked.filters, sort=[("bucket_no", False)])


def on_the_wall(totals):
    scene = wall.scene(("overview", "warehouses", "items"))
    if scene == "warehouses":
        scenes.warehouses(asked, warehouses(WORST))
    elif scene == "items":
        scenes.items(asked, worst_items(WORST))
    else:
        scenes.overview(asked, totals, buckets(), months())


def at_the_desk(totals):
    look = palette.look()
    states.heading(asked, say("board.title"))
    kpis.money_row(asked, totals)
    kpis.tier_row(asked, totals)
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        ageing.draw(buckets(), look, say, height=CHART_HEIGHT)
    with right, st.container(border=True, height="stretch"):
        day = trend.draw(months(), look, say, height=CHART_HEIGHT)
    left, right = st.columns((5, 6))
    with left, st.container(border=True, height="stretch"):
        warehouse = ranking.warehouses(warehouses(WORST), look, say, height=RANKING_HEIGHT)
    with right, st.container(border=True, height="stretch"):
        item = worst_ten()
    if day:
        navigation.go(navigation.BOARD, asked.link(as_of=day))
    if warehouse:
        navigation.go(navigation.STOCK, asked.link(warehouse=warehouse))
    if item:
        navigation.go(navigation.ITEM, asked.link(item=item))
    navigation.door(navigation.BOARD, say("door.wall"), asked.link() | {"wall": "1"}, icon=":material/tv:")


def worst_ten():
    rows = worst_items(WORST)
    st.markdown(f"**{say('chart.items')}**")
    columns = ("item_name", "slow_value", "tier", "days_since_use")
    clicked = tables.table(rows, columns, say, key="worst_items")
    return None if clicked is None else rows[clicked]["item_id"]


totals = answers.ask_one("mart_totals", asked.filters)
if totals["item_count"] == 0:
    states.nothing_found(say)
elif wall.is_on():
    on_the_wall(totals)
else:
    at_the_desk(totals)
