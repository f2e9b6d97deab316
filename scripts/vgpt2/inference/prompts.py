"""The prompt of a question that nobody has the answer to yet: exam, harvest and serving build theirs here.

Training knows which tables and columns an answer needs and shows them among distractors. Here both are guessed from
the words of the question: the tables by `catalog.retrieval`, the columns of a wide table by `likely_columns`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vgpt2.catalog.business_words import name_words, words_by_column
from vgpt2.catalog.finding.columns import AMOUNT_TYPES, DATE_TYPES, prior, said_of_columns
from vgpt2.catalog.model import Catalog, Column, Table
from vgpt2.catalog.words import text_words
from vgpt2.records.prompt import schema_text, system_prompt
from vgpt2.settings import Profile

if TYPE_CHECKING:
    from vgpt2.catalog.retrieval import Retriever

MODES = ("schema", "gold_schema", "memory")
NAME = re.compile(r"[A-Za-z_@#][\w@#$]*")
DATED = re.compile(r"\b(?:19|20)\d\d\b")
DATES = frozenset(
    """date dated day month year before after since until between older newer recent latest last first january february
    march april may june july august september october november december today due when overdue aged ageing aging week
    quarter""".split()
)
AMOUNTS = frozenset("amount total sum cost value owed spend spent paid pay price money average balance".split())
# Points: from SURE on a column is shown whatever the limit.
NAMED, PHRASE, SURE = 10.0, 8.0, 3.0
# How like a column a name has to be that was meant to be it (difflib's ratio).
MISSPELT = 0.8


@dataclass(slots=True, frozen=True)
class Prompt:
    """A prompt as a record holds it: `instruction` is the question, `input` the schema or empty. `tables`: those of the
    schema (qualified names), where that is known; no part of what is asked."""

    system: str
    instruction: str
    input: str = ""
    tables: tuple[str, ...] = ()

    @property
    def user(self) -> str:
        """The user's turn, as LLaMA-Factory joins it: instruction, line end, input."""
        return "\n".join(part for part in (self.instruction, self.input) if part)

    def messages(self) -> list[dict[str, str]]:
        """The chat that a chat template or an endpoint takes."""
        return [{"role": "system", "content": self.system}, {"role": "user", "content": self.user}]


def asked_again(prompt: Prompt, found: str) -> Prompt:
    """A prompt whose answer was not proved, with what was found in it."""
    again = f"{prompt.instruction}\nAn earlier query was wrong:\n{found}\nWrite one SELECT."
    return replace(prompt, instruction=again)


def build_prompt(
    catalog: Catalog,
    retriever: Retriever,
    question: str,
    profile: Profile,
    mode: str = "",
    tables: Sequence[str] = (),
    columns: Sequence[str] = (),
) -> Prompt:
    """The prompt of a question.

    Args:
        mode: `schema` (retrieved tables), `gold_schema` (those of `tables`) or `memory` (none); empty: the profile's
            first.
        tables, columns: what the answer needs (qualified names), for `gold_schema` only.
    """
    mode = mode or profile.exam.modes[0]
    limit = profile.data.schema_columns
    keep: set[str] = set()
    if mode == "schema":
        tables = retriever.retrieve(question, profile.exam.retrieved_tables)
    elif mode == "gold_schema":
        keep.update(column for column in columns if column.rpartition(".")[0] in tables)
    else:
        tables = ()
    if not tables:
        return Prompt(system_prompt(catalog), question)
    keep |= likely_columns(retriever, tables, question, limit)
    return Prompt(
        system_prompt(catalog),
        question,
        schema_text(catalog, tables, sorted(keep), limit, question=question),
        tuple(tables),
    )


