"""The catalogue's cases that are of names, exports, loading again, sizes and sudden ends."""

from __future__ import annotations

import asyncio
import io
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import IO, Any
from unittest.mock import Mock

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import streamlit as st
from starlette.applications import Starlette
from streamlit.runtime import Runtime
from streamlit.testing.v1 import AppTest
from streamlit.web.server.starlette.starlette_routes import create_upload_routes

import tests.queries.lake.keeping.test_commit as races
from components.navigation import ITEM, ROOT
from components.states import plain
from queries.engine import Engine
from queries.errors import LakeDamaged
from queries.export import as_csv, as_xlsx
from queries.filters import Filters
from queries.lake import waiting
from queries.lake.checking.examine import examine
from queries.lake.checking.quarantine import for_download, quarantined
from queries.lake.load import Upload
from queries.lake.versions import VERSIONS, sha256_of
from queries.settings import Settings
from tests.queries.lake.catalogue import BASE, Case, Check, Desk, assert_said_in_both_languages
from tests.queries.lake.odd_files import archive, flipped, lines, stock_parquet
from tests.queries.lake.test_kills import content
from tests.queries.lake.uploads import TODAY
from tests.queries.lake.writers import do, writers

CHECKS: dict[str, Check] = {}
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>"
MARKDOWN = "[x](https://evil.example) **b** $a^2$ :red[c] `d` | # e www.evil.example"
LOADED = lines()
YESTERDAY = LOADED.replace("10-31", "10-30")


def case(number: int, words: str) -> Callable[[Check], Check]:
    """Enter a check into the catalogue."""

    def entered(check: Check) -> Check:
        CHECKS[f"case-{number:02}-{words.replace(' ', '-')}"] = check
        return check

    return entered


DECLARED = [
    Case(69, "a day that was corrected", "held", LOADED.replace("5.5", "7"), [("snapshot_differs", None,
        "snapshot_on", "2026-10-31")], stored=["A 10", "B 7"], before=[("stock", LOADED)],
        facts={"old_qty": "15.5", "qty": "17", "items": "B: 5.5 → 7"}),
    Case(71, "half of the rows are gone", "held",
        "snapshot_on,item_id,warehouse_id,qty\n2026-10-31,A,W1,15\n", [("snapshot_shrinks", None,
        "snapshot_on", "2026-10-30")], shows="snapshot_on item_id qty", stored=["2026-10-30 A 10",
        "2026-10-30 B 5.5", "2026-10-30 C 1", "2026-10-31 A 15"], before=[("stock",
        YESTERDAY + "2026-10-30,C,W1,1\n")], facts={"old_rows": "3", "rows": "1"}),
    Case(71, "half of the pieces are gone", "held", LOADED.replace(",10\n", ",1\n"), [("snapshot_shrinks",
        None, "snapshot_on", "2026-10-30")], shows="snapshot_on item_id qty", stored=["2026-10-30 A 10",
        "2026-10-30 B 5.5", "2026-10-31 A 1", "2026-10-31 B 5.5"], before=[("stock", YESTERDAY)]),
    Case(72, "a warehouse that is absent", "noted", LOADED, [("warehouse_absent", None, "warehouse_id",
        "W2 (2026-10-30)")], shows="snapshot_on warehouse_id qty", stored=["2026-10-30 W2 10",
        "2026-10-30 W2 5.5", "2026-10-31 W1 10", "2026-10-31 W1 5.5"], before=[("stock",
        YESTERDAY.replace("W1", "W2"))]),
]  # fmt: skip
CHECKS |= {each.id: each.check for each in DECLARED}


