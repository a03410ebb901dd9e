"""Ledgers to test on: small nasty ones for hypothesis, big random ones for the benchmark.

`plain_ledgers` holds what every chain must carry: receipts, issues, production, adjustments, counts,
transfers over several hops, repacks, negatives, lots. `full_ledgers` adds what people really post:
openings, reversals, half transfers and those over two days, returns, scrap, counts on two sheets and
counts without a lot. Days, documents and line numbers are few, so that ties are the rule; rows come
shuffled.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from hypothesis import strategies as st

Row = dict[str, Any]
FIRST_DAY = date(2025, 1, 1)
DAYS = 6
LAST_DAY = FIRST_DAY + timedelta(days=DAYS - 1)
WAREHOUSES = ("W1", "W2", "W3", "W4")
ITEMS = ("bulk", "lots", "both")
LOTS: dict[str, tuple[str | None, ...]] = {
    "bulk": (None,),
    "lots": ("L1", "L2", "L3"),
    "both": (None, "L1", "L2"),
}

_days = st.integers(0, DAYS - 1).map(lambda day: FIRST_DAY + timedelta(days=day))
_documents = st.sampled_from(("D1", "D2", "D3", "D4", "D5"))
_lines = st.sampled_from((None, 1, 1, 2, 3))
_sizes = st.one_of(
    st.integers(1, 9).map(Decimal),
    st.sampled_from((Decimal("0.3"), Decimal("0.6"), Decimal("2.5"), Decimal("0.0001"))),
)
_costs = st.sampled_from((None, Decimal(0), Decimal(5), Decimal("7.25"), Decimal("3.3333")))
_items = st.sampled_from(ITEMS)


@st.composite
def _place(draw: st.DrawFn, item: str) -> Row:
    return {
        "item_id": item,
        "warehouse_id": draw(st.sampled_from(WAREHOUSES)),
        "lot_id": draw(st.sampled_from(LOTS[item])),
        "line_no": draw(_lines),
    }


def _row(kind: str, qty: Decimal | None, **columns: Any) -> Row:
    empty = ("counted_qty", "unit_cost", "reference_id", "partner_id")
    return dict.fromkeys(empty) | {"kind": kind, "qty": qty} | columns


@st.composite
def _single(draw: st.DrawFn, kinds: dict[str, int]) -> list[Row]:
    kind = draw(st.sampled_from(sorted(kinds)))
    sign = kinds[kind] or draw(st.sampled_from((1, -1)))
    return [_row(kind, sign * draw(_sizes), unit_cost=draw(_costs), **draw(_place(draw(_items))))]


@st.composite
def _count(draw: st.DrawFn, *, without_lot: bool) -> list[Row]:
    place = draw(_place(draw(_items)))
    if without_lot and draw(st.booleans()):
        place["lot_id"] = None
    elif place["item_id"] == "both" and not without_lot:
        place["lot_id"] = place["lot_id"] or "L1"
    counted = st.one_of(st.just(Decimal(0)), _sizes)
    return [_row("count", None, counted_qty=draw(counted), unit_cost=draw(_costs), **place)]


@st.composite
def _transfer(draw: st.DrawFn, *, balanced: bool = True) -> list[Row]:
    """One to three outs and ins of one item; balanced, or with a side short or missing."""
    item = draw(_items)
    sizes = draw(st.lists(_sizes, min_size=1, max_size=3))
    rows = [_row("transfer", -size, unit_cost=draw(_costs), **draw(_place(item))) for size in sizes]
    if balanced:
        parts = sizes if draw(st.booleans()) else [sum(sizes, Decimal(0))]
    else:
        parts = draw(st.lists(_sizes, max_size=2))
        rows = rows if parts == [] or draw(st.booleans()) else []
    return rows + [_row("transfer", part, unit_cost=draw(_costs), **draw(_place(item))) for part in parts]


@st.composite
def _repack(draw: st.DrawFn) -> list[Row]:
    """Out of one lot into another of the same warehouse, more or less coming out than went in."""
    item = draw(st.sampled_from(("lots", "both")))
    place = draw(_place(item))
    kinds = draw(st.sampled_from((("production_out", "production_in"), ("adjustment", "adjustment"))))
    rows = [_row(kinds[0], -draw(_sizes), **place)]
    for lot in draw(st.lists(st.sampled_from(LOTS[item]), min_size=1, max_size=2)):
        columns = place | {"lot_id": lot, "line_no": draw(_lines)}
        rows.append(_row(kinds[1], draw(_sizes), unit_cost=draw(_costs), **columns))
    return rows


@st.composite
def _posted(draw: st.DrawFn, events: st.SearchStrategy[list[Row]]) -> list[Row]:
    """An event as one document of one day."""
    head = {"posted_on": draw(_days), "document_id": draw(_documents)}
    return [head | row for row in draw(events)]


@st.composite
def _two_days(draw: st.DrawFn) -> list[Row]:
    """A transfer whose sides stand on days and documents of their own, joined one way or another."""
    outs_and_ins = draw(_transfer())
    link = draw(st.sampled_from(("document", "in refers", "out refers", "both refer", "none")))
    names = draw(_documents), draw(_documents)
    days = sorted(
        (draw(_days), draw(_days)), reverse=draw(st.sampled_from((False, False, False, False, False, True)))
    )
    heads = []
    for side in (0, 1):
        other = names[1 - side]
        refers = {"in refers": side == 1, "out refers": side == 0}.get(link, False)
        reference = "TO-1" if link == "both refer" else other if refers else None
        document = names[0] if link == "document" else names[side]
        heads.append({"posted_on": days[side], "document_id": document, "reference_id": reference})
    return [row | heads[(row["qty"] or 0) > 0] for row in outs_and_ins]


@st.composite
def _reversal(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """A row against its kind: of a line that exists, whole or in part, or of none."""
    signs = {"receipt": 1, "production_in": 1, "issue": -1, "production_out": -1, "scrap": -1}
    originals = [row for row in rows if row["kind"] in signs]
    if originals and draw(st.sampled_from((True, True, True, True, False))):
        original = draw(st.sampled_from(originals))
        size = draw(st.one_of(st.just(abs(original["qty"])), _sizes))
        sign = -signs[original["kind"]]
        head = {"posted_on": draw(_days), "document_id": draw(_documents), "line_no": draw(_lines)}
        reference = draw(st.sampled_from((None, original["document_id"], "elsewhere")))
        return [original | head | {"qty": sign * size, "reference_id": reference, "unit_cost": draw(_costs)}]
    kind = draw(st.sampled_from(sorted(signs)))
    return draw(_posted(_single({kind: -signs[kind]})))


@st.composite
def _customer_return(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    issues = [row for row in rows if row["kind"] == "issue" and row["qty"] < 0]
    head = {"posted_on": draw(_days), "document_id": draw(_documents)}
    place = draw(_place(draw(_items)))
    reference = draw(st.sampled_from((None, "elsewhere", "D1")))
    if issues and draw(st.sampled_from((True, True, True, False))):
        issue = draw(st.sampled_from(issues))
        place["item_id"], reference = issue["item_id"], issue["document_id"]
        place["lot_id"] = draw(st.sampled_from((issue["lot_id"], *LOTS[issue["item_id"]])))
    return [
        _row("customer_return", draw(_sizes), unit_cost=draw(_costs), reference_id=reference, **head, **place)
    ]


@st.composite
def _shuffled(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    return draw(st.permutations(rows))


def _one_count_each(rows: list[Row]) -> list[Row]:
    """Without the second sheets of a count."""
    seen: set[tuple[Any, ...]] = set()
    kept = []
    for row in rows:
        sheet = (row["posted_on"], row["document_id"], row["item_id"], row["warehouse_id"], row["lot_id"])
        if row["kind"] == "count" and sheet in seen:
            continue
        if row["kind"] == "count":
            seen.add(sheet)
        kept.append(row)
    return kept


PLAIN_KINDS = {"receipt": 1, "production_in": 1, "issue": -1, "production_out": -1, "adjustment": 0}
FULL_KINDS = PLAIN_KINDS | {"opening": 1, "scrap": -1, "supplier_return": -1}


@st.composite
def plain_ledgers(draw: st.DrawFn, *, max_events: int = 16) -> list[Row]:
    """Rows as the contract has them, as dictionaries, shuffled."""
    events = st.one_of(
        _single({"receipt": 1}), _single(PLAIN_KINDS), _transfer(), _repack(), _count(without_lot=False)
    )
    posted = draw(st.lists(_posted(events), min_size=1, max_size=max_events))
    return draw(_shuffled(_one_count_each([row for rows in posted for row in rows])))


@st.composite
def full_ledgers(draw: st.DrawFn, *, max_events: int = 16) -> list[Row]:
    """Rows as the contract has them, as dictionaries, shuffled: all that the rules of age know."""
    events = st.one_of(
        _posted(_single({"receipt": 1})),
        _posted(_single(FULL_KINDS)),
        _posted(_transfer()),
        _posted(_transfer(balanced=False)),
        _two_days(),
        _posted(_repack()),
        _posted(_count(without_lot=True)),
    )
    rows = [row for posted in draw(st.lists(events, min_size=1, max_size=max_events)) for row in posted]
    for _ in range(draw(st.integers(0, 3))):
        rows += draw(_reversal(rows))
    for _ in range(draw(st.integers(0, 3))):
        rows += draw(_customer_return(rows))
    return draw(_shuffled(rows))


def snapshots() -> st.SearchStrategy[list[Row]]:
    """Stock rows as the contract has them, of few days: warehouses with series, with gaps, with lots."""
    columns = {
        "snapshot_on": _days,
        "item_id": _items,
        "warehouse_id": st.sampled_from(WAREHOUSES[:3]),
        "lot_id": st.sampled_from((None, "L1", "L2", "L9")),
        "qty": st.one_of(st.just(Decimal(0)), _sizes),
        "status": st.sampled_from((None, "available", "blocked")),
        "received_on": st.sampled_from((None, None, FIRST_DAY - timedelta(days=50))),
        "unit_cost": _costs,
    }
    return st.lists(st.fixed_dictionaries(columns), max_size=14)


def big_ledger(rows: int, groups: int, skew: float = 0.0, seed: int = 1) -> pa.Table:
    """About `rows` movements over `groups` pairs of item and warehouse: five warehouses, three years, by day.

    2 % counts, 15 % transfer rows, 2 % repack rows, the rest receipts and issues, at times negative; a fifth
    of the items has three lots; `skew` is the share of documents in the first item. line_no is 1 or 2.
    """
    random = np.random.default_rng(seed)
    items, warehouses = max(groups // 5, 1), 5
    transfers, repacks, counts = 0.075, 0.01, 0.02
    documents = round(rows * (1 - transfers - repacks))
    pick = random.random(documents) * (1 - transfers - repacks)
    is_transfer = pick < transfers
    is_count = (pick >= transfers) & (pick < transfers + counts)
    is_repack = (pick >= transfers + counts) & (pick < transfers + counts + 5 * repacks)
    item = random.integers(0, items, documents)
    item[random.random(documents) < skew] = 0
    has_lots = item % 5 == 4
    is_repack &= has_lots
    warehouse = random.integers(0, warehouses, documents)
    lot = np.where(has_lots, random.integers(1, 4, documents), 0)
    day = np.sort(random.integers(0, 1096, documents))
    size = random.integers(1, 100, documents)
    comes_in = random.random(documents) < 0.52
    two = is_transfer | is_repack

    first_qty = np.where(two | ~comes_in, -size, size)
    first = {"at": np.arange(documents), "line": np.ones(documents, int), "lot": lot, "warehouse": warehouse}
    first["qty"] = first_qty
    pairs_at = np.flatnonzero(two)
    moved = (warehouse + random.integers(1, warehouses, documents)) % warehouses
    second = {
        "at": pairs_at,
        "line": np.full(len(pairs_at), 2),
        "lot": np.where(is_repack, lot % 3 + 1, lot)[pairs_at],
        "warehouse": np.where(is_repack, warehouse, moved)[pairs_at],
        "qty": size[pairs_at],
    }
    columns = {name: np.concatenate([first[name], second[name]]) for name in first}
    order = np.lexsort((columns["line"], columns["at"]))
    columns = {name: values[order] for name, values in columns.items()}
    at = columns["at"]
    kinds = np.array(["receipt", "issue", "transfer", "count", "production_out", "production_in"])
    is_in = columns["qty"] > 0
    kind = np.where(is_in, 0, 1)
    kind = np.where(is_repack[at], np.where(is_in, 5, 4), kind)
    kind = np.where(is_transfer[at], 2, np.where(is_count[at], 3, kind))

    def text(prefix: str, numbers: np.ndarray) -> pa.Array:
        return pc.binary_join_element_wise(prefix, pa.array(numbers).cast(pa.string()), "")

    def decimals(numbers: np.ndarray, mask: np.ndarray) -> pa.Array:
        return pa.array(numbers.astype(np.int32), mask=mask).cast(pa.decimal128(18, 4))

    counted = kind == 3
    nobody = pa.nulls(len(at), pa.string())
    epoch_day = (FIRST_DAY - date(1970, 1, 1)).days
    return pa.table(
        {
            "posted_on": pa.array((day[at] + epoch_day).astype(np.int32)).cast(pa.date32()),
            "document_id": text("D", at),
            "line_no": pa.array(columns["line"].astype(np.int64)),
            "item_id": text("I", item[at]),
            "kind": pa.array(kinds).take(pa.array(kind)),
            "qty": decimals(columns["qty"], counted),
            "counted_qty": decimals(np.abs(columns["qty"]) * 2, ~counted),
            "warehouse_id": text("W", columns["warehouse"]),
            "lot_id": pc.if_else(
                pa.array(columns["lot"] > 0), text("L", columns["lot"]), pa.scalar(None, pa.string())
            ),
            "unit_cost": decimals(1 + item[at] % 50, (columns["qty"] < 0) | counted),
            "reference_id": nobody,
            "partner_id": nobody,
        }
    )
