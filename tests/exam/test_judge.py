"""A second opinion on prose: asked of prose alone, kept, and without any effect on the grade."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from vgpt2.errors import UserError
from vgpt2.exam.judge import prompt_of, verdict_of
from vgpt2.exam.model import Gold, Question
from vgpt2.exam.runner import examine
from vgpt2.exam.verdict.short import short_report
from vgpt2.files import write_jsonl
from vgpt2.inference.backends import Endpoint, Recorded

QUESTIONS = [
    Question("sql", "sql", "Name the vendors", Gold(sql=("SELECT Name FROM APVM WITH (NOLOCK)",)), ("dbo.APVM",)),
    Question("no", "hallucination", "Is there APTX?", Gold(refuse=True, missing=("APTX",), answer="There is no APTX.")),
    Question(
        "no2", "hallucination", "Is there APTY?", Gold(refuse=True, missing=("APTY",), answer="There is no APTY.")
    ),
    Question("silent", "hallucination", "Is there APTZ?", Gold(refuse=True, missing=("APTZ",), answer="No APTZ.")),
]
ANSWERS = {"sql": "SELECT Name FROM APVM", "no": "There is no table APTX.", "no2": "Yes, APTY is there.", "silent": " "}


@pytest.fixture
def judge():
    """An endpoint that finds every answer right, and the prompts that it was given."""
    prompts = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.reply({"object": "list", "data": [{"id": "judge", "object": "model"}]})

        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            prompts.append(body["messages"][-1]["content"])
            self.reply({"choices": [{"message": {"role": "assistant", "content": "**Right**: it says so."}}]})

        def reply(self, value):
            text = json.dumps(value).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "judge", 80), prompts
    server.shutdown()
    thread.join(timeout=10)


@pytest.fixture
def exam(sample, cpu, tmp_path):
    """The exam of the recorded answers, with or without a judge."""
    write_jsonl(tmp_path / "answers.jsonl", ({"id": key, "response": text} for key, text in ANSWERS.items()))

    def hold(judge=None):
        recorded = Recorded(tmp_path / "answers.jsonl", [question.id for question in QUESTIONS])
        return examine(recorded, sample, QUESTIONS, cpu, tmp_path / "exam.json", judge=judge)

    return hold


def test_it_reads_prose_alone_and_changes_no_grade(exam, judge):
    without, found = exam(), exam(judge[0])
    assert len(judge[1]) == 2
    assert {row["id"] for row in found["questions"] if "judge" in row} == {"no", "no2"}
    assert found["rates"] == without["rates"]
    assert [row["outcome"] for row in found["questions"]] == [row["outcome"] for row in without["questions"]]
    figures = {key: value for key, value in found["judge"].items() if key != "model"}
    assert figures == {"of": 2, "same": 1, "only_judge": 1, "only_grade": 0, "unclear": 0}
    text = short_report(found)
    assert "right to the judge alone 1, right to the grade alone 0, unclear 0. Only the grade counts." in text
    assert "The judge says right: **Right**: it says so." in text


def test_what_it_said_is_not_asked_again(exam, judge):
    exam(judge[0])
    again = exam(judge[0])
    assert (len(judge[1]), again["judge"]["of"]) == (2, 2)


def test_a_judge_that_cannot_be_reached_costs_no_exam(exam, tmp_path):
    with pytest.raises(UserError, match="cannot be reached"):
        exam(Endpoint("http://127.0.0.1:9/v1", "judge", 80, retries=0))
    assert json.loads((tmp_path / "exam.json").read_text())["rates"]["right"]["of"] == 4


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("RIGHT", "right"),
        ("wrong. It names another key.", "wrong"),
        ("**Wrong**", "wrong"),
        ("Verdict: RIGHT", "unclear"),
        ("Rightly so", "unclear"),
        ("", "unclear"),
    ],
)
def test_its_first_word_is_its_verdict(text, verdict):
    assert verdict_of(text) == verdict


def test_it_sees_question_gold_and_answer():
    user = prompt_of(QUESTIONS[1], ANSWERS["no"]).user
    for text in ("Is there APTX?", "There is no APTX.", "There is no table APTX."):
        assert text in user
