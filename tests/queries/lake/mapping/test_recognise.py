"""A file is known by its headers; what they leave open is asked with a proposal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from queries.lake.contract import TABLES, Table
from queries.lake.mapping.layouts import TableMapping
from queries.lake.mapping.presets import GENERIC, preset, presets, words_of
from queries.lake.mapping.recognise import best_layout, doubts, recognise, refused_as, sure
from queries.lake.mapping.saved import save_mapping
from queries.lake.words import Word, among
from queries.settings import Settings

MB52 = ["Material", "Plant", "Storage Location", "Base Unit of Measure", "Unrestricted", "Blocked"]
LAYOUTS = [
    each for name in presets() if name not in (GENERIC, "adventureworks") for each in preset(name).layouts
]


BUCKETS = ["0-30天", "30天以内", "大于180天", "库龄30"]


def texts(words: Iterable[Word]) -> list[str]:
    """The words that are no patterns."""
    return [word for word in words if isinstance(word, str)]


def ways(headers: list[str]) -> list[tuple[str, str]]:
    """Mapping and table of each guess."""
    return [(each.mapping, each.table) for each in recognise(headers)]


@pytest.mark.parametrize("each", TABLES, ids=lambda each: each.name)
def test_a_template_is_known_as_its_table(each: Table) -> None:
    best = sure(recognise([column.name for column in each.columns]))
    assert best is not None
    assert (best.mapping, best.table, best.lacks) == (GENERIC, each.name, ())
    assert best.columns == {column.name: column.name for column in each.columns}


@pytest.mark.parametrize("each", TABLES, ids=lambda each: each.name)
def test_a_file_in_chinese_words_is_known_as_its_table(each: Table) -> None:
    headers = {}
    for column in each.columns:
        words = [word for rank in preset().tables[each.name].headers[column.name] for word in rank]
        headers[next(word for word in words if not word.isascii())] = column.name
    best = recognise(list(headers))[0]
    assert (best.table, best.lacks) == (each.name, ())


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: f"{layout.preset}-{layout.name}")
def test_a_file_with_the_words_of_a_layout_is_known_as_that_layout(layout: TableMapping) -> None:
    marks = [
        next(word for word in (*texts(group), *BUCKETS) if among([word], group))
        for group in layout.recognised_by
    ]
    first = [rank[0] for ranks in layout.headers.values() for rank in ranks[:1]]
    shunned = set(among([*marks, *first, *texts(layout.ignored)], layout.not_with))
    others = [word for word in words_of(layout) if word in layout.ignored][:6]
    headers = [word for word in dict.fromkeys([*marks, *first, *others]) if word not in shunned]
    titles = ["Stock on 31.10.2026", "Stock on 31.10.2026 120 PC", *layout.title_marks]
    found = recognise(headers, titles=titles)
    assert layout.preset in {each.mapping for each in found if each.score >= found[0].score - 0.05}


def test_words_are_known_in_any_case_order_and_width() -> None:
    headers = [
        "ｍａｔｅｒｉａｌ",
        "UNRESTRICTED",
        "storage_location",
        "plant",
        "blocked",
        "Base Unit of Measure",
    ]
    best = sure(recognise(headers))
    assert best is not None
    assert (best.mapping, best.table) == ("sap_mb52", "stock")


def test_a_file_that_may_be_two_tables_is_asked_with_a_proposal() -> None:
    found = recognise(["order_id", "line_no", "item_id", "qty", "ordered_on"])
    assert sure(found) is None
    (asked,) = doubts(found)
    assert (asked.key, asked.proposal) == ("table", "purchase_orders")
    assert asked.choices[:2] == ("purchase_orders", "sales_orders")


def test_a_file_nobody_knows_is_asked_without_a_proposal() -> None:
    found = recognise(["foo", "bar"])
    assert found == []
    (asked,) = doubts(found)
    assert (asked.key, asked.proposal, len(asked.choices)) == ("table", None, len(TABLES))


def test_a_stock_without_a_date_is_still_a_stock() -> None:
    best = sure(recognise(["物料编码", "仓库", "现存数量"]))
    assert best is not None
    assert (best.table, best.lacks) == ("stock", ())


def test_numbers_are_not_looked_for_where_cells_hold_words() -> None:
    headers = ["料号", "仓库", "日期", "数量"]
    assert "qty" not in recognise(headers, {"数量": ["many", "few"]})[0].columns
    assert recognise(headers, {"数量": ["5", ""]})[0].columns["qty"] == "数量"
    own = recognise(["item_id", "warehouse_id", "snapshot_on", "qty"], {"qty": ["many"]})[0]
    assert own.columns["qty"] == "qty"


def test_names_of_persons_and_ignored_headers_do_not_make_a_file_strange() -> None:
    plain = recognise(MB52)[0].score
    assert recognise([*MB52, "User Name", "Material Description"])[0].score == pytest.approx(plain, abs=0.01)
    assert recognise([*MB52, "colour", "shape", "size"])[0].score < plain - 0.05


def test_a_refused_file_is_known_and_its_way_out_named() -> None:
    balance = ["Item", "Warehouse", "Balance Qty", "Balance Value", "Opening Qty", "In Qty", "Out Qty"]
    assert ("erpnext", "stock") in ways(balance)
    problem = refused_as(balance, "movements")
    assert problem is not None
    assert (problem.code, problem.outcome) == ("refused_layout", "refused")
    assert "Stock Ledger" in problem.remedy
    assert refused_as(balance, "stock") is None
    assert refused_as(["item_id"], "movements") is None


def test_the_layout_of_a_preset_is_chosen_by_headers() -> None:
    assert best_layout("shopify", "stock", ["Handle", "SKU", "COO", "Berlin"]).name == "locations_in_columns"
    assert best_layout("shopify", "stock", ["Handle", "SKU", "Location", "On hand"]).name == "rows"
    assert best_layout("shopify/rows", "stock", ["Handle", "SKU", "COO", "Berlin"]).name == "rows"
    with pytest.raises(KeyError):
        best_layout("shopify", "bom", ["Handle"])
    with pytest.raises(KeyError):
        best_layout("nothing", "stock", ["Handle"])


def test_a_saved_mapping_goes_before_every_preset(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    headers = ["物料编码", "仓库", "现存数量", "数量"]
    assert recognise(headers, settings=settings)[0].mapping == GENERIC
    chosen = {"item_id": "物料编码", "warehouse_id": "仓库", "qty": "数量"}
    save_mapping(settings, "每日库存", table_name="stock", based_on=GENERIC, headers=chosen, seen=headers)
    best = sure(recognise(headers, settings=settings))
    assert best is not None
    assert (best.mapping, best.table, best.columns["qty"]) == ("每日库存", "stock", "数量")
    assert sure(recognise(headers[:-1], settings=settings)) != best


@rules(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), max_size=8), st.lists(st.text(max_size=12), max_size=2))
def test_no_header_is_too_strange_to_be_looked_at(headers: list[str], titles: list[str]) -> None:
    found = recognise(headers, {header: [header] for header in headers}, titles=titles)
    assert all(0 <= each.score <= 1 for each in found)
    assert doubts(found) or sure(found) or found[0].is_refused


@rules(max_examples=60, deadline=None)
@given(st.permutations(MB52))
def test_the_order_of_columns_does_not_matter(headers: list[str]) -> None:
    assert [(each.mapping, each.score) for each in recognise(headers)][:3] == [
        (each.mapping, each.score) for each in recognise(MB52)
    ][:3]
