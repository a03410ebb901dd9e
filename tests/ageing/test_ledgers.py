"""What must hold on any ledger, and that the lean replay is as exact as the slow one."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ageing.lean_replay import lean_replay, lean_rows, lean_rows_of
from tests.ageing.ledgers import LAST_DAY, Row, big_ledger, full_ledgers, plain_ledgers, snapshots
from tests.ageing.replay import Result, replay


def balances(result: Result) -> Counter[tuple[str, str | None]]:
    """Layers less debts by item and warehouse, without the zeros."""
    total: Counter[tuple[str, str | None]] = Counter()
    for layer in result.layers:
        assert layer.qty > 0
        total[layer.item_id, layer.warehouse_id] += layer.qty  # type: ignore[assignment]
    for debt in result.debts:
        assert debt.qty > 0
        total[debt.item_id, debt.warehouse_id] -= debt.qty  # type: ignore[assignment]
    return Counter({place: qty for place, qty in total.items() if qty})


@settings(max_examples=150, deadline=None)
@given(full_ledgers(), st.integers(-3, 0))
def test_layers_less_debts_are_the_book(rows: list[Row], back: int) -> None:
    as_of = LAST_DAY + timedelta(days=back)
    result = replay(rows, as_of=as_of)
    book: Counter[tuple[str, str | None]] = Counter()
    for (item, warehouse, _), qty in result.book.items():
        book[item, warehouse] += qty  # type: ignore[assignment]
    assert balances(result) == {place: qty for place, qty in book.items() if qty}
    for layer in result.layers:
        assert layer.received_to_on is not None
        assert layer.arrived_on is not None
        assert (layer.received_on or layer.received_to_on) <= layer.arrived_on <= as_of
        assert layer.cost is None or layer.cost > 0


@settings(max_examples=150, deadline=None)
@given(full_ledgers(), snapshots())
def test_on_hand_is_the_newest_snapshot_and_what_came_after(rows: list[Row], stock: list[Row]) -> None:
    """Rule 12, by item and warehouse; a count after the snapshot speaks for itself and is left out."""
    rows = [line for line in rows if line["kind"] != "count"]
    newest: dict[str, date] = {}
    for held in stock:
        newest[held["warehouse_id"]] = max(held["snapshot_on"], newest.get(held["warehouse_id"], date.min))
    expected: Counter[tuple[str, str | None]] = Counter()
    for held in stock:
        if held["snapshot_on"] == newest[held["warehouse_id"]]:
            expected[held["item_id"], held["warehouse_id"]] += held["qty"]
    for line in rows:
        if line["posted_on"] > newest.get(line["warehouse_id"], date.min):
            expected[line["item_id"], line["warehouse_id"]] += line["qty"]
    found = balances(replay(rows, as_of=LAST_DAY, stock=stock))
    assert found == {place: qty for place, qty in expected.items() if qty}


@settings(max_examples=75, deadline=None)
@given(full_ledgers(), snapshots())
def test_a_ledger_without_warehouses_is_shared_whole(rows: list[Row], stock: list[Row]) -> None:
    """Rule 13: sharing neither makes nor loses stock, and gives nothing to a warehouse that has none."""
    nowhere = [line | {"warehouse_id": None} for line in rows]
    result = replay(nowhere, as_of=LAST_DAY, stock=stock)
    total: Counter[str] = Counter()
    for (item, _), qty in balances(result).items():
        total[item] += qty
    for (item, _, _), qty in result.book.items():
        total[item] -= qty  # type: ignore[assignment]
    assert not any(total.values())
    assert {layer.warehouse_id for layer in result.layers} <= {None} | {
        held["warehouse_id"] for held in stock
    }


@settings(max_examples=100, deadline=None)
@given(full_ledgers(), st.randoms(use_true_random=False))
def test_shuffled_rows_are_the_same_ledger(rows: list[Row], random: Any) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert replay(shuffled, as_of=LAST_DAY) == replay(rows, as_of=LAST_DAY)


@settings(max_examples=100, deadline=None)
@given(plain_ledgers())
def test_transfers_leave_the_company_as_it_is(rows: list[Row]) -> None:
    """Without counts, which look at one place, the company's stock does not depend on its transfers."""
    moved = [line for line in rows if line["kind"] != "count"]
    still = [line for line in moved if line["kind"] != "transfer"]
    totals = []
    for ledger in (moved, still):
        result = replay(ledger, as_of=LAST_DAY)
        total: Counter[str] = Counter()
        for (item, _), qty in balances(result).items():
            total[item] += qty
        totals.append({item: qty for item, qty in total.items() if qty})
        assert result.in_transit == result.lost_in_transit == []
    assert totals[0] == totals[1]


def as_lean(result: Result) -> dict[tuple[Any, ...], int]:
    found: Counter[tuple[Any, ...]] = Counter()
    for layer in result.layers:
        place = layer.item_id, layer.warehouse_id, layer.lot_id or "", layer.received_on, layer.arrived_on
        found[place] += int(layer.qty * 10_000)
    return dict(found)


@settings(max_examples=150, deadline=None)
@given(plain_ledgers())
def test_lean_replay_is_exact(rows: list[Row]) -> None:
    assert lean_replay(lean_rows_of(rows)) == as_lean(replay(rows, as_of=LAST_DAY))


@pytest.mark.parametrize("skew", [0.0, 0.3])
def test_big_ledger(skew: float) -> None:
    """The benchmark's ledger is what it says, and the lean replay is exact on it."""
    table = big_ledger(3_000, 40, skew, seed=3)
    kinds = Counter(table["kind"].to_pylist())
    assert abs(table.num_rows - 3_000) < 60
    assert 0.01 < kinds["count"] / table.num_rows < 0.03
    assert 0.12 < kinds["transfer"] / table.num_rows < 0.18
    assert kinds["production_in"] == kinds["production_out"] > 0
    of_documents = dict(zip(table["document_id"].to_pylist(), table["item_id"].to_pylist(), strict=True))
    first = Counter(of_documents.values())["I0"] / len(of_documents)
    assert skew - 0.05 < first < skew + 0.2
    result = replay(table.to_pylist(), as_of=date(2028, 12, 31))
    assert result.debts
    assert result.unmatched_reversals == []
    assert lean_replay(lean_rows(table)) == as_lean(result)
