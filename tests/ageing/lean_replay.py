"""The yardstick of the benchmark: a lean row-by-row replay in pure Python, deques and integers, one path
for all rows.

It knows what a benchmark ledger has: receipts, issues, production, adjustments, counts of a lot,
transfers whose sides balance on one day, repacks, debts. On such ledgers it equals the slow replay,
quantity and both dates of every layer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

LeanRow = tuple[date, str, int, str, str, str, str, int]
"""posted_on, document_id, line_no, item_id, warehouse_id, lot_id, kind, qty or counted_qty x 10^4."""
Key = tuple[str, str, str]
Layers = dict[tuple[str, str, str, date, date], int]
"""Quantity x 10^4 by item, warehouse, lot ('' for none), received_on and arrived_on."""
LAST_LINE = 2**62


def lean_rows(movements: pa.Table) -> list[LeanRow]:
    """A ledger with the contract's columns as rows, texts filled, quantities scaled; not to be timed."""
    amounts = pc.coalesce(movements["counted_qty"], movements["qty"])
    scaled = pc.cast(pc.multiply(amounts, pa.scalar(10_000, pa.int32())), pa.int64())
    filled = {
        "line_no": pc.fill_null(pc.cast(movements["line_no"], pa.int64()), LAST_LINE),
        "warehouse_id": pc.fill_null(movements["warehouse_id"], ""),
        "lot_id": pc.fill_null(movements["lot_id"], ""),
        "qty": scaled,
    }
    names = ("posted_on", "document_id", "line_no", "item_id", "warehouse_id", "lot_id", "kind", "qty")
    columns = [filled[name] if name in filled else movements[name] for name in names]
    return list(zip(*(column.to_pylist() for column in columns), strict=True))


def lean_rows_of(rows: Iterable[Mapping[str, Any]]) -> list[LeanRow]:
    """The same from mappings, as the strategies make them."""
    return [
        (
            row["posted_on"], row["document_id"], row["line_no"] or LAST_LINE, row["item_id"],
            row["warehouse_id"] or "", row["lot_id"] or "", row["kind"],
            int((row["counted_qty"] if row["qty"] is None else row["qty"]) * 10_000),
        )
        for row in rows
    ]  # fmt: skip


def lean_replay(rows: Sequence[LeanRow]) -> Layers:
    """The layers at the end of a ledger, whatever the order of its rows."""
    first_line: dict[tuple[date, str], int] = {}
    lotted: set[tuple[str, str]] = set()
    for posted_on, document, line_no, item, warehouse, lot, _, _ in rows:
        head = posted_on, document
        if line_no < first_line.get(head, LAST_LINE + 1):
            first_line[head] = line_no
        if lot:
            lotted.add((item, warehouse))
    documents: dict[tuple[date, int, str], list[LeanRow]] = {}
    for row in rows:
        documents.setdefault((row[0], first_line[row[0], row[1]], row[1]), []).append(row)

    queues: dict[Key, deque[list[Any]]] = {}
    debts: dict[Key, int] = {}
    book: dict[Key, int] = {}

    def take(key: Key, qty: int, day: date, handed: deque[list[Any]] | None) -> None:
        queue = queues.get(key)
        while qty and queue:
            layer = queue[0]
            size = min(layer[0], qty)
            if handed is not None:
                handed.append([size, layer[1]])
            if size == layer[0]:
                queue.popleft()
            else:
                layer[0] -= size
            qty -= size
        if qty:
            debts[key] = debts.get(key, 0) + qty
            if handed is not None:
                handed.append([qty, day])

    entries = count()

    def put(key: Key, qty: int, received_on: date, arrived_on: date) -> None:
        debt = debts.get(key, 0)
        if debt:
            paid = min(debt, qty)
            debts[key] = debt - paid
            qty -= paid
        if qty:
            queues.setdefault(key, deque()).append([qty, received_on, arrived_on, next(entries)])

    for place in sorted(documents):
        day = place[0]
        lines = sorted(documents[place], key=lambda row: row[2:])
        nets: dict[tuple[Key, bool], int] = {}
        counts: dict[Key, int] = {}
        books: dict[Key, int] = {}
        for _, _, _, item, warehouse, lot, kind, amount in lines:
            key = item, warehouse, lot
            if kind == "count":
                counts[key] = counts.get(key, 0) + amount
                books.setdefault(key, book.get(key, 0))
            else:
                line = key, kind == "transfer"
                nets[line] = nets.get(line, 0) + amount
                book[key] = book.get(key, 0) + amount
        units: dict[tuple[str, ...], deque[list[Any]]] = {}
        for (key, is_transfer), net in nets.items():
            if net < 0:
                unit = key[:1] if is_transfer else key[:2]
                handed = units.setdefault(unit, deque()) if is_transfer or unit in lotted else None
                take(key, -net, day, handed)
        for (key, is_transfer), net in nets.items():
            if net > 0:
                handed = units.get(key[:1] if is_transfer else key[:2])
                while net and handed:
                    piece = handed[0]
                    size = min(piece[0], net)
                    put(key, size, piece[1], day)
                    net -= size
                    if size == piece[0]:
                        handed.popleft()
                    else:
                        piece[0] -= size
                if net:
                    put(key, net, day, day)
        for key, counted in counts.items():
            surplus = counted - books[key]
            book[key] = book.get(key, 0) + surplus
            if surplus > 0:
                put(key, surplus, day, day)
            elif surplus < 0:
                take(key, -surplus, day, None)

    for (item, warehouse, lot), debt in debts.items():
        if debt and not lot and (item, warehouse) in lotted:
            oldest = [
                layer for key, queue in queues.items() if key[:2] == (item, warehouse) for layer in queue
            ]
            for layer in sorted(oldest, key=lambda layer: layer[3]):
                paid = min(layer[0], debt)
                layer[0] -= paid
                debt -= paid

    layers: Layers = {}
    for (item, warehouse, lot), queue in queues.items():
        for qty, received_on, arrived_on, _ in queue:
            if qty:
                found = item, warehouse, lot, received_on, arrived_on
                layers[found] = layers.get(found, 0) + qty
    return layers
