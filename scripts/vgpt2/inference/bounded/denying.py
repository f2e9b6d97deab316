"""Denials in prose: of what the database has none may be said.

A refusal begins with the name that it refuses (`APTX is not a table here.`), so a name that is there is stopped at its
`not`, while something else may still be said; whatever else denies is read as the exam reads it, up to its last whole
word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from vgpt2.catalog.lookup import find_column, find_program, find_table
from vgpt2.catalog.model import Catalog, Table
from vgpt2.inference.bounded.sentences import Sentence, Word
from vgpt2.records.answers.denials import find_denials
from vgpt2.records.answers.real import real_object

# What may deny, in the languages of the answers; where none of it stands nothing is read.
_MAY_DENY = re.compile(r"\b(?:no|not|none|lacks|kein\w*|nicht)\b|n't\b", re.IGNORECASE)
_LAST_WORD = re.compile(r"[\w.\]]+\Z")


class Denying:
    """The denials of the answer to one question."""

    def __init__(self, catalog: Catalog, shown: Sequence[str], question: str) -> None:
        """`shown`: the tables of the prompt (qualified names)."""
        self._catalog = catalog
        self._shown = [catalog.by_qualified[name] for name in shown]
        # Names are told from words by their capitals: "job" is no table JOB.
        asked = (catalog.find(word) for word in dict.fromkeys(re.findall(r"[\w@#$]+", question)))
        self._asked = [table for table in asked if table is not None]

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
        if find_table(self._catalog, name) or find_program(self._catalog, name) or find_column(self._catalog, name):
            return name if words[0].named else ""
        if any(not self._has(table, name) for table in self._asked):
            return ""  # of one of them it may be said
        return name if any(self._has(table, name) for table in [*self._asked, *self._shown]) else ""

    def _goes_on(self, word: Word) -> bool:
        """Whether the name of a table may still become that of another."""
        last = word.parts[-1]
        return word.partial and any(table.name.startswith(last) and table.name != last for table in self._shown)

    def _has(self, table: Table, column: str) -> bool:
        return find_column(self._catalog, f"{self._catalog.sql_name(table)}.{column.rpartition('.')[2]}") is not None
