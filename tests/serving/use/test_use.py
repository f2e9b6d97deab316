"""From what users asked to what a run learns: nothing is taken in unproved, and no question is in both sets."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from vgpt2.catalog.retrieval import Retriever
from vgpt2.catalog.store import save
from vgpt2.errors import UserError
from vgpt2.serving.use.log import Entry, UseLog, mask, read_log
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
    assert not found.cut


def test_a_log_goes_on_where_it_ended(log):
    UseLog(log, "vista").add(Entry("d", "2026-01-02T00:00:00Z", "more", "..."))
    assert len(read_log(log, "vista").entries) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Vendor = 12 AND Name = 'Al''der'", "Vendor = ? AND Name = ?"),
        ("invoices over 1,500.00 since 2024-03-01", "invoices over ? since ?"),
        ("APTH of company 1", "APTH of company ?"),
        ("V1099YN is a column", "V1099YN is a column"),
    ],
)
def test_a_mask_hides_values_and_leaves_names(text, said):
    assert mask(text) == said


def test_a_masked_log_holds_no_value(tmp_path):
    UseLog(tmp_path / "use.jsonl", "vista", masked=True).add(
        Entry("a", "", "invoices of vendor 4711", "WHERE Vendor = 4711", "SELECT 4711", "valid", ["4711 is odd"])
    )
    assert "4711" not in (tmp_path / "use.jsonl").read_text()


def test_a_log_that_was_cut_loses_its_last_line_and_says_so(log):
    log.write_text(log.read_text()[:-20])
    found = read_log(log, "vista")
    assert found.cut
    assert len(found.entries) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace('"vista"', '"shop"'), "a log of the database 'shop'"),
        (lambda text: text.replace('{"id": "b"', "{id: b"), "use.jsonl:3: broken"),
        (lambda text: "hello\n", "use.jsonl:1: broken"),
        (lambda text: "", "no log of this version"),
    ],
)
def test_what_is_no_log_of_this_database_is_said_in_a_line(log, change, said):
    log.write_text(change(log.read_text()))
    with pytest.raises(UserError, match=said.replace("(", r"\(")):
        read_log(log, "vista")


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
    assert "there is no NoSuchTable" in taken.refused[2]


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
    assert (tmp_path / "learnt" / "also_called.yaml").read_text() == 'also_called:\n  ARTH: ["drawdowns"]\n'
    assert "a new run:" in done.stdout
