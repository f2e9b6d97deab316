"""Functions of T-SQL that the parser passes on by their names."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from vgpt2.tsql.run.expressions.aggregates import spread_call
from vgpt2.tsql.run.expressions.branches import CHOOSE
from vgpt2.tsql.run.expressions.buckets import bucket
from vgpt2.tsql.run.expressions.convert import convert
from vgpt2.tsql.run.expressions.convert_text import padded
from vgpt2.tsql.run.expressions.json_functions import is_json
from vgpt2.tsql.run.expressions.moment_parts import from_parts, offset_call
from vgpt2.tsql.run.expressions.numbers import number
from vgpt2.tsql.run.expressions.predicates import folds
from vgpt2.tsql.run.expressions.texts import as_int, as_text
from vgpt2.tsql.run.rewrite.build import call, cast, literal, text_of
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.sqltype import BINARIES, INT, INTS, MAX, MONEY, NULL, SqlType, of_base, text

_PARSED_DATES = ("date", "datetime", "datetime2", "smalldatetime")
# How a culture writes days in digits: its sign between them, and the style of CONVERT that reads it.
_IN_DIGITS = re.compile(r"\d{1,2}(?P<mark>[./-])\d{1,2}(?P=mark)\d{4}\Z")
_DATE_STYLES = {"en-us": ("/", 101), "de-de": (".", 104), "nl-nl": ("-", 105), "de-at": (".", 104), "de-ch": (".", 104)}
_DATE_STYLES |= dict.fromkeys(("en-gb", "fr-fr", "es-es", "it-it", "pt-pt", "pt-br"), ("/", 103))
Handler = Callable[[Rewriter, exp.Expression], SqlType | None]
_SIZES = {"bit": 1, "money": 8, "smallmoney": 4, "float": 8, "real": 4, "date": 3, "datetime": 8, "smalldatetime": 4}
_SIZES |= {"uniqueidentifier": 16, **INTS}


def _datalength(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value = node.expressions[0]
    found = rewriter.type(value)
    if found is None:
        raise NotExecutable("DATALENGTH of a value of unknown type")
    if found == NULL:
        return rewriter.replace(node, cast(exp.Null(), "INTEGER"), INT)
    if found.is_text:
        length: exp.Expression = call("LENGTH", padded(value, found))
        if found.wide:
            length = exp.Paren(this=exp.Mul(this=length, expression=exp.Literal.number(2)))
        return rewriter.replace(node, length, INT)
    if found.name in BINARIES:
        return rewriter.replace(node, call("OCTET_LENGTH", value), INT)
    return rewriter.replace(node, call("tsql_size", value, _bytes(found)), INT)


def _bytes(found: SqlType) -> int:
    """The bytes that a value of a type takes (the reference: the storage tables of the types)."""
    if found.name == "decimal":
        size = found.size or 18
        return 5 if size <= 9 else 9 if size <= 19 else 13 if size <= 28 else 17
    if found.name in ("time", "datetime2", "datetimeoffset"):
        own = 3 if found.scale <= 2 else 4 if found.scale <= 4 else 5
        return own + {"time": 0, "datetime2": 3, "datetimeoffset": 5}[found.name]
    return _SIZES[found.name]


def _texts(name: str, count: tuple[int, int], wide: bool | None = None, fold: bool = False) -> Handler:
    """A value function of texts alone."""

    def handler(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
        if not count[0] <= len(node.expressions) <= count[1]:
            raise NotExecutable(f"{name} with {len(node.expressions)} arguments")
        values = [as_text(rewriter, value)[0] for value in node.expressions]
        more: list[bool] = [folds(rewriter, node)] if fold else []
        found = INT if wide is None else text(258, wide)
        return rewriter.replace(node, call(name, *values, *more), found)

    return handler


def _quotename(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value = as_text(rewriter, node.expressions[0])[0]
    quote = as_text(rewriter, node.expressions[1])[0] if len(node.expressions) > 1 else literal("[")
    return rewriter.replace(node, call("ms_quotename", value, quote), text(258, wide=True))


def _parsename(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, piece = node.expressions
    made = call("ms_parsename", as_text(rewriter, value)[0], as_int(rewriter, piece))
    return rewriter.replace(node, made, text(128, wide=True))


def _isnumeric(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value = node.expressions[0]
    found = rewriter.type(value)
    if found is None:
        raise NotExecutable("ISNUMERIC of a value of unknown type")
    if found.is_number or found == NULL:
        made: exp.Expression = call("tsql_known", cast(value, "DOUBLE"))
    elif found.is_text:
        made = call("COALESCE", call("ms_isnumeric", value), 0)
    else:
        made = literal(0)
    return rewriter.replace(node, made, INT)


def _isdate(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value = node.expressions[0]
    found = rewriter.type(value)
    if found is None or not (found.is_text or found == NULL or found.name in ("datetime", "smalldatetime")):
        raise NotExecutable("ISDATE of a value that is no text")
    if not found.is_text:
        return rewriter.replace(node, call("tsql_known", value), INT)
    return rewriter.replace(node, call("COALESCE", call("ms_isdate", value), 0), INT)


def _str(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, *more = node.expressions
    made = cast(number(rewriter, value)[0], "DOUBLE")
    length = as_int(rewriter, more[0]) if more else literal(10)
    places = as_int(rewriter, more[1]) if len(more) > 1 else literal(0)
    return rewriter.replace(node, call("ms_str", made, length, places), text(None))


def _nchar(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    return rewriter.replace(node, call("tsql_nchar", as_int(rewriter, node.expressions[0])), text(1, wide=True))


def _parts(name: str) -> Handler:
    def handler(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
        return rewriter.replace(node, *from_parts(rewriter, list(node.expressions), name))

    return handler


def _offset(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    return offset_call(rewriter, node, str(node.this).upper())


def _spread(name: str) -> Handler:
    return lambda rewriter, node: spread_call(rewriter, _as_first(node), name)


def _as_first(node: exp.Expression) -> exp.Expression:
    node.set("this", None)
    return node


def _parse(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """PARSE and TRY_PARSE, as `tsql/respell.py` spells them: in en-US plain numbers, and dates as ISO has them; a date
    that is given, as its culture writes it in digits."""
    value, *rest = node.expressions
    target, found = of_base(text_of(rest[0]) or "") if rest else None, rewriter.type(value)
    culture = (text_of(rest[1]) or "").lower() if len(rest) > 1 else "en-us"
    safe = node.name.upper() == "TRY_PARSE"
    given = _IN_DIGITS.match(text_of(value) or "")
    if target is not None and target.name in _PARSED_DATES and given and culture in _DATE_STYLES:
        mark, style = _DATE_STYLES[culture]
        if given["mark"] == mark:
            return rewriter.replace(node, convert(value, text(10, True), target, style, safe), target)
    if target is None or found is None or culture != "en-us" or not found.is_text:
        raise NotExecutable("PARSE of this form")
    if target.name in _PARSED_DATES:
        plain = call(f"ms_plain_date{'_try' if safe else ''}", value)
    elif target.name in ("decimal", "int", "bigint", "smallint", "tinyint", *MONEY):
        plain = call(f"ms_plain_number{'_try' if safe else ''}", value)
    else:
        raise NotExecutable(f"PARSE as {target.name}")
    return rewriter.replace(node, convert(plain, text(4000, True), target, None, safe), target)


def _difference(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    sounds = [call("ms_soundex", as_text(rewriter, value)[0]) for value in node.expressions]
    return rewriter.replace(node, call("tsql_difference", *sounds), INT)


def _bits(name: str, given: SqlType | None = None) -> Handler:
    def handler(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
        arguments = node.expressions or [node.this, node.expression]
        kinds = [rewriter.type(value) for value in arguments]
        if any(kind is None or kind.name not in INTS for kind in kinds):
            raise NotExecutable(f"{name} of what is no integer")
        return rewriter.replace(node, call(name, *[cast(value, "BIGINT") for value in arguments]), given or kinds[0])

    return handler


def _in_from(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """A function that gives a table: rewritten with its source."""
    if not isinstance(node.parent, (exp.Table, exp.Lateral)):
        raise NotExecutable(f"{node.name.upper()}()")
    return None


def _value_of(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """`value('.', type)` of a query that ends with FOR XML PATH(''), TYPE."""
    query, _, target = node.expressions
    found = of_base(text_of(target) or "")
    if found is None or found.stored:
        raise NotExecutable("value() as this type")
    if found.is_text and (found.size is None or found.size == 1):
        raise NotExecutable("value() as text without a length")
    made = convert(call("tsql_xml_text", query.copy()), text(MAX, True), found)
    return rewriter.replace(node, made, found)


CALLS: dict[str, Handler] = {
    "CHOOSE": CHOOSE,
    "STRING_SPLIT": _in_from,
    "ISJSON": is_json,
    "VALUE_OF": _value_of,
    "DATE_BUCKET": bucket,
    "DATALENGTH": _datalength,
    "PATINDEX": _texts("ms_patindex", (2, 2), fold=True),
    "QUOTENAME": _quotename,
    "PARSENAME": _parsename,
    "ISNUMERIC": _isnumeric,
    "ISDATE": _isdate,
    "STR": _str,
    "NCHAR": _nchar,
    "VAR": _spread("VAR_SAMP"),
    "VARP": _spread("VAR_POP"),
    "STDEVP": _spread("STDDEV_POP"),
    "SWITCHOFFSET": _offset,
    "TODATETIMEOFFSET": _offset,
    "DATETIME2FROMPARTS": _parts("datetime2fromparts"),
    "SMALLDATETIMEFROMPARTS": _parts("smalldatetimefromparts"),
    "DIFFERENCE": _difference,
    "LEFT_SHIFT": _bits("tsql_shift"),
    "RIGHT_SHIFT": _bits("tsql_shift_right"),
    "PARSE": _parse,
    "TRY_PARSE": _parse,
}


def _anonymous(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    name = str(node.this).upper()
    if name.startswith("TSQL_") or name not in CALLS:
        raise NotExecutable(f"{name}()")
    return CALLS[name](rewriter, node)


def _split_part(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """PARSENAME of literals: the parser counts the piece from the left."""
    written, place = text_of(node.this), node.args["part_index"].to_py()
    if written is None or not isinstance(place, int):
        raise NotExecutable("PARSENAME of this form")
    made = call("ms_parsename", written, len(written.split(".")) + 1 - place)
    return rewriter.replace(node, made, text(128, wide=True))


def _refused(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    if isinstance(node, (exp.Rand, exp.Uuid)):
        raise NotExecutable("a value that changes by itself")
    raise NotExecutable(type(node).__name__)


NAMED: Handlers = {
    exp.Anonymous: _anonymous,
    exp.SplitPart: _split_part,
    exp.Getbit: _bits("tsql_bit_at", SqlType("bit")),
    **dict.fromkeys((exp.Rand, exp.Uuid, exp.MD5, exp.SHA, exp.SHA2), _refused),
}
