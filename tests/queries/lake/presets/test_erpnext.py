"""ERPNext: the ledger with its opening row and reconciliations, the balance with its total, the ageing."""

from __future__ import annotations

from pathlib import Path

from tests.queries.lake.presets.handed_in import ON, look, tabbed

LEDGER = (
    "Date|Item|Item Name|Stock UOM|In Qty|Out Qty|Balance Qty|Voucher #|"
    "Warehouse|Item Group|Brand|Description|"
    "Incoming Rate|Valuation Rate|Balance Value|Value Change|Voucher Type|Voucher #|Batch|Serial No|"
    "Balance Serial No|Project|Company"
)
BALANCE = (
    "Item|Item Name|Item Group|Warehouse|Stock UOM|Balance Qty|"
    "Balance Value|Opening Qty|Opening Value|In Qty|"
    "In Value|Out Qty|Out Value|Valuation Rate|Reserved Stock|Company"
)


def entry(day: int, into: str, out: str, balance: str, voucher: str, kind: str, batch: str = "") -> str:
    """One line of the ledger, in October 2026."""
    return (
        f"2026-10-{day:02d} 09:30:00|A|Widget|Nos|{into}|{out}|{balance}|"
        f"{voucher}|Stores - C|Parts||A widget|0|10|"
        f"{balance}0|0|{kind}|{voucher}|{batch}||||C Ltd"
    )


def test_the_ledger_gives_signed_movements_and_returns_by_their_direction(tmp_path: Path) -> None:
    text = tabbed(
        LEDGER,
        entry(1, "10", "0", "15", "PR-1", "Purchase Receipt", "B1"),
        entry(2, "0", "-4", "11", "DN-1", "Delivery Note"),
        entry(3, "1", "0", "12", "DN-2", "Delivery Note"),
        entry(4, "0", "-2", "10", "PR-2", "Purchase Receipt"),
        entry(5, "3", "0", "13", "PINV-1", "Purchase Invoice"),
        entry(6, "0", "-1", "12", "SINV-1", "Sales Invoice"),
    )
    seen = look(tmp_path, text)
    assert seen.is_of == ("erpnext", "movements")
    assert seen.asked == {}
    assert seen.rows("posted_on", "document_id", "lot_id", "kind", "qty", "counted_qty", "unit_cost") == [
        ("2026-10-01", "PR-1", "B1", "receipt", "10", None, "10"),
        ("2026-10-02", "DN-1", None, "issue", "-4", None, "10"),
        ("2026-10-03", "DN-2", None, "customer_return", "1", None, "10"),
        ("2026-10-04", "PR-2", None, "supplier_return", "-2", None, "10"),
        ("2026-10-05", "PINV-1", None, "receipt", "3", None, "10"),
        ("2026-10-06", "SINV-1", None, "issue", "-1", None, "10"),
    ]
    assert seen.part.unused == ()


def test_a_reconciliation_is_a_count_with_the_balance_as_its_figure(tmp_path: Path) -> None:
    text = tabbed(
        LEDGER,
        entry(1, "0", "0", "9", "SR-1", "Stock Reconciliation"),
        entry(2, "0", "-2", "7", "SR-2", "Stock Reconciliation"),
    )
    assert look(tmp_path, text).rows("document_id", "kind", "qty", "counted_qty") == [
        ("SR-1", "count", None, "9"), ("SR-2", "adjustment", "-2", None)
    ]  # fmt: skip


def test_the_opening_row_is_left_out_and_said_never_a_receipt(tmp_path: Path) -> None:
    opening = "|'Opening'|||||5||||||0|10|50|||||||||"
    text = tabbed(LEDGER, opening, entry(1, "10", "0", "15", "PR-1", "Purchase Receipt"))
    seen = look(tmp_path, text)
    assert seen.rows("item_id", "kind", "qty") == [("A", "receipt", "10")]
    assert seen.left_out == 1


def test_a_stock_entry_may_be_anything_and_is_asked(tmp_path: Path) -> None:
    text = tabbed(
        LEDGER,
        entry(1, "0", "-4", "11", "SE-1", "Stock Entry"),
        entry(2, "1", "0", "1", "X-1", "Own Doctype"),
    )
    assert look(tmp_path, text).asked == {"code.kind.Stock Entry": None, "code.kind.Own Doctype": None}
    said = {"code.kind.Stock Entry": "production_out", "code.kind.Own Doctype": "receipt"}
    assert look(tmp_path, text, answers=said).rows("kind", "qty") == [
        ("production_out", "-4"),
        ("receipt", "1"),
    ]


def test_the_balance_gives_stock_and_its_total_is_only_a_control(tmp_path: Path) -> None:
    text = tabbed(
        BALANCE,
        "A|Widget|Parts|Stores - C|Nos|10|105|5|50|10|100|5|45|10.5|2|C Ltd",
        "B|Gadget|Parts|Stores - C|Nos|0|0|5|50|0|0|5|50|10|0|C Ltd",
        "C|Gizmo|Parts|Goods In Transit - C|Nos|4|8|0|0|4|8|0|0|2|0|C Ltd",
        "Total|||||14|113|10|100|14|108|10|95||2|",
    )
    assert look(tmp_path, text).asked == {"value.snapshot_on": None}
    seen = look(tmp_path, text, answers=ON)
    assert seen.is_of == ("erpnext", "stock")
    assert seen.rows("item_id", "warehouse_id", "qty", "unit_cost") == [
        ("A", "Stores - C", "10", "10.5"),
        ("B", "Stores - C", "0", "10"),
        ("C", "Goods In Transit - C", "4", "2"),
    ]
    assert [(each.column, each.agrees) for each in seen.part.controls] == [
        ("Balance Qty", True),
        ("Balance Value", True),
    ]
    assert look(tmp_path, text, table="movements").refusals


def test_a_total_that_does_not_agree_is_told(tmp_path: Path) -> None:
    row = "A|Widget|Parts|Stores - C|Nos|10|100|5|50|10|100|5|45|10|2|C Ltd"
    text = tabbed(BALANCE, row, "Total|||||11|100|5|50|10|100|5|45||2|")
    assert "total_differs" in look(tmp_path, text, answers=ON).told


def test_ages_are_no_receipts(tmp_path: Path) -> None:
    text = tabbed(
        "Item Code|Item Name|Description|Item Group|Brand|Warehouse|Available Qty|Average Age|Age (0 - 30)|"
        "Age (31 - 60)|Age (61 - Above)|Earliest|Latest|UOM",
        "A|Widget|A widget|Parts||Stores - C|10|42|4|0|6|80|2|Nos",
    )
    seen = look(tmp_path, text, answers=ON)
    assert seen.is_of == ("erpnext", "stock")
    assert seen.rows("item_id", "warehouse_id", "qty", "received_on") == [("A", "Stores - C", "10", None)]
    assert seen.part.unused == ()
    assert look(tmp_path, text, table="movements").refusals
