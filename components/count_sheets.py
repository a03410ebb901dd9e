"""Blind count sheets: a workbook to print and fill in, and the same batches to print from the browser.

The workbook's first columns are headers that the contract's `counts` understands, so that the sheet loads as
it comes back; a line whose quantity is empty was not counted. No sheet says what the book holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from io import BytesIO
from itertools import groupby

import streamlit as st
import xlsxwriter

from components import wall
from components.answers import Row
from components.filter_bar import Asked
from components.states import plain
from components.words import Words
from queries.export import WORKBOOK, harmless

COLUMNS = (
    "batch_no", "line_no", "item_id", "item_name", "warehouse_id", "warehouse_name", "bin", "lot_id", "unit",
    "counted_qty", "counted_on", "counted_by",
)  # fmt: skip
"""Columns of the workbook; `count.sheet.<column>` is each one's header."""
PRINTED = ("line_no", "item_id", "item_name", "bin", "lot_id", "unit", "counted_qty")
BATCHES_SHOWN = 20

_WIDTHS = (7, 6, 15, 38, 13, 22, 12, 16, 8, 16, 13, 14)
_NUMBERS = frozenset({"batch_no", "line_no"})
_A4, _MOST_BREAKS = 9, 1000


def workbook(rows: Sequence[Row], say: Words, day: date) -> bytes:
    """An XLSX of `rows` of mart_count_sheets: one sheet, a page a batch, to be counted on `day`."""
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        line = {"border": 1, "valign": "vcenter"}
        head = book.add_format({**line, "bold": True, "text_wrap": True, "bg_color": "#EEF1F5"})
        text = book.add_format({**line, "num_format": "@", "text_wrap": True})
        number = book.add_format({**line, "num_format": "0"})
        dated = book.add_format({**line, "num_format": "yyyy-mm-dd"})
        wanted = book.add_format({**line, "bg_color": "#FFF8E1"})
        sheet = book.add_worksheet(say("count.sheet")[:31])
        for at, column in enumerate(COLUMNS):
            sheet.set_column(at, at, _WIDTHS[at])
            sheet.write_string(0, at, say(f"count.sheet.{column}"), head)
        for place, row in enumerate(rows, 1):
            sheet.set_row(place, 24)
            for at, column in enumerate(COLUMNS):
                if column in _NUMBERS:
                    sheet.write_number(place, at, row[column], number)
                elif column == "counted_on":
                    sheet.write_datetime(place, at, datetime.combine(day, time()), dated)
                elif column in {"counted_qty", "counted_by"}:
                    sheet.write_blank(place, at, None, wanted)
                else:
                    sheet.write_string(place, at, harmless(_text(row, column, say)), text)
        _ready_for_paper(sheet, rows, say)
    return content.getvalue()


def offer(asked: Asked, rows: Sequence[Row], day: date) -> None:
    """What the sheets hold, the workbook to download, and how it comes back."""
    say = asked.say
    with st.container(key="sheets_head"):
        if not rows:
            st.caption(say("count.next.none"))
            return
        st.markdown(
            say(
                "count.sheets.text",
                lines=say.number(len(rows)),
                batches=say.number(rows[-1]["batch_no"]),
                size=say.number(asked.settings["count_batch_lines"]),
            )
        )
        st.markdown(say("count.sheets.back"))
        with st.container(horizontal=True, vertical_alignment="center"):
            st.download_button(
                say("count.sheets.download"),
                workbook(rows, say, day),
                file_name=f"count-sheets-{day:%Y-%m-%d}.xlsx",
                mime=WORKBOOK,
                icon=":material/download:",
                type="primary",
                on_click="ignore",
            )
            st.caption(say("count.sheets.print"), width="content")
        if rows[-1]["batch_no"] > BATCHES_SHOWN:
            st.caption(say("count.sheets.first", count=say.number(BATCHES_SHOWN)))


def printed(asked: Asked, rows: Sequence[Row]) -> None:
    """The first batches as they go to paper: one page each, nothing else of the screen."""
    say = asked.say
    wall.paper()
    for number, batch in groupby(rows, key=lambda row: int(row["batch_no"])):
        if number > BATCHES_SHOWN:
            return
        lines = list(batch)
        with st.container(border=True, key=f"sheet_{number}"):
            where = f"{say.name(lines[0]['warehouse_name'])} ({lines[0]['warehouse_id']})"
            st.markdown(f"**{say('count.sheet.number', number=number)}** · {plain(where)}")
            st.caption(say("count.sheet.blanks"))
            table = [{say(f"count.sheet.{c}"): plain(_text(row, c, say)) for c in PRINTED} for row in lines]
            st.table(table, hide_index=True, border="horizontal")


def _text(row: Row, column: str, say: Words) -> str:
    value = row.get(column)
    if value is None:
        return ""
    return say.name(value) if column in {"item_name", "warehouse_name"} else str(value)


def _ready_for_paper(sheet: xlsxwriter.worksheet.Worksheet, rows: Sequence[Row], say: Words) -> None:
    last = len(rows)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, max(last, 1), len(COLUMNS) - 1)
    ends = [at for at in range(1, last) if rows[at]["batch_no"] != rows[at - 1]["batch_no"]]
    sheet.set_h_pagebreaks([at + 1 for at in ends[:_MOST_BREAKS]])
    sheet.set_header(f"&L{say('count.sheet')}&R{say('count.sheet.signed')}")
    sheet.set_footer("&C&P / &N")
    quantity = COLUMNS.index("counted_qty")
    sheet.data_validation(
        1, quantity, max(last, 1), quantity, {"validate": "decimal", "criteria": ">=", "value": 0}
    )
