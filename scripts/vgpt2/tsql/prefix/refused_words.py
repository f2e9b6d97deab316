"""The words that the server, or what never ends, keeps from a place where the grammar takes them."""

from __future__ import annotations

from collections import Counter

from vgpt2.tsql.prefix.names import aggregates, of_rows
from vgpt2.tsql.prefix.scopes import Scope
from vgpt2.tsql.prefix.state import State

# A query in a query in a query: more no report needs, and a small model that has begun so never ends.
DEEPEST = 4
# One function within itself so often at most, for the same reason.
NESTED = 3
# The functions that take WITHIN GROUP, behind whose bracket OVER may follow.
_ORDERED = frozenset("STRING_AGG PERCENTILE_CONT PERCENTILE_DISC".split())
# What is a query, or can only have one behind it.
_QUERIES = frozenset("SELECT EXISTS ANY SOME".split())
_WINDOWED = frozenset({"GROUP"})


def no_words(state: State, scope: Scope | None) -> frozenset[str]:
    """The words that cannot stand here, in capitals: aggregates in WHERE, ON and GROUP BY, a third within two others or
    in a window's; a query too deep, or in an aggregate; OVER and WITHIN behind a function that takes none; a
    function in itself again and again."""
    if not state.rules:
        return frozenset()
    around = len(state.aggregates_open())
    deep = sum(below.scope is not None for below in state.frames) >= DEEPEST
    refused = {
        **dict.fromkeys(_QUERIES, around or deep),
        "OVER": around or state.called not in _WINDOWED | of_rows(),
        "WITHIN": state.called not in _ORDERED,
    }
    words = frozenset(word for word, no in refused.items() if no)
    if len(state.frames) > NESTED:
        calls = Counter(below.function for below in state.frames)
        words |= {function for function in state.names.functions if calls[function] >= NESTED}
    if around > 1 or (scope and scope.phase in ("on", "where", "group")):
        return words | of_rows()
    return words | (of_rows() - aggregates()) if around else words
