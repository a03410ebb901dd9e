"""The order of the views, which a kept fact's key depends on."""

from __future__ import annotations

import os
import subprocess
import sys

from queries.views import closure, views

ASK = "from queries.views import fingerprint, views; print([(name, fingerprint(name)) for name in views()])"


def test_every_process_orders_and_names_the_views_alike() -> None:
    """Else a second process would not find the facts the first one kept."""
    said = {
        subprocess.run(
            [sys.executable, "-c", ASK],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(said) == 1


def test_a_kept_fact_names_each_setting_it_reads() -> None:
    """Its key holds settings.x only; setting('x') is for marts, and what reads it reads the settings."""
    kept = {part.name for view in views().values() if view.is_kept for part in closure(view.name)}
    assert [name for name in sorted(kept) if "setting('" in views()[name].sql] == []
    assert "src_settings" in views()["mart_positions"].reads_views
