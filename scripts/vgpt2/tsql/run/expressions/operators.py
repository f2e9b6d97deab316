"""Operators: arithmetic by the types' rules, text, bits, dates with numbers."""

from __future__ import annotations

from decimal import Decimal

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert import convert
from vgpt2.tsql.run.expressions.convert_text import padded
from vgpt2.tsql.run.rewrite.build import call, cast, literal, paren
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.results import arithmetic, concatenated
from vgpt2.tsql.run.types.sqltype import BINARIES, DATETIME, FLOATS, INTS, MAX, MONEY, NULL, RANK, SqlType

_SIGNS: dict[type[exp.Expression], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
_LONGEST = {True: 4000, False: 8000}


def _arithmetic(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    left, right = rewriter.type(node.this), rewriter.type(node.expression)
    sign = _SIGNS[type(node)]
    if left is None or right is None:
        return _untyped(rewriter, node, left, right)
    if left.name == "null" or right.name == "null":
        known = right if left.name == "null" else left
        return rewriter.replace(node, cast(exp.Null(), known.duckdb), known.spread())
    if left.is_text and right.is_text:
        if sign != "+":
            raise NotExecutable(f"text {sign} text")
        return _concatenation(rewriter, node, left, right)
    if left.is_moment or right.is_moment:
        return _moments(rewriter, node, left, right, sign)
    name = max(left.name, right.name, key=RANK.__getitem__)
    if name in BINARIES or name not in RANK or name in ("uniqueidentifier",):
        raise NotExecutable(f"{left.name} {sign} {right.name}")
    left, right = _numbers(node, left, right)
    found = arithmetic(left, right, sign)
    if found is None:
        raise NotExecutable(f"{left.name} {sign} {right.name}")
    new = operation(node.this, left, node.expression, right, sign, found)
    return rewriter.replace(node, new, found)


def _untyped(rewriter: Rewriter, node: exp.Expression, left: SqlType | None, right: SqlType | None) -> SqlType | None:
    """Where one side's type is not known: text if the other is."""
    known = left or right
    if type(node) is exp.Add and known is not None and known.is_text:
        new = exp.DPipe(this=node.this, expression=node.expression, safe=True)
        return rewriter.replace(node, new, SqlType("varchar", None))
    if type(node) is exp.Div:
        return rewriter.replace(node, exp.Div(this=node.this, expression=node.expression), None)
    return known if known is not None and known.name in FLOATS else None


def _concatenation(rewriter: Rewriter, node: exp.Expression, left: SqlType, right: SqlType) -> SqlType | None:
    found = concatenated(left, right)
    sides = padded(node.this, left), padded(node.expression, right)
    new: exp.Expression = exp.DPipe(this=sides[0], expression=sides[1], safe=True)
    sizes = left.size, right.size
    if found.size != MAX and None not in sizes and sum(size or 0 for size in sizes) > _LONGEST[found.wide]:
        new = call("LEFT", new, _LONGEST[found.wide])
    return rewriter.replace(node, new, found)


def _numbers(node: exp.Expression, left: SqlType, right: SqlType) -> tuple[SqlType, SqlType]:
    """Both sides as numbers: text and bytes become what the other side is."""
    for key, side, other in (("this", left, right), ("expression", right, left)):
        if side.is_text or side.name in BINARIES:
            if other.name == "decimal" and side.name in BINARIES:
                raise NotExecutable(f"{side.name} as decimal")
            target = SqlType("int") if other.name == "bit" else other
            node.set(key, paren(convert(node.args[key], side, target)))
            if key == "this":
                left = target
            else:
                right = target
    return left, right


def operation(
    a: exp.Expression, left: SqlType, b: exp.Expression, right: SqlType, sign: str, found: SqlType
) -> exp.Expression:
    """`a sign b` of two numbers as DuckDB computes it so that it has the value of `found`."""
    if found.name in FLOATS:
        a, b = (_as(x, side, found) for x, side in ((a, left), (b, right)))
        if sign == "/":
            return call("tsql_divide", a, b)
    elif sign == "/" and found.name in INTS:
        return exp.IntDiv(this=a, expression=b)
    elif sign == "/":
        return quotient(a, left, b, right, found)
    elif sign == "*" and found.name in MONEY:
        if left.name in MONEY and right.name in MONEY:
            return call("tsql_money_product", a, b)
        return cast(exp.Mul(this=a, expression=b), found.duckdb)
    elif found.name == "decimal":
        return _decimal(a, left, b, right, sign, found)
    kinds: dict[str, type[exp.Expression]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "%": exp.Mod}
    new = kinds[sign](this=a, expression=b)
    if found.name in ("tinyint", "smallint"):
        return cast(cast(new, "UTINYINT" if found.name == "tinyint" else "SMALLINT"), "INTEGER")
    return new


def _as(node: exp.Expression, side: SqlType, found: SqlType) -> exp.Expression:
    return node if side.name == found.name else cast(node, found.duckdb)


def _decimal(
    a: exp.Expression, left: SqlType, b: exp.Expression, right: SqlType, sign: str, found: SqlType
) -> exp.Expression:
    first, second = left.as_decimal(), right.as_decimal()
    kinds: dict[str, type[exp.Expression]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul, "%": exp.Mod}
    if left.name == "bigint" or right.name == "bigint" or sign == "%":
        # DuckDB's own idea of an integer beside a decimal has other digits.
        a, b = cast(a, first.duckdb), cast(b, second.duckdb)
    new = kinds[sign](this=a, expression=b)
    digits = (first.size or 0) + (second.size or 0)
    if sign == "*" and first.scale + second.scale > 38:
        raise NotExecutable("a product of more than 38 digits behind the point")
    if sign == "*" and digits > 38 and first.scale + second.scale != found.scale:
        return cast(new, found.duckdb)
    if sign in "+-" and max(first.scale, second.scale) != found.scale:
        return cast(new, found.duckdb)
    return new


def quotient(a: exp.Expression, left: SqlType, b: exp.Expression, right: SqlType, found: SqlType) -> exp.Expression:
    """The quotient of two exact numbers, cut (not rounded) behind its scale: as integers of 38 digits."""
    first, second, result = left.as_decimal(), right.as_decimal(), found.as_decimal()
    shift = result.scale - first.scale + second.scale
    if shift < 0 or shift > 38 or (first.size or 0) > 38:
        raise NotExecutable("a quotient of so many digits")
    return divided(unscaled(a, first), unscaled(b, second), shift, result)


def unscaled(node: exp.Expression, kind: SqlType) -> exp.Expression:
    """A decimal without its point, as an integer of 38 digits."""
    node = cast(node, kind.duckdb)
    if not kind.scale:
        return cast(node, "HUGEINT")
    if (kind.size or 38) + kind.scale >= 38:
        return cast(call("REPLACE", cast(node, "VARCHAR"), ".", ""), "HUGEINT")
    factor = cast(literal(10**kind.scale), f"DECIMAL({kind.scale + 1}, 0)")
    return cast(exp.Mul(this=node, expression=factor), "HUGEINT")


def divided(over: exp.Expression, under: exp.Expression, shift: int, found: SqlType) -> exp.Expression:
    """The quotient of two integers of 38 digits with `shift` digits more, as a number of `found.scale` places."""
    shifted = exp.Mul(this=over, expression=cast(literal(10**shift), "HUGEINT"))
    whole = exp.IntDiv(this=exp.Paren(this=shifted), expression=under)
    last = cast(literal(f"{Decimal(1).scaleb(-found.scale):f}"), f"DECIMAL({found.scale}, {found.scale})")
    return cast(exp.Mul(this=cast(whole, "DECIMAL(38, 0)"), expression=last), found.duckdb)


def _moments(rewriter: Rewriter, node: exp.Expression, left: SqlType, right: SqlType, sign: str) -> SqlType | None:
    """datetime and smalldatetime take numbers as days, and one another; the newer types take none."""
    if sign not in "+-" or not all(
        side.name in ("datetime", "smalldatetime") or side.is_number or side.is_text for side in (left, right)
    ):
        raise NotExecutable(f"{left.name} {sign} {right.name}")
    found = left if left.is_moment else right
    if left.is_moment and right.is_moment:
        found = DATETIME if DATETIME in (left, right) else left
    a, b = node.this, node.expression
    if left.is_text:
        a, left = convert(a, left, DATETIME), DATETIME
    if right.is_text:
        b, right = convert(b, right, DATETIME), DATETIME
    if left.is_moment and right.is_number:
        whole = right.name in INTS
        if sign == "-":
            b = exp.Neg(this=paren(b))
        new = call("tsql_plus_days", a, cast(b, "INTEGER")) if whole else _fraction(a, b, found)
        return rewriter.replace(node, exp.Paren(this=new) if whole else new, found)
    days = [call("tsql_days", x) if side.is_moment else cast(x, "DOUBLE") for x, side in ((a, left), (b, right))]
    made = exp.Add(this=days[0], expression=days[1]) if sign == "+" else exp.Sub(this=days[0], expression=days[1])
    return rewriter.replace(node, _rounded(call("tsql_of_days", made), found), found)


def _fraction(a: exp.Expression, days: exp.Expression, found: SqlType) -> exp.Expression:
    made = exp.Add(this=call("tsql_days", a), expression=cast(days, "DOUBLE"))
    return _rounded(call("tsql_of_days", made), found)


def _rounded(node: exp.Expression, found: SqlType) -> exp.Expression:
    return call("tsql_datetime" if found.name == "datetime" else "tsql_smalldatetime", node)


def _bitwise(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    left, right = rewriter.type(node.this), rewriter.type(node.expression)
    if left is None or right is None:
        return None
    if NULL in (left, right):
        known = right if left == NULL else left
        return rewriter.replace(node, cast(exp.Null(), known.duckdb), known)
    if left.name in BINARIES and right.name in BINARIES:
        raise NotExecutable("bits of two binaries")
    left, right = _numbers(node, left, right)
    if left.name not in INTS or right.name not in INTS:
        raise NotExecutable(f"bits of {left.name} and {right.name}")
    return SqlType(max(left.name, right.name, key=RANK.__getitem__))


def _invert(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    found = rewriter.type(node.this)
    if found is None or found.name not in INTS:
        raise NotExecutable("~ of what is no integer")
    if found.name in ("bit", "tinyint"):
        most = exp.Literal.number(1 if found.name == "bit" else 255)
        return rewriter.replace(node, exp.Paren(this=exp.Sub(this=most, expression=paren(node.this))), found)
    return rewriter.replace(node, exp.Paren(this=exp.BitwiseNot(this=node.this)), SqlType(found.name))


def _negate(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    found = rewriter.type(node.this)
    if found is not None and not found.is_number and found != NULL:
        raise NotExecutable(f"- of {found.name}")
    if found is not None and found.name in ("bit", "tinyint"):
        raise NotExecutable(f"- of {found.name}")
    return found


OPERATORS: Handlers = {
    exp.Add: _arithmetic,
    exp.Sub: _arithmetic,
    exp.Mul: _arithmetic,
    exp.Mod: _arithmetic,
    exp.Div: _arithmetic,
    exp.BitwiseAnd: _bitwise,
    exp.BitwiseOr: _bitwise,
    exp.BitwiseXor: _bitwise,
    exp.BitwiseNot: _invert,
    exp.Neg: _negate,
}
