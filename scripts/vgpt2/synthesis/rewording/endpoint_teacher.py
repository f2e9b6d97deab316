"""A teacher behind any OpenAI-compatible endpoint: asked within a rate, and again where that may help."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.errors import UserError
from vgpt2.files import digest
from vgpt2.inference.endpoint import api_key, complete, failure
from vgpt2.inference.forms import Forms, text_of
from vgpt2.inference.prompts import Prompt
from vgpt2.synthesis.rewording.asking import AnswerFile, Decoding

if TYPE_CHECKING:
    from openai import OpenAI

# A mistake of the address, the key or the model's name: asking again does not help.
HOPELESS = (401, 403, 404)


@dataclass(slots=True)
class EndpointTeacher:
    """An endpoint and the file that keeps its answers. The key is read from VGPT2_API_KEY.

    `rate`: requests a minute at most, those that are tried again among them. `give_up`: after so many questions in a
    row without an answer. `say` is told once a minute how far it is.
    """

    url: str
    model: str
    cache: Path
    rate: int = 60
    concurrency: int = 4
    timeout: float = 60.0
    retries: int = 3
    give_up: int = 5
    say: Callable[[str], None] = lambda text: None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _next: float = 0.0
    _failed: int = field(default=0, init=False, repr=False)  # questions in a row without an answer
    _answered: bool = field(default=False, init=False, repr=False)
    _forms: Forms = field(default_factory=Forms, init=False, repr=False)

    def answers(self, prompts: Sequence[Prompt], decoding: Decoding) -> dict[Prompt, str]:
        """As `asking.Teacher` says.

        Raises:
            UserError: the cache cannot be read; the endpoint refuses, or `give_up` questions in a row had no answer.
        """
        file = AnswerFile(self.cache, digest([self.url, self.model]))
        keys = {prompt: file.key(prompt, decoding) for prompt in prompts}
        known = file.read()
        waiting = [prompt for prompt, key in keys.items() if key not in known]
        if waiting:
            with file.open():
                for prompt, answer in self._ask_all(waiting, decoding):
                    known[keys[prompt]] = answer
                    file.add(keys[prompt], prompt, answer)
        return {prompt: known[key] for prompt, key in keys.items() if key in known}

    def _ask_all(self, prompts: Sequence[Prompt], decoding: Decoding) -> Iterator[tuple[Prompt, str]]:
        """(prompt, answer) as the answers come."""
        from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

        from openai import DefaultHttpxClient, OpenAI

        client = OpenAI(
            base_url=self.url,
            api_key=api_key(),
            timeout=self.timeout,
            # It waits longer each time, and as long as Retry-After says.
            max_retries=self.retries,
            http_client=DefaultHttpxClient(event_hooks={"request": [self._wait_for_turn]}),
        )
        number, said_at = 0, time.monotonic()
        waiting = iter(prompts)
        with client, ThreadPoolExecutor(self.concurrency) as pool:
            # No more is under way than is asked at once: whoever gives up has then asked little in vain.
            asked = {
                pool.submit(self._ask, client, prompt, decoding): prompt for prompt in islice(waiting, self.concurrency)
            }
            while asked:
                finished, _ = wait(asked, return_when=FIRST_COMPLETED)
                for done in finished:
                    prompt = asked.pop(done)
                    number += 1
                    try:
                        answer = done.result()
                    except _NoAnswer as error:
                        self._failed += 1
                        all_failed = self._failed == len(prompts) and not self._answered
                        if error.hopeless or self._failed >= self.give_up or all_failed:
                            raise UserError(self._gave_up(error)) from None
                    else:
                        self._failed, self._answered = 0, True
                        yield prompt, answer
                    for following in islice(waiting, 1):
                        asked[pool.submit(self._ask, client, following, decoding)] = following
                if time.monotonic() - said_at >= 60:
                    said_at = time.monotonic()
                    self.say(f"teacher: {number:,} of {len(prompts):,} asked")

    def _gave_up(self, error: _NoAnswer) -> str:
        what = "" if error.hopeless else f"{self._failed} questions in a row without an answer; the last: "
        return (
            f"--teacher {self.url}: {what}{error}; mend it and run again: what was answered is kept in {self.cache}; "
            "or leave --teacher out"
        )

    def _wait_for_turn(self, _request: object) -> None:
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            self._next = turn + 60 / self.rate
        time.sleep(turn - now)

    def _ask(self, client: OpenAI, prompt: Prompt, decoding: Decoding) -> str:
        import openai

        try:
            chance = (decoding.temperature, None)
            said = complete(client, self.model, prompt, decoding.limit, chance, {}, self._forms)
            return text_of(said.choices[0].message.content)
        except (openai.OpenAIError, ValueError, AttributeError, TypeError, IndexError) as error:
            raise _NoAnswer(failure(error, self.timeout), getattr(error, "status_code", 0) in HOPELESS) from None


class _NoAnswer(Exception):
    def __init__(self, why: str, hopeless: bool = False) -> None:
        super().__init__(why)
        self.hopeless = hopeless
