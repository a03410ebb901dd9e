"""Files of a table: the rows the marts hold, in the reader's words, with what they stand on beside them."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pyarrow import parquet

from components import columns, exports, reports
from components.exports import Shown
from components.filter_bar import Asked
from components.words import LOCALES, Words
from queries import export
from queries.engine import Engine

COLUMNS = ("item_name", "item_id", "tier", "state", "qty", "value", "slow_value", "last_used_on", "is_new")
WORST = Shown("mart_item_totals", COLUMNS, sort=[("slow_value", True)])


def asked(home: Path, monkeypatch: pytest.MonkeyPatch, language: str, link: str = "tier=R,S") -> Asked:
    """A reader's question, outside a session."""
    monkeypatch.setenv("STILLSTOCK_HOME", str(home))
    return reports.resolve(link, Words(language))


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def held(question: Asked, shown: Shown) -> list[dict[str, Any]]:
    """What the views hold, asked beside the pages' own cache."""
    engine = Engine.open(data_version=question.filters.data_version)
    rows: list[dict[str, Any]] = engine.answer(
        shown.view, question.filters, columns=shown.columns, only=shown.only, sort=shown.sort
    ).to_pylist()
    return rows


@pytest.mark.parametrize("language", LOCALES)
def test_a_csv_is_what_the_view_holds_in_the_readers_words(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    question = asked(sample_home, monkeypatch, language)
    say, rows = question.say, held(question, WORST)
    read = list(csv.reader(io.StringIO(exports.as_csv(question, WORST).decode("utf-8-sig"))))
    assert read[0] == columns.headers(COLUMNS, say)
    assert len(set(read[0])) == len(COLUMNS)
    assert read[0][5] == f"{say('column.value')} (CNY)"
    assert [line[1] for line in read[1:]] == [row["item_id"] for row in rows]
    assert [Decimal(line[5]) for line in read[1:]] == [row["value"] for row in rows]
    assert [line[0] for line in read[1:]] == [say.name(row["item_name"]) for row in rows]
    assert {line[3] for line in read[1:]} == {say(f"state.{row['state']}") for row in rows}
    assert {line[8] for line in read[1:]} <= {say("word.yes"), say("word.no")}


@pytest.mark.parametrize("language", LOCALES)
def test_a_workbook_says_what_it_stands_on(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    question = asked(sample_home, monkeypatch, language)
    say, link = question.say, exports.full_query(question)
    found = sheets(exports.as_xlsx(question, WORST, link))
    assert list(found) == [say("export.rows"), say("export.facts")]
    rows = held(question, WORST)
    assert [line[1] for line in found[say("export.rows")][1:]] == [row["item_id"] for row in rows]
    assert [line[5] for line in found[say("export.rows")][1:]] == [float(row["value"]) for row in rows]
    told = dict(found[say("export.facts")][1:])
    assert told[say("export.fact.policy_version")] == str(question.settings["policy_version"])
    assert told[say("export.fact.data_version")] == "1"
    assert told[say("export.fact.as_of")] == str(question.settings["as_of"])
    assert told[say("export.fact.row_count")] == str(len(rows))
    assert told[say("export.fact.sort")] == "slow_value desc"
    assert told[say("export.fact.link")] == link
    assert "R" in told[say("export.fact.filters")]
    again = reports.resolve(link, say)
    assert held(again, WORST) == rows


def test_a_workbook_that_cannot_hold_all_rows_says_so_first(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asked(sample_home, monkeypatch, "en")
    count = len(held(question, WORST))
    monkeypatch.setattr(export, "MOST_CELLS", 3 * len(COLUMNS))
    content = exports.as_xlsx(question, WORST, "")
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.active.title == "About"
    assert book.active["B2"].value == f"the first 3 of {count}; CSV and Parquet hold all"
    assert book["Rows"].max_row == 4


def test_parquet_holds_the_codes_and_every_digit_and_names_its_versions(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asked(sample_home, monkeypatch, "zh")
    shown = Shown("mart_item_totals", COLUMNS, {"tier": "R"}, [("slow_value", True)])
    read = parquet.read_table(io.BytesIO(exports.as_parquet(question, shown, "")))
    assert read.to_pylist() == held(question, shown)
    told = {name.decode(): text.decode() for name, text in read.schema.metadata.items()}
    assert told["stillstock.only"] == "tier=R"
    assert told["stillstock.policy_version"] == str(question.settings["policy_version"])
    assert told["stillstock.row_count"] == str(read.num_rows)


def test_rows_in_no_order_come_in_the_same_order_every_time(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asked(sample_home, monkeypatch, "en", "")
    shown = Shown("mart_tiered_stock")
    first = exports.as_csv(question, shown)
    assert first == exports.as_csv(question, shown)
    lines = list(csv.reader(io.StringIO(first.decode("utf-8-sig"))))
    assert len(lines) == len(held(question, shown)) + 1
    assert [line[:2] for line in lines[1:]] == sorted(line[:2] for line in lines[1:])


def test_a_file_name_names_day_and_versions(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    question = asked(sample_home, monkeypatch, "en")
    day = question.settings["as_of"]
    assert exports.file_name(question, "mart_levels", "csv") == f"levels-{day}-data1-policy1.csv"


def test_every_column_of_the_reports_has_words() -> None:
    shown = {*reports.AGES, *reports.WAREHOUSES, *reports.ITEMS, *reports.CHANGED, *reports.CROSSING}
    for language in LOCALES:
        say = Words(language)
        named = shown | {*reports.TREND, *reports.KEYS}
        assert [name for name in named if columns.label(name, say).startswith(name)] == []
