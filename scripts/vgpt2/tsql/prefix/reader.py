"""Reads the beginning of a SELECT, name by name, and says whether it can still end with names that exist.

No parser: brackets, clauses and the places where names stand are followed, whatever else is between them. Whether the
whole is T-SQL is up to the grammar; here a column must be one of a source that is there or can still come.
"""

from __future__ import annotations

import re

from vgpt2.tsql.grammar.lexer import placed
from vgpt2.tsql.prefix import clauses, comparing, placing
from vgpt2.tsql.prefix.names import Names, Source, aggregates, keywords, least_arguments
from vgpt2.tsql.prefix.state import Frame, Item, Refused, State

_WORD = re.compile(r"[A-Za-z_][\w@$#]*\Z")
# Two quotes side by side within a text.
_QUOTES = "''" * 2


def refusal(sql: str, names: Names, whole: bool = False, rules: bool = True) -> str:
    """Why this beginning of a SELECT cannot end well, naming what is not there; empty where it can.

    Args:
        whole: nothing follows.
        rules: whether that too is refused which the server refuses of names that exist: a column beside an aggregate
            that GROUP BY lacks, an aggregate in WHERE, too many arguments; and what never ends: queries in queries in
            queries, quotes in a row.
    """
    text = sql + " " if whole else sql
    state = State(names, text, placed(text), rules=rules)
    try:
        _read(state)
        if whole:
            clauses.finish(state)
    except Refused as refused:
        return str(refused) or "a name"
    return ""


def _read(state: State) -> None:
    while state.at < len(state.tokens):
        text = state.text_at(state.at)
        clauses.owed(state, text, state.touches_end(state.at))
        if text in ("'", '"') or (text in ("N", "n") and state.text_at(state.at + 1) == "'"):
            # a text of which only the beginning is there
            begun = state.text[state.tokens[state.at].start :]
            if state.rules and _QUOTES in begun.lstrip("Nn")[1:]:
                raise Refused(_QUOTES)
            comparing.value(state, begun, whole=False)
            return
        if _WORD.match(text) and state.is_keyword(text):
            if state.rules and text not in (text.upper(), text.lower()):
                raise Refused(text)  # what nobody writes, a model says that is held off the word as one writes it
            if state.rules and state.touches_end(state.at) and not clauses.may_be_word(state, text.upper()):
                return
            clauses.keyword(state, text.upper())
        elif _WORD.match(text) or text[0] in '["':
            placing.name(state)
            continue
        else:
            _sign(state, text)
        state.at += 1


def _sign(state: State, text: str) -> None:
    frame = state.frame
    if text == "(":
        _open(state)
        return
    if text == ")":
        _close(state)
        return
    frame.begins = False
    behind_top = state.after == "TOP" and text[0].isdigit()
    state.after = ""
    if text == ",":
        clauses.comma(state)
    elif text == "*" and state.wants_value:
        state.wants_value = False
        if frame.scope:
            frame.scope.starred = True
    elif text == ";":
        clauses.finish(state)
        state.frames, state.ctes, state.wants_value = [Frame("text")], {}, True
    elif text[0].isdigit() or text[-1] == "'" or text[0] in "@$" or (text[0] == "." and len(text) > 1):
        state.wants_value = behind_top
        if text[0] not in "@$":
            comparing.value(state, text, whole=text[-1] == "'" or not state.touches_end(state.at))
    else:
        if text in comparing.ARITHMETIC and frame.scope and frame.scope.phase == "group":
            clauses.end_groups(state, frame.scope)
        state.wants_value = True
        if text in comparing.SIGNS:
            comparing.sign(state, text)
        elif text in comparing.ARITHMETIC:
            state.read = ()
        if frame.scope:
            state.item.name, state.item.computed = "", True


def _open(state: State) -> None:
    if state.frame.at_source and state.frame.begins:
        state.joins_here()
        state.wants_source = True
    frame, scope = state.frame, state.frame.scope
    made = Frame("inside")
    if state.after == "WITH" and scope and scope.phase == "from":
        made.kind = "hint"
    elif frame.kind == "text" and frame.cte not in ("", "WITH") and not scope:
        made.kind, made.cte = ("query" if frame.aliased else "columns"), frame.cte
    elif state.after == "OVER":
        made.kind = "over"
    elif state.wants_source and scope:
        made.at_source, made.function = True, state.after
    elif state.after == "ALIAS" and state.source is not None:
        made.kind = "columns"
    elif state.after == "TYPE":
        made.kind = "type"
    elif state.after.startswith("("):
        made.function = state.after[1:]
    elif state.after in keywords():
        made.function = state.after
    if made.function in aggregates():
        for outer in state.aggregates_open():
            outer.over_groups = state.rules
    if state.after == "IN":
        made.listed = state.against
    comparing.clear(state)
    frame.begins = frame.aliased = False
    state.frames.append(made)
    state.wants_value, state.wants_source, state.after = True, False, ""


def _close(state: State) -> None:
    if len(state.frames) == 1:
        return  # the grammar's matter
    frame = state.frame
    if state.rules and frame.kind == "inside":
        given = 0 if frame.begins else frame.argument + 1
        if given < least_arguments(frame.function):
            raise Refused(f"{frame.function} needs more")
    if frame.kind == "query":
        clauses.end_select(state, frame)
    elif frame.kind == "joins" and frame.scope:
        clauses.keep_source(state, frame.scope)
    state.frames.pop()
    state.called, state.owes_over = frame.function, frame.over_groups
    below = state.frame
    state.wants_value, state.wants_source, state.after = frame.function == "TOP", False, ""
    state.may_alias = False
    comparing.clear(state)
    columns = None if frame.outputs is None else frozenset(frame.outputs)
    if frame.cte:
        # a list of columns before the query counts
        if frame.kind == "columns" or frame.cte not in state.ctes:
            state.ctes[frame.cte] = Source(frame.cte, columns)
        below.aliased = False
    elif frame.at_source and frame.kind == "query":
        state.source, state.may_alias = Source("", columns), True
    elif frame.kind == "columns" and state.source is not None:
        state.source = Source(state.source.name, columns)
    elif below.scope and below.scope.phase == "list":
        state.item = Item(computed=True)
