"""Words, numbers, dates and money in the reader's language, from the gettext catalogues beside this module.

Catalogues are read as they stand (no compiled files). A key is a dotted name; its sentence may have blanks
in braces. Money is in company currency; compact money keeps about three figures, exact money all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel.dates import format_date, format_datetime, format_time, get_timezone
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent, get_currency_symbol

FOLDER = Path(__file__).with_suffix("")
LOCALES: Mapping[str, str] = {"zh": "zh_CN", "en": "en"}
"""Language in a link to the locale of its catalogue."""

Number = int | float | Decimal
MINUS, BETWEEN_NAMES = "\u2212", " / "


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Sentence by key for one language of `LOCALES`."""
    path = FOLDER / f"{LOCALES[language]}.po"
    with path.open("rb") as stream:
        return {str(m.id): str(m.string) for m in read_po(stream) if m.id and m.string}


def language_for(locale: str | None) -> str:
    """The language of `LOCALES` for a browser's locale such as zh-CN; English where there is none."""
    return "zh" if (locale or "").lower().startswith("zh") else "en"


@dataclass(frozen=True)
class Words:
    """Says things in one language: `say("board.title")`, `say.money(38_600_000)`."""

    language: str = "en"
    currency: str = "CNY"
    timezone: str = "UTC"

    def __call__(self, key: str, /, **facts: object) -> str:
        """The sentence of that key with its blanks filled; a key no catalogue has is shown as it is."""
        sentence = catalogue(self.language).get(key, key)
        return sentence.format(**facts) if facts else sentence

    @property
    def locale(self) -> str:
        """The locale that numbers and dates follow."""
        return LOCALES[self.language]

    def number(self, value: Number, places: int = 0) -> str:
        """A number grouped by the locale, with at most that many decimals."""
        pattern = "#,##0" + ("." + "#" * places if places else "")
        return _minus(str(format_decimal(value, pattern, locale=self.locale)))

    def compact(self, value: Number) -> str:
        """About three figures and the locale's word for thousands or millions."""
        return _minus(self._compact(value))

    def money(self, value: Number) -> str:
        """Compact money for reading from afar."""
        return _minus(self._signed(value, self._compact(_size(value))))

    def money_exact(self, value: Number) -> str:
        """Money with two decimals, for checking."""
        return _minus(self._signed(value, self.amount(_size(value))))

    def amount(self, value: Number) -> str:
        """Two decimals, where the currency stands elsewhere."""
        return _minus(str(format_decimal(value, "#,##0.00", locale=self.locale)))

    def change(self, value: Number) -> str:
        """Compact money with its sign always shown."""
        return self.money(value) if value <= 0 else f"+{self.money(value)}"

    def percent(self, share: Number, places: int = 1) -> str:
        """A share of 0..1 as percent."""
        pattern = "0" + ("." + "0" * places if places else "") + "%"
        return _minus(str(format_percent(share, pattern, locale=self.locale)))

    def day(self, day: date | None) -> str:
        """A date in the locale's medium form; a dash where there is none."""
        return str(format_date(day, "medium", locale=self.locale)) if day else self("word.none")

    def month(self, day: date) -> str:
        """Month and year, short."""
        return str(format_date(day, self("format.month"), locale=self.locale))

    def moment(self, moment: datetime) -> str:
        """A moment in the reader's time zone, to the minute."""
        zone = get_timezone(self.timezone)
        return str(format_datetime(moment, self("format.moment"), tzinfo=zone, locale=self.locale))

    def second(self, moment: datetime) -> str:
        """The time of day in the reader's time zone, to the second."""
        return str(format_time(moment, "HH:mm:ss", tzinfo=get_timezone(self.timezone), locale=self.locale))

    def name(self, name: str | None) -> str:
        """A name given as 'English / Chinese' in the reader's language; any other name as it is."""
        parts = (name or "").split(BETWEEN_NAMES)
        return parts[0 if self.language == "en" else 1] if len(parts) == 2 else name or ""

    def _compact(self, value: Number) -> str:
        text = str(format_compact_decimal(value, locale=self.locale, fraction_digits=1))
        if not any(c.isalpha() for c in text):
            return self.number(value, 0 if _size(value) >= 100 else 1)
        figures = text.lstrip("-").split(".")[0]
        if sum(c.isdigit() for c in figures) > 2 and "." in text:
            return str(format_compact_decimal(value, locale=self.locale, fraction_digits=0))
        return text

    def _signed(self, value: Number, text: str) -> str:
        symbol = str(get_currency_symbol(self.currency, locale=self.locale))
        symbol = symbol.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or f"{symbol} "
        return f"{MINUS if value < 0 else ''}{symbol}{text}"


def _size(value: Number) -> Number:
    return -value if value < 0 else value


def _minus(text: str) -> str:
    return text.replace("-", MINUS)
