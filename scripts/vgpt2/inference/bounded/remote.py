"""Bounding behind an endpoint: the grammar that a server is sent, and whether its answer kept to it."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.database_settings import Strict
from vgpt2.inference.bounded.bounds import shown_tables
from vgpt2.inference.prompts import Prompt
from vgpt2.records.answers.extract import last_sql
from vgpt2.settings import Decode
from vgpt2.tsql.grammar.recognise import Stop, recogniser
from vgpt2.tsql.prefix.listed import listed_grammar
from vgpt2.tsql.prefix.names import Names
from vgpt2.tsql.prefix.reader import refusal
from vgpt2.yaml_file import read_yaml_file

NAMES_ALONE = "free: an endpoint is bounded by decode: grammar alone"
NOT_KEPT = "free: the server did not keep to the grammar"
# What a grammar cannot know, FROM decides: a column alone, an alias.
NOT_RULED_OUT = "bounded, but for what FROM decides"
# So many grammars are kept: a question is asked several times.
_KEPT = 64


class Servers(Strict):
    """servers.yaml."""

    takes: dict[str, list[str]]
    called: dict[str, str]


@cache
def servers() -> Servers:
    """The file.

    Raises:
        UserError: a fault in it, with line and key.
    """
    return read_yaml_file(Path(__file__).with_name("servers.yaml")).check(Servers)


class Remote:
    """Bounds the answers of a server to questions about one database."""

    def __init__(self, mode: Decode, catalog: Catalog) -> None:
        self.mode, self._catalog = mode, catalog
        self._grammar = lru_cache(_KEPT)(lambda tables: listed_grammar(self._names(tables)))
        self._names = lru_cache(_KEPT)(lambda tables: Names.of(catalog, tables))

    def body(self, owner: str, prompt: Prompt) -> tuple[dict[str, Any], str]:
        """What a request has beside its prompt, or nothing and why the answer is free.

        Args:
            owner: the `owned_by` of the model.
        """
        if self.mode != "grammar":
            return {}, NAMES_ALONE
        fields = servers().takes.get(owner)
        if fields is None:
            called = servers().called.get(owner) or (f"a server of '{owner}'" if owner else "this server")
            return {}, f"free: {called} takes no grammar"
        text, why = self.grammar(prompt)
        if why:
            return {}, why
        found: dict[str, Any] = {}
        for field in fields:
            outer, _, inner = field.partition(".")
            found[outer] = {inner: text} if inner else text
        return found, ""

    def grammar(self, prompt: Prompt) -> tuple[str, str]:
        """The grammar (GBNF) of the answers to a prompt, or why they are free."""
        if self.mode != "grammar":
            return "", NAMES_ALONE
        tables, why = shown_tables(prompt, self._catalog)
        return ("", why) if why else (self._grammar(tuple(tables)), "")

    def kept(self, prompt: Prompt, answer: str) -> str:
        """Why an answer that was to be bounded is not, or not wholly; empty where it is."""
        sql = last_sql(answer)
        if not sql:
            return ""
        if isinstance(recogniser().read(sql), Stop):
            return NOT_KEPT
        tables, _ = shown_tables(prompt, self._catalog)
        return NOT_RULED_OUT if refusal(sql, self._names(tuple(tables)), whole=True, rules=False) else ""
