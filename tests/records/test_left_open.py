"""What a question leaves open, as its prompt says it."""

from pathlib import Path

import pytest
import yaml

from vgpt2.catalog.retrieval import retrieve
from vgpt2.records.left_open import left_open
from vgpt2.records.prompt import schema_text
from vgpt2.synthesis.ambiguous.stream import stream

FIXTURES = Path(__file__).parents[1] / "fixtures" / "records"
CASES = yaml.safe_load((FIXTURES / "left_open.yaml").read_text(encoding="utf-8"))


def said(catalog, question):
    tables = [catalog.by_qualified[name] for name in retrieve(catalog, question, 3)]
    return left_open(catalog, question, tables)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["asks"][:40])
def test_what_is_left_open_is_said(case, sample):
    assert said(sample, case["asks"]) == case.get("says", [])


def test_it_ends_the_prompts_schema_unless_something_is_not_there(sample):
    asks = "Show our GL account balances with their beginning balance"
    assert schema_text(sample, ["dbo.GLBL"], question=asks).endswith("\nNo company said: GLCo")
    assert "No company" not in schema_text(sample, ["dbo.GLBL"], question=f"{asks} and their GLBX")


def test_it_is_what_made_questions_are_asked_back_for(sample):
    """But for states, which are of one table's rows."""
    asked = open_ = clear = 0
    for ask, _, twin in stream(sample, 20260):
        if ask.intent == "two_states":
            continue
        asked += 1
        lines = said(sample, ask.question)
        open_ += any(ask.answer.split(" (")[1].split(")")[0] in line for line in lines)
        clear += not said(sample, twin.question)
        if asked == 60:
            break
    assert open_ >= 54 and clear >= 58
