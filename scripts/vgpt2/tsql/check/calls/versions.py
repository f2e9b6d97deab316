"""Forms of the grammar that came with a later version than that of the database."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from vgpt2.tsql.check.walk import Walk

_BY_KIND: dict[type, str] = {
    exp.AtTimeZone: "at_time_zone",
    exp.CTE: "common_table",
    exp.DPipe: "concatenation",
    exp.Except: "except",
    exp.IgnoreNulls: "ignore_nulls",
    exp.Intersect: "except",
    exp.Lateral: "apply",
    exp.NullSafeEQ: "distinct_from",
    exp.NullSafeNEQ: "distinct_from",
    exp.Offset: "offset",
    exp.Pivot: "pivot",
    exp.RespectNulls: "ignore_nulls",
    exp.Values: "table_values",
    exp.Version: "system_time",
    exp.Window: "over",
    exp.WindowSpec: "frame",
}
# Those that had ORDER BY in OVER from the beginning, and those that are newer than it.
_RANKING = frozenset(
    {
        exp.RowNumber,
        exp.Rank,
        exp.DenseRank,
        exp.Ntile,
        exp.Lag,
        exp.Lead,
        exp.FirstValue,
        exp.LastValue,
        exp.PercentRank,
        exp.CumeDist,
    }
)


def check_versions(tree: exp.Expression, walk: Walk) -> None:
    """Add the findings, one a form. Only asked of a database that lacks something."""
    lacking = dict(walk.lookup.lacking)
    today = walk.lookup.signatures["CURRENT_DATE"]
    for node in tree.walk():
        if not isinstance(node, exp.Expression):
            continue
        for form in _forms(node):
            if message := lacking.pop(form, ""):
                walk.resolve("newer_version", message, node)
        if type(node) is exp.CurrentDate and today.refused:  # the one function of later versions without brackets
            walk.resolve("newer_version", today.refused, node)


def _forms(node: exp.Expression) -> Iterator[str]:
    kind, args = type(node), node.args
    if (form := _BY_KIND.get(kind)) is not None:
        yield form
    if kind is exp.Window and args.get("order") is not None:
        if isinstance(node.this, exp.AggFunc) and type(node.this) not in _RANKING:
            yield "running"
    elif kind is exp.Select and args.get("windows"):
        yield "window"
    elif kind in (exp.GroupingSets, exp.Rollup, exp.Cube) and node.expressions:
        yield "grouping_sets"
    elif kind is exp.Trim and args.get("position") and "start" not in node.meta:  # LTRIM has a place
        yield "trim_side"
    elif kind is exp.ForClause and str(args.get("kind", "")).upper() == "JSON":
        yield "for_json"
