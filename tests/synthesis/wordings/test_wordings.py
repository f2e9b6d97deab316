"""Every intent has its wordings, each with all that its question depends on."""

import re
from itertools import islice
from string import Formatter

import pytest

from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.intents import all_intents
from vgpt2.synthesis.wordings import fill, sql_wordings, templates
from vgpt2.tsql.run.execute import Engine

INTENTS = [intent.name for intent in all_intents()]
REPORTS = ("rank", "running_total", "month_over_month", "pivot", "page", "latest", "parameters")


def slots(template):
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def test_there_are_enough_intents_and_each_has_wordings_of_its_own():
    assert len(INTENTS) >= 25
    assert set(INTENTS) == set(sql_wordings())


@pytest.mark.parametrize("intent", INTENTS)
def test_eight_wordings_train_and_others_examine_and_none_leaves_out_what_the_answer_depends_on(intent):
    train, exam = sql_wordings()[intent].train, sql_wordings()[intent].exam
    assert len(set(train)) >= 8
    assert len(set(exam)) >= 3
    assert not set(train) & set(exam)
    assert len({frozenset(slots(text)) for text in (*train, *exam)}) == 1


@pytest.mark.parametrize("intent", REPORTS)
def test_queries_of_reports_prove_out_and_run(sample, intent):
    with Engine(sample, 1) as engine:
        found = list(islice(stream(sample, "sql", 1, "train", intents=[intent], engine=engine), 30))
    assert len(found) == 30
    assert all(example.slots["proof"][-1] in ("runs", "rows") for example in found)
    assert sum(example.slots["proof"][-1] == "rows" for example in found) >= (1 if intent == "parameters" else 12)


@pytest.mark.parametrize(
    ("intent", "number", "phrases", "said"),
    [
        (
            "page", 6, {"order": "Mth, APTrans", "number": "2", "columns": "APRef and InvDate", "size": "5"},
            "Sorted by Mth, APTrans: page 2 of APRef and InvDate of APTH, page size 5.",
        ),
        (
            "top", 4, {"n": "3", "degree": "lowest", "by": "InvTotal", "columns": "APRef and InvTotal"},
            "APTH: 3 rows with lowest InvTotal, show APRef and InvTotal",
        ),
        (
            "rank", 3, {"group": "Vendor", "measure": "InvTotal"},
            "List Vendor with total InvTotal and its rank, the highest total being 1, from APTH.",
        ),
        (
            "in_either", 6, {"column": "Mth", "other": "APTL"},
            "Give me Mth from APTH and APTL taken together, once each.",
        ),
        (
            "exists", 2, {"columns": "APRef", "other": "APTL"},
            "List APRef of the APTH rows that exist in APTL.",
        ),
        (
            "not_exists", 2, {"columns": "APRef", "other": "APTL"},
            "List APRef of the APTH rows that do not exist in APTL.",
        ),
        (
            "not_exists", 101, {"columns": "APRef", "other": "APTL"},
            "Return APRef of the APTH rows not existing in APTL.",
        ),
        (
            "latest", 102, {"group": "Vendor", "by": "InvDate", "degree": "latest", "columns": "APRef"},
            "Return for each Vendor the row of APTH having the latest InvDate: Vendor, InvDate and APRef.",
        ),
    ],
)  # fmt: skip
def test_a_wording_asks_for_what_the_query_gives(intent, number, phrases, said):
    template = dict((*templates(intent, "train"), *templates(intent, "exam")))[f"{intent}/{number}"]
    assert fill(template, {"table": "APTH", "company": "", **phrases}) == said


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("tax total", "What is the tax total of invoices?"),
        ("total cost", "What is the total cost of invoices?"),
        ("TaxTotal", "What is the total TaxTotal of invoices?"),
        ("amount", "What is the total amount of invoices?"),
    ],
)
def test_what_a_measure_says_already_is_not_said_again(measure, said):
    assert fill("What is the total {measure} of invoices?", {"measure": measure}) == said


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("the biggest total of cost total", "the biggest cost total"),
        ("customers with more than 1 rows", "customers with more than one row"),
        ("customers with more than 1 of them", "customers with more than one of them"),
        ("customers with more than 12 rows", "customers with more than 12 rows"),
    ],
)
def test_no_total_of_totals_and_one_row_is_no_rows(asked, said):
    assert fill(asked, {}) == said


@pytest.mark.parametrize("side", ["train", "exam"])
def test_what_two_tables_have_is_said_as_several(sample, side):
    found = list(islice(stream(sample, "sql", 3, side, intents=["in_either"]), 40))
    plain = [e.question for e in found if not re.search(r"\b[A-Z]{4}\b", e.question.replace("RFIs", ""))]
    assert len(plain) > 10
    one = r"(?i)\b(?:all|which|union of|the|one list of) (?:\w+ )?(?:customer|vendor|account|phase code|number)\b"
    assert not [text for text in plain if re.search(one, text)], plain


@pytest.mark.parametrize("side", ["train", "exam"])
def test_what_a_row_refers_to_is_one_and_not_several(sample, side):
    said = r"(?:only those (?:that have|with|linked to)|those with no) ([^:,.;?(]+)"
    found = [
        part
        for intent in ("join_list", "join_three")
        for example in islice(stream(sample, "sql", 3, side, intents=[intent]), 60)
        for text in re.findall(said, example.question)
        for part in re.split(" and | or ", text)
    ]
    plain = [text for text in found if not re.match(r"[A-Z]{2}[A-Z]\w+", text)]
    assert len(plain) > 10
    assert not [text for text in plain if re.search(r"(?:customers|vendors|accounts|codes|jobs|materials)\b", text)]
    articles = [text.split()[0] in ("a", "an") for text in plain]
    assert any(articles)


def test_a_total_by_partner_or_in_columns_is_no_row_each():
    """What is split further has more rows than one for each partner."""
    for intent in ("quarters", "open_ageing", "far_sum", "to_date", "two_years"):
        for side in ("train", "exam"):
            assert not [text for _, text in templates(intent, side) if re.search("[Oo]ne (?:row|total|line)", text)]


def test_what_is_asked_beside_comes_behind_a_whole_sentence():
    assert fill("{a}: rows", {"a": "APTH"}, "Sort by Mth.") == "APTH: rows. Sort by Mth."
    assert fill("Rows of {a}?", {"a": "APTH"}, "Sort by Mth.") == "Rows of APTH? Sort by Mth."
