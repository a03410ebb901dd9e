"""The flow page beside its marts: stages, links, what is off, and which file would show the rest."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from components.charts.flow import GAP, HIGH, layout
from components.navigation import FLOW
from components.words import LOCALES, Words, catalogue
from queries.engine import Engine
from queries.filters import Filters
from queries.settings import Settings
from tests.pages.conftest import Open

SAY = Words("en")
ANOMALIES = ("late", "unneeded", "stuck", "lost", "no_demand", "owed")


def answers(home: Path, view: str, link: str = "") -> list[dict[str, object]]:
    return Engine.open(Settings(home=home)).answer(view, Filters.from_link(link)[0]).to_pylist()


@pytest.mark.parametrize("language", LOCALES)
def test_stages_and_links_are_the_marts(open_app: Open, sample_home: Path, language: str) -> None:
    app, say = open_app(FLOW, home=sample_home, lang=language), Words(language)
    assert not app.exception
    [totals] = answers(sample_home, "mart_flow_totals")
    shown = {metric.label: metric.value for metric in app.metric}
    for stage in ("ordered", "transit", "held", "wanted"):
        assert shown[say(f"flow.{stage}")] == say.money(totals[f"{stage}_value"])  # type: ignore[arg-type]
    rows = answers(sample_home, "mart_flow_links")
    links = app.dataframe[0].value
    assert len(links) == len(rows)
    off = [row for row in rows if row["anomaly"]]
    assert links["off"].notna().tolist() == [True] * len(off) + [False] * (len(rows) - len(off))


@pytest.mark.parametrize("language", LOCALES)
def test_everything_that_may_be_off_has_words(language: str) -> None:
    assert {f"anomaly.{each}" for each in ANOMALIES} <= catalogue(language).keys()


def test_without_orders_the_page_says_which_files_would_show_more(open_app: Open) -> None:
    app = open_app(FLOW, lang="en")
    texts = "\n".join(each.value for each in app.markdown)
    assert SAY("flow.needs_purchases") in texts
    assert SAY("flow.needs_sales") in texts


def test_with_orders_nothing_is_missing(open_app: Open, sample_home: Path) -> None:
    app = open_app(FLOW, home=sample_home, lang="en")
    assert not any(SAY("flow.needs_sales") in each.value for each in app.markdown)


def test_filters_that_leave_nothing_say_so(open_app: Open) -> None:
    app = open_app(FLOW, lang="en", search="no such thing")
    assert not app.exception
    assert any(SAY("nothing.title") in each.value for each in app.subheader)


def test_nodes_stand_apart_and_bands_are_as_thick_as_their_money(sample_home: Path) -> None:
    rows = answers(sample_home, "mart_flow_links")
    nodes, bands = layout(rows)
    by_column: dict[float, list[tuple[float, float]]] = {}
    for place in nodes.values():
        by_column.setdefault(place.x, []).append((place.y, place.y + place.height))
    for spans in by_column.values():
        spans.sort()
        assert spans[-1][1] <= HIGH + 1e-6
        for (_, end), (start, _) in pairwise(spans):
            assert start - end == pytest.approx(GAP)
    thick = {round(band.height / float(row["value"]), 12) for row, band in zip(rows, bands, strict=True)}  # type: ignore[arg-type]
    assert len(thick) == 1
    for row, band in zip(rows, bands, strict=True):
        source = nodes[str(row["from_kind"]), str(row["from_id"])]
        assert source.y - 1e-6 <= band.y <= source.y + source.height - band.height + 1e-6
