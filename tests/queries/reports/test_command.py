"""`stillstock report` as other programs use it: a file, exit codes, sentences on stderr."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from queries.cli import main


@pytest.fixture
def run(sample_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    monkeypatch.setenv("STILLSTOCK_HOME", str(sample_home))
    monkeypatch.chdir(tmp_path)
    return CliRunner()


def report(run: CliRunner, *arguments: str) -> Result:
    return run.invoke(main, ["report", *arguments])


def test_a_report_is_written_as_its_file_name_says(run: CliRunner) -> None:
    made = report(
        run, "--link", "/stock?tier=R&from_row=50&nothing=1", "--lang", "zh", "--output", "urgent.pdf"
    )
    assert made.exit_code == 0
    assert made.stderr == "not used from the link: nothing=1 (unknown)\n"
    assert Path("urgent.pdf").read_bytes().startswith(b"%PDF")


def test_the_links_language_is_the_reports(run: CliRunner) -> None:
    made = report(run, "--link", "lang=zh", "--output", "report.xlsx")
    assert (made.exit_code, made.stderr) == (0, "")
    assert openpyxl.load_workbook("report.xlsx").sheetnames[0] == "说明"


def test_what_cannot_be_reported_is_said_in_a_sentence(run: CliRunner) -> None:
    gone = report(run, "--link", "data_version=99", "--output", "report.pdf")
    assert (gone.exit_code, gone.stderr.splitlines()[0]) == (1, "data version 99 is not in this lake")
    assert not Path("report.pdf").exists()
    for name in ("report.doc", "nowhere/report.pdf"):
        assert report(run, "--output", name).exit_code == 2
