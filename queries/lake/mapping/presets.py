"""Presets read from TOML, strictly: an unknown key, column or code is an error that says where it stands.

docs/presets.md is the schema. `generic.toml` also holds what counts for every preset: the words for yes and
no, for totals, and for the names of persons.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from queries.lake.contract import TABLES, table
from queries.lake.mapping.layouts import (
    Header,
    Preset,
    TableMapping,
)
from queries.lake.mapping.schema import LayoutReader, text_of_both
from queries.lake.mapping.schema import PresetWrong as PresetWrong
from queries.lake.words import normals

GENERIC = "generic"
_ABOUT = {"name", "title", "tried_on_real_file", "seen_in", "based_on", "layouts", "tables", "words"}
_OWN = ("name", "table", "recognised_by", "not_with", "refused", "refused_for", "note")
_APPENDED = ("codes", "leave_out", "asks")


def presets() -> tuple[str, ...]:
    """Names of the presets that come with stillstock."""
    folder = files("queries.lake") / "mappings"
    return tuple(sorted(file.name[:-5] for file in folder.iterdir() if file.name.endswith(".toml")))


@cache
def preset(name: str = GENERIC) -> Preset:
    """The preset of that name; KeyError if there is none, PresetWrong if it breaks docs/presets.md."""
    found = opened(text_of(name))
    if found.name != name:
        raise PresetWrong(f"{name}: the name inside is {found.name}")
    return found


@cache
def text_of(name: str) -> str:
    """The TOML of a preset that comes with stillstock; KeyError if there is none."""
    if name not in presets():
        raise KeyError(name)
    return (files("queries.lake") / "mappings" / f"{name}.toml").read_text(encoding="utf-8")


def opened(text: str) -> Preset:
    """A preset from its TOML. Errors: PresetWrong."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PresetWrong(str(error)) from error
    shared = document if document.get("name") == GENERIC else tomllib.loads(text_of(GENERIC))
    name = str(document.get("name", ""))
    layouts = tuple(LayoutReader(name, raw, shared).read() for raw in _raw_layouts(document))
    if not name or not layouts:
        raise PresetWrong("a preset has a name and a layout")
    names = [layout.name for layout in layouts]
    if len(set(names)) < len(names):
        raise PresetWrong(f"{name}: two layouts have one name")
    return Preset(
        name=name,
        digest=hashlib.sha256((text + text_of(GENERIC)).encode()).hexdigest(),
        layouts=layouts,
        title=text_of_both(document.get("title"), name),
        tried_on_real_file=bool(document.get("tried_on_real_file", False)),
        seen_in=tuple(document.get("seen_in", ())),
    )


@cache
def known_words() -> frozenset[str]:
    """Header words of every preset and of the contract, as they are compared: what finds a header row."""
    words = {column.name for each in TABLES for column in each.columns}
    for name in presets():
        for layout in preset(name).layouts:
            words |= set(words_of(layout))
    return normals(words)


def words_of(layout: TableMapping) -> Iterable[str]:
    """Every header word a layout reads, ignores or is recognised by."""
    for ranks in (*(header.ranks for header in headers_of(layout)), *layout.headers.values()):
        for rank in ranks:
            yield from rank
    for group in (layout.ignored, *layout.recognised_by):
        yield from (word for word in group if isinstance(word, str))


def headers_of(layout: TableMapping) -> Iterable[Header]:
    """The headers a layout names outside `headers`, those of columns of the contract included."""
    for joined in layout.joined.values():
        yield from (part.header for part in joined.parts)
        yield from (each for each in (joined.year_of, joined.year) if each)
    for split in layout.split:
        yield from (each for each in (split.qty, split.value) if each)
        yield from ([split.when.header] if split.when else [])
    for codes in layout.codes:
        yield from ([codes.header] if codes.header else [])
        yield from (case.header for case in codes.cases)
    if layout.from_to:
        yield from (layout.from_to.leaves, layout.from_to.arrives)
    if layout.entry_unit:
        unit = layout.entry_unit
        yield from (each for each in (unit.qty, unit.unit, unit.base_unit) if each)
    if layout.sign:
        yield layout.sign.header
    if layout.unpivot and layout.unpivot.after:
        yield layout.unpivot.after
    yield from (*layout.totals.blank, *layout.totals.of, *layout.fill_down)
    yield from (header for each in layout.leave_out for header in (each.header, *each.nothing))
    for word in layout.empty:
        if word != "*":
            yield Header((), word) if word in _columns(layout) else Header(((word,),))


def _columns(layout: TableMapping) -> set[str]:
    return {column.name for column in table(layout.table).columns} if layout.table else set()


def _raw_layouts(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every layout of a document with what it takes from the top and from what it is based on."""
    return [_whole(raw, document) for raw in _listed(document)]


def _listed(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    own = document.get("tables", {})
    return [*document.get("layouts", ()), *({**own[name], "name": name, "table": name} for name in own)]


def _whole(raw: dict[str, Any], document: Mapping[str, Any], above: tuple[str, ...] = ()) -> dict[str, Any]:
    whole = _merged(raw, {key: value for key, value in document.items() if key not in _ABOUT})
    based_on = str(raw.get("based_on", document.get("based_on", "")))
    if based_on:
        whole = _merged(whole, _base(based_on, str(raw.get("table", "")), above))
    whole.pop("based_on", None)
    return whole


def _base(named: str, table_name: str, above: tuple[str, ...]) -> dict[str, Any]:
    name, _, layout = named.partition("/")
    if named in above:
        raise PresetWrong(f"based on {named}, which is based on it")
    try:
        document = tomllib.loads(text_of(name))
    except KeyError:
        raise PresetWrong(f"based on {named}, which does not exist") from None
    for raw in _listed(document):
        if raw.get("table", "") == table_name and layout in ("", raw["name"]):
            whole = _whole(raw, document, (*above, named))
            return {key: value for key, value in whole.items() if key not in _OWN}
    raise PresetWrong(f"based on {named}, which has no such layout of {table_name or 'any table'}")


def _merged(raw: Mapping[str, Any], top: Mapping[str, Any]) -> dict[str, Any]:
    whole = dict(top)
    for key, value in raw.items():
        below = top.get(key)
        if isinstance(value, Mapping) and isinstance(below, Mapping):
            whole[key] = {**below, **value}
        elif key in _APPENDED and below:
            whole[key] = [*value, *below]
        else:
            whole[key] = value
    return whole
