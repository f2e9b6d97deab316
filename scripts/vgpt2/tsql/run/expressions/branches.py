"""CASE, COALESCE, ISNULL, IIF, CHOOSE, NULLIF, GREATEST, LEAST, CAST, CONVERT: values that become one type."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert import convert
from vgpt2.tsql.run.expressions.predicates import compare, put
from vgpt2.tsql.run.rewrite.build import call, cast, is_null, literal, whole
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.results import common
from vgpt2.tsql.run.types.sqltype import INTS, MONEY, NULL, SqlType


def unify(rewriter: Rewriter, values: list[exp.Expression | None]) -> SqlType | None:
    """Bring values to their common type; the type, None where it is not known."""
    known = [value for value in values if isinstance(value, exp.Expression)]
    types = [rewriter.type(value) for value in known]
    found = common(types)
    if found is None:
        if None not in types:
            raise NotExecutable("values of " + ", ".join(sorted({kind.name for kind in types if kind is not None})))
        # As far as it is known: DuckDB finds a type of its own.
        return next((kind for kind in types if kind is not None and kind != NULL), None)
    if found == NULL:
        return NULL
    for value, kind in zip(known, types, strict=True):
        if kind is not None and differs(kind, found):
            put(rewriter, value, convert(value.copy(), kind, found.spread()), found)
    return found


def differs(kind: SqlType, found: SqlType) -> bool:
    """Whether DuckDB would not find the same by itself."""
    if kind in (NULL, found):
        return False
    if kind.is_text and found.is_text:
        # Blanks at the end do not show and do not count; a text that is cut does.
        return found.padded and not found.stored and kind.name != found.name
    if kind.name in INTS and found.name in INTS:
        return False
    if kind.is_number and found.is_number:
        return found.name in ("float", "real", *MONEY) or kind.name in ("float", "real")
    return kind.name != found.name or kind.stored != found.stored


def _case(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    branches = node.args.get("ifs") or []
    if node.this is not None:
        compare(rewriter, [node.this, *[branch.this for branch in branches]])
    return unify(rewriter, [*[branch.args.get("true") for branch in branches], node.args.get("default")])


def _if(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    if isinstance(node.parent, exp.Case):
        return None
    return unify(rewriter, [node.args.get("true"), node.args.get("false")])


def _coalesce(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    if not node.args.get("is_null"):
        return unify(rewriter, [node.this, *node.expressions])
    first, second = node.this, node.expressions[0] if node.expressions else None
    found, other = rewriter.type(first), rewriter.type(second)
    if found is None or other is None or second is None:
        return found or other
    if found == NULL:
        return other
    if other == NULL:
        return found
    if found.is_text and other.is_text:
        fits = None in (found.size, other.size) or found.size == -1
        if not fits and (other.size == -1 or (other.size or 0) > (found.size or 0)):
            put(rewriter, second, convert(second.copy(), other, found.spread()), found)
    elif found.name == "decimal" and other.is_number and other.as_decimal() != found:
        put(rewriter, second, convert(second.copy(), other, found), found)
    elif differs(other, found) or (found.name in INTS and other.is_number and other.name != found.name):
        put(rewriter, second, convert(second.copy(), other, found.spread()), found)
    if found.stored and found.name == "datetimeoffset":
        raise NotExecutable("ISNULL of datetimeoffset")
    return found


def _nullif(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    first = rewriter.type(node.this)
    value, other = node.this.copy(), node.expression
    rewriter.typed(value, first)
    kind = rewriter.type(other)
    if first is None or kind is None or first.name == kind.name or (first.is_number and kind.is_number):
        compare(rewriter, [node.this, other])
        return first
    made = exp.EQ(this=node.this.copy(), expression=other.copy())
    rewriter.typed(made.this, first)
    rewriter.typed(made.expression, kind)
    compare(rewriter, [made.this, made.expression])
    test = exp.Case(ifs=[exp.If(this=made, true=exp.Null())], default=value)
    return rewriter.replace(node, test, first)


def _choose(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    index, *values = node.expressions
    kind = rewriter.type(index)
    if kind is None or not values:
        raise NotExecutable("CHOOSE by a number of unknown type")
    found = unify(rewriter, list(values))
    values = node.expressions[1:]
    number = cast(exp.Null(), "INTEGER") if kind == NULL else convert(index, kind, SqlType("int"))
    branches = [exp.If(this=literal(place), true=value) for place, value in enumerate(values, 1)]
    return rewriter.replace(node, exp.Case(this=number, ifs=branches), found)


def _most(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    found = unify(rewriter, [node.this, *node.expressions])
    if found is not None and found.name == "datetimeoffset":
        raise NotExecutable("GREATEST of datetimeoffset")
    if found is not None and found.is_text:
        # DuckDB's does not heed the collation.
        raise NotExecutable("GREATEST of text")
    return found


# ---- CAST and CONVERT


def _cast(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    if node.args["to"].this == exp.DataType.Type.TEXT and _of_parser(node):
        return rewriter.replace(node, node.this, rewriter.type(node.this))
    if (
        node.args["to"].this == exp.DataType.Type.DATETIME2
        and isinstance(node.parent, exp.TimeToStr)
        and _of_parser(node)
    ):
        return rewriter.replace(node, node.this, rewriter.type(node.this))
    safe = type(node) is exp.TryCast or bool(node.args.get("safe"))
    return _converted(rewriter, node, node.this, node.args["to"], None, safe)


def _of_parser(node: exp.Expression) -> bool:
    """Whether the parser put a cast there by itself: it does around the arguments of these."""
    return isinstance(node.parent, (exp.Length, exp.Left, exp.Right, exp.TimeToStr))


def _convert(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    target, value, style = node.args.get("this"), node.args.get("expression"), node.args.get("style")
    if target is None or value is None:
        raise NotExecutable("CONVERT of nothing")
    number = None
    if style is not None:
        if is_null(style):
            found = rewriter.declared(target)
            return rewriter.replace(node, cast(exp.Null(), found.duckdb if found else "VARCHAR"), found)
        number = whole(style)
        if number is None:
            raise NotExecutable("CONVERT with a style that is no number")
    return _converted(rewriter, node, value, target, number, bool(node.args.get("safe")))


def _converted(
    rewriter: Rewriter,
    node: exp.Expression,
    value: exp.Expression,
    target: exp.Expression,
    style: int | None,
    safe: bool,
) -> SqlType | None:
    found, source = rewriter.declared(target), rewriter.type(value)
    if found is None:
        raise NotExecutable(f"the type {target.sql('tsql')}")
    if source is None:
        if not (found.is_text or found.is_number or found.is_moment) or found.name == "datetimeoffset":
            raise NotExecutable(f"a value of unknown type as {found.name}")
        made = cast(value, found.duckdb, safe)
        if found.is_text and found.size not in (None, -1):
            made = call("LEFT", made, found.size or 1)
        return rewriter.replace(node, made, found)
    return rewriter.replace(node, convert(value, source, found, style, safe), found)


BRANCHES: Handlers = {
    exp.Case: _case,
    exp.If: _if,
    exp.Coalesce: _coalesce,
    exp.Nullif: _nullif,
    exp.Greatest: _most,
    exp.Least: _most,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Convert: _convert,
}
CHOOSE = _choose
