"""What is compared with an exam is asked as the exam was: bounded, and as often."""

import pytest

from vgpt2.exam.as_examined import as_examined
from vgpt2.inference.local_model import LocalModel
from vgpt2.inference.prompts import Prompt

PROMPT = Prompt("You write T-SQL.", "Sum InvTotal.", "Schema:\nAPTH(APCo, Mth date) key APCo, Mth", ("dbo.APTH",))


@pytest.mark.parametrize(("mode", "answers"), [("free", 1), ("grammar", 1), ("grammar", 3)])
def test_it_is_bounded_and_asked_as_the_profile_says(mode, answers, tiny_model, sample, cpu):
    profile = cpu.model_copy(update={"decode": mode, "exam": cpu.exam.model_copy(update={"answers": answers})})
    backend = as_examined(LocalModel(tiny_model, max_new_tokens=6), profile, sample)
    assert backend.settings.get("decode", "free") == mode
    assert backend.settings.get("answers", 1) == answers
    (answer,) = backend.answer([PROMPT])
    assert answer.of == (answers if answers > 1 else 0)
