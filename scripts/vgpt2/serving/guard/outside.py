"""What a query reaches beyond the tables of its database: other servers and databases, and the server's own views."""

from __future__ import annotations

import re
from itertools import pairwise

from sqlglot import exp

from vgpt2.catalog.model import Catalog
from vgpt2.serving.guard.lists import lists, server_words, system_tables
from vgpt2.sqltext.scan import unquote
from vgpt2.tsql.check.check import Verdict
from vgpt2.tsql.grammar.lexer import texts_of

_NAME = re.compile(r'[^\W\d]|[\["#]')
_BEFORE_A_TABLE = frozenset(("FROM", "JOIN", "APPLY", ","))
# `select ... from master..x` in a sentence, up to the name that is read and the bracket of a call.
_NAMED = r"(?:\[[^\]\n]{1,128}\]|\"[^\"\n]{1,128}\"|[^\W\d]\w{0,127})"
_READ_IN_PROSE = re.compile(
    rf"\b(?:FROM|JOIN|APPLY)\s{{1,3}}({_NAMED}(?:\s{{0,2}}\.\s{{0,2}}{_NAMED}?){{0,3}})(\s{{0,2}}\()?", re.IGNORECASE
)
# Methods of XML and of places: a call behind a column is none of another database.
_METHOD = re.compile(r"(?:value|query|nodes|exist|modify|ST\w+|Get\w+|Is\w+|To\w+|Lat|Long)\Z")


def asks_the_server(sql: str) -> str:
    """Which function of a query tells of the server itself, its keys, logins and objects; '' where none does. It may
    stand in a query whose tables are all real."""
    tokens = texts_of(sql)
    for at, token in enumerate(tokens):
        kind = server_words().get(unquote(token).upper())
        if kind is None or tokens[at + 1 : at + 2] != ["("] or (at and tokens[at - 1] == "."):
            continue
        # without an argument it tells of who asks, or of this database
        if kind != "of another" or tokens[at + 2 : at + 3] != [")"]:
            return f"it asks the server about itself ({token.upper()})"
    return ""


def outside_in_prose(text: str, catalog: Catalog) -> str:
    """Why a query in the middle of a sentence, in letters of any case, reaches outside; '' where none does.

    Only what it reads is looked at: whether it is a query is the reader's question, and a sentence is often one.
    """
    lower = text.lower()
    if not any(word in lower for word in ("from", "join", "apply")):
        return ""  # to look so is far faster than by a pattern
    for found in _READ_IN_PROSE.finditer(text):
        tokens = ["FROM", *texts_of(found[1]), *(["("] if found[2] else [])]
        parts, end = _chain(tokens, 1)
        if reason := _of_chain(parts, tokens, 1, end, frozenset(), catalog):
            return reason
    return ""


def outside(sql: str, verdict: Verdict, catalog: Catalog) -> str:
    """Why a query that is not proved reaches outside of its database; '' where nothing says so."""
    if verdict.tree is not None and (reason := _of_tables(verdict.tree, catalog)):
        return reason
    tokens = texts_of(sql)
    aliases, reached = _aliases(verdict), 0
    for at, text in enumerate(tokens):
        following = tokens[at + 1] if at + 1 < len(tokens) else ""
        # a name of one part says nothing, unless it is called or one of the server's
        if at < reached or (
            following not in (".", "(") and text[0] not in '["' and text.lower() not in system_tables()
        ):
            continue
        if not _NAME.match(text) or text.endswith("'"):
            continue
        parts, reached = _chain(tokens, at)
        if reason := _of_chain(parts, tokens, at, reached, aliases, catalog):
            return reason
    for one, two in pairwise(tokens):
        if two == ":" and one.upper() in _BEFORE_A_TABLE:
            return "it calls a function of the server (::)"
    return ""


def _of_tables(tree: exp.Expression, catalog: Catalog) -> str:
    """What the tables of a query say: a name that the query gives to something else is no excuse for them."""
    known = lists()
    for table in tree.find_all(exp.Table):
        if isinstance(database := table.args.get("catalog"), exp.Expression):
            return f"it reads another database or server ({database.name})"
        if table.db.lower() in known.system_schemas:
            return f"it reads the server's own tables ({table.db}.{table.name})"
        if table.db and table.name.lower() in system_tables() and not _in_catalog(table.name, catalog):
            return f"it reads the server's own tables ({table.name})"
    return ""


def _aliases(verdict: Verdict) -> frozenset[str]:
    """What the query itself gives names to, tables and columns, and its tables."""
    if verdict.tree is None:
        return frozenset()
    named = {alias.name.lower() for alias in verdict.tree.find_all(exp.TableAlias, exp.Alias)}
    named |= {column.name.lower() for alias in verdict.tree.find_all(exp.TableAlias) for column in alias.columns}
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
    # a call of two parts is always a schema and its function, whatever else is called like the schema
    an_alias = head in aliases and not (called and len(parts) == 2)
    if len(parts) > 1 and {part.lower() for part in parts[:-1]} & set(known.system_schemas) and not an_alias:
        return f"it reads the server's own tables ({'.'.join(parts)})"
    if called and len(parts) > 2 and not _is_method(parts, aliases, catalog):
        return f"it calls a function of another database ({'.'.join(parts)})"
    if in_from and len(parts) > 2 and not called:
        return f"it reads another database ({parts[0]})"
    if last.lower() in system_tables() and (in_from or len(parts) > 1) and not _in_catalog(last, catalog):
        return f"it reads the server's own tables ({last})"
    if called and last.lower().startswith(
        tuple(known.system_functions if len(parts) == 1 else known.system_procedures)
    ):
        routines = {routine.name.lower() for routine in catalog.routines}
        return "" if last.lower() in routines else f"it calls a function of the server ({last})"
    return ""


def _is_method(parts: list[str], aliases: frozenset[str], catalog: Catalog) -> bool:
    """Whether a call of three parts and more is a method of a column (`a.Notes.value(...)`, `dbo.T.Notes.value(...)`)
    and no function of another database that is called alike."""
    if not _METHOD.match(parts[-1]) or parts[-3].lower() not in aliases or len(parts) > 4:
        return False
    known = catalog.derived.get(_Columns, lambda: _Columns(catalog))
    if parts[-2].lower() not in known.names | aliases:
        return False
    return len(parts) == 3 or parts[0].lower() in known.schemas


class _Columns:
    """The names of all columns and schemas of a catalog, in lower case."""

    def __init__(self, catalog: Catalog) -> None:
        self.names = frozenset(column.name.lower() for table in catalog.tables for column in table.columns)
        self.schemas = frozenset(("dbo", *(table.schema.lower() for table in catalog.tables)))


def _in_catalog(name: str, catalog: Catalog) -> bool:
    return any(table.name.lower() == name.lower() for table in catalog.tables)
