"""What can be wrong with a file, as a code and facts; its English is made here, other words by a catalogue.

A catalogue translates `problem.<code>` and `remedy.<code>`; the blanks are filled from `Problem.blanks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import polars as pl

ROW = "(row)"
"""The column that carries the source row number, as a person sees it, through reading and checking."""

FILE = "(file)"
"""The column that carries the file's name where several files make one table."""

AT_MOST = 100
"""So many rows are listed of one problem in one column; one more line counts the rest."""

SENTENCES: Mapping[str, tuple[str, str]] = {
    "missing_file": ("the file is not there", "check the path"),
    "unknown_format": (
        "this is not a CSV, TSV, XLSX or Parquet file",
        "save it as CSV (UTF-8) or XLSX and load that",
    ),
    "unreadable": ("the file cannot be read: {reason}", "open it in its program, save it again, load that"),
    "web_page": (
        "this is a web page or XML, whatever its name says", "open it in Excel, save it as XLSX, load that"
    ),
    "truncated": ("the file ends too early or is damaged", "send or export it again"),
    "encrypted": ("the file is protected by a password", "save it without a password and load that"),
    "macros": ("the workbook holds macros, which are never opened", "save it as XLSX without macros"),
    "xml_bomb": ("the workbook declares XML entities, as no Excel does", "save it again as XLSX in Excel"),
    "zip_bomb": (
        "unpacked it would be {size}; no more than {limit} and 100 times its size are unpacked",
        "save it as CSV, or split it",
    ),
    "too_many_members": ("the archive holds {count} files; {limit} are the most", "split it"),
    "archive": ("this is an archive of files", "load the archive as a whole, or unpack it"),
    "nested_zip": ("the archive holds an archive: {value}", "unpack that and load what is in it"),
    "too_large_file": ("the file has {size}; {limit} is the most", "split it, or save it as Parquet"),
    "too_slow": ("reading took longer than {seconds} s and was stopped", "split the file"),
    "too_much_memory": ("reading needs more than {limit} of memory", "split the file, or save it as CSV"),
    "reader_died": ("the file makes its reader fail", "open it in its program, save it again, load that"),
    "unknown_encoding": (
        "the encoding of the text is not sure: neither UTF-8, UTF-16, GB18030 nor Windows-1252",
        "save it as CSV UTF-8",
    ),
    "mixed_encoding": (
        "the text changes its encoding at byte {offset}", "export it again in one piece, as CSV UTF-8"
    ),
    "nul_bytes": ("the text holds NUL bytes", "export the file again; it was damaged on its way"),
    "wrong_ending": ("its name ends in {value}, its content is {kind}", "it was read as {kind}"),
    "read_encoding": ("the text is {encoding}", "it was read as that"),
    "read_delimiter": ("the cells are parted by {delimiter}", "they were read so"),
    "read_line_ends": ("the lines end with {ends}", "they were read so"),
    "header_below": ("the header stands in row {row}", "check the columns; what is above it is not data"),
    "repeated_header": ("the header is repeated {count} times", "these rows were left out"),
    "left_out_lines": ("{count} lines are no rows, the first is: {value}", "they were left out"),
    "unwrapped": ("{count} cells were written as a formula around a text", "their text was taken"),
    "excel_dates": ("the dates are day numbers counted from {start}", "they were read as dates"),
    "float_noise": ("{count} numbers differ from 0 only by what computing adds", "they were read as 0"),
    "hidden_sheets": ("hidden sheets are passed over: {sheets}", "unhide one to load it"),
    "uncached_formula": (
        "the formula has no result in the file", "open the file in Excel, save it and load that"
    ),
    "empty_file": ("the file holds no rows", "nothing was stored; export it again with its rows"),
    "several_sheets": ("the workbook has several sheets: {sheets}", "name one with --sheet"),
    "unknown_sheet": ("the workbook has no sheet {value}; it has {sheets}", "name one of these with --sheet"),
    "duplicate_header": (
        "the header {column} stands there more than once; below them stand {samples}",
        "rename or remove one of them",
    ),
    "ragged_row": ("the row has {found} cells where the header has {wanted}", "mend or quote this row"),
    "unclosed_quote": ("a quotation mark is opened and never closed", "close it or double it"),
    "nested_type": ("the column holds {type}, not single values", "export it as plain text or numbers"),
    "unknown_table": ("there is no table {value}", "use one of: {tables}"),
    "unknown_preset": ("there is no mapping {value}", "use one of: {presets}"),
    "unknown_column": ("the table {table} has no column {value}", "use one of: {columns}"),
    "bad_setting": ("{value} is not of the form column=value", "write --set column=value"),
    "bad_answer": ("{value} is not of the form key=value", "write --answer key=value"),
    "not_in_preset": ("the mapping {preset} has no table {table}", "use one of: {tables}"),
    "missing_column": (
        "the required column {column} is missing; the file has {found}",
        "add it (understood headers: {known}) or give it with --set {column}=…",
    ),
    "ambiguous_header": ("several headers mean {meaning}: {headers}", "keep one, or name it {meaning}"),
    "unknown_header": ("the file has no column {value}; it has {found}", "name one of these for {column}"),
    "refused_layout": ("this is {layout}, which cannot be loaded as {table}", "{remedy}"),
    "value_without_qty": (
        "{count} amounts in {column} stand beside no quantity", "nothing is loaded of them; check the source"
    ),
    "rows_left_out": ("{count} rows are left out: {reason}", "nothing to do if that is right"),
    "layout_note": ("{note}", "nothing to do"),
    "opening_dated": (
        "{count} opening lines have no date: they take the first of the file, {date}",
        "nothing to do: opening stock is at least that old",
    ),
    "sign_contradicts": (
        "{count} of {of} quantities have another sign than their code says: {codes}",
        "export it again with signs; signs are lost, or the codes mean something else here",
    ),
    "sign_unusual": (
        "{count} of {of} quantities have another sign than their code says: {codes}", "check these rows"
    ),
    "total_differs": (
        "the total {label} says {value}; its rows add up to {found}",
        "export the file again, or confirm if the total is known to be of other rows",
    ),
    "totals_agree": (
        "{count} totals were set aside; they agree with their rows: {labels}",
        "nothing to do",
    ),
    "bad_sign": ("neither in nor out: {value}", "use one of: {choices}"),
    "entry_unit": (
        "{column} is in the unit of entry, not in the unit stock is kept in",
        "export it again with the quantity in base units",
    ),
    "merged_cells": (
        "the cells of {column} are merged over rows {rows}", "unmerge them and fill in every row"
    ),
    "empty_cell": ("the required cell is empty", "fill it in"),
    "empty_count": ("a count needs its counted quantity", "fill in counted_qty, or use another kind"),
    "bad_number": ("not a number", "write digits with a point for decimals, such as 1234.5"),
    "decimal_comma": ("a comma that does not part thousands", "write decimals with a point, such as 1.25"),
    "not_finite": ("not a finite number", "leave the cell empty or write the number"),
    "too_many_decimals": ("more than {scale} decimals", "round it to {scale} decimals in the source"),
    "too_large": ("the number is too large to be true", "check for a missing decimal point or a code"),
    "negative": ("a negative number where none can be", "check the sign"),
    "out_of_bounds": ("outside {lower} to {upper}", "check the unit: a share is between 0 and 1"),
    "bad_whole_number": ("not a whole number", "write digits only"),
    "bad_date": ("not a date", "write it as 2026-10-31"),
    "bad_choice": ("not one of: {choices}", "use one of these, or a mapping that translates it"),
    "bad_yes_no": ("neither yes nor no", "write true or false"),
    "duplicate_key": ("the same {key} stands in rows {rows}", "keep one of them, or add the rows up"),
    "more_rows": ("{count} more: {what}", "mend them the same way"),
    "future_date": ("a date in the future (today is {today})", "check the order of year, month and day"),
    "snapshot_differs": (
        "the stock of {date} in {warehouse} is loaded already: {old_rows} rows, {old_qty} pieces; "
        "this file has {rows} rows, {qty} pieces (worth {old_value} then, {value} now); "
        "the first differences: {items}",
        "confirm to replace it",
    ),
    "snapshot_shrinks": (
        "{warehouse} had {old_rows} rows, {old_qty} pieces on {date}; "
        "this file has {rows} rows, {qty} pieces (worth {old_value} then, {value} now)",
        "confirm if so much stock is really gone",
    ),
    "document_differs": (
        "document {document} of {date} is loaded already with other lines: "
        "{old_rows} rows, {old_qty} pieces; this file has {rows} rows, {qty} pieces; "
        "the first differences: {items}",
        "confirm to replace it",
    ),
    "period_differs": (
        "movements from {first} to {last} are loaded already in the same warehouses: "
        "{old_rows} of their lines are not in this file, {rows} of its lines are new",
        "confirm to replace them",
    ),
    "count_differs": (
        "the count of {date} in {warehouse} is loaded already: {old_rows} rows, {old_qty} pieces; "
        "this file has {rows} rows, {qty} pieces; the first differences: {items}",
        "confirm to replace it",
    ),
    "unknown_items": (
        "{count} items are not in the item master, such as {items}",
        "load the items first, or confirm",
    ),
    "unknown_warehouses": (
        "{count} warehouses are not in the list of warehouses, such as {warehouses}",
        "load the warehouses first, or confirm",
    ),
    "signs_lost": (
        "{count} outgoing rows are positive and no row is negative: signs may be lost",
        "use a mapping that sets the sign by kind, or answer signs=by_kind (turn them) or signs=as_they_are",
    ),
    "error_cell": ("a formula without a result", "mend the formula, or write the value"),
    "digits_lost": (
        "a code that a spreadsheet shortened: digits are lost",
        "format the column as text in the source and export it again",
    ),
    "zero_date": ("a day that never was: the spreadsheet's zero", "leave the cell empty or write the date"),
    "mixed_units": (
        "another unit than in the rows above: the column cannot be added up",
        "give all quantities in one unit an item",
    ),
    "mixed_currencies": (
        "the file has money in several currencies, and there are no exchange rates",
        "load one file a currency, or load exchange_rates first",
    ),
    "units_of_item": (
        "the item {item} is counted in several units: {units}",
        "give all its quantities in one unit",
    ),
    "mixed_ways": (
        "some files of {table} have document numbers and others have none",
        "load them one after another",
    ),
    "same_key": (
        "the same {key} stands in rows {rows}",
        "answer duplicates=sum to add them up, or duplicates=refuse",
    ),
    "same_file_twice": ("the same file is there twice, as {others}", "it is read once"),
    "added_up": (
        "{count} rows were added to another of the same {key}, the first in rows {rows}",
        "nothing to do if that is right",
    ),
    "thousands": ("{count} numbers with thousands parted, such as {value}", "nothing to do if that is right"),
    "comma_decimals": (
        "{count} numbers with a comma before the decimals, such as {value}",
        "nothing to do if that is right",
    ),
    "full_width": ("{count} numbers in full-width digits, such as {value}", "nothing to do"),
    "unit_dropped": (
        "{count} numbers with a unit or a currency beside them, such as {value}: it was dropped",
        "nothing to do if that is right",
    ),
    "sign_moved": (
        "{count} numbers with the minus behind them or in brackets, such as {value}",
        "nothing to do if that is right",
    ),
    "odd_code": (
        "{count} codes with full-width or unseen signs, such as {value}: they were put right",
        "nothing to do if that is right",
    ),
    "serial_1900": (
        "{count} dates as the numbers of a spreadsheet, such as {value}, counted from 1900",
        "nothing to do if that is right",
    ),
    "serial_1904": (
        "{count} dates as the numbers of a spreadsheet, such as {value}, counted from 1904",
        "nothing to do if that is right",
    ),
    "unused_columns": ("{count} columns are not read: {headers}", "nothing to do, or name them in a mapping"),
    "case_variant": (
        "{count} codes differ in case alone: {codes}",
        "check whether they are the same; they are kept apart",
    ),
    "date_for_code": (
        "{count} codes look like dates, such as {codes}: a spreadsheet may have turned them",
        "check them in the source; format the column as text there",
    ),
    "old_receipt": ("{count} receipts lie more than twenty years back, such as {value}", "check the date"),
    "no_cost": ("{count} rows have a cost of zero", "it counts as unknown; give the cost if there is one"),
    "negative_cost": ("{count} rows have a negative cost, such as {value}", "check the cost in the source"),
    "parted_pieces": (
        "{count} quantities are not whole though the item is counted in pieces, such as {value}",
        "check the unit",
    ),
    "warehouse_absent": (
        "{count} warehouses are not in the stock of {date} and keep their own newest: {warehouses}",
        "load their stock too, if they still have any",
    ),
}  # fmt: skip

