"""States that flags tell are asked for as people say them, and the plan says what the condition stands for."""

import re
from itertools import islice

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.intents.states import states_of

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
    ctx = Context(sample, 1, "train")
    assert [state.word for state in states_of(ctx, ctx.table(f"dbo.{table}"))] == words


def test_the_word_of_the_question_is_the_condition_of_the_query(sample):
    found = list(islice(stream(sample, "sql", 1, intents=("list_equal", "sum", "count", "join_list")), 1500))
    told = [(example, state) for example in found if (state := STATE.search(example.answer))]
    assert len(told) > 60
    for example, state in told:
        column, value, denied, word = state.groups()
        assert f"{column} = '{value}'" in example.sql and (value == "N") == bool(denied)
        if re.search(rf"\b{word}\b", example.question):  # no slip of the pen
            out = re.search(r"(?i)\bnot\b|leave out|without|do not count|ignore|\bno ", example.question)
            assert bool(denied) <= bool(out), example.question
