"""The sample factory keeps its word: contract, arithmetic, and an answer key that the ledger bears out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from queries.lake.contract import TABLES, Column
from sample_data.generate import generate

END_ON = date(2026, 10, 31)
ITEMS = 200
SEEDS = (7, 11, 23)

Open = Callable[[int], duckdb.DuckDBPyConnection]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """One folder of files a seed."""
    made = {seed: tmp_path_factory.mktemp(f"seed{seed}") for seed in SEEDS}
    for seed, folder in made.items():
        generate(folder, items=ITEMS, seed=seed, end_on=END_ON)
    return made


@pytest.fixture(scope="module", params=SEEDS)
def db(request: pytest.FixtureRequest, folders: dict[int, Path]) -> duckdb.DuckDBPyConnection:
    """The files of one seed as views named like the contract's tables, with answer_key and known_gaps."""
    folder = folders[request.param]
    connection = duckdb.connect()
    for table in TABLES:
        connection.read_parquet(str(folder / f"{table.name}.parquet")).create_view(table.name)
    for name in ("answer_key", "known_gaps"):
        connection.read_csv(str(folder / f"{name}.csv"), header=True).create(name)
    connection.execute(
        """
        create table effect as
        select *,
            row_number() over () as row_no,
        from (select * from movements where kind <> 'count')
        """
    )
    return connection


def count(db: duckdb.DuckDBPyConnection, query: str) -> int:
    row = db.execute(f"select count(*) from ({query})").fetchone()  # noqa: S608
    assert row is not None
    return int(row[0])


def expected_type(column: Column) -> pl.DataType:
    if column.kind == "decimal":
        return pl.Decimal(18, column.scale)
    return {
        "text": pl.String(), "choice": pl.String(), "date": pl.Date(), "integer": pl.Int64(),
        "boolean": pl.Boolean(),
    }[column.kind]  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_is_written_as_the_contract_says(folders, table):
    for folder in folders.values():
        frame = pl.read_parquet(folder / f"{table.name}.parquet")
        assert frame.height > 0
        assert frame.columns == [column.name for column in table.columns]
        for column in table.columns:
            assert frame.schema[column.name] == expected_type(column), column.name
            values = frame[column.name].drop_nulls()
            counted = table.name == "movements" and column.name == "qty"
            if column.required and not counted:
                assert values.len() == frame.height, column.name
            if column.choices:
                assert set(values) <= set(column.choices), column.name
            if column.kind == "decimal" and not column.signed and column.lower is None:
                assert values.min() is None or values.min() >= 0, column.name
            if column.lower is not None and values.len():
                assert values.min() >= column.lower, column.name
            if column.upper is not None and values.len():
                assert values.max() <= column.upper, column.name
        assert frame.select(table.key).is_duplicated().sum() == 0


def test_the_same_seed_gives_the_same_rows_and_another_gives_others(tmp_path, folders):
    generate(tmp_path, items=ITEMS, seed=SEEDS[0], end_on=END_ON)
    for table in TABLES:
        again = pl.read_parquet(tmp_path / f"{table.name}.parquet")
        assert_frame_equal(again, pl.read_parquet(folders[SEEDS[0]] / f"{table.name}.parquet"))
    for name in ("answer_key.csv", "known_gaps.csv"):
        assert (tmp_path / name).read_text() == (folders[SEEDS[0]] / name).read_text()
    for table in ("movements", "stock", "items"):
        other = pl.read_parquet(folders[SEEDS[1]] / f"{table}.parquet")
        assert not other.equals(pl.read_parquet(tmp_path / f"{table}.parquet"))


@pytest.mark.parametrize(
    ("table", "column", "target", "key"),
    [
        ("movements", "item_id", "items", "item_id"),
        ("movements", "warehouse_id", "warehouses", "warehouse_id"),
        ("stock", "item_id", "items", "item_id"),
        ("stock", "warehouse_id", "warehouses", "warehouse_id"),
        ("warehouses", "parent_id", "warehouses", "warehouse_id"),
        ("items", "supplier_id", "suppliers", "supplier_id"),
        ("items", "successor_id", "items", "item_id"),
        ("bom", "parent_id", "items", "item_id"),
        ("bom", "component_id", "items", "item_id"),
        ("purchase_orders", "item_id", "items", "item_id"),
        ("purchase_orders", "supplier_id", "suppliers", "supplier_id"),
        ("sales_orders", "item_id", "items", "item_id"),
        ("work_orders", "item_id", "items", "item_id"),
        ("counts", "item_id", "items", "item_id"),
        ("outcomes", "item_id", "items", "item_id"),
        ("answer_key", "item_id", "items", "item_id"),
    ],
)
def test_every_reference_is_known(db, table, column, target, key):
    known = db.table(target) if target in ("answer_key",) else db.view(target)
    ids = {row[0] for row in known.select(key).fetchall()}
    source = db.table(table) if table == "answer_key" else db.view(table)
    used = {row[0] for row in source.select(column).distinct().fetchall()} - {None}
    assert used
    assert used <= ids


