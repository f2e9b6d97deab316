"""Curated questions: those of the sample, what a faulty file is told, and `build_suite.py --check`."""

import json
import re
import subprocess
import sys
from collections import Counter

import pytest

from vgpt2.catalog.lookup import find_table
from vgpt2.catalog.store import save
from vgpt2.errors import UserError
from vgpt2.exam.grading.execution import Rows
from vgpt2.exam.model import FULL
from vgpt2.exam.suite.curated import collect, curated_file, read_borne_out, read_curated
from vgpt2.files import write_json
from vgpt2.records.answers.extract import last_sql
from vgpt2.settings import ROOT, load_database

FILE = ROOT / "data" / "test_suite.json"
DOCS = ROOT / "docs" / "curated-questions.md"
AT_LEAST = {"schema": 18, "sql": 32, "hallucination": 22, "join": 14, "error_correction": 14, "business": 20}
# What no rule knows to be the same: TOP 10 of three months or two companies.
WEAK = {
    "ar-invoiced-per-month",
    "em-average-month",
    "sm-active-techs",
}

VENDORS = "SELECT Name FROM APVM WITH (NOLOCK)"
OPEN = "SELECT APTrans FROM APTH WITH (NOLOCK) WHERE APCo = 1"
HELD = f"{OPEN} AND HoldCode IS NOT NULL"
AGAIN = {"category": "sql", "question": " Invoices", "sql": OPEN}
SQL = {"category": "sql", "question": "invoices?"}
MISSING = {"category": "hallucination", "question": "APTX?", "refuse": {"missing": ["APTX"]}}


def refused(**refuse) -> dict:
    return {"category": "hallucination", "question": "q", "refuse": refuse}


def stated(**fact) -> dict:
    return {"category": "schema", "question": "q", "facts": [fact]}


# Those of the sample


def test_there_are_enough_of_each_category(curated):
    counts = Counter(question.category for question in curated)
    assert 120 <= len(curated) <= 135
    assert all(AT_LEAST.get(category, 0) <= counts[category] <= FULL[category] for category in FULL)


def test_every_module_is_asked_about(curated, sample):
    asked = Counter(find_table(sample, table).module for question in curated for table in question.tables)
    assert {module for module in sample.database.modules if asked[module] >= 3} == set(sample.database.modules)


def test_all_three_kinds_of_refusals_are_asked_for(curated):
    assert {question.gold.reason for question in curated if question.gold.refuse} == {"missing", "no_path", "ambiguous"}


def skeleton(question) -> str:
    """A question without names, numbers and codes."""
    text = re.sub(r"'[^']*'|\b\w*[A-Z]\w*[A-Z]\w*\b|\d+", " ", question.question)
    return " ".join(re.findall(r"[a-z]+", text.lower()))


def test_no_two_questions_are_one_template(curated):
    """Twins are meant to be alike; the others share less than two thirds of their words."""
    kept = [question for question in curated if not question.gold.refuse]
    words = {question.id: set(skeleton(question).split()) for question in kept}
    assert len({skeleton(question) for question in kept}) == len(kept)
    alike = [
        (left, right)
        for left in words
        for right in words
        if left < right
        and len(words[left]) > 4
        and len(words[left] & words[right]) > 0.66 * len(words[left] | words[right])
    ]
    assert not alike


def test_the_query_to_be_mended_is_not_right(curated, grader):
    for question in curated:
        if question.category == "error_correction":
            pasted = last_sql(question.question)
            assert pasted, question.id
            assert not grader.grade(question, f"```sql\n{pasted}\n```").right, question.id


def test_a_refused_question_shows_the_tables_of_its_twin(curated):
    by_id = {question.id: question for question in curated}
    assert by_id["no-paid-flag"].tables == by_id["yes-hold-code"].tables == ("dbo.APTH",)


