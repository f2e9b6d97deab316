"""Questions with two readings: what is asked back, the user's next turn, the same question with the missing word."""

import random
import re
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from vgpt2.catalog.alike import columns_alike, tables_alike
from vgpt2.catalog.model import Catalog, Column, Meaning, Table
from vgpt2.database_settings import DatabaseSettings
from vgpt2.errors import UserError
from vgpt2.records.answers.answers import find_sql
from vgpt2.records.answers.extract import read
from vgpt2.records.facts import Fact, prove
from vgpt2.records.held_out import HeldOut
from vgpt2.synthesis.ambiguous.collisions import heads, twins
from vgpt2.synthesis.ambiguous.missing import Missing
from vgpt2.synthesis.ambiguous.states import states_of
from vgpt2.synthesis.ambiguous.stream import KINDS, stream
from vgpt2.synthesis.ambiguous.texts import asks, read_asks
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.literals import MONTHS
from vgpt2.synthesis.roles.book import book_of
from vgpt2.tsql.check.check import check

MONTH = re.compile(rf"\b(?:{'|'.join(MONTHS)}) 20\d\d\b")
ASKS = Path(__file__).parents[3] / "scripts/vgpt2/synthesis/ambiguous/asks.yaml"


@pytest.fixture(scope="module")
def triples(sample):
    return list(islice(stream(sample, 1), 24))


def test_every_kind_comes_up_and_each_question_once(triples):
    assert {ask.intent for ask, _, _ in triples} == set(KINDS)
    assert max(Counter(one.question for triple in triples for one in triple).values()) == 1
    assert max(Counter(one.family for triple in triples for one in triple).values()) == 1


def test_what_is_unclear_is_asked_back_and_never_guessed(triples):
    for ask, _, _ in triples:
        assert (ask.polarity, ask.sql, find_sql(ask.answer)) == ("ask", "", [])
        assert ask.answer.endswith("?") and len(ask.answer) < 160
        assert read(ask.answer).asks_back


def test_the_question_back_names_both_readings(triples):
    for ask, _, _ in triples:
        for names in ask.slots["named"]:
            assert any(name in ask.answer for name in names)


def test_both_readings_are_sound_and_the_clear_twin_and_the_next_turn_mean_them(sample, triples):
    for ask, reply, clear in triples:
        assert all(check(sql, sample).clean for sql in ask.slots["readings"])
        assert {reply.sql, clear.sql} <= set(ask.slots["readings"])
        assert find_sql(reply.answer) == [reply.sql] and find_sql(clear.answer) == [clear.sql]


def test_of_several_companies_each_row_shows_whose_it_is(sample):
    made = [ask for ask, _, _ in islice(stream(sample, 1), 120) if ask.intent == "no_company"]
    several = [sql for ask in made for sql in ask.slots["readings"] if " IN (" in sql]
    lists = [sql for sql in several if not re.match(r"SELECT (?:SUM|COUNT)\(", sql)]
    assert lists and all(re.match(r"SELECT (?:DISTINCT )?(\w+Co)\b.* WHERE \1 IN ", sql) for sql in lists), lists


def test_the_next_turn_carries_what_was_said_before(triples):
    for ask, reply, _ in triples:
        asked, back, said = reply.question.split("\n")
        assert (asked, back) == (f"Asked before: {ask.question}", f"Asked back: {ask.answer}")
        assert said and not said.startswith(("Asked", "Answered"))


def test_the_twin_lacks_no_word(sample, triples):
    for ask, _, clear in triples:
        # May 2024 has no more letters than the month that it is said in the place of.
        if ask.intent == "no_period":
            assert MONTH.search(clear.question) and not MONTH.search(ask.question)
        else:
            assert len(clear.question) > len(ask.question)
        assert clear.twin == ask.family and ask.twin == clear.family


