"""The classes page: every cell with its money and what it starts with, as the mart has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.navigation import CLASSES
from components.words import LOCALES, Words
from queries.engine import Engine
from queries.settings import Settings
from tests.pages.conftest import Open


@pytest.mark.parametrize("language", LOCALES)
def test_every_cell_stands_with_its_money_and_what_it_starts_with(
    open_app: Open, company: Path, language: str
) -> None:
    app, say = open_app(CLASSES, lang=language, xyz_x_until="0.25"), Words(language)
    assert not app.exception
    rows = Engine.open(Settings(home=company)).answer("mart_class_matrix").to_pylist()
    rows.sort(key=lambda row: (row["abc_class"], row["xyz_class"]))
    shown = app.dataframe[0].value
    assert len(rows) >= 9
    assert list(shown["item_count"]) == [row["item_count"] for row in rows]
    assert list(shown["value"]) == [round(row["value"]) for row in rows]
    assert list(shown["start_with"]) == [say(f"class_policy.{row['policy']}") for row in rows]
    assert "0.25" in "\n".join(each.value for each in app.markdown)
