"""What is asked of one value of a column is said as people say it: active vendors, subcontracts with hold code 'H1'."""

import random
import re

import pytest
from tests.conftest import table
from tests.synthesis.streamed import streamed

from vgpt2.catalog.model import Catalog, Join, Meaning
from vgpt2.database_settings import DatabaseSettings
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.conditions import it_is, rows_of, that_are_of, wanted, with_value
from vgpt2.synthesis.intents.roles_said import as_what, theirs
from vgpt2.synthesis.intents.states import is_so, of_value, states_of
from vgpt2.synthesis.query import Filter, Ref
from vgpt2.synthesis.questions import Speech


def means(column, **values):
    return [Meaning(f"HR.{column}", [[text, "description", ""]], value) for value, text in values.items()]


@pytest.fixture(scope="module")
def staff():
    """Employees with flags and codes, and orders that refer to one by a role of the employee's."""
    people = table(
        "HR",
        "Employee",
        {
            "EmployeeID": "int",
            "LastName": "nvarchar(40)",
            "CurrentFlag": "bit",
            "MaritalStatus": "nchar(1)",
            "FinishedFlag": "bit",
            "Origin": "char(1)",
            "IsSalesperson": "bit",
            "HoldCode": "varchar(10)",
            "Kind": "tinyint",
        },
        ["EmployeeID"],
    )
    for column, values in {"MaritalStatus": ["M", "S"], "Origin": ["I", "E"], "Kind": ["1", "2", "3"]}.items():
        people.column(column).values = values
    for column in people.columns:
        column.nullable = column.name == "HoldCode"
    people.column("Origin").description = "internal or external"
    orders = table("HR", "Order", {"OrderID": "int", "PickerID": "int", "Total": "money"}, ["OrderID"])
    join = Join(orders.qualified, ["PickerID"], people.qualified, ["EmployeeID"], "foreign_key", 1, orders.qualified)
    meanings = [
        *means("Employee.CurrentFlag", **{"0": "inactive", "1": "active"}),
        *means("Employee.MaritalStatus", M="married", S="single"),
        *means("Employee.FinishedFlag", **{"0": "employee is not a salable one", "1": "employee is salable"}),
        *means("Employee.Kind", **{"1": "pending", "2": "in-house staff", "3": "approved"}),
    ]
    settings = DatabaseSettings(name="staff", prefix="staff", title="Staff")
    return Context(Catalog(settings, [people, orders], joins=[join], meanings=meanings), 1, "train")


@pytest.mark.parametrize(
    ("column", "value", "word"),
    [
        ("CurrentFlag", "1", "active"),
        ("CurrentFlag", "0", "inactive"),  # never "current flag is not active"
        ("MaritalStatus", "'S'", "single"),
        ("FinishedFlag", "1", "salable"),  # of "employee is salable", and not "complete"
        ("FinishedFlag", "0", "not salable"),
        ("Origin", "'E'", "external"),  # called "internal or external", with I and E
        ("Kind", "1", "pending"),
        ("Kind", "2", ""),  # says what a row is, not how
        ("HoldCode", "'H1'", ""),
    ],
)
def test_what_a_row_is_by_a_value(staff, column, value, word):
    people = staff.table("HR.Employee")
    assert of_value(staff, people, people.column(column), value) == word


def test_two_values_with_a_word_each_are_two_states(staff):
    found = {state.ref.column: (state.word, state.other) for state in states_of(staff, staff.table("HR.Employee"))}
    assert found["MaritalStatus"] == ("married", "single")
    assert found["Origin"] == ("internal", "external")


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("active", "active vendors"),
        ("on hold", "vendors on hold"),
        ("not finalized", "vendors that are not finalized"),
    ],
)
def test_how_rows_are_stands_where_people_say_it(word, said):
    assert is_so("vendors", word) == said


def test_a_condition_goes_into_the_name_of_the_rows_or_behind_them(staff):
    people, orders = staff.table("HR.Employee"), staff.table("HR.Order")
    say, pairs = Speech(staff, random.Random(1), plain=True), (("PickerID", "EmployeeID"),)
    single = (Filter(Ref(people.qualified, "MaritalStatus"), "{0} = 'S'"), "marital status is single")
    held = (Filter(Ref(people.qualified, "HoldCode"), "{0} = 'H1'"), "hold code is 'H1'")
    status, code = people.column("MaritalStatus"), people.column("HoldCode")
    assert rows_of(say, people, status, single) == {"table": "single employees", "where": ""}
    assert rows_of(say, people, code, held) == {"table": "employees", "where": "hold code is 'H1'"}
    assert with_value(say, people, status, single) == "single employees"
    assert with_value(say, people, code, held) == "employees with hold code 'H1'"
    assert it_is(say, orders, people, pairs, status, single) == "the picker is single"
    assert it_is(say, orders, people, pairs, code, held) == "the picker has hold code 'H1'"
    assert that_are_of(say, people, people, (("EmployeeID", "EmployeeID"),), "single employees") == (
        "that are single employees"
    )
    # A picker is an employee in a role, which is said.
    assert that_are_of(say, orders, people, pairs, "single employees") == "whose picker is one of the single employees"
    assert as_what(say, orders, people, pairs) == "orders as picker"
    assert theirs(say, orders, people, pairs, ["LastName"]) == "picker last name"


def test_a_flag_without_a_word_is_not_asked_by_where_no_name_is_spelled(sample):
    ctx = Context.of(sample, 1, "train")
    employees = ctx.table("dbo.PREH")
    flag = employees.column("PostToAll")
    assert wanted(Speech(ctx, random.Random(1), plain=True), employees, flag) is None
    assert wanted(Speech(ctx, random.Random(1), plain=False), employees, flag)


def test_no_question_reads_a_flag_aloud_or_denies_twice(sample):
    intents = ("list_equal", "count", "join_list", "in_subquery", "not_active")
    for example in streamed(sample, "sql", 1, 900, intents=intents):
        said = example.question
        if not re.search(r"\b[A-Z]{4}\b", said):
            assert not re.search(r"(?<!billing) flag is|without those that have no|\(active", said), said
            columns = map(sample.by_qualified[example.tables[0]].column, re.findall(r"(\w+) <> '[YN]'", example.sql))
            assert not any({"N", "Y"} <= set(column.values) for column in columns if column), said
        assert "is one of" not in said or "where" in said or "whose" in said or "," in said, said


def test_a_letter_of_a_kind_is_not_called_like_the_rows(sample):
    """Which deductions and liabilities there are is not answered by D and L."""
    ctx = Context.of(sample, 1, "train")
    assert ctx.plain_columns(ctx.table("dbo.PRDL"))["DLType"] == "deduction or liability type"
    assert ctx.plain_columns(ctx.table("dbo.ARTH"))["ARTransType"] == "AR transaction type"
