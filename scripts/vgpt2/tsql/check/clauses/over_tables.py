"""Built-in functions over one table: CHANGETABLE, where its changes are tracked, CONTAINSTABLE and FREETEXTTABLE."""

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
# What a search gives (reference: CONTAINSTABLE): the full-text key of the row, and how well it fits.
_FOUND = ("KEY", "RANK")


def is_over_table(call: exp.Expression) -> bool:
    """Whether this is one of these functions, as `tsql/respell.py` spells them."""
    return type(call) is exp.Anonymous and call.name in ("CHANGETABLE_OF", "FULLTEXT_OF")


def expose_over_table(call: exp.Expression, node: exp.Expression, scope: Scope, walk: Walk) -> None:
    """The columns that such a function gives: CHANGETABLE its own and its table's key, a search its own."""
    parts, _ = dotted([*scan(call.expressions[0].name)], 0)
    name, schema = parts[-1], parts[-2] if len(parts) > 1 else ""
    info = walk.lookup.table(name, schema)
    if info is None:
        unknown_table(name, schema, call, walk)
        expose_opaque(node, scope, call.name.removesuffix("_OF"), walk)
        return
    given = (*info.table.key, *_OWN)
    if call.name == "FULLTEXT_OF":
        given = _FOUND
        for part in scan(call.expressions[1].name):
            if part.text != "*" and info.columns and walk.fold(part.value) not in info.columns:
                walk.resolve("unknown_column", f"{info.table.name} has no column {part.value}", call, part.value)
    columns = {walk.fold(column): column for column in given}
    alias = node.args.get("alias")
    shown = alias.name if alias is not None else ""
    walk.binding.tables[info.qualified] = None
    expose(Source(shown, "derived", columns, node), shown, alias, scope, walk)
