"""What is added up is of one kind, still to be had, and by what has to do with it; nothing else is asked."""

import re

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.catalog.business_words import column_words, name_words
from vgpt2.catalog.model import Catalog, Column, Document, Join, Meaning, Table
from vgpt2.catalog.shared_words import is_vague
from vgpt2.database_settings import DatabaseSettings
from vgpt2.synthesis.columns import is_averaged, is_ranked
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.documents.documents import document_examples
from vgpt2.synthesis.intents.reports.chains import _far
from vgpt2.synthesis.intents.reports.sheet import Sheet
from vgpt2.synthesis.intents.roles_said import also_refer, as_what, theirs
from vgpt2.synthesis.intents.sense import makes_sense
from vgpt2.synthesis.others_months import others_dates, others_months
from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref
from vgpt2.synthesis.questions import Speech
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.dimensions import called
from vgpt2.synthesis.roles.words import role_words
from vgpt2.synthesis.weak_joins import other_ways

DATABASE = DatabaseSettings(name="x", prefix="x", title="X")


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


def table(name, text, key=("ID",), description="", values=None):
    """A table of a line: `ID int, Name varchar(30)`; `?` behind a type: it may be empty."""
    columns = []
    for part in text.split(", "):
        column, type_ = part.split()
        plain = type_.rstrip("?")
        columns.append(Column(column, plain, plain, nullable=type_ != plain, values=(values or {}).get(column, [])))
    return Table("dbo", name, "table", columns, key=list(key), description=description)


def context(*tables, joins=()):
    """A context of tables and of foreign keys (table, column, table, column)."""
    keys = [Join(f"dbo.{a}", [near], f"dbo.{b}", [far], "foreign_key", 1, f"dbo.{a}") for a, near, b, far in joins]
    return Context(Catalog(DATABASE, list(tables), joins=keys), 1, "train")


def total(owner, amount, by, template="SUM({0})", **more):
    """The total of an amount by a column."""
    ref, key = Ref(owner, amount), Ref(owner, by)
    return Query(owner, (Item(key), Item(Call(template, (ref, key)), "Total")), group=(key,), **more)


@pytest.mark.parametrize(
    ("where", "so"),
    [
        (Filter(Ref("dbo.JCCI", "RetainPCT"), "{0} > 10"), False),
        (Filter(Ref("dbo.JCCI", "RetainPCT"), "{0} = 0.1"), False),
        (Filter(Ref("dbo.JCCI", "RetainPCT"), "{0} IS NOT NULL"), True),
        (Filter(Ref("dbo.JCCI", "OrigContractAmt"), "{0} > 1000"), True),
    ],
)
def test_a_percent_is_compared_with_no_number(ctx, where, so):
    assert makes_sense(ctx, Query("dbo.JCCI", (Item(Ref("dbo.JCCI", "Item")),), where=(where,))) is so
    case = Call(f"SUM(CASE WHEN {where.template} THEN 1 ELSE 0 END)", (where.ref,))
    counted = Query("dbo.JCCI", (Item(Ref("dbo.JCCI", "Department")), Item(case, "Those")))
    assert makes_sense(ctx, counted) is so


def test_plans_have_no_vendor_where_only_what_happened_has_one(ctx):
    assert not makes_sense(ctx, total("dbo.JCCD", "EstCost", "Vendor"))
    assert makes_sense(ctx, total("dbo.JCCD", "EstCost", "Job"))
    assert makes_sense(ctx, total("dbo.JCCD", "ActualCost", "Vendor"))


# Ties, rates and prices.


@pytest.mark.parametrize("intent", ["latest", "largest_each"])
def test_the_highest_row_of_a_group_is_all_that_tie(sample, intent):
    made = streamed(sample, "sql", 1, 12, intents=[intent])
    assert made
    for example in made:
        assert "RANK() OVER (PARTITION BY" in example.sql and "ROW_NUMBER" not in example.sql
        assert "all where several tie" in example.answer


