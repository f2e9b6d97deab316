"""Who answers: a model loaded here, any OpenAI-compatible endpoint, or answers that were recorded before.

All three give the same thing: for each prompt one `Answer`, as it comes, in any order.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vgpt2.endpoint import api_key, failure
from vgpt2.errors import UserError
from vgpt2.exam.prompts import Prompt
from vgpt2.files import digest, read_jsonl
from vgpt2.records.extract import cut_after_query


@dataclass(slots=True, frozen=True)
class Answer:
    """One answer: `index` of its prompt, its text, and the tokens that were decoded for it (0: not known)."""

    index: int
    text: str
    tokens: int = 0


class Backend(Protocol):
    """Answers prompts. `model` names it in results; `fingerprint` changes when its answers may; `template_hash` is that
    of its chat template (empty where it is not known here)."""

    model: str
    fingerprint: str
    template_hash: str

    def answer(self, prompts: Sequence[Prompt]) -> Iterator[Answer]:
        """Answer all prompts, each once; order is the backend's own."""


@dataclass(slots=True)
class Endpoint:
    """An OpenAI-compatible endpoint (vLLM, llama.cpp, Ollama, LLaMA-Factory's API), decoding greedily. The key is
    read from the environment variable VGPT2_API_KEY."""

    url: str
    name: str = ""
    max_new_tokens: int = 512
    concurrency: int = 4
    timeout: float = 120.0
    retries: int = 3
    template_hash: str = ""

    @property
    def model(self) -> str:
        """`url#name`."""
        return f"{self.url}#{self.name}" if self.name else self.url

    @property
    def fingerprint(self) -> str:
        """Of URL and name: what stands behind them cannot be seen."""
        return digest([self.url, self.name])

    def answer(self, prompts: Sequence[Prompt]) -> Iterator[Answer]:
        """Ask for every prompt, several at a time; answers come as they are ready.

        Raises:
            UserError: it cannot be reached, refuses, or keeps failing after the retries.
        """
        from concurrent.futures import ThreadPoolExecutor, as_completed

        from openai import OpenAI

        client = OpenAI(
            base_url=self.url,
            api_key=api_key(),
            timeout=self.timeout,
            max_retries=self.retries,
        )
        name = self.name or self._only_model(client)
        with ThreadPoolExecutor(self.concurrency) as pool:
            waiting = [pool.submit(self._ask, client, name, index, prompt) for index, prompt in enumerate(prompts)]
            try:
                for done in as_completed(waiting):
                    yield done.result()
            finally:
                for future in waiting:
                    future.cancel()

    def _only_model(self, client) -> str:
        names = [model.id for model in self._guard(lambda: client.models.list().data)]
        if not names:
            raise UserError(f"{self.url}: the endpoint serves no model; start one or give --endpoint-model")
        return names[0]

    def _ask(self, client, name: str, index: int, prompt: Prompt) -> Answer:
        said = self._guard(
            lambda: client.chat.completions.create(
                model=name, messages=prompt.messages(), temperature=0.0, max_tokens=self.max_new_tokens
            )
        )
        choices = getattr(said, "choices", None)
        if not choices or getattr(choices[0], "message", None) is None:
            raise UserError(f"{self.url}: an answer without choices; is this an OpenAI-compatible endpoint?")
        tokens = said.usage.completion_tokens if getattr(said, "usage", None) else 0
        return Answer(index, cut_after_query(choices[0].message.content or ""), tokens or 0)

    def _guard(self, call):
        import openai

        try:
            return call()
        except (openai.OpenAIError, ValueError, AttributeError, TypeError) as error:
            advice = ""
            if isinstance(error, openai.APIConnectionError):
                slow = isinstance(error, openai.APITimeoutError)
                advice = "; is the model loaded?" if slow else "; start it or mend the address"
            raise UserError(f"{self.url}: {failure(error, self.timeout)}{advice}") from None


class Recorded:
    """Answers of a JSONL file with `id` and `response`; an id that is missing there has an empty answer."""

    def __init__(self, path: Path, ids: Sequence[str]) -> None:
        rows = read_jsonl(path)
        for number, row in enumerate(rows, 1):
            if not isinstance(row.get("id"), str) or not isinstance(row.get("response"), str):
                raise UserError(f"{path}:{number}: an answer needs 'id' and 'response', both text")
        self._answers = {row["id"]: row["response"] for row in rows}
        self._ids = list(ids)
        if not set(self._ids) & set(self._answers):
            raise UserError(f"{path}: none of its ids is in the suite; are these answers to another suite?")
        self.model = str(path)
        self.fingerprint = digest(self._answers)
        self.template_hash = ""

    def answer(self, prompts: Sequence[Prompt]) -> Iterator[Answer]:
        """The recorded answers, in the order of the suite."""
        for index, _ in enumerate(prompts):
            yield Answer(index, self._answers.get(self._ids[index], ""))


def clock() -> float:
    """Seconds of a clock that only goes forward."""
    return time.perf_counter()
