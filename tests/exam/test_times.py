"""An exam of the same answers is the same bytes, however busy the machine; what differs are its times, beside it."""

import json
import multiprocessing
from pathlib import Path

import pytest

from vgpt2.errors import UserError
from vgpt2.exam.model import OUTCOMES
from vgpt2.exam.runner import examine
from vgpt2.exam.times import read_times, times_path, write_times
from vgpt2.files import read_json, write_json, write_jsonl
from vgpt2.inference.backends import Recorded

ANSWERS = Path(__file__).parents[1] / "fixtures" / "exam" / "answers.jsonl"
TIMES = {"asked", "seconds", "tokens_per_second", "grading_seconds"}


def _compute() -> None:
    while True:
        sum(range(100_000))


@pytest.fixture
def busy():
    """Starts processes that compute as hard as they can, two for each core; they end with the test."""
    context = multiprocessing.get_context("spawn")
    started = []

    def start():
        for _ in range(2 * multiprocessing.cpu_count()):
            process = context.Process(target=_compute, daemon=True)
            process.start()
            started.append(process)

    yield start
    for process in started:
        process.kill()
        process.join()


@pytest.fixture(scope="module")
def rounds() -> list[dict[str, str]]:
    """Answers of three exams, by question: every verdict that there is, a question's next one in the next exam."""
    answers: dict[str, dict[str, str]] = {}
    for line in ANSWERS.read_text("utf-8").splitlines():
        case = json.loads(line)
        answers.setdefault(case["verdict"], {}).setdefault(case["question"], case["response"])
    rounds: list[dict[str, str]] = [{}, {}, {}]
    for rare in sorted(answers.values(), key=len):
        for question, response in rare.items():
            if room := [answered for answered in rounds if question not in answered]:
                room[0][question] = response
    return rounds


def test_the_same_answers_are_the_same_bytes_on_a_busy_machine(sample, questions, cpu, tmp_path, busy, rounds):
    def exam(name: str) -> list[bytes]:
        written = []
        for number, answers in enumerate(rounds):
            rows = [{"id": key, "response": response, "seconds": 0.5} for key, response in answers.items()]
            write_jsonl(tmp_path / f"{number}.jsonl", rows)
            asked = [questions[key] for key in answers]
            recorded = Recorded(tmp_path / f"{number}.jsonl", list(answers))
            examine(recorded, sample, asked, cpu, tmp_path / name / f"{number}.json")
            written.append((tmp_path / name / f"{number}.json").read_bytes())
        return written

    alone = exam("alone")
    busy()
    assert exam("busy") == alone
    results = [json.loads(result) for result in alone]
    assert {row["outcome"] for result in results for row in result["questions"]} == set(OUTCOMES)
    assert {row["judged"] for result in results for row in result["questions"]} >= {"rows", "facts", "words", "checker"}
    for result in results:
        assert not TIMES & set(result)
    times = read_times(tmp_path / "busy" / "0.json")
    assert set(times) == TIMES == set(read_json(tmp_path / "busy" / "0.times.json"))
    assert times["seconds"] == 0.5 * len(rounds[0])
    assert times["grading_seconds"] > 0


def test_an_older_result_holds_its_own_times(tmp_path):
    write_json(tmp_path / "sft.json", {"model": "m", "asked": 3, "seconds": 7.5, "tokens_per_second": 40})
    assert read_times(tmp_path / "sft.json") == {"asked": 3, "seconds": 7.5, "tokens_per_second": 40}
    times = {"asked": 0, "seconds": 1.0, "tokens_per_second": 0.0, "grading_seconds": 2.0}
    write_times(tmp_path / "sft.json", times)
    assert times_path(tmp_path / "sft.json").name == "sft.times.json"
    assert read_times(tmp_path / "sft.json") == times
    assert read_times(tmp_path / "dpo.json") == {}


@pytest.mark.parametrize("damaged", [{"seconds": "long"}, {"seconds": None}], ids=str)
def test_damaged_times_are_one_line(tmp_path, damaged):
    write_json(tmp_path / "sft.times.json", damaged)
    with pytest.raises(UserError, match=r"sft\.times\.json: seconds is .* and not a number; run run_validation"):
        read_times(tmp_path / "sft.json")
