"""What a file is: which of its sheets is meant, which table its rows belong to, which layout reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from queries.lake.checking import quarantine
from queries.lake.contract import ABOUT, TABLES, table
from queries.lake.keeping.replace import How
from queries.lake.mapping.layouts import TableMapping
from queries.lake.mapping.presets import GENERIC, known_words, preset, presets
from queries.lake.mapping.recognise import SURE, Guess, best_layout, doubts, recognise, refused_as
from queries.lake.mapping.rows import refusal
from queries.lake.mapping.saved import mapping_named, saved_names
from queries.lake.problems import Problem, listed
from queries.lake.questions import Answers, Question
from queries.lake.reading.files import ending_note
from queries.lake.reading.grid import Grid, Outline, SheetOutline, Unreadable
from queries.lake.reading.read import outline, read
from queries.lake.uploads import Source, Upload
from queries.settings import Settings

EVERY_SHEET = "*"
"""The answer to `sheet` that reads all of them as one table."""


@dataclass(frozen=True)
class Chosen:
    """How a file is to be read: `layout` of `table`, for each of `sheets`; or what is wrong, or asked."""

    table: str = ""
    mapping: str = ""
    layout: TableMapping | None = None
    sheets: tuple[str, ...] = ("",)
    how: How = "groups"
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()


def unit_words() -> tuple[str, ...]:
    """Header words for the unit of a quantity."""
    ranks = preset(GENERIC).tables["items"].headers.get("unit", ())
    return tuple(word for rank in ranks for word in rank)


def choose(
    source: Source, answers: Answers, settings: Settings, told: Callable[[float], None] = lambda share: None
) -> Chosen:
    """How this file is read, from what is said of it, what was answered, and its headers.

    `told` hears the share of the file that is read.
    """
    upload = source.upload
    unusable = _unusable(upload, settings)
    if unusable:
        return Chosen(upload.table, problems=tuple(unusable))
    try:
        seen = outline(source.path, known_words(), header_row=_header_row(answers), told=told)
    except Unreadable as error:
        known = _refused_all_the_same(error.seen, settings)
        return Chosen(upload.table, problems=(known,) if known else tuple(error.problems))
    notes = tuple(ending_note(source.label, seen.kind)) if seen.kind != "zip" else ()  # type: ignore[arg-type]
    sheets, wrong, asked = _sheets(seen, upload, answers, settings)
    if wrong or asked:
        return Chosen(upload.table, problems=(*notes, *wrong), questions=tuple(asked))
    chosen = _of_sheet(sheets[0], upload, answers, settings)
    if chosen.mapping == GENERIC and not (chosen.problems or chosen.questions):
        chosen = replace(chosen, questions=tuple(_header_below(sheets[0], answers)))
    if not chosen.problems:
        notes += tuple(_unknown_columns(upload, chosen.table))
    return replace(chosen, sheets=tuple(each.name for each in sheets), problems=(*notes, *chosen.problems))


def grid_of(source: Source, sheet: str, answers: Answers) -> Grid:
    """The rows of a sheet as text. Errors: Unreadable."""
    return read(source.path, sheet, known=known_words(), header_row=_header_row(answers))


def _refused_all_the_same(seen: SheetOutline | None, settings: Settings) -> Problem | None:
    """Why a file that is no table is not loaded, where its layout is known: that tells the way out."""
    guesses = recognise(seen.headers, seen.samples, settings, titles=seen.titles) if seen else []
    if not seen or not guesses or not guesses[0].is_refused:
        return None
    layout = _layout(guesses[0], seen, settings)
    return refusal(layout, guesses[0].table) if layout else None


def _header_row(answers: Answers) -> int | None:
    said = answers.get("header_row") or ""
    return int(said) if said.isdigit() and int(said) > 0 else None


def _header_below(sheet: SheetOutline, answers: Answers) -> list[Question]:
    """Whether the header stands where it seems to, below other rows: no system is known that writes it so."""
    row = sheet.header_row
    if not sheet.titles or row is None or answers.get("header_row") is not None:
        return []
    facts = {"row": row, "headers": listed(sheet.headers)}
    return [Question("header_row", "header_row", facts, (str(row),), str(row), sheet.titles[:3])]


def _sheets(
    seen: Outline, upload: Upload, answers: Answers, settings: Settings
) -> tuple[list[SheetOutline], list[Problem], list[Question]]:
    """The sheets that are meant; one of several is asked for, and proposed if it alone is recognised."""
    named = upload.sheet or answers.get("sheet") or ""
    filled = [each for each in seen.filled if each.name != ABOUT]
    if named and named != EVERY_SHEET:
        found = [each for each in seen.sheets if each.name == named]
        if found:
            return found, [], []
        facts = {"sheets": listed(each.name for each in seen.sheets)}
        return [], [Problem("unknown_sheet", value=named, facts=facts)], []
    if len(filled) < 2:
        return filled or list(seen.sheets[:1]), [], []
    known = [each for each in filled if _is_known(each, upload, settings)]
    alike = [each for each in known if each.headers == known[0].headers]
    if named == EVERY_SHEET:
        return alike or filled, [], []
    guesses = _guesses(known[0], upload, answers, settings) if known else []
    layout = _layout(guesses[0], known[0], settings) if guesses else None
    proposal = known[0].name if len(known) == 1 else None
    if layout and layout.sheet and len(alike) == len(known) > 1:
        proposal = EVERY_SHEET
    choices = tuple(each.name for each in filled)
    if len(alike) > 1:
        choices += (EVERY_SHEET,)
    samples = tuple(f"{each.name}: {each.rows}" for each in filled)
    return [], [], [Question("sheet", "sheet", {}, choices, proposal, samples)]


def _is_known(sheet: SheetOutline, upload: Upload, settings: Settings) -> bool:
    guesses = _guesses(sheet, upload, Answers(), settings)
    return bool(guesses) and (guesses[0].score >= SURE or not guesses[0].lacks)


def _of_sheet(sheet: SheetOutline, upload: Upload, answers: Answers, settings: Settings) -> Chosen:
    """Table and layout for a sheet's headers."""
    given_back = quarantine.table_of(dict.fromkeys(sheet.headers), sheet.samples)
    if given_back and upload.table in ("", given_back):
        return Chosen(given_back, GENERIC, preset(GENERIC).tables[given_back], how="supplement")
    said_table = upload.table or answers.get("table") or ""
    said_mapping = upload.mapping or answers.get("mapping") or ""
    unknown = _unknown_table(said_table)
    if unknown:
        return Chosen(problems=tuple(unknown))
    if said_table and said_mapping:
        return _named(said_table, said_mapping, sheet, settings)
    guesses = _guesses(sheet, upload, answers, settings)
    if not guesses and (said_table or said_mapping):
        none = _no_such_mapping(said_mapping or GENERIC, said_table, settings)
        if none or not said_table:
            return Chosen(problems=tuple(none), questions=() if none else tuple(doubts(guesses)))
        return _named(said_table, GENERIC, sheet, settings)
    if said_table:
        wrong = refused_as(sheet.headers, said_table, settings, titles=sheet.titles)
        if wrong and (not guesses or guesses[0].mapping == GENERIC):
            return Chosen(said_table, problems=(wrong,))
    asked = doubts(guesses)
    if said_table:
        asked = [each for each in asked if each.key == "mapping"]
    if asked:
        return Chosen(said_table, questions=tuple(asked))
    best = guesses[0]
    layout = _layout(best, sheet, settings)
    if layout is None or not best.table:
        told = refusal(layout or TableMapping(name=best.mapping), said_table)
        return Chosen(said_table, best.mapping, problems=(told,))
    return Chosen(best.table, best.mapping, layout)


