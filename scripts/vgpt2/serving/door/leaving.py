"""How a chat ends that is told to, or that nobody reads any more."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from typing import Any, NoReturn

# As a shell gives it for the signal.
TOLD_TO_END = 128 + signal.SIGTERM


@contextlib.contextmanager
def leaving_cleanly(at_terminal: bool) -> Iterator[None]:
    """Around a conversation: SIGTERM comes as SystemExit, so that all that is open is closed and the terminal is as it
    was (readline turns off its echo while it awaits a line); a reader who closed the pipe is no fault.

    Args:
        at_terminal: whether somebody types; what was begun there is then ended by a new line.

    Raises:
        SystemExit: 143, at SIGTERM.
    """

    def told(*_: Any) -> NoReturn:
        raise SystemExit(TOLD_TO_END)

    # signals are the main thread's alone
    mine = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGTERM, told) if mine else None
    try:
        yield
    except BrokenPipeError:
        _read_by_nobody()
    except SystemExit as ended:
        if at_terminal and ended.code == TOLD_TO_END:
            with contextlib.suppress(OSError):
                print()
        raise
    finally:
        if mine:
            signal.signal(signal.SIGTERM, before)


def _read_by_nobody() -> None:
    """What is still to be written goes nowhere: Python would try once more at its end, and say that it cannot."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
