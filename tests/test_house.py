"""The rules of the house, each a test named as its sentence; a failing one lists every place to mend."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from queries.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("components", "pages", "queries", "sample_data")
LAYERS = {"src": "1_source", "stg": "2_staging", "dim": "2_staging", "fct": "3_facts", "mart": "4_marts"}
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
CLOCK = re.compile(
    r"\b(current_(date|time|timestamp)|localtime|localtimestamp|get_current_\w+)\b|\b(now|today)\s*\(", re.I
)
SQL_TEXT = re.compile(r"(^|[(;]|\bas)\s*select\s|\binsert\s+into\s|\bdelete\s+from\s", re.I)


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or could be committed, relative to the root."""
    named = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True
    )
    found = (Path(name) for name in named.stdout.decode().split("\0") if name)
    return tuple(sorted(file for file in found if (ROOT / file).is_file()))


def modules(*rooms: str) -> Iterator[tuple[Path, ast.Module]]:
    """The Python modules in these rooms, parsed; app.py counts as a room of its own."""
    for file in files():
        if file.suffix == ".py" and file.parts[0] in rooms:
            yield file, parsed(file)


@cache
def text(file: Path) -> str:
    return (ROOT / file).read_text(encoding="utf-8")


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(text(file), str(file))


def views() -> list[Path]:
    return [file for file in files() if file.parts[:2] == ("queries", "views") and file.suffix == ".sql"]


def code(file: Path) -> str:
    """SQL without its comments."""
    return re.sub(r"--[^\n]*", "", text(file))


def strings(tree: ast.Module) -> Iterator[ast.Constant]:
    """String literals, without docstrings."""
    documented = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted name of what is called, as far as it is written out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, ast.unparse(node.func)


def is_made_at_import(tree: ast.Module, call: ast.Call) -> bool:
    inside = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    )
    return not any(call is below for function in inside for below in ast.walk(function))


def tables_read(file: Path) -> set[str]:
    """The relations a view reads, without its own CTEs."""
    tree = sqlglot.parse_one(text(file), read="duckdb")
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return {table.name for table in tree.find_all(exp.Table) if table.name} - own


def nowhere(places: list[str]) -> None:
    """Fail with every place named."""
    if places:
        pytest.fail("\n".join(places), pytrace=False)


def layer(view: str) -> str:
    return LAYERS.get(view.split("_")[0], "")


def test_every_room_of_the_house_is_furnished() -> None:
    rooms = {
        "pages/": ".py",
        "components/": ".py",
        "queries/checks/": ".sql",
        "queries/lake/mappings/": ".toml",
        **{f"queries/views/{folder}/": ".sql" for folder in LAYERS.values()},
        "sample_data/": ".py",
        ".streamlit/": ".toml",
    }
    furnished = {
        room
        for room, suffix in rooms.items()
        for file in files()
        if str(file).startswith(room) and file.suffix == suffix and file.stem != "__init__"
    }
    assert furnished == set(rooms)


def test_a_module_is_named_for_what_it_gives() -> None:
    vague = re.compile(r"^(utils?|helpers?|common|misc|shared|lib|stuff)$")
    assert [
        str(file) for file in files() for part in (*file.parts[:-1], file.stem) if vague.match(part)
    ] == []


def test_pages_are_named_in_plain_words() -> None:
    pages = [file for file, _ in modules("pages") if file.stem != "__init__"]
    nowhere([str(page) for page in pages if not re.fullmatch(r"[a-z_]+", page.stem)])


def test_a_page_holds_one_question_in_at_most_120_lines() -> None:
    nowhere([str(file) for file, _ in modules("pages") if text(file).count("\n") > 120])


def test_no_module_is_longer_than_500_lines() -> None:
    nowhere([str(file) for file in files() if file.suffix == ".py" and text(file).count("\n") > 500])


def test_pages_do_no_sums() -> None:
    sums = {"groupby", "group_by", "merge", "sum", "mean", "agg", "aggregate", "pivot", "pivot_table"}
    found = [
        f"{file}:{call.lineno}: {name}"
        for file, tree in modules("pages")
        for call, name in calls(tree)
        if name.rsplit(".", 1)[-1] in sums
    ]
    nowhere(found)


def test_pages_hold_no_html() -> None:
    tag = re.compile(r"</?[a-z][a-z0-9]*(\s[^<>]*)?/?>", re.I)
    found = [
        f"{file}:{s.lineno}" for file, tree in modules("pages") for s in strings(tree) if tag.search(s.value)
    ]
    nowhere(found)


def test_pages_read_only_marts() -> None:
    below = re.compile(r"^(src|stg|dim|fct)_\w+$")
    found = [
        f"{file}:{s.lineno}: {s.value}"
        for file, tree in modules("pages", "components", "app.py")
        for s in strings(tree)
        if below.match(s.value)
    ]
    nowhere(found)


def test_sql_stands_in_sql_files_only() -> None:
    found = [
        f"{file}:{s.lineno}: {s.value[:60]!r}"
        for file, tree in modules("app.py", *ROOMS)
        for s in strings(tree)
        if SQL_TEXT.search(s.value)
    ]
    nowhere(found)


def test_no_page_injects_html() -> None:
    nowhere([str(file) for file, _ in modules("app.py", *ROOMS) if "unsafe_allow_html" in text(file)])


def test_one_module_loads_the_stylesheet() -> None:
    using = {
        str(file)
        for file, tree in modules("app.py", *ROOMS)
        for _, name in calls(tree)
        if name in {"st.html", "streamlit.html", "html"}
    }
    assert len(using) <= 1
    assert all(name.startswith("components/") for name in using)


