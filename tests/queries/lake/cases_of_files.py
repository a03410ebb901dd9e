"""The catalogue's cases that are of a whole file: its text, its headers and rows, its sheets, its kind."""

from __future__ import annotations

import struct
import tempfile
from pathlib import Path

from tests.queries.lake.catalogue import Case
from tests.queries.lake.odd_files import (
    HEADS,
    archive,
    cells,
    lines,
    old_workbook,
    parquet,
    part,
    stock_parquet,
    uncomputed,
    with_parts,
    workbook,
)

NAMES = "item_id,name\nA,轴承座\nB,Señor\n"
GOOD = lines()
CHINESE = "快照日期,物料编码,仓库编码,数量\n2026-10-31,A,W1,10\n2026-10-31,B,W1,5.5\n"
UNKNOWN = """snapshot_on,item_id,shelf colour,warehouse_id,qty,mood
2026-10-31,A,red,W1,10,good
2026-10-31,B,red,W1,5.5,bad
"""
NAMED = ["A 轴承座", "B 密封圈"]
ITEMS = "item_id,name\nA,轴承座\nB,密封圈\n"
U8 = ["仓库编码", "仓库名称", "存货编码", "现存数量"]
BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
HEADER = HEADS["stock"].split(",")


def _old(stream: str = "Workbook") -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        rows = [HEADER, *([*line[:3], float(line[3])] for line in cells(GOOD)[1:])]
        return old_workbook(rows, Path(folder), stream)


def _with_bomb() -> bytes:
    book = workbook(cells(GOOD))
    name = "xl/sharedStrings.xml"
    return with_parts(book, {name: BOMB + part(book, name).partition(b"?>")[2]})


def _of_a_lying_parquet() -> bytes:
    """A footer that says it is longer than the file."""
    content = stock_parquet(("A", 10), ("B", 5))
    return content[:-8] + struct.pack("<I", 0x7FFFFFF0) + b"PAR1"


TEXTS = [
    Case(1, "gbk", "mended", ITEMS.encode("gb18030"), [("read_encoding", None, "", "")], table="items",
        shows="item_id name", stored=NAMED, facts={"encoding": "GB18030"}),
    Case(1, "gbk with chinese headers", "mended", CHINESE.replace("W1", "一号仓").encode("gbk"),
        [("read_encoding", None, "", "")], table="", shows="item_id warehouse_id qty",
        stored=["A 一号仓 10", "B 一号仓 5.5"]),
    Case(2, "utf 16", "mended", ITEMS.encode("utf-16"), [("read_encoding", None, "", "")], table="items",
        shows="item_id name", stored=NAMED, facts={"encoding": "UTF-16"}),
    Case(2, "utf 16 big endian with tabs", "mended", b"\xfe\xff" + CHINESE.replace(",",
        "\t").encode("utf-16-be"), [("read_encoding", None, "", "")], table=""),
    Case(2, "utf 16 without a mark", "mended", GOOD.encode("utf-16-le"), [("read_encoding", None, "", "")]),
    Case(3, "byte order mark", "mended", b"\xef\xbb\xbf" + GOOD.encode(), [("read_encoding", None, "",
        "")]),
    Case(4, "utf 8 and then gbk", "refused",
        "item_id,name\nA,轴承座\n".encode() + "B,密封圈\n".encode("gbk"), [("mixed_encoding", 3, "", "")],
        table="items", facts={"offset": "27"}),
    Case(4, "windows letters among utf 8", "refused",
        "item_id,name\nA,Señor\n".encode() + "B,Señora\n".encode("cp1252"), [("mixed_encoding", 3, "", "")],
        table="items", facts={"offset": "26"}),
    Case(5, "nul bytes", "refused", lines("2026-10-31,C\0,W1,3"), [("nul_bytes", 4, "", "")]),
    Case(5, "nul bytes in parquet", "refused", lambda: stock_parquet(("A", 10), ("B\0", 5)), [("nul_bytes",
        2, "", "")]),
    Case(6, "line ends of old macs", "mended", GOOD.replace("\n", "\r"), [("read_line_ends", None, "",
        "")]),
    Case(6, "line ends of both kinds", "mended", GOOD.replace("\n", "\r\n", 1), [("read_line_ends", None,
        "", "")]),
    Case(7, "semicolons", "mended", GOOD.replace(",", ";"), [("read_delimiter", None, "", "")],
        facts={"delimiter": "semicolons"}),
    Case(8, "tabs", "mended", CHINESE.replace(",", "\t"), [("read_delimiter", None, "", "")], table="",
        facts={"delimiter": "tabs"}),
    Case(8, "bars", "mended", GOOD.replace(",", "|"), [("read_delimiter", None, "", "")],
        facts={"delimiter": "bars"}),
]  # fmt: skip