Outcome = Literal["refused", "asked", "quarantined", "held", "mended", "noted"]
"""refused: nothing of the file loads. asked: a question decides. quarantined: the row is set aside, the
others load after a yes. held: true perhaps, a yes decides. mended: put right and said. noted: only said."""

OUTCOMES: Mapping[str, Outcome] = {
    "empty_cell": "quarantined",
    "empty_count": "quarantined",
    "bad_number": "quarantined",
    "too_many_decimals": "quarantined",
    "negative": "quarantined",
    "bad_whole_number": "quarantined",
    "bad_date": "quarantined",
    "bad_choice": "quarantined",
    "bad_yes_no": "quarantined",
    "future_date": "held",
    "snapshot_differs": "held",
    "snapshot_shrinks": "held",
    "document_differs": "held",
    "total_differs": "held",
    "value_without_qty": "noted",
    "rows_left_out": "noted",
    "layout_note": "noted",
    "opening_dated": "mended",
    "sign_unusual": "noted",
    "decimal_comma": "quarantined",
    "same_key": "asked",
    "period_differs": "held",
    "count_differs": "held",
    "unknown_items": "held",
    "unknown_warehouses": "held",
    "thousands": "mended",
    "comma_decimals": "mended",
    "full_width": "mended",
    "unit_dropped": "mended",
    "sign_moved": "mended",
    "odd_code": "mended",
    "serial_1900": "mended",
    "serial_1904": "mended",
    "totals_agree": "noted",
    "same_file_twice": "noted",
    "added_up": "noted",
    "unused_columns": "noted",
    "case_variant": "noted",
    "date_for_code": "noted",
    "old_receipt": "noted",
    "no_cost": "noted",
    "negative_cost": "noted",
    "parted_pieces": "noted",
    "warehouse_absent": "noted",
    "wrong_ending": "mended",
    "read_encoding": "mended",
    "read_delimiter": "mended",
    "read_line_ends": "mended",
    "repeated_header": "mended",
    "unwrapped": "mended",
    "excel_dates": "mended",
    "float_noise": "mended",
    "header_below": "noted",
    "left_out_lines": "noted",
    "hidden_sheets": "noted",
}
"""What becomes of a file with such a problem; a code that is not named here is refused."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong: where it stands (`row` and the file's own header), the value, and what to do.

    `row` is None where the file as a whole is meant; `file` is the file's name.
    """

    code: str
    row: int | None = None
    column: str = ""
    value: str = ""
    facts: Mapping[str, object] = field(default_factory=dict, hash=False)
    file: str = ""

    @property
    def outcome(self) -> Outcome:
        """What becomes of the file; a line that counts others goes with them."""
        code = str(self.facts["code"]) if self.code == "more_rows" else self.code
        return OUTCOMES.get(code, "refused")

    @property
    def blanks(self) -> dict[str, object]:
        """What the sentences of `code` may name."""
        return {"column": self.column, "value": self.value, "row": self.row, **self.facts}

    @property
    def problem(self) -> str:
        """What is wrong, in English."""
        return SENTENCES[self.code][0].format_map(self.blanks)

    @property
    def remedy(self) -> str:
        """What to do about it, in English."""
        return SENTENCES[self.code][1].format_map(self.blanks)

    def __str__(self) -> str:
        return self.problem

    def as_dict(self) -> dict[str, Any]:
        """What other programs are given of it, but for the file."""
        return {
            "row": self.row,
            "column": self.column or None,
            "value": self.value or None,
            "problem": self.problem,
            "remedy": self.remedy,
            "code": self.code,
            "outcome": self.outcome,
        }

    def in_file(self, name: str) -> Problem:
        """The same problem, said of that file."""
        return replace(self, file=name)


