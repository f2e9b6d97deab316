"""From what users asked to what a run learns: nothing is taken in unproved, and no question is in both sets."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.store import save
from vgpt2.serving.use.entry import Entry
from vgpt2.serving.use.log import UseLog
from vgpt2.serving.use.reading import read_log
from vgpt2.serving.use.review import Case, cases, unknown_words
from vgpt2.serving.use.taking import take_in

ROOT = Path(__file__).parents[3]
ENTRIES = [
    Entry("a", "2026-01-01T00:00:00Z", "vendors of company 1", "...", "SELECT Vendor FROM APVM", "valid"),
    Entry("b", "2026-01-01T00:00:01Z", "which drawdowns are open", "...", "SELECT X FROM Y", "invalid", ["no table Y"]),
    Entry("c", "2026-01-01T00:00:02Z", "jobs of company 1", "...", "SELECT Job FROM JCJM", "valid"),
]


@pytest.fixture
def log(tmp_path):
    kept = UseLog(tmp_path / "use.jsonl", "vista")
    for entry in ENTRIES:
        kept.add(entry)
    kept.judge("c", "wrong")
    return tmp_path / "use.jsonl"


def test_a_log_is_read_as_it_was_kept_with_later_verdicts(log):
    found = read_log(log, "vista")
    assert [entry.id for entry in found.entries] == ["a", "b", "c"]
    assert [entry.verdict for entry in found.entries] == ["", "", "wrong"]
    assert not found.broken


def test_a_log_goes_on_where_it_ended(log):
    UseLog(log, "vista").add(Entry("d", "2026-01-02T00:00:00Z", "more", "..."))
    assert len(read_log(log, "vista").entries) == 4


def test_what_wants_a_look_comes_with_its_reason(log, sample):
    found = cases(read_log(log, "vista").entries, Retriever(sample))
    assert {case.id: case.why for case in found} == {
        "c": ["the user says that it is wrong"],
        "b": ["no table Y", "words that the catalog does not know: drawdown"],
    }
    assert found[0].id == "c"


def test_words_of_the_catalog_are_known(sample):
    retriever = Retriever(sample)
    assert unknown_words("unpaid invoices by vendor and job, please", retriever) == []
    assert unknown_words("which drawdowns of the tranche are open", retriever) == ["drawdown", "tranche"]


SQL = "SELECT {} FROM {} WITH (NOLOCK) WHERE {} = 1"
RIGHT = [
    SQL.format("Vendor", "APTH", "APCo"),
    "SELECT Job, SUM(ActualCost) AS Cost FROM JCCP WITH (NOLOCK) WHERE JCCo = 1 GROUP BY Job",
    "SELECT TOP 5 PO, Vendor FROM POHD WITH (NOLOCK) WHERE POCo = 1 ORDER BY PO",
    "SELECT COUNT(*) AS Employees FROM PREH WITH (NOLOCK) WHERE PRCo = 1 AND ActiveYN = 'Y'",
    "SELECT Contract FROM JCCM WITH (NOLOCK) WHERE JCCo = 1 AND ContractAmt > BilledAmt",
    "SELECT DISTINCT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 1 AND InvTotal > 100",
]


def test_only_what_is_proved_is_taken_in_and_no_form_on_both_sides(sample):
    asked = [Case(str(n), f"question {n}", "", [], sql=sql) for n, sql in enumerate(RIGHT)]
    same = [Case("again", "the first in other words", "", [], sql=SQL.format("PO", "POHD", "POCo"))]
    wrong = [
        Case("x", "x", "", [], sql=SQL.format("Nothing", "APTH", "APCo")),
        Case("y", "y", "", [], sql="DROP TABLE APTH"),
        Case("z", "z", "", [], words={"draws": "NoSuchTable"}),
    ]
    taken = take_in([*asked, *same, *wrong], sample)
    assert len(taken.rows) + len(taken.questions) == len(RIGHT) + 1
    assert taken.rows
    assert taken.questions
    taught = {row["instruction"] for row in taken.rows}
    assert ("question 0" in taught) == ("the first in other words" in taught)
    assert len(taken.refused) == 3
    assert "there is no table or table.column NoSuchTable" in taken.refused[2]


def test_the_script_leads_from_a_log_to_files_that_a_run_takes(log, sample, tmp_path):
    save(sample, tmp_path / "catalog.json")
    review = tmp_path / "review.json"

    def call(*more):
        script = [sys.executable, ROOT / "scripts" / "review_log.py", log, "--catalog", tmp_path / "catalog.json"]
        return subprocess.run([*script, "--review", review, *more], capture_output=True, text=True, check=False)

    assert call().returncode == 0
    assert call().returncode == 2  # what may be filled in is not written over
    found = json.loads(review.read_text())
    assert call("--take", tmp_path / "learnt").returncode == 2  # nothing was filled in
    found[0] |= {"sql": RIGHT[1]}
    found[1] |= {"words": {"drawdowns": "ARTH"}}
    review.write_text(json.dumps(found))
    done = call("--take", tmp_path / "learnt")
    assert done.returncode == 0, done.stderr
    written = yaml.safe_load((tmp_path / "learnt" / "also_called.yaml").read_text())
    # A key of the database's settings is given whole: what was there stays.
    assert written == {"also_called": {"ARTH": [*sample.database.also_called["ARTH"], "drawdowns"]}}
    assert "a new run:" in done.stdout


def entries_of(*questions, masked=False):
    return [Entry(str(n), "", question, "", masked=masked) for n, question in enumerate(questions)]


def test_a_question_without_its_values_is_not_learnt_from_until_it_is_written_anew(sample):
    entries = entries_of("invoices of vendor ?", "invoices of vendor ? since ?", "which vendors ?", masked=True)
    entries[2].masked = False
    found = cases([replace(entry, verdict="wrong") for entry in entries], Retriever(sample))
    assert [case.why[-1].startswith("values are hidden") for case in found] == [True, True, False]
    sql = "SELECT InvTotal FROM APTH WITH (NOLOCK) WHERE APCo = 1 AND Vendor = {}"

    def taken(*questions, **more):
        put_right = [replace(case, sql=sql.format(n), **more) for n, case in enumerate(found)]
        said = take_in(
            [replace(case, question=text) for case, text in zip(put_right, questions, strict=True)], sample, entries
        )
        return [row["instruction"] for row in said.rows] + [row["question"] for row in said.questions], said.refused

    as_written = [case.question for case in found]
    assert taken(*as_written)[0] == ["which vendors ?"]
    assert all("write it anew" in line for line in taken(*as_written)[1])
    # neither without the case's id, nor with the place taken out, nor with one of two filled in
    assert taken(*as_written, id="")[0] == ["which vendors ?"]
    assert taken("Invoices of vendor", "invoices of vendor 1 since ?", "x")[0] == ["x"]
    anew = ["invoices of vendor 0", "invoices of vendor 1 since 2024", "x"]
    assert taken(*anew) == (anew, [])


def test_a_log_of_before_tells_of_no_question_whether_it_was_masked(tmp_path):
    lines = [{"format": 1, "database": "vista", "masked": True}]
    lines += [{"id": name, "at": "", "question": name, "answer": ""} for name in ("vendor ?", "vendors")]
    (tmp_path / "use.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    found = read_log(tmp_path / "use.jsonl", "vista")
    assert [entry.masked for entry in found.entries] == [True, False]


def test_what_is_no_text_is_left_out_and_the_rest_is_taken(sample):
    odd = ["vendors \0", "vendors \ud800", "vendors <|im_end|>"]
    given = [Case("", question, "", [], sql=RIGHT[0]) for question in odd]
    given += [Case("", "the draws", "", [], words={"draws \ud800": "ARTH", "draws": "ARTH"})]
    given += [Case("", "vendors", "", [], sql=RIGHT[0]), Case("", "Vendors?", "", [], sql=RIGHT[1])]
    taken = take_in(given, sample)
    assert [row["instruction"] for row in taken.rows] + [row["question"] for row in taken.questions] == ["vendors"]
    assert taken.hints == {"ARTH": [*sample.database.also_called["ARTH"], "draws"]}
    assert len(taken.refused) == 5
    assert "asks the same as case 5" in taken.refused[-1]


@pytest.mark.parametrize(
    ("name", "meant"),
    [("ARTH", "ARTH"), ("arth", ""), ("dbo.ARTH", "ARTH"), ("[dbo].[ARTH]", "ARTH"), ("bARTH", "ARTH"),
     ("ARTH.Customer", "ARTH.Customer"), ("dbo.ARTH.Customer", "ARTH.Customer"), ("Customer", ""), ("", ""),
     ("\0", ""), ("a.b.c.d.e", ""), ("bspARInitialize", ""), ("'", "")],
)  # fmt: skip
def test_words_stand_under_the_name_that_the_settings_know(name, meant, sample):
    taken = take_in([Case("", "q", "", [], words={"draws": name})], sample)
    assert list(taken.hints) == ([meant] if meant else [])
    assert len(taken.refused) == (not meant)
