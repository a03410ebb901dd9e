"""A cable between browser and server that a test can pull out and put back."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

LARGEST = 65_536


class Cable:
    """`with Cable(port) as cable:` passes what comes to `cable.port` on to that port."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.is_out = False
        self._ends: set[socket.socket] = set()
        self._door = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = int(self._door.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def pull_out(self) -> None:
        """Break every connection; new ones are broken too, until `put_back`."""
        self.is_out = True
        for end in list(self._ends):
            _close(end)

    def put_back(self) -> None:
        """Let new connections through again."""
        self.is_out = False

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._door.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        try:
            if self.is_out:
                raise ConnectionRefusedError
            far = socket.create_connection(("127.0.0.1", self.to))
        except OSError:
            _close(near)
            return
        self._ends |= {near, far}
        back = threading.Thread(target=_pass_on, args=(far, near), daemon=True)
        back.start()
        _pass_on(near, far)
        back.join()
        self._ends -= {near, far}

    def __enter__(self) -> Cable:
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _close(self._door)
        self.pull_out()


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while said := here.recv(LARGEST):
            there.sendall(said)
    _close(here)
    _close(there)


def _close(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
