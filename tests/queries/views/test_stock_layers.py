"""The views against the slow replay, layer by layer, on ledgers made to be nasty."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from queries.filters import Filters
from tests.ageing.examples import AS_OF, held, on, row
from tests.ageing.ledgers import LAST_DAY, Row, full_ledgers, plain_ledgers, snapshots
from tests.ageing.replay import Layer, Result, replay
from tests.queries.views.lakes import ask, engine_over, frame_of

DATES = (
    "item_id",
    "warehouse_id",
    "lot_id",
    "received_on",
    "received_from_on",
    "received_to_on",
    "arrived_on",
)
_SLOW = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.reuse, Phase.generate],
)
"""Eight ledgers an example; without shrinking, which would take longer than reading the item that differs."""


def together(ledgers: Iterable[Sequence[Row]]) -> list[Row]:
    """Several ledgers as one that cannot meet: items, documents and references get a number in front."""
    texts = ("item_id", "document_id", "reference_id")
    return [
        row | {name: f"{number:02d}{row[name]}" for name in texts if row.get(name)}
        for number, rows in enumerate(ledgers)
        for row in rows
    ]


def in_ledger_order(rows: Sequence[Row]) -> list[Row]:
    """The rows as the loader orders them, with seq."""
    stored = frame_of("movements", rows).to_dicts() if rows else []
    return [{name: value for name, value in row.items() if name != "load_id"} for row in stored]


def viewed(
    movements: Sequence[Row], as_of: date, **tables: Sequence[Row]
) -> tuple[Counter[Any], Counter[Any]]:
    """Layers and debts of the views, in the shape that `replayed` gives."""
    with TemporaryDirectory() as folder:
        engine = engine_over(Path(folder), movements=movements, **tables)
        filters = Filters(as_of=as_of)
        layers: Counter[Any] = Counter()
        for row in ask(engine, "fct_stock_layers", filters):
            under_way = row["status"] == "in_transit" and row["arrived_on"] is None
            layers[(*(row[name] for name in DATES), row["document_id"], row["receipt_cost"], under_way)] += (
                row["qty"]
            )
        debts = Counter(
            {
                (row["item_id"], row["warehouse_id"], row["lot_id"]): row["qty"]
                for row in ask(engine, "fct_stock_debts", filters)
                if row["qty"]
            }
        )
        engine.close()
    return layers, debts


def replayed(result: Result) -> tuple[Counter[Any], Counter[Any]]:
    """Layers (in transit under their target, else where they left) and debts of the replay."""
    layers: Counter[Any] = Counter()

    def add(layer: Layer, warehouse_id: str | None, lot_id: str | None, under_way: bool) -> None:
        place = (layer.item_id, warehouse_id, lot_id)
        days = (layer.received_on, layer.received_from_on, layer.received_to_on, layer.arrived_on)
        layers[(*place, *days, layer.document_id, layer.cost, under_way)] += layer.qty

    for layer in result.layers:
        add(layer, layer.warehouse_id, layer.lot_id, False)
    for found in result.in_transit:
        add(found.layer, found.layer.warehouse_id or found.from_warehouse_id, None, True)
    debts = Counter({(d.item_id, d.warehouse_id, d.lot_id): d.qty for d in result.debts if d.qty})
    return layers, debts


def without_transit_lots(layers: Counter[Any]) -> Counter[Any]:
    """What is under way is compared without its lot: the ledger does not say which one it will be."""
    folded: Counter[Any] = Counter()
    for (item, warehouse, lot, *rest, under_way), qty in layers.items():
        folded[(item, warehouse, None if under_way else lot, *rest, under_way)] += qty
    return Counter({key: qty for key, qty in folded.items() if qty})


def hold_together(movements: list[Row], as_of: date, **tables: Sequence[Row]) -> None:
    """The views' layers and debts are the replay's."""
    ordered = in_ledger_order(movements)
    expected = replayed(replay(ordered, as_of=as_of, stock=tables.get("stock")))
    found = viewed(movements, as_of, **tables)
    assert without_transit_lots(found[0]) == without_transit_lots(expected[0])
    assert found[1] == expected[1]


@_SLOW
@given(st.lists(plain_ledgers(), min_size=8, max_size=8))
def test_the_views_equal_the_replay_on_plain_ledgers(ledgers: list[list[Row]]) -> None:
    hold_together(together(ledgers), LAST_DAY)


@_SLOW
@given(st.lists(full_ledgers(), min_size=8, max_size=8), st.integers(0, 4))
def test_the_views_equal_the_replay_on_full_ledgers_at_any_day(ledgers: list[list[Row]], back: int) -> None:
    """Openings, reversals, returns, half transfers, counts on two sheets and without lots."""
    hold_together(together(ledgers), LAST_DAY - timedelta(days=back))


def in_known_lots(stock: Sequence[Row], movements: Sequence[Row]) -> list[Row]:
    """Stock rows without lots where the ledger names none: sharing out to such lots has its own tests."""
    lotted = {(row["item_id"], row["warehouse_id"]) for row in movements if row["lot_id"]}
    return [
        row if (row["item_id"], row["warehouse_id"]) in lotted else row | {"lot_id": None} for row in stock
    ]


@_SLOW
@given(st.lists(full_ledgers(max_events=10), min_size=4, max_size=4), snapshots())
def test_the_views_equal_the_replay_with_snapshots(ledgers: list[list[Row]], stock: list[Row]) -> None:
    """Rule 12: what a snapshot has less leaves oldest first, what it has more is older than the records."""
    movements = together(ledgers)
    held = [row | {"item_id": f"{n:02d}{row['item_id']}"} for n in range(len(ledgers)) for row in stock]
    hold_together(movements, LAST_DAY, stock=in_known_lots(held, movements))


def test_a_lots_own_date_goes_with_what_left_it_and_is_in_transit(tmp_path: Path) -> None:
    """Rules 7 and 12: to a known target and to none; what came after the lot was dated keeps its own date."""
    movements = [
        row("01-02", "R1", "receipt", 3, "W2", lot_id="L1"),
        row("03-01", "R2", "receipt", 2, "W2", lot_id="L1"),
        row("12-20", "T1", "transfer", -4, "W2", lot_id="L1"),
        row("12-31", "T1", "transfer", 4, "W3", lot_id="L1"),
        row("12-21", "T2", "transfer", -2, "W2", lot_id="L1"),
    ]
    dated = date(2024, 11, 12)
    stock = [held("02-01", 5, "W2", lot_id="L1", received_on=dated)]
    engine = engine_over(tmp_path, movements=movements, stock=stock)
    names = ("warehouse_id", "status", "document_id", "received_on", "received_to_on", "age_basis", "qty")
    found = ask(engine, "fct_stock_layers", Filters(as_of=on("12-25")))
    engine.close()
    assert [tuple(layer[name] for name in names) for layer in found] == [
        ("W2", "available", "R2", on("03-01"), on("03-01"), "ledger", 1),
        ("W2", "in_transit", "R1", dated, dated, "lot", 1),
        ("W2", "in_transit", "R2", on("03-01"), on("03-01"), "ledger", 1),
        ("W3", "in_transit", None, dated, dated, "lot", 2),
        ("W3", "in_transit", "R1", dated, dated, "lot", 2),
    ]
    hold_together(movements, on("12-25"), stock=stock)


def test_a_lots_own_date_goes_wherever_its_pieces_go(tmp_path: Path) -> None:
    """Rules 6, 8 and 12: over two hops, through a repack and back from a customer; a later date wins."""
    lot = {"lot_id": "L1"}
    movements = [
        row("01-02", "R1", "receipt", 3, "W2", **lot),
        row("01-20", "T0", "transfer", -1, "W2", **lot),
        row("01-20", "T0", "transfer", 1, "W5", **lot),
        row("12-01", "T1", "transfer", -4, "W2", **lot),
        row("12-01", "T1", "transfer", 4, "W3", **lot),
        row("12-02", "P1", "production_out", -3, "W3", **lot),
        row("12-02", "P1", "production_in", 3, "W3", lot_id="L2"),
        row("12-03", "T2", "transfer", -2, "W3", lot_id="L2"),
        row("12-03", "T2", "transfer", 2, "W4"),
        row("12-04", "S1", "issue", -1, "W4"),
        row("12-05", "B1", "customer_return", 1, "W6", reference_id="S1"),
    ]
    dated, again = date(2024, 11, 12), date(2024, 10, 1)
    stock = [
        held("02-01", 5, "W2", **lot, received_on=dated),
        held("12-02", 3, "W3", lot_id="L2", received_on=again),
        held("12-02", 1, "W3", lot_id="L1"),
    ]
    engine = engine_over(tmp_path, movements=movements, stock=stock)
    found = ask(engine, "fct_stock_layers", Filters(as_of=AS_OF))
    engine.close()
    names = ("warehouse_id", "lot_id", "received_on", "received_to_on", "age_basis", "qty")
    assert sorted(tuple(str(layer[name]) for name in names) for layer in found) == [
        ("W2", "L1", str(dated), str(dated), "lot", "1.0000"),
        ("W3", "L1", str(dated), str(dated), "lot", "1.0000"),
        ("W3", "L2", str(again), str(again), "lot", "1.0000"),
        ("W4", "None", str(again), str(again), "lot", "1.0000"),
        ("W5", "L1", "None", "2025-01-02", "ledger", "1.0000"),
        ("W6", "None", str(again), str(again), "lot", "1.0000"),
    ]
    hold_together(movements, AS_OF, stock=stock)


@pytest.mark.parametrize("seed", [1, 2])
def test_shuffled_rows_give_the_same_layers(seed: int) -> None:
    """Rule 3, T7."""
    import random

    from tests.ageing.ledgers import big_ledger

    rows = big_ledger(3_000, 60, 0.3, seed).to_pylist()
    straight = viewed(rows, date(2030, 1, 1))
    random.Random(seed).shuffle(rows)
    assert viewed(rows, date(2030, 1, 1)) == straight
    assert sum(straight[0].values()) > Decimal(0)
