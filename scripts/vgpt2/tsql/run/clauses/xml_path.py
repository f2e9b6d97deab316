"""FOR XML PATH(''), the old way to put the rows of a subquery into one text (the reference: "Use PATH mode")."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert_text import to_text
from vgpt2.tsql.run.rewrite.build import call, text_of
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.order import order_terms
from vgpt2.tsql.run.rewrite.rewriter import Rewriter
from vgpt2.tsql.run.types.sqltype import INTS, MAX, SqlType, text

# With one of these the rows are made first, and then put together.
_INNER = ("distinct", "limit", "group", "having", "windows", "offset")
_MARKS = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\r", "&#x0D;"))
_WHY = "FOR XML or FOR JSON"
# Names of a column that make no element, and what stands between two of their values.
_NO_ELEMENT = {"": "", "text()": "", "*": "", "node()": "", "data()": " "}


def joined_rows(rewriter: Rewriter, node: exp.Expression) -> None:
    """Rewrite a subquery of one column without a name that ends with FOR XML PATH('') as STRING_AGG.

    Raises:
        NotExecutable: any other FOR XML, and FOR JSON.
    """
    typed = _is_typed(node)
    item = node.expressions[0]
    if len(node.expressions) != 1 or node.args.get("with_"):
        raise NotExecutable(_WHY)
    name = item.alias if isinstance(item, exp.Alias) else ""
    value = item.this if isinstance(item, exp.Alias) else item
    if name not in _NO_ELEMENT or isinstance(item, (exp.Column, exp.Star)):
        # A name would be the name of an element.
        raise NotExecutable(_WHY)
    made = _written(value, rewriter.type(value))
    if not typed:
        for mark, entity in _MARKS:
            made = call("REPLACE", made, mark, entity)
    terms = order_terms(rewriter, node)
    if any(node.args.get(key) for key in _INNER):
        made, terms = _made_first(node, made, terms)
    count = made.copy()
    if terms:
        made = exp.Order(this=made, expressions=terms)
    made = exp.GroupConcat(this=made, separator=exp.Literal.string(_NO_ELEMENT[name]))
    # What values that are all NULL give is not told.
    made = call("tsql_xml", made, exp.Count(this=exp.Star()), exp.Count(this=count))
    node.set("for_", None)
    node.set("order", None)
    node.set("expressions", [rewriter.typed(made, text(MAX, True))])


def _is_typed(node: exp.Expression) -> bool:
    """Whether it ends with TYPE, and `value()` reads it."""
    options = node.args["for_"]
    if str(options.args.get("kind")).upper() != "XML" or not isinstance(node.parent, exp.Subquery):
        raise NotExecutable(_WHY)
    first, *rest = [option.this for option in options.expressions]
    path = first.expression if isinstance(first, exp.XMLKeyValueOption) and first.this.name.upper() == "PATH" else None
    if text_of(path) != "" or [option.name.upper() for option in rest] not in ([], ["TYPE"]):
        raise NotExecutable(_WHY)
    outer = node.parent.parent
    read = isinstance(outer, exp.Anonymous) and outer.name == "VALUE_OF"
    if read != bool(rest):
        raise NotExecutable(_WHY)
    return read


def _written(value: exp.Expression, found: SqlType | None) -> exp.Expression:
    """A value as XML has it; dates and floats look otherwise there than by CAST."""
    if found is None:
        raise NotExecutable(_WHY)
    if found.is_text:
        return value.copy()
    if found.name in INTS or found.name == "decimal":
        return to_text(value.copy(), found, text(MAX))
    raise NotExecutable(_WHY)


def _made_first(
    node: exp.Expression, made: exp.Expression, terms: list[exp.Expression]
) -> tuple[exp.Expression, list[exp.Expression]]:
    """Make the rows in a subquery; the value and what they are ordered by, as columns of it."""
    inner = exp.Select(**{key: value for key, value in node.args.items() if key not in ("for_", "expressions")})
    values = [made, *(term.this for term in terms)]
    names = [f"tsql_v{place}" for place in range(len(values))]
    shown = [
        exp.Alias(this=value.copy(), alias=exp.to_identifier(name, quoted=True))
        for value, name in zip(values, names, strict=True)
    ]
    inner.set("expressions", shown)
    for key in list(node.args):
        if key not in ("for_", "expressions"):
            node.set(key, None)
    alias = exp.TableAlias(this=exp.to_identifier("tsql_in", quoted=True))
    node.set("from_", exp.From(this=exp.Subquery(this=inner, alias=alias)))
    first, *others = [exp.Column(this=exp.to_identifier(name, quoted=True)) for name in names]
    ordered = []
    for term, column in zip(terms, others, strict=True):
        term = term.copy()
        term.set("this", column)
        ordered.append(term)
    if not ordered and inner.args.get("distinct"):
        # DISTINCT sorts.
        ordered = [exp.Ordered(this=first.copy(), nulls_first=True)]
    return first, ordered
