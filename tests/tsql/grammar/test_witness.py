"""The grammar says what Microsoft's parser says: of queries, of queries with one change, of every word as a name."""

from __future__ import annotations

import json
import re

import pytest
from sqlglot import exp
from sqlglot.dialects.tsql import TSQL
from sqlglot.parsers.tsql import TSQLParser
from tests.tsql.grammar.conftest import FIXTURES, taken, unexplained
from tests.tsql.grammar.mutants import mutants

from vgpt2.sqltext.names import RESERVED
from vgpt2.tsql.dialect import TsqlError, parse
from vgpt2.tsql.grammar.notation import select_grammar, words

CASES = [json.loads(line) for line in (FIXTURES / "grammar.jsonl").read_text(encoding="utf-8").splitlines()]
# {} is the word.
PLACES = (FIXTURES / "places.sql").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("valid", [True, False])
def test_what_microsofts_parser_said_of_900_texts(valid):
    cases = [case["sql"] for case in CASES if case["valid"] is valid]
    assert len(cases) > 90
    differ = [text for text in cases if taken(text) is not valid]
    assert not [text for text in differ if unexplained(text, not valid)]


def test_right_queries_are_taken(witness, queries):
    said = witness(queries)
    right = [text for text, valid in zip(queries, said, strict=True) if valid]
    assert not [text for text in right if not taken(text) and unexplained(text, False)]


def test_queries_with_one_change_are_judged_alike(witness, queries):
    texts = mutants(queries, 20_000, seed=15)
    wrong_taken, right_refused, wrong, right = [], [], 0, 0
    for text, valid in zip(texts, witness(texts), strict=True):
        right += valid
        wrong += not valid
        if taken(text) and not valid and unexplained(text, True):
            wrong_taken.append(text)
        if valid and not taken(text) and unexplained(text, False):
            right_refused.append(text)
    assert len(wrong_taken) <= 0.001 * wrong, wrong_taken
    assert len(right_refused) <= 0.003 * right, right_refused


def _known_words() -> list[str]:
    """Every word that the grammar, the reference's list or sqlglot's tables know."""
    known = set(words(select_grammar())) | RESERVED
    for name in (*TSQL.Tokenizer.KEYWORDS, *TSQLParser.FUNCTIONS, *TSQLParser.FUNCTION_PARSERS):
        known |= set(re.findall(r"[A-Z_][A-Z0-9_]*", str(name).upper()))
    return sorted(known)


@pytest.mark.parametrize("quoted", [False, True])
def test_every_word_is_a_name_where_the_server_takes_it_for_one(witness, quoted):
    found = [word.capitalize() if not quoted else f"[{word}]" for word in _known_words()]
    texts = [place.replace("{}", word) for word in found for place in PLACES]
    assert len(found) > 1000
    differ = [text for text, valid in zip(texts, witness(texts), strict=True) if taken(text) is not valid]
    # HOLDLOCK is a hint without WITH there, and WINDOW behind a name the beginning of a clause.
    assert not [text for text in differ if not re.search(r"\b(Holdlock|Window)\b", text)]


# To sqlglot these are more than names in a few places; the text is then not read, or read otherwise.
_ODD = re.compile(r"\b(Null|Connect_by_root|Offset|Identitycol|Rowguidcol|User|(Session|System|Current)_\w+)\b")


def test_a_word_that_is_a_name_is_the_name_of_a_column(witness):
    texts = {place.replace("{}", word.capitalize()): word for word in _known_words() for place in PLACES[:2]}
    wrong = []
    for text, valid in zip(texts, witness([*texts]), strict=True):
        if valid and not _ODD.search(text):
            try:
                tree = parse(text)
            except TsqlError as error:
                wrong.append((text, str(error)))
            else:
                columns = {column.name.upper() for column in tree.find_all(exp.Column)}
                if columns != {texts[text]}:
                    wrong.append((text, sorted(columns)))
    assert not wrong
