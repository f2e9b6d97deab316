"""Documents are there twice where they bear the same number, and not where one check pays them."""

import pytest

from vgpt2.synthesis.context import Context
from vgpt2.synthesis.intents.reports.exceptions import _is_own_reference
from vgpt2.synthesis.intents.reports.sheet import Sheet


@pytest.mark.parametrize(
    ("table", "column", "own"),
    [("MSIH", "CheckNo", False), ("APTH", "APRef", True), ("CMDT", "CMRef", True)],
)
def test_a_check_pays_several_invoices_which_are_no_doubles(sample, table, column, own):
    ctx = Context.of(sample, 1, "train")
    sheet = Sheet(ctx, ctx.table(f"dbo.{table}"), ctx.rng("x"), 0, "x")
    assert _is_own_reference(sheet, sheet.table.column(column)) is own
