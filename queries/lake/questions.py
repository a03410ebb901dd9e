"""What a file leaves open, asked by a key; a person's answers, looked up by the same key.

A catalogue translates `question.<code>`; the blanks are filled from `Question.facts`. Keys: `table`,
`mapping`, `sheet`, `header.<column>`, `value.<column>`, `decimal`, `dates`, `code.<column>.<code>`, `zeros`,
`duplicates`, `document_id`, `unpivot`, `entry_unit`, `signed`, `guard.<problem code>`, `quarantine`, and
those a preset names; `<file>:<key>` is meant for one file of several.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

QUESTIONS: Mapping[str, str] = {
    "table": "what do the rows of this file hold?",
    "mapping": "which system does this file come from?",
    "sheet": "which sheet shall be read?",
    "header": "which column of the file is {column}?",
    "header_row": "is row {row} the header, with {headers}, and what is above it no data?",
    "value": "the file does not say {column}: what is it, for every row?",
    "decimal": "{column} has numbers such as {value}: does the point or the comma stand before the decimals?",
    "dates": "{column} has dates such as {value}: does the day or the month come first?",
    "code": "what does {value} mean in {column}?",
    "zeros": "{column} has codes with leading zeros, such as {value}: are the zeros part of the code?",
    "duplicates": "{count} times the same {key}, first in rows {rows}: shall their quantities be added up?",
    "document_id": (
        "the ledger has no document numbers: shall it replace all movements from {first} to {last} "
        "of {warehouses}?"
    ),
    "unpivot": "which columns are values of {column}? They look like {value}",
    "entry_unit": "{column} is in the unit of entry: is that the unit stock is kept in, in every row?",
    "signed": (
        "most quantities in {column} that go out are negative: is that their sign, or are they reversals "
        "of unsigned ones?"
    ),
    "preset": "{question}",
    "guard": "{problem}: shall it be loaded all the same?",
    "quarantine": "{count} rows cannot be loaded: shall they be set aside and the other {rows} loaded?",
}
"""English sentence by code; its blanks are in `Question.facts`."""

YES = "yes"


@dataclass(frozen=True)
class Question:
    """One thing to decide before the file can be loaded.

    `choices` are the answers understood (none: free text); `proposal` is the one `--yes` gives; `samples` are
    cells that show what is meant; `file` is the file's name, empty where all files of the load are meant.
    """

    key: str
    code: str
    facts: Mapping[str, object] = field(default_factory=dict, hash=False)
    choices: tuple[str, ...] = ()
    proposal: str | None = None
    samples: tuple[str, ...] = ()
    file: str = ""

    @property
    def question(self) -> str:
        """What is asked, in English."""
        return QUESTIONS[self.code].format_map(self.facts)

    def in_file(self, name: str) -> Question:
        """The same question, asked of that file."""
        return replace(self, file=name)

    def as_dict(self, *, by_file: bool = False) -> dict[str, Any]:
        """What other programs are given; `by_file` puts the file before the key."""
        return {
            "key": f"{self.file}:{self.key}" if by_file and self.file else self.key,
            "question": self.question,
            "choices": list(self.choices),
            "proposal": self.proposal,
            "samples": list(self.samples),
        }


@dataclass(frozen=True)
class Answers:
    """Answers by key; one for a file goes before one for all. `file` is the file that is meant by default."""

    given: Mapping[str, str] = field(default_factory=dict, hash=False)
    file: str = ""

    def get(self, key: str, file: str = "") -> str | None:
        """The answer to that key in that file, None if there is none."""
        name = file or self.file
        if name and f"{name}:{key}" in self.given:
            return self.given[f"{name}:{key}"]
        return self.given.get(key)

    def is_yes(self, key: str, file: str = "") -> bool:
        """Whether someone said yes to that key."""
        return (self.get(key, file) or "").strip().casefold() == YES

    def beginning(self, prefix: str) -> dict[str, str]:
        """Answers whose key begins so, by the rest of the key."""
        whole = {key: value for key, value in self.given.items() if key.startswith(prefix)}
        own = f"{self.file}:{prefix}"
        meant = {key: value for key, value in self.given.items() if self.file and key.startswith(own)}
        return {key[len(prefix) :]: value for key, value in whole.items()} | {
            key[len(own) :]: value for key, value in meant.items()
        }

    def of_file(self, name: str) -> dict[str, str]:
        """Every answer that counts for that file, by its key."""
        own = {key: said for key, said in self.given.items() if key.startswith(f"{name}:")}
        return {
            **{key: said for key, said in self.given.items() if key not in own},
            **{key.removeprefix(f"{name}:"): said for key, said in own.items()},
        }

    def in_file(self, name: str) -> Answers:
        """The same answers, looked up for that file."""
        return replace(self, file=name)

    def also(self, more: Mapping[str, str]) -> Answers:
        """These answers and more; the ones already given stand."""
        return replace(self, given={**more, **self.given})


def proposals(questions: Iterable[Question]) -> dict[str, str]:
    """The answers that take every proposal, by file where the question is of a file."""
    return {
        f"{each.file}:{each.key}" if each.file else each.key: each.proposal
        for each in questions
        if each.proposal is not None
    }
