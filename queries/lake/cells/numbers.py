"""Numbers as people and programs write them: which mark stands before the decimals is read off the column.

One cell decides nothing: `1.234` is a thousand and more in one file and little more than one in the next. All
cells of a column are looked at together, then its columns; what stays open is asked, never guessed.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib.resources import files
from typing import Literal

import polars as pl

Mark = Literal["point", "comma"]
"""What stands before the decimals."""

PRECISION = 18
"""Digits a number of the contract may have, its decimals included."""

ERROR_CELLS = frozenset(
    {
        "#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#BLOCKED!",
        "#GETTING_DATA", "#BEZUG!", "#NV", "#WERT!", "#ZAHL!", "#N/D", "#¡REF!", "#¡VALOR!", "#¡DIV/0!",
        "#¿NOMBRE?", "#¡NUM!", "#VALOR!", "#NOME?",
    }
)  # fmt: skip
"""What a spreadsheet shows where a formula has no result, in the languages it is used in."""

_GROUPED = {
    "point": re.compile(r"^[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?$"),
    "comma": re.compile(r"^[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]*)?$"),
}
_PARTED = {
    "point": r"^[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?$",
    "comma": r"^[+-]?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]*)?|[0-9]+,[0-9]*)$",
}
_SPACED = re.compile(r"^([0-9]{1,3}(?:[ '\u2019][0-9]{3})+)([.,][0-9]*)?$")
_BRACKETS = re.compile(r"^\(\s*([^()\-]+?)\s*\)$")
_AFFIXES = re.compile(
    r"^([+-]?)\s*([^0-9+\-.,()\s'#][^0-9+\-.,()\s'#]*)?\s*([+-]?[0-9.,][0-9., '\u2019]*-?)\s*(\S.*)?$"
)
_DIGITS = re.compile(r"^[+-]?[0-9]")
_SHARED = {
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "ARS", "CLP", "COP"}),
    "\u00a5": frozenset({"CNY", "JPY"}),
    "\u5143": frozenset({"CNY", "HKD", "TWD"}),
}
"""Signs that several currencies share."""

_SHAPED = r"^[+-]?0*[1-9][0-9]{0,2}\.[0-9]{3}$"
_WITH_POINT = r"^[+-]?[0-9]*\.[0-9]+$"


@dataclass(frozen=True)
class Marks:
    """What the cells of one column say of their decimal mark, with a few that say so.

    `point` and `comma` are proved by a cell that can be read no other way; `only_comma` is a comma that
    cannot part thousands (1,25); `commas` and `points` are cells of either meaning (1,234 and 1.234).
    """

    point: bool = False
    comma: bool = False
    only_comma: bool = False
    commas: bool = False
    points: bool = False
    samples: tuple[str, ...] = ()

    @property
    def is_of_commas(self) -> bool:
        """Whether the column speaks for the comma."""
        return (self.comma or self.only_comma) and not self.point


@dataclass(frozen=True)
class Choice:
    """The mark of a column, or None and what is proposed."""

    mark: Mark | None
    proposal: Mark | None = None


def decide(marks: Marks, answer: str | None, has_commas: bool, *, is_proved: bool = False) -> Choice:
    """The mark of one column: from its own cells, then from a person.

    `has_commas` tells that another column speaks for the comma, `is_proved` that one proves it.
    """
    said: Mark | None = "comma" if answer == "comma" else "point" if answer == "point" else None
    if marks.point != marks.comma:
        return Choice("point" if marks.point else "comma")
    if said:
        return Choice(said)
    if marks.point and marks.comma:
        return Choice(None)
    if marks.only_comma and not marks.points:
        return Choice("comma") if is_proved else Choice(None, "comma")
    if marks.only_comma:
        return Choice(None, "comma")
    if marks.commas and marks.points:
        return Choice(None)
    if (marks.commas or marks.points) and has_commas:
        return Choice(None, "comma")
    return Choice("point")


def marks_of(cells: pl.Series, *, look_at_points: bool = False) -> Marks:
    """What a column of text cells says; plain numbers are looked at only beside commas, or when told to."""
    with_commas = cells.filter(cells.str.contains(r"[,\uff0c]|\.[0-9]*\.")).unique(maintain_order=True)
    if not len(with_commas) and not look_at_points:
        return Marks()
    dotted = cells.filter(cells.str.contains(_WITH_POINT))
    shaped = dotted.str.contains(_SHAPED)
    point = bool((~shaped).any())
    comma = only_comma = commas = False
    samples: list[str] = []
    for cell in with_commas.to_list():
        text = _body(normalised(cell))
        if not _DIGITS.match(text) or not re.fullmatch(r"[+-]?[0-9.,]+", text):
            continue
        text = text.lstrip("+-")
        if len(samples) < 5:
            samples.append(cell)
        many_points, many_commas = text.count("."), text.count(",")
        if _GROUPED["point"].match(text) and (many_points or many_commas > 1):
            point = True
        elif _GROUPED["comma"].match(text) and (many_commas or many_points > 1):
            comma = True
        elif many_commas == 1 and not many_points:
            if _GROUPED["point"].match(text):
                commas = True
            else:
                only_comma = True
    samples += dotted.filter(shaped).unique(maintain_order=True).head(5 - len(samples)).to_list()
    return Marks(point, comma, only_comma, commas, bool(shaped.any()), tuple(samples))


def normalised(cell: str) -> str:
    """A cell without width (NFKC), with one kind of minus and of space."""
    text = unicodedata.normalize("NFKC", cell).strip()
    return text.replace("\u2212", "-").replace("\u2013", "-").replace("\u00a0", " ").replace("\u202f", " ")


def read_numbers(distinct: Sequence[str], mark: Mark, scale: int) -> pl.DataFrame:
    """Cells (`cell`) as plain numbers (`number`) or the code of what is wrong (`wrong`); `mended` says how.

    `affix` is the unit or currency that was dropped. One unit and one currency a column: others are wrong.
    """
    parted, rest = _parted(pl.Series("cell", distinct, dtype=pl.String), mark, scale)
    read = [_read(cell, mark, scale) for cell in rest]
    others = pl.DataFrame(
        [(cell, *each) for cell, each in zip(rest, read, strict=True)], schema=parted.schema, orient="row"
    )
    return pl.concat([parted, others])


def _parted(cells: pl.Series, mark: Mark, scale: int) -> tuple[pl.DataFrame, list[str]]:
    """The cells with nothing odd but their marks, read at once as `read_numbers` gives them; the others."""
    other, before = (",", ".") if mark == "point" else (".", ",")
    mended = "thousands" if mark == "point" else "comma_decimals"
    plain = cells.str.replace_all(other, "", literal=True).str.replace(before, ".", literal=True)
    is_parted = cells.str.contains(_PARTED[mark]) & plain.str.contains(
        rf"^[+-]?[0-9]{{1,{PRECISION - scale}}}(?:\.[0-9]{{0,{scale}}}0*)?$"
    )
    schema = dict.fromkeys(("cell", "number", "wrong", "mended", "affix"), pl.String())
    read = pl.DataFrame({"cell": cells, "number": plain}).filter(is_parted)
    return (
        read.with_columns(wrong=None, mended=pl.lit(mended), affix=None).cast(schema),  # type: ignore[arg-type]
        cells.filter(~is_parted).to_list(),
    )


def _read(cell: str, mark: Mark, scale: int) -> tuple[str | None, str | None, str | None, str | None]:
    if cell.strip().upper() in ERROR_CELLS:
        return None, "error_cell", None, None
    text = normalised(cell)
    mended = "full_width" if text != cell.strip() else None
    affix: str | None = None
    stripped = _without_affixes(text)
    if stripped:
        text, affix = stripped
        mended = "unit_dropped"
    bracketed = _BRACKETS.match(text)
    if bracketed and _DIGITS.match(bracketed.group(1)):
        text, mended = "-" + bracketed.group(1), "sign_moved"
    elif text.endswith("-") and _DIGITS.match(text) and not text.startswith("-"):
        text, mended = "-" + text[:-1].strip(), "sign_moved"
    sign = "-" if text.startswith("-") else ""
    if text[:1] in ("+", "-"):
        text = text[1:].strip()
    spaced = _SPACED.match(text)
    if spaced:
        text = re.sub("[ '\u2019]", "", spaced.group(1)) + (spaced.group(2) or "")
        mended = mended or "thousands"
    separators = set(text) & {",", "."}
    if "," in separators or text.count(".") > 1 or (mark == "comma" and separators):
        point, comma = (".", ",") if mark == "point" else (",", ".")
        if _GROUPED[mark].match(text):
            mended = mended or ("thousands" if mark == "point" else "comma_decimals")
            text = text.replace(comma, "").replace(point, ".")
        elif mark == "comma" and re.fullmatch(r"[0-9]*,[0-9]*", text) and text != ",":
            text, mended = text.replace(",", "."), mended or "comma_decimals"
        else:
            return None, "decimal_comma" if re.fullmatch(r"[0-9.,]+", text) else "bad_number", None, None
    number, wrong = _number(sign + text, scale)
    return number, wrong, mended if wrong is None else None, affix


def _number(text: str, scale: int) -> tuple[str | None, str | None]:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None, "bad_number"
    if not number.is_finite():
        return None, "not_finite"
    if "_" in text or " " in text:
        return None, "bad_number"
    if number and number.adjusted() >= PRECISION - scale:
        return None, "too_large"
    exponent = number.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > scale:
        return None, "too_many_decimals"
    return f"{number:f}", None


def _body(text: str) -> str:
    """The number in a cell, without a unit, brackets or a trailing minus."""
    stripped = _without_affixes(text)
    text = stripped[0] if stripped else text
    bracketed = _BRACKETS.match(text)
    text = bracketed.group(1) if bracketed else text.removesuffix("-")
    return text.replace(" ", "").replace("'", "")


def _without_affixes(text: str) -> tuple[str, str] | None:
    """The number and the known unit or currency beside it; None if there is none."""
    parts = _AFFIXES.match(text)
    if not parts or not (parts.group(2) or parts.group(4)):
        return None
    sign, before, number, after = parts.groups()
    known = affixes()
    found = [known.get(each.strip().rstrip(".").casefold()) for each in (before, after) if each]
    if None in found or len(set(found)) != 1:
        return None
    return sign + number.strip(), str(found[0])


def is_currency(affix: str) -> bool:
    """Whether a dropped word was a currency."""
    return affix.startswith("currency ")


def currencies_of(cell: str) -> frozenset[str]:
    """The currencies that the sign beside a number may mean; none where it has no such sign."""
    parts = _AFFIXES.match(normalised(cell))
    words = (
        {_folded(each.strip().rstrip(".")) for each in (parts.group(2), parts.group(4)) if each}
        if parts
        else set()
    )
    found: set[str] = set()
    for word in words:
        meant = affixes().get(word, "")
        if is_currency(meant):
            found |= _SHARED.get(word, frozenset({meant.removeprefix("currency ")}))
    return frozenset(found)


def currency_named(word: str) -> str:
    """The code of a currency, however it is written."""
    known = affixes().get(_folded(word), "")
    return known.removeprefix("currency ") if is_currency(known) else word.strip().upper()


@cache
def affixes() -> dict[str, str]:
    """Units and currencies that may stand beside a number, as written, to one name each."""
    document = tomllib.loads((files("queries.lake.cells") / "units.toml").read_text("utf-8"))
    known = {_folded(word): _folded(word) for kind in ("pieces", "others") for word in document[kind]}
    for code, words in document["currencies"].items():
        known |= {_folded(word): f"currency {code}" for word in words}
    return known


@cache
def pieces() -> frozenset[str]:
    """Units that cannot be parted, as they are compared."""
    document = tomllib.loads((files("queries.lake.cells") / "units.toml").read_text("utf-8"))
    return frozenset(map(_folded, document["pieces"]))


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()
