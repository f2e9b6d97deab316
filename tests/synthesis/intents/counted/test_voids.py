"""Whoever adds up rows of which some were taken back says whether these count."""

import re
from dataclasses import replace
from itertools import islice

import pytest

from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.records.facts import Fact, prove
from vgpt2.synthesis.context import Context
from vgpt2.synthesis.generate import stream
from vgpt2.synthesis.intents.counted.voids import undone_of, with_voids
from vgpt2.synthesis.intents.model import Draft
from vgpt2.synthesis.query import Call, Filter, Item, JoinOn, Query, Ref, SubQuery
from vgpt2.synthesis.render import render

VOID = re.compile(r"(?:FROM|(?<!LEFT )JOIN) (?:APPH|CMDT|MSIH|MSTD)\b")
TOTALS = ("sum", "group_count", "top_group", "share", "running_total", "top_partner", "two_years", "join_count", "rank")


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


@pytest.mark.parametrize(
    ("columns", "template"),
    [
        ({"IsVoid": "bit"}, "{0} = 0"),
        ({"Cancelled": "bit"}, "{0} = 0"),
        ({"AllowVoid": "bit"}, None),
        ({"VoidMemo": "varchar(60)"}, None),
        ({"Avoided": "bit"}, None),
    ],
)
def test_a_flag_that_says_a_row_was_taken_back(ctx, columns, template):
    own = [Column(name, kind, kind, nullable=False) for name, kind in columns.items()]
    made = Table("dbo", "Tickets", "table", own)
    found = undone_of(ctx, made)
    assert (found.condition.template if found else None) == template
    if template:
        made = replace(made, columns=[replace(column, nullable=True) for column in made.columns])
        assert undone_of(ctx, made).condition.template == "({0} <> 1 OR {0} IS NULL)"


@pytest.mark.parametrize("side", ["train", "exam"])
def test_no_total_is_silent_about_rows_that_were_taken_back(sample, side):
    found = [
        example
        for example in islice(stream(sample, "sql", 3, side, intents=TOTALS), 1200)
        if VOID.search(example.sql) and re.search(r"(?:SUM|COUNT|AVG|RANK)\(", example.sql)
    ]
    left_out = [example for example in found if re.search(r"Void(?:YN)? = 'N'", example.sql)]
    # A slip of the pen may stand in a question.
    told = [example for example in found if re.search(r"(?i)\bv\w{1,3}d?\b", example.question)]
    assert len(found) > 25 and len(told) == len(found)
    assert 0.7 * len(found) < len(left_out) < len(found) or side == "exam"
    # They may be counted, and asked for themselves; nobody adds them up beside the others.
    added = [example for example in found if re.search(r"(?:SUM|AVG)\(", example.sql)]
    assert not [example.question for example in added if not re.search(r"Void(?:YN)? = '[NY]'", example.sql)]


def test_each_select_that_reads_the_rows_has_the_condition_an_outer_join_in_itself(ctx, sample):
    vendor = (Ref("dbo.APVM", "Vendor"), Ref("dbo.APPH", "Vendor"))
    amount = Call("SUM({0})", (Ref("dbo.APPH", "Amount"),))
    mean = Query("dbo.APPH", (Item(Call("AVG({0})", amount.refs), "Mean"),))
    query = Query(
        "dbo.APVM",
        (Item(vendor[0]), Item(amount, "Total")),
        joins=(JoinOn("dbo.APPH", (vendor,), "LEFT JOIN"),),
        where=(SubQuery(">", mean, Ref("dbo.APVM", "Vendor")),),
        group=(vendor[0],),
    )
    drafts = (with_voids(ctx, Draft(query, {"table": f"vendors {turn}"}, "sum")) for turn in range(9))
    told = next(draft for draft in drafts if draft.query != query)
    sql = render(told.query, sample)
    assert "APVM.Vendor = APPH.Vendor AND APPH.VoidYN = 'N' WHERE" in sql
    assert sql.count("VoidYN = 'N'") == 2 and "void" in told.more.lower()


def test_what_says_it_already_stays_as_it_is(ctx):
    void = Ref("dbo.MSTD", "Void")
    query = Query("dbo.MSTD", (Item(Call("COUNT(*)"), "Rows"),), where=(Filter(void, "{0} = 'Y'"),))
    draft = Draft(query, {"table": "void material tickets"}, "count")
    assert with_voids(ctx, draft) == draft


