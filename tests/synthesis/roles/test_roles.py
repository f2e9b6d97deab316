"""Roles are told by names, types, keys and joins, in any database; expectations are in fixtures/roles."""

import re
from pathlib import Path

import pytest
import yaml
from tests.synthesis.streamed import streamed

from vgpt2.catalog.model import Catalog, Column, Join, Table
from vgpt2.database_settings import DatabaseSettings
from vgpt2.synthesis.column_roles import roles_of
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.columns import parts_of

CASES = yaml.safe_load((Path(__file__).parents[2] / "fixtures" / "roles" / "tables.yaml").read_text("utf-8"))
DATABASE = DatabaseSettings(name="x", prefix="x", title="X")


def column(name, text):
    kind, _, values = text.partition(" [")
    allowed = [value.strip() for value in values.rstrip("]").split(",") if value]
    base = kind.rstrip("?")
    return Column(name, base, base, nullable=kind.endswith("?"), values=allowed)


@pytest.mark.parametrize("name", CASES)
def test_the_columns_of_a_table(name):
    case = CASES[name]
    table = Table("dbo", "T", "table", [column(*item) for item in case["columns"].items()], key=case["key"])
    catalog = Catalog(DATABASE, [table])
    parts = parts_of(catalog, table, roles_of(catalog, table))
    for role, wanted in case["roles"].items():
        found = getattr(parts, role)
        if role == "name":
            assert found.name == wanted
            continue
        names = [item[0].name if isinstance(item, tuple) else item.name for item in found]
        assert (names == wanted) if role != "amounts" else (names[: len(wanted)] == wanted), (role, names)
    assert [f"{pair.first.name} {pair.second.name}" for pair in parts.pairs] == case.get("pairs", [])
    assert [state.template.format(state.column.name) for state in parts.open] == case["open"]


def test_when_something_is_expected_is_not_when_it_runs_out():
    days = [Column("ExpDate", "date", "date", description=said) for said in ("expected date", "expiry of the permit")]
    found = []
    for day in days:
        table = Table("dbo", "T", "table", [Column("ID", "int", "int", nullable=False), day], key=["ID"])
        catalog = Catalog(DATABASE, [table])
        found.append(parts_of(catalog, table, roles_of(catalog, table)).expires)
    assert found == [[], [days[1]]]


def test_what_was_there_before_is_not_added_up():
    names = ("BegBal", "OpeningBalance", "PrevPaid", "Paid", "OpenBalanceDue")
    columns = [Column(name, "money", "money") for name in names]
    table = Table("dbo", "T", "table", [Column("ID", "int", "int", nullable=False), *columns], key=["ID"])
    ctx = Context(Catalog(DATABASE, [table]), 1, "train")
    assert [column.name for column in ctx.roles(table).amounts] == ["Paid", "OpenBalanceDue"]


def two(lines, header, pairs, extra=()):
    tables = [lines, header, *extra]
    join = Join(
        lines.qualified,
        [a for a, _ in pairs],
        header.qualified,
        [b for _, b in pairs],
        "foreign_key",
        1,
        lines.qualified,
    )
    ctx = Context(Catalog(DATABASE, tables, joins=[join]), 1, "train")
    return book_of(ctx)


@pytest.mark.parametrize(
    ("lines", "key", "header", "is_header"),
    [
        ("OrderLines", ["OrderLineID"], "Orders", True),
        ("Order Details", ["OrderID", "ProductID"], "Orders", True),
        ("SalesOrderDetail", ["OrderID", "SalesOrderDetailID"], "SalesOrderHeader", True),
        ("StockItemHoldings", ["OrderID"], "Orders", False),
        ("OrderReasons", ["ReasonID", "OrderID"], "Orders", False),
    ],
)
def test_lines_belong_to_their_document(lines, key, header, is_header):
    columns = [Column(name, "int", "int") for name in dict.fromkeys(("OrderID", *key))]
    many = Table("dbo", lines, "table", columns, key=key)
    one = Table(
        "dbo", header, "table", [Column("OrderID", "int", "int"), Column("OrderDate", "date", "date")], key=["OrderID"]
    )
    book = two(many, one, [("OrderID", "OrderID")])
    (link,) = book.links(many)
    assert link.header is is_header
    assert [owner.name for owner, _ in book.moments(many)] == ([header] if is_header else [])


def test_who_touched_a_row_last_is_no_partner():
    many = Table(
        "dbo",
        "Invoices",
        "table",
        [Column("InvoiceID", "int", "int"), Column("LastEditedBy", "int", "int")],
        key=["InvoiceID"],
    )
    one = Table(
        "dbo",
        "People",
        "table",
        [Column("PersonID", "int", "int"), Column("FullName", "nvarchar(50)", "nvarchar(50)")],
        key=["PersonID"],
    )
    assert two(many, one, [("LastEditedBy", "PersonID")]).links(many) == []


