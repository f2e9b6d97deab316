"""What stands before a query, and by which columns nobody groups."""

import re

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.records.facts import prove
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.questions import Speech


def made(catalog, *intents, count=20):
    return streamed(catalog, "sql", 3, count, intents=intents)


@pytest.mark.parametrize(
    ("intent", "said"),
    [
        ("exists", "rows with a match in"),
        ("not_exists", "rows without a match in"),
        ("one_not_other", "rows without a match in"),
        ("nothing_since", "a match counts with"),
        ("left_missing", "keep rows without a match"),
    ],
)
def test_a_plan_says_what_a_query_in_brackets_is_there_for(sample, intent, said):
    for example in made(sample, intent):
        plan = example.answer.split("```")[0].lower()
        assert said in plan
        assert "look in" not in plan
        assert "exists" not in plan


def test_a_plan_says_first_what_is_wanted_and_of_which_table(sample):
    for example in made(sample, "join_list", "join_three", "join_sum", "list_two", count=60):
        wanted = re.split(r"(?:^|\. )From ", example.answer)[0]
        tables = {sample.sql_name(sample.by_qualified[name]) for name in example.tables}
        named = re.findall(r"(\w+)\.\w+", wanted)
        assert named, example.answer
        assert set(named) <= tables, example.answer
        selected = re.search(r"SELECT (.*?) FROM", example.sql)[1]
        qualified = re.findall(r"\b\w+\.\w+", selected) if "." in selected else []
        assert set(qualified) <= set(re.findall(r"\w+\.\w+", wanted)), example.answer


def test_a_plan_says_what_the_rows_are_that_in_looks_for(sample):
    for example in made(sample, "in_subquery"):
        column = re.search(r"SELECT \w+ FROM (\w+).* WHERE .*?(\w+) (?!IN)[=<>!]+ \S+?\)", example.sql)
        assert column, example.sql
        plan = example.answer.split("```")[0]
        assert f"{column[1]}.{column[2]}" in plan or f"{column[2]} =" in plan, example.answer


def test_a_plan_says_of_which_tables_a_row_need_not_have_one(sample):
    for example in made(sample, "chain_3", "join_list", "join_sum", "left_missing", "master_counts", count=80):
        outer = re.findall(r"LEFT JOIN", example.sql)
        assert example.answer.split("```")[0].count("(if any)") == len(outer), example.answer


def test_a_plan_says_from_which_table_a_chain_goes_on(sample):
    further = 0
    for example in made(sample, "chain_3", "chain_4", count=60):
        first, *others = re.findall(r"JOIN (\w+)(?: WITH \(NOLOCK\))? ON (\w+)\.(\w+)", example.sql)
        source = re.search(r"\bFROM (\w+)", example.sql)[1]
        assert first[1] == source, example.sql
        for _, start, column in others:
            further += start != source
            named = f" on {start}.{column}" in example.answer
            assert named == (start != source), example.answer
    assert further


def test_a_plan_calls_no_key_that_joins_by_another_table(sample):
    for example in made(sample, "lines_differ", "line_totals", count=30):
        assert "pending change order is PMOI.PCO" not in example.answer


def test_what_a_plan_states_is_so(sample):
    found = made(sample, "exists", "join_sum", "overdue_list", "far_where")
    assert any(example.facts for example in found)
    assert all(prove(fact, sample) for example in found for fact in example.facts)


@pytest.mark.parametrize(
    ("table", "grouped", "not_grouped"),
    [
        ("CMDT", {"CMAcct", "Mth", "CMTransType"}, {"BatchId", "CMTrans"}),  # its own number, and the batch
        ("POIT", {"PO", "TaxCode"}, {"POItem"}),
        ("HQBC", {"Source", "Status"}, {"BatchId"}),
        ("APTH", {"Vendor", "Mth"}, {"BatchId"}),
        ("JCCP", {"Job", "Phase", "CostType"}, set()),
    ],
)
def test_nobody_groups_by_what_the_program_controls_itself_by(sample, table, grouped, not_grouped):
    ctx = Context.of(sample, 1, "train")
    names = {column.name for column in ctx.roles(ctx.table(f"dbo.{table}")).groups}
    assert grouped <= names
    assert not not_grouped & names


def test_customers_are_counted_and_not_their_numbers(sample):
    ctx = Context.of(sample, 1, "train")
    table = ctx.table("dbo.ARTH")
    assert Speech(ctx, ctx.rng("x"), plain=True).several(table, "Customer") == "customers"
    named = Speech(ctx, ctx.rng("x"), plain=False)
    assert named.several(table, "Customer") == named.column(table, "Customer")
