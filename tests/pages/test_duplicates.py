"""The same item under two codes beside its marts: groups, reasons, and the merge list as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from components import columns, merge_list
from components.navigation import DUPLICATES
from components.words import LOCALES, Words, catalogue
from queries.engine import Engine
from queries.export import as_csv
from queries.filters import Filters
from queries.lake.load import Upload, load_files
from queries.settings import Settings
from tests.pages.conftest import Open

ITEMS = """item_id,name,unit,supplier_id
A1,Bearing 6204-2RS,pcs,S1
A2,BEARING 6204 2RS,pcs,S2
A3,Deep groove ball bearing 6204-2RS,pcs,S1
B1,六角螺栓 M8x40,pcs,
B2,六角螺栓Ｍ８＊４０,pcs,
C,Bearing 6205-2RS,pcs,S1
"""
STOCK = """snapshot_on,item_id,warehouse_id,qty,unit_cost,last_issued_on
2025-12-31,A1,W1,10,5,2025-12-01
2025-12-31,A2,W1,4,6,2025-12-20
2025-12-31,A3,W2,2,7,
2025-12-31,B1,W1,100,0.5,
2025-12-31,B2,W2,20,0.5,
2025-12-31,C,W1,9,5,
"""


def answers(home: Path, view: str, link: str = "") -> list[dict[str, Any]]:
    engine = Engine.open(Settings(home=home))
    rows: list[dict[str, Any]] = engine.answer(view, Filters.from_link(link)[0]).to_pylist()
    engine.close()
    return rows


def texts(app: AppTest) -> str:
    return "\n".join(each.value for kind in ("markdown", "caption", "subheader") for each in app.get(kind))


@pytest.fixture(scope="module")
def doubled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six codes: three are one bearing, two one bolt, one is alone."""
    folder = tmp_path_factory.mktemp("doubled")
    uploads = []
    for table, text in {"items": ITEMS, "stock": STOCK}.items():
        file = folder / f"{table}.csv"
        file.write_text(text, encoding="utf-8")
        uploads.append(Upload(file, table))
    result = load_files(uploads, Settings(home=folder / "home"), confirmed=True)
    assert result.status == "loaded", result
    return folder / "home"


@pytest.mark.parametrize("language", LOCALES)
def test_groups_and_totals_are_the_marts(open_app: Open, doubled: Path, language: str) -> None:
    app = open_app(DUPLICATES, home=doubled, lang=language)
    assert not app.exception
    say = Words(language)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown[say("duplicate.groups")] == "2"
    assert shown[say("duplicate.value")] == say.money(50 + 24 + 14 + 50 + 10)
    groups = app.dataframe[-1].value
    assert groups["codes"].tolist() == ["A2 A1 A3", "B1 B2"]
    assert groups["value"].tolist() == [88, 60]
    assert groups["qty"].tolist() == [16, 120]
    assert len(app.get("download_button")) == 3


def test_a_group_in_the_address_opens_with_its_reasons(open_app: Open, doubled: Path) -> None:
    app = open_app(DUPLICATES, home=doubled, lang="en", at="1")
    codes, reasons, _ = (frame.value for frame in app.dataframe)
    assert codes["item_id"].tolist() == ["A2", "A1", "A3"]
    assert codes["proposal"].tolist() == ["● keep", "→ merge", "→ merge"]
    why = dict(zip(reasons["item_id"], reasons["reasons"], strict=True))
    assert why == {
        "A1": "same name, same specification, same unit, other supplier",
        "A3": "one name says more, same specification, same unit, other supplier",
    }
    assert len(open_app(DUPLICATES, home=doubled, lang="en", at="99").dataframe) == 1


def test_every_reason_has_words(doubled: Path) -> None:
    codes = {code for row in answers(doubled, "mart_duplicate_pairs") for code in row["reasons"].split(",")}
    assert len(codes) >= 4
    for language in LOCALES:
        assert {f"duplicate.reason.{code}" for code in codes} <= catalogue(language).keys()


def test_the_merge_list_names_the_code_that_stays_and_runs_no_formula(doubled: Path) -> None:
    say = Words("en")
    merges = pl.DataFrame(answers(doubled, "mart_duplicate_merges")).select(merge_list.FILE)
    rows = columns.worded(merges, say)
    kept = dict(zip(rows[say("column.item_id")], rows[say("column.kept_id")], strict=True))
    assert kept == {"A1": "A2", "A3": "A2", "B2": "B1"}
    assert sorted(rows[columns.label("value", say)].to_list()) == [10, 14, 50]
    assert "same name, same specification, same unit, other supplier" in rows[say("column.reasons")].to_list()
    hostile = merges.with_columns(pl.lit("=HYPERLINK(1)").alias("item_name"))
    assert b",'=HYPERLINK(1)," in as_csv(columns.worded(hostile, say))
    assert columns.worded(merges.head(0), say).height == 0


def test_nothing_alike_says_so(open_app: Open, company: Path) -> None:
    app = open_app(DUPLICATES, lang="en")
    assert Words("en")("duplicate.none") in texts(app)
    assert not app.get("download_button")
