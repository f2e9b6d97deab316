"""Literals of T-SQL with their types."""

from __future__ import annotations

import re

from sqlglot import exp

from vgpt2.tsql.run.rewrite.build import call
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.types.sqltype import FLOAT, NULL, SqlType, text

_INT_MOST = 2_147_483_647


def literal_type(node: exp.Expression) -> tuple[exp.Expression, SqlType]:
    """A literal as DuckDB has it, and its type (the reference: "Constants")."""
    if isinstance(node, exp.Null):
        return node, NULL
    if isinstance(node, exp.National):
        return exp.Literal.string(str(node.this)), text(_units(str(node.this)) or 1, wide=True)
    if isinstance(node, exp.HexString):
        digits = str(node.this)
        digits = "0" * (len(digits) % 2) + digits
        return call("FROM_HEX", digits.upper()), SqlType("varbinary", max(len(digits) // 2, 1))
    written = str(node.this)
    if not getattr(node, "is_string", False):
        if written[-1] in "eE+-" or ".e" in written.lower():
            # The exponent may be left out, and digits behind the point too.
            node.set("this", re.sub(r"[eE][+-]?\Z", "e0", written).replace(".e", ".0e").replace(".E", ".0e"))
        return node, number_type(written)
    if not written.isascii() and any(ord(character) > 127 and not _narrow(character) for character in written):
        # A question mark or what is most similar, by the database's code page.
        raise NotExecutable("a literal without N that code page 1252 does not hold")
    return node, text(len(written) or 1)


def _narrow(character: str) -> bool:
    try:
        return bool(character.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def number_type(written: str) -> SqlType:
    """The type of a number as it is written."""
    if "e" in written.lower():
        return FLOAT
    whole, point, fraction = written.partition(".")
    whole = whole.lstrip("0")
    if point:
        return SqlType("decimal", max(len(whole) + len(fraction), 1), len(fraction))
    if len(whole) > 38:
        raise NotExecutable("a number of more than 38 digits")
    if int(whole or "0") <= _INT_MOST:
        return SqlType("int", max(len(whole), 1))
    return SqlType("decimal", len(whole), 0)


def parameter_literal(written: str) -> exp.Expression:
    """The literal that a parameter stands for, from T-SQL text."""
    if written.startswith("'"):
        return exp.Literal.string(written[1:-1].replace("''", "'"))
    return exp.Literal.number(written)


def _units(written: str) -> int:
    return len(written.encode("utf-16-le")) // 2
