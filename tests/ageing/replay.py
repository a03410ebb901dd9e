"""The slow replay: the rules of age, one movement at a time, for tests to hold the views against.

Written from the rules alone and for reading, not for speed; quantities and costs are integers scaled by
10^4 inside and exact decimals outside. Where a rule leaves a choice, the reading taken is numbered here
and named in the code.

Order and quantity
 A. Order of a day: documents by smallest line_no, then document_id; lines by line_no, then content; a
    missing line_no follows every number. Where the rows bring a dense `seq`, that order stands.
 B. Inside a document all that goes out stands before all that comes in, whatever the class of the line;
    its counts come last. A line stands in its queue at the place of its first row.
 C. Netted apart, each with its own date to bring: plain rows, transfers, counts, openings, customer
    returns with a reference (one by one reference), positive reversals that match nothing. Everything
    else nets, whatever its kind.
 D. A count's book is the ledger as it was recorded: openings and reversals at their own day, rows before
    the count in the order of lines. What a count without a lot took from a lot has left that lot's book.
 E. "Oldest of all lots" is the order of arrival in the warehouse over all its lots, as if lots had not
    been kept.
 F. Openings stand before everything else in the ledger, so their stock is used first; a negative opening
    is a debt brought forward, not a reversal.
 G. A netted line's cost is the average of its rows of that direction that have one, weighted, rounded
    half up at four decimals; a zero cost is missing.
Hand-over
 H. One principle for stock, transfers and returns: both sides run in order on one axis of quantity and
    the k-th piece meets the k-th. A pair whose source stands later than its target hands nothing over.
 I. A document's outs of one item (a transfer; or within one warehouse, a repack between lots) are laid
    end to end in line order, its ins are filled from the front; ins beyond them start their own life,
    outs beyond them are the tail.
 J. What a source in debt did not have starts its life in the line that took it: that line's date,
    document, unit_cost.
 K. Two sides join if one document holds both; else if one's reference_id is the other's document; else
    if they share a reference_id. Sides joined on one day are one document, at the earlier place. What a
    day leaves over meets later days of the same join, in order of time.
 L. An in-side before its out-side is an in-side alone for good; the out-side then settles it and nothing
    is in transit.
 M. The other side of a transfer may stand after as_of: it names the target of what is in transit,
    nothing else. All other rows after as_of do not exist. Without it the target is unknown, and after
    `transit_days` the pieces are lost.
 N. A return with a reference takes what the plain outs of that document and item took and did not hand
    over: first from lines of its own lot, then from the rest. An issue from debt returns as J says; the
    excess has its own date.
Reversals
 O. Evidence first: own document; then the document it refers to, latest first; then the nearest earlier
    line whose remaining quantity is equal; then the latest first, each for all reversals in order. Only
    lines of the same item, warehouse, lot and kind, before it.
 P. What matches nothing is listed and stays in the quantities: outwards it is an out by rule 4 and no
    use; inwards it is a layer of unknown receipt, at most its date.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from tests.ageing.floor import Floor, coming_in, cut, dated
from tests.ageing.lines import (
    COUNT,
    TRANSFER,
    Key,
    Line,
    Movement,
    Piece,
    average_cost,
    in_order,
    join_repacks,
    join_returns,
    join_transfers,
    movement,
    net,
    scaled,
    undo,
    unscaled,
)
from tests.ageing.snapshots import Snapshots, last_cost


@dataclass(frozen=True)
class Settings:
    """transit_days: how long an out-side alone counts; return_age: 'issue' (its pieces' dates), 'return'."""

    transit_days: int = 30
    return_age: str = "issue"
    use_kinds: tuple[str, ...] = ("issue", "production_out")


@dataclass(frozen=True)
class Layer:
    """Stock of one receipt still on hand; warehouse and lot are None where the records name none."""

    item_id: str
    warehouse_id: str | None
    lot_id: str | None
    received_on: date | None
    received_from_on: date | None
    received_to_on: date | None
    arrived_on: date | None
    qty: Decimal
    cost: Decimal | None
    document_id: str | None
    age_basis: str
    status: str | None = None
    unit_cost: Decimal | None = None
    """Book cost (rule 11); value = qty x unit_cost, cost_value = qty x cost."""

    @property
    def value(self) -> Decimal | None:
        return None if self.unit_cost is None else self.qty * self.unit_cost

    @property
    def cost_value(self) -> Decimal | None:
        return None if self.cost is None else self.qty * self.cost


@dataclass(frozen=True)
class Debt:
    """Stock that went out without being there, and has not come since."""

    item_id: str
    warehouse_id: str | None
    lot_id: str | None
    qty: Decimal


@dataclass(frozen=True)
class InTransit:
    """A layer between two warehouses; layer.warehouse_id is the target, None where unknown."""

    layer: Layer
    from_warehouse_id: str | None
    left_on: date


@dataclass
class Result:
    """All that is on hand at as_of, and what the quality page must name."""

    layers: list[Layer] = field(default_factory=list)
    debts: list[Debt] = field(default_factory=list)
    in_transit: list[InTransit] = field(default_factory=list)
    lost_in_transit: list[InTransit] = field(default_factory=list)
    unmatched_reversals: list[tuple[Movement, Decimal]] = field(default_factory=list)
    paid_by_lots: dict[tuple[str, str | None], Decimal] = field(default_factory=dict)
    gaps: dict[tuple[str, str | None], Decimal] = field(default_factory=dict)
    """Snapshot less ledger, by item and warehouse, where they differ."""
    book: dict[Key, Decimal] = field(default_factory=dict)
    """Recorded quantity; by item and warehouse it is the sum of layers less debts."""
    last_use: dict[tuple[str, str], date] = field(default_factory=dict)


def replay(
    movements: Iterable[Movement | Mapping[str, Any]],
    *,
    as_of: date,
    stock: Iterable[Mapping[str, Any]] | None = None,
    items: Mapping[str, Decimal | None] | None = None,
    settings: Settings = Settings(),
) -> Result:
    """Layers, debts and what is under way at the end of `as_of`.

    stock: snapshot rows with the contract's columns; items: standard unit cost by item (rule 11). Both None:
    the ledger-only world, rules 1 to 10, with every cost carried.
    """
    everything = in_order(movement(row) for row in movements)
    known = [row for row in everything if row.posted_on <= as_of]
    left, unmatched = undo(known)
    result = Result()
    for at, rest in unmatched.items():
        result.unmatched_reversals.append((known[at], unscaled(rest)))
    for row, rest in zip(known, left, strict=True):
        if row.kind in settings.use_kinds and rest < 0:
            place = row.item_id, row.warehouse_id or ""
            result.last_use[place] = max(row.posted_on, result.last_use.get(place, row.posted_on))

    lines = [line for line in net(known, left, unmatched) if line.kind != TRANSFER]
    join_returns(lines, join_repacks(lines))
    recorded = [0 if row.kind == COUNT else scaled(row.qty) for row in everything]
    transfers = [line for line in net(everything, recorded, {}) if line.kind == TRANSFER]
    join_transfers(transfers)
    lines += [line for line in transfers if line.posted_on <= as_of]

    snapshots = Snapshots(stock or (), known, as_of)
    floor, booked = run(known, lines, snapshots, settings)
    if snapshots.older:
        older, snapshots = snapshots.older, Snapshots(stock or (), known, as_of)
        snapshots.prepaid = {key: qty for key, (qty, _) in older.items()}
        floor, booked = run(known, lines, snapshots, settings, older)
    result.gaps = {place: unscaled(gap) for place, gap in snapshots.gaps.items()}
    result.book = {key: unscaled(qty) for key, qty in booked.items()}
    pay_debts_from_lots(floor, result)
    find_in_transit(result, transfers, as_of, settings)
    for key, pieces in snapshots.shared(floor).items():
        result.layers += layers_of(key, pieces)
    for key, owed in floor.debts.items():
        if owed:
            result.debts.append(Debt(key[0], key[1] or None, key[2] or None, unscaled(owed)))
    for at, layer in enumerate(result.layers):
        book = snapshots.book_cost(layer.item_id, layer.warehouse_id or "", layer.lot_id or "", layer.status)
        if book is None:
            book = (items or {}).get(layer.item_id) or layer.cost or last_cost(layer.item_id, known)
        result.layers[at] = replace(layer, unit_cost=book)
    return result


def run(
    known: Sequence[Movement],
    lines: Iterable[Line],
    snapshots: Snapshots,
    settings: Settings,
    older: Mapping[Key, tuple[int, Piece]] | None = None,
) -> tuple[Floor, dict[Key, int]]:
    """Document by document: what goes out, what comes in, its counts; snapshots at the end of a day."""
    floor = Floor()
    booked: dict[Key, int] = defaultdict(int)
    at_place: dict[int, list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: (line.place, line.seq)):
        at_place[line.place].append(line)

    def move(place: int) -> None:
        for line in at_place[place]:
            if line.qty < 0:
                started = dated(0, line.posted_on, line.cost, line.document_id)
                line.pieces = floor.take(line.key, -line.qty, started)
        for line in at_place[place]:
            if line.qty > 0:
                floor.put(line.key, coming_in(line, returns_keep_dates=settings.return_age == "issue"))

    for key, (qty, piece) in (older or {}).items():
        floor.put(key, [replace(piece, qty=qty)])
    move(-1)
    documents = groupby(known, key=lambda row: (row.posted_on, row.document_id))
    for place, ((posted_on, _), rows) in enumerate(documents):
        snapshots.settle(floor, booked, before=posted_on)
        move(place)
        record(list(rows), floor, booked)
    snapshots.settle(floor, booked, before=date.max)
    return floor, booked


def record(rows: Sequence[Movement], floor: Floor, booked: dict[Key, int]) -> None:
    """Rule 1: the book row by row, and a document's counts against the book of their moment (reading D)."""
    counted: dict[Key, list[Movement]] = defaultdict(list)
    for row in rows:
        if row.kind == COUNT:
            counted[row.key].append(row)
    for row in rows:
        if row.kind != COUNT:
            booked[row.key] += scaled(row.qty)
            continue
        sheets = counted.pop(row.key, [])
        if not sheets:
            continue
        item, warehouse, lot = row.key
        keys = [key for key in booked if key[:2] == (item, warehouse)] if lot == "" else [row.key]
        surplus = sum(scaled(sheet.counted_qty) for sheet in sheets) - sum(booked[key] for key in keys)
        if surplus > 0:
            cost = average_cost([(scaled(sheet.counted_qty), sheet) for sheet in sheets])
            floor.put(row.key, [dated(surplus, row.posted_on, cost, row.document_id)])
            booked[row.key] += surplus
        elif surplus < 0:
            lost = floor.take_of_all_lots(item, warehouse, -surplus) if lot == "" else {}
            for key, qty in lost.items():
                booked[key] -= qty
            rest = -surplus - sum(lost.values())
            floor.take(row.key, rest, dated(0, row.posted_on, None, row.document_id))
            booked[row.key] -= rest


def pay_debts_from_lots(floor: Floor, result: Result) -> None:
    """Rule 5: a debt without a lot that is still open is paid from the lots' oldest layers, and named."""
    for (item, warehouse, lot), owed in list(floor.debts.items()):
        if lot == "" and owed:
            paid = sum(floor.take_of_all_lots(item, warehouse, owed).values())
            floor.debts[item, warehouse, lot] -= paid
            if paid:
                result.paid_by_lots[item, warehouse or None] = unscaled(paid)


def layers_of(key: Key, pieces: Iterable[tuple[Piece, str | None]]) -> list[Layer]:
    """Pieces of one origin are one layer, in the order of their queue."""
    total: dict[tuple[Piece, str | None], int] = defaultdict(int)
    for piece, status in pieces:
        total[replace(piece, qty=0, entry=0), status] += piece.qty
    return [
        Layer(
            key[0], key[1] or None, key[2] or None, piece.received_on, piece.received_from_on,
            piece.received_to_on, piece.arrived_on, unscaled(qty),
            None if piece.cost is None else unscaled(piece.cost), piece.document_id, piece.age_basis, status,
        )
        for (piece, status), qty in total.items()
    ]  # fmt: skip


def find_in_transit(result: Result, transfers: Iterable[Line], as_of: date, settings: Settings) -> None:
    """Rule 7: what left and has not arrived; alone for longer than `transit_days` it is lost (reading M)."""
    arrivals: dict[int, list[tuple[int, int, Line]]] = defaultdict(list)
    outs = [line for line in transfers if line.qty < 0 and line.posted_on <= as_of]
    for target in transfers:
        for hand in target.hands:
            arrivals[id(hand.source)].append((hand.start, hand.qty, target))
    for line in outs:
        at = 0
        stretches: list[tuple[int, int, Line | None]] = []
        for start, qty, target in sorted(arrivals[id(line)], key=lambda arrival: arrival[0]):
            stretches += [(at, start - at, None), (start, qty, target)]
            at = start + qty
        stretches.append((at, -line.qty - at, None))
        for start, qty, other in stretches:
            if qty == 0 or (other is not None and other.posted_on <= as_of):
                continue
            late = other is None and (as_of - line.posted_on).days > settings.transit_days
            key = other.key if other else (line.key[0], "", line.key[2])
            under_way = [
                (replace(piece, arrived_on=None), "in_transit") for piece in cut(line.pieces, start, qty)
            ]
            for layer in layers_of(key, under_way):
                found = InTransit(layer, line.key[1] or None, line.posted_on)
                (result.lost_in_transit if late else result.in_transit).append(found)
