"""Rules with eyes of their own: purposes that are author lines, tables behind views, weak joins, backups."""

from dataclasses import asdict, replace

import pytest

from vgpt2.audit.evidence import weakly_joined
from vgpt2.audit.model import Context, Row
from vgpt2.audit.outside import LEAST, backup_tables, is_backup, lists, purposes, weak_joins
from vgpt2.records.facts import Fact
from vgpt2.records.prompt import fenced
from vgpt2.records.proof import Prover
from vgpt2.settings import load_profile

from .rows import sft

PURPOSE = "Posts a batch of vendor invoices to the ledger"


@pytest.fixture
def context(vista):
    return Context(Prover(vista, 1), load_profile("a6000").audit)


def rows_of(outputs, metas=None, questions=None):
    metas, questions = metas or [None] * len(outputs), questions or ["q"] * len(outputs)
    return [
        Row("sft.jsonl", n, n + 1, {"instruction": question, "output": output}, "sft", meta)
        for n, (output, meta, question) in enumerate(zip(outputs, metas, questions, strict=True))
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Created: AB 01/02/03",
        "Author: J. Smith",
        "Modified by: KL",
        "Created By KL on request",
        "MV 2011-05-03 - added the second company",
        "AB 1/2/2003, vendor group",
        "Issue 123456, rounding of retainage",
        "JK Mar 2010 more columns",
        "Geändert von: MM",
        "Change History follows",
    ],
)
@pytest.mark.parametrize("ours", [True, False], ids=["with a meta", "of another maker"])
def test_a_line_of_an_author_or_a_change_is_no_purpose(context, meta, line, ours):
    def judged(texts):
        facts = [[asdict(Fact("describes", "vspAPPost", text))] for text in texts]
        metas = [meta(n, kind="document", facts=fact) for n, fact in enumerate(facts)] if ours else None
        asked = ["What is the purpose of vspAPPost?"] * len(texts)
        return purposes(rows_of([f"vspAPPost: {text}." for text in texts], metas, asked), context)

    assert judged([PURPOSE] * 40).ok
    broken = judged([*[PURPOSE] * 39, line])
    assert not broken.ok and line[:20] in broken.examples[0]


@pytest.mark.parametrize(
    "line",
    [
        "Lists the jobs that were changed by a user in a month",
        "Validates the date of an invoice",
        "Gives the version of a record, such as 10.2.0",
        "Who modified a vendor, and when",
        "Copies form 1099 of a year",
    ],
)
def test_a_purpose_may_speak_of_dates_and_changes(context, meta, line):
    metas = [meta(n, kind="document", facts=[asdict(Fact("describes", "vspX", line))]) for n in range(40)]
    assert purposes(rows_of([line] * 40, metas), context).ok


def test_a_set_without_purposes_is_not_judged_by_them(context):
    assert purposes(rows_of(["There is no table Zebra."] * 40), context) is None


def test_no_query_reads_a_table_behind_a_view(failed, meta):
    rows = sft(LEAST)
    metas = [meta(row["id"]) for row in rows]
    assert "base_tables" not in failed("sft", rows, metas)
    rows[0]["output"] = rows[0]["output"].replace("APVM", "bAPVM")
    assert "base_tables" in failed("sft", rows, metas)
    metas[0].kind = "foreign"  # a user's own rows may read as they like
    assert "base_tables" not in failed("sft", rows, metas)


