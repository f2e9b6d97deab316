"""What a query says about the tables of a draft: which it reads, which columns it sets equal, which it gives out."""

from __future__ import annotations

from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.readers.draft import Draft
from vgpt2.catalog.shapes import ScopeShape, Shape

# In T-SQL's order of precedence: an expression of two numbers is of the later type.
_NUMBERS = "bit tinyint smallint int bigint smallmoney money numeric decimal real float".split()
Equality = tuple[Table, str, Table, str]


class Query:
    """A query's shape, resolved over the tables of a draft."""

    def __init__(self, draft: Draft, shape: Shape) -> None:
        self.draft, self.shape = draft, shape
        self._outputs: dict[int, list[Column]] = {}
        self._open: set[int] = set()  # scopes in which a star stands for columns that are not known

    def tables(self) -> list[Table]:
        """The known tables and views that the query reads, each once, in the order written."""
        found = (self.draft.table(parts) for parts in self.shape["tables"])
        return list({table.qualified: table for table in found if table}.values())

    def functions(self) -> list[Table]:
        """The functions of this database from which the query reads."""
        sources = (source for scope in self.shape["scopes"] for _, source, _ in scope["sources"] if source[0] == "f")
        found = (self.draft.functions.get(self.draft.key(*source[1:3])) for source in sources)
        return list({function.qualified: function for function in found if function}.values())

    def shows_whole(self) -> Table | None:
        """The table that the query shows as it is: `SELECT * FROM t` and nothing else."""
        return self.draft.table(self.shape["whole"]) if self.shape["whole"] else None

    def shows_part(self) -> Table | None:
        """The table of which the query shows rows, under the names of their columns: `SELECT * FROM t WHERE ...`."""
        return self.draft.table(self.shape["part"]) if self.shape["part"] else None

    def equalities(self) -> list[list[Equality]]:
        """For each pair of table instances in one SELECT, the columns that ON and WHERE set equal (AND-ed only)."""
        groups: list[list[Equality]] = []
        for scope in self.shape["scopes"]:
            pairs: dict[tuple[str, str], list[Equality]] = {}
            for left_table, left, right_table, right in scope["equal"]:
                one, other = self._owner(scope, left_table, left), self._owner(scope, right_table, right)
                if one and other and one[0] != other[0]:
                    (a, table_a, column_a), (b, table_b, column_b) = sorted((one, other), key=lambda side: side[0])
                    pairs.setdefault((a, b), []).append((table_a, column_a, table_b, column_b))
            groups += pairs.values()
        return groups

    def _owner(self, scope: ScopeShape, owner: str, name: str) -> tuple[str, Table, str] | None:
        """Alias, table and exact column name of a column that belongs to a table of this SELECT."""
        found = []
        for alias, source, _ in scope["sources"]:
            if source[0] == "t" and (not owner or owner.lower() == alias.lower()):
                table = self.draft.table(source[1:])
                if table and (known := self.draft.column(table, name)):
                    found.append((alias, table, known.name))
        return found[0] if len(found) == 1 else None

    def outputs(self) -> list[Column]:
        """The columns that the query gives out, typed where that can be told; nothing where it cannot be resolved, nor
        where a star stands for columns that are not known."""
        last = len(self.shape["scopes"]) - 1
        columns = self._of_scope(last) if self.shape["scopes"] else []
        return [] if last in self._open else columns

    def _of_scope(self, number: int) -> list[Column]:
        known = self._outputs.get(number)
        if known is None:
            self._outputs[number] = []  # a recursive CTE sees nothing of itself
            scope = self.shape["scopes"][number]
            if scope["first"] is not None:
                known = self._of_scope(scope["first"])
                is_open = scope["first"] in self._open
            else:
                known = [column for item in scope["items"] for column in self._of_item(scope, *item)]
                is_open = any(isinstance(value, str) and self._is_open(scope, value) for _, value in scope["items"])
            if is_open:
                self._open.add(number)
            self._outputs[number] = known
        return known

    def _is_open(self, scope: ScopeShape, alias: str) -> bool:
        """Whether a star stands for columns that are not known."""
        return any(
            source[1] in self._open if source[0] == "q" else not columns
            for (_, source, _), columns in self._with_columns(scope, alias)
        )

    def _sources(self, scope: ScopeShape, alias: str = "") -> list[list[Column]]:
        return [columns for _, columns in self._with_columns(scope, alias)]

    def _with_columns(self, scope: ScopeShape, alias: str) -> list[tuple[list, list[Column]]]:
        found = []
        for item in scope["sources"]:
            name, source, pivots = item
            if alias and alias.lower() not in {name.lower(), *(pivot[0].lower() for pivot in pivots)}:
                continue
            if source[0] == "t":
                table = self.draft.table(source[1:])
                columns = table.columns if table else []
            elif source[0] == "n":
                columns = [self._named(*item) for item in source[1]]
            elif source[0] == "f":
                columns = self._of_function(*source[1:])
            else:
                columns = _renamed(self._of_scope(source[1]), source[2])
            found.append((item, [*columns, *_pivoted(pivots, columns)]))
        return found

    def _of_function(self, schema: str, name: str, names: list[str]) -> list[Column]:
        """What a function gives; of one that is not known the names that the query gives its columns."""
        function = self.draft.functions.get(self.draft.key(schema, name))
        if function is None or not function.columns:
            return [Column(new, "", "") for new in names]
        return _renamed(function.columns, names)

    def _named(self, name: str, value: list) -> Column:
        # A value may be a column of a source beside it: only its declared type is looked at.
        declared = value[1] if value[0] in ("t", "l") else ""
        return Column(name, declared, self.draft.base_type(declared) if declared else "")

    def _of_item(self, scope: ScopeShape, name: str, value: list | str) -> list[Column]:
        if isinstance(value, str):  # the alias before a star
            return [_copy(column, column.name) for columns in self._sources(scope, value) for column in columns]
        if value[0] == "c":
            found = self._column(scope, value[1], value[2])
            if found:
                return [_copy(found, name)]
        declared = self._type(scope, value)
        return [Column(name, declared, self.draft.base_type(declared))]

    def _column(self, scope: ScopeShape, owner: str, name: str) -> Column | None:
        """The source's column that a column reference means."""
        case = self.draft.database.case_sensitive
        for columns in self._sources(scope, owner):
            for known in columns:
                if known.name == name or (not case and known.name.lower() == name.lower()):
                    return known
        return None

    def _type(self, scope: ScopeShape, value: list) -> str:
        """The T-SQL type of a value, as far as simple rules tell; else an empty string."""
        kind = value[0]
        if kind == "c":
            column = self._column(scope, value[1], value[2])
            return column.base_type if column else ""
        if kind in ("t", "l"):
            return self.draft.base_type(value[1]) if value[1] else ""
        known = [(found, part[0]) for part in value[1] if (found := self._type(scope, part))]
        wide = [name for name, of in known if of != "l"] or [name for name, _ in known] or [""]
        if kind == "j":
            wide = [name.split("(")[0] if "char" in name else name for name in wide]
        if all(name.split("(")[0] in _NUMBERS for name in wide):
            return max(wide, key=lambda name: _NUMBERS.index(name.split("(")[0]))
        return wide[0]


def _copy(column: Column, name: str) -> Column:
    return Column(
        name or column.name,
        column.type,
        column.base_type,
        column.nullable,
        description=column.description,
        description_source=column.description_source,
        values=list(column.values),
    )


def _renamed(columns: list[Column], names: list[str]) -> list[Column]:
    if len(names) != len(columns):
        return columns
    return [_copy(column, new) for column, new in zip(columns, names, strict=True)]


def _pivoted(pivots: list[list], columns: list[Column]) -> list[Column]:
    """The columns that PIVOT adds, of the type of what it aggregates."""
    made = []
    for _, aggregated, names in pivots:
        kind = next((column for column in columns if column.name.lower() == aggregated.lower()), None)
        made += [Column(name, kind.type if kind else "", kind.base_type if kind else "") for name in names]
    return made
