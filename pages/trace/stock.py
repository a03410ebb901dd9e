"""Down from the company to one item: every level's total is the sum of the level below."""

from components import answers, filter_bar, levels, states, tables
from components.charts import palette, treemap

asked = filter_bar.asked()
say = asked.say
ROWS, TILES_HEIGHT = 50, 320


def page_of_rows(path, order, skipped):
    found = answers.ask(
        "mart_levels", asked.filters, only=levels.below(path), sort=[order], limit=ROWS + 1, offset=skipped
    )
    return found[:ROWS], len(found) > ROWS


def drill(path, order, skipped):
    rows, has_more = page_of_rows(path, order, skipped)
    names = [levels.name(row, say) for row in rows]
    place = levels.key(path, order, skipped)
    tile = treemap.draw(rows, names, place, palette.look(), say, height=TILES_HEIGHT)
    levels.order_control(asked, path, order)
    named = [{"name": name, **row} for name, row in zip(names, rows, strict=True)]
    clicked = tables.table(named, levels.columns(path), say, key=f"levels_{place}")
    levels.pager(asked, path, order, skipped, len(rows), ROWS, has_more=has_more)
    chosen = clicked if clicked is not None else tile
    if chosen is not None:
        levels.descend(asked, path, rows[chosen])


path = levels.path()
states.heading(asked, say("stock.title"))
node = answers.ask_one("mart_levels", asked.filters, only=levels.node(path))
warehouse = answers.ask_one("mart_levels", asked.filters, only=levels.node(path[:2])) if path[1:] else {}
levels.crumbs(asked, path, warehouse)
if node.get("item_count"):
    levels.totals(asked, node)
    drill(path, levels.order(), levels.first_row())
else:
    states.nothing_found(say)
