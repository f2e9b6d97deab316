"""The small catalogs, and an audit of rows that a test writes down."""

from pathlib import Path

import pytest

from vgpt2.audit.audit import audit
from vgpt2.audit.model import Context, Row
from vgpt2.catalog import store
from vgpt2.records.model import Meta
from vgpt2.records.proof import Prover
from vgpt2.settings import load_profile

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures/audit"


@pytest.fixture(scope="session")
def vista():
    return store.load(FIXTURES / "vista.json")


@pytest.fixture
def failed(vista):
    """The rules that these rows break: `failed("sft", [{...}, ...], metas=[...])`."""

    def run(stage, rows, metas=(), against=(), loading=(), catalog=vista, **context):
        metas = list(metas) or [None] * len(rows)
        items = [Row("f", n, n + 1, row, stage, meta) for n, (row, meta) in enumerate(zip(rows, metas, strict=True))]
        for item, said in zip(items, loading, strict=False):
            item.loading = said
        limits = load_profile("a6000").audit
        report = audit(items, Context(Prover(catalog, 1), limits, **context), against=against)
        return {rule.rule for rule in report.rules if not rule.ok}

    return run


@pytest.fixture
def meta():
    """A meta with what a test does not care for filled in."""

    def make(number, **values):
        base = {"kind": "sql", "intent": "i", "polarity": "answer", "family": f"f{number}", "wording": "w"}
        return Meta(id=str(number), **(base | values))

    return make
