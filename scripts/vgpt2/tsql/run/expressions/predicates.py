"""Comparisons and LIKE: both sides as one type, blanks at the end, the database's collation."""

from __future__ import annotations

import re

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert import convert, moment_literal, moment_of
from vgpt2.tsql.run.expressions.convert_text import padded, to_text
from vgpt2.tsql.run.rewrite.build import bare, call, is_null, text_of
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.results import common
from vgpt2.tsql.run.types.sqltype import BINARIES, DATETIME, MONEY, NULL, SqlType, text
from vgpt2.tsql.run.values.errors import NoConversion, NotRun
from vgpt2.tsql.run.values.texts import pattern_regex

# What leaves no blank at the end where there is none.
_KEEPING = (exp.Upper, exp.Lower, exp.Max, exp.Min, exp.Coalesce, exp.Case, exp.If, exp.Nullif, exp.Window, exp.Paren)


def compare(rewriter: Rewriter, nodes: list[exp.Expression | None]) -> None:
    """Rewrite nodes that are compared with one another so that DuckDB compares them as SQL Server does."""
    known = [node for node in nodes if isinstance(node, exp.Expression) and not is_null(node)]
    types = [rewriter.type(node) for node in known]
    if len({found.name for found in types if found is not None} | {""}) <= 1:
        return
    if all(found is None or found.is_text for found in types):
        for node in known:
            _without_blanks(rewriter, node)
        return
    target = common(types) if None not in types else None
    if target is None:
        for node, found in zip(known, types, strict=True):
            if found is not None and found.is_text and text_of(node) is not None:
                _literal_beside(rewriter, node, next((t for t in types if t is not None and t.is_moment), None))
        if all(found is not None for found in types):
            raise NotExecutable("a comparison of " + " and ".join(found.name for found in types if found is not None))
        return
    for node, found in zip(known, types, strict=True):
        if found is not None:
            _as_target(rewriter, node, found, target)


def _as_target(rewriter: Rewriter, node: exp.Expression, found: SqlType, target: SqlType) -> None:
    literal = text_of(node) is not None
    if target.is_moment:
        if literal and target.name != "datetimeoffset":
            _literal_beside(rewriter, node, target)
        elif found.name != target.name or target.name == "datetimeoffset":
            _convert_moment(rewriter, node, found, target)
    elif target.name in BINARIES or target.name == "uniqueidentifier":
        if found.name != target.name:
            put(rewriter, node, convert(node.copy(), found, target), target)
    elif found.is_text and target.is_number and (not literal or target.name in ("bit", *MONEY)):
        wanted = target if target.name != "bit" or not literal else SqlType("bit")
        put(rewriter, node, convert(node.copy(), found, wanted), wanted)
    elif literal and target.is_number:
        _literal_number(rewriter, node, found, target)
    elif found.name in BINARIES:
        put(rewriter, node, convert(node.copy(), found, target), target)


def _convert_moment(rewriter: Rewriter, node: exp.Expression, found: SqlType, target: SqlType) -> None:
    if target.name == "datetimeoffset":
        same = found.name == target.name
        value = node.copy() if same else convert(node.copy(), found, target)
        put(rewriter, node, moment_of(value, found if same else target.spread()), target)
    elif not (found.is_moment and found.name != "time"):
        put(rewriter, node, convert(node.copy(), found, target), target)


def _literal_number(rewriter: Rewriter, node: exp.Expression, found: SqlType, target: SqlType) -> None:
    written = (text_of(node) or "").strip()
    if not re.fullmatch(r"[+-]?\d+", written) or target.name in ("float", "real", "decimal"):
        put(rewriter, node, convert(node.copy(), found, target), target)


def _literal_beside(rewriter: Rewriter, node: exp.Expression, target: SqlType | None) -> None:
    """A text literal beside a date: as a constant of that type."""
    inner = bare(node)
    if target is None or not isinstance(inner, exp.Literal):
        return
    wanted = DATETIME if target.name == "datetimeoffset" else target
    try:
        put(rewriter, node, moment_literal(inner.this, wanted), target)
    except (NoConversion, NotRun) as error:
        raise NotExecutable(str(error).removeprefix("not run: ")) from None


def put(rewriter: Rewriter, node: exp.Expression, new: exp.Expression, found: SqlType | None) -> None:
    """Replace a node by one that does not hold it (but may hold a copy)."""
    if new is node:
        rewriter.typed(node, found)
        return
    rewriter.replace(node, new, found)


def _without_blanks(rewriter: Rewriter, node: exp.Expression) -> None:
    inner = bare(node)
    if isinstance(inner, exp.Literal):
        if inner.is_string and inner.this.endswith(" "):
            inner.set("this", inner.this.rstrip(" "))
        return
    found = rewriter.type(node)
    if found is None or isinstance(node, (exp.Subquery, exp.Select)) or is_clean(rewriter, node):
        return
    put(rewriter, node, call("RTRIM", node.copy()), found)


