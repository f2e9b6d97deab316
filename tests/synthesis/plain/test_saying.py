"""Templates without names of tables, and words around a question."""

import random
import re

import pytest

from vgpt2.synthesis.plain.saying import briefly, chatty, plainly, terse, unconditioned
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


# What stands for other slots where no name is spelled: partners as several, columns with whose they are, rows with what
# is so of their partner.
INSTEAD = {"bys": {"by"}, "who": set(), "theirs": {"group", "others", "other"}, "that": {"key", "other", "where"}}


def test_no_template_loses_a_slot():
    for name, wordings in sql_wordings().items():
        for template in (*wordings.train, *wordings.exam):
            plain, slots = set(slots_in(plainly(template))), set(slots_in(template))
            stood_for = {slot for instead in plain & set(INSTEAD) for slot in INSTEAD[instead]}
            # That partners are not active any more is said without their flag.
            said = {"flag"} if name == "not_active" else set()
            assert plain - set(INSTEAD) <= slots <= plain | stood_for | said, (name, template)


@pytest.mark.parametrize(
    ("template", "plain"),
    [
        ("Top {n} of {by} by total {measure} of {table}.", "Top {n} {bys} by total {measure} of {table}."),
        ("{table}{company}, per {by}: top {n} by total", "{table}{company}: top {n} {bys} by total"),
        ("Which are the {n} largest in {table} by {measure}?", "{who} the {n} largest in {table} by {measure}?"),
        (
            "Divide {table}{company} by {by} into {n} equal groups",
            "Divide the {bys} of {table}{company} into {n} equal groups",
        ),
        ("Show {columns} of {table} with {others} of {other}.", "Show {columns} of {table} with {theirs}."),
        ("Sum {measure} of {table} by {group} of {other}.", "Sum {measure} of {table} by {theirs}."),
        ("Show {columns} of {table} whose {key} is in {other} where {where}.", "Show {columns} of {table} {that}."),
        ("Show {by} where {flag}, with total {measure}", "Show {bys} that are no longer active, with total {measure}"),
        ("Show every {column} of {table}{company} once.", "Show {column} of {table}{company}, each once."),
        ("Which of {table}{company} do not occur in {other}?", "Which {table}{company} lack {other}?"),
    ],
)  # fmt: skip
def test_partners_and_what_is_theirs_are_said_as_people_say_them(template, plain):
    assert plainly(template) == plain


@pytest.mark.parametrize("intent", ["list_equal", "count", "sum"])
def test_rows_named_after_their_condition_need_no_other(intent):
    for _, template in (*sql_wordings()[intent].of("train"), *sql_wordings()[intent].of("exam")):
        left = unconditioned(plainly(template))
        assert "where" not in left and " if" not in left and ",." not in left, left
    assert unconditioned("{table}{company}, {where}: count") == "{table}{company}: count"


def test_around_a_question_for_one_fact_nobody_speaks_of_meetings():
    said = " ".join(chatty("What is the key of JCJM?", "train", random.Random(seed), fact=True) for seed in range(300))
    assert "Thanks" in said and not re.search("meeting|audit|month-end|boss", said)


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


def test_behind_a_terse_question_its_sentences_follow_one_another():
    more = "Without void tickets. Void invoices do not count. Sort by city, please. Only the first 5."
    assert briefly(more) == "without void tickets; void invoices do not count; sort by city; only the first 5"
