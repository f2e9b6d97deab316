"""What a question asks beside its intent stands in the query, in the plan and in the question, never in the exam."""

import re
from itertools import islice

from vgpt2.synthesis.column_roles import DATES, EXACT, WHOLE, KeyParts, base_word
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.intents.extras import FIRST, ONLY, SORTED
from vgpt2.tsql.check.check import check
from vgpt2.tsql.run.execute import Engine

# Their own wordings neither sort nor pick.
PLAIN = ("list_equal", "sum", "group_sum", "join_list")
# A terse question goes on in small letters.
STARTS = [text.partition("{")[0] for text in (*ONLY, *SORTED, *FIRST)]
STATE = re.compile(r"= '[YN]' is ")
EXTRA = re.compile("|".join(f"(?:{re.escape(text)}|; {re.escape(text[0].lower() + text[1:])})" for text in STARTS))


def made(sample, side, intents=(), count=600, **more):
    return list(islice(stream(sample, "sql", 1, side, intents=intents, **more), count))


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


def test_no_order_of_ranks_is_highest_first_which_is_the_first_to_one_and_the_last_to_another(sample):
    questions = [example.question for example in made(sample, "train", ("rank",), 1500)]
    assert any(re.search(r" by the rank descending", said) for said in questions)
    assert not [said for said in questions if re.search(r" by the rank, highest first", said)]


def test_every_query_is_proved_and_nearly_every_one_returns_rows(sample):
    with Engine(sample, 1) as engine:
        found = made(sample, "train", count=800, engine=engine)
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
