"""Binding one column reference to a source, innermost scope first."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.expressions.unbound import no_column, no_column_of, no_source
from vgpt2.tsql.check.names import name_of, no_name
from vgpt2.tsql.check.scope import BoundColumn, Scope, Source
from vgpt2.tsql.check.walk import Walk
from vgpt2.tsql.grammar.lexer import RESERVED_HERE


def bind_column(node: exp.Expression, scope: Scope, walk: Walk) -> BoundColumn | None:
    """Bind a column reference; None where it does not bind or cannot be known."""
    args = node.args
    identifier = args["this"]
    if type(identifier) is not exp.Identifier:
        if type(identifier) is not exp.Star:  # CONTAINS(t.*, 'x')
            no_name(walk)
        return None
    name: str = identifier.this
    # CURRENT_USER, DEFAULT, IDENTITYCOL, $ROWGUID: the grammar takes no other reserved word where a column stands.
    if not identifier.args.get("quoted") and (name[:1] == "$" or name.upper() in RESERVED_HERE):
        return None
    if args.get("table") is not None:
        source = source_of(node, scope, walk)
        return _column_of(source, node, identifier, scope, walk) if source is not None else None
    key = walk.fold(name)
    level: Scope | None = scope
    while level is not None:
        found = None
        opaque = False
        for source in level.sources:
            columns = source.columns
            if columns is None:
                opaque = True
            elif key in columns:
                if found is not None:
                    message = f"{name} is in {found.name} and in {source.name}"
                    walk.resolve("ambiguous_column", message, identifier, name)
                    return None
                found = source
        if found is not None:
            return _bind(node, found, key, level, scope, walk)
        if opaque:
            walk.cannot_know(f"columns of {next(s.name for s in level.sources if s.columns is None)}")
            return None
        level = level.outer
    no_column(name, identifier, scope, walk)
    return None


def source_of(node: exp.Expression, scope: Scope, walk: Walk) -> Source | None:
    """The source that `t.` or `schema.t.` before a column stands for."""
    args = node.args
    table, db = args["table"], args.get("db")
    name, schema = name_of(table), "" if db is None else name_of(db)
    if name is None or schema is None:
        no_name(walk)
        return None
    key = walk.fold(name)
    level: Scope | None = scope
    while level is not None:
        found = level.by_name.get(key)
        if found:
            if schema:
                folded = walk.fold(schema)
                found = [source for source in found if source.schema == folded and not source.aliased]
            if len(found) == 1:
                return found[0]
            if len(found) > 1:
                walk.resolve("ambiguous_column", f"{name} stands for two tables here", table, name)
                return None
        level = level.outer
    no_source(name, schema, table, scope, walk)
    return None


def _column_of(
    source: Source, node: exp.Expression, identifier: exp.Expression, scope: Scope, walk: Walk
) -> BoundColumn | None:
    """A column of a known source."""
    key = walk.fold(identifier.this)
    columns = source.columns
    if columns is None:
        walk.cannot_know(f"columns of {source.name}")
        return None
    if key not in columns:
        no_column_of(source, columns, identifier, walk)
        return None
    level: Scope | None = scope
    while level is not None and source not in level.sources:
        level = level.outer
    return _bind(node, source, key, level or scope, scope, walk)


def _bind(node: exp.Expression, source: Source, key: str, level: Scope, scope: Scope, walk: Walk) -> BoundColumn:
    """Note what a column is bound to."""
    found = (source, key)
    walk.bound[id(node)] = found
    if level is not scope:
        level.uses.append((level.clause, node, found))
    if source.info is not None and source.columns is not None:
        walk.columns[f"{source.info.qualified}.{source.columns[key]}"] = None
    return found