@case(58, "a bit that turned")
def _(desk: Desk) -> None:
    upload = stock_parquet(("A", 10), ("B", 5.5))
    assert desk.load(upload, name="stock.parquet").status == "loaded"
    version = desk.lake.history()[-1]
    kept = desk.settings.originals / version.files[0].sha256
    assert kept.read_bytes() == upload
    assert sha256_of(kept) == version.files[0].sha256
    for place in range(0, len(upload), 97):
        other = desk.load(flipped(upload, place), name="stock.parquet", dry_run=True)
        assert other.status in ("refused", "held", "checked", "already_loaded")
        assert_said_in_both_languages(other)
    (file,) = map(Path, desk.lake.files(version, "stock"))
    file.write_bytes(flipped(file.read_bytes(), file.stat().st_size // 2))
    with pytest.raises(LakeDamaged):
        desk.load(LOADED.replace("10-31", "11-01"))
    assert len(desk.lake.history()) == 1


@case(58, "a bit that turned in a page with a checksum")
def _(desk: Desk) -> None:
    rows = {"snapshot_on": ["2026-10-31"] * 500, "warehouse_id": ["W1"] * 500}
    rows |= {"item_id": [f"I{n}" for n in range(500)], "qty": [n / 4 for n in range(500)]}
    stream = io.BytesIO()
    pq.write_table(pa.table(rows), stream, write_page_checksum=True)
    content = stream.getvalue()
    assert desk.load(content, name="stock.parquet", dry_run=True).status == "checked"
    pages = content.rindex(b"I499")
    for place in (pages, pages // 2, pages - 100):
        refused = desk.load(flipped(content, place, 3), name="stock.parquet", confirmed=True)
        assert [each.code for each in refused.problems] == ["truncated"]
    assert desk.lake.current() is None


@case(62, "a name that is a path")
def _(desk: Desk) -> None:
    for name in ("../../../evil.csv", "..\\..\\evil.csv", "/etc/evil.csv"):
        result = desk.load(LOADED, name=name)
        assert result.status in ("loaded", "already_loaded")
    packed = desk.load(archive({"../../evil.csv": YESTERDAY.encode()}), name="../week.zip")
    assert packed.status == "loaded"
    history = desk.lake.history()
    assert [version.files[0].name for version in history] == ["evil.csv", "week.zip/evil.csv"]
    assert {path.name for path in desk.settings.originals.iterdir()} == {
        version.files[0].sha256 for version in history
    }
    assert not list(desk.folder.rglob("evil*"))


@case(63, "sql in names and cells")
def _(desk: Desk) -> None:
    code = "A'); drop table stock; --"
    text = (
        f'snapshot_on,item_id,warehouse_id,qty,"x""; drop view src_stock; --"\n2026-10-31,"{code}",W\'1,3,1\n'
    )
    assert desk.load(text, name="stock'; drop table stock; --.csv").status == "loaded"
    assert desk.stored("stock", "item_id warehouse_id qty") == [f"{code} W'1 3"]
    engine = Engine.open(desk.settings)
    rows = engine.answer("src_stock", Filters(item=code)).to_pylist()
    assert [(row["item_id"], row["warehouse_id"]) for row in rows] == [(code, "W'1")]
    engine.close()


@case(64, "a long name that turns around")
def _(desk: Desk) -> None:
    name = "stock\u202e" + "x" * 5000 + "\u200f\n.csv"
    result = desk.load(lines("2026-10-31,C,W1,many"), name=name, confirmed=True)
    assert result.status == "loaded"
    shown = {desk.lake.history()[-1].files[0].name, *(each.file for each in result.problems)}
    (shown_name,) = shown
    assert len(shown_name) <= 200
    assert shown_name.startswith("stockxxx")
    assert shown_name.endswith(".csv")
    assert shown_name.isprintable()


@cache
def _shown() -> AppTest:
    """The page of an item with a script for its code and markdown for its name."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        desk = Desk(Path(folder))
        assert desk.load(f"item_id,name,unit_cost\n{SCRIPT},{MARKDOWN},2\n", "items").status == "loaded"
        stock = f"snapshot_on,item_id,warehouse_id,qty\n2026-10-31,{SCRIPT},W1,3\n"
        assert desk.load(stock).status == "loaded"
        patch.setenv("STILLSTOCK_HOME", str(desk.settings.home))
        st.cache_data.clear()
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
        app.query_params["lang"] = "en"
        app.query_params["item"] = SCRIPT
        app.switch_page(ITEM.file)
        app.run()
    assert not app.exception
    return app


def _texts(app: AppTest) -> list[str]:
    """What the page gives to be read as markdown; none of it may be HTML."""
    found = [each for kind in ("title", "subheader", "markdown", "caption") for each in app.get(kind)]
    assert not any(getattr(each, "allow_html", False) for each in found)
    assert not app.get("html")
    return [each.value for each in found]


@case(65, "a script for a code")
def _(desk: Desk) -> None:
    """That no browser runs it is held by tests/browser/test_script.py."""
    texts = _texts(_shown())
    assert any(plain(SCRIPT) in text for text in texts)
    assert not [text for text in texts if "<script" in text.replace("\\<script", "")]


@case(66, "markdown for a code")
def _(desk: Desk) -> None:
    texts = _texts(_shown())
    assert any(plain(MARKDOWN) in text for text in texts)
    assert not [text for text in texts if MARKDOWN in text]
    assert not [text for text in texts if "https\\://" in text or "www." in text]
    for sign in "[]()*$:`|#":
        assert sign not in plain(MARKDOWN).replace(f"\\{sign}", "")


@case(67, "formulas in an export")
def _(desk: Desk) -> None:
    codes = ["=1+1", "+A1", "-A1", "@SUM(A1)", "\tA", "\rA", "\0A"]
    rows = pl.DataFrame({"item_id": [*codes, "A=1", "-5"], "qty": [-1.5] * 9, "=x": ["a"] * 9})
    shown = pl.read_csv(as_csv(rows), infer_schema=False)
    assert shown.columns == ["item_id", "qty", "'=x"]
    assert shown["item_id"].to_list() == [*(f"'{code}" for code in codes), "A=1", "-5"]
    assert set(shown["qty"]) == {"-1.5"}
    book = pl.read_excel(as_xlsx([("rows", rows)]))
    assert book["item_id"].to_list()[0] == "'=1+1"
    assert book["qty"].dtype == pl.Float64
    loaded = desk.load(lines("2026-10-31,=1+1,W1,-2"), confirmed=True)
    assert loaded.quarantined == 1
    aside = quarantined(desk.settings, desk.lake.history()[-1].load_id)["stock"]
    back = for_download(aside)
    assert b",'=1+1," in back
    mended = desk.load(back.replace(b",-2,", b",2,"), confirmed=True)
    assert mended.status == "loaded"
    assert desk.stored("stock", "item_id qty") == sorted((*BASE, "=1+1 2"))


@case(68, "the same file twice")
def _(desk: Desk) -> None:
    assert desk.load(LOADED).data_version == 1
    assert desk.load("item_id,name\nA,a\nB,b\n", "items").data_version == 2
    was = desk.census()
    for text in (LOADED, LOADED.replace("5.5", "5.50"), LOADED.replace("\n", "\r\n")):
        again = desk.load(text, name="again.csv")
        assert (again.status, again.rows) == ("already_loaded", 2)
    assert desk.load(LOADED, confirmed=True).data_version == 1
    assert desk.census() == was


@case(70, "an older day after a newer one")
def _(desk: Desk) -> None:
    assert desk.load(LOADED).status == "loaded"
    older = desk.load(lines("2026-10-31,C,W1,99").replace("10-31", "09-30"))
    assert (older.status, older.problems) == ("loaded", ())
    assert len(desk.stored("stock", "item_id")) == 5
    engine = Engine.open(desk.settings)
    rows = engine.answer("mart_tiered_stock", columns=["item_id", "qty"]).to_pylist()
    assert sorted((row["item_id"], float(row["qty"])) for row in rows) == [("A", 10), ("B", 5.5)]
    engine.close()


def _write(desk: Desk) -> Callable[..., Path]:
    def written(text: str, name: str = "upload.csv") -> Path:
        path = desk.folder / name
        path.write_text(text)
        return path

    return written


@case(74, "two loads of one day at once")
def _(desk: Desk) -> None:
    with pytest.MonkeyPatch.context() as patch:
        races.test_of_two_who_load_one_day_at_once_one_wins_and_the_other_sees_the_difference(
            desk.settings, desk.lake, _write(desk), patch, taking_turns=True
        )


@case(75, "loads of other days at once")
def _(desk: Desk) -> None:
    with pytest.MonkeyPatch.context() as patch:
        races.test_racing_loads_all_arrive_or_say_they_did_not(
            desk.settings, desk.lake, _write(desk), patch, taking_turns=True
        )


@case(76, "very many rows")
def _(desk: Desk) -> None:
    """The figures for a million rows are those of tests/bench/loading.py."""
    rows = 60_000
    text = "snapshot_on,item_id,warehouse_id,qty\n"
    text += "".join(f"2026-10-31,M-{n:06},W{n % 20},{n}.25\n" for n in range(rows))
    heard: list[tuple[str, float]] = []
    result = desk.load(text, progress=lambda step, share: heard.append((step, share)))
    assert (result.status, result.rows) == ("loaded", rows)
    shares = [share for _, share in heard]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(set(shares)) >= 5
    current = desk.lake.current()
    assert current is not None
    stored = pl.read_parquet(desk.lake.files(current, "stock"))
    assert stored["item_id"].n_unique() == rows
    assert stored["qty"].cast(pl.Float64).sum() == rows * (rows - 1) / 2 + rows / 4


@case(77, "a body that is too large")
def _(desk: Desk) -> None:
    """The server of our configuration answers 413 by the length that is announced, and reads nothing."""
    runtime = Mock(spec=Runtime)
    runtime.is_active_session.return_value = True
    manager = Mock()
    app = Starlette(routes=create_upload_routes(runtime, manager, ""))
    answers: list[dict[str, Any]] = []

    async def unread() -> dict[str, Any]:
        raise AssertionError("the body was read")

    async def told(message: Any) -> None:
        answers.append(message)

    size = (st.get_option("server.maxUploadSize") * 1024 * 1024) + 1
    assert size == 500 * 1024 * 1024 + 1
    scope = {
        "type": "http", "method": "PUT", "path": "/_stcore/upload_file/s/f", "query_string": b"",
        "http_version": "1.1", "scheme": "http", "root_path": "",
        "headers": [(b"content-length", str(size).encode())],
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streamlit.web.server.starlette.starlette_routes.is_xsrf_enabled", lambda: False)
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, app(scope, unread, told)).result()
    assert answers[0]["status"] == 413
    manager.add_file.assert_not_called()


@case(78, "a disk that is full")
def _(desk: Desk) -> None:
    """A disk that is full in truth is filled in test_faults.py."""
    for at in (VERSIONS, "stock"):
        own = Desk(desk.folder / at)
        own.folder.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            races.test_a_failing_write_at_any_table_leaves_the_old_state(
                own.settings, own.lake, _write(own), patch, at
            )
        assert not list(own.settings.originals.glob(".*"))


@case(79, "killed while it commits")
def _(desk: Desk) -> None:
    """Every step, and kills at random, are those of test_kills.py."""
    do(desk.settings, {"do": "load", "day": 0, "qty": 1})
    job = {"do": "load", "day": 0, "qty": 9}
    homes = [
        Path(shutil.copytree(desk.settings.home, desk.folder / name)) for name in ("whole", "old", "new")
    ]
    with writers() as crew:
        last = crew.work(homes[0], [job]).steps.index("commit versions")
        for home, number, qty in ((homes[1], last, 1), (homes[2], last + 1, 9)):
            assert crew.work(home, [job], kill_before=number).was_killed
            assert content(Settings(home=home)) == {"2026-10-01": qty, "items": qty}


@case(80, "a browser that was closed")
def _(desk: Desk) -> None:
    class Breaking(io.BytesIO):
        """A stream whose sender goes away."""

        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    settings = desk.settings
    broken: IO[bytes] = Breaking()
    with pytest.raises(ConnectionResetError):
        waiting.hand_in(settings, [("a.csv", io.BytesIO(LOADED.encode())), ("b.csv", broken)])
    assert waiting.waiting(settings) == []
    found = waiting.hand_in(settings, [("a.csv", io.BytesIO(LOADED.encode()))])
    uploads = [Upload(path, name=name) for name, path in found.files]
    assert examine(uploads, settings, today=TODAY).status == "checked"
    assert desk.lake.current() is None
    assert list(settings.originals.iterdir()) == []
    assert [each.id for each in waiting.waiting(settings)] == [found.id], "it waits for whoever comes back"
