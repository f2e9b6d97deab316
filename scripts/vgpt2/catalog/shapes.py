"""The shape of a query: all that the catalog needs of its SQL, worked out without knowing any table.

A shape is plain JSON, made in another process, kept between runs, and resolved later (`queries.Query`):

    {"scopes": [scope, ...], "tables": [[schema, name], ...], "whole": [schema, name] or null, "part": the same,
     "traits": [...]}

`scopes` are the SELECTs, inner ones first, the query itself last. A scope has

* `sources`: `[alias, source, pivots]`, where source is `["t", schema, name]`, `["q", number of a scope, new names]`,
  `["f", schema, name, new names]` for a function, or `["n", [[name, value], ...]]` for values that have names
  (none: nothing is known of it), and a pivot is `[alias, column that is aggregated, [names of the new columns]]`;
* `items`: `["*", alias or ""]`, or `[name, value]` with a value as below;
* `equal`: `[table, column, table, column]` for each equality of two columns that ON and WHERE demand;
* `first`: the number of the scope that names the columns of a UNION, else null.

A value is `["c", table, column]`, `["t", declared type]`, `["l", type of a literal]`, `["f", [values]]` (the widest
of numbers, else the type of the first that has one, literals last) or `["j", [values]]` (the same, but the length of
joined text is not known). `tables` are all tables that are read; `whole` is the one that the query shows as it is
(`SELECT * FROM t`), `part` the one of which it shows rows, under their own names (`SELECT * FROM t WHERE ...`);
`traits` are those of `sql_traits`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

from vgpt2.catalog.shape_sources import name_functions, source_of, without_namespaces
from vgpt2.catalog.shape_values import value_of
from vgpt2.catalog.sql_traits import traits
from vgpt2.errors import caught

if TYPE_CHECKING:
    from sqlglot import exp
    from sqlglot.optimizer.scope import Scope


class ScopeShape(TypedDict):
    """One SELECT of a query."""

    sources: list[list[Any]]
    items: list[list[Any]]
    equal: list[list[str]]
    first: int | None


class Shape(TypedDict):
    """A query, as described above."""

    scopes: list[ScopeShape]
    tables: list[list[str]]
    whole: list[str] | None
    part: list[str] | None
    traits: list[str]


NO_SELECT = "not understood as one SELECT"


def read_shape(sql: str) -> Shape | str:
    """The shape of one SELECT (or UNION), or a sentence on why it has none.

    Every error is caught here: what the parser's library raises, and what a query does to our own code.
    """
    try:
        tree = parse_query(sql)
        return _Shaper(tree).shape() if tree is not None else NO_SELECT
    except Exception as error:
        return caught(error)


def parse_query(sql: str) -> exp.Query | None:
    """The tree of one SELECT (or UNION), or None where sqlglot does not understand all of it."""
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    try:
        trees = sqlglot.parse(without_namespaces(sql), dialect="tsql")
    except (SqlglotError, RecursionError):
        return None
    tree = trees[0] if len(trees) == 1 else None
    while (
        isinstance(tree, exp.Subquery)
        and not tree.alias
        and not any(tree.args.get(name) for name in ("joins", "where"))
    ):
        tree = tree.this  # a body in parentheses
    return tree if isinstance(tree, exp.Query) and not tree.find(exp.Command) else None


class _Shaper:
    def __init__(self, tree: exp.Query) -> None:
        from sqlglot.errors import SqlglotError
        from sqlglot.optimizer.scope import traverse_scope

        self.tree = tree
        name_functions(tree)
        try:
            self.scopes = traverse_scope(tree)
        except (SqlglotError, RecursionError):
            self.scopes = []
        self._number = {id(scope): number for number, scope in enumerate(self.scopes)}

    def shape(self) -> Shape:
        scopes = [self._scope(scope) for scope in self.scopes]
        return {
            "scopes": scopes,
            "tables": self._tables(),
            "whole": self._whole(),
            "part": self._part(),
            "traits": sorted(traits(self.tree)),
        }

    def _tables(self) -> list[list[str]]:
        from sqlglot import exp

        ctes = {cte.alias.lower() for cte in self.tree.find_all(exp.CTE)}
        nodes = (node for node in self.tree.find_all(exp.Table, bfs=False) if node.name)
        found = (_parts(node) for node in nodes if node.db or node.name.lower() not in ctes)
        return [list(parts) for parts in dict.fromkeys(map(tuple, found))]

    def _whole(self) -> list[str] | None:
        from sqlglot import exp

        extra = ("joins", "where", "group", "having", "distinct", "limit", "with_", "with")
        if not isinstance(self.tree, exp.Select) or any(self.tree.args.get(name) for name in extra):
            return None
        tables = self._tables()
        return tables[0] if len(self.tree.selects) == 1 and self.tree.selects[0].is_star and len(tables) == 1 else None

    def _part(self) -> list[str] | None:
        from sqlglot import exp

        extra = ("joins", "laterals", "group", "having", "distinct", "limit", "with_", "with", "pivots")
        if not isinstance(self.tree, exp.Select) or any(self.tree.args.get(name) for name in extra):
            return None
        source = self.tree.args.get("from_") or self.tree.args.get("from")
        table = source.this if source is not None and self.tree.args.get("where") else None
        if not isinstance(table, exp.Table) or not isinstance(table.this, exp.Identifier):
            return None
        if table.args.get("joins") or table.args.get("pivots"):
            return None
        return _parts(table) if all(_is_plain(item) for item in self.tree.selects) else None

    def _scope(self, scope: Scope) -> ScopeShape:
        from sqlglot import exp

        select = scope.expression if isinstance(scope.expression, exp.Select) else None
        first = scope.set_operation_scopes[0] if scope.set_operation_scopes else None
        return {
            "sources": [self._source(*item) for item in scope.selected_sources.items()],
            "items": [self._item(item) for item in select.selects] if select is not None else [],
            "equal": _equalities(select) if select is not None else [],
            "first": self._number.get(id(first)) if first is not None else None,
        }

    def _source(self, alias: str, found: tuple) -> list:
        from sqlglot import exp

        node, source = found
        if isinstance(node, exp.Query) and isinstance(node.parent, exp.Subquery):
            node = node.parent
        pivots = (node.args.get("pivots") if node is not None else None) or []
        what = source_of(node, source, self._number)
        return [alias, what, [_pivot(pivot) for pivot in pivots]]

    def _item(self, item: exp.Expr) -> list:
        from sqlglot import exp

        if item.is_star:
            return ["*", item.table if isinstance(item, exp.Column) else ""]
        name, value = item.alias_or_name, item.unalias()
        if not name and isinstance(item, exp.Concat) and len(item.expressions) == 2:
            value, alias = item.expressions  # 'value' 'Name', which sqlglot joins
            name = alias.name
        if isinstance(item, exp.EQ) and isinstance(item.left, exp.Literal):
            name, value = item.left.name, item.right  # 'Alias' = expression
        return [name, value_of(value)]


def _is_plain(item: exp.Expr) -> bool:
    """A column under its own name, or a star."""
    from sqlglot import exp

    value = item.unalias()
    return item.is_star or (isinstance(value, exp.Column) and item.alias_or_name == value.name)


def _equalities(select: exp.Select) -> list[list[str]]:
    from sqlglot import exp

    conditions = [join.args.get("on") for join in select.args.get("joins") or []]
    where = select.args.get("where")
    conditions.append(where.this if where else None)
    return [
        [part.left.table, part.left.name, part.right.table, part.right.name]
        for condition in conditions
        for part in _conjuncts(condition)
        if isinstance(part, exp.EQ) and type(part.left) is type(part.right) is exp.Column
    ]


def _conjuncts(condition: exp.Expr | None) -> list[exp.Expr]:
    from sqlglot import exp

    if condition is None:
        return []
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        return _conjuncts(condition.left) + _conjuncts(condition.right)
    return [condition]


def _pivot(pivot: exp.Expr) -> list:
    from sqlglot import exp

    inner = next((item.find(exp.Column) for item in pivot.expressions), None)
    names = [value.alias_or_name for field in pivot.args.get("fields") or [] for value in field.expressions]
    return [pivot.alias, inner.name if inner is not None else "", names]


def _parts(table: exp.Table) -> list[str]:
    return [table.db, table.name]
