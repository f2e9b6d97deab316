"""The engines in a process of their own, for SQL that a model wrote: what cannot be interrupted there is killed.

DuckDB looks at the clock and counts memory between its operators, not within a call of a string function: twelve
REPLACE in one another ran for 69 s against a limit of 2 s and took 4.6 GB against 512 MB. The process has a limit of
the operating system on its memory (not on Windows) and is killed when its time is over; the next query starts a new
one.

It is a plain `python -m vgpt2.tsql.run.sandbox` that is fed through its pipes: the pools of multiprocessing import the
main script again, and start without end where that has no `if __name__ == "__main__"`.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.errors import UserError
from vgpt2.tsql.rows.held import DataSet
from vgpt2.tsql.run.execute import Changes, Result, engines
from vgpt2.tsql.run.limits import SECONDS
from vgpt2.tsql.run.transpile import Executable
from vgpt2.tsql.run.watch import clock_of_process

# Beside what the process has when its engines are there; DuckDB itself may take half of it.
EXTRA_MEMORY = 1 << 30
# For making the tables that a query reads first, beyond the seconds of each query; all are seconds of the processor.
GRACE_SECONDS = 5.0
# By the clock on the wall, where the processor of the other process cannot be asked, and for one that only waits.
PATIENCE = 30
LOOKS = 0.25
START_SECONDS = 120.0
SCRIPTS = Path(__file__).parents[3]


class Engines:
    """The same two engines in this process, for SQL that this project wrote. A context manager."""

    def __init__(self, catalog: Catalog, seed: int | str = 0) -> None:
        self._engines = engines(catalog, seed)

    def __enter__(self) -> Engines:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget both databases."""
        for engine in self._engines:
            engine.close()

    def run(
        self,
        number: int,
        queries: Sequence[str | Executable],
        changes: Changes | None = None,
        data: DataSet | None = None,
    ) -> list[Result]:
        """As `Sandbox.run`."""
        engine = self._engines[number]
        if data:
            try:
                with engine.holding(data, [query for query in queries if isinstance(query, Executable)]):
                    return [engine.run(sql) for sql in queries]
            except ValueError:
                return []
        if not changes:
            return [engine.run(sql) for sql in queries]
        try:
            with engine.changed(changes):
                return [engine.run(sql) for sql in queries]
        except ValueError:
            return []


class Sandbox:
    """`Engines` in another process, started at the first query. A context manager, to be used from one thread."""

    def __init__(self, catalog: Catalog, seed: int | str = 0) -> None:
        self.catalog = catalog
        self.seed = seed
        self._process: subprocess.Popen[bytes] | None = None
        self._answers: queue.SimpleQueue = queue.SimpleQueue()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):  # what was not sent is lost with the process
                        pipe.close()
            self._process = None

    def run(
        self,
        number: int,
        queries: Sequence[str | Executable],
        changes: Changes | None = None,
        data: DataSet | None = None,
    ) -> list[Result]:
        """The results of queries on engine 0 or 1, with `changes` as `Engine.changed` takes them or with the rows of
        `data` (`Engine.holding`, for what was transpiled). What was transpiled here is not read again there.

        All are errors where the process had to be killed or died. An empty list: the changes cannot be made.

        Raises:
            UserError: the process does not start.
        """
        if self._process is None:
            self._start()
        try:
            results = self._ask((number, queries, changes, data), SECONDS * len(queries) + GRACE_SECONDS)
        except TimeoutError:
            message = f"took more than {SECONDS:g} s"
        except OSError:
            message = "took more memory than it may"
        except BaseException:  # Ctrl-C: nobody waits for this answer, and the next question must not get it
            self.close()
            raise
        else:
            return results
        self.close()
        return [Result("error", message=message) for _ in queries]

    def _start(self) -> None:
        path = os.pathsep.join(filter(None, (str(SCRIPTS), os.environ.get("PYTHONPATH"))))
        process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": path},
        )
        self._process = process
        self._answers = queue.SimpleQueue()
        threading.Thread(target=_collect, args=(process.stdout, self._answers), daemon=True).start()
        try:
            self._ask((self.catalog, self.seed), START_SECONDS)
        except OSError:
            self.close()
            raise UserError(
                f"{sys.executable}: the process that runs SQL did not start in {START_SECONDS:.0f} s or ended at once; "
                f"see what `python -m {__name__}` in scripts/ says, and whether memory is left"
            ) from None

    def _ask(self, question: Any, seconds: float) -> Any:
        """Raises: TimeoutError, or another OSError where the process is gone."""
        pipe = self._process.stdin if self._process is not None else None
        if pipe is None:
            raise BrokenPipeError
        pickle.dump(question, pipe)
        pipe.flush()
        answer = self._wait(seconds)
        if answer is None:
            raise BrokenPipeError
        return answer

    def _wait(self, seconds: float) -> Any:
        """The next answer. Raises: TimeoutError once the process has computed for so long, or waited far longer."""
        clock = clock_of_process(self._process.pid) if self._process is not None else None
        began, patience = clock() if clock else 0.0, time.monotonic() + PATIENCE * seconds
        while True:
            with contextlib.suppress(queue.Empty):
                return self._answers.get(timeout=LOOKS)
            try:
                computed = clock() - began if clock else 0.0
            except OSError:
                raise BrokenPipeError from None
            if computed > seconds or time.monotonic() > patience:
                raise TimeoutError


def _collect(pipe: Any, answers: queue.SimpleQueue) -> None:
    try:
        while True:
            answers.put(pickle.load(pipe))
    except (OSError, EOFError, ValueError, pickle.UnpicklingError):
        answers.put(None)


def _limit_memory() -> None:
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except (ImportError, OSError):
        return
    most = pages * os.sysconf("SC_PAGE_SIZE") + EXTRA_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _serve() -> None:
    """In the new process: make the engines, limit the memory, and answer until the other side is gone.

    Ctrl-C goes to all processes of a terminal, and is the other side's to answer.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    with Engines(*pickle.load(source)) as made:
        for number in (0, 1):
            made.run(number, ["SELECT 1 AS a"])
        _limit_memory()
        answer: Any = []
        while True:
            pickle.dump(answer, target)
            target.flush()
            try:
                question = pickle.load(source)
            except EOFError:
                return
            answer = made.run(*question)


if __name__ == "__main__":
    _serve()
