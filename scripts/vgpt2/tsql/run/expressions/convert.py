"""One value from a type to another, as CAST and CONVERT do it and as SQL Server does it unasked.

The reference: "CAST and CONVERT", "Data type conversion". What it forbids or leaves open is not run.
"""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert_text import as_timestamp, padded, to_text
from vgpt2.tsql.run.rewrite.build import call, cast, is_null, literal, paren, text_of
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.types.sqltype import BINARIES, FLOATS, INTS, MONEY, NUMBERS, SqlType
from vgpt2.tsql.run.values import times
from vgpt2.tsql.run.values.errors import NoConversion, NotRun

# The years that a type holds.
YEARS = {"date": (1, 9999), "datetime": (1753, 9999), "smalldatetime": (1900, 2079), "datetime2": (1, 9999)}
_RANGES = {"tinyint": "UTINYINT", "smallint": "SMALLINT", "int": "INTEGER", "bigint": "BIGINT"}


def convert(
    node: exp.Expression, source: SqlType, target: SqlType, style: int | None = None, safe: bool = False
) -> exp.Expression:
    """A node of type `source` as one of type `target`; `safe` for the TRY_ forms.

    Raises:
        NotExecutable: SQL Server has no such conversion, or this engine.
    """
    if source.name == "null" or is_null(node):
        return cast(node, target.duckdb)
    if source == target and target.name != "decimal":
        return node
    if target.is_text:
        return to_text(node, source, target, style, safe)
    if target.name in NUMBERS:
        return _to_number(node, source, target, safe, style)
    if target.is_moment:
        return _to_moment(node, source, target, style, safe)
    if target.name in BINARIES:
        return _to_binary(node, source, target, style or 0)
    if target.name == "uniqueidentifier" and source.is_text:
        return call(_name("ms_guid", safe), node)
    raise NotExecutable(f"{source.name} as {target.name}")


def _name(function: str, safe: bool) -> str:
    return f"{function}_try" if safe else function


def _to_number(node: exp.Expression, source: SqlType, target: SqlType, safe: bool, style: int | None) -> exp.Expression:
    name = target.name
    if source.is_text:
        return _number_of_text(padded(node, source), target, safe)
    if source.name in ("datetime", "smalldatetime"):
        node, source = call("tsql_days", node), SqlType("float")
        if name in INTS and name != "bit":
            node = call("ROUND", node)
    elif source.name in BINARIES:
        if name not in INTS:
            raise NotExecutable(f"{source.name} as {name}")
        node = call("ms_int_bytes", node, 8 if name == "bit" else INTS[name])
    elif not source.is_number:
        raise NotExecutable(f"{source.name} as {name}")
    if name == "bit":
        return call("tsql_bit", node)
    if name in _RANGES:
        if source.name in INTS and INTS[source.name] < INTS[name]:
            return cast(node, target.duckdb)
        if source.name in ("decimal", *FLOATS):
            node = call("TRUNC", node)
        ranged = cast(node, _RANGES[name], safe)
        return cast(ranged, "INTEGER") if name in ("tinyint", "smallint") else ranged
    return cast(node, target.duckdb, safe)


def _number_of_text(node: exp.Expression, target: SqlType, safe: bool) -> exp.Expression:
    name = target.name
    if name in MONEY:
        return cast(call(_name("ms_money", safe), node), target.duckdb, safe)
    if name == "decimal":
        return cast(call(_name("ms_decimal", safe), node), target.duckdb, safe)
    if name in FLOATS:
        found = call(_name("ms_float", safe), node)
        return cast(found, target.duckdb, safe) if name == "real" else found
    if name == "bit":
        return cast(call(_name("ms_bit", safe), node), "INTEGER")
    ranged = cast(call(_name("ms_int", safe), node), _RANGES[name], safe)
    return cast(ranged, "INTEGER") if name in ("tinyint", "smallint") else ranged


# ---- dates and times


