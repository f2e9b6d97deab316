"""Two small catalogs: one in the Vista manner (case-sensitive, house rules), one with schemas and neither."""

from __future__ import annotations

from pathlib import Path

import pytest

from vgpt2.catalog.model import Catalog, Column, ForeignKey, Join, Parameter, Routine, Table
from vgpt2.database_settings import DatabaseSettings
from vgpt2.settings import load_database

FIXTURES = Path(__file__).parents[1] / "fixtures" / "tsql"

TYPES = {
    "bCompany": "tinyint",
    "bMonth": "smalldatetime",
    "bDate": "smalldatetime",
    "bDollar": "numeric(12,2)",
    "bDesc": "varchar(30)",
    "bGroup": "tinyint",
    "bVendor": "int",
    "bJob": "varchar(10)",
    "bYN": "char(1)",
}

# Name: columns as `Name type` (`?` allows NULL); the key columns are marked with `*`.
VISTA = {
    "APTH": "APCo* bCompany, Mth* bMonth, APTrans* int, VendorGroup bGroup, Vendor bVendor, APRef varchar(15)?, "
    "InvDate bDate, DueDate bDate?, InvTotal bDollar, Description bDesc?, Status tinyint=0|1|2, OpenYN bYN=Y|N, "
    "KeyID bigint",
    "APTL": "APCo* bCompany, Mth* bMonth, APTrans* int, APLine* smallint, JCCo bCompany?, Job bJob?, "
    "GrossAmt bDollar, Description bDesc?, Units numeric(12,3)?",
    "APVM": "VendorGroup* bGroup, Vendor* bVendor, SortName varchar(15), Name varchar(60), City varchar(30)?, "
    "State varchar(4)?, ActiveYN bYN=Y|N",
    "JCJM": "JCCo* bCompany, Job* bJob, Description bDesc?, JobStatus tinyint=0|1|2|3, ProjectMgr int?",
    "JCCD": "JCCo* bCompany, Mth* bMonth, CostTrans* int, Job bJob, ActualDate bDate, ActualCost bDollar, "
    "ActualHours numeric(10,2), Source varchar(10)",
    "HQCO": "HQCo* bCompany, Name varchar(60), City varchar(30)?",
    "HQGP": "Grp* bGroup, Description bDesc?",
}
VISTA_JOINS = [
    ("APTL", "APCo, Mth, APTrans", "APTH", "APCo, Mth, APTrans", "foreign_key"),
    ("APTH", "VendorGroup, Vendor", "APVM", "VendorGroup, Vendor", "foreign_key"),
    ("APTL", "JCCo, Job", "JCJM", "JCCo, Job", "recipe"),
    ("JCCD", "JCCo, Job", "JCJM", "JCCo, Job", "foreign_key"),
    ("APTH", "APCo", "HQCO", "HQCo", "foreign_key"),
    ("JCJM", "JCCo", "HQCO", "HQCo", "foreign_key"),
]
OPEN_INVOICES = (
    "CREATE VIEW dbo.APOpen AS SELECT APTH.APCo, APTH.Mth, APTH.APTrans, APVM.Name AS VendorName, APTH.InvTotal "
    "FROM dbo.APTH JOIN dbo.APVM ON APTH.VendorGroup = APVM.VendorGroup AND APTH.Vendor = APVM.Vendor"
)

WORKS = {
    "Sales.SalesOrderHeader": "SalesOrderID* int, OrderDate datetime, DueDate datetime, CustomerID int, "
    "SalesPersonID int?, Status tinyint, TotalDue money, Comment nvarchar(128)?",
    "Sales.SalesOrderDetail": "SalesOrderID* int, SalesOrderDetailID* int, ProductID int, OrderQty smallint, "
    "UnitPrice money, LineTotal numeric(38,6)",
    "Sales.Customer": "CustomerID* int, PersonID int?, TerritoryID int?, AccountNumber varchar(10)",
    "Production.Product": "ProductID* int, Name nvarchar(50), Color nvarchar(15)?, ListPrice money, "
    "SellStartDate datetime, Size nvarchar(5)?",
    "Person.Address": "AddressID* int, City nvarchar(30), PostalCode nvarchar(15), SpatialLocation geography?",
    "Sales.Price": "ProductID* int, Amount money, Label char(4)?, Known date?, At time?, Row uniqueidentifier?, "
    "Flag bit?, Note text?, Stamp datetimeoffset?, ValidFrom datetime2, ValidTo datetime2",
    "dbo.Order Details": "OrderID* int, ProductID* int, Unit Price money",
}
WORKS_JOINS = [
    ("Sales.SalesOrderHeader", "CustomerID", "Sales.Customer", "CustomerID", "foreign_key"),
    ("Sales.SalesOrderDetail", "SalesOrderID", "Sales.SalesOrderHeader", "SalesOrderID", "foreign_key"),
    ("Sales.SalesOrderDetail", "ProductID", "Production.Product", "ProductID", "foreign_key"),
]


