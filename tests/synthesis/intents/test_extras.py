"""What a question asks beside its intent stands in the query, in the plan and in the question, never in the exam."""

import re
from decimal import Decimal
from itertools import islice

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.catalog.model import Column, Table
from vgpt2.catalog.plain_words import PlainWords
from vgpt2.synthesis.column_roles import DATES, EXACT, WHOLE, KeyParts, base_word, is_of_units
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.intents.extras import FIRST, ONLY, SORTED, always_so, same_in_all
from vgpt2.synthesis.query import Filter, Item, JoinOn, Query, Ref
from vgpt2.tsql.check.check import check
from vgpt2.tsql.run.execute import Engine

# Their own wordings neither sort nor pick.
PLAIN = ("list_equal", "sum", "group_sum", "join_list")
# A terse question goes on in small letters.
STARTS = [text.partition("{")[0] for text in (*ONLY, *SORTED, *FIRST)]
STATE = re.compile(r"= '[YN]' is ")
EXTRA = re.compile("|".join(f"(?:{re.escape(text)}|; {re.escape(text[0].lower() + text[1:])})" for text in STARTS))


def made(sample, side, intents=(), count=600, **more):
    return streamed(sample, "sql", 1, count, side, intents, **more)


def test_nearly_half_of_the_training_questions_ask_for_more_and_no_exam_question_does(sample):
    found = made(sample, "train", PLAIN)
    train = [example for example in found if EXTRA.search(example.question) or STATE.search(example.answer)]
    assert 0.3 < len(train) / 600 < 0.55
    assert not [example for example in made(sample, "exam", PLAIN) if EXTRA.search(example.question)]
    assert not [example for example in made(sample, "train", PLAIN, plain=True) if EXTRA.search(example.question)]


def test_order_and_limit_are_said_wherever_they_stand(sample):
    for example in made(sample, "train", ("list_equal", "group_sum", "join_list")):
        said = example.question
        if "; " in said:
            continue  # small letters may be mistyped
        assert (" ORDER BY " in example.sql) == bool(re.search(r"[Ss]ort by|[Oo]rder the|[Ss]orted by", said)), said
        assert (" TOP " in example.sql) == bool(re.search(r"[Ff]irst \d|[Ss]top after \d", said)), said
        assert (" TOP " in example.sql) <= (" ORDER BY " in example.sql)
        assert ("sort by" in example.answer) == (" ORDER BY " in example.sql)


def test_of_what_is_above_the_average_the_first_few_are_the_highest(sample):
    limited = [
        example.sql for example in made(sample, "train", ("above_average",), 300) if "SELECT TOP " in example.sql
    ]
    measures = [re.search(r"> \(SELECT AVG\((?:\w+\.)?(\w+)", sql)[1] for sql in limited]
    sorted_by = [(sql, re.search(r"ORDER BY (?:\w+\.)?(\w+)( DESC)?", sql)) for sql in limited]
    by_it = [found for (_, found), name in zip(sorted_by, measures, strict=True) if found[1] == name]
    assert len(by_it) > 3 and all(found[2] for found in by_it)


def test_of_figures_the_first_few_are_the_highest(sample):
    found = streamed(sample, "sql", 3, 700, intents=("group_sum", "group_average", "far_count"))
    cut = [example.sql for example in found if re.search(r"TOP \(?\d+", example.sql) and "GROUP BY" in example.sql]
    by = [re.search(r"ORDER BY (\w+)( DESC)?$", sql.strip()) for sql in cut]
    figures = [order for order, sql in zip(by, cut, strict=True) if order and f"AS {order[1]}" in sql]
    assert len(figures) > 3 and all(order[2] for order in figures), cut


def test_what_is_added_up_is_bounded_by_no_other_amount(sample):
    ctx = Context.of(sample, 1, "train")
    bound = re.compile(r"(?:AND|WHERE) (?:\w+\.)?(\w+) >= -?[\d.]+(?! *AND \1 <)")
    found = 0
    for example in made(sample, "train", ("group_sum", "join_sum", "rank", "group_count", "list_equal"), 900):
        table = next(t for t in map(ctx.table, example.objects[:1]))
        for name in bound.findall(example.sql):
            column, found = table.column(name), found + 1
            assert "SUM(" not in example.sql and not (column and is_of_units(sample, table, column)), example.sql
    assert found > 3


def test_ranks_come_in_their_own_order_and_are_asked_in_no_other(sample):
    found = made(sample, "train", ("rank",), 200)
    assert found
    assert all(re.search(r" ORDER BY Rank\w+$", example.sql) for example in found)
    assert not [
        example.question for example in found if EXTRA.search(example.question) and " by Rank" in example.question
    ]


