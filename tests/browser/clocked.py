"""The app served by a clock that a test sets: a file holds how many seconds it goes ahead of the machine's.

`python -m tests.browser.clocked FILE PORT`; prints what `stillstock serve` prints once it can be visited.
"""

from __future__ import annotations

import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from streamlit.web.cli import main

from components import clock
from queries.serving import APP, HEALTH


def _tell(port: str) -> None:
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}{HEALTH}") as answer:
                if answer.status == 200:
                    break
        except (URLError, ConnectionError):
            time.sleep(0.1)
    sys.stdout.write(f"stillstock is at http://localhost:{port}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    file, port = Path(sys.argv[1]), sys.argv[2]
    clock.now = lambda: datetime.now().astimezone() + timedelta(seconds=float(file.read_text()))
    threading.Thread(target=_tell, args=(port,), daemon=True).start()
    sys.argv = [
        *("streamlit", "run", str(APP), "--server.port", port, "--server.address", "127.0.0.1"),
        *("--server.headless", "true", "--server.scriptHealthCheckEnabled", "true"),
        *("--browser.gatherUsageStats", "false", "--logger.hideWelcomeMessage", "true"),
    ]
    main()
