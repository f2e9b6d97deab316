"""Expressions: every column below a node is bound, queries inside are resolved with the scope around them."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.sqltext.names import RESERVED
from vgpt2.tsql.check.functions import DATE_PART_FIRST
from vgpt2.tsql.check.scope import Scope

LEAVES = frozenset({exp.Literal, exp.Identifier, exp.Var, exp.DataType, exp.Parameter, exp.Null, exp.Star})
SET_OPERATIONS = frozenset({exp.Union, exp.Except, exp.Intersect})
QUERIES = SET_OPERATIONS | {exp.Select, exp.Subquery}
CONNECTORS = frozenset({exp.And, exp.Or, exp.Not})
COMPARISONS = frozenset({exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Like, exp.Between, exp.In, exp.Is})
# What SQL Server takes as a condition; functions such as CONTAINS come as Anonymous.
PREDICATES = COMPARISONS | CONNECTORS | {exp.Exists, exp.Escape, exp.Anonymous, exp.Command, exp.NullSafeEQ}
_NO_VALUE = COMPARISONS | CONNECTORS | {exp.Exists}
_CASTS = frozenset({exp.Cast, exp.TryCast, exp.Convert})
_OPEN = {"OPENQUERY", "OPENROWSET", "OPENDATASOURCE"}
# Window functions that need OVER with ORDER BY.
_RANKING = frozenset(
    {
        exp.RowNumber,
        exp.Rank,
        exp.DenseRank,
        exp.PercentRank,
        exp.CumeDist,
        exp.Ntile,
        exp.Lag,
        exp.Lead,
        exp.FirstValue,
        exp.LastValue,
    }
)
_NO_AGGREGATE = {"where": "WHERE", "on": "ON", "group": "GROUP BY"}


class Expressions:
    """The part of the walk that looks into expressions."""

    def expression(self, root, scope: Scope) -> None:
        """Bind all columns below `root`; queries inside are resolved with this scope around them."""
        stack = [root]
        while stack:
            node = stack.pop()
            kind = type(node)
            if kind is exp.Column:
                self.column(node, scope)
                continue
            if kind in LEAVES:
                continue
            if kind in QUERIES:
                self.query(node, scope, scope.ctes, "value")
                continue
            if kind is exp.In and (inner := node.args.get("query")) is not None:
                self.query(inner, scope, scope.ctes, "exists" if type(node.this) is exp.Tuple else "in")
                stack.append(node.this)
                continue
            if kind is exp.Exists:
                self.query(node.this, scope, scope.ctes, "exists")
                continue
            if kind is exp.Any or kind is exp.All:
                self.query(node.this, scope, scope.ctes, "in")
                continue
            if kind is exp.Anonymous:
                self.anonymous(node, stack)
                continue
            if kind in CONNECTORS:
                self.conditions(node)
            elif kind is exp.Window:
                self.window(node, scope)
            elif kind in _RANKING and not isinstance(node.parent, (exp.Window, exp.IgnoreNulls, exp.RespectNulls)):
                self.add("syntax", "parse_error", f"{node.sql_name()} needs OVER", node)
            elif kind in AGGREGATES:
                self.aggregate(node, scope)
            elif kind is exp.In and not node.expressions and node.args.get("field") is None:
                self.add("syntax", "parse_error", "IN () is empty", node)
            elif kind is exp.Tuple and scope.clause != "group":
                self.add("syntax", "parse_error", "(a, b) is no value", node)
            elif kind is exp.Placeholder:
                self.add("syntax", "parse_error", "? and :name are not T-SQL (use @name)", node)
            elif kind in _CASTS:
                self.cast_type(node)
            elif kind is exp.Dot:
                self.dotted(node)
            elif kind is exp.Command:
                self.add("syntax", "parse_error", "not understood as T-SQL", node)
            for value in node.args.values():
                if type(value) is list:
                    stack.extend(child for child in value if isinstance(child, exp.Expression))
                elif isinstance(value, exp.Expression):
                    stack.append(value)

    def aggregate(self, node, scope: Scope) -> None:
        """An aggregate stands in the select list, HAVING or ORDER BY, over one value."""
        clause = _NO_AGGREGATE.get(scope.clause)
        counts = type(node) is exp.Count
        if clause is not None:
            self.add("resolve", "misplaced_aggregate", f"an aggregate in {clause}", node)
        elif counts and type(node.this) is exp.Distinct and len(node.this.expressions) > 1:
            self.add("syntax", "parse_error", "COUNT(DISTINCT ...) takes one column", node)
        elif counts and node.this is None:
            self.add("syntax", "parse_error", "COUNT needs a column or *", node)
        elif not counts and type(node.this) is exp.Star:
            self.add("syntax", "parse_error", f"{node.sql_name()} takes no *", node)

    def window(self, node, scope: Scope) -> None:
        """A window function stands in the select list or ORDER BY, not inside another one or an aggregate."""
        clause = "HAVING" if scope.clause == "having" else _NO_AGGREGATE.get(scope.clause)
        if clause is not None:
            self.add("resolve", "misplaced_aggregate", f"a window function in {clause}", node)
        elif isinstance(node.find_ancestor(exp.Window, exp.AggFunc, exp.Query), (exp.Window, exp.AggFunc)):
            self.add("resolve", "misplaced_aggregate", "a window function inside another one or an aggregate", node)
        args = node.args
        inner = node.this.this if isinstance(node.this, (exp.IgnoreNulls, exp.RespectNulls)) else node.this
        if args.get("order") is None and args.get("alias") is None:
            if type(inner) in _RANKING:
                self.add("syntax", "parse_error", f"OVER of {inner.sql_name()} needs ORDER BY", node)
            elif args.get("spec") is not None:
                self.add("syntax", "parse_error", "ROWS and RANGE need ORDER BY", node)
        if isinstance(inner, exp.AggFunc) and type(inner.this) is exp.Distinct:
            self.add("syntax", "parse_error", "DISTINCT does not go with OVER", node)

    def conditions(self, node) -> None:
        """AND, OR and NOT take conditions, no values."""
        for side in (node.this, node.args.get("expression")):
            if side is not None and type(bare(side)) not in PREDICATES:
                self.add("syntax", "parse_error", f"{type(node).__name__.upper()} needs conditions", side)

    def value(self, node) -> None:
        """A select item is no condition: T-SQL has no boolean values."""
        if type(bare(node)) in _NO_VALUE:
            self.add("syntax", "parse_error", "a condition is no value (use CASE)", node)

    def cast_type(self, node) -> None:
        """CAST to a type that is neither built in nor of this database."""
        target = node.this if type(node) is exp.Convert else node.args.get("to")
        if type(target) is exp.DataType and target.this == exp.DataType.Type.USERDEFINED:
            name = str(target.args.get("kind") or "").split(".")[-1].strip("[]")
            if name.lower() not in self.lookup.types and name.lower() != "sysname":
                self.cannot_know(f"type {name}")

    def anonymous(self, node, stack: list) -> None:
        """A function that sqlglot does not know; its first argument may be a date part."""
        name = node.this.upper() if isinstance(node.this, str) else ""
        if name in _OPEN:
            self.cannot_know(name)
            return
        arguments = node.expressions
        if name == "PARSE" or name == "TRY_PARSE":
            arguments = [argument.this if type(argument) is exp.Alias else argument for argument in arguments]
        stack.extend(arguments[1:] if name in DATE_PART_FIRST else arguments)

    def dotted(self, node) -> None:
        """`schema.function(...)`, or a method of an xml column."""
        call = node.expression
        head = node.this
        if type(call) is exp.Anonymous and type(head) is exp.Identifier:
            if f"{head.this}.{call.this}".lower() in self.lookup.functions:
                return
            self.cannot_know(f"{head.this}.{call.this}()")
        else:
            self.cannot_know(node.sql("tsql")[:60])

    def unreserved(self, identifier) -> None:
        """A reserved word stands as a name only in brackets."""
        if type(identifier) is exp.Identifier and not identifier.args.get("quoted"):
            name = identifier.this
            if name.upper() in RESERVED:
                self.add("syntax", "parse_error", f"{name} is a reserved word (write [{name}])", identifier, name)


def bare(node):
    """A node without the brackets around it."""
    while type(node) is exp.Paren:
        node = node.this
    return node


def _subclasses(kind) -> set:
    found = {kind}
    for below in kind.__subclasses__():
        found |= _subclasses(below)
    return found


AGGREGATES = frozenset(_subclasses(exp.AggFunc)) - {exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue, exp.NthValue}
