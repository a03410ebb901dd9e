"""Reports say what the views hold, in both languages, for whatever is in them."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from components import reports
from components.exports import Shown, full_query
from components.filter_bar import Asked
from components.words import LOCALES, Words
from queries.engine import Engine
from queries.lake.load import Upload, load_files
from queries.reports import press
from queries.reports.document import Document
from queries.settings import Settings


def asked(home: Path, monkeypatch: pytest.MonkeyPatch, language: str, link: str = "") -> Asked:
    monkeypatch.setenv("STILLSTOCK_HOME", str(home))
    return reports.resolve(link, Words(language))


def held(question: Asked, view: str, **arguments: Any) -> list[dict[str, Any]]:
    engine = Engine.open(data_version=question.filters.data_version)
    rows: list[dict[str, Any]] = engine.answer(view, question.filters, **arguments).to_pylist()
    return rows


def told(question: Asked, shown: Shown | None = None) -> Document:
    return reports.document(question, reports.parts(question, shown), full_query(question))


@pytest.mark.parametrize("language", LOCALES)
def test_paper_says_the_numbers_of_the_views(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    question = asked(sample_home, monkeypatch, language, "material_type=finished,spare")
    say, paper = question.say, told(question)
    (totals,) = held(question, "mart_totals")
    assert paper.figures[0].note.startswith(say.money_exact(totals["value"]))
    assert paper.figures[1].note.startswith(say.money_exact(totals["slow_value"]))
    assert [figure.tier for figure in paper.figures[4:7]] == ["R", "S", "T"]
    sections = {section.title: section for section in paper.sections}
    worst = held(question, "mart_item_totals", sort=[("slow_value", True)], limit=reports.PRINTED)
    items = sections[say("report.items")].table
    assert items is not None
    slow = [row for row in worst if row["slow_value"]]
    assert [(row[1], row[-1]) for row in items.rows] == [
        (row["item_id"], say.amount(row["slow_value"])) for row in slow
    ]
    ages = sections[say("chart.ageing")]
    assert ages.table is not None
    buckets = held(question, "mart_age_buckets", sort=[("bucket_no", False)])
    assert {row[1] for row in ages.table.rows} >= {
        say.amount(row["value"]) for row in buckets if row["value"]
    }
    assert ages.chart is not None
    assert "title" not in ages.chart
    stamp = dict(paper.stamp)
    assert stamp[say("export.fact.data_version")] == "1"
    assert stamp[say("export.fact.policy_version")] == "1"
    assert say("material_type.spare") in paper.lead


@pytest.mark.parametrize("language", LOCALES)
def test_the_workbook_has_the_same_numbers(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    question = asked(sample_home, monkeypatch, language, "tier=R,S,T")
    say = question.say
    book = openpyxl.load_workbook(io.BytesIO(reports.as_xlsx(question, None, full_query(question))))
    (totals,) = held(question, "mart_totals")
    keys = [row[1] for row in book[say("report.figures")].iter_rows(min_row=2, values_only=True)]
    assert keys == [pytest.approx(float(totals[name]), rel=1e-15) for name in reports.KEYS]
    for key, view in (("warehouses", "mart_warehouse_totals"), ("items", "mart_item_totals")):
        rows = held(question, view, sort=[("slow_value", True)])
        read = list(book[say(f"report.sheet.{key}")].iter_rows(min_row=2, values_only=True))
        slow = [row for row in rows if row["slow_value"] or key == "warehouses"]
        at = (reports.WAREHOUSES if key == "warehouses" else reports.ITEMS).index("slow_value")
        assert [line[at] for line in read] == [float(row["slow_value"]) for row in slow]
    assert len(book[say("report.sheet.ages")]._charts) == 1


def test_the_table_a_page_shows_comes_first(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    question = asked(sample_home, monkeypatch, "en")
    shown = Shown("mart_item_totals", ("item_id", "qty"), {"tier": "S"}, [("qty", True)])
    first = told(question, shown).sections[0]
    assert first.table is not None
    rows = held(question, shown.view, only=shown.only, sort=shown.sort, columns=shown.columns)
    assert [row[0] for row in first.table.rows] == [row["item_id"] for row in rows][: reports.PRINTED]


def test_filters_that_leave_nothing_make_a_report_that_says_so(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asked(sample_home, monkeypatch, "zh", "search=no such thing")
    paper = told(question)
    assert all(section.table is None for section in paper.sections)
    assert {section.note for section in paper.sections} == {Words("zh")("report.none")}
    assert press.as_pdf(paper).startswith(b"%PDF")
    assert reports.as_xlsx(question, None, "").startswith(b"PK")


def test_a_long_list_says_how_much_of_it_is_printed(
    sample_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = asked(sample_home, monkeypatch, "en")
    monkeypatch.setattr(reports, "LISTED", 40)
    (own, *_) = told(question, Shown("mart_tiered_stock", ("item_id", "value"))).sections
    assert own.table is not None
    assert len(own.table.rows) == reports.PRINTED
    assert own.note == "The first 25 of more than 40; the workbook holds 40."
    book = openpyxl.load_workbook(io.BytesIO(reports.as_xlsx(question, Shown("mart_tiered_stock"), "")))
    assert dict(book["About"].iter_rows(values_only=True))["Rows"].startswith("at most 40 rows a sheet")


def test_hostile_names_are_printed_and_no_formula_is_kept(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = (
        '=cmd|"/C calc"!A0',
        '#panic("x")',
        "$x$ *b* <l> @r",
        "长" * 4_000,
        "\u0645\u0631\u062d\u0628\u0627",
    )
    files = {
        "items": "item_id,name,unit_cost\n"
        + "".join(f'I{n},"{name.replace(chr(34), chr(34) * 2)}",5\n' for n, name in enumerate(names)),
        "stock": "snapshot_on,item_id,warehouse_id,qty,received_on\n"
        + "".join(f"2026-10-31,I{n},W1,10,2020-01-01\n" for n, _ in enumerate(names)),
    }
    uploads = []
    for table, text in files.items():
        file = tmp_path / f"{table}.csv"
        file.write_text(text, encoding="utf-8")
        uploads.append(Upload(file, table))
    result = load_files(uploads, Settings(home=home), confirmed=True)
    assert result.status == "loaded", result
    question = asked(home, monkeypatch, "en")
    paper = told(question)
    assert press.as_pdf(replace(paper, lead=names[2])).startswith(b"%PDF")
    items = next(s.table for s in paper.sections if s.title == question.say("report.items"))
    assert items is not None
    assert sorted(row[0] for row in items.rows) == sorted(names)
    book = openpyxl.load_workbook(io.BytesIO(reports.as_xlsx(question, None, "")))
    assert f"'{names[0]}" in {row[0] for row in book["Items"].iter_rows(values_only=True)}
    assert not any(cell.data_type == "f" for sheet in book for row in sheet.iter_rows() for cell in row)
