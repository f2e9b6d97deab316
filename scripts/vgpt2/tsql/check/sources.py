"""The FROM clause: tables, derived tables, CTEs, APPLY, table-valued functions, PIVOT."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.sqltext.names import RESERVED
from vgpt2.tsql.check.expressions import PREDICATES, bare
from vgpt2.tsql.check.scope import Output, Scope, Source

_SYSTEM_SCHEMAS = {"sys", "information_schema"}


class Sources:
    """Fills a scope with the sources of a SELECT, in order: an ON sees only what stands before it."""

    def sources_of(self, node, scope: Scope) -> None:
        """FROM and its joins."""
        from_ = node.args.get("from_")
        if from_ is not None:
            self.source(from_.this, scope)
        self.joins(node, scope)
        for lateral in node.args.get("laterals") or ():
            self.lateral(lateral, scope)

    def joins(self, node, scope: Scope) -> None:
        """The joins that hang on a SELECT or, in brackets, on a table."""
        for join in node.args.get("joins") or ():
            args = join.args
            self.source(join.this, scope)
            on = args.get("on")
            if args.get("using"):
                self.add("syntax", "parse_error", "USING is not T-SQL (use ON)", join)
            if on is not None:
                self.ons += 1
                scope.clause = "on"
                self.expression(on, scope)
                if type(bare(on)) not in PREDICATES or args.get("kind") == "CROSS" or type(join.this) is exp.Lateral:
                    self.add("syntax", "parse_error", "ON needs a condition and a JOIN that is not CROSS", on)
                scope.clause = "from"
                scope.ons.append((join, on))

    def source(self, node, scope: Scope) -> None:
        """One entry of FROM."""
        kind = type(node)
        if kind is exp.Table:
            self.table(node, scope)
            self.joins(node, scope)
        elif kind is exp.Subquery:
            if _holds_joins(node):
                self.source(node.this, scope)
            else:
                self.derived(node, scope, scope.outer)
            self.joins(node, scope)
        elif kind is exp.Lateral:
            self.lateral(node, scope)
        elif kind is exp.Values:
            self.values(node, node, scope, Scope(scope.outer, scope.ctes))
        else:
            self.opaque(node, scope, f"{kind.__name__} in FROM")

    def table(self, node, scope: Scope) -> None:
        """A table, view or CTE by name; or a function, variable or temporary table."""
        args = node.args
        this = args["this"]
        alias = args.get("alias")
        if type(this) is not exp.Identifier:
            if isinstance(this, exp.Func):
                for argument in this.args.values():
                    for child in argument if isinstance(argument, list) else [argument]:
                        if isinstance(child, exp.Expression) and this.name.upper() != "OPENQUERY":
                            self.expression(child, scope)
            self.opaque(node, scope, f"{this.name}()" if isinstance(this, exp.Func) else this.sql("tsql"))
            return
        name = this.this
        if not this.args.get("quoted") and name.upper() in RESERVED:
            self.add("syntax", "parse_error", f"{name} is a reserved word (write [{name}])", this, name)
        db = args.get("db")
        schema = db.this if isinstance(db, exp.Identifier) else ""
        if args.get("pivots"):
            self.pivot(node, scope, schema)
            return
        if this.args.get("temporary") or name.startswith("#"):
            self.opaque(node, scope, f"#{name.lstrip('#')}")
            return
        if args.get("catalog") is not None:
            self.opaque(node, scope, f"database {args['catalog'].name}")
            return
        cte = scope.ctes.get(self.fold(name)) if not schema else None
        if cte is not None:
            self.expose(self.from_output(cte["name"], "cte", cte["output"], node), name, alias, scope, node)
            return
        info = self.lookup.table(name, schema)
        if info is None:
            if schema.lower() in _SYSTEM_SCHEMAS:
                self.opaque(node, scope, f"system table {schema}.{name}")
                return
            self.no_table(name, schema, this)
            self.expose(Source(name, "missing", None, node), name, alias, scope, node)
            return
        self.tables[info.qualified] = None
        source = Source(info.table.name, "table", info.columns, node, info)
        source.schema = self.fold(info.table.schema)
        self.expose(source, name, alias, scope, node)

    def no_table(self, name: str, schema: str, identifier) -> None:
        """A table that the catalog does not have."""
        written = f"{schema}.{name}" if schema else name
        other = self.lookup.table_in_other_case(name, schema)
        if other is not None:
            real = self.lookup.catalog.sql_name(other)
            self.add("resolve", "wrong_case", f"the table is {real}, not {written}", identifier, written, [real])
        else:
            names = lambda: self.lookup.known_names(name, schema)  # noqa: E731
            self.add("resolve", "unknown_table", f"there is no table {written}", identifier, written, names)

    def expose(self, source: Source, name: str, alias, scope: Scope, node) -> None:
        """Make a source visible under its alias or name."""
        identifier = alias.this if alias is not None else None
        if identifier is not None:
            name = identifier.this
            source.name = name
            source.aliased = True
            self.unreserved(identifier)
        key = self.fold(name)
        self.exposed.add(key)
        same = scope.by_name.setdefault(key, [])
        if any(other.schema == source.schema or other.aliased or source.aliased for other in same):
            self.add("resolve", "duplicate_table", f"{name} stands twice in FROM", identifier or node, name)
        same.append(source)
        scope.sources.append(source)

    def from_output(self, name: str, kind: str, output: Output, node) -> Source:
        """A derived table or CTE as a source."""
        if not output.known:
            self.cannot_know(f"columns of {name}")
            return Source(name, kind, None, node)
        columns = {}
        source = Source(name, kind, columns, node)
        source.output = output
        for column, origins in zip(output.names, output.origins, strict=True):
            if column is not None:
                key = self.fold(column)
                columns[key] = column
                source.origins[key] = origins
        return source

    def derived(self, node, scope: Scope, outer: Scope | None) -> None:
        """A query in brackets in FROM. `outer` is what it may see: the scope itself only under APPLY."""
        alias = node.args.get("alias")
        if node.args.get("pivots"):
            self.query(node.this, outer, scope.ctes, "derived")
            self.opaque(node, scope, "PIVOT")
            return
        if alias is None or alias.this is None:
            output = self.query(node.this, outer, scope.ctes, "derived")
            self.add("syntax", "parse_error", "a derived table needs a name", node)
            self.expose(self.from_output("", "derived", output, node), "", None, scope, node)
            return
        name = alias.this.this
        given = [column.this for column in alias.args.get("columns") or ()]
        output = self.query(node.this, outer, scope.ctes, "derived")
        output = self.named(output, given, name, alias.this)
        self.expose(self.from_output(name, "derived", output, node), name, alias, scope, node)

    def values(self, values, node, scope: Scope, seen: Scope) -> None:
        """`(VALUES (1), (2)) AS v(x)`: `values` are the rows, `node` has the name, `seen` is what the rows may see."""
        for row in values.expressions:
            for item in row.expressions if type(row) is exp.Tuple else [row]:
                self.expression(item, seen)
        alias = node.args.get("alias")
        given = [column.this for column in (alias.args.get("columns") if alias is not None else None) or ()]
        if not given:
            self.add("syntax", "parse_error", "VALUES in FROM needs a name with columns", node)
        name = alias.name if alias is not None else ""
        output = Output()
        for column in given:
            output.add(column)
        for width in sorted({len(row.expressions) for row in values.expressions if type(row) is exp.Tuple}):
            if given and width != len(given):
                message = f"{name} names {len(given)} columns of {width}"
                self.add("resolve", "column_count", message, alias.this, name)
        output = self.named(output, given, name, alias)
        self.expose(self.from_output(name, "derived", output, node), name, alias, scope, node)

    def lateral(self, node, scope: Scope) -> None:
        """CROSS APPLY and OUTER APPLY: the right side sees the sources before it."""
        inner = node.this
        alias = node.args.get("alias")
        if type(inner) is exp.Subquery and type(inner.this) is exp.Values:
            self.values(inner.this, node, scope, scope)
            return
        if type(inner) is exp.Subquery:
            output = self.query(inner.this, scope, scope.ctes, "derived")
            if alias is None:
                self.add("syntax", "parse_error", "APPLY needs a name", node)
                return
            name = alias.name
            given = [column.this for column in alias.args.get("columns") or ()]
            output = self.named(output, given, name, alias.this)
            self.expose(self.from_output(name, "derived", output, node), name, alias, scope, node)
            return
        for call in inner.find_all(exp.Anonymous):
            for argument in call.expressions:
                self.expression(argument, scope)
        self.opaque(node, scope, inner.sql("tsql")[:60])

    def pivot(self, node, scope: Scope, schema: str) -> None:
        """PIVOT or UNPIVOT on a table: the table must exist, the result is not followed."""
        name = node.this.this
        if self.fold(name) not in scope.ctes or schema:
            info = self.lookup.table(name, schema)
            if info is None:
                self.no_table(name, schema, node.this)
            else:
                self.tables[info.qualified] = None
        self.opaque(node, scope, "PIVOT")

    def opaque(self, node, scope: Scope, because: str) -> None:
        """A source whose columns cannot be known, unless its alias lists them."""
        self.cannot_know(because)
        alias = node.args.get("alias")
        pivots = node.args.get("pivots")
        if pivots and pivots[-1].args.get("alias") is not None:
            alias = pivots[-1].args["alias"]
        given = [column.this for column in (alias.args.get("columns") if alias is not None else None) or ()]
        columns = {self.fold(name): name for name in given} or None
        name = alias.name if alias is not None else node.name
        self.expose(Source(name, "opaque", columns, node), name, alias, scope, node)


def _holds_joins(node) -> bool:
    """Whether brackets in FROM hold joins, at whatever depth, and not a query."""
    inner = node.this
    while type(inner) is exp.Subquery:
        inner = inner.this
    return isinstance(inner, exp.Table) and node.args.get("alias") is None