APTH_COLUMNS = (
    "APCo Mth APTrans VendorGroup Vendor APRef InvDate DueDate InvTotal Description Status OpenYN KeyID".split()
)
VISTA_ROWS = {
    "dbo.APTH": (
        APTH_COLUMNS,
        [
            (1, "2024-01-01", 1, 1, 1, "A-1", "2024-01-10", "2024-02-10", 100, "Steel", 0, "Y", 1),
            (1, "2024-01-01", 2, 1, 2, "A-2", "2024-01-20", None, 250.5, None, 1, "N", 2),
            (1, "2024-02-01", 1, 1, 1, "A-3", "2024-02-05", "2024-03-05", 75.25, "Paint", 0, "Y", 3),
            (1, "2024-03-01", 1, 1, 3, None, "2024-03-15", "2024-06-30", -20, "Steel", 2, "N", 4),
            (2, "2024-03-01", 1, 1, 2, "B-1", "2024-03-31", "2024-04-30", 250.5, "fuel", 0, "Y", 5),
        ],
    ),
    "dbo.APTL": (
        "APCo Mth APTrans APLine JCCo Job GrossAmt".split(),
        [
            (1, "2024-01-01", 1, 1, 1, "J1", 60),
            (1, "2024-01-01", 1, 2, 1, "J2", 40),
            (1, "2024-01-01", 2, 1, None, None, 250.5),
            (1, "2024-02-01", 1, 1, 1, "J1", 75.25),
        ],
    ),
    "dbo.APVM": (
        "VendorGroup Vendor SortName Name City State ActiveYN".split(),
        [
            (1, 1, "ALD", "Alder", "Dover", "CO", "Y"),
            (1, 2, "BLU", "Blue", "Hudson", None, "Y"),
            (1, 3, "CED", "Cedar", None, "TX", "N"),
            (1, 4, "DEL", "Delta", "Dover", "CO", "Y"),
        ],
    ),
}
VISTA_ROWS["dbo.bAPTH"] = VISTA_ROWS["dbo.APTH"]
WORKS_ROWS = {
    "Production.Product": (
        "ProductID Name Color ListPrice SellStartDate".split(),
        [
            (1, "Chain", "Red", 10, "2024-01-01"),
            (2, "chair", "red", 20, "2024-01-01"),
            (3, "Desk", "Blue", 5, "2024-02-01"),
        ],
    ),
    "dbo.Order Details": (["OrderID", "ProductID", "Unit Price"], [(1, 1, 1.5)]),
}


def make_table(name: str, text: str, kind: str = "table", **more) -> Table:
    """A table from the short form above."""
    schema, _, bare = name.rpartition(".")
    columns, key = [], []
    for part in _parts(text):
        column, _, declared = part.rpartition(" ")
        declared, _, values = declared.partition("=")
        if column.endswith("*"):
            column = column[:-1]
            key.append(column)
        kind_of = declared.rstrip("?")
        columns.append(
            Column(
                column,
                kind_of,
                TYPES.get(kind_of, kind_of),
                nullable=declared.endswith("?"),
                values=values.split("|") if values else [],
            )
        )
    return Table(schema or "dbo", bare, kind, columns, key=key, **more)


