"""Rewrites of a bound T-SQL tree that DuckDB needs: one visit, children first, each node with its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from vgpt2.catalog.model import Catalog
from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.scope import Source
from vgpt2.tsql.rows.rows import sample_values
from vgpt2.tsql.run.literals import date_text, day_text
from vgpt2.tsql.run.parameters import value_of
from vgpt2.tsql.types import duckdb_type, kind_of_type, split_type

_COMPARISONS = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE)
_FIRST = ("with_", "from_", "joins", "laterals")
_INT_RESULTS = (exp.Count, exp.Year, exp.Month, exp.Day, exp.Extract, exp.Length, exp.StrPosition, exp.RowNumber)
_DATE_RESULTS = (
    *(exp.DateAdd, exp.DateSub, exp.LastDay, exp.TsOrDsToDate, exp.TimeStrToTime, exp.Date, exp.DateTrunc),
    *(exp.TimestampTrunc, exp.DateFromParts),
)
_TEXT_RESULTS = (
    *(exp.Upper, exp.Lower, exp.Trim, exp.Left, exp.Right, exp.Substring, exp.Concat, exp.ConcatWs),
    *(exp.Replace, exp.Repeat, exp.Reverse, exp.TimeToStr, exp.GroupConcat, exp.Stuff, exp.CurrentUser),
)
_RANKS = (exp.Rank, exp.DenseRank, exp.Ntile)


Handlers = Mapping[type[exp.Expression], Callable[["Rewriter", exp.Expression], str | None]]


class NotExecutable(Exception):
    """Right or not: this engine cannot run it."""


class Rewriter:
    """Rewrites a copy of one bound statement. `handlers`: what a kind of node has beside the common rewrites.

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
        self.kinds: dict[int, str | None] = {}

    def statement(self) -> exp.Expression:
        """The rewritten tree.

        Raises:
            NotExecutable: something in it has no equivalent.
            RecursionError: it is nested too deep.
        """
        self.visit(self.top)
        return self.top

    def visit(self, node: exp.Expression) -> str | None:
        """Rewrite below `node`, then `node`; its kind (None where not known)."""
        args = node.args
        kind = type(node)
        if kind is exp.Literal:
            return self._keep(node, "text" if node.is_string else "int" if node.this.isdigit() else "decimal")
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
            if key not in _FIRST:
                self._children(value)
        handler = self.handlers.get(kind)
        found = handler(self, node) if handler is not None else self._plain(node)
        return self._keep(node, found)

    def _children(self, value: object) -> None:
        if isinstance(value, exp.Expression):
            self.visit(value)
        elif isinstance(value, list):
            for child in list(value):
                if isinstance(child, exp.Expression):
                    self.visit(child)

    def _keep(self, node: exp.Expression, kind: str | None) -> str | None:
        self.kinds[id(node)] = kind
        return kind

    def kind(self, node: exp.Expr | None) -> str | None:
        """The kind of a node that was visited; None where it is not known."""
        return self.kinds.get(id(node))

    def replace(self, node: exp.Expression, new: exp.Expression, kind: str | None = None) -> str | None:
        """Put `new` in the place of `node`; its kind."""
        if node is self.top:
            self.top = new
        else:
            node.replace(new)
        self.kinds[id(new)] = kind
        return kind

    # ---- leaves

    def _column(self, node: exp.Expression) -> str | None:
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
        return self._kind_of(source, key)

    def _kind_of(self, source: Source, key: str) -> str | None:
        if source.info is not None and source.columns is not None:
            column = source.info.table.column(source.columns[key])
            found = kind_of_type(column.base_type) if column is not None else "other"
            return None if found == "other" else found
        for origin in source.origins.get(key, ()):
            return self._kind_of(*origin)
        if source.output is not None:
            names = [self.binding.fold(name) if name else None for name in source.output.names]
            node = source.output.nodes[names.index(key)] if key in names else None
            return self.kind(self._copies[id(node)]) if node is not None else None
        return None

    def _parameter(self, node: exp.Expression) -> str | None:
        name = node.name
        if isinstance(node.this, exp.Parameter):
            raise NotExecutable(f"@@{node.this.name}")
        text = value_of(name, self.catalog.database)
        if text is None:
            text = self._compared(node)
        if text is None:
            raise NotExecutable(f"no value for @{name}")
        if text.startswith("'"):
            return self.replace(node, exp.Literal.string(text[1:-1].replace("''", "'")), "text")
        return self.replace(node, exp.Literal.number(text), "decimal" if "." in text else "int")

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

    # ---- the rest

    def _plain(self, node: exp.Expression) -> str | None:
        if isinstance(node, _COMPARISONS):
            self.compare(node.this, [node.expression])
            self.compare(node.expression, [node.this])
            return "bool"
        if isinstance(node, (exp.Paren, exp.Neg, exp.Sum, exp.Max, exp.Min, exp.Abs, exp.Round, exp.Subquery)):
            return self.kind(node.this)
        if isinstance(node, (exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.Alias, exp.Distinct)):
            inner = node.this if not isinstance(node, exp.Distinct) else (node.expressions or [None])[0]
            return self.kind(inner)
        if isinstance(node, exp.Select):
            return self.kind(node.expressions[0]) if node.expressions else None
        if isinstance(node, exp.SetOperation):
            return self.kind(node.this)
        if isinstance(node, (*_INT_RESULTS, *_RANKS)):
            return "int"
        if isinstance(node, _DATE_RESULTS):
            self.date_literal(node.args.get("this"))
            return "date"
        if isinstance(node, _TEXT_RESULTS):
            return "text"
        if isinstance(node, (exp.Rand, exp.Uuid)):
            raise NotExecutable("a value that changes by itself")
        return None

    def compare(self, side: exp.Expression, others: Sequence[exp.Expression | None]) -> None:
        """Literals beside a side as that side's kind has them: dates in ISO form, text without trailing blanks."""
        kind = self.kind(side)
        for other in others:
            if kind == "date":
                self.date_literal(other)
            elif type(other) is exp.Literal and other.is_string and other.this.endswith(" "):
                other.set("this", other.this.rstrip(" "))

    def date_literal(self, node: exp.Expression | None) -> None:
        """A literal that stands where a date is wanted, in ISO form; any other node stays."""
        while isinstance(node, (exp.Paren, exp.TimeStrToTime, exp.TsOrDsToDate)):
            node = node.this
        if type(node) is exp.Literal:
            text = date_text(node.this) if node.is_string else day_text(node.this)
            if text is not None:
                node.set("this", text)
                node.set("is_string", True)

    def cast(self, node: exp.Expression, target: exp.Expression, this: exp.Expression) -> str | None:
        """CAST as SQL Server does it: to int truncates, to varchar(n) cuts."""
        base = target.sql("tsql")
        if target.this == exp.DataType.Type.USERDEFINED:
            name = str(target.args.get("kind") or base)
            types = {key.lower(): value for key, value in self.catalog.types.items()}
            base = types.get(name.split(".")[-1].strip("[]").lower(), name)
        kind = kind_of_type(base)
        source = self.kind(this)
        if kind == "other":
            raise NotExecutable(f"the type {base}")
        if kind == "date":
            self.date_literal(this)
        if kind == "int" and source in ("decimal", "float"):
            this = exp.Anonymous(this="TRUNC", expressions=[this])
        safe = type(node) is exp.TryCast or node.args.get("safe")
        made = exp.TryCast if safe else exp.Cast
        new: exp.Expression = made(this=this, to=exp.DataType.build(duckdb_type(base), dialect="duckdb"))
        if kind == "text":
            length = split_type(base)[1]
            if length:
                new = exp.Anonymous(this="LEFT", expressions=[new, exp.Literal.number(length)])
        return self.replace(node, new, kind)