@pytest.mark.parametrize(
    ("words", "averaged", "ranked"),
    [
        ("invoice total", True, True),
        ("hourly rate", True, True),
        ("end of day rate", False, False),
        ("tax rate", False, False),
        ("discount percent", False, False),
        ("unit price", False, True),
        ("last receipt cost", False, True),
        ("extended price", True, True),
        ("conversion factor", False, False),
    ],
)
def test_rates_percents_and_prices_have_no_average_and_rates_no_highest(words, averaged, ranked):
    assert (is_averaged(words), is_ranked(words, False)) == (averaged, ranked)


def test_of_whole_numbers_only_quantities_are_ranked():
    assert is_ranked("quantity", True) and not is_ranked("payment days", True)


# Roles.


def test_of_two_currencies_of_one_rate_the_question_says_which():
    currency = table("Currencies", "Code char(3), Name varchar(30)", ["Code"])
    rate = table("CurrencyRates", "ID int, RateDate date, FromCode char(3), ToCode char(3)")
    joins = (("CurrencyRates", "FromCode", "Currencies", "Code"), ("CurrencyRates", "ToCode", "Currencies", "Code"))
    made = context(currency, rate, joins=joins)
    said = as_what(Speech(made, made.rng("x"), plain=True), rate, currency, [("ToCode", "Code")])
    assert said != made.called(rate) and "to" in said.lower().replace("code", "").split()


def test_of_two_accounts_of_one_row_the_question_says_which_though_one_alone_is_declared(ctx, sample):
    rows, accounts = ctx.table("dbo.CMDT"), ctx.table("dbo.GLAC")
    pairs = [("GLCo", "GLCo"), ("GLAcct", "GLAcct")]
    assert also_refer(sample, rows, *pairs[-1]) == ["CMGLAcct"]
    say = Speech(ctx, ctx.rng("x"), plain=True)
    assert as_what(say, rows, accounts, pairs) == "bank transactions as offset account"
    assert theirs(say, rows, accounts, pairs, ["AcctType"]) == "offset account type"
    items = ctx.table("dbo.POIT")
    assert also_refer(sample, items, *pairs[-1]) == []
    assert as_what(say, items, accounts, pairs) == ctx.called(items)


def test_what_leads_elsewhere_or_is_a_mere_code_refers_to_nothing_else():
    code = table("Codes", "Code char(3), Name varchar(30)", ["Code"])
    shop = table("ShopParts", "ShopPartID int, Name varchar(30)", ["ShopPartID"])
    rows = table("Rows", "ID int, Code char(3), ZipCode char(3), ShopPartID int, OldShopPartID int, NewShopPartID int")
    joins = (("Rows", "Code", "Codes", "Code"), ("Rows", "ShopPartID", "ShopParts", "ShopPartID"))
    made = context(code, shop, rows, joins=(*joins, ("Rows", "NewShopPartID", "ShopParts", "ShopPartID")))
    assert also_refer(made.catalog, rows, "Code", "Code") == []
    assert also_refer(made.catalog, rows, "ShopPartID", "ShopPartID") == ["OldShopPartID"]


def test_two_tables_are_joined_in_all_ways_that_foreign_keys_name():
    customer = table("Customers", "CustomerID int, Name varchar(30)", ["CustomerID"])
    invoice = table("Invoices", "ID int, CustomerID int, BillToID int, LastEditedBy int")
    links = [("Invoices", near, "Customers", "CustomerID") for near in ("CustomerID", "BillToID", "LastEditedBy")]
    made = context(customer, invoice, joins=links)
    best = made.catalog.joins[0]
    assert other_ways(made.catalog, invoice, customer, best) == ["BillToID = CustomerID"]


# Far tables.

TODAY = ("Job", "Location", "Operator")


