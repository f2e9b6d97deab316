"""A time limit for queries, in seconds of the processor: a loaded machine changes nothing."""

from __future__ import annotations

import contextlib
import threading
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A query that waits and computes nothing is stopped after so many times its seconds by the clock on the wall.
PATIENCE = 60


def clock_of_this_thread() -> Callable[[], float]:
    """A clock of the seconds that this thread has computed, to be read from any thread; of the whole process, where
    the system has none for threads (Windows)."""
    if hasattr(time, "pthread_getcpuclockid"):
        number = time.pthread_getcpuclockid(threading.get_ident())
        return lambda: time.clock_gettime(number)
    return time.process_time


def clock_of_process(identity: int) -> Callable[[], float] | None:
    """A clock of the seconds that another process has computed; None where the system has none (Linux has)."""
    if not hasattr(time, "clock_gettime"):
        return None
    # The clock of a process by its number, as glibc's clock_getcpuclockid makes it.
    number = (~identity << 3) | 2
    try:
        time.clock_gettime(number)
    except (OSError, OverflowError):
        return None
    return lambda: time.clock_gettime(number)


class Watch:
    """Interrupts a connection whose query computes too long: one thread an engine (a timer a query costs half as much
    as the query). The engine has one thread of its own, that which asks."""

    def __init__(self, connection: DuckDBPyConnection):
        self._connection = connection
        self._deadline = self._patience = 0.0
        self._clock: Callable[[], float] = time.process_time
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        thread = threading.Thread(target=_watch, args=(weakref.ref(self), self._stopped), daemon=True)
        thread.start()

    def begin(self, seconds: float) -> None:
        """A query of this thread starts now."""
        clock = clock_of_this_thread()
        with self._lock:
            self._clock = clock
            self._deadline = clock() + seconds
            self._patience = time.monotonic() + PATIENCE * seconds

    def end(self) -> None:
        """The query is over."""
        with self._lock:
            self._deadline = 0.0

    def stop(self) -> None:
        """The connection is about to be closed."""
        self._stopped.set()

    def look(self) -> None:
        """Interrupt if the time is up."""
        with self._lock, contextlib.suppress(OSError):  # a thread that is gone has no clock
            if self._deadline and (self._clock() > self._deadline or time.monotonic() > self._patience):
                self._connection.interrupt()


def _watch(reference: weakref.ref[Watch], stopped: threading.Event) -> None:
    # The weak reference lets the thread end when an engine is forgotten without being closed.
    while not stopped.wait(0.1):
        watch = reference()
        if watch is None:
            return
        watch.look()
        del watch
