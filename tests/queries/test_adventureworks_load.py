"""A real company's files through the preset that comes with stillstock, counted on the other side.

The data is not part of the product: STILLSTOCK_SHARED or a folder `shared` beside the checkout holds it.
"""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from queries.lake.load import LoadResult, Upload, load_files
from queries.lake.versions import Lake
from queries.settings import Settings

SHARED = Path(os.environ.get("STILLSTOCK_SHARED") or Path(__file__).resolve().parents[3] / "shared")
FOLDER = SHARED / "data" / "adventureworks"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the AdventureWorks files are not beside the checkout (STILLSTOCK_SHARED)"
)

LOADS: dict[str, tuple[tuple[str, ...], dict[str, str], int]] = {
    "stock": (("Production.ProductInventory",), {"snapshot_on": "2014-08-03"}, 1_069),
    "movements": (("Production.TransactionHistory", "Production.TransactionHistoryArchive"), {}, 202_696),
    "items": (("Production.Product",), {}, 504),
    "warehouses": (("Production.Location",), {}, 14),
    "bom": (("Production.BillOfMaterials",), {}, 2_576),
    "suppliers": (("Purchasing.ProductVendor", "Purchasing.Vendor"), {}, 460 + 104),
    "work_orders": (("Production.WorkOrder",), {}, 72_591),
}


def load(settings: Settings, table: str) -> LoadResult:
    names, constants, _ = LOADS[table]
    uploads = [Upload(FOLDER / f"{name}.parquet", table, "adventureworks", constants) for name in names]
    return load_files(uploads, settings)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with all of it loaded, each table as one load."""
    settings = Settings(home=tmp_path_factory.mktemp("adventureworks"))
    for number, table in enumerate(LOADS, 1):
        result = load(settings, table)
        assert (result.status, result.rows, result.data_version) == ("loaded", LOADS[table][2], number)
    return settings


def rows(settings: Settings, table: str) -> pl.DataFrame:
    lake = Lake(settings.lake)
    current = lake.current()
    assert current is not None
    return pl.read_parquet(lake.files(current, table))


def test_the_stock_is_what_the_company_had(settings: Settings) -> None:
    stock, items = rows(settings, "stock"), rows(settings, "items")
    assert (stock["item_id"].n_unique(), stock["warehouse_id"].n_unique()) == (432, 14)
    assert stock["qty"].sum() == 335_974
    valued = stock.select("item_id", "qty").join(items.select("item_id", "unit_cost"), on="item_id")
    value = sum((qty * cost for _, qty, cost in valued.rows()), Decimal(0))
    assert value == Decimal("20092679.1712")
    assert stock["unit_cost"].null_count() == stock.height
    assert stock["bin"].head(1).str.contains(r"^\S+-\d+$").all()


def test_the_ledger_is_both_history_files_in_one_order(settings: Settings) -> None:
    ledger = rows(settings, "movements")
    assert (ledger["posted_on"].min(), ledger["posted_on"].max()) == (date(2011, 4, 16), date(2014, 8, 3))
    kinds = dict(ledger.group_by("kind").len().rows())
    assert kinds == {"issue": 121_317, "production_in": 72_591, "receipt": 8_788}
    signs = dict(ledger.group_by("kind").agg((pl.col("qty") > 0).all()).rows())
    assert signs == {"issue": False, "production_in": True, "receipt": True}
    assert ledger.filter(kind="issue")["qty"].max() < 0
    assert ledger["unit_cost"].null_count() == ledger["warehouse_id"].null_count() == ledger.height
    assert ledger.select(pl.struct("posted_on", "seq").n_unique()).item() == ledger.height
    assert ledger.filter(pl.col("document_id") == "S-43659")["kind"].unique().to_list() == ["issue"]


def test_sixty_four_of_497_items_last_moved_before_february_2014(settings: Settings) -> None:
    last = rows(settings, "movements").group_by("item_id").agg(pl.col("posted_on").max())
    assert last.height == 497
    assert last.filter(pl.col("posted_on") < date(2014, 2, 1)).height == 64


def test_items_carry_what_their_own_table_says_and_no_more(settings: Settings) -> None:
    items = rows(settings, "items")
    assert items["phase_out_on"].drop_nulls().len() == 98
    assert items["category"].null_count() == items.height
    assert dict(items.group_by("material_type").len().rows()) == {"raw": 182, "semi": 27, "finished": 295}


@pytest.mark.parametrize("table", LOADS)
def test_loading_it_again_changes_nothing(settings: Settings, table: str) -> None:
    before = Lake(settings.lake).current()
    assert load(settings, table).status == "already_loaded"
    assert Lake(settings.lake).current() == before


def test_one_history_file_alone_is_already_there(settings: Settings) -> None:
    path = FOLDER / "Production.TransactionHistoryArchive.parquet"
    result = load_files([Upload(path, "movements", "adventureworks")], settings)
    assert (result.status, result.rows) == ("already_loaded", 89_253)
