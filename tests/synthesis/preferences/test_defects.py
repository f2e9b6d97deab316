"""Defects: one edit each, as a model would get it wrong, and the proof that it is worse."""

import random
import re
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from vgpt2.audit.variety import spells
from vgpt2.catalog import store
from vgpt2.files import read_jsonl
from vgpt2.records.answers.answers import denied, find_sql
from vgpt2.records.prompt import fenced
from vgpt2.records.proof import Prover
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.negatives.invented import Inventor
from vgpt2.synthesis.negatives.pairs import stream as negatives
from vgpt2.synthesis.preferences.defects import SQL_DEFECTS, accept, break_sql, deny
from vgpt2.tsql.check.check import check

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/audit"
CASES = read_jsonl(FIXTURES / "defects.jsonl")
BY_CHECK = {
    "invented_table": "unknown_table",
    "invented_column": "unknown_column",
    "wrong_table": "unknown_column",
    "column_of_other_table": "unknown_column",
    "wrong_case": "wrong_case",
    "missing_key_column": "missing_key_column",
    "alias": "alias",
}


@pytest.fixture(scope="module")
def vista():
    return store.load(FIXTURES / "vista.json")


@pytest.fixture(scope="module")
def prover(vista):
    return Prover(vista, 1)


def example_of(sql, catalog, plan=""):
    tables = check(sql, catalog).tables
    return Example("sql", "test", "q", fenced(sql, plan), sql, "test/1", sql=sql, tables=tuple(tables))


def broken(defect, example, catalog, seed=0):
    return break_sql(defect, example, Context(catalog, 1, "train"), Inventor(catalog), random.Random(seed))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['defect']}: {case['sql'][-40:]}")
def test_an_edit_and_its_proof(case, vista, prover):
    assert check(case["sql"], vista).clean
    example = example_of(case["sql"], vista, "The plan.")
    answer = broken(case["defect"], example, vista)
    assert answer == fenced(case["broken"], "The plan.")
    ordered = case["defect"] == "wrong_order"
    assert prover.worse(answer, example.answer, case["sql"], ordered=ordered) == case["worse"]


JOIN = (
    "SELECT APTH.APRef, APTL.GrossAmt FROM APTH WITH (NOLOCK) JOIN APTL WITH (NOLOCK) ON APTH.APCo = APTL.APCo "
    "AND APTH.Mth = APTL.Mth AND APTH.APTrans = APTL.APTrans WHERE APTH.APCo = 1"
)


@pytest.mark.parametrize("defect", sorted(BY_CHECK))
def test_names_and_joins_that_the_checker_finds(defect, vista):
    example = example_of(JOIN, vista)
    rules = set()
    for seed in range(6):
        answer = broken(defect, example, vista, seed)
        rules.update(rule for sql in find_sql(answer or "") for rule in check(sql, vista).rules)
    assert BY_CHECK[defect] in rules


def test_a_new_name_stands_in_the_plan_as_well(vista):
    example = example_of("SELECT Name FROM APVM WITH (NOLOCK)", vista, "Show APVM.Name. From APVM.")
    answer = broken("invented_table", example, vista)
    assert "APVM" not in answer
    plan, _, sql = answer.partition("\n")
    assert re.search(r"From (\w+)", plan)[1] in sql


def test_a_defect_that_does_not_apply_gives_nothing(vista):
    plain = example_of("SELECT Vendor, Name FROM APVM WITH (NOLOCK)", vista)
    for defect in ("inner_for_left", "missing_key_column", "wrong_boundary", "wrong_aggregate", "wrong_order"):
        assert broken(defect, plain, vista) is None


def test_without_house_rules_their_defects_are_not_made():
    shop = store.load(FIXTURES / "shop.json")
    example = example_of("SELECT FullName FROM Sales.Customer WHERE City = 'Oslo'", shop)
    for defect in ("missing_nolock", "alias", "base_table", "wrong_case", "function_on_filter"):
        assert broken(defect, example, shop) is None


@pytest.mark.parametrize(("name", "least"), [("vista", 16), ("shop", 9)])
def test_so_many_defects_are_made_and_proved_on_generated_queries(name, least):
    catalog = store.load(FIXTURES / f"{name}.json")
    prover, made = Prover(catalog, 1), {}
    for example in islice(stream(catalog, "sql", 1), 120):
        for defect in SQL_DEFECTS:
            answer = broken(defect, example, catalog) if defect not in made else None
            worse = answer and prover.worse(answer, example.answer, example.sql, ordered=defect == "wrong_order")
            if worse:
                made[defect] = worse
    assert len(made) >= least, sorted(set(SQL_DEFECTS) - set(made))


def test_an_equal_query_is_not_worse(vista, prover):
    sql = "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 1"
    same = "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE 1 = APCo"
    assert prover.worse(fenced(same), fenced(sql), sql) == ""


def test_denying_what_is_real_and_accepting_what_is_invented(vista, prover):
    ctx = Context(vista, 1, "train")
    for refusal, twin in islice(negatives(vista, 3, kinds=("invented_table", "invented_column")), 20):
        denial = deny(twin, ctx, random.Random(1))
        assert prover.worse(denial, twin.answer) == "false_refusal"
        taken = accept(refusal, twin)
        assert prover.worse(taken, refusal.answer, missing=tuple(refusal.slots["missing"])) == "invented"
        assert prover.worse(refusal.answer, taken) == ""


def test_what_is_accepted_names_its_results_after_the_invented_column(vista):
    named = 0
    for refusal, twin in islice(negatives(vista, 3, kinds=("query_column",)), 60):
        real, made = refusal.slots["true"]["C"], refusal.slots["false"]["C"]
        aliases = [name for name in re.findall(r" AS (\w+)", twin.sql) if name.endswith(real)]
        answer = accept(refusal, twin)
        assert not [name for name in aliases if re.search(rf"\b{name}\b", answer)]
        assert all(name.removesuffix(real) + made in answer for name in aliases)
        named += len(aliases)
    assert named


def test_a_denial_reads_like_a_true_refusal(vista, prover):
    ctx, forms = Context(vista, 1, "train"), Counter()
    kinds = ("invented_table", "query_column", "invented_column", "wrong_table_column")
    twins = [twin for _, twin in islice(negatives(vista, 3, kinds=kinds), 40)]
    for number, example in enumerate([*twins, *islice(stream(vista, "sql", 1), 40)]):
        denial = deny(example, ctx, random.Random(number))
        if prover.worse(denial, example.answer) != "false_refusal":
            assert denial.startswith("Name is not in")  # a name that is a word is not read as one: no pair is made
            continue
        (found,) = denied(denial)
        named = re.search(rf"\b{found.name.rpartition('.')[2]}\b", example.question)
        assert named or not spells(example.question, example.tables)  # a question in words names no table
        forms["table" if "not a table" in denial else "other table" if "has it" in denial else "column"] += 1
    assert len(forms) == 3
    example = example_of("SELECT GrossAmt FROM APTL WITH (NOLOCK) WHERE APCo = 1", vista).with_(
        question="GrossAmt of APTL for company 1", objects=("dbo.APTL.GrossAmt", "dbo.APTL.APCo")
    )
    denials = {deny(example, ctx, random.Random(seed)) for seed in range(20)}
    assert not [denial for denial in denials if "APCo" in denial]
