"""The order of the views, which a kept fact's key depends on."""

from __future__ import annotations

import os
import subprocess
import sys

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
