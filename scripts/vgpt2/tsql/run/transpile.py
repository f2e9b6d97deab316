"""T-SQL to DuckDB, for statements that the checker has bound.

sqlglot writes the dialect; what depends on types or on how SQL Server counts is rewritten in the tree first: text
`+`, integer division, AVG of integers, dates as text, TOP, APPLY, trailing blanks, GETDATE, parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from vgpt2.catalog.model import Catalog
from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.check.check import checker_of
from vgpt2.tsql.check.finding import Finding
from vgpt2.tsql.dialect import TsqlError
from vgpt2.tsql.run.clauses.queries import QUERIES
from vgpt2.tsql.run.expressions.values import VALUES
from vgpt2.tsql.run.rewrite.errors import NotExecutable
from vgpt2.tsql.run.rewrite.rewriter import Handlers, Rewriter
from vgpt2.tsql.run.rewrite.written import check_written, mark_reals
from vgpt2.tsql.write import CannotWrite, write

__all__ = ["Executable", "NotExecutable", "TsqlInvalid", "transpile", "transpile_bound"]

HANDLERS: Handlers = {**VALUES, **QUERIES}


class TsqlInvalid(Exception):
    """SQL Server would refuse this text; `findings` say why."""

    def __init__(self, findings: list[Finding]):
        super().__init__("; ".join(finding.message for finding in findings[:3]))
        self.findings = findings


@dataclass(slots=True, frozen=True)
class Executable:
    """A statement in DuckDB's SQL. `tables`: the catalog objects that it reads (qualified).

    `order`: the positions of the output columns that the outermost ORDER BY sorts by; None where it sorts by something
    that is not selected, empty without ORDER BY. `columns`: the names of the output columns, None for one without;
    empty where they are not known.
    """

    sql: str
    tables: tuple[str, ...]
    order: tuple[int, ...] | None
    columns: tuple[str | None, ...]


def transpile(sql: str, catalog: Catalog) -> Executable:
    """One T-SQL SELECT as DuckDB runs it.

    Raises:
        TsqlInvalid: it does not parse or does not resolve.
        NotExecutable: it is (or may be) right, but has no equivalent here.
    """
    try:
        binding = checker_of(catalog).bind(sql)
    except TsqlError as error:
        verdict = checker_of(catalog).check(sql)
        if verdict.status == "unknown":
            raise NotExecutable(str(error)) from None
        raise TsqlInvalid(verdict.findings) from None
    return transpile_bound(binding)


def transpile_bound(binding: Binding) -> Executable:
    """As `transpile`, for a text that was resolved before; the binding stays as it is.

    Raises:
        TsqlInvalid: it does not resolve.
        NotExecutable: it is (or may be) right, but has no equivalent here.
    """
    if binding.findings:
        raise TsqlInvalid(binding.findings)
    if binding.unknown:
        raise NotExecutable(f"{binding.unknown} cannot be followed")
    try:
        check_written(binding.text)
        rewriter = Rewriter(binding, binding.lookup.catalog, HANDLERS)
        mark_reals(rewriter.top, binding.text)
        rewritten = rewriter.statement()
        text = write(rewritten, "duckdb", identify=True, used_up=True)
    except CannotWrite as error:
        raise NotExecutable(f"cannot be rewritten ({error})") from None
    except RecursionError:
        raise NotExecutable("nested too deep") from None
    output = binding.output(binding.tree)
    names = output.names if output is not None else []
    return Executable(text, tuple(binding.tables), order_columns(binding), tuple(names))


def order_columns(binding: Binding) -> tuple[int, ...] | None:
    """Which output columns the outermost ORDER BY sorts by, most significant first."""
    tree = binding.tree
    order = tree.args.get("order")
    if order is None:
        return ()
    output = binding.output(tree)
    if output is None or not output.known:
        return None
    fold = binding.fold
    names = [fold(name) if name else None for name in output.names]
    found = []
    for item in order.expressions:
        target = item.this if type(item) is exp.Ordered else item
        position = None
        if type(target) is exp.Literal and not target.is_string:
            position = int(target.this) - 1
        elif type(target) is exp.Column and target.args.get("table") is None and fold(target.name) in names:
            position = names.index(fold(target.name))
        else:
            bound = binding.column(target)
            for number, node in enumerate(output.nodes):
                same = bound is not None and bound in output.origins[number]
                if same or (node is not None and bound is None and node == target):
                    position = number
                    break
        if position is None:
            return None
        found.append(position)
    return tuple(found)
