"""The item's story beside its marts, and its states: no item, unknown, filtered away, not on hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.navigation import BOARD, ITEM, STOCK
from components.story import age, crossed, received, result
from components.words import LOCALES, Words, catalogue
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.pages.conftest import Open

SAY = Words("en")
MARTS = (
    "mart_item_profiles", "mart_item_history", "mart_item_months", "mart_item_movements", "mart_item_orders",
    "mart_item_parents", "mart_item_crossings", "mart_item_partners", "mart_item_statuses",
)  # fmt: skip


def answers(home: Path, view: str, link: str = "") -> list[dict[str, object]]:
    return Engine.open(Settings(home=home)).answer(view, Filters.from_link(link)[0]).to_pylist()


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def table(app: AppTest, column: str) -> list[object]:
    """The cells of that column in the first table that has it."""
    return next(frame.value[column].tolist() for frame in app.dataframe if column in frame.value)


def texts(app: AppTest) -> str:
    return "\n".join(each.value for kind in ("markdown", "caption", "subheader") for each in app.get(kind))


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("item", ["A", "B", "C", "D"])
def test_every_item_has_its_story_in_both_languages(open_app: Open, item: str, language: str) -> None:
    app = open_app(ITEM, lang=language, item=item)
    assert not app.exception
    assert len(app.metric) >= 4
    shown = [str(cell) for frame in app.dataframe for row in frame.value.to_numpy() for cell in row]
    shown += [badge for badge in texts(app).split() if "." in badge]
    assert [word for word in shown if word in catalogue(language)] == []
    wordless = [w for w in shown if w.split(".")[0] in {"kind", "status", "age_basis", "figure", "part"}]
    assert wordless == []


def test_the_head_says_what_the_marts_say(open_app: Open, company: Path) -> None:
    [totals] = answers(company, "mart_item_totals", "item=B")
    shown = metrics(open_app(ITEM, lang="en", item="B"))
    assert totals["qty"] == 330
    assert shown["On hand"] == "330 pcs"
    assert shown["Value"] == SAY.money(totals["value"])  # type: ignore[arg-type]
    assert shown["Days idle"] == SAY.number(totals["days_since_use"])  # type: ignore[arg-type]


def test_places_layers_and_movements_are_the_marts(open_app: Open, company: Path) -> None:
    app = open_app(ITEM, lang="en", item="B")
    assert table(app, "state") == ["dead", "dead"]
    assert sorted(table(app, "age")) == ["722 days", "725 days"]  # type: ignore[type-var]
    assert table(app, "posted_on") == [date(2024, 3, 1), date(2024, 1, 9), date(2024, 1, 6)]
    assert table(app, "kind") == ["issue", "receipt", "receipt"]
    layers = answers(company, "mart_layers", "item=B")
    assert sum(layer["qty"] for layer in layers) == 330  # type: ignore[misc]


def test_a_story_follows_the_filters_of_the_address(open_app: Open) -> None:
    app = open_app(ITEM, lang="en", item="B", warehouse="W3")
    assert metrics(app)["On hand"] == "50 pcs"
    assert table(app, "posted_on") == [date(2024, 1, 9)]


def test_the_way_of_the_oldest_layer_is_told_and_any_other_may_be_chosen(
    open_app: Open, sample_home: Path
) -> None:
    stops = answers(sample_home, "mart_layer_paths")
    longest = max(stops, key=lambda row: (row["stop_no"], row["item_id"]))  # type: ignore[arg-type,return-value]
    item = str(longest["item_id"])
    app = open_app(ITEM, home=sample_home, lang="en", item=item)
    assert not app.exception
    layers = answers(sample_home, "mart_layers", f"item={item}")
    chooser = app.selectbox(key="item_layer_None")
    assert len(chooser.options) == len(layers)
    oldest = min(layers, key=lambda row: row["aged_from_on"])  # type: ignore[arg-type,return-value]
    assert str(oldest["document_id"]) in texts(app).replace("\\", "")
    key = ("warehouse_id", "lot_id", "status", "layer_no")
    wanted = tuple(longest[name] for name in key)
    app.selectbox(key="item_layer_None").set_value(_shown_place(item, sample_home, wanted, key)).run()
    told = texts(app).replace("\\", "")
    way = [row for row in stops if row["item_id"] == item and tuple(row[name] for name in key) == wanted]
    assert len(way) > 2
    for stop in way:
        assert f"{SAY.day(stop['moved_on'])} · " in told  # type: ignore[arg-type]
        assert str(stop["document_id"]) in told
    assert any(" › " in str(cell) for cell in table(app, "way"))


def _shown_place(item: str, home: Path, wanted: tuple[object, ...], key: tuple[str, ...]) -> int:
    engine = Engine.open(Settings(home=home))
    rows = engine.answer(
        "mart_layers", Filters.from_link(f"item={item}")[0], sort=[("aged_from_on", False)], limit=500
    ).to_pylist()
    return [tuple(row[name] for name in key) for row in rows].index(wanted)


def test_what_is_not_free_stands_beside_what_is_on_hand(open_app: Open, sample_home: Path) -> None:
    under_way = [r for r in answers(sample_home, "mart_item_statuses") if r["status"] == "in_transit"]
    row = under_way[0]
    [totals] = answers(sample_home, "mart_item_totals", f"item={row['item_id']}")
    shown = metrics(open_app(ITEM, home=sample_home, lang="en", item=str(row["item_id"])))
    assert shown[SAY("status.in_transit")].split()[0] == SAY.number(row["qty"], 4)  # type: ignore[arg-type]
    assert shown["On hand"].split()[0] == SAY.number(totals["qty"], 4)  # type: ignore[arg-type]


def test_first_and_last_use_are_said_with_the_quantity(open_app: Open) -> None:
    said = texts(open_app(ITEM, lang="en", item="B")).replace("\\", "")
    day = SAY.day(date(2024, 3, 1))
    assert f"Last used on {day}: 20" in said
    assert f"First used: {day}" in said


def test_partners_are_net_of_what_came_back(sample_home: Path) -> None:
    lines = answers(sample_home, "mart_item_movements")
    for side, kinds, sign in (
        ("supplier", ("receipt", "supplier_return"), 1),
        ("customer", ("issue", "customer_return"), -1),
    ):
        moved = sum(
            row["left_qty"] * sign
            for row in lines
            if row["partner_id"] and row["kind"] in kinds  # type: ignore[operator,misc]
        )
        rows = [row for row in answers(sample_home, "mart_item_partners") if row["side"] == side]
        assert rows
        assert sum(row["qty"] for row in rows) == moved  # type: ignore[misc]


def test_where_it_is_used_goes_up_every_level(sample_home: Path) -> None:
    rows = answers(sample_home, "mart_item_parents")
    direct = {(r["item_id"], r["parent_id"]): r["qty_per"] for r in rows if r["level"] == 1}
    upper = [row for row in rows if row["level"] == 2]
    assert upper
    for row in upper:
        below, above = (row["item_id"], row["via_id"]), (row["via_id"], row["parent_id"])
        assert row["qty_per"] == pytest.approx(direct[below] * direct[above])  # type: ignore[operator]
        assert row["route"] == ">".join(map(str, (*below, row["parent_id"])))


def test_movements_are_paged_by_the_address(open_app: Open) -> None:
    app = open_app(ITEM, lang="en", item="B", from_row="2")
    assert table(app, "posted_on") == [date(2024, 1, 6)]


def test_the_rule_that_won_is_named(open_app: Open) -> None:
    rules = '[{"warehouse":"W1","dead_after_days":900}]'
    app = open_app(ITEM, lang="en", item="A", rules=rules)
    assert "rule 1" in texts(app)
    assert "900" in texts(app)
    assert "policy" in texts(open_app(ITEM, lang="en", item="A"))


def test_without_an_item_the_worst_are_offered_and_a_search_finds_one(open_app: Open) -> None:
    app = open_app(ITEM, lang="en")
    assert table(app, "item_id")[0] == "B"
    app.text_input(key="item_search_").set_value("轴承").run()
    assert app.query_params["search"] == "轴承"
    assert table(app, "item_id") == ["A"]


def test_a_search_that_finds_nothing_says_so(open_app: Open) -> None:
    app = open_app(ITEM, lang="en", search="no such thing")
    assert SAY("item.none") in texts(app)
    assert not app.dataframe


def test_an_unknown_item_is_one_sentence(open_app: Open) -> None:
    app = open_app(ITEM, lang="en", item="NOPE")
    assert not app.exception
    assert "No file names the item NOPE" in texts(app)
    assert not app.metric


def test_an_item_that_the_filters_leave_out_says_so(open_app: Open) -> None:
    for filters in ({"region": "West"}, {"tier": "R", "region": "West"}, {"material_type": "spare"}):
        app = open_app(ITEM, lang="en", item="A", **filters)
        assert "exists, but the filters leave nothing" in texts(app), filters
        assert not app.metric


def test_an_item_not_on_hand_still_has_a_history(open_app: Open) -> None:
    app = open_app(ITEM, lang="en", item="A", as_of="2024-01-01")
    assert not app.exception
    assert metrics(app)["On hand"] == "0 pcs"
    assert SAY("item.nothing_on_hand") in texts(app)
    assert SAY("item.no_movements") in texts(app)


def test_the_story_of_an_item_with_everything_on_record(open_app: Open, sample_home: Path) -> None:
    rows = answers(sample_home, "mart_item_orders")
    ordered = {row["item_id"] for row in rows if row["side"] == "purchase"}
    used = {row["item_id"] for row in answers(sample_home, "mart_item_parents")}
    item = min(str(each) for each in ordered & used)
    app = open_app(ITEM, home=sample_home, lang="zh", item=item)
    assert not app.exception
    mine = [row for row in rows if row["item_id"] == item]
    assert len(table(app, "order_id")) == len(mine)
    [profile] = answers(sample_home, "mart_item_profiles", f"item={item}")
    bought = sum(row["open_qty"] for row in mine if row["side"] == "purchase")  # type: ignore[misc]
    assert bought == profile["on_order_qty"]
    parents = answers(sample_home, "mart_item_parents", f"item={item}")
    assert sorted(table(app, "parent_id")) == sorted(row["parent_id"] for row in parents)  # type: ignore[type-var]


def test_the_stock_line_ends_at_what_is_on_hand(sample_home: Path) -> None:
    on_hand = {row["item_id"]: row["qty"] for row in answers(sample_home, "mart_item_totals")}
    months = answers(sample_home, "mart_item_months")
    newest = max(row["month_on"] for row in months)  # type: ignore[type-var]
    ends = {row["item_id"]: row["stock_qty"] for row in months if row["month_on"] == newest}
    assert on_hand
    assert {item: ends[item] for item in on_hand} == on_hand


def test_every_month_bridges_to_the_next(sample_home: Path) -> None:
    stock: dict[tuple[object, object], Decimal] = {}
    rows = answers(sample_home, "mart_item_history")
    rows.sort(key=lambda row: row["month_on"])  # type: ignore[arg-type,return-value]
    for row in rows:
        place = (row["item_id"], row["warehouse_id"])
        moved = row["in_qty"] - row["out_qty"] + row["transfer_qty"] + row["other_qty"]  # type: ignore[operator]
        assert stock.get(place, Decimal(0)) + moved == row["stock_qty"], row
        stock[place] = row["stock_qty"]  # type: ignore[assignment]
    assert len(stock) > 100


@pytest.mark.parametrize("view", MARTS)
def test_a_grain_is_unique_and_filters_narrow_it(sample_home: Path, view: str) -> None:
    from queries.views import views

    rows = answers(sample_home, view)
    grain = views()[view].grain
    assert rows
    assert len({tuple(row[name] for name in grain) for row in rows}) == len(rows)
    item = rows[0]["item_id"]
    narrowed = answers(sample_home, view, f"item={item}")
    assert len(narrowed) == sum(row["item_id"] == item for row in rows)


def test_crossings_of_an_item_are_those_of_its_places(sample_home: Path) -> None:
    by_item = answers(sample_home, "mart_item_crossings")
    by_place = answers(sample_home, "mart_crossings")
    assert sum(row["warehouse_count"] for row in by_item) == len(by_place)  # type: ignore[misc]
    assert sum(row["value"] for row in by_item) == sum(row["value"] for row in by_place)  # type: ignore[misc]


def test_ages_and_days_are_said_as_exactly_as_they_are_known() -> None:
    row = {"age_days": 412, "is_at_least": True, "received_on": None, "received_from_on": None,
           "received_to_on": date(2025, 1, 31)}  # fmt: skip
    assert (age(row, SAY), received(row, SAY)) == ("≥ 412 days", "by 2025-01-31")
    bounded = row | {"received_from_on": date(2025, 1, 1)}
    assert received(bounded, SAY) == "2025-01-01 to 2025-01-31"
    exact = row | {"is_at_least": False, "received_on": date(2025, 1, 31)}
    assert (age(exact, SAY), received(exact, SAY)) == ("412 days", "2025-01-31")
    unknown = row | {"age_days": None, "received_to_on": None}
    assert (age(unknown, SAY), received(unknown, SAY)) == ("unknown", "–")


def test_a_figure_that_does_not_apply_says_why() -> None:
    assert result({"figure": "turnover", "value": None, "reason": "intermittent"}, SAY).startswith("not appl")
    assert result({"figure": "abc_share", "value": 0.8, "reason": None}, SAY) == "80.0%"
    assert result({"figure": "turnover", "value": 8.549, "reason": None}, SAY) == "8.55"


def test_a_state_that_a_worse_one_came_before_has_no_mark() -> None:
    active, days = {"item_status": "active", "phase_out_on": None}, {
        "watch_on": date(2025, 1, 1), "slow_on": date(2025, 4, 1), "dead_on": date(2025, 9, 1),
        "obsolete_on": date(2025, 3, 1),
    }  # fmt: skip
    today = date(2025, 6, 1)
    assert crossed(active, days, today) == {"watch": date(2025, 1, 1), "obsolete": date(2025, 3, 1)}
    plain = days | {"obsolete_on": None}
    assert crossed(active, plain, today) == {"watch": date(2025, 1, 1), "slow": date(2025, 4, 1)}
    ended = {"item_status": "obsolete", "phase_out_on": date(2025, 5, 1)}
    assert crossed(ended, plain, today)["obsolete"] == date(2025, 5, 1)
    assert crossed(active, {}, today) == {}


def test_board_and_stock_know_the_item_page(open_app: Open) -> None:
    for page in (BOARD, STOCK):
        app = open_app(page, lang="en")
        assert any("Item story" in str(link.proto) for link in app.get("page_link"))
