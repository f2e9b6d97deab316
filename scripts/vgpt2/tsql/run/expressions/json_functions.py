"""JSON functions that give one value (the reference: "JSON functions")."""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.run.expressions.texts import as_text
from vgpt2.tsql.run.rewrite.build import call, text_of
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.types.sqltype import INT, MAX, NULL, SqlType, text


def json_text(rewriter: Rewriter, node: exp.Expression | None) -> exp.Expression:
    """An argument that holds JSON.

    Raises:
        NotExecutable: it is no text.
    """
    found = rewriter.type(node)
    if found is not None and not found.is_text and found != NULL:
        raise NotExecutable("JSON in what is no text")
    return as_text(rewriter, node)[0]


def json_path(node: exp.Expression | None) -> str:
    """A path as text; the parser keeps those that it understands as a tree.

    Raises:
        NotExecutable: it is no literal, or of a form that is not run.
    """
    if not isinstance(node, exp.Expression):
        return "$"
    if isinstance(node, exp.JSONPath):
        return _written_path(node)
    written = text_of(node)
    if written is None:
        raise NotExecutable("a JSON path that is no literal")
    return written


def _written_path(path: exp.JSONPath) -> str:
    made = ""
    for step in path.expressions:
        if isinstance(step, exp.JSONPathRoot):
            made += "$"
        elif isinstance(step, exp.JSONPathKey) and isinstance(step.this, str) and not set(step.this) & set('"\\'):
            made += f'."{step.this}"'
        elif isinstance(step, exp.JSONPathSubscript) and isinstance(step.this, int) and step.this >= 0:
            made += f"[{step.this}]"
        else:
            raise NotExecutable("a JSON path of this form")
    return made


def _json_value(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    made = call("ms_json_value", json_text(rewriter, node.this), json_path(node.expression))
    return rewriter.replace(node, made, text(4000, True))


def _json_query(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    made = call("ms_json_query", json_text(rewriter, node.this), json_path(node.expression))
    return rewriter.replace(node, made, text(MAX, True))


def _extract(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    if not node.args.get("json_query"):
        raise NotExecutable("JSON of this form")
    return _json_query(rewriter, node)


def is_json(rewriter: Rewriter, node: exp.Expression) -> SqlType | None:
    """ISJSON without the kind that it asks for."""
    if len(node.expressions) != 1:
        raise NotExecutable("ISJSON of a kind")
    return rewriter.replace(node, call("ms_isjson", json_text(rewriter, node.expressions[0])), INT)


JSON: Handlers = {exp.JSONExtractScalar: _json_value, exp.JSONExtract: _extract}
