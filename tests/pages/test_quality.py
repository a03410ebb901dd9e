"""What is wrong with the data beside its marts: kinds, rows, bases of age, functions and their files."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.findings import files
from components.navigation import QUALITY
from components.words import LOCALES, Words, catalogue
from queries.engine import Engine
from queries.filters import Filters
from queries.lake.contract import TABLES
from queries.lake.load import Upload, load_files
from queries.settings import Settings
from tests.pages.conftest import ITEMS, MOVEMENTS, STOCK, WAREHOUSES, Open

SAY = Words("en")


def answers(home: Path, view: str, link: str = "") -> list[dict[str, object]]:
    return Engine.open(Settings(home=home)).answer(view, Filters.from_link(link)[0]).to_pylist()


def texts(app: AppTest) -> str:
    return "\n".join(each.value for kind in ("markdown", "caption", "subheader") for each in app.get(kind))


@pytest.fixture(scope="module")
def untidy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company, with 30 lost pieces of B, a stranger among items and places, and no cost for it."""
    folder = tmp_path_factory.mktemp("untidy")
    strangers = "2025-12-31,X,W9,7,CNY\n"
    tables = {
        "warehouses": WAREHOUSES,
        "items": ITEMS,
        "movements": MOVEMENTS,
        "stock": STOCK.replace("2025-12-31,B,W1,280", "2025-12-31,B,W1,250") + strangers,
    }
    uploads = []
    for table, text in tables.items():
        file = folder / f"{table}.csv"
        file.write_text(text, encoding="utf-8")
        uploads.append(Upload(file, table))
    result = load_files(uploads, Settings(home=folder / "home"), confirmed=True)
    assert result.status == "loaded", result
    return folder / "home"


@pytest.mark.parametrize("language", LOCALES)
def test_every_kind_and_function_has_words(company: Path, language: str) -> None:
    words = catalogue(language)
    wanted = set()
    for row in answers(company, "mart_quality"):
        wanted |= {f"finding.{row['finding']}", f"finding.{row['finding']}.text", f"remedy.{row['remedy']}"}
        wanted.add(f"severity.{row['severity']}")
    for row in answers(company, "mart_functions"):
        wanted |= {f"function.{row['function']}", f"works.{row['state']}"}
    wanted |= {f"age_basis.{row['age_basis']}" for row in answers(company, "mart_age_basis")}
    assert len(wanted) > 60
    assert wanted - words.keys() == set()


@pytest.mark.parametrize("language", LOCALES)
def test_what_was_found_stands_worst_first(open_app: Open, untidy: Path, language: str) -> None:
    app = open_app(QUALITY, home=untidy, lang=language)
    assert not app.exception
    say, shown = Words(language), app.dataframe[0].value
    found = {row["finding"]: row for row in answers(untidy, "mart_quality") if row["row_count"]}
    assert {"gap", "missing_cost", "unknown_item", "unknown_warehouse"} <= found.keys()
    assert set(shown["finding"]) == {say(f"finding.{finding}") for finding in found}
    ranks = [("▲", "■", "●").index(severity[0]) for severity in shown["severity"]]
    assert ranks == sorted(ranks)
    for finding, row in found.items():
        mine = shown[shown["finding"] == say(f"finding.{finding}")].iloc[0]
        assert mine["row_count"] == row["row_count"]
        assert mine["value"] == pytest.approx(float(row["value"]))  # type: ignore[arg-type]
    clean = [row["finding"] for row in answers(untidy, "mart_quality") if not row["row_count"]]
    assert all(say(f"finding.{finding}") in texts(app) for finding in clean)


def test_a_kind_in_the_address_opens_its_rows(open_app: Open, untidy: Path) -> None:
    app = open_app(QUALITY, home=untidy, lang="en", at="gap")
    assert SAY("finding.gap.text") in texts(app)
    assert SAY("remedy.complete_ledger") in texts(app)
    rows = app.dataframe[1].value
    mine = [row for row in answers(untidy, "mart_quality_rows") if row["finding"] == "gap"]
    assert sorted(rows["item_id"]) == sorted(str(row["item_id"]) for row in mine)
    lost = rows[rows["item_id"] == "B"]
    assert lost["qty"].tolist() == [-30]
    assert lost["value"].tolist() == [6000]


def test_a_kind_that_was_not_found_opens_nothing(open_app: Open, untidy: Path) -> None:
    for finding in ("negative_stock", "no_such_kind"):
        app = open_app(QUALITY, home=untidy, lang="en", at=finding)
        assert not app.exception
        assert SAY(f"finding.{finding}.text") not in texts(app)


def test_rows_are_paged_by_the_address(open_app: Open, sample_home: Path) -> None:
    gaps = [row for row in answers(sample_home, "mart_quality_rows") if row["finding"] == "gap"]
    gaps.sort(key=lambda row: row["row_no"])  # type: ignore[arg-type,return-value]
    assert len(gaps) > 1
    app = open_app(QUALITY, home=sample_home, lang="en", at="gap", from_row="1")
    shown = app.dataframe[1].value["item_id"].tolist()
    assert shown == [row["item_id"] for row in gaps[1:26]]


def test_data_without_fault_says_so(open_app: Open) -> None:
    app = open_app(QUALITY, lang="en", as_of="2025-12-31")
    assert SAY("quality.clean") in texts(app)


def test_shares_of_value_by_basis_are_the_marts(open_app: Open, company: Path) -> None:
    app = open_app(QUALITY, lang="en")
    bases = next(frame.value for frame in app.dataframe if "age_basis" in frame.value)
    assert bases["value_share"].sum() == pytest.approx(1)
    known = [row for row in answers(company, "mart_age_basis") if row["value"]]
    assert sorted(bases["value"]) == sorted(float(row["value"]) for row in known)  # type: ignore[arg-type]


def test_a_function_that_waits_names_the_file_that_switches_it_on(open_app: Open, company: Path) -> None:
    app = open_app(QUALITY, lang="en")
    shown = next(frame.value for frame in app.dataframe if "function" in frame.value)
    works = dict(zip(shown["function"], shown["works"], strict=True))
    needs = dict(zip(shown["function"], shown["file"], strict=True))
    assert works[SAY("function.exact_age")] == "● active"
    assert works[SAY("function.dynamic_counts")] == "○ waits for a file"
    assert needs[SAY("function.dynamic_counts")] == SAY("table.counts")
    waiting = [row for row in answers(company, "mart_functions") if row["state"] == "missing"]
    assert shown["works"].tolist()[: len(waiting)] == ["○ waits for a file"] * len(waiting)


def test_files_are_joined_as_they_are_needed() -> None:
    assert files(None, SAY) is None
    one_of = files("sales_orders|bom,counts", SAY)
    assert one_of == f"{SAY('table.sales_orders')} or {SAY('table.bom')}, {SAY('table.counts')}"
    assert {table.name for table in TABLES} >= {"sales_orders", "bom", "counts"}
