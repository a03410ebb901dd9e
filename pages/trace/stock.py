"""Down from the company to a document: every level's total is the sum of the level below."""

import streamlit as st

from components import answers, documents, exports, filter_bar, levels, pager, states, tables
from components.charts import bars, palette, treemap
from components.navigation import ITEM, STOCK, door

asked = filter_bar.asked()
say = asked.say
ROWS, HEIGHT, MOST = 50, 320, 1000


def rows_of(here, sort, offset=0):
    return answers.ask(here.view, here.asked.filters, sort=[sort], limit=ROWS + 1, offset=offset)


def pictured(here):
    """The groups with most money, as tiles or bars; the row clicked."""
    rows = rows_of(here, ("value", True))[:ROWS]
    levels.picture_control(asked, here)
    draw = bars.draw if levels.picture() == "bars" else treemap.draw
    clicked = draw(rows, levels.labels(here, rows), here.key, palette.look(), say, height=HEIGHT)
    return None if clicked is None else rows[clicked]


def listed(here):
    """This page of the rows in the order asked for; the row opened."""
    found = rows_of(here, here.order, here.skipped)
    rows, more = found[:ROWS], len(found) > ROWS
    place = tables.table(levels.named(here, rows), here.shown_columns, say, key=f"levels_{here.key}")
    address = levels.link(asked, here)
    pager.draw(STOCK, address, say, skipped=here.skipped, count=len(rows), size=ROWS, has_more=more)
    return None if place is None else rows[place]


def drill(here):
    clicked = None if here.is_of_layers else pictured(here)
    levels.controls(asked, here, dimensions)
    chosen = listed(here)
    with st.container(horizontal=True, key="level_files"):
        if here.asked.chosen.item:
            door(ITEM, say("document.story"), asked.link(group_by=None), icon=ITEM.icon)
        file = {"columns": here.file_columns, "sort": [here.order], "key": "stock"}
        exports.offer(here.asked, here.view, **file)
        exports.report(here.asked, here.view, **file)
    row = clicked or chosen
    if row:
        levels.descend(asked, here, row)


def document():
    filters = asked.filters
    lines = answers.ask("mart_document_lines", filters, sort=[("position", False)], limit=MOST)
    layers = answers.ask("mart_placed_layers", filters, sort=[("value", True)], limit=MOST)
    documents.draw(asked, lines, layers)


dimensions = answers.ask("mart_dimensions", asked.filters, sort=[("place", False)])
here = levels.level(asked, dimensions)
states.heading(here.asked, say("stock.title"))
node = answers.ask_one(
    "mart_levels", asked.filters.where(group_by="item" if asked.chosen.item else "company")
)
levels.crumbs(asked, node)
if node:
    levels.totals(here, node)
    if asked.chosen.document and not asked.chosen.group_by:
        document()
    else:
        drill(here)
else:
    levels.search(asked)
    states.nothing_found(say)
