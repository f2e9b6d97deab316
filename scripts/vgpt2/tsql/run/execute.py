"""Runs T-SQL on synthetic rows, and says whether two queries give the same rows.

The engine is safe against what a model writes: a text runs only if it is one SELECT that resolves against the
catalog and was rewritten by us; DuckDB runs in memory with external access off and its settings locked; time, memory
and rows are limited (`tsql.limits`). SQL that a model wrote runs in a process of its own (`tsql.sandbox`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from vgpt2.catalog.model import Catalog, Table
from vgpt2.tsql.rows.rows import ROWS, SECOND, maker_of
from vgpt2.tsql.run.compare import normalise, same_rows
from vgpt2.tsql.run.functions_duckdb import MACROS
from vgpt2.tsql.run.limits import SECONDS, NoSelect, TooMuch, connect, fetch, one_select
from vgpt2.tsql.run.transpile import Executable, NotExecutable, TsqlInvalid, transpile
from vgpt2.tsql.run.watch import Watch
from vgpt2.tsql.types import duckdb_type

__all__ = ["Engine", "Result", "engines", "prove_same", "same_rows"]

_CACHED = 4096
_KEPT_ROWS = 1_000


@dataclass(slots=True)
class Result:
    """What a query gave.

    `status`: `rows` (it ran), `error` (SQL Server would refuse it, or it failed here: time, memory, too many
    rows, two rows of a subquery that may give one) or `not_executable` (this engine has no equivalent; says nothing
    about the query).
    `rows` are normalised: decimals and floats rounded to 6 places, dates in ISO form, no trailing blanks.
    `order`: positions of the columns that ORDER BY sorts by, None where they are not all selected.
    """

    status: Literal["rows", "error", "not_executable"]
    columns: tuple[str, ...] = ()
    rows: list[tuple] = field(default_factory=list)
    message: str = ""
    order: tuple[int, ...] | None = ()

    @property
    def says_something(self) -> bool:
        """Whether it ran and returned something: an aggregate over nothing is one row of NULL or 0."""
        return self.status == "rows" and any(value not in (None, 0) for row in self.rows for value in row)


class Engine:
    """An in-memory database with synthetic rows for one catalog and seed; tables are made when first read.

    `given`: rows (by qualified name, then column) for tables that shall hold these and no synthetic ones; a column
    that is left out is NULL. Use as a context manager, from one thread.
    """

    def __init__(
        self,
        catalog: Catalog,
        seed: int | str = 0,
        rows: int = ROWS,
        seconds: float = SECONDS,
        given: dict[str, list[dict]] | None = None,
    ):
        self.catalog = catalog
        self.given = given or {}
        self.seed = seed
        self.seconds = seconds
        self.maker = maker_of(catalog, seed, rows)
        self._connection = None
        self._made: dict[str, str] = {}  # qualified: how (rows, view)
        self._results: OrderedDict[str, Result] = OrderedDict()
        self._changed = False

    def __enter__(self) -> Engine:
        self._open()
        return self

    def __exit__(self, *exception) -> None:
        self.close()

    def close(self) -> None:
        """Forget the database."""
        if self._connection is not None:
            self._watch.stop()
            self._connection.close()
            self._connection = None
        self._made.clear()
        self._results.clear()

    def run(self, sql: str) -> Result:
        """The rows of one T-SQL SELECT. Never raises for what the text is."""
        if self._changed:
            return self._run(sql)
        known = self._results.get(sql)
        if known is not None:
            self._results.move_to_end(sql)
            return known
        result = self._run(sql)
        if len(result.rows) <= _KEPT_ROWS:
            self._results[sql] = result
        if len(self._results) > _CACHED // 8:
            self._results.popitem(last=False)
        return result

    @contextmanager
    def changed(self, changes: dict[str, dict[str, list]]) -> Iterator[None]:
        """Within it, columns of tables (by qualified name) hold these values in place of their own, in turn by row.

        Only tables that a query has read before are changed, and none that is filled from a view's own SQL.

        Raises:
            ValueError: a value is none of the column's type.
        """
        import duckdb

        if self._connection is None:
            self._open()
        self._connection.execute("BEGIN")
        self._changed = True
        try:
            for qualified, columns in changes.items():
                if self._made.get(qualified) == "rows":
                    self._update(qualified, columns)
            yield
        except duckdb.Error as error:
            raise ValueError(_line(error)) from None
        finally:
            self._changed = False
            if self._connection is not None:
                self._connection.execute("ROLLBACK")

    def _update(self, qualified: str, columns: dict[str, list]) -> None:
        table = self.catalog.by_qualified[qualified]
        turn, sets = 1, []
        for name, values in columns.items():
            cases = " ".join(f"WHEN {place} THEN {_value(value)}" for place, value in enumerate(values))
            sets.append(f"{_quoted(name)} = CASE (rowid // {turn}) % {len(values)} {cases} END")
            turn *= len(values)
        self._connection.execute(f"UPDATE {_quoted(table.schema)}.{_quoted(table.name)} SET {', '.join(sets)}")

    def _run(self, sql: str) -> Result:
        try:
            executable = _transpiled(self.catalog, sql)
        except TsqlInvalid as error:
            return Result("error", message=str(error))
        except NotExecutable as error:
            return Result("not_executable", message=str(error))
        if self._connection is None:
            self._open()
        import duckdb

        try:
            for qualified in executable.tables:
                self._make(qualified)
        except duckdb.Error as error:
            return Result("not_executable", message=_line(error))
        return self._execute(executable)

    def _execute(self, executable: Executable) -> Result:
        import duckdb

        connection = self._connection
        self._watch.begin(self.seconds)
        try:
            cursor = connection.execute(one_select(connection, executable.sql))
            rows = fetch(cursor)
            names = tuple(column[0] for column in cursor.description or ())
        except (duckdb.CatalogException, duckdb.BinderException, duckdb.ParserException) as error:
            # The text resolved against the catalog, so that this is a gap of the rewriting, not a fault of the query.
            return Result("not_executable", message=_line(error))
        except duckdb.InterruptException:
            return Result("error", message=f"took more than {self.seconds:g} s")
        except (duckdb.NotImplementedException, duckdb.ConversionException) as error:
            # Synthetic values that cannot be converted: real ones might be.
            return Result("not_executable", message=_line(error))
        except (duckdb.FatalException, duckdb.InternalException, MemoryError) as error:
            # The database refuses everything after these.
            self.close()
            return Result("error", message=_line(error) or "took more memory than it may")
        except TooMuch as error:
            connection.interrupt()
            return Result("error", message=str(error))
        except (duckdb.Error, NoSelect, OverflowError, ValueError, RuntimeError) as error:
            return Result("error", message=_line(error))
        finally:
            self._watch.end()
        columns = names
        if len(executable.columns) == len(names):
            columns = tuple(written or name for written, name in zip(executable.columns, names, strict=True))
        return Result("rows", columns, normalise(rows), order=executable.order)

    # ---- tables

    def _open(self) -> None:
        connection = connect()
        for schema in sorted({table.schema for table in self.catalog.tables}):
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(schema)}")
        for macro in MACROS:
            connection.execute(f"CREATE MACRO {macro}")
        if not self.catalog.database.case_sensitive:
            connection.execute("SET default_collation = 'NOCASE'")
        connection.execute("SET lock_configuration = true")
        self._connection = connection
        self._watch = Watch(connection)

    def _make(self, qualified: str) -> None:
        """Create a table or view with its rows, if it is not there yet."""
        if qualified in self._made:
            return
        self._made[qualified] = "rows"
        table = self.catalog.by_qualified[qualified]
        if table.kind == "view" and not table.base_table and table.sql and self._make_view(table):
            self._made[qualified] = "view"
            return
        columns = ", ".join(f"{_quoted(column.name)} {duckdb_type(column.base_type)}" for column in table.columns)
        name = f"{_quoted(table.schema)}.{_quoted(table.name)}"
        self._connection.execute(f"CREATE TABLE {name} ({columns})")
        rows = self.given[qualified] if qualified in self.given else self.maker.rows(qualified)
        if rows:
            values = ", ".join(
                "(" + ", ".join(_value(row.get(column.name)) for column in table.columns) + ")" for row in rows
            )
            self._connection.execute(f"INSERT INTO {name} VALUES {values}")

    def _make_view(self, table: Table) -> bool:
        """Fill a view over several tables from its own SQL; False where that does not run or gives nothing."""
        import duckdb

        from vgpt2.tsql.run.views import select_of

        try:
            executable = _transpiled(self.catalog, select_of(table.sql))
        except (TsqlInvalid, NotExecutable):
            return False
        if table.qualified in executable.tables:
            return False
        for qualified in executable.tables:
            self._make(qualified)
        result = self._execute(executable)
        if result.status != "rows" or not result.rows or len(result.columns) != len(table.columns):
            return False
        name = f"{_quoted(table.schema)}.{_quoted(table.name)}"
        names = ", ".join(_quoted(column.name) for column in table.columns)
        try:
            self._connection.execute(f"CREATE TABLE {name} AS SELECT * FROM ({executable.sql}) AS v({names})")
        except duckdb.Error:
            return False
        return True


def engines(catalog: Catalog, seed: int | str = 0, rows: int = ROWS) -> tuple[Engine, Engine]:
    """Two engines whose data differ: what gives the same rows on both is not so by luck."""
    return Engine(catalog, seed, rows), Engine(catalog, f"{seed}/{SECOND}", rows)


def prove_same(engines: tuple[Engine, ...], gold_sql: str, answer_sql: str, ordered: bool = False) -> bool | None:
    """Whether two queries give the same rows on all engines.

    False: they differ on one of them, or the answer is refused or fails. None: it cannot be told, because one of them
    is not executable here, or the gold fails.
    """
    for engine in engines:
        gold, answer = engine.run(gold_sql), engine.run(answer_sql)
        if gold.status != "rows" or answer.status == "not_executable":
            return None
        if answer.status == "error" or not same_rows(gold, answer, ordered):
            return False
    return True


class _Transpiled(OrderedDict[str, Executable | TsqlInvalid | NotExecutable]):
    """By the statement: what DuckDB runs, or why it cannot."""


def _transpiled(catalog: Catalog, sql: str) -> Executable:
    """The statement for DuckDB, kept on the catalog: both engines run the same texts."""
    kept = catalog.derived.get(_Transpiled, _Transpiled)
    found = kept.get(sql)
    if found is None:
        try:
            found = transpile(sql, catalog)
        except (TsqlInvalid, NotExecutable) as error:
            found = error
        kept[sql] = found
        if len(kept) > _CACHED:
            kept.popitem(last=False)
    if isinstance(found, Exception):
        raise found
    return found


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _value(value) -> str:
    """A Python value as DuckDB's SQL writes it."""
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    if hasattr(value, "isoformat"):
        return f"'{value.isoformat(' ') if hasattr(value, 'hour') and hasattr(value, 'year') else value.isoformat()}'"
    return str(value)


def _line(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]
