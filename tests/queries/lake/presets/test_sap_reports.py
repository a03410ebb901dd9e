"""SAP reports that are no lists of stock or movements: refused with the way out, or read for stock."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.queries.lake.presets.handed_in import ON, look, tabbed

BLOCKS = """\
Plant        1000
Material     M-1
Description  Casing

Stock on 01.10.2026                                120  PC

Loca\tMvT\tS\tMat. Doc.\tItem\tPstng Date\tQuantity\tBUn
0001\t101\t\t4900000001\t1\t05.10.2026\t10\tPC
0001\t201\t\t4900000002\t1\t06.10.2026\t130-\tPC

Stock on 31.10.2026                                  0  PC
Plant        1000
Material     M-2
Stock on 01.10.2026                                 20- PC
"""


FRAMED = """\
-----------------------------------------------------
|ValA         1000                                  |
|Material     M-1                                   |
|Stock on 01.10.2026              120  PC           |
-----------------------------------------------------
|Loca|MvT|S|Mat. Doc. |Item|Pstng Date|Quantity|BUn |
-----------------------------------------------------
|0001|101| |4900000001|1   |05.10.2026|10      |PC  |
|0001|201| |4900000002|1   |06.10.2026|130-    |PC  |
-----------------------------------------------------
|Stock on 31.10.2026                0  PC           |
"""


@pytest.mark.parametrize("text", [BLOCKS, BLOCKS.replace("\t", "   "), FRAMED])
def test_the_blocks_of_mb5b_are_refused_with_the_way_out(tmp_path: Path, text: str) -> None:
    seen = look(tmp_path, text, "MB5B.txt")
    assert seen.found.status == "refused"
    assert any("MB52" in said and "MB51" in said for said in seen.refusals)


def test_a_list_titled_with_its_day_is_no_block(tmp_path: Path) -> None:
    text = "Stock on 31.10.2026\n" + tabbed("Material|Plant|Unrestricted", "A|1000|5")
    seen = look(tmp_path, text)
    assert seen.is_of == ("sap_mb52", "stock")
    assert seen.asked == {"value.snapshot_on": "2026-10-31"}


def test_the_totals_of_mb5b_give_the_closing_stock_of_a_plant(tmp_path: Path) -> None:
    text = tabbed(
        "ValA|Material|Material Description|From Date|To Date|Opening Stock|Total Receipt Qties|"
        "Total Issue Quantities|Closing Stock|BUn",
        "1000|M-1|Casing|01.10.2026|31.10.2026|5|10|3-|12|PC",
        "1000|M-2|Cover|01.10.2026|31.10.2026|2|0|2-|0|PC",
    )
    seen = look(tmp_path, text)
    assert seen.is_of == ("sap_mb5b", "stock")
    assert seen.asked == {}
    assert seen.rows("snapshot_on", "item_id", "warehouse_id", "qty") == [
        ("2026-10-31", "M-1", "1000", "12"), ("2026-10-31", "M-2", "1000", "0")
    ]  # fmt: skip
    assert look(tmp_path, text, table="movements").refusals


def test_stock_values_by_plant_are_stock_of_the_plant_or_costs_of_items_as_a_person_says(
    tmp_path: Path,
) -> None:
    text = tabbed(
        "ValA|Material|Material Description|Total Stock|BUn|Total Value|Crcy|Price control|Price per unit",
        "1000|M-1|Casing|5|PC|52.50|EUR|V|10.50",
    )
    stock = look(tmp_path, text, answers={**ON, "plants_only": "yes"}, table="stock")
    assert stock.rows("item_id", "warehouse_id", "qty", "unit_cost", "currency") == [
        ("M-1", "1000", "5", "10.5", "EUR")
    ]
    assert look(tmp_path, text, answers=ON, table="stock").asked == {"plants_only": "yes"}
    items = look(tmp_path, text, table="items")
    assert items.rows("item_id", "name", "unit", "unit_cost") == [("M-1", "Casing", "PC", "10.5")]


def test_the_information_systems_stock_is_stock_of_the_plant(tmp_path: Path) -> None:
    text = tabbed("Plant|Material|Valuated stock|Stock value|Total usage", "1000|M-1|4|50|9")
    seen = look(tmp_path, text, answers={**ON, "plants_only": "yes"})
    assert seen.is_of == ("sap_valuation", "stock")
    assert seen.rows("item_id", "warehouse_id", "qty", "unit_cost") == [("M-1", "1000", "4", "12.5")]
