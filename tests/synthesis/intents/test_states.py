"""States that flags tell are asked for as people say them, and the plan says what the condition stands for."""

import re

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.catalog.states.columns import flag_values
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.reports.sheet import Sheet
from vgpt2.synthesis.intents.states import is_so, of_value, said_of_other, states_of
from vgpt2.synthesis.roles.book import book_of

STATE = re.compile(r"(\w+) = '([YN])' is (not )?([\w ]+?)[;.]")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("APPH", ["void", "cleared"]),
        ("HQMT", ["stocked", "taxable", "active"]),
        ("MSTD", ["on hold", "void"]),
        ("SMWorkCompleted", ["provisional", "invoiced"]),
        ("PREH", ["active"]),  # no posting to all, no certified payroll
        ("JCJM", []),  # locked phases are a rule
    ],
)
def test_flags_that_say_how_a_row_is(sample, table, words):
    ctx = Context.of(sample, 1, "train")
    assert [state.word for state in states_of(ctx, ctx.table(f"dbo.{table}"))] == words


def test_a_day_to_which_something_is_moved_does_not_say_that_it_happened(sample):
    ctx = Context.of(sample, 1, "train")
    ended = {column.name for column, _ in book_of(ctx).parts(ctx.table("dbo.PMOH")).ended}
    assert "NewCmplDate" not in ended


def test_the_word_of_the_question_is_the_condition_of_the_query(sample):
    found = streamed(sample, "sql", 1, 1500, intents=("list_equal", "sum", "count", "join_list"))
    told = [(example, state) for example in found if (state := STATE.search(example.answer))]
    assert len(told) > 60
    for example, state in told:
        column, value, denied, word = state.groups()
        tables = (sample.by_qualified[name] for name in example.tables)
        if not any((found := table.column(column)) and flag_values(found) for table in tables):
            continue  # N of accidents is a near miss
        assert f"{column} = '{value}'" in example.sql and (value == "N") == bool(denied)
        if re.search(rf"\b{word}\b", example.question):  # no slip of the pen
            out = re.search(r"(?i)\bnot\b|leave out|without|do not count|ignore|\bno ", example.question)
            assert bool(denied) <= bool(out), example.question


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("INMO", "Status", "0", "open material orders"),
        ("ARCM", "Status", "'H'", "customers on hold"),
        ("EMEM", "OwnershipStatus", "'L'", "leased equipment"),
        ("PMOP", "PendingStatus", "2", "pending change orders that are approved"),
        ("PREH", "DirDeposit", "'A'", ""),  # the direct deposit is active, whatever the employee is
        ("APVM", "EFT", "'A'", ""),
        ("HQMA", "RecType", "'D'", ""),  # the row of which the log tells is gone, and not the log's
        ("HRPC", "Type", "'S'", ""),  # positions are salaried, and not their codes
        ("APTD", "Status", "2", ""),  # a flag says on hold too
    ],
)
def test_a_value_says_how_its_row_is_and_not_how_something_of_it_is(sample, table, column, value, said):
    ctx = Context.of(sample, 1, "train")
    owner = ctx.table(f"dbo.{table}")
    word = of_value(ctx, owner, owner.column(column), value)
    assert (is_so(ctx.called(owner), word) if word else "") == said


def test_what_a_flag_and_a_status_both_say_is_said_by_the_column(sample):
    ctx = Context.of(sample, 1, "train")
    detail = ctx.table("dbo.APTD")
    assert said_of_other(ctx, detail, detail.column("HoldYN"), "on hold")
    assert not said_of_other(ctx, detail, detail.column("HoldYN"), "disputed")
    sheet = Sheet(ctx, detail, ctx.rng("x"), 0, "x")
    held = next(state for state in sheet.parts.states if state.column.name == "HoldYN")
    assert sheet.say_state(held) in ("on hold (hold flag is Y)", "on hold (HoldYN is Y)")
