"""What can be proved is mended, the layout stays: `fixtures/tsql/mended.jsonl` (null: not all of it can be)."""

import json
from pathlib import Path

import pytest

from vgpt2.tsql.check.mend import mend

CASES = [
    json.loads(line) for line in (Path(__file__).parents[2] / "fixtures/tsql/mended.jsonl").read_text().splitlines()
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["sql"][:50])
def test_queries(sample, case):
    found = mend(case["sql"], sample)
    assert sorted(found.rules) == sorted(case["rules"])
    assert found.clean is (case["mended"] is not None)
    if case["mended"] is not None:
        assert found.sql == case["mended"]


def test_what_is_mended_is_clean_and_stays_so(sample):
    for case in CASES:
        if case["mended"] is not None:
            again = mend(case["mended"], sample)
            assert (again.sql, again.rules) == (case["mended"], [])
