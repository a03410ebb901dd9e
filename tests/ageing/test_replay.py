"""The slow replay itself: worked examples of rules 1 to 11."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from tests.ageing.examples import AS_OF, columns_of, count, held, layers, on, row
from tests.ageing.replay import Settings, replay


def test_receipts_only() -> None:
    """methods.md 1a."""
    rows = [
        row("01-10", "R1", "receipt", 100, unit_cost=Decimal(10)),
        row("04-01", "R2", "receipt", 50, unit_cost=Decimal(12)),
        row("09-15", "R3", "receipt", 80, unit_cost=Decimal(11)),
        row("10-01", "S1", "issue", -110),
    ]
    result = replay(rows, as_of=AS_OF)
    assert columns_of(result.layers, "received_on", "qty", "cost_value", "document_id") == [
        (on("04-01"), 40, 480, "R2"),
        (on("09-15"), 80, 880, "R3"),
    ]
    ages = {layer.qty: (AS_OF - layer.received_on).days for layer in result.layers if layer.received_on}
    assert ages == {40: 274, 80: 107}
    value = sum(layer.value or 0 for layer in result.layers)
    assert value == 1360
    weighted = sum((layer.value or 0) * ages[layer.qty] for layer in result.layers) / value
    assert round(weighted, 3) == Decimal("165.941")
    assert result.last_use == {("X", "A"): on("10-01")}


def test_transfer_carries_age() -> None:
    """methods.md 1b: B holds 100 of 180 days and 20 of 121 days, arrived 29 days ago."""
    rows = [
        row("01-01", "R1", "receipt", 100, unit_cost=Decimal(4)),
        row("03-01", "R2", "receipt", 50, unit_cost=Decimal(5)),
        row("06-01", "T1", "transfer", -120),
        row("06-01", "T1", "transfer", 120, "B"),
    ]
    columns = ("warehouse_id", "received_on", "arrived_on", "qty", "cost", "document_id")
    assert layers(rows, *columns, as_of=on("06-30")) == [
        ("A", on("03-01"), on("03-01"), 30, 5, "R2"),
        ("B", on("01-01"), on("06-01"), 100, 4, "R1"),
        ("B", on("03-01"), on("06-01"), 20, 5, "R2"),
    ]
    assert (on("06-30") - on("01-01")).days == 180
    assert (on("06-30") - on("03-01")).days == 121


def test_negative_is_paid_by_the_next_receipt() -> None:
    """methods.md 1b."""
    rows = [row("01-05", "S1", "issue", -10), row("01-20", "R1", "receipt", 30)]
    assert layers(rows, "received_on", "qty") == [(on("01-20"), 20)]
    before = replay(rows, as_of=on("01-19"))
    assert (before.layers, [debt.qty for debt in before.debts]) == ([], [10])


def test_same_age_at_every_level() -> None:
    """T1: of 24 pieces, 19 are of March and 5 of April by item, site and warehouse; no transfer makes May."""
    rows = [
        row("03-15", "P1", "receipt", 10, "11"),
        row("03-15", "P2", "receipt", 10, "21"),
        row("04-15", "P3", "receipt", 5, "11"),
        row("05-02", "T1", "transfer", -5, "11"),
        row("05-02", "T1", "transfer", 5, "12"),
        row("05-03", "S1", "issue", -1, "12"),
    ]
    found = replay(rows, as_of=AS_OF).layers
    months: Counter[tuple[str, int]] = Counter()
    for layer in found:
        assert layer.received_on
        assert layer.warehouse_id
        for level in ("item", f"site {layer.warehouse_id[0]}", f"warehouse {layer.warehouse_id}"):
            months[level, layer.received_on.month] += int(layer.qty)
    assert months == {
        ("item", 3): 19, ("item", 4): 5, ("site 1", 3): 9, ("site 1", 4): 5, ("site 2", 3): 10,
        ("warehouse 11", 3): 5, ("warehouse 11", 4): 5, ("warehouse 12", 3): 4, ("warehouse 21", 3): 10,
    }  # fmt: skip
    assert {layer.arrived_on for layer in found if layer.warehouse_id == "12"} == {on("05-02")}


@pytest.mark.parametrize("kind", ["issue", "opening", "adjustment"])
def test_negative_opening(kind: str) -> None:
    """T2."""
    rows = [row("01-01", "O", kind, -30), row("01-02", "R", "receipt", 100), row("01-03", "S", "issue", -10)]
    assert layers(rows, "received_on", "qty") == [(on("01-02"), 60)]


def test_counts_back_to_back() -> None:
    """T3."""
    rows = [row("01-01", "R", "receipt", 30), count("01-02", "C", 50), row("01-03", "S", "issue", -10)]
    assert layers(rows, "received_on", "qty") == [(on("01-01"), 20), (on("01-02"), 20)]
    rows = [
        row("01-01", "R", "receipt", 30),
        count("01-02", "C1", 1000),
        count("01-02", "C2", 400),
        row("01-03", "S", "issue", -10),
    ]
    assert layers(rows, "received_on", "qty") == [(on("01-02"), 390)]


def test_repack_in_one_voucher() -> None:
    """T4: 500, then -50, -50 and +100 in the same voucher; and more or less coming out than went in."""
    rows = [row("01-01", "R", "receipt", 500)]
    rows += [row("02-01", "P", kind, qty) for kind, qty in (("issue", -50), ("issue", -50), ("receipt", 100))]
    assert layers(rows, "received_on", "qty") == [(on("01-01"), 500)]
    over = [*rows, row("02-01", "P", "receipt", 7)]
    assert layers(over, "received_on", "qty") == [(on("01-01"), 500), (on("02-01"), 7)]
    under = [*rows, row("02-01", "P", "issue", -7)]
    assert layers(under, "received_on", "qty") == [(on("01-01"), 493)]


def test_repack_between_lots() -> None:
    rows = [
        row("01-01", "R", "receipt", 8, lot_id="old", unit_cost=Decimal(3)),
        row("02-01", "P", "production_out", -5, lot_id="old"),
        row("02-01", "P", "production_in", 6, lot_id="new", unit_cost=Decimal(4)),
    ]
    assert layers(rows, "lot_id", "received_on", "arrived_on", "qty", "cost") == [
        ("new", on("01-01"), on("02-01"), 5, 3),
        ("new", on("02-01"), on("02-01"), 1, 4),
        ("old", on("01-01"), on("01-01"), 3, 3),
    ]


def test_cancelled_once_and_zero_hidden() -> None:
    """T5: a cancelled receipt leaves nothing, an undone issue is no use, zero quantity is no layer."""
    rows = [
        row("01-01", "R1", "receipt", 10),
        row("01-02", "R2", "receipt", 5),
        row("01-03", "S1", "issue", -4),
        row("01-04", "X1", "issue", 4, reference_id="S1"),
        row("01-05", "X2", "receipt", -10, reference_id="R1"),
        row("01-06", "Z", "receipt", 0),
    ]
    result = replay(rows, as_of=AS_OF)
    assert columns_of(result.layers, "received_on", "qty") == [(on("01-02"), 5)]
    assert (result.last_use, result.unmatched_reversals) == ({}, [])
    assert layers(rows, "received_on", "qty", as_of=on("01-03")) == [(on("01-01"), 6), (on("01-02"), 5)]


def test_serials_are_lots() -> None:
    """T6."""
    rows = [row("01-01", "R", "receipt", 1, lot_id=serial) for serial in ("0012", "12")]
    rows.append(row("01-05", "S", "issue", -1, lot_id="12"))
    assert layers(rows, "lot_id", "qty") == [("0012", 1)]


def test_order_of_a_day() -> None:
    """T7 and rule 3: smallest line_no, then document_id; inside a document out before in."""
    rows = [
        row("01-01", "R", "receipt", 10),
        row("02-01", "B", "transfer", -10, "A", line_no=2),
        row("02-01", "B", "transfer", 10, "B", line_no=1),
        row("02-01", "C", "transfer", -10, "B", line_no=2),
        row("02-01", "C", "transfer", 10, "C", line_no=2),
    ]
    expected = [("C", on("01-01"), 10)]
    assert layers(rows, "warehouse_id", "received_on", "qty") == expected
    assert layers(rows[::-1], "warehouse_id", "received_on", "qty") == expected
    late = [line | {"line_no": 3} if line["document_id"] == "B" else line for line in rows]
    assert layers(late, "warehouse_id", "received_on", "qty") == [("C", on("02-01"), 10)]


def test_value_foots() -> None:
    """T8 and rule 11: book value by the snapshot's cost, else the item's, else the ledger's; zero is none."""
    rows = [
        row("01-01", "R1", "receipt", "0.3", unit_cost=Decimal(4)),
        row("01-02", "R2", "receipt", "0.6", unit_cost=Decimal(0)),
    ]
    result = replay(rows, as_of=AS_OF)
    assert sum(layer.qty for layer in result.layers) == Decimal("0.9")
    assert columns_of(result.layers, "qty", "cost", "value") == [
        (Decimal("0.3"), Decimal(4), Decimal("1.2")),
        (Decimal("0.6"), None, Decimal("2.4")),
    ]
    standard = layers(rows, "value", items={"X": Decimal(10)})
    assert standard == [(3,), (6,)]
    stock = [held("02-01", "0.9", unit_cost=Decimal(5))]
    assert layers(rows, "value", items={"X": Decimal(10)}, stock=stock) == [(Decimal("1.5"),), (3,)]
    consigned = [held("02-01", "0.9", unit_cost=Decimal(5), status="consigned")]
    assert layers(rows, "value", stock=consigned) == [(0,), (0,)]


