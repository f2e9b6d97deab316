"""A time limit for queries."""

from __future__ import annotations

import threading
import time
import weakref
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Watch:
    """Interrupts a connection whose query runs too long: one thread an engine (a timer a query costs half as much as
    the query)."""

    def __init__(self, connection: DuckDBPyConnection):
        self._connection = connection
        self._deadline = 0.0
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        thread = threading.Thread(target=_watch, args=(weakref.ref(self), self._stopped), daemon=True)
        thread.start()

    def begin(self, seconds: float) -> None:
        """A query starts now."""
        with self._lock:
            self._deadline = time.monotonic() + seconds

    def end(self) -> None:
        """The query is over."""
        with self._lock:
            self._deadline = 0.0

    def stop(self) -> None:
        """The connection is about to be closed."""
        self._stopped.set()

    def look(self) -> None:
        """Interrupt if the time is up."""
        with self._lock:
            if self._deadline and time.monotonic() > self._deadline:
                self._connection.interrupt()


def _watch(reference: weakref.ref[Watch], stopped: threading.Event) -> None:
    # The weak reference lets the thread end when an engine is forgotten without being closed.
    while not stopped.wait(0.1):
        watch = reference()
        if watch is None:
            return
        watch.look()
        del watch
