"""A policy as a TOML file to read, change and compare: every threshold explained in both languages.

A threshold that the policy leaves as it is built in stands there as a comment. The order never changes, so
two files differ where the policies do. policy_words.toml holds order and words.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

from queries.decisions.policies import Policy
from queries.errors import (
    PolicyFileUnreadable,
    PolicyKeyUnknown,
    PolicyUnusable,
    PolicyValueWrong,
    StockError,
)
from queries.filters import EXEMPTION_KEYS, FIELDS, RULE_KEYS, SCOPE, Filters

LANGUAGES = ("en", "zh")
LISTS: Mapping[str, Mapping[str, Any]] = {"rules": RULE_KEYS, "exemptions": EXEMPTION_KEYS}
"""Thresholds that are lists of tables, and the keys of each in the order they are written."""
_SPLIT = {"age_edges": int, "use_kinds": str}
"""Thresholds that hold several values: an array here, with commas between in a link."""
_TYPES: Mapping[type, tuple[type, ...]] = {
    int: (int,),
    Decimal: (int, Decimal),
    str: (str,),
    date: (date, str),
}
"""Kind of a threshold to what the file may hold for it."""
_LONGEST_SHOWN, _LARGEST_FILE = 60, 1_000_000


Both = tuple[str, str]
"""The same in each of LANGUAGES."""


def groups() -> Mapping[str, Mapping[str, Both]]:
    """Groups of thresholds in the order of the file: under `title` the group's, else what each means."""
    return {group: words for group, words in _words().items() if group != "file"}


def meaning(name: str) -> Both:
    """What a threshold means and may be."""
    return next(words[name] for words in groups().values() if name in words)


def written(policy: Policy, built_in: Mapping[str, Any]) -> str:
    """The policy as TOML; `built_in` is the row of mart_settings for whatever it does not set."""
    told, said = policy.values.variables(), _words()["file"]
    lines = [f"# {' / '.join(said['title']).format(version=policy.version)}"]
    lines += [f"# {' '.join(line.split())}" for line in (policy.reason, policy.author) if line]
    lines += [f"# {' / '.join(said['built_in'])}"]
    for words in groups().values():
        lines += ["", f"# ---- {' / '.join(words['title'])} ----"]
        for name in list(words)[1:]:
            lines += ["", *(f"# {line}" for line in words[name])]
            mark = "" if name in told else "# "
            value = told.get(name, "[]" if name in LISTS else built_in[name])
            lines.append(f"{mark}{name} = {_toml(name, value)}")
    return "\n".join(lines) + "\n"


def read(content: bytes) -> Filters:
    """The thresholds of a policy file. Errors: PolicyUnusable, with one problem for each wrong value."""
    document = _document(content)
    texts: dict[str, str] = {}
    problems: list[StockError] = []
    for name, value in document.items():
        if name not in FIELDS or name in SCOPE:
            problems.append(_unknown(name, value))
        elif name in LISTS:
            wrong = list(_wrong_in_list(name, value))
            problems += wrong
            if not wrong:
                texts[name] = json.dumps([{k: _link(k, v) for k, v in row.items()} for row in value])
        elif (said := _link(name, value)) is None:
            problems.append(_wrong(name, value, meaning(name)))
        else:
            texts[name] = said
    found, ignored = Filters.from_link(texts)
    for each in ignored:
        is_long = each.reason == "too_long"
        wanted = _words()["file"]["too_long"] if is_long else meaning(each.name)
        problems.append(_wrong(each.name, document[each.name], wanted))
    if problems:
        raise PolicyUnusable(problems)
    return found


def _document(content: bytes) -> dict[str, Any]:
    try:
        if len(content) > _LARGEST_FILE:
            raise ValueError(f"it is larger than {_LARGEST_FILE} bytes")
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        problem = PolicyFileUnreadable(
            f"this is no TOML: {error}",
            remedy="export a policy and change the values in that file",
            reason=error,
        )
        raise PolicyUnusable([problem]) from error


def _wrong_in_list(name: str, rows: object) -> Iterator[StockError]:
    if not isinstance(rows, list):
        yield _wrong(name, rows, meaning(name))
        return
    for number, row in enumerate(rows, start=1):
        here = f"{name}[{number}]"
        if not isinstance(row, dict):
            yield _wrong(here, row, meaning(name))
            continue
        if name == "exemptions" and "item_id" not in row:
            yield _wrong(f"{here}.item_id", "", meaning(name))
        for key, value in row.items():
            if key not in LISTS[name]:
                yield _unknown(f"{here}.{key}", value)
            elif (said := _link(key, value)) is None or LISTS[name][key](said) is None:
                yield _wrong(f"{here}.{key}", value, meaning(key if key in _kinds() else name))


@cache
def _words() -> Mapping[str, Mapping[str, Both]]:
    text = Path(__file__).with_name("policy_words.toml").read_text(encoding="utf-8")
    return {
        group: {name: (said[0], said[1]) for name, said in words.items()}
        for group, words in tomllib.loads(text).items()
    }


@cache
def _kinds() -> Mapping[str, type]:
    """The type of every threshold's value."""
    return {name: get_args(kind)[0] for name, kind in get_type_hints(Filters).items() if name not in SCOPE}


def _kind(name: str) -> type:
    """The type of a threshold's value, or of a key of a list."""
    return date if name == "ends_on" else _kinds().get(name, str)


def _link(name: str, value: object) -> str | None:
    """A value of the file as a link spells it; None where it is of another type."""
    if name in _SPLIT and isinstance(value, list):
        return ",".join(map(str, value)) if all(type(each) is _SPLIT[name] for each in value) else None
    if isinstance(value, bool | datetime) or not isinstance(value, _TYPES[_kind(name)]):
        return None
    return str(value)


def _toml(name: str, value: object) -> str:
    """A value of a policy as the file spells it."""
    if name in LISTS:
        rows = json.loads(str(value))
        lines = [
            ", ".join(f"{key} = {_toml(key, row[key])}" for key in LISTS[name] if key in row) for row in rows
        ]
        return "[\n" + "".join(f"  {{ {line} }},\n" for line in lines) + "]" if rows else "[]"
    if name in _SPLIT:
        parts = str(value).split(",")
        return f"[{', '.join(parts if _SPLIT[name] is int else map(json.dumps, parts))}]"
    return json.dumps(value, ensure_ascii=False) if _kind(name) is str else str(value)


def _unknown(key: str, value: object) -> StockError:
    shown = _shown(value)
    return PolicyKeyUnknown(
        f"{key} is no threshold of a policy (its value: {shown})",
        remedy="take it out, or write it as an exported policy does",
        key=key,
        value=shown,
    )


def _wrong(key: str, value: object, wanted: Both) -> StockError:
    shown = _shown(value)
    return PolicyValueWrong(
        f"{key} cannot be {shown}: {wanted[0]}",
        remedy="mend the value, or take the line out for what is built in",
        key=key,
        value=shown,
        wanted=wanted,
    )


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return f"{text[:_LONGEST_SHOWN]}…" if len(text) > _LONGEST_SHOWN else text
