"""Taking away what one sees: the rows of a table as a file, the view as a dated report. Made on a click."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlencode

import polars as pl
import pyarrow as pa
import streamlit as st

from components import answers, clock, columns, sharing
from components.filter_bar import Asked, sentence
from queries import export
from queries.export import Sheet
from queries.reports import press

SECONDS = 60.0
"""How long the question behind a file may take; a page's may not so long."""
CSV, PARQUET, PDF = "text/csv", "application/vnd.apache.parquet", "application/pdf"


@dataclass(frozen=True)
class Shown:
    """Rows of a mart as a page shows them, but over all its pages: arguments of `answers.ask`."""

    view: str
    columns: Sequence[str] = ()
    only: Mapping[str, Any] = field(default_factory=dict)
    sort: Sequence[tuple[str, bool]] = ()

    def rows(self, asked: Asked) -> pa.Table:
        """All of them. Errors: those of `Engine.answer`."""
        return answers.every_row(
            self.view,
            asked.filters,
            columns=self.columns,
            only=self.only,
            sort=self.sort,
            seconds=SECONDS,
        )


def offer(
    asked: Asked,
    view: str,
    *,
    columns: Sequence[str] = (),
    only: Mapping[str, Any] | None = None,
    sort: Sequence[tuple[str, bool]] = (),
    key: str,
) -> None:
    """A button that opens three: exactly these rows, over all pages, as CSV, XLSX and Parquet."""
    say, shown, link = asked.say, Shown(view, columns, only or {}, sort), sharing.full_link(asked)
    with st.popover(say("export.title"), icon=":material/download:", key=f"export_{key}"):
        st.caption(say("export.text"))
        _button(asked, shown.view, "csv", CSV, partial(as_csv, asked, shown), key)
        _button(asked, shown.view, "xlsx", export.WORKBOOK, partial(as_xlsx, asked, shown, link), key)
        _button(asked, shown.view, "parquet", PARQUET, partial(as_parquet, asked, shown, link), key)


def report(
    asked: Asked,
    view: str = "",
    *,
    columns: Sequence[str] = (),
    only: Mapping[str, Any] | None = None,
    sort: Sequence[tuple[str, bool]] = (),
    key: str,
) -> None:
    """A button that opens two: the report of these filters as PDF and XLSX, with rows of `view` if named."""
    from components import reports  # it asks this module for its rows

    say, link = asked.say, sharing.full_link(asked)
    shown = Shown(view, columns, only or {}, sort) if view else None
    with st.popover(say("report.button"), icon=":material/picture_as_pdf:", key=f"report_{key}"):
        st.caption(say("report.text"))
        if not press.has_chinese_font():
            st.caption(say("error.font_missing.remedy"))
        _button(asked, "report", "pdf", PDF, partial(reports.as_pdf, asked, shown, link), key)
        _button(asked, "report", "xlsx", export.WORKBOOK, partial(reports.as_xlsx, asked, shown, link), key)


def as_csv(asked: Asked, shown: Shown) -> bytes:
    """The rows in the reader's words; its name alone says of which version they are."""
    return export.as_csv(columns.worded(pl.DataFrame(shown.rows(asked)), asked.say))


def as_xlsx(asked: Asked, shown: Shown, link: str) -> bytes:
    """The rows in the reader's words, and a sheet that says what they are and how many did not fit."""
    say, rows = asked.say, pl.DataFrame(shown.rows(asked))
    fit = min(rows.height, export.rows_that_fit(rows.width))
    facts = facts_of(asked, shown, link, rows.height)
    if fit < rows.height:
        part = say("export.cut", count=say.number(fit), total=say.number(rows.height))
        facts = {"row_count": part} | {name: text for name, text in facts.items() if name != "row_count"}
    formats = columns.formats(rows.columns, say)
    sheets = [
        Sheet(say("export.rows"), columns.worded(rows.head(fit), say), formats),
        facts_sheet(asked, facts),
    ]
    return export.as_xlsx(sheets, first=1 if fit < rows.height else 0)


def as_parquet(asked: Asked, shown: Shown, link: str) -> bytes:
    """The rows with the codes and types of `stillstock show`, and the facts in the file's own metadata."""
    rows = shown.rows(asked)
    facts = facts_of(asked, shown, link, rows.num_rows)
    return export.as_parquet(rows, {f"stillstock.{name}": text for name, text in facts.items()})


def facts_of(asked: Asked, shown: Shown | None, link: str, row_count: int | None) -> dict[str, str]:
    """What a file stands on, by name: filters in words, versions, and a link to the same numbers."""
    say, version = asked.say, asked.version
    facts = {
        "filters": sentence(asked),
        "as_of": str(asked.settings["as_of"] or ""),
        "data_version": str(version.number if version else 0),
        "loaded_at": version.committed_at.isoformat(timespec="seconds") if version else "",
        "policy_version": str(asked.settings["policy_version"]),
        "currency": say.currency,
        "link": link,
        "made_at": clock.now().isoformat(timespec="seconds"),
    }
    if shown:
        only = [f"{name}={'' if value is None else value}" for name, value in shown.only.items()]
        order = [f"{name}{' desc' if falls else ''}" for name, falls in shown.sort]
        facts |= {"view": shown.view, "only": ", ".join(only), "sort": ", ".join(order)}
    if row_count is not None:
        facts["row_count"] = str(row_count)
    return {name: text for name, text in facts.items() if text}


def facts_sheet(asked: Asked, facts: Mapping[str, str]) -> Sheet:
    """The facts as a sheet of two columns."""
    say = asked.say
    labels = [say(f"export.fact.{name}") for name in facts]
    return Sheet(
        say("export.facts"),
        pl.DataFrame({say("export.fact"): labels, say("export.says"): list(facts.values())}),
    )


def file_name(asked: Asked, what: str, ending: str) -> str:
    """What it is, of which day, data version and policy version."""
    day, policy = asked.settings["as_of"], asked.settings["policy_version"]
    version = asked.version.number if asked.version else 0
    return f"{what.removeprefix('mart_')}-{day}-data{version}-policy{policy}.{ending}"


def full_query(asked: Asked) -> str:
    """The filters of a link that shows the same numbers for good, for where no address is known."""
    return urlencode(asked.full_link(), safe=",")


def _button(asked: Asked, what: str, ending: str, mime: str, made: Callable[[], bytes], key: str) -> None:
    st.download_button(
        asked.say(f"export.{ending}"),
        made,
        file_name=file_name(asked, what, ending),
        mime=mime,
        key=f"{what}_{ending}_{key}",
        on_click="ignore",
        width="stretch",
    )
