"""One query in the embedded engine, and what came of it: rows, an error, or that it cannot be run here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vgpt2.tsql.run.compare import normalise
from vgpt2.tsql.run.functions_duckdb import NOT_RUN
from vgpt2.tsql.run.limits import NoSelect, TooMuch, fetch, one_select
from vgpt2.tsql.run.result import Result
from vgpt2.tsql.run.transpile import Executable
from vgpt2.tsql.run.values.functions import Functions

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def attempt(
    connection: DuckDBPyConnection, functions: Functions, executable: Executable, seconds: float
) -> tuple[Result, bool]:
    """The result of a query, and whether the database refuses everything after it; `seconds`: its limit, for what is
    said of one that was interrupted."""
    import duckdb

    try:
        functions.prepare(executable.sql)
        cursor = connection.execute(one_select(connection, executable.sql))
        rows = fetch(cursor)
        names = tuple(column[0] for column in cursor.description or ())
    except (duckdb.CatalogException, duckdb.BinderException, duckdb.ParserException) as error:
        # The text resolved against the catalog, so that this is a gap of the rewriting, not a fault of the query.
        return Result("not_executable", message=line_of(error)), False
    except duckdb.InterruptException:
        return Result("error", message=f"took more than {seconds:g} s"), False
    except (duckdb.NotImplementedException, duckdb.ConversionException) as error:
        # Synthetic values that cannot be converted: real ones might be.
        return Result("not_executable", message=line_of(error)), False
    except (duckdb.FatalException, duckdb.InternalException, MemoryError) as error:
        # The database refuses everything after these.
        return Result("error", message=line_of(error) or "took more memory than it may"), True
    except TooMuch as error:
        connection.interrupt()
        return Result("error", message=str(error)), False
    except (duckdb.Error, NoSelect, OverflowError, ValueError, RuntimeError) as error:
        if (place := str(error).find(NOT_RUN)) >= 0:
            return Result("not_executable", message=line_of(ValueError(str(error)[place:]))), False
        return Result("error", message=line_of(error)), False
    columns = names
    if len(executable.columns) == len(names):
        columns = tuple(written or name for written, name in zip(executable.columns, names, strict=True))
    return Result("rows", columns, normalise(rows), order=executable.order), False


def line_of(error: Exception) -> str:
    """The first line of what an error says."""
    return str(error).split("\n", 1)[0][:200]
