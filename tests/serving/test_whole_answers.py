"""Mutants of attacks in whole answers, and what leaves of them under a strict guard.

The query that leaves is one SELECT for Microsoft's own parser, and nothing that stands beside it in the text, from any
line on, is a statement that changes, starts or grants something. So it is of the golds of the generated suite.
"""

from __future__ import annotations

import random
import re

import pytest
from tests.serving.page.served import GivenDesk
from tests.serving.test_attacks import MANY, _mutants, fenced

from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.suite.suite import build
from vgpt2.serving.guard.guard import judge
from vgpt2.serving.guard.said import proved, refused
from vgpt2.serving.wishes import Wish

GOOD = fenced("SELECT Vendor FROM APVM")
# Where a model may put it: without a fence, in one of its kinds, beside a right query, before prose and behind it.
FORMS = [
    "ATTACK",
    "The query:\nATTACK",
    "ATTACK\nThat is all of them.",
    "The query:\nATTACK\nThat is all of them.",
    "```sql\nATTACK\n```\nThat is all of them.",
    "```\nATTACK\n```",
    "~~~\nATTACK\n~~~",
    "```sql\nATTACK",
    "> ATTACK",
    "1. ATTACK\n2. Look at the rows.",
    f"ATTACK\n{GOOD}",
    f"{GOOD}\nATTACK",
    f"{GOOD}\n```sql\nATTACK\n```",
    f"```sql\nATTACK\n```\n{GOOD}",
    f"{GOOD}\n```text\nAPTH\n```\n```tsql\nATTACK\n```\nThat is all of them.",
    f"{GOOD}\nOr `ATTACK` instead.",
    f"<think>ATTACK</think>\n{GOOD}",
    "```sql\n-- ATTACK\nSELECT Vendor FROM APVM\n```",
]
# They change nothing and start nothing. A word at a line's beginning is, for the parser, the name of a procedure, and
# one before a colon a label.
HARMLESS = {
    "DeclareVariableStatement",
    "GoToStatement",
    "LabelStatement",
    "PrintStatement",
    "ReturnStatement",
    "SelectStatement",
    "ThrowStatement",
    "UseStatement",
}
EXEC = re.compile(r"(?<![\w\u20ac])exec(?:ute)?(?![a-z])", re.IGNORECASE)


def whole_answers(count, seed):
    rng = random.Random(seed)
    return [rng.choice(FORMS).replace("ATTACK", text) for text in _mutants(count, seed)]


def strictly(answer, sample):
    """The text that leaves, as `Desk.ask` decides it, and the query in it that counts as proved or read."""
    judged = judge(answer, sample)
    return (proved(answer, judged), judged.sql) if judged.leaves else (None, "")


def beside(text, sql):
    """What stands in a text beside its query, as one may copy it: all from a line on, each line, what is in ticks."""
    for part in text.split(f"```sql\n{sql}\n```") if sql else [text]:
        lines = part.splitlines()
        yield from (piece for piece in {*lines, *re.findall("`([^`]+)`", part)} if piece.strip())
        yield from ("\n".join(lines[at:]) for at in range(len(lines)))


def harms(text, statements):
    """Whether one of a text's statements does something."""
    said = {one for batch in statements or [] for one in batch} - HARMLESS
    return bool(said - {"ExecuteStatement"}) or ("ExecuteStatement" in said and bool(EXEC.search(text)))


@pytest.mark.parametrize("count", MANY)
def test_of_mutants_in_whole_answers_nothing_passes(count, sample, batches):
    left = [strictly(answer, sample) for answer in whole_answers(count, seed=5)]
    left = [(text, sql) for text, sql in left if text is not None]
    assert count / 10 < len(left) < count / 2
    queries = [sql for _, sql in left if sql]
    assert [sql for sql, one in zip(queries, batches(queries), strict=True) if one != [["SelectStatement"]]] == []
    assert all(text.count("```") == (2 if sql else 0) for text, sql in left)
    pieces = sorted({piece for text, sql in left for piece in beside(text, sql)})
    assert [piece for piece, one in zip(pieces, batches(pieces), strict=True) if harms(piece, one)] == []


def test_what_leaves_a_desk_is_what_is_looked_at_here(sample):
    """The same answers through the desk itself: one that does not leave is asked for again, and refused then."""
    for answer in whole_answers(60, seed=9):
        desk = GivenDesk(sample, {"them": answer})
        said = desk.ask("show them", 0, Wish(guard="strict"))
        text, sql = strictly(answer, sample)
        assert said.text == (refused(judge(answer, sample)) if text is None else text)
        assert said.attempts == (2 if text is None else 1)
        assert text is None or said.sql == sql
        desk.close()


def test_what_does_something_is_told_from_prose(batches):
    texts = ["The query:", "Vendors", "SELECT 1", "exec x", "DROP TABLE a", "x\nDELETE b", "That is all of them."]
    found = [harms(text, one) for text, one in zip(texts, batches(texts), strict=True)]
    assert found == [False, False, False, True, True, True, False]


@pytest.mark.slow
def test_every_gold_of_the_suite_leaves_and_is_one_select(sample, cpu, batches):
    with Rows(sample) as rows:
        questions, _ = build(sample, cpu.data, 7, rows, [])
    golds = sorted({sql for question in questions for sql in question.gold.sql})
    assert len(golds) > 200
    left = {answer: strictly(answer, sample) for sql in golds for answer in (fenced(sql), sql)}
    assert [answer for answer, (text, _) in left.items() if text is None] == []
    queries = [sql for _, sql in left.values()]
    assert [sql for sql, one in zip(queries, batches(queries), strict=True) if one != [["SelectStatement"]]] == []
