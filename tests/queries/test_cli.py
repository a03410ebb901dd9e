"""`stillstock` as other programs use it: exit codes, one JSON object on stdout, rows at full precision."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner, Result

from queries.cli import main
from queries.lake.versions import Lake
from queries.settings import Settings
from queries.views import views

ROOT = Path(__file__).resolve().parents[2]
STOCK = "snapshot_on,item_id,warehouse_id,qty,unit_cost\n2025-10-31,A,W1,10,0.1234\n2025-10-31,B,W1,5.5,\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def said(result: Result) -> Any:
    """The one JSON object that stands alone on stdout."""
    return json.loads(result.stdout)


@pytest.fixture
def stock(home: Path, tmp_path: Path) -> Path:
    path = tmp_path / "stock.csv"
    path.write_text(STOCK, encoding="utf-8")
    return path


def test_load_says_what_it_did(stock: Path) -> None:
    first = run("load", stock, "--table", "stock", "--json")
    assert first.exit_code == 0
    assert said(first) == {
        "status": "loaded",
        "table": "stock",
        "rows": 2,
        "quarantined": 0,
        "data_version": 1,
        "problems": [],
        "questions": [],
    }
    again = run("load", stock, "--table", "stock", "--json")
    assert (again.exit_code, said(again)["status"], said(again)["data_version"]) == (0, "already_loaded", 1)


def test_load_refuses_with_two_and_names_cell_and_remedy(stock: Path) -> None:
    stock.write_text(STOCK.replace("5.5", "nan"), encoding="utf-8")
    result = run("load", stock, "--table", "stock", "--json", "--yes")
    assert result.exit_code == 2
    assert said(result) == {
        "status": "refused",
        "table": "stock",
        "rows": 0,
        "quarantined": 0,
        "data_version": None,
        "problems": [
            {
                "row": 3,
                "column": "qty",
                "value": "nan",
                "problem": "not a finite number",
                "remedy": "leave the cell empty or write the number",
                "code": "not_finite",
                "outcome": "refused",
            }
        ],
        "questions": [],
    }
    assert Lake(Settings().lake).current() is None


def test_good_rows_wait_for_a_yes_and_bad_ones_are_given_back_to_mend(stock: Path, tmp_path: Path) -> None:
    stock.write_text(STOCK.replace("5.5", "five"), encoding="utf-8")
    held = run("load", stock, "--json")
    assert (held.exit_code, said(held)["status"]) == (3, "held")
    assert (said(held)["rows"], said(held)["quarantined"]) == (1, 1)
    assert [(p["row"], p["column"], p["value"], p["outcome"]) for p in said(held)["problems"]] == [
        (3, "qty", "five", "quarantined")
    ]
    assert said(held)["questions"] == [
        {
            "key": "quarantine",
            "question": "1 rows cannot be loaded: shall they be set aside and the other 1 loaded?",
            "choices": ["yes"],
            "proposal": "yes",
            "samples": [],
        }
    ]
    assert Lake(Settings().lake).current() is None
    loaded = run("load", stock, "--json", "--answer", "quarantine=yes")
    assert (loaded.exit_code, said(loaded)["quarantined"], said(loaded)["data_version"]) == (0, 1, 1)
    mended = tmp_path / "mended.csv"
    assert run("quarantine", "--output", mended).exit_code == 0
    mended.write_text(mended.read_text("utf-8-sig").replace(",five,", ",5.5,"), encoding="utf-8")
    again = run("load", mended, "--json")
    assert (again.exit_code, said(again)["rows"], said(again)["data_version"]) == (0, 1, 2)
    rows = json.loads(run("show", "src_stock", "--format", "json").stdout)
    assert sorted((row["item_id"], row["qty"]) for row in rows) == [("A", 10), ("B", 5.5)]
    assert run("quarantine", 2).exit_code == 1


def test_a_file_without_a_word_is_recognised_and_a_dry_run_stores_nothing(
    stock: Path, tmp_path: Path
) -> None:
    tried = run("load", stock, "--dry-run", "--json")
    assert (tried.exit_code, said(tried)["status"], said(tried)["table"]) == (0, "checked", "stock")
    assert Lake(Settings().lake).current() is None
    stock.write_text("料号,仓库,数量\nA,W1,3\n", encoding="gb18030")
    asked = run("load", stock, "--dry-run", "--json", "--yes")
    assert asked.exit_code == 3, "a date that nothing proposes is asked, also of those who say yes"
    assert [each["key"] for each in said(asked)["questions"]] == ["value.snapshot_on"]
    answered = run("load", stock, "--json", "--answer", "value.snapshot_on=2025-10-31")
    assert (answered.exit_code, said(answered)["rows"]) == (0, 1)


def test_load_holds_with_three_until_yes(stock: Path) -> None:
    run("load", stock, "--table", "stock")
    stock.write_text(STOCK.replace("5.5", "6"), encoding="utf-8")
    held = run("load", stock, "--table", "stock", "--json")
    assert (held.exit_code, said(held)["status"], said(held)["data_version"]) == (3, "held", None)
    assert [set(problem) for problem in said(held)["problems"]] == [
        {"row", "column", "value", "problem", "remedy", "code", "outcome"}
    ]
    assert [each["key"] for each in said(held)["questions"]] == ["guard.snapshot_differs"]
    confirmed = run("load", stock, "--table", "stock", "--yes", "--json")
    assert (confirmed.exit_code, said(confirmed)["data_version"]) == (0, 2)


@pytest.mark.parametrize(
    "arguments",
    [
        ("{file}", "--table", "stocks"),
        ("{file}", "--answer", "decimal"),
        ("nowhere.csv", "--table", "stock"),
        ("--table", "stock"),
        ("{file}", "--table", "stock", "--mapping", "nobody"),
        ("{file}", "--table", "stock", "--set", "qty"),
        ("{file}", "--table", "stock", "--set", "colour=red"),
    ],
)
def test_wrong_use_of_load_is_refused_with_its_object_too(stock: Path, arguments: tuple[str, ...]) -> None:
    result = run("load", *(each.format(file=stock) for each in arguments), "--json")
    assert result.exit_code == 2
    assert said(result)["status"] == "refused"
    assert len(said(result)["problems"]) == 1


def test_several_files_name_the_file_of_a_problem(stock: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("snapshot_on,item_id\n2025-10-31,A\n", encoding="utf-8")
    result = run("load", stock, other, "--table", "stock", "--json")
    assert result.exit_code == 2
    assert {problem["file"] for problem in said(result)["problems"]} == {"other.csv"}
    assert Lake(Settings().lake).current() is None


def test_a_constant_fills_a_column_the_file_lacks(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("料号,仓库,数量\nA,W1,3\n", encoding="gb18030")
    assert run("load", path, "--table", "stock").exit_code == 3
    assert run("load", path, "--table", "stock", "--set", "snapshot_on=2025-10-31").exit_code == 0


def test_nothing_but_the_object_is_on_stdout(stock: Path, home: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "queries.cli", "load", str(stock), "--table", "stock", "--json"],
        cwd=ROOT,
        env=os.environ | {"STILLSTOCK_HOME": str(home), "FORCE_COLOR": "1"},
        capture_output=True,
    )
    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout)["status"] == "loaded"
    assert process.stdout.count(b"\n") == 1


def test_show_writes_the_same_rows_in_every_form(stock: Path, tmp_path: Path) -> None:
    run("load", stock, "--table", "stock")
    asjson = run("show", "src_stock", "--format", "json")
    assert asjson.exit_code == 0
    rows = json.loads(asjson.stdout, parse_float=Decimal)
    rows.sort(key=lambda row: str(row["item_id"]))
    assert rows[0]["snapshot_on"] == "2025-10-31"
    assert (rows[0]["qty"], rows[0]["unit_cost"]) == (10, Decimal("0.1234"))
    assert "lot_id" in rows[1]
    assert (rows[1]["unit_cost"], rows[1]["lot_id"]) == (None, None)
    ascsv = sorted(
        csv.DictReader(io.StringIO(run("show", "src_stock", "--format", "csv").stdout)),
        key=lambda row: row["item_id"],
    )
    assert [(row["item_id"], row["qty"], row["unit_cost"]) for row in ascsv] == [
        ("A", "10.0000", "0.1234"),
        ("B", "5.5000", ""),
    ]
    output = tmp_path / "rows.parquet"
    assert run("show", "src_stock", "--format", "parquet", "--output", output).exit_code == 0
    table = pq.read_table(output)
    assert str(table.schema.field("qty").type) == "decimal128(18, 4)"
    assert sorted(table["item_id"].to_pylist()) == ["A", "B"]
    screen = run("show", "src_stock").stdout
    assert "0.1234" in screen
    assert "warehouse_id" in screen


def test_a_code_that_a_spreadsheet_would_run_is_neutralised_in_csv_alone(stock: Path) -> None:
    stock.write_text(STOCK.replace(",B,", ",=1+1,"), encoding="utf-8")
    run("load", stock)
    ascsv = csv.DictReader(io.StringIO(run("show", "src_stock", "--format", "csv").stdout))
    assert {row["item_id"] for row in ascsv} == {"A", "'=1+1"}
    asjson = json.loads(run("show", "src_stock", "--format", "json").stdout)
    assert {row["item_id"] for row in asjson} == {"A", "=1+1"}


def test_show_of_no_rows_is_an_empty_array(home: Path) -> None:
    result = run("show", "src_stock", "--format", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_show_lists_every_view_with_its_comment(home: Path) -> None:
    listed = json.loads(run("show", "--list", "--format", "json").stdout)
    assert {row["view"] for row in listed} == set(views())
    assert all(row["comment"] for row in listed)
    assert "src_stock" in run("show", "--list").stdout


def test_show_prints_sql_for_a_bare_shell(stock: Path) -> None:
    run("load", stock, "--table", "stock")
    result = run("show", "src_stock", "--sql")
    assert result.exit_code == 0
    assert result.stdout.rstrip().endswith("from src_stock;")


def test_show_names_what_it_cannot_use(stock: Path) -> None:
    run("load", stock, "--table", "stock")
    assert run("show", "no_such_view").exit_code == 1
    assert "no_such_view" in run("show", "no_such_view").stderr
    odd = run("show", "src_stock", "--link", "colour=red&as_of=someday")
    assert odd.exit_code == 0
    assert "colour=red" in odd.stderr
    assert "as_of=someday" in odd.stderr
    gone = run("show", "src_stock", "--link", "data_version=9")
    assert (gone.exit_code, "data version 9" in gone.stderr) == (1, True)


def test_show_answers_over_an_older_data_version(stock: Path) -> None:
    run("load", stock, "--table", "stock")
    stock.write_text(STOCK.replace("5.5", "6"), encoding="utf-8")
    run("load", stock, "--table", "stock", "--yes")
    old, new = (
        sum(row["qty"] for row in json.loads(run("show", "src_stock", "--format", "json", *link).stdout))
        for link in (("--link", "data_version=1"), ())
    )
    assert (old, new) == (15.5, 16)


def test_verify_is_content_with_an_empty_and_a_loaded_home(stock: Path) -> None:
    assert run("verify").exit_code == 0
    run("load", stock, "--table", "stock")
    result = run("verify")
    assert result.exit_code == 0, result.stdout
    assert "all well" in result.stdout


def test_a_flipped_byte_is_named_by_verify_and_no_number_of_it_is_shown(stock: Path) -> None:
    run("load", stock, "--table", "stock")
    lake = Lake(Settings().lake)
    current = lake.current()
    assert current is not None
    path = Path(lake.files(current, "stock")[0])
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    result = run("verify")
    assert result.exit_code == 1
    assert f"stock/{path.name}: changed" in result.stdout
    shown = run("show", "src_stock", "--format", "json")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert path.name in shown.stderr


def test_sample_is_loaded_as_one_version_and_only_into_an_empty_home(home: Path) -> None:
    made = run("sample", "--items", 60)
    assert made.exit_code == 0, made.stderr
    current = Lake(Settings().lake).current()
    assert current is not None
    assert current.number == 1
    assert {"stock", "movements", "items", "warehouses"} <= set(current.tables)
    assert (home / "sample" / "answer_key.csv").exists()
    assert run("sample", "--items", 60).exit_code == 2
    assert run("verify").exit_code == 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_serve_says_which_port_is_taken(stock: Path) -> None:
    run("load", stock, "--table", "stock")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("serve", "--port", port)
    assert result.exit_code == 1
    assert f"port {port}" in result.stderr
    assert "--port" in result.stderr


@pytest.mark.slow
def test_serve_prints_the_link_once_the_app_answers_and_ends_when_told(stock: Path, home: Path) -> None:
    run("load", stock, "--table", "stock")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "queries.cli", "serve", "--port", str(port)],
        cwd=ROOT,
        env=os.environ | {"STILLSTOCK_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    try:
        link = next(line for line in process.stdout if "stillstock is at" in line)
        assert f"http://localhost:{port}" in link
        with socket.create_connection(("127.0.0.1", port), timeout=10):
            pass
    finally:
        process.send_signal(signal.SIGTERM)
        process.stdout.close()
        code = process.wait(60)
    assert code == 0
    with socket.create_server(("127.0.0.1", port)):
        pass
