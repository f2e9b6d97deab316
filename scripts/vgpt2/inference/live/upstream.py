"""Answers of an OpenAI-compatible upstream (vLLM, llama.cpp, Ollama, LLaMA-Factory's API) as a server needs them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import CancelledError
from threading import Thread
from typing import TYPE_CHECKING, Any

from vgpt2.files import digest
from vgpt2.inference.backends import MOST_SEEDS
from vgpt2.inference.endpoint import KEY_VARIABLE, api_key, failure
from vgpt2.inference.forms import Forms, text_of
from vgpt2.inference.live.generation import Generated, GenerationError, Gone, Listener, Sampling, TooLong
from vgpt2.inference.live.served import Served
from vgpt2.inference.live.speech import Speech
from vgpt2.inference.prompts import Prompt

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI, AsyncStream
    from openai.types.chat import ChatCompletionChunk

    from vgpt2.inference.bounded.remote import Remote

CONNECT = 5.0  # seconds until an upstream that is there takes a connection
BROKEN = "the upstream broke off in the middle of its answer"
# So llama-cpp-python's server ends a stream that it cannot begin: what was wrong stands in its log alone.
WORDLESS = "the upstream ended without a word; its own log says why, such as a prompt longer than its context"
ONE_AT_A_TIME = (
    "an answer ended before its end; llama-cpp-python's server breaks one off when the next question comes: start it "
    "with --interrupt_requests false"
)
# A connection that is kept may be closed by the upstream while a question is being sent, which would cost its answer.
HEADERS = {"Connection": "close"}
LOOK = 0.2  # seconds between two looks whether the listener is still there


class Upstream:
    """A `Generator` over an upstream. It is always asked for a stream, so that an answer that nobody waits for can be
    given up there too. Nothing is tried again: who asks is told at once, and knows best. The key is read from
    VGPT2_API_KEY."""

    def __init__(
        self, url: str, name: str, max_new_tokens: int, timeout: float = 120.0, bounds: Remote | None = None
    ) -> None:
        """`name`: of the model there, empty: its first; `timeout`: seconds between two pieces of an answer; `bounds`:
        answers are to be bounded by it, where the upstream can."""
        self.url, self.max_new_tokens, self._timeout = url, max_new_tokens, timeout
        self._served, self._why = Served(name, bounds), ""  # why answers are free, as the log was told last
        self.template_hash = ""
        self._forms = Forms()
        self._loop = asyncio.new_event_loop()
        self._made: AsyncOpenAI | None = None
        Thread(target=self._loop.run_forever, name="upstream", daemon=True).start()

    @property
    def model(self) -> str:
        """`url#name`."""
        return f"{self.url}#{self._served.name}" if self._served.name else self.url

    @property
    def fingerprint(self) -> str:
        """Of URL and name: what stands behind them cannot be seen."""
        return digest([self.url, self._served.name])

    def generate(self, prompt: Prompt, sampling: Sampling, listener: Listener) -> Generated:
        """Have one prompt answered there.

        Raises:
            Gone: the listener went; the upstream is let go.
            GenerationError: 502 it cannot be reached, refuses, or breaks off; 504 it is too slow; 429 it is busy.
        """
        answer = self._within(self._generate(prompt, sampling, listener))
        try:
            while True:
                try:
                    return answer.result(LOOK)
                except TimeoutError:
                    if listener.gone:
                        raise Gone from None
                except CancelledError:
                    raise Gone from None
        except BaseException:  # Ctrl-C of a chat among them
            answer.cancel()
            raise

    def close(self) -> None:
        """Give up what is on its way."""
        self._loop.call_soon_threadsafe(self._loop.stop)

    def _within(self, work: Coroutine[Any, Any, Generated]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _generate(self, prompt: Prompt, sampling: Sampling, listener: Listener) -> Generated:
        import openai

        try:
            return await self._answered(prompt, sampling, listener)
        except openai.APITimeoutError as error:
            raise GenerationError(504, self._said(error), "timeout_error") from None
        except openai.APIStatusError as error:
            raise self._refusal(error) from None
        except GenerationError:
            raise
        except (openai.OpenAIError, ValueError, AttributeError, TypeError, LookupError) as error:
            raise GenerationError(502, self._said(error)) from None
        except Exception as error:
            # in the middle of a stream the client lets errors of its own HTTP library through
            self._warn(f"{type(error).__name__}: {error}")
            if "Timeout" in type(error).__name__:
                silent = f"the upstream went silent for {self._timeout:g} s"
                raise GenerationError(504, silent, "timeout_error") from None
            raise GenerationError(502, BROKEN) from None

    async def _answered(self, prompt: Prompt, sampling: Sampling, listener: Listener) -> Generated:
        """Ask for an answer, bounded where it is to be; once more without the grammar where that is refused."""
        import openai

        name = await self._served.find(self._client())
        body, why = await self._served.bounding(prompt)
        self._free(why)
        try:
            return await self._streamed(name, prompt, sampling, listener, body)
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            if not body or _too_long(error):
                raise
            self._free(f"free: the server refused the grammar ({failure(error, self._timeout)})")
            return await self._streamed(name, prompt, sampling, listener, {})

    async def _streamed(
        self, name: str, prompt: Prompt, sampling: Sampling, listener: Listener, body: dict[str, Any]
    ) -> Generated:
        """`body`: fields that are not OpenAI's."""
        speech, text, ended, usage, heard = Speech(sampling.stop, listener), "", "", None, False
        fields: dict[str, Any] = {
            "stream_options": {"include_usage": True},
            "temperature": sampling.temperature,
            "max_tokens": min(sampling.max_new_tokens, self.max_new_tokens),
        }
        if sampling.temperature:
            fields["seed"] = sampling.seed % MOST_SEEDS
            if sampling.top_p < 1:
                fields["top_p"] = sampling.top_p
        if sampling.stop:
            fields["stop"] = list(sampling.stop)
        stream = await self._begun(name, prompt, fields, body)
        async with stream:
            async for chunk in _whole(stream):
                if not heard:
                    listener.begun()
                heard = True
                usage = chunk.usage or usage
                for choice in chunk.choices or []:
                    text += text_of(choice.delta.content)
                    ended = choice.finish_reason or ended
                if speech.grown(text):  # not every upstream knows `stop`
                    ended = "stop"
                    break
        if not ended:
            if heard:
                self._warn(ONE_AT_A_TIME)
            raise GenerationError(502, BROKEN if heard else WORDLESS)
        tokens = (usage.completion_tokens, usage.prompt_tokens) if usage else (0, 0)
        return Generated(speech.ended(text), *tokens, cut=ended == "length")

    async def _begun(
        self, name: str, prompt: Prompt, fields: dict[str, Any], body: dict[str, Any]
    ) -> AsyncStream[ChatCompletionChunk]:
        """A stream of an answer, asked for in the form that the upstream takes."""
        import openai

        while True:
            form = self._forms.now
            try:
                return await self._client().chat.completions.create(
                    model=name, stream=True, **form.fields(prompt, **fields), extra_body=body or None
                )
            except openai.APIStatusError as error:
                if _too_long(error) or not self._forms.learn(form, error):
                    raise
                self._warn(f"refuses a form of request, another is tried ({failure(error, self._timeout)})")

    def _free(self, why: str) -> None:
        """Say in the log that answers are not bounded; the same only once."""
        if why and why != self._why:
            self._why = why
            self._warn(f"answers are {why}")

    def _client(self) -> AsyncOpenAI:
        if self._made is None:
            from openai import AsyncOpenAI, Timeout

            timeout = Timeout(self._timeout, connect=min(CONNECT, self._timeout))
            self._made = AsyncOpenAI(
                base_url=self.url, api_key=api_key(), timeout=timeout, max_retries=0, default_headers=HEADERS
            )
        return self._made

    def _refusal(self, error: Any) -> GenerationError:
        """What the status of an upstream means to a client of ours."""
        said = self._said(error)
        if error.status_code == 429:
            return GenerationError(429, said, "rate_limit_error")
        if error.status_code in (408, 504):
            return GenerationError(504, said, "timeout_error")
        return TooLong(said) if _too_long(error) else GenerationError(502, said)

    def _said(self, error: Exception) -> str:
        """For the clients of this server; where the upstream is, and how its key is set, is for its log alone."""
        said = failure(error, self._timeout)
        self._warn(said)
        return f"the upstream: {said.replace(f'; set {KEY_VARIABLE}', '')}"

    def _warn(self, said: str) -> None:
        logging.getLogger("vgpt2").warning("upstream %s: %s", self.url, said)


def _too_long(error: APIStatusError) -> bool:
    return error.status_code in (400, 413, 422) and "context" in str(error).lower()


async def _whole(stream: AsyncStream[ChatCompletionChunk]) -> AsyncIterator[ChatCompletionChunk]:
    """The chunks of a stream.

    Raises:
        GenerationError: the connection broke between two of them.
    """
    import openai

    try:
        async for chunk in stream:
            yield chunk
    except openai.APITimeoutError:
        raise
    except openai.APIConnectionError:
        raise GenerationError(502, BROKEN) from None
