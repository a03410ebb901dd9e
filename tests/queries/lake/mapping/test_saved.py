"""What a person saved is used again; what a company answered once is not asked twice."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st

from queries.errors import MappingUnusable
from queries.lake.mapping.presets import GENERIC, presets
from queries.lake.mapping.saved import (
    as_toml,
    delete_mapping,
    folder,
    forget,
    mapping_named,
    mappings,
    remember,
    remembered,
    save_mapping,
    saved_names,
)
from queries.settings import Settings
from tests.queries.lake.sheets import Cells, map_it

SHEET: Cells = {"Artikel": ["A"], "Lager": ["W1"], "Menge": ["5"], "数量": ["7"], "Los": ["L"]}
CHOSEN = {"item_id": "Artikel", "warehouse_id": "Lager", "qty": "Menge"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def save(settings: Settings, name: str = "Bestand", **more: object) -> None:
    how = {"table_name": "stock", "based_on": GENERIC, "headers": CHOSEN, **more}
    save_mapping(settings, name, **how)  # type: ignore[arg-type]


def test_a_saved_mapping_reads_as_it_was_adjusted(settings: Settings) -> None:
    save(settings, values={"currency": "EUR", "snapshot_on": "2026-10-31"}, answers={"decimal": "comma"})
    (layout,) = mapping_named("Bestand", settings).layouts
    result = map_it(SHEET, layout)
    assert result.rows("item_id", "warehouse_id", "qty", "currency") == [("A", "W1", "5", "EUR")]
    assert result.keys == ["value.snapshot_on"]
    assert layout.answers == {"decimal": "comma"}
    assert mappings(settings)[0].headers == CHOSEN


def test_a_column_nobody_wants_stays_empty(settings: Settings) -> None:
    save(settings, headers={**CHOSEN, "lot_id": ""})
    (layout,) = mapping_named("Bestand", settings).layouts
    assert "lot_id" not in map_it({**SHEET, "lot_id": ["L"], "批号": ["L"]}, layout).mapped.frame.columns


def test_a_quantity_chosen_by_hand_is_not_split(settings: Settings) -> None:
    save(
        settings,
        based_on="sap_mb52",
        headers={"item_id": "Material", "warehouse_id": "SLoc", "qty": "Blocked"},
    )
    (layout,) = mapping_named("Bestand", settings).layouts
    cells: Cells = {"Material": ["A"], "Plant": ["1"], "SLoc": ["2"], "Unrestricted": ["3"], "Blocked": ["4"]}
    assert map_it(cells, layout).rows("qty") == [("4",)]


def test_a_mapping_may_be_based_on_a_saved_one(settings: Settings) -> None:
    save(settings)
    save(settings, "Bestand 2", based_on="Bestand", headers={"lot_id": "Los"})
    (layout,) = mapping_named("Bestand 2", settings).layouts
    delete_mapping(settings, "Bestand")
    assert map_it(SHEET, layout).rows("item_id", "qty", "lot_id") == [("A", "5", "L")]


def test_saved_mappings_are_listed_and_deleted(settings: Settings) -> None:
    assert saved_names(settings) == ()
    save(settings, "b")
    save(settings, "现存量 每日")
    assert set(saved_names(settings)) == {"b", "现存量 每日"}
    delete_mapping(settings, "b")
    assert saved_names(settings) == ("现存量 每日",)
    for gone in ("b", "../b", "remembered"):
        with pytest.raises(KeyError):
            delete_mapping(settings, gone)
        with pytest.raises(KeyError):
            mapping_named(gone, settings)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " a",
        "../a",
        "a/b",
        "a\\b",
        ".a",
        "a\n",
        "a:b",
        GENERIC,
        "remembered",
        "x" * 200,
        "a\x00",
        "sap_mb52",
    ],
)
def test_a_name_that_is_no_name_is_refused(settings: Settings, name: str) -> None:
    with pytest.raises(MappingUnusable):
        save(settings, name)
    assert not folder(settings).exists()


def test_a_column_the_table_does_not_have_is_refused(settings: Settings) -> None:
    with pytest.raises(MappingUnusable):
        save(settings, headers={"colour": "Farbe"})
    with pytest.raises(MappingUnusable):
        save(settings, based_on="nothing")


def test_a_broken_file_is_passed_over_and_said_when_used(settings: Settings) -> None:
    save(settings)
    (folder(settings) / "broken.toml").write_text("name = ", encoding="utf-8")
    assert saved_names(settings) == ("Bestand",)
    with pytest.raises(MappingUnusable):
        mapping_named("broken", settings)


def test_nothing_is_left_of_writing(settings: Settings) -> None:
    save(settings)
    remember(settings, GENERIC, {"zeros": "keep"})
    assert sorted(path.name for path in folder(settings).iterdir()) == ["Bestand.toml", "remembered.toml"]


def test_house_codes_are_remembered_for_their_system_and_zeros_for_all(settings: Settings) -> None:
    remember(
        settings,
        "sap_mb51/mb51",
        {"code.kind.932": "scrap", "zeros": "strip", "value.snapshot_on": "2026-10-31", "decimal": "comma"},
    )
    remember(settings, "sap_mb51", {"code.kind.Y05": "leave_out"})
    assert remembered(settings, "sap_mb51") == {
        "code.kind.932": "scrap", "code.kind.Y05": "leave_out", "zeros": "strip"
    }  # fmt: skip
    assert remembered(settings, "sap_mb52") == {"zeros": "strip"}
    save(settings, based_on="sap_mb51", table_name="movements", headers={"item_id": "Material"})
    assert remembered(settings, "Bestand")["code.kind.932"] == "scrap"
    assert saved_names(settings) == ("Bestand",)
    forget(settings, "sap_mb51", "code.kind.932")
    assert "code.kind.932" not in remembered(settings, "sap_mb51")


def test_nothing_worth_remembering_writes_nothing(settings: Settings) -> None:
    remember(settings, "sap_mb51", {"table": "movements", "decimal": "comma"})
    assert remembered(settings, "sap_mb51") == {}
    assert not folder(settings).exists()


TEXT = st.text(st.characters(codec="utf-8"), max_size=20)


@rules(max_examples=60, deadline=None)
@given(st.dictionaries(TEXT, TEXT, max_size=4), st.lists(st.lists(TEXT, max_size=3), max_size=3))
def test_what_is_written_is_read_back(texts: dict[str, str], lists: list[list[str]]) -> None:
    document = {"name": "a", "layouts": [{"headers": texts, "recognised_by": lists}]}
    assert tomllib.loads(as_toml(document)) == document


def test_no_saved_mapping_hides_a_preset(settings: Settings) -> None:
    folder(settings).mkdir(parents=True)
    (folder(settings) / "generic.toml").write_text('name = "generic"\n', encoding="utf-8")
    assert mapping_named(GENERIC, settings).tables.keys() > {"stock", "items"}
    assert set(saved_names(settings)).isdisjoint(presets())
