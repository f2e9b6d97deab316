"""The engines in a process of their own, for SQL that a model wrote: what cannot be interrupted there is killed.

DuckDB looks at the clock and counts memory between its operators, not within a call of a string function: twelve
REPLACE in one another ran for 69 s against a limit of 2 s and took 4.6 GB against 512 MB. The process has a limit of
the operating system on its memory (not on Windows) and is killed when its time is over; the next query starts a new
one.
"""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.tsql.execute import Result, engines
from vgpt2.tsql.limits import SECONDS

# Beside what the process has when its engines are there; DuckDB itself may take half of it.
EXTRA_MEMORY = 1 << 30
# For making the tables that a query reads first, beyond the seconds of each query.
GRACE_SECONDS = 2.0

_kept: list[Any] = []


class Sandbox:
    """The two engines of `engines(catalog, seed)` in another process, started at the first query. A context manager."""

    def __init__(self, catalog: Catalog, seed: int | str = 0) -> None:
        self.catalog = catalog
        self.seed = seed
        self._pool: Any = None

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *error) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._pool is not None:
            self._pool.stop()
            self._pool.join()
            self._pool = None

    def run(self, number: int, queries: list[str], changes: dict | None = None) -> list[Result]:
        """The results of queries on engine 0 or 1, with `changes` as `Engine.changed` takes them.

        All are errors where the process had to be killed or died. An empty list: the changes cannot be made.
        """
        from pebble import ProcessExpired

        seconds = SECONDS * len(queries) + GRACE_SECONDS
        future = self._process().schedule(_run, args=(number, queries, changes or {}), timeout=seconds)
        try:
            return future.result()
        except TimeoutError:
            message = f"took more than {SECONDS:g} s"
        except (ProcessExpired, MemoryError, OSError):
            message = "took more memory than it may"
        return [Result("error", message=message) for _ in queries]

    def _process(self) -> Any:
        if self._pool is None:
            from pebble import ProcessPool

            # Never forked: the threads of DuckDB and torch do not come along.
            spawn = multiprocessing.get_context("spawn")
            self._pool = ProcessPool(max_workers=1, context=spawn, initializer=_start, initargs=(self.catalog, self.seed))
        return self._pool


def _start(catalog: Catalog, seed: int | str) -> None:
    """In the new process: make the engines, then limit the memory."""
    _kept[:] = engines(catalog, seed)
    for engine in _kept:
        engine.__enter__()
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (ImportError, OSError):
        return
    most = pages * os.sysconf("SC_PAGE_SIZE") + EXTRA_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _run(number: int, queries: list[str], changes: dict) -> list[Result]:
    engine = _kept[number]
    if not changes:
        return [engine.run(sql) for sql in queries]
    try:
        with engine.changed(changes):
            return [engine.run(sql) for sql in queries]
    except ValueError:
        return []