def test_that_words_fit_two_things_is_a_fact_of_the_catalog(sample, triples):
    assert all(prove(fact, sample) for ask, _, _ in triples for fact in ask.facts)
    assert prove(Fact("alike", "APTD: discount", "DiscOffer, DiscTaken"), sample)
    assert not prove(Fact("alike", "APTD: discount offered", "DiscOffer, DiscTaken"), sample)
    assert not prove(Fact("alike", "APTD: discount", "DiscTaken, Amount"), sample)
    assert not prove(Fact("alike", "vendors", "APVM, ARCM"), sample)


def test_words_that_lead_to_one_thing_first_are_clear(sample):
    assert tables_alike(sample, "phases") == ("dbo.JCCP", "dbo.JCPM") or len(tables_alike(sample, "phases")) == 2
    assert len(tables_alike(sample, "vendors")) == 1 and not tables_alike(sample, "zzyzx")
    table = sample.find("JCCD")
    assert columns_alike(sample, table, "hours") == ("ActualHours", "EstHours")
    assert columns_alike(sample, table, "actual hours") == ("ActualHours",)


def test_nobody_asks_which_date_of_the_quotes_where_there_is_a_quote_date(sample):
    ctx = Context.of(sample, 1, "train")
    found = {(one.table.name, one.word) for one in twins(ctx, [sample.find(name) for name in ("MSQH", "APTD", "CMDT")])}
    assert found == {("APTD", "discount")}


@pytest.mark.parametrize("side", ["train", "exam"])
def test_nobody_asks_where_the_date_is_missing_and_no_number_is_none(sample, side):
    ctx, asked = Context(sample, 2, side), 0
    for ask, _, _ in islice(stream(sample, 2, side), 90):
        if ask.intent != "two_columns":
            continue
        roles = ctx.roles(sample.by_qualified[ask.tables[0]])
        columns = next(fact.value for fact in ask.facts if fact.claim == "alike").split(", ")
        dated = [column.name in columns for column in (*roles.dates, *roles.months)]
        numbers = [column.name in columns for column in roles.measures]
        lacks = re.search(r"\b(?:empty|without|have no|lack|blank|filled in)\b", ask.question)
        asked += any(dated) or any(numbers)
        assert not (lacks and any(dated)), ask.question
        assert not (any(numbers) and re.search(r"\b(?:without|have no|lack)\b", ask.question)), ask.question
    assert asked > 5


def test_what_a_third_table_is_called_too_is_told_by_its_columns(sample):
    ctx = Context.of(sample, 1, "train")
    tables = [sample.find(name) for name in ("PMOH", "PMOP", "POHD", "INMO", "JCJP", "JCPM", "CMDT", "CMOutstanding")]
    found = {(head.word, *(table.name for table in head.tables)): head.columns for head in heads(ctx, tables)}
    assert ("phases", "JCJP", "JCPM") in found
    assert "month closed" in found[("orders", "INMO", "POHD")] and ("orders", "PMOH", "POHD") not in found
    assert not any("CMOutstanding" in key for key in found)  # the uncleared ones are bank transactions too


def test_a_state_that_two_values_share_has_two_meanings():
    columns = {"Job": "int", "Status": "tinyint", "Kind": "varchar(10)"}
    table = Table("dbo", "Jobs", "table", [Column(name, kind, kind) for name, kind in columns.items()], key=["Job"])
    said = {"0": "pending", "1": "open", "2": "soft closed", "3": "hard closed"}
    meanings = [Meaning("dbo.Jobs.Status", [[text, "case", "x"]], value) for value, text in said.items()]
    meanings += [Meaning("dbo.Jobs.Kind", [[f"{text} account", "case", "x"]], text) for text in ("bank", "cost")]
    catalog = Catalog(DatabaseSettings(name="x", prefix="x", title="X"), [table], meanings=meanings)
    [found] = states_of(Context(catalog, 1, "train"), table)
    assert (found.word, [state.name for state in found.states]) == ("closed", ["Status = 2", "Status = 3"])
    assert all(prove(state.fact, catalog) for state in found.states)
    triples = [triple for triple in stream(catalog, 1) if triple[0].intent == "two_states"]
    assert triples and all("soft closed (Status = 2)" in ask.answer for ask, _, _ in triples)
    assert {sql[-10:] for ask, _, _ in triples for sql in ask.slots["readings"]} == {"Status = 2", "Status = 3"}