def test_cost_of_netted_rows() -> None:
    """Reading G: the priced rows' average, half up at four decimals."""
    rows = [
        row("01-01", "R", "receipt", 1, unit_cost=Decimal(1)),
        row("01-01", "R", "receipt", 2, unit_cost=Decimal("1.0001")),
        row("01-01", "R", "receipt", 9),
        row("01-01", "R", "issue", -2, unit_cost=Decimal(50)),
    ]
    assert layers(rows, "qty", "cost") == [(10, Decimal("1.0001"))]


def test_sheets_of_one_count_add_up() -> None:
    rows = [
        row("01-01", "R", "receipt", 30),
        count("01-02", "C", 20, line_no=1),
        count("01-02", "C", 15, line_no=2),
    ]
    assert layers(rows, "received_on", "qty") == [(on("01-01"), 30), (on("01-02"), 5)]


def test_count_without_a_lot() -> None:
    """Rule 1: it counts item and warehouse; its shortage eats the oldest of all lots, whose book knows."""
    rows = [
        row("01-01", "R1", "receipt", 10, lot_id="b"),
        row("01-02", "R2", "receipt", 10, lot_id="a"),
        count("01-03", "C1", 15),
    ]
    assert layers(rows, "lot_id", "qty") == [("a", 10), ("b", 5)]
    again = [*rows, count("01-04", "C2", 5, lot_id="b"), count("01-05", "C3", 16)]
    assert layers(again, "lot_id", "received_on", "qty") == [
        (None, on("01-05"), 1),
        ("a", on("01-02"), 10),
        ("b", on("01-01"), 5),
    ]


