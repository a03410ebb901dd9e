"""The order of the ledger does not depend on the order of the file, nor on how it was cut into loads."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries.lake.contract import table
from queries.lake.keeping.replace import change, numbered_documents, schema, sequenced

LEDGER = table("movements")

LINE = st.fixed_dictionaries(
    {
        "posted_on": st.dates(date(2026, 1, 1), date(2026, 1, 4)),
        "document_id": st.sampled_from(["D1", "D2", "D10", "", "文"]),
        "item_id": st.sampled_from(["A", "B"]),
        "kind": st.sampled_from(["receipt", "issue"]),
        "qty": st.sampled_from(["1", "-1", "2.5"]),
        "warehouse_id": st.sampled_from([None, "W1"]),
        "line_no": st.sampled_from([None, 0, 1, 2]),
    }
)
LEDGERS = st.lists(LINE, min_size=1, max_size=30)


def ledger(lines: list[dict[str, object]]) -> pl.DataFrame:
    """Typed ledger lines without order and load."""
    kinds = {name: kind for name, kind in schema(LEDGER).items() if name not in {"seq", "load_id"}}
    return pl.DataFrame(
        [{**line, "qty": str(line["qty"])} for line in lines],
        schema={**kinds, "qty": pl.String()},
    ).with_columns(pl.col("qty").str.to_decimal(scale=4).cast(pl.Decimal(18, 4)))


def by_place(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.sort("posted_on", "seq").select(sorted({*rows.columns} - {"load_id"}))


@given(LEDGERS, st.randoms(use_true_random=False))
def test_shuffled_lines_get_the_same_places(lines: list[dict[str, object]], chance: random.Random) -> None:
    shuffled = chance.sample(lines, len(lines))
    assert by_place(sequenced(ledger(lines))).equals(by_place(sequenced(ledger(shuffled))))


@given(LEDGERS)
def test_places_are_dense_and_follow_the_rule(lines: list[dict[str, object]]) -> None:
    placed = by_place(sequenced(ledger(lines))).to_dicts()
    last = 2**63 - 1
    first: dict[tuple[object, object], int] = {}
    for line in lines:
        document, number = (line["posted_on"], line["document_id"]), line["line_no"]
        first[document] = min(first.get(document, last), last if number is None else int(str(number)))

    def rule(line: dict[str, object]) -> tuple[object, ...]:
        number = line["line_no"]
        document = str(line["document_id"])
        number = last if number is None else number
        return (line["posted_on"], first[line["posted_on"], document], document.encode(), number)

    assert [rule(line) for line in placed] == sorted(rule(line) for line in placed)
    for day in {line["posted_on"] for line in placed}:
        places = [line["seq"] for line in placed if line["posted_on"] == day]
        assert places == list(range(1, len(places) + 1))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(LEDGERS, st.integers(0, 30), st.randoms(use_true_random=False))
def test_two_loads_order_as_one(
    tmp_path: Path, lines: list[dict[str, object]], cut: int, chance: random.Random
) -> None:
    documents = sorted({(line["posted_on"], line["document_id"]) for line in lines}, key=str)
    early = set(chance.sample(documents, min(cut, len(documents))))
    parts = [
        [line for line in lines if ((line["posted_on"], line["document_id"]) in early) == side]
        for side in (True, False)
    ]
    path = tmp_path / "ledger.parquet"
    held = pl.DataFrame(schema=schema(LEDGER))
    for number, part in enumerate(parts):
        if not part:
            continue
        held.write_parquet(path)
        changed = change(LEDGER, [str(path)], ledger(part), f"load {number}")
        assert changed is not None
        if changed.adds:
            held = pl.concat([held, changed.rows])
        else:
            days = pl.col("posted_on").is_between(
                changed.after["posted_on"].min(), changed.after["posted_on"].max()
            )
            held = pl.concat([held.filter(~days), changed.rows])
    assert by_place(held).equals(by_place(sequenced(ledger(lines))))
    held.write_parquet(path)
    assert change(LEDGER, [str(path)], ledger(lines), "again") is None


def test_a_changed_document_gives_way_as_a_whole(tmp_path: Path) -> None:
    day = date(2026, 1, 1)
    line = {
        "posted_on": day,
        "document_id": "D1",
        "item_id": "A",
        "kind": "receipt",
        "qty": "1",
        "line_no": 1,
    }
    path = tmp_path / "ledger.parquet"
    held = sequenced(ledger([line, {**line, "line_no": 2}, {**line, "document_id": "D2", "line_no": 5}]))
    held.with_columns(pl.lit("old").alias("load_id")).select(list(schema(LEDGER))).write_parquet(path)
    changed = change(LEDGER, [str(path)], ledger([{**line, "line_no": 9}]), "new")
    assert changed is not None
    assert changed.scope == "posted_on >= '2026-01-01' and posted_on <= '2026-01-01'"
    assert changed.rows.select("seq", "document_id", "line_no", "load_id").rows() == [
        (1, "D2", 5, "old"),
        (2, "D1", 9, "new"),
    ]


def test_a_column_the_contract_gained_is_null_in_old_rows(tmp_path: Path) -> None:
    path = tmp_path / "items.parquet"
    pl.DataFrame({"item_id": ["A"], "name": ["a"], "load_id": ["old"]}).write_parquet(path)
    items = table("items")
    kinds = {column.name: schema(items)[column.name] for column in items.columns}
    fresh = pl.DataFrame([{"item_id": "A", "name": "b"}], schema=kinds)
    changed = change(items, [str(path)], fresh, "new")
    assert changed is not None
    assert changed.rows.select("item_id", "name", "unit", "load_id").rows() == [("A", "b", None, "new")]


STOCK = table("stock")


def stock_rows(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """Rows of one day: item, warehouse, quantity."""
    columns = [column.name for column in STOCK.columns]
    named = [
        {"snapshot_on": date(2026, 10, 31), "item_id": item, "warehouse_id": place, "qty": qty}
        for item, place, qty in rows
    ]
    kinds = {name: kind for name, kind in schema(STOCK).items() if name in columns}
    return (
        pl.DataFrame(named)
        .with_columns(pl.col("qty").cast(pl.Decimal(18, 4)))
        .match_to_schema(kinds, missing_columns="insert")
    )


def kept(folder: Path, rows: pl.DataFrame) -> list[str]:
    """The rows as a committed file."""
    path = folder / "held.parquet"
    rows.with_columns(pl.lit("load").alias("load_id")).write_parquet(path)
    return [str(path)]


def test_rows_that_supplement_a_day_leave_its_others_and_take_the_place_of_their_own_key(
    tmp_path: Path,
) -> None:
    paths = kept(tmp_path, stock_rows(("A", "W1", "1"), ("B", "W1", "2"), ("C", "W2", "3")))
    difference = change(STOCK, paths, stock_rows(("B", "W1", "5"), ("D", "W1", "6")), "x", "supplement")
    assert difference is not None
    assert sorted(difference.rows.select("item_id", "qty").rows()) == [("A", 1), ("B", 5), ("C", 3), ("D", 6)]
    assert sorted(difference.before["item_id"]) == ["A", "B"]
    again = kept(tmp_path, difference.rows.drop("load_id"))
    assert change(STOCK, again, stock_rows(("D", "W1", "6")), "y", "supplement") is None


def test_lines_without_documents_are_numbered_by_content_whatever_their_order() -> None:
    columns = {name: kind for name, kind in schema(LEDGER).items() if name != "load_id"}
    lines = (
        pl.DataFrame(
            [
                {"posted_on": date(2026, 1, day), "item_id": "A", "kind": "receipt", "qty": 1}
                for day in (1, 1, 2, 3)
            ]
        )
        .with_columns(pl.col("qty").cast(pl.Decimal(18, 4)))
        .match_to_schema(columns, missing_columns="insert")
    )
    numbers = numbered_documents(lines)["document_id"]
    assert numbers.n_unique() == 4
    assert set(numbers) == set(numbered_documents(lines.reverse())["document_id"])
