"""What stands in the warehouses while the ledger is replayed: queues of pieces, and debts (rules 4 and 5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tests.ageing.lines import PLAIN, RETURN, Hand, Key, Line, Piece


class Floor:
    """What stands in the warehouses while the ledger is replayed."""

    def __init__(self) -> None:
        self.queues: dict[Key, list[Piece]] = defaultdict(list)
        self.debts: dict[Key, int] = defaultdict(int)
        self.entries = 0

    def take(self, key: Key, qty: int, started: Piece) -> list[Piece]:
        """Rule 4: the layers in the order they arrived; what is missing is a debt and begins as `started`."""
        taken, queue = [], self.queues[key]
        while qty and queue:
            piece = queue.pop(0)
            size = min(piece.qty, qty)
            taken.append(replace(piece, qty=size))
            if piece.qty > size:
                queue.insert(0, replace(piece, qty=piece.qty - size))
            qty -= size
        if qty:
            self.debts[key] += qty
            taken.append(replace(started, qty=qty))
        return taken

    def put(self, key: Key, pieces: Iterable[Piece], *, in_front: bool = False) -> None:
        """What comes in pays the queue's debt, then joins its end, or its front if older than the records."""
        for piece in pieces:
            paid = min(self.debts[key], piece.qty)
            self.debts[key] -= paid
            if piece.qty == paid:
                continue
            self.entries += 1
            entry = -self.entries if in_front else self.entries
            self.queues[key].insert(
                0 if in_front else len(self.queues[key]), replace(piece, qty=piece.qty - paid, entry=entry)
            )

    def balance(self, key: Key) -> int:
        """Layers less debt of one queue."""
        return sum(piece.qty for piece in self.queues[key]) - self.debts[key]

    def lots(self, item: str, warehouse: str) -> list[Key]:
        """Every queue of an item in a warehouse."""
        return [key for key in {**self.queues, **self.debts} if key[:2] == (item, warehouse)]

    def take_of_all_lots(self, item: str, warehouse: str, qty: int) -> dict[Key, int]:
        """Reading E: the oldest of all lots; gives what each lot lost, and never makes a debt."""
        lost: dict[Key, int] = defaultdict(int)
        queued = [(p.entry, key, p.qty) for key in self.lots(item, warehouse) for p in self.queues[key]]
        for _, key, size in sorted(queued):
            lost[key] += min(size, qty)
            qty -= min(size, qty)
        for key, size in lost.items():
            self.take(key, size, NOTHING)
        return lost


NOTHING = Piece(0, None, None, None, None, None, None)


def dated(qty: int, day: date, cost: int | None, document_id: str | None) -> Piece:
    """A piece whose receipt is known to the day."""
    return Piece(qty, day, day, day, day, cost, document_id)


def at_most(qty: int, day: date, cost: int | None, document_id: str | None) -> Piece:
    """A piece received on that day at the latest."""
    return Piece(qty, None, None, day, day, cost, document_id)


def cut(pieces: Iterable[Piece], start: int, qty: int) -> list[Piece]:
    """The stretch [start, start + qty) of some pieces laid end to end."""
    stretch, at = [], 0
    for piece in pieces:
        low, high = max(start, at), min(start + qty, at + piece.qty)
        if low < high:
            stretch.append(replace(piece, qty=high - low))
        at += piece.qty
    return stretch


def coming_in(line: Line, *, returns_keep_dates: bool = True) -> list[Piece]:
    """The pieces of a line that comes in, front to back."""
    pieces: list[Piece] = []
    filled = 0
    keep = line.kind != RETURN or returns_keep_dates
    for hand in [*sorted(line.hands, key=lambda hand: hand.at), Hand(line, 0, line.qty, 0)]:
        if hand.at > filled:
            pieces.append(own_life(line, hand.at - filled))
        if hand.source.place <= line.place and keep:
            handed = cut(hand.source.pieces, hand.start, hand.qty)
            pieces += [replace(piece, arrived_on=line.posted_on) for piece in handed]
        elif hand.qty:
            pieces.append(own_life(line, hand.qty))
        filled = hand.at + hand.qty
    return pieces


def own_life(line: Line, qty: int) -> Piece:
    """What no other line handed over: exact for plain rows and returns, a bound for the rest."""
    known = line.kind in (PLAIN, RETURN)
    return (dated if known else at_most)(qty, line.posted_on, line.cost, line.document_id)
