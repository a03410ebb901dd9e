"""The same item under two codes: which pairs are plausible, how they group, what a merge would join."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from queries.views import views
from tests.queries.views.conftest import LakeOf
from tests.queries.views.lakes import ask

DAY = "2025-08-31"


def held(item: str, qty: float, where: str = "A", **more: Any) -> dict[str, Any]:
    return {"snapshot_on": DAY, "item_id": item, "warehouse_id": where, "qty": qty, "unit_cost": 10} | more


def described(names: Mapping[str, str], **more: Any) -> list[dict[str, Any]]:
    return [{"item_id": item, "name": name} | more for item, name in names.items()]


def pairs(engine: Engine) -> dict[tuple[str, str], tuple[float, list[str]]]:
    return {
        (row["item_id"], row["other_id"]): (float(row["score"]), row["reasons"].split(","))
        for row in ask(engine, "mart_duplicate_pairs")
    }


SAME = {
    "case, punctuation and spaces": ("Bearing 6204-2RS", "BEARING  6204 2rs"),
    "nothing between": ("Bearing 6204-2RS", "Bearing 62042RS"),
    "full width": ("六角螺栓 M8x40", "六角螺栓Ｍ８＊４０"),
    "signs of times": ("Bolt M8x40", "Bolt M8 × 40"),
    "the order of words": ("不锈钢六角螺栓 M8x40 304", "304 M8x40 六角螺栓，不锈钢"),
    "a unit apart": ("Cable 2.5mm", "Cable 2.5 mm"),
    "a diameter's sign": ("Pipe Ø50x3", "Pipe D50x3"),
    "a Chinese unit": ("钢管 50毫米", "钢管 50mm"),
    "more words before the noun": ("深沟球轴承 6204-2RS", "轴承 6204-2RS"),
    "one language of two": ("Seal kit SK80 / 密封套件 SK80", "密封套件 SK80"),
    "a short word in one of two": ("AC contactor CJ-18 220V / 接触器 CJ-18 220V", "接触器CJ18 220V"),
    "one letter": ("Hexagon screw M6x20", "Hexagon scrww M6x20"),
    "no specification": ("Grease gun", "GREASE-GUN"),
}
OTHER = {
    "another length": ("Bolt M8x40", "Bolt M8x50"),
    "a decimal": ("Cable 2.5mm", "Cable 25mm"),
    "more specification": ("Bearing 6204", "Bearing 6204-2RS"),
    "numbers that change places": ("Carton 5-ply #7", "Carton 7-ply #5"),
    "a part of it": ("Bearing 6204", "Bearing housing 6204"),
    "a Chinese part of it": ("轴承 6204-2RS", "轴承座 6204-2RS"),
    "the other side": ("Bracket left 40x20", "Bracket right 40x20"),
    "another thing of the same size": ("Impeller IS80-200", "Casing IS80-200"),
    "a variant's letter": ("Pump IS50-160 A", "Pump IS50-160 B"),
    "another word without specification": ("Grease gun", "Grease pump"),
    "no word at all": ("???", "!!!"),
}


def test_what_is_written_otherwise_is_found_and_what_is_something_else_is_not(lake_of: LakeOf) -> None:
    items, wanted = [], set()
    for number, (one, other) in enumerate([*SAME.values(), *OTHER.values()]):
        items += described({f"{number:02}A": one, f"{number:02}B": other}, category=str(number))
        if number < len(SAME):
            wanted.add((f"{number:02}A", f"{number:02}B"))
    engine = lake_of(items=items, stock=[held("00A", 1)])
    kinds = [*SAME, *OTHER]
    found = {pair for pair, (score, _) in pairs(engine).items() if score >= 75 and pair[0][:2] == pair[1][:2]}
    assert [kinds[int(a[:2])] for a, _ in sorted(wanted - found)] == []
    assert [kinds[int(a[:2])] for a, _ in sorted(found - wanted)] == []


def test_the_samples_second_codes_are_found_and_nothing_else(sample_home: Path, sample_files: Path) -> None:
    key = pl.read_csv(sample_files / "answer_key.csv").drop_nulls("duplicate_of")
    planted = {(min(pair), max(pair)) for pair in key.select("item_id", "duplicate_of").iter_rows()}
    assert len(planted) >= 3
    engine = Engine.open(Settings(home=sample_home))
    merges = ask(engine, "mart_duplicate_merges")
    engine.close()
    found = {tuple(sorted((row["kept_id"], row["item_id"]))) for row in merges}
    assert found == planted


def test_the_score_says_what_it_stands_on(lake_of: LakeOf) -> None:
    name = "Seal 25x40"
    items = [
        {"item_id": "A", "name": name, "unit": "pcs", "supplier_id": "S1", "material_type": "raw"},
        {"item_id": "B", "name": name, "unit": "个", "supplier_id": "S1", "material_type": "raw"},
        {"item_id": "C", "name": name, "unit": "kg", "supplier_id": "S2", "material_type": "spare"},
        {"item_id": "D", "name": name},
    ]
    engine = lake_of(items=items, stock=[held("A", 1)])
    assert pairs(engine) == {
        ("A", "B"): (100, ["same_name", "same_spec", "same_unit", "same_supplier"]),
        ("A", "C"): (60, ["same_name", "same_spec", "other_type", "other_unit", "other_supplier"]),
        ("A", "D"): (100, ["same_name", "same_spec"]),
        ("B", "C"): (60, ["same_name", "same_spec", "other_type", "other_unit", "other_supplier"]),
        ("B", "D"): (100, ["same_name", "same_spec"]),
        ("C", "D"): (100, ["same_name", "same_spec"]),
    }


def test_a_successor_is_no_duplicate_of_what_it_follows(lake_of: LakeOf) -> None:
    items = described({"OLD": "Pump IS50", "NEW": "Pump IS50"})
    items[0]["successor_id"] = "NEW"
    engine = lake_of(items=items, stock=[held("OLD", 1)])
    assert pairs(engine) == {}


def test_groups_hold_all_codes_with_their_stock_value_and_oldest_age(lake_of: LakeOf) -> None:
    """A and C are held together by B alone; the code used last is kept, though another has more stock."""
    engine = lake_of(
        items=[
            *described({"A": "Grease gun", "B": "GREASE GUN", "C": "grease-gun"}, unit="pcs"),
            *described({"D": "Cable 2.5mm", "E": "cable 2.5 MM"}, unit="m"),
        ],
        movements=[
            {"posted_on": day, "document_id": f"{item}{day}", "item_id": item, "kind": kind, "qty": qty,
             "warehouse_id": "A"}
            for item, kind, day, qty in (
                ("A", "receipt", "2024-08-31", 30),
                ("A", "issue", "2024-09-30", -20),
                ("B", "receipt", "2025-01-31", 5),
                ("B", "issue", "2025-08-01", -1),
                ("C", "receipt", "2025-02-28", 2),
            )
        ],
        stock=[held("A", 10), held("B", 4, unit_cost=3), held("C", 2), held("D", 1), held("E", 0)],
    )  # fmt: skip
    items = ask(engine, "mart_duplicate_items", sort=[("cluster_no", False), ("item_id", False)])
    columns = ("cluster_no", "item_id", "qty", "value", "age_days", "is_kept")
    assert [tuple(row[c] for c in columns) for row in items] == [
        (1, "A", 10, 100, 365, False),
        (1, "B", 4, 12, 212, True),
        (1, "C", 2, 20, 184, False),
        (2, "D", 1, 10, 365, True),
        (2, "E", 0, 0, None, False),
    ]
    groups = ask(engine, "mart_duplicate_clusters")
    columns = ("kept_id", "codes", "code_count", "stocked_count", "qty", "unit", "value", "merged_value",
               "age_days")  # fmt: skip
    assert [tuple(row[c] for c in columns) for row in groups] == [
        ("B", "B A C", 3, 3, 16, "pcs", 132, 120, 365),
        ("D", "D E", 2, 1, 1, "m", 10, 0, 365),
    ]
    assert sum(row["value"] for row in items) == sum(row["value"] for row in groups) == 142
    merges = ask(engine, "mart_duplicate_merges")
    assert [(row["kept_id"], row["item_id"], row["value"], row["score"]) for row in merges] == [
        ("B", "A", 100, 100), ("B", "C", 20, 100), ("D", "E", 0, 100),
    ]  # fmt: skip


def test_different_units_are_not_added_up(lake_of: LakeOf) -> None:
    items = described({"A": "Sealing cord", "B": "Sealing cord"}, supplier_id="S1")
    items[0]["unit"], items[1]["unit"] = "m", "kg"
    [group] = ask(lake_of(items=items, stock=[held("A", 3), held("B", 4)]), "mart_duplicate_clusters")
    assert (group["qty"], group["unit"], group["value"]) == (None, None, 70)


def test_a_merge_that_hangs_on_a_third_code_says_so(lake_of: LakeOf) -> None:
    """轴承 fits both longer names; these differ from each other in two words."""
    names = {"A": "深沟球轴承 6204", "B": "轴承 6204", "C": "精密滚珠轴承 6204"}
    engine = lake_of(items=described(names), stock=[held("A", 5), held("B", 1), held("C", 2)])
    merges = ask(engine, "mart_duplicate_merges")
    assert [(row["kept_id"], row["item_id"], row["via_id"]) for row in merges] == [
        ("A", "B", None), ("A", "C", "B"),
    ]  # fmt: skip


def test_a_group_is_shown_whole_with_the_filters_stock(lake_of: LakeOf) -> None:
    engine = lake_of(
        items=[
            {"item_id": "A", "name": "Grease gun", "category": "Raw", "supplier_id": "S1"},
            {"item_id": "B", "name": "GREASE GUN", "category": "Spare", "supplier_id": "S2"},
            *described({"D": "Cable 2.5mm", "E": "cable 2.5 MM"}),
            *described({"F": "Seal kit", "G": "SEAL KIT"}, category="Spare"),
        ],
        stock=[held("A", 1), held("B", 2, "B"), held("D", 0.7, "B")],
    )
    for link, values in {
        "": [30, 7, 0],
        "warehouse=A": [10],
        "category=Raw": [10],
        "category=Spare": [20, 0],
        "search=cable": [7],
        "item=B": [20],
        "duplicate_from_score=95": [7, 0],
        "tier=R": [],
    }.items():
        groups = ask(engine, "mart_duplicate_clusters", Filters.from_link(link)[0])
        assert [float(row["value"]) for row in groups] == values, link
        assert {row["code_count"] for row in groups} <= {2}


def test_a_name_that_many_share_makes_no_pairs(lake_of: LakeOf) -> None:
    """The bound: 20 codes to a block, so that a hundred thousand screws do not meet each other."""
    few = lake_of(items=described({f"I{n:02}": "Screw" for n in range(20)}), stock=[held("I00", 1)])
    assert len(pairs(few)) == 20 * 19 / 2
    many = lake_of(items=described({f"I{n:02}": "Screw" for n in range(21)}), stock=[held("I00", 1)])
    assert pairs(many) == {}
    assert views()["mart_duplicate_pairs"].is_kept