def _parts(text: str) -> list[str]:
    """Split at commas outside brackets."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append(text[start:position].strip())
            start = position + 1
    return [*parts, text[start:].strip()]


def make_joins(joins: list) -> list[Join]:
    """Joins whose left side is the many side."""
    found = []
    for left, left_columns, right, right_columns, origin in joins:
        left, right = (name if "." in name else f"dbo.{name}" for name in (left, right))
        found.append(Join(left, left_columns.split(", "), right, right_columns.split(", "), origin, many_side=left))
    return found


def make_vista() -> Catalog:
    """Views over base tables, composite keys, case-sensitive names, all house rules."""
    tables = []
    for name, text in VISTA.items():
        tables.append(make_table(f"b{name}", text, module=name[:2]))
        tables.append(make_table(name, text, "view", module=name[:2], base_table=f"dbo.b{name}"))
    text = "APCo bCompany, Mth bMonth, APTrans int, VendorName varchar(60), InvTotal bDollar"
    reads = ["dbo.APTH", "dbo.APVM"]
    tables.append(make_table("APOpen", text, "view", module="AP", sql=OPEN_INVOICES, reads=reads))
    tables.append(make_table("audit.Log", "LogID* int, Text varchar(100)", module="audit"))
    header = ["APCo", "Mth", "APTrans"]
    return Catalog(
        load_database("vista.yaml"),
        tables=sorted(tables, key=lambda table: table.qualified),
        types=TYPES,
        joins=make_joins(VISTA_JOINS),
        foreign_keys=[ForeignKey("FK_bAPTL_bAPTH", "dbo.bAPTL", header, "dbo.bAPTH", header)],
        routines=[Routine("dbo", "vfMonthEnd", "function"), Routine("dbo", "vfVendorList", "function")],
    )


def make_works() -> Catalog:
    """Schemas, one-column keys, names of any case, a table with a blank in its name, no house rules."""
    database = DatabaseSettings(name="works", prefix="works", title="Works", house_rules={"no_select_star": False})
    tables = [make_table(name, text, temporal=name == "Sales.Price") for name, text in WORKS.items()]
    product, day = Parameter("@Product", "int"), Parameter("@Day", "date")
    routines = [
        Routine("dbo", "ufnPrice", "function", [product, day], returns="money"),
        Routine("dbo", "ufnPrices", "function", [product], returns="table"),
        Routine("Sales", "ufnToday", "function", returns="date"),
    ]
    tables.sort(key=lambda table: table.qualified)
    return Catalog(database, tables=tables, joins=make_joins(WORKS_JOINS), routines=routines)


@pytest.fixture(scope="session")
def vista() -> Catalog:
    return make_vista()


@pytest.fixture(scope="session")
def works() -> Catalog:
    return make_works()


@pytest.fixture(scope="session")
def catalogs(vista, works) -> dict[str, Catalog]:
    return {"vista": vista, "works": works}


@pytest.fixture(scope="session")
def small(vista, works):
    """Engines by catalog name that hold the few rows above."""
    from vgpt2.tsql.run.execute import Engine

    engines = {}
    for name, catalog, tables in (("vista", vista, VISTA_ROWS), ("works", works, WORKS_ROWS)):
        given = {table: [dict(zip(names, row, strict=True)) for row in rows] for table, (names, rows) in tables.items()}
        engines[name] = Engine(catalog, given=given)
    yield engines
    for engine in engines.values():
        engine.close()


def read_cases(path: Path) -> list:
    """(catalog, expectation, SQL) for each line of a fixture file; `-- catalog: x` changes the catalog.

    A line is `rule rule: SQL`, in `valid.sql` the SQL alone; other lines that begin with `-- ` are headings. The
    expectation of a valid statement is what the engine makes of it: rows, or not_executable after `-- engine: none`.
    """
    cases = []
    catalog, engine = "vista", "rows"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("-- catalog:"):
            catalog, engine = line.partition(":")[2].strip(), "rows"
        elif line == "-- engine: none":
            engine = "not_executable"
        elif line.strip() and not line.startswith("-- "):
            expectation, _, sql = (engine, "", line) if path.name == "valid.sql" else line.partition(": ")
            cases.append(pytest.param((catalog, expectation, sql), id=f"{path.stem}-{number}"))
    return cases


def pytest_generate_tests(metafunc) -> None:
    """A test that asks for `valid_case`, `invalid_case`, ... gets the lines of `valid.sql`, `invalid.sql`, ..."""
    for name in metafunc.fixturenames:
        if name.endswith("_case"):
            metafunc.parametrize(name, read_cases(next(FIXTURES.rglob(f"{name.removesuffix('_case')}.sql"))))
