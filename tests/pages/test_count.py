"""Counting beside its marts: what was found, what is next, blind sheets that come back as counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from streamlit.testing.v1 import AppTest

from components import count_sheets
from components.navigation import COUNT
from components.words import LOCALES, Words
from queries.engine import Engine
from queries.filters import Filters
from queries.lake.load import Upload, load_files
from queries.settings import Settings
from tests.pages.conftest import ITEMS, MOVEMENTS, STOCK, WAREHOUSES, Open

SAY = Words("en")
COUNTS = """counted_on,item_id,warehouse_id,counted_qty
2025-12-31,A,W1,390
2025-12-31,B,W1,280
2025-12-31,C,W2,36
2025-12-31,D,W3,850
"""
DAY = date(2026, 1, 5)


def answers(home: Path, view: str, link: str = "", **options: Any) -> list[dict[str, Any]]:
    engine = Engine.open(Settings(home=home))
    rows: list[dict[str, Any]] = engine.answer(view, Filters.from_link(link)[0], **options).to_pylist()
    engine.close()
    return rows


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def texts(app: AppTest) -> str:
    return "\n".join(each.value for kind in ("markdown", "caption", "subheader") for each in app.get(kind))


def sheets(home: Path, link: str = "") -> list[dict[str, Any]]:
    order = [("batch_no", False), ("line_no", False)]
    return answers(home, "mart_count_sheets", link, sort=order)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company, counted on its last day but for B in W3; 10 of A are missing, one C too many."""
    folder = tmp_path_factory.mktemp("counted")
    tables = {
        "warehouses": WAREHOUSES, "items": ITEMS, "movements": MOVEMENTS, "stock": STOCK, "counts": COUNTS,
    }  # fmt: skip
    uploads = []
    for table, text in tables.items():
        file = folder / f"{table}.csv"
        file.write_text(text, encoding="utf-8")
        uploads.append(Upload(file, table))
    result = load_files(uploads, Settings(home=folder / "home"), confirmed=True)
    assert result.status == "loaded", result
    return folder / "home"


@pytest.mark.parametrize("language", LOCALES)
def test_the_key_numbers_are_the_marts(open_app: Open, counted: Path, language: str) -> None:
    app = open_app(COUNT, home=counted, lang=language)
    assert not app.exception
    say, shown = Words(language), metrics(app)
    [found] = answers(counted, "mart_count_accuracy", only={"level": 0})
    assert (found["within_share"], found["absolute_variance_value"]) == (0.5, 10 * 10 + 1000)
    assert (found["variance_value"], found["book_value"]) == (900, 4000 + 56000 + 35000 + 4250)
    assert shown[say("count.accuracy")] == say.percent(0.5)
    assert shown[say("count.variance")] == say.money(1100)
    assert shown[say("count.coverage")] == say.percent(Decimal(99250) / Decimal(109250))
    assert shown[say("count.due")] == "1"
    assert say.money(1000) in texts(app)


def test_places_stand_largest_variance_first_and_every_column_is_the_marts(
    open_app: Open, counted: Path
) -> None:
    app = open_app(COUNT, home=counted, lang="en")
    warehouses, places = (frame.value for frame in app.dataframe)
    assert places["item_id"].tolist() == ["C", "A", "B", "D"]
    assert places["variance_qty"].tolist() == [1, -10, 0, 0]
    assert places["variance_value"].tolist() == [1000, -100, 0, 0]
    assert not {"lot_id", "bin", "reason"} & set(places.columns)
    shown = dict(zip(warehouses["warehouse_name"], warehouses["within_share"], strict=True))
    assert shown == {"Suzhou plant": 0.5, "Ningbo DC": 0, "Chengdu plant": 1}


def test_filters_and_paging_hold_for_counts(open_app: Open, counted: Path) -> None:
    app = open_app(COUNT, home=counted, lang="en", warehouse="W1")
    assert sorted(app.dataframe[1].value["item_id"]) == ["A", "B"]
    later = open_app(COUNT, home=counted, lang="en", from_row="3")
    assert later.dataframe[1].value["item_id"].tolist() == ["D"]
    wider = open_app(COUNT, home=counted, lang="en", count_tolerance_share="0.05")
    assert metrics(wider)[SAY("count.accuracy")] == "100.0%"