def test_nobody_adds_up_by_what_a_partner_has_agreed_on_for_itself(ctx, sample):
    words, seen = role_words(), 0
    for start in ("dbo.JCCD", "dbo.APTH", "dbo.PRTH", "dbo.MSTD", "dbo.EMWH"):
        for turn in range(12):
            way = _far(Sheet(ctx, sample.by_qualified[start], ctx.rng("x"), turn, "x"), 2)
            seen += bool(way)
            agreed = [link for link in way[1:] if words.agreed.found(called(ctx, link.end))]
            # Nor by the job, the place or the operator that a machine has today.
            agreed += [link for link in way[1:] if link.start.name == "EMEM" and link.pairs[-1][0] in TODAY]
            assert not agreed or way[0].header, [link.end.name for link in way]
    assert seen


# What contradicts itself.

OWED = table(
    "CustomerTransactions",
    "ID int, PaidDate date?, PaymentMethodID int?, CustomerID int, TransactionTypeID int, OutstandingBalance money",
)
METHODS = table("PaymentMethods", "PaymentMethodID int, Name varchar(20)", ["PaymentMethodID"])
OPEN = Ref("dbo.CustomerTransactions", "PaidDate")


@pytest.mark.parametrize(
    ("by", "where", "asked"),
    [
        ("CustomerID", (), True),
        ("CustomerID", (Filter(OPEN, "{0} IS NULL"),), True),
        ("CustomerID", (Filter(OPEN, "{0} < '2024-04-03'"),), False),  # what is paid is not outstanding
        ("PaidDate", (), False),
        ("PaymentMethodID", (), False),  # nor is it paid in any way
        ("TransactionTypeID", (), False),  # a payment owes nothing
    ],
)
def test_what_is_outstanding_is_not_of_what_is_paid_nor_by_how_it_is(by, where, asked):
    joins = [("CustomerTransactions", "PaymentMethodID", "PaymentMethods", "PaymentMethodID")]
    made = context(OWED, METHODS, joins=joins)
    assert makes_sense(made, total("dbo.CustomerTransactions", "OutstandingBalance", by, where=where)) is asked


def test_a_list_of_what_is_outstanding_demands_no_way_of_payment():
    made = context(
        OWED, METHODS, joins=[("CustomerTransactions", "PaymentMethodID", "PaymentMethods", "PaymentMethodID")]
    )
    pair = (Ref("dbo.CustomerTransactions", "PaymentMethodID"), Ref("dbo.PaymentMethods", "PaymentMethodID"))
    for kind in ("JOIN", "LEFT JOIN"):
        joins = (JoinOn("dbo.PaymentMethods", (pair,), kind),)
        query = Query(OPEN.table, (Item(Ref(OPEN.table, "OutstandingBalance")),), joins=joins)
        assert makes_sense(made, query) is (kind == "LEFT JOIN")


def test_a_stock_movement_has_a_supplier_or_a_customer_and_no_list_demands_both():
    move = table("StockTransactions", "ID int, TransactionTypeID int, CustomerID int?, SupplierID int?")
    sides = ("Customer", "Supplier")
    made = context(move, *(table(f"{one}s", f"{one}ID int, Name varchar(20)", [f"{one}ID"]) for one in sides))
    near = "dbo.StockTransactions"
    for kinds, asked in ((("JOIN", "JOIN"), False), (("LEFT JOIN", "LEFT JOIN"), True), (("JOIN", "LEFT JOIN"), True)):
        joins = tuple(
            JoinOn(f"dbo.{one}s", ((Ref(near, f"{one}ID"), Ref(f"dbo.{one}s", f"{one}ID")),), kind)
            for one, kind in zip(sides, kinds, strict=True)
        )
        assert makes_sense(made, Query(near, (Item(Ref(near, "ID")),), joins=joins)) is asked


