"""Runs T-SQL on synthetic rows, and says whether two queries give the same rows.

The engine is safe against what a model writes: a text runs only if it is one SELECT that resolves against the
catalog and was rewritten by us; DuckDB runs in memory with external access off and its settings locked; time, memory
and rows are limited (`tsql.run.limits`). SQL that a model wrote runs in a process of its own (`tsql.run.sandbox`).
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vgpt2.catalog.model import Catalog, Table
from vgpt2.tsql.rows.held import DataSet, filled
from vgpt2.tsql.rows.looks import Value
from vgpt2.tsql.rows.rows import ROWS, SECOND, maker_of
from vgpt2.tsql.run.attempt import attempt, line_of
from vgpt2.tsql.run.compare import same_rows
from vgpt2.tsql.run.limits import SECONDS
from vgpt2.tsql.run.prepare import prepared
from vgpt2.tsql.run.result import Result
from vgpt2.tsql.run.tables import (
    columns_named,
    create_from_query,
    create_table,
    drop_table,
    open_database,
    replace_rows,
    update_table,
)
from vgpt2.tsql.run.transpile import Executable
from vgpt2.tsql.run.values.functions import Functions
from vgpt2.tsql.run.views import is_computed, reads, select_of, views_read
from vgpt2.tsql.run.watch import Watch

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["Engine", "Result", "engines", "prove_same", "same_rows"]

# Values for columns by table: `{"dbo.APTH": {"Vendor": [1, 2]}}`.
Changes = dict[str, dict[str, list[Value]]]
_CACHED_RESULTS = 512
_KEPT_ROWS = 1_000
# What DuckDB says before an error that is ours.
_OWN_WORDS = re.compile(r"\AInvalid Input Error: (Python exception occurred while executing the UDF: \w+: )?")


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
        given: dict[str, list[dict[str, Value]]] | None = None,
    ):
        self.catalog = catalog
        self.given = given or {}
        self.seed = seed
        self.seconds = seconds
        self.maker = maker_of(catalog, seed, rows)
        self._open: tuple[DuckDBPyConnection, Watch, Functions] | None = None
        self._made: dict[str, str] = {}  # qualified: how (rows, view)
        self._results: OrderedDict[Executable, Result] = OrderedDict()
        self._changed = False
        self._holds: DataSet = {}

    def __enter__(self) -> Engine:
        self._opened()
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Forget the database."""
        if self._open is not None:
            connection, watch, _ = self._open
            watch.stop()
            connection.close()
            self._open = None
        self._made.clear()
        self._results.clear()

    def run(self, query: str | Executable | Result) -> Result:
        """The rows of one T-SQL SELECT, or of what `prepare` made of one. Never raises for what the text is."""
        executable = prepared(self.catalog, query) if isinstance(query, str) else query
        if isinstance(executable, Result):
            return executable
        if self._changed:
            return self._run(executable)
        known = self._results.get(executable)
        if known is not None:
            self._results.move_to_end(executable)
            return known
        result = self._run(executable)
        if len(result.rows) <= _KEPT_ROWS:
            self._results[executable] = result
        if len(self._results) > _CACHED_RESULTS:
            self._results.popitem(last=False)
        return result

    @contextmanager
    def changed(self, changes: Changes) -> Iterator[None]:
        """Within it, columns of tables (by qualified name) hold these values in place of their own, in turn by row.

        Only tables that a query has read before are changed, and none that is filled from a view's own SQL.

        Raises:
            ValueError: a value is none of the column's type.
        """
        with self._apart() as connection:
            for qualified, columns in changes.items():
                if self._made.get(qualified) == "rows":
                    update_table(connection, self.catalog.by_qualified[qualified], columns)
            yield

    @contextmanager
    def holding(self, data: DataSet, queries: Sequence[Executable]) -> Iterator[None]:
        """Within it, the tables of a data set hold its rows, for these queries; views that are computed from them show
        what follows.

        Raises:
            ValueError: a value is none of its column's type, or a table cannot be made.
        """
        import duckdb

        read = dict.fromkeys(name for query in queries for name in query.tables)
        sources = dict.fromkeys(source for name in read for source in reads(self.catalog, name))
        try:
            for name in sources:
                self._make(name)
        except duckdb.Error as error:
            raise ValueError(line_of(error)) from None
        # Only those that the queries read are computed anew.
        computed = dict.fromkeys(view for name in read for view in views_read(self.catalog, name))
        texts = "" if computed else " ".join(query.sql for query in queries)
        with self._apart() as connection:
            for name in sources:
                held = data.get(self.maker.owner(name).qualified)
                if held is not None:
                    table = self.catalog.by_qualified[name]
                    names = columns_named(table, texts)
                    replace_rows(connection, table, filled(held, table, self.maker, names))
            for name in computed:
                if self._made.pop(name, None):
                    drop_table(connection, self.catalog.by_qualified[name])
            self._holds = data
            yield

    @contextmanager
    def _apart(self) -> Iterator[DuckDBPyConnection]:
        """A transaction that is rolled back: what is made or changed within it is gone after it."""
        import duckdb

        connection, _, functions = self._opened()
        made, macros = dict(self._made), set(functions.macros)
        connection.execute("BEGIN")
        self._changed = True
        try:
            yield connection
        except duckdb.Error as error:
            raise ValueError(line_of(error)) from None
        finally:
            self._changed = False
            self._holds = {}
            # A query that made the database fail has closed it.
            if self._open is not None and self._open[0] is connection:
                connection.execute("ROLLBACK")
                # Tables that were first read meanwhile are gone again.
                self._made = made
                functions.macros = macros

    def _run(self, executable: Executable) -> Result:
        import duckdb

        try:
            for qualified in executable.tables:
                self._make(qualified)
        except duckdb.Error as error:
            return Result("not_executable", message=line_of(error))
        return self._execute(executable)

    def _execute(self, executable: Executable) -> Result:
        connection, watch, functions = self._opened()
        watch.begin(self.seconds)
        try:
            result, broken = attempt(connection, functions, executable, self.seconds)
        finally:
            watch.end()
        if broken:
            self.close()
        return result

    # ---- tables

    @property
    def _connection(self) -> DuckDBPyConnection:
        return self._opened()[0]

    def _opened(self) -> tuple[DuckDBPyConnection, Watch, Functions]:
        if self._open is None:
            connection = open_database(self.catalog)
            self._open = connection, Watch(connection), Functions(connection)
        return self._open

    def _make(self, qualified: str) -> None:
        """Create a table or view with its rows, if it is not there yet.

        Raises:
            duckdb.Error: the engine does not take it.
        """
        if qualified in self._made:
            return
        self._made[qualified] = "rows"
        table = self.catalog.by_qualified[qualified]
        computed = is_computed(self.catalog, qualified)
        if computed and self._make_view(table):
            self._made[qualified] = "view"
            return
        rows = self.given[qualified] if qualified in self.given else self.maker.rows(qualified)
        if computed and self._holds:
            rows = []
        create_table(self._connection, table, rows)

    def _make_view(self, table: Table) -> bool:
        """Fill a view over several tables from its own SQL; False where that does not run or gives nothing."""
        import duckdb

        executable = prepared(self.catalog, select_of(table.sql))
        if isinstance(executable, Result) or table.qualified in executable.tables:
            return False
        for qualified in executable.tables:
            self._make(qualified)
        result = self._execute(executable)
        if result.status != "rows" or len(result.columns) != len(table.columns):
            return False
        # A view without rows tells nothing; but rows that were chosen for a question may well leave it empty.
        if not result.rows and not self._holds:
            return False
        try:
            create_from_query(self._connection, table, executable.sql)
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
