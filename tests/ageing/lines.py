"""Ledger rows made into what goes out and what comes in: order, reversals, netting, who hands over to whom.

Rules 2, 3, 6 to 9 of the slow replay; the readings A to P are named at the head of replay.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

SCALE = 10_000
PLAIN, COUNT, TRANSFER, RETURN, UNKNOWN, OPENING = (
    "plain",
    "count",
    "transfer",
    "return",
    "unknown",
    "opening",
)
INWARD = {"receipt", "production_in", "customer_return"}
OUTWARD = {"issue", "production_out", "supplier_return", "scrap"}
Key = tuple[str, str, str]
"""item, warehouse, lot; '' where the ledger names none."""


@dataclass(frozen=True)
class Movement:
    """One ledger line, the contract's columns; `seq` is the loader's dense order, if it has been."""

    posted_on: date
    document_id: str
    item_id: str
    kind: str
    qty: Decimal | None = None
    counted_qty: Decimal | None = None
    warehouse_id: str | None = None
    line_no: int | None = None
    lot_id: str | None = None
    unit_cost: Decimal | None = None
    reference_id: str | None = None
    partner_id: str | None = None
    seq: int | None = None

    @property
    def key(self) -> Key:
        return self.item_id, self.warehouse_id or "", self.lot_id or ""


@dataclass(frozen=True)
class Piece:
    """Some quantity of one origin while it travels; `entry` is its place in the warehouse's queue."""

    qty: int
    received_on: date | None
    received_from_on: date | None
    received_to_on: date | None
    arrived_on: date | None
    cost: int | None
    document_id: str | None
    age_basis: str = "ledger"
    entry: int = 0


@dataclass(eq=False)
class Line:
    """Rows netted by rule 2: the unit that goes out or comes in."""

    key: Key
    posted_on: date
    document_id: str
    reference_id: str | None
    kind: str
    place: int
    seq: int
    qty: int
    cost: int | None
    hands: list[Hand] = field(default_factory=list)
    """For what comes in: where its quantity comes from; what no hand covers starts its own life."""
    pieces: list[Piece] = field(default_factory=list)
    """For what goes out: the pieces it took."""


@dataclass(frozen=True)
class Hand:
    """`qty` of what `source` took, from `start` on, fills the line that came in from `at` on."""

    source: Line
    start: int
    at: int
    qty: int


@dataclass(frozen=True)
class Span:
    """A stretch of a line's quantity."""

    line: Line
    start: int
    qty: int


def movement(row: Movement | Mapping[str, Any]) -> Movement:
    """A movement from a mapping with the contract's column names."""
    if isinstance(row, Movement):
        return row
    names = {f.name for f in fields(Movement)}
    return Movement(**{name: value for name, value in row.items() if name in names})


def scaled(value: Decimal | int | float | None) -> int:
    """The value times 10^4, which must be whole."""
    number = Decimal(str(value or 0)) * SCALE
    if number != number.to_integral_value():
        raise ValueError(f"{value} has more than four decimals")
    return int(number)


def unscaled(value: int) -> Decimal:
    """The decimal of a scaled integer, exactly."""
    return Decimal(value) / SCALE


def in_order(rows: Iterable[Movement]) -> list[Movement]:
    """Rule 3: the rows in the order of the ledger, however they were shuffled."""
    everything = list(rows)
    first: dict[tuple[date, str], tuple[bool, int]] = {}

    def line_no(row: Movement) -> tuple[bool, int]:
        return row.line_no is None, row.line_no or 0

    for row in everything:
        document = row.posted_on, row.document_id
        first[document] = min(first.get(document, (True, 0)), line_no(row))

    def place(row: Movement) -> tuple[Any, ...]:
        content = (
            *row.key, row.kind, scaled(row.qty), scaled(row.counted_qty), scaled(row.unit_cost),
            row.reference_id or "", row.partner_id or "",
        )  # fmt: skip
        return row.posted_on, first[row.posted_on, row.document_id], row.document_id, line_no(row), content

    if everything and all(row.seq is not None for row in everything):
        ordered = sorted(everything, key=lambda row: (row.posted_on, row.seq or 0))
        if len(list(groupby(ordered, key=lambda row: (row.posted_on, row.document_id)))) != len(first):
            raise ValueError("seq does not keep the lines of a document together")
        return ordered
    return sorted(everything, key=place)


