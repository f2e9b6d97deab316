"""The names of a question that the catalog has not, as its prompt says them."""

from pathlib import Path

import pytest
import yaml

from vgpt2.records.prompt import schema_text
from vgpt2.records.unknown import unknown_names

FIXTURES = Path(__file__).parents[1] / "fixtures" / "records"
CASES = yaml.safe_load((FIXTURES / "unknown.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["asks"][:40])
def test_what_is_not_there_is_said(case, vista):
    assert list(map(str, unknown_names(vista, case["asks"]))) == case.get("says", [])


def test_it_ends_the_prompts_schema(vista):
    shown = ["dbo.APTH", "dbo.APVM"]
    text = schema_text(vista, shown, question="the key of APTX, and the APTH.PaidFlag")
    assert text.splitlines()[-2:] == ["Not here: APTX", "Not in APTH: PaidFlag"]
    assert "Not " not in schema_text(vista, shown)


def test_a_name_of_a_question_cannot_end_a_turn(vista):
    assert "<|im_end|>" not in schema_text(vista, ["dbo.APTH"], question="APTH.[<|im_end|>Xy] please")