def test_a_count_before_a_reversal_keeps_its_book() -> None:
    """Reading D: the receipt stood in the book when it was counted."""
    rows = [row("01-01", "R", "receipt", 10), count("01-03", "C", 10), row("01-05", "X", "receipt", -10)]
    assert layers(rows, "qty") == []


def test_debts_and_lots() -> None:
    """Rule 5: a lot's debt eats no other lot; a debt without a lot is paid by the lots' oldest, and named."""
    rows = [
        row("01-01", "R1", "receipt", 10, lot_id="b"),
        row("01-02", "R2", "receipt", 10, lot_id="a"),
        row("01-03", "S", "issue", -3, lot_id="c"),
    ]
    result = replay([*rows, row("01-03", "S2", "issue", -4)], as_of=AS_OF)
    assert columns_of(result.layers, "lot_id", "qty") == [("a", 10), ("b", 6)]
    assert [(debt.lot_id, debt.qty) for debt in result.debts] == [("c", 3)]
    assert result.paid_by_lots == {("X", "A"): 4}


def test_what_a_source_in_debt_lacks_begins_with_the_transfer() -> None:
    rows = [
        row("01-01", "R1", "receipt", 4),
        row("02-01", "T", "transfer", -10, unit_cost=Decimal(3)),
        row("02-01", "T", "transfer", 10, "B"),
        row("03-01", "R2", "receipt", 6),
    ]
    columns = ("warehouse_id", "received_on", "arrived_on", "qty", "cost", "document_id")
    assert layers(rows, *columns) == [
        ("B", on("01-01"), on("02-01"), 4, None, "R1"),
        ("B", on("02-01"), on("02-01"), 6, 3, "T"),
    ]


