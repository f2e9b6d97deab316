"""The clauses of a SELECT as they begin, and what must be there when they end."""

from __future__ import annotations

from vgpt2.tsql.prefix import comparing
from vgpt2.tsql.prefix.grouping import ungrouped
from vgpt2.tsql.prefix.names import Source, most_arguments, of_rows
from vgpt2.tsql.prefix.refused_words import no_words
from vgpt2.tsql.prefix.scopes import Scope
from vgpt2.tsql.prefix.state import NAMELESS, Frame, Item, Refused, State

# Behind these a value is complete.
_ENDS_VALUE = frozenset("END NULL CURRENT_TIMESTAMP ASC DESC".split())
_JOINS = frozenset("JOIN APPLY".split())
_BEFORE_JOIN = frozenset("INNER LEFT RIGHT FULL CROSS OUTER LOOP HASH MERGE REMOTE".split())
_CLAUSES = {"WHERE": "where", "GROUP": "group", "HAVING": "having", "ORDER": "order", "FOR": "where", "OPTION": "where"}
_SET_OPERATORS = frozenset("UNION EXCEPT INTERSECT".split())
# Behind these no GROUP BY comes any more.
_ENDS_GROUPS = _SET_OPERATORS | frozenset("HAVING ORDER FOR OPTION".split())
_ENDS_FROM = _SET_OPERATORS | _CLAUSES.keys()


def keyword(state: State, word: str) -> None:
    """A word of T-SQL, in capitals.

    Raises:
        Refused: it ends a clause that lacks something.
    """
    frame, scope = state.frame, state.frame.scope
    if frame.kind in NAMELESS:
        return
    comparing.word(state, word)
    # MAX is a word of types too
    if word in no_words(state, state.scope) and (word not in of_rows() or state.text_at(state.at + 1) == "("):
        raise Refused(f"{word}(" if word in of_rows() else word)
    if word == "SELECT":
        _select(state, frame)
    elif word == "WITH" and frame.kind == "text" and scope is None:
        frame.cte = "WITH"
    elif word == "AS":
        frame.aliased = True
    elif word in _SET_OPERATORS and scope:
        end_select(state, frame)
    elif scope and frame.kind in ("text", "query", "joins"):
        _clause(state, word, frame, scope)
    if word in ("INTO", "PIVOT", "UNPIVOT"):
        raise Refused(word)
    if word == "CASE" and scope:
        state.item.name, state.item.computed = "", True
    state.wants_value = word not in _ENDS_VALUE
    state.after = word
    frame.begins = False


def may_be_word(state: State, word: str) -> bool:
    """Whether a word with which the text ends may stay what it is; it can be the beginning of others only, as WITH is
    of WITHIN behind a function, and IN of INTERSECT behind GROUP BY.

    Raises:
        Refused: none of these can stand here.
    """
    words = state.words_to_come(state.at)
    if not words or word in words:
        return True
    words -= no_words(state, state.scope)
    if not words:
        raise Refused(word)
    begun(state, words)
    return False


def begun(state: State, words: set[str]) -> None:
    """The beginning of one of these words of T-SQL, with which the text ends.

    Raises:
        Refused: each of them ends a FROM or a GROUP BY which lacks something: nothing could follow `WHER`.
    """
    frame, scope = state.frame, state.frame.scope
    if scope is None or frame.kind == "joins" or state.after == "WITHIN":
        return
    if scope.phase in ("list", "from", "on") and _ENDS_FROM.issuperset(words):
        end_from(state, scope)
    if _ENDS_GROUPS.issuperset(words) or (scope.phase == "group" and words == {"WITH"}):
        end_groups(state, scope)


def _select(state: State, frame: Frame) -> None:
    if frame.kind == "inside":
        frame.kind = "query"
    outer = None
    if frame.kind == "query" and not frame.cte:
        outer = next((below.scope for below in reversed(state.frames[:-1]) if below.scope), None)
        if frame.at_source and frame.function != "APPLY" and outer:
            outer = outer.outer  # a derived table does not see what stands beside it
    # ORDER BY behind a UNION names the columns of its first SELECT
    frame.scope = Scope(state.names, dict(state.ctes), outer, made=list(frame.outputs or ()), begins=state.at + 1)
    state.wants_source, state.may_alias, state.item = False, False, Item()


