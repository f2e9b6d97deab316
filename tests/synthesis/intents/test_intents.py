"""The query of an intent is what its question and its plan say, and adds up only what makes a sum."""

import re
from collections import Counter
from copy import deepcopy
from dataclasses import replace
from itertools import islice

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.lookup import is_best_join
from vgpt2.catalog.model import Catalog, Column, Join, Table
from vgpt2.catalog.plain_words import PlainWords
from vgpt2.database_settings import DatabaseSettings
from vgpt2.synthesis.column_roles import KeyParts, is_settings, roles_of, row_names
from vgpt2.synthesis.columns import sorts_rows
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.streams import sql_examples


def made(sample, intent, count=200):
    return streamed(sample, "sql", 1, count, intents=[intent])


def test_the_plan_of_a_sorted_list_says_from_which_end(sample):
    for example in made(sample, "top"):
        # "Lowest salary is HRPC.BegSalary." says what a column is called.
        first = re.sub(r"[\w ]+ is [\w.]+[,.] ", "", example.answer.split("From ")[0].lower())
        assert (" DESC" in example.sql) == ("top " in first), example.answer
        assert (" DESC" in example.sql) != ("lowest " in first or "earliest " in first), example.answer
    for example in made(sample, "ordered"):
        assert (" DESC" in example.sql) == (" descending" in example.answer), example.answer


def test_one_amount_is_taken_from_another_of_its_kind(sample):
    for example in made(sample, "net"):
        table = sample.by_qualified[example.tables[0]]
        first, second = re.search(r"SUM\((\w+) - (\w+)\)", example.sql).groups()
        assert table.column(first).type == table.column(second).type, example.sql


@pytest.mark.parametrize(
    ("name", "type_", "adds_up"),
    [
        ("InvTotal", "bDollar", True),
        ("ActualHours", "bHrs", True),
        ("AdminUnits", "bUnits", True),
        ("RetainagePCT", "decimal(6,4)", False),
        ("Retainage", "bPct", False),
        ("AvgCost", "bUnitCost", False),
        ("CurrentHourMeter", "decimal(10,2)", False),
        ("WeightConv", "bUnits", False),
        ("FCMinBal", "bDollar", False),
        ("Temp", "decimal(4,1)", False),
    ],
)
def test_rates_readings_and_limits_make_no_sum(sample, name, type_, adds_up):
    column = Column(name, type_, "decimal(12,2)")
    assert [item.name for item in roles_of(sample, Table("dbo", "T", "table", [column])).amounts] == [name] * adds_up


def test_meters_are_not_averaged_and_quantities_of_many_units_not_added(sample):
    assert [column.name for column in roles_of(sample, sample.by_qualified["dbo.EMCD"]).averages] == ["Dollars"]
    places = [Column("Latitude", "decimal(9,6)", "decimal(9,6)"), Column("Lon", "float", "float")]
    assert roles_of(sample, Table("dbo", "T", "table", places)).averages == []
    columns = [Column("OnHand", "decimal(12,3)", "decimal(12,3)"), Column("Cost", "money", "money")]
    units = Column("UnitMeasureCode", "nchar(3)", "nchar(3)")
    assert [item.name for item in roles_of(sample, Table("dbo", "T", "table", columns)).amounts] == ["OnHand", "Cost"]
    assert [item.name for item in roles_of(sample, Table("dbo", "T", "table", [*columns, units])).amounts] == ["Cost"]


@pytest.mark.parametrize(("name", "alone"), [("APTrans", False), ("POItem", False), ("Vendor", True), ("Job", True)])
def test_nobody_asks_by_a_number_that_counts_within_something_else(sample, name, alone):
    assert (name not in KeyParts.of(sample)) == alone


def test_settings_of_a_company_are_looked_up_and_never_counted(sample):
    found = made(sample, "company_settings", 30)
    assert found
    assert all(is_settings(sample, sample.by_qualified[example.tables[0]]) for example in found)
    counted = {
        name for intent in ("count", "group_count", "join_count") for e in made(sample, intent) for name in e.tables
    }
    assert not any(is_settings(sample, sample.by_qualified[name]) for name in counted)


def test_a_list_shows_which_row_is_which(sample):
    lists = made(sample, "list_date", 200)
    book = book_of(Context.of(sample, 1, "train"))
    shown = [
        set(book.known_by(sample.by_qualified[e.tables[0]])) & set(re.findall(r"\w+", e.sql.partition(" FROM ")[0]))
        for e in lists
    ]
    assert sum(map(bool, shown)) > 0.85 * len(lists)


def test_a_key_that_has_another_name_in_the_other_table_is_said_with_that_name(sample):
    renamed = 0
    for example in made(sample, "in_subquery", 400):
        near, far = re.search(r"(\w+) IN \(SELECT (\w+) FROM", example.sql).groups()
        other = sample.by_qualified[example.tables[-1]]
        called = PlainWords.of(sample).table(other) or other.name
        if re.search(rf" (?:for|that are|one of the) .*{called}", example.question):
            continue  # says no key at all
        said = re.search(rf" \((?:{other.name}\.{far}|.+ of {called})\)", example.question)
        assert bool(said) == (near != far), example.question
        renamed += near != far
    assert renamed


def test_a_condition_on_a_column_that_both_tables_have_says_of_which(shop):
    lines, head = deepcopy(shop.tables)
    head.columns.append(Column("Group", "int", "int"))
    catalog = Catalog(shop.database, [lines, head], joins=shop.joins)
    both = [example for example in made(catalog, "join_list", 400) if "[Group] = " in example.sql]
    for example in both:
        said = re.search(r" of (?:order details|Order Details)\b.* (?:is|=|equals) ", example.question, re.IGNORECASE)
        assert said, example.question
    assert both


