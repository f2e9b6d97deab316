"""What the conditions of a statement say about its columns: equal to each other, or limited by a constant.

All scopes are looked at together, so that a correlated subquery and a derived table count as the joins that they are.
"""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.scope import Source

_LIMITS = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.NullSafeEQ)
_QUERIES = (exp.Select, exp.SetOperation, exp.Subquery)


class Predicates:
    """`constants`: (source, column) pairs limited by a constant. `pairs`: the pairs of tables with an equality between
    them, by id. Columns of derived tables and CTEs count as the table columns that they show."""

    def __init__(self, binding):
        self.binding = binding
        self.constants: set[tuple] = set()
        self.pairs: dict[tuple[int, int], None] = {}
        self._sources: dict[int, Source] = {}
        self._parent: dict[tuple, tuple] = {}
        self._company_ties: dict[int, list[Source]] = {}
        for scope, _ in binding.selects:
            args = scope.node.args
            roots = [on for _, on in scope.ons]
            for key in ("where", "having"):
                if args.get(key) is not None:
                    roots.append(args[key].this)
            for root in roots:
                self._conjuncts(root)

    def source(self, number: int) -> Source:
        """The source of a number in `pairs`."""
        return self._sources[number]

    def same(self, first: tuple, second: tuple) -> bool:
        """Whether two columns are equal by the conditions, directly, over others, or by the same constant."""
        return self._root(first) == self._root(second)

    def tied_by_company(self, source: Source) -> list[Source]:
        """The tables joined to this one by the company column of either (`APTL.JCCo = JCJM.JCCo`)."""
        return self._company_ties.get(id(source), [])

    def _conjuncts(self, root) -> None:
        stack = [root]
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind is exp.And:
                stack.append(node.this)
                stack.append(node.expression)
            elif kind is exp.Paren:
                stack.append(node.this)
            elif kind is exp.Or:
                self.constants |= self._limited(node)
            else:
                self._one(node, kind)

    def _one(self, node, kind) -> None:
        if kind is exp.EQ:
            left, right = self._columns(node.this), self._columns(node.expression)
            if left and right:
                for a in left:
                    for b in right:
                        self._join(a, b)
                return
            for columns, other in ((left, node.expression), (right, node.this)):
                for column in columns:
                    value = _constant(other)
                    if value is not None:
                        self.constants.add(column)
                        self._union(column, ("constant", value))
                    elif isinstance(_bare(other), _QUERIES):
                        self._subquery(column, _bare(other))
            return
        if kind is exp.In and node.args.get("query") is not None:
            for column in self._columns(node.this):
                self._subquery(column, node.args["query"])
            return
        if kind is exp.Any or kind is exp.All:
            return
        self.constants |= self._limited(node)

    def _subquery(self, column: tuple, query) -> None:
        output = self.binding.outputs.get(id(query)) or self.binding.outputs.get(id(query.this))
        if output is None or not output.known or not output.origins:
            return
        for other in self._roots_of(output.origins[0]):
            self._join(column, other, pair=False)

    def _limited(self, node) -> set[tuple]:
        """The columns that a condition limits by constants whichever way it comes true."""
        kind = type(node)
        if kind is exp.Paren:
            return self._limited(node.this)
        if kind is exp.And:
            return self._limited(node.this) | self._limited(node.expression)
        if kind is exp.Or:
            return self._limited(node.this) & self._limited(node.expression)
        found: set[tuple] = set()
        if isinstance(node, _LIMITS):
            for side, other in ((node.this, node.expression), (node.expression, node.this)):
                if _constant(other) is not None:
                    found.update(self._columns(side))
        elif kind is exp.Between:
            if _constant(node.args["low"]) is not None and _constant(node.args["high"]) is not None:
                found.update(self._columns(node.this))
        elif kind is exp.In and all(_constant(item) is not None for item in node.expressions) and node.expressions:
            found.update(self._columns(node.this))
        return found

    def _columns(self, node) -> list[tuple]:
        """The table columns that a bare column stands for; empty for anything else."""
        node = _bare(node)
        if type(node) is not exp.Column:
            return []
        bound = self.binding.bound.get(id(node))
        return self._roots_of((bound,)) if bound is not None else []

    def _roots_of(self, origins: tuple) -> list[tuple]:
        found = []
        stack = list(origins)
        while stack:
            source, key = stack.pop()
            if source.info is not None:
                found.append((source, key))
            else:
                stack.extend(source.origins.get(key, ()))
        return found

    def _join(self, first: tuple, second: tuple, pair: bool = True) -> None:
        self._union(first, second)
        a, b = first[0], second[0]
        if a is not b:
            if first[1] == a.info.company or second[1] == b.info.company:
                self._company_ties.setdefault(id(a), []).append(b)
                self._company_ties.setdefault(id(b), []).append(a)
            self._sources[id(a)], self._sources[id(b)] = a, b
            # IN takes one column, so that it alone is never held to be a join on a whole key.
            if pair and (id(b), id(a)) not in self.pairs:
                self.pairs[(id(a), id(b))] = None

    def _root(self, item: tuple) -> tuple:
        while (parent := self._parent.get(item, item)) != item:
            item = parent
        return item

    def _union(self, first: tuple, second: tuple) -> None:
        a, b = self._root(first), self._root(second)
        if a != b:
            self._parent[a] = b


def _bare(node):
    while type(node) is exp.Paren:
        node = node.this
    return node


def _constant(node) -> str | None:
    """A text for an expression that reads no column; None for one that does."""
    node = _bare(node)
    kind = type(node)
    if kind is exp.Literal:
        return node.this
    if kind is exp.Parameter:
        return f"@{node.name}"
    if kind is exp.Column or isinstance(node, _QUERIES) or kind is exp.Null:
        return None
    if node.find(exp.Column, exp.Query) is not None:
        return None
    return node.sql("tsql")
