"""The work behind the upload page: files looked at and loaded, in threads that outlive the browser."""

from __future__ import annotations

import json
from collections.abc import Mapping

from components import answers
from components.jobs import Job, Key, Told, jobs
from queries.lake import waiting
from queries.lake.checking.examine import Examination, examine
from queries.lake.load import LoadResult, load_files
from queries.lake.questions import Answers
from queries.lake.uploads import Upload
from queries.lake.waiting import HandIn
from queries.settings import Settings


def looked_at(hand: HandIn) -> Job:
    """The examination of a hand-in as it stands, against the newest data version."""
    settings, uploads, given = Settings(), _uploads(hand), Answers(hand.answers)

    def work(told: Told) -> Examination:
        return examine(uploads, settings, given, progress=told)

    said = json.dumps([dict(hand.answers), dict(hand.edits)], sort_keys=True)
    return jobs().start(("examine", hand.id, said, answers.newest_version()), work)


def load(hand: HandIn, yes: Mapping[str, str]) -> Job:
    """The load of a hand-in with everything said of it; it is finished even if nobody waits for it."""
    settings, uploads = Settings(), _uploads(hand)
    given = Answers({**hand.answers, **yes})

    def work(told: Told) -> LoadResult:
        result = load_files(uploads, settings, given, progress=told)
        if result.data_version is not None:
            waiting.finish(hand, result.data_version, result.quarantined)
        return result

    jobs().forget(_loading(hand))
    return jobs().start(_loading(hand), work)


def loading(hand: HandIn) -> Job | None:
    """The load of a hand-in that was begun, if one was."""
    return jobs().find(_loading(hand))


def forget_load(hand: HandIn) -> None:
    """Take back a load that ended without storing anything."""
    jobs().forget(_loading(hand))


def _loading(hand: HandIn) -> Key:
    return ("load", hand.id)


def _uploads(hand: HandIn) -> list[Upload]:
    edits: dict[str, dict[tuple[int, str], str]] = {}
    for place, text in hand.edits.items():
        file, row, column = place.rsplit("|", 2)
        edits.setdefault(file, {})[int(row), column] = text
    return [Upload(path, name=name, edits=edits.get(name, {})) for name, path in hand.files]
