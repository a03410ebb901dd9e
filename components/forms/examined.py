"""Files looked at: how each is read, what is asked, which rows want mending, and the one button."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import polars as pl
import streamlit as st

from components import problems
from components.filter_bar import Asked
from components.states import plain
from components.templates import meaning
from components.words import Words
from queries.export import WORKBOOK
from queries.lake import waiting
from queries.lake.checking import quarantine
from queries.lake.checking.examine import Examination, Part
from queries.lake.contract import TABLES, Column, Table, table
from queries.lake.mapping import saved
from queries.lake.mapping.presets import presets
from queries.lake.questions import YES, Question
from queries.lake.waiting import HandIn
from queries.settings import Settings

Said = dict[str, str]
_OWN = quarantine.OWN_HEADERS


def is_yes(question: Question) -> bool:
    """Whether a question only waits for a yes beside the button."""
    return question.key == "quarantine" or question.key.startswith("guard.")


def summary(say: Words, found: Examination) -> None:
    """What would happen if the button were pressed now."""
    kind = {"refused": st.error, "held": st.warning, "checked": st.success, "already_loaded": st.info}
    icons = {"refused": "block", "held": "front_hand", "checked": "task_alt", "already_loaded": "done_all"}
    text = say(
        f"upload.{found.status}",
        rows=say.number(found.good_rows),
        aside=say.number(found.quarantined.height),
        questions=say.number(len(found.questions)),
    )
    kind[found.status](text, icon=f":material/{icons[found.status]}:")


def reading(asked: Asked, hand: HandIn, found: Examination) -> None:
    """How each file is read and what is asked: to be changed, and then looked at again."""
    say = asked.say
    said: Said = {}
    with st.form("reading", border=False):
        for number, part in enumerate(found.parts):
            with st.container(border=True, key=f"part_{number}"):
                said |= _part(say, number, part)
        wanted = [each for each in found.questions if not is_yes(each)]
        if wanted:
            with st.container(border=True, key="questions"):
                st.markdown(f"**:material/help: {say('upload.questions')}**")
                for number, question in enumerate(wanted):
                    said |= _question(say, number, question)
        pressed = st.form_submit_button(
            say("upload.again"), icon=":material/refresh:", type="primary" if wanted else "secondary"
        )
    if pressed:
        waiting.keep(hand, answers=_without_stale(dict(hand.answers), said) | said)
        st.rerun()


def totals(say: Words, found: Examination) -> None:
    """What comes, day by day and warehouse by warehouse, beside what stands there now."""
    if found.totals.is_empty():
        return
    st.markdown(f"**{say('upload.totals')}**")
    rows = [
        {**row, "table": say(f"table.{row['table']}")}
        | {
            name: None if row[name] is None else float(row[name])
            for name in ("qty", "value", "last_qty", "last_value")
        }
        for row in found.totals.head(200).to_dicts()
    ]
    columns = [name for name in found.totals.columns if any(row[name] is not None for row in rows)]
    config: dict[str, Any] = {
        name: st.column_config.NumberColumn(say(f"column.{name}"), format="localized")
        if found.totals[name].dtype.is_numeric()
        else st.column_config.Column(say(f"column.{name}"))
        for name in columns
    }
    st.dataframe(
        rows,
        key="totals",
        hide_index=True,
        column_order=columns,
        column_config=config,
        placeholder=say("word.none"),
    )


def mend(say: Words, hand: HandIn, found: Examination) -> None:
    """The rows that cannot be loaded as they are: mended here, or taken away as a file."""
    aside = found.quarantined
    if aside.is_empty():
        return
    aside = quarantine.in_words(
        aside, lambda each: problems.said(each, say), lambda each: problems.remedy(each, say)
    )
    st.markdown(f"**:material/build: {say('upload.mend')}**")
    st.caption(say("upload.mend.text"))
    cells = [name for name in aside.columns if name not in _OWN]
    faulty = [name for name in cells if aside[quarantine.WHY].str.contains(f"{name}:", literal=True).any()]
    filled = [name for name in cells if name not in faulty and aside[name].null_count() < aside.height]
    shown = [quarantine.FILE, quarantine.SOURCE_ROW, quarantine.PROBLEM, *faulty, *filled]
    config = {
        quarantine.FILE: st.column_config.TextColumn(say("column.in_file"), disabled=True),
        quarantine.SOURCE_ROW: st.column_config.TextColumn(say("column.row"), disabled=True),
        quarantine.PROBLEM: st.column_config.TextColumn(say("column.problem"), disabled=True),
    }
    edited = st.data_editor(
        aside.select(shown).to_pandas(),
        hide_index=True,
        num_rows="fixed",
        key=f"mend_{len(hand.edits)}",
        column_config=config,
    )
    left, right = st.columns([1, 1])
    with left:
        mended = _edits(aside.select(shown), pl.from_pandas(edited))
        look: Literal["primary", "secondary"] = "primary" if mended else "secondary"
        if st.button(say("upload.mended"), type=look, icon=":material/refresh:", key="mended") and mended:
            waiting.keep(hand, edits={**hand.edits, **mended})
            st.rerun()
    with right:
        st.download_button(
            say("upload.mend.download"),
            lambda: quarantine.for_download(aside, "xlsx"),
            file_name="quarantine.xlsx",
            mime=WORKBOOK,
            icon=":material/download:",
        )


def confirmation(say: Words, found: Examination) -> Said | None:
    """The yes to each thing that waits for one, and the button; the answers once it was pressed."""
    yes: Said = {}
    waits = [each for each in found.questions if is_yes(each)]
    if waits:
        st.markdown(f"**:material/front_hand: {say('upload.guards')}**")
    for number, question in enumerate(waits):
        if st.checkbox(plain(problems.asked(question, say)), key=f"yes_{number}_{question.key}"):
            yes[question.key] = YES
    others = len(found.questions) > len(waits)
    can = found.status in ("checked", "held") and not others and len(yes) == len({q.key for q in waits})
    label = say("upload.load", rows=say.number(found.good_rows))
    pressed = st.button(label, type="primary", disabled=not can, icon=":material/upload:", key="load")
    return yes if pressed else None


def save_mapping(say: Words, hand: HandIn, found: Examination) -> None:
    """Give the way a file is read a name, under which it is found again."""
    parts = [part for part in found.parts if part.table and part.columns]
    if not parts:
        return
    with st.popover(say("upload.save_mapping"), icon=":material/bookmark_add:"):
        part = parts[0]
        if len(parts) > 1:
            part = st.selectbox(say("column.in_file"), parts, format_func=lambda each: each.file)
        name = st.text_input(say("upload.mapping_name"), key="mapping_name", max_chars=60)
        if st.button(say("upload.save"), disabled=not name.strip(), key="save_mapping"):
            answers = {**hand.answers}
            values = {
                key.rpartition("value.")[2]: text
                for key, text in answers.items()
                if key.startswith(("value.", f"{part.file}:value."))
            }
            saved.save_mapping(
                Settings(),
                name.strip(),
                table_name=part.table,
                based_on=part.mapping,
                headers={each.column: each.header for each in part.columns if each.header in _headers(part)},
                values=values,
                seen=_headers(part),
            )
            st.toast(say("upload.saved", name=plain(name)))


def _part(say: Words, number: int, part: Part) -> Said:
    place = f"{part.file} · {part.sheet}" if part.sheet else part.file
    if not part.table:
        st.markdown(f"**{plain(place)}** → {say('upload.unknown')}")
        return {}
    rows = say("upload.rows", rows=say.number(part.rows))
    st.markdown(f"**{plain(place)}** → {say(f'table.{part.table}')} · {rows}")
    said: Said = {}
    with st.expander(say("upload.reading", mapping=problems.mapping_title(part.mapping, say))):
        left, right = st.columns(2)
        with left:
            said |= _pick(say, number, part, "table", [each.name for each in TABLES], part.table)
        with right:
            names = [*presets(), *saved.saved_names(Settings())]
            said |= _pick(say, number, part, "mapping", names, part.mapping)
        said |= _columns(say, number, part, table(part.table))
    for name, headers in (("unused", part.unused), ("ignored", part.ignored), ("personal", part.personal)):
        if headers:
            st.caption(say(f"upload.{name}", headers=plain(say("word.comma").join(headers))))
    for control in part.controls[:5]:
        mark = "agrees" if control.agrees else "differs"
        text = say(
            f"upload.control.{mark}",
            row=control.row,
            label=control.label,
            column=control.column,
            said=say.number(control.said, 4),
            found=say.number(control.found, 4),
        )
        st.caption(plain(text))
    return said


def _pick(say: Words, number: int, part: Part, key: str, names: Sequence[str], now: str) -> Said:
    def label(name: str) -> str:
        return say(f"table.{name}") if key == "table" else problems.mapping_title(name, say)

    options = list(names) if now in names else [*names, *([now] if now else [])]
    at = options.index(now) if now else None
    chosen = st.selectbox(
        say(f"upload.{key}"), options, index=at, format_func=label, key=f"{key}_{number}", placeholder="…"
    )
    return {f"{part.file}:{key}": chosen} if chosen and chosen != now else {}


def _columns(say: Words, number: int, part: Part, contract: Table) -> Said:
    origin = {each.column: each for each in part.columns}
    rows = [
        {
            "column": column.name + (" *" if column.required else ""),
            "meaning": meaning(contract, column, say),
            "header": origin[column.name].header if column.name in origin else None,
            "samples": say("word.comma").join(origin[column.name].samples) if column.name in origin else "",
        }
        for column in contract.columns
    ]
    options = list(dict.fromkeys([*_headers(part), *(row["header"] for row in rows if row["header"])]))
    config: dict[str, Any] = {
        name: st.column_config.TextColumn(say(f"upload.column.{name}"), disabled=True)
        for name in ("column", "meaning", "samples")
    }
    config["header"] = st.column_config.SelectboxColumn(say("upload.column.header"), options=options)
    edited = st.data_editor(
        rows,
        key=f"columns_{number}_{part.table}_{part.mapping}",
        hide_index=True,
        num_rows="fixed",
        column_config=config,
        column_order=("column", "header", "samples", "meaning"),
    )
    changed = {
        column.name: after["header"] or ""
        for column, before, after in zip(contract.columns, rows, edited, strict=True)
        if (after["header"] or "") != (before["header"] or "")
    }
    return {f"{part.file}:header.{name}": header for name, header in changed.items()}


def _headers(part: Part) -> list[str]:
    """Every header of the file that may be read, those in use first."""
    return list(dict.fromkeys([*(m.header for m in part.columns if m.header), *part.unused, *part.ignored]))


def _question(say: Words, number: int, question: Question) -> Said:
    where = f"{question.file}: " if question.file else ""
    label = plain(where + problems.asked(question, say))
    note = plain(say("upload.samples", cells=say("word.comma").join(question.samples)))
    key = f"question_{number}_{question.key}"
    shown = note if question.samples else None
    given: Any
    if question.choices:
        at = question.choices.index(question.proposal) if question.proposal in question.choices else None
        given = st.selectbox(
            label,
            question.choices,
            index=at,
            format_func=lambda code: problems.choice(question, code, say),
            key=key,
            help=shown,
            placeholder="…",
        )
    elif _asks_a_day(question):
        proposal = date.fromisoformat(question.proposal) if question.proposal else None
        given = st.date_input(label, proposal, key=key, help=shown, min_value=date(1990, 1, 1))
    else:
        given = st.text_input(label, question.proposal or "", key=key, help=shown)
    if shown:
        st.caption(shown)
    name = f"{question.file}:{question.key}" if question.file else question.key
    return {name: str(given)} if given not in (None, "") else {}


def _asks_a_day(question: Question) -> bool:
    if not question.key.startswith("value."):
        return False
    name = question.key.removeprefix("value.")
    days: list[Column] = [c for each in TABLES for c in each.columns if c.name == name and c.kind == "date"]
    return bool(days)


def _without_stale(answers: Said, said: Mapping[str, str]) -> Said:
    """Answers but for those about columns of a file that is now read as something else."""
    turned = {key.rpartition(":")[0] for key in said if key.endswith((":table", ":mapping"))}
    return {key: text for key, text in answers.items() if key.rpartition(":")[0] not in turned}


def _edits(before: pl.DataFrame, after: pl.DataFrame) -> Said:
    edits: Said = {}
    for was, now in zip(before.to_dicts(), after.to_dicts(), strict=True):
        for name in was.keys() - _OWN:
            if (was[name] or "") != (now[name] or ""):
                edits[f"{was[quarantine.FILE]}|{was[quarantine.SOURCE_ROW]}|{name}"] = str(now[name] or "")
    return edits
