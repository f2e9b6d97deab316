"""What is in an answer of a dataset: all its SQL, whether it refuses, and whose existence it denies.

The exam reads the one query of an answer that counts (`records.answers.extract`); a dataset is judged by all of them.
Denials are read alike.
"""

from __future__ import annotations

import re

from vgpt2.records.answers.extract import Denial, find_denials, read
from vgpt2.records.answers.layout import lay_out
from vgpt2.records.answers.script import query_of

QUERY = re.compile(r"^\s*(?:--[^\n]*\n\s*)*;?\s*(?:WITH|SELECT)\b", re.IGNORECASE)
# A bare query at the start of a line, up to an empty line or the end.
BARE = re.compile(r"(?ims)^(?:SELECT\b|WITH\s+\[?\w+\]?\s+AS\s*\().*?(?=\r?\n\s*\r?\n|\Z)")


def find_sql(text: str) -> list[str]:
    """Every SQL text in an answer: blocks fenced as SQL whatever they hold, queries in other fenced blocks, and without
    a fence queries at the start of a line that have a FROM."""
    layout = lay_out(text)
    if layout.blocks:
        sql = [block for block in layout.blocks if block.is_sql]
        texts = [block.text for block in sql if block.language or QUERY.match(query_of(block.text))]
    else:
        texts = [found.group() for found in BARE.finditer(layout.prose) if re.search(r"(?i)\bFROM\b", found.group())]
    return [query for text in texts if (query := query_of(text))]


def denied(text: str) -> list[Denial]:
    """The names whose existence the prose of an answer denies; those that it does not name are left out."""
    return [denial for denial in find_denials(lay_out(text).prose) if denial.name]


def refuses(text: str) -> bool:
    """Whether an answer says that something does not exist or cannot be joined, or asks what is meant, without SQL."""
    if find_sql(text):
        return False
    reading = read(text)
    asks = reading.asks_back and reading.prose.rstrip().endswith("?")
    return bool(reading.denials) or reading.no_path or asks
