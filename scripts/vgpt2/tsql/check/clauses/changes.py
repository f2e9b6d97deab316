"""CHANGETABLE: the changes of a table, where they are tracked."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.sqltext.scan import dotted, scan
from vgpt2.tsql.check.clauses.exposure import expose, expose_opaque, unknown_table
from vgpt2.tsql.check.scope import Scope, Source
from vgpt2.tsql.check.walk import Walk

# Beside the primary key (reference: CHANGETABLE).
_OWN = (
    "SYS_CHANGE_VERSION SYS_CHANGE_CREATION_VERSION SYS_CHANGE_OPERATION SYS_CHANGE_COLUMNS SYS_CHANGE_CONTEXT"
).split()


def is_change_table(call: exp.Expression) -> bool:
    """Whether this is CHANGETABLE, as `tsql/respell.py` spells it."""
    return type(call) is exp.Anonymous and call.name == "CHANGETABLE_OF"


def expose_changes(call: exp.Expression, node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """The columns that CHANGETABLE gives: those of the key of its table, and its own."""
    parts, _ = dotted([*scan(call.expressions[0].name)], 0)
    name, schema = parts[-1], parts[-2] if len(parts) > 1 else ""
    info = walk.lookup.table(name, schema)
    if info is None:
        unknown_table(name, schema, call, walk)
        expose_opaque(node, scope, "CHANGETABLE", walk)
        return
    columns = {walk.fold(column): column for column in (*info.table.key, *_OWN)}
    alias = node.args.get("alias")
    shown = alias.name if alias is not None else ""
    walk.binding.tables[info.qualified] = None
    expose(Source(shown, "derived", columns, node), shown, alias, scope, walk)
