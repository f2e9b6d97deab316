"""Schema questions, documents and corrections."""

import random
import re
from itertools import islice

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.catalog.model import Catalog, Column, Document, Meaning, Parameter, Routine, Table
from vgpt2.database_settings import DatabaseSettings
from vgpt2.records.facts import prove
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.corrections import correct
from vgpt2.synthesis.defects.case import Case
from vgpt2.synthesis.defects.edits import one_line
from vgpt2.synthesis.defects.faults import FAULTS, typo, unknown_column
from vgpt2.synthesis.documents.documents import document_examples, first_paragraph, lower_first
from vgpt2.synthesis.documents.schema_questions import schema_examples, short_description
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.model import Example
from vgpt2.tsql.check.check import check
from vgpt2.tsql.dialect import parse


def answers(catalog, intent, side="train"):
    return {example.tables: example.answer for example in schema_examples(Context(catalog, 1, side), intent)}


def test_schema_answers_are_short_sentences(sample):
    assert answers(sample, "table_key")["dbo.APTH",] == "APTH has the key APCo, Mth, APTrans."
    assert answers(sample, "table_module")["dbo.APTH",] == "APTH belongs to the module Accounts Payable (AP)."
    assert answers(sample, "table_exists")["dbo.APTH",] == "APTH exists: AP invoice headers."
    joins = {frozenset(tables): answer for tables, answer in answers(sample, "table_joins").items()}
    assert "join on APCo, Mth, APTrans" in joins[frozenset(("dbo.APTH", "dbo.APTL"))]


def shop_tables(**more):
    """A database whose modules are its schemas."""
    status = Column("Status", "char(1)", "char(1)", values=["O", "C"], description="O = open, C = closed")
    orders = Table("Sales", "Orders", "table", [Column("OrderID", "int", "int"), status], "Sales", ["OrderID"])
    view = Table("Web", "OpenOrders", "view", [Column("OrderID", "int", "int")], "Web")
    return Catalog(DatabaseSettings(name="x", prefix="x", title="X"), [orders, view], **more)


def test_a_question_does_not_hold_its_own_answer():
    """ "In which schema is Sales.Orders?" is asked of Orders."""
    assert not answers(shop_tables(), "table_module")
    assert answers(shop_tables(), "table_schema")["Sales.Orders",] == "Orders is in the schema Sales: Sales.Orders."
    ctx = Context(shop_tables(), 1, "train")
    assert not any("Sales.Orders" in example.question for example in schema_examples(ctx, "table_schema"))


def test_a_view_is_called_a_view(sample):
    assert answers(shop_tables(), "table_exists")["Web.OpenOrders",] == "Web.OpenOrders exists, as a view."
    # One that shows a single table as it is stands for it.
    assert answers(sample, "table_exists")["dbo.APTH",] == "APTH exists: AP invoice headers."


def test_values_come_with_what_they_mean():
    meanings = [Meaning("Sales.Orders.Status", [["open", "description", "x"]], "O")]
    known = "Sales.Orders.Status may be O, C: O = open, C = closed."
    assert answers(shop_tables(), "column_values")["Sales.Orders",] == known
    both = [*meanings, Meaning("Sales.Orders.Status", [["closed", "description", "x"]], "C")]
    named = "Sales.Orders.Status may be O (open), C (closed)."
    assert answers(shop_tables(meanings=both), "column_values")["Sales.Orders",] == named


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        (["@City", "@Code*"], "GetCity takes @City. It gives back @Code as OUTPUT: pass a variable."),
        (["@Code*", "@Name*"], "GetCity takes only @Code and @Name as OUTPUT: pass a variable each."),
        (["@City"], "GetCity takes @City."),
    ],
)
def test_an_output_parameter_is_passed_too(parameters, said):
    made = [Parameter(name.rstrip("*"), "int", name.endswith("*")) for name in parameters]
    catalog = shop_tables(routines=[Routine("dbo", "GetCity", "procedure", made)])
    found = list(document_examples(Context(catalog, 1, "train"), "routine_parameters"))
    assert [example.answer for example in found] == [said]


