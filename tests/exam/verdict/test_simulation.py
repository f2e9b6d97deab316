"""What the gates do with thousands of made-up exams whose truth is known: luck is not promoted, a gain is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vgpt2.exam.verdict.evidence import level_of
from vgpt2.exam.verdict.gate import decide, gain_shown
from vgpt2.exam.verdict.results import Exam
from vgpt2.settings import load_profile

SEED = 17
RUNS = 2000
CHAINS = 1000
GATE = load_profile("cpu").gate
SIZES = (50, 150, 500)
# Questions about one table, in the suite of the sample.
PER_TABLE = 4


class World:
    """Questions of different difficulty, and models that answer them: each question is right with a chance of its own.

    With tables, questions about one table share a luck of their own in each exam of a model.
    """

    def __init__(self, questions: int, rng: np.random.Generator, tables: bool = False) -> None:
        self.rng = rng
        self.difficulty = rng.beta(0.7, 0.9, questions)
        self.table = np.arange(questions) // PER_TABLE if tables else None

    def exam(self, name: str, better: float = 0.0) -> Exam:
        """An exam of a model that answers each question right with this much more chance than the first."""
        chance = np.clip(self.difficulty + better, 0, 1)
        luck = self.rng.random(len(chance))
        if self.table is not None:
            luck = np.where(self.rng.random(len(chance)) < 0.5, luck, luck[self.table * PER_TABLE])
        questions = [
            {
                "id": f"q{number}",
                "category": "sql",
                "outcome": "right" if right else "wrong",
                "table": "" if self.table is None else f"T{self.table[number]}",
            }
            for number, right in enumerate(luck < chance)
        ]
        rate = {"rate": 0.0, "count": 0, "of": len(questions)}
        rates = {"right": rate, "hallucination": rate, "false_refusal": rate}
        result = {"model": name, "suite_hash": "s", "rates": rates, "categories": {}, "questions": questions}
        return Exam(Path(f"{name}.json"), result)


def chain(world: World, truth: tuple[float, ...]) -> list[bool]:
    """Which stages of a chain are promoted; each is better than the model that it starts from by what `truth` says."""
    kept, gain, carried, promoted = world.exam("base"), 0.0, 0.0, []
    for name, better in zip(("sft", "dpo", "kto"), truth, strict=True):
        new, level = world.exam(name, gain + better), level_of(GATE, carried)
        promoted.append(gain_shown(kept, new, level.at).enough)
        carried = level.at if promoted[-1] else 0.0
        if promoted[-1]:
            kept, gain = new, gain + better
    return promoted


@pytest.mark.parametrize("tables", [False, True])
@pytest.mark.parametrize("questions", SIZES)
def test_equal_models_pass_hardly_ever(questions, tables):
    rng = np.random.default_rng(SEED)
    passed = 0
    for _ in range(RUNS):
        world = World(questions, rng, tables)
        passed += gain_shown(world.exam("base"), world.exam("sft"), GATE.significance).enough
    assert passed / RUNS <= 0.05


@pytest.mark.parametrize("truth", [(0.0, 0.0, 0.0), (0.4, 0.0, 0.0), (0.4, 0.2, 0.0), (0.0, 0.4, 0.0)], ids=str)
@pytest.mark.parametrize("questions", SIZES)
def test_a_whole_chain_promotes_luck_in_at_most_one_run_of_twenty(questions, truth):
    rng = np.random.default_rng(SEED)
    by_luck = sum(
        any(passed and not better for passed, better in zip(chain(World(questions, rng), truth), truth, strict=True))
        for _ in range(CHAINS)
    )
    assert by_luck / CHAINS <= 0.05


@pytest.mark.parametrize(("questions", "better", "least"), [(50, 0.4, 0.95), (150, 0.2, 0.9), (500, 0.1, 0.9)])
def test_a_gain_is_promoted(questions, better, least):
    rng = np.random.default_rng(SEED)
    promoted = sum(chain(World(questions, rng), (better, 0.0, 0.0))[0] for _ in range(400))
    assert promoted / 400 >= least


def test_the_whole_gate_says_no_more_often_than_the_evidence_alone():
    """All rules together, on fewer exams: each gate also counts what is worse."""
    rng = np.random.default_rng(SEED)
    verdicts = []
    for _ in range(60):
        world = World(50, rng)
        base, new = world.exam("base"), world.exam("sft")
        verdict = decide(base, new, GATE)["verdict"]
        verdicts.append(verdict)
        assert verdict != "promoted" or gain_shown(base, new, GATE.significance).enough
    assert verdicts.count("promoted") <= 1
