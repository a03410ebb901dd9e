"""What has to be kept up: classes that moved or stood for long; files and postings that come late."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import Row, ask

TODAY = date(2025, 12, 31)


def months_ago(count: int) -> str:
    """A day in the middle of that twelfth of a year, 0 the newest."""
    return (TODAY - timedelta(days=round(count * 365 / 12) + 15)).isoformat()


def used(item: str, qty: float, months: range) -> list[Row]:
    return [
        {"posted_on": months_ago(month), "document_id": f"I-{item}-{month}", "item_id": item, "kind": "issue",
         "qty": -qty, "warehouse_id": "W1"}
        for month in months
    ]  # fmt: skip


def company(*movements: list[Row]) -> dict[str, list[Row]]:
    """Items P and Q, plenty of each since four years, and today's day."""
    received: list[Row] = [
        {"posted_on": "2021-12-01", "document_id": f"G-{item}", "item_id": item, "kind": "receipt",
         "qty": 9000, "warehouse_id": "W1", "unit_cost": 1}
        for item in ("P", "Q")
    ]  # fmt: skip
    last: Row = {"posted_on": TODAY.isoformat(), "document_id": "X", "item_id": "Q", "kind": "adjustment",
                 "qty": 1, "warehouse_id": "W1"}  # fmt: skip
    return {"movements": [*received, last, *(row for rows in movements for row in rows)]}


def drift(engine: Engine, link: str = "") -> dict[str, Row]:
    return {row["item_id"]: row for row in ask(engine, "mart_class_drift", Filters.from_link(link)[0])}


def test_classes_of_now_are_those_of_the_class_mart(sample_home: Path) -> None:
    engine = Engine.open(Settings(home=sample_home))
    names = ("item_id", "abc_class", "xyz_class", "fsn_class")
    for window in (365, 730):
        filters = Filters(demand_window_days=window)
        now = [tuple(row[name] for name in names) for row in ask(engine, "mart_class_drift", filters)]
        judged = [tuple(row[name] for name in names) for row in ask(engine, "mart_item_classes", filters)]
        assert len(now) > 100
        assert now == judged


def test_an_item_that_is_no_longer_used_has_drifted(lake_of: LakeOf) -> None:
    engine = lake_of(**company(used("P", 100, range(3, 24)), used("Q", 10, range(24))))
    item = drift(engine, "class_drift_periods=12&demand_window_days=90")["P"]
    assert (item["abc_before"], item["xyz_before"], item["fsn_before"]) == ("A", "n/a", "S")
    assert (item["abc_class"], item["fsn_class"]) == ("N", "N")
    assert (item["is_changed"], item["is_abc_changed"]) == (True, True)


def test_since_is_the_last_day_the_classes_were_others(lake_of: LakeOf) -> None:
    engine = lake_of(**company(used("P", 100, range(3, 24)), used("Q", 10, range(24))))
    item = drift(engine, "demand_window_days=90")["P"]
    assert item["since_on"] == TODAY - timedelta(days=round(365 / 12))
    assert item["is_since_earlier"] is False


def test_a_class_that_stood_for_the_review_period_is_due(lake_of: LakeOf) -> None:
    engine = lake_of(**company(used("P", 100, range(36)), used("Q", 10, range(36))))
    steady = drift(engine)["P"]
    assert (steady["is_changed"], steady["is_since_earlier"]) == (False, True)
    assert (steady["since_on"], steady["review_due_on"]) == (TODAY - timedelta(days=365), TODAY)
    assert steady["is_review_due"] is True
    later = drift(engine, "class_review_days=720")["P"]
    assert later["is_review_due"] is True
    assert later["since_on"] == TODAY - timedelta(days=730)


def test_totals_count_what_moved_and_what_is_due(lake_of: LakeOf) -> None:
    engine = lake_of(**company(used("P", 100, range(6, 24)), used("Q", 10, range(36))))
    rows = drift(engine).values()
    [totals] = ask(engine, "mart_class_drift_totals")
    assert totals["item_count"] == 2
    assert totals["changed_count"] == sum(row["is_changed"] for row in rows) == 1
    assert totals["changed_value"] == sum(row["value"] for row in rows if row["is_changed"])
    assert totals["review_due_count"] == sum(row["is_review_due"] for row in rows)


@pytest.fixture
def postings(lake_of: LakeOf) -> Engine:
    """Two warehouses: W1 posts a lot three days late and one order after its due day; W2 sent no new file."""

    def receipt(day: str, document: str, place: str, lot: str, order: str) -> Row:
        return {"posted_on": day, "document_id": document, "item_id": "A", "kind": "receipt", "qty": 5,
                "warehouse_id": place, "lot_id": lot, "reference_id": order}  # fmt: skip

    def counted(day: str, place: str, lot: str, received_on: str) -> Row:
        return {"snapshot_on": day, "item_id": "A", "warehouse_id": place, "lot_id": lot, "qty": 5,
                "received_on": received_on}  # fmt: skip

    def order(name: str, due: str) -> Row:
        return {"order_id": name, "line_no": 1, "item_id": "A", "qty": 5, "ordered_on": "2025-01-01",
                "due_on": due}  # fmt: skip

    return lake_of(
        movements=[
            receipt("2025-11-10", "G1", "W1", "L1", "PO1"),
            receipt("2025-11-20", "G2", "W1", "L2", "PO2"),
            receipt("2025-10-05", "G3", "W2", "L3", "PO9"),
        ],
        stock=[
            counted("2025-12-31", "W1", "L1", "2025-11-07"),
            counted("2025-12-31", "W1", "L2", "2025-11-19"),
            counted("2025-10-31", "W2", "L3", "2025-10-05"),
        ],
        purchase_orders=[order("PO1", "2025-11-01"), order("PO2", "2025-11-20")],
    )


def test_the_delay_of_a_posting_is_told_where_lots_say_when_they_came(postings: Engine) -> None:
    first, second = ask(postings, "mart_posting_delays")
    assert (first["delay_count"], first["delay_days"], first["long_delay_days"]) == (2, 2, 3)
    assert (second["delay_count"], second["delay_days"]) == (1, 0)


def test_receipts_are_late_against_the_due_day_of_their_order(postings: Engine) -> None:
    first, second = ask(postings, "mart_posting_delays")
    assert (first["due_count"], first["late_count"], first["late_share"], first["late_days"]) == (
        2,
        1,
        0.5,
        9,
    )
    assert (second["due_count"], second["late_count"], second["late_share"]) == (0, 0, None)


def test_each_warehouse_has_the_age_of_its_newest_file(postings: Engine) -> None:
    first, second = ask(postings, "mart_posting_delays")
    assert (first["snapshot_age_days"], second["snapshot_age_days"]) == (0, 61)
    assert [row["warehouse_id"] for row in ask(postings, "mart_posting_delays", Filters(warehouse="W2"))] == [
        "W2"
    ]
