"""What must not leave the guard does not: attacks as data, their mutants, and right queries, which all leave.

What leaves as proved is, for Microsoft's own parser, one batch of one SELECT.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import yaml
from tests.timing import takes_at_most, takes_at_most_times
from tests.tsql.conftest import read_cases
from tests.tsql.grammar.conftest import beside
from tests.tsql.grammar.mutants import mutant

from vgpt2.bench.guard import LARGE, hostile_texts
from vgpt2.serving.guard.guard import LONGEST, judge

FIXTURES = Path(__file__).parents[1] / "fixtures"
ATTACKS = yaml.safe_load((FIXTURES / "serving" / "attacks.yaml").read_text(encoding="utf-8"))
SQL = [(kind, text) for kind, texts in ATTACKS["sql"].items() for text in texts.splitlines()]
ANSWERS = [(kind, text) for kind, texts in ATTACKS["answers"].items() for text in texts]
GOOD = "SELECT Vendor FROM APVM"
# Mutants in a quick run, and from a seed so many as the guard is measured by.
MANY = [1_500, pytest.param(20_000, marks=pytest.mark.slow)]


def fenced(sql):
    return f"The query:\n```sql\n{sql}\n```"


def test_no_attack_leaves(sample):
    assert len(SQL) + len(ANSWERS) > 200
    passed = [text for _, text in ANSWERS if judge(text, sample).leaves]
    passed += [text for _, text in SQL if judge(fenced(text), sample).leaves]
    assert not passed


@pytest.mark.parametrize("kind", ["changes", "definitions", "calls", "server", "several"])
def test_nor_behind_a_right_query(sample, kind):
    attacks = [text for known, text in SQL if known == kind]
    passed = [text for text in attacks if judge(f"{fenced(GOOD)}\n```sql\n{text}\n```", sample).leaves]
    assert not passed


@pytest.mark.parametrize("kind", ["remote", "other databases", "system"])
def test_what_is_outside_has_its_own_status_and_reason(sample, kind):
    judged = {text: judge(fenced(text), sample) for known, text in SQL if known == kind}
    assert not [text for text, one in judged.items() if one.status == "outside" and not one.because]
    assert sum(one.status == "outside" for one in judged.values()) > 0.75 * len(judged)


def _mutants(count, seed):
    rng = random.Random(seed)
    texts = [text for _, text in SQL] + [GOOD]
    signs = [
        "--",
        "/*",
        "*/",
        "\r",
        "\n",
        "\nGO\n",
        ";",
        "'",
        "[",
        "]",
        "0x",
        "$",
        "\u20ac",
        "\u200b",
        "\xa0",
        ",",
        "AS",
    ]
    made = []
    for _ in range(count):
        text = mutant(rng.choice(texts), rng)
        for _ in range(rng.randrange(3)):
            at = rng.randrange(len(text) + 1)
            text = text[:at] + rng.choice(signs) + text[at:]
        made.append(text)
    return made


@pytest.mark.parametrize("count", MANY)
def test_of_mutants_of_attacks_only_single_selects_leave(count, sample, witness):
    proved = []
    for text in _mutants(count, seed=21):
        judged = judge(fenced(text), sample)
        if judged.status in ("valid", "unknown") and judged.sql:
            proved.append(judged.sql)
    wrong = [text for text, one in zip(proved, witness(proved), strict=True) if not one]
    assert not wrong


def test_a_hostile_answer_takes_time_by_its_length(sample):
    """Against one of a quarter of the length, in one run: four times the time and some, where what is read twice or by
    its square would take many times as long. How long that is says `make bench`."""
    long, short = hostile_texts(LONGEST), hostile_texts(LONGEST // 4)
    assert len(long) > 75 and min(map(len, long.values())) > 0.99 * LONGEST
    judge(GOOD, sample)
    slow = [
        kind
        for kind, text in long.items()
        if not takes_at_most(0.01, lambda text=text: judge(text, sample), tries=1)
        and not takes_at_most_times(
            8, lambda text=text: judge(text, sample), lambda kind=kind: judge(short[kind], sample)
        )
    ]
    assert slow == []


def test_an_answer_that_is_too_long_is_not_read(sample):
    judge(GOOD, sample)
    for text in hostile_texts(LARGE).values():
        assert takes_at_most(0.02, lambda text=text: judge(text, sample))


# What stands beside a right query and is no statement, or in it and only looks like something else.
HARMLESS = [
    "The vendor is from the master file; drop me a line.",
    "Create a contract item, open the key account, add a signature to it.",
    "Select the vendors from the list (see APVM), then delete what you do not need.",
    "Rename the column to what you like. **Note**: a < b and __x__ are signs.",
    "Delete vendors that are no longer used.",
    "Copy the rows into a sheet from there.",
    "Users with rights on APVM see it; exit the form before.",
    "Grant access to the user, deny it to others; revoke it from vendors.",
    "Then commit; the 2nd, 3rd and 10 rows stay, 1,000 of them, $5 each, 5Million in all, 0x is no number.",
    "Ask the exec. The rows are theirs... and print them, then revert.",
    "Execute it on a copy. Begin, select a vendor, go to the form.",
    'Drop "Vendor" in there, delete "Name", update "Status".',
]
SAID_OF_ONESELF = [
    "SELECT DB_NAME() AS D",
    "SELECT Vendor FROM APVM WHERE Name = SUSER_SNAME()",
    "SELECT USER_NAME() AS U",
]
METHODS = [
    "SELECT a.Notes.value('(/x)[1]', 'int') AS X FROM APVM AS a",
    "SELECT APVM.Notes.value('(/x)[1]', 'int') AS X FROM APVM",
    "SELECT t.c.value('.', 'int') AS X FROM APVM CROSS APPLY Notes.nodes('/x') AS t(c)",
]


@pytest.mark.parametrize("prose", HARMLESS)
def test_a_sentence_beside_a_query_is_no_statement(sample, prose):
    judged = judge(f"{fenced(GOOD)}\n{prose}", sample)
    assert judged.leaves, judged


@pytest.mark.parametrize("sql", SAID_OF_ONESELF + METHODS)
def test_a_method_of_a_column_and_what_tells_of_who_asks_are_not_outside(sample, sql):
    judged = judge(fenced(sql), sample)
    assert judged.leaves, judged


# What the guard refuses by rules of its own, whatever the catalog.
OWN = {"hidden", "not_select", "too_many", "unread", "too_long"}


def _right_queries(sample, catalogs):
    """Right queries with the catalog that each is asked of: the fixture's, the golds of the curated questions, and what
    the sample's own views, reports and experts ask."""
    read = (case.values[0] for case in read_cases(FIXTURES / "tsql" / "valid.sql"))
    cases = [(catalogs[catalog], sql) for catalog, _, sql in read]
    suite = json.loads((FIXTURES.parents[1] / "data" / "test_suite.json").read_text(encoding="utf-8"))
    cases += [(sample, question["sql"]) for question in suite if isinstance(question.get("sql"), str)]
    own = [table.sql for table in sample.tables if table.kind == "view"] + [said.sql for said in sample.documents]
    assert sum(map(bool, own)) > 60
    cases += [(sample, sql) for sql in own if sql]
    assert len(cases) >= 420
    return cases


