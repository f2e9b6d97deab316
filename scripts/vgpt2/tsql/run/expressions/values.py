"""All rewrites of expressions: what each kind of node becomes, and the type it has."""

from __future__ import annotations

from vgpt2.tsql.run.expressions.aggregates import AGGREGATES
from vgpt2.tsql.run.expressions.branches import BRANCHES
from vgpt2.tsql.run.expressions.calls import NAMED
from vgpt2.tsql.run.expressions.formats import FORMATS
from vgpt2.tsql.run.expressions.json_functions import JSON
from vgpt2.tsql.run.expressions.moment_parts import PARTS
from vgpt2.tsql.run.expressions.moments import MOMENTS
from vgpt2.tsql.run.expressions.numbers import NUMBERS
from vgpt2.tsql.run.expressions.operators import OPERATORS
from vgpt2.tsql.run.expressions.predicates import PREDICATES
from vgpt2.tsql.run.expressions.texts import TEXTS
from vgpt2.tsql.run.rewrite.rewriter import Handlers

VALUES: Handlers = {
    **OPERATORS,
    **PREDICATES,
    **BRANCHES,
    **MOMENTS,
    **PARTS,
    **FORMATS,
    **TEXTS,
    **NUMBERS,
    **AGGREGATES,
    **NAMED,
    **JSON,
}
