"""Denials in prose: of what the database has none may be said.

A refusal begins with the name that it refuses (`APTX is not a table here.`), so a name that is there is stopped at its
`not`, while something else may still be said; whatever else denies is read as the exam reads it, up to its last whole
word. What a refusal offers instead (`The nearest is APTH.`, `APTH has it.`) has to be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from vgpt2.catalog.lookup import find_column, find_program, find_table
from vgpt2.catalog.model import Catalog, Table
from vgpt2.inference.bounded.sentences import Sentence, Word
from vgpt2.records.answers.denials import find_denials
from vgpt2.records.answers.mentions import Names
from vgpt2.records.answers.offered import OBJECTS
from vgpt2.records.answers.real import real_object

# What may deny, in the languages of the answers; where none of it stands nothing is read.
_MAY_DENY = re.compile(r"\b(?:no|not|none|lacks|kein\w*|nicht)\b|n't\b", re.IGNORECASE)
_LAST_WORD = re.compile(r"[\w.\]]+\Z")
# The second sentence of a refusal, as `synthesis/negatives/refusals.yaml` writes it.
_NEAREST = re.compile(r"(?P<denied>[\w.@#$]+) is not .*\. The nearest is (?P<name>[\w.@#$]+)(?P<end>[^\w.@#$].*)?")
_OWNER = re.compile(r"(?P<denied>[\w@#$]+) is not in [\w.@#$]+\. (?P<name>[A-Z][\w.@#$]*)(?P<end>[^\w.@#$].*)?")
_OTHERWISE = ("The nearest is ", "Which ")


class Denying:
    """The denials of the answer to one question."""

    def __init__(self, catalog: Catalog, shown: Sequence[str], question: str) -> None:
        """`shown`: the tables of the prompt (qualified names)."""
        self._catalog = catalog
        self._shown = [catalog.by_qualified[name] for name in shown]
        self._asked = Names.of(catalog).tables(question)

    def refusal(self, sentence: Sentence) -> str:
        """What the sentence denies and is there; empty where nothing."""
        if not _MAY_DENY.search(sentence.text):
            return ""
        if denied := self._begins(sentence.words):
            return denied
        said = _LAST_WORD.sub("", sentence.text) if sentence.open else sentence.text
        if not _MAY_DENY.search(said):
            return ""
        tables = [self._catalog.sql_name(table) for table in self._asked or self._shown]
        denied_ones = (real_object(denial, self._catalog, tables) for denial in find_denials(said))
        return next(filter(None, denied_ones), "")

    def _begins(self, words: Sequence[Word]) -> str:
        """What is denied by a sentence that begins as a refusal does."""
        if len(words) < 3 or words[0].is_sign or [word.text for word in words[1:3]] != ["is", "not"]:
            return ""
        name = ".".join(words[0].parts)
        if len(words) > 4 and words[3].text == "in":
            owner = find_table(self._catalog, ".".join(words[4].parts))
            if owner and not self._goes_on(words[4]):
                return name if self._has(owner, name) else ""
        is_thing = bool(find_table(self._catalog, name) or find_program(self._catalog, name))
        if is_thing and any(table.column(name) for table in self._catalog.tables):
            is_thing = words[3:4] != [] and words[3].text == "a"  # of a column that is called like a table: not yet
        if is_thing or find_column(self._catalog, name):
            return name if words[0].named else ""
        # Where the question spells no table it may be said of any that is shown.
        spoken_of = self._asked or self._shown
        return name if spoken_of and all(self._has(table, name) for table in spoken_of) else ""

    def offered(self, text: str, whole: bool) -> str:
        """What a refusal offers in the place of what it denies and is not there, or has it not; empty where nothing."""
        last = text.rsplit("\n", 1)[-1]
        if found := _NEAREST.fullmatch(last):
            known = self._near(found["denied"], last)
        elif (found := _OWNER.fullmatch(last)) and not _is_otherwise(last[found.start("name") :]):
            known = self._owners(found["denied"])
        else:
            return ""
        name, ends = found["name"], whole or bool(found["end"])
        said = name.rstrip(".") if ends or name.endswith(".") else ""
        return "" if any(one == said or (not ends and one.startswith(name)) for one in known) else name

    def _near(self, denied: str, said: str) -> Iterator[str]:
        """What may be nearest to it: tables, programs, and where no table and no program is denied the columns of the
        tables that are shown, as the exam has it (`records/answers/offered.py`)."""
        catalog = self._catalog
        yield from (catalog.sql_name(table) for table in catalog.queryable)
        yield from (routine.name for routine in catalog.routines)
        yield from (trigger.name for trigger in catalog.triggers)
        if any(denial.thing in OBJECTS for denial in find_denials(said)):
            return
        of_shown = (column.name for table in self._shown for column in table.columns)
        yield from (name for name in of_shown if name != denied.rpartition(".")[2])

    def _owners(self, denied: str) -> Iterator[str]:
        """The tables that have a column."""
        catalog = self._catalog
        yield from (catalog.sql_name(table) for table in catalog.queryable if table.column(denied))

    def _goes_on(self, word: Word) -> bool:
        """Whether the name of a table may still become that of another."""
        last = word.parts[-1]
        return word.partial and any(table.name.startswith(last) and table.name != last for table in self._shown)

    def _has(self, table: Table, column: str) -> bool:
        return find_column(self._catalog, f"{self._catalog.sql_name(table)}.{column.rpartition('.')[2]}") is not None


def _is_otherwise(text: str) -> bool:
    """Whether the second sentence is, or may become, one that names no owner."""
    return any(text.startswith(begun) or begun.startswith(text) for begun in _OTHERWISE)
