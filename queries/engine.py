"""DuckDB over one data version: builds the views, keeps the heavy facts, answers questions.

One root connection an engine, one cursor a question (a connection shared by threads mixes up their rows). A
question is told its filters as variables of its own cursor, so that the same view serves every viewer. A kept
fact is computed once per key (its text, its lake tables' files, the settings it reads) and read as Parquet;
after an undo it is found again.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from duckdb import ConstantExpression, DuckDBPyConnection, DuckDBPyRelation
from sqlalchemy import ColumnClause, column, select, table
from sqlalchemy.engine.default import DefaultDialect

from queries.errors import LakeDamaged, QueryTooLong, StockError, UnknownView, VersionPurged
from queries.filters import FIELDS, SCOPE, Filters
from queries.held import Held
from queries.kept import TABLE, drop_oldest, is_whole, literal, write_aside
from queries.lake.contract import TABLES, Column, Table
from queries.lake.versions import DataVersion, Lake
from queries.settings import Settings
from queries.views import CHECKS, View, closure, fingerprint, surface, tables_of, views

_SETTING = "create macro setting(name) as struct_extract(getvariable('settings'), name)"
"""In a mart `setting('x')` is `settings.x` of src_settings, known when the question is planned, not run."""
_TOLD_SETTINGS = "from (from (values (getvariable('settings'))) as told (settings)) select unnest(settings)"
"""What a question sees as src_settings: its one row, computed beforehand."""

_WORDING = DefaultDialect(paramstyle="qmark")
"""How a question is put into words: plain SQL, every value bound."""

_SETTINGS = 512
"""Filters whose settings stay in memory, a row each."""

_OPEN_FACTS = 64
"""Files of open facts that one engine holds; the one asked for longest ago is let go first."""


class Engine:
    """Answers over one immutable data version; share one between threads.

    `version` None means an empty lake: every view answers with no rows. Errors: LakeDamaged when a file that
    an answer needs is not what was committed, UnknownView, QueryTooLong.
    """

    def __init__(self, settings: Settings, lake: Lake, version: DataVersion | None) -> None:
        self.settings = settings
        self.lake = lake
        self.version = version
        self._root = self._connect()
        self._root.execute(_SETTING)
        self._ready: set[str] = set()
        self._kept: set[tuple[str, str]] = set()
        self._open: dict[str, None] = {}
        self._contents: dict[str, str] = {}
        self._columns: dict[str, tuple[str, ...]] = {}
        self._held = Held(self._root)
        self._asked = Held(self._root, tables=_SETTINGS)
        self._locks: defaultdict[object, threading.RLock] = defaultdict(threading.RLock)

    @classmethod
    def open(cls, settings: Settings | None = None, data_version: int | None = None) -> Engine:
        """An engine over that data version of the lake (default: the newest); VersionGone if it never was."""
        settings = settings or Settings()
        lake = Lake(settings.lake)
        return cls(settings, lake, lake.version(data_version) if data_version else lake.current())

    def answer(
        self,
        view: str,
        filters: Filters | None = None,
        *,
        columns: Sequence[str] = (),
        against: Filters | None = None,
        only: Mapping[str, str | int | date | None] | None = None,
        sort: Sequence[tuple[str, bool]] = (),
        limit: int | None = None,
        offset: int = 0,
        seconds: float | None = None,
    ) -> pa.Table:
        """The rows of a view for these filters, as Arrow; exact decimals, dates as dates.

        `only` keeps rows whose columns equal the values given (None means null), `sort` is (column, is
        descending) pairs; ties follow the view's grain, so that pages never overlap. `seconds` bounds it.
        Of `against`, the policy that a comparing view compares with, only thresholds count.
        """
        asked = (view, filters, columns, against, only or {}, sort, limit, offset, seconds)
        try:
            return self._answer(*asked)
        except LakeDamaged:  # a purge takes kept facts away: what can be computed again is
            return self._answer(*asked)

    def _answer(
        self,
        view: str,
        filters: Filters | None,
        columns: Sequence[str],
        against: Filters | None,
        only: Mapping[str, str | int | date | None],
        sort: Sequence[tuple[str, bool]],
        limit: int | None,
        offset: int,
        seconds: float | None,
    ) -> pa.Table:
        with self._told(view, filters, against, seconds) as cursor:
            known = self._columns_of(view, cursor)
            asked = select(*map(known, columns or self._columns[view])).select_from(table(view))
            asked = asked.where(*(known(name).is_not_distinct_from(value) for name, value in only.items()))
            if sort or limit is not None:
                ties = [(name, False) for name in views()[view].grain if name not in dict(sort)]
                for name, down in [*sort, *ties]:
                    key = known(name).desc() if down else known(name).asc()
                    asked = asked.order_by(key.nulls_last())
            if limit is not None:
                asked = asked.limit(limit).offset(offset)
            statement = asked.compile(dialect=_WORDING)
            values = [statement.params[name] for name in statement.positiontup or ()]
            return cursor.execute(str(statement), values).to_arrow_table()

    @contextmanager
    def question(
        self,
        view: str,
        filters: Filters | None = None,
        *,
        against: Filters | None = None,
        seconds: float | None = None,
    ) -> Iterator[DuckDBPyRelation]:
        """The view as a relation on a cursor of its own, told the filters; closed on leaving.

        Every step taken with a relation plans the view anew: `answer` asks in one statement.
        """
        with self._told(view, filters, against, seconds) as cursor:
            yield cursor.view(view)

    @contextmanager
    def _told(
        self, view: str, filters: Filters | None, against: Filters | None, seconds: float | None
    ) -> Iterator[DuckDBPyConnection]:
        """A cursor that knows the filters and finds every fact of the view."""
        if view not in views():
            raise UnknownView(
                f"there is no view {view}", remedy="stillstock show --list names them all", view=view
            )
        filters = self._grouped(view, filters or Filters())
        with ExitStack() as uses:
            cursor = uses.enter_context(self._root.cursor())
            with _at_most(cursor, None, view):
                self._tell(cursor, view, filters, uses, against)
            with _at_most(cursor, seconds, view):
                yield cursor

    def _columns_of(self, view: str, cursor: DuckDBPyConnection) -> Callable[[str], ColumnClause[Any]]:
        """What names a column of the view and refuses any other name."""
        if view not in self._columns:
            self._columns[view] = tuple(cursor.view(view).columns)
        return partial(_known, self._columns[view])

    def script(self, view: str, filters: Filters | None = None) -> str:
        """The view and all it reads as SQL for a bare DuckDB shell, over the lake's own files."""
        parts = closure(view)
        told = self._grouped(view, filters or Filters()).variables()
        lines = ["set TimeZone = 'UTC';"]
        lines += [f"set variable {n} = {literal(v)};" for n, v in told.items()]
        for name in sorted(tables_of(parts)):
            lines.append(f"create view lake_{name} as {self._lake_text(name)};")
        lines.append(f"{_SETTING};")
        for part in parts:
            kind = "table" if part.is_kept or part.is_staged else "view"
            lines.append(f"create {kind} {part.name} as\n{part.sql};")
            if part.name == "src_settings":
                lines.append("set variable settings = (from src_settings as told select told);")
        return "\n\n".join([*lines, f"from {view};"]) + "\n"

    def _grouped(self, view: str, filters: Filters) -> Filters:
        """The filters of a view that groups, told by what where they say nothing: the next level down."""
        if filters.group_by or not views()[view].is_grouped:
            return filters
        (below,) = self.answer("mart_dimensions", filters, only={"is_next": True}).to_pylist()
        return filters.where(group_by=below["dimension"])

    def check(self, name: str, filters: Filters | None = None) -> pa.Table:
        """The rows that offend one of queries/checks; no rows means all is well."""
        path = CHECKS / f"{name}.sql"
        sql = path.read_text(encoding="utf-8")
        with ExitStack() as uses:
            cursor = uses.enter_context(self._root.cursor())
            for view in (v for v in views() if v in sql):
                self._tell(cursor, view, filters or Filters(), uses)
            return cursor.sql(sql).to_arrow_table()

    def close(self) -> None:
        """Let go of the connection; answers under way fail."""
        self._root.close()

    def _tell(
        self,
        cursor: DuckDBPyConnection,
        view: str,
        filters: Filters,
        uses: ExitStack,
        against: Filters | None = None,
        *,
        is_made: bool = False,
    ) -> None:
        """Tell a cursor the filters and where what is kept and held stands; build what is not there yet."""
        self._verify(tables_of(closure(view)))
        settings = self._resolved(cursor, filters) if _is_told(view) else {}
        parts = surface(view, is_made=is_made)
        held = {}
        for part in (part for part in parts if part.is_held):
            judged_by = (against or filters) if part.is_compared else filters
            held[part.name] = self._table(part, judged_by.policy_part().where(as_of=filters.as_of), uses)
        self._tell_kept(cursor, parts, settings, held)

    def _resolved(self, cursor: DuckDBPyConnection, filters: Filters) -> dict[str, object]:
        """Tell a cursor what the filters come to, worked out once: the one row of settings."""
        key = hashlib.sha256(repr(filters.variables()).encode()).hexdigest()[:32]
        with self._asked.table(key, partial(self._resolve, cursor, filters)) as table:
            cursor.execute(f"set variable settings = (from {table})")
            settings: dict[str, object] = cursor.execute(f"from {table}").fetchall()[0][0]
            return settings

    def _resolve(self, cursor: DuckDBPyConnection, filters: Filters, table: str) -> None:
        for name, value in filters.variables().items():
            cursor.execute(f"set variable {name} = ?", [value])
        self._tell_kept(cursor, surface("src_settings"), {}, {})
        _tell_settings(cursor)
        cursor.execute(f"create table {table} as from (values (getvariable('settings'))) as told (settings)")

    def _table(self, part: View, policy: Filters, uses: ExitStack) -> str:
        """The table of a held view for a policy and a day, all stock; made where it is not there."""
        source = views()[min(part.reads_views)] if part.is_compared else part
        with self._root.cursor() as cursor:
            key = self._key(source, self._resolved(cursor, policy))
        return uses.enter_context(self._held.table(key, partial(self._hold, source, policy)))

    def _tell_kept(
        self,
        cursor: DuckDBPyConnection,
        parts: Sequence[View],
        settings: Mapping[str, object],
        held: Mapping[str, str],
    ) -> None:
        facts = {part.name: self._key(part, settings) for part in parts if part.is_kept or part.is_staged}
        if not all(self._find(name, key) for name, key in facts.items()):
            with self._locks[tuple(facts.items())]:
                self._build(facts, settings)
        sources = {**{name: self._source(name, key) for name, key in facts.items()}, **held}
        for name, source in sources.items():
            cursor.execute(f"set variable {name} = ?", [source])
        self._make(parts, sources)

    def _hold(self, part: View, policy: Filters, table: str) -> None:
        with ExitStack() as uses:
            cursor = uses.enter_context(self._root.cursor())
            self._tell(cursor, part.name, policy, uses, is_made=True)
            cursor.execute(f"create table {table} as {part.sql}")

    def _build(self, facts: Mapping[str, str], settings: Mapping[str, object]) -> None:
        """Write the facts that are missing, on a connection that is told thresholds, never what is looked at.

        All of them: a setting that a fact reads, and its key holds, may follow from others.
        """
        missing = [fact for fact in facts if not self._find(fact, facts[fact])]
        if not missing:
            return
        parts = {part.name: part for name in missing for part in closure(name)}
        keys = {name: self._key(part, settings) for name, part in parts.items() if part.is_kept}
        keys.update({name: facts[name] for name in missing})
        with self._connect() as builder:
            for name in sorted(tables_of(parts.values())):
                self._make_lake(builder, name)
            for name in sorted((FIELDS.keys() - SCOPE) & settings.keys()):
                builder.execute(f"set variable {name} = ?", [settings[name]])
            if "facts_on" in settings:
                builder.execute("set variable as_of = ?", [settings["facts_on"]])
            for name, part in ((name, parts[name]) for name in views() if name in parts):
                if name in keys:
                    if not self._find(name, keys[name]):
                        self._keep(builder, name, keys[name])
                    place = str(self._place(name, keys[name]))
                    if part.is_open:
                        builder.execute(f"attach {literal(place)} as kept_{name} (read_only)")
                        builder.table(f"kept_{name}.{TABLE}").create_view(name)
                    else:
                        builder.read_parquet(place).create_view(name)
                elif part.is_staged:
                    builder.execute(f"create table {name} as {part.sql}")
                else:
                    builder.execute(f"create view {name} as {part.sql}")
        drop_oldest(self.settings.facts)

    def _find(self, name: str, key: str) -> bool:
        """Whether that fact is kept already, by this process or another, and not gone since."""
        path = self._place(name, key)
        if (name, key) in self._kept:
            if not path.exists():
                self._let_go(key)
            return path.exists()
        if not is_whole(path):
            return False
        with suppress(FileNotFoundError):
            os.utime(path.parent)
        self._kept.add((name, key))
        return True

    def _keep(self, builder: DuckDBPyConnection, name: str, key: str) -> None:
        """Write a fact, but leave none behind of a data version that was purged meanwhile."""
        path = self._place(name, key)
        write_aside(builder, views()[name].sql, path)
        try:
            self._verify(tables_of(closure(name)))
        except VersionPurged:
            shutil.rmtree(path.parent, ignore_errors=True)
            raise
        self._kept.add((name, key))

    def _place(self, name: str, key: str) -> Path:
        return self.settings.facts / key / f"{name}.{'duckdb' if views()[name].is_open else 'parquet'}"

    def _source(self, name: str, key: str) -> str:
        """Where a question finds a fact: its file, or its table in a file that stays open."""
        if not views()[name].is_open:
            return str(self._place(name, key))
        with self._locks["open"], self._root.cursor() as cursor:
            if key not in self._open:
                cursor.execute(f"attach {literal(self._place(name, key))} as kept_{key} (read_only)")
            self._open.pop(key, None)
            self._open[key] = None
            for oldest in list(self._open)[:-_OPEN_FACTS]:
                self._let_go(oldest)
        return f"kept_{key}.{TABLE}"

    def _let_go(self, key: str) -> None:
        """Close the file of an open fact; questions that read it finish."""
        with self._locks["open"], self._root.cursor() as cursor:
            if key in self._open:
                del self._open[key]
                cursor.execute(f"detach kept_{key}")

    def _connect(self) -> DuckDBPyConnection:
        connection = duckdb.connect(config={"memory_limit": self.settings.memory_limit})
        for option, value in (
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false"),
            ("TimeZone", "UTC"),
            ("temp_directory", str(self.settings.facts / ".spill")),
            ("max_temp_directory_size", "20GB"),
            ("preserve_insertion_order", "false"),
        ):
            connection.execute(f"set {option} = {literal(value)}")
        return connection

    def _key(self, view: View, resolved: Mapping[str, object]) -> str:
        parts = closure(view.name)
        told = {
            name: resolved.get(name)
            for part in parts
            for name in (part.reads_settings | part.asks_settings if view.is_held else part.reads_settings)
        }
        tables = {name: self._content(name) for name in tables_of(parts)}
        text = f"{fingerprint(view.name)} {self.lake.url} {sorted(tables.items())} {sorted(told.items())!r}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def _content(self, table: str) -> str:
        """The same for the same files of a table, in whatever data version."""
        if table not in self._contents:
            files = self.lake.files(self.version, table) if self.version else []
            self._contents[table] = hashlib.sha256("\n".join(files).encode()).hexdigest()
        return self._contents[table]

    def _make(self, parts: Sequence[View], sources: Mapping[str, str]) -> None:
        """Create what is missing of these views; what is kept or held reads what its cursor is told."""
        if all(part.name in self._ready for part in parts):
            return
        with self._locks["views"]:
            for part in (part for part in parts if part.name not in self._ready):
                if part.name in sources:
                    self._root.execute(f"set variable {part.name} = ?", [sources[part.name]])
                    reader = "query_table" if part.is_open or part.is_held else "read_parquet"
                    body = f"from {reader}(getvariable('{part.name}'))"
                elif part.name == "src_settings":
                    _tell_settings(self._root)
                    body = _TOLD_SETTINGS
                else:
                    body = part.sql
                    for table in part.reads_tables:
                        self._make_lake(self._root, table)
                self._root.execute(f"create view {part.name} as {body}")
                self._root.execute(f"comment on view {part.name} is {literal(part.comment)}")
                self._ready.add(part.name)

    def _make_lake(self, connection: DuckDBPyConnection, name: str) -> None:
        table = next(t for t in TABLES if t.name == name)
        files = self._lake_files(name)
        if files:
            relation = connection.read_parquet(files, union_by_name=True, hive_partitioning=False)
            missing = [c for c in _columns(table) if c.name not in relation.columns]
            relation.select(duckdb.StarExpression(), *map(_null, missing)).create_view(f"lake_{name}")
        else:
            nulls: list[Any] = [_null(column) for column in _columns(table)]
            connection.values(*nulls).limit(0).create(f"lake_{name}")

    def _lake_files(self, name: str) -> list[str]:
        self._verify([name])
        return self.lake.files(self.version, name) if self.version else []

    def _verify(self, tables: Iterable[str]) -> None:
        """LakeDamaged unless these tables' files are what was committed, VersionPurged if purged."""
        if self.version is not None:
            self.lake.verify_files(self.version, sorted(tables))

    def _lake_text(self, name: str) -> str:
        files = self._lake_files(name)
        if files:
            return f"from read_parquet([{', '.join(map(literal, files))}], union_by_name = true)"
        columns = _columns(next(t for t in TABLES if t.name == name))
        nulls = ", ".join(f"null::{_type(c)}" for c in columns)
        return f"from (values ({nulls})) as empty ({', '.join(c.name for c in columns)}) limit 0"


