"""Shopify in its three forms, WooCommerce's products, Amazon's report."""

from __future__ import annotations

from pathlib import Path

from tests.queries.lake.presets.handed_in import ON, look

PRODUCT = (
    "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,"
    "Option3 Name,Option3 Value,SKU,HS Code,COO"
)
WOO = (
    "ID,Type,SKU,Name,Published,Is featured?,In stock?,Stock,"
    "Backorders allowed?,Sale price,Regular price,Categories,"
    "Parent\n"
    "1,simple,W-1,Mug,1,0,1,5,0,,9.90,Kitchen,\n2,variable,W-2,Shirt,1,0,1,,0,,,Clothing,\n"
    "3,variation,W-2-R,Shirt red,1,0,1,,0,,19.90,Clothing,W-2\n"
)


def test_shopify_with_a_row_a_location_counts_what_is_on_hand(tmp_path: Path) -> None:
    text = (
        f"{PRODUCT},Location,Incoming,Unavailable,Committed,Available,On hand\n"
        "shirt,Shirt,Size,M,,,,,SH-M,6109,CN,NYC,5,1,2,7,10\n"
        "shirt,Shirt,Size,M,,,,,SH-M,6109,CN,LA,not stocked,not stocked,not stocked,not stocked,not stocked\n"
        "cap,Cap,Title,Default Title,,,,,CAP,,,NYC,0,0,4,-1,3\n"
    )
    assert look(tmp_path, text, "inventory_export_2026-10-31.csv").asked == {
        "value.snapshot_on": "2026-10-31"
    }
    seen = look(tmp_path, text, answers=ON)
    assert seen.is_of == ("shopify", "stock")
    assert seen.rows("item_id", "warehouse_id", "qty") == [("SH-M", "NYC", "10"), ("CAP", "NYC", "3")]
    assert seen.left_out == 1
    assert {"Available", "Committed", "Incoming", "Unavailable"} <= set(seen.part.ignored)
    assert seen.part.unused == ()


def test_shopify_with_bins_reads_the_current_figure_and_not_the_new_one(tmp_path: Path) -> None:
    text = (
        f"{PRODUCT},Location,Bin name,Incoming (not editable),Unavailable (not editable),"
        "Committed (not editable),Available (not editable),On hand (current),On hand (new)\n"
        "shirt,Shirt,Size,M,,,,,SH-M,,,NYC,A-1,5,1,2,7,10,12\n"
    )
    seen = look(tmp_path, text, answers=ON)
    assert seen.is_of == ("shopify", "stock")
    assert seen.rows("item_id", "warehouse_id", "bin", "qty") == [("SH-M", "NYC", "A-1", "10")]
    assert seen.part.unused == ()


def test_shopify_with_a_column_a_location_asks_which_columns_are_places(tmp_path: Path) -> None:
    text = (
        f"{PRODUCT},NYC store,LA warehouse\n"
        "shirt,Shirt,Size,M,,,,,SH-M,,,10,not stocked\nshirt,Shirt,Size,L,,,,,SH-L,,,0,4\n"
    )
    assert look(tmp_path, text, answers=ON).asked == {"unpivot": "NYC store | LA warehouse"}
    seen = look(tmp_path, text, answers={**ON, "unpivot": "NYC store | LA warehouse"})
    assert seen.is_of == ("shopify", "stock")
    assert seen.rows("item_id", "warehouse_id", "qty") == [
        ("SH-M", "NYC store", "10"), ("SH-L", "NYC store", "0"), ("SH-L", "LA warehouse", "4")
    ]  # fmt: skip


def test_shopify_rows_without_a_sku_are_told_row_by_row(tmp_path: Path) -> None:
    text = (
        f"{PRODUCT},Location,Incoming,Unavailable,Committed,Available,On hand\n"
        "shirt,Shirt,Size,M,,,,,SH-M,,,NYC,0,0,0,1,1\ncap,Cap,Title,"
        "Default Title,,,,,,,,NYC,0,0,0,10055,10055\n"
    )
    seen = look(tmp_path, text, answers=ON)
    assert seen.rows("item_id", "qty") == [("SH-M", "1")]
    assert [(each.row, each.column) for each in seen.found.problems if each.code == "empty_cell"] == [
        (3, "SKU")
    ]
    assert [each.key for each in seen.found.questions] == ["quarantine"]


def test_woocommerce_products_are_items_without_the_variable_parents(tmp_path: Path) -> None:
    seen = look(tmp_path, WOO, table="items")
    assert seen.is_of == ("woocommerce", "items")
    assert seen.rows("item_id", "name", "category", "price", "unit_cost") == [
        ("W-1", "Mug", "Kitchen", "9.9", None), ("W-2-R", "Shirt red", "Clothing", "19.9", None)
    ]  # fmt: skip
    assert seen.left_out == 1


def test_woocommerce_is_stock_only_where_it_manages_stock(tmp_path: Path) -> None:
    assert look(tmp_path, WOO, table="stock").asked == {"value.snapshot_on": None, "value.warehouse_id": None}
    seen = look(tmp_path, WOO, answers={**ON, "value.warehouse_id": "WEB"}, table="stock")
    assert seen.rows("item_id", "warehouse_id", "qty", "unit_cost") == [("W-1", "WEB", "5", None)]


def test_amazons_price_is_no_cost(tmp_path: Path) -> None:
    text = "\ufeffsku\tasin\tprice\tquantity\nAM-1\tB000000001\t19.99\t7\n"
    assert look(tmp_path, text).asked == {"value.snapshot_on": None, "value.warehouse_id": None}
    seen = look(tmp_path, text, answers={**ON, "value.warehouse_id": "FBA"})
    assert seen.is_of == ("amazon", "stock")
    assert seen.rows("item_id", "warehouse_id", "qty", "unit_cost") == [("AM-1", "FBA", "7", None)]