def test_two_tables_are_joined_in_one_way_only():
    columns = [Column(name, "int", "int") for name in ("Co", "VendorGroup", "TaxGroup")]
    tables = [Table("dbo", "HQCO", "table", columns), Table("dbo", "HQGP", "table", [Column("Grp", "int", "int")])]
    joins = [Join("dbo.HQCO", [name], "dbo.HQGP", ["Grp"], "recipe") for name in ("TaxGroup", "VendorGroup")]
    catalog = Catalog(DatabaseSettings(name="x", prefix="x", title="X"), tables, joins=joins)
    assert [is_best_join(catalog, join) for join in joins] == [False, True]
    ctx = Context(catalog, 1, "train")
    assert ctx.usable_joins == joins[1:]
    # A question that names the two tables could mean either way.
    assert ctx.joins("any") == []


def test_an_old_server_is_asked_for_what_it_has_only(sample):
    """No query is made to be thrown away: all intents on the sample as it would be on 2008, and none is refused."""
    old = replace(sample, database=sample.database.model_copy(update={"server_version": "2008"}))
    ctx = Context(old, 1, "train")
    dropped, made = Counter(), set()
    for intent in all_intents():
        for example in islice(sql_examples(ctx, intent, None, dropped), 15):
            made.add(example.intent)
    assert not [reason for reason in dropped if "newer_version" in reason]
    newer = {"running_total", "month_over_month", "page", "gaps", "most_of_total", "month_change", "moving_average"}
    assert {intent.name for intent in all_intents()} - made == newer | {"running_partner"}


def test_nobody_filters_or_groups_by_the_groups_that_companies_share(sample):
    roles = roles_of(sample, sample.find("APTH"))
    asked = {column.name for column in (*roles.equals, *roles.groups)}
    assert "Vendor" in asked and "VendorGroup" not in asked
    # a group of employees is another thing: no table of companies names it
    assert "PRGroup" in {column.name for column in roles_of(sample, sample.find("PREH")).groups}


def test_of_kinds_there_are_no_more_at_the_top_than_there_are(sample):
    for example in made(sample, "top_group", 300):
        table, group = sample.by_qualified[example.tables[0]], re.search(r"GROUP BY (?:\w+\.)?(\w+)", example.sql)[1]
        values = table.column(group).values
        assert not values or int(re.search(r"TOP (\d+)", example.sql)[1]) < len(values), example.sql


def test_a_list_shows_the_whole_key(sample):
    """A transaction with its month, a submittal with its project, or by what else people call a row; only what is asked
    for need not be said again."""
    book = book_of(Context.of(sample, 1, "train"))
    for intent in ("list_date", "list_over", "ordered", "chain_3", "overdue_list"):
        for example in made(sample, intent, 60):
            shown, _, rest = example.sql.partition(" FROM ")
            known = {*re.findall(r"\w+", shown), *re.findall(r"(\w+) (?:=|>|<|IN|LIKE|>=) ", rest)}
            table = sample.by_qualified[example.tables[0]]
            assert {*book.known_by(table)} <= known or {*row_names(sample, table)} <= known, example.sql


def test_what_links_two_things_is_told_by_both():
    columns = [Column(name, "int", "int") for name in ("LinkID", "ItemID", "GroupID")]
    name = Column("Name", "varchar(30)", "varchar(30)")
    link = Table("dbo", "ItemGroupLinks", "table", columns, key=["LinkID"])
    items = Table("dbo", "Items", "table", [columns[1], name], key=["ItemID"])
    groups = Table("dbo", "Groups", "table", [columns[2], name], key=["GroupID"])
    joins = [
        Join(link.qualified, [key], f"dbo.{end}", [key], "foreign_key", 1, link.qualified)
        for key, end in (("ItemID", "Items"), ("GroupID", "Groups"))
    ]
    catalog = Catalog(DatabaseSettings(name="x", prefix="x", title="X"), [link, items, groups], joins=joins)
    assert book_of(Context(catalog, 1, "train")).known_by(link) == ["ItemID", "GroupID"]


def test_no_chain_leads_beyond_what_a_row_refers_to(sample):
    """The earnings code of the operator of the machine of an invoice line is nobody's question."""
    found = [example for example in made(sample, "chain_5", 120) if example.tables[0] == "dbo.APTL"]
    assert found and not [example.question for example in found if "dbo.PREC" in example.tables]


def test_amounts_are_broken_down_by_what_a_partner_is_called_or_of_which_kind_it_is(sample):
    """Not by what stands in it besides: the fax of the job, whether the ledger account is on cash basis."""
    ctx = Context.of(sample, 1, "train")
    book, database = book_of(ctx), sample.database
    for intent in ("join_sum", "join_count"):
        found = made(sample, intent, 120)
        assert found
        for example in found:
            owner, group = re.search(r"GROUP BY (?:(\w+)\.)?(\w+)", example.sql).groups()
            # A line's document may be joined too, to say in which state it is.
            one = sample.find(owner) if owner else sample.by_qualified[example.tables[1]]
            led = {near for link in book.partners(one) for near, _ in link.pairs}
            name = book.parts(one).name
            known = group in led or (name and name.name == group) or sorts_rows(name_words(group, database))
            assert known and group != "LastName", example.sql
