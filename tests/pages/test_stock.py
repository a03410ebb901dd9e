"""The drill-down: every level beside its totals; search, order, columns, pages and documents by the link."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.levels import GROUPED, OF_ITEMS, OF_LAYERS
from components.navigation import STOCK
from components.words import LOCALES, Words, catalogue
from queries.engine import Engine
from queries.filters import DIMENSIONS, Filters
from queries.settings import Settings
from tests.pages.conftest import Open

SAY = Words("en")
W1 = {"region": "East", "warehouse": "W1"}
LEVELS: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["East", "West"]),
    ({"region": "East"}, ["Suzhou plant", "Ningbo DC"]),
    (W1, ["Raw"]),
    (W1 | {"category": "Raw"}, ["Steel", "Bearings"]),
    (W1 | {"category": "Raw/Steel"}, ["Steel"]),
    ({"region": "West", "warehouse": "W3"}, ["Raw", "No category"]),
    ({"region": "West", "warehouse": "W3", "category": "="}, ["Seal"]),
    (W1 | {"category": "Raw/Steel", "item": "B"}, ["2024-01-06 · G2"]),
]
"""Addresses on the way down, and the names that the table has there."""


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def names(app: AppTest) -> list[str]:
    found: list[str] = app.dataframe[0].value["name"].tolist()
    return found


def texts(app: AppTest) -> str:
    return "\n".join(each.value for kind in ("markdown", "caption", "subheader") for each in app.get(kind))


def pick(app: AppTest, key: str) -> AppTest:
    """Open the row of that name by the list below the table."""
    box = next(each for each in app.selectbox if str(each.key).endswith("_picked"))
    box.set_value(names(app).index(key))
    return app.run()


@pytest.mark.parametrize(("address", "expected"), LEVELS[::2])
def test_every_level_sums_to_its_own_totals(
    open_app: Open, address: dict[str, str], expected: list[str]
) -> None:
    app = open_app(STOCK, lang="en", **address)
    assert not app.exception
    assert names(app) == expected
    rows = app.dataframe[0].value
    assert metrics(app)["Value"] == SAY.money_exact(float(rows["value"].sum()))
    if "slow_value" in rows:
        assert metrics(app)["Slow value"] == SAY.money_exact(float(rows["slow_value"].sum()))


def test_down_by_the_list_of_names_to_the_document(open_app: Open) -> None:
    app = open_app(STOCK, lang="en")
    for name, added in (
        ("East", {"region": "East"}),
        ("Suzhou plant", {"warehouse": "W1"}),
        ("Raw", {"category": "Raw"}),
        ("Steel", {"category": "Raw/Steel"}),
        ("Steel", {"item": "B"}),
        ("2024-01-06 · G2", {"document": "G2"}),
    ):
        app = pick(app, name)
        assert not app.exception
        assert {field: app.query_params[field] for field in added} == added
    assert metrics(app)["Quantity"] == "280 pcs"
    assert "G2" in texts(app)
    assert app.dataframe[1].value["qty"].tolist() == [300]


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("group_by", ["supplier,age_bucket", "warehouse,tier", "abc_class,xyz_class"])
def test_every_grouping_is_worded_in_both_languages(open_app: Open, group_by: str, language: str) -> None:
    app = open_app(STOCK, lang=language, group_by=group_by)
    assert not app.exception
    shown = [str(cell) for row in app.dataframe[0].value.to_numpy() for cell in row]
    assert [word for word in shown if word in catalogue(language)] == []
    labels = [str(option) for box in app.selectbox for option in box.options]
    assert [each for each in labels if each in DIMENSIONS or "." in each.split(" ")[0]] == []


def test_a_pair_is_grouped_by_the_two_lists(open_app: Open) -> None:
    app = open_app(STOCK, lang="en")
    app.selectbox(key="by__region").set_value("warehouse").run()
    assert app.query_params["group_by"] == "warehouse"
    app.selectbox(key="then_warehouse_").set_value("tier").run()
    assert app.query_params["group_by"] == "warehouse,tier"
    assert "Suzhou plant · ▲ R urgent" in names(app)
    app = pick(app, "Suzhou plant · ▲ R urgent")
    assert (app.query_params["warehouse"], app.query_params["tier"]) == ("W1", "R")
    assert "group_by" not in app.query_params


def test_a_search_finds_items_by_either_name_on_every_level(open_app: Open) -> None:
    app = open_app(STOCK, lang="en", region="West")
    app.text_input(key="level_search_").set_value("密封").run()
    assert (app.query_params["search"], app.query_params["group_by"]) == ("密封", "item")
    assert names(app) == ["Seal"]
    app.text_input(key="level_search_密封").set_value("no such thing").run()
    assert SAY("nothing.title") in texts(app)
    app.text_input(key="level_search_no such thing").set_value("").run()
    assert "search" not in app.query_params
    assert names(app) == ["Chengdu plant"]


@pytest.mark.parametrize(
    ("address", "columns"),
    [({}, GROUPED), ({"group_by": "item"}, OF_ITEMS), ({"item": "B"}, OF_LAYERS)],
    ids=["groups", "items", "layers"],
)
def test_any_column_sorts_all_rows_and_is_shown_if_the_link_says_so(
    open_app: Open, address: dict[str, str], columns: tuple[str, ...]
) -> None:
    app = open_app(STOCK, lang="en", columns=",".join(columns), **address)
    assert not app.exception
    assert set(columns) <= set(app.dataframe[0].value.columns)
    sort = next(box for box in app.selectbox if str(box.key).startswith("sort_"))
    assert len(sort.options) == 2 * len(columns)
    for column in columns[::2]:
        up = open_app(STOCK, lang="en", sort=column, columns=column, **address).dataframe[0].value
        cells = [cell for cell in up[column].tolist() if cell is not None and cell == cell]
        if column not in {"tier", "state", "status", "age_basis", "warehouse_name"}:
            assert cells == sorted(cells), column


def test_columns_are_chosen_by_pills_and_kept_on_the_way(open_app: Open) -> None:
    app = open_app(STOCK, lang="en", columns="value,debt_qty", sort="-debt_qty")
    assert app.dataframe[0].value.columns.tolist() == ["name", "value", "debt_qty"]
    pills = next(each for each in app.button_group if str(each.key).startswith("columns_"))
    pills.set_value(["value", "slow_share"]).run()
    assert app.query_params["columns"] == "value,slow_share"
    assert open_app(STOCK, lang="en", columns="no,such").dataframe[0].value.columns.size == 8


def test_pages_show_every_row_once(open_app: Open, sample_home: Path) -> None:
    engine = Engine.open(Settings(home=sample_home))
    wanted = engine.answer(
        "mart_levels", Filters(group_by="item"), columns=["first_code"], sort=[("days_since_use", True)]
    )["first_code"].to_pylist()
    shown: list[str] = []
    for skipped in range(0, len(wanted), 50):
        app = open_app(
            STOCK, home=sample_home, lang="zh", group_by="item", sort="-days_since_use",
            from_row=str(skipped), columns="first_code",
        )  # fmt: skip
        shown += app.dataframe[0].value["first_code"].tolist()
    assert shown == wanted


def test_what_no_record_holds_is_said(open_app: Open) -> None:
    app = open_app(STOCK, lang="en", document="NOPE")
    assert not app.exception
    assert SAY("nothing.title") in texts(app)
    gone = open_app(STOCK, lang="en", document="G1", item="A")
    assert "G1" in texts(gone)


def test_what_is_asked_of_the_drill_down_ends_with_it(open_app: Open) -> None:
    from components.navigation import BOARD

    app = open_app(BOARD, lang="en", document="G1", group_by="tier", region="East")
    assert "document" not in app.query_params
    assert app.query_params["region"] == "East"


def test_the_page_shows_what_show_answers(open_app: Open, sample_home: Path) -> None:
    engine = Engine.open(Settings(home=sample_home))
    for link in ("", "region=East", "warehouse=P1", "warehouse=P1&bin=A-02-4", "tier=R&group_by=supplier"):
        filters, _ = Filters.from_link(link)
        rows = engine.answer("mart_levels", filters, sort=[("value", True)], limit=50).to_pylist()
        pairs = dict(pair.split("=") for pair in link.split("&") if pair)
        app = open_app(STOCK, home=sample_home, lang="en", columns="value,position_count,first_code", **pairs)
        shown = app.dataframe[0].value
        assert shown["first_code"].tolist() == [row["first_code"] for row in rows]
        assert shown["value"].tolist() == [float(round(row["value"])) for row in rows]
        assert shown["position_count"].tolist() == [row["position_count"] for row in rows]