@pytest.mark.parametrize(
    ("kind", "condition", "asked"),
    [
        ("LEFT JOIN", "{0} = 'Card'", False),  # nothing is left of those without a method
        ("JOIN", "{0} = 'Card'", True),
        ("LEFT JOIN", "{0} IS NULL", True),
        ("LEFT JOIN", "({0} <> 'Card' OR {0} IS NULL)", True),
    ],
)
def test_no_condition_undoes_an_outer_join(kind, condition, asked):
    made = context(OWED, METHODS)
    pair = (Ref(OPEN.table, "PaymentMethodID"), Ref("dbo.PaymentMethods", "PaymentMethodID"))
    where = (Filter(Ref("dbo.PaymentMethods", "Name"), condition),)
    joins = (JoinOn("dbo.PaymentMethods", (pair,), kind),)
    assert makes_sense(made, Query(OPEN.table, (Item(Ref(OPEN.table, "ID")),), joins=joins, where=where)) is asked


@pytest.mark.parametrize("intent", ["join_list", "join_three", "not_active", "chain_3"])
def test_no_example_has_such_a_condition(sample, intent):
    for example in streamed(sample, "sql", 5, 30, intents=[intent]):
        outer = re.findall(r"LEFT JOIN (\w+) WITH", example.sql)
        where = example.sql.partition(" WHERE ")[2]
        assert not [
            name
            for name in outer
            if re.search(rf"\b{name}\.\w+ (?!IS NULL)", re.split(" (?:GROUP|ORDER) BY ", where)[0])
        ]


@pytest.mark.parametrize(
    ("owner", "amount", "kind", "asked"),
    [("ARTH", "DiscTaken", "I", False), ("ARTH", "DiscTaken", "P", True), ("ARTH", "Invoiced", "I", True)],
)
def test_nothing_is_asked_of_invoices_that_comes_about_as_they_are_paid(ctx, owner, amount, kind, asked):
    where = (
        Filter(Ref(f"dbo.{owner}", "ARTransType"), f"{{0}} = '{kind}'"),
        Filter(Ref(f"dbo.{owner}", amount), "{0} >= 100"),
    )
    assert makes_sense(ctx, Query(f"dbo.{owner}", (Item(Ref(f"dbo.{owner}", "ARTrans")),), where=where)) is asked


SALES = table("Sales", "ID int, Kind char(1), CustomerID int?, JobID int?, Amount money", values={"Kind": ["C", "J"]})


@pytest.mark.parametrize(
    ("by", "template", "asked"),
    [
        ("CustomerID", "SUM(CASE WHEN {0} = 'J' THEN {1} ELSE 0 END)", False),  # a job is no customer
        ("CustomerID", "SUM(CASE WHEN {0} = 'C' THEN {1} ELSE 0 END)", True),
        ("JobID", "SUM(CASE WHEN {0} = 'J' THEN {1} ELSE 0 END)", True),
        ("ID", "SUM(CASE WHEN {0} = 'J' THEN {1} ELSE 0 END)", True),
    ],
)
def test_sales_to_jobs_have_no_column_where_each_row_is_a_customer(by, template, asked):
    made = context(SALES)
    said = (("C", "customer"), ("J", "job"))
    made.catalog.meanings = [Meaning("dbo.Sales.Kind", [[word, "description", ""]], value) for value, word in said]
    refs = (Ref("dbo.Sales", "Kind"), Ref("dbo.Sales", "Amount"))
    key = Ref("dbo.Sales", by)
    query = Query("dbo.Sales", (Item(key), Item(Call(template, refs), "Total")), group=(key,))
    assert makes_sense(made, query) is asked
    only = Query("dbo.Sales", (Item(key),), where=(Filter(Ref("dbo.Sales", "Kind"), "{0} = 'J'"),))
    assert makes_sense(made, only) is (by != "CustomerID")


def test_a_payment_is_of_its_own_month_and_not_of_that_of_the_invoice_that_it_pays(ctx, sample):
    """APPD names the invoice by month and number; its payment has a month of its own."""
    assert others_months(sample, sample.by_qualified["dbo.APPD"]) == {"Mth"}
    assert not ctx.roles(sample.by_qualified["dbo.APPD"]).months
    for name in ("APTL", "ARTL", "JCCD", "GLDT", "GLBL", "INDT", "CMDT", "JCID"):
        assert not others_months(sample, sample.by_qualified[f"dbo.{name}"]), name


