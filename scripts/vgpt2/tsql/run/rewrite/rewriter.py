"""Rewrites of a bound T-SQL tree that DuckDB needs: one visit, children first, each node with its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from vgpt2.catalog.model import Catalog
from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.names import call_name
from vgpt2.tsql.check.scope import BoundColumn, Source
from vgpt2.tsql.rows.rows import sample_values
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.leaves import literal_type, parameter_literal
from vgpt2.tsql.run.rewrite.parameters import value_of
from vgpt2.tsql.run.types.sqltype import SqlType, of_base, of_cast

_FIRST = ("with_", "from_", "joins", "laterals")
# What is behind a source is rewritten once the types of its columns are known.
_LATER = {*_FIRST, "pivots"}
# Nodes that have the type of what stands in them.
_SAME = {exp.Paren, exp.Subquery, exp.Alias, exp.SetOperation, exp.Union, exp.Except, exp.Intersect, exp.TimeStrToTime}
_SAME |= {exp.TsOrDsToDate, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.Window, exp.Filter}
# Functions that DuckDB has under the same name with the same meaning; any other without a handler is not run.
_ALIKE = {exp.And, exp.Or, exp.Exists, exp.Grouping, exp.GroupingId, exp.PercentileCont, exp.PercentileDisc}
# Those that are rewritten with the source that calls them.
_ALIKE |= {exp.OpenJSON, exp.GenerateSeries}
Handlers = Mapping[type[exp.Expression], Callable[["Rewriter", exp.Expression], SqlType | None]]


class Rewriter:
    """Rewrites a copy of one bound statement. `handlers`: what each kind of node needs.

    The binding's own tree stays as it is, for those who read it afterwards: what its names stand for goes by the
    identity of its nodes.
    """

    def __init__(self, binding: Binding, catalog: Catalog, handlers: Handlers):
        self.handlers = handlers
        self.binding = binding
        self.catalog = catalog
        self.top = binding.tree.copy()
        # Both trees are walked in the same order. The copies are held, so that no new node takes the identity of one.
        self._copies = dict(zip(map(id, binding.tree.walk()), self.top.walk(), strict=True))
        self._bound = {id(copy): binding.bound[key] for key, copy in self._copies.items() if key in binding.bound}
        self.types: dict[int, SqlType | None] = {}
        # The columns of VALUES as a table, by the identity of its node.
        self.rows: dict[int, list[SqlType | None]] = {}
        self._held: list[exp.Expression] = []

    def statement(self) -> exp.Expression:
        """The rewritten tree.

        Raises:
            NotExecutable: something in it has no equivalent.
            RecursionError: it is nested too deep.
        """
        self.visit(self.top)
        return self.top

    def visit(self, node: exp.Expression) -> SqlType | None:
        """Rewrite below `node`, then `node`; its type (None where not known)."""
        args = node.args
        kind = type(node)
        if kind is exp.Literal or kind is exp.National or kind is exp.Null or kind is exp.HexString:
            return self._literal(node)
        if kind is exp.Column:
            return self._keep(node, self._column(node))
        if kind is exp.Identifier or kind is exp.Var or kind is exp.DataType:
            return None
        if kind is exp.Parameter:
            return self._parameter(node)
        if kind is exp.Table:
            node.set("hints", None)
        for key in _FIRST:
            if key in args:
                self._children(args[key])
        for key, value in list(args.items()):
            if key not in _LATER:
                self._children(value)
        handler = self.handlers.get(kind)
        if handler is None and kind not in _SAME and kind not in _ALIKE and isinstance(node, exp.Func):
            raise NotExecutable(f"{call_name(node)}()")
        found = handler(self, node) if handler is not None else self.type(args.get("this")) if kind in _SAME else None
        return self._keep(node, found)

    def _children(self, value: object) -> None:
        if isinstance(value, exp.Expression):
            self.visit(value)
        elif isinstance(value, list):
            for child in list(value):
                if isinstance(child, exp.Expression):
                    self.visit(child)

    def _keep(self, node: exp.Expression, found: SqlType | None) -> SqlType | None:
        self.types[id(node)] = found
        return found

    def type(self, node: exp.Expr | None) -> SqlType | None:
        """The type of a node that was visited; None where it is not known."""
        return self.types.get(id(node))

    def typed(self, node: exp.Expression, found: SqlType | None) -> exp.Expression:
        """A new node, with its type. It is held, so that no other takes its identity."""
        self._held.append(node)
        self.types[id(node)] = found
        return node

    def replace(self, node: exp.Expression, new: exp.Expression, found: SqlType | None = None) -> SqlType | None:
        """Put `new` in the place of `node`; its type."""
        if node is self.top:
            self.top = new
        elif node is not new:
            node.replace(new)
        self._held.append(node)
        self.typed(new, found)
        return found

    # ---- leaves

    def _literal(self, node: exp.Expression) -> SqlType | None:
        new, found = literal_type(node)
        return self._keep(node, found) if new is node else self._keep(node, self.replace(node, new, found))

    def _column(self, node: exp.Expression) -> SqlType | None:
        bound = self._bound.get(id(node))
        if bound is None:
            return None
        source, key = bound
        node.set("db", None)
        node.set("catalog", None)
        if source.name:
            schema = source.info.table.schema if source.info is not None and not source.aliased else None
            node.set("table", exp.to_identifier(source.name, quoted=True))
            if schema:
                node.set("db", exp.to_identifier(schema, quoted=True))
        return self.column_type(source, key)

    def column_type(self, source: Source, key: str) -> SqlType | None:
        """The type of a column of a source; None where it is not known."""
        if source.info is not None and source.columns is not None:
            column = source.info.table.column(source.columns[key])
            return of_base(column.base_type) if column is not None else None
        if source.output is not None:
            names = [self.binding.fold(name) if name else None for name in source.output.names]
            node = source.output.nodes[names.index(key)] if key in names else None
            if node is not None and id(node) in self._copies:
                return self.type(self._copies[id(node)])
        for origin in source.origins.get(key, ()):
            return self.column_type(*origin)
        inner = source.node
        while isinstance(inner, (exp.Subquery, exp.Paren, exp.Lateral)):
            inner = inner.this
        columns = self.rows.get(id(self._copies.get(id(inner))))
        if columns is not None and source.columns is not None and key in source.columns:
            return columns[list(source.columns).index(key)]
        return None

    def bound(self, node: exp.Expression) -> BoundColumn | None:
        """The source and folded name that a column stands for; None where it is not bound."""
        return self._bound.get(id(node))

    def of_table(self, node: exp.Expression) -> bool:
        """Whether a column shows one of a table as it is stored there."""
        bound = self._bound.get(id(node))
        return bound is not None and self._stored(*bound)

    def _stored(self, source: Source, key: str) -> bool:
        origins = source.origins.get(key, ())
        return source.info is not None or bool(origins and all(self._stored(*origin) for origin in origins))

    def _parameter(self, node: exp.Expression) -> SqlType | None:
        name = node.name
        if isinstance(node.this, exp.Parameter):
            raise NotExecutable(f"@@{node.this.name}")
        text = value_of(name, self.catalog.database)
        if text is None:
            text = self._compared(node)
        if text is None:
            raise NotExecutable(f"no value for @{name}")
        new, found = literal_type(parameter_literal(text))
        return self.replace(node, new, found)

    def _compared(self, node: exp.Expression) -> str | None:
        """A value of the column that a parameter is compared with."""
        above = node.parent
        while above is not None and not isinstance(above, (exp.Where, exp.Select, exp.Join)):
            for column in above.find_all(exp.Column):
                bound = self._bound.get(id(column))
                source, key = bound if bound is not None else (None, "")
                if source is None or source.info is None or source.columns is None:
                    continue
                if values := sample_values(self.catalog, source.info.qualified, source.columns[key]):
                    return values[0]
            above = above.parent
        return None

    def declared(self, target: exp.Expression) -> SqlType | None:
        """The type that CAST or CONVERT names, an alias type of the database resolved; None where it is not known."""
        if target.this != exp.DataType.Type.USERDEFINED:
            return of_cast(target)
        name = str(target.args.get("kind") or target.sql("tsql"))
        types = {key.lower(): value for key, value in self.catalog.types.items()}
        base = types.get(name.split(".")[-1].strip("[]").lower(), name)
        found = of_base(base)
        return found.spread() if found is not None else None
