"""A name at the place where it stands: a table, a column, an alias, a function, a type."""

from __future__ import annotations

from collections.abc import Iterator

from vgpt2.tsql.check.functions.words import words
from vgpt2.tsql.prefix import clauses, comparing
from vgpt2.tsql.prefix.names import Source, plain, refused_in, types
from vgpt2.tsql.prefix.refused_words import no_words
from vgpt2.tsql.prefix.scopes import Scope
from vgpt2.tsql.prefix.state import NAMELESS, Frame, Refused, State

_TYPED = frozenset("CAST TRY_CAST PARSE TRY_PARSE".split())
_TYPE_FIRST = frozenset("CONVERT TRY_CONVERT".split())
# What a query calls something; longer ones are one word again and again.
LONGEST_NAME = 64
PART_FIRST = frozenset("DATEADD DATEDIFF DATEDIFF_BIG DATEPART DATENAME DATETRUNC DATE_BUCKET".split())


def name(state: State) -> None:
    """A name, or several with dots between, from the token that is read on.

    Raises:
        Refused: there is nothing of that name that could stand here.
    """
    parts: list[str] = []
    while True:
        last = state.at
        text = state.text_at(last)
        parts.append(text if text == "*" else plain(text))
        if parts[-1] == "*" and text != "*":
            raise Refused(text)
        state.at += 1
        if text in ("", "*") or state.text_at(state.at) != ".":
            break
        state.at += 1
    # What is behind a dot, or at the very end, may still become something.
    partial = text == "" or (state.touches_end(last) and text[-1] not in '*]"')
    _place(state, parts, partial, state.text_at(state.at))
    state.frame.begins = False


def _place(state: State, parts: list[str], partial: bool, following: str) -> None:
    frame, scope = state.frame, state.frame.scope
    if frame.kind in NAMELESS:
        return
    if frame.kind == "columns":
        frame.outputs = [*(frame.outputs or ()), parts[0]]
    elif frame.kind == "text" and frame.cte == "WITH" and not scope:
        frame.cte = parts[0]
    elif frame.at_source and frame.begins:
        begun = state.text_at(state.at - 1) if partial and len(parts) == 1 else "-"
        query = "SELECT".startswith(begun) or "select".startswith(begun)
        if not (query and "SELECT" not in no_words(state, None)):
            # tables joined within the bracket
            state.joins_here()
            _table(state, parts, partial, following)
    elif state.wants_source:
        _table(state, parts, partial, following)
    elif not _of_a_function(state, frame, parts, partial):
        called = state.after == "CALLED" and not frame.aliased
        if scope and scope.phase == "list" and (frame.aliased or not state.wants_value) and not called:
            _output_alias(state, parts, frame, scope)
        elif scope and scope.phase == "from" and state.may_alias:
            _alias(state, parts, partial, frame, scope)
        elif state.after == "COLLATE":
            state.wants_value, state.after = False, ""
        elif state.wants_value or partial:
            _value(state, parts, partial, following)
        else:
            raise Refused(".".join(parts))


def _of_a_function(state: State, frame: Frame, parts: list[str], partial: bool) -> bool:
    """Whether it is a type or a part of a date, as the function has it whose argument it is."""
    if (frame.aliased and frame.function in _TYPED) or (frame.function in _TYPE_FIRST and frame.argument == 0):
        known, after = types(), "TYPE"
    elif frame.function in PART_FIRST and frame.argument == 0 and frame.begins:
        known, after = words().date_parts.all, ""
    else:
        return False
    upper = parts[0].upper()
    if len(parts) > 1 or not (any(word.startswith(upper) for word in known) if partial else upper in known):
        raise Refused(".".join(parts))
    state.after, state.wants_value, frame.aliased = after, False, False
    return True


def _never_ends(state: State, name: str) -> bool:
    return state.rules and len(name) > LONGEST_NAME


def _output_alias(state: State, parts: list[str], frame: Frame, scope: Scope) -> None:
    if len(parts) > 1 or _never_ends(state, parts[0]):
        raise Refused(".".join(parts))
    state.item.name = parts[0]
    scope.made.append(parts[0])
    frame.aliased, state.wants_value, state.after = False, False, "CALLED"


