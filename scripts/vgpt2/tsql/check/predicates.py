"""What the conditions of a statement say about its columns: equal to each other, or limited by a constant.

All scopes are looked at together, so that a correlated subquery and a derived table count as the joins that they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlglot import exp

from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.expressions.conditions import bare
from vgpt2.tsql.check.scope import BoundColumn, Source, TableInfo

_LIMITS = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ)
_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery)

TableSource = tuple[Source, TableInfo]
_Constant = str | exp.Expression
_Equal = BoundColumn | _Constant


class Predicates:
    """`constants`: the (source, column) pairs limited by a constant. Columns of derived tables and CTEs count as the
    table columns that they show."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.constants: set[BoundColumn] = set()
        # The pairs of tables with an equality between them, by the ids of their sources.
        self._pairs: dict[tuple[int, int], tuple[TableSource, TableSource]] = {}
        self._parent: dict[_Equal, _Equal] = {}
        self._company_ties: dict[int, list[Source]] = {}
        for scope in binding.selects:
            args = scope.select.args
            roots = [*scope.ons]
            roots += [args[key].this for key in ("where", "having") if args.get(key) is not None]
            for root in roots:
                self._conjuncts(root)

    def joined(self) -> Iterable[tuple[TableSource, TableSource]]:
        """The pairs of tables that an equality of columns joins, each once."""
        return self._pairs.values()

    def same(self, first: BoundColumn, second: BoundColumn) -> bool:
        """Whether two columns are equal by the conditions, directly, over others, or by the same constant."""
        return self._root(first) == self._root(second)

    def tied_by_company(self, source: Source) -> list[Source]:
        """The tables joined to this one by the company column of either (`APTL.JCCo = JCJM.JCCo`)."""
        return self._company_ties.get(id(source), [])

    def _conjuncts(self, root: exp.Expression) -> None:
        stack = [root]
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind is exp.And:
                stack += [node.this, node.expression]
            elif kind is exp.Paren:
                stack.append(node.this)
            elif kind is exp.EQ:
                self._equality(node)
            elif kind is exp.In and node.args.get("query") is not None:
                for column in self._columns(node.this):
                    self._subquery(column, node.args["query"])
            else:
                self.constants |= self._limited(node)

    def _equality(self, node: exp.Expression) -> None:
        left, right = self._columns(node.this), self._columns(node.expression)
        if left and right:
            for a in left:
                for b in right:
                    self._join(a, b)
            return
        for columns, other in ((left, bare(node.expression)), (right, bare(node.this))):
            for column in columns:
                if _is_constant(other):
                    self.constants.add(column)
                    self._union(column, _constant(other))
                elif isinstance(other, _QUERIES):
                    self._subquery(column, other)

    def _subquery(self, column: BoundColumn, query: exp.Expression) -> None:
        output = self.binding.output(query)
        if output is None or not output.known or not output.origins:
            return
        for other in self._tables_of(output.origins[0]):
            self._join(column, other, pair=False)

    def _limited(self, node: exp.Expression) -> set[BoundColumn]:
        """The columns that a condition limits by constants whichever way it comes true."""
        kind = type(node)
        if kind is exp.Paren:
            return self._limited(node.this)
        if kind is exp.And:
            return set().union(*(self._limited(part) for part in _chained(node)))
        if kind is exp.Or:
            first, *rest = (self._limited(part) for part in _chained(node))
            return first.intersection(*rest)
        if isinstance(node, _LIMITS):
            sides = ((node.this, node.expression), (node.expression, node.this))
            return {column for side, other in sides if _is_constant(bare(other)) for column in self._columns(side)}
        if kind is exp.Between:
            others = [node.args["low"], node.args["high"]]
        elif kind is exp.In:
            others = node.expressions
        else:
            return set()
        if others and all(_is_constant(bare(other)) for other in others):
            return set(self._columns(node.this))
        return set()

    def _columns(self, node: exp.Expression) -> list[BoundColumn]:
        """The table columns that a bare column stands for; empty for anything else."""
        bound = self.binding.bound.get(id(bare(node)))
        return list(self._tables_of((bound,))) if bound is not None else []

    def _tables_of(self, origins: Iterable[BoundColumn]) -> Iterator[BoundColumn]:
        stack = [*origins]
        while stack:
            source, key = stack.pop()
            if source.info is not None:
                yield source, key
            else:
                stack.extend(source.origins.get(key, ()))

    def _join(self, first: BoundColumn, second: BoundColumn, pair: bool = True) -> None:
        self._union(first, second)
        (a, a_key), (b, b_key) = first, second
        if a is b or a.info is None or b.info is None:
            return
        if a_key == a.info.company or b_key == b.info.company:
            self._company_ties.setdefault(id(a), []).append(b)
            self._company_ties.setdefault(id(b), []).append(a)
        # IN takes one column, so that it alone is never held to be a join on a whole key.
        if pair and (id(b), id(a)) not in self._pairs:
            self._pairs.setdefault((id(a), id(b)), ((a, a.info), (b, b.info)))

    def _root(self, item: _Equal) -> _Equal:
        while (parent := self._parent.get(item, item)) != item:
            item = parent
        return item

    def _union(self, first: _Equal, second: _Equal) -> None:
        a, b = self._root(first), self._root(second)
        if a != b:
            self._parent[a] = b


def _chained(node: exp.Expression) -> list[exp.Expression]:
    """The conditions of `a OR b OR c`, which is a tree as deep as it is long."""
    kind = type(node)
    parts, stack = [], [node]
    while stack:
        part = stack.pop()
        if type(part) is kind:
            stack += [part.expression, part.this]
        else:
            parts.append(part)
    return parts


def _is_constant(node: exp.Expression) -> bool:
    """Whether an expression (without brackets around it) reads no column."""
    kind = type(node)
    if kind is exp.Literal or kind is exp.Parameter:
        return True
    if kind is exp.Column or isinstance(node, _QUERIES) or kind is exp.Null:
        return False
    return node.find(exp.Column, exp.Query) is None


def _constant(node: exp.Expression) -> _Constant:
    """What is the same for two constants that are: for a literal and a parameter its text, else the tree itself."""
    if type(node) is exp.Literal:
        return node.name
    return f"@{node.name}" if type(node) is exp.Parameter else node
