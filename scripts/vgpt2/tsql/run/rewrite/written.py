"""What the parser's tree no longer shows of a text, looked up in its tokens."""

from __future__ import annotations

import re

from sqlglot import exp

from vgpt2.tsql.grammar.lexer import placed
from vgpt2.tsql.run.rewrite.errors import NotExecutable

# FORMAT with one letter is given as the pattern that it stands for, or as another one; these parts of DATENAME and
# DATEPART as others of a like name; and types that are none of SQL Server's as those that they resemble.
_LOST = {
    re.compile(r"\bFORMAT\s*\(.*,\s*N?'[ds]'", re.IGNORECASE | re.DOTALL): "FORMAT with d or s",
    re.compile(
        r"\bDATENAME\s*\(\s*(?:dy|y|hh|ms|mcs|ns|tz|millisecond|microsecond|nanosecond|tzoffset)\s*,", re.IGNORECASE
    ): "DATENAME of this part",
    re.compile(r"\bDATEPART\s*\(\s*w\s*,", re.IGNORECASE): "DATEPART with w",
    re.compile(
        r"\bAS\s+(?:bytea|bool|boolean|int2|int4|int8|string|uuid|blob|clob)\b", re.IGNORECASE
    ): "a type that is none of SQL Server",
}


def check_written(sql: str) -> None:
    """Raises:
    NotExecutable: the tree of this text stands for another one.
    """
    for form, what in _LOST.items():
        if form.search(sql):
            raise NotExecutable(what)


def mark_reals(tree: exp.Expression, sql: str) -> None:
    """Write `real` into the types of a tree that the text calls so: the parser calls them float.

    Raises:
        NotExecutable: some are real and some float.
    """
    if "real" not in sql.lower():
        return
    words = [place.text.lower() for place in placed(sql)]
    named = {
        word for word, after in zip(words, [*words[1:], ""], strict=True) if word in ("real", "float") and after != "("
    }
    if "real" not in named:
        return
    types = [
        node for node in tree.find_all(exp.DataType) if node.this == exp.DataType.Type.FLOAT and not node.expressions
    ]
    if types and "float" in named:
        raise NotExecutable("real beside float")
    for node in types:
        node.set("expressions", [exp.DataTypeParam(this=exp.Literal.number(24))])
