"""A name in FROM: a table, a view or a CTE; or a function, a variable or a temporary table, which is not followed."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.calls.routines import check_routine
from vgpt2.tsql.check.clauses.exposure import expose, expose_opaque, unknown_table
from vgpt2.tsql.check.clauses.outputs import source_of_cte
from vgpt2.tsql.check.clauses.over_tables import expose_over_table, is_over_table
from vgpt2.tsql.check.clauses.pivot import expose_pivoted
from vgpt2.tsql.check.expressions.expressions import bind_expression
from vgpt2.tsql.check.names import call_name
from vgpt2.tsql.check.scope import Scope, Source, TableInfo
from vgpt2.tsql.check.walk import Walk
from vgpt2.tsql.dialect import written

_SYSTEM_SCHEMAS = {"sys", "information_schema"}


def add_table(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """One name in FROM, with its schema and alias."""
    args = node.args
    this = args["this"]
    if type(this) is not exp.Identifier:
        _no_table_name(node, scope, walk)
        return
    name: str = this.this
    db = args.get("db")
    schema: str = db.this if type(db) is exp.Identifier else ""
    if args.get("pivots"):
        _pivot(node, name, schema, scope, walk)
    elif this.args.get("temporary") or name.startswith("#"):
        expose_opaque(node, scope, f"#{name.lstrip('#')}", walk)
    elif isinstance(database := args.get("catalog"), exp.Expression):  # an empty text in `..dbo.APTH`: this database
        expose_opaque(node, scope, f"database {database.name}", walk)
    elif not schema and (cte := scope.ctes.get(walk.fold(name))) is not None:
        expose(source_of_cte(cte.name, cte.output, node, walk), name, args.get("alias"), scope, walk)
    else:
        _catalog_table(node, name, schema, scope, walk)


def _catalog_table(node: exp.Expression, name: str, schema: str, scope: Scope, walk: Walk) -> None:
    alias = node.args.get("alias")
    info = walk.lookup.table(name, schema)
    if info is not None:
        if node.args.get("version") is not None:
            _at_a_time(info, node, walk)
        walk.binding.tables[info.qualified] = None
        source = Source(info.table.name, "table", info.columns, node, info)
        source.schema = walk.fold(info.table.schema)
        expose(source, name, alias, scope, walk)
    elif schema.lower() in _SYSTEM_SCHEMAS:
        expose_opaque(node, scope, f"system table {schema}.{name}", walk)
    else:
        unknown_table(name, schema, node.this, walk)
        expose(Source(name, "missing", None, node), name, alias, scope, walk)


def _at_a_time(info: TableInfo, node: exp.Expression, walk: Walk) -> None:
    """FOR SYSTEM_TIME: of a table that keeps its history. Such a one has two columns datetime2 NOT NULL, its period."""
    table = info.table
    if table.temporal:
        return
    period = sum(column.base_type.startswith("datetime2") and not column.nullable for column in table.columns)
    if table.kind == "table" and table.columns and period < 2:
        message = f"{table.name} keeps no history: FOR SYSTEM_TIME needs a temporal table"
        walk.resolve("not_temporal", message, node, table.name)
    else:
        walk.cannot_know(f"history of {table.name}")


def _no_table_name(node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """A function, a variable."""
    this = node.this
    if is_over_table(this):
        expose_over_table(this, node, scope, walk)
        return
    if not isinstance(this, exp.Func):
        expose_opaque(node, scope, written(this), walk)
        return
    db = node.args.get("db")
    call_in_from(this, scope, walk, db if isinstance(db, exp.Expression) else None)  # an empty text in `..f(1)`
    expose_opaque(node, scope, f"{call_name(this)}()", walk)


def call_in_from(call: exp.Func, scope: Scope, walk: Walk, schema: exp.Expression | None = None) -> None:
    """A function in FROM or APPLY: its arguments see the sources before it; without a schema it must give a table."""
    start = call.meta.get("start")
    if schema is None and isinstance(start, int):
        walk.from_calls.add(start)
    owner = schema.name if schema is not None else walk.lookup.default_schema
    if type(call) is exp.Anonymous and (routine := walk.lookup.functions.get(f"{owner}.{call.name}".lower())):
        check_routine(routine, call, walk, in_from=True)
    if call_name(call).upper() == "OPENQUERY":
        return
    for argument in call.args.values():
        for child in argument if isinstance(argument, list) else [argument]:
            if isinstance(child, exp.Expression):
                bind_expression(child, scope, walk)


def _pivot(node: exp.Expression, name: str, schema: str, scope: Scope, walk: Walk) -> None:
    """PIVOT or UNPIVOT on a table or CTE."""
    cte = None if schema else scope.ctes.get(walk.fold(name))
    if cte is not None:
        source = source_of_cte(cte.name, cte.output, node, walk)
    elif (info := walk.lookup.table(name, schema)) is not None:
        walk.binding.tables[info.qualified] = None
        source = Source(info.table.name, "table", info.columns, node, info)
    else:
        unknown_table(name, schema, node.this, walk)
        expose_opaque(node, scope, "PIVOT", walk)
        return
    alias = node.args.get("alias")
    source.name = alias.name if alias is not None else source.name
    expose_pivoted(source, node, scope, walk)
