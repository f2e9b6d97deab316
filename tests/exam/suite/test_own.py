"""Questions of one's own, asked alone: what is proved is asked, what is not is left out and said."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog.store import save
from vgpt2.errors import UserError
from vgpt2.exam.model import read_suite
from vgpt2.exam.suite.own import own_questions

SCRIPT = Path(__file__).parents[3] / "scripts" / "build_suite.py"
# What a suite refuses, or asks with a warning: all companies; a join of no known key, through views; house style.
COMMITMENTS = "SELECT Job, SUM(RemCost) AS Cost FROM POIT WITH (NOLOCK) GROUP BY Job"
THROUGH_VIEWS = (
    "SELECT POOpenItems.Job, COUNT(*) AS Lines FROM POOpenItems WITH (NOLOCK) "
    "JOIN SLOpenCommitments WITH (NOLOCK) ON POOpenItems.Job = SLOpenCommitments.Job "
    "WHERE POOpenItems.POCo = 1 AND SLOpenCommitments.SLCo = 1 GROUP BY POOpenItems.Job"
)
NO_HINT = "SELECT v.Name FROM APVM AS v"
GONE = {"id": "gone", "question": "Does APTH have HoldCoode?", "facts": [{"claim": "exists", "subject": "APTH.Hoold"}]}
REFUSED = {"id": "no", "question": "Does APTH have PaidFlag?", "refuse": {"missing": ["APTH.PaidFlag"]}, "twin": "gone"}


@pytest.fixture
def read(tmp_path, sample):
    """What comes of these questions."""

    def of(*questions):
        (tmp_path / "my.json").write_text(json.dumps(questions))
        return own_questions(tmp_path / "my.json", sample)

    return of


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        (COMMITMENTS, "may return other rows: POIT is not limited to a company by POCo"),
        (THROUGH_VIEWS, ""),
        (NO_HINT, "breaks house rules that change no row: APVM is read without WITH (NOLOCK); APVM has the alias v"),
    ],
)
def test_what_is_proved_is_asked_and_what_is_not_is_warned_of(read, sql, words):
    found = read({"question": "commitments for a job", "sql": sql})
    assert [question.gold.sql for question in found.questions] == [(sql,)]
    assert found.left_out == []
    assert any(words in warning for warning in found.warnings) or not words


def test_they_have_data_sets_as_those_of_a_suite(read):
    sql = "SELECT APTrans FROM APTH WITH (NOLOCK) WHERE APCo = 1 AND InvTotal > 1000"
    (question,) = read({"question": "invoices over 1000", "sql": sql}).questions
    assert question.gold.data


def test_a_category_is_told_by_the_gold(read):
    found = read(
        {"question": "a", "sql": COMMITMENTS},
        {"question": "b", "facts": [{"claim": "exists", "subject": "APTH.HoldCode"}]},
        {"question": "c", "refuse": {"missing": ["APTH.PaidFlag"]}},
        {"question": "d", "sql": NO_HINT, "category": "sql"},
    )
    assert [question.category for question in found.questions] == ["business", "schema", "hallucination", "sql"]


def test_what_does_not_hold_is_left_out_and_its_twin_stands_alone(read):
    found = read(GONE | {"twin": "no"}, REFUSED, {"question": "x", "sql": "SELECT Nope FROM APVM"})
    assert [(question.id, question.twin) for question in found.questions] == [("no", "")]
    assert len(found.left_out) == 2
    assert any("question curated-003: its SQL is not clean: APVM has no column Nope" in line for line in found.left_out)


def test_nothing_that_can_be_asked_is_one_line(read):
    with pytest.raises(UserError, match=r"my\.json: none of its 1 questions can be asked here; the first: .*Hoold"):
        read(GONE)


def test_a_mistake_in_the_file_is_one_line(read):
    with pytest.raises(UserError, match="question curated-001: unknown key 'querstion'; did you mean 'question'"):
        read({"querstion": "a", "sql": COMMITMENTS})


def test_more_than_a_suite_has_room_for(read):
    many = [{"question": f"cost {n}", "sql": COMMITMENTS.replace("Job", "PO"), "category": "join"} for n in range(60)]
    assert len(read(*many).questions) == 60


def test_the_script_writes_them_and_nothing_else(sample, tmp_path):
    save(sample, tmp_path / "catalog.json")
    (tmp_path / "my.json").write_text(json.dumps([{"question": "a", "sql": COMMITMENTS}, GONE]))
    words = [SCRIPT, "--only", tmp_path / "my.json", "--catalog", tmp_path / "catalog.json"]
    done = subprocess.run([sys.executable, *words, "--output", tmp_path / "s.jsonl"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("build_suite --only: 1 of 2 questions of ")
    assert "left out: " in done.stderr and "warning: " in done.stderr
    assert [question.question for question in read_suite(tmp_path / "s.jsonl")] == ["a"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True)
    assert done.returncode == 2
    assert "--only needs --output" in done.stderr