def test_javascript_and_markup_stand_beside_the_two_modules_that_mount_them() -> None:
    beside = re.compile(r"^components/(copying\.|spoken\.js$)")
    scripts = [str(file) for file in files() if file.suffix in {".js", ".mjs", ".ts", ".html"}]
    nowhere([name for name in scripts if not beside.match(name)])
    using = {str(file) for file, _ in modules("app.py", *ROOMS) if "components.v" in text(file)}
    assert using == {"components/copying.py", "components/spoken.py"}


def test_session_state_is_kept_by_the_filter_bar_and_the_forms() -> None:
    found = {str(file) for file, _ in modules("app.py", *ROOMS) if "session_state" in text(file)}
    allowed = re.compile(r"^components/(filter_bar\.py|forms/.*)$")
    nowhere([name for name in sorted(found) if not allowed.match(name)])


def test_words_stand_in_the_catalogues_not_in_python() -> None:
    found = [
        f"{file}:{number}: {line.strip()[:60]}"
        for file, _ in modules("app.py", *ROOMS)
        for number, line in enumerate(text(file).splitlines(), 1)
        if CHINESE.search(line)
    ]
    nowhere(found)


def test_nobody_uses_the_connection_that_all_threads_share() -> None:
    found = []
    for file, tree in modules("app.py", *ROOMS):
        for call, name in calls(tree):
            shared = re.fullmatch(
                r"duckdb\.(sql|query|execute|executemany|read_\w+|from_\w+|table|view)", name
            )
            early = name in {"duckdb.connect", "sqlite3.connect", "create_engine"} and is_made_at_import(
                tree, call
            )
            if shared or early:
                found.append(f"{file}:{call.lineno}: {name}")
    nowhere(found)


def test_what_others_may_call_says_what_it_does() -> None:
    found = []
    for file, tree in modules("components", "queries"):
        for node in tree.body:
            kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
            if isinstance(node, kinds) and not node.name.startswith("_") and not ast.get_docstring(node):
                found.append(f"{file}:{node.lineno}: {node.name}")
    nowhere(found)


def test_thresholds_are_written_in_the_settings_view_only() -> None:
    found = [
        f"{file}: {literal.sql()}"
        for file in views()
        if file.stem != "src_settings"
        for literal in sqlglot.parse_one(text(file), read="duckdb").find_all(exp.Literal)
        if not literal.is_string and literal.this in {"90", "180", "365"}
    ]
    found += [
        f"{file}:{node.lineno}: {node.value}"
        for file, tree in modules("queries")
        if file.name != "contract.py"  # degrees of latitude and longitude, no days
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value in {90, 180, 365}
    ]
    nowhere(found)


def test_no_view_looks_at_the_clock() -> None:
    nowhere([str(file) for file in files() if file.suffix == ".sql" and CLOCK.search(code(file))])


def test_every_view_says_what_a_row_is_and_what_makes_it_unique() -> None:
    found = []
    for file in views():
        first, *rest = text(file).splitlines()
        if not re.match(r"-- (?!grain:|kept).{12,}", first):
            found.append(f"{file}: the first line says what one row is")
        if not any(re.fullmatch(r"-- grain: [a-z_]+(, [a-z_]+)*", line) for line in rest):
            found.append(f"{file}: no grain line")
    nowhere(found)


def test_every_check_says_which_rule_its_rows_break() -> None:
    checks = [file for file in files() if file.parts[:2] == ("queries", "checks") and file.suffix == ".sql"]
    nowhere([str(file) for file in checks if not re.match(r"-- .{12,}\n", text(file))])
    nowhere([str(file) for file in checks if not re.fullmatch(r"[a-z_]+", file.stem)])


def test_a_view_stands_in_the_folder_its_prefix_names() -> None:
    nowhere([str(file) for file in views() if layer(file.stem) != file.parent.name])
    assert len({file.stem for file in views()}) == len(views())


def test_a_view_reads_its_own_layer_or_lower() -> None:
    known = {file.stem for file in views()}
    found = []
    for file in views():
        for name in tables_read(file):
            if name.startswith("lake_"):
                is_allowed = file.parent.name == "1_source"
            else:
                is_allowed = name in known and layer(name) <= file.parent.name
            if not is_allowed:
                found.append(f"{file} reads {name}")
    nowhere(found)


def test_no_file_knows_a_machine_or_a_registry() -> None:
    machine = re.compile(r"(^|[\s\"'(=])/(?:work|root|home|Users)/", re.M)
    registry = re.compile(r"pypi\.org|pythonhosted\.org|npmjs\.org|[-_]index[-_]url\s*[= ]\s*\S*://", re.I)
    binary = {".parquet", ".png", ".xlsx", ".svg", ".woff2", ".ico"}
    found = []
    for file in files():
        if file.suffix not in binary and (hit := machine.search(text(file)) or registry.search(text(file))):
            found.append(f"{file}: {hit.group().strip()}")
    nowhere(found)


def test_nothing_is_left_unfinished() -> None:
    mark = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b")
    suffixes = {".py", ".sql", ".md", ".toml"}
    found = [str(file) for file in files() if file.suffix in suffixes and mark.search(text(file))]
    nowhere(found)


def test_both_readmes_name_every_setting() -> None:
    settings = {f"STILLSTOCK_{name.upper()}" for name in Settings.model_fields}
    for readme in (Path("README.md"), Path("README.zh-CN.md")):
        assert settings - set(re.findall(r"STILLSTOCK_[A-Z_]+", text(readme))) == set(), readme


def test_both_readmes_name_the_two_commands_and_no_command_that_does_not_exist() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", text(Path("Makefile")), re.M))
    for readme in (Path("README.md"), Path("README.zh-CN.md")):
        named = set(re.findall(r"(?:^|`|\$ )make ([a-z][a-z-]*)", text(readme), re.M))
        assert {"run", "test"} <= named, readme
        assert named <= targets, readme
