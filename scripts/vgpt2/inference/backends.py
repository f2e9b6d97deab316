"""Who answers: a model loaded here, any OpenAI-compatible endpoint, or answers that were recorded before.

All three give the same thing: for each prompt one `Answer`, as it comes, in any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from vgpt2.errors import UserError
from vgpt2.files import digest, read_jsonl
from vgpt2.inference.endpoint import api_key, complete, failure, faults, without_choices
from vgpt2.inference.forms import Forms, text_of
from vgpt2.inference.identity import Identified
from vgpt2.inference.prompts import Prompt

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types import Model

    from vgpt2.inference.bounded.remote import Remote
    from vgpt2.inference.draws import Drawn


# Seeds of a request are below this: servers differ in what they take.
MOST_SEEDS = 2**31


@dataclass(slots=True, frozen=True)
class Answer:
    """One answer: `index` of its prompt, its text, the tokens that were decoded for it and those of its prompt (0: not
    known). `note`: why it is not bounded, or not to its end, where it was to be. `agreed`: how many
    of `of` answers say the same (0 of several: none is proved; of 0: asked once). `again`: none was proved, and this
    is the answer to the question asked again with what was found. `likelihood`: the mean logarithm of its
    tokens' chances, where it was asked for."""

    index: int
    text: str
    tokens: int = 0
    prompt_tokens: int = 0
    note: str = ""
    agreed: int = 0
    of: int = 0
    again: bool = False
    likelihood: float = field(default=0.0, compare=False)


class Backend(Identified, Protocol):
    """Answers prompts."""

    @property
    def settings(self) -> dict[str, Any]:
        """What else changes an answer."""

    def answer(self, prompts: Sequence[Prompt]) -> Iterator[Answer]:
        """Answer all prompts, each once; order is the backend's own."""