TABLES = [
    Case(34, "a column that is missing", "refused", "snapshot_on,item_id,qty\n2026-10-31,A,10\n",
        [("missing_column", None, "warehouse_id", "")], facts={"found": "snapshot_on, item_id, qty"}),
    Case(34, "a column that is missing in a workbook", "refused", lambda: workbook([["kind", "qty",
        "posted_on"], ["receipt", "5", "2026-10-01"]]), [("missing_column", None, "item_id", "")],
        table="movements"),
    Case(34, "a column that may be meant by another", "asked",
        "snapshot_on,item_id,where it lies,qty\n2026-10-31,A,W1,10\n", asks="header.warehouse_id",
        answer="where it lies", shows="item_id warehouse_id", stored=["A W1"]),
    Case(35, "columns nobody knows", "noted",
        UNKNOWN,
        [("unused_columns", None, "", "")], facts={"headers": "shelf colour, mood"}),
    Case(36, "a header twice", "refused",
        "snapshot_on,item_id,item_id,warehouse_id,qty\n2026-10-31,A,B,W1,10\n", [("duplicate_header", 1,
        "item_id", "item_id")]),
    Case(36, "a header twice in a workbook", "refused", lambda: workbook([["日期", "物料编码", "仓库编码",
        "数量", "数量"], ["2026-10-31", "A", "W1", "1", "2"]]), [("duplicate_header", 1, "数量", "数量")]),
    Case(37, "a header nobody knows", "asked", CHINESE.replace("数量", "到底几个"), asks="header.qty",
        answer="到底几个"),
    Case(37, "a chinese header is a proposal", "noted", CHINESE, table=""),
    Case(38, "header in row three", "asked", "Stock report\n\n" + GOOD, asks="header_row", answer="3"),
    Case(38, "header in row three of a workbook", "asked",
        lambda: workbook([["库存报表"], ["公司：甲"], *cells(CHINESE)]), asks="header_row", answer="3",
        table=""),
    Case(38, "header nobody knows in row three", "asked",
        "Stock report,,,\n,,,\n" + GOOD.replace("qty", "how many"), asks="header_row", answer="3",
        also={"header.qty": "how many"}),
    Case(38, "header in row three of a system that writes it so", "asked",
        lambda: workbook([["现存量查询"], [None], U8, ["1", "一号", "A", "10"], ["1", "一号", "B", "5.5"]]),
        asks="value.snapshot_on", answer="2026-10-31", table=""),
    Case(39, "totals that agree", "noted", CHINESE + "合计,,,15.5\n", [("totals_agree", 4, "", "")],
        table=""),
    Case(39, "subtotals that agree in a workbook", "noted", lambda: workbook([*cells(GOOD)[:2], ["", "小计",
        "", 10], cells(GOOD)[2], [None, "合  计", None, 15.5]]), [("totals_agree", 3, "", "")]),
    Case(39, "a total that differs", "held", lines("Total,,,16"), [("total_differs", 4, "qty", "16")],
        facts={"found": "15.5"}),
    Case(40, "header without rows", "refused", HEADS["stock"] + "\n", [("empty_file", None, "", "")],
        before=[("stock", GOOD.replace("10-31", "10-30"))]),
    Case(40, "header without rows in a workbook", "refused", lambda: workbook([HEADER]), [("empty_file",
        None, "", "")], before=[("stock", GOOD.replace("10-31", "10-30"))]),
    Case(40, "header without rows in parquet", "refused", lambda: parquet(**{name: [] for name in HEADER}),
        [("empty_file", None, "", "")]),
    Case(41, "no bytes at all", "refused", b"", [("empty_file", None, "", "")]),
    Case(41, "nothing but a mark", "refused", b"\xef\xbb\xbf\r\n", [("empty_file", 1, "", "")],
        name="stock.xlsx"),
    Case(42, "a row of more cells", "refused", lines("2026-10-31,C,W1,1,9"), [("ragged_row", 4, "", "")],
        facts={"found": "5", "wanted": "4"}),
    Case(42, "a row of fewer cells", "refused", ITEMS.replace("item_id,name",
        "item_id,name,unit").replace("\nA,轴承座", "\nA,轴承座,pcs"), [("ragged_row", 3, "", "")],
        table="items"),
    Case(43, "a quotation mark that stays open", "refused", lines('2026-10-31,"C,W1,3'), [("unclosed_quote",
        4, "", "")]),
    Case(44, "a line end within quotes", "noted", 'item_id,name\nA,"two\nlines"\nB,one\n', table="items",
        shows="item_id name", stored=["A two\nlines", "B one"]),
    Case(44, "a line end within quotes counts as no row", "quarantined",
        'item_id,name,moq\nA,"two\r\nlines",5\nB,one,many\n', [("bad_number", 3, "moq", "many")],
        table="items", shows="item_id moq", stored=["A 5"]),
]  # fmt: skip