@pytest.mark.parametrize(
    ("identity", "answer", "right"),
    [
        ("proc-void-check", "`bspAPVoidPayment` marks the payment in APPH void and opens its invoices in APTD.", True),
        ("proc-void-check", "bspAPTransPost, or else bspAPVoidPayment.", False),
        ("trigger-used-account", "btGLACd on bGLAC refuses it.", True),
        ("trigger-used-account", "GLAC has no such rule.", False),
        ("where-lien-waivers", "They are in APVC; the vendor is in APVM.", True),
        ("where-lien-waivers", "APVM has the vendors, APVC their documents.", False),
    ],
)
def test_what_is_described_is_named_before_others_of_its_kind(identity, answer, right, curated, grader):
    question = next(question for question in curated if question.id == identity)
    assert grader.grade(question, answer).right == right


# Faults


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("q", "expected an object"),
        ({"category": "sql", "question": "q"}, "exactly one of"),
        ({"category": "sql", "question": "q", "sql": VENDORS, "facts": []}, "exactly one of"),
        ({"category": "sqll", "question": "q", "sql": VENDORS}, "did you mean 'sql'"),
        ({"category": "sql", "question": " ", "sql": VENDORS}, "'question' is missing or empty"),
        ({**SQL, "sqls": VENDORS}, "unknown key 'sqls'"),
        ({**SQL, "sql": []}, "a query or a list of queries"),
        ({**SQL, "sql": VENDORS, "ordered": "yes"}, "'ordered' should be true or false"),
        ({**SQL, "sql": VENDORS, "ordered": True}, "a gold has no ORDER BY"),
        ({**SQL, "sql": VENDORS, "tables": ["APTX"]}, "names 'APTX', which the catalog does not have"),
        ({**SQL, "sql": VENDORS, "tables": [""]}, "names '', which the catalog does not have"),
        ({**SQL, "sql": "SELECT Nope FROM APVM WITH (NOLOCK)"}, "its SQL is not clean: .*Nope"),
        ({**SQL, "sql": "SELECT Name FROM APVM"}, "its SQL is not clean: .*NOLOCK"),
        ({**SQL, "sql": [VENDORS, "SELECT FROM"]}, "gold 2 of 2 is not clean"),
        ({**SQL, "sql": [OPEN, HELD]}, 'gold 2 differs from the first: other rows .* "readings": true'),
        ({**SQL, "sql": [OPEN, f"{OPEN} "], "readings": True}, "all golds return the same rows"),
        (stated(claim="key", subject="APTH", value="APCo"), "does not bear out key of APTH"),
        (stated(claim="keys", subject="APTH", value="APCo"), "did you mean 'key'"),
        (stated(claim="key", subject="APTH", values="APCo"), "'claim', 'subject' and 'value'"),
        (stated(claim="key", subject="APTH", value=1), "'claim', 'subject' and 'value'"),
        (refused(missing=["APTH"]), "APTH does exist"),
        (refused(), "'missing' names what does not exist"),
        (refused(missing="APTX"), "lists of names"),
        (refused(reason="no_way"), "did you mean 'no_path'"),
        (refused(reason="no_path", between=["APTH", "APTL"]), "APTH and APTL can be joined"),
        (refused(reason="ambiguous", between=["APTH.DueDate"]), "at least two names"),
        (refused(reason="ambiguous", between=["APTH.DueDate", "APTX.DueDate"]), "APTX.DueDate, which does not exist"),
        (refused(missin=["APTX"]), "unknown key 'refuse.missin'"),
    ],
)
def test_a_faulty_question_is_named(value, message, tmp_path, sample, rows):
    path = tmp_path / "suite.json"
    path.write_text(json.dumps([{"id": "mine", **value} if isinstance(value, dict) else value]))
    with pytest.raises(UserError, match=rf"question (mine|curated-001): .*{message}"):
        read_curated(path, sample, rows)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([{"id": "a", **SQL, "sql": HELD}, {"id": "a", **MISSING}], "the id 'a' occurs twice"),
        ([{"id": "a", **SQL, "sql": HELD}, {"id": "b", **AGAIN}], "b: asks the same as a"),
        ([{"id": "a", **MISSING, "twin": "b"}], "a: no question has the id 'b' of its twin"),
        ([{"id": "a", **MISSING, "twin": "b"}, {"id": "b", **SQL, "sql": OPEN}], "b does not name it as its twin"),
        (
            [{"id": "a", **MISSING, "twin": "b"}, {"id": "b", **MISSING, "question": "APTY?", "twin": "a"}],
            "its twin b are both refused",
        ),
        ([{**SQL, "question": f"{n}?", "category": "join", "sql": OPEN} for n in range(51)], "51 questions of join"),
        ({"questions": []}, "expected a list of questions; see docs/curated-questions.md"),
        ([], "expected a list of questions"),
    ],
)  # fmt: skip
def test_questions_that_do_not_go_together_are_named(values, message, tmp_path, sample, rows):
    path = tmp_path / "suite.json"
    path.write_text(json.dumps(values))
    with pytest.raises(UserError, match=message):
        read_curated(path, sample, rows)


