"""Files handed in and not yet loaded: kept whole, found again, swept away when nobody comes."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import pytest

from queries.lake.waiting import find, finish, give_up, hand_in, keep, waiting
from queries.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


class Broken(BytesIO):
    """A connection that breaks while the file arrives."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise ConnectionResetError


def test_what_was_handed_in_is_found_again_by_another_process(settings: Settings) -> None:
    made = hand_in(settings, [("库存.csv", BytesIO(b"a,b\n1,2\n")), ("x.csv", BytesIO(b"c\n"))])
    found = find(settings, made.id)
    assert found is not None
    assert [(name, path.read_bytes()) for name, path in found.files] == [
        ("库存.csv", b"a,b\n1,2\n"),
        ("x.csv", b"c\n"),
    ]


def test_answers_and_mended_cells_are_kept_with_the_files(settings: Settings) -> None:
    made = hand_in(settings, [("x.csv", BytesIO(b"c\n"))])
    keep(made, answers={"decimal": "comma"}, edits={"x.csv|2|qty": "3"})
    found = find(settings, made.id)
    assert found is not None
    assert (found.answers, found.edits) == ({"decimal": "comma"}, {"x.csv|2|qty": "3"})


def test_a_file_that_broke_on_its_way_leaves_nothing(settings: Settings) -> None:
    with pytest.raises(ConnectionResetError):
        hand_in(settings, [("x.csv", BytesIO(b"c\n")), ("y.csv", Broken())])
    assert waiting(settings) == []
    assert list((settings.home / "waiting").iterdir()) == []


def test_a_name_is_never_a_path(settings: Settings) -> None:
    made = hand_in(settings, [("../../etc/passwd", BytesIO(b"c\n"))])
    (_, path), *_ = made.files
    assert path == settings.home.resolve() / "waiting" / made.id / "0"
    assert find(settings, "../" + made.id) is None


def test_what_is_loaded_or_given_up_waits_no_more(settings: Settings) -> None:
    one, two, three = (hand_in(settings, [(f"{n}.csv", BytesIO(b"c\n"))]) for n in range(3))
    assert [each.id for each in waiting(settings)] == [three.id, two.id, one.id]
    finish(one, 4, 0)
    give_up(two)
    assert [each.id for each in waiting(settings)] == [three.id]
    loaded = find(settings, one.id)
    assert loaded is not None
    assert (loaded.data_version, [path.exists() for _, path in loaded.files]) == (4, [False])


def test_what_nobody_touched_for_a_day_is_swept_away(settings: Settings) -> None:
    old = hand_in(settings, [("x.csv", BytesIO(b"c\n"))])
    for each in [*old.folder.iterdir(), old.folder]:
        os.utime(each, (0, 0))
    new = hand_in(settings, [("y.csv", BytesIO(b"c\n"))])
    assert [each.id for each in waiting(settings)] == [new.id]
    assert not old.folder.exists()
