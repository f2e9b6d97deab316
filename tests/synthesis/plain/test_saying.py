"""Templates without names of tables, and words around a question."""

import random

import pytest

from vgpt2.synthesis.plain.saying import chatty, plainly, terse
from vgpt2.synthesis.wordings import sql_wordings
from vgpt2.synthesis.wordings.model import slots_in


@pytest.mark.parametrize(
    ("template", "plain"),
    [
        (
            "How many rows of {table} are there{company} where {where}?",
            "How many {table} are there{company} where {where}?",
        ),
        (
            "Which {n} rows of {table}{company} have the {degree} {by}?",
            "Which {n} {table}{company} have the {degree} {by}?",
        ),
        ("Which rows of {table}{company} have no row in {other}?", "Which {table}{company} have no {other}?"),
        ("What {table} rows{company} lack a row in {other}?", "What {table}{company} lack {other}?"),
        (
            "Give me the row count of {table} for every {group}{company}.",
            "Give me the number of {table} for every {group}{company}.",
        ),
        ("For each row of {table} give {columns}.", "For all {table} give {columns}."),
        (
            "Tell me how many rows {table} has{company} where {where}.",
            "Tell me how many {table} there are{company} where {where}.",
        ),
    ],
)
def test_rows_are_not_spoken_of(template, plain):
    assert plainly(template) == plain


def test_no_template_loses_a_slot():
    for name, wordings in sql_wordings().items():
        for template in (*wordings.train, *wordings.exam):
            assert sorted(slots_in(plainly(template))) == sorted(slots_in(template)), name


def test_terse_templates_are_slots_and_few_words():
    assert terse("{table}{company}: total {measure} per {group}")
    assert not terse("Show {columns} of {table}{company}.")


def test_words_around_a_question_leave_it_as_it_is():
    said = {chatty("Show vendors where name is Acme.", "train", random.Random(seed)) for seed in range(60)}
    assert len(said) > 8
    assert all("how vendors where name is Acme" in text for text in said)
    assert "Hi, could you show vendors where name is Acme? Thanks!" in said
    # A question that begins with no verb, or has two sentences, is not built into another one.
    asked = "Vendors by city. Only the first 3."
    assert all(asked in chatty(asked, "exam", random.Random(seed)) for seed in range(30))
