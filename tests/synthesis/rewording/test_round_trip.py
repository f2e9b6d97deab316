"""Round trip: what a question in other words must keep that no query shows, and what the teacher's own answer shows."""

import json
from pathlib import Path

import pytest

from vgpt2.records.held_out import HeldOut
from vgpt2.records.text import normalise
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.rewording.round_trip import RoundTrip
from vgpt2.synthesis.rewording.teacher import reword
from vgpt2.tsql.check.check import check

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "fixtures" / "rewording" / "round_trip.jsonl").read_text().splitlines()
]


class Recorded:
    """A teacher whose answers were written down: by turn, and then by the question."""

    def __init__(self, *turns):
        self.turns = turns
        self.asked = []

    def answers(self, prompts, decoding):
        self.asked.append((decoding.turn, decoding.temperature, [prompt.instruction for prompt in prompts]))
        said = self.turns[decoding.turn] if decoding.turn < len(self.turns) else {}
        return {prompt: said[prompt.instruction] for prompt in prompts if prompt.instruction in said}


def example(sample, case):
    verdict = check(case["sql"], sample)
    assert verdict.valid, verdict.findings
    return Example(
        "sql", "sum", case["question"], "answer", normalise(case["question"]), "sum/0", sql=case["sql"],
        tables=verdict.tables, objects=(*verdict.tables, *verdict.columns), ordered="ORDER BY" in case["sql"],
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_it_is_taken_only_where_an_answer_returns_the_rows(sample, cpu, case):
    teacher = Recorded({case["said"]: case["answer"]})
    with RoundTrip(sample, teacher, cpu, 3) as judge:
        assert judge.faults([(example(sample, case), case["said"])]) == [case["why"]]
    # What its words alone refuse is not asked.
    assert bool(teacher.asked) == (case["why"] not in ("name_lost", "name_added", "table_lost"))


def test_one_of_some_answers_is_enough_and_who_has_it_is_asked_no_more(sample, cpu):
    good, bad = CASES[1], CASES[0]
    silent = Recorded({good["said"]: "no", bad["said"]: bad["answer"]}, {good["said"]: good["answer"]})
    with RoundTrip(sample, silent, cpu, 3, tries=3) as judge:
        assert judge.faults([(example(sample, case), case["said"]) for case in (good, bad)]) == ["", ""]
    assert [(turn, asked) for turn, _, asked in silent.asked] == [
        (0, [good["said"], bad["said"]]),
        (1, [good["said"]]),
    ]
    assert [temperature > 0 for _, temperature, _ in silent.asked] == [False, True]


def test_a_query_of_the_database_is_described_from_its_text_and_taken_by_round_trip_only(sample, cpu):
    case = CASES[1]
    mined = example(sample, case).with_(kind="document", intent="view_query")
    kept = f"Can you please tell me: {case['question']}"
    seen = []

    class Describing:
        def __init__(self, said, answer):
            self.said, self.answer = said, answer

        def answers(self, prompts, decoding):
            seen.extend(prompts)
            asks = [("Query: " in prompt.input, prompt) for prompt in prompts]
            return {prompt: self.said if described else self.answer for described, prompt in asks}

    for said, answer, taken in [
        (case["said"], case["answer"], True),
        (case["said"], "no", False),
        (kept, "no", False),
        (kept, case["answer"], True),
    ]:
        (found,), counts = reword([mined], Describing(said, answer), sample, cpu, 3, 1.0, HeldOut())
        assert (found.question == said, counts.round_trip, counts.conditions) == (taken, int(taken), 0)
        assert found.source == ("teacher/round_trip" if taken else "")
    assert seen[0].input == f"Query: {mined.sql}"


def test_the_schema_is_the_golds_alone(sample, cpu):
    case = CASES[1]
    seen = []

    class Watching(Recorded):
        def answers(self, prompts, decoding):
            seen.extend(prompts)
            return super().answers(prompts, decoding)

    with RoundTrip(sample, Watching({case["said"]: case["answer"]}), cpu, 3) as judge:
        judge.faults([(example(sample, case), case["said"])])
    assert [line.split("(")[0] for line in seen[0].input.splitlines() if "(" in line] == ["APTH"]