def test_a_routine_is_not_asked_about_by_a_name_that_two_schemas_have():
    named = [("dbo", "GetCity"), ("Sales", "GetCity"), ("Sales", "GetOrder")]
    routines = [
        Routine(schema, name, "procedure", [Parameter("@Id", "int", False)], description="Reads what it is asked for.")
        for schema, name in named
    ]
    ctx = Context(shop_tables(routines=routines), 1, "train")
    for intent in ("routine_parameters", "routine_purpose"):
        answers = [example.answer for example in document_examples(ctx, intent)]
        assert len(answers) == 1 and answers[0].startswith("GetOrder"), answers


def test_where_a_field_is_stored_is_not_asked_of_a_form_that_names_no_table(sample):
    made = list(document_examples(Context.of(sample, 1, "train"), "form_field"))
    assert not [example.question for example in made if example.question.startswith("Where")]


def test_a_query_that_does_not_say_what_its_title_says_is_not_asked_for(sample):
    """Its parameters are named, and certificates are not all training records."""
    made = [*document_examples(Context.of(sample, 1, "train"), "expert_query")]
    assert made and not [example.question for example in made if "certificates" in example.question]
    for example in made:
        assert set(re.findall(r"@\w+", example.sql)) <= set(re.findall(r"@\w+", example.question)), example.question


def test_no_question_is_about_a_base_table_behind_a_view(sample):
    shown = {table.base_table for table in sample.tables}
    for example in streamed(sample, "schema", 1, 2000):
        assert not set(example.tables) & shown


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# Title\n\nFirst. Second.\n\nOther.", "First. Second."),
        ("- a list\n\nThe `text` *itself*.", "The text itself."),
        ("1. Do this.\n2. Do that.", "1. Do this. 2. Do that."),
        ("1. Do this.\n" + "2. Do that. " * 20, "1. Do this. " + " ".join(["2. Do that."] * 20)),
        ("1. Do this.\n" + "2. Do that. " * 50, ""),
        ("# Only a title", ""),
    ],
)
def test_the_first_paragraph_of_a_text(text, said):
    assert first_paragraph(text) == said


@pytest.mark.parametrize("kind", ["schema", "document"])
def test_every_answer_without_sql_states_a_fact_that_holds(sample, kind):
    for example in streamed(sample, kind, 1, 600):
        assert example.sql or example.facts, example
        assert all(prove(fact, sample) for fact in example.facts), example


def test_a_field_of_a_form_is_proved_by_the_form(sample):
    made = list(document_examples(Context.of(sample, 1, "train"), "form_field"))
    assert made
    assert all(example.facts[-1].claim == "shows" for example in made)
    assert all(prove(fact, sample) for example in made for fact in example.facts)


def test_a_title_within_a_sentence():
    assert [lower_first(text) for text in ("A service call", "GL detail", "Closing")] == [
        "a service call",
        "GL detail",
        "closing",
    ]


def test_a_report_query_that_does_not_prove_out_makes_no_record(sample):
    good = Document(
        "expert_query", "good", "Vendors of company 1.", sql="SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 1"
    )
    bad = Document("expert_query", "bad", "Vendors.", sql="SELECT Vendr FROM APTH WITH (NOLOCK) WHERE APCo = 1")
    catalog = type(sample)(sample.database, sample.tables, sample.types, documents=[good, bad])
    made = list(document_examples(Context(catalog, 1, "train"), "expert_query"))
    assert [example.sql for example in made] == [good.sql]
    assert "for company 1" in made[0].question


def test_a_question_says_the_date_and_the_account_that_nobody_could_guess(sample):
    sql = "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 1 AND PayMethod = 'C' AND DueDate < '2024-07-01'"
    catalog = type(sample)(
        sample.database,
        sample.tables,
        sample.types,
        documents=[Document("expert_query", "x", "Late invoices", sql=sql)],
    )
    (example,) = document_examples(Context(catalog, 1, "train"), "expert_query")
    assert "late invoices, where PayMethod is 'C' and DueDate is before '2024-07-01', for company 1" in example.question


def test_the_exam_asks_for_expert_queries_only_where_the_question_says_all(sample):
    for example in document_examples(Context.of(sample, 1, "exam"), "expert_query"):
        assert "; show " in example.question
        assert "@" not in example.sql


def test_every_fault_occurs_and_the_checker_finds_it(sample):
    seen = set()
    for example in streamed(sample, "correction", 1, 300):
        wrong = example.question.partition("SELECT")[1] + example.question.partition("SELECT")[2]
        rules = FAULTS[example.intent].rules
        assert set(check(wrong, sample).rules) <= rules and check(wrong, sample).rules
        assert check(example.sql, sample).clean
        seen.add(example.intent)
    assert seen == set(FAULTS)