def test_several_hops_and_there_and_back() -> None:
    rows = [row("01-01", "R", "receipt", 10)]
    for day, document, source, target in (("02-01", "T1", "A", "B"), ("03-01", "T2", "B", "C")):
        rows += [row(day, document, "transfer", -6, source), row(day, document, "transfer", 6, target)]
    rows += [row("04-01", "T3", "transfer", qty, "C") for qty in (-6, 6)]
    assert layers(rows, "warehouse_id", "received_on", "arrived_on", "qty") == [
        ("A", on("01-01"), on("01-01"), 4),
        ("C", on("01-01"), on("03-01"), 6),
    ]


def test_sides_of_a_document_are_laid_end_to_end() -> None:
    """Reading I: two sources, two targets, in line order."""
    rows = [
        row("01-01", "R1", "receipt", 5, "A"),
        row("01-02", "R2", "receipt", 5, "B"),
        row("02-01", "T", "transfer", 3, "D", line_no=4),
        row("02-01", "T", "transfer", -5, "A", line_no=1),
        row("02-01", "T", "transfer", 7, "C", line_no=3),
        row("02-01", "T", "transfer", -5, "B", line_no=2),
    ]
    assert layers(rows, "warehouse_id", "received_on", "qty") == [
        ("C", on("01-01"), 5),
        ("C", on("01-02"), 2),
        ("D", on("01-02"), 3),
    ]


@pytest.mark.parametrize(
    ("out_document", "out_refers", "in_document", "in_refers"),
    [("T", None, "T", None), ("GI", None, "GR", "GI"), ("GI", "GR", "GR", None), ("GI", "TO", "GR", "TO"),
     ("GI", "TO", "GR", "GI")],
)  # fmt: skip
def test_transfer_over_two_days(
    out_document: str, out_refers: str | None, in_document: str, in_refers: str | None
) -> None:
    """Rule 7: in between the pieces are in transit to the target, and still count."""
    rows = [
        row("01-01", "R", "receipt", 10),
        row("02-01", out_document, "transfer", -6, reference_id=out_refers),
        row("05-01", in_document, "transfer", 6, "B", reference_id=in_refers),
    ]
    between = replay(rows, as_of=on("04-30"))
    assert columns_of(between.layers, "warehouse_id", "qty") == [("A", 4)]
    assert columns_of(
        [found.layer for found in between.in_transit],
        "warehouse_id",
        "received_on",
        "arrived_on",
        "qty",
        "status",
    ) == [("B", on("01-01"), None, 6, "in_transit")]
    assert between.lost_in_transit == []
    after = replay(rows, as_of=on("05-01"))
    assert columns_of(after.layers, "warehouse_id", "received_on", "arrived_on", "qty") == [
        ("A", on("01-01"), on("01-01"), 4),
        ("B", on("01-01"), on("05-01"), 6),
    ]
    assert after.in_transit == []


def test_sides_alone() -> None:
    """Rule 7: an in-side alone is a bound; an out-side alone is in transit for a while, then lost."""
    rows = [
        row("01-01", "R", "receipt", 10),
        row("02-01", "T", "transfer", -6),
        row("02-01", "U", "transfer", 3, "B"),
    ]
    columns = ("warehouse_id", "received_on", "received_to_on", "arrived_on", "qty")
    early = replay(rows, as_of=on("03-03"))
    assert columns_of(early.layers, *columns) == [
        ("A", on("01-01"), on("01-01"), on("01-01"), 4),
        ("B", None, on("02-01"), on("02-01"), 3),
    ]
    assert [(found.layer.qty, found.layer.warehouse_id) for found in early.in_transit] == [(6, None)]
    late = replay(rows, as_of=on("03-04"))
    assert ([found.layer.qty for found in late.lost_in_transit], late.in_transit) == ([6], [])