def test_transfers_leave_and_arrive(db):
    """Both sides stand under one document; only what is on the road on the last day lacks its arrival."""
    open_transfers = db.execute(
        """
        select document_id, sum(qty), max(posted_on), count(distinct warehouse_id)
        from movements where kind = 'transfer'
        group by document_id having sum(qty) <> 0
        """
    ).fetchall()
    for document, qty, posted_on, places in open_transfers:
        assert qty < 0, document
        assert places == 1, document
        assert (END_ON - posted_on).days <= 10, document
    assert count(db, "select document_id from movements where kind = 'transfer'") > 50 * len(open_transfers)
    late = """
        select document_id from movements where kind = 'transfer'
        group by 1 having count(distinct posted_on) > 1
    """
    assert count(db, late) > 0


def test_signs_follow_the_kind(db):
    """Every negative receipt, and every positive issue, is a reversal."""
    outward = "kind in ('issue', 'production_out', 'scrap', 'supplier_return') and qty > 0"
    inward = "kind in ('opening', 'receipt', 'production_in', 'customer_return') and qty < 0"
    for wrong in (outward, inward):
        assert count(db, f"from movements where {wrong} and document_id not like 'RV-%'") == 0
        reversed_ = f"from movements where ({wrong}) and document_id like 'RV-%' and reference_id is null"
        assert count(db, reversed_) == 0
    assert count(db, "from movements where document_id like 'RV-%' and kind = 'issue'") > 0
    assert count(db, "from movements where (kind = 'count') <> (qty is null)") == 0
    assert count(db, "from movements where (kind = 'count') <> (counted_qty is not null)") == 0


