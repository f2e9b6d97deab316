"""A query as the engines run it, or the result of one that they cannot run."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from vgpt2.catalog.model import Catalog
from vgpt2.tsql.check.binding import Binding
from vgpt2.tsql.run.result import Result
from vgpt2.tsql.run.transpile import Executable, NotExecutable, TsqlInvalid, transpile, transpile_bound

_CACHED = 4096


class _Prepared(OrderedDict[str, Executable | Result]):
    """By the statement: what DuckDB runs, or why it cannot."""


def prepared(catalog: Catalog, sql: str) -> Executable | Result:
    """As `prepare`, for a text; kept on the catalog, for both engines run the same texts."""
    kept = catalog.derived.get(_Prepared, _Prepared)
    found = kept.get(sql)
    if found is None:
        found = kept[sql] = _or_result(lambda: transpile(sql, catalog))
        if len(kept) > _CACHED:
            kept.popitem(last=False)
    return found


def prepare(binding: Binding) -> Executable | Result:
    """What engines run of a resolved query, or the result of one that they cannot."""
    return _or_result(lambda: transpile_bound(binding))


def _or_result(made: Callable[[], Executable]) -> Executable | Result:
    try:
        return made()
    except TsqlInvalid as error:
        return Result("error", message=str(error))
    except NotExecutable as error:
        return Result("not_executable", message=str(error))
