"""What an upstream serves: the name by which its model is asked, and the grammar that its kind of server takes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from vgpt2.inference.live.generation import GenerationError
from vgpt2.inference.prompts import Prompt

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types import Model

    from vgpt2.inference.bounded.remote import Remote


class Served:
    """The model of an upstream. The list of its models is read once, where it matters; `name` is empty until then, if
    none was given."""

    def __init__(self, name: str, bounds: Remote | None) -> None:
        """`bounds`: answers are to be bounded by it, where the server can."""
        self.name, self._bounds = name, bounds
        self._owner: str | None = None  # as the list says; None: not read

    async def find(self, client: AsyncOpenAI) -> str:
        """The model that is asked; of which kind its server is becomes known with it.

        Raises:
            GenerationError: none was named, and the upstream has none.
            OpenAIError: the list cannot be had.
        """
        if not self.name or (self._bounds and self._owner is None):
            models = await self._models(client)
            if not models and not self.name:
                raise GenerationError(502, "the upstream serves no model; start one there, or name it: URL#MODEL")
            found = next((model for model in models if self.name in ("", model.id)), None)
            self._owner = str(getattr(found, "owned_by", None) or "")
            self.name = self.name or models[0].id
        return self.name

    async def _models(self, client: AsyncOpenAI) -> list[Model]:
        import openai

        try:
            return list((await client.models.list()).data or [])
        except openai.APIStatusError:
            if self.name:  # not every server has a list of models
                return []
            raise

    async def bounding(self, prompt: Prompt) -> tuple[dict[str, Any], str]:
        """The grammar of an answer, in the fields of a request, or nothing and why it is free."""
        if not self._bounds:
            return {}, ""
        # to write a grammar takes a while, in which the pieces of other answers come
        return await asyncio.to_thread(self._bounds.body, self._owner or "", prompt)