def test_no_period_parts_payments_by_the_day_of_the_invoices_that_they_pay(ctx, sample):
    paid = sample.by_qualified["dbo.APPD"]
    assert others_dates(sample, paid) == {"Mth", "InvDate"}
    assert not book_of(ctx).moments(paid) and not book_of(ctx).own_day(paid)
    for name, day in (("APPH", "PaidMth"), ("APTD", "Mth"), ("APTL", "Mth")):
        owner = sample.by_qualified[f"dbo.{name}"]
        assert not others_dates(sample, owner)
        assert [column.name for _, column in book_of(ctx).moments(owner)] == [day], name


def test_a_list_of_what_has_no_date_does_not_show_it():
    made = context(OWED)
    where = (Filter(OPEN, "{0} IS NULL"),)
    assert not makes_sense(made, Query(OPEN.table, (Item(OPEN),), where=where))
    assert makes_sense(made, Query(OPEN.table, (Item(Ref(OPEN.table, "ID")),), where=where))


# What is said of queries, columns and values.


def test_an_experts_query_is_asked_with_the_conditions_that_its_title_leaves_out(sample):
    sql = "SELECT Material, COUNT(*) AS Tickets FROM MSTD WITH (NOLOCK) WHERE MSCo = 1"
    sql += " AND Void = 'N' AND SaleType = 'C' GROUP BY Material"
    made = Catalog(
        sample.database, sample.tables, joins=sample.joins,
        documents=[Document("expert_query", "x", "Tickets of a sale type by material", sql=sql)],
    )  # fmt: skip
    (example,) = document_examples(Context(made, 1, "train"), "expert_query")
    assert ", where Void is 'N'" in example.question and "SaleType" not in example.question


def test_an_experts_query_that_counts_void_tickets_is_asked_so(sample):
    sql = "SELECT Material, COUNT(*) AS Tickets FROM MSTD WITH (NOLOCK) WHERE MSCo = 1 GROUP BY Material"
    for title, said in (("Tickets by material", True), ("Tickets by material, void ones too", False)):
        made = Catalog(
            sample.database,
            sample.tables,
            joins=sample.joins,
            documents=[Document("expert_query", "x", title, sql=sql)],
        )
        (example,) = document_examples(Context(made, 1, "train"), "expert_query")
        assert (", void ones included" in example.question) is said


def test_a_quantity_that_its_description_calls_a_percent_goes_by_its_name():
    offer = table("SpecialOffers", "ID int, MaxQty int, DiscountPct money")
    offer.columns[1].description = "Maximum discount percent allowed."
    offer.columns[2].description = "Discount percentage."
    made = context(offer)
    words = [column_words(made.catalog, column, offer) for column in offer.columns[1:]]
    assert words == [name_words("MaxQty", DATABASE), "discount percentage"]


def test_nobody_calls_a_thing_by_a_participle_alone():
    assert is_vague("allowed") and not is_vague("discount")


def test_a_condition_compares_with_values_that_mean_something_and_with_real_countries():
    order = table("Orders", "ID int, Status tinyint", values={"Status": list("0123")})
    country = table("Countries", "CountryCode char(3), Name varchar(30)", ["CountryCode"])
    made = context(order, country)
    meant = (("1", "in process"), ("2", "shipped"))
    made.catalog.meanings = [Meaning("dbo.Orders.Status", [[word, "description", ""]], value) for value, word in meant]
    assert {str(value) for value in made.values(order, order.columns[1])} <= {"1", "2"}
    assert {"US", "DE"} <= set(made.values(country, country.columns[0]))


def test_goods_that_are_finished_are_no_documents_that_are_complete():
    product = table("Products", "ID int, FinishedGoodsFlag bit, CompletedFlag bit")
    states = book_of(context(product)).parts(product).states
    assert [state.column.name for state in states] == ["CompletedFlag"]
