"""Reading happens in another process: what takes too much, or kills it, ends as a problem with a name."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from queries.lake.reading import child
from queries.lake.reading.files import Limits
from queries.lake.reading.grid import Unreadable
from queries.lake.reading.read import outline, read
from tests.queries.lake.uploads import Write

ROOT = Path(__file__).resolve().parents[4]


def code_of(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as refused:
        read(path, limits=limits or Limits())
    (problem,) = refused.value.problems
    assert problem.outcome == "refused"
    return problem.code


def readers() -> list[int]:
    """Processes that read for this one."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    return [
        int(each)
        for each in children
        if b"queries.lake.reading.parse" in Path(f"/proc/{each}/cmdline").read_bytes()
    ]


@pytest.fixture
def long(write: Write) -> Path:
    """A file that takes a while."""
    return write("a,b\n\n" + "x,y\n" * 500_000)


def test_a_small_file_does_not_wait_for_a_new_process(write: Write) -> None:
    child.warm()
    read(write("a,b\n1,2\n", "first.csv"))
    start = time.perf_counter()
    for number in range(20):
        assert read(write(f"a,b\n{number},2\n", f"{number}.csv")).frame["a"].to_list() == [str(number)]
    assert (time.perf_counter() - start) / 20 < 0.2


def test_reading_that_takes_too_long_is_stopped(long: Path) -> None:
    before = time.monotonic()
    assert code_of(long, Limits(seconds=0.05)) == "too_slow"
    assert time.monotonic() - before < 10
    assert read(long).frame.height == 500_000


@pytest.mark.skipif(sys.platform != "linux", reason="other systems are watched, not limited")
def test_reading_that_takes_too_much_memory_is_stopped(tmp_path: Path) -> None:
    source = random.Random(3)
    with xlsxwriter.Workbook(tmp_path / "a.xlsx", {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(10_000):
            sheet.write_row(row, 0, ["item", source.randbytes(1000).hex()])
    assert code_of(tmp_path / "a.xlsx", Limits(memory_bytes=16 << 20)) == "too_much_memory"
    assert read(tmp_path / "a.xlsx").frame.height == 9_999


@pytest.mark.skipif(sys.platform != "linux", reason="other systems are watched, not limited")
def test_a_workbook_whose_sizes_lie_cannot_take_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet().write_row(0, 0, ["sku", "qty"])
    with zipfile.ZipFile(path) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    cell = b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>' + b"x" * 900 + b"</t></is></c></row>"
    rows = b"".join(cell % (row, row) for row in range(2, 60_000))
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"</sheetData>", rows + b"</sheetData>")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    assert code_of(path) == "zip_bomb"
    content = bytearray(path.read_bytes())
    size = len(parts[name]).to_bytes(4, "little")
    while (place := content.find(size)) >= 0:
        content[place : place + 4] = (100_000).to_bytes(4, "little")
    path.write_bytes(content)
    assert code_of(path, Limits(memory_bytes=32 << 20)) in ("too_much_memory", "truncated", "unreadable")


@pytest.mark.skipif(sys.platform != "linux", reason="the process is found in /proc")
def test_a_reader_that_is_killed_is_named_and_the_next_file_is_read(long: Path, write: Write) -> None:
    killed: list[int] = []

    def kill(share: float) -> None:
        if not killed:
            killed.extend(readers())
            for reader in killed:
                os.kill(reader, signal.SIGKILL)

    with pytest.raises(Unreadable) as refused:
        read(long, told=kill)
    assert [problem.code for problem in refused.value.problems] == ["reader_died"]
    assert killed
    assert read(write("a,b\n1,2\n", "next.csv")).frame.height == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the process is found in /proc")
def test_a_reader_that_ended_while_it_waited_is_replaced(write: Write) -> None:
    read(write("a,b\n1,2\n"))
    for reader in readers():
        os.kill(reader, signal.SIGKILL)
    assert read(write("a,b\n3,4\n", "next.csv")).frame["a"].to_list() == ["3"]


def test_a_reader_that_cannot_start_is_named(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "_idle", [])
    monkeypatch.setattr(child, "_MODULE", "no.such.module")
    assert code_of(write("a,b\n1,2\n")) == "reader_died"


def test_what_the_caller_raises_leaves_no_process_behind(long: Path) -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    before = len(child._idle)
    with pytest.raises(KeyboardInterrupt):
        read(long, told=stop)
    assert len(child._idle) <= before


def test_many_threads_read_many_files_and_none_gets_the_other_s(write: Write) -> None:
    paths = [write(f"a,b\n{number},x\n" * 1, f"{number}.csv") for number in range(24)]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda path: read(path).frame["a"].to_list(), paths))
    assert found == [[str(number)] for number in range(24)]


def test_outline_and_read_of_one_file_cost_one_reading(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("a,b\n1,2\n")
    assert outline(path).sheets[0].rows == 1
    monkeypatch.setattr(child, "parse", lambda *_: pytest.fail("read again"))
    assert read(path).frame.height == 1


def test_a_file_that_changed_is_read_again(write: Write) -> None:
    assert read(write("a,b\n1,2\n")).frame["a"].to_list() == ["1"]
    assert read(write("a,b\n1,2\n3,4\n")).frame["a"].to_list() == ["1", "3"]


def test_parts_of_columns_that_promise_more_than_there_is_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pl.DataFrame({"sku": [f"I{n}" for n in range(5000)]}).write_parquet(path, compression="uncompressed")
    content = bytearray(path.read_bytes())
    content[60:1000] = b"\xff" * 940
    path.write_bytes(content)
    assert code_of(path) in ("truncated", "unreadable", "reader_died", "too_much_memory")


def test_no_process_outlives_the_one_it_reads_for(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    program = (
        "import sys; from pathlib import Path; from queries.lake.reading import child;"
        "from queries.lake.reading.read import read; read(Path(sys.argv[1]));"
        "print(child._idle[0].process.pid)"
    )
    said = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, str(tmp_path / "a.csv")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(said.stdout), 0)


def test_a_thread_may_read_while_another_does(long: Path, write: Write) -> None:
    results: list[int] = []
    thread = threading.Thread(target=lambda: results.append(read(long).frame.height))
    thread.start()
    assert read(write("a,b\n1,2\n", "small.csv")).frame.height == 1
    thread.join()
    assert results == [500_000]


def test_a_small_file_may_not_take_as_long_as_a_large_one(write: Write) -> None:
    small, large = write("a,b\n1,2\n"), write(b"a,b\n" + b"1,2\n" * 5_000_000, "large.csv")
    assert child._seconds(small, Limits()) < 61
    assert child._seconds(large, Limits()) > 110
    assert child._seconds(large, Limits(seconds=20)) == 20
