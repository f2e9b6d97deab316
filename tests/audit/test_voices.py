"""How users speak, heard from the outside: terse, chatty, or a sentence."""

import pytest

from vgpt2.audit.voices import LEAST, voice

from .rows import sft

HEARD = [
    ("open POs, co 1: vendor, total", "terse"),
    ("APTH: key?", "terse"),
    ("order lines: top 3 by quantity; sort by quantity descending", "terse"),
    ("Hi! Which vendors have no phone number?", "chatty"),
    ("list the vendors pls", "chatty"),
    ("I need the invoices of company 2.", "chatty"),
    ("Show vendors where name contains 'Hello please'.", "plain"),  # nobody says what is quoted
    ("Which vendors have no phone number?", "plain"),
    ("Total of invoices by vendor.", "plain"),
    ("vendors by city. Only the first 3.", "plain"),
]


@pytest.mark.parametrize(("question", "heard"), HEARD)
def test_a_voice_is_heard(question, heard):
    assert voice(question) == heard


def test_some_questions_are_terse_and_some_chatty(failed, meta):
    rows = sft(LEAST)
    metas = [meta(row["id"], kind="sql") for row in rows]
    said = ["vendors: phone {0}", "Hi! Which vendors are in city {0}?", *["Which vendors are in city {0}?"] * 3]
    for number, row in enumerate(rows):
        row["instruction"] = said[number % 5].format(number)
    rules = {"terse_questions", "chatty_questions"}
    assert not failed("sft", rows, metas) & rules
    rows[0]["instruction"] = "Which vendors are in city 0?"
    assert failed("sft", rows, metas) & rules == {"terse_questions"}
    for row in rows[1::5]:
        row["instruction"] = row["instruction"].removeprefix("Hi! ")
    assert failed("sft", rows, metas) & rules == rules
    assert not failed("sft", rows[: LEAST - 1], metas[: LEAST - 1]) & rules