def running(db: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What each ledger line leaves at its place, a count setting the balance; in the order of the file.

    Non-lot places only: a count names no lot. Columns: posted_on, item_id, warehouse_id, balance.
    """
    lines = db.execute(
        """
        select row_number() over () as row_no, posted_on, item_id, warehouse_id, kind, qty, counted_qty,
        from movements
        """
    ).pl()
    return lines.with_columns(
        count_no=(pl.col("kind") == "count").cum_sum().over("item_id", "warehouse_id"),
    ).with_columns(
        balance=pl.coalesce(
            pl.col("counted_qty").first().over("item_id", "warehouse_id", "count_no"), pl.lit(0)
        )
        + pl.col("qty").fill_null(0).cum_sum().over("item_id", "warehouse_id", "count_no"),
    )


def test_snapshots_are_the_ledgers_sums(db):
    """At every month end and place the stock equals the ledger, but for the gaps that are documented.

    A snapshot names nothing that is not there: where the ledger stands below zero, it has no row.
    """
    ledger = running(db)
    compared = 0
    wrong: list[tuple[object, ...]] = []
    gaps = {(g[0], g[1], g[2]): g[3] for g in db.table("known_gaps").fetchall()}
    stock = db.execute(
        "select snapshot_on, item_id, warehouse_id, sum(qty) as qty from stock group by all"
    ).pl()
    for (snapshot_on,), held in stock.group_by(["snapshot_on"]):
        book = (
            ledger.filter(pl.col("posted_on") <= snapshot_on)
            .group_by("item_id", "warehouse_id", maintain_order=True)
            .agg(pl.col("balance").last())
        )
        both = book.join(held, on=["item_id", "warehouse_id"], how="full", coalesce=True).with_columns(
            pl.col("balance").fill_null(0).clip(0), pl.col("qty").fill_null(0)
        )
        compared += both.height
        for item, place, balance, _, qty in both.filter(pl.col("balance") != pl.col("qty")).iter_rows():
            gap = gaps.pop((snapshot_on, item, place), None)
            if gap != qty - balance:
                wrong.append((snapshot_on, item, place, balance, qty))
    assert compared > 5000
    assert wrong == []
    assert gaps == {}


def test_lots_agree_too(db):
    lots = """
        with book as (
            select item_id, warehouse_id, lot_id, sum(qty) as qty
            from movements where lot_id is not null group by all having sum(qty) <> 0
        ),
        held as (
            select item_id, warehouse_id, lot_id, sum(qty) as qty
            from stock where lot_id is not null and snapshot_on = date '2026-10-31' group by all
        )
    """
    assert count(db, f"{lots} from held") > 50
    assert count(db, f"{lots} (from book except from held) union all (from held except from book)") == 0


def test_stock_is_negative_only_in_planted_episodes(db):
    ledger = running(db)
    episodes = ledger.filter(pl.col("balance") < 0).select("item_id", "warehouse_id").unique()
    assert 0 < episodes.height <= ITEMS * 0.2
    places = ledger.select("item_id", "warehouse_id").unique().height
    assert episodes.height < places * 0.05
    assert ledger.filter(pl.col("balance") < 0).height < ledger.height * 0.01


USE = "kind in ('issue', 'production_out') and qty < 0"


def test_the_answer_key_is_borne_out_by_the_ledger(db):
    """Last use recomputed from the movements alone; dead, slow and healthy keep their bounds."""
    key = db.execute(
        f"""
        with used as (
            select item_id, max(posted_on) as used_on from movements where {USE} group by item_id
        ),
        seen as (
            select item_id, min(posted_on) as first_on from movements group by item_id
        ),
        held as (
            select item_id, sum(qty) as qty from stock where snapshot_on = $end_on group by item_id
        )
        select k.*, u.used_on, s.first_on, coalesce(h.qty, 0) as held_qty,
            $end_on::date - coalesce(u.used_on, s.first_on) as idle_days,
        from answer_key as k
        left join used as u using (item_id)
        left join seen as s using (item_id)
        left join held as h using (item_id)
        """,  # noqa: S608
        {"end_on": END_ON},
    ).pl()
    assert key.height == count(db, "from items")
    assert key["last_used_on"].eq_missing(key["used_on"]).all()
    bounds = {"dead": (366, 5000), "slow": (91, 365), "healthy": (0, 60), "excess": (0, 60)}
    for planted, (low, high) in bounds.items():
        some = key.filter(pl.col("planted") == planted)
        assert some.height > 0, planted
        assert some["idle_days"].min() >= low, planted
        assert some["idle_days"].max() <= high, planted
        assert some["held_qty"].min() > 0, planted
    healthy = key.filter(pl.col("planted") == "healthy")
    assert healthy["longest_gap_days"].max() < 85
    assert healthy.height > key.height * 0.6
    caused = key.filter(pl.col("planted").is_in(["dead", "slow", "phase_out", "excess"]))
    assert caused["planted_cause"].null_count() == 0
    assert caused["expected_action"].null_count() == 0
    assert caused["evidence"].null_count() == 0
    assert key.filter(pl.col("planted") == "unclear").height <= key.height * 0.03


def test_nothing_planted_dead_is_scarce_in_traps(db):
    """Some dead stock was moved, received, counted or corrected in the last weeks, without being used."""
    late = """
        select distinct m.item_id, m.kind from movements as m
        inner join answer_key as k on m.item_id = k.item_id
        where k.planted in ('dead', 'slow') and m.posted_on > date '2026-09-25'
    """
    assert count(db, late) >= 3
    assert count(db, f"from ({late}) where kind in ('issue', 'production_out')") == 0


def test_orders_agree_with_the_ledger(db):
    closed = "from sales_orders where status = 'closed' and due_on >= date '2023-11-02'"
    unshipped = f"""
        select o.order_id from ({closed}) as o
        anti join (select distinct reference_id from movements where kind = 'issue') as m
        on o.order_id = m.reference_id
    """  # noqa: S608
    assert count(db, closed) > 1000
    assert count(db, unshipped) == 0
    received = """
        select reference_id, item_id, sum(qty) as qty from movements
        where kind = 'receipt' and document_id not like 'GD-%' and reference_id like 'PO-%' group by all
        except
        select order_id, item_id, sum(received_qty) from purchase_orders where received_qty > 0 group by all
    """
    assert count(db, received) == 0
    assert count(db, "from purchase_orders where status = 'open' and open_qty > 0") > 20
    assert count(db, "from purchase_orders where open_qty + received_qty <> qty") == 0
    assert count(db, "from purchase_orders where currency in ('USD', 'EUR')") > 0
    assert count(db, "from sales_orders where status = 'cancelled' and cancelled_on is not null") > 5


def test_production_takes_what_the_bill_of_materials_says(db):
    unlisted = """
        select m.item_id, w.item_id as parent from movements as m
        inner join work_orders as w on m.reference_id = w.work_order_id
        left join bom as b on b.parent_id = w.item_id and b.component_id = m.item_id
            and m.posted_on >= b.valid_from and (b.valid_to is null or m.posted_on < b.valid_to)
        where m.kind = 'production_out' and b.parent_id is null
    """
    assert count(db, "from movements where kind = 'production_out'") > 1000
    assert count(db, unlisted) == 0


def test_it_grows_in_proportion(tmp_path, folders):
    generate(tmp_path, items=ITEMS * 3, seed=SEEDS[0], end_on=END_ON)
    small = pl.scan_parquet(folders[SEEDS[0]] / "movements.parquet").select(pl.len()).collect().item()
    large = pl.scan_parquet(tmp_path / "movements.parquet").select(pl.len()).collect().item()
    assert 2.3 < large / small < 3.9


def test_progress_ends_at_one_and_a_tiny_factory_is_refused(tmp_path):
    heard: list[tuple[str, float]] = []
    generate(tmp_path, items=60, seed=1, progress=lambda step, share: heard.append((step, share)))
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] == 1
    with pytest.raises(ValueError, match="at least 60"):
        generate(tmp_path, items=59)