def test_documents_of_the_sample_lead_to_partners_and_lines(sample):
    book = book_of(Context.of(sample, 1, "train"))
    invoices, lines = sample.by_qualified["dbo.APTH"], sample.by_qualified["dbo.APTL"]
    assert "dbo.APVM" in [link.end.qualified for link in book.partners(invoices)]
    assert [link.start.name for link in book.lines(invoices)] == ["APTL"]
    assert "dbo.APVM" in [link.end.qualified for link in book.all_partners(lines)]
    for table in sample.queryable:
        for link in book.links(table):
            keys = [link.end.key, *(key.columns for key in link.end.keys)]
            assert any(set(key) <= {name for _, name in link.pairs} for key in keys if key), link
            company = sample.company_column(link.end)
            assert not company or company in {name for _, name in link.pairs}


def test_what_a_row_says_itself_is_not_taken_from_its_neighbour(sample):
    """The job of a cost is that of its row, and not where the machine stands today."""
    book = book_of(Context.of(sample, 1, "train"))
    revenue, contract = sample.by_qualified["dbo.EMRD"], sample.by_qualified["dbo.JCCM"]
    assert {way[-1].end.name for way in book.ways(revenue, 2)}.isdisjoint({"JCJM"})
    assert {way[-1].end.name for way in book.ways(contract, 2)}.isdisjoint({"HQTX", "HQPT"})


@pytest.mark.parametrize(
    ("table", "amounts", "none"),
    [
        ("CMDT", set(), {"Amount"}),  # deposits and checks
        ("PRDT", set(), {"Amount"}),  # earnings, deductions, liabilities
        ("JCCD", {"ActualCost"}, set()),
        ("APTH", {"InvTotal"}, set()),
    ],
)
def test_amounts_of_mixed_kinds_make_no_reports(sample, table, amounts, none):
    parts = book_of(Context.of(sample, 1, "train")).parts(sample.by_qualified[f"dbo.{table}"])
    names = {column.name for column in parts.amounts}
    assert amounts <= names
    assert not none & names


def test_a_row_that_is_planned_or_done_is_not_compared_with_itself(sample):
    assert not book_of(Context.of(sample, 1, "train")).parts(sample.by_qualified["dbo.JCCD"]).pairs


def test_materials_of_different_units_are_not_added_up(sample):
    names = {column.name for column in roles_of(sample, sample.by_qualified["dbo.INMT"]).amounts}
    assert names.isdisjoint({"OnHand", "OnOrder", "Alloc", "RecvdNInvcd"})


@pytest.mark.parametrize(
    ("table", "known_by"),
    [
        ("PORD", ["PO", "POItem"]),  # its transactions are numbered within a month
        ("MSTD", ["Ticket", "SaleDate"]),
        ("APTH", ["APRef", "InvDate"]),
        ("POIT", ["PO", "POItem"]),
        ("APVM", ["Vendor"]),
        ("GLBL", ["GLAcct", "Mth"]),  # a balance is that of a month
        ("EMRD", ["Mth", "Trans"]),  # and two days tell nothing
    ],
)
def test_rows_are_known_by_what_people_call_them(sample, table, known_by):
    book = book_of(Context.of(sample, 1, "train"))
    assert book.known_by(sample.by_qualified[f"dbo.{table}"])[-2:] == known_by


def money(*names):
    columns = [Column("ID", "int", "int"), *(Column(name, "money", "money") for name in names)]
    return Table("dbo", "Movement", "table", [*columns, Column("Quantity", "decimal(9,2)", "decimal(9,2)")], key=["ID"])


@pytest.mark.parametrize(
    ("names", "added"),
    [(["ActualCost"], []), (["ActualCost", "TotalCost"], ["ActualCost", "TotalCost"]), (["LineTotal"], ["LineTotal"])],
)
def test_one_cost_beside_a_quantity_is_that_of_a_piece(names, added):
    table = money(*names)
    amounts = [column.name for column in roles_of(Catalog(DATABASE, [table]), table).amounts]
    assert [name for name in amounts if name != "Quantity"] == added


def test_what_a_view_takes_apart_is_not_added_up():
    table = money("LineTotal")
    table.sql = "CREATE VIEW dbo.Movement AS SELECT * FROM dbo.M CROSS APPLY Lines.nodes('/a') AS L(x)"
    assert roles_of(Catalog(DATABASE, [table]), table).amounts == []


def test_who_has_one_row_each_is_no_group():
    person = Table(
        "dbo", "Person", "table", [Column("ID", "int", "int"), Column("Name", "varchar(30)", "varchar(30)")], key=["ID"]
    )
    seller = Table(
        "dbo", "Seller", "table", [Column("ID", "int", "int"), Column("Bonus", "money", "money")], key=["ID"]
    )
    book = two(seller, person, [("ID", "ID")])
    assert [link.one_to_one for link in book.links(seller)] == [True]