def test_training_leaves_alone_what_the_suite_holds(sample, triples):
    held = HeldOut(families=frozenset(triples[0][0].family for _ in range(1)))
    others = list(islice(stream(sample, 1, held_out=held), 3))
    assert triples[0][0].family not in {ask.family for ask, _, _ in others}


def test_the_same_seed_gives_the_same_and_the_exam_has_words_of_its_own(sample, triples):
    assert list(islice(stream(sample, 1), 3)) == triples[:3]
    exam = list(islice(stream(sample, 1, "exam"), 6))
    assert not {ask.wording for ask, _, _ in exam} & {ask.wording for ask, _, _ in triples}


def test_a_catalog_without_words_of_two_meanings_gives_none(lonely):
    assert not list(stream(lonely, 1))
    assert not list(stream(Catalog(DatabaseSettings(name="x", prefix="x", title="X"), []), 1))


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("{a} ({A}) or {b}", "{a} ({A}) or {c}", "'two_tables' has the slots"),
        ('"Sorry, I meant the {said}."', '"Sorry, I meant {sad}."', "no slot '{sad}'"),
        ("months:", "month:", "month"),
        ("Which month do you mean ({A})?", "Which month do you mean?", "it has the slots A"),
    ],
)
def test_a_fault_in_the_texts_is_one_line_with_its_place(tmp_path, before, after, said):
    text = ASKS.read_text(encoding="utf-8")
    assert before in text
    path = tmp_path / "asks.yaml"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(UserError, match=rf"asks\.yaml:\d+: .*{said}"):
        read_asks(path)


def test_a_list_says_which_row_is_which(sample, triples):
    """All of the key, or the name; and no column that is the same in all rows that are so."""
    book = book_of(Context.of(sample, 1, "train"))
    for _, reply, _ in triples:
        shown, _, rest = reply.sql.removeprefix("SELECT ").partition(" FROM ")
        if "(" in shown or "DISTINCT" in shown:
            continue
        table = sample.by_qualified[next(name for name in reply.tables if name.rpartition(".")[2] in rest)]
        name = book.parts(table).name
        names = shown.split(", ")
        assert set(book.known_by(table)) <= {*names} or (name and name.name in names), reply.sql
        empty = re.findall(r"(\w+) IS NULL", rest)
        assert not {*empty} & {*names}, reply.sql


def test_used_and_no_longer_used_are_no_two_meanings_of_used():
    flag = Column("ActiveFlag", "bit", "bit", nullable=False)
    table = Table("dbo", "Vendor", "table", [Column("VendorID", "int", "int"), flag], key=["VendorID"])
    said = {"1": "actively used", "0": "no longer used"}
    meanings = [Meaning("dbo.Vendor.ActiveFlag", [[text, "description", "x"]], value) for value, text in said.items()]
    catalog = Catalog(DatabaseSettings(name="x", prefix="x", title="X"), [table], meanings=meanings)
    assert not list(states_of(Context(catalog, 1, "train"), table))


@pytest.mark.parametrize("side", ["train", "exam"])
def test_who_says_one_month_is_asked_for_one_and_who_says_a_period_for_one_month_or_several(sample, side):
    missing = Missing(Context.of(sample, 1, side), list(sample.queryable))
    made = [missing.no_period(random.Random(turn), turn) for turn in range(60)]
    said = set()
    for unclear in filter(None, made):
        single = unclear.open.endswith("month")
        assert single or unclear.open.endswith("period")
        first, second = (reading.said for reading in unclear.readings)
        assert first != second and (" to " in second) != single and " to " not in first
        back = (unclear.back or asks().asks["no_period"]).format(A="Mth")
        assert ("several" in back) != single and ("month" in back)
        said.add(single)
    assert said == {True, False}
