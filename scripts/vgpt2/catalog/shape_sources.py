"""Sources in the shape of a query: tables, functions that give tables, queries, and values with names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from vgpt2.catalog.shape_values import UNKNOWN, value_of
from vgpt2.sqltext.scan import closing, scan

if TYPE_CHECKING:
    from sqlglot import exp

# What the server's own functions give that have no WITH.
_GIVEN = {
    "STRING_SPLIT": {"value": "nvarchar(max)"},
    "GENERATE_SERIES": {"value": "int"},
    "OPENJSON": {"key": "nvarchar(4000)", "value": "nvarchar(max)", "type": "tinyint"},
    "OPEN_JSON": {"key": "nvarchar(4000)", "value": "nvarchar(max)", "type": "tinyint"},
}


def without_namespaces(sql: str) -> str:
    """A query without its `WITH XMLNAMESPACES (...)`, which says nothing about tables and columns."""
    if "XMLNAMESPACES" not in sql.upper():
        return sql
    tokens = list(scan(sql))
    words = [token.upper for token in tokens]
    at = words.index("XMLNAMESPACES") if "XMLNAMESPACES" in words else 0
    if not at or words[at - 1] != "WITH" or at + 1 == len(tokens) or tokens[at + 1].text != "(":
        return sql
    end = closing(tokens, at + 1)
    if end + 1 < len(tokens) and tokens[end + 1].text == ",":  # queries with names follow
        return f"{sql[: tokens[at].start]}{sql[tokens[end + 1].end :]}"
    return f"{sql[: tokens[at - 1].start]}{sql[tokens[end].end :]}"


def name_functions(tree: exp.Query) -> None:
    """Names for the functions in FROM that have none: their own, as T-SQL does, else the library takes two of them for
    the same source."""
    from sqlglot import exp

    used = {node.alias_or_name.lower() for node in tree.find_all(exp.Table)}
    for number, node in enumerate([*tree.find_all(exp.Lateral), *tree.find_all(exp.Table)]):
        function = function_of(node)
        if node.alias or (isinstance(node, exp.Table) and function is None):
            continue
        name = function[1] if function is not None else ""
        if not name or name.lower() in used:
            name = f"_function_{number}"
        used.add(name.lower())
        columns = node.args["alias"].columns if node.args.get("alias") else []
        node.set("alias", exp.TableAlias(this=exp.to_identifier(name), columns=columns))


def function_of(node: Any) -> tuple[str, str] | None:
    """Schema and name of the function that a source calls, where it is one of this database."""
    from sqlglot import exp

    if isinstance(node, exp.Table):
        if not isinstance(node.this, exp.Anonymous) or node.catalog:
            return None
        return node.db, node.this.name
    if isinstance(node, exp.Lateral):
        call = node.this
        if isinstance(call, exp.Anonymous):
            return "", call.name
        if isinstance(call, exp.Dot) and isinstance(call.expression, exp.Anonymous):
            return (call.this.name, call.expression.name) if isinstance(call.this, exp.Identifier) else None
    return None


def source_of(node: Any, source: Any, numbers: dict[int, int]) -> list[Any]:
    """What a source is, as `shapes` describes it.

    Args:
        numbers: of the scopes, by their identity.
    """
    from sqlglot import exp

    alias = node.args.get("alias") if node is not None else None
    names = [column.name for column in alias.columns] if isinstance(alias, exp.TableAlias) else []
    called = _unwrapped(node.this) if isinstance(node, exp.Table | exp.Lateral) else None
    if isinstance(called, exp.OpenJSON) and called.expressions:
        return ["n", [[column.name, ["t", _type(column)]] for column in called.expressions]]
    schema = node.db if isinstance(node, exp.Table) else ""
    if given := _given(called) if not schema else {}:
        return ["n", [[new, ["t", kind]] for new, kind in zip(names or given, given.values(), strict=False)]]
    if (function := function_of(node)) is not None:
        return ["f", *function, names]
    if isinstance(source, exp.Table):
        return ["t", source.db, source.name] if source.name else _named(names, None)
    if isinstance(called, exp.Values):
        return _named(names, called)
    if isinstance(node, exp.Lateral):
        inner = [number for number in (numbers.get(id(scope)) for scope in _below(source)) if number is not None]
        return ["q", inner[-1], names] if inner else _named(names, None)
    if isinstance(node, exp.Values) or isinstance(getattr(source, "expression", None), exp.Values):
        return _named(names, node if isinstance(node, exp.Values) else source.expression)
    return ["q", numbers[id(source)], list(source.outer_columns or [])] if id(source) in numbers else ["n", []]


def _given(called: Any) -> dict[str, str]:
    from sqlglot import exp

    if not isinstance(called, exp.Func):
        return {}
    return _GIVEN.get(called.name.upper() if isinstance(called, exp.Anonymous) else called.sql_name(), {})


def _unwrapped(node: Any) -> Any:
    from sqlglot import exp

    while isinstance(node, exp.Subquery) and not node.alias:
        node = node.this
    return node


def _below(scope: Any) -> list[Any]:
    """The scopes of the query within APPLY: the last one gives its columns."""
    return [*getattr(scope, "derived_table_scopes", []), *getattr(scope, "subquery_scopes", [])]


def _named(names: list[str], values: Any) -> list[Any]:
    rows = values.expressions if values is not None else []
    first = rows[0].expressions if rows else []
    known = [value_of(part) for part in first] if len(first) == len(names) else [UNKNOWN] * len(names)
    return ["n", [[name, value] for name, value in zip(names, known, strict=True)]]


def _type(column: Any) -> str:
    kind = column.args.get("kind")
    return kind.sql(dialect="tsql").lower() if kind is not None else "nvarchar(max)"