def test_lines_are_taken_back_with_their_document(ctx, sample):
    """What a void payment paid was not paid."""
    vendor, gross = Ref("dbo.APPD", "PayMethod"), Ref("dbo.APPD", "Gross")
    query = Query("dbo.APPD", (Item(vendor), Item(Call("SUM({0})", (gross,)), "Total")), group=(vendor,))
    drafts = (with_voids(ctx, Draft(query, {"table": f"invoices paid {turn}"}, "sum")) for turn in range(9))
    told = next(draft for draft in drafts if draft.query != query)
    sql = render(told.query, sample)
    assert "JOIN APPH WITH (NOLOCK) ON APPD.APCo = APPH.APCo" in sql and "APPH.VoidYN = 'N'" in sql
    assert "void" in told.more.lower()


# Where a status says it.


@pytest.mark.parametrize(
    ("table", "column", "template", "means"),
    [
        ("SMTrip", "Status", "{0} <> 4", "not cancelled"),
        ("SMWorkOrder", "WOStatus", "{0} <> 2", "not cancelled"),
        ("PMOP", "", "", ""),  # what was rejected was not taken back
        ("HQMA", "", "", ""),  # a record of a deletion is there
    ],
)
def test_a_status_of_which_one_value_says_it(ctx, sample, table, column, template, means):
    found = undone_of(ctx, sample.by_qualified[f"dbo.{table}"])
    assert (
        (found.ref.column, found.condition.template, found.condition.means) == (column, template, means)
        if found
        else not column
    )


def test_what_a_status_leaves_out_stands_in_the_plan_and_is_proved(sample):
    assert prove(Fact("means", "SMTrip.Status", "<> 4: not cancelled"), sample)
    assert not prove(Fact("means", "SMTrip.Status", "<> 3: not cancelled"), sample)
    made = [e for e in islice(stream(sample, "sql", 3, "train", intents=TOTALS), 1000) if "FROM SMTrip" in e.sql]
    # A slip of the pen may stand in a question; one by status says it by itself.
    told = [e for e in made if re.search(r"(?i)\bc\w{3,6}l\w{0,3}d\b|\bstatus\b", e.question)]
    assert len(made) > 2 and len(told) == len(made)
    assert any("Status <> 4 is not cancelled" in example.answer for example in made)


def test_lines_that_say_it_themselves_tell_it_for_their_document(ctx):
    order = tuple((Ref("dbo.SMTrip", name), Ref("dbo.SMWorkOrder", name)) for name in ("SMCo", "WorkOrder"))
    job, hours = Ref("dbo.SMWorkOrder", "Job"), Ref("dbo.SMTrip", "EstimatedDuration")
    items = (Item(job), Item(Call("SUM({0})", (hours,)), "Total"))
    query = Query("dbo.SMTrip", items, joins=(JoinOn("dbo.SMWorkOrder", order),), group=(job,))
    drafts = (with_voids(ctx, Draft(query, {"table": f"trips {turn}"}, "sum")) for turn in range(9))
    told = next(draft for draft in drafts if draft.query != query)
    assert [part.ref.qualified for part in told.query.where] == ["dbo.SMTrip.Status"]


def test_what_is_chased_leaves_out_what_was_taken_back(ctx):
    table = Table(
        "dbo",
        "Tickets",
        "table",
        [
            Column("Ticket", "int", "int", nullable=False),
            Column("Due", "date", "date"),
            Column("IsVoid", "bit", "bit", nullable=False),
        ],
        key=["Ticket"],
    )
    ctx = Context(Catalog(ctx.catalog.database, [table]), 1, "train")
    ticket, due = Ref(table.qualified, "Ticket"), Ref(table.qualified, "Due")
    for means, left_out in (("late", True), ("due soon", True), ("", False)):
        query = Query(table.qualified, (Item(ticket),), where=(Filter(due, "{0} < '2024-01-01'", means),))
        said = {
            render(with_voids(ctx, Draft(query, {"table": f"tickets {n}"}, "show")).query, ctx.catalog)
            for n in range(20)
        }
        assert any("IsVoid = 0" in sql for sql in said) == left_out
