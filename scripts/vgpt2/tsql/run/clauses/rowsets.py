"""Built-in functions that give a table, as subqueries: STRING_SPLIT, GENERATE_SERIES and OPENJSON."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from vgpt2.tsql.run.expressions.convert import convert
from vgpt2.tsql.run.expressions.json_functions import json_path, json_text
from vgpt2.tsql.run.expressions.texts import as_text
from vgpt2.tsql.run.rewrite.build import call, cast, is_null, literal, text_of, whole
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Rewriter
from vgpt2.tsql.run.types.sqltype import BIGINT, INT, INTS, MAX, NULL, SqlType, text

Columns = list[tuple[str, SqlType | None]]


def rowset(rewriter: Rewriter, node: exp.Expression) -> exp.Subquery:
    """The subquery for the function that a source in FROM or APPLY calls, under the source's name; its columns get
    their types.

    Raises:
        NotExecutable: another function, or a form that is not run.
    """
    source = node.this
    name = source.name.upper() if isinstance(source, exp.Anonymous) else type(source).__name__
    if name not in _MAKERS:
        raise NotExecutable(f"{name}()")
    select, columns = _MAKERS[name](rewriter, source)
    types = [found for _, found in columns]
    rewriter.rows[id(node)] = rewriter.rows[id(source)] = types
    alias = node.args.get("alias")
    if alias is None or alias.this is None:
        called = {"OpenJSON": "OPENJSON", "GenerateSeries": "GENERATE_SERIES"}.get(name, source.name)
        alias = exp.TableAlias(this=exp.to_identifier(called, quoted=True))
    made = exp.Subquery(this=select, alias=alias)
    return made


def _select(items: Columns, values: list[exp.Expression], inner: exp.Expression | None = None) -> exp.Select:
    shown = [
        exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))
        for (name, _), value in zip(items, values, strict=True)
    ]
    select = exp.Select(expressions=shown)
    if inner is not None:
        select.set("from_", exp.From(this=inner))
    return select


def _unnested(value: exp.Expression) -> exp.Subquery:
    """A row `r` for each element of a list."""
    item = exp.Alias(this=call("UNNEST", value), alias=exp.to_identifier("r", quoted=True))
    name = exp.TableAlias(this=exp.to_identifier("tsql_rows", quoted=True))
    return exp.Subquery(this=exp.Select(expressions=[item]), alias=name)


def _row() -> exp.Column:
    return exp.Column(this=exp.to_identifier("r", quoted=True))


def _split(rewriter: Rewriter, node: exp.Expression) -> tuple[exp.Select, Columns]:
    """STRING_SPLIT: parts that are empty stay, NULL gives no row."""
    value, found = as_text(rewriter, node.expressions[0])
    mark = text_of(node.expressions[1])
    ordinal = len(node.expressions) > 2 and whole(node.expressions[2]) == 1
    if is_null(node.expressions[1]):
        raise NotExecutable("STRING_SPLIT by NULL")
    if mark is None or len(mark) != 1:
        raise NotExecutable("STRING_SPLIT by what is not one character")
    if mark.isalpha() and not rewriter.catalog.database.case_sensitive:
        raise NotExecutable("STRING_SPLIT by a letter that may be of either case")
    kind = rewriter.type(node.expressions[0])
    if kind is not None and not kind.is_text and kind != NULL:
        raise NotExecutable("STRING_SPLIT of what is no text")
    parts = call("STRING_SPLIT", value, literal(mark))
    item = text(MAX if found.size == MAX else found.size, found.wide)
    if not ordinal:
        columns: Columns = [("value", item)]
        return _select(columns, [call("UNNEST", parts)]), columns
    columns = [("value", item), ("ordinal", BIGINT)]
    return _select(columns, [call("UNNEST", parts), call("GENERATE_SUBSCRIPTS", parts.copy(), 1)]), columns


def _series(rewriter: Rewriter, node: exp.Expression) -> tuple[exp.Select, Columns]:
    """GENERATE_SERIES of integers. Without a step it goes by one, in the direction of its end."""
    given = [node.args.get(key) for key in ("start", "end", "step")]
    values = [value for value in given if isinstance(value, exp.Expression)]
    types = [rewriter.type(value) for value in values]
    if any(found is None or (found.name not in INTS and found != NULL) for found in types):
        raise NotExecutable("GENERATE_SERIES of numbers that are no integers")
    names = {found.name for found in types if found is not None}
    if len(names) > 1:
        raise NotExecutable("GENERATE_SERIES of numbers of two types")
    columns: Columns = [("value", types[0])]
    ends = [cast(value, "BIGINT") for value in values]
    if len(ends) == 2:
        made = call("tsql_series", *ends)
    else:
        made = call("tsql_series_by", *ends)
    return _select(columns, [call("UNNEST", made)]), columns


def _open_json(rewriter: Rewriter, node: exp.Expression) -> tuple[exp.Select, Columns]:
    value, path = json_text(rewriter, node.this), json_path(node.args.get("path"))
    if not node.expressions:
        # The reference: "The key column has a BIN2 collation."
        columns: Columns = [("key", text(4000, True)), ("value", text(MAX, True)), ("type", INT)]
        values: list[exp.Expression] = [call("STRUCT_EXTRACT", _row(), name) for name, _ in columns]
        values[0] = exp.Collate(this=values[0], expression=exp.Var(this="C"))
        return _select(columns, values, _unnested(call("ms_openjson", value, path))), columns
    columns, values = [], []
    for column in node.expressions:
        found = rewriter.declared(column.args["kind"])
        if found is None:
            raise NotExecutable("OPENJSON with a column of this type")
        columns.append((column.name, found))
        values.append(_json_column(column, found))
    return _select(columns, values, _unnested(call("ms_openjson_rows", value, path))), columns


def _json_column(column: exp.Expression, found: SqlType) -> exp.Expression:
    as_json = bool(column.args.get("as_json"))
    if as_json and (found.name != "nvarchar" or found.size != MAX):
        raise NotExecutable("AS JSON for what is no nvarchar(max)")
    own = column.args.get("path")
    path = json_path(own) if own is not None else '$."' + column.name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    longest = found.size if found.is_text and found.size not in (None, MAX) else 0
    picked = call("ms_json_pick", _row(), path, as_json, longest or 0)
    return convert(picked, text(MAX, True), found)


_MAKERS: dict[str, Callable[[Rewriter, exp.Expression], tuple[exp.Select, Columns]]] = {
    "STRING_SPLIT": _split,
    "GenerateSeries": _series,
    "OpenJSON": _open_json,
}