def undo(rows: Sequence[Movement]) -> tuple[list[int], dict[int, int]]:
    """Rule 9: what is left of every row's quantity, and what of the reversals undid nothing (by row)."""
    left = [0 if row.kind == COUNT else scaled(row.qty) for row in rows]
    originals: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    reversals: list[int] = []
    for at, row in enumerate(rows):
        against = (row.kind in INWARD and left[at] < 0) or (row.kind in OUTWARD and left[at] > 0)
        if against:
            reversals.append(at)
        elif left[at] != 0 and row.kind in INWARD | OUTWARD:
            originals[row.key, row.kind].append(at)

    def shrink(reversal: int, original: int) -> None:
        size = min(abs(left[reversal]), abs(left[original]))
        for at in (reversal, original):
            left[at] += size if left[at] < 0 else -size

    def candidates(reversal: int) -> list[int]:
        return originals[rows[reversal].key, rows[reversal].kind]

    for reversal in reversals:
        row = rows[reversal]
        if row.reference_id in (None, row.document_id):
            for original in reversed(candidates(reversal)):
                same = (rows[original].posted_on, rows[original].document_id) == (
                    row.posted_on,
                    row.document_id,
                )
                if same and left[original]:
                    shrink(reversal, original)
    for reversal in reversals:
        for original in reversed(candidates(reversal)):
            if original < reversal and rows[original].document_id == rows[reversal].reference_id:
                shrink(reversal, original)
    for reversal in reversals:
        for original in reversed(candidates(reversal)):
            if original < reversal and left[reversal] and left[original] == -left[reversal]:
                shrink(reversal, original)
                break
    for reversal in reversals:
        for original in reversed(candidates(reversal)):
            if original < reversal and left[original]:
                shrink(reversal, original)
    return left, {at: left[at] for at in reversals if left[at]}


def net(rows: Sequence[Movement], left: Sequence[int], unmatched: Mapping[int, int]) -> list[Line]:
    """Rule 2: the lines that go out or come in; not the counts, which need the book of their moment."""
    places: dict[tuple[date, str], int] = {}
    groups: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        places.setdefault((row.posted_on, row.document_id), len(places))
        if row.kind == COUNT or left[at] == 0:
            continue
        kind = PLAIN
        if row.kind in (TRANSFER, OPENING):
            kind = row.kind
        elif unmatched.get(at, 0) > 0:
            kind = UNKNOWN
        elif row.kind == "customer_return" and row.reference_id and left[at] > 0:
            kind = RETURN
        reference = row.reference_id if kind == RETURN else None
        groups[row.posted_on, row.document_id, row.key, kind, reference].append(at)
    lines = []
    for (posted_on, document_id, key, kind, reference), members in groups.items():
        qty = sum(left[at] for at in members)
        if qty == 0:
            continue
        if kind == TRANSFER:
            reference = min(
                (rows[at].reference_id or "" for at in members if rows[at].reference_id), default=None
            )
        cost = average_cost([(left[at], rows[at]) for at in members if (left[at] > 0) == (qty > 0)])
        place = -1 if kind == OPENING else places[posted_on, document_id]
        lines.append(Line(key, posted_on, document_id, reference, kind, place, members[0], qty, cost))
    return lines


def average_cost(parts: Iterable[tuple[int, Movement]]) -> int | None:
    """Reading G: the weighted cost of rows with a cost, scaled; None where none has one."""
    priced = [(abs(qty), scaled(row.unit_cost)) for qty, row in parts if qty and scaled(row.unit_cost) > 0]
    weight = sum(qty for qty, _ in priced)
    return (2 * sum(qty * cost for qty, cost in priced) + weight) // (2 * weight) if weight else None


