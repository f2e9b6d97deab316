"""Streams of examples in processes: the same examples in the same order, whatever the number of processes.

Each named stream is made by one process from its start, so no result depends on who else works. A process is asked
for a block of every stream that it has and goes on with the next while the last is read.
"""

from __future__ import annotations

import multiprocessing
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any

from vgpt2.errors import UserError

BLOCK = 64

# Opens the streams of a process: (names, what it counts) -> one iterator a name. It is sent to the process.
Opener = Callable[[Sequence[str], Counter], dict[str, Iterator[Any]]]


class Workers:
    """Processes that make streams. Use as a context manager; leaving it ends them."""

    def __init__(self, opener: Opener, names: Sequence[str], processes: int, dropped: Counter | None = None) -> None:
        self._dropped = dropped if dropped is not None else Counter()
        self._opener = opener
        # Neighbours in the list cost alike; dealing them out in turn gives every process as much to do.
        self._shares = [list(names[start::processes]) for start in range(min(processes, len(names)))]
        self._worker_of: dict[str, Connection] = {}
        self._processes: list[multiprocessing.process.BaseProcess] = []
        self._early: dict[str, tuple[list[Any], bool]] = {}

    def __enter__(self) -> Workers:
        context = multiprocessing.get_context("spawn")
        for share in self._shares:
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(there, self._opener, share, BLOCK), daemon=True)
            process.start()
            there.close()
            self._processes.append(process)
            for name in share:
                self._worker_of[name] = here
                here.send(name)
        return self

    def __exit__(self, *exception: object) -> None:
        for process in self._processes:
            process.terminate()
            process.join()

    def streams(self) -> dict[str, Iterator[Any]]:
        """The streams by name, to be read in any order."""
        return {name: self._read(name) for share in self._shares for name in share}

    def _read(self, name: str) -> Iterator[Any]:
        while True:
            block, ended = self._block(name)
            if not ended:
                self._worker_of[name].send(name)
            yield from block
            if ended:
                return

    def _block(self, name: str) -> tuple[list[Any], bool]:
        while name not in self._early:
            try:
                sender, block, ended, counted, failure = self._worker_of[name].recv()
            except EOFError:
                raise UserError(
                    "a process that makes examples was killed, as when memory is used up; try --processes 1"
                ) from None
            if failure:
                raise RuntimeError(failure)
            self._dropped.update(counted)
            self._early[sender] = block, ended
        return self._early.pop(name)


def _serve(pipe: Connection, opener: Opener, names: Sequence[str], size: int) -> None:
    """Answer each name with the next block of its stream: (name, examples, whether it ended, what was counted)."""
    dropped: Counter = Counter()
    try:
        streams = opener(names, dropped)
        while True:
            name = pipe.recv()
            block = list(islice(streams[name], size))
            pipe.send((name, block, len(block) < size, dict(dropped), ""))
            dropped.clear()
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
    except Exception:
        pipe.send(("", [], True, {}, traceback.format_exc()))
