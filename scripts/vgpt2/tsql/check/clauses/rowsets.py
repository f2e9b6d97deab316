"""Built-in functions that give a table whose columns the reference names: STRING_SPLIT, GENERATE_SERIES, OPENJSON."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.names import call_name

# Without a WITH of its own (the reference: OPENJSON, "Default schema").
_OF_JSON = ["key", "value", "type"]


def rowset_columns(node: exp.Expression) -> tuple[str, list[str]] | None:
    """Name and columns of the built-in function that a source calls; None where it is none of those, or its columns
    depend on what the text does not say."""
    call = node.this
    if not isinstance(node, (exp.Table, exp.Lateral)) or not isinstance(call, exp.Func) or node.args.get("db"):
        return None
    if isinstance(call, exp.OpenJSON):
        given = [column.name for column in call.expressions]
        return "OPENJSON", given or _OF_JSON
    if isinstance(call, exp.GenerateSeries):
        return "GENERATE_SERIES", ["value"]
    if isinstance(call, exp.Anonymous) and call_name(call).upper() == "STRING_SPLIT":
        return _split_columns(call)
    return None


def _split_columns(call: exp.Anonymous) -> tuple[str, list[str]] | None:
    """`ordinal` is there where the third argument, a constant, says so."""
    if len(call.expressions) < 3:
        return "STRING_SPLIT", ["value"]
    ordinal = call.expressions[2]
    if isinstance(ordinal, exp.Null):
        return "STRING_SPLIT", ["value"]
    if isinstance(ordinal, exp.Literal) and ordinal.this in ("0", "1"):
        return "STRING_SPLIT", ["value", "ordinal"] if ordinal.this == "1" else ["value"]
    return None
