"""An answer's text while it grows: what of it can be heard already, and where it is to stop."""

from __future__ import annotations

from collections.abc import Sequence

from vgpt2.inference.live.generation import Listener

# At the end of a text these may still become something else: half of a character, blanks that nothing follows.
_UNSURE = " \t\r\n\ufffd"


class Speech:
    """Tells a listener each piece once it is sure. What may be the beginning of a stop waits until it is or is not."""

    def __init__(self, stop: Sequence[str], listener: Listener) -> None:
        self._stop, self._listener, self._said = stop, listener, ""

    @property
    def heeded(self) -> bool:
        """Whether anything hangs on the text before it is whole."""
        return bool(self._stop) or self._listener.hears

    def grown(self, text: str) -> bool:
        """The text so far; returns whether a stop stands in it."""
        text = text.lstrip()
        if self._end(text) >= 0:
            return True
        sure = len(text.rstrip(_UNSURE))
        for stop in self._stop:
            begun = (size for size in range(min(len(stop) - 1, len(text)), 0, -1) if text.endswith(stop[:size]))
            sure = min(sure, len(text) - next(begun, 0))
        self._say(text[:sure])
        return False

    def ended(self, text: str) -> str:
        """The whole text; returns what of it counts, all of which has been heard then."""
        text = text.strip()
        end = self._end(text)
        text = text[:end] if end >= 0 else text
        self._say(text)
        return text

    def _end(self, text: str) -> int:
        return min((at for stop in self._stop if (at := text.find(stop)) >= 0), default=-1)

    def _say(self, text: str) -> None:
        if len(text) > len(self._said) and text.startswith(self._said):
            self._listener.heard(text[len(self._said) :])
            self._said = text
