"""Of several answers the one counts on which most of those agree that are proved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from vgpt2.inference.backends import Answer
from vgpt2.inference.draws import Drawn
from vgpt2.inference.prompts import Prompt
from vgpt2.inference.several.backend import TEMPERATURE, Several
from vgpt2.inference.several.vote import Ballot, Judge


@pytest.fixture(scope="module")
def judge(sample):
    with Judge(sample) as judge:
        yield judge


def sql(text: str) -> str:
    return f"A plan.\n```sql\n{text}\n```"


COUNT = sql("SELECT COUNT(*) AS Invoices FROM APTH WITH (NOLOCK) WHERE APCo = 1")
COUNT_TOO = sql("SELECT COUNT(h.APTrans) AS N FROM APTH AS h WITH (NOLOCK) WHERE 1 = h.APCo")
SUM = sql("SELECT SUM(InvTotal) AS Total FROM APTH WITH (NOLOCK) WHERE APCo = 1")
INVENTED = sql("SELECT SUM(Foo) AS Total FROM APTH WITH (NOLOCK) WHERE APCo = 1")
TWO_INVENTED = sql("SELECT SUM(Foo) AS Total, MAX(Bar) AS Most FROM APTH WITH (NOLOCK) WHERE APCo = 1")
REFUSAL = "There is no table APXX in Viewpoint Vista."
REFUSAL_TOO = "APXX does not exist."
CASES = {
    "the largest group": ([SUM, COUNT, COUNT_TOO], Ballot(1, 2)),
    "what is not proved has no voice": ([INVENTED, INVENTED, SUM], Ballot(2, 1)),
    "the likeliest where groups are as large": ([SUM, COUNT], Ballot(0, 1)),
    "nothing is proved": ([INVENTED, sql("SELECT FROM"), ""], Ballot(0, 0)),
    "refusals of the same thing": ([SUM, REFUSAL, REFUSAL_TOO], Ballot(1, 2)),
    "the same words": (["APCo, Mth", "apco,  Mth", "APCo"], Ballot(0, 2)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_answer_on_which_most_agree_counts(case, judge):
    answers, wanted = CASES[case]
    assert judge.vote(answers) == wanted


def test_of_groups_as_large_the_one_with_the_likeliest_answer_counts(judge):
    answers = [SUM, COUNT, COUNT_TOO, SUM]
    assert judge.vote(answers, [-0.9, -0.8, -0.3, -0.5]) == Ballot(1, 2)
    assert judge.vote(answers, [-0.9, -0.8, -0.4, -0.2]) == Ballot(0, 2)
    assert judge.vote([*answers, COUNT], [-0.1, -0.8, -0.9, -0.1, -0.9]) == Ballot(1, 3), "more go before likelier"


class Talker:
    """Says SUM, and by chance what its seed says; notes what it was asked."""

    model, fingerprint, template_hash = "talker", "1", ""

    def __init__(self) -> None:
        self.settings = {"decoding": "greedy"}
        self.seeds: list[int] = []

    def answer(
        self, prompts: Sequence[Prompt], *, drawn: Drawn | None = None, weighed: bool = False
    ) -> Iterator[Answer]:
        if drawn:
            assert drawn.temperature == TEMPERATURE
            self.seeds += drawn.seeds
        for index in reversed(range(len(prompts))):
            yield Answer(index, COUNT if drawn and prompts[index].instruction == "How many?" else SUM, 10, 5)


def test_several_answers_to_each_question_and_one_that_counts(sample):
    talker = Talker()
    prompts = [Prompt("S", text) for text in ("How much?", "How many?", "How much now?")]
    several = Several(talker, 4, sample, at_once=2)
    assert several.settings == {"decoding": "greedy", "answers": 4, "temperature": TEMPERATURE, "asked_again": 1}
    assert [*several.answer(prompts)] == [
        Answer(0, SUM, 40, 5, agreed=4, of=4),
        Answer(1, COUNT, 40, 5, agreed=3, of=4),
        Answer(2, SUM, 40, 5, agreed=4, of=4),
    ]
    seeds = list(talker.seeds)
    assert len(set(seeds)) == 9
    # Whatever else is asked, a question has the same answers.
    [*several.answer(prompts[2:])]
    assert talker.seeds[9:] == seeds[6:]


class Learner(Talker):
    """Says what cannot be proved until it is told what is wrong."""

    def answer(
        self, prompts: Sequence[Prompt], *, drawn: Drawn | None = None, weighed: bool = False
    ) -> Iterator[Answer]:
        for index, prompt in enumerate(prompts):
            wrong = INVENTED if drawn else TWO_INVENTED
            told = "APTH has no column Foo" in prompt.instruction and "Bar" not in prompt.instruction
            text = SUM if told else "" if prompt.instruction == "Nothing?" else wrong
            yield Answer(index, text if prompt.instruction[:4] != "Mule" else wrong, 10, 5)


def test_where_none_is_proved_the_question_is_asked_once_more_with_what_was_found(sample):
    prompts = [Prompt("S", text) for text in ("How much?", "Nothing?", "Mule?")]
    assert [*Several(Learner(), 2, sample).answer(prompts)] == [
        Answer(0, SUM, 30, 5, agreed=0, of=2, again=True),
        Answer(1, "", 20, 5, agreed=0, of=2),  # there is no SQL of which anything could be said
        Answer(2, TWO_INVENTED, 30, 5, agreed=0, of=2),  # the second is no better
    ]


def test_what_is_said_of_an_answer_that_is_not_proved(judge):
    [found] = judge.findings(INVENTED)
    assert found.startswith("APTH has no column Foo")
    assert len(judge.findings(TWO_INVENTED)) == 2
    assert not judge.findings(REFUSAL) and not judge.findings(SUM)
    assert judge.findings(sql("SELECT FROM"))
