"""How a chat ends that is told to, or that nobody reads any more."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any, NoReturn

# As a shell gives it for the signal.
TOLD_TO_END = 128 + signal.SIGTERM
# Seconds after which a signal that may not have been heard is pointed to.
UNHEARD = 0.1


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
        with _heard_at_once() if mine else contextlib.nullcontext():
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


@contextlib.contextmanager
def _heard_at_once() -> Iterator[None]:
    """Within it no signal waits for the next key: readline shows its prompt, looks for signals, and then waits, and one
    that comes between the last two is heard no sooner. So the main thread is woken a little after each, by another
    signal that means nothing. (Windows has none to send to a thread, and no such readline.)"""
    if not hasattr(signal, "pthread_kill"):
        yield
        return
    main, (told, tells) = threading.get_ident(), os.pipe()
    os.set_blocking(tells, False)

    def wake() -> None:
        while numbers := os.read(told, 64):
            if {*numbers} - {signal.SIGURG}:
                time.sleep(UNHEARD)
                signal.pthread_kill(main, signal.SIGURG)

    before = signal.signal(signal.SIGURG, lambda *_: None), signal.set_wakeup_fd(tells, warn_on_full_buffer=False)
    waker = threading.Thread(target=wake, daemon=True)
    waker.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before[1])
        os.close(tells)
        waker.join()
        os.close(told)
        signal.signal(signal.SIGURG, before[0])


def _read_by_nobody() -> None:
    """What is still to be written goes nowhere: Python would try once more at its end, and say that it cannot."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
