"""What the sample factory planted as dead is found, and what it planted as healthy is left alone."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import polars as pl
import pytest

from queries.engine import Engine
from queries.serving import sample_into
from queries.settings import Settings
from tests.conftest import PRINTED

ITEMS = 300
SEEDS = (5150, 6007, 7919)
"""Seeds no other test and nobody who set a threshold has looked at."""
TIERS = ("R", "S", "T", "none")
LEAST_SHARE = Decimal("0.95")

Found = Callable[[int], pl.DataFrame]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    """Book value by planted kind and tier of one seed: columns planted, items, R, S, T, none."""

    def of(seed: int) -> pl.DataFrame:
        folder = tmp_path_factory.mktemp(f"planted{seed}")
        settings = Settings(home=folder / "home")
        result = sample_into(settings, folder / "files", ITEMS, seed, lambda step, share: None)
        assert result.status == "loaded", result
        key = pl.read_csv(folder / "files" / "answer_key.csv", columns=["item_id", "planted"])
        engine = Engine.open(settings)
        stock = engine.answer("mart_tiered_stock", columns=("item_id", "tier", "value")).to_pylist()
        engine.close()
        return (
            key.join(pl.DataFrame(stock), on="item_id", how="left")
            .group_by("planted")
            .agg(
                pl.col("item_id").n_unique().alias("items"),
                *(
                    pl.col("value").filter(pl.col("tier") == tier).sum().round(2).alias(tier)
                    for tier in TIERS
                ),
            )
            .sort("planted")
        )

    return of


def share_of(found: pl.DataFrame, planted: str, tiers: tuple[str, ...]) -> Decimal:
    [row] = found.filter(planted=planted).rows(named=True)
    return sum(row[tier] for tier in tiers) / sum(row[tier] for tier in TIERS)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_planted_dead_stock_is_found_and_healthy_stock_left_alone(
    found: Found, seed: int, record_property: Callable[[str, object], None]
) -> None:
    table = found(seed)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_hide_column_data_types=True, tbl_hide_dataframe_shape=True):
        record_property(PRINTED, f"book value by what was planted and its tier, seed {seed}\n{table}")
    assert share_of(table, "dead", ("R", "S", "T")) >= LEAST_SHARE
    assert share_of(table, "healthy", ("none",)) >= LEAST_SHARE
