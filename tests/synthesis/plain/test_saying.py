"""Templates without names of tables, and words around a question."""

import random
import re

import pytest

from vgpt2.synthesis.plain.saying import briefly, chatty, of_one, of_rows, plainly, terse, unconditioned
from vgpt2.synthesis.wordings import fill, sql_wordings
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
        ("For each row of {table} give {columns}.", "For each {row} give {columns}."),
        ("For every row of {table} give {columns}.", "For all {table} give {columns}."),
        (
            "For each {by}, which row of {table}{company} has the highest {measure}?",
            "For each {by}, which {row}{company} has the {most} {measure}?",
        ),
        (
            "Show {columns} of the row of {table}{company} with the {degree} {by} for every {group}.",
            "Show {columns} of the {row}{company} with the {degree} {by} for every {group}.",
        ),
        (
            "Which rows of {table} have more than {bound} rows in {lines}?",
            "Which {table} have more than {bound} {lines}?",
        ),
        ("How is {table} spread by {measure}?", "How are {table} spread by {measure}?"),
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
INSTEAD = {
    "groups": {"group"},
    "row": {"table"},
    "rows": set(),
    "most": set(),
    "bys": {"by"},
    "who": set(),
    "theirs": {"group", "others", "other"},
    "that": {"key", "other", "where"},
}


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


@pytest.mark.parametrize(
    ("template", "plain"),
    [
        ("{table}: total {measure}, count, per {by}", "{table}: total {measure}, number of {rows}, per {by}"),
        ("Show {by} of {table} with total and count, highest first.",
         "Show {by} of {table} with total and number of {rows}, highest first."),
        ("Average days of {table}? Add the count.", "Average days of {table}? Add the number of {rows}."),
        # What is counted is said already, or is no row of the table.
        ("Total {measure} and count of {table}.", "Total {measure} and count of {table}."),
        ("Show {columns} of {table} and the count of {lines}.", "Show {columns} of {table} and the count of {lines}."),
    ],
)  # fmt: skip
def test_a_count_says_what_is_counted(template, plain):
    assert plainly(template) == plain


@pytest.mark.parametrize(
    ("table", "measure", "row", "rows", "most"),
    [
        ("vendor invoices", "invoice total", "vendor invoice", "invoices", "highest"),
        ("tickets that are not void", "hours worked", "ticket that is not void", "tickets", "most"),
        ("approved change orders", "days added", "approved change order", "change orders", "most"),
        ("equipment", "amount invoiced", "row of equipment", "records", "highest"),
    ],
)
def test_rows_are_said_as_one_and_in_short(table, measure, row, rows, most):
    given = {"table": table, "measure": measure, "group": "payment method"}
    said = {"row": row, "rows": rows, "most": most, "groups": "payment methods"}
    assert of_rows(given) == given | said


def test_more_than_one_is_said_of_one_row():
    phrases = of_rows({"table": "vendor invoices", "bound": "1"})
    assert fill(of_one("Vendors with more than {bound} {table}", phrases), phrases) == (
        "Vendors with more than one vendor invoice"
    )
    assert of_one("more than {bound} {rows}", phrases) == "more than one of them"
    assert of_one("more than {bound} {table}", phrases | {"bound": "12"}) == "more than {bound} {table}"


def test_every_plain_template_is_filled_with_what_a_question_has():
    for name, wordings in sql_wordings().items():
        for template in (*wordings.train, *wordings.exam):
            plain = set(slots_in(plainly(template)))
            # Unions and chains over several tables have none of these.
            assert not plain & {"row", "rows"} or "table" in slots_in(template), (name, template)


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


@pytest.mark.parametrize(
    ("question", "forms"),
    [
        ("I need vendors by city.", "My boss just asked me|for a meeting. I|I have to know|for the auditors. I"),
        ("Auditors want the gaps. Which are there?", "asked|for a meeting. A|I have to know|sorry"),
        ("Late ones in invoices, please: number.", "boss just asked me|I have to know this"),
    ],
)
def test_a_question_is_opened_once(question, forms):
    said = {chatty(question, side, random.Random(seed)) for side in ("train", "exam") for seed in range(200)}
    assert len(said) > 4 and not any(re.search(forms, text) for text in said)
    assert "My boss just asked me. Which vendors are open?" in {
        chatty("Which vendors are open?", "train", random.Random(seed)) for seed in range(200)
    }


def test_behind_a_terse_question_its_sentences_follow_one_another():
    more = "Without void tickets. Void invoices do not count. Sort by city, please. Only the first 5."
    assert briefly(more) == "without void tickets; void invoices do not count; sort by city; only the first 5"
    assert (
        briefly("I mean the invoices only. Split it by type too.") == "I mean the invoices only; split it by type too"
    )
