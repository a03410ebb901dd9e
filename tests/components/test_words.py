"""The catalogues: complete in both languages, used and usable; and how numbers are said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest

from components.words import LOCALES, Words, catalogue, language_for
from queries import errors
from queries.filters import FIELDS
from queries.lake.contract import TABLES

ROOT = Path(__file__).resolve().parents[2]


def strings() -> Iterator[str]:
    """Every string a component, page or app.py writes; an f-string with each blank as a star."""
    files = [ROOT / "app.py", *(ROOT / "components").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.JoinedStr):
                yield "".join(str(v.value) if isinstance(v, ast.Constant) else "*" for v in node.values)


def asked_keys() -> set[str]:
    """First arguments of `say(...)` that are written out."""
    found = set()
    for file in [ROOT / "app.py", *(ROOT / "components").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "say" and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.add(str(first.value))
    return found


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert catalogue("zh").keys() == catalogue("en").keys()


def test_both_languages_fill_the_same_blanks() -> None:
    differing = [k for k in catalogue("en") if blanks(catalogue("en")[k]) != blanks(catalogue("zh")[k])]
    assert differing == []


def test_every_key_that_is_asked_for_exists() -> None:
    asked = asked_keys()
    assert len(asked) > 60
    assert asked - catalogue("en").keys() == set()


def test_every_key_is_asked_for_somewhere() -> None:
    written = set(strings())
    patterns = [
        re.compile(re.escape(text).replace(r"\*", r"[\w./-]+"))
        for text in written
        if "*" in text and "." in text
    ]
    unused = [
        key
        for key in catalogue("en")
        if key not in written and not any(pattern.fullmatch(key) for pattern in patterns)
    ]
    assert unused == []


@pytest.mark.parametrize("language", LOCALES)
def test_every_filter_table_and_error_has_words(language: str) -> None:
    named = [
        each for each in vars(errors).values() if isinstance(each, type) and each is not errors.StockError
    ]
    codes = {each.code for each in named if issubclass(each, errors.StockError)} - {
        "upload_refused",  # said cell by cell where files are loaded
        "upload_held",
    }
    wanted = {f"filter.{name}" for name in FIELDS} | {f"table.{table.name}" for table in TABLES}
    wanted |= {f"error.{code}{part}" for code in codes for part in ("", ".remedy")}
    assert wanted - catalogue(language).keys() == set()


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (Decimal("38596000"), "¥38.6M", "¥3860万"),
        (Decimal("214000000"), "¥214M", "¥2.1亿"),
        (9364.159446, "¥9.4K", "¥9,364"),
        (0, "¥0", "¥0"),
        (Decimal("0E-8"), "¥0", "¥0"),
        (12.34, "¥12.3", "¥12.3"),
        (-540648, "−¥541K", "−¥54.1万"),
    ],
)
def test_money_is_said_in_about_three_figures(value: Decimal, english: str, chinese: str) -> None:
    assert (Words("en").money(value), Words("zh").money(value)) == (english, chinese)


def test_exact_money_keeps_its_cents_and_its_currency() -> None:
    assert Words("en", currency="USD").money_exact(Decimal("20092679.1712")) == "$20,092,679.17"
    assert Words("en", currency="SEK").money_exact(5) == "SEK 5.00"


def test_a_change_always_shows_its_sign() -> None:
    say = Words("en")
    assert (say.change(1200), say.change(-1200), say.change(0)) == ("+¥1.2K", "−¥1.2K", "¥0")


def test_a_share_is_said_in_percent() -> None:
    assert (Words("en").percent(0.2861), Words("zh").percent(1, 0)) == ("28.6%", "100%")


def test_a_name_in_two_languages_is_shown_in_the_readers() -> None:
    both = "Suzhou plant / 苏州工厂"
    assert (Words("en").name(both), Words("zh").name(both)) == ("Suzhou plant", "苏州工厂")
    assert (Words("zh").name("M-1 / 2 / 3"), Words("zh").name(None)) == ("M-1 / 2 / 3", "")


def test_dates_follow_the_language_and_moments_the_readers_clock() -> None:
    assert Words("zh").day(date(2026, 10, 31)) == "2026年10月31日"
    assert Words("en").day(None) == "–"
    moment = datetime(2026, 10, 31, 23, 5, tzinfo=UTC)
    assert Words("zh", timezone="Asia/Shanghai").moment(moment) == "2026-11-01 07:05"


def test_the_browsers_locale_chooses_the_language() -> None:
    assert [language_for(each) for each in ("zh-CN", "zh", "ZH-TW", "en-GB", "de", None)] == [
        "zh", "zh", "zh", "en", "en", "en",
    ]  # fmt: skip


def test_a_key_without_words_shows_itself() -> None:
    assert Words("zh")("no.such.key") == "no.such.key"
