"""CHANGETABLE: the changes of a table, where they are tracked."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.sqltext.scan import dotted, scan
from vgpt2.tsql.check.clauses.exposure import expose
from vgpt2.tsql.check.scope import Scope, Source, TableInfo
from vgpt2.tsql.check.walk import Walk

# Beside the primary key (reference: CHANGETABLE).
_OWN = (
    "SYS_CHANGE_VERSION SYS_CHANGE_CREATION_VERSION SYS_CHANGE_OPERATION SYS_CHANGE_COLUMNS SYS_CHANGE_CONTEXT"
).split()


def changed_table(call: exp.Expression) -> tuple[str, str] | None:
    """The schema and name of the table that a call of CHANGETABLE names; None for any other call."""
    if type(call) is not exp.Anonymous or call.name != "CHANGETABLE_OF":
        return None
    parts, _ = dotted([*scan(call.expressions[0].name)], 0)
    return (parts[-2] if len(parts) > 1 else "", parts[-1])


def expose_changes(info: TableInfo, node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """The columns that CHANGETABLE gives: those of the key, and its own."""
    columns = {walk.fold(name): name for name in (*info.table.key, *_OWN)}
    alias = node.args.get("alias")
    name = alias.name if alias is not None else ""
    walk.binding.tables[info.qualified] = None
    expose(Source(name, "derived", columns, node), name, alias, scope, walk)