def _guesses(sheet: SheetOutline, upload: Upload, answers: Answers, settings: Settings) -> list[Guess]:
    """What the headers look like, as far as it is not said already."""
    name = upload.table or answers.get("table") or ""
    mapping = (upload.mapping or answers.get("mapping") or "").partition("/")[0]
    found = recognise(sheet.headers, sheet.samples, settings, titles=sheet.titles)
    return [
        each
        for each in found
        if (not name or each.table == name or (each.is_refused and not each.table))
        and (not mapping or each.mapping == mapping)
    ]


def _layout(guess: Guess, sheet: SheetOutline, settings: Settings) -> TableMapping | None:
    """The layout a guess means; None where the file is recognised as one that cannot be loaded."""
    for layout in mapping_named(guess.mapping, settings).layouts:
        if layout.name == guess.layout and (layout.table == guess.table or guess.is_refused):
            return layout
    return None


def _named(name: str, mapping: str, sheet: SheetOutline, settings: Settings) -> Chosen:
    """Table and mapping as a person named them."""
    try:
        return Chosen(name, mapping, best_layout(mapping, name, sheet.headers, settings))
    except KeyError:
        return Chosen(name, problems=tuple(_no_such_mapping(mapping, name, settings)))


def _unusable(upload: Upload, settings: Settings) -> list[Problem]:
    """What is wrong with the request before the file is opened."""
    unknown = _unknown_table(upload.table)
    if unknown or not upload.mapping:
        return unknown or _unknown_columns(upload, upload.table)
    return _no_such_mapping(upload.mapping, upload.table, settings) or _unknown_columns(upload, upload.table)


def _unknown_table(name: str) -> list[Problem]:
    names = [each.name for each in TABLES]
    if not name or name in names:
        return []
    return [Problem("unknown_table", value=name, facts={"tables": listed(names, 20)})]


def _unknown_columns(upload: Upload, name: str) -> list[Problem]:
    """Values given for columns the table does not have."""
    if not name:
        return []
    columns = [column.name for column in table(name).columns]
    facts = {"table": name, "columns": listed(columns, 40)}
    return [
        Problem("unknown_column", None, each, each, facts) for each in upload.constants if each not in columns
    ]


def _no_such_mapping(mapping: str, name: str, settings: Settings) -> list[Problem]:
    """Why a mapping cannot fill a table, if it cannot; without a table, only whether there is such a one."""
    try:
        found = mapping_named(mapping.partition("/")[0], settings)
    except KeyError:
        every = listed((*presets(), *saved_names(settings)), 40)
        return [Problem("unknown_preset", value=mapping, facts={"presets": every})]
    tables = list(dict.fromkeys(each.table for each in found.layouts if each.table))
    if name and name not in tables:
        facts = {"preset": mapping, "table": name, "tables": listed(tables, 20)}
        return [Problem("not_in_preset", value=mapping, facts=facts)]
    return []
