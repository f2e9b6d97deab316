"""Methods: `.value(path, type)` of a query that ends with FOR XML, `type::method(...)`."""

from __future__ import annotations

import re

from sqlglot import exp

from vgpt2.tsql.check.functions.words import words
from vgpt2.tsql.check.walk import Walk

# Paths to one value of any document (the reference: "value() Method": the XQuery must return at most one).
ONE_VALUE = re.compile(r"\s*(\(\s*)?(\.|\./text\(\)|text\(\)|/)\s*(\))?\s*(\[1\])?\s*\Z")


def check_value_of(node: exp.Expression, walk: Walk) -> None:
    """`VALUE_OF((SELECT ... FOR XML ..., TYPE), path, type)`, as `tsql/respell.py` spells it."""
    query, *rest = node.expressions
    options = _options(query)
    if options is None or len(rest) != 2:
        walk.cannot_know("a method of the value of a query")
    elif "TYPE" not in options:
        message = "only xml has the method value: FOR XML needs TYPE"
        walk.resolve("argument_type", message, query, "value")
    elif not _is_one(rest[0]):
        walk.cannot_know("the path of value()")


def _options(query: exp.Expression) -> set[str] | None:
    """The words behind FOR XML; None where the query has none."""
    inner = query.this if isinstance(query, exp.Subquery) else query
    clause = inner.args.get("for_") if isinstance(inner, exp.Query) else None
    if clause is None or str(clause.args.get("kind")).upper() != "XML":
        return None
    return {option.this.name.upper() for option in clause.expressions if isinstance(option.this, exp.Var)}


def _is_one(path: exp.Expression) -> bool:
    if not isinstance(path, exp.Literal) or not path.is_string:
        return False
    found = ONE_VALUE.match(path.this)
    if found is None or bool(found.group(1)) != bool(found.group(3)):
        return False
    return path.this.strip() in (".", "/") or found.group(4) is not None


def check_static(node: exp.Expression, walk: Walk) -> None:
    """`STATIC_OF('type::method', ...)`, as `tsql/respell.py` spells it."""
    called: str = node.expressions[0].name
    owner, _, method = called.partition("::")
    schema, _, name = owner.rpartition(".")
    known = words().static_methods.get(name.lower())
    if known is not None and schema.lower() in ("", "sys"):
        if method not in known:
            walk.cannot_know(called)
    elif name.lower() in walk.lookup.assembly_types:
        walk.cannot_know(f"{called}()")
    else:
        message = f"there is no type {owner} with methods (a::type is not T-SQL: use CAST)"
        walk.resolve("unknown_function", message, node, owner)
