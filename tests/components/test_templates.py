"""Templates: every table has one, it says what each column means, and it loads as it is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import fastexcel
import pytest

from components.templates import meaning, workbook
from components.words import LOCALES, Words
from queries.lake.contract import ABOUT, TABLES, Table
from queries.lake.load import Upload, load_files
from queries.settings import Settings


def cells(content: bytes, sheet: str) -> list[tuple[object, ...]]:
    frame = fastexcel.read_excel(content).load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    return frame.rows()


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_first_sheet_is_the_tables_own_header_over_one_example(table: Table) -> None:
    header, example = cells(workbook(table), table.name)
    assert header == tuple(column.name for column in table.columns)
    assert tuple(cell or "" for cell in example) == tuple(column.example for column in table.columns)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_second_sheet_explains_every_column_in_both_languages(table: Table) -> None:
    _, *lines = cells(workbook(table), ABOUT)
    assert [line[0] for line in lines] == [column.name for column in table.columns]
    for line, column in zip(lines, table.columns, strict=True):
        both = [meaning(table, column, Words(language)) for language in LOCALES]
        assert list(line[2:4]) == both
        assert not any(words.startswith("meaning.") for words in both)
        assert all(choice in str(line[4]) for choice in column.choices)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_template_loads_as_it_is(table: Table, tmp_path: Path) -> None:
    file = tmp_path / "template.xlsx"
    file.write_bytes(workbook(table))
    settings = Settings(home=tmp_path / "home")
    result = load_files([Upload(file)], settings, today=date(2026, 11, 30))
    assert (result.status, result.table, result.rows) == ("loaded", table.name, 1)
    assert [each.problem for each in result.problems] == []