@dataclass(slots=True)
class Endpoint:
    """An OpenAI-compatible endpoint (serve.py, vLLM, llama.cpp, Ollama, LLaMA-Factory's API), decoding greedily unless
    draws are asked for. The key is read from the environment variable VGPT2_API_KEY.

    The client tries again on what may pass (no connection, no answer within `timeout` seconds, 408, 409, 429, 5xx),
    `retries` times, waiting longer each time and as long as Retry-After says. A form of request that is refused is
    left for another (`forms`); other refusals end the exam at once.
    """

    url: str
    name: str = ""
    max_new_tokens: int = 512
    concurrency: int = 4
    timeout: float = 120.0
    retries: int = 3
    bounds: Remote | None = None  # answers are to be bounded by it, where the server can
    _served: dict[str, str] | None = field(default=None, init=False, repr=False)
    _forms: Forms = field(default_factory=Forms, init=False, repr=False)

    @property
    def model(self) -> str:
        """`url#name`."""
        return f"{self.url}#{self.name}" if self.name else self.url

    @property
    def settings(self) -> dict[str, Any]:
        """What a request asks for beside its prompt."""
        decode = {"decode": self.bounds.mode} if self.bounds else {}
        return {"max_new_tokens": self.max_new_tokens, "decoding": "greedy", **decode}

    @property
    def fingerprint(self) -> str:
        """Of URL and name, and of the model where serve.py says which: what stands behind others cannot be seen."""
        return digest([self.url, self.name, self._about().get("fingerprint", "")])

    @property
    def template_hash(self) -> str:
        """That of the chat template where serve.py says it, else empty."""
        return self._about().get("template_hash", "")

    def answer(
        self, prompts: Sequence[Prompt], *, drawn: Drawn | None = None, weighed: bool = False
    ) -> Iterator[Answer]:
        """Ask for every prompt, several at a time; answers come as they are ready.

        Args:
            drawn: have the tokens drawn by chance, with a seed a prompt, which not every server heeds.
            weighed: nothing; not every server tells the chances of its tokens.

        Raises:
            UserError: it cannot be reached, refuses, or keeps failing after the retries; the answers that were on
                their way come first.
        """
        from concurrent.futures import ThreadPoolExecutor, as_completed

        if not prompts:
            return
        served, client, failed = self._about(), self._client(), None
        with ThreadPoolExecutor(self.concurrency) as pool:
            waiting = [
                pool.submit(self._ask, client, served, index, prompt, drawn) for index, prompt in enumerate(prompts)
            ]
            try:
                for done in as_completed(waiting):
                    if done.cancelled():
                        continue
                    if isinstance(error := done.exception(), UserError):
                        failed = failed or error
                        for future in waiting:
                            future.cancel()
                        continue
                    yield done.result()
            finally:
                for future in waiting:
                    future.cancel()
        if failed:
            raise failed

    def _client(self) -> OpenAI:
        from openai import OpenAI

        return OpenAI(base_url=self.url, api_key=api_key(), timeout=self.timeout, max_retries=self.retries)

    def _about(self) -> dict[str, str]:
        """The model that is asked: its `id`, and what serve.py says of it (`template_hash`, `fingerprint`). Asked for
        once.

        Raises:
            UserError: it cannot be reached, or no name was given and it does not tell its models.
        """
        if self._served is None:
            models = self._models()
            if not models and not self.name:
                raise UserError(f"{self.url}: the endpoint serves no model; start one or give --model")
            found = next((model for model in models if model.id == self.name or not self.name), None)
            own = getattr(found, "vgpt2", None)
            owner = "vgpt2" if isinstance(own, dict) else str(getattr(found, "owned_by", None) or "")
            said = own if isinstance(own, dict) else {}
            self._served = {**said, "id": found.id if found else self.name, "owner": owner}
        return self._served

    def _models(self) -> list[Model]:
        import openai

        try:
            return [model for model in self._client().models.list().data or [] if isinstance(model.id, str)]
        except faults() as error:
            # Not all have a list of models; one whose model was named can do without.
            if self.name and not isinstance(error, (openai.APIConnectionError, openai.AuthenticationError)):
                return []
            raise self._failed(error) from None

    def _ask(
        self, client: OpenAI, served: dict[str, str], index: int, prompt: Prompt, drawn: Drawn | None = None
    ) -> Answer:
        import openai

        body, note = self.bounds.body(served["owner"], prompt) if self.bounds else ({}, "")
        # To serve.py the prompt is whole as it is: it is not to look for a schema again.
        own = {"vgpt2": {"prompt": "as_is"}} if "template_hash" in served else {}
        chance = (drawn.temperature, drawn.seeds[index] % MOST_SEEDS) if drawn else None
        ask = partial(complete, client, served["id"], prompt, self.max_new_tokens, chance)
        forms = self._forms
        try:
            try:
                said = ask({**own, **body}, forms)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                if not body:
                    raise
                body, note = {}, f"free: the server refused the grammar ({failure(error, self.timeout)})"
                said = ask(own, forms)
            message = said.choices[0].message if getattr(said, "choices", None) else None
            if message is None:
                raise UserError(f"{self.url}: {without_choices(said)}")
            usage = getattr(said, "usage", None)
            tokens = (getattr(usage, "completion_tokens", None) or 0, getattr(usage, "prompt_tokens", None) or 0)
            text = text_of(message.content)
            note = self.bounds.kept(prompt, text) if self.bounds and body else note
            return Answer(index, text, *tokens, note="; ".join(filter(None, (note, forms.now.note))))
        except faults() as error:
            raise self._failed(error) from None

    def _failed(self, error: Exception) -> UserError:
        import openai

        advice = ""
        if isinstance(error, openai.APIConnectionError):
            slow = isinstance(error, openai.APITimeoutError)
            advice = "; is the model loaded?" if slow else "; start it or mend the address"
        return UserError(f"{self.url}: {failure(error, self.timeout)}{advice}")


class Recorded:
    """Answers of a JSONL file with `id` and `response`; of an id that is there twice the last one counts. They belong
    to questions and not to prompts: see `ask.recall`."""

    def __init__(self, path: Path, ids: Sequence[str]) -> None:
        """Raises: UserError: the file is broken, or none of its ids is among `ids`."""
        rows = read_jsonl(path)
        for number, row in enumerate(rows, 1):
            if not isinstance(row.get("id"), str) or not isinstance(row.get("response"), str):
                raise UserError(f"{path}:{number}: an answer needs 'id' and 'response', both text")
        self.rows = {row["id"]: row for row in rows}
        if not set(ids) & set(self.rows):
            raise UserError(f"{path}: none of its ids is in the suite; are these answers to another suite?")
        self.model = str(path)
        self.template_hash = ""
        self.settings: dict[str, Any] = {}
        self.fingerprint = digest({key: row["response"] for key, row in self.rows.items()})
