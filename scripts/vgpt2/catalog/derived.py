"""What other rooms work out from a catalog and keep for as long as it lives."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar

Kind = TypeVar("Kind")


class Derived:
    """Things made from one catalog, each by its class and a key: a checker, a maker of rows, a table of known words."""

    def __init__(self) -> None:
        self._kept: dict[tuple[type, Hashable], object] = {}

    def get(self, kind: type[Kind], make: Callable[[], Kind], key: Hashable = None) -> Kind:
        """The thing of this class and key; `make` makes it at the first call."""
        found = self._kept.get((kind, key))
        if not isinstance(found, kind):
            found = self._kept[kind, key] = make()
        return found
