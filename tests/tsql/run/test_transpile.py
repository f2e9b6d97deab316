"""What the engine cannot run is listed here with its reason; a fault of ours is none."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from vgpt2.catalog.build import read
from vgpt2.catalog.model import Catalog
from vgpt2.records.answers.extract import last_sql
from vgpt2.settings import load_database
from vgpt2.tsql.check.check import check
from vgpt2.tsql.dialect import parse
from vgpt2.tsql.run import transpile as room
from vgpt2.tsql.run.expressions.values import VALUES
from vgpt2.tsql.run.rewrite import rewriter as rewrite
from vgpt2.tsql.run.transpile import NotExecutable, transpile, transpile_bound
from vgpt2.tsql.run.views import select_of
from vgpt2.tsql.write import CannotWrite, write

FIXTURES = Path(__file__).parents[2] / "fixtures"
# Real databases beside the project, where they are there: with the views that cannot be run, of those that resolve.
CORPORA = {
    "adventure-works": {},
    "northwind-pubs": {},
    "wide-world-importers/wwi-ssdt": {"Website.VehicleTemperatures": "DECOMPRESS()"},
}
# Why a statement that resolves is not run. A reason that is not here is a form that the rewriter does not know.
REASONS = {
    r"@@\w+",  # a setting or count of the session
    r"AtTimeZone",  # time zones by the names that Windows gives them
    r"FOR XML or FOR JSON",  # one text made of all rows
    r"CHECKSUM_AGG\(\)",  # a number that only the server makes
    r"VF\w+\(\)",  # a function of the database
}


def why_not(sql: str, catalog: Catalog) -> str:
    """Why a text that resolves is not run; empty where it is, or does not resolve."""
    verdict = check(sql, catalog)
    if verdict.binding is None or verdict.binding.findings or verdict.binding.unknown:
        return ""
    try:
        transpile_bound(verdict.binding)
    except NotExecutable as error:
        return str(error)
    return ""


def _texts() -> list[str]:
    texts = []
    for path in sorted((FIXTURES / "tsql").glob("*.sql")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("-- ")]
        texts += lines if path.name == "valid.sql" else [line.partition(": ")[2] for line in lines]
    for line in (FIXTURES / "exam" / "answers.jsonl").read_text(encoding="utf-8").splitlines():
        texts.append(last_sql(json.loads(line)["response"]))
    for line in (FIXTURES / "exam" / "parts.jsonl").read_text(encoding="utf-8").splitlines():
        texts += [json.loads(line)[side] for side in ("gold", "answer")]
    texts += [row.get("sql", "") for row in json.loads((FIXTURES / "exam" / "questions.json").read_text("utf-8"))]
    return list(dict.fromkeys(filter(None, texts)))


def test_what_resolves_is_run_or_has_its_reason(catalogs, sample):
    texts = _texts()
    assert len(texts) > 800
    found = Counter(why_not(text, catalog) for text in texts for catalog in (*catalogs.values(), sample))
    del found[""]
    unexplained = {why: count for why, count in found.items() if not any(re.fullmatch(form, why) for form in REASONS)}
    assert unexplained == {}
    assert {form for form in REASONS if not any(re.fullmatch(form, why) for why in found)} == set()


def test_the_views_of_real_databases():
    """As many as are beside the project."""
    for name, known in CORPORA.items():
        folder = next(
            (found for root in FIXTURES.parents if (found := root / "shared" / "corpora" / name).exists()), None
        )
        if folder is None:
            continue
        catalog = read(folder, load_database("generic.yaml")).catalog
        views = [table for table in catalog.tables if table.kind == "view" and table.sql]
        assert len(views) > 10
        assert {view.qualified: why for view in views if (why := why_not(select_of(view.sql), catalog))} == known


def test_the_binding_stays_as_it_is(catalogs, valid_case):
    name, _, sql = valid_case
    binding = check(sql, catalogs[name]).binding
    nodes, text = [(id(node), type(node)) for node in binding.tree.walk()], write(binding.tree)
    given = [_outcome(lambda: transpile_bound(binding)) for _ in range(2)]
    assert given == [_outcome(lambda: transpile(sql, catalogs[name]))] * 2
    assert ([(id(node), type(node)) for node in binding.tree.walk()], write(binding.tree)) == (nodes, text)


def _outcome(made) -> object:
    try:
        return made()
    except NotExecutable as error:
        return str(error)


@pytest.mark.parametrize("error", [AttributeError, KeyError, TypeError, ValueError, IndexError])
def test_a_fault_of_ours_is_not_swallowed(vista, monkeypatch, error):
    def fault(*_):
        raise error("a typo")

    sql = "SELECT Vendor, InvTotal + 1 AS n FROM APTH WHERE APCo = 1 ORDER BY Vendor"
    for patched, name in ((rewrite.Rewriter, "_column"), (room, "order_columns")):
        with monkeypatch.context() as patch:
            patch.setattr(patched, name, fault)
            with pytest.raises(error, match="a typo"):
                transpile(sql, vista)
    monkeypatch.setitem(room.HANDLERS, next(iter(VALUES)), fault)
    with pytest.raises(error, match="a typo"):
        transpile(sql, vista)


def test_what_sqlglot_cannot_write_has_a_reason_of_its_own(vista, monkeypatch):
    """Its writer of a DATEDIFF that lacks an argument raises TypeError."""
    with pytest.raises(CannotWrite, match="TypeError"):
        write(parse("SELECT DATEDIFF(day, DueDate)"))

    def cannot(*_, **__):
        raise CannotWrite("TypeError")

    monkeypatch.setattr(room, "write", cannot)
    with pytest.raises(NotExecutable, match="cannot be rewritten"):
        transpile("SELECT Vendor FROM APTH", vista)


@pytest.mark.parametrize("part", ["APCo", "1", "'a'"])
def test_a_long_chain_is_not_run_and_says_so(vista, part):
    sql = f"SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = {' + '.join([part] * 1500)}"
    with pytest.raises(NotExecutable, match="nested too deep"):
        transpile(sql, vista)
    with pytest.raises(NotExecutable, match="nested too deep"):
        transpile(" UNION ".join(["SELECT 1 AS a"] * 1000), vista)