def test_what_is_due_is_listed_with_its_reason(open_app: Open, counted: Path) -> None:
    app = open_app(COUNT, home=counted, lang="en", at="next")
    plan = app.dataframe[-1].value
    assert plan[["item_id", "due"]].values.tolist() == [["B", SAY("count.due.never")]]
    much_later = open_app(COUNT, home=counted, lang="en", at="next", as_of="2027-06-30")
    due = dict(
        zip(much_later.dataframe[-1].value["item_id"], much_later.dataframe[-1].value["due"], strict=True)
    )
    assert due["C"] == SAY("count.due.overdue")


def test_without_counts_the_page_says_what_they_would_give(open_app: Open, company: Path) -> None:
    app = open_app(COUNT, lang="en")
    assert not app.exception
    assert SAY("count.none.text") in texts(app)
    assert metrics(app)[SAY("count.accuracy")] == SAY("word.none")
    assert metrics(app)[SAY("count.due")] == "5"


@pytest.mark.parametrize("language", LOCALES)
def test_printed_sheets_are_blind(open_app: Open, company: Path, language: str) -> None:
    say = Words(language)
    app = open_app(COUNT, lang=language, at="sheets", count_batch_lines="2")
    assert not app.exception
    rows = sheets(company, "count_batch_lines=2")
    tables = app.get("table")
    assert len(tables) == rows[-1]["batch_no"] == 3
    assert [len(table.value) for table in tables] == [2, 1, 2]
    quantity = say("count.sheet.counted_qty")
    assert all(set(table.value[quantity]) == {""} for table in tables)
    assert len(app.get("download_button")) == 1
    for hidden in ("400", "280", "850"):
        assert all(hidden not in str(table.value.values.tolist()) for table in tables)


def filled(content: bytes, quantities: Sequence[float | None], say: Words) -> bytes:
    """The workbook as it comes back from the warehouse: a quantity a line, None where nobody counted."""
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = book.active
    headers = [cell.value for cell in sheet[1]]
    at = headers.index(say("count.sheet.counted_qty")) + 1
    for line, quantity in enumerate(quantities, 2):
        sheet.cell(line, at).value = quantity
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_the_workbook_is_ready_for_paper(company: Path) -> None:
    rows = sheets(company, "count_batch_lines=2")
    sheet = openpyxl.load_workbook(BytesIO(count_sheets.workbook(rows, SAY, DAY))).active
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$1:$1"
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToHeight == 0
    assert [each.id for each in sheet.row_breaks.brk] == [3, 4]
    assert sheet.max_row == 1 + len(rows)
    values = [cell.value for cell in sheet[2]]
    assert values[:4] == [1, 1, "A", "Bearing"]
    assert "pcs" in values
    assert not {400, 280, 35, 850, 50} & set(values)


@pytest.mark.parametrize("language", LOCALES)
def test_a_sheet_that_was_filled_in_loads_as_it_is(tmp_path: Path, company: Path, language: str) -> None:
    """The line left empty was not counted; the others become counts of the day on the sheet."""
    say = Words(language)
    rows = sheets(company)
    assert [(row["warehouse_id"], row["item_id"]) for row in rows] == [
        ("W1", "A"), ("W1", "B"), ("W2", "C"), ("W3", "B"), ("W3", "D"),
    ]  # fmt: skip
    file = tmp_path / "sheet.xlsx"
    file.write_bytes(filled(count_sheets.workbook(rows, say, DAY), [399, 280, None, 51, 850], say))
    result = load_files([Upload(file)], Settings(home=tmp_path / "home"))
    assert result.status == "loaded", result
    counts = answers(tmp_path / "home", "src_counts", sort=[("warehouse_id", False), ("item_id", False)])
    assert [(row["warehouse_id"], row["item_id"], row["counted_qty"]) for row in counts] == [
        ("W1", "A", 399), ("W1", "B", 280), ("W3", "B", 51), ("W3", "D", 850),
    ]  # fmt: skip
    assert {row["counted_on"] for row in counts} == {DAY}


def test_no_text_of_a_sheet_is_run_as_a_formula() -> None:
    row = dict.fromkeys(count_sheets.COLUMNS) | {
        "batch_no": 1, "line_no": 1, "item_id": "=1+1", "item_name": "@SUM(A1)", "warehouse_id": "W1",
        "warehouse_name": "+W", "lot_id": "-7",
    }  # fmt: skip
    sheet = openpyxl.load_workbook(BytesIO(count_sheets.workbook([row], SAY, DAY))).active
    cells = [cell for cell in sheet[2] if isinstance(cell.value, str) and cell.value]
    assert all(cell.data_type == "s" for cell in cells)
    assert [cell.value for cell in cells] == ["'=1+1", "'@SUM(A1)", "W1", "'+W", "-7"]
