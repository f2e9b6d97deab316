"""Words that two columns of a table share, so that they may mean either: "hours", of estimated and actual hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from vgpt2.catalog.alike import columns_alike
from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.column_meaning import base_word
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.words import text_words
from vgpt2.database_settings import Strict, Text
from vgpt2.yaml_file import read_yaml_file

Pair = tuple[Column, Column]


class Lists(Strict):
    """The lists of `shared_words.yaml`."""

    vague: list[Text]
    telling_behind: list[Text]
    turning: list[Text]


@cache
def word_lists() -> Lists:
    """The lists."""
    return read_yaml_file(Path(__file__).with_name("shared_words.yaml")).check(Lists)


def cores(phrase: str) -> Iterator[str]:
    """What of a phrase people say alone: its last words, or its first ones where a participle is all that follows."""
    words, lists = phrase.split(), word_lists()
    if set(words) & set(lists.turning):
        return
    for start in range(1, len(words)):
        yield " ".join(words[start:])
    for end in range(1, len(words)):
        if words[end] in lists.telling_behind or words[end].endswith("ed"):
            yield " ".join(words[:end])
            return


def is_vague(words: str) -> bool:
    """Whether words say nothing by themselves."""
    lists = word_lists()
    if all(word in lists.telling_behind or word.endswith("ed") for word in words.split()):
        return True  # allowed, paid: of what?
    return set(text_words(words)) <= {term for word in lists.vague for term in text_words(word)} or (len(words) < 3)


def twins(
    catalog: Catalog, table: Table, called: str, said: Mapping[str, str], columns: Sequence[Column]
) -> Iterator[tuple[str, Pair]]:
    """The words that just two columns answer to, both of one type and neither called so, as the word index finds
    columns; in the order of the words.

    Args:
        called: what people call the table.
        said: column names to words.
        columns: which columns may be meant.
    """
    owners: dict[str, list[Column]] = defaultdict(list)
    for column in table.columns:
        for word in cores(said[column.name]) if column in columns and column.name in said else ():
            owners[word].append(column)
    # What one is called, or named: PRTH.Hours are its hours, whatever else it counts.
    everything = {text.lower() for text in said.values()}
    everything |= {name_words(column.name, catalog.database).lower() for column in table.columns}
    own = set(text_words(called))
    for word, pair in sorted(owners.items()):
        if len(pair) != 2 or is_vague(word) or word.lower() in everything:
            continue
        first, second = pair
        # The date of the quotes is the quote date: what is called after the table itself is meant by itself.
        rests = [set(text_words(said[column.name])) - set(text_words(word)) for column in pair]
        alike = base_word(first) == base_word(second) and not any(rest <= own for rest in rests)
        if alike and columns_alike(catalog, table, word) == (first.name, second.name):
            yield word, (first, second)
