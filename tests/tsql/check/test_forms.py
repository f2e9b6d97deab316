"""Forms of other dialects and of old T-SQL, each with the verdict that SQL Server gives."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from vgpt2.catalog.build import build
from vgpt2.settings import load_database
from vgpt2.tsql.check.check import check

FOLDER = Path(__file__).parents[2] / "fixtures" / "tsql" / "check" / "forms"
CASES = [
    line.partition(": ")[::2] for line in (FOLDER / "forms.sql").read_text("utf-8").splitlines() if line[:2] != "--"
]


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    folder = tmp_path_factory.mktemp("people")
    (folder / "schema.sql").write_text((FOLDER / "schema.sql").read_text("utf-8"))
    return build(folder, load_database("generic.yaml"))


@pytest.mark.parametrize(("status", "sql"), CASES)
def test_a_form_has_its_verdict(people, status, sql):
    verdict = check(sql, people)
    assert verdict.status == status, verdict.findings
    if status == "invalid":
        assert all(finding.message for finding in verdict.findings)
    elif status == "unknown":
        assert verdict.binding is None or verdict.binding.unknown


TRADES = yaml.safe_load((FOLDER / "trades.yaml").read_text("utf-8"))


@pytest.mark.parametrize("trade", TRADES, ids=lambda trade: trade["name"])
def test_a_query_of_a_small_database_has_its_verdict(trade, tmp_path):
    (tmp_path / "schema.sql").write_text(trade["ddl"], "utf-8")
    catalog = build(tmp_path, load_database("generic.yaml"))
    asked = {sql: status for status in ("valid", "invalid", "unknown") for sql in trade.get(status, ())}
    found = {sql: check(sql, catalog) for sql in asked}
    assert {sql: verdict.status for sql, verdict in found.items()} == asked
