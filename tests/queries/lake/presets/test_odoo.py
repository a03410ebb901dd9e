"""Odoo: quantities by location and lines of moves, in English and Chinese; only places of ours count."""

from __future__ import annotations

from pathlib import Path

from tests.queries.lake.presets.handed_in import ON, look, tabbed

QUANTS = "Product|Location|Lot/Serial Number|Package|Owner|Reserved|On Hand|UoM|Company"
MOVES = "Date|Reference|Product|Lot/Serial Number|From|To|Quantity Done|Unit of Measure|Status"


def test_quantities_are_read_in_our_places_only_and_products_by_their_code(tmp_path: Path) -> None:
    text = tabbed(
        QUANTS,
        "[E-COM07] Large Cabinet|WH/Stock|L1|||2|10|Units|C",
        "[E-COM07] Large Cabinet|Partners/Vendors||||0|-10|Units|C",
        "Desk|WH/Stock/Shelf 1||||0|3|Units|C",
        "Desk|Virtual Locations/Inventory adjustment||||0|-3|Units|C",
        "Desk|Physical Locations/Inter-warehouse transit||||0|4|Units|C",
    )
    assert look(tmp_path, text).asked == {"value.snapshot_on": None}
    seen = look(tmp_path, text, answers=ON)
    assert seen.is_of == ("odoo", "stock")
    assert seen.rows("item_id", "warehouse_id", "lot_id", "status", "qty") == [
        ("E-COM07", "WH/Stock", "L1", None, "10"),
        ("Desk", "WH/Stock/Shelf 1", None, None, "3"),
        ("Desk", "Physical Locations/Inter-warehouse transit", None, "in_transit", "4"),
    ]
    assert seen.left_out == 1
    assert seen.part.unused == ()


def test_what_has_an_owner_is_asked(tmp_path: Path) -> None:
    text = tabbed(QUANTS, "Desk|WH/Stock|||Azure Interior|0|3|Units|C")
    assert look(tmp_path, text, answers=ON).asked == {"code.status.Azure Interior": "consigned"}
    seen = look(tmp_path, text, answers={**ON, "code.status.Azure Interior": "consigned"})
    assert seen.rows("status", "qty", "unit_cost") == [("consigned", "3", None)]


def test_quantities_in_chinese(tmp_path: Path) -> None:
    text = tabbed(
        "产品|位置|批次/序列号码|服务包|所有者|进货日期|数量|在手数量|数量已预留",
        "[A1] 柜子|WH/库存|L1|||2026-01-05|10|10|0",
        "[A1] 柜子|虚拟位置/生产||||2026-01-05|-10|-10|0",
    )
    seen = look(tmp_path, text, answers=ON)
    assert seen.is_of == ("odoo", "stock")
    assert seen.rows("item_id", "warehouse_id", "lot_id", "qty", "received_on") == [
        ("A1", "WH/库存", "L1", "10", None)
    ]
    assert seen.part.unused == ()


def test_lines_of_moves_get_their_kind_from_where_they_come_and_go(tmp_path: Path) -> None:
    lost = "Virtual Locations/Inventory adjustment"
    ways = [
        ("Partners/Vendors", "WH/Stock", "receipt"),
        ("WH/Stock", "Partners/Vendors", "supplier_return"),
        ("WH/Stock", "Partners/Customers", "issue"),
        ("Partners/Customers", "WH/Stock", "customer_return"),
        ("WH/Stock", "Virtual Locations/Scrap", "scrap"),
        (lost, "WH/Stock", "adjustment"),
        ("WH/Stock", lost, "adjustment"),
        ("WH/Stock", "Virtual Locations/Production", "production_out"),
        ("Virtual Locations/Production", "WH/Stock", "production_in"),
    ]
    lines = [
        f"2026-10-{day:02d} 10:00:00|WH/{day}|[A1] Cabinet|L1|{source}|{target}|2|Units|Done"
        for day, (source, target, _) in enumerate(ways, 1)
    ]
    seen = look(tmp_path, tabbed(MOVES, *lines))
    assert seen.is_of == ("odoo", "movements")
    assert seen.asked == {}
    assert seen.rows("posted_on", "document_id", "item_id", "lot_id", "warehouse_id", "kind", "qty") == [
        (
            f"2026-10-{day:02d}",
            f"WH/{day}",
            "A1",
            "L1",
            "WH/Stock",
            kind,
            "2" if target == "WH/Stock" else "-2",
        )
        for day, (_, target, kind) in enumerate(ways, 1)
    ]
    assert seen.part.unused == ()


def test_a_move_between_our_places_leaves_one_and_arrives_at_the_other(tmp_path: Path) -> None:
    text = tabbed(MOVES, "2026-10-01 10:00:00|WH/INT/1|[A1] Cabinet||WH/Stock|WH2/Stock|2.5|Units|Done")
    assert look(tmp_path, text).rows("document_id", "warehouse_id", "kind", "qty") == [
        ("WH/INT/1", "WH/Stock", "transfer", "-2.5"), ("WH/INT/1", "WH2/Stock", "transfer", "2.5")
    ]  # fmt: skip


def test_moves_that_are_planned_or_pass_us_by_are_left_out_and_counted(tmp_path: Path) -> None:
    text = tabbed(
        MOVES,
        "2026-10-01 10:00:00|WH/OUT/1|[A1] Cabinet||WH/Stock|Partners/Customers|4|Units|Done",
        "2026-10-02 10:00:00|WH/OUT/2|[A1] Cabinet||WH/Stock|Partners/Customers|4|Units|Waiting",
        "2026-10-03 10:00:00|DS/1|[A1] Cabinet||Partners/Vendors|Partners/Customers|1|Units|Done",
    )
    seen = look(tmp_path, text)
    assert seen.rows("document_id", "qty") == [("WH/OUT/1", "-4")]
    assert seen.left_out == 2


def test_a_place_that_may_be_anything_is_asked(tmp_path: Path) -> None:
    text = tabbed(MOVES, "2026-10-01 10:00:00|S/1|A||WH/Stock|Virtual Locations/Subcontracting|4|Units|Done")
    assert look(tmp_path, text).asked == {"code.kind.own > other": None}


def test_lines_of_moves_in_chinese(tmp_path: Path) -> None:
    text = tabbed(
        "日期|参考号|产品|批次/序列号码|来自|到|完成数量|计量单位|状态",
        "2026-10-01 10:00:00|WH/IN/1|[A1] 柜子|L1|合作伙伴/供应商|WH/库存|10|件|完成",
        "2026-10-02 10:00:00|WH/OUT/1|[A1] 柜子|L1|WH/库存|合作伙伴/客户|3|件|完成",
        "2026-10-03 10:00:00|WH/OUT/2|[A1] 柜子|L1|WH/库存|合作伙伴/客户|3|件|草稿",
    )
    seen = look(tmp_path, text)
    assert seen.is_of == ("odoo", "movements")
    assert seen.rows("document_id", "item_id", "warehouse_id", "kind", "qty") == [
        ("WH/IN/1", "A1", "WH/库存", "receipt", "10"), ("WH/OUT/1", "A1", "WH/库存", "issue", "-3")
    ]  # fmt: skip
