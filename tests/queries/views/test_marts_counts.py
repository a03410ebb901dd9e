"""Counts beside the book of their day: what differs, how well places are kept, what to count next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from queries.filters import Filters
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import ask

DAY = "2025-08-31"
PLACE = ("item_id", "warehouse_id", "lot_id", "bin")


def held(item: str, qty: float, where: str = "A", day: str = DAY, **more: Any) -> dict[str, Any]:
    return {"snapshot_on": day, "item_id": item, "warehouse_id": where, "qty": qty, "unit_cost": 10} | more


def counted(item: str, qty: float, where: str = "A", day: str = DAY, **more: Any) -> dict[str, Any]:
    return {"counted_on": day, "item_id": item, "warehouse_id": where, "counted_qty": qty} | more


def line(day: str, item: str, kind: str, qty: float | None, where: str = "A", **more: Any) -> dict[str, Any]:
    head = {"posted_on": day, "document_id": f"{item}{day}{kind}", "item_id": item, "kind": kind}
    return head | {"qty": qty, "warehouse_id": where} | more


def shown(rows: Sequence[Mapping[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    def plain(value: Any) -> Any:
        return float(value) if hasattr(value, "as_tuple") else value

    found = [tuple(plain(row[c]) for c in columns) for row in rows]
    return sorted(found, key=lambda row: tuple((value is None, str(value)) for value in row))


def test_six_counted_places_give_these_variances_and_shares(lake_of: LakeOf) -> None:
    """Too much and too little cancel in the signed sum only; 2 of 100 is within 2 %, 3 of 100 is not."""
    engine = lake_of(
        stock=[
            held("SAME", 5),
            held("NEAR", 100),
            held("FAR", 100),
            held("MORE", 0, unit_cost=4),
            held("LESS", 7, "B"),
            held("SAME", 8, "B"),
        ],
        counts=[
            counted("SAME", 5),
            counted("NEAR", 98),
            counted("FAR", 103),
            counted("MORE", 1),
            counted("LESS", 0, "B"),
            counted("SAME", 8, "B"),
        ],
    )
    rows = ask(engine, "mart_count_variances")
    assert shown(rows, "item_id", "warehouse_id", "book_qty", "counted_qty", "variance_qty", "variance_value",
                 "absolute_variance_value", "is_exact", "is_within") == [
        ("FAR", "A", 100, 103, 3, 30, 30, False, False),
        ("LESS", "B", 7, 0, -7, -70, 70, False, False),
        ("MORE", "A", 0, 1, 1, 4, 4, False, False),
        ("NEAR", "A", 100, 98, -2, -20, 20, False, True),
        ("SAME", "A", 5, 5, 0, 0, 0, True, True),
        ("SAME", "B", 8, 8, 0, 0, 0, True, True),
    ]  # fmt: skip
    accuracy = ask(engine, "mart_count_accuracy")
    assert shown(accuracy, "level", "warehouse_id", "place_count", "exact_count", "within_count",
                 "book_value", "within_value", "surplus_value", "shortage_value", "variance_value",
                 "absolute_variance_value") == [
        (0, None, 6, 2, 3, 2200, 1130, 34, 90, -56, 124),
        (1, "A", 4, 1, 2, 2050, 1050, 34, 20, 14, 54),
        (1, "B", 2, 1, 1, 150, 80, 0, 70, -70, 70),
    ]  # fmt: skip
    whole = accuracy[0]
    assert whole["exact_share"] == pytest.approx(2 / 6)
    assert whole["within_share"] == pytest.approx(3 / 6)
    assert whole["within_value_share"] == pytest.approx(1130 / 2200)
    assert whole["variance_share"] == pytest.approx(124 / 2200)
    stricter = ask(engine, "mart_count_accuracy", Filters.from_link("count_tolerance_share=0.01")[0])
    assert [row["within_count"] for row in stricter] == [2, 1, 1]


def test_every_total_is_the_sum_of_what_stands_below_it(lake_of: LakeOf) -> None:
    engine = lake_of(
        stock=[held(f"I{n}", n, "ABC"[n % 3], unit_cost=n + 1) for n in range(1, 30)],
        counts=[counted(f"I{n}", max(0, n + n % 5 - 2), "ABC"[n % 3]) for n in range(1, 25)],
    )
    rows, (whole, *places) = ask(engine, "mart_count_variances"), ask(engine, "mart_count_accuracy")
    assert len(places) == 3
    for column in ("variance_value", "absolute_variance_value", "book_value", "counted_value"):
        assert sum(row[column] for row in rows) == whole[column] == sum(row[column] for row in places)
    assert whole["counted_value"] - whole["book_value"] == whole["variance_value"]
    assert whole["surplus_value"] - whole["shortage_value"] == whole["variance_value"]
    assert whole["surplus_value"] + whole["shortage_value"] == whole["absolute_variance_value"]


def test_the_book_is_that_of_the_counts_own_day(lake_of: LakeOf) -> None:
    """The newest snapshot up to it and the ledger after that; what came later is no variance."""
    engine = lake_of(
        stock=[held("A", 10, day="2025-06-30"), held("A", 40)],
        movements=[
            line("2025-01-01", "A", "receipt", 10),
            line("2025-01-01", "L", "receipt", 6, "NOSNAP"),
            line("2025-07-10", "A", "receipt", 5),
            line("2025-07-20", "A", "receipt", 25),
            line("2025-07-20", "L", "issue", -2, "NOSNAP"),
        ],
        counts=[
            counted("A", 15, day="2025-07-15"),
            counted("L", 6, "NOSNAP", day="2025-07-19"),
        ],
    )
    rows = ask(engine, "mart_count_variances")
    assert shown(rows, "item_id", "book_qty", "variance_qty", "book_age_days") == [
        ("A", 15, 0, 0),
        ("L", 6, 0, 0),
    ]


def test_a_count_that_the_ledger_posts_that_day_is_held_against_the_book_before_it(lake_of: LakeOf) -> None:
    engine = lake_of(
        movements=[
            line("2025-01-01", "A", "receipt", 10),
            line("2025-07-15", "A", "issue", -2),
            line("2025-07-15", "A", "count", None, counted_qty=5, document_id="Z-COUNT"),
            line("2025-08-01", "A", "issue", -1),
        ],
        counts=[counted("A", 5, day="2025-07-15"), counted("A", 5, day="2025-07-31")],
    )
    assert shown(ask(engine, "fct_count_lines"), "counted_on", "book_qty", "is_newest") == [
        (ask(engine, "fct_count_lines")[0]["counted_on"], 8, False),
        (ask(engine, "fct_count_lines")[1]["counted_on"], 5, True),
    ]


def test_a_recount_takes_the_place_of_the_count_before(lake_of: LakeOf) -> None:
    engine = lake_of(
        stock=[held("A", 10, day="2025-08-01"), held("A", 10, "B", day="2025-08-01")],
        counts=[
            counted("A", 4, day="2025-08-02"),
            counted("A", 9, day="2025-08-03"),
            counted("A", 10, "B", day="2025-08-02"),
        ],
    )
    rows = ask(engine, "mart_count_variances", Filters.from_link("as_of=2025-08-31")[0])
    assert shown(rows, "warehouse_id", "counted_qty", "variance_qty") == [("A", 9, -1), ("B", 10, 0)]
    earlier = ask(engine, "mart_count_variances", Filters.from_link("as_of=2025-08-02")[0])
    assert ("A", 9, -1) not in shown(earlier, "warehouse_id", "counted_qty", "variance_qty")


def test_lots_and_bins_are_compared_where_both_sides_name_them(lake_of: LakeOf) -> None:
    engine = lake_of(
        stock=[
            held("LOTS", 6, lot_id="L1"),
            held("LOTS", 4, lot_id="L2", unit_cost=30),
            held("BINS", 3, bin="B1"),
            held("BINS", 7, bin="B2"),
            held("SUM", 3, lot_id="L1", bin="B1"),
            held("SUM", 7, lot_id="L2", bin="B2"),
            held("PLAIN", 9),
            held("ROAD", 5, status="in_transit"),
            held("ROAD", 2),
            held("GUEST", 5, status="consigned"),
        ],
        counts=[
            counted("LOTS", 5, lot_id="L1"),
            counted("LOTS", 5, lot_id="L2"),
            counted("BINS", 4, bin="B1"),
            counted("SUM", 11),
            counted("PLAIN", 4, lot_id="X", bin="Y"),
            counted("PLAIN", 5, lot_id="X", bin="Z"),
            counted("ROAD", 2),
            counted("GUEST", 4),
        ],
    )
    rows = ask(engine, "mart_count_variances")
    assert shown(rows, *PLACE, "book_qty", "counted_qty", "variance_value") == [
        ("BINS", "A", None, "B1", 3, 4, 10),
        ("GUEST", "A", None, None, 5, 4, 0),
        ("LOTS", "A", "L1", None, 6, 5, -10),
        ("LOTS", "A", "L2", None, 4, 5, 30),
        ("PLAIN", "A", None, None, 9, 9, 0),
        ("ROAD", "A", None, None, 2, 2, 0),
        ("SUM", "A", None, None, 10, 11, 10),
    ]


def test_what_is_on_the_road_is_counted_once_it_is_there(lake_of: LakeOf) -> None:
    """The snapshot reports 5 of 12 on the road. The ledger had them in A already; in B it never has."""
    road = [(where, status, qty) for where in "AB" for status, qty in (("available", 7), ("in_transit", 5))]
    engine = lake_of(
        stock=[held("X", qty, where, "2025-06-30", status=status) for where, status, qty in road]
        + [held("Y", 1)],
        movements=[
            line("2025-01-01", "X", "receipt", 12, "A"),
            line("2025-01-01", "X", "receipt", 7, "B"),
            line("2025-07-01", "X", "issue", -1, "A"),
        ],
        counts=[
            counted("X", 7, "A", "2025-06-30"),
            counted("X", 11, "A", "2025-07-02"),
            counted("X", 7, "B", "2025-06-30"),
        ],
    )
    rows = ask(engine, "fct_count_lines")
    assert shown(rows, "warehouse_id", "book_qty", "counted_qty") == [
        ("A", 11, 11), ("A", 7, 7), ("B", 7, 7),
    ]  # fmt: skip


def test_a_part_is_never_held_against_a_whole(lake_of: LakeOf) -> None:
    """Since the snapshot named bins the item moved: two of two bins make a sum, one of two does not."""
    engine = lake_of(
        stock=[
            held("HALF", 3, bin="B1", day="2025-06-30"),
            held("HALF", 7, bin="B2", day="2025-06-30"),
            held("BOTH", 3, bin="B1", day="2025-06-30"),
            held("BOTH", 7, bin="B2", day="2025-06-30"),
        ],
        movements=[
            line("2025-01-01", "HALF", "receipt", 10),
            line("2025-01-01", "BOTH", "receipt", 10),
            line("2025-07-01", "HALF", "issue", -1),
            line("2025-07-01", "BOTH", "issue", -1),
        ],
        counts=[
            counted("HALF", 3, bin="B1", day="2025-07-02"),
            counted("BOTH", 3, bin="B1", day="2025-07-02"),
            counted("BOTH", 6, bin="B2", day="2025-07-02"),
            counted("EARLY", 1, day="2024-12-31"),
        ],
    )
    rows = ask(engine, "mart_count_variances")
    assert shown(rows, "item_id", "reason", "book_qty", "variance_qty") == [
        ("BOTH", None, 9, 0),
        ("EARLY", "no_book", None, None),
        ("HALF", "bins_left", None, None),
    ]
    whole = ask(engine, "mart_count_accuracy")[0]
    assert (whole["place_count"], whole["compared_count"], whole["left_out_count"]) == (3, 1, 2)
    assert whole["within_share"] == 1


def test_a_count_after_the_last_stock_is_seen_and_its_book_is_called_old(lake_of: LakeOf) -> None:
    engine = lake_of(stock=[held("A", 10)], counts=[counted("A", 9, day="2025-09-05")])
    [row] = ask(engine, "mart_count_variances")
    assert (row["variance_qty"], row["book_age_days"]) == (-1, 5)
    assert ask(engine, "mart_count_accuracy")[0]["stale_count"] == 1
    before = ask(engine, "mart_count_variances", Filters.from_link("as_of=2025-08-30")[0])
    assert before == []


CLASSED = [
    held("TOP", 80, unit_cost=10),
    held("MID", 15, unit_cost=10),
    held("LOW", 3, unit_cost=10),
    held("LOW", 2, "B", unit_cost=10),
    held("FREE", 9, unit_cost=None),
    held("GONE", 0),
]


def test_counted_and_uncounted_are_all_positions(lake_of: LakeOf) -> None:
    """TOP is A (counted 100 days ago), MID B (counted 100 days ago), LOW C; FREE has no value."""
    engine = lake_of(
        stock=CLASSED,
        counts=[
            counted("TOP", 80, day="2025-05-23"),
            counted("MID", 15, day="2025-05-23"),
            counted("LOW", 3, day="2025-08-01"),
        ],
    )
    positions = ask(engine, "mart_count_positions")
    assert shown(positions, "item_id", "warehouse_id", "count_class", "is_counted", "is_overdue",
                 "is_never_counted") == [
        ("FREE", "A", "C", False, False, True),
        ("LOW", "A", "C", True, False, False),
        ("LOW", "B", "C", False, False, True),
        ("MID", "A", "B", True, False, False),
        ("TOP", "A", "A", False, True, False),
    ]  # fmt: skip
    coverage = ask(engine, "mart_count_coverage")
    assert shown(coverage, "level", "count_class", "warehouse_id", "position_count", "counted_count",
                 "overdue_count", "never_count", "value", "counted_value") == [
        (0, None, None, 5, 2, 1, 2, 1000, 180),
        (1, "A", None, 1, 0, 1, 0, 800, 0),
        (1, "B", None, 1, 1, 0, 0, 150, 150),
        (1, "C", None, 3, 1, 0, 2, 50, 30),
        (2, None, "A", 4, 2, 1, 1, 980, 180),
        (2, None, "B", 1, 0, 0, 1, 20, 0),
    ]  # fmt: skip
    for row in coverage:
        assert row["counted_count"] + row["uncounted_count"] == row["position_count"]
        assert row["counted_count"] + row["overdue_count"] + row["never_count"] == row["position_count"]
        assert row["counted_value"] + row["overdue_value"] + row["never_value"] == row["value"]
    classes = {row["item_id"]: row["stock_abc_class"] for row in ask(engine, "mart_item_classes")}
    for row in positions:
        assert row["count_class"] == classes[row["item_id"]].replace("N", "C")
    longer = ask(engine, "mart_count_coverage", Filters.from_link("count_a_days=100")[0])
    assert (longer[0]["counted_count"], longer[0]["overdue_count"]) == (3, 0)


def test_what_is_due_stands_slow_stock_first_then_by_value(lake_of: LakeOf) -> None:
    engine = lake_of(
        stock=[*CLASSED, held("OLD", 1, unit_cost=3), held("OLDER", 1, unit_cost=5)],
        movements=[
            line("2024-01-01", "OLD", "receipt", 1),
            line("2024-01-01", "OLDER", "receipt", 1),
            *(line("2025-08-30", item, "receipt", qty + 1)
              for item, qty in (("TOP", 80), ("MID", 15), ("LOW", 3), ("FREE", 9))),
            *(line(DAY, item, "issue", -1) for item in ("TOP", "MID", "LOW", "FREE")),
        ],
        counts=[counted("TOP", 80, day="2025-08-30")],
    )  # fmt: skip
    plan = ask(engine, "mart_count_plan")
    assert [(row["plan_no"], row["item_id"], row["warehouse_id"], row["due"]) for row in plan][:4] == [
        (1, "OLDER", "A", "never"),
        (2, "OLD", "A", "never"),
        (3, "MID", "A", "never"),
        (4, "LOW", "A", "never"),
    ]
    assert "TOP" not in {row["item_id"] for row in plan}
    few = ask(engine, "mart_count_plan", Filters.from_link("count_plan_positions=2&warehouse=A")[0])
    assert [row["item_id"] for row in few if row["is_chosen"]] == ["OLDER", "OLD"]


def test_sheets_are_blind_and_ordered_by_warehouse_and_bin_in_batches(lake_of: LakeOf) -> None:
    engine = lake_of(
        stock=[
            held("X", 1, bin="B2"),
            held("X", 1, bin="B1"),
            held("X", 1, bin="B3", status="in_transit"),
            held("Y", 1, bin="B1", lot_id="L1"),
            held("Z", 1, "B"),
        ],
        movements=[
            line("2025-08-31", "W", "receipt", 2, "C", lot_id="L7"),
            line("2025-08-31", "W", "receipt", 2, "C", lot_id="L6"),
        ],
        items=[{"item_id": "X", "name": "Bearing", "unit": "pcs"}],
    )
    sheets = ask(engine, "mart_count_sheets", Filters.from_link("count_batch_lines=2")[0])
    columns = ("batch_no", "line_no", "warehouse_id", "bin", "item_id", "lot_id", "item_name", "unit")
    assert [tuple(row[c] for c in columns) for row in sheets] == [
        (1, 1, "A", "B1", "X", None, "Bearing", "pcs"),
        (1, 2, "A", "B1", "Y", "L1", "Y", None),
        (2, 1, "A", "B2", "X", None, "Bearing", "pcs"),
        (3, 1, "B", None, "Z", None, "Z", None),
        (4, 1, "C", None, "W", "L6", "W", None),
        (4, 2, "C", None, "W", "L7", "W", None),
    ]
    assert not [column for column in sheets[0] if "qty" in column or "value" in column]


def test_filters_choose_counts_and_positions_alike(lake_of: LakeOf) -> None:
    """FOUND was counted where no book has it: a variance, no position."""
    engine = lake_of(
        stock=[held("SAME", 5), held("LESS", 7, "B")],
        items=[
            {"item_id": "SAME", "category": "Raw/Steel"},
            {"item_id": "LESS", "material_type": "raw", "category": "Rawhide"},
        ],
        warehouses=[{"warehouse_id": "A", "parent_id": "GROUP", "region": "East"}, {"warehouse_id": "B"}],
        counts=[counted("SAME", 5), counted("LESS", 6, "B"), counted("FOUND", 1, "B")],
    )
    for link, items in {
        "warehouse=B": {"LESS", "FOUND"},
        "warehouse=GROUP": {"SAME"},
        "region=East": {"SAME"},
        "category=Raw": {"SAME"},
        "material_type=raw": {"LESS"},
        "item=FOUND": {"FOUND"},
        "search=less": {"LESS"},
        "state=dead": set[str](),
        "": {"SAME", "LESS", "FOUND"},
    }.items():
        filters = Filters.from_link(link)[0]
        assert {row["item_id"] for row in ask(engine, "mart_count_variances", filters)} == items, link
        positions = {row["item_id"] for row in ask(engine, "mart_count_positions", filters)}
        assert positions == items - {"FOUND"}, link


def test_counts_age_nothing(lake_of: LakeOf) -> None:
    stock = [held("A", 10, day="2025-06-30"), held("A", 10)]
    with_counts = lake_of(stock=stock, counts=[counted("A", 3)])
    without = lake_of(stock=stock)
    for view in ("mart_layers", "mart_tiered_stock", "mart_totals"):
        assert ask(with_counts, view) == ask(without, view)


def test_without_counts_everything_is_still_to_be_counted(lake_of: LakeOf) -> None:
    engine = lake_of(stock=[held("A", 10)])
    assert ask(engine, "mart_count_variances") == []
    [whole] = ask(engine, "mart_count_accuracy")
    assert (whole["place_count"], whole["exact_share"]) == (0, None)
    assert [row["due"] for row in ask(engine, "mart_count_plan")] == ["never"]
