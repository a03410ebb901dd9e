"""What the environment decides: where the lake and the decisions stand, and the limits of the machine.

Thresholds are not here: they are policy, and live in views/1_source/src_settings.sql.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Read from `STILLSTOCK_*`; every field is named in the README (a test holds that)."""

    model_config = SettingsConfigDict(env_prefix="STILLSTOCK_", frozen=True)

    home: Path = Field(Path("data"), description="one folder for lake, facts and decisions")
    lake_url: str = Field("", description="the lake elsewhere: a folder or an object store URL")
    database_url: str = Field("", description="the decisions elsewhere: an SQLAlchemy URL")
    public_url: str = Field("", description="where people find the app; as their browser has it if empty")
    memory_limit: str = Field("4GB", description="memory DuckDB may use in one process")
    patience_seconds: float = Field(60.0, description="how long a load waits for another to end")
    notify_minutes: float = Field(
        0.0, ge=0, description="`serve` runs `notify` each time so many minutes are over; 0: only cron does"
    )
    query_seconds: float = Field(5.0, description="a viewer's question is stopped after so many seconds")

    @cached_property
    def lake(self) -> str:
        """Folder or URL of the Delta tables."""
        return self.lake_url or str((self.home / "lake").resolve())

    @cached_property
    def facts(self) -> Path:
        """Folder of the kept facts; deleting it loses nothing."""
        return (self.home / "facts").resolve()

    @cached_property
    def originals(self) -> Path:
        """Folder where every loaded file is kept under the sha256 of its bytes."""
        return self.home.resolve() / "originals"

    @cached_property
    def database(self) -> str:
        """SQLAlchemy URL of the decisions."""
        return self.database_url or f"sqlite:///{(self.home / 'decisions.sqlite').resolve()}"