def _columns(table: Table) -> tuple[Column, ...]:
    order = (Column(name, "integer") for name in table.order)
    return (*table.columns, *order, Column("load_id", "text"))


def _type(column: Column) -> str:
    types = {
        "date": "date",
        "integer": "bigint",
        "boolean": "boolean",
        "decimal": f"decimal(18,{column.scale})",
    }
    return types.get(column.kind, "varchar")


def _null(column: Column) -> duckdb.Expression:
    return ConstantExpression(None).cast(duckdb.sqltype(_type(column))).alias(column.name)


def _known(columns: Sequence[str], name: str) -> ColumnClause[Any]:
    if name not in columns:
        raise StockError(f"there is no column {name}", remedy=f"columns: {', '.join(columns)}")
    return column(name)


def _tell_settings(connection: DuckDBPyConnection) -> None:
    told = views()["src_settings"].sql
    connection.execute(f"set variable settings = (from ({told}\n) as told select told)")


def _is_told(view: str) -> bool:
    return any(part.name == "src_settings" for part in closure(view))


@contextmanager
def _at_most(cursor: DuckDBPyConnection, seconds: float | None, view: str) -> Iterator[None]:
    timer = threading.Timer(seconds, cursor.interrupt) if seconds else None
    if timer:
        timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise QueryTooLong(
            f"{view} took longer than {seconds} seconds and was stopped",
            remedy="narrow the filters, or raise STILLSTOCK_QUERY_SECONDS",
            view=view,
            seconds=seconds,
        ) from error
    except (duckdb.IOException, FileNotFoundError) as error:
        raise LakeDamaged(
            f"a file behind {view} cannot be read", remedy="run stillstock verify", view=view
        ) from error
    finally:
        if timer:
            timer.cancel()
