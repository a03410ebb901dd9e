"""NetSuite, Dynamics 365 and Business Central: stock by place, entries of a ledger."""

from __future__ import annotations

from pathlib import Path

from tests.queries.lake.presets.handed_in import ON, look, tabbed


def test_netsuite_gives_what_lies_at_the_location_not_the_total_of_all(tmp_path: Path) -> None:
    text = (
        "Name,Display Name,On Hand,Inventory Location,Location On Hand\n"
        "B-1,Bolt,30,East,10\nB-1,Bolt,30,West,20\nC-2,Cable,5,East,5\nOverall Total,,,,35\n"
    )
    assert look(tmp_path, text, "InventorySnapshot-2026-10-31.csv").asked == {
        "value.snapshot_on": "2026-10-31"
    }
    seen = look(tmp_path, text, answers=ON)
    assert seen.is_of == ("netsuite", "stock")
    assert seen.rows("item_id", "warehouse_id", "qty") == [
        ("B-1", "East", "10"),
        ("B-1", "West", "20"),
        ("C-2", "East", "5"),
    ]
    assert [(each.column, each.agrees) for each in seen.part.controls] == [("Location On Hand", True)]
    assert "On Hand" in seen.part.ignored


def test_dynamics_on_hand_keeps_colours_and_sizes_apart_and_reads_what_is_physically_there(
    tmp_path: Path,
) -> None:
    text = tabbed(
        "Item number|Product name|Configuration|Size|Color|Site|Warehouse|Batch number|Inventory status|"
        "Physical inventory|Physical reserved|Available physical|Ordered in total|On order|Cost price",
        "D1|Shirt||M|Red|1|11|B1|Available|10|2|8|5|3|5.5",
        "D1|Shirt||M|Blue|1|11|B1|Blocked|4|0|4|0|0|5.5",
        "D2|Belt||||1|12||Available|0|0|0|9|0|3",
    )
    assert look(tmp_path, text).asked == {"value.snapshot_on": None}
    seen = look(tmp_path, text, answers=ON)
    assert seen.is_of == ("dynamics365", "stock")
    assert seen.rows("item_id", "warehouse_id", "lot_id", "status", "qty", "unit_cost") == [
        ("D1/M/Red", "1/11", "B1", "available", "10", "5.5"),
        ("D1/M/Blue", "1/11", "B1", "blocked", "4", "5.5"),
        ("D2", "1/12", None, "available", "0", "3"),
    ]
    assert seen.part.unused == ()


def test_a_status_of_the_house_in_dynamics_is_asked(tmp_path: Path) -> None:
    text = tabbed(
        "Item number|Warehouse|Inventory status|Physical inventory|Available physical", "D1|11|Quarantine|1|0"
    )
    assert look(tmp_path, text, answers=ON).asked == {"code.status.Quarantine": None}


def test_the_data_entity_of_dynamics(tmp_path: Path) -> None:
    text = (
        "ItemNumber,ProductColorId,ProductConfigurationId,ProductSizeId,ProductStyleId,InventorySiteId,"
        "InventoryWarehouseId,OnHandQuantity,ReservedOnHandQuantity,AvailableOnHandQuantity,dataAreaId\n"
        "D1,Red,,,,1,11,10,2,8,usmf\nD1,Blue,,,,1,11,4,0,4,usmf\n"
    )
    seen = look(tmp_path, text, answers=ON)
    assert seen.is_of == ("dynamics365", "stock")
    assert seen.asked == {}
    assert seen.rows("item_id", "warehouse_id", "qty") == [("D1/Red", "1/11", "10"), ("D1/Blue", "1/11", "4")]


def test_entries_of_business_central_and_their_returns_by_the_document_type(tmp_path: Path) -> None:
    text = tabbed(
        "Posting Date|Entry Type|Document Type|Document No.|Item No.|"
        "Description|Location Code|Lot No.|Quantity|"
        "Invoiced Quantity|Remaining Quantity|Sales Amount (Actual)|Cost Amount (Actual)|Open|Entry No.",
        "10/15/2026|Purchase|Purchase Receipt|R1|I1|Desk|BLUE|L1|10|10|4|0|100|Yes|1",
        "10/15/2026|Purchase|Purchase Return Shipment|R2|I1|Desk|BLUE||-1|-1|0|0|-10|No|2",
        "10/16/2026|Sale|Sales Shipment|S1|I1|Desk|BLUE||-3|-3|0|60|-30|No|3",
        "10/16/2026|Sale|Sales Return Receipt|S2|I1|Desk|BLUE||1|1|0|-20|10|No|4",
        "10/17/2026|Sale|Sales Shipment|S3|I1|Desk|BLUE||3|3|0|-60|30|No|5",
        "10/17/2026|Positive Adjmt.||A1|I1|Desk|BLUE||1|1|0|0|10|No|6",
        "10/17/2026|Negative Adjmt.||A2|I1|Desk|BLUE||-1|-1|0|0|-10|No|7",
        "10/18/2026|Transfer|Transfer Shipment|T1|I1|Desk|BLUE||-2|-2|0|0|-20|No|8",
        "10/18/2026|Transfer|Transfer Shipment|T1|I1|Desk|RED||2|2|2|0|20|Yes|9",
        "10/19/2026|Consumption||P1|I1|Desk|RED||-1|-1|0|0|-10|No|10",
        "10/19/2026|Output||P1|I2|Table|RED||1|1|1|0|10|Yes|11",
    )
    seen = look(tmp_path, text)
    assert seen.is_of == ("business_central", "movements")
    assert seen.asked == {}
    assert seen.rows(
        "posted_on", "document_id", "line_no", "item_id", "warehouse_id", "lot_id", "kind", "qty"
    ) == [
        ("2026-10-15", "R1", "1", "I1", "BLUE", "L1", "receipt", "10"),
        ("2026-10-15", "R2", "2", "I1", "BLUE", None, "supplier_return", "-1"),
        ("2026-10-16", "S1", "3", "I1", "BLUE", None, "issue", "-3"),
        ("2026-10-16", "S2", "4", "I1", "BLUE", None, "customer_return", "1"),
        ("2026-10-17", "S3", "5", "I1", "BLUE", None, "issue", "3"),
        ("2026-10-17", "A1", "6", "I1", "BLUE", None, "adjustment", "1"),
        ("2026-10-17", "A2", "7", "I1", "BLUE", None, "adjustment", "-1"),
        ("2026-10-18", "T1", "8", "I1", "BLUE", None, "transfer", "-2"),
        ("2026-10-18", "T1", "9", "I1", "RED", None, "transfer", "2"),
        ("2026-10-19", "P1", "10", "I1", "RED", None, "production_out", "-1"),
        ("2026-10-19", "P1", "11", "I2", "RED", None, "production_in", "1"),
    ]
    assert seen.part.unused == ()
