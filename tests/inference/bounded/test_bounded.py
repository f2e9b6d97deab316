"""Bounded answers: whatever a model would like to say, its SQL parses and names what exists; prose stays free."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
import torch

from vgpt2.inference.bounded import chooser
from vgpt2.inference.bounded.bounds import MOST_TABLES, NO_TABLES, Bounds
from vgpt2.inference.bounded.chooser import bounded_chooser
from vgpt2.inference.bounded.ending import LAST
from vgpt2.inference.bounded.engine import Engine
from vgpt2.inference.bounded.prose import Known, Prose
from vgpt2.inference.bounded.row import PROSE_STUCK, STUCK, Row
from vgpt2.inference.local_model import LocalModel
from vgpt2.inference.prompts import Prompt
from vgpt2.tsql.check.check import check
from vgpt2.tsql.grammar.recognise import Stop, recogniser
from vgpt2.tsql.prefix.names import Names, named_words

ROOT = Path(__file__).parents[3]
TABLES = ("dbo.APTH", "dbo.APVM", "dbo.HRET")


@pytest.fixture(scope="module")
def model(tiny_model):
    return LocalModel(tiny_model, batch_size=4, max_new_tokens=60)


@pytest.fixture(scope="module")
def engine(model, sample):
    return Engine(model._tokenizer, model._model.config.vocab_size, named_words(sample))


def tokens_of(model, text: str) -> list[int]:
    return model._tokenizer(text, add_special_tokens=False)["input_ids"]


def row_of(engine, sample, grammar: bool = True, tables=TABLES, question: str = "", most: int = 0) -> Row:
    names = Names.of(sample, tables)
    return Row(engine, names, grammar, Prose(Known(sample), names, question), most)


def say(model, row: Row, text: str) -> str:
    """What of a text the row takes."""
    taken: list[int] = []
    for token in tokens_of(model, text):
        if row.bounded and not row.takes(token):
            break
        row.take(token)
        taken.append(token)
    return model._tokenizer.decode(taken)


def test_the_grammar_takes_every_gold(model, engine, sample):
    curated = json.loads((ROOT / "data" / "test_suite.json").read_text(encoding="utf-8"))
    golds = [
        sql for row in curated for sql in ([row["sql"]] if isinstance(row.get("sql"), str) else row.get("sql", []))
    ]
    assert len(golds) > 100
    for sql in golds:
        tokens = tokens_of(model, f"{sql}\n```")
        assert engine.matcher().try_consume_tokens(tokens) == len(tokens), sql


PIECES = """
    SELECT|FROM|WHERE|AND|OR|GROUP BY|ORDER BY|JOIN|ON|AS|CASE WHEN|THEN|ELSE|END|IN|LIKE|BETWEEN|UNION ALL|TOP 3|(|)|,
    |.|=|<|+|-|*|'x'|N'y'|1|2.5|NULL|IS NOT NULL|COUNT(|SUM(|DATEDIFF(day,|CAST(|AS int|APTH|APVM|a|t1|Vendor|InvTotal
    |Name|Type|WITH (NOLOCK)|WITH|[Vendor]|OVER (|PARTITION BY|NOT EXISTS (|DISTINCT|Foo|APTX|dbo|;|--|/*|HAVING|MAX(
    |LEFT(|@p|FOR XML
"""
OPENINGS = (
    "SELECT ",
    "SELECT Vendor FROM APTH ",
    "SELECT InvTotal, Name FROM ",
    "SELECT a.Vendor, COUNT(*) AS N FROM APTH a ",
    "WITH t1 AS (SELECT Vendor, InvTotal AS N FROM APTH ",
)


def test_what_is_drawn_by_chance_parses_and_names_what_exists(model, engine, sample):
    """Pieces of SQL in any order, each where it may stand: a model could not be worse."""
    pieces = [piece.strip() for piece in PIECES.split("|")]
    chance = random.Random(5)
    whole = 0
    for _ in range(90):
        row = row_of(engine, sample)
        text = chance.choice(OPENINGS)
        assert say(model, row, f"A plan of Foo.\n```sql\n{text}").endswith(text)
        for _ in range(80):
            text += say(model, row, chance.choice(pieces) + chance.choice(("", " ")))
            read = recogniser().read(text)
            # the last word may still become another
            assert not isinstance(read, Stop) or read.index >= len(read.symbols) - 1, text
            if isinstance(read, Stop) or chance.random() < 0.8:
                continue
            ended = say(model, row, "\n```")
            if ended != "\n```":
                assert "`" not in ended, text
                text += ended
            else:
                whole += 1
                findings = check(text, sample).findings
                assert not [found for found in findings if found.kind == "parse"], text
                assert not [found for found in findings if found.rule.startswith(("unknown_", "wrong_case"))], text
                assert not {"misplaced_aggregate", "argument_count"} & {found.rule for found in findings}, text
                break
    assert whole > 5


def test_prose_and_refusals_are_free(model, engine, sample):
    row = row_of(engine, sample, question="Show Foo of APTH.")
    text = "There is no table Foo in Viewpoint Vista, nor APTH.Foo. Nearest is `APTH`.\n```text\nAPTX.Fo\n```\nOf Foo."
    assert say(model, row, text) == text
    assert not row.note


def test_a_plan_names_what_the_prompt_shows(model, engine, sample):
    text = "Show APTH.Vendor, APVM.Name. From APTH joined with APVM on VendorGroup, Vendor.\n```sql\nSELECT "
    row = row_of(engine, sample)
    assert say(model, row, text) == text
    assert "Foo" not in say(model, row_of(engine, sample), "Show APTH.Foo")
    row = row_of(engine, sample)
    assert say(model, row, "Show APTH.Vend") == "Show APTH.Vend"
    assert not row.takes(model._tokenizer.eos_token_id)  # the name is not complete


def test_half_a_character_ends_a_name(model, engine, sample):
    half = next(token for token in range(engine.vocabulary) if engine.bytes_of(token) == b"\xe6")
    for begun in ("Show APTH.Vend", "```sql\nSELECT [Vend"):
        row = row_of(engine, sample, grammar=False)
        assert say(model, row, begun) == begun
        assert not row.takes(half)
    row = row_of(engine, sample)
    say(model, row, "Caf")
    assert row.takes(half)


def test_prose_that_cannot_go_on_is_free_and_its_sql_is_not(model, engine, sample, monkeypatch):
    row = row_of(engine, sample)
    say(model, row, "Show APTH.")
    monkeypatch.setattr(Prose, "refusal", lambda *_args, **_more: "x")
    bounded_chooser([row], None)(torch.rand(1, engine.vocabulary), [0])
    assert row.note == PROSE_STUCK and not row.bounded
    say(model, row, "\n```sql\nSELECT Foo")
    assert row.bounded and row._text(b"").endswith("SELECT F")


def test_only_names_are_bounded_where_the_rest_is_free(model, engine, sample):
    row = row_of(engine, sample, grammar=False)
    begun = "```sql\nSELECT Vendor Vendor, FROM WHERE Vendor"
    assert say(model, row, begun) == "```sql\nSELECT Vendor Vendor,"  # where a column is wanted
    row = row_of(engine, sample, grammar=False)
    assert say(model, row, "```sql\nSELECT Vendor FROM APTH GROUP Vendor WHERE Foo") == (
        "```sql\nSELECT Vendor FROM APTH GROUP Vendor WHERE F"
    )


def test_a_second_fence_is_bounded_too(model, engine, sample):
    row = row_of(engine, sample)
    said = say(model, row, "```sql\nSELECT Name FROM APVM\n```\nOr Foo:\n```sql\nSELECT Foo")
    assert said.endswith("Or Foo:\n```sql\nSELECT F")


def test_the_likeliest_token_that_may_come_is_taken(model, engine, sample):
    row = row_of(engine, sample)
    say(model, row, "```sql\nSELECT Name FROM ")
    wanted, other = tokens_of(model, "APVM")[0], tokens_of(model, "Foo")[0]
    logits = torch.zeros(2, engine.vocabulary)
    logits[:, other] = 3
    logits[:, wanted] = 2
    choose = bounded_chooser([row, None], None)
    assert choose(logits, [0, 1]).tolist() == [wanted, other]


def test_a_name_that_has_begun_goes_on_however_unlikely_its_tokens_are(model, engine, sample, monkeypatch):
    monkeypatch.setattr(chooser, "FIRST", 1)
    monkeypatch.setattr(chooser, "MOST", 1)
    row = row_of(engine, sample)
    say(model, row, "```sql\nSELECT APTH.")
    logits = torch.rand(1, engine.vocabulary)
    logits[0, tokens_of(model, "Foo")[0]] = 3
    logits[0, row.names_go_on()] -= 5
    columns = {column.name for column in sample.by_qualified["dbo.APTH"].columns}
    for _ in range(40):
        if row._text(b"").rpartition(".")[2] in columns:
            break
        chooser.bounded_chooser([row], None)(logits, [0])
    assert not row.note and row._text(b"").rpartition(".")[2] in columns


# What a model says where it may not say what it wants, the likeliest first.
WAYS_OUT = ("\n", "```", ")", " 1", "1", " Vendor", "Vendor", " APTH", " FROM", " =", ",", ".", " ON", "'")


def decoded(model, engine, row: Row, begun: str, wanted: str, room: int) -> str:
    """What follows when a model wants to say `wanted` again and again and has room for so many tokens."""
    assert say(model, row, begun) == begun
    said, choose, place = [], bounded_chooser([row], None), 0
    again = tokens_of(model, wanted)
    while row._inside and len(said) < room:
        logits = torch.zeros(1, engine.vocabulary)
        for rank, way in enumerate(WAYS_OUT):
            logits[0, tokens_of(model, way)[0]] = 4 - rank / 10
        logits[0, again[place % len(again)]] = 5
        said.append(int(choose(logits, [0])[0]))
        place = place + 1 if said[-1] == again[place % len(again)] else 0
    assert not row.note
    return model._tokenizer.decode(said)


def test_a_query_ends_where_it_can_when_there_is_no_room_for_more(model, engine, sample):
    begun = "```sql\nSELECT Name FROM APVM WHERE"
    again = " VendorGroup = 1 AND"
    room = 3 * len(tokens_of(model, again)) + LAST
    row = row_of(engine, sample, most=room + len(tokens_of(model, begun)))
    text = decoded(model, engine, row, begun, again, room)
    assert text.endswith("VendorGroup = 1\n```") and text.count("AND") >= 3, text


@pytest.mark.parametrize(
    ("begun", "again"),
    [
        ("```sql\nSELECT Name FROM APVM WHERE Name = ", "SUBSTRING(Name, "),
        ("```sql\nSELECT Name FROM APVM WHERE Vendor IN (", "SELECT Vendor FROM APTH WHERE Vendor IN ("),
        ("```sql\nSELECT Name FROM APVM WHERE EXISTS (", "SELECT Vendor FROM APTH WHERE EXISTS ("),
    ],
)
def test_brackets_are_closed_while_there_is_room_for_it(model, engine, sample, begun, again):
    row = row_of(engine, sample, most=160 + len(tokens_of(model, begun)))
    text = begun + decoded(model, engine, row, begun, again, 160)
    assert text.endswith("\n```"), text
    assert check(text.removeprefix("```sql\n").removesuffix("\n```"), sample).status == "valid", text


def test_where_nothing_can_go_on_the_rest_is_free_and_says_so(model, engine, sample):
    row = row_of(engine, sample)
    say(model, row, "```sql\nSELECT Name FROM APVM")
    row._names = Names.of(sample, [])
    choose = bounded_chooser([row], None)
    choose(torch.rand(1, engine.vocabulary), [0])
    assert row.note == STUCK and not row.bounded


@pytest.mark.parametrize("mode", ["names", "grammar"])
def test_answers_say_why_they_are_free(model, sample, mode):
    tables = tuple(sorted(sample.by_qualified)[: MOST_TABLES + 1])
    prompts = [Prompt("S", "Q"), Prompt("S", "Q", "", TABLES), Prompt("S", "Q", "", tables)]
    model.bounded(mode, sample)
    notes = {answer.index: answer.note for answer in model.answer(prompts, 3)}
    assert model.settings["decode"] == mode
    model.bounded("free", sample)
    assert notes == {
        0: NO_TABLES,
        1: "",
        2: f"free: the prompt shows {MOST_TABLES + 1} tables, and at most 40 can be bounded",
    }
    assert "decode" not in model.settings


def test_a_tokenizer_that_the_engine_does_not_know_leaves_answers_free(model, sample):
    bounds = Bounds("grammar", sample)
    bounds.ready(object(), 100)  # no tokenizer at all
    [(row, note)] = bounds.rows([Prompt("S", "Q", "", TABLES)])
    assert row is None and re.match("free: the grammar engine does not know this tokenizer", note)