def test_customer_returns() -> None:
    """Rule 8: the issue's pieces oldest first, each once, in whichever warehouse; the excess is new."""
    rows = [
        row("01-01", "R1", "receipt", 4, unit_cost=Decimal(2)),
        row("02-01", "R2", "receipt", 6, unit_cost=Decimal(3)),
        row("03-01", "S", "issue", -8),
        row("04-01", "B1", "customer_return", 5, "B", reference_id="S"),
        row("05-01", "B2", "customer_return", 5, "B", reference_id="S"),
        row("06-01", "B3", "customer_return", 1, "B"),
    ]
    columns = ("warehouse_id", "received_on", "arrived_on", "qty", "cost")
    kept = [("A", on("02-01"), on("02-01"), 2, 3)]
    assert layers(rows, *columns) == [
        *kept,
        ("B", on("01-01"), on("04-01"), 4, 2),
        ("B", on("02-01"), on("04-01"), 1, 3),
        ("B", on("02-01"), on("05-01"), 3, 3),
        ("B", on("05-01"), on("05-01"), 2, None),
        ("B", on("06-01"), on("06-01"), 1, None),
    ]
    fresh = layers(rows, *columns, settings=Settings(return_age="return"))
    assert {received_on for warehouse, received_on, *_ in fresh if warehouse == "B"} == {
        on("04-01"), on("05-01"), on("06-01"),
    }  # fmt: skip


def test_a_return_takes_its_own_lot_first() -> None:
    rows = [
        row("01-01", "R1", "receipt", 4, lot_id="a"),
        row("02-01", "R2", "receipt", 4, lot_id="b"),
        row("03-01", "S", "issue", -4, lot_id="a"),
        row("03-01", "S", "issue", -4, lot_id="b"),
        row("04-01", "B", "customer_return", 6, lot_id="b", reference_id="S"),
    ]
    assert layers(rows, "lot_id", "received_on", "qty") == [("b", on("01-01"), 2), ("b", on("02-01"), 4)]


def test_reversals_find_their_line() -> None:
    """Rule 9: by reference, else the nearest earlier equal line, else the latest first."""
    receipts = [("01-01", "R1", 5), ("02-01", "R2", 7), ("03-01", "R3", 5), ("04-01", "R4", 9)]
    rows = [row(day, document, "receipt", qty) for day, document, qty in receipts]
    undone = {
        ("R1", -5): [("R2", 7), ("R3", 5), ("R4", 9)],
        (None, -5): [("R1", 5), ("R2", 7), ("R4", 9)],
        (None, -7): [("R1", 5), ("R3", 5), ("R4", 9)],
        ("SO-1", -10): [("R1", 5), ("R2", 7), ("R3", 4)],
        ("R2", -9): [("R1", 5), ("R3", 5), ("R4", 7)],
    }
    for (reference, qty), left in undone.items():
        reversal = row("05-01", "X", "receipt", qty, reference_id=reference)
        assert layers([*rows, reversal], "document_id", "qty") == left


def test_a_reversal_that_matches_nothing() -> None:
    """Rule 9: it stays in the quantities and goes to the quality page; no dead stock turns young."""
    result = replay([row("03-01", "X", "issue", 5), row("04-01", "Y", "receipt", -2)], as_of=AS_OF)
    assert columns_of(result.layers, "received_on", "received_to_on", "qty") == [(None, on("03-01"), 3)]
    assert [(found.document_id, qty) for found, qty in result.unmatched_reversals] == [("X", 5), ("Y", -2)]
    assert result.last_use == {}


def test_openings_are_older_than_the_ledger() -> None:
    """Rule 10: at most their date, first in the queue."""
    rows = [
        row("01-01", "R", "receipt", 5, line_no=1),
        row("01-01", "O", "opening", 8, line_no=9, unit_cost=Decimal(6)),
        row("01-01", "S", "issue", -2, line_no=2),
    ]
    columns = ("received_on", "received_from_on", "received_to_on", "qty", "cost")
    assert layers(rows, *columns) == [
        (None, None, on("01-01"), 6, 6),
        (on("01-01"), on("01-01"), on("01-01"), 5, None),
    ]
