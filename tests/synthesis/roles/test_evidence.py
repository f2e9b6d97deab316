"""What people group and filter by is read from the database's own queries, else from what every business asks by."""

import pytest

from vgpt2.catalog.model import Catalog, Column, Document, Join, Table
from vgpt2.database_settings import DatabaseSettings
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.roles.evidence import Filtered, Grouped, is_filtered_by, is_grouped_by, is_named, own_queries

DATABASE = DatabaseSettings(name="x", prefix="x", title="X")
QUERY = """
SELECT t.[SortKey], SUM(t.Amount) FROM Trips t JOIN Vans v ON v.VanID = t.VanID
WHERE t.Lane = 'A' AND v.Colour IN (N'red') AND t.PaidOn IS NULL AND t.VanID = v.VanID AND t.Seats BETWEEN 2 AND 4
GROUP BY t.[SortKey], YEAR(t.TripDate), v.Maker HAVING SUM(t.Amount) > 5 ORDER BY t.Amount
"""


def table(name, text, key=("ID",), values=None):
    columns = [
        Column(column, kind, kind, values=(values or {}).get(column, []))
        for column, kind in (part.split() for part in text.split(", "))
    ]
    return Table("dbo", name, "table", columns, key=list(key))


def context(*tables, sql="", joins=()):
    keys = [Join(f"dbo.{a}", [near], f"dbo.{b}", [far], "foreign_key", 1, f"dbo.{a}") for a, near, b, far in joins]
    documents = [Document("report_query", "r", "r", "", sql=sql)] if sql else []
    return Context(Catalog(DATABASE, list(tables), joins=keys, documents=documents), 1, "train")


def test_what_the_own_queries_group_by_and_compare_is_read_from_their_text():
    catalog = context(table("Trips", "ID int"), sql=QUERY).catalog
    assert list(own_queries(catalog)) == [QUERY]
    assert {"sortkey", "maker"} <= Grouped.of(catalog) and not {"amount", "lane", "year"} & Grouped.of(catalog)
    assert Filtered.of(catalog) == {"lane", "colour", "paidon", "seats"}


@pytest.mark.parametrize(
    ("column", "type_", "sql", "joined", "grouped"),
    [
        ("SortKey", "char(4)", QUERY, False, True),  # a query does so
        ("SortKey", "char(4)", "", False, False),
        ("FuelKind", "char(4)", "", False, True),  # a kind of its own rows
        ("FuelKind", "char(4)", QUERY, True, False),  # of what the rows refer to, only as the queries do
        ("Maker", "char(4)", QUERY, True, True),
        ("CustomerID", "int", QUERY, False, True),  # what every business asks by
        ("TermsID", "int", QUERY, False, False),
    ],
)
def test_people_group_by_what_the_queries_do_by_kinds_and_by_what_has_a_name(column, type_, sql, joined, grouped):
    trips = table("Trips", f"ID int, TripDate date, {column} {type_}, Amount money")
    customers = table("Customers", "CustomerID int, CustomerName varchar(40)", ["CustomerID"])
    terms = table("PaymentTerms", "TermsID int, Description varchar(40)", ["TermsID"])
    end = {"CustomerID": "Customers", "TermsID": "PaymentTerms"}.get(column)
    joins = [("Trips", column, end, column)] if end else []
    ctx = context(trips, customers, terms, sql=sql, joins=joins)
    assert is_grouped_by(ctx, trips, trips.column(column), joined) is grouped


@pytest.mark.parametrize(
    ("column", "filtered"),
    [("Lane", True), ("SomeYN", True), ("ID", True), ("TripType", True), ("TermsID", False), ("Plate", False)],
)
def test_rows_are_picked_by_what_the_queries_compare_by_flags_and_by_kinds(column, filtered):
    text = "ID int, Lane char(1), SomeYN char(1), TripType char(1), TermsID int, Plate char(8)"
    trips = table("Trips", text, values={"SomeYN": ["Y", "N"]})
    ctx = context(trips, sql=QUERY)
    assert is_filtered_by(ctx, trips, trips.column(column)) is filtered


def test_of_the_sample_people_ask_by_partners_and_not_by_terms_and_taxes(sample):
    ctx = Context.of(sample, 1, "train")
    named = {table.name for table in sample.queryable if is_named(ctx, table)}
    assert {"APVM", "ARCM", "JCJM", "JCCM", "EMEM", "PREH", "JCDM", "GLAC", "HQMT", "JCCT"} <= named
    assert not {"HQPT", "HQTX", "HQUM", "HQCO", "APTH"} & named
