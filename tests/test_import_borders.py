"""What may import what: the contracts of pyproject.toml, and their twin in a running interpreter."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_every_import_contract_is_kept() -> None:
    run = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_numbers_are_reached_without_the_screen() -> None:
    modules = [
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in sorted((ROOT / "queries").rglob("*.py"))
        if file.stem not in {"__init__", "env"} and "versions" not in file.parent.parts[-1:]
    ]
    assert "queries.engine" in modules
    program = (
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "print(sorted({'streamlit', 'plotly', 'altair', 'components', 'pages'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert (run.returncode, run.stdout.strip()) == (0, "[]"), run.stderr


def test_pages_import_only_streamlit_components_and_the_standard_library() -> None:
    known = {"streamlit", "components", "queries"} | set(sys.stdlib_module_names)
    found = []
    for file in sorted((ROOT / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [
                f"{file.relative_to(ROOT)}: {name}" for name in names if name.split(".")[0] not in known
            ]
    if found:
        pytest.fail("\n".join(found), pytrace=False)