def test_readings_may_return_different_rows_and_each_is_right(tmp_path, sample, grader):
    path = tmp_path / "suite.json"
    path.write_text(json.dumps([{**SQL, "sql": [OPEN, HELD], "readings": True}]))
    (question,) = read_curated(path, sample, grader.rows)
    assert all(grader.grade(question, f"```sql\n{sql}\n```").right for sql in (OPEN, HELD))
    assert not grader.grade(question, f"```sql\n{OPEN} AND Vendor = 3\n```").right


def test_golds_that_return_nothing_here_may_have_several_forms(tmp_path, sample, rows):
    path = tmp_path / "suite.json"
    path.write_text(json.dumps([{**SQL, "sql": [f"{OPEN} AND Vendor = 999", f"{OPEN} AND Vendor IN (999, 998)"]}]))
    assert len(read_curated(path, sample, rows)[0].gold.sql) == 2


# The script


@pytest.fixture(scope="module")
def catalog_file(sample, tmp_path_factory):
    path = tmp_path_factory.mktemp("catalog") / "catalog.json"
    save(sample, path)
    return path


def check(path, catalog_file):
    script = ROOT / "scripts" / "build_suite.py"
    command = [sys.executable, script, "--check", path, "--catalog", catalog_file]
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=ROOT)


def test_every_gold_runs_returns_rows_on_both_data_sets_and_is_not_right_by_luck(catalog_file):
    done = check(FILE, catalog_file)
    assert done.returncode == 0, done.stderr
    *told, last = done.stdout.splitlines()
    figures = re.fullmatch(
        r"build_suite --check: 135 sound questions \(schema 23, .*\), (\d+) gold queries: \1 run, \1 return rows "
        r"on both data sets; 0 faults, 5 warnings -> nothing written",
        last,
    )
    assert figures and int(figures[1]) > 100
    warnings = [line.removeprefix("warning: ") for line in told if line.startswith("warning: ")]
    assert {line.partition(": question ")[2].partition(":")[0] for line in warnings} == WEAK
    assert len(warnings) == 5


FAULTY = [
    {"id": "typo", **SQL, "sql": "SELECT InvTotl FROM APTH WITH (NOLOCK) WHERE APCo = 1"},
    {"id": "real", **refused(missing=["APTH.HoldCode"])},
    {"id": "alone", **MISSING},
    {"id": "nothing", **SQL, "question": "of vendor 999?", "sql": f"{OPEN} AND Vendor = 999"},
    {"id": "lucky", **SQL, "question": "of a small company?", "sql": f"{OPEN} AND APCo < 100"},
    {
        "id": "mended",
        "category": "error_correction",
        "question": f"fix {OPEN} AND Vendor > 0",
        "sql": f"{OPEN} AND 0 < Vendor",
    },
]
TOLD = """\
warning: {path}: question alone: has no twin; a question about what does not exist needs one in the same words about what does
warning: {path}: question nothing: its gold returns no rows here, so answers are compared by structure only
warning: {path}: question lucky: its gold cannot be told from the same query without `APCo < 100`: no rows were found on which they differ
warning: {path}: question lucky: its gold cannot be told from the same query with `APCo <= 100` for `APCo < 100`: no rows were found on which they differ
warning: {path}: question lucky: its gold cannot be told from the same query with `APCo < 101` for `APCo < 100`: no rows were found on which they differ
fault: {path}: question typo: its SQL is not clean: APTH has no column InvTotl
fault: {path}: question real: APTH.HoldCode does exist, so refusing would be wrong
fault: {path}: question mended: the query that is to be mended is as good as its gold
build_suite --check: 4 sound questions (sql 2, hallucination 1, error_correction 1), 3 gold queries: 3 run, 2 return rows on both data sets; 3 faults, 5 warnings -> nothing written
"""  # noqa: E501


