"""What other rooms work out from a catalog, or from the settings of a database, and keep for as long as these live."""

from __future__ import annotations

import weakref
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


_KEPT: dict[int, tuple[weakref.ref[object], Derived]] = {}


def derived_of(owner: object) -> Derived:
    """What was worked out from an object that has no place for it: settings are compared, copied and written field by
    field. A copy of it, with other values, begins anew."""
    key = id(owner)
    kept = _KEPT.get(key)
    # The number of an object that is gone may be that of another one.
    if kept is None or kept[0]() is not owner:
        kept = _KEPT[key] = weakref.ref(owner, lambda gone: _forget(key, gone)), Derived()
    return kept[1]


def _forget(key: int, gone: weakref.ref[object]) -> None:
    kept = _KEPT.get(key)
    if kept is not None and kept[0] is gone:
        del _KEPT[key]
