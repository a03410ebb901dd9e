"""A process that asks as a web server does: the newest data version, an engine for it, a page of answers."""

from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

from queries.engine import Engine
from queries.errors import VersionPurged
from queries.lake.versions import Lake
from queries.settings import Settings

ENGINES = 4
"""So many engines a web server keeps."""

WATCH_SECONDS = 1.0


def page(engine: Engine) -> list[int]:
    """Every number a page would show that tells the data version it comes from."""
    stock = engine.answer("mart_tiered_stock", columns=["qty"]).to_pylist()
    items = engine.answer("src_items", columns=["name"]).to_pylist()
    total = engine.answer("mart_totals").to_pylist()
    found = [int(row["qty"]) for row in stock] + [int(row["name"].split()[-1]) for row in items]
    return found + [int(row["qty"]) // max(1, len(stock)) for row in total if stock]


def watch(lake: Lake, told: Path) -> None:
    """Look for a newer data version, as the pages do; one line for each that is new here."""
    newest = -1
    with told.open("a", buffering=1) as lines:
        while not _is_over(told):
            current = lake.current()
            number = current.number if current else 0
            if number > newest:
                lines.write(json.dumps({"at": time.monotonic(), "seen": number}) + "\n")
                newest = number
            time.sleep(WATCH_SECONDS)


def main(home: str, told: Path) -> None:
    """Ask until told to end; one line a page: the number of its data version and what it showed."""
    settings = Settings(home=Path(home))
    lake = Lake(settings.lake)
    engines: dict[int, Engine] = {}
    watching = threading.Thread(target=watch, args=(lake, told))
    watching.start()
    with told.open("a", buffering=1) as lines:
        while not _is_over(told):
            current = lake.current()
            number = current.number if current else 0
            said: dict[str, object] = {"number": number}
            try:
                if number not in engines:
                    engines[number] = Engine(settings, lake, lake.version(number) if number else None)
                for old in sorted(engines)[:-ENGINES]:
                    engines.pop(old).close()
                said["shown"] = page(engines[number])
            except VersionPurged:
                said["purged"] = True
            except Exception as error:  # noqa: BLE001 - whatever it is, the test must hear of it
                said["error"] = repr(error)
            lines.write(json.dumps(said) + "\n")
    watching.join()


def _is_over(told: Path) -> bool:
    return told.with_name(f"{told.name}.end").exists()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