@pytest.mark.parametrize(
    ("columns", "amounts", "averages"),
    [
        # Invoices and the payments that settle them cancel, and a payment is no invoice of 0.
        (("TransactionTypeID", "TransactionAmount", "AmountExcludingTax"), [], []),
        (("TransType", "Invoiced", "Paid"), ["Invoiced", "Paid"], []),
        (("StatusCode", "TransactionAmount"), ["TransactionAmount"], ["TransactionAmount"]),
        # Over all accounts what came in less what went out is nothing.
        (("NetActivity", "Debits"), ["Debits"], ["NetActivity", "Debits"]),
        # From and to of what a row allows make no sum.
        (("BegSalary", "EndSalary", "Bonus"), ["Bonus"], ["BegSalary", "EndSalary", "Bonus"]),
        (("EndSalary", "Bonus"), ["EndSalary", "Bonus"], ["EndSalary", "Bonus"]),
        # Tons and pieces make none either.
        (("UnitMeasure", "QuantityOnHand", "PhysCount", "Cost"), ["Cost"], ["Cost"]),
    ],
)
def test_amounts_that_a_sum_or_an_average_says_nothing_of(columns, amounts, averages):
    types = {"TransactionTypeID": "int", "TransType": "char(1)", "StatusCode": "char(1)", "UnitMeasure": "char(3)"}
    made = [Column(name, types.get(name, "money"), types.get(name, "money")) for name in columns]
    table = Table("dbo", "T", "table", made)
    roles = roles_of(Catalog(DATABASE, [table]), table)
    assert [item.name for item in roles.amounts] == amounts
    assert [item.name for item in roles.averages] == averages


@pytest.mark.parametrize(("table", "column"), [("HQMT", "Cost"), ("INMT", "AvgCost"), ("HQMT", "WeightConv")])
def test_what_people_call_a_unit_cost_has_no_average(sample, table, column):
    """Costs of a ton and of a piece."""
    assert column not in {item.name for item in roles_of(sample, sample.by_qualified[f"dbo.{table}"]).averages}


def test_lines_are_of_the_kinds_of_their_documents(sample):
    """What a receipt is applied to stands in lines, as what was invoiced does."""
    for name, of_kinds in (("ARTH", True), ("ARTL", True), ("APTL", False), ("JCCI", False)):
        assert roles_of(sample, sample.by_qualified[f"dbo.{name}"]).of_kinds is of_kinds


def test_what_is_held_back_is_a_share_of_an_amount_and_not_of_its_tax(sample):
    ctx = Context.of(sample, 1, "train")
    found = [example.sql for example in streamed(sample, "sql", 1, 80, intents=["held_back"])]
    assert found
    assert not [sql for sql in found if re.search(r"NULLIF\(SUM\(\S*(?:Tax|Disc|Retain)", sql)]
    assert book_of(ctx).parts(sample.by_qualified["dbo.APTL"]).held_back


def test_what_was_received_does_not_come_behind_the_day_when_a_row_was_sent_on(sample):
    """A submittal is received, sent to the architect, and comes back."""
    parts = book_of(Context.of(sample, 1, "train")).parts(sample.by_qualified["dbo.PMSM"])
    assert [column.name for column, _ in parts.ended] == ["DateRecd", "RecdBackArch"]
    assert [column.name for column in parts.after] == ["RecdBackArch"]
    asked = streamed(sample, "sql", 1, 200, intents=["longest", "days_taken"])
    assert not [example.sql for example in asked if "ToArchEng, DateRecd" in example.sql.replace("PMSM.", "")]


@pytest.mark.parametrize(
    ("name", "more", "only_links"),
    [
        ("ItemGroups", {}, True),  # which items are in which groups
        ("ItemGroups", {"Amount": "money"}, False),
        ("ItemGroupPrices", {}, False),  # has a word of its own
    ],
)
def test_what_only_says_which_rows_of_two_go_together(name, more, only_links):
    def keyed(table, *others, **extra):
        names = (f"{table.removesuffix('s')}ID", *others)
        columns = [Column(one, "int", "int", nullable=False) for one in names]
        columns += [Column(one, kind, kind, nullable=False) for one, kind in extra.items()]
        return Table("dbo", table, "table", columns, key=[names[0]])

    items, groups = keyed("Items", ItemName="varchar(30)"), keyed("Groups", GroupName="varchar(30)")
    links = keyed(name, "ItemID", "GroupID", **more)
    joins = [
        Join(links.qualified, [column], end.qualified, [column], "foreign_key", many_side=links.qualified)
        for column, end in (("ItemID", items), ("GroupID", groups))
    ]
    book = book_of(Context(Catalog(DATABASE, [items, groups, links], joins=joins), 1, "train"))
    assert [book.only_links(table) for table in (items, groups, links)] == [False, False, only_links]
