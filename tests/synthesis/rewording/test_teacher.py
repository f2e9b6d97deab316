"""A teacher behind a real HTTP server: what of its words is taken, what is kept on file, and how it fails."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path

import pytest
from tests.synthesis.streamed import streamed

from vgpt2.errors import UserError
from vgpt2.inference.prompts import Prompt
from vgpt2.records.held_out import HeldOut
from vgpt2.records.store import read_records
from vgpt2.records.text import normalise
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.rewording.asking import Decoding, read_cache
from vgpt2.synthesis.rewording.endpoint_teacher import EndpointTeacher
from vgpt2.synthesis.rewording.rewording import fault, tidy
from vgpt2.synthesis.rewording.teacher import reword
from vgpt2.synthesis.rewording.words import word_lists

LEAD = "Can you please tell me: "
SCRIPT = Path(__file__).parents[3] / "scripts" / "generate_training_data.py"


def say(text):
    """A whole answer with this text."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}
    return json.dumps({"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": [choice]})


def question_of(body):
    return body["messages"][-1]["content"]


def please(body):
    """A rewording that keeps all: status, headers, text."""
    return 200, {}, say(LEAD + question_of(body))


@contextmanager
def server(respond):
    """A server whose `respond(body)` gives status, headers and text; the questions that it saw come beside its URL."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append((time.monotonic(), question_of(body)))
            status, headers, text = respond(body)
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}/v1", seen
    finally:
        running.shutdown()
        running.server_close()


def teacher(url, tmp_path, **changes):
    return EndpointTeacher(url, "m", tmp_path / "teacher.cache.jsonl", **{"rate": 60000, "retries": 0, **changes})


def ask(teacher, questions):
    """What it says to each question, by question."""
    prompts = [Prompt("Reword.", question) for question in questions]
    return {prompt.instruction: answer for prompt, answer in teacher.answers(prompts, Decoding()).items()}


# ---- What is taken -------------------------------------------------------------------------------------------------

SUM = (
    "sum",
    "What is the total InvTotal of vendor invoices (APTH) in company 1 where InvDate is on or after 2024-03-05?",
    "SELECT SUM(InvTotal) AS TotalInvTotal FROM APTH WITH (NOLOCK) WHERE APCo = 1 AND InvDate >= '2024-03-05'",
    ("dbo.APTH",),
    ("dbo.APTH.InvTotal", "dbo.APTH.APCo", "dbo.APTH.InvDate"),
)
TOP = (
    "list_over",
    "Show Vendor and InvTotal of APTH in company 1 where InvTotal is over 500. Sort by InvTotal descending. "
    "Only the first 5.",
    "SELECT TOP 5 Vendor, InvTotal FROM APTH WITH (NOLOCK) WHERE APCo = 1 AND InvTotal > 500 ORDER BY InvTotal DESC",
    ("dbo.APTH",),
    ("dbo.APTH.Vendor", "dbo.APTH.InvTotal", "dbo.APTH.APCo"),
)
GROUP = (
    "group_sum",
    "Sum InvTotal of APTH by Vendor for company 2 where InvDate is in March 2024.",
    "SELECT Vendor, SUM(InvTotal) AS TotalInvTotal FROM APTH WITH (NOLOCK) WHERE APCo = 2 AND InvDate >= '2024-03-01' "
    "AND InvDate < '2024-04-01' GROUP BY Vendor",
    ("dbo.APTH",),
    ("dbo.APTH.Vendor", "dbo.APTH.InvTotal", "dbo.APTH.APCo", "dbo.APTH.InvDate"),
)
MISSING = (
    "not_exists",
    "Show Vendor and Name of APVM for which no row exists in APTH. Only rows where Name is not 'Delta'.",
    "SELECT Vendor, Name FROM APVM WITH (NOLOCK) WHERE NOT EXISTS (SELECT 1 FROM APTH WITH (NOLOCK) WHERE "
    "APTH.Vendor = APVM.Vendor) AND Name <> 'Delta'",
    ("dbo.APVM", "dbo.APTH"),
    ("dbo.APVM.Vendor", "dbo.APVM.Name", "dbo.APTH.Vendor"),
)
NET = (
    "net",
    "What is GrossAmt less Discount in total by Job in APTL of company 1?",
    "SELECT Job, SUM(GrossAmt - Discount) AS NetGrossAmt FROM APTL WITH (NOLOCK) WHERE APCo = 1 GROUP BY Job",
    ("dbo.APTL",),
    ("dbo.APTL.Job", "dbo.APTL.GrossAmt", "dbo.APTL.Discount", "dbo.APTL.APCo"),
)
MONTHS = (
    "month_over_month",
    "Show total GrossAmt by Mth and the change from the month before that had any, from APTL of company 1.",
    "SELECT Mth, SUM(GrossAmt) AS TotalGrossAmt, SUM(GrossAmt) - LAG(SUM(GrossAmt)) OVER (ORDER BY Mth) AS "
    "ChangeGrossAmt FROM APTL WITH (NOLOCK) WHERE APCo = 1 GROUP BY Mth ORDER BY Mth",
    ("dbo.APTL",),
    ("dbo.APTL.Mth", "dbo.APTL.GrossAmt", "dbo.APTL.APCo"),
)
VARIANCE = (
    "variance",
    "By how much is GrossAmt ahead of Discount in APTL by Job, company 1?",
    "SELECT Job, SUM(GrossAmt) - SUM(Discount) AS Ahead FROM APTL WITH (NOLOCK) WHERE APCo = 1 GROUP BY Job",
    ("dbo.APTL",),
    ("dbo.APTL.Job", "dbo.APTL.GrossAmt", "dbo.APTL.Discount", "dbo.APTL.APCo"),
)
HELD = (
    "list_equal",
    "List APTrans and Amount of vendor invoice payment detail (APTD) in company 1 that are on hold.",
    "SELECT APTrans, Amount FROM APTD WITH (NOLOCK) WHERE APCo = 1 AND Status = 2",
    ("dbo.APTD",),
    ("dbo.APTD.APTrans", "dbo.APTD.Amount", "dbo.APTD.APCo", "dbo.APTD.Status"),
)
VERDICTS = [
    # question, rewording, reason why it is refused
    (SUM, "For company 1, add up InvTotal in vendor invoices (APTH) where InvDate is 2024-03-05 or later.", ""),
    (SUM, "Please tell me the sum of InvTotal in APTH, company 1, for rows whose InvDate is at least 2024-03-05?", ""),
    (SUM, "For company 1, add up InvTotal in APTH where InvDate is 2024-03-06 or later.", "literal_lost"),
    (SUM, "For company 1, add up InvTotal in APTH for every InvDate.", "name_lost literal_lost"),
    (SUM, "For company 1 and 2, add up InvTotal in APTH where InvDate is 2024-03-05 or later.", "literal_added"),
    (SUM, "For company 1, give the average InvTotal in APTH where InvDate is 2024-03-05 or later.", "aggregation"),
    (SUM, "For company 1, show InvTotal in APTH where InvDate is 2024-03-05 or later.", "aggregation"),
    (SUM, "For company 1, add up InvTotal in APTH where InvDate is before 2024-03-05.", "condition"),
    (SUM, "For company 1, add up InvTotal in APTL where InvDate is 2024-03-05 or later.", "name_lost"),
    (SUM, "For company 1, add up InvTotal in APTH by Vendor where InvDate is 2024-03-05 or later.", "name_added"),
    (SUM, "For company 1, add up InvTotal of approved APTH where InvDate is 2024-03-05 or later.", "name_added"),
    (SUM, "For company 1, add up InvTotal in vendor invoices where InvDate is 2024-03-05 or later.", "name_lost"),
    (TOP, "Give Vendor and InvTotal from APTH in company 1 with InvTotal above 500, InvTotal highest first, "
          "just the top 5.", "order"),
    (TOP, "In company 1, list Vendor and InvTotal from APTH if InvTotal is above 500, ordered by InvTotal from "
          "highest to lowest; stop after 5 rows.", ""),
    (TOP, "In company 1, list Vendor and InvTotal from APTH if InvTotal is above 500, ordered by InvTotal; first 5.",
     "order"),
    (TOP, "In company 1, list Vendor and InvTotal from APTH if InvTotal is above 500, InvTotal; first 5.", "order"),
    (TOP, "In company 1, list InvTotal and InvTotal from APTH if InvTotal is above 500, by Vendor descending; "
          "first 5.", "order"),
    (TOP, "In company 1, list Vendor and InvTotal from APTH if InvTotal is above 500, ordered by InvTotal descending.",
     "literal_lost"),
    (GROUP, "For each Vendor of APTH, the total InvTotal for company 2 where InvDate falls in March 2024.", ""),
    (GROUP, "For each InvTotal of APTH, the total Vendor for company 2 where InvDate falls in March 2024.", "role"),
    (GROUP, "What is the total InvTotal and Vendor in APTH for company 2 where InvDate falls in March 2024.", "role"),
    (GROUP, "For each Vendor of APTH, the total InvTotal for company 2 where InvDate falls in March 2023.",
     "literal_lost"),
    (MISSING, "Which rows of APVM have no row existing in APTH? Give Vendor and Name, only where Name is other than "
              "'Delta'.", ""),
    (MISSING, "Which rows of APTH have no row existing in APVM? Give Vendor and Name, only where Name is not 'Delta'.",
     "role"),
    (MISSING, "Which rows of APVM have no row existing in APTH? Give Vendor and Name, only where Name is 'Delta'.",
     "condition"),
    (NET, "For each Job in APTL of company 1, show GrossAmt minus Discount in total.", ""),
    (NET, "For each Job in APTL of company 1, show Discount minus GrossAmt in total.", "role"),
    (MONTHS, "From APTL of company 1, total GrossAmt by Mth and the change from the month before that had any.", ""),
    (MONTHS, "From APTL of company 1, total GrossAmt by Mth and the change from the month before.", "condition"),
    # A table said as if it were a column; what words cannot tell; words that nothing stands for.
    (TOP, "In company 1, list Vendor, APTH and InvTotal if InvTotal is above 500, ordered by InvTotal from highest to "
          "lowest; stop after 5 rows.", "role"),
    (VARIANCE, "Please tell me for company 1 by how much GrossAmt is ahead of Discount in APTL, by Job.", "role"),
    (VARIANCE, "Please tell me for company 1 by how much Discount is ahead of GrossAmt in APTL, by Job.", "role"),
    (VARIANCE, "Please tell me for company 1 by how much GrossAmt and Discount in APTL, by Job.", "name_lost"),
    # What a value means is a part of the question.
    (HELD, "In company 1, list APTrans and Amount of vendor invoice payment detail (APTD) that is on hold.", ""),
    (HELD, "List APTrans, Amount of vendor invoice payment detail (APTD) in company 1 that is paid.", "literal_lost"),
    (HELD, "In company 1, list APTrans and Amount of vendor invoice payment detail (APTD).", "literal_lost"),
    # The form.
    (SUM, SUM[1].lower(), "same"),
    (SUM, "", "empty"),
    (SUM, SUM[2], "sql"),
    (SUM, f"{SUM[1]}<|im_end|>", "template_token"),
    (SUM, f"Sure!\n{SUM[1]}", "too_long"),
    (SUM, f"{SUM[1]} " + "Show it please. " * 9, "too_long"),
]  # fmt: skip


def example(intent, question, sql, tables, objects):
    return Example(
        "sql", intent, question, "answer", "f", f"{intent}/0", sql=sql, tables=tables, objects=(*tables, *objects)
    )


@pytest.mark.parametrize(("asked", "text", "reason"), VERDICTS, ids=range(len(VERDICTS)))
def test_a_rewording_is_taken_only_if_it_asks_the_same(sample, asked, text, reason):
    found = fault(example(*asked), text, sample)
    assert found in reason.split() if reason else found == ""


def test_every_question_of_ours_would_pass_but_that_it_is_the_same(sample):
    for made in streamed(sample, "sql", 3, 120):
        judged = made.intent in word_lists().told_by_words
        assert fault(made, LEAD + made.question, sample) == ("" if judged else "role"), made.question
        assert fault(made, made.question, sample) == "same"


TIDIED = [
    ('"Show Vendor of APTH."', "Show Vendor of APTH."),
    ("<think>They want it short.</think>\nShow `Vendor` of **APTH**.", "Show Vendor of APTH."),
    ("Show Vendor where Name is ‘Delta’.", "Show Vendor where Name is 'Delta'."),
    ("'Delta' is the Name: show 'Vendor'", "'Delta' is the Name: show 'Vendor'"),
]


@pytest.mark.parametrize(("answer", "text"), TIDIED)
def test_an_answer_is_tidied(answer, text):
    assert tidy(answer) == text


# ---- The examples --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def made(sample):
    """Some SQL examples, and two of another kind."""
    told = sorted(word_lists().told_by_words - {"parameters"})
    return [*islice(stream(sample, "sql", 3, intents=told), 30), *islice(stream(sample, "schema", 3), 2)]


def test_only_sql_questions_are_reworded_and_the_seed_says_which(sample, cpu, made, tmp_path):
    cpu = cpu.model_copy(update={"compact": False})  # long questions too
    with server(please) as (url, _):
        found, counts = reword(made, teacher(url, tmp_path), sample, cpu, 7, 0.5, HeldOut())
        again, _ = reword(made, teacher(url, tmp_path / "b"), sample, cpu, 7, 0.5, HeldOut())
        other, _ = reword(made, teacher(url, tmp_path), sample, cpu, 8, 0.5, HeldOut())
    changed = [new for old, new in zip(made, found, strict=True) if new.question != old.question]
    assert found == again != other
    assert 5 < len(changed) == counts.taken == counts.conditions < 25
    assert {item.kind for item in changed} == {"sql"} and {item.source for item in changed} == {"teacher/conditions"}
    assert all(new.sql == old.sql and new.answer == old.answer for old, new in zip(made, found, strict=True))


def test_what_is_held_out_or_asked_already_stays(sample, cpu, made, tmp_path):
    first, second = made[:2]
    held = HeldOut(questions=frozenset({normalise(LEAD + first.question)}))
    third = second.with_(question=LEAD + second.question, family="another", kind="schema")
    with server(please) as (url, _):
        found, counts = reword([first, second, third], teacher(url, tmp_path), sample, cpu, 7, 1.0, held)
    assert found == [first, second, third]
    assert counts.refused == {"held_out": 1, "repeated": 1}


# ---- The cache -----------------------------------------------------------------------------------------------------


def test_a_second_run_asks_nothing_and_another_model_does(tmp_path):
    with server(please) as (url, seen):
        first = ask(teacher(url, tmp_path), ["a", "b", "a"])
        assert ask(teacher(url, tmp_path), ["b", "a"]) == first == {"a": f"{LEAD}a", "b": f"{LEAD}b"}
        assert len(seen) == 2
        ask(EndpointTeacher(url, "other", tmp_path / "teacher.cache.jsonl", rate=60000), ["a"])
        assert len(seen) == 3


def test_a_killed_run_goes_on_where_it_was(tmp_path):
    cache = tmp_path / "teacher.cache.jsonl"
    with server(please) as (url, seen):
        ask(teacher(url, tmp_path), ["a", "b"])
        cache.write_bytes(cache.read_bytes()[:-9])
        answers = ask(teacher(url, tmp_path), ["a", "b", "c"])
    assert answers == {name: LEAD + name for name in "abc"}
    assert len(seen) == 4
    assert sorted(read_cache(cache).values()) == [f"{LEAD}a", f"{LEAD}b", f"{LEAD}c"]


def test_a_line_that_is_no_answer_is_named(tmp_path):
    cache = tmp_path / "teacher.cache.jsonl"
    cache.write_text('{"key": "k", "answer": "x"}\n{"key": 1}\n')
    with pytest.raises(UserError, match=r"jsonl:2: not an answer"):
        ask(teacher("http://127.0.0.1:9/v1", tmp_path), ["a"])


# ---- How it fails --------------------------------------------------------------------------------------------------


def test_it_waits_as_long_as_it_is_told_and_asks_again(tmp_path):
    told = []

    def once(body):
        if not told:
            told.append(1)
            return 429, {"Retry-After": "1"}, "{}"
        return please(body)

    with server(once) as (url, seen):
        assert ask(teacher(url, tmp_path, retries=2), ["a"]) == {"a": f"{LEAD}a"}
    assert len(seen) == 2
    assert seen[1][0] - seen[0][0] >= 1


def test_it_keeps_to_the_rate(tmp_path):
    with server(please) as (url, seen):
        ask(teacher(url, tmp_path, rate=600), list("abcde"))
    assert seen[-1][0] - seen[0][0] >= 0.35


def test_one_question_without_an_answer_is_no_end(tmp_path):
    with server(lambda body: (500, {}, "{}") if question_of(body) == "b" else please(body)) as (url, _):
        assert set(ask(teacher(url, tmp_path), list("abcdef"))) == set("acdef")


FAILURES = [
    # answer, what the one line says
    ((500, {}, "{}"), "3 questions in a row without an answer; the last: answered 500"),
    ((200, {}, '{"choices": ['), "3 questions in a row without an answer; the last: not an answer that can be read"),
    ((200, {}, '{"choices": []}'), "3 questions in a row without an answer; the last: not an answer that can be read"),
    ((200, {"Content-Type": "text/html"}, "<html>"), "not an answer that can be read"),
    ((401, {}, '{"error": {"message": "no key"}}'), "answered 401"),
    ((404, {}, '{"error": {"message": "no such model"}}'), "answered 404"),
]


@pytest.mark.parametrize(("answer", "said"), FAILURES)
def test_an_endpoint_that_keeps_failing_is_one_line_and_what_came_is_kept(tmp_path, answer, said):
    with server(lambda body: please(body) if question_of(body) == "a" else answer) as (url, seen):
        ask(teacher(url, tmp_path), ["a"])
        with pytest.raises(UserError) as caught:
            ask(teacher(url, tmp_path, give_up=3, concurrency=1), list("abcdefgh"))
    assert said in str(caught.value) and url in str(caught.value) and "run again" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(seen) <= 6
    assert list(read_cache(tmp_path / "teacher.cache.jsonl").values()) == [f"{LEAD}a"]


# ---- The script ----------------------------------------------------------------------------------------------------


def generate(run, name, *options):
    command = [sys.executable, str(SCRIPT), "--catalog", run / "catalog.json", "--held-out", run / "held_out.json"]
    command += ["--settings", run / "settings.json", "--output", run / name / "sft.jsonl", *options]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, env=os.environ, check=False)


def test_it_is_off_by_default_and_the_same_cache_gives_the_same_bytes(run, untaught):
    off = run / "untaught"
    assert not (off / "teacher.cache.jsonl").exists()
    with server(please) as (url, seen):
        options = ("--teacher", url, "--teacher-model", "m", "--teacher-rate", "60000", "--teacher-share", "0.3")
        done = generate(run, "on", *options)
        assert done.returncode == 0, done.stderr
        asked = len(seen)
        first = (run / "on" / "sft.jsonl").read_bytes()
        assert generate(run, "on", *options).returncode == 0
        assert generate(run, "none", *options[:-1], "0").returncode == 0
    assert 5 < asked == len(seen)
    assert (run / "on" / "sft.jsonl").read_bytes() == first
    for name in ("sft.jsonl", "sft.meta.jsonl"):
        assert (run / "none" / name).read_bytes() == (off / name).read_bytes() != (run / "on" / name).read_bytes()
    records = read_records(run / "on" / "sft.jsonl")
    taken = sum(record.row["instruction"].startswith(LEAD) for record in records)
    counts = json.loads((run / "on" / "teacher.json").read_text())
    assert taken == counts["taken"] == counts["conditions"] > 0 == counts["round_trip"]
    # What words cannot judge was asked of it as a question; it had no query.
    assert counts["asked"] == taken + sum(counts["refused"].values())
    assert counts["refused"].keys() <= {"no_answer", "table_lost", "too_long"}
    assert f"{taken} of {counts['asked']} reworded ({taken} by conditions, 0 by round trip" in done.stdout
    assert counts["model"] == "m" and not (off / "teacher.json").exists()


MISTAKES = [
    (("--teacher", "http://127.0.0.1:9/v1"), "error: --teacher and --teacher-model go together"),
    (("--teacher-model", "m"), "error: --teacher and --teacher-model go together"),
    (("--teacher", "127.0.0.1:9", "--teacher-model", "m"), "error: --teacher 127.0.0.1:9: no such teacher"),
    (("--teacher", "bsae"), "error: --teacher bsae: no such teacher; did you mean 'base'?"),
    (("--teacher", "base"), "error: --teacher base: give the folder of the base model with --base"),
    (("--teacher", "base", "--teacher-model", "m"), "error: --teacher base has no model to name"),
    (("--teacher", "none", "--teacher-model", "m"), "error: --teacher none has no model to name"),
    (("--teacher", "base", "--base", "/no/such"), "error: /no/such: no such model folder"),
    (("--teacher", "http://127.0.0.1:9/v1", "--teacher-model", "m"), "error: --teacher http://127.0.0.1:9/v1: "),
]


@pytest.mark.parametrize(("options", "said"), MISTAKES)
def test_a_mistake_is_one_line_and_nothing_is_written(run, options, said):
    done = generate(run, "wrong", "--teacher-rate", "60000", *options)
    assert done.returncode == 2
    assert done.stderr.startswith(said) and done.stderr.count("\n") == 1, done.stderr
    assert not (run / "wrong" / "sft.jsonl").exists()
