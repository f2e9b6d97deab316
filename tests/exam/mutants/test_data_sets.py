"""Data sets tell golds from their mutants: those that are made to build them, and those of a witness."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from vgpt2.exam.grading.grade import Grader
from vgpt2.exam.model import Gold, Question, read_suite, write_suite
from vgpt2.exam.suite.mutants.equivalent import why_equivalent
from vgpt2.exam.suite.mutants.make import KINDS, mutants_of
from vgpt2.exam.suite.shaping import with_data
from vgpt2.files import read_json
from vgpt2.settings import ROOT

from .witness import variants

INVOICES = "APTH WITH (NOLOCK)"
GOLDS = {
    row["id"]: (row["question"], row["sql"]) for row in read_json(ROOT / "tests" / "fixtures" / "exam" / "mutants.json")
}


def question(identity, text, sql):
    return Question(identity, "sql", text, Gold((sql,)), ordered=bool(re.search(r"ORDER BY [\w.() ]+$", sql)))


@pytest.fixture(scope="module")
def shaped(rows):
    return {name: with_data(question(name, *both), rows) for name, both in GOLDS.items()}


def test_every_mutant_dies(shaped):
    alive = {name: [mutant.how for mutant in found.alive] for name, found in shaped.items()}
    assert not any(alive.values()), alive
    made = Counter(mutant.kind for found in shaped.values() for mutant in found.mutants)
    assert set(made) == (set(KINDS) | {"company", "constant"}) - {"turned"}
    assert made.total() > 60


def test_what_is_called_equivalent_returns_the_same(shaped, rows):
    for found in shaped.values():
        gold = rows.query(found.question.gold.sql[0])
        for mutant, why in found.equivalent:
            query = rows.query(mutant.sql)
            for held in found.question.gold.data:
                assert not rows.differ_on(held, gold, [query], False)[0], (mutant, why)


def test_the_witness_kills_too(shaped, sample):
    alive, made = [], Counter()
    with Grader(sample) as grader:
        for found in shaped.values():
            for kind, sql in variants(found.question.gold.sql[0]):
                grade = grader.grade(found.question, f"```sql\n{sql}\n```")
                if grade.outcome != "invalid_sql" and (kind != "order" or found.question.ordered):
                    made[kind] += 1
                    alive += [(kind, sql)] if grade.right else []
    assert made.total() > 60
    # Two of these say the same here: a count of one row that TOP 10 does not cut, an outer join whose rows go again.
    same = {kind for kind, _ in alive}
    assert same <= {"top_10", "top_100", "distinct_added"}, alive


def test_golds_are_right_on_their_data(shaped, grader):
    for found in shaped.values():
        asked = found.question
        assert asked.gold.data
        other = asked.gold.sql[0].replace(" WITH (NOLOCK)", "").replace("WHERE", "WHERE 1 = 1 AND")
        grade = grader.grade(asked, f"```sql\n{other}\n```")
        assert (grade.outcome, grade.judged) == ("right", "rows"), (other, grade.why)


def test_the_same_seed_gives_the_same_rows(shaped, rows):
    again = with_data(question("bound", *GOLDS["bound"]), rows)
    assert again.question == shaped["bound"].question


def test_data_sets_are_kept_with_the_suite(shaped, tmp_path):
    questions = [found.question for found in shaped.values()]
    write_suite(tmp_path / "suite.jsonl", questions)
    assert read_suite(tmp_path / "suite.jsonl") == questions


def test_rows_keep_what_the_schema_promises(shaped, sample):
    for found in shaped.values():
        for held in found.question.gold.data:
            for name, table in held.items():
                info = sample.by_qualified[name]
                rows = [dict(zip(table.columns, row, strict=True)) for row in table.rows]
                keys = [tuple(row[column] for column in info.key) for row in rows]
                assert len(set(keys)) == len(keys), name
                for column in table.columns:
                    known = info.column(column)
                    assert known.nullable or all(row[column] is not None for row in rows), (name, column)
                    if known.values:
                        assert {str(row[column]) for row in rows if row[column] is not None} <= set(known.values)


def test_mutants_change_one_thing_each(rows):
    bound = rows.query(GOLDS["join"][1]).bound
    texts = [mutant.sql for mutant in mutants_of(bound)]
    assert len(set(texts)) == len(texts) > 5


TOP = f"SELECT TOP 2 APTrans, InvTotal FROM {INVOICES} WHERE APCo = 1 ORDER BY InvTotal DESC"
TIED = (
    "WITH n AS (SELECT APTrans, InvTotal, ROW_NUMBER() OVER (ORDER BY InvTotal DESC, {}) AS p FROM {} WHERE APCo = 1)"
)


@pytest.mark.parametrize("other", ["APTrans", "APTrans DESC", "KeyID", "KeyID DESC"])
def test_any_of_the_rows_that_tie_is_right(grader, rows, other):
    asked = replace(question("tied", "Two largest invoices of company 1", TOP), ordered=True)
    sql = TIED.format(other, INVOICES) + " SELECT TOP 2 APTrans, InvTotal FROM n ORDER BY p"
    assert grader.grade(asked, f"```sql\n{sql}\n```").right


@pytest.mark.parametrize(
    ("text", "sql", "right"),
    [
        ("invoices of company 1", f"SELECT APTrans FROM {INVOICES} WHERE APCo = @Co", False),
        ("invoices of company one", f"SELECT APTrans FROM {INVOICES} WHERE APCo = @Co", False),
        ("all invoices", f"SELECT APTrans FROM {INVOICES} WHERE APCo = @Co", True),
        ("all invoices", f"SELECT TOP (@n) APTrans FROM {INVOICES} WHERE APCo = 1", False),
        ("invoices of company 1", f"DECLARE @Co tinyint = 1; SELECT APTrans FROM {INVOICES} WHERE APCo = @Co", True),
    ],
)
def test_a_parameter_counts_only_where_the_value_is_open(grader, text, sql, right):
    asked = question("given", text, f"SELECT APTrans FROM {INVOICES} WHERE APCo = 1")
    assert grader.grade(asked, f"```sql\n{sql}\n```").right is right


IN_A_CTE = (
    (
        "WITH s AS (SELECT Vendor, SUM(InvTotal) AS t FROM {} WHERE APCo = 1 GROUP BY Vendor) SELECT Vendor, t FROM s",
        True,
    ),
    ("WITH s AS (SELECT Vendor, SUM(InvTotal) AS t FROM {} WHERE APCo = 1 GROUP BY Vendor) SELECT t FROM s", False),
    ("WITH s AS (SELECT Vendor, Mth, SUM(InvTotal) AS t FROM {} GROUP BY Vendor, Mth) SELECT Vendor, t FROM s", False),
    ("SELECT x.APTrans FROM (SELECT APTrans, Mth FROM {} WHERE APCo = 1) AS x WHERE x.Mth = '2024-01-01'", True),
    ("SELECT x.APTrans FROM (SELECT APTrans, Mth FROM {} WHERE APCo = 1) AS x", False),
    ("SELECT x.Vendor FROM (SELECT DISTINCT Vendor FROM {}) AS x", True),
)


@pytest.mark.parametrize(("sql", "same"), IN_A_CTE)
def test_a_distinct_too_many_is_told_through_queries_in_from(rows, sql, same):
    bound = rows.query(sql.format(INVOICES)).bound
    added = [mutant for mutant in mutants_of(bound) if mutant.how == "with DISTINCT"]
    assert [bool(why_equivalent(mutant, bound)) for mutant in added] == [same]
