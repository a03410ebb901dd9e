"""The slow replay with snapshots: worked examples of rules 12 to 14."""

from __future__ import annotations

from tests.ageing.examples import AS_OF, columns_of, held, layers, on, row
from tests.ageing.replay import replay


def test_series_of_snapshots() -> None:
    """methods.md 1c."""
    series = (("01-31", 100), ("02-28", 100), ("03-31", 60), ("04-30", 90), ("05-31", 90))
    stock = [held(day, qty) for day, qty in series]
    columns = ("received_on", "received_from_on", "received_to_on", "qty", "age_basis")
    assert layers([], *columns, as_of=on("05-31"), stock=stock) == [
        (None, None, on("01-31"), 60, "snapshots"),
        (None, on("03-31"), on("04-30"), 30, "snapshots"),
    ]
    assert layers([], *columns, as_of=on("02-01"), stock=stock) == [(None, None, None, 100, "unknown")]


def test_snapshot_settles_the_ledger() -> None:
    """Rule 12: less: the oldest left first; more: older than the records; absent is zero; then on it goes."""
    rows = [
        row("01-01", "R1", "receipt", 10),
        row("02-01", "R2", "receipt", 10),
        row("01-01", "R3", "receipt", 4, "B"),
    ]
    columns = ("warehouse_id", "received_on", "received_to_on", "qty")
    less = replay(rows, as_of=AS_OF, stock=[held("06-30", 13)])
    assert columns_of(less.layers, *columns) == [
        ("A", on("01-01"), on("01-01"), 3),
        ("A", on("02-01"), on("02-01"), 10),
        ("B", on("01-01"), on("01-01"), 4),
    ]  # fmt: skip
    assert less.gaps == {("X", "A"): -7}
    other = held("06-30", 1, "B") | {"item_id": "Y"}
    more = replay(rows, as_of=AS_OF, stock=[held("06-30", 25), other])
    older = ("A", None, on("01-01"), 5)
    assert columns_of([layer for layer in more.layers if layer.item_id == "X"], *columns) == [
        older, ("A", on("01-01"), on("01-01"), 10), ("A", on("02-01"), on("02-01"), 10),
    ]  # fmt: skip
    assert more.gaps == {("X", "A"): 5, ("X", "B"): -4, ("Y", "B"): 1}
    later = [*rows, row("07-01", "S", "issue", -6)]
    assert layers(later, *columns, stock=[held("06-30", 25)])[0] == ("A", on("01-01"), on("01-01"), 9)
    assert layers(later, *columns, as_of=on("06-29"), stock=[held("06-30", 25)])[0][3] == 10


def test_a_snapshot_between_a_line_and_its_reversal() -> None:
    """Rules 9 and 12: 3 more than the book of that day are older; the 3 then undone stay owed."""
    rows = [
        row("12-10", "T1", "transfer", -9),
        row("12-12", "R1", "receipt", 6),
        row("12-25", "R2", "receipt", -3),
    ]
    result = replay(rows, as_of=AS_OF, stock=[held("12-20", 1) | {"item_id": "Y"}])
    assert columns_of([under_way.layer for under_way in result.in_transit], "received_on", "qty") == [
        (None, 3),
        (on("12-10"), 6),
    ]
    assert [debt.qty for debt in result.debts] == [3]
    assert result.gaps["X", "A"] == 3


def test_snapshot_lots_and_statuses() -> None:
    """Rule 12: a lot's own date wins, other layers go to lots oldest first, to statuses pro rata."""
    rows = [row("01-01", "R1", "receipt", 10), row("02-01", "R2", "receipt", 10)]
    stock = [held("06-30", 6, lot_id="p"), held("06-30", 9, lot_id="q"), held("06-30", 5, lot_id="r")]
    stock[2] |= {"received_on": on("01-15")}
    assert layers(rows, "lot_id", "received_on", "age_basis", "qty", stock=stock) == [
        ("p", on("01-01"), "ledger", 5),
        ("p", on("02-01"), "ledger", 1),
        ("q", on("02-01"), "ledger", 9),
        ("r", on("01-15"), "lot", 5),
    ]
    stock = [held("06-30", 15, status="available"), held("06-30", 5, status="blocked")]
    assert layers(rows, "status", "received_on", "qty", stock=stock) == [
        ("available", on("01-01"), 8),
        ("available", on("02-01"), 7),
        ("blocked", on("01-01"), 2),
        ("blocked", on("02-01"), 3),
    ]


def test_ledger_without_warehouses() -> None:
    """Rule 13: the item's age profile, pro rata in whole units."""
    rows = [row("01-01", "R1", "receipt", 10, None), row("02-01", "R2", "receipt", 10, None)]
    stock = [held("06-30", 12, "A"), held("06-30", 4, "B")]
    assert layers(rows, "warehouse_id", "received_on", "age_basis", "qty", stock=stock) == [
        ("A", on("01-01"), "item", 5),
        ("A", on("02-01"), "item", 7),
        ("B", on("01-01"), "item", 1),
        ("B", on("02-01"), "item", 3),
    ]


def test_lots_without_a_ledger() -> None:
    """Rule 14."""
    stock = [held("06-30", 5, lot_id="p", received_on=on("01-15")), held("06-30", 2)]
    assert layers([], "received_on", "age_basis", "qty", stock=stock) == [
        (None, "unknown", 2),
        (on("01-15"), "lot", 5),
    ]
