"""What a query reaches beyond the tables of its database: other servers and databases, and the server's own views."""

from __future__ import annotations

import re
from itertools import pairwise

from sqlglot import exp

from vgpt2.catalog.model import Catalog
from vgpt2.serving.guard.lists import lists, system_tables
from vgpt2.sqltext.scan import unquote
from vgpt2.tsql.check.check import Verdict
from vgpt2.tsql.grammar.lexer import texts_of

_NAME = re.compile(r'[^\W\d]|[\["#]')
_BEFORE_A_TABLE = frozenset(("FROM", "JOIN", "APPLY", ","))
# Methods of XML and of places: a call behind a column is none of another database.
_METHOD = re.compile(r"(?:value|query|nodes|exist|modify|ST\w+|Get\w+|Is\w+|To\w+|Lat|Long)\Z")


def outside(sql: str, verdict: Verdict, catalog: Catalog) -> str:
    """Why a query that is not proved reaches outside of its database; '' where nothing says so."""
    if verdict.tree is not None:
        for table in verdict.tree.find_all(exp.Table):
            if isinstance(database := table.args.get("catalog"), exp.Expression):
                return f"it reads another database or server ({database.name})"
    tokens = texts_of(sql)
    aliases = _aliases(verdict)
    at = 0
    while at < len(tokens):
        text = tokens[at]
        if not _NAME.match(text) or text.endswith("'"):
            at += 1
            continue
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        if following not in (".", "(") and text[0] not in '["' and text.lower() not in system_tables():
            at += 1  # a name of one part says nothing, unless it is called or one of the server's
            continue
        parts, end = _chain(tokens, at)
        if reason := _of_chain(parts, tokens, at, end, aliases, catalog):
            return reason
        at = max(end, at + 1)
    for one, two in pairwise(tokens):
        if one.upper() in _BEFORE_A_TABLE and two == ":":
            return "it calls a function of the server (::)"
    return ""


def _aliases(verdict: Verdict) -> frozenset[str]:
    """What the query itself gives names to, and its tables."""
    if verdict.tree is None:
        return frozenset()
    named = {alias.name.lower() for alias in verdict.tree.find_all(exp.TableAlias)}
    return frozenset(named | {table.name.lower() for table in verdict.tree.find_all(exp.Table)})


def _chain(tokens: list[str], at: int) -> tuple[list[str], int]:
    """The parts of a name of several parts, empty ones too, and the index behind it."""
    parts = [unquote(tokens[at])]
    at += 1
    while at < len(tokens) and tokens[at] == ".":
        at += 1
        if at < len(tokens) and _NAME.match(tokens[at]):
            parts.append(unquote(tokens[at]))
            at += 1
        else:
            parts.append("")
    return parts, at


def _of_chain(parts: list[str], tokens: list[str], at: int, end: int, aliases: frozenset[str], catalog: Catalog) -> str:
    called = end < len(tokens) and tokens[end] == "("
    in_from = at > 0 and tokens[at - 1].upper() in _BEFORE_A_TABLE
    head, last = parts[0].lower(), parts[-1]
    known = lists()
    if called and len(parts) == 1 and (reached := known.remote.get(last.upper())):
        return f"it reads {reached} ({last.upper()})"
    if "" in parts[1:-1]:
        return f"it reads another database ({parts[0]})"
    if len(parts) > 1 and {part.lower() for part in parts[:-1]} & set(known.system_schemas) and head not in aliases:
        return f"it reads the server's own tables ({'.'.join(parts)})"
    if called and len(parts) > 2 and head not in aliases and not _METHOD.match(last):
        return f"it calls a function of another database ({'.'.join(parts)})"
    if in_from and len(parts) > 2 and not called:
        return f"it reads another database ({parts[0]})"
    if last.lower() in system_tables() and (in_from or len(parts) > 1) and not _in_catalog(last, catalog):
        return f"it reads the server's own tables ({last})"
    if called and len(parts) == 1 and last.lower().startswith(tuple(known.system_functions)):
        routines = {routine.name.lower() for routine in catalog.routines}
        return "" if last.lower() in routines else f"it calls a function of the server ({last})"
    return ""


def _in_catalog(name: str, catalog: Catalog) -> bool:
    return any(table.name.lower() == name.lower() for table in catalog.tables)
