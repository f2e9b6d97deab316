"""The type of an operation from those of its operands."""

from __future__ import annotations

from collections.abc import Iterable

from vgpt2.tsql.run.types.sqltype import (
    BINARIES,
    FLOATS,
    INTS,
    MAX,
    MONEY,
    NULL,
    RANK,
    SqlType,
    decimal,
    text,
)

_MOST = {True: 4000, False: 8000}


def arithmetic(left: SqlType, right: SqlType, operator: str) -> SqlType | None:
    """The type of `left operator right` (+ - * / %) for numbers; None where it is none.

    Decimals as the reference has it under "Precision, scale, and length".
    """
    name = max(left.name, right.name, key=RANK.__getitem__)
    if name in FLOATS or name in MONEY:
        return SqlType(name)
    if name in INTS:
        return SqlType("int" if name == "bit" else name)
    if name != "decimal":
        return None
    a, b = left.as_decimal(), right.as_decimal()
    p1, s1, p2, s2 = a.size or 0, a.scale, b.size or 0, b.scale
    if operator == "*":
        return decimal(p1 + p2 + 1, s1 + s2)
    if operator == "/":
        scale = max(6, s1 + p2 + 1)
        return decimal(p1 - s1 + s2 + scale, scale)
    if operator == "%":
        return decimal(min(p1 - s1, p2 - s2) + max(s1, s2), max(s1, s2))
    scale = max(s1, s2)
    return decimal(max(p1 - s1, p2 - s2) + scale + 1, scale)


def concatenated(left: SqlType, right: SqlType) -> SqlType:
    """The type of two texts one behind the other."""
    wide = left.wide or right.wide
    if MAX in (left.size, right.size):
        return text(MAX, wide)
    if left.size is None or right.size is None:
        return text(None, wide)
    return text(min(left.size + right.size, _MOST[wide]), wide, left.padded and right.padded)


def common(types: Iterable[SqlType | None]) -> SqlType | None:
    """The type of several values that stand for one another (CASE, COALESCE, UNION): the highest by precedence.

    None where one of them is not known, or SQL Server does not convert them into one another.
    """
    known = []
    for found in types:
        if found is None:
            return None
        if found.name != "null":
            known.append(found)
    if not known:
        return NULL
    name = max((found.name for found in known), key=RANK.__getitem__)
    stored = all(found.stored for found in known)
    if name in ("char", "varchar", "nchar", "nvarchar", *BINARIES):
        sizes = [found.size for found in known]
        if not all(found.is_text or found.name in BINARIES for found in known):
            return None
        if MAX in sizes:
            return SqlType(name if name not in ("char", "nchar") else name.replace("char", "varchar"), MAX)
        size = max(size for size in sizes if size is not None) if None not in sizes else None
        return SqlType(name, size, 0, stored)
    if name == "decimal":
        if not all(found.is_number or found.is_text for found in known):
            return None
        parts = [found.as_decimal() for found in known if found.is_number]
        scale = max(part.scale for part in parts)
        return decimal(max((part.size or 0) - part.scale for part in parts) + scale, scale)
    scale = max(found.scale for found in known if found.name == name)
    return SqlType(name, None, scale, stored)