def _to_moment(node: exp.Expression, source: SqlType, target: SqlType, style: int | None, safe: bool) -> exp.Expression:
    if source.is_text:
        return _moment_of_text(node, source, target, style or 0, safe)
    if source.is_number or source.name in BINARIES:
        if target.name not in ("datetime", "smalldatetime") or source.name in BINARIES:
            raise NotExecutable(f"{source.name} as {target.name}")
        return _rounded(call("tsql_of_days", cast(node, "DOUBLE")), target)
    if not source.is_moment or {source.name, target.name} == {"date", "time"}:
        raise NotExecutable(f"{source.name} as {target.name}")
    if source.name == "datetime" and target.scale > 3:
        node = call("tsql_exact", node)
    if target.name == "datetimeoffset":
        return _offset(node, source, target)
    stamp = as_timestamp(node, source)
    narrower = target.name == "smalldatetime" or source.name in ("date", "datetime2", "datetimeoffset")
    if target.name in ("datetime", "smalldatetime") and narrower and source.name != target.name:
        stamp = call("tsql_ranged", stamp, *YEARS[target.name])
        if safe:
            raise NotExecutable(f"TRY_CAST of {source.name} as {target.name}")
    return _rounded(stamp, target)


def moment_of(node: exp.Expression, source: SqlType) -> exp.Expression:
    """As `as_timestamp`, but a datetimeoffset by UTC: what is compared, and what DATEDIFF counts."""
    if source.name == "datetimeoffset" and not source.stored:
        return call("STRUCT_EXTRACT", node, "utc")
    return as_timestamp(node, source)


def _rounded(node: exp.Expression, target: SqlType) -> exp.Expression:
    """A TIMESTAMP as `target` keeps it."""
    if target.name == "date":
        return cast(node, "DATE")
    if target.name == "datetime":
        return call("tsql_datetime", node)
    if target.name == "smalldatetime":
        return call("tsql_smalldatetime", node)
    if target.scale < 6:
        node = call("tsql_places", node, 10 ** (6 - target.scale))
    return cast(node, "TIME") if target.name == "time" else node


def _offset(node: exp.Expression, source: SqlType, target: SqlType) -> exp.Expression:
    if source.name == "datetimeoffset" and not source.stored:
        if target.scale >= min(source.scale, 6):
            return node
        return call("tsql_offset_places", node, 10 ** (6 - target.scale))
    stamp = as_timestamp(node, source)
    return call("tsql_offset", call("tsql_places", stamp, 10 ** (6 - target.scale)) if target.scale < 6 else stamp, 0)


def _moment_of_text(node: exp.Expression, source: SqlType, target: SqlType, style: int, safe: bool) -> exp.Expression:
    known = text_of(node)
    if known is not None and target.name != "datetimeoffset":
        try:
            return moment_literal(known, target, style)
        except NoConversion as error:
            if safe:
                return cast(exp.Null(), target.duckdb)
            raise NotExecutable(str(error).removeprefix("not run: ")) from None
        except NotRun as error:
            raise NotExecutable(str(error).removeprefix("not run: ")) from None
    node = padded(node, source)
    if target.name == "datetimeoffset":
        return call(_name("ms_offset", safe), node, target.scale, style)
    function = {"date": "ms_date", "time": "ms_time"}.get(target.name, "ms_moment")
    return call(_name(function, safe), node, target.name, target.scale, style)


def moment_literal(text: str, target: SqlType, style: int = 0) -> exp.Expression:
    """A text as a constant date or time.

    Raises:
        NoConversion, NotRun: as `times.to_type`.
    """
    found = times.to_type(text, target.name, target.scale, style)
    written = found.isoformat().replace("T", " ")
    return cast(literal(written), target.duckdb)


# ---- bytes


def _to_binary(node: exp.Expression, source: SqlType, target: SqlType, style: int) -> exp.Expression:
    numeric = source.is_number
    if source.name in INTS:
        made: exp.Expression = call("ms_bytes_int", cast(node, "HUGEINT"), INTS[source.name])
    elif source.name in MONEY:
        scaled = exp.Mul(this=paren(node), expression=exp.Literal.number(10000))
        made = call("ms_bytes_int", cast(scaled, "HUGEINT"), 8 if source.name == "money" else 4)
    elif source.name in FLOATS:
        made = call("ms_bytes_float", cast(node, "DOUBLE"), source.name == "real")
    elif source.is_text:
        made = call("ms_bytes", padded(node, source), source.wide, style)
    elif source.name in BINARIES:
        made = node
    else:
        raise NotExecutable(f"{source.name} as {target.name}")
    if target.size == -1:
        return made
    # Numbers keep their last bytes and are filled from the left, all else keeps the first and is filled behind.
    return call(f"tsql_{target.name}_{'right' if numeric else 'left'}", made, target.size or 30)