BOOKS = [
    Case(46, "merged cells", "refused", lambda: workbook([HEADER, ["2026-10-31", "A", "W1", 10],
        ["2026-10-31", "B", None, 5.5]], merged=[("C2:C3", "W1")]), [("merged_cells", 2, "warehouse_id",
        "")], facts={"rows": "2-3"}),
    Case(46, "merged cells of a column nobody reads", "noted", lambda: workbook([[*HEADER, "mood"],
        ["2026-10-31", "A", "W1", 10, None], ["2026-10-31", "B", "W1", 5.5, None]], merged=[("E2:E3",
        "good")])),
    Case(47, "a formula without a result", "refused", lambda: uncomputed([HEADER, ["2026-10-31", "A", "W1",
        10], ["2026-10-31", "B", "W1", None]], {"D3": "=D2*2"}), [("uncached_formula", 3, "qty", "")]),
    Case(47, "a formula with a result", "noted", lambda: workbook([*cells(GOOD), ["2026-10-31", "C", "W1",
        None]], formulas={"D4": ("=1+2", 3)}), stored=["A 10", "B 5.5", "C 3"]),
    Case(49, "a hidden sheet", "noted", lambda: workbook(cells(GOOD),
        more={"Old": cells(lines("2026-10-31,C,W1,3"))}, hidden=["Old"]), [("hidden_sheets", None, "", "")],
        facts={"sheets": "Old"}),
    Case(50, "several sheets", "asked", lambda: workbook(cells(GOOD),
        more={"November": cells(GOOD.replace("10-31", "11-01"))}), asks="sheet", answer="Stock",
        shows="item_id snapshot_on", stored=["A 2026-10-31", "B 2026-10-31"]),
    Case(51, "an old workbook", "noted", _old, name="stock.xls"),
    Case(52, "a workbook with a password", "refused", lambda: _old("EncryptedPackage"), [("encrypted", None,
        "", "")], name="stock.xlsx"),
    Case(53, "a text that is named a workbook", "mended", GOOD, [("wrong_ending", None, "", ".xlsx")],
        name="stock.xlsx"),
    Case(53, "a workbook that is named a text", "mended", lambda: workbook(cells(GOOD)), [("wrong_ending",
        None, "", ".csv")], name="stock.csv"),
    Case(53, "parquet that is named a workbook", "mended", lambda: stock_parquet(("A", 10), ("B", 5.5)),
        [("wrong_ending", None, "", ".xlsx")], name="stock.xlsx"),
    Case(54, "a zip bomb", "refused", lambda: archive({"stock.csv": b"0" * 5_000_000}), [("zip_bomb", None,
        "", "")], table="", name="stock.zip"),
    Case(54, "a workbook that is a bomb", "refused", lambda: with_parts(workbook(cells(GOOD)),
        {"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 5_000_000}), [("zip_bomb", None, "", "")],
        name="stock.xlsx"),
    Case(55, "billion laughs", "refused", _with_bomb, [("xml_bomb", None, "", "")], name="stock.xlsx"),
    Case(56, "macros", "refused", lambda: with_parts(workbook(cells(GOOD)), {"xl/vbaProject.bin": b"x"}),
        [("macros", None, "", "")], name="stock.xlsm"),
    Case(57, "parquet cut short", "refused", lambda: stock_parquet(("A", 10), ("B", 5.5))[:-20],
        [("truncated", None, "", "")], name="stock.parquet"),
    Case(57, "a workbook cut short", "refused", lambda: workbook(cells(GOOD))[:-300], [("truncated", None,
        "", "")], name="stock.xlsx"),
    Case(59, "a column that holds structures", "refused", lambda: parquet(snapshot_on=["2026-10-31"],
        item_id=["A"], warehouse_id=["W1"], qty=[{"n": 1}]), [("nested_type", None, "qty", "")],
        facts={"type": "STRUCT"}),
    Case(59, "a column that holds lists", "refused", lambda: parquet(item_id=["A", "B"], name=[["a"],
        ["b"]]), [("nested_type", None, "name", "")], table="items"),
    Case(60, "parquet that lies of its size", "refused", _of_a_lying_parquet, [("truncated", None, "", "")],
        name="stock.parquet"),
    Case(61, "a picture", "refused", b"\x89PNG\r\n\x1a\n" + GOOD.encode(), [("unknown_format", None, "",
        "")]),
    Case(61, "a web page", "refused", "<html><table><tr><td>item_id</td></tr></table></html>", [("web_page",
        None, "", "")], name="stock.xls"),
    Case(61, "a text with an archive behind it", "refused",
        lambda: GOOD.encode() + archive({"stock.csv": GOOD.encode()}), [("nul_bytes", 4, "", "")]),
]  # fmt: skip

CASES = [*TEXTS, *TABLES, *BOOKS]
