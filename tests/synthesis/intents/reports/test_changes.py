"""Reports on changes: what changes an order or a contract, by how much, and only what counts already."""

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.reports.changes import INTENTS
from vgpt2.synthesis.roles.book import book_of
from vgpt2.synthesis.roles.changes import change_amounts, changed_by, counts_some

from .test_reports import drafts


@pytest.fixture(scope="module")
def ctx(sample):
    return Context.of(sample, 1, "train")


@pytest.mark.parametrize(
    ("table", "amounts", "changed"),
    [
        ("POCD", {"ChgTotCost"}, {"POHD", "POIT"}),
        ("SLCD", {"ChangeCurCost"}, {"SLHD", "SLIT"}),  # what the change did to the current cost
        ("PMOH", {"ChangeDays"}, {"JCCM"}),
        ("PMOI", {"ApprovedAmt"}, {"JCCI"}),  # never the pending amount
        ("PMOP", set(), set()),  # pending change orders change nothing yet
        ("POIT", set(), set()),  # items are no changes
        ("HQMA", set(), set()),  # nor are records of who changed what
    ],
)
def test_what_changes_an_agreement_and_by_how_much(ctx, sample, table, amounts, changed):
    book, owner = book_of(ctx), sample.find(table)
    assert {column.name for column in change_amounts(book, owner)} == amounts
    assert {link.end.name for link in changed_by(book, owner)} == changed


@pytest.mark.parametrize(("table", "some"), [("PMOI", True), ("POCD", False), ("SLCD", False)])
def test_which_tables_hold_changes_that_are_only_asked_for(ctx, sample, table, some):
    assert counts_some(book_of(ctx), sample.find(table)) == some


def test_the_three_amounts_of_a_document_stand_side_by_side(ctx, sample):
    """What it was worth, all changes, what it is worth now; what was never changed stays out."""
    by, from_ = INTENTS
    for draft in drafts(ctx, from_, 12):
        changes = [join for join in draft.query.joins if join.table == "Changes"]
        assert len(changes) == 1 and changes[0].kind == "JOIN"
        book = book_of(ctx)
        assert not counts_some(book, sample.by_qualified[changes[0].query.table])
    named = {draft.query.table: draft for draft in drafts(ctx, by, 12)}
    assert "IS" not in str(named["dbo.POCD"].query.where)
    assert any("ApprovedAmt" in str(each) for each in named["dbo.PMOI"].query.where)
    assert "approved amount" in named["dbo.PMOI"].more.lower()