def trim(rewriter: Rewriter, node: exp.Expression | None) -> None:
    """Take the blanks off a text that is looked at for its equals."""
    found = rewriter.type(node)
    if node is not None and found is not None and found.is_text and not is_clean(rewriter, node):
        put(rewriter, node, call("RTRIM", node.copy()), found)


def is_clean(rewriter: Rewriter, node: exp.Expression) -> bool:
    """Whether a text has no blank at its end: columns of tables have none here."""
    if isinstance(node, exp.Column):
        return rewriter.of_table(node)
    if isinstance(node, exp.Literal):
        return not node.this.endswith(" ")
    if isinstance(node, exp.Anonymous) and str(node.this).upper() == "RTRIM":
        return True
    if not isinstance(node, _KEEPING):
        return False
    values = [node.this, *node.expressions, node.args.get("true"), node.args.get("false"), node.args.get("default")]
    values += node.args.get("ifs") or []
    if isinstance(node, (exp.Case, exp.If)):
        values = values[1:]
    return all(is_clean(rewriter, value) for value in values if isinstance(value, exp.Expression))


def _comparison(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    if isinstance(node.parent, exp.Select) and text_of(node.this) is not None:
        # SELECT 'Alias' = value.
        return rewriter.type(node.expression)
    compare(rewriter, [node.this, node.expression])
    return None


def _between(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    compare(rewriter, [node.this, node.args["low"], node.args["high"]])
    return None


def _in(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    if node.expressions:
        compare(rewriter, [node.this, *node.expressions])
    return None


def _like(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    if isinstance(node.parent, exp.Escape):
        return None
    return _matched(rewriter, node, node, "")


def _escape(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    escape = text_of(node.expression)
    if escape is None and is_null(node.expression):
        escape = ""
    if escape is None or not isinstance(node.this, exp.Like):
        raise NotExecutable("LIKE with an ESCAPE that is no literal")
    return _matched(rewriter, node, node.this, escape)


def _matched(rewriter: Rewriter, node: exp.Expression, like: exp.Expression, escape: str) -> SqlType | None:
    """LIKE by DuckDB's own, or by a regular expression where the pattern has more than % and _."""
    value, pattern = like.this, like.expression
    negate = bool(like.args.get("negate"))
    found, kind = rewriter.type(value), rewriter.type(pattern)
    fold = folds(rewriter, value, pattern)
    if NULL in (found, kind):
        return rewriter.replace(node, exp.Null(), NULL)
    if found is not None and not found.is_text:
        value = to_text(value, found, text(None))
    wide = bool((found is not None and found.wide) or (kind is not None and kind.wide))
    written = text_of(pattern)
    if written is None:
        if found is None or kind is None or not kind.is_text:
            raise NotExecutable("LIKE with a pattern of unknown type")
        made = call("ms_like", padded(value, found), padded(pattern, kind), escape, fold, wide)
        return _put_like(rewriter, node, made, negate)
    blanks = not wide and not written.endswith("%") and not isinstance(bare(value), exp.Column)
    if not escape and "[" not in written and not blanks and (written == written.rstrip() or "%" in written):
        new: exp.Expression = (
            exp.ILike(this=value, expression=pattern) if fold else exp.Like(this=value, expression=pattern)
        )
        return _put_like(rewriter, node, new, negate)
    try:
        regex = pattern_regex(written, escape) + (" *" if blanks else "")
    except NotRun as error:
        raise NotExecutable(str(error).removeprefix("not run: ")) from None
    if found is not None:
        value = padded(value, found)
    made = call("REGEXP_FULL_MATCH", value, ("(?is)" if fold else "(?s)") + regex)
    return _put_like(rewriter, node, made, negate)


def folds(rewriter: Rewriter, *nodes: exp.Expression | None) -> bool:
    """Whether text is compared without heed to case: as the database does, or a COLLATE within says."""
    for node in nodes:
        collate = node.find(exp.Collate) if node is not None else None
        if collate is not None:
            return collate.expression.name.upper().startswith("NOCASE")
    return not rewriter.catalog.database.case_sensitive


def _put_like(rewriter: Rewriter, node: exp.Expression, made: exp.Expression, negate: bool) -> SqlType | None:
    return rewriter.replace(node, exp.Not(this=exp.Paren(this=made)) if negate else made)


PREDICATES: Handlers = {
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE), _comparison),
    exp.Between: _between,
    exp.In: _in,
    exp.Like: _like,
    exp.Escape: _escape,
}
