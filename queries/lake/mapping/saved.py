"""Mappings a person saved by name, and what a company answered once: TOML files in `<home>/mappings`.

A saved mapping is a preset of one layout that says what it is based on (docs/presets.md). Files are written
aside and renamed, so nobody reads half of one.
"""

from __future__ import annotations

import json
import os
import tempfile
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from queries.errors import MappingUnusable
from queries.lake.contract import table
from queries.lake.mapping.layouts import Preset
from queries.lake.mapping.presets import PresetWrong, opened, preset, presets
from queries.settings import Settings

REMEMBERED = "remembered"
_EVERY = "every"
_UNFIT = frozenset('/\\:*?"<>|')


@dataclass(frozen=True)
class SavedMapping:
    """A mapping somebody saved: the table it fills, what it is based on, and its headers by column."""

    name: str
    table: str
    based_on: str
    headers: Mapping[str, str]
    values: Mapping[str, str]
    answers: Mapping[str, str]


def folder(settings: Settings) -> Path:
    """Where mappings are saved."""
    return settings.home.resolve() / "mappings"


def saved_names(settings: Settings) -> tuple[str, ...]:
    """Names of the saved mappings that can be used, in order."""
    return tuple(each.name for each in mappings(settings))


def mappings(settings: Settings) -> list[SavedMapping]:
    """The saved mappings; a file that is no mapping is passed over."""
    found = []
    for path in sorted(folder(settings).glob("*.toml")):
        if path.stem in (REMEMBERED, *presets()):
            continue
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
            opened(path.read_text(encoding="utf-8"))
            found.append(_saved(path.stem, document))
        except (
            tomllib.TOMLDecodeError,
            PresetWrong,
            UnicodeDecodeError,
            KeyError,
            IndexError,
            FileNotFoundError,
        ):
            continue
    return found


def mapping_named(name: str, settings: Settings | None = None) -> Preset:
    """The preset or saved mapping of that name. Errors: KeyError, MappingUnusable."""
    if name in presets():
        return preset(name)
    if settings is None or not _is_fit(name):
        raise KeyError(name)
    path = folder(settings) / f"{name}.toml"
    if not path.is_file():
        raise KeyError(name)
    try:
        return opened(path.read_text(encoding="utf-8"))
    except (PresetWrong, UnicodeDecodeError) as error:
        raise MappingUnusable(
            f"the saved mapping {name} cannot be used: {error}",
            remedy="delete it and save it again",
            name=name,
        ) from error


def save_mapping(
    settings: Settings,
    name: str,
    *,
    table_name: str,
    based_on: str,
    headers: Mapping[str, str],
    values: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    seen: Sequence[str] = (),
) -> SavedMapping:
    """Save a mapping: `headers` by column (empty: none is read), constant `values`, `answers` for every file.

    `seen` are the headers of the file it was made for, by which others are recognised (default: those it
    reads). A date given for every row is not kept. Errors: MappingUnusable.
    """
    if not _is_fit(name) or name in (*presets(), REMEMBERED):
        raise MappingUnusable(
            f"{name!r} cannot be the name of a mapping", remedy="choose another name", name=name
        )
    contract = table(table_name)
    if based_on not in presets() and based_on.partition("/")[0] not in presets():
        base = _saved(based_on, _document(settings, based_on))
        headers, values = {**base.headers, **headers}, {**base.values, **(values or {})}
        answers, based_on = {**base.answers, **(answers or {})}, base.based_on
    read = {column: header for column, header in headers.items() if header}
    kept = {column: text for column, text in (values or {}).items() if column != contract.dated_by}
    layout: dict[str, Any] = {
        "name": table_name,
        "table": table_name,
        "based_on": based_on,
        "recognised_by": [[header] for header in dict.fromkeys(seen or read.values())],
        "not_read": [column for column, header in headers.items() if not header],
        "headers": {column: [header] for column, header in read.items()},
        "constants": kept,
        "answers": dict(answers or {}),
    }
    if "qty" in read:
        layout["split"] = []
    text = as_toml({"name": name, "layouts": [layout]})
    try:
        opened(text)
    except PresetWrong as error:
        raise MappingUnusable(
            f"this mapping cannot be saved: {error}",
            remedy="choose other columns",
            name=name,
        ) from error
    _write(folder(settings) / f"{name}.toml", text)
    return SavedMapping(name, table_name, based_on, dict(headers), kept, dict(answers or {}))


