"""Grammars for servers: they take what training says, refuse what does not exist, and reach who takes one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from llguidance import LLMatcher, LLTokenizer
from llguidance.gbnf_to_lark import gbnf_to_lark
from tests.inference.test_backends import server

from vgpt2.inference.backends import Endpoint
from vgpt2.inference.bounded.bounds import MOST_TABLES, NO_TABLES
from vgpt2.inference.bounded.remote import NAMES_ALONE, NOT_KEPT, NOT_RULED_OUT, Remote
from vgpt2.inference.prompts import Prompt
from vgpt2.tsql.check.check import check
from vgpt2.tsql.prefix.listed import listed_grammar
from vgpt2.tsql.prefix.names import Names

ROOT = Path(__file__).parents[3]
TABLES = ("dbo.APTH", "dbo.APVM", "dbo.HRET")
GOOD = "Show it.\n```sql\nSELECT Vendor, InvTotal FROM APTH WITH (NOLOCK) WHERE APCo = 1\n```\nDone."


def matcher_of(names: Names) -> LLMatcher:
    """An engine that reads GBNF, over single bytes."""
    made = LLMatcher(LLTokenizer("byte"), gbnf_to_lark(listed_grammar(names)), log_level=0)
    assert not made.is_error(), made.get_error()
    return made


def taken(matcher: LLMatcher, text: str) -> str:
    """What of a text is taken."""
    raw = text.encode()
    return raw[: matcher.deep_copy().try_consume_tokens(list(raw))].decode(errors="ignore")


@pytest.fixture(scope="module")
def matcher(sample):
    return matcher_of(Names.of(sample, TABLES))


@pytest.mark.parametrize(
    "said",
    [
        GOOD,
        "There is no table `Foo`; APTH.Foo neither.",
        "```sql\nselect a.Vendor, COUNT(*) AS N\nfrom dbo.APTH a\n  join APVM as b on a.Vendor = b.Vendor\n"
        "group by a.Vendor\norder by N desc\n```",
        "```sql\nSELECT DATEDIFF(day, InvDate, '2024-01-01') AS D, cast(InvTotal AS real) AS T FROM APTH\n```",
        "```sql\nWITH Totals AS (SELECT Vendor, SUM(InvTotal) AS N FROM APTH GROUP BY Vendor) "
        "SELECT Totals.N, APVM.* FROM Totals JOIN APVM ON APVM.Vendor = Totals.Vendor\n```",
    ],
)
def test_what_may_be_said_is_taken(said, matcher):
    assert taken(matcher, said) == said


@pytest.mark.parametrize(
    ("said", "of_it"),
    [
        ("```sql\nSELECT FOo FROM APTH", "```sql\nSELECT FO"),  # FORMAT, in capitals or small letters
        ("```sql\nSELECT Vendor FROM APTX", "```sql\nSELECT Vendor FROM APT"),
        ("```sql\nSELECT APTH.Name FROM APTH", "```sql\nSELECT APTH.N"),
        ("```sql\nSELECT dbo.APVM.InvTotal", "```sql\nSELECT dbo.APVM."),
        ("```sql\nSELECT Vendor FROM APTH WHERE\n```", "```sql\nSELECT Vendor FROM APTH WHERE\n"),
        ("```sql\nDELETE", "```sql\n"),
        ("```text\nx", "```"),
    ],
)
def test_what_does_not_exist_is_not(said, of_it, matcher):
    assert taken(matcher, said) == of_it


def test_nearly_every_gold_is_taken_with_its_own_tables(sample):
    """Not those whose own names for derived tables, and columns of these, such a grammar cannot know."""
    curated = json.loads((ROOT / "data" / "test_suite.json").read_text(encoding="utf-8"))
    golds = [row["sql"] if isinstance(row.get("sql"), str) else (row.get("sql") or [""])[0] for row in curated]
    golds = [sql for sql in golds if sql][::15]
    assert len(golds) >= 5
    for sql in golds:
        said = f"A plan.\n```sql\n{sql}\n```"
        assert taken(matcher_of(Names.of(sample, check(sql, sample).tables)), said) == said


def test_names_that_need_brackets_or_a_schema(shop):
    matcher = matcher_of(Names.of(shop, [table.qualified for table in shop.tables]))
    said = (
        "```sql\nSELECT [Order Details].[Net Price], o.Freight "
        "FROM Sales.[Order Details] JOIN Sales.Orders AS o ON 1 = 1\n```"
    )
    assert taken(matcher, said) == said
    assert taken(matcher, "```sql\nSELECT [Net Total]") == "```sql\nSELECT [Net "


def served(owner: str, text: str, status: int = 200):
    """A server of a kind, that answers so; with another `status` where there is a grammar."""

    def respond(_path, body):
        if status != 200 and {"grammar", "guided_grammar"} & set(body):
            return status, json.dumps({"error": {"message": "grammar: no"}})
        choices = [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}]
        return 200, json.dumps({"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": choices})

    return server(respond, owner)


PROMPT = Prompt("S", "Q", "", TABLES)
CASES = {
    "llama.cpp": ("llamacpp", GOOD, "", ("grammar",)),
    "vLLM": ("vllm", GOOD, "", ("guided_grammar", "structured_outputs")),
    "Ollama": ("library", GOOD, "free: Ollama takes no grammar", ()),
    "another": ("somebody", GOOD, "free: a server of 'somebody' takes no grammar", ()),
    "not kept": ("vllm", "```sql\nSELECT FROM\n```", NOT_KEPT, ("guided_grammar", "structured_outputs")),
    "from": ("llamacpp", "```sql\nSELECT Name FROM APTH\n```", NOT_RULED_OUT, ("grammar",)),
}


@pytest.mark.parametrize("case", CASES)
def test_who_takes_a_grammar_is_sent_one_and_of_the_others_it_is_said(case, sample):
    owner, text, note, fields = CASES[case]
    with served(owner, text) as (url, seen):
        endpoint = Endpoint(url, bounds=Remote("grammar", sample))
        [answer] = endpoint.answer([PROMPT])
    assert (answer.text, answer.note) == (text, note)
    sent = {name: value for name, value in seen[-1][1].items() if "gram" in str(value)[:9] or "grammar" in name}
    assert set(sent) == set(fields)
    assert endpoint.settings["decode"] == "grammar"
    grammar = sent.get("grammar") or sent.get("guided_grammar")
    assert not grammar or grammar == listed_grammar(Names.of(sample, TABLES))


def test_a_server_that_refuses_the_grammar_is_asked_without_it(sample):
    with served("llamacpp", GOOD, 400) as (url, seen):
        [answer] = Endpoint(url, bounds=Remote("grammar", sample), retries=0).answer([PROMPT])
    assert answer.text == GOOD and answer.note.startswith("free: the server refused the grammar (answered 400")
    assert ["grammar" in body for _, body in seen] == [True, False]


def test_what_no_grammar_is_made_for(sample):
    remote = Remote("grammar", sample)
    assert remote.body("vllm", Prompt("S", "Q")) == ({}, NO_TABLES)
    many = tuple(sorted(sample.by_qualified)[: MOST_TABLES + 1])
    assert remote.body("vllm", Prompt("S", "Q", "", many))[1].startswith(f"free: the prompt shows {MOST_TABLES + 1}")
    assert Remote("names", sample).body("vllm", PROMPT) == ({}, NAMES_ALONE)
