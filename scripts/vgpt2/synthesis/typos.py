"""Slips of the finger in a small share of the training questions, as users make them: never in a name or a literal."""

from __future__ import annotations

import random
import re
from collections.abc import Collection

SHARE = 0.03
# A lower-case word of some length outside of quotes; what has a capital, a digit or an underscore may be a name.
WORD = re.compile(r"'[^']*'|(?<![\w.'])[a-z]{5,}(?![\w'])")


def with_typo(question: str, names: Collection[str], rng: random.Random, share: float = SHARE) -> str:
    """The question, in `share` of all cases with one word mistyped: two letters swapped, one lost or one twice.

    `names`: of the tables and columns asked about; where they are in lower case, they look like words.
    """
    if rng.random() >= share:
        return question
    kept = {name.lower() for name in names}
    found = [word for word in WORD.finditer(question) if not word.group().startswith("'")]
    words = [word for word in found if word.group() not in kept]
    if not words:
        return question
    word = rng.choice(words)
    return question[: word.start()] + mistype(word.group(), rng) + question[word.end() :]


def mistype(word: str, rng: random.Random) -> str:
    """A word of at least three letters with one slip behind its first letter."""
    place = rng.randrange(1, len(word) - 1)
    here, following = word[place], word[place + 1]
    slips = [following + here, following, here + here + following]
    return word[:place] + rng.choice([slip for slip in slips if slip != here + following]) + word[place + 2 :]
