"""FORMAT of numbers and dates, and DATENAME, which the parser gives the same form as FORMAT."""

from __future__ import annotations

import re

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert_text import as_timestamp
from vgpt2.tsql.run.expressions.moments import argument, datepart
from vgpt2.tsql.run.rewrite.build import call, cast, text_of
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.sqltype import NULL, SqlType, text
from vgpt2.tsql.run.values.formats import format_number

_NAMED = {"%Y": "year", "%y": "year", "%B": "month", "%A": "weekday", "%d": "day", "%-d": "day", "%j": "dayofyear"}
_NAMED |= {"%M": "minute", "%S": "second", "%-S": "second", "%V": "iso_week", "%W": "week", "quarter": "quarter"}
_NAMED |= {"qq": "quarter", "q": "quarter", "%h": "hour", "%I": "hour"}
# What the parser makes of the formats of numbers that it takes for those of dates.
_TAKEN = {"%A,%B,%Y": "D", "%m/%d/%Y": "d"}


def _name(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """DATENAME; and FORMAT of a date, which the parser gives the same form."""
    form = text_of(node.args.get("format"))
    if form is None:
        raise NotExecutable("FORMAT with a format that is no literal")
    meta = node.meta
    if meta.get("end", 0) - meta.get("start", 0) + 1 == len("FORMAT"):
        return _format(rewriter, node, form)
    part = _NAMED.get(form)
    if part is None:
        raise NotExecutable(f"DATENAME with {form}")
    value, found = argument(rewriter, node.this)
    if part in ("month", "weekday"):
        if found.name == "time":
            raise NotExecutable("DATENAME of a time")
        made = call("STRFTIME", as_timestamp(value, found), "%B" if part == "month" else "%A")
        return rewriter.replace(node, made, text(30, wide=True))
    return rewriter.replace(node, cast(datepart(part, value, found), "VARCHAR"), text(30, wide=True))


def _format(rewriter: Rewriter, node: exp.Expression, form: str) -> SqlType | None:
    found = rewriter.type(node.this)
    culture = node.args.get("culture")
    if culture is not None and (text_of(culture) or "").lower() != "en-us":
        raise NotExecutable("FORMAT in another culture")
    if found == NULL:
        return rewriter.replace(node, cast(exp.Null(), "VARCHAR"), text(None, wide=True))
    if found is not None and found.is_number:
        return numbered(rewriter, node, re.sub(r"^%-d(?=\d*\Z)", "d", _TAKEN.get(form, form)))
    if found is None or not found.is_moment:
        raise NotExecutable("FORMAT of what is no date by a format of dates")
    if found.name == "time":
        # A time is a span of .NET: literal characters need a backslash, and there is no PM.
        if any(character in form.replace("\\:", "").replace("\\.", "") for character in ":.") or "tt" in form:
            return rewriter.replace(node, cast(exp.Null(), "VARCHAR"), text(None, wide=True))
        form = form.replace("%I", "%H").replace("%-I", "%-H")
    made = call("ms_format_moment", as_timestamp(node.this, found), form)
    return rewriter.replace(node, made, text(4000, wide=True))


def _format_number(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    return numbered(rewriter, node, text_of(node.args.get("format")))


def numbered(rewriter: Rewriter, node: exp.Expression, form: str | None) -> SqlType | None:
    """FORMAT of a number."""
    value = node.this
    found, culture = rewriter.type(value), node.args.get("culture")
    if culture is not None and (text_of(culture) or "").lower() != "en-us":
        raise NotExecutable("FORMAT in another culture")
    if found == NULL:
        return rewriter.replace(node, cast(exp.Null(), "VARCHAR"), text(None, wide=True))
    if form is None or found is None or not found.is_number or found.name == "bit":
        raise NotExecutable("FORMAT of this form")
    if found.name in ("float", "real") and not (form[:1] in "nNfFcC0#" or "%" in form):
        raise NotExecutable("FORMAT of float")
    try:
        format_number("1", form, found.name)
    except ValueError as error:
        raise NotExecutable(str(error).removeprefix("not run: ")) from None
    written = cast(value, "VARCHAR") if found.name != "decimal" else cast(cast(value, found.written.duckdb), "VARCHAR")
    return rewriter.replace(node, call("ms_format_number", written, form, found.name), text(4000, wide=True))


FORMATS: Handlers = {exp.TimeToStr: _name, exp.NumberToStr: _format_number}
