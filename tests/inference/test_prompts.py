"""The prompts of questions whose answer nobody knows yet."""

import pytest

from vgpt2.catalog.retrieval import Retriever
from vgpt2.inference.prompts import Prompt, build_prompt, likely_columns


@pytest.fixture(scope="module")
def retriever(sample):
    return Retriever(sample)


def test_the_schema_holds_what_the_question_names(sample, retriever, cpu):
    prompt = build_prompt(sample, retriever, "Sum InvTotal of APTH by Vendor where HoldCode is set.", cpu)
    assert prompt.input.startswith("Schema:\n")
    line = next(line for line in prompt.input.splitlines() if line.startswith("APTH("))
    assert all(name in line for name in ("APCo", "Mth", "APTrans", "InvTotal", "Vendor", "HoldCode"))
    assert prompt.system == "You write T-SQL for Viewpoint Vista and never invent names."


def test_columns_are_found_by_words_and_by_near_names(retriever):
    asked = "What is the credit limit of customers, and their BatcchId?"
    assert "dbo.ARCM.CreditLimit" in likely_columns(retriever, ["dbo.ARCM"], asked, 8)
    assert "dbo.ARTH.BatchId" in likely_columns(retriever, ["dbo.ARTH"], "Fix: SELECT BatcchId FROM ARTH", 8)


def test_columns_are_found_by_other_words_for_the_same(retriever):
    orders = likely_columns(retriever, ["dbo.EMWH"], "which orders are not finished yet, by machine", 8)
    assert {"dbo.EMWH.Complete", "dbo.EMWH.Equipment"} <= orders


def test_room_that_is_left_goes_to_what_reports_show(retriever):
    shown = likely_columns(retriever, ["dbo.CMDT"], "book balance of every bank account", 8)
    assert "dbo.CMDT.Amount" in shown
    assert not any(name.endswith(("BatchId", "UniqueAttchID")) for name in shown)


def test_columns_are_few_and_always_the_same(retriever):
    asked = "Please list everything about invoice dates."
    found = likely_columns(retriever, ["dbo.APTH"], asked, 8)
    assert 0 < len(found) <= 8
    assert found == likely_columns(retriever, ["dbo.APTH"], asked, 8)


def test_from_memory_there_is_no_schema(sample, retriever, cpu):
    assert build_prompt(sample, retriever, "What is the key of APTH?", cpu, "memory").input == ""


def test_the_gold_schema_is_that_of_the_tables_given(sample, retriever, cpu):
    prompt = build_prompt(
        sample, retriever, "How many in company 1?", cpu, "gold_schema", ["dbo.GLFY"], ["dbo.GLFY.Closed"]
    )
    assert len(prompt.input.splitlines()) == 2
    assert "Closed" in prompt.input


def test_question_and_schema_are_one_turn():
    assert Prompt("s", "q", "i").messages() == [
        {"role": "system", "content": "s"},
        {"role": "user", "content": "q\ni"},
    ]
