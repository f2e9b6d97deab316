"""FOR XML PATH(''), the old way to put the rows of a subquery into one text (the reference: "Use PATH mode")."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert_text import to_text
from vgpt2.tsql.run.rewrite.build import call, text_of
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Rewriter
from vgpt2.tsql.run.types.sqltype import MAX, text

_OTHER = ("distinct", "limit", "group", "having", "windows", "offset", "with_")
_MARKS = (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"))


def joined_rows(rewriter: Rewriter, node: exp.Expression) -> None:
    """Rewrite a subquery of one column without a name that ends with FOR XML PATH('') as STRING_AGG.

    Raises:
        NotExecutable: any other FOR XML, and FOR JSON.
    """
    options = node.args["for_"]
    plain = str(options.args.get("kind")).upper() == "XML" and len(options.expressions) == 1
    option = options.expressions[0].this if plain else None
    path = (
        option.expression if isinstance(option, exp.XMLKeyValueOption) and option.this.name.upper() == "PATH" else None
    )
    if text_of(path) != "" or not isinstance(node.parent, exp.Subquery):
        raise NotExecutable("FOR XML or FOR JSON")
    if len(node.expressions) != 1 or any(node.args.get(key) for key in _OTHER):
        raise NotExecutable("FOR XML or FOR JSON")
    value = node.expressions[0]
    if isinstance(value, (exp.Alias, exp.Column, exp.Star)):
        # A name would be the name of an element.
        raise NotExecutable("FOR XML or FOR JSON")
    found = rewriter.type(value)
    if found is None:
        raise NotExecutable("FOR XML or FOR JSON")
    made = value.copy() if found.is_text else to_text(value.copy(), found, text(MAX))
    for mark, entity in _MARKS:
        made = call("REPLACE", made, mark, entity)
    order = node.args.get("order")
    if order is not None:
        if any(isinstance(item.this, exp.Literal) for item in order.expressions):
            raise NotExecutable("FOR XML or FOR JSON")
        made = exp.Order(this=made, expressions=order.expressions)
    made = exp.GroupConcat(this=made, separator=exp.Literal.string(""))
    node.set("for_", None)
    node.set("order", None)
    node.set("expressions", [rewriter.typed(made, text(MAX, True))])
