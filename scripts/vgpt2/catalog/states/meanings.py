"""Words for states that have two meanings: "open" where two columns of a table say so (not finalized, or with an amount
still outstanding), and words that two values of one column share: closed, softly or for good."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from vgpt2.catalog.business_words import name_words
from vgpt2.catalog.column_meaning import TEXT, base_word
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.shared_words import word_lists
from vgpt2.catalog.states.columns import State
from vgpt2.catalog.states.words import state_words
from vgpt2.catalog.words import text_words

LEFT = "{0} <> 0"  # an amount that is still outstanding
# A value and what it is called.
Value = tuple[str, str]


def two_open(catalog: Catalog, said: Mapping[str, str], states: Sequence[State]) -> tuple[State, State] | None:
    """The two meanings of open; None where it has one, or more than two, or a flag that is called so. A flag and the
    day of the same thing are one.

    Args:
        said: what the columns of the table are called.
    """
    found: list[State] = []
    for state in states:
        # What has an end is not open until then: a product that is still sold.
        if state.word == "not ended":
            return None
        if not any(_same(catalog, state, other) for other in found):
            found.append(state)
    if len(found) != 2 or any(state.word == "open" for state in found):
        return None
    if any(state.template == LEFT and state.column.name not in said for state in found):
        return None
    return found[0], found[1]


def state_said(state: State, said: Mapping[str, str]) -> str:
    """One of the two meanings of open as it is asked back: not complied, with outstanding balance left."""
    return f"with {said[state.column.name]} left" if state.template == LEFT else state.word


def two_values(
    catalog: Catalog, table: Table, column: Column, columns_said: Mapping[str, str]
) -> Iterator[tuple[str, tuple[Value, Value]]]:
    """States in which what two values of a column are called ends, and no third one: soft closed and hard closed."""
    meanings = catalog.said_values(table, column.name)
    said = {value: [text for text, _, _ in words] for value, words in meanings.items()}
    # A column that is called so says it alone.
    every = [text for texts in said.values() for text in texts]
    every += [word for text in columns_said.values() for word in text.split()]
    owners: dict[str, list[str]] = defaultdict(list)
    for value, texts in said.items():
        words = texts[0].split()
        for start in range(1, len(words)):
            owners[" ".join(words[start:])].append(value)
    for word, values in sorted(owners.items()):
        others = [set(text_words(text)) for value, texts in said.items() if value not in values for text in texts]
        alone = word not in every and not any(set(text_words(word)) <= other for other in others)
        # Used and no longer used are no two meanings of used.
        denied = {value: set(said[value][0].split()) & {*word_lists().turning} for value in values}
        plain = all(bool(denied[value]) == bool(denied[values[0]]) for value in values)
        if len(values) == 2 and alone and plain and _is_state(word):
            first, second = ((value, said[value][0]) for value in values)
            yield word, (first, second)


def condition_of(column: Column, value: str) -> str:
    """`= 2` or `= 'C'`: that a column has a value."""
    is_number = base_word(column) not in TEXT and value.lstrip("-").isdigit()
    return f"= {value}" if is_number else "= '" + value.replace("'", "''") + "'"


def _is_state(word: str) -> bool:
    """Whether a word says how rows are: closed, and not account."""
    return word in state_words().stating or word.endswith(("ed", "en"))


def _same(catalog: Catalog, one: State, other: State) -> bool:
    """Whether two states are said by one word, or by columns of one stem; what is not paid has an amount left."""
    if one.word == other.word or ("not paid" in (one.word, other.word) and LEFT in (one.template, other.template)):
        return True
    stems = [{word[:6] for word in text_words(name_words(s.column.name, catalog.database))} for s in (one, other)]
    return bool(stems[0] & stems[1])