def _table(state: State, parts: list[str], partial: bool, following: str) -> None:
    scope = state.frame.scope
    state.wants_source = False
    if scope is None or following == "(":
        raise Refused(".".join(parts))
    ctes = list(state.ctes.values()) if len(parts) == 1 else []
    if partial:
        known = [*state.names.begins_table(parts), *(cte for cte in ctes if cte.name.startswith(parts[0]))]
    else:
        exact = next((cte for cte in ctes if cte.name == parts[0]), None) or state.names.table(parts)
        known = [exact] if exact else []
    if not any(scope.may_add(source) for source in known):
        raise Refused(".".join(parts))
    state.source, state.may_alias, state.wants_value, state.after = known[0], True, False, ""


def _alias(state: State, parts: list[str], partial: bool, frame: Frame, scope: Scope) -> None:
    source = state.source
    named = Source(parts[0], source.columns if source else None, table=source.table if source else "")
    if len(parts) > 1 or _never_ends(state, parts[0]) or (not partial and not scope.may_be_called(named, parts[0])):
        raise Refused(".".join(parts))
    state.source, state.may_alias, frame.aliased = named, False, False
    state.wants_value, state.after = False, "ALIAS"


def _value(state: State, parts: list[str], partial: bool, following: str) -> None:
    """A column, a function, or what stands before a dot."""
    scope = state.scope
    if following == "(" and not partial:
        _called(state, parts)
        return
    found = scope is not None and state.wants_value and any(_readings(state, scope, parts, partial))
    if not found:
        words = state.words_to_come(state.at - 1) if partial and len(parts) == 1 else set()
        words -= no_words(state, scope)
        if not words:
            raise Refused(".".join(parts))
        clauses.begun(state, words)
    if scope is None:
        return
    state.wants_value, state.after = False, ""
    if not partial:
        comparing.column(state, parts)
    if state.frame.scope is scope and scope.phase == "list":
        scope.starred = scope.starred or parts[-1] == "*"
        state.item.name = "" if state.item.computed or parts[-1] == "*" else parts[-1]


def _readings(state: State, scope: Scope, parts: list[str], partial: bool) -> Iterator[bool]:
    """What it may be, one after the other."""
    names = state.names
    if len(parts) == 1:
        if partial:
            yield scope.takes(parts[0], True, lambda column: _is_taken(state, scope, [column], False))
        else:
            yield _is_taken(state, scope, parts, False) and scope.takes(parts[0], False)
        if partial:
            yield scope.qualifies(parts[0], True)
            yield names.begins_function(parts[0], no_words(state, scope))
            yield names.begins_schema(parts[0])
        return
    if parts[-1] == "*":
        yield scope.wants(parts[-2])
        return
    if scope.qualifies(parts[-2], False) and _is_taken(state, scope, parts, partial):
        yield scope.takes_of(parts[-2], parts[-1], partial)
    if partial and len(parts) == 2:
        yield names.begins_routine(parts) or names.begins_table_of(*parts)


def _is_taken(state: State, scope: Scope, parts: list[str], partial: bool) -> bool:
    """Whether a column may be what the function takes in whose brackets it is the first of an argument."""
    frame = state.frame
    before = state.text_at(state.at - 2 * len(parts))  # a name of n parts has n - 1 dots
    refused = refused_in(frame.function, frame.argument) if frame.function and before in ("(", ",") else ()
    return not refused or any(one is None or one.base not in refused for one in scope.typed(parts, partial))


def _called(state: State, parts: list[str]) -> None:
    if len(parts) == 1:
        upper = parts[0].upper()
        known = upper in state.names.functions and parts[0] in (upper, upper.lower())
        known = known and upper not in no_words(state, state.scope)
    else:
        known = ".".join(parts) in state.names.routines
    if not known:
        raise Refused(f"{'.'.join(parts)}(")
    state.after = f"({parts[-1].upper()}"
