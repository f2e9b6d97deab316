"""What a sentence says of what exists, in eleven languages: two sets with verdicts, of which one wrote the grammar and
the other was written before it."""

from pathlib import Path

import pytest
from tests.timing import takes_at_most

from vgpt2.files import read_jsonl
from vgpt2.records.answers.denials import Said, hear

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures/records"
CASES = read_jsonl(FIXTURES / "sentences.jsonl")
HELD_OUT = read_jsonl(FIXTURES / "sentences_held_out.jsonl")
LEAST_HELD_OUT = 0.95
LANGUAGES = {"en", "de", "es", "fr", "pt", "it", "nl", "pl", "ru", "zh", "ja"}


def heard(said: Said) -> str:
    """The first of the verdicts that holds."""
    verdicts = {
        "denies": said.denials,
        "no_path": said.no_path,
        "no": said.no,
        "unsure": said.unsure,
        "asks": said.asks_back or said.several,
    }
    return next((name for name, holds in verdicts.items() if holds), "nothing")


def as_written(case: dict) -> bool:
    """Whether a sentence is heard as its verdict says, every name and every owner."""
    said = hear(case["text"])
    denied = sorted(
        f"{one.owner}.{one.name}" if one.owner and "." not in one.name else one.name for one in said.denials
    )
    return heard(said) == case["says"] and denied == sorted(case.get("denied", []))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['language']}-{case['text'][:40]}")
def test_a_sentence_says_what_was_written_down(case):
    assert as_written(case), hear(case["text"])


def test_sentences_that_no_grammar_was_written_by(capsys):
    missed = [case for case in HELD_OUT if not as_written(case)]
    with capsys.disabled():
        print(f"\n{len(HELD_OUT) - len(missed)} of {len(HELD_OUT)} sentences heard as a person does")
        for case in missed:
            print(f"  {case['says']} {case.get('denied', '')}: {case['text']}")
    assert 1 - len(missed) / len(HELD_OUT) >= LEAST_HELD_OUT


def test_the_sets_are_large_and_in_many_languages():
    assert len(CASES) + len(HELD_OUT) >= 400
    assert {case["language"] for case in CASES} == LANGUAGES
    assert not {case["text"] for case in CASES} & {case["text"] for case in HELD_OUT}


def test_no_text_takes_long():
    """A pattern over symbols may not go back and forth for seconds."""
    texts = (
        "APTH, and no " * 4000,
        "not " * 20_000,
        "kein APTH hat nicht, " * 3000,
        "没有" * 20_000,
        "x" * 200_000,
    )
    assert takes_at_most(10, lambda: [hear(text) for text in texts], tries=2)