JOINS = [
    # a declared key
    ("FROM APTL JOIN APTH ON APTL.APCo = APTH.APCo AND APTL.Mth = APTH.Mth AND APTL.APTrans = APTH.APTrans", ()),
    # company and month alone
    ("FROM APTL JOIN APTH ON APTL.APCo = APTH.APCo AND APTL.Mth = APTH.Mth", ("dbo.APTL", "dbo.APTH")),
    ("FROM PRTH JOIN JCJM ON PRTH.JCCo = JCJM.JCCo", ("dbo.PRTH", "dbo.JCJM")),
    # half a key
    ("FROM APTH JOIN APVM ON APTH.Vendor = APVM.Vendor", ("dbo.APTH", "dbo.APVM")),
    # two texts that are called alike
    ("FROM APTH JOIN JCJM ON APTH.Description = JCJM.Description", ("dbo.APTH", "dbo.JCJM")),
    # a whole key that nobody declared
    ("FROM APTL JOIN GLAC ON APTL.APCo = GLAC.GLCo AND APTL.GLAcct = GLAC.GLAcct", ()),
    # in WHERE, in an aggregate of its own, and within EXISTS
    ("FROM APTH, APVM WHERE APTH.VendorGroup = APVM.VendorGroup AND APTH.Vendor = APVM.Vendor", ()),
    (
        "FROM JCJM JOIN (SELECT JCCo, Job, SUM(ActualCost) AS Cost FROM JCCD GROUP BY JCCo, Job) AS c "
        "ON c.JCCo = JCJM.JCCo AND c.Job = JCJM.Job",
        (),
    ),
    ("FROM JCJM WHERE NOT EXISTS (SELECT 1 FROM JCCD WHERE JCCD.JCCo = JCJM.JCCo)", ("dbo.JCJM", "dbo.JCCD")),
    # one column by way of a third table
    (
        "FROM JCCD JOIN JCJM ON JCCD.JCCo = JCJM.JCCo AND JCCD.Job = JCJM.Job "
        "JOIN PRTH ON PRTH.JCCo = JCCD.JCCo AND PRTH.Job = JCJM.Job",
        (),
    ),
    # the same table twice, row by row
    ("FROM APVM JOIN APVM AS other ON other.City = APVM.City", ()),
    ("FROM APVM", ()),
]


@pytest.mark.parametrize(("from_", "pair"), JOINS)
def test_what_speaks_for_a_join(vista, from_, pair):
    verdict = Prover(vista, 1).verdict(f"SELECT 1 AS x {from_}")
    assert verdict.binding is not None and verdict.valid, verdict.findings
    found = weakly_joined(verdict, vista, frozenset(lists().weak_words))
    assert set(found) == set(pair)


@pytest.mark.parametrize(("origin", "columns", "weak"), [
    ("view", ["Description"], False), ("procedure", ["Description"], False), ("shared_key", ["Description"], True),
])  # fmt: skip
def test_a_join_of_the_databases_own_code_is_evidence(vista, origin, columns, weak):
    join = replace(vista.joins[0], left="dbo.APTH", right="dbo.JCJM", left_columns=columns, right_columns=columns)
    known = replace(vista, joins=[*vista.joins, replace(join, origin=origin)])
    verdict = Prover(known, 1).verdict("SELECT 1 AS x FROM APTH JOIN JCJM ON JCJM.Description = APTH.Description")
    assert bool(weakly_joined(verdict, known, frozenset(lists().weak_words))) == weak


def test_few_queries_may_join_by_little(context):
    def judged(bad):
        outputs = [f"SELECT 1 AS x {JOINS[1][0] if n < bad else JOINS[0][0]}" for n in range(LEAST)]
        return weak_joins(rows_of([fenced(sql) for sql in outputs]), context)

    assert judged(1).ok
    assert not (result := judged(3)).ok
    assert result.examples[0] == "sft.jsonl:1: dbo.APTL and dbo.APTH"


@pytest.mark.parametrize(
    ("name", "backup"),
    [
        ("APTH_bak", True),
        ("old_Vendors", True),
        ("bJCJM20131105", True),
        ("APTH_2024_01_31", True),
        ("APVM_copy", True),  # of APVM
        ("BookCopy", False),  # no table Book
        ("tmpJobs", True),
        ("APVM1099", False),
        ("Threshold", False),
        ("HouseHold", False),
        ("Old", False),
        ("TestResult", False),
        ("APVM_Test", True),
    ],
)
def test_which_names_tell_of_a_backup(name, backup):
    assert is_backup(name, {"apvm", "apth", name.lower()}) == backup


@pytest.mark.parametrize(("read", "ok"), [(5, True), (6, False)])
def test_few_queries_read_a_backup(vista, read, ok):
    copy = replace(vista.find("APVM"), name="APVM_bak")
    known = replace(vista, tables=[*vista.tables, copy])
    names = ["APVM_bak" if n < read else "APVM" for n in range(LEAST)]
    outputs = [fenced(f"SELECT Name FROM {name} WITH (NOLOCK)") for name in names]
    context = Context(Prover(known, 1), load_profile("a6000").audit)
    assert backup_tables(rows_of(outputs), context).ok == ok


def test_a_database_without_backups_is_not_judged_by_them(context):
    assert backup_tables(rows_of([fenced("SELECT Name FROM APVM")] * LEAST), context) is None
