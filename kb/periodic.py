"""Something that is done every so many seconds, in a thread of its own, for as long as the program runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

_LOG = logging.getLogger("routewijzer")


class Periodic:
    """Calls `act` every `seconds` until it is closed; a call that fails is logged, and the next is made."""

    def __init__(self, name: str, seconds: float, act: Callable[[], object], failed: str) -> None:
        """`name` is the thread's; `failed` is what the log says above the traceback of an error nobody foresaw."""
        self.closing = threading.Event()
        """Set once it is to stop; an act that takes long looks at it."""
        self._seconds = seconds
        self._act = act
        self._failed = failed
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; the first call comes after the first pause."""
        self._thread.start()

    def close(self, timeout: float) -> None:
        """Stop after the call that is under way, for which at most `timeout` seconds are waited."""
        self.closing.set()
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self.closing.wait(self._seconds):
            try:
                self._act()
            except Exception:
                _LOG.exception(self._failed)
