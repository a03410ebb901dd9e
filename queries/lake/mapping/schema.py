"""A layout from its TOML, strictly: an unknown key, column or code is an error that says where it stands.

docs/presets.md tells what each key means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from queries.lake.contract import TABLES, Table, table
from queries.lake.mapping.layouts import (
    ASK,
    KEEP,
    LEAVE_OUT,
    Ask,
    Case,
    Codes,
    EntryUnit,
    FromTo,
    Header,
    Joined,
    LeaveOut,
    Part,
    Ranks,
    SignColumn,
    Split,
    TableMapping,
    Text,
    Totals,
    Unpivot,
)
from queries.lake.words import Word, normals

_BASES = {"", "documented", "best knowledge"}


class PresetWrong(ValueError):
    """A preset that cannot be used; the message says where and why."""


class LayoutReader:
    """One layout being read: knows its sources, and where it stands when something is wrong."""

    def __init__(self, preset_name: str, raw: Mapping[str, Any], shared: Mapping[str, Any]) -> None:
        self.place = f"{preset_name}/{raw.get('name', '?')}"
        self.preset = preset_name
        self.raw = dict(raw)
        self.shared = shared
        self.table = self._table()
        self.columns = {column.name: column for column in self.table.columns} if self.table else {}
        self.sources: dict[str, Ranks] = {
            name: self.ranks(words) for name, words in self.raw.pop("sources", {}).items()
        }

    def _table(self) -> Table | None:
        name = self.raw.get("table", "")
        if not name:
            if "refused" not in self.raw:
                raise self.wrong("names no table")
            return None
        if name not in {each.name for each in TABLES}:
            raise self.wrong(f"there is no table {name}")
        return table(name)

    def wrong(self, why: str) -> PresetWrong:
        return PresetWrong(f"{self.place}: {why}")

    def read(self) -> TableMapping:
        raw = self.raw
        take = raw.pop
        headers = {name: self.ranks(words) for name, words in take("headers", {}).items()}
        headers = {name: ranks for name, ranks in headers.items() if self.is_ours(name)}
        self.headers = headers
        recognised = take("recognised_by", [])
        down = take("fill_down", ())
        refused, note = take("refused", None), take("note", None)
        leave_out = [self.leave_out(each) for each in take("leave_out", [])]
        leave_out += [
            LeaveOut(Header(column=name), is_empty=True) for name in self.own(take("leaves_out_empty", ()))
        ]
        unpivot, from_to, sign = take("unpivot", None), take("from_to", None), take("sign", None)
        entry_unit = take("entry_unit", None)
        layout = TableMapping(
            headers=headers,
            joined={name: self.joined(each) for name, each in self.mine(take("joined", {})).items()},
            constants=self.mine(take("constants", {})),
            values=self.values(take("values", {})),
            signs=take("signs", {}),
            leave_out=tuple(leave_out),
            titles=self.mine(take("titles", {})),
            sheet=self.own([take("sheet")])[0] if raw.get("sheet") else str(take("sheet", "")),
            sheet_not=self.pattern(take("sheet_not", "")),
            clean=self.patterns(self.mine(take("clean", {}))),
            empty={name: tuple(words) for name, words in take("empty", {}).items()},
            fill_down=() if down == "merged" else tuple(self.header(each) for each in down),
            fills_merged=down == "merged",
            knows_last_level=bool(take("last_level", False)),
            zeros=self.own(take("zeros", ())),
            split=tuple(self.split(each) for each in take("split", ())),
            unpivot=self.unpivot(unpivot) if unpivot else None,
            from_to=self.from_to(from_to) if from_to else None,
            codes=tuple(self.codes(each) for each in take("codes", ())),
            is_unsigned=bool(take("unsigned", False)),
            sign=self.sign(sign) if sign else None,
            totals=self.totals(take("totals", {})),
            entry_unit=self.entry_unit(entry_unit) if entry_unit else None,
            asks=tuple(self.ask(each) for each in take("asks", ())),
            asked=self.own(take("asked", ())),
            ignored=self.words(take("ignored", ())),
            numbered=self.numbered(take("numbered", {})),
            note=text_of_both(note, "") if note else None,
            not_read=self.own(take("not_read", ())),
            answers=dict(take("answers", {})),
            personal=self.personal(take("personal", {})),
            preset=self.preset,
            name=str(take("name", "")),
            table=str(take("table", "")),
            basis=str(take("basis", "")),
            best_knowledge=tuple(take("best_knowledge", ())),
            recognised_by=tuple(self.words(each) for each in recognised if not isinstance(each, Mapping)),
            title_marks=tuple(
                self.pattern(each["title"]) for each in recognised if isinstance(each, Mapping)
            ),
            not_with=self.words(take("not_with", ())),
            refused=text_of_both(refused, "") if refused else None,
            refused_for=tuple(take("refused_for", ())),
        )
        if raw:
            raise self.wrong(f"unknown keys: {', '.join(sorted(raw))}")
        if not layout.name or layout.basis not in _BASES:
            raise self.wrong("a layout has a name, and its basis is documented or best knowledge")
        conditions = [each.only_if for each in layout.split] + [each.only_if for each in leave_out]
        conditions += [each.only_if for each in layout.codes]
        stray = {key for each in conditions for key in each}
        if stray - {ask.key for ask in layout.asks}:
            raise self.wrong(f"only_if names no question of this layout: {', '.join(sorted(stray))}")
        return layout

    def is_ours(self, name: str) -> bool:
        """Whether the table has this column; one of another table may stand at the top of a document."""
        if not any(name == column.name for each in TABLES for column in each.columns):
            raise self.wrong(f"no table has a column {name}")
        return name in self.columns

    def mine(self, by_column: Mapping[str, Any]) -> dict[str, Any]:
        return {name: each for name, each in by_column.items() if self.is_ours(name)}

    def own(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(name for name in names if self.is_ours(name))

    def only(self, raw: Mapping[str, Any], *allowed: str) -> dict[str, Any]:
        unknown = set(raw) - set(allowed)
        if unknown:
            raise self.wrong(f"unknown keys: {', '.join(sorted(unknown))}")
        return dict(raw)

    def ranks(self, words: str | Iterable[str | list[str]]) -> Ranks:
        if isinstance(words, str):
            return ((words,),)
        return tuple((each,) if isinstance(each, str) else tuple(each) for each in words)

    def header(self, named: str | list[str | list[str]]) -> Header:
        """A source, a column of the contract that `headers` or `joined` fills, or words."""
        if isinstance(named, str):
            if named in self.sources:
                return Header(self.sources[named])
            if named in self.columns:
                return Header(self.headers.get(named, ()), named)
        return Header(self.ranks(named))

    def maybe(self, named: str | list[str | list[str]] | None) -> Header | None:
        return None if named is None else self.header(named)

    def words(self, listed: Iterable[str | Mapping[str, str]]) -> tuple[Word, ...]:
        """Words, and patterns for many: `{ matches = 'regex' }`."""
        return tuple(
            each if isinstance(each, str) else re.compile(self.pattern(self.only(each, "matches")["matches"]))
            for each in listed
        )

    def numbered(self, raw: Mapping[str, str]) -> Mapping[str, str]:
        self.own([*raw, *raw.values()])
        return self.mine(raw)

    def pattern(self, text: str) -> str:
        try:
            re.compile(text)
        except re.error as error:
            raise self.wrong(f"{text!r} is no pattern: {error}") from error
        return text

    def patterns(self, by_column: Mapping[str, str]) -> dict[str, str]:
        return {name: self.pattern(text) for name, text in by_column.items()}

    def meaning(self, column: str, said: str) -> str:
        choices = self.columns[column].choices
        if choices and said not in {*choices, LEAVE_OUT, KEEP, ASK}:
            raise self.wrong(f"{said} is no {column}")
        return said

    def values(self, raw: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
        values = {name: dict(codes) for name, codes in self.mine(raw).items()}
        for name in values:
            every = {
                c for each in TABLES for column in each.columns if column.name == name for c in column.choices
            }
            unknown = set(values[name].values()) - every - {""} if self.columns[name].choices else set()
            if unknown:
                raise self.wrong(f"no {name}: {', '.join(sorted(unknown))}")
        words = self.shared["words"]
        said = dict.fromkeys(words["yes"], "true") | dict.fromkeys(words["no"], "false")
        return values | {
            name: said | values.get(name, {})
            for name, column in self.columns.items()
            if column.kind == "boolean"
        }

    def joined(self, raw: Mapping[str, Any]) -> Joined:
        raw = self.only(raw, "headers", "separator", "optional", "empty", "year_of", "year")
        optional, empty = set(raw.get("optional", ())), raw.get("empty", {})
        names = [each if isinstance(each, str) else str(each[0]) for each in raw["headers"]]
        if (optional | set(empty)) - set(names):
            raise self.wrong("joined: optional and empty name headers of it")
        parts = [
            Part(self.header(each), name in optional, empty.get(name))
            for name, each in zip(names, raw["headers"], strict=True)
        ]
        return Joined(
            tuple(parts),
            str(raw.get("separator", "-")),
            self.maybe(raw.get("year_of")),
            self.maybe(raw.get("year")),
        )

    def split(self, raw: Mapping[str, Any]) -> Split:
        raw = self.only(raw, "qty", "value", "no_value", "set", "sign", "only_if", "when")
        sets = raw.get("set", {})
        for name, value in sets.items():
            if name not in self.columns:
                raise self.wrong(f"split sets no column {name}")
            if self.columns[name].choices:
                self.meaning(name, value)
        if raw.get("sign", 1) not in (1, -1, "out"):
            raise self.wrong("the sign of a split is 1, -1 or out")
        return Split(
            self.header(raw["qty"]),
            self.maybe(raw.get("value")),
            not raw.get("no_value", False),
            sets,
            raw.get("sign", 1),
            raw.get("only_if", {}),
            self.condition(raw["when"]) if "when" in raw else None,
        )

    def condition(self, raw: Mapping[str, Any]) -> Case:
        raw = self.only(raw, "header", "in", "matches")
        matches = self.pattern(raw.get("matches", ""))
        return Case(self.header(raw["header"]), "", tuple(raw.get("in", ())), matches)

    def unpivot(self, raw: Mapping[str, Any]) -> Unpivot:
        raw = self.only(raw, "into", "value", "after", "matches", "except")
        into, value = self.own([raw["into"], raw["value"]])
        return Unpivot(
            into,
            value,
            self.maybe(raw.get("after")),
            self.pattern(raw.get("matches", "")),
            self.ranks(raw.get("except", [])),
        )

    def from_to(self, raw: Mapping[str, Any]) -> FromTo:
        raw = self.only(raw, "from", "to", "places", "kinds")
        places = tuple((self.pattern(each["matches"]), str(each["is"])) for each in raw["places"])
        for said in raw["kinds"].values():
            self.meaning("kind", said)
        return FromTo(self.header(raw["from"]), self.header(raw["to"]), places, raw["kinds"])

    def codes(self, raw: Mapping[str, Any]) -> Codes:
        allowed = ("column", "header", "of", "is", "when", "sign", "reversed_by", "proposal", "empties")
        raw = self.only(raw, *allowed, "only_if")
        column = str(raw.get("column", "kind"))
        if column not in self.columns:
            raise self.wrong(f"codes fill no column {column}")
        cases = [self.only(each, "filled", "header", "in", "matches", "is") for each in raw.get("when", ())]
        return Codes(
            of=tuple(map(str, raw["of"])),
            meaning=self.meaning(column, raw.get("is", ASK)),
            column=column,
            header=self.maybe(raw.get("header")),
            cases=tuple(
                Case(
                    self.header(each.get("filled", each.get("header", ""))),
                    self.meaning(column, each["is"]),
                    tuple(each.get("in", ())),
                    self.pattern(each.get("matches", "")),
                )
                for each in cases
            ),
            sign=raw.get("sign"),
            reversed_by=tuple(raw.get("reversed_by", ())),
            proposal=self.meaning(column, raw["proposal"]) if "proposal" in raw else None,
            empties=self.own(raw.get("empties", ())),
            only_if=raw.get("only_if", {}),
        )

    def sign(self, raw: Mapping[str, Any]) -> SignColumn:
        raw = self.only(raw, "header", "plus", "minus", "negative")
        reverses = raw.get("negative", "signed") == "reversal"
        return SignColumn(self.header(raw["header"]), tuple(raw["plus"]), tuple(raw["minus"]), reverses)

    def totals(self, raw: Mapping[str, Any]) -> Totals:
        raw = self.only(raw, "words", "columns", "blank", "of")
        words = [*self.shared["totals"]["words"], *raw.get("words", ())]
        return Totals(
            tuple(dict.fromkeys(words)),
            int(raw.get("columns", 6)),
            tuple(self.header(each) for each in raw.get("blank", ())),
            tuple(self.header(each) for each in raw.get("of", ())),
        )

    def leave_out(self, raw: Mapping[str, Any]) -> LeaveOut:
        raw = self.only(raw, "header", "empty", "zero", "in", "matches", "all_empty", "reason", "only_if")
        return LeaveOut(
            self.header(raw.get("header", [])),
            bool(raw.get("empty", False)),
            bool(raw.get("zero", False)),
            tuple(raw.get("in", ())),
            self.pattern(raw.get("matches", "")),
            text_of_both(raw.get("reason"), ""),
            raw.get("only_if", {}),
            tuple(self.header(each) for each in raw.get("all_empty", ())),
        )

    def entry_unit(self, raw: Mapping[str, Any]) -> EntryUnit:
        raw = self.only(raw, "qty", "unit", "base_unit")
        return EntryUnit(
            self.header(raw["qty"]), self.maybe(raw.get("unit")), self.maybe(raw.get("base_unit"))
        )

    def ask(self, raw: Mapping[str, Any]) -> Ask:
        raw = self.only(raw, "key", "en", "zh_CN", "where", "choices", "proposal", "remembered")
        return Ask(
            str(raw["key"]),
            (str(raw["en"]), str(raw["zh_CN"])),
            tuple(raw.get("choices", ())),
            self.ranks(raw.get("where", [])),
            raw.get("proposal"),
            bool(raw.get("remembered", False)),
        )

    def personal(self, raw: Mapping[str, Any]) -> frozenset[str]:
        words = [*self.shared["personal"]["headers"], *raw.get("headers", ())]
        own = {word for ranks in self.headers.values() for rank in ranks for word in rank}
        return normals(words) - normals(own) - normals(self.columns)


def text_of_both(raw: Mapping[str, str] | None, otherwise: str) -> Text:
    """English and Chinese of a text; the same for both where there is none."""
    return (raw["en"], raw["zh_CN"]) if raw else (otherwise, otherwise)
