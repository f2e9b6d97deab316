"""Mathematical functions, with the types of their results (the reference: "Mathematical functions")."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert import convert
from vgpt2.tsql.run.rewrite.build import call, cast, whole
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.sqltype import FLOAT, INTS, MONEY, NULL, SqlType, decimal

Handler = Callable[[Rewriter, exp.Expression], SqlType | None]


def number(rewriter: Rewriter, node: exp.Expression | None) -> tuple[exp.Expression, SqlType | None]:
    """An argument that is a number: text becomes float, NULL stays; its type, None where it is not known.

    Raises:
        NotExecutable: it is none.
    """
    if node is None:
        raise NotExecutable("a number that is missing")
    found = rewriter.type(node)
    if found is None:
        return node, None
    if found == NULL:
        return cast(node, "DOUBLE"), FLOAT
    if found.is_text:
        return convert(node, found, FLOAT), FLOAT
    if not found.is_number:
        raise NotExecutable(f"a number of {found.name}")
    return node, found


def result(found: SqlType | None) -> SqlType | None:
    """The type that ROUND, ABS, SIGN, CEILING and FLOOR give for a type."""
    if found is None:
        return None
    if found.name in ("bit", "tinyint", "smallint"):
        return SqlType("int")
    if found.name == "int":
        return SqlType("int")
    if found.name in ("smallmoney", "money"):
        return SqlType("money")
    return FLOAT if found.name in ("real", "float") else found


def _round(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, kind = number(rewriter, node.this)
    found = result(kind)
    places, mode = node.args.get("decimals"), node.args.get("truncate")
    if places is None:
        raise NotExecutable("ROUND without a length")
    if rewriter.type(places) == NULL:
        return rewriter.replace(node, cast(exp.Null(), found.duckdb if found else "DOUBLE"), found)
    length = whole(places)
    if length is None:
        raise NotExecutable("ROUND with a length that is no literal")
    cut = mode is not None and whole(mode) not in (0, None)
    if mode is not None and whole(mode) is None and rewriter.type(mode) != NULL:
        raise NotExecutable("ROUND with a mode that is no literal")
    if kind is not None and kind.name in ("real", "float"):
        value = cast(value, "DOUBLE")
    made: exp.Expression = call("TRUNC" if cut else "ROUND", value, length)
    if found is not None:
        made = cast(made, found.duckdb)
    return rewriter.replace(node, made, found)


def _whole(name: str) -> Handler:
    def handler(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
        value, kind = number(rewriter, node.this)
        found = result(kind)
        if found is not None and found.name == "decimal":
            found = decimal(found.size or 38, 0)
        if kind is not None and kind.name in INTS:
            return rewriter.replace(node, value, found)
        if kind is not None and kind.name in ("real", "float"):
            value = cast(value, "DOUBLE")
        made: exp.Expression = call(name, value)
        return rewriter.replace(node, cast(made, found.duckdb) if found is not None else made, found)

    return handler


def _keeping(name: str) -> Handler:
    def handler(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
        value, kind = number(rewriter, node.this)
        found = result(kind)
        if kind is not None and kind.name == "real":
            value = cast(value, "DOUBLE")
        made: exp.Expression = call(name, value)
        if name == "SIGN" and found is not None and found.name == "decimal" and (found.size or 18) <= found.scale:
            found = decimal(found.scale + 1, found.scale)
        if name == "SIGN" and found is not None and found.name not in INTS:
            made = cast(made, found.duckdb)
        return rewriter.replace(node, made, found)

    return handler


def _power(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """POWER keeps the type of its first argument; SQUARE, which the parser gives the same form, is float."""
    value, kind = number(rewriter, node.this)
    other, _ = number(rewriter, node.expression)
    length = node.meta.get("end", 0) - node.meta.get("start", 0) + 1
    if length == len("SQUARE"):
        a = cast(value, "DOUBLE")
        return rewriter.replace(node, exp.Paren(this=exp.Mul(this=a, expression=a.copy())), FLOAT)
    if kind is None:
        raise NotExecutable("POWER of a value of unknown type")
    made = call("tsql_finite", call("POW", cast(value, "DOUBLE"), cast(other, "DOUBLE")))
    if kind.name in ("real", "float", "bit"):
        return rewriter.replace(node, made, FLOAT)
    if kind.name in INTS:
        found = SqlType("bigint" if kind.name == "bigint" else "int")
        return rewriter.replace(node, cast(call("TRUNC", made), found.duckdb), found)
    found = SqlType("money") if kind.name in MONEY else SqlType("decimal", 38, kind.scale)
    if found.scale > 10:
        raise NotExecutable("POWER of a number with so many digits behind the point")
    return rewriter.replace(node, cast(call("tsql_near", made, found.scale), found.duckdb), found)


def _float(name: str) -> Handler:
    def handler(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
        arguments = [node.this] if node.args.get("expression") is None else [node.this, node.expression]
        values = [cast(number(rewriter, argument)[0], "DOUBLE") for argument in arguments]
        return rewriter.replace(node, call("tsql_finite", call(name, *values)), FLOAT)

    return handler


def _log(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    base, value = (number(rewriter, part)[0] for part in (node.this, node.expression))
    if whole(node.this) == 10:
        return rewriter.replace(node, call("tsql_finite", call("LOG10", cast(value, "DOUBLE"))), FLOAT)
    made = exp.Div(this=call("LN", cast(value, "DOUBLE")), expression=call("LN", cast(base, "DOUBLE")))
    return rewriter.replace(node, call("tsql_finite", made), FLOAT)


def _angle(name: str) -> Handler:
    def handler(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
        value, kind = number(rewriter, node.this)
        if kind is None or kind.name not in ("float", "real", *INTS):
            raise NotExecutable(f"{name} of a decimal")
        made = call(name, cast(value, "DOUBLE"))
        if kind.name in INTS:
            found = result(kind)
            return rewriter.replace(node, cast(call("TRUNC", made), "BIGINT"), found)
        return rewriter.replace(node, made, FLOAT)

    return handler


def _pi(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    return FLOAT


NUMBERS: Handlers = {
    exp.Round: _round,
    exp.Floor: _whole("FLOOR"),
    exp.Ceil: _whole("CEIL"),
    exp.Abs: _keeping("ABS"),
    exp.Sign: _keeping("SIGN"),
    exp.Pow: _power,
    exp.Log: _log,
    exp.Ln: _float("LN"),
    exp.Sqrt: _float("SQRT"),
    exp.Exp: _float("EXP"),
    exp.Sin: _float("SIN"),
    exp.Cos: _float("COS"),
    exp.Tan: _float("TAN"),
    exp.Asin: _float("ASIN"),
    exp.Acos: _float("ACOS"),
    exp.Atan: _float("ATAN"),
    exp.Atan2: _float("ATAN2"),
    exp.Cot: _float("COT"),
    exp.Degrees: _angle("DEGREES"),
    exp.Radians: _angle("RADIANS"),
    exp.Pi: _pi,
}