def pour(sources: Sequence[Span], targets: Sequence[Span]) -> tuple[list[Span], list[Span]]:
    """Reading H: fill the targets from the sources in order; gives what each side has left over."""
    sources, targets = list(sources), list(targets)
    while sources and targets:
        out, into = sources.pop(0), targets.pop(0)
        size = min(out.qty, into.qty)
        into.line.hands.append(Hand(out.line, out.start, into.start, size))
        if out.qty > size:
            sources.insert(0, Span(out.line, out.start + size, out.qty - size))
        if into.qty > size:
            targets.insert(0, Span(into.line, into.start + size, into.qty - size))
    return sources, targets


def both_sides(lines: Iterable[Line]) -> tuple[list[Span], list[Span]]:
    """The outs and the ins of some lines, each in the order of the ledger."""
    ordered = sorted(lines, key=lambda line: (line.place, line.seq))
    outs = [Span(line, 0, -line.qty) for line in ordered if line.qty < 0]
    return outs, [Span(line, 0, line.qty) for line in ordered if line.qty > 0]


def join_repacks(lines: Iterable[Line]) -> list[Span]:
    """Rule 6: inside a document, between the lots of one warehouse; gives what left for good."""
    units: dict[tuple[Any, ...], list[Line]] = defaultdict(list)
    for line in lines:
        if line.kind == PLAIN:
            units[line.posted_on, line.document_id, line.key[:2]].append(line)
    gone: list[Span] = []
    for unit in units.values():
        gone += pour(*both_sides(unit))[0]
    return gone


def join_returns(lines: Iterable[Line], gone: Iterable[Span]) -> None:
    """Rule 8: returns take their issue's pieces, first of their own lot, then of the rest (reading N)."""
    outs: dict[tuple[str, str], list[Span]] = defaultdict(list)
    ins: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for span in sorted(gone, key=lambda span: (span.line.place, span.line.seq)):
        outs[span.line.key[0], span.line.document_id].append(span)
    for line in sorted(lines, key=lambda line: (line.place, line.seq)):
        if line.kind == RETURN:
            ins[line.key[0], line.reference_id or ""].append(Span(line, 0, line.qty))
    for issue, returned in ins.items():
        left_outs: list[Span] = []
        left_ins: list[Span] = []
        for lot in sorted({span.line.key[2] for span in outs[issue] + returned}):
            of_lot = [[span for span in side if span.line.key[2] == lot] for side in (outs[issue], returned)]
            rest = pour(*of_lot)
            left_outs += rest[0]
            left_ins += rest[1]
        place = lambda span: (span.line.place, span.line.seq, span.start)  # noqa: E731
        pour(sorted(left_outs, key=place), sorted(left_ins, key=place))


def join_transfers(lines: Iterable[Line]) -> None:
    """Rules 6 and 7: the sides of one day first, then what they leave over (reading K)."""
    transfers = [line for line in lines if line.kind == TRANSFER]
    sides: dict[tuple[str, str], set[bool]] = defaultdict(set)
    referred: dict[tuple[str, str], set[bool]] = defaultdict(set)
    for line in transfers:
        sides[line.key[0], line.document_id].add(line.qty > 0)
        referred[line.key[0], line.reference_id or ""].add(line.qty > 0)

    def join(line: Line) -> str:
        item, inward = line.key[0], line.qty > 0
        refers = bool(line.reference_id) and (not inward) in sides[item, line.reference_id or ""]
        is_referred = (not inward) in referred[item, line.document_id]
        if len(sides[item, line.document_id]) == 2 or (is_referred and not (inward and refers)):
            return line.document_id
        return line.reference_id or line.document_id

    joined: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in sorted(transfers, key=lambda line: (line.posted_on, line.place, line.seq)):
        joined[line.key[0], join(line)].append(line)
    for group in joined.values():
        left_outs: list[Span] = []
        left_ins: list[Span] = []
        for _, same_day in groupby(group, key=lambda line: line.posted_on):
            unit = list(same_day)
            place = min(line.place for line in unit)
            for line in unit:
                line.place = place
            rest = pour(*both_sides(unit))
            left_outs += rest[0]
            left_ins += rest[1]
        pour(left_outs, left_ins)
