"""A value as text: CAST and CONVERT to char, varchar, nchar and nvarchar, with their styles."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.rewrite.build import call, cast
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.types.sqltype import BINARIES, FLOATS, INTS, MAX, MONEY, SqlType

# Styles whose text is that of strftime, for every date and time that has a day.
_PATTERNS = {
    **{100 + style: pattern for style, pattern in ((1, "%m/%d/%Y"), (2, "%Y.%m.%d"), (3, "%d/%m/%Y"))},
    **{104: "%d.%m.%Y", 105: "%d-%m-%Y", 110: "%m-%d-%Y", 111: "%Y/%m/%d", 112: "%Y%m%d"},
    **{1: "%m/%d/%y", 2: "%y.%m.%d", 3: "%d/%m/%y", 4: "%d.%m.%y", 5: "%d-%m-%y", 10: "%m-%d-%y", 11: "%y/%m/%d"},
    **{12: "%y%m%d", 23: "%Y-%m-%d"},
}
_CLOCKS = {108: "%H:%M:%S", 8: "%H:%M:%S", 120: "%Y-%m-%d %H:%M:%S", 20: "%Y-%m-%d %H:%M:%S"}
_DIGITS = {"bit": 1, "tinyint": 3, "smallint": 6, "int": 11, "bigint": 20}


def padded(node: exp.Expression, source: SqlType) -> exp.Expression:
    """Text with the blanks of its char type, which the tables here do not keep."""
    if source.stored and source.padded and source.size and source.size > 0:
        return call("RPAD", node, source.size, " ")
    return node


def to_text(
    node: exp.Expression, source: SqlType, target: SqlType, style: int | None = None, safe: bool = False
) -> exp.Expression:
    """A node of any type as text of `target`, cut and filled as that has it.

    Raises:
        NotExecutable: a form that is not known here.
    """
    size = target.size if target.size not in (None, MAX) else None
    if source.is_text:
        made = padded(node, source)
        longest = source.size if source.size not in (None, MAX) else None
    elif source.name in INTS:
        made, longest = cast(node, "VARCHAR"), _DIGITS[source.name]
        if size is not None and size < longest:
            made = call("tsql_fit_wide" if target.wide or safe else "tsql_fit_int", made, size)
            longest = size
    else:
        made, longest = _written(node, source, style, target)
        if size is not None and source.is_number and (longest is None or size < longest):
            made, longest = call("tsql_fit", made, size), size
    if size is None:
        return made
    if longest is None or longest > size:
        made = call("LEFT", made, size)
    if target.padded and (longest != size or not source.padded):
        made = call("RPAD", made, size, " ")
    return made


def _written(
    node: exp.Expression, source: SqlType, style: int | None, target: SqlType
) -> tuple[exp.Expression, int | None]:
    """The text of a number with a point, a date or bytes, and its greatest length where it is known."""
    name = source.name
    if name == "decimal":
        return cast(cast(node, source.written.duckdb), "VARCHAR"), (source.size or 38) + 3
    if name in MONEY:
        return call("ms_money_text", cast(node, "VARCHAR"), style or 0), None
    if name in FLOATS:
        return call("ms_float_text", cast(node, "DOUBLE"), style or 0, name == "real"), None
    if name in BINARIES:
        return call("ms_text_bytes", node, target.wide, style or 0), None
    if name == "uniqueidentifier":
        return call("UPPER", node), 36
    if not source.is_moment:
        raise NotExecutable(f"{name} as text")
    return moment_text(node, source, style), None


def as_timestamp(node: exp.Expression, source: SqlType) -> exp.Expression:
    """A date or time as DuckDB's TIMESTAMP: a time on the first day of 1900, a datetimeoffset by its own clock."""
    if source.name == "time":
        return call("tsql_on_day", node)
    if source.name == "datetimeoffset" and not source.stored:
        return call("tsql_local", node)
    return cast(node, "TIMESTAMP") if source.name == "date" else node


def moment_text(node: exp.Expression, source: SqlType, style: int | None) -> exp.Expression:
    """A date or time as text; without a style as CAST has it."""
    name = source.name
    if style is None:
        style = 0 if name in ("datetime", "smalldatetime") else 121
    stamp = as_timestamp(node, source)
    if name == "datetimeoffset" and not source.stored:
        offset = call("STRUCT_EXTRACT", node.copy(), "off")
        return call("ms_offset_text", stamp, source.scale, style, offset)
    if name == "datetimeoffset":
        return call("ms_offset_text", stamp, source.scale, style, 0)
    if name != "time" and style in _PATTERNS:
        return call("STRFTIME", stamp, _PATTERNS[style])
    if name in ("datetime", "smalldatetime", "datetime2") and style in _CLOCKS:
        return call("STRFTIME", stamp, _CLOCKS[style])
    return call("ms_moment_text", stamp, name, source.scale, style)