def delete_mapping(settings: Settings, name: str) -> None:
    """Delete a saved mapping. Errors: KeyError if there is none."""
    path = folder(settings) / f"{name}.toml"
    if not _is_fit(name) or name == REMEMBERED or not path.is_file():
        raise KeyError(name)
    path.unlink()


def remembered(settings: Settings, mapping: str) -> dict[str, str]:
    """What was answered once and holds for every file read with that mapping, by the question's key."""
    document = _remembered(settings)
    return {**document.get(_EVERY, {}), **document.get(_source(settings, mapping), {})}


def remember(settings: Settings, mapping: str, answers: Mapping[str, str]) -> None:
    """Keep what holds for the company: house codes, leading zeros, and what the preset says is remembered."""
    source = _source(settings, mapping)
    layouts = mapping_named(mapping.partition("/")[0], settings).layouts
    own = {ask.key for layout in layouts for ask in layout.asks if ask.is_remembered}
    codes = {key: said for key, said in answers.items() if key.startswith("code.") or key in own}
    zeros = {key: said for key, said in answers.items() if key == "zeros"}
    if not codes and not zeros:
        return
    document = _remembered(settings)
    for section, said in ((source, codes), (_EVERY, zeros)):
        if said:
            document[section] = {**document.get(section, {}), **said}
    _write(folder(settings) / f"{REMEMBERED}.toml", as_toml(document))


def forget(settings: Settings, mapping: str, key: str) -> None:
    """Ask that question again; nothing happens where it was never answered."""
    document = _remembered(settings)
    for section in (_EVERY, _source(settings, mapping)):
        document.get(section, {}).pop(key, None)
    _write(folder(settings) / f"{REMEMBERED}.toml", as_toml(document))


def as_toml(document: Mapping[str, Any]) -> str:
    """TOML of a document of texts, lists and tables, lists of tables last."""
    lines = [f"{_text(key)} = {_value(value)}" for key, value in document.items() if not _is_tables(value)]
    for key, value in document.items():
        if _is_tables(value):
            for each in value:
                lines += ["", f"[[{_text(key)}]]"]
                lines += [f"{_text(name)} = {_value(inner)}" for name, inner in each.items()]
    return "\n".join(lines) + "\n"


def _is_tables(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, Mapping) for each in value)


def _value(value: object) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)} = {_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(_value, value)) + "]"
    raise TypeError(f"no TOML for {value!r}")


def _text(text: str) -> str:
    """A basic string: what JSON escapes, TOML reads, but for DEL, which JSON leaves."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _saved(name: str, document: Mapping[str, Any]) -> SavedMapping:
    (layout,) = document["layouts"]
    headers = {column: words[0] for column, words in layout.get("headers", {}).items()}
    headers |= dict.fromkeys(layout.get("not_read", ()), "")
    return SavedMapping(
        name,
        layout["table"],
        layout["based_on"],
        headers,
        layout.get("constants", {}),
        layout.get("answers", {}),
    )


def _document(settings: Settings, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads((folder(settings) / f"{name}.toml").read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise MappingUnusable(
            f"there is no mapping {name}", remedy="choose one that is there", name=name
        ) from error


def _source(settings: Settings, mapping: str) -> str:
    """The preset a mapping comes from: what is remembered of a system holds for every mapping of it."""
    name = mapping.partition("/")[0]
    if name in presets():
        return name
    return _saved(name, _document(settings, name)).based_on.partition("/")[0]


def _remembered(settings: Settings) -> dict[str, dict[str, str]]:
    path = folder(settings) / f"{REMEMBERED}.toml"
    if not path.is_file():
        return {}
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MappingUnusable(
            f"{path.name} cannot be read: {error}", remedy="mend or delete it", name=REMEMBERED
        ) from error
    return {key: dict(value) for key, value in document.items() if isinstance(value, dict)}


def _is_fit(name: str) -> bool:
    """Whether a name can be a file's on every system, and nothing but that file's."""
    return (
        0 < len(name.encode()) <= 120
        and name == name.strip()
        and not name.startswith(".")
        and not name.endswith(".")
        and not any(sign in _UNFIT or unicodedata.category(sign)[0] == "C" for sign in name)
    )


def _write(path: Path, text: str) -> None:
    """Write a file aside and rename it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, aside = tempfile.mkstemp(prefix=".saving-", dir=path.parent)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(aside).replace(path)
    finally:
        Path(aside).unlink(missing_ok=True)
