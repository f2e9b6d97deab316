"""A job is grouped by with the company that it belongs to, where that is not the company of the rows."""

import re
from dataclasses import replace
from itertools import islice

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.intents.counted.companies import with_companies
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.query import Call, Filter, Item, Query, Ref
from vgpt2.synthesis.render import render
from vgpt2.synthesis.roles.companies import company_beside, group_beside

JOB, JCCO = Ref("dbo.SLIT", "Job"), Ref("dbo.SLIT", "JCCo")
COUNT = Item(Call("COUNT(*)"), "CountRows")


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


@pytest.mark.parametrize(
    ("table", "column", "company"),
    [
        ("SLIT", "Job", "JCCo"),
        ("POIT", "Equipment", "EMCo"),
        ("SMTechnician", "INLocation", "INCo"),
        ("JCCD", "Job", ""),  # the company of the rows
        ("SLIT", "SL", ""),
        ("APTH", "Vendor", ""),  # of a group that companies share
        ("SLIT", "Phase", ""),  # the phase of any job
    ],
)
def test_the_company_in_which_a_number_is_one_thing(ctx, sample, table, column, company):
    assert company_beside(ctx, sample.by_qualified[f"dbo.{table}"], column) == company


def done(ctx, query, action="count rows by Job"):
    return with_companies(ctx, Draft(query, {"table": "subcontract items"}, action))


def test_the_company_is_shown_and_grouped_by(ctx, sample):
    draft = done(ctx, Query("dbo.SLIT", (Item(JOB), COUNT), group=(JOB,)))
    sql = render(draft.query, sample)
    assert "SELECT JCCo, Job, COUNT(*)" in sql and sql.endswith("GROUP BY JCCo, Job")
    assert draft.action == "count rows by JCCo, Job"
    assert render(done(ctx, Query("dbo.SLIT", (Item(JOB),), distinct=True)).query, sample).startswith(
        "SELECT DISTINCT JCCo, Job FROM"
    )


@pytest.mark.parametrize(
    ("action", "told"),
    [
        ("count rows by Job", "count rows by JCCo, Job"),
        ("distinct Job", "distinct JCCo, Job"),
        ("top 3 Job by sum of CurCost", "top 3 JCCo, Job by sum of CurCost"),
        ("sum CurCost by Job; rows without Job stay out", "sum CurCost by JCCo, Job; rows without Job stay out"),
    ],
)
def test_the_plan_names_the_company_too(ctx, action, told):
    assert done(ctx, Query("dbo.SLIT", (Item(JOB), COUNT), group=(JOB,)), action).action == told


def test_rows_are_ranked_within_a_job_of_one_company(ctx):
    rank = Item(
        Call("RANK() OVER (PARTITION BY {0} ORDER BY {1} DESC)", (JOB, Ref("dbo.SLIT", "CurCost"))), "RankNumber"
    )
    draft = done(ctx, Query("dbo.SLIT", (Item(JOB), rank), keep=("RankNumber", "= 1")), "rank the rows of each Job")
    call = draft.query.items[-1].value
    assert call.template.format(*(ref.column for ref in call.refs)).startswith(
        "RANK() OVER (PARTITION BY JCCo, Job ORDER BY"
    )
    assert draft.query.items[0].value == JCCO and draft.action == "rank the rows of each JCCo, Job"


def test_nothing_is_added_where_the_company_is_told(ctx):
    for where in ((Filter(JCCO, "{0} = 1"),), ()):
        group = (JOB,) if where else (JCCO, JOB)
        query = Query("dbo.SLIT", (*map(Item, group), COUNT), where=where, group=group)
        assert done(ctx, query).query == query


def test_jobs_of_several_companies_are_not_counted_as_one(ctx):
    assert done(ctx, Query("dbo.SLIT", (Item(Call("COUNT(DISTINCT {0})", (JOB,)), "Jobs"),))) is None


def test_no_query_groups_by_a_job_alone(ctx, sample):
    intents = ("group_count", "group_sum", "distinct", "latest", "rank", "top_group", "join_sum")
    found = 0
    for example in islice(stream(sample, "sql", 5, "train", intents=intents), 400):
        for table in re.findall(r"FROM (POHD|POIT|SLHD|SLIT|MSTD|PRTH|HRAT|SMWorkOrder)\b", example.sql):
            if re.search(r"(?:GROUP BY|DISTINCT|PARTITION BY) [^()]*\b(?<!JC)Job\b(?!\w)", example.sql) and table:
                found += 1
                assert re.search(r"\bJCCo, (?:\w+\.)?Job\b", example.sql), example.sql
    assert found > 3


CODE, LAST = Ref("dbo.APVM", "TaxCode"), Ref("dbo.APVM", "LastInvDate")


@pytest.mark.parametrize(
    ("table", "column", "group"),
    [
        ("APVM", "TaxCode", "TaxGroup"),
        ("APVM", "PayTerms", ""),  # terms of all
        ("APTH", "Vendor", ""),  # of a company, which uses one vendor group
        ("JCCM", "TaxCode", ""),
    ],
)
def test_the_group_in_which_a_number_of_no_company_is_one_thing(ctx, sample, table, column, group):
    assert group_beside(ctx, sample.by_qualified[f"dbo.{table}"], column) == group


def test_a_code_of_a_group_is_grouped_and_ranked_within_that_group(ctx, sample):
    rank = Call("RANK() OVER (PARTITION BY {0} ORDER BY {1} DESC)", (CODE, LAST))
    query = Query("dbo.APVM", (Item(CODE), Item(LAST), Item(rank, "RankNumber")))
    draft = done(ctx, query, "rank the rows of each TaxCode by LastInvDate descending")
    sql = render(draft.query, sample)
    assert "SELECT TaxGroup, TaxCode, LastInvDate" in sql and "PARTITION BY TaxGroup, TaxCode ORDER BY" in sql
    assert draft.action.startswith("rank the rows of each TaxGroup, TaxCode")
    counted = Query("dbo.APVM", (Item(CODE), COUNT), group=(CODE,))
    assert render(done(ctx, counted).query, sample).endswith("GROUP BY TaxGroup, TaxCode")
    one = Filter(Ref("dbo.APVM", "TaxGroup"), "{0} = 1")
    assert done(ctx, replace(counted, where=(one,))).query.group == (CODE,)
