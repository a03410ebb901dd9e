"""What was loaded: every data version with who, when and what it changed; one compared, one put back."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import streamlit as st

from components import answers, tables
from components.answers import Row
from components.filter_bar import Asked
from components.navigation import HISTORY, door
from components.states import plain
from components.words import Words
from queries.errors import StockError
from queries.export import as_csv
from queries.lake.keeping import history
from queries.lake.keeping.history import Comparison
from queries.lake.register import DataVersion, TableChange
from queries.settings import Settings

COLUMNS = ("number", "loaded_at", "action", "user", "files", "tables", "rows_in", "rows_out")
CHANGED = ("table", "rows_in", "rows_out", "qty_in", "qty_out", "value_in", "value_out", "replaced")
NAMED_FILES, LISTED_ROWS = 3, 200


def every() -> tuple[DataVersion, ...]:
    """Every data version, the newest first."""
    return history.loads(answers.lake())


def chosen(versions: Sequence[DataVersion]) -> DataVersion | None:
    """The data version that the address names, of those there are."""
    named = st.query_params.get("at")
    return next((each for each in versions if str(each.number) == named), None)


def listed(asked: Asked, versions: Sequence[DataVersion], opened: int) -> DataVersion | None:
    """A table of data versions, newest first; the one whose row was clicked."""
    say = asked.say
    rows = [_row(each, say) for each in versions]
    clicked = tables.table(
        rows, COLUMNS, say, key=f"loads_{opened}", title=say("history.title"), rows_high=15
    )
    return None if clicked is None else versions[clicked]


def steps(say: Words) -> None:
    """Undo and redo: each says which data version it puts back, and waits for a second click."""
    lake = answers.lake()
    with st.container(horizontal=True, key="steps_in_time"):
        for name, target, icon in (
            ("undo", history.undo_target(lake), ":material/undo:"),
            ("redo", history.redo_target(lake), ":material/redo:"),
        ):
            _put_back(say, name, target, icon)


def details(asked: Asked, version: DataVersion) -> None:
    """One data version: its files, what it changed, and the way back to it."""
    say = asked.say
    with st.container(horizontal=True, key="load_head", vertical_alignment="center"):
        st.markdown(f"**{plain(_title(version, say))}**", width="content")
        door(HISTORY, say("history.close"), asked.link(), icon=":material/close:")
    if version.purged:
        gone = version.purged
        st.warning(
            say("history.purged", moment=say.moment(gone.at), user=plain(gone.user), why=plain(gone.reason)),
            icon=":material/delete_forever:",
        )
    for number, file in enumerate(version.files):
        _file(say, number, file.name, file.sha256, file.rows, file.table)
    if version.changes:
        shown = [_change(each, say) for each in version.changes]
        columns = [c for c in CHANGED if any(row[c] not in (None, "") for row in shown)]
        tables.table(
            shown, columns, say, key=f"changes_{version.number}", title=_title(version, say), opens=False
        )
    if not version.purged and version.number != answers.newest_version():
        _put_back(say, "restore", version.number, ":material/settings_backup_restore:")


def compared(asked: Asked, versions: Sequence[DataVersion], version: DataVersion) -> None:
    """The rows in which a data version differs from another, side by side; the one before is proposed."""
    say = asked.say
    others = [each.number for each in versions if each.number != version.number and not each.purged]
    if version.purged or not (others and version.tables):
        return
    before = [number for number in others if number < version.number]
    with st.container(border=True, key="comparison"):
        _comparison(say, version, others, others.index(before[0]) if before else 0)


def _comparison(say: Words, version: DataVersion, others: Sequence[int], proposed: int) -> None:
    left, right = st.columns(2)
    with left:
        other = st.selectbox(
            say("history.compare"),
            others,
            index=proposed,
            format_func=lambda number: say("stamp.version", number=number),
            key=f"compare_{version.number}",
        )
    names = sorted({*version.tables, *answers.lake().version(other).tables})
    first = next((each.table for each in version.changes), names[0])
    with right:
        table = st.selectbox(
            say("history.table"),
            names,
            index=names.index(first) if first in names else 0,
            format_func=lambda name: say(f"table.{name}"),
            key=f"compare_table_{version.number}",
        )
    _differences(say, history.compare(answers.lake(), other, version.number, table))


def _row(version: DataVersion, say: Words) -> Row:
    names = [file.name for file in version.files]
    more = len(names) - NAMED_FILES
    return {
        "number": version.number,
        "loaded_at": say.moment(version.committed_at),
        "action": "purged" if version.purged else version.action,
        "user": version.user,
        "files": say("word.comma").join(names[:NAMED_FILES]) + (f" +{more}" if more > 0 else ""),
        "tables": say("word.comma").join(say(f"table.{each.table}") for each in version.changes),
        "rows_in": sum(each.rows_in for each in version.changes),
        "rows_out": sum(each.rows_out for each in version.changes),
    }


def _title(version: DataVersion, say: Words) -> str:
    said = say(
        f"history.{version.action}",
        number=version.number,
        moment=say.moment(version.committed_at),
        user=version.user,
    )
    if version.restored is None:
        return said
    return f"{said} ({say('history.back_to', number=version.restored)})"


def _change(change: TableChange, say: Words) -> Row:
    return {**vars(change), "table": say(f"table.{change.table}"), "replaced": ", ".join(change.replaced)}


def _file(say: Words, number: int, name: str, sha256: str, rows: int, table: str) -> None:
    with st.container(horizontal=True, key=f"file_{number}", vertical_alignment="center"):
        line = say("history.file", rows=say.number(rows), table=say(f"table.{table}"), sha256=sha256[:12])
        st.markdown(f"{plain(name)} · {plain(line)}", width="content")
        try:
            path = history.original(Settings(), sha256)
        except StockError:
            st.caption(say("history.file.gone"), width="content")
            return
        st.download_button(
            say("history.download"),
            path.read_bytes,
            file_name=name.rsplit("/", 1)[0] if "/" in name else name,
            key=f"original_{number}",
            icon=":material/download:",
        )


def _put_back(say: Words, name: str, target: int | None, icon: str) -> None:
    if target is None:
        st.button(say(f"history.{name}.button"), icon=icon, disabled=True, key=f"{name}_none")
        return
    with st.popover(say(f"history.{name}.button"), icon=icon):
        st.markdown(say("history.sure", number=target) if target else say("history.sure.empty"))
        if st.button(say("history.yes"), type="primary", key=f"{name}_yes"):
            history.restore(Settings(), target)
            st.rerun()


def _differences(say: Words, found: Comparison) -> None:
    if found.rows.is_empty():
        st.caption(say("history.same"))
        return
    out, into = say.number(found.change.rows_out), say.number(found.change.rows_in)
    st.caption(say("history.differs", count=say.number(found.rows.height), out=out, into=into))
    shown = found.rows.select(_telling(found.rows))
    st.dataframe(
        shown.head(LISTED_ROWS).rename({name: _heading(name, say) for name in shown.columns}).to_arrow(),
        hide_index=True,
        key="differences",
    )
    if shown.height > LISTED_ROWS:
        st.caption(say("history.more", count=say.number(shown.height - LISTED_ROWS)))
    st.download_button(
        say("history.download_rows"),
        lambda: as_csv(shown),
        file_name=f"{found.table}.csv",
        icon=":material/download:",
    )


def _telling(rows: pl.DataFrame) -> list[str]:
    """Columns that identify a row, and those whose two sides are not the same everywhere."""
    telling = []
    for name in rows.columns:
        if name.endswith("_b"):
            continue
        if not name.endswith("_a"):
            if rows[name].null_count() < rows.height:
                telling.append(name)
            continue
        other = f"{name[:-2]}_b"
        if not rows[name].eq_missing(rows[other]).all():
            telling += [name, other]
    return telling


def _heading(name: str, say: Words) -> str:
    for ending, side in (("_a", "history.before"), ("_b", "history.after")):
        if name.endswith(ending):
            return f"{name[:-2]} · {say(side)}"
    return say("column.change") if name == "change" else name
