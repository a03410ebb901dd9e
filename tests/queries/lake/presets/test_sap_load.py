"""SAP's stock and ledger loaded together: one item, one place, and a code of the house asked once."""

from __future__ import annotations

from pathlib import Path

from queries.lake.load import load_files
from queries.lake.questions import Answers
from queries.lake.uploads import Upload
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.queries.lake.presets.handed_in import TODAY, tabbed
from tests.queries.lake.uploads import rows_of

STOCK = (
    "Material|Plant|Storage Location|Special Stock|Special stock number|Unrestricted|Value Unrestricted|"
    "In Quality Insp.|Value in QualInsp.|Blocked|Returns"
)
LEDGER = (
    "Material|Plant|Storage Location|Movement Type|Material Document|Material Doc.Item|Posting Date|Quantity|"
    "Purchase order|User Name"
)


def written(folder: Path, name: str, *lines: str) -> Upload:
    """A tab-separated file to load, of which nothing is said."""
    path = folder / name
    path.write_text(tabbed(*lines), encoding="utf-8")
    return Upload(path)


def test_stock_and_ledger_meet_in_one_place_and_a_house_code_is_asked_once(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    files = [
        written(
            tmp_path,
            "MB52_20261031.txt",
            "Material|Plant|Storage Location|Unrestricted|Value Unrestricted",
            "A|1000|0001|4|50",
            "B|1000||3|9",
        ),
        written(
            tmp_path,
            "MB51.txt",
            LEDGER,
            "A|1000|0001|101|49001|1|15.10.2026|8|45001|MEIER",
            "A|1000|0001|261|49002|1|16.10.2026|3-||MEIER",
            "A|1000|0001|932|49003|1|17.10.2026|1-||MEIER",
        ),
    ]
    held = load_files(files, settings, confirmed=True, today=TODAY)
    assert held.status == "held"
    assert [each.key for each in held.questions] == ["code.kind.932"]
    said = Answers({"code.kind.932": "scrap"})
    assert load_files(files, settings, said, confirmed=True, today=TODAY).status == "loaded"

    later = written(tmp_path, "later.txt", LEDGER, "A|1000|0001|932|49004|1|18.10.2026|1-||MEIER")
    assert load_files([later], settings, confirmed=True, today=TODAY).status == "loaded"

    lake = Lake(settings.lake)
    stock = rows_of(lake, "stock", ["item_id", "warehouse_id", "unit_cost"]).sort("item_id").rows()
    assert [(item, place, str(cost)) for item, place, cost in stock] == [
        ("A", "1000/0001", "12.5000"),
        ("B", "1000", "3.0000"),
    ]
    ledger = (
        rows_of(lake, "movements", ["document_id", "warehouse_id", "kind", "qty"]).sort("document_id").rows()
    )
    assert [(document, place, kind, int(qty)) for document, place, kind, qty in ledger] == [
        ("49001/2026", "1000/0001", "receipt", 8),
        ("49002/2026", "1000/0001", "production_out", -3),
        ("49003/2026", "1000/0001", "scrap", -1),
        ("49004/2026", "1000/0001", "scrap", -1),
    ]
    assert "MEIER" not in str(rows_of(lake, "movements").rows())


def test_kinds_of_stock_of_one_row_that_mean_the_same_here_are_one_row(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    file = written(
        tmp_path,
        "MB52_20261031.txt",
        STOCK,
        "A|1000|0001|K|V1|7|0|2|0|0|0",
        "B|1000|0001|E|47|3|30|1|20|0|0",
        "C|1000|0001||||0|0|0|2|1",
    )
    said = Answers({"value.snapshot_on": "2026-10-31"})
    result = load_files([file], settings, said, today=TODAY)
    assert (result.status, result.questions) == ("loaded", ())
    stored = (
        rows_of(Lake(settings.lake), "stock", ["item_id", "status", "qty", "unit_cost"])
        .sort("item_id")
        .rows()
    )
    assert [(item, status, int(qty), cost and str(cost)) for item, status, qty, cost in stored] == [
        ("A", "consigned", 9, None),
        ("B", "reserved", 4, "12.5000"),
        ("C", "blocked", 3, None),
    ]
