"""Small records, and the small catalogs of tests/fixtures/audit."""

from pathlib import Path

import pytest

from vgpt2.catalog import store
from vgpt2.records.model import Meta, Record

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


@pytest.fixture(scope="session")
def vista():
    """Eleven queryable tables in the manner of Vista, with all house rules."""
    return store.load(FIXTURES / "audit/vista.json")


@pytest.fixture
def record():
    """A maker of records: `record("How many?", kind="sql", family="f1")`."""

    def make(question, row=None, **meta):
        values = {"kind": "sql", "intent": "count", "polarity": "answer", "family": question, "wording": "w"} | meta
        identity = f"{values['kind']}-{question}-{values['polarity']}"
        text = {"instruction": question, "input": "", "output": "an answer", "system": "s"} | (row or {})
        return Record({"id": identity} | text, Meta(id=identity, **values))

    return make
