"""Rewrites of expressions: arithmetic, dates, casts, functions. Each handler gives the kind of its node."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.rows.looks import TODAY
from vgpt2.tsql.run import functions_duckdb as shims
from vgpt2.tsql.run.rewrite import Handlers, NotExecutable, Rewriter
from vgpt2.tsql.types import kind_of_type, split_type


def _add(rewriter: Rewriter, node: exp.Expression) -> str | None:
    left, right = rewriter.kind(node.this), rewriter.kind(node.expression)
    if (left == "text" and right in ("text", None)) or (right == "text" and left is None):
        return rewriter.replace(node, exp.DPipe(this=node.this, expression=node.expression, safe=True), "text")
    return _arithmetic(rewriter, node)


def _arithmetic(rewriter: Rewriter, node: exp.Expression) -> str | None:
    left, right = rewriter.kind(node.this), rewriter.kind(node.expression)
    if left == "date" and right in ("int", "decimal") and isinstance(node, (exp.Add, exp.Sub)):
        days = exp.Anonymous(this="TO_DAYS", expressions=[_cast_to(node.expression, "INT")])
        return rewriter.replace(node, type(node)(this=node.this, expression=days), "date")
    if "float" in (left, right):
        return "float"
    if "decimal" in (left, right):
        return "decimal"
    return "int" if left == right == "int" else None


def _div(rewriter: Rewriter, node: exp.Expression) -> str | None:
    kind = _arithmetic(rewriter, node)
    if kind == "int":
        return rewriter.replace(node, exp.IntDiv(this=node.this, expression=node.expression), "int")
    new = exp.Div(this=node.this, expression=node.expression)
    return rewriter.replace(node, new, kind)


def _average(rewriter: Rewriter, node: exp.Expression) -> str | None:
    kind = rewriter.kind(node.this)
    if kind != "int":
        return kind
    if isinstance(node.parent, exp.Window):
        return "int"
    return _truncated(rewriter, node)


def _window(rewriter: Rewriter, node: exp.Expression) -> str | None:
    inner = node.this
    kind = rewriter.kind(inner)
    if type(inner) is exp.Avg and kind == "int":
        return _truncated(rewriter, node)
    return kind


def _truncated(rewriter: Rewriter, node: exp.Expression) -> str:
    """CAST(TRUNC(node) AS BIGINT) in the place of `node`."""
    inner = exp.Anonymous(this="TRUNC")
    rewriter.replace(node, _cast_to(inner, "BIGINT"), "int")
    inner.set("expressions", [node])
    return "int"


def _cast_to(node: exp.Expression, name: str) -> exp.Cast:
    # exp.cast copies what it is given, and DataType.build parses: both cost more than the rest of a rewrite.
    return exp.Cast(this=node, to=exp.DataType(this=exp.DataType.Type[name], nested=False))


def _branches(rewriter: Rewriter, node: exp.Expression) -> str | None:
    values = []
    if isinstance(node, exp.Case):
        values = [branch.args.get("true") for branch in node.args.get("ifs") or ()] + [node.args.get("default")]
        if node.this is not None:
            rewriter.compare(node.this, [branch.this for branch in node.args.get("ifs") or ()])
    elif isinstance(node, exp.If):
        values = [node.args.get("true"), node.args.get("false")]
    elif isinstance(node, (exp.Coalesce, exp.Greatest, exp.Least)):
        values = [node.this, *node.expressions]
    else:
        values = [node.this]
    kinds = [rewriter.kind(value) for value in values if value is not None]
    known = [kind for kind in kinds if kind]
    for wide in ("float", "decimal", "date"):
        if wide in known:
            if wide == "date":
                for value in values:
                    rewriter.date_literal(value)
            return wide
    return known[0] if known else None


def _cast(rewriter: Rewriter, node: exp.Expression) -> str | None:
    return rewriter.cast(node, node.args["to"], node.this)


def _convert(rewriter: Rewriter, node: exp.Expression) -> str | None:
    target, value, style = node.args.get("this"), node.args.get("expression"), node.args.get("style")
    if target is None or value is None:
        raise NotExecutable("CONVERT of nothing")
    if kind_of_type(target.sql("tsql")) == "text" and rewriter.kind(value) == "date":
        number = "0" if style is None else str(style.this) if type(style) is exp.Literal else style.sql("tsql")
        pattern = shims.date_style(number)
        if pattern is None:
            raise NotExecutable(f"CONVERT with style {number}")
        new = exp.Anonymous(this="STRFTIME", expressions=[value, exp.Literal.string(pattern)])
        length = split_type(target.sql("tsql"))[1]
        if length:
            new = exp.Anonymous(this="LEFT", expressions=[new, exp.Literal.number(length)])
        return rewriter.replace(node, new, "text")
    return rewriter.cast(node, target, value)


def _length(rewriter: Rewriter, node: exp.Expression) -> str | None:
    inner = node.this
    new = exp.Anonymous(this="LENGTH", expressions=[exp.Anonymous(this="RTRIM", expressions=[inner])])
    return rewriter.replace(node, new, "int")


def _between(rewriter: Rewriter, node: exp.Expression) -> str | None:
    rewriter.compare(node.this, [node.args["low"], node.args["high"]])
    return "bool"


def _in(rewriter: Rewriter, node: exp.Expression) -> str | None:
    rewriter.compare(node.this, node.expressions)
    return "bool"


def _like(rewriter: Rewriter, node: exp.Expression) -> str | None:
    pattern = node.expression
    if type(pattern) is exp.Literal and "[" in pattern.this:
        text = shims.like_to_regex(pattern.this, fold=not rewriter.catalog.database.case_sensitive)
        new = exp.Anonymous(this="REGEXP_MATCHES", expressions=[node.this, exp.Literal.string(text)])
        return rewriter.replace(node, new, "bool")
    if not rewriter.catalog.database.case_sensitive:
        return rewriter.replace(node, exp.ILike(this=node.this, expression=pattern), "bool")
    return "bool"


def _date_diff(rewriter: Rewriter, node: exp.Expression) -> str | None:
    rewriter.date_literal(node.this)
    rewriter.date_literal(node.expression)
    if node.args.get("unit") is not None and node.args["unit"].name.upper() == "WEEK":
        call = exp.Anonymous(this="tsql_weeks", expressions=[node.expression, node.this])
        return rewriter.replace(node, call, "int")
    return "int"


def _date_add(rewriter: Rewriter, node: exp.Expression) -> str | None:
    rewriter.date_literal(node.this)
    unit = node.args["unit"].name.upper() if node.args.get("unit") is not None else "DAY"
    maker = shims.INTERVALS.get(unit)
    if maker is None:
        raise NotExecutable(f"DATEADD by {unit}")
    amount = node.expression
    if unit == "QUARTER":
        amount = exp.Mul(this=exp.Paren(this=amount), expression=exp.Literal.number(3))
    stamp = _cast_to(node.this, "TIMESTAMP")
    span = exp.Anonymous(this=maker, expressions=[_cast_to(amount, "INT")])
    return rewriter.replace(node, exp.Paren(this=exp.Add(this=stamp, expression=span)), "date")


def _extract(rewriter: Rewriter, node: exp.Expression) -> str | None:
    rewriter.date_literal(node.expression)
    part = node.this.name.upper()
    value = _cast_to(node.expression, "TIMESTAMP")
    name = {"DAYOFWEEK": "DAYOFWEEK", "WEEKDAY": "DAYOFWEEK", "WEEKISO": "WEEK", "ISO_WEEK": "WEEK"}.get(part)
    if part == "WEEK":
        return rewriter.replace(node, exp.Anonymous(this="tsql_week", expressions=[value]), "int")
    new = exp.Anonymous(this="DATE_PART", expressions=[exp.Literal.string((name or part).lower()), value])
    if name == "DAYOFWEEK":
        return rewriter.replace(node, exp.Paren(this=exp.Add(this=new, expression=exp.Literal.number(1))), "int")
    return rewriter.replace(node, new, "int")


def _anonymous(rewriter: Rewriter, node: exp.Expression) -> str | None:
    name = str(node.this).upper()
    if name not in shims.SHIMS:
        raise NotExecutable(f"{name}()")
    if name in shims.DATE_ARGUMENTS:
        for argument in node.expressions:
            rewriter.date_literal(argument)
    node.set("this", f"tsql_{name.lower()}" if name in shims.RENAMED else name.lower())
    return shims.SHIMS[name]


_GROWN: dict[type[exp.Expression], str] = {
    exp.Repeat: "tsql_replicate",
    exp.Space: "tsql_space",
    exp.Replace: "tsql_replace",
}


def _grown(rewriter: Rewriter, node: exp.Expression) -> str | None:
    """Functions that make text longer, up to the 8,000 characters of SQL Server; DuckDB has no such limit."""
    name = _GROWN[type(node)]
    arguments = [node.args[key] for key in ("this", "times", "expression", "replacement") if node.args.get(key)]
    return rewriter.replace(node, exp.Anonymous(this=name, expressions=arguments), "text")


def _unwrap(rewriter: Rewriter, node: exp.Expression) -> str | None:
    kind = rewriter.kind(node.this)
    return rewriter.replace(node, node.this, kind)


def _now(rewriter: Rewriter, node: exp.Expression) -> str | None:
    return rewriter.replace(node, _cast_to(exp.Literal.string(f"{TODAY} 00:00:00"), "TIMESTAMP"), "date")


VALUES: Handlers = {
    exp.Add: _add,
    exp.Sub: _arithmetic,
    exp.Mul: _arithmetic,
    exp.Mod: _arithmetic,
    exp.Div: _div,
    exp.Avg: _average,
    exp.Window: _window,
    exp.Case: _branches,
    exp.If: _branches,
    exp.Coalesce: _branches,
    exp.Greatest: _branches,
    exp.Least: _branches,
    exp.Nullif: _branches,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Convert: _convert,
    exp.Length: _length,
    exp.Between: _between,
    exp.In: _in,
    exp.Like: _like,
    exp.DateDiff: _date_diff,
    exp.DateAdd: _date_add,
    exp.Extract: _extract,
    exp.Anonymous: _anonymous,
    exp.Repeat: _grown,
    exp.Space: _grown,
    exp.Replace: _grown,
    exp.Collate: _unwrap,
    exp.CurrentTimestamp: _now,
    exp.CurrentDatetime: _now,
    exp.CurrentTimestampLTZ: _now,
    exp.UtcTimestamp: _now,
    exp.CurrentDate: _now,
}
