"""The objects of a database: tables with their columns and keys, joins, programs, and what is said of them.

Each is kept as the sources have it; the catalog (`catalog/model.py`) holds them all.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Column:
    """A column of a table or an output column of a view.

    `type` is the declared type (`bCompany`, `varchar(30)`), `base_type` what it comes down to (`tinyint`).
    """

    name: str
    type: str
    base_type: str
    nullable: bool = True
    identity: bool = False
    computed: str = ""
    default: str = ""
    description: str = ""
    description_source: str = ""
    values: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Key:
    """A candidate key. `origin`: primary_key, unique_clustered, unique_constraint or unique_index."""

    name: str
    columns: list[str]
    origin: str


@dataclass(slots=True)
class Index:
    """An index that is not a key."""

    name: str
    columns: list[str]
    unique: bool = False


@dataclass(slots=True)
class Table:
    """A table or a view. `key` is the business key (empty: none known); `base_table` is set for a view that
    shows one table as it is (`select a.* from bAPTH a`), and then key, checks and descriptions are that table's;
    `filtered`, where it shows only some of its rows. `uses`: how many views, programs and reports name the table;
    `weight`: the share of the questions that it should have, 1 for the most used, little for copies and backups."""

    schema: str
    name: str
    kind: str  # table, view or synonym; of `Catalog.table_types` table_type
    columns: list[Column]
    module: str = ""
    key: list[str] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)
    description: str = ""
    description_source: str = ""
    base_table: str = ""  # qualified name
    filtered: bool = False
    uses: int = 0
    weight: float = 1.0
    reads: list[str] = field(default_factory=list)  # qualified names that a view reads
    sql: str = ""
    source: str = ""
    temporal: bool = False  # a table that keeps its history: FOR SYSTEM_TIME may ask for it

    @property
    def qualified(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"

    def column(self, name: str) -> Column | None:
        """The column of exactly this name, or None."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass(slots=True)
class ForeignKey:
    """A declared foreign key: `columns` of `table` refer to `referenced_columns` of `referenced_table`."""

    name: str
    table: str  # qualified
    columns: list[str]
    referenced_table: str  # qualified
    referenced_columns: list[str]
    disabled: bool = False


@dataclass(slots=True)
class Join:
    """A proven way to join two queryable tables: `left.left_columns[i] = right.right_columns[i]` for every i.

    `origin`: foreign_key, recipe, view, procedure, report or shared_key. `many_side`: the qualified name of the
    side with many rows for one of the other, or empty where not known. `support`: how many sources show it, of these
    `uses` are queries of the database's own views, programs and reports.
    """

    left: str
    left_columns: list[str]
    right: str
    right_columns: list[str]
    origin: str
    support: int = 1
    many_side: str = ""
    uses: int = 0


@dataclass(slots=True)
class Parameter:
    """A parameter of a procedure or function."""

    name: str
    type: str
    output: bool = False
    description: str = ""


@dataclass(slots=True)
class Routine:
    """A procedure or function. `returns`: the type of a function, `table` if it gives rows, empty if not known."""

    schema: str
    name: str
    kind: str  # procedure or function
    parameters: list[Parameter] = field(default_factory=list)
    description: str = ""
    description_source: str = ""
    module: str = ""
    reads: list[str] = field(default_factory=list)  # qualified names of tables and views
    writes: list[str] = field(default_factory=list)
    queries: list[str] = field(default_factory=list)  # its SELECTs over two tables or more
    source: str = ""
    returns: str = ""
    columns: list[Column] = field(default_factory=list)  # of the table that a function gives; empty: none, or not known

    @property
    def qualified(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"


@dataclass(slots=True)
class Sequence:
    """A source of numbers."""

    schema: str
    name: str
    type: str
    source: str = ""

    @property
    def qualified(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"


@dataclass(slots=True)
class Trigger:
    """A trigger with what its document says."""

    schema: str
    name: str
    table: str  # qualified
    events: list[str]  # INSERT, UPDATE, DELETE
    description: str = ""
    business_context: str = ""
    key_logic: list[str] = field(default_factory=list)
    effects: list[str] = field(default_factory=list)
    module: str = ""
    source: str = ""

    @property
    def qualified(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"


@dataclass(slots=True)
class Document:
    """A text that belongs to the database. `kind`: reference, heuristic, workflow, report_query, expert_query.

    `title` is its heading or its stated purpose; `sql` is set for queries.
    """

    kind: str
    name: str
    title: str
    text: str = ""
    sql: str = ""
    module: str = ""
    source: str = ""


@dataclass(slots=True)
class FormField:
    """A field of a form, as a user sees it, and the column that it shows. `table`: its qualified name, where known."""

    form: str
    tab: str
    description: str
    column: str
    table: str = ""


@dataclass(slots=True)
class Meaning:
    """What people call one thing, by what the database itself says, the most trusted first.

    `of`: qualified name of a table, view or routine, or of a column; with `value`, of that value of the column.
    `words`: for each its text, its kind (one of `catalog/meaning/kinds.py`) and its source (file and line, or object).
    """

    of: str
    words: list[list[str]]
    value: str = ""


# What is said of a type that a program gives the server.
ASSEMBLY_TYPE = "type of an assembly"


@dataclass(slots=True)
class Unread:
    """Something in the sources that was not understood. `object`: table or view, where one of these was lost by it."""

    construct: str
    file: str
    line: int
    text: str = ""
    object: str = ""


@dataclass(slots=True)
class Difference:
    """Where a VGPT2 folder and the scripts beside it disagree; the scripts were taken."""

    name: str  # qualified, of a table or column
    what: str
    folder: str
    scripts: str


@dataclass(slots=True)
class SqlMix:
    """What the database's own SELECTs are made of: how many join, group or compute, and which share of them has each
    trait of `catalog/sql_traits.py`."""

    queries: int = 0
    shares: dict[str, float] = field(default_factory=dict)
