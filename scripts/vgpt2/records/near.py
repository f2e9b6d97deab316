"""Near duplicates: records that say the same with other numbers or a word more (MinHash, then counted exactly).

Words and pairs of words of question and answer make a record's set, literals left out. MinHash finds candidates in time
that grows with the number of records alone; only these are compared set by set, so that none is dropped by chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import filterfalse
from operator import add
from typing import TypeVar

from vgpt2.files import digest

T = TypeVar("T")

# Two sets are near duplicates where so much of what either holds is in both (Jaccard).
NEAR = 0.9
# 64 hashes in 8 bands of 8: at a likeness of 0.9 it finds 99 of 100 pairs, at 0.7 it looks at 4 in 10 for nothing.
HASHES, BANDS, SEED = 64, 8, 1
QUOTED = re.compile(r"'[^']*'")
# Marks between words; on bytes, since that is ten times as fast as on text, and all of them are ASCII.
MARKS = b'(),.;:[]*?!-+/%`"\n\t\r'
NO_MARKS = bytes.maketrans(MARKS, b" " * len(MARKS))


def shingles(text: str) -> list[str]:
    """The words and pairs of neighbouring words of a text without its literals, in lower case."""
    bare = QUOTED.sub(" ", text.lower()).encode().translate(NO_MARKS).decode()
    words = [*filterfalse(str.isdigit, bare.split())]
    return [*words, *map(add, words, words[1:])]


def query_key(kind: str, skeleton: str, objects: Iterable[str]) -> str:
    """The same for records of one kind whose queries differ in literals only; '' without a query.

    Corrections and negatives may have the queries of others: what is asked about them is not the same.
    """
    return digest([kind, skeleton, sorted(set(objects))]) if skeleton else ""


def near_duplicates(items: Sequence[T], text: Callable[[T], str] = str) -> list[tuple[int, int]]:
    """Pairs (earlier, later) of places of items whose texts are near duplicates; each later one comes once, with its
    nearest in order.

    Linear in the number of items; the same texts give the same pairs. No text is held: `text` is asked again for those
    that look alike.
    """
    from rensa import RMinHash, RMinHashLSH

    if len(items) < 2:
        return []
    matrix = RMinHash.digest_matrix_from_token_sets((shingles(text(item)) for item in items), HASHES, SEED)
    flags = RMinHashLSH(NEAR, HASHES, BANDS).query_duplicate_flags_matrix_one_shot(matrix)
    alike = [place for place, flag in enumerate(flags) if flag]
    return list(_verified(alike, lambda place: shingles(text(items[place]))))


def _verified(alike: Sequence[int], tokens: Callable[[int], list[str]]) -> Iterator[tuple[int, int]]:
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(NEAR, HASHES, BANDS)
    sets: dict[int, frozenset[str]] = {}
    for number in alike:
        own = sets[number] = frozenset(tokens(number))
        sketch = RMinHash(HASHES, SEED)
        sketch.update(list(own))
        for other in sorted(index.query(sketch)):
            if len(own & sets[other]) >= NEAR * len(own | sets[other]):
                yield other, number
                break
        index.insert(number, sketch)
