"""What a living process holds stays; what a dead one left is cleared away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from queries.lake.keeping.held import abandoned, clear_away, hold, let_go

ROOT = Path(__file__).resolve().parents[4]
HOLD = "import sys, time; from pathlib import Path; from queries.lake.keeping.held import hold; \
hold(Path(sys.argv[1])); sys.stdout.write('held'); sys.stdout.flush(); time.sleep(60)"


def test_a_held_folder_stays_until_its_process_ends(tmp_path: Path) -> None:
    folder = tmp_path / "x-1"
    folder.mkdir()
    (folder / "rows").write_text("rows")
    os.utime(folder, (0, 0))
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.read(4) == "held"
    clear_away(tmp_path, "x-*")
    assert folder.exists()
    holder.kill()
    holder.wait()
    assert abandoned(tmp_path, "x-*") == [folder]
    clear_away(tmp_path, "x-*")
    assert not folder.exists()


def test_what_is_new_may_be_about_to_be_held(tmp_path: Path) -> None:
    (tmp_path / "x-1").mkdir()
    clear_away(tmp_path, "x-*")
    assert (tmp_path / "x-1").exists()


def test_what_is_let_go_is_gone(tmp_path: Path) -> None:
    let_go(tmp_path / "x", hold(tmp_path))
    folder = tmp_path / "y"
    folder.mkdir()
    let_go(folder, hold(folder))
    assert list(tmp_path.iterdir()) == []
