"""Fresh questions of the sample, and a model whose answers are known: the gold's, or that with a mistake in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from vgpt2.exam.grading.grade import Grader
from vgpt2.inference.backends import Answer
from vgpt2.inference.draws import Drawn
from vgpt2.inference.prompts import Prompt
from vgpt2.records.held_out import HeldOut
from vgpt2.records.proof import Prover
from vgpt2.settings import Settings, load_profile
from vgpt2.synthesis.preferences.sources import Sources
from vgpt2.training.harvest.questions import fresh_questions

COUNT = 16


def spoiled(answer: str) -> str:
    """The same answer, a little wrong: it takes what the gold leaves out, or a refusal's table for real."""
    for old, new in ((" = ", " <> "), ("SUM(", "MAX("), (" WITH (NOLOCK)", "")):
        if old in answer:
            return answer.replace(old, new, 1)
    return "```sql\nSELECT Amount FROM GLXY WITH (NOLOCK)\n```"


@dataclass
class Pupil:
    """Answers with the gold where the seed of a draw is even, else with a mistake; what it was asked is kept."""

    golds: dict[str, str]
    model: str = "pupil"
    fingerprint: str = "first"
    template_hash: str = "t"
    settings: dict = field(default_factory=lambda: {"max_new_tokens": 99, "decoding": "greedy"})
    asked: list = field(default_factory=list)

    def answer(self, prompts: Sequence[Prompt], *, drawn: Drawn | None = None) -> Iterator[Answer]:
        for index, prompt in reversed([*enumerate(prompts)]):
            self.asked.append(prompt)
            gold = self.golds[prompt.instruction]
            yield Answer(index, spoiled(gold) if drawn.seeds[index] % 2 else gold)


@pytest.fixture(scope="session")
def run() -> Settings:
    """A run of profile cpu."""
    profile = load_profile("cpu")
    return Settings(run="t", profile_name="cpu", source="s", database="vista.yaml", seed=7, profile=profile)


@pytest.fixture(scope="session")
def prover(sample, run) -> Prover:
    """The proofs of the sample."""
    return Prover(sample, run.seed)


@pytest.fixture(scope="session")
def grader(sample, run):
    """The exam's grader."""
    with Grader(sample, run.seed) as grader:
        yield grader


@pytest.fixture(scope="session")
def asked(sample, run, prover, grader):
    """Questions for DPO."""
    sources = Sources(sample, run.profile.data, run.seed, HeldOut(), prover, ())
    return fresh_questions(sources, grader.rows, "dpo", COUNT)
