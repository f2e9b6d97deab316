"""Catalog and guard as tools of any assistant: find tables, describe one, check a SQL text, ask the model."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from vgpt2.catalog.model import Catalog
from vgpt2.catalog.retrieval import Retriever
from vgpt2.records.prompt import schema_text
from vgpt2.serving.about_sql import about_sql
from vgpt2.serving.asked import LONGEST_QUESTION
from vgpt2.serving.chat_words import described
from vgpt2.serving.desk import Desk
from vgpt2.serving.made_up import MadeUp
from vgpt2.serving.wishes import Wish

MOST_TABLES = 20
_TEXT = {"type": "string", "minLength": 1, "maxLength": LONGEST_QUESTION}
# Name, what an assistant is told of it, and the JSON Schema of what it takes.
TOOLS: dict[str, tuple[str, dict[str, Any]]] = {
    "find_tables": (
        "The tables and views of this database that a question is about, with columns, keys and joins. Ask this before "
        "writing SQL; no other table or column exists.",
        {"question": _TEXT, "count": {"type": "integer", "minimum": 1, "maximum": MOST_TABLES, "default": 6}},
    ),
    "describe": (
        "One table or view: every column with type, meaning and values, its key, and what it joins on. A name that "
        "does not exist is answered with the nearest.",
        {"name": {**_TEXT, "maxLength": 300}},
    ),
    "check_sql": (
        "Whether a T-SQL text is one SELECT that reads this database only and names only what exists: status valid, "
        "unknown, outside or invalid, with findings and the nearest names, its tables and joins. With rows, what a "
        "valid one gives on made-up rows; no database is asked. Check every query before you show it.",
        {
            "sql": {"type": "string", "minLength": 1, "maxLength": 20_000},
            "rows": {"type": "boolean", "default": False},
        },
    ),
    "ask": (
        "Have the database's own model answer a question with a SELECT. Its text says whether the query is proved; "
        "show none that is not as if it were.",
        {"question": _TEXT},
    ),
}
REQUIRED = {"find_tables": "question", "describe": "name", "check_sql": "sql", "ask": "question"}


def input_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of a tool's arguments."""
    properties = TOOLS[name][1]
    return {"type": "object", "properties": properties, "required": [REQUIRED[name]], "additionalProperties": False}


class Tools:
    """The tools over one catalog; used by one caller at a time.

    Args:
        desk: makes the desk when it is first asked; None: there is no model, and no tool `ask`.
    """

    def __init__(self, catalog: Catalog, desk: Callable[[], Desk] | None = None) -> None:
        self.catalog = catalog
        self._make_desk = desk
        self.names = [name for name in TOOLS if name != "ask" or desk is not None]

    def call(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """What a tool gives.

        Raises:
            ValueError: there is no such tool.
        GenerationError: the model has no room for the question, or there is no answer.
            UserError: the model or the process of the rows does not start.
        """
        if name not in self.names:
            raise ValueError(f"no tool {name!r}; there are {', '.join(self.names)}")
        made: dict[str, Any] = getattr(self, name)(**arguments)
        return made

    def find_tables(self, question: str, count: int = 6) -> dict[str, Any]:
        """The tables of a question."""
        found = self.retriever.retrieve(question, count)
        tables = [self.catalog.sql_name(self.catalog.by_qualified[name]) for name in found]
        return {"tables": tables, "schema": schema_text(self.catalog, found, question=question) if found else ""}

    def describe(self, name: str) -> dict[str, Any]:
        """One table."""
        return {"text": described(self.catalog, self.retriever, name)}

    def check_sql(self, sql: str, rows: bool = False) -> dict[str, Any]:
        """The guard's word."""
        looked = about_sql(sql, self.catalog)
        said = looked.as_json()
        if rows and looked.judged.status == "valid":
            said["rows"] = self._made_up.rows(looked.judged.sql).as_json()
        return said

    def ask(self, question: str) -> dict[str, Any]:
        """The model's answer behind a strict guard."""
        reply = self._desk.ask(question, 0, Wish(guard="strict"))
        return {"text": reply.text or "The model said nothing.", **reply.guard()}

    @cached_property
    def retriever(self) -> Retriever:
        """The index of the catalog."""
        return self._desk.retriever if "_desk" in self.__dict__ else Retriever.of(self.catalog)

    @cached_property
    def _desk(self) -> Desk:
        if self._make_desk is None:
            raise ValueError("there is no model here")
        return self._make_desk()

    @cached_property
    def _made_up(self) -> MadeUp:
        return MadeUp(self.catalog)

    def close(self) -> None:
        """End the model, and the process of the rows."""
        if "_desk" in self.__dict__:
            self._desk.close()
        if "_made_up" in self.__dict__:
            self._made_up.close()
