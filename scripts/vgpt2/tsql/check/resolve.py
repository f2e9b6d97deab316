"""Every name of a SELECT, bound as SQL Server binds it.

One walk over the tree, scope by scope: sources first, then each clause with what it may see. The tree is not changed.
"""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.bind import Binder
from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.expressions import PREDICATES, SET_OPERATIONS, Expressions, bare
from vgpt2.tsql.check.grouping import check_grouping, is_grouped
from vgpt2.tsql.check.lookup import CatalogLookup
from vgpt2.tsql.check.scope import Output, Scope
from vgpt2.tsql.check.sources import Sources
from vgpt2.tsql.check.words_check import check_words


class Resolver(Sources, Expressions, Binder):
    """The walk over one statement. `selects` are the (scope, output) pairs met, for the lint and for grouping."""

    def __init__(self, lookup: CatalogLookup) -> None:
        Binder.__init__(self, lookup)
        self.selects: list[tuple[Scope, Output]] = []
        self.outputs: dict[int, Output] = {}

    def statement(self, tree, tokens: list) -> Binding:
        """Resolve a whole statement."""
        self.query(tree, None, {}, "statement")
        check_words(self, tokens)
        return Binding(
            tree,
            self.lookup,
            self.bound,
            self.outputs,
            self.selects,
            self.tables,
            self.columns,
            self.cte_names,
            self.findings,
            self.unknown,
        )

    # ---- queries

    def query(self, node, outer: Scope | None, ctes: dict, place: str, anchor=None) -> Output:
        """The output of a query. `place`: statement, derived, cte, value, in, exists, branch or insert of a set.

        `anchor(output)` is called with the first branch of a UNION before the second is walked: a recursive CTE reads
        its own columns from it.
        """
        kind = type(node)
        if kind is exp.Subquery:
            if node.args.get("pivots"):
                self.cannot_know("PIVOT")
            ctes = self.with_(node, outer, ctes, place)
            output = self.query(node.this, outer, ctes, place, anchor)
            if node.args.get("order") is not None:
                self.order_of_set(node, output, outer, ctes)
        elif kind in SET_OPERATIONS:
            output = self.set_operation(node, outer, ctes, place, anchor)
        elif kind is exp.Select:
            output = self.select(node, outer, ctes, place)
        elif kind in (exp.Delete, exp.Update, exp.Insert, exp.Merge):
            self.add("syntax", "not_select", f"{kind.__name__.upper()} is not a SELECT", node)
            output = Output()
            output.known = False
        else:
            raise TypeError(kind.__name__)
        self.outputs[id(node)] = output
        if place in ("value", "in") and output.known and len(output.names) > 1 and node.find(exp.ForClause) is None:
            self.add("resolve", "subquery_columns", "a subquery used as a value gives more than one column", node)
        return output

    def with_(self, node, outer: Scope | None, ctes: dict, place: str) -> dict:
        """The CTEs that `node` adds to those that it sees."""
        with_node = node.args.get("with_")
        if with_node is None:
            return ctes
        if place != "statement":
            self.add("syntax", "parse_error", "WITH stands at the beginning of the statement", with_node)
        if with_node.args.get("recursive"):
            self.add("syntax", "parse_error", "RECURSIVE is not T-SQL (WITH alone)", with_node)
        ctes = dict(ctes)
        for cte in with_node.expressions:
            alias = cte.args.get("alias")
            name = alias.this.this
            given = [column.this for column in alias.args.get("columns") or ()]
            key = self.fold(name)
            self.cte_names.add(key)
            self.exposed.add(key)
            entry = ctes[key] = {"name": name, "output": Output(), "given": given}

            def anchor(output, entry=entry, given=given):
                entry["output"] = _renamed(output, given)

            output = self.query(cte.this, outer, ctes, "cte", anchor)
            entry["output"] = self.named(output, given, name, alias.this)
        return ctes

    def named(self, output: Output, given: list[str], name: str, node) -> Output:
        """The output of a derived table or CTE under its column list; SQL Server wants each column named, once."""
        renamed = _renamed(output, given)
        if not renamed.known:
            return renamed
        if given and len(given) != len(output.names):
            self.add("resolve", "column_count", f"{name} names {len(given)} columns of {len(output.names)}", node, name)
        seen = set()
        for position, column in enumerate(renamed.names, 1):
            if column is None:
                self.add("resolve", "unnamed_column", f"column {position} of {name} has no name", node, name)
            elif (key := self.fold(column)) in seen:
                self.add("resolve", "duplicate_column", f"{name} has two columns {column}", node, column)
            else:
                seen.add(key)
        return renamed

    def set_operation(self, node, outer, ctes, place, anchor) -> Output:
        """UNION, EXCEPT, INTERSECT: as many columns on both sides, names of the first."""
        if node.args.get("distinct") is False and type(node) is not exp.Union:
            self.add("syntax", "parse_error", f"{type(node).__name__.upper()} ALL is not T-SQL", node)
        ctes = self.with_(node, outer, ctes, place)
        inner = "value_branch" if place in ("value", "in") else "exists" if place == "exists" else "branch"
        left = self.query(node.this, outer, ctes, inner, anchor)
        if anchor is not None:
            anchor(left)
        right = self.query(node.expression, outer, ctes, inner)
        if left.known and right.known and len(left.names) != len(right.names):
            message = f"{len(left.names)} columns against {len(right.names)} in {type(node).__name__.upper()}"
            self.add("resolve", "column_count", message, node)
        output = Output()
        output.names, output.nodes, output.known = left.names, left.nodes, left.known
        both = len(left.origins) == len(right.origins)
        output.origins = [a + b for a, b in zip(left.origins, right.origins, strict=True)] if both else left.origins
        self.order_of_set(node, output, outer, ctes)
        if place not in ("statement",):
            self.order_inside(node)
        return output

    def order_of_set(self, node, output: Output, outer, ctes) -> None:
        """ORDER BY of a UNION sees output columns only."""
        order = node.args.get("order")
        if order is None:
            return
        names = {self.fold(name) for name in output.names if name}
        for item in order.expressions:
            target = item.this if type(item) is exp.Ordered else item
            if type(target) is exp.Column and target.args.get("table") is None:
                name = target.name
                if output.known and self.fold(name) not in names:
                    known = [name for name in output.names if name]
                    self.add("resolve", "unknown_column", f"the union has no column {name}", target, name, known)
            elif target.is_number:
                self.position(target, output)
            else:
                self.add("resolve", "order_by_not_selected", "ORDER BY of a union takes output columns", target)

    # ---- one SELECT

    def select(self, node, outer: Scope | None, ctes: dict, place: str) -> Output:
        """One SELECT: sources, then the clauses in the order in which SQL Server binds them."""
        args = node.args
        if args.get("into") is not None:
            self.add("syntax", "not_select", "SELECT INTO makes a table", node)
        if not node.expressions:
            self.add("syntax", "parse_error", "nothing is selected", node)
        ctes = self.with_(node, outer, ctes, place)
        scope = Scope(outer, ctes, node)
        scope.aliases = self.alias_names(node)
        self.sources_of(node, scope)
        for clause, key in (("where", "where"), ("group", "group"), ("having", "having")):
            part = args.get(key)
            if part is not None:
                scope.clause = clause
                self.expression(part, scope)
                if clause != "group" and type(bare(part.this)) not in PREDICATES:
                    self.add("syntax", "parse_error", f"{clause.upper()} needs a condition", part)
        if (group := args.get("group")) is not None:
            for item in group.expressions:
                if type(item) is exp.Literal:
                    self.add("syntax", "parse_error", "GROUP BY takes no position or constant", item)
            if not any(value for value in group.args.values() if isinstance(value, list)):
                self.add("syntax", "parse_error", "GROUP BY has no column", group)
        distinct = args.get("distinct")
        if distinct is not None and distinct.args.get("on") is not None:
            self.add("syntax", "parse_error", "DISTINCT ON is not T-SQL", distinct)
        scope.clause = "select"
        output = self.projections(node, scope, place)
        limit = args.get("limit")
        if limit is not None:
            self.expression(limit, scope)
            options = limit.args.get("limit_options")
            if options is not None and options.args.get("with_ties") and args.get("order") is None:
                self.add("syntax", "parse_error", "WITH TIES needs ORDER BY", node)
        offset = args.get("offset")
        if offset is not None or type(limit) is exp.Fetch:
            self.paging(node, scope, offset, limit)
        for window in args.get("windows") or ():
            self.expression(window, scope)
        scope.clause = "order"
        if args.get("order") is not None:
            self.order_by(node, scope, output)
            if place != "statement":
                self.order_inside(node)
        if place != "exists" and is_grouped(node):
            check_grouping(self, scope)
        self.selects.append((scope, output))
        return output

    def paging(self, node, scope: Scope, offset, limit) -> None:
        """OFFSET needs ORDER BY, FETCH needs OFFSET."""
        if node.args.get("order") is None:
            self.add("syntax", "parse_error", "OFFSET and FETCH need ORDER BY", node)
        if offset is None:
            self.add("syntax", "parse_error", "FETCH needs OFFSET", node)
            return
        if type(limit) is exp.Limit:
            self.add("syntax", "parse_error", "TOP and OFFSET do not go together", node)
        self.expression(offset, scope)

    def alias_names(self, node) -> set[str]:
        """Folded aliases of the select list, only to tell an alias used too early from an unknown column."""
        names = set()
        for item in node.expressions:
            if type(item) is exp.Alias:
                names.add(self.fold(item.alias))
            elif type(item) is exp.EQ and type(item.this) is exp.Literal:
                names.add(self.fold(item.this.this))
        return names

    def projections(self, node, scope: Scope, place: str) -> Output:
        """The select list."""
        output = Output()
        for item in node.expressions:
            kind = type(item)
            if kind is exp.Column:
                if type(item.this) is exp.Star:
                    self.star(output, scope, item)
                else:
                    found = self.column(item, scope)
                    output.add(item.name, (found,) if found else (), item)
            elif kind is exp.Alias:
                self.unreserved(item.args["alias"])
                inner = item.this
                if type(inner) is exp.Column:
                    found = self.column(inner, scope)
                    output.add(item.alias, (found,) if found else (), inner)
                else:
                    self.expression(inner, scope)
                    self.value(inner)
                    output.add(item.alias, (), inner)
            elif kind is exp.Star:
                self.star(output, scope, item)
            elif kind is exp.EQ:
                self.expression(item.expression, scope)
                left = item.this
                if type(left) is exp.Literal and left.is_string:
                    output.add(left.this, (), item.expression)
                elif type(left) is exp.Parameter:
                    self.add("syntax", "not_select", "SELECT sets a variable", item)
                    output.add(None)
                else:
                    self.add("syntax", "parse_error", "a comparison is no column", item)
                    output.add(None)
            else:
                self.expression(item, scope)
                self.value(item)
                output.add(None, (), item)
        return output

    def star(self, output: Output, scope: Scope, node) -> None:
        """`*` or `t.*`: the columns of the sources."""
        sources = scope.sources
        star = node.this if type(node) is exp.Column else node
        if any(star.args.values()):
            self.add("syntax", "parse_error", "* stands alone in T-SQL", node)
        if type(node) is exp.Column:
            source = self.qualifier(node, scope)
            sources = [source] if source is not None else []
        elif not sources:
            self.add("syntax", "parse_error", "* needs a FROM clause", node)
        for source in sources:
            if source.columns is None:
                output.known = False
                continue
            for key, name in source.columns.items():
                output.add(name, ((source, key),))

    def order_by(self, node, scope: Scope, output: Output) -> None:
        """ORDER BY: an alias of the select list (alone), a position, or an expression over the sources."""
        named = {self.fold(name) for name in output.names if name}
        distinct = node.args.get("distinct") is not None
        for item in node.args["order"].expressions:
            target = item.this if type(item) is exp.Ordered else item
            kind = type(target)
            if kind is exp.Column and target.args.get("table") is None and self.fold(target.name) in named:
                continue
            if kind is exp.Literal and not target.is_string:
                self.position(target, output)
                continue
            self.expression(target, scope)
            if distinct and output.known and not self.selected(target, node):
                message = "ORDER BY of a SELECT DISTINCT takes selected columns"
                self.add("resolve", "order_by_not_selected", message, target)

    def position(self, target, output: Output) -> None:
        """ORDER BY 2 needs a second column."""
        if output.known and not (target.this.isdigit() and 1 <= int(target.this) <= len(output.names)):
            self.add("resolve", "order_by_position", f"ORDER BY {target.this} is no column", target)

    def selected(self, target, node) -> bool:
        """Whether this expression stands in the select list, columns compared by what they bind to."""
        bound = self.bound.get(id(target))
        for item in node.expressions:
            inner = item.this if type(item) is exp.Alias else item
            if inner == target or (bound is not None and self.bound.get(id(inner)) == bound):
                return True
        return type(target) is exp.Column and any(type(item) is exp.Star for item in node.expressions)

    def order_inside(self, node) -> None:
        """ORDER BY in a derived table, CTE or subquery needs TOP, OFFSET or FOR XML."""
        args = node.args
        if args.get("order") is None:
            return
        if isinstance(node.parent, exp.SetOperation):
            self.add("syntax", "order_in_subquery", "ORDER BY of a union stands at its end", args["order"])
        elif args.get("limit") is None and args.get("offset") is None and args.get("for_") is None:
            self.add("syntax", "order_in_subquery", "ORDER BY inside a query needs TOP or OFFSET", args["order"])


def bind(tree, tokens: list, lookup: CatalogLookup) -> Binding:
    """What every name of a statement stands for."""
    return Resolver(lookup).statement(tree, tokens)


def _renamed(output: Output, given: list[str]) -> Output:
    if not given:
        return output
    renamed = Output()
    renamed.known = True
    renamed.names = list(given)
    known = output.known and len(output.origins) == len(given)
    renamed.origins = output.origins if known else [()] * len(given)
    renamed.nodes = output.nodes if known else [None] * len(given)
    return renamed
