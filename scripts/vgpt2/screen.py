"""What is shown while something works: a line that lives on a terminal, a line a minute in a log.

Both on the error stream, and neither stays: the closing line of a step says what is worth keeping.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from vgpt2.pace import duration

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, Task, TaskID
    from rich.progress_bar import ProgressBar

EVERY = 60.0  # seconds between two lines of a log
FRAME = 0.1  # seconds between two states of a bar


class Screen:
    """The one place that draws; what is shown within something else stands below it."""

    def __init__(self, console: Console | None = None) -> None:
        from rich.console import Console

        self.console = console or Console(stderr=True, highlight=False)
        self.said = time.monotonic()
        self.place = ""  # what every line of a log begins with: where a step stands in the chain
        self._doing: list[Doing] = []

    @contextmanager
    def doing(self, what: str, expected: float | None = None) -> Iterator[Doing]:
        """Say what goes on while the block runs; `expected`: its seconds, where that is known."""
        doing = Doing(self, what, expected)
        self._doing.append(doing)
        doing.start()
        try:
            yield doing
        finally:
            doing.stop()
            self._doing.remove(doing)

    def rest(self) -> None:
        """Take away all that is shown: something that stays will be printed."""
        for doing in reversed(self._doing):
            doing.stop()

    def line(self, text: str) -> None:
        """A line for the log."""
        self.said = time.monotonic()
        place = "" if not self.place or text.startswith(self.place) else f"{self.place}: "
        self.console.print(f"{place}{text}", highlight=False, markup=False, soft_wrap=True)

    def is_due(self) -> bool:
        """Whether a log has heard nothing for a minute."""
        return time.monotonic() - self.said >= EVERY

    def is_innermost(self, doing: Doing) -> bool:
        """Whether nothing is shown within this."""
        return bool(self._doing) and self._doing[-1] is doing


class Doing:
    """One thing that goes on."""

    def __init__(self, screen: Screen, what: str, expected: float | None) -> None:
        self.what = what
        self._screen = screen
        self._expected = expected
        self._started = time.monotonic()
        self._drawn = 0.0
        self._text = ""  # how far it was when last asked, until a line has told it
        self._bar: Progress | None = None
        self._task: TaskID | None = None
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin to show it."""
        self._screen.said = time.monotonic()
        if self._screen.console.is_terminal:
            self._draw()
        else:
            threading.Thread(target=self._tell, daemon=True).start()

    def stop(self) -> None:
        """Show it no longer; nothing happens if that was done before."""
        self._ended.set()
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def is_heeded(self) -> bool:
        """Whether `at` is of use: ten times a second on a terminal; in a log six times a minute, for its next line."""
        if self._bar is None and self._screen.console.is_terminal:
            return False
        now = time.monotonic()
        if now - self._drawn < (EVERY / 6 if self._bar is None else FRAME):
            return False
        self._drawn = now
        return True

    def at(self, count: int, total: int, text: str) -> None:
        """How far it is: a bar with `text` behind it on a terminal, `text` in the next line of a log."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=count, total=total, text=text)
        elif not self._screen.console.is_terminal and self._screen.is_due():
            self._screen.line(f"{self.what}: {text}")
        else:
            self._text = text

    def _draw(self) -> None:
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.text import Text

        class Bar(BarColumn):
            """None while there is nothing to count."""

            def render(self, task: Task) -> ProgressBar | Text:  # type: ignore[override]  # Progress shows any text
                return super().render(task) if task.total else Text("")

        about = f"of about {duration(self._expected)}" if self._expected else ""
        self._bar = Progress(
            SpinnerColumn("line"),
            TextColumn("{task.description}", markup=False),
            Bar(bar_width=20),
            TextColumn("{task.fields[text]}", markup=False),
            TimeElapsedColumn(),
            TextColumn(about, markup=False),
            console=self._screen.console,
            transient=True,
            # Where the two streams are not one terminal, what goes to the other is none of ours.
            redirect_stdout=sys.stdout.isatty(),
        )
        self._task = self._bar.add_task(self.what, total=None, text="")
        self._bar.start()

    def _tell(self) -> None:
        about = f" of about {duration(self._expected)}" if self._expected else ""
        while not self._ended.wait(EVERY):
            if self._screen.is_innermost(self) and self._screen.is_due():
                text, self._text = self._text, ""
                self._screen.line(f"{self.what}: {text or duration(time.monotonic() - self._started) + about}")


@cache
def screen() -> Screen:
    """That of this process."""
    return Screen()