def _clause(state: State, word: str, frame: Frame, scope: Scope) -> None:
    if word == "FROM":
        if scope.phase == "list" and frame.kind != "joins":
            end_item(state, scope)
            scope.phase, state.wants_source = "from", True
    elif word in _JOINS or (word in _BEFORE_JOIN and not state.wants_value):
        if scope.phase in ("from", "on"):
            keep_source(state, scope)
            scope.phase, state.wants_source = "from", word in _JOINS
    elif word == "ON" and scope.phase == "from":
        keep_source(state, scope)
        scope.phase = "on"
    elif word == "WITH" and scope.phase == "group":
        end_groups(state, scope)  # ROLLUP or CUBE ends it
    elif word == "WITH" and scope.phase == "from":
        # behind hints no alias can come that would tell it from another of its name
        if state.source is not None and not scope.may_be_called(state.source, state.source.name):
            raise Refused(state.source.name)
        state.may_alias = False
    elif word in _CLAUSES and frame.kind != "joins" and not (word == "GROUP" and state.after == "WITHIN"):
        end_from(state, scope)
        if word in _ENDS_GROUPS:
            end_groups(state, scope)
        scope.phase = _CLAUSES[word]


def comma(state: State) -> None:
    """A comma: another argument, column, source or common table expression."""
    frame = state.frame
    frame.argument += 1
    if state.rules and frame.kind == "inside" and frame.argument >= most_arguments(frame.function):
        raise Refused(f"{frame.function} takes no more")
    state.wants_value = True
    scope = frame.scope
    if scope and scope.phase == "list":
        end_item(state, scope)
    elif scope and scope.phase in ("from", "on"):
        keep_source(state, scope)
        scope.phase, state.wants_source = "from", True
    elif frame.kind == "text" and frame.cte and not scope:
        frame.cte = "WITH"


def finish(state: State) -> None:
    """Nothing follows.

    Raises:
        Refused: something is lacking.
    """
    owed(state, "")
    for frame in reversed(state.frames):
        if frame.scope:
            end_from(state, frame.scope)
            end_groups(state, frame.scope)
            return


def owed(state: State, text: str, partial: bool = False) -> None:
    """What follows the brackets of an aggregate of aggregates (`text`; `partial`: it may go on).

    Raises:
        Refused: it is not OVER.
    """
    if state.owes_over and not (text.upper() == "OVER" or (partial and "OVER".startswith(text.upper()))):
        raise Refused("an aggregate of an aggregate")
    state.owes_over = False


def end_item(state: State, scope: Scope) -> None:
    """A column of the select list is complete."""
    if state.item.name:
        scope.outputs.append(state.item.name)
    state.item = Item()


def keep_source(state: State, scope: Scope) -> None:
    """The last source stands under the name that it has now.

    Raises:
        Refused: it may not.
    """
    if state.source is not None:
        if not scope.may_be_called(state.source, state.source.name):
            raise Refused(state.source.name)
        scope.sources.append(state.source)
    state.source, state.may_alias = None, False


def end_from(state: State, scope: Scope) -> None:
    """FROM is complete, or there is none.

    Raises:
        Refused: what was selected is of no table in it.
    """
    if scope.phase == "list":
        end_item(state, scope)
        if scope.starred:
            raise Refused("* needs a FROM")
    if scope.phase in ("from", "on"):
        keep_source(state, scope)
    if scope.phase in ("list", "from", "on"):
        if missing := scope.lacks():
            raise Refused(f"{missing} is of no table in FROM")
        scope.phase = "where"


def end_groups(state: State, scope: Scope) -> None:
    """No GROUP BY follows, or it is complete.

    Raises:
        Refused: a column that is selected beside an aggregate is not in it.
    """
    if state.rules and scope.phase in ("list", "from", "on", "where", "group"):
        read = [state.text_at(place) for place in range(scope.begins, min(state.at, len(state.tokens)))]
        if missing := ungrouped(read, scope.sources):
            raise Refused(f"{missing} is not in GROUP BY")


def end_select(state: State, frame: Frame) -> None:
    """A SELECT of a bracket or of a set operation is complete.

    Raises:
        Refused: something is lacking.
    """
    scope = frame.scope
    if scope is None:
        return
    end_from(state, scope)
    end_groups(state, scope)
    if frame.outputs is None:
        frame.outputs = _starred(scope) if scope.starred else scope.outputs
        if frame.cte and frame.outputs is not None and frame.cte not in state.ctes:
            # a recursive one names itself in its second SELECT
            state.ctes[frame.cte] = Source(frame.cte, frozenset(frame.outputs))
    frame.scope = None


def _starred(scope: Scope) -> list[str] | None:
    """The columns of a result with a star; None where a source's are not known."""
    found = list(scope.outputs)
    for source in scope.sources:
        if source.columns is None:
            return None
        found += sorted(source.columns)
    return found
