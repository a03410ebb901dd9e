"""What a benchmark found, as figures: printed, as JSON and as a table in Markdown."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.clock import machine

RESULTS = Path(__file__).resolve().parents[2] / "bench" / "results"


@dataclass(frozen=True)
class Figure:
    """One figure: of what, how much, in which unit, what was wanted, and how to get it again."""

    bench: str
    what: str
    value: float
    unit: str = ""
    wanted: str = ""
    command: str = ""

    @property
    def line(self) -> str:
        """As a row of the table."""
        text = f"{self.value:,.0f}" if abs(self.value) >= 1000 else f"{self.value:.3g}"
        return f"| {self.bench} | {self.what} | {text} {self.unit} | {self.wanted} | `{self.command}` |"


HEAD = "| bench | what | figure | wanted | command |\n|---|---|---|---|---|"


def write(figures: Sequence[Figure], folder: Path) -> None:
    """The figures of one run into `results.json` and `results.md`; an earlier run's are replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    run = {"machine": machine(), "at": datetime.now(UTC).isoformat(timespec="seconds")}
    content = run | {"figures": [asdict(figure) for figure in figures]}
    (folder / "results.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    lines = [f"{run['machine']}, {run['at']}", "", HEAD, *(figure.line for figure in figures), ""]
    (folder / "results.md").write_text("\n".join(lines), encoding="utf-8")
