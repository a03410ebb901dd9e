"""Bad rows are set aside with their reason, given out, mended and taken in again; formulas never run."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from queries.export import as_csv, as_xlsx, harmless, without_formulas
from queries.lake.checking import quarantine
from queries.lake.load import LoadResult, Upload, load_files
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.queries.lake.uploads import LEDGER, STOCK, TODAY, LoadIt, Write, rows_of

BAD = STOCK + "2026-10-31,C,W1,ten\n2026-02-30,D,W1,\n2026-10-31,,W1,-1\n"


def set_aside(lake: Lake, settings: Settings, table: str = "stock") -> pl.DataFrame:
    """The rows the newest load set aside."""
    current = lake.current()
    assert current is not None
    return quarantine.quarantined(settings, current.load_id)[table]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("2026-10-31,C,W1,ten", "qty:bad_number"),
        ('2026-10-31,C,W1,""', "qty:empty_cell"),
        ("2026-10-31,C,W1,-1", "qty:negative"),
        ("2026-10-31,C,W1,1.23456", "qty:too_many_decimals"),
        ("2026-02-30,C,W1,1", "snapshot_on:bad_date"),
        ("2026-10-31,,W1,1", "item_id:empty_cell"),
        ("2026-02-30,C,,x", "snapshot_on:bad_date; warehouse_id:empty_cell; qty:bad_number"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_reasons_and_the_others_load(
    load_it: LoadIt, lake: Lake, settings: Settings, line: str, reason: str
) -> None:
    held = load_it(STOCK + line + "\n")
    assert (held.status, held.rows, held.quarantined) == ("held", 2, 1)
    assert {each.row for each in held.problems} == {4}
    loaded = load_it(STOCK + line + "\n", confirmed=True)
    assert (loaded.status, loaded.rows, loaded.quarantined) == ("loaded", 2, 1)
    assert rows_of(lake, "stock").height == 2
    row = set_aside(lake, settings).row(0, named=True)
    assert (row[quarantine.SOURCE_ROW], row[quarantine.WHY]) == ("4", reason)
    assert row[quarantine.PROBLEM]
    assert row[quarantine.REMEDY]


def test_the_rows_set_aside_are_counted_again_when_the_file_comes_again(load_it: LoadIt) -> None:
    load_it(BAD, confirmed=True)
    again = load_it(BAD)
    assert (again.status, again.rows, again.quarantined, again.data_version) == ("already_loaded", 2, 3, 1)


def test_nothing_is_kept_of_a_load_that_is_held(load_it: LoadIt, settings: Settings) -> None:
    load_it(STOCK)
    assert load_it(BAD.replace("5.5", "6"), answers={"quarantine": "yes"}).status == "held"
    assert not quarantine.folder(settings).exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_mended_quarantine_file_joins_the_day_it_was_missing_from(
    load_it: LoadIt, lake: Lake, settings: Settings, tmp_path: Path, form: str
) -> None:
    load_it(BAD, confirmed=True)
    given_out = set_aside(lake, settings)
    mended = given_out.with_columns(
        pl.Series("qty", ["10", "3", "4"]),
        pl.Series("item_id", ["C", "D", "=E"]),
        pl.lit("2026-10-31").alias("snapshot_on"),
    )
    path = tmp_path / f"mended.{form}"
    path.write_bytes(quarantine.for_download(mended, form))
    result = load_files([Upload(path)], settings, today=TODAY)
    assert (result.status, result.table, result.rows) == ("loaded", "stock", 3)
    rows = rows_of(lake, "stock", ["item_id", "qty"])
    assert dict(rows.rows()) == {
        "A": Decimal(10),
        "B": Decimal("5.5"),
        "C": Decimal(10),
        "D": Decimal(3),
        "=E": Decimal(4),
    }
    assert load_files([Upload(path)], settings, today=TODAY).status == "already_loaded"
    other = tmp_path / "other.csv"
    other.write_bytes(quarantine.for_download(mended.with_columns(pl.lit("1").alias("qty"))))
    assert load_files([Upload(other)], settings, today=TODAY).status == "held", "it would change loaded rows"


def test_a_mended_ledger_line_joins_its_document_once(
    load_it: LoadIt, lake: Lake, settings: Settings, tmp_path: Path
) -> None:
    load_it(LEDGER.replace("A,issue,-4", "A,issue,minus 4"), "movements", confirmed=True)
    rows = set_aside(lake, settings, "movements")
    assert rows["qty"].to_list() == ["minus 4"]
    path = tmp_path / "mended.csv"
    path.write_bytes(quarantine.for_download(rows).replace(b"minus 4", b"-4"))
    assert load_files([Upload(path)], settings, today=TODAY).status == "loaded"
    assert rows_of(lake, "movements").height == 3


def test_a_mended_line_of_a_ledger_without_documents_is_a_document_too(
    load_it: LoadIt, lake: Lake, settings: Settings, tmp_path: Path
) -> None:
    text = "posted_on,item_id,kind,qty,warehouse_id\n2026-10-01,A,receipt,5,W1\n2026-10-02,A,issue,x,W1\n"
    load_it(text, "movements", confirmed=True)
    path = tmp_path / "mended.csv"
    path.write_bytes(quarantine.for_download(set_aside(lake, settings, "movements")).replace(b",x,", b",-2,"))
    assert load_files([Upload(path)], settings, today=TODAY).status == "loaded"
    rows = rows_of(lake, "movements")
    assert rows["document_id"].null_count() == 0
    assert sorted(rows["qty"]) == [-2, 5]


def test_cells_mended_on_the_screen_load_with_the_file(settings: Settings, lake: Lake, write: Write) -> None:
    edits = {(4, "qty"): "10", (5, "snapshot_on"): "2026-10-31", (5, "qty"): "3", (6, "item_id"): "E"}
    upload = Upload(write(BAD), edits=edits)
    held = load_files([upload], settings, today=TODAY)
    assert (held.status, held.rows, held.quarantined) == ("held", 4, 1)
    assert load_files([upload], settings, confirmed=True, today=TODAY).status == "loaded"
    assert sorted(rows_of(lake, "stock", ["item_id"])["item_id"]) == ["A", "B", "C", "D"]
    assert set_aside(lake, settings)[quarantine.WHY].to_list() == ["qty:negative"]


def test_a_file_without_a_sound_row_never_empties_the_stock(load_it: LoadIt, lake: Lake) -> None:
    load_it(STOCK)
    result = load_it(STOCK.replace("10\n", "x\n").replace("5.5", "y"), confirmed=True)
    assert (result.status, result.data_version) == ("refused", None)
    assert rows_of(lake, "stock").height == 2


CELLS = {
    "snapshot_on": st.sampled_from(["2026-10-31", "2026-10-30", "2026-02-30", ""]),
    "item_id": st.sampled_from(["A", "B", "a", "007", ""]),
    "warehouse_id": st.sampled_from(["W1", "W2", ""]),
    "qty": st.sampled_from(["1", "2.5", "-3", "", "x", "１２", "1.23456"]),
}


@limits(deadline=None, max_examples=40)
@given(st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=8))
def test_every_row_of_a_file_ends_stored_added_up_or_set_aside(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("home")
    path = folder / "stock.csv"
    lines = [",".join(CELLS), *(",".join(row[name] for name in CELLS) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    settings = Settings(home=folder / "home")
    result: LoadResult = load_files([Upload(path, "stock")], settings, confirmed=True, today=TODAY)
    filled = [row for row in rows if any(row.values())]
    sound = {"1": Decimal(1), "2.5": Decimal("2.5"), "１２": Decimal(12)}
    good = [
        row
        for row in filled
        if row["snapshot_on"] not in ("", "2026-02-30")
        and row["item_id"]
        and row["warehouse_id"]
        and row["qty"] in sound
    ]
    if not good:
        assert (result.status, Lake(settings.lake).current()) == ("refused", None)
        return
    assert (result.status, result.quarantined) == ("loaded", len(filled) - len(good))
    lake = Lake(settings.lake)
    stored = rows_of(lake, "stock", ["snapshot_on", "item_id", "warehouse_id", "qty"])
    assert stored.height == len({tuple(row[name] for name in list(CELLS)[:3]) for row in good})
    assert stored["qty"].sum() == sum(sound[row["qty"]] for row in good)
    if result.quarantined:
        assert set_aside(lake, settings).height == result.quarantined


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\x00"])
def test_a_text_that_would_run_is_neutralised_on_export(start: str) -> None:
    text = start + "HYPERLINK(1)"
    assert harmless(text) == "'" + text
    frame = pl.DataFrame({"item_id": [text, "safe"], "qty": [-1.5, 2.0]})
    assert without_formulas(frame).rows() == [("'" + text, -1.5), ("safe", 2.0)]
    assert f"'{start}" in as_csv(frame).decode("utf-8-sig")


@pytest.mark.parametrize("number", ["-1", "+2.5", "-.5"])
def test_a_number_stays_a_number_on_export(number: str) -> None:
    assert harmless(number) == number


def test_a_workbook_has_texts_where_formulas_stood() -> None:
    content = as_xlsx([("rows", pl.DataFrame({"=a": ["=1+1", "http://x"], "n": [1, None]}))])
    sheet = fastexcel.read_excel(content).load_sheet("rows").to_polars()
    assert sheet.columns == ["'=a", "n"]
    assert sheet.rows() == [("'=1+1", 1.0), ("http://x", None)]
    assert b"<f>" not in io.BytesIO(content).getvalue()
