"""The database of what people decided: opened, made and brought up to date by whoever needs it first.

SQLite in the home unless `STILLSTOCK_DATABASE_URL` names another. A backup put in the place of its file is
what is read next.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, IntegrityError, NoSuchModuleError
from sqlalchemy.orm import Session

from queries.errors import DecisionsBusy, DecisionsUnreachable, StoreFull, StoreReadOnly
from queries.settings import Settings

REVISION = "0002"
"""The newest of migrations/versions."""
PATIENCE_SECONDS = 10
"""How long a transaction waits for another process to end its own."""

_MIGRATIONS = Path(__file__).with_name("migrations")
_STAMP = Table("alembic_version", MetaData(), Column("version_num", String))
_UPGRADE_LOCK = 0x5711
_CANNOT_WRITE = ("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")
_IS_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")


@contextmanager
def opened(settings: Settings, *, writes: bool = False) -> Iterator[Session]:
    """One transaction: committed on leaving, undone by an error. Say `writes` before writing anything.

    Errors: DecisionsUnreachable, DecisionsBusy, StoreReadOnly, StoreFull.
    """
    with _plainly(settings.database):
        engine = _engine(settings.database)
        with engine.connect() as connection:
            is_current = _revision(connection) == REVISION
        if not is_current:
            _upgrade(engine)
        with Session(engine.execution_options(writes=writes)) as session, session.begin():
            yield session


@cache
def _engine(url: str) -> Engine:
    place = make_url(url)
    if place.get_backend_name() != "sqlite":
        return create_engine(place, pool_pre_ping=True)
    with suppress(OSError):  # SQLite says it better
        Path(place.database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(place, connect_args={"timeout": PATIENCE_SECONDS})

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # a transaction begins where `begin` says, not where Python thinks
        connection.execute("pragma foreign_keys = on")
        record.info["file"] = _file(place)

    @event.listens_for(engine, "checkout")
    def reused(connection: Any, record: Any, proxy: object) -> None:
        if record.info["file"] != _file(place):
            raise DisconnectionError("another file stands there now")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine


def _file(place: URL) -> int | None:
    """Which file stands there now."""
    try:
        return Path(place.database or "").stat().st_ino
    except OSError:
        return None


def _revision(connection: Connection) -> str | None:
    """The newest migration that this database has seen; None where it has seen none."""
    if not inspect(connection).has_table(_STAMP.name):
        return None
    return connection.scalar(select(_STAMP.c.version_num))


def _upgrade(engine: Engine) -> None:
    """Run what is missing of the migrations, alone: whoever comes second finds it done."""
    from alembic import command  # slow to start, and seldom needed
    from alembic.config import Config
    from alembic.util import CommandError

    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as bare:
            bare.cursor().execute("pragma journal_mode = wal")
    with engine.execution_options(writes=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        if _revision(connection) == REVISION:
            return
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(_MIGRATIONS))
        try:
            command.upgrade(config, "head")
        except CommandError as error:
            raise DecisionsUnreachable(
                f"the database of decisions cannot be opened ({_shown(engine.url)}): {error}",
                remedy="use the newest stillstock, or put a backup back",
                place=_shown(engine.url),
                reason=error,
            ) from error


@contextmanager
def _plainly(url: str) -> Iterator[None]:
    """Inside, what the database refuses ends as a named error; what breaks a constraint is the caller's."""
    try:
        yield
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise _unreachable("STILLSTOCK_DATABASE_URL", error) from error
    except IntegrityError:
        raise
    except DBAPIError as error:
        name = getattr(error.orig, "sqlite_errorname", "")
        if name.startswith(_IS_BUSY):
            raise DecisionsBusy(
                f"another process kept the decisions locked for {PATIENCE_SECONDS} seconds",
                remedy="try again",
                seconds=PATIENCE_SECONDS,
            ) from error
        if name.startswith(_CANNOT_WRITE):
            raise StoreReadOnly(
                f"{_shown(make_url(url))} may not be written to; nothing was stored",
                remedy="let the user who runs stillstock write to it and to its folder, then try again",
            ) from error
        if name == "SQLITE_FULL":
            raise StoreFull(
                "the disk is full; nothing was stored", remedy="free some space, then try again"
            ) from error
        raise _unreachable(_shown(make_url(url)), error) from error


def _unreachable(place: str, error: Exception) -> DecisionsUnreachable:
    reason = str(getattr(error, "orig", error)).splitlines()[0]
    return DecisionsUnreachable(
        f"the database of decisions cannot be opened ({place}): {reason}",
        remedy="put a backup back, or mend STILLSTOCK_DATABASE_URL and install its driver",
        place=place,
        reason=reason,
    )


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=True)
