"""PIVOT and UNPIVOT as subqueries (the reference: "FROM - Using PIVOT and UNPIVOT").

PIVOT groups by every column that it does not name, and aggregates where its column has each of the values in turn.
UNPIVOT makes a row of each column that is not NULL.
"""

from __future__ import annotations

from sqlglot import exp

from vgpt2.tsql.check.scope import Source
from vgpt2.tsql.run.expressions.predicates import compare
from vgpt2.tsql.run.rewrite.build import call, literal
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Rewriter
from vgpt2.tsql.run.types.sqltype import INTS, SqlType, text

_INNER, _LISTED = "tsql_in", "tsql_each"


def put_pivoted(rewriter: Rewriter, node: exp.Expression) -> None:
    """Put the subquery that a source with PIVOTs and UNPIVOTs behind it stands for in its place.

    Raises:
        NotExecutable: a form that is not run.
    """
    pivots = node.args["pivots"]
    inner = node.copy()
    for key in ("pivots", "joins"):
        inner.set(key, None)
    for pivot in pivots:
        _named(inner, _INNER)
        select = _unpivoted(rewriter, pivot, inner) if pivot.args.get("unpivot") else _pivoted(rewriter, pivot, inner)
        inner = exp.Subquery(this=select)
    inner.set("alias", pivots[-1].args["alias"].copy())
    inner.set("joins", node.args.get("joins"))
    rewriter.replace(node, inner)


def _named(inner: exp.Expression, name: str) -> None:
    """Give a source this name; the names of its columns stay."""
    alias = inner.args.get("alias")
    columns = alias.args.get("columns") if alias is not None else None
    inner.set("alias", exp.TableAlias(this=exp.to_identifier(name, quoted=True), columns=columns))


def _column(name: str, table: str = _INNER) -> exp.Column:
    return exp.Column(this=exp.to_identifier(name, quoted=True), table=exp.to_identifier(table, quoted=True))


def _shown(value: exp.Expression, name: str) -> exp.Alias:
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def _source(rewriter: Rewriter, nodes: list[exp.Expression]) -> tuple[Source, list[str]]:
    """The source that columns of a PIVOT are of, and their folded names."""
    bound = [rewriter.bound(node) for node in nodes]
    if not bound or bound[0] is None:
        raise NotExecutable("PIVOT over what is not known")
    return bound[0][0], [found[1] for found in bound if found is not None]


def _rest(rewriter: Rewriter, source: Source, gone: list[str]) -> tuple[list[str], list[SqlType | None]]:
    """The columns of a source that a PIVOT does not name, and their types."""
    left = {key: name for key, name in (source.columns or {}).items() if key not in gone}
    return list(left.values()), [rewriter.column_type(source, key) for key in left]


def _pivoted(rewriter: Rewriter, pivot: exp.Expression, inner: exp.Expression) -> exp.Select:
    field = pivot.args["fields"][0]
    aggregate = pivot.expressions[0]
    arguments = list(aggregate.find_all(exp.Column))
    source, gone = _source(rewriter, [field.this, *arguments])
    names, types = _rest(rewriter, source, gone)
    kind = rewriter.column_type(source, gone[0])
    if kind is None:
        raise NotExecutable("PIVOT by a column of unknown type")
    chosen = (source.columns or {})[gone[0]]
    made = [_shown(_column(name), name) for name in names]
    rewriter.visit(aggregate)
    aggregate = pivot.expressions[0]
    for header in field.expressions:
        test = _is_value(rewriter, _column(chosen), kind, header.name)
        made.append(_shown(_where(aggregate, test, source), header.name))
        types.append(rewriter.type(aggregate))
    rewriter.rows[id(pivot)] = types
    select = exp.Select(expressions=made, from_=exp.From(this=inner))
    if names:
        select.set("group", exp.Group(expressions=[_column(name) for name in names]))
    else:
        # Whether no rows give one row or none is not told.
        select.set("having", exp.Having(this=call("tsql_some", exp.Count(this=exp.Star()))))
    return select


def _is_value(rewriter: Rewriter, column: exp.Column, kind: SqlType, header: str) -> exp.Expression:
    """Whether the column has the value that a column of the result is named after."""
    value = literal(header)
    test = exp.EQ(this=column, expression=value)
    rewriter.typed(column, kind)
    rewriter.typed(value, text(len(header) or 1, True))
    compare(rewriter, [test.this, test.expression])
    return test


def _where(aggregate: exp.Expression, test: exp.Expression, source: Source) -> exp.Expression:
    """The aggregate over the rows of which a test is true."""
    made = aggregate.copy()
    for column in list(made.find_all(exp.Column)):
        inside = _column((source.columns or {}).get(column.name, column.name))
        chosen = exp.Case(ifs=[exp.If(this=test.copy(), true=inside)])
        column.replace(chosen)
    return made


def _alike(kind: SqlType | None) -> tuple[str, int | None, int] | None:
    """What the server compares of two types; a literal's integer has digits here."""
    if kind is None:
        return None
    return (kind.name, None if kind.name in INTS else kind.size, kind.scale)


def _unpivoted(rewriter: Rewriter, pivot: exp.Expression, inner: exp.Expression) -> exp.Select:
    field = pivot.args["fields"][0]
    source, gone = _source(rewriter, field.expressions)
    names, types = _rest(rewriter, source, gone)
    kinds = [rewriter.column_type(source, key) for key in gone]
    if any(kind is None or _alike(kind) != _alike(kinds[0]) for kind in kinds):
        raise NotExecutable("UNPIVOT of columns of several types")
    value, name = pivot.expressions[0].name, field.this.name
    rows = []
    for column, key in zip(field.expressions, gone, strict=True):
        stored = (source.columns or {})[key]
        if stored != column.name:
            raise NotExecutable("UNPIVOT of a column in another spelling than its own")
        rows.append(exp.Tuple(expressions=[_column(stored), literal(stored)]))
    listed = exp.Values(expressions=rows)
    alias = exp.TableAlias(
        this=exp.to_identifier(_LISTED, quoted=True),
        columns=[exp.to_identifier(value, quoted=True), exp.to_identifier(name, quoted=True)],
    )
    lateral = exp.Lateral(this=exp.Subquery(this=listed), alias=alias)
    made = [_shown(_column(known), known) for known in names]
    made += [_shown(_column(known, _LISTED), known) for known in (value, name)]
    rewriter.rows[id(pivot)] = [*types, kinds[0], text(128, True)]
    there = exp.Not(this=exp.Is(this=_column(value, _LISTED), expression=exp.Null()))
    select = exp.Select(expressions=made, from_=exp.From(this=inner), where=exp.Where(this=there))
    select.set("joins", [exp.Join(this=lateral, kind="CROSS")])
    return select
