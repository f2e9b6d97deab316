"""Expressions give the values of SQL Server, or are not run.

`values.jsonl` among the fixtures is ours, by the T-SQL reference: each line names the page that says so (`error`: the
server refuses it, and so there must be no value). Where the expressions of another engine's tests lie beside the
project they are tried as well; `values_differ.jsonl` lists those whose value the reference contradicts.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from .values import measure, read_values

FIXTURES = Path(__file__).parents[2] / "fixtures" / "tsql"
OTHERS = next(
    (
        found
        for root in FIXTURES.parents
        if (found := root / "shared" / "corpora" / "tsql-values" / "values.jsonl").exists()
    ),
    None,
)
# Of the others' expressions; what the parser or the checker does not take counts as not run.
RUN = 0.91


def test_values_of_the_reference():
    cases = read_values(FIXTURES / "values.jsonl")
    assert len(cases) > 600 and all(case["place"] for case in cases)
    found = measure(cases)
    assert [(case["sql"], case.get("rows"), given) for case, given in found.wrong] == []
    assert found.ran >= 0.99 * found.all, found.line()


@pytest.mark.skipif(OTHERS is None, reason="the expressions of the other engine are not beside the project")
def test_values_of_another_engine():
    found = measure(read_values(OTHERS))
    known = {case["sql"]: case["place"] for case in read_values(FIXTURES / "values_differ.jsonl")}
    assert all(known.values())
    assert [(case["sql"], case["rows"], given) for case, given in found.wrong if case["sql"] not in known] == []
    assert known.keys() <= {case["sql"] for case, _ in found.wrong}, "listed, and right by now"
    assert found.ran >= RUN * found.all, found.line()
