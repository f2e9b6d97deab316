"""The words of meaning are data: each class matches what it should, and a wrong file says where it is wrong."""

from __future__ import annotations

import pytest

from vgpt2.errors import UserError
from vgpt2.synthesis.rewording.words import LITERAL, MENTION, NAMED, read_words, word_lists

GOOD = "\n".join(
    [
        "most: [highest]",
        "least: [lowest]",
        "classes:",
        "  descending: {reason: order, words: ['(?:<most>) (?:first|to (?:<least>))', down]}",
        "  minus:",
        "    reason: aggregation",
        "    counted: true",
        "    words:",
        "      - less",
        "      - 'take(?= <name>)'",
        "      - '(?:over)(?= <literal>)'",
        *(f"  {name}: {{reason: order, words: [x]}}" for name in NAMED if name not in ("descending", "minus")),
        "plain: a the",
        "shown: without",
        "told_by_words: sum",
        "",
    ]
)


def test_a_file_becomes_patterns(tmp_path):
    path = tmp_path / "words.yaml"
    path.write_text(GOOD)
    words = read_words(path)
    assert words.plain == {"a", "the"}
    descending, minus = words.classes[:2]
    assert (minus.name, minus.reason, minus.counted, minus.added) == ("minus", "aggregation", True, False)
    assert descending.pattern.fullmatch("Highest to lowest")
    assert not descending.pattern.search("highest of all")
    assert minus.pattern.search(f"take {chr(MENTION)}")
    assert minus.pattern.search(f"over {chr(LITERAL)}")
    assert not minus.pattern.search("take over careless")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("<name>", "<nmae>", "10: classes.minus.words[1]: nothing stands for '<nmae>'; did you mean '<name>'?"),
        ("- less", "- les(s", "9: classes.minus.words[0]: no regular expression: missing ), unterminated subpattern"),
        ("- less", "- '(?:less)?'", "9: classes.minus.words[0]: '(?:less)?' matches no word at all"),
        ("'take(?= <name>)'", "less", "10: classes.minus.words[1]: 'less' is there already"),
        ("- less", "- no", "9: classes.minus.words[0]: input should be a valid string (found False)"),
        ("counted: true", "countd: true", "7: classes.minus: unknown key 'countd'; did you mean 'counted'?"),
        ("counted: true", "counted: often", "7: classes.minus.counted: input should be a valid boolean"),
        (
            "reason: aggregation",
            "reason: sum",
            "6: classes.minus.reason: input should be 'aggregation', 'condition' or",
        ),
        ("minus:", "minos:", "3: classes: the class 'minus' is missing; did you mean 'minos'?"),
        ("most: [highest]\n", "", "1: 'most' is missing"),
        ("plain: a the", "plain: [a, the]", "31: plain: input should be a valid string"),
    ],
)
def test_a_fault_names_file_line_and_key(tmp_path, before, after, said):
    path = tmp_path / "words.yaml"
    assert before in GOOD
    path.write_text(GOOD.replace(before, after, 1))
    with pytest.raises(UserError) as caught:
        read_words(path)
    assert caught.value.message.startswith(f"{path}:{said}")
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("month over month", "change"),
        ("is not set", "empty"),
        ("isn't", "not"),
        ("no", "not"),
        ("high to low", "descending"),
        ("largest to smallest", "descending"),
        ("most recent", "latest"),
        ("side by side", "pivot"),
    ],
)
def test_the_first_class_that_has_a_word_takes_it(text, name):
    assert next(one.name for one in word_lists().classes if one.pattern.fullmatch(text)) == name
