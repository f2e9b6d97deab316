"""One type of SQL Server with its length, precision and scale, and how DuckDB holds a value of it here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from sqlglot import exp

from vgpt2.tsql.types import Kind, duckdb_type, kind_of_type, split_type

# The reference: "Data type precedence", lowest first.
_PRECEDENCE = """null binary varbinary char varchar nchar nvarchar uniqueidentifier bit tinyint smallint int bigint
smallmoney money decimal real float time date smalldatetime datetime datetime2 datetimeoffset""".split()
RANK = {name: place for place, name in enumerate(_PRECEDENCE)}
INTS = {"bit": 1, "tinyint": 1, "smallint": 2, "int": 4, "bigint": 8}
# Digits of an integer as decimal (the reference: "Precision, scale, and length").
_DIGITS = {"bit": 1, "tinyint": 3, "smallint": 5, "int": 10, "bigint": 19}
MONEY = ("money", "smallmoney")
FLOATS = ("float", "real")
EXACT = {*INTS, *MONEY, "decimal"}
NUMBERS = {*EXACT, *FLOATS}
TEXTS = ("char", "varchar", "nchar", "nvarchar")
BINARIES = ("binary", "varbinary")
MOMENTS = ("date", "smalldatetime", "datetime", "datetime2", "datetimeoffset", "time")
MAX = -1
_OFFSET = "STRUCT(utc TIMESTAMP, off INTEGER)"
_NAMES = {
    "UTINYINT": "tinyint",
    "INT": "int",
    "DECIMAL": "decimal",
    "FLOAT": "float",
    "DOUBLE": "float",
    "TIMESTAMPTZ": "datetimeoffset",
    "TEXT": "text",
    "UUID": "uniqueidentifier",
}
_SYNONYMS = {"numeric": "decimal", "dec": "decimal", "integer": "int", "sysname": "nvarchar"}


@dataclass(frozen=True, slots=True)
class SqlType:
    """A type: `size` is the length of text and bytes (MAX for max, None where not known) or the precision of decimal,
    `scale` the digits behind the point or the second. `stored`: the value is as a table here keeps it, char without
    its blanks and datetimeoffset as a moment at +00:00."""

    name: str
    size: int | None = None
    scale: int = 0
    stored: bool = False

    @property
    def family(self) -> Kind:
        """The kind of the base type."""
        return "other" if self.name == "null" else kind_of_type(self.name)

    @property
    def is_text(self) -> bool:
        return self.name in TEXTS

    @property
    def is_number(self) -> bool:
        return self.name in NUMBERS

    @property
    def is_moment(self) -> bool:
        return self.name in MOMENTS

    @property
    def wide(self) -> bool:
        """Whether it is text of two bytes a character."""
        return self.name in ("nchar", "nvarchar")

    @property
    def padded(self) -> bool:
        return self.name in ("char", "nchar")

    @property
    def duckdb(self) -> str:
        """The DuckDB type of a value of it in an expression."""
        if self.name in BINARIES:
            return "BLOB"
        if self.name == "datetimeoffset":
            return _OFFSET
        if self.name == "real":
            return "FLOAT"
        if self.name == "decimal":
            return f"DECIMAL({self.size}, {self.scale})"
        if self.name == "null":
            return "INTEGER"
        return duckdb_type(self.name)

    @property
    def written(self) -> SqlType:
        """A decimal with a digit before its point: DuckDB writes .05 where there is none."""
        return SqlType("decimal", max(self.size or 18, min(self.scale + 1, 38)), self.scale)

    def as_decimal(self) -> SqlType:
        """An exact number's precision and scale."""
        if self.name == "decimal":
            return self
        if self.name in MONEY:
            return SqlType("decimal", 19 if self.name == "money" else 10, 4)
        return SqlType("decimal", self.size or _DIGITS.get(self.name, 10), 0)

    def spread(self) -> SqlType:
        """The type of the value once it is no longer as stored."""
        return replace(self, stored=False) if self.stored else self


NULL = SqlType("null")
BIT, INT, BIGINT = SqlType("bit"), SqlType("int"), SqlType("bigint")
FLOAT, DATE, DATETIME = SqlType("float"), SqlType("date"), SqlType("datetime")


def decimal(precision: int, scale: int) -> SqlType:
    """A decimal type, at most 38 digits: what is beyond goes off the scale, of which six stay (the reference:
    "Precision, scale, and length")."""
    if precision > 38:
        scale = min(scale, max(38 - (precision - scale), min(scale, 6)))
        precision = 38
    return SqlType("decimal", precision, scale)


def text(size: int | None, wide: bool = False, padded: bool = False) -> SqlType:
    """char, varchar, nchar or nvarchar."""
    return SqlType(("n" if wide else "") + ("char" if padded else "varchar"), size)


@lru_cache(maxsize=4096)
def of_base(base_type: str) -> SqlType | None:
    """The type of a column from its base type, as a table stores it; None for what is not one of those here."""
    name, first, second = split_type(base_type)
    name = _SYNONYMS.get(name, name)
    if name in ("text", "ntext"):
        return SqlType("varchar" if name == "text" else "nvarchar", MAX)
    if name in BINARIES or name not in RANK:
        return None
    if name in TEXTS:
        size = 128 if base_type.lower().endswith("sysname") else MAX if "max" in base_type.lower() else first or 1
        return SqlType(name, size, 0, name in ("char", "nchar"))
    if name == "decimal":
        return SqlType(name, min(first or 18, 38), second or 0)
    if name in ("datetime2", "datetimeoffset", "time"):
        return SqlType(name, None, 7 if first is None else first, name == "datetimeoffset")
    return SqlType(name)


def of_cast(node: exp.Expression) -> SqlType | None:
    """The type that CAST or CONVERT names (char without a length has 30 there); None for what is not known."""
    kind = node.this
    if not isinstance(kind, exp.DataType.Type):
        return None
    name = _NAMES.get(kind.value, kind.value.lower())
    name = _SYNONYMS.get(name, name)
    numbers = [parameter.name.lower() for parameter in node.expressions]
    first = int(numbers[0]) if numbers and numbers[0].isdigit() else None
    if name == "text":
        return SqlType("varchar", MAX)
    if name not in RANK:
        return None
    if name in TEXTS or name in BINARIES:
        return SqlType(name, MAX if numbers and numbers[0] == "max" else first or 30)
    if name == "decimal":
        return SqlType(name, first or 18, int(numbers[1]) if len(numbers) > 1 else 0)
    if name == "float":
        return SqlType("real" if first is not None and first <= 24 else "float")
    if name in ("datetime2", "datetimeoffset", "time"):
        return SqlType(name, None, 7 if first is None else first)
    return SqlType(name)
