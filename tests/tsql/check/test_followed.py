"""Whatever the text is, the walk follows its tree to the end: no error is caught that would be a fault of ours."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.timing import takes_at_most

from vgpt2.records.answers.extract import last_sql
from vgpt2.sqltext.scan import scan
from vgpt2.tsql.check import check as check_room
from vgpt2.tsql.check.check import Checker, check
from vgpt2.tsql.dialect import TsqlError, parse, written

FIXTURES = Path(__file__).parents[2] / "fixtures"

# Why a verdict may be `unknown`, and what has to be in the text then. A reason that is not here is a form that the
# walk does not follow.
REASONS = {
    r"PIVOT": r"\b(UN)?PIVOT\b",  # the columns of the result depend on what is pivoted
    r"columns of \S.*": r"\bFROM\b",  # of a table that the catalog lacks, or of one whose columns it does not know
    r"#\w+": r"#\w+",  # a temporary table
    r"@\w+": r"@\w+",  # a table variable
    r"[\w.]+\(.*\)": r"\(",  # a table-valued function, or a function that the catalog lacks
    r"arguments of \w+\(\)": r"\(",  # of a built-in function with a grammar of its own
    r"history of \w+": r"\bSYSTEM_TIME\b",  # of a view, or of a table that may keep one
    r"system table \S+": r"\b(sys|INFORMATION_SCHEMA)\.",
    r"database \w+": r"\w+\.\w*\.\w+",
    r"\w+\.\w+": r"\w+\.\w+\.\w+\.\w+",  # a linked server
    r"a property of \S+": r"\w+\.\w+",  # of a geography or hierarchyid
}


def _fixture_texts() -> list[str]:
    texts = []
    for path in sorted((FIXTURES / "tsql").glob("*.sql")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("-- ")]
        texts += lines if path.name == "valid.sql" else [line.partition(": ")[2] for line in lines]
    for line in (FIXTURES / "tsql" / "mended.jsonl").read_text(encoding="utf-8").splitlines():
        texts.append(json.loads(line)["sql"])
    for line in (FIXTURES / "exam" / "answers.jsonl").read_text(encoding="utf-8").splitlines():
        texts.append(last_sql(json.loads(line)["response"]))
    for line in (FIXTURES / "exam" / "parts.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        texts += [row["gold"], row["answer"]]
    texts += [row.get("sql", "") for row in json.loads((FIXTURES / "exam" / "questions.json").read_text("utf-8"))]
    texts += [path.read_text(encoding="utf-8-sig") for path in sorted((FIXTURES / "catalog").rglob("*.sql"))]
    return list(dict.fromkeys(filter(None, texts)))


TEXTS = _fixture_texts()
PIECES = [token.text for text in TEXTS for token in scan(text)]


def test_every_fixture_is_followed_and_each_unknown_has_its_reason(catalogs):
    assert len(TEXTS) > 900
    unexplained = []
    for text in TEXTS:
        for catalog in catalogs.values():
            verdict = check(text, catalog)
            assert (verdict.binding is None) == (verdict.tree is None)
            because = verdict.unknown_because
            if because and not any(
                re.fullmatch(reason, because) and re.search(shown, text, re.IGNORECASE)
                for reason, shown in REASONS.items()
            ):
                unexplained.append((because, text))
    assert unexplained == []


def broken(rng: random.Random) -> str:
    """A statement of the fixtures with pieces lost, doubled, swapped, or taken from others."""
    words = [token.text for token in scan(rng.choice(TEXTS))]
    for _ in range(rng.choice((1, 1, 2, 3))):
        at, other = rng.randrange(len(words) + 1), rng.randrange(len(words) + 1)
        edit = rng.randrange(5)
        if edit == 0:
            words[at : at + 1] = []
        elif edit == 1:
            words.insert(at, rng.choice(PIECES))
        elif edit == 2:
            words[at : at + 1] = [rng.choice(PIECES)]
        elif edit == 3:
            words[other:other] = words[at : at + rng.randrange(1, 8)]
        else:
            words[at : at + 1] = ["(", *(token.text for token in scan(rng.choice(TEXTS))), ")"]
    return " ".join(words)


@settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32).map(lambda seed: broken(random.Random(seed))))
def test_a_broken_statement_gets_a_verdict(catalogs, text):
    for catalog in catalogs.values():
        assert check(text, catalog).status in ("valid", "invalid", "unknown")


@pytest.mark.parametrize("error", [AttributeError, KeyError, TypeError, ValueError, IndexError])
def test_a_fault_of_ours_is_not_swallowed(vista, monkeypatch, error):
    def fault(*_):
        raise error("a typo")

    sql = "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = 1"
    for name in ("bind", "lint"):
        with monkeypatch.context() as patched:
            patched.setattr(check_room, name, fault)
            with pytest.raises(error, match="a typo"):
                Checker(vista).check(sql)
    from vgpt2.tsql import dialect

    monkeypatch.setattr(dialect, "_check_size", fault)
    with pytest.raises(error, match="a typo"):
        parse(sql)


def test_what_sqlglot_raises_is_an_error_of_the_text(vista):
    """Its builder of DATEDIFF raises ValueError, its writer of a DATEDIFF that lacks an argument TypeError."""
    with pytest.raises(TsqlError, match=r"not understood \(TypeError\)"):
        parse("SELECT LEN(APRef, 2) AS n FROM APTH")
    with pytest.raises(TsqlError, match="a ' is not closed"):
        parse("SELECT 'no end")
    assert written(parse("SELECT DATEDIFF(day, DueDate)").expressions[0]) == "DateDiff"
    verdict = check("SELECT f.x FROM APTH CROSS APPLY f(DATEDIFF(day, DueDate)) AS f", vista)
    assert verdict.rules[:2] == ("unknown_function", "argument_count")


def test_a_tree_of_hundreds_of_levels_has_a_reason_of_its_own(vista):
    verdict = check(" UNION ".join(["SELECT 1 AS a"] * 1000), vista)
    assert (verdict.status, verdict.tree, verdict.binding) == ("unknown", None, None)
    assert verdict.unknown_because == "nested too deep"
    assert check(" UNION ".join(["SELECT 1 AS a"] * 100), vista).valid


SUM = " + ".join(["APCo"] * 1000)
LONG = {
    "or": "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE " + " OR ".join(["APCo = 1"] * 1200),
    "and": "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE " + " AND ".join(["APCo = 1"] * 1200),
    "constant": "SELECT Vendor FROM APTH WITH (NOLOCK) WHERE APCo = " + " + ".join(["1"] * 2000),
    "grouped": "SELECT {0} AS s FROM APTH WITH (NOLOCK) WHERE APCo = 1 GROUP BY {0}".format(
        " + ".join(["APCo"] * 1000)
    ),
}


@pytest.mark.parametrize("name", LONG)
def test_a_long_chain_is_as_valid_as_a_short_one(vista, name):
    verdict = check(LONG[name], vista)
    assert verdict.clean, verdict.findings
    assert takes_at_most(5, lambda: check(LONG[name], vista), tries=2)