def problems_of(
    code: str,
    rows: pl.DataFrame,
    column: str,
    facts: Mapping[str, object] | None = None,
    more: Mapping[str, pl.Series] | None = None,
) -> list[Problem]:
    """One problem a row of `rows` (ROW and `value`), at most AT_MOST and one that counts the rest.

    `more` are lists that differ from row to row, by the blank they fill.
    """
    found = [
        Problem(
            code,
            row,
            column,
            shortened(value),
            {**(facts or {}), **{name: listed(each[n]) for name, each in (more or {}).items()}},
        )
        for n, (row, value) in enumerate(rows.head(AT_MOST).select(ROW, "value").iter_rows())
    ]
    return found + the_rest(found, rows.height)


def the_rest(found: list[Problem], of: int) -> list[Problem]:
    """One problem that stands for those beyond the ones listed, if there are any."""
    if of <= len(found):
        return []
    last = found[-1]
    facts = {"count": of - len(found), "what": last.problem, "code": last.code}
    return [Problem("more_rows", None, last.column, "", facts, last.file)]


def listed(words: Iterable[str], at_most: int = 12) -> str:
    """The words with commas between, the first few of many."""
    every = list(words)
    return ", ".join(every[:at_most]) + (", …" if len(every) > at_most else "")


def shortened(value: object) -> str:
    """A cell's text, cut where it is too long to show."""
    text = "" if value is None else str(value)
    return text if len(text) <= 200 else text[:199] + "…"