def test_check_of_a_faulty_file_lists_every_fault_and_exits_with_1(catalog_file, tmp_path):
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(FAULTY))
    done = check(path, catalog_file)
    assert done.returncode == 1, done.stderr
    assert done.stdout == TOLD.format(path=path)


def test_without_check_the_other_options_are_needed(catalog_file):
    script = ROOT / "scripts" / "build_suite.py"
    done = subprocess.run([sys.executable, script, "--catalog", catalog_file], capture_output=True, text=True)
    assert done.returncode == 2
    assert "Missing option '--settings'" in done.stderr


def test_the_examples_of_the_documentation_hold(tmp_path, sample, rows):
    """All questions that are shown there, as one file; and a row for every claim that is graded."""
    text = DOCS.read_text(encoding="utf-8")
    path = tmp_path / "shown.json"
    shown = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    path.write_text(f"[{','.join(shown)}]")
    assert len(read_curated(path, sample, rows)) == 5
    for claim, subject, value in re.findall(
        r"^\| `(\w+)` \| `([\w.+]+)`[^|]*\| (?:`([^`]*)`)?.*\|$", text, re.MULTILINE
    ):
        if claim in ("describes", "ambiguous", "no_path", "missing"):
            continue
        path.write_text(json.dumps([stated(claim=claim, subject=subject, value=value)]))
        assert read_curated(path, sample, rows), claim


def test_what_another_database_does_not_bear_out_is_left_out_with_its_twin(lonely, tmp_path):
    path = tmp_path / "curated.json"
    columns = [column.name for column in lonely.tables[0].columns]
    name = lonely.sql_name(lonely.tables[0])
    write_json(
        path,
        [
            {"id": "good", "category": "sql", "question": "How many?", "sql": f"SELECT {columns[0]} FROM {name}"},
            {"id": "other", "category": "sql", "question": "Which?", "sql": "SELECT Vendor FROM APVM"},
            {"id": "no", "category": "hallucination", "question": "a?", "refuse": {"missing": ["Zzz"]}, "twin": "yes"},
            {"id": "yes", "category": "hallucination", "question": "b?", "sql": "SELECT a FROM Zz", "twin": "no"},
        ],
    )
    with Rows(lonely) as rows:
        kept, left_out = read_borne_out(path, lonely, rows)
        assert [question.id for question in kept] == ["good"]
        assert [line.split(": ")[1] for line in left_out] == ["question other", "question yes", "question no"]
        assert len(collect(path, lonely, rows)[1]) == 2  # --check fails


@pytest.mark.parametrize(
    ("source", "about", "expected"),
    [
        ("data/sample", "data/sample", True),
        (str(ROOT / "data" / "sample"), "data/sample", True),
        ("../VGPT2", "data/sample", False),
        ("mssql://erp/Vista", "data/sample", False),
        ("../VGPT2", "", True),
    ],
)
def test_a_curated_file_belongs_to_one_database(source, about, expected, monkeypatch):
    monkeypatch.chdir(ROOT)
    database = load_database("vista.yaml").model_copy(update={"curated_for": about})
    assert (curated_file(database, source, ROOT) is not None) == expected
