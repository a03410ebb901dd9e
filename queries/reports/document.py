"""What a report says, ready to print: every word and number as text, every chart as a Vega-Lite drawing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """A key number with its label and what stands below it; `tier` (R, S, T) colours it."""

    label: str
    value: str
    note: str = ""
    tier: str = ""


@dataclass(frozen=True)
class Heading:
    """A column's label; numbers stand to the right, texts of a `width` share the room left."""

    label: str
    is_number: bool
    width: int


@dataclass(frozen=True)
class Table:
    """Rows of as many cells as there are headings."""

    headings: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Section:
    """One question: a title, then what of text, chart, table and note there is; each `text` a paragraph."""

    title: str
    chart: Mapping[str, Any] | None = None
    table: Table | None = None
    note: str = ""
    text: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    """A whole report; `lead` is the sentence of its filters, `stamp` label and value of what it stands on."""

    language: str
    title: str
    lead: str
    stamp: tuple[tuple[str, str], ...]
    warning: str
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    footer: str
    made_at: int
    """Seconds since 1970."""

    def as_json(self) -> dict[str, Any]:
        """Plain lists and dictionaries."""
        return asdict(self)
