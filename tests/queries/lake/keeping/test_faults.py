"""What the machine refuses ends in a sentence, and the lake is as it was."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from queries.errors import LakeBusy
from queries.lake.keeping.history import restore
from queries.lake.keeping.purge import purge
from queries.lake.keeping.turns import take_turn
from queries.lake.versions import Lake
from queries.settings import Settings
from tests.queries.lake.test_kills import content, nothing_left
from tests.queries.lake.writers import ROOT, do

BIG = "item_id,name\n" + "".join(f"I{n},{os.urandom(40).hex()}\n" for n in range(40_000))
"""About 3.5 MB that do not pack well."""

JOB = """
import json, sys
from pathlib import Path
from queries.errors import StockError
from queries.lake.keeping.history import restore
from queries.lake.load import Upload, load_files
from queries.lake.keeping.purge import purge
from queries.settings import Settings

settings = Settings(home=Path(sys.argv[1]))
said = []
for job in sys.argv[3:]:
    try:
        if job == "load":
            upload = Upload(Path(sys.argv[2]), "items")
            load_files([upload], settings, confirmed=True)
        elif job == "restore":
            restore(settings, 1)
        else:
            purge(settings, 2, "tests")
        said.append("done")
    except StockError as error:
        said.append(error.code)
sys.stdout.write(json.dumps(said))
"""


def in_own_mounts(mount: str, home: Path, upload: Path, *jobs: str, after: str = "true") -> list[str]:
    """How each job ended in a process that sees `home` mounted otherwise; skipped where that is forbidden."""
    unshare = shutil.which("unshare")
    if not unshare or subprocess.run([unshare, "-Urm", "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a folder of his own")
    script = f'{mount} && "{sys.executable}" -c "$JOB" "$AT" "$UPLOAD" {" ".join(jobs)} && {after}'
    ending = subprocess.run(
        [unshare, "-Urm", "sh", "-ec", script],
        cwd=ROOT,
        env={**os.environ, "JOB": JOB, "AT": str(home), "UPLOAD": str(upload)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ending.returncode == 0, ending.stderr
    said: list[str] = json.loads(ending.stdout)
    return said


@pytest.fixture
def loaded(tmp_path: Path) -> Settings:
    """A home with two loads of stock and items."""
    settings = Settings(home=tmp_path / "home")
    for qty in (1, 2):
        do(settings, {"do": "load", "day": 0, "qty": qty})
    return settings


def test_a_full_disk_is_said_and_the_old_state_stays(loaded: Settings, tmp_path: Path) -> None:
    """A tmpfs of 3 MB: the upload itself may fit, its table does not."""
    before = content(loaded)
    upload = tmp_path / "items.csv"
    upload.write_text(BIG)
    kept = tmp_path / "kept"
    mount = f'cp -r "$AT" {kept} && mount -t tmpfs -o size=3m none "$AT" && cp -r {kept}/. "$AT"'
    save = f'rm -rf {kept} && cp -r "$AT" {kept}'
    assert in_own_mounts(mount, loaded.home, upload, "load", "load", after=save) == ["store_full"] * 2
    after = Settings(home=kept)
    assert content(after) == before
    assert [v.number for v in Lake(after.lake).history()] == [1, 2]
    do(after, {"do": "load", "day": 1, "qty": 3})
    nothing_left(after)


def test_a_disk_full_in_the_midst_of_a_table_is_said_too(loaded: Settings, tmp_path: Path) -> None:
    """A tmpfs of 6.5 MB holds the upload's copy and not the table made of it."""
    upload = tmp_path / "items.csv"
    upload.write_text(BIG)
    kept = tmp_path / "kept"
    mount = f'cp -r "$AT" {kept} && mount -t tmpfs -o size=6500k none "$AT" && cp -r {kept}/. "$AT"'
    save = f'rm -rf {kept} && cp -r "$AT" {kept}'
    jobs = ("load", "restore", "load")
    assert in_own_mounts(mount, loaded.home, upload, *jobs, after=save) == [
        "store_full",
        "done",
        "store_full",
    ]
    after = Settings(home=kept)
    assert content(after) == content(loaded, 1)
    nothing_left(after)


def test_a_folder_that_may_not_be_written_to_is_said(loaded: Settings, tmp_path: Path) -> None:
    before = content(loaded)
    upload = tmp_path / "items.csv"
    upload.write_text("item_id,name\nA,other\n")
    mount = 'mount --bind "$AT" "$AT" && mount -o remount,ro,bind "$AT"'
    said = in_own_mounts(mount, loaded.home, upload, "load", "restore", "purge")
    assert said == ["store_read_only"] * 3
    assert content(loaded) == before
    do(loaded, {"do": "load", "day": 1, "qty": 3})
    nothing_left(loaded)


def test_while_another_writes_all_wait_and_are_told(loaded: Settings) -> None:
    impatient = loaded.model_copy(update={"patience_seconds": 0.1})
    with take_turn(Lake(loaded.lake), 1):
        for job in (
            lambda: do(impatient, {"do": "load", "day": 1, "qty": 3}),
            lambda: restore(impatient, 1),
            lambda: purge(impatient, 2, "tests"),
        ):
            with pytest.raises(LakeBusy):
                job()
        assert content(loaded) == {"2026-10-01": 2, "items": 2}
    assert restore(impatient, 1) is not None
