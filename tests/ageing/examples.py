"""Rows of worked examples, short to write and to read: item X, warehouse A, days of 2025."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from tests.ageing.ledgers import Row
from tests.ageing.replay import Layer, replay

AS_OF = date(2025, 12, 31)
Seen = list[tuple[Any, ...]]


def on(day: str) -> date:
    """'03-15' of 2025."""
    return date.fromisoformat(f"2025-{day}")


def row(
    day: str, document: str, kind: str, qty: float | str | None, warehouse: str | None = "A", **columns: Any
) -> Row:
    head = {
        "posted_on": on(day),
        "document_id": document,
        "item_id": "X",
        "kind": kind,
        "warehouse_id": warehouse,
    }
    return head | {"qty": None if qty is None else Decimal(str(qty))} | columns


def count(day: str, document: str, counted: float, warehouse: str = "A", **columns: Any) -> Row:
    return row(day, document, "count", None, warehouse, counted_qty=Decimal(str(counted)), **columns)


def held(day: str, qty: float | str, warehouse: str = "A", **columns: Any) -> Row:
    head = {"snapshot_on": on(day), "item_id": "X", "warehouse_id": warehouse, "qty": Decimal(str(qty))}
    return head | columns


def layers(rows: Sequence[Row], *names: str, as_of: date = AS_OF, **options: Any) -> Seen:
    """The layers of a replay, only the columns named, sorted with the unknown first."""
    return columns_of(replay(rows, as_of=as_of, **options).layers, *names)


def columns_of(found: Sequence[Layer], *names: str) -> Seen:
    seen = [tuple(getattr(layer, name) for name in names) for layer in found]
    return sorted(seen, key=lambda values: tuple((value is not None, str(value)) for value in values))
