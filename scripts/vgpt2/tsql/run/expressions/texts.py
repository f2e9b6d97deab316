"""String functions (the reference: "String functions")."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert import convert
from vgpt2.tsql.run.expressions.convert_text import padded, to_text
from vgpt2.tsql.run.expressions.predicates import folds
from vgpt2.tsql.run.rewrite.build import bare, call, cast, literal, text_of, whole
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.results import concatenated
from vgpt2.tsql.run.types.sqltype import BINARIES, INT, INTS, MAX, NULL, SqlType, text

VARCHAR = text(8000)


def as_text(rewriter: Rewriter, node: exp.Expression | None) -> tuple[exp.Expression, SqlType]:
    """An argument that a function takes as text, and its type; one of unknown type as it is.

    Raises:
        NotExecutable: it has no text here.
    """
    if node is None:
        raise NotExecutable("a text that is missing")
    found = rewriter.type(node)
    if found is None:
        return node, text(None)
    if found == NULL:
        return cast(exp.Null(), "VARCHAR"), text(1)
    if found.is_text:
        return padded(node, found), found.spread()
    if found.name in BINARIES:
        raise NotExecutable("bytes as text")
    return to_text(node, found, VARCHAR), VARCHAR


def as_int(rewriter: Rewriter, node: exp.Expression | None) -> exp.Expression:
    """An argument that a function takes as an integer."""
    if node is None:
        raise NotExecutable("a number that is missing")
    found = rewriter.type(node)
    if found is None or found == NULL:
        return cast(node, "BIGINT")
    return node if found.name in INTS else convert(node, found, SqlType("bigint"))


def _side(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """LEFT and RIGHT: a negative length is an error."""
    name = "LEFT" if isinstance(node, exp.Left) else "RIGHT"
    value, found = as_text(rewriter, node.this)
    length = whole(node.expression)
    if length is not None and length < 0:
        raise NotExecutable(f"{name} with a negative length")
    number = as_int(rewriter, node.expression)
    made = call(name, value, number) if length is not None else call(f"tsql_{name.lower()}", value, number)
    size = (
        length
        if length is not None and (found.size is None or found.size == MAX or length < found.size)
        else found.size
    )
    return rewriter.replace(node, made, text(size or 1 if size == 0 else size, found.wide))


def _substring(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    start, length = node.args.get("start"), node.args.get("length")
    kind = rewriter.type(node.this)
    if length is None or (kind is not None and kind.name in BINARIES):
        raise NotExecutable("SUBSTRING of this form")
    value, found = as_text(rewriter, node.this)
    begin, count = whole(start), whole(length)
    if count is not None and count < 0:
        raise NotExecutable("SUBSTRING with a negative length")
    numbers = as_int(rewriter, start), as_int(rewriter, length)
    plain = begin is not None and begin >= 1 and count is not None
    made = call("SUBSTRING" if plain else "tsql_substring", value, *numbers)
    return rewriter.replace(node, made, text(found.size, found.wide))


def _length(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, _ = as_text(rewriter, node.this)
    return rewriter.replace(node, call("LENGTH", call("RTRIM", value, " ")), INT)


def _position(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, _ = as_text(rewriter, node.this)
    part, _ = as_text(rewriter, node.args.get("substr"))
    if folds(rewriter, node):
        value, part = call("LOWER", value), call("LOWER", part)
    start = node.args.get("position")
    begin = as_int(rewriter, start) if start is not None else literal(1)
    known = text_of(node.args.get("substr"))
    if start is None and known:
        return rewriter.replace(node, call("STRPOS", value, part), INT)
    return rewriter.replace(node, call("tsql_charindex", part, value, begin), INT)


def _trim(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, found = as_text(rewriter, node.this)
    name = {"LEADING": "LTRIM", "TRAILING": "RTRIM"}.get(str(node.args.get("position") or ""), "TRIM")
    characters = node.args.get("expression")
    marks = as_text(rewriter, characters)[0] if characters is not None else literal(" ")
    return rewriter.replace(node, call(name, value, marks), text(found.size, found.wide))


def _same(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    found = rewriter.type(node.this)
    if found is None:
        return text(None)
    value, found = as_text(rewriter, node.this)
    node.set("this", value)
    return found


def _replace(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    arguments = [as_text(rewriter, node.args.get(key)) for key in ("this", "expression", "replacement")]
    wide = any(found.wide for _, found in arguments)
    values = [value for value, _ in arguments]
    if not folds(rewriter, node):
        return rewriter.replace(node, call("tsql_replace", *values), text(None, wide))
    return rewriter.replace(node, call("ms_replace", *values, True), text(None, wide))


def _repeat(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    kind = rewriter.type(node.this)
    if kind is not None and kind.name in BINARIES:
        raise NotExecutable("REPLICATE of bytes")
    value, found = as_text(rewriter, node.this)
    if found.size == MAX:
        raise NotExecutable("REPLICATE of text of any length")
    times = whole(node.args.get("times"))
    size = found.size * times if found.size and times else None
    made = call("tsql_replicate", value, as_int(rewriter, node.args.get("times")))
    return rewriter.replace(node, made, text(min(size, 8000) if size else None, found.wide))


def _space(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    return rewriter.replace(node, call("tsql_space", as_int(rewriter, node.this)), text(None))


def _stuff(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, found = as_text(rewriter, node.this)
    new, other = as_text(rewriter, node.expression)
    start, length = (as_int(rewriter, node.args.get(key)) for key in ("start", "length"))
    return rewriter.replace(node, call("tsql_stuff", value, start, length, new), concatenated(found, other))


def _translate(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    arguments = [as_text(rewriter, node.args.get(key)) for key in ("this", "from_", "to")]
    fold = folds(rewriter, node)
    made = call("ms_translate", *[value for value, _ in arguments], fold)
    return rewriter.replace(node, made, arguments[0][1])


def _concat(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    found = None
    kinds = [rewriter.type(value) for value in node.expressions]
    if isinstance(node, exp.ConcatWs) and kinds and kinds[0] is None:
        raise NotExecutable("CONCAT_WS with a separator of unknown type")
    for place, value in enumerate(list(node.expressions)):
        kind = kinds[place]
        if kind is None:
            continue
        if kind == NULL:
            # A separator of NULL is none; a value of NULL is left out.
            new: exp.Expression = literal("") if place == 0 and isinstance(node, exp.ConcatWs) else value.copy()
        elif kind.name in BINARIES:
            if not isinstance(bare(value.this if isinstance(value, exp.Cast) else value), exp.Null):
                raise NotExecutable("CONCAT of bytes")
            new = cast(exp.Null(), "VARCHAR")
        else:
            new = as_text(rewriter, value.copy())[0] if kind.is_text else to_text(value.copy(), kind, VARCHAR)
            if kind.is_text:
                new = padded(value.copy(), kind)
        rewriter.replace(value, new, kind)
        kind = kind if kind.is_text else text(None)
        found = kind if found is None else concatenated(found, kind)
    return text(None, bool(found and found.wide))


def _ascii(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, _ = as_text(rewriter, node.this)
    return rewriter.replace(node, call("ms_ascii", value), INT)


def _unicode(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, _ = as_text(rewriter, node.this)
    return rewriter.replace(node, call("tsql_unicode", value), INT)


def _char(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    return rewriter.replace(node, call("ms_char", as_int(rewriter, node.expressions[0])), text(1))


def _soundex(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    value, _ = as_text(rewriter, node.this)
    return rewriter.replace(node, call("ms_soundex", value), text(4))


def _collate(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """COLLATE: what of it heeds case and accents. The database's own needs none."""
    name = node.expression.name.upper() if node.expression is not None else ""
    found = rewriter.type(node.this)
    sensitive = "_CS" in name or "_BIN" in name
    accents = "_AI" in name
    own = name in ("DATABASE_DEFAULT", "CATALOG_DEFAULT") or sensitive == rewriter.catalog.database.case_sensitive
    if own and not accents:
        return rewriter.replace(node, node.this, found)
    if sensitive and accents:
        raise NotExecutable(f"COLLATE {name}")
    # NOCASE.NOACCENT in DuckDB; `C` compares the characters as they are.
    collation = "C" if sensitive else "NOCASE.NOACCENT" if accents else "NOCASE"
    return rewriter.replace(
        node, exp.Paren(this=exp.Collate(this=node.this, expression=exp.Var(this=collation))), found
    )


TEXTS: Handlers = {
    exp.Left: _side,
    exp.Right: _side,
    exp.Substring: _substring,
    exp.Length: _length,
    exp.StrPosition: _position,
    exp.Trim: _trim,
    exp.Upper: _same,
    exp.Lower: _same,
    exp.Reverse: _same,
    exp.Replace: _replace,
    exp.Repeat: _repeat,
    exp.Space: _space,
    exp.Stuff: _stuff,
    exp.Translate: _translate,
    exp.Concat: _concat,
    exp.ConcatWs: _concat,
    exp.Ascii: _ascii,
    exp.Unicode: _unicode,
    exp.Chr: _char,
    exp.Soundex: _soundex,
    exp.Collate: _collate,
}
