"""Streams of examples in processes: the same examples in the same order, whatever the number of processes.

Each named stream is made by one process from its start, so no result depends on who else works. A process makes a few
blocks of every stream that it has before anybody reads them, and goes on with that of which fewest are left to read.
"""

from __future__ import annotations

import multiprocessing
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Thread
from typing import Any, NamedTuple

from vgpt2.errors import UserError

BLOCK = 16

# Opens the streams of a process: (names, what it counts) -> one iterator a name. It is sent to the process.
Opener = Callable[[Sequence[str], Counter], dict[str, Iterator[Any]]]


class Block(NamedTuple):
    """What comes next of a stream, whether it has ended, what was counted meanwhile, and how the process failed."""

    items: list[Any]
    ended: bool
    counted: dict[str, int]
    failure: str = ""


class Workers:
    """Processes that make streams. Use as a context manager; leaving it ends them.

    Args:
        ahead: so many blocks of each stream are made before they are asked for.
    """

    def __init__(
        self, opener: Opener, names: Sequence[str], processes: int, dropped: Counter | None = None, ahead: int = 1
    ) -> None:
        self._ahead = ahead
        self._dropped = dropped if dropped is not None else Counter()
        self._opener = opener
        # Neighbours in the list cost alike; dealing them out in turn gives every process as much to do.
        self._shares = [list(names[start::processes]) for start in range(min(processes, len(names)))]
        self._worker_of: dict[str, Connection] = {}
        self._processes: list[multiprocessing.process.BaseProcess] = []
        # None: the process is gone.
        self._blocks: dict[str, SimpleQueue[Block | None]] = {name: SimpleQueue() for name in names}

    def __enter__(self) -> Workers:
        context = multiprocessing.get_context("spawn")
        for share in self._shares:
            here, there = context.Pipe()
            process = context.Process(target=_serve, args=(there, self._opener, share, self._ahead, BLOCK), daemon=True)
            process.start()
            there.close()
            self._processes.append(process)
            self._worker_of.update(dict.fromkeys(share, here))
            # A pipe holds less than a block: without somebody who empties it a process would wait for its reader.
            Thread(target=self._receive, args=(here, share), daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        for process in self._processes:
            process.terminate()
            process.join()

    def streams(self) -> dict[str, Iterator[Any]]:
        """The streams by name, to be read in any order."""
        return {name: self._read(name) for share in self._shares for name in share}

    def _receive(self, worker: Connection, share: Sequence[str]) -> None:
        try:
            while True:
                name, block = worker.recv()
                self._blocks[name].put(block)
        except (EOFError, OSError):
            for name in share:
                self._blocks[name].put(None)

    def _read(self, name: str) -> Iterator[Any]:
        while True:
            block = self._blocks[name].get()
            if block is None:
                raise UserError(
                    "a process that makes examples was killed, as when memory is used up; try --processes 1"
                )
            if block.failure:
                raise RuntimeError(block.failure)
            self._dropped.update(block.counted)
            if not block.ended:
                self._worker_of[name].send(name)
            yield from block.items
            if block.ended:
                return


def _serve(pipe: Connection, opener: Opener, names: Sequence[str], ahead: int, size: int) -> None:
    """Send so many blocks of every stream, and another one of each whose name comes: it was read."""
    dropped: Counter = Counter()
    try:
        streams = opener(names, dropped)
        # Of the streams that go on, the blocks that nobody has read yet.
        unread = dict.fromkeys(names, 0)
        while True:
            while pipe.poll(None if min(unread.values(), default=ahead) >= ahead else 0):
                name = pipe.recv()
                if name in unread:
                    unread[name] -= 1
            # Whoever reads waits for this one first.
            name = min(unread, key=lambda each: unread[each])
            items = list(islice(streams[name], size))
            ended = len(items) < size
            pipe.send((name, Block(items, ended, dict(dropped))))
            dropped.clear()
            if ended:
                del unread[name]
            else:
                unread[name] += 1
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return
    except Exception:
        failure = Block([], True, {}, traceback.format_exc())
        for name in names:
            pipe.send((name, failure))
