"""The value functions as DuckDB calls them: their names, their types, and registering those that a query uses."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from vgpt2.tsql.run.functions_duckdb import MACROS, macros_of
from vgpt2.tsql.run.values import binaries, formats, json_texts, moment_texts, numbers, texts, times
from vgpt2.tsql.run.values.errors import NoConversion
from vgpt2.tsql.run.values.moments import offset_minutes

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_T, _I, _D, _M, _B, _F = "VARCHAR", "BIGINT", "DOUBLE", "TIMESTAMP", "BLOB", "BOOLEAN"
_OFFSET = "STRUCT(utc TIMESTAMP, off INTEGER)"
_OPENED = 'STRUCT("key" VARCHAR, "value" VARCHAR, "type" INTEGER)[]'
Function = tuple[Callable[..., Any], list[str], str]


def _offset(text: str, scale: int, style: int) -> dict[str, object]:
    utc, off = times.to_offset(text, scale, style)
    return {"utc": utc, "off": off}


def _moment_text(value: datetime.datetime, kind: str, scale: int, style: int) -> str:
    return moment_texts.moment_text(value, kind, scale, style)


def _offset_text(value: datetime.datetime, scale: int, style: int, offset: int) -> str:
    return moment_texts.moment_text(value, "datetimeoffset", scale, style, offset)


def _is_date(text: str) -> int:
    try:
        times.to_type(text, "datetime", 3, 0)
    except NoConversion:
        return 0
    return 1


# Those that convert a text: with `_try` at the end they give NULL where SQL Server's TRY_ forms do.
_CONVERSIONS: dict[str, Function] = {
    "ms_int": (numbers.int_of, [_T], _I),
    "ms_bit": (numbers.bit_of, [_T], _I),
    "ms_decimal": (numbers.decimal_of, [_T], _T),
    "ms_float": (numbers.float_of, [_T], _D),
    "ms_money": (numbers.money_of, [_T], _T),
    "ms_moment": (times.to_type, [_T, _T, _I, _I], _M),
    "ms_time": (times.to_type, [_T, _T, _I, _I], "TIME"),
    "ms_date": (times.to_type, [_T, _T, _I, _I], "DATE"),
    "ms_offset": (_offset, [_T, _I, _I], _OFFSET),
    "ms_guid": (texts.guid, [_T], _T),
    "ms_plain_number": (numbers.plain_number, [_T], _T),
    "ms_plain_date": (times.plain_date, [_T], _T),
    "ms_bytes": (binaries.bytes_of_text, [_T, _F, _I], _B),
}
FUNCTIONS: dict[str, Function] = {
    **_CONVERSIONS,
    "ms_minutes": (offset_minutes, [_T], _I),
    "ms_moment_text": (_moment_text, [_M, _T, _I, _I], _T),
    "ms_offset_text": (_offset_text, [_M, _I, _I, _I], _T),
    "ms_float_text": (numbers.float_text, [_D, _I, _F], _T),
    "ms_money_text": (lambda text, style: numbers.money_text(Decimal(text), style), [_T, _I], _T),
    "ms_bytes_int": (binaries.bytes_of_int, ["HUGEINT", _I], _B),
    "ms_bytes_float": (numbers.float_bytes, [_D, _F], _B),
    "ms_int_bytes": (binaries.int_of_bytes, [_B, _I], _I),
    "ms_text_bytes": (binaries.text_of_bytes, [_B, _F, _I], _T),
    "ms_char": (binaries.char_of, [_I], _T),
    "ms_ascii": (lambda text: binaries.code(text[0]) if text else None, [_T], _I),
    "ms_isnumeric": (numbers.is_numeric, [_T], _I),
    "ms_isdate": (_is_date, [_T], _I),
    "ms_str": (numbers.str_text, [_D, _I, _I], _T),
    "ms_like": (texts.like, [_T, _T, _T, _F, _F], _F),
    "ms_patindex": (texts.patindex, [_T, _T, _F], _I),
    "ms_quotename": (texts.quotename, [_T, _T], _T),
    "ms_parsename": (texts.parsename, [_T, _I], _T),
    "ms_translate": (texts.translate, [_T, _T, _T, _F], _T),
    "ms_replace": (texts.replace, [_T, _T, _T, _F], _T),
    "ms_soundex": (texts.soundex, [_T], _T),
    "ms_json_value": (json_texts.scalar, [_T, _T], _T),
    "ms_json_query": (json_texts.fragment, [_T, _T], _T),
    "ms_isjson": (json_texts.is_json, [_T], _I),
    "ms_openjson": (json_texts.open_default, [_T, _T], _OPENED),
    "ms_openjson_rows": (json_texts.open_rows, [_T, _T], "VARCHAR[]"),
    "ms_json_pick": (json_texts.pick, [_T, _T, _F, _I], _T),
    "ms_format_number": (formats.format_number, [_T, _T, _T], _T),
    "ms_format_moment": (formats.format_moment, [_M, _T], _T),
}


def _called(function: Callable[..., Any], tried: bool) -> Callable[..., Any]:
    """As DuckDB calls it: NULL for NULL, and with `tried` for what SQL Server does not convert."""

    def call(*arguments: Any) -> Any:
        if any(argument is None for argument in arguments):
            return None
        try:
            return function(*arguments)
        except NoConversion:
            if tried:
                return None
            raise

    return call


# DuckDB counts the parameters of what it is given.
_BY_COUNT: dict[int, Callable[[Callable[..., Any]], Callable[..., Any]]] = {
    1: lambda call: lambda a: call(a),
    2: lambda call: lambda a, b: call(a, b),
    3: lambda call: lambda a, b, c: call(a, b, c),
    4: lambda call: lambda a, b, c, d: call(a, b, c, d),
    5: lambda call: lambda a, b, c, d, e: call(a, b, c, d, e),
}


FUNCTIONS |= {f"{name}_try": found for name, found in _CONVERSIONS.items()}
_USED = re.compile(r"\bms_[a-z_]+", re.IGNORECASE)


class Functions:
    """The value functions and macros of one connection, made as queries name them (all at once are 0.1 s).

    `macros`: the names of those that are there. What is made within a transaction goes with it.
    """

    def __init__(self, connection: DuckDBPyConnection) -> None:
        # By a cursor: what is made within a transaction would be gone with it, and could not be made again. It lives
        # as long as the functions, which are freed with it.
        self._connection = connection
        self._cursor = connection.cursor()
        self._known: set[str] = set()
        self.macros: set[str] = set()

    def prepare(self, sql: str) -> None:
        """Make those that a text in DuckDB's SQL names."""
        from duckdb.func import SPECIAL

        for name in macros_of(sql):
            if name not in self.macros:
                self._connection.execute(f"CREATE MACRO {MACROS[name]}")
                self.macros.add(name)
        for name in set(map(str.lower, _USED.findall(sql))) - self._known:
            self._known.add(name)
            if name in FUNCTIONS:
                function, kinds, result = FUNCTIONS[name]
                made = _BY_COUNT[len(kinds)](_called(function, name.endswith("_try")))
                self._cursor.create_function(name, made, [*kinds], result, null_handling=SPECIAL)