def test_the_misspelt_column_of_a_join_is_that_of_the_named_table_alone(sample):
    sql = "SELECT APTL.APTrans, APTH.Mth FROM APTL JOIN APTH ON APTL.APTrans = APTH.APTrans"
    objects = ("dbo.APTH", "dbo.APTL", "dbo.APTH.APTrans")
    example = Example("sql", "join_list", "?", "", "f", "w", sql=sql, tables=objects[:2], objects=objects)
    case = Case(example, parse(sql), Context.of(sample, 1, "train"), random.Random(1))
    fault = unknown_column(case)
    wrong = one_line(case.tree)
    assert wrong.count("APTL.APTrans") == 2
    assert "APTH.APTrans" not in wrong
    assert fault.said.endswith(" is not in APTH; it is APTrans.")


def test_a_fault_in_a_name_leaves_a_parameter_of_that_name_alone(sample):
    """The answer mends what its sentence names and nothing else."""
    sql = "SELECT InvTotal FROM APTH WITH (NOLOCK) WHERE APCo = @Co AND Vendor = @Vendor AND DueDate IS NOT NULL"
    example = Example(
        "sql", "list", "?", "", "f", "w", sql=sql, tables=("dbo.APTH",), objects=("dbo.APTH", "dbo.APTH.Vendor")
    )
    ctx = Context.of(sample, 1, "train")
    for intent in ("fix_column", "fix_case"):
        wrong = correct(ctx, intent, example, 0).question
        assert "@Vendor AND DueDate IS NOT NULL" in wrong
        assert " Vendor = " not in wrong


def test_no_name_is_misspelt_as_a_keyword(sample):
    sql = "SELECT PRCo FROM PREH WITH (NOLOCK) WHERE PRCo = 1"
    example = Example("sql", "list", "?", "", "f", "w", sql=sql, tables=("dbo.PREH",), objects=("dbo.PREH.PRCo",))
    ctx = Context.of(sample, 1, "train")
    made = [unknown_column(Case(example, parse(sql), ctx, random.Random(seed))) for seed in range(40)]
    said = {fault.said.partition(" ")[0] for fault in made if fault}
    assert len(said) > 3
    assert "PROC" not in {name.upper() for name in said}


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT Name FROM APVM WITH (NOLOCK) WHERE City IS NOT NULL AND NOT State LIKE 'N%' ORDER BY Name DESC",
        "SELECT TOP 5 v.Name FROM APVM v WITH (NOLOCK) LEFT JOIN APTH h ON v.Vendor = h.Vendor WHERE h.APCo IS NULL",
        "SELECT [Order].Name, COUNT(*) AS CountRows FROM Sales.[Order] [o d] WHERE Name <> 'IS NOT NULL' GROUP BY Name",
    ],
)
def test_a_tree_is_written_as_the_generator_writes(sql):
    tree = parse(sql)
    assert one_line(tree) == sql
    assert one_line(tree) == sql, "the tree itself is left as it is"


def test_the_value_of_a_missing_company_filter_is_in_the_question(sample):
    made = list(islice(stream(sample, "correction", 1, intents=["fix_company"]), 20))
    assert made
    assert all(" for company " in example.question for example in made)


def test_without_house_rules_only_plain_faults_remain(shop):
    made = list(islice(stream(shop, "correction", 1), 60))
    assert {example.intent for example in made} == {"fix_column", "fix_table", "fix_group"}


def test_a_typo_is_another_name():
    rng = random.Random(1)
    assert all(typo("Vendor", rng) != "Vendor" for _ in range(200))


@pytest.mark.parametrize(
    ("description", "said"),
    [
        ("0 = StateProvinceCode exists. 1 = StateProvinceCode unavailable, using CountryRegionCode.",
         "0 = StateProvinceCode exists. 1 = StateProvinceCode unavailable, using CountryRegionCode"),
        ("Type: 'A' = asset. 'B' = bond. Kept for audits.", "Type: 'A' = asset. 'B' = bond"),
        ("The state of the order. 1 = open.", "The state of the order"),
        ("Order date. Never empty.", "Order date"),
    ],
)  # fmt: skip
def test_half_a_list_of_values_is_no_meaning(description, said):
    assert short_description(description) == said