def test_no_right_query_is_refused(sample, catalogs):
    cases = _right_queries(sample, catalogs)
    refused = {sql: judge(fenced(sql), catalog) for catalog, sql in cases}
    assert not {sql: one.findings or one.because for sql, one in refused.items() if not one.leaves}


def test_what_leaves_of_right_queries_is_one_select_for_microsofts_parser_too(sample, catalogs, witness):
    """In an answer with prose around it and another block beside it, and alone: what is put together anew is read."""
    left = []
    for catalog, sql in _right_queries(sample, catalogs):
        for answer in (fenced(sql), f"{fenced(sql)}\n```text\nAPTH\n```\nThat is all.", sql):
            judged = judge(answer, catalog)
            left += [judged.sql] if judged.leaves and judged.sql else []
    assert len(left) > 1100
    assert [text for text, one in zip(left, witness(left), strict=True) if not one] == []


def test_the_guard_itself_refuses_no_select_of_others(sample, witness):
    """Of databases that are not here: their names are unknown, and nothing else may be said."""
    path = beside("corpora/tsql-values/selects.jsonl")
    if path is None:
        pytest.skip("no corpora beside the clone")
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    texts = [line["sql"] for line in lines if line["valid"] and line["batches"] == [["SelectStatement"]]][::2]
    assert len(texts) > 1000
    refused = []
    for text in texts:
        found = judge(fenced(text), sample).findings
        if any(one["rule"] in OWN for one in found) and not _no_query(text):
            refused.append((text, found))
    assert not [text for text, _ in refused], refused[:3]


def _no_query(text):
    """What Microsoft's parser calls a SELECT and is no query that only gives rows."""
    upper = text.upper()
    return any(word in upper for word in ("INTO", "@", "NEXT VALUE", "FOR BROWSE", "FOR UPDATE", "IDENTITY("))
