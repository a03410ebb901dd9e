"""Templates to fill in: a workbook per table of the contract with its header, one example and its meaning.

The first sheet is what is loaded: the contract's own column names, which every mapping understands. The
second explains each column in all languages; the reader knows it by `ABOUT` and leaves it alone.
"""

from __future__ import annotations

from io import BytesIO

import xlsxwriter

from components.words import LOCALES, Words, catalogue
from queries.lake.contract import ABOUT, Column, Table

_WIDTHS = (20, 12, 52, 52, 40, 18)


def workbook(table: Table) -> bytes:
    """An XLSX with two sheets: the table's header over one example row, and its columns explained."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        wanted = book.add_format({"bold": True, "bottom": 1, "bg_color": "#FFF2CC"})
        plain = book.add_format({"num_format": "@"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet(table.name)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, max(12, len(column.name) + 3), plain)
            sheet.write_string(0, at, column.name, wanted if column.required else bold)
            sheet.write_string(1, at, column.example, plain)
        about = book.add_worksheet(ABOUT)
        about.freeze_panes(1, 0)
        for row, cells in enumerate([_titles(), *(_explained(table, column) for column in table.columns)]):
            for at, cell in enumerate(cells):
                about.write_string(row, at, cell, wrapped if row else bold)
        for at, width in enumerate(_WIDTHS):
            about.set_column(at, at, width)
    return content.getvalue()


def meaning(table: Table, column: Column, say: Words) -> str:
    """What a column of a table holds, in the reader's language."""
    own = f"meaning.{table.name}.{column.name}"
    return say(own if own in catalogue(say.language) else f"meaning.{column.name}")


def _titles() -> list[str]:
    both = [Words(language) for language in LOCALES]
    names = ("column", "required", "meaning", "values", "example")
    titles = [" / ".join(say(f"template.{name}") for say in both) for name in names]
    return [*titles[:2], *(say("template.meaning") for say in both), *titles[3:]]


def _explained(table: Table, column: Column) -> list[str]:
    both = [Words(language) for language in LOCALES]
    required = " / ".join(say("word.yes") for say in both) if column.required else ""
    values = ", ".join(column.choices) or " / ".join(say(f"template.values.{column.kind}") for say in both)
    return [column.name, required, *(meaning(table, column, say) for say in both), values, column.example]