def likely_columns(retriever: Retriever, tables: Sequence[str], question: str, limit: int) -> set[str]:
    """The qualified columns that a question is likely to need of these tables, beside their keys.

    A column is sure when the question names it or says its words; dates and amounts count for words that speak of
    them. The sure ones are all taken; up to `limit` columns of a table the rest are those that the question's words
    speak for by the index of the catalog (synonyms and forms of words too), then those that reports show most.
    """
    catalog = retriever.catalog
    asked = Asked.of(question)
    words = retriever.read(question)
    chosen: set[str] = set()
    for name in tables:
        table = catalog.by_qualified[name]
        if len(table.columns) <= limit:
            continue
        near = _misspelt(table, asked)
        said = said_of_columns(catalog, table, words)
        points = {
            column.name: NAMED if column.name in near else score(column, table, asked, catalog)
            for column in table.columns
        }
        sure = {column for column, found in points.items() if found >= SURE}
        ranked = sorted(
            (-points[column.name] - said[column.name] - prior(column), place, column.name)
            for place, column in enumerate(table.columns)
            if column.name not in sure and column.name not in table.key
        )
        room = max(0, limit - len({*table.key, *sure}))
        chosen.update(f"{name}.{column}" for column in (*sure, *(column for _, _, column in ranked[:room])))
    return chosen


def _misspelt(table: Table, asked: Asked) -> set[str]:
    """The columns that a name of the question may have been meant to be: a query to mend misspells them."""
    own = {column.name.lower(): column.name for column in table.columns}
    return {
        own[match]
        for name in sorted(asked.odd - set(own))
        for match in difflib.get_close_matches(name, _of_like_length(name, own), n=1, cutoff=MISSPELT)
    }


def _of_like_length(name: str, known: Iterable[str]) -> list[str]:
    """Those that can be as like as `MISSPELT`: the most that two texts can share is the shorter one."""
    size = len(name)
    return [one for one in known if 2 * min(size, len(one)) >= MISSPELT * (size + len(one))]


@dataclass(slots=True, frozen=True)
class Asked:
    """A question's words: as they stand in lower case; its names; its stemmed words that carry meaning; the names in
    other than lower case, which may be misspelt columns."""

    text: str
    names: frozenset[str]
    words: frozenset[str]
    odd: frozenset[str]
    dated: bool
    of_amounts: bool

    @classmethod
    def of(cls, question: str) -> Asked:
        """Read a question."""
        plain = frozenset(text_words(question)) | frozenset(re.findall(r"[a-z]+", question.lower()))
        return cls(
            f" {' '.join(re.findall(r'[a-z0-9]+', question.lower()))} ",
            frozenset(name.lower() for name in NAME.findall(question)),
            frozenset(text_words(question)),
            frozenset(name.lower() for name in NAME.findall(question) if len(name) > 4 and not name.islower()),
            bool(DATED.search(question)) or bool(plain & DATES),
            bool(plain & AMOUNTS),
        )


def score(column: Column, table: Table, asked: Asked, catalog: Catalog) -> float:
    """How likely a question is to need a column, in points; 0: nothing speaks for it."""
    if column.name.lower() in asked.names:
        return NAMED
    points = 0.0
    phrases = catalog.derived.get(_Phrases, lambda: _Phrases(catalog)).of(table)
    for phrase, words in phrases[column.name]:
        if f" {phrase} " in asked.text or f" {phrase}s " in asked.text:
            return PHRASE
        shared = len(words & asked.words)
        points = max(points, SURE + 1 if shared == len(words) else 2.0 * shared / len(words))
    if any(len(value) > 1 and value.lower() in asked.names for value in column.values):
        points += 1.0
    kind = column.base_type.lower()
    of_date, of_amount = kind.startswith(DATE_TYPES), kind.startswith(AMOUNT_TYPES)
    return points + (0.6 if (asked.dated and of_date) or (asked.of_amounts and of_amount) else 0.0)


class _Phrases:
    """What each column of a table is called, in lower case and as stemmed words: read when first asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._known: dict[str, dict[str, list[tuple[str, frozenset[str]]]]] = {}

    def of(self, table: Table) -> dict[str, list[tuple[str, frozenset[str]]]]:
        if table.qualified not in self._known:
            self._known[table.qualified] = {column.name: self._read(table, column) for column in table.columns}
        return self._known[table.qualified]

    def _read(self, table: Table, column: Column) -> list[tuple[str, frozenset[str]]]:
        own = (words_by_column(self._catalog, table)[column.name], name_words(column.name, self._catalog.database))
        read = ((phrase.lower(), frozenset(text_words(phrase))) for phrase in dict.fromkeys(own))
        return [(phrase, words) for phrase, words in read if words]
