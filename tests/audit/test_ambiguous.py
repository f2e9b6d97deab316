"""The audit of questions with two readings."""

import pytest

from .rows import SHARED, sft

ASKED = "Do you mean the pay terms (PayTerms) or the credit limit (CreditLimit)?"
READINGS = [f"SELECT {name} FROM APVM WITH (NOLOCK)" for name in ("PayTerms", "CreditLimit")]

JUDGED = {"two_readings", "ambiguous_share", "refusal_share_sft", "facts", "fields", "contradictions"}


@pytest.fixture
def verdict(failed, meta):
    """The rules broken by a set of which so many rows are asked back, these in this way."""

    def run(count=1, output=ASKED, mix=0.06, **values):
        rows = sft()
        fact = {"claim": "exists", "subject": "APVM"}
        own = {"kind": "ambiguous", "polarity": "ask", "readings": READINGS, "facts": [fact]}
        metas = [meta(number) for number in range(len(rows))]
        for number in range(count):
            rows[number] = {"id": str(number), "instruction": f"terms, {number}?", "output": output} | SHARED
            metas[number] = meta(number, **(own | values))
        # So small a set names few tables and has few kinds.
        return failed("sft", rows, metas=metas, mix={"ambiguous": mix} if mix else {}) & JUDGED

    return run


def test_what_is_asked_back_with_two_readings_is_sound_and_no_refusal(verdict):
    assert verdict(count=3) == set()


@pytest.mark.parametrize(
    "change",
    [
        {"readings": READINGS[:1]},
        {"readings": [READINGS[0], READINGS[0]]},
        {"readings": [READINGS[0], "SELECT Limit FROM APVM WITH (NOLOCK)"]},
        {"readings": [READINGS[0], "SELECT CreditLimit FROM APVM"]},
        {"output": "Which one do you mean?"},
        {"output": "Do you mean the pay terms (PayTerms) or another thing?"},
        {"output": "It is PayTerms or CreditLimit."},
    ],
)
def test_one_reading_and_one_that_is_not_said_are_found(verdict, change):
    assert verdict(**change) == {"two_readings"}


def test_a_guess_is_no_question_back(verdict):
    guess = f"{ASKED}\n```sql\n{READINGS[0]}\n```"
    assert "two_readings" in verdict(output=guess)


def test_a_set_with_too_few_is_too_few_where_the_catalog_has_more(verdict, monkeypatch):
    from vgpt2.synthesis.ambiguous import stream

    assert verdict(count=0, mix=0) == set()
    monkeypatch.setattr(stream, "stream", lambda *given: iter([None] * 9))
    assert verdict(count=0) == {"ambiguous_share"}
    monkeypatch.setattr(stream, "stream", lambda *given: iter([]))
    assert verdict(count=0) == set()
