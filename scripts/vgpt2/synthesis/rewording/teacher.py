"""A teacher, any OpenAI-compatible endpoint, that says questions in other words; its answers are kept on file.

What it says is never believed: a rewording is taken only if `rewording.fault` finds everything that was asked for.
"""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from vgpt2.catalog.model import Catalog
from vgpt2.errors import UserError
from vgpt2.files import digest, disk_full
from vgpt2.inference.endpoint import api_key, failure
from vgpt2.records.held_out import HeldOut
from vgpt2.records.text import normalise
from vgpt2.settings import DataSettings
from vgpt2.synthesis.generate import fits
from vgpt2.synthesis.model import Example
from vgpt2.synthesis.rewording.rewording import fault, tidy

if TYPE_CHECKING:
    from openai import OpenAI
    from openai.types.chat import ChatCompletionMessageParam

SYSTEM = """You say questions about a database in other words, as a busy colleague would.
Keep every table and column name, every number, date and quoted text exactly as it is, and mention each as often as the
question does. Keep what is added up, counted or compared, what rows are grouped and sorted by, and in which direction.
Add nothing. Write no SQL. Answer with the reworded question alone, on one line."""
# Which column is aged and by which date can be said in too many ways to be told apart.
LEFT_ALONE = ("ageing",)
# A mistake of the address, the key or the model's name: asking again does not help.
HOPELESS = (401, 403, 404)


@dataclass(slots=True)
class Teacher:
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

    def answers(self, questions: Sequence[str]) -> dict[str, str]:
        """What the teacher says to each question, by question; one that got no answer is missing.

        What the cache holds is not asked again, and each answer is in it as soon as it came.

        Raises:
            UserError: the cache cannot be read; the endpoint refuses, or `give_up` questions in a row had no answer.
        """
        keys = {question: digest([self.model, self._messages(question)], 32) for question in questions}
        known = read_cache(self.cache)
        waiting = [question for question, key in keys.items() if key not in known]
        if waiting:
            self.cache.parent.mkdir(parents=True, exist_ok=True)
            with disk_full(self.cache), self.cache.open("a", encoding="utf-8", newline="\n") as file:
                for question, answer in self._ask_all(waiting):
                    known[keys[question]] = answer
                    row = {"key": keys[question], "question": question, "answer": answer}
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
                    file.flush()
        return {question: known[key] for question, key in keys.items() if key in known}

    def _messages(self, question: str) -> list[ChatCompletionMessageParam]:
        return [{"role": "system", "content": SYSTEM}, {"role": "user", "content": question}]

    def _ask_all(self, questions: Sequence[str]) -> Iterator[tuple[str, str]]:
        """(question, answer) as the answers come."""
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
        failed, number, said_at = 0, 0, time.monotonic()
        waiting = iter(questions)
        with client, ThreadPoolExecutor(self.concurrency) as pool:
            # No more is under way than is asked at once: whoever gives up has then asked little in vain.
            asked = {
                pool.submit(self._ask, client, question): question for question in islice(waiting, self.concurrency)
            }
            while asked:
                finished, _ = wait(asked, return_when=FIRST_COMPLETED)
                for done in finished:
                    question = asked.pop(done)
                    number += 1
                    try:
                        answer = done.result()
                    except _NoAnswer as error:
                        failed += 1
                        if error.hopeless or failed >= min(self.give_up, len(questions)):
                            raise UserError(self._gave_up(failed, error)) from None
                    else:
                        failed = 0
                        yield question, answer
                    for following in islice(waiting, 1):
                        asked[pool.submit(self._ask, client, following)] = following
                if time.monotonic() - said_at >= 60:
                    said_at = time.monotonic()
                    self.say(f"teacher: {number:,} of {len(questions):,} asked")

    def _gave_up(self, failed: int, error: _NoAnswer) -> str:
        what = "" if error.hopeless else f"{failed} questions in a row without an answer; the last: "
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

    def _ask(self, client: OpenAI, question: str) -> str:
        import openai

        try:
            said = client.chat.completions.create(
                model=self.model, messages=self._messages(question), temperature=0.7, max_tokens=512
            )
            return said.choices[0].message.content or ""
        except (openai.OpenAIError, ValueError, AttributeError, TypeError, IndexError) as error:
            raise _NoAnswer(failure(error, self.timeout), getattr(error, "status_code", 0) in HOPELESS) from None


class _NoAnswer(Exception):
    def __init__(self, why: str, hopeless: bool = False) -> None:
        super().__init__(why)
        self.hopeless = hopeless


def read_cache(path: Path) -> dict[str, str]:
    """Answers by key. A last line that a killed run left half written is cut off the file.

    Raises:
        UserError: another line is not an answer; it is named.
    """
    if not path.exists():
        return {}
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        with path.open("r+b") as file:
            file.truncate(whole)
    found = {}
    for number, line in enumerate(data[:whole].splitlines(), 1):
        try:
            row = json.loads(line)
            key, answer = row["key"], row["answer"]
            if not isinstance(key, str) or not isinstance(answer, str):
                raise TypeError
        except (ValueError, KeyError, TypeError):
            raise UserError(f"{path}:{number}: not an answer of a teacher; delete the line or the file") from None
        found[key] = answer
    return found


def reword(
    examples: Sequence[Example],
    teacher: Teacher,
    catalog: Catalog,
    data: DataSettings,
    seed: int,
    share: float,
    held_out: HeldOut,
) -> tuple[list[Example], Counter[str]]:
    """The examples in their order, a share of the SQL questions in the teacher's words, and the counts.

    The seed and the family say which questions are asked for. The counts are those of `reworded` and of the reasons why
    a question stayed: those of `rewording.fault`, `no_answer`, `held_out` and `repeated` (another record asks so).
    """
    chosen = [
        example
        for example in examples
        if example.kind == "sql"
        and example.intent not in LEFT_ALONE
        and random.Random(f"{seed}/teacher/{example.family}").random() < share
    ]
    answers = teacher.answers([example.question for example in chosen])
    families = {example.family for example in chosen}
    taken = {normalise(example.question) for example in examples}
    counts: Counter[str] = Counter()
    found = []
    for example in examples:
        if example.family in families and example.kind == "sql":
            text = tidy(answers.get(example.question, ""))
            reason = "no_answer" if example.question not in answers else fault(example, text, catalog)
            other = example.with_(question=text, source="teacher")
            if not reason:
                reason = _unwanted(other, held_out, taken, data)
            counts[reason or "reworded"] += 1
            if not reason:
                taken.add(normalise(text))
                example = other
        found.append(example)
    return found, counts


def _unwanted(example: Example, held_out: HeldOut, taken: set[str], data: DataSettings) -> str:
    if example.held_by(held_out):
        return "held_out"
    if normalise(example.question) in taken:
        return "repeated"
    return "" if fits(example, data) else "too_long"
