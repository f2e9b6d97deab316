"""Which fault ended a trainer, told from the lines of its log."""

from __future__ import annotations

import re

NO_SPACE = re.compile(r"No space left|Disk quota exceeded|StorageFull|code: 28\b|file write failed|unexpected pos \d")
NO_MEMORY = re.compile(r"OutOfMemoryError|(?:CUDA|HIP|XPU|NPU)[^;]{0,20} out of memory", re.IGNORECASE)
_RANK = r"^(\[rank\d+\]: ?)?"
# The last line of a traceback, or what click and argparse print.
_FAULT = re.compile(rf"{_RANK}((?:\w+\.)*\w*(?:Error|Exception|Interrupt|Exit)\b.*)$")
# torchrun and the program that started it say only that a process below them failed.
_OF_THE_LAUNCHER = re.compile(r"^(?:\w+\.)*(?:ChildFailedError|CalledProcessError)\b")
_CHAINED = re.compile(rf"{_RANK}(?:During handling of the above|The above exception was the direct cause)")


class FirstFault:
    """The fault with which it began: of several processes one fails, and the others for want of it.

    Of exceptions that Python chains, the last one is what the program means to say. A want of memory or space counts
    before all others, for what is done about it.
    """

    def __init__(self) -> None:
        self.text = ""
        self._rank: str | None = None
        self._chained = False

    def read(self, line: str) -> None:
        """Look at one line of the log."""
        line = line.rstrip()
        if chained := _CHAINED.match(line):
            self._chained = chained[1] == self._rank
            return
        found = _FAULT.match(line)
        if found is None or _OF_THE_LAUNCHER.match(found[2]):
            return
        says_more = self._chained and found[1] == self._rank
        if not self.text or (not began_it(self.text) and (says_more or began_it(found[2]))):
            self.text, self._rank = found[2], found[1]
        self._chained = False


def began_it(fault: str) -> bool:
    """Whether a fault is one that a stage is mended for: no memory, no space."""
    return bool(NO_SPACE.search(fault) or NO_MEMORY.search(fault))
