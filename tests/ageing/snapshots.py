"""Rules 11 to 14 of the slow replay: what snapshots say about quantity, lots, statuses, shares and worth.

Readings, after A to P of replay.py:
 Q. A snapshot is settled at the end of its day, like a count: less than the book is taken from the
    oldest; more is a layer in front of the queue, received at most on the first day of the ledger (or
    the snapshot's, if earlier). Movements after it go on from there.
 R. The finest key both have: the lot, where ledger and snapshot both name lots for that item and
    warehouse; else item and warehouse, where the debts of all lots are settled against the oldest
    layers, too. A reversal posted after the snapshot undoes a line before it, but the snapshot's
    difference is to the book of its day: what that leaves owed stays owed.
 S. Lots the ledger does not know take the layers oldest first: lots with a received_on by that date,
    then the others by lot_id. Their own received_on replaces the layer's date only; cost, document and
    arrival stay. Several rows of a lot: the earliest date.
 T. Pro rata in whole units: layer by layer, oldest first, by what each status (warehouse) still has to
    get; whole parts first, then the largest remainder, then by name.
 U. A warehouse no row of the ledger names is one without a ledger (rule 14). With a ledger without
    warehouses, the newest of all snapshots' days is the item's, and later rows move its total.
 V. From a series: (received_from_on, received_to_on] as methods.md 1c has it; a single snapshot bounds
    nothing.
 W. Book cost: the newest snapshot's average for item, warehouse and lot, else item and warehouse; else
    the item's; else the layer's own; else the ledger's last inward row with a cost. Zero is missing;
    consigned is worth nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from tests.ageing.floor import Floor, at_most, cut
from tests.ageing.lines import COUNT, SCALE, Key, Movement, Piece, scaled, unscaled

Row = Mapping[str, Any]
Place = tuple[str, str]


class Snapshots:
    """The newest snapshot of every warehouse up to as_of, beside the ledger known by then."""

    def __init__(self, stock: Iterable[Row], known: Sequence[Movement], as_of: date) -> None:
        self.series: dict[str, dict[date, list[Row]]] = defaultdict(dict)
        for row in stock:
            if row["snapshot_on"] <= as_of:
                self.series[row["warehouse_id"]].setdefault(row["snapshot_on"], []).append(row)
        self.newest = {warehouse: max(days) for warehouse, days in self.series.items()}
        self.first_day = min((row.posted_on for row in known), default=None)
        self.by_item = bool(known) and not any(row.warehouse_id for row in known)
        self.in_ledger = {row.warehouse_id or "" for row in known}
        self.lotted = {row.key[:2] for row in known if row.lot_id}
        self.gaps: dict[tuple[str, str | None], int] = {}
        self.older: dict[Key, tuple[int, Piece]] = {}
        self.prepaid: dict[Key, int] = {}
        self.waiting: list[tuple[date, str]] = sorted(
            (day, warehouse) for warehouse, day in self.newest.items()
        )
        if self.by_item and self.newest:
            self.waiting = [(max(self.newest.values()), "")]

    def rows(self, warehouse: str) -> list[Row]:
        """The newest rows of a warehouse; of all warehouses for ''."""
        names = list(self.newest) if warehouse == "" else [warehouse]
        return [row for name in names for row in self.series[name][self.newest[name]]]

    def settle(self, floor: Floor, booked: dict[Key, int], *, before: date) -> None:
        """Readings Q and U: settle every snapshot whose day has ended."""
        while self.waiting and self.waiting[0][0] < before:
            day, warehouse = self.waiting.pop(0)
            if self.first_day is None or not (self.by_item or warehouse in self.in_ledger):
                self.believe_series(floor, booked, warehouse)
                continue
            found: dict[str, list[Row]] = defaultdict(list)
            for row in self.rows(warehouse):
                found[row["item_id"]].append(row)
            items = {key[0] for key in [*booked, *floor.queues] if key[1] == warehouse} | set(found)
            for item in sorted(items):
                older = at_most(0, min(day, self.first_day), None, None)
                self.settle_item(floor, booked, (item, warehouse), found[item], older)

    def settle_item(
        self, floor: Floor, booked: dict[Key, int], place: Place, rows: Sequence[Row], older: Piece
    ) -> None:
        """Readings Q, R and S for one item and warehouse."""
        item, warehouse = place
        counted: dict[str, int] = defaultdict(int)
        received: dict[str, date] = {}
        for row in rows:
            lot = row.get("lot_id") or ""
            counted[lot] += scaled(row["qty"])
            if lot and row.get("received_on"):
                received[lot] = min(row["received_on"], received.get(lot, row["received_on"]))
        keys = {key for key in [*booked, *floor.lots(item, warehouse)] if key[:2] == place}
        keys |= {(item, warehouse, "")}
        gap = sum(counted.values()) - sum(booked[key] for key in keys)
        if gap:
            self.gaps[item, warehouse or None] = gap
        by_lot = place in self.lotted and any(counted[lot] for lot in counted if lot)
        if by_lot:
            for lot in sorted({key[2] for key in keys} | set(counted)):
                key = item, warehouse, lot
                short = booked[key] - counted[lot]
                self.add_older(floor, key, max(-short, 0), older)
                floor.take(key, max(short, 0), older)
                booked[key] = counted[lot]
                floor.queues[key] = [dated_by_lot(piece, received.get(lot)) for piece in floor.queues[key]]
            return
        later = {key: booked[key] - floor.balance(key) + self.prepaid.get(key, 0) for key in keys}
        bare, total = (item, warehouse, ""), sum(counted.values()) - sum(later.values())
        still_owed = min(floor.debts[bare], max(-total, 0))
        for key in floor.lots(*place):
            paid = floor.debts[key] - (still_owed if key == bare else 0)
            self.add_older(floor, key, paid + self.prepaid.get(key, 0), older)
        standing = sum(piece.qty for key in floor.lots(*place) for piece in floor.queues[key])
        floor.take_of_all_lots(item, warehouse, max(standing - max(total, 0), 0))
        self.add_older(floor, bare, max(total - standing, 0) + self.prepaid.get(bare, 0), older)
        floor.debts[bare] += max(-total, 0) - still_owed
        if any(counted[lot] for lot in counted if lot):
            give_to_lots(floor, place, counted, received)
        for key in {*keys, *((item, warehouse, lot) for lot in counted)}:
            booked[key] = floor.balance(key) + later.get(key, 0)

    def add_older(self, floor: Floor, key: Key, qty: int, older: Piece) -> None:
        """Reading Q: stock older than the records, less what this run began with."""
        qty -= self.prepaid.get(key, 0)
        if qty > 0:
            known = self.older.get(key, (0, older))[0]
            self.older[key] = known + qty, older
            floor.put(key, [replace(older, qty=qty)], in_front=True)

    def believe_series(self, floor: Floor, booked: dict[Key, int], warehouse: str) -> None:
        """Rule 14: a lot's own date, else the bounds of the series of snapshots (reading V)."""
        days = sorted(self.series[warehouse])
        dated_rows: dict[Key, list[tuple[date, int]]] = defaultdict(list)
        levels: dict[Key, dict[date, int]] = defaultdict(lambda: dict.fromkeys(days, 0))
        for day in days:
            for row in self.series[warehouse][day]:
                key = row["item_id"], warehouse, row.get("lot_id") or ""
                if not row.get("received_on"):
                    levels[key][day] += scaled(row["qty"])
                elif day == days[-1]:
                    dated_rows[key].append((row["received_on"], scaled(row["qty"])))
        for key, level in sorted(levels.items()):
            before = 0
            for since, day in zip([None, *days], days, strict=False):
                bounds = (None, None, "unknown") if len(days) == 1 else (since, day, "snapshots")
                more = level[day] - before
                piece = Piece(max(more, 0), None, bounds[0], bounds[1], None, None, None, bounds[2])
                floor.put(key, [piece])
                floor.take(key, max(-more, 0), piece)
                before = level[day]
            booked[key] += before
        for key, rows in sorted(dated_rows.items()):
            for received_on, qty in sorted(rows):
                piece = Piece(max(qty, 0), received_on, received_on, received_on, None, None, None, "lot")
                floor.put(key, [piece])
                floor.take(key, max(-qty, 0), piece)
                booked[key] += qty

    def shared(self, floor: Floor) -> dict[Key, list[tuple[Piece, str | None]]]:
        """Every queue's pieces with their status; an item's queue shared among warehouses (rule 13)."""
        placed: dict[Key, list[Piece]] = defaultdict(list)
        for (item, warehouse, lot), queue in sorted(floor.queues.items()):
            if not self.by_item:
                placed[item, warehouse, lot] += queue
                continue
            queue = [replace(p, age_basis="item" if p.age_basis == "ledger" else p.age_basis) for p in queue]
            for name, pieces in share(queue, self.weights("warehouse_id", item, "", lot)).items():
                placed[item, name, lot] += pieces
        result: dict[Key, list[tuple[Piece, str | None]]] = {}
        for (item, warehouse, lot), queue in placed.items():
            parts = share(
                queue, self.weights("status", item, warehouse, lot) if warehouse in self.newest else {}
            )
            result[item, warehouse, lot] = [(p, name or None) for name, part in parts.items() for p in part]
        return result

    def weights(self, column: str, item: str, warehouse: str, lot: str) -> dict[str, int]:
        """What the newest snapshot has by warehouse or status: of that lot, else of the item there."""
        rows = [row for row in self.rows(warehouse) if row["item_id"] == item]
        of_lot = [row for row in rows if (row.get("lot_id") or "") == lot]
        total: dict[str, int] = defaultdict(int)
        for row in of_lot or rows:
            total[row.get(column) or ""] += scaled(row["qty"])
        return {name: qty for name, qty in total.items() if qty > 0}

    def book_cost(self, item: str, warehouse: str, lot: str, status: str | None) -> Decimal | None:
        """The newest snapshot's unit cost; None where it has none (reading W)."""
        if status == "consigned":
            return Decimal(0)
        rows = self.rows(warehouse) if warehouse in self.newest else []
        priced = [row for row in rows if row["item_id"] == item and row.get("unit_cost") and row["qty"] > 0]
        priced = [row for row in priced if row.get("status") != "consigned"]
        of_lot = [row for row in priced if (row.get("lot_id") or "") == lot]
        weight = sum(scaled(row["qty"]) for row in of_lot or priced)
        worth = sum(scaled(row["qty"]) * scaled(row["unit_cost"]) for row in of_lot or priced)
        return unscaled((2 * worth + weight) // (2 * weight)) if weight else None


def last_cost(item: str, known: Sequence[Movement]) -> Decimal | None:
    """The ledger's last inward row of the item with a cost."""
    for row in reversed(known):
        if row.item_id == item and row.kind != COUNT and row.unit_cost and scaled(row.qty) > 0:
            return row.unit_cost
    return None


def dated_by_lot(piece: Piece, received_on: date | None) -> Piece:
    """A lot's own date wins; everything else stays."""
    if received_on is None:
        return piece
    bounds = {"received_on": received_on, "received_from_on": received_on, "received_to_on": received_on}
    return replace(piece, **bounds, age_basis="lot")  # type: ignore[arg-type]


def give_to_lots(
    floor: Floor, place: Place, counted: Mapping[str, int], received: Mapping[str, date]
) -> None:
    """Reading S: all layers of the place, oldest first, to the lots of its snapshot."""
    pieces = sorted(
        (p for key in floor.lots(*place) for p in floor.queues[key]), key=lambda piece: piece.entry
    )
    for key in floor.lots(*place):
        floor.queues[key] = []
    at = 0
    for lot in sorted(counted, key=lambda lot: (received.get(lot, date.max), lot)):
        part = cut(pieces, at, max(counted[lot], 0))
        floor.queues[*place, lot] = [dated_by_lot(piece, received.get(lot)) for piece in part]
        at += max(counted[lot], 0)
    rest = cut(pieces, at, sum(piece.qty for piece in pieces) - at) if pieces else []
    floor.queues[*place, ""] += rest


def split(qty: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Reading T: a quantity by weights that add up to at least as much, in whole units."""
    total = sum(weights.values())
    part = {name: qty * weight // total // SCALE * SCALE for name, weight in weights.items()}
    rest = qty - sum(part.values())
    while rest:
        name = min(
            (name for name in weights if part[name] < weights[name]),
            key=lambda name: (part[name] * total - qty * weights[name], name),
        )
        size = min(SCALE, rest, weights[name] - part[name])
        part[name] += size
        rest -= size
    return part


def share(pieces: Sequence[Piece], weights: Mapping[str, int]) -> dict[str, list[Piece]]:
    """Pieces, oldest first, among the names; '' takes all where nothing has a weight."""
    total, weight = sum(piece.qty for piece in pieces), sum(weights.values())
    if weight == 0:
        return {"": list(pieces)}
    to_get = dict(weights)
    if total != weight:
        grown = {name: part * (total // weight + 1) for name, part in weights.items()}
        to_get = split(total, grown)
    shares: dict[str, list[Piece]] = {name: [] for name in weights}
    for piece in pieces:
        for name, qty in split(piece.qty, {name: qty for name, qty in to_get.items() if qty}).items():
            to_get[name] -= qty
            if qty:
                shares[name].append(replace(piece, qty=qty))
    return shares
