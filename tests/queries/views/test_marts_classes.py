"""Classes and figures by the worked numbers of the methods: one item each, demand given period by period."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from queries.filters import Filters
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import ask

TODAY = date(2025, 12, 31)
Line = dict[str, Any]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def demand(
    item: str, *newest_last: int, stock: int = 100, cost: float = 1, known_days: int = 400
) -> list[Line]:
    """A ledger that leaves `stock` pieces and used so many in each twelfth of the year up to today."""
    head = {"item_id": item, "warehouse_id": "W"}
    lines = [
        head
        | {"posted_on": ago(known_days), "document_id": f"R-{item}", "kind": "receipt"}
        | {"qty": stock + sum(newest_last), "unit_cost": cost}
    ]
    for period, qty in enumerate(reversed(newest_last)):
        if qty:
            day = ago(round(period * 365 / 12) + 10)
            lines.append(
                head | {"posted_on": day, "document_id": f"I-{item}-{period}", "kind": "issue", "qty": -qty}
            )
    return lines


def last_day() -> Line:
    """What makes the last day the last: an item that nobody asks for."""
    head = {"posted_on": TODAY, "document_id": "T", "item_id": "ZZ", "warehouse_id": "W"}
    return head | {"kind": "receipt", "qty": 1}


def classes(
    lake_of: LakeOf, lines: Sequence[Line], filters: Filters | None = None, **tables: Any
) -> dict[str, Any]:
    engine = lake_of(movements=[*lines, last_day()], **tables)
    return {row["item_id"]: row for row in ask(engine, "mart_item_classes", filters)}


def test_abc_counts_the_share_before_the_item(lake_of: LakeOf) -> None:
    """methods.md 3, worked: 500, 300, 120, 50, 20, 10 are A A B B C C; no use is N; ties go by item."""
    values = {"A1": 500, "A2": 300, "A3": 120, "A4": 50, "A5": 20, "A6": 10, "A7": 0}
    rows = classes(
        lake_of,
        [line for item, qty in values.items() for line in demand(item, qty, stock=qty + 1 if qty else 9)],
    )
    assert [rows[item]["abc_class"] for item in values] == ["A", "A", "B", "B", "C", "C", "N"]
    assert [round(rows[item]["used_share_before"], 2) for item in values] == [
        0,
        0.5,
        0.8,
        0.92,
        0.97,
        0.99,
        1,
    ]
    assert [rows[item]["stock_abc_class"] for item in values] == ["A", "A", "A", "B", "C", "C", "C"]
    tie = classes(lake_of, [*demand("T2", 50), *demand("T1", 50)], Filters.from_link("abc_a_until=0.5")[0])
    assert (tie["T1"]["abc_class"], tie["T2"]["abc_class"]) == ("A", "B")


def test_demand_pattern_by_adi_and_squared_cv_of_sizes(lake_of: LakeOf) -> None:
    """methods.md 3, worked: ADI 3.0, CV² 0.15556 over n: intermittent."""
    rows = classes(
        lake_of,
        [
            *demand("MID", 0, 4, 0, 0, 2, 0, 0, 0, 6, 0, 3, 0),
            *demand("EVEN", *[5] * 12),
            *demand("WILD", *[1, 20] * 6),
            *demand("LUMP", *[0, 0, 1, 0, 0, 30] * 2),
            *demand("NONE", *[0] * 12),
        ],
    )
    assert rows["MID"]["adi"] == pytest.approx(3.0)
    assert rows["MID"]["size_cv2"] == pytest.approx(0.155556, abs=1e-6)
    patterns = {item: row["demand_pattern"] for item, row in rows.items()}
    assert patterns == {
        "MID": "intermittent", "EVEN": "smooth", "WILD": "erratic", "LUMP": "lumpy", "NONE": "none",
        "ZZ": "none",
    }  # fmt: skip
    assert {item: row["fsn_class"] for item, row in rows.items()} == {
        "MID": "S", "EVEN": "F", "WILD": "F", "LUMP": "S", "NONE": "N", "ZZ": "N",
    }  # fmt: skip
    assert {i: r["is_turnover_applicable"] for i, r in rows.items() if r["used_periods"]} == {
        "MID": False, "EVEN": True, "WILD": True, "LUMP": False,
    }  # fmt: skip
    assert rows["LUMP"]["turnover"] is None


def test_xyz_counts_periods_without_use_and_needs_a_year(lake_of: LakeOf) -> None:
    """CV with n - 1: 6 x 4 and 6 x 6 is 0.2089; 5 of 12 periods is 1.2358."""
    rows = classes(
        lake_of,
        [
            *demand("X", *[4, 6] * 6),
            *demand("Y", *[1, 9] * 6),
            *demand("Z", *[10] * 5, *[0] * 7),
            *demand("SHORT", 5, 5, 5, known_days=85),
        ],
    )
    assert rows["X"]["cv"] == pytest.approx(0.208893, abs=1e-6)
    assert rows["Z"]["cv"] == pytest.approx(1.235829, abs=1e-6)
    assert [rows[item]["xyz_class"] for item in ("X", "Y", "Z", "SHORT")] == ["X", "Y", "Z", "n/a"]
    short = rows["SHORT"]
    assert (short["history_periods"], short["is_cold_start"], short["confidence"]) == (3, True, "low")
    assert (rows["X"]["is_cold_start"], rows["X"]["confidence"]) == (False, "high")


def test_turnover_comes_with_its_two_numbers(lake_of: LakeOf) -> None:
    """methods.md 2, worked: 1.2 million used over 300,000 turns 4.0 times, 91.25 days."""
    stock = [
        {"snapshot_on": day, "item_id": "A", "warehouse_id": "W", "unit_cost": 10, "qty": 30_000}
        for day in (ago(365), ago(180), TODAY)
    ]
    engine = lake_of(movements=demand("A", *[10_000] * 12, cost=10), stock=stock)
    (row,) = ask(engine, "mart_item_classes")
    assert (row["average_value"], row["average_day_count"]) == (300_000, 3)
    assert (row["turnover"], row["turnover_days"]) == (pytest.approx(4.0), pytest.approx(91.25))
    figures = {r["figure"]: r for r in ask(engine, "mart_item_figures")}
    turn = figures["turnover"]
    assert (turn["numerator_code"], turn["numerator"]) == ("used_value", 1_200_000)
    assert (turn["denominator_code"], turn["denominator"]) == ("average_value", 300_000)
    assert turn["value"] == pytest.approx(
        turn["numerator"] * 365 / turn["history_days"] / turn["denominator"]
    )


def test_no_demand_has_no_days_of_supply_and_says_so(lake_of: LakeOf) -> None:
    engine = lake_of(movements=[*demand("A", 0), last_day()])
    row = ask(engine, "mart_item_classes", only={"item_id": "A"})[0]
    assert (row["supply_days"], row["has_no_demand"], row["is_over_supply_limit"]) == (None, True, True)
    figure = ask(engine, "mart_item_figures", only={"item_id": "A", "figure": "supply_days"})[0]
    assert (figure["value"], figure["reason"]) == (None, "no_demand")


def test_excess_is_split_orders_first(lake_of: LakeOf) -> None:
    """900 on hand, 300 ordered, 480 forecast, 120 safety: 600 too many, 300 to cancel, 300 on hand."""
    year = round(480 * 365 / 180)
    lines = demand("A", year, stock=900) + demand("B", 365, stock=100)
    order = {"order_id": "P", "qty": 300, "open_qty": 300, "ordered_on": ago(20)}
    engine_rows = classes(
        lake_of,
        lines,
        Filters(safety_stock_days=45, excess_horizon_days=180),
        purchase_orders=[
            order | {"line_no": 1, "item_id": "A", "cancel_until_on": TODAY},
            order | {"line_no": 2, "item_id": "B", "cancel_until_on": ago(1), "qty": 200, "open_qty": 200},
            order | {"line_no": 3, "item_id": "B", "due_on": ago(-40), "qty": 100, "open_qty": 100},
            order | {"line_no": 4, "item_id": "B", "status": "closed"},
        ],
    )  # fmt: skip
    parts = ("excess_qty", "cancellable_excess_qty", "on_hand_excess_qty", "frozen_excess_qty")
    assert [round(float(engine_rows["A"][name])) for name in parts] == [600, 300, 300, 0]
    assert [round(float(engine_rows["B"][name])) for name in parts] == [175, 100, 0, 75]


def test_life_cycle_by_master_data_first_then_by_rule(lake_of: LakeOf) -> None:
    falling = [50, 45, 40, 36, 33, 30, 12, 10, 8, 6, 4, 2]
    rows = classes(
        lake_of,
        [
            *demand("NEW", 5, known_days=179),
            *demand("STEADY", *[5] * 12),
            *demand("FALLS", *falling),
            *demand("DROPS", *[0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 20]),
            *demand("NEXT", *[0, 0, 0, 0, 60, 0, 0, 0, 0, 0, 0, 20]),
            *demand("LISTED", *[5] * 12),
        ],
        items=[{"item_id": "LISTED", "status": "phase_out"}, {"item_id": "NEXT", "successor_id": "NEW"}],
    )
    assert {item: row["life_cycle"] for item, row in rows.items() if item != "ZZ"} == {
        "NEW": "phase_in", "STEADY": "mature", "FALLS": "phase_out", "DROPS": "mature", "NEXT": "phase_out",
        "LISTED": "phase_out",
    }  # fmt: skip
    assert rows["LISTED"]["life_cycle_basis"] == "master_data"
    assert rows["FALLS"]["trend_z"] == pytest.approx(-65 / (12 * 11 * 29 / 18) ** 0.5)


def test_fast_regular_dead(lake_of: LakeOf) -> None:
    rows = classes(
        lake_of,
        [*demand("FAST", *[10] * 12, stock=30), *demand("PILED", *[1] * 12), *demand("DEAD", 0)],
    )
    assert [rows[item]["pace"] for item in ("FAST", "PILED", "DEAD")] == ["fast", "regular", "dead"]


def test_the_matrix_has_nine_cells_and_what_stands_beside_them(lake_of: LakeOf) -> None:
    engine = lake_of(movements=[*demand("A", *[50] * 12, cost=2), *demand("B", 0), last_day()])
    cells = {(r["abc_class"], r["xyz_class"]): r for r in ask(engine, "mart_class_matrix")}
    assert {(a, x) for a in "ABC" for x in "XYZ"} < cells.keys()
    assert (cells["A", "X"]["item_count"], cells["A", "X"]["value"]) == (1, 200)
    assert (cells["C", "Z"]["item_count"], cells["C", "Z"]["policy"]) == (0, "to_order")
    assert sum(r["item_count"] for r in cells.values()) == 3
    corner = {
        (r["abc_class"], r["stock_abc_class"]): r["item_count"] for r in ask(engine, "mart_stock_matrix")
    }
    assert sum(corner.values()) == 3


def test_lots_are_used_first_expired_first_out(lake_of: LakeOf) -> None:
    """Lots of 100 (30 days) and 200 (90 days), two a day: 40 and 80 are wasted."""
    held = {"snapshot_on": TODAY, "item_id": "A", "warehouse_id": "W", "unit_cost": 10}
    lots = {"L1": (100, 30), "L2": (200, 90), "L0": (7, -1)}
    stock = [
        held | {"lot_id": lot, "qty": qty, "expires_on": TODAY + timedelta(days=days)}
        for lot, (qty, days) in lots.items()
    ]
    engine = lake_of(stock=stock, movements=demand("A", 730))
    rows = {r["lot_id"]: r for r in ask(engine, "mart_shelf_life")}
    assert {lot: (float(r["used_before_expiry_qty"]), float(r["wasted_qty"])) for lot, r in rows.items()} == {
        "L0": (0, 7),
        "L1": (pytest.approx(60), pytest.approx(40)),
        "L2": (pytest.approx(120), pytest.approx(80)),
    }  # fmt: skip
    assert rows["L1"]["wasted_value"] == pytest.approx(400)
    assert [rows[lot]["shelf_state"] for lot in ("L0", "L1", "L2")] == ["expired", "short", "short"]
    kept = {r["lot_id"]: r for r in ask(engine, "mart_shelf_life", Filters(customer_life_days=10))}
    assert kept["L1"]["wasted_qty"] == pytest.approx(60)


def test_classes_do_not_depend_on_what_is_looked_at(lake_of: LakeOf) -> None:
    lines = [*demand("A", 500), *demand("B", 10)]
    alone = classes(lake_of, lines, Filters(item="B"))
    assert list(alone) == ["B"]
    assert alone["B"]["abc_class"] == "C"
