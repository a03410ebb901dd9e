"""What is asked has a key, and the answer to that key is found, for one file or for all."""

from __future__ import annotations

import re

import pytest

from components.words import LOCALES, catalogue
from queries.lake.load import Upload, load_files
from queries.lake.problems import OUTCOMES, SENTENCES
from queries.lake.questions import QUESTIONS, Answers, Question, proposals
from queries.settings import Settings
from tests.queries.lake.uploads import LEDGER, STOCK, TODAY, LoadIt, Write

DATES = "snapshot_on,item_id,warehouse_id,qty\n{},A,W1,10\n"


def test_an_answer_for_a_file_goes_before_one_for_all() -> None:
    answers = Answers({"decimal": "point", "b.csv:decimal": "comma"})
    assert [answers.get("decimal", file) for file in ("a.csv", "b.csv", "")] == ["point", "comma", "point"]
    assert answers.in_file("b.csv").get("decimal") == "comma"
    assert answers.get("dates") is None


def test_answers_are_found_by_the_beginning_of_their_key() -> None:
    answers = Answers({"value.a": "1", "f:value.a": "2", "value.b": "3"}, "f")
    assert answers.beginning("value.") == {"a": "2", "b": "3"}
    assert answers.of_file("f") == {"value.a": "2", "value.b": "3"}


def test_an_answer_that_stands_is_not_taken_back() -> None:
    assert Answers({"zeros": "strip"}).also({"zeros": "keep", "dates": "dmy"}).given == {
        "zeros": "strip",
        "dates": "dmy",
    }


def test_proposals_are_answers_by_file() -> None:
    asked = [Question("mapping", "mapping", proposal="odoo", file="f"), Question("sheet", "sheet", file="f")]
    assert proposals(asked) == {"f:mapping": "odoo"}
    assert asked[1].as_dict(by_file=True)["key"] == "f:sheet"


@pytest.mark.parametrize("language", LOCALES)
def test_every_problem_remedy_and_question_has_words(language: str) -> None:
    words = catalogue(language)
    assert {key for key in words if key.startswith("problem.")} == {f"problem.{code}" for code in SENTENCES}
    assert {f"remedy.{code}" for code in SENTENCES} | {
        f"question.{code}" for code in QUESTIONS
    } <= words.keys()
    assert set(OUTCOMES) <= set(SENTENCES)


@pytest.mark.parametrize("language", LOCALES)
def test_words_fill_the_blanks_that_english_fills(language: str) -> None:
    words, blanks = catalogue(language), re.compile(r"\{(\w+?)(?:_zh_CN)?\}")
    for code, sentences in SENTENCES.items():
        for kind, sentence in zip(("problem", "remedy"), sentences, strict=True):
            assert set(blanks.findall(words[f"{kind}.{code}"])) <= set(blanks.findall(sentence)), code
    for code, sentence in QUESTIONS.items():
        assert set(blanks.findall(words[f"question.{code}"])) == set(blanks.findall(sentence)), code


@pytest.mark.parametrize(
    ("text", "key", "proposal", "answer"),
    [
        (STOCK.replace("5.5", '"5,5"'), "decimal", "comma", "comma"),
        (DATES.format("03/04/2026"), "dates", None, "mdy"),
        (STOCK + "2026-10-31,A,W1,1\n", "duplicates", "sum", "sum"),
        ("item_id,warehouse_id,qty\nA,W1,1\n", "value.snapshot_on", None, "2026-10-31"),
        (STOCK.replace("qty", "how much"), "header.qty", None, "how much"),
        (LEDGER.replace("document_id", "paper").replace("kind", "art"), "header.kind", None, "art"),
    ],
)
def test_what_a_file_leaves_open_is_asked_until_it_is_answered(
    load_it: LoadIt, text: str, key: str, proposal: str | None, answer: str
) -> None:
    table = "movements" if text.startswith("posted_on") else "stock"
    held = load_it(text, table)
    assert (held.status, held.data_version) == ("held", None)
    asked = {each.key: each for each in held.questions}
    assert asked[key].proposal == proposal
    assert asked[key].question
    assert not asked[key].choices or answer in asked[key].choices
    given = {key: answer}
    if table == "movements":
        given["document_id"] = "replace_period"
    assert load_it(text, table, answers=given).status == "loaded"


def test_yes_takes_proposals_and_nothing_else(load_it: LoadIt) -> None:
    assert load_it(STOCK.replace("5.5", '"5,5"'), confirmed=True).status == "loaded"
    open_still = load_it(DATES.format("03/04/2026"), confirmed=True)
    assert (open_still.status, [each.key for each in open_still.questions]) == ("held", ["dates"])


def test_a_refused_sum_names_the_rows(load_it: LoadIt) -> None:
    text = STOCK + "2026-10-31,A,W1,1\n"
    held = load_it(text)
    assert [(p.code, p.row, p.outcome) for p in held.problems] == [("same_key", 4, "asked")]
    assert held.questions[0].samples == ("2, 4",)
    refused = load_it(text, answers={"duplicates": "refuse"})
    assert (refused.status, [p.code for p in refused.problems]) == ("refused", ["duplicate_key"])


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({"table": "stocks"}, "unknown_table"),
        ({"mapping": "nobody"}, "unknown_preset"),
        ({"table": "stock", "mapping": "nobody"}, "unknown_preset"),
    ],
)
def test_an_answer_that_names_nothing_is_refused(
    settings: Settings, write: Write, answers: dict[str, str], code: str
) -> None:
    result = load_files([Upload(write(STOCK))], settings, Answers(answers), today=TODAY)
    assert (result.status, [each.code for each in result.problems]) == ("refused", [code])


def test_a_value_for_a_column_nobody_has_is_refused_of_a_recognised_file_too(
    settings: Settings, write: Write
) -> None:
    result = load_files([Upload(write(STOCK), constants={"colour": "red"})], settings, today=TODAY)
    assert [each.code for each in result.problems] == ["unknown_column"]


def test_an_answer_that_is_no_choice_is_no_answer(load_it: LoadIt) -> None:
    held = load_it(STOCK.replace("5.5", '"5,5"'), answers={"decimal": "semicolon"})
    assert [each.key for each in held.questions] == ["decimal"]
