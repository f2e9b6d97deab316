"""What bounds the answers of one model to the questions about one database."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from vgpt2.catalog.model import Catalog
from vgpt2.inference.bounded.engine import Engine, EngineError
from vgpt2.inference.bounded.prose import Known, Prose
from vgpt2.inference.bounded.row import Row
from vgpt2.inference.bounded.sentences import plan_words
from vgpt2.inference.prompts import Prompt
from vgpt2.settings import Decode
from vgpt2.tsql.prefix.names import Names, named_words

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

# More tables than a prompt shows; the names of so many would be no bound and cost seconds a query.
MOST_TABLES = 40
NO_TABLES = "free: the prompt shows no tables"


def shown_tables(prompt: Prompt, catalog: Catalog) -> tuple[list[str], str]:
    """The tables of a prompt (qualified names), or none and why its answer is free."""
    tables = [name for name in prompt.tables if name in catalog.by_qualified]
    if not tables:
        return [], NO_TABLES
    if len(tables) > MOST_TABLES:
        return [], f"free: the prompt shows {len(tables)} tables, and at most {MOST_TABLES} can be bounded"
    return tables, ""


class Bounds:
    """Makes the rows of a batch. `mode`: `names` or `grammar`."""

    def __init__(self, mode: Decode, catalog: Catalog) -> None:
        self.mode, self.catalog = mode, catalog
        self._engine: Engine | None = None
        self._why = ""  # there is no engine

    def ready(self, tokenizer: PreTrainedTokenizerBase, vocabulary: int) -> None:
        """Make the engine for the tokens of a model; where there is none all answers are free, and say why."""
        try:
            self._engine = Engine(tokenizer, vocabulary, self._named)
        except EngineError as error:
            self._engine, self._why = None, f"free: {error}"

    @cached_property
    def _named(self) -> frozenset[str]:
        return named_words(self.catalog)

    @cached_property
    def _known(self) -> Known:
        return Known(self.catalog)

    def rows(self, prompts: Sequence[Prompt], most: int = 0) -> list[tuple[Row | None, str]]:
        """For each prompt the row of its answer, of at most so many tokens, or None and why it is free."""
        return [self._row(prompt, most) for prompt in prompts]

    def _row(self, prompt: Prompt, most: int) -> tuple[Row | None, str]:
        if self._engine is None:
            return None, self._why
        tables, why = shown_tables(prompt, self.catalog)
        if why:
            return None, why
        names = Names.of(self.catalog, tables)
        openings = plan_words().openings(prompt.input)
        prose = Prose(self._known, names, prompt.instruction, openings)
        return Row(self._engine, names, self.mode == "grammar", prose, most), ""