def test_nobody_sorts_by_what_is_the_same_in_all_rows(sample):
    fixed = Filter(Ref("dbo.A", "Vendor"), "{0} = 5"), Filter(Ref("dbo.A", "Group"), "{0} = 1")
    pairs = tuple((Ref("dbo.A", name), Ref("dbo.V", name)) for name in ("Group", "Vendor"))
    items = tuple(Item(Ref(table, name)) for table, name in (("dbo.A", "Amount"), ("dbo.V", "Name")))
    query = Query("dbo.A", items, (JoinOn("dbo.V", pairs),), fixed)
    assert "dbo.V.Name" in same_in_all(query)
    assert "dbo.A.Amount" not in same_in_all(query)
    for example in made(sample, "train", ("list_equal", "join_list", "join_three"), 300):
        by = re.search(r" ORDER BY (\S+)$", example.sql)
        assert not by or f"{by[1]} = " not in example.sql, example.sql


@pytest.mark.parametrize(
    ("check", "base", "low", "always"),
    [
        ("[OrderQty] > 0", "smallint", 1, True),
        ("([OrderQty]>=(5))", "smallint", 5, True),
        ("([OrderQty]>=(5))", "smallint", 6, False),
        ("[OrderQty] BETWEEN 2 AND 9", "int", 2, True),
        ("[OrderQty] > 0.00", "money", Decimal("0.5"), False),
        ("[Other] > 100", "int", 50, False),
        ("[OrderQty] <= 100", "int", 50, False),
    ],
)
def test_nobody_asks_for_at_least_what_every_row_has(check, base, low, always):
    table = Table("dbo", "T", "table", [Column("OrderQty", base, base)], checks=[check])
    assert always_so(table, table.columns[0], low) == always


def test_an_order_by_one_of_two_columns_of_one_name_says_of_which_table(sample):
    twice, said = 0, 0
    for example in made(sample, "train", ("join_three",), 1500):
        by = re.search(r" ORDER BY ((\w+)\.(\w+))", example.sql)
        shown = re.findall(r"\w+\.(\w+)", example.sql.partition(" FROM ")[0])
        if by and shown.count(by[3]) > 1:
            twice += 1
            assert f"sort by {by[1]}" in example.answer, example.answer
            called = PlainWords.of(sample).table(sample.by_qualified[f"dbo.{by[2]}"])
            said += f" of {called}" in example.question or f" of {by[2]}" in example.question
    assert twice
    assert said > 0.8 * twice  # some are mistyped


def test_every_query_is_proved_and_nearly_every_one_returns_rows(sample):
    with Engine(sample, 1) as engine:
        found = list(islice(stream(sample, "sql", 1, engine=engine), 800))
    assert all(check(example.sql, sample).clean for example in found)
    proofs = [example.slots["proof"] for example in found]
    assert sum("runs" in proof for proof in proofs) >= 0.95 * len(found)
    assert sum("rows" in proof for proof in proofs) >= 0.85 * len(found)
    skeletons = {example.slots["skeleton"] for example in found}
    assert len(skeletons) > 250


def test_nobody_sorts_by_what_tells_nothing_or_is_the_same_in_all_rows(sample):
    """Not by the number of a line or by a fax number; and of kinds, or by number, the first five are no answer."""
    numbers = KeyParts.of(sample)
    for example in made(sample, "train", ("list_equal", "list_over", "join_list", "group_sum"), 800):
        sorted_by = re.search(r" ORDER BY (?:(\w+)\.)?(\w+)", example.sql)
        if not sorted_by:
            continue
        name, owner = sorted_by[2], f"dbo.{sorted_by[1]}" if sorted_by[1] else example.tables[0]
        assert not re.search(rf"(?<!\w){name} = ", example.sql.partition(" WHERE ")[2]), example.sql
        column = sample.by_qualified[owner].column(name)
        if not column or base_word(column) in DATES:
            continue  # a figure, or the latest first
        counts = base_word(column) in WHOLE and name in numbers  # the line of an invoice
        assert not counts and not re.search(r"Fax|Phone|URL|Seq$", name), example.sql
        if " TOP " in example.sql:
            assert base_word(column) in EXACT | WHOLE and name not in sample.by_qualified[owner].key, example.sql


def test_a_further_condition_leaves_something_out_and_is_no_guess(sample):
    for example in made(sample, "train", ("list_equal", "count", "sum"), 800):
        assert not re.search(r" is 0\.?0* or more", example.question), example.question
        assert not re.search(r"<> '[^']{11,}'", example.sql), example.sql  # a description that a row has not
