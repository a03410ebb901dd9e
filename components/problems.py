"""What is wrong with a file and what is asked of it, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from components.words import Words, catalogue
from queries.lake.contract import TABLES
from queries.lake.mapping.layouts import Text
from queries.lake.mapping.saved import mapping_named
from queries.lake.problems import Outcome, Problem
from queries.lake.questions import Question
from queries.settings import Settings

MARKS: Mapping[Outcome, str] = {
    "refused": "■",
    "asked": "◆",
    "quarantined": "◨",
    "held": "▲",
    "mended": "○",
    "noted": "·",
}
SHOWN = 12


def said(problem: Problem, say: Words) -> str:
    """What is wrong, as one sentence."""
    return _filled(f"problem.{problem.code}", problem.blanks, say, problem.problem)


def remedy(problem: Problem, say: Words) -> str:
    """What to do about it, as one sentence."""
    return _filled(f"remedy.{problem.code}", problem.blanks, say, problem.remedy)


def asked(question: Question, say: Words) -> str:
    """What is asked, as one sentence; a column of ours by what it means."""
    facts = dict(question.facts)
    meant = f"meaning.{facts.get('column')}"
    if question.key.startswith(("value.", "header.", "unpivot")) and meant in catalogue(say.language):
        facts["column"] = say("question.column", meaning=say(meant), column=facts["column"])
    return _filled(f"question.{question.code}", facts, say, question.question)


def choice(question: Question, code: str, say: Words) -> str:
    """A choice of a question in words; one that has none, such as a header of the file, as it is."""
    column = question.key.split(".")[1] if "." in question.key else ""
    known = catalogue(say.language)
    if question.code == "mapping":
        return mapping_title(code, say)
    for key in (f"choice.{question.code}.{code}", f"choice.{code}", f"{column}.{code}", f"table.{code}"):
        if key in known:
            return say(key)
    return code


def mapping_title(name: str, say: Words) -> str:
    """A preset's title, or the name a person gave a mapping."""
    try:
        return own(mapping_named(name, Settings()).title, say) or name
    except KeyError:
        return name


def own(text: Text, say: Words) -> str:
    """Of a text in English and Chinese, the reader's."""
    return text[0] if say.language == "en" else text[1]


def table(problems: Sequence[Problem], say: Words, *, key: str) -> None:
    """The problems by row: what, where, which value, and the remedy; the gravest first, as they come."""
    several = len({each.file for each in problems}) > 1
    rows = [
        {
            "outcome": f"{MARKS[each.outcome]} {say(f'outcome.{each.outcome}')}",
            "row": each.row,
            "problem": said(each, say),
            "cell": each.value,
            "header": each.column,
            "remedy": remedy(each, say),
            "in_file": each.file,
        }
        for each in problems
    ]
    columns = [c for c in rows[0] if (c != "in_file" or several) and any(row[c] for row in rows)]
    config: dict[str, Any] = {name: st.column_config.Column(say(f"column.{name}")) for name in columns}
    height: Any = "content" if len(rows) <= SHOWN else 36 * SHOWN
    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        column_order=columns,
        column_config=config,
        height=height,
        placeholder=say("word.none"),
    )


def _filled(key: str, blanks: Mapping[str, object], say: Words, otherwise: str) -> str:
    sentence = catalogue(say.language).get(key)
    if sentence is None:
        return otherwise
    return sentence.format_map({name: _fact(name, value, blanks, say) for name, value in blanks.items()})


def _fact(name: str, value: object, blanks: Mapping[str, object], say: Words) -> object:
    if isinstance(value, Problem):
        return said(value, say)
    own_words = blanks.get(f"{name}_zh_CN")
    if own_words is not None and say.language == "zh":
        return own_words
    if name == "table" and value in {each.name for each in TABLES}:
        return say(f"table.{value}")
    return value
