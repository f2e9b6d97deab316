"""One question in, one answer out: retrieve the schema, ask the model, guard what it says. Several at once, each in a
thread of its own: the model answers them together, all else is done one after another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from vgpt2.catalog.disarm import as_text
from vgpt2.catalog.model import Catalog
from vgpt2.inference.live.generation import Generator, Listener, Nobody, Quiet, Sampling
from vgpt2.inference.live.generation import TooLong as TooLong
from vgpt2.records.prompt import conversation
from vgpt2.serving.asked import TURNS
from vgpt2.serving.guard.guard import Judged, judge
from vgpt2.serving.guard.said import marked, proved, refused
from vgpt2.serving.sure.council import Care, Council
from vgpt2.serving.sure.readings import Reading, not_sure, with_count
from vgpt2.serving.wishes import Wish
from vgpt2.settings import Profile

if TYPE_CHECKING:
    from vgpt2.inference.live.generation import Generated
    from vgpt2.inference.prompts import Prompt


# Questions that need all that is read when it is first needed: SQL with names that may not exist, and plain words, of
# which more than one reading is looked for.
WARMING = (
    "What is wrong with this? SELECT Name FROM Vendor WHERE VendorName = 'x'",
    "Name and amount of all that is open, by date",
)


@dataclass(slots=True)
class Reply:
    """An answer. `status`: of its SQL, `valid`, `unknown`, `outside` or `invalid`; without SQL `none`, or `asks` where
    it asks what is meant; `unsure` where too few answers agree: then `readings` are there in place of `sql`.
    `findings`: what is wrong with it; `because`: why the status is `unknown` or `outside`. `schema`: what the prompt
    showed. `tokens`: decoded ones; `prompt_tokens`: those of the prompt; `cut`: the answer was not complete at the
    limit; `attempts`: how often the model was asked. `agreed` of `of` answers say this (of 0: there was one alone);
    `sure`: whether that is enough. `turns_left_out`: earlier questions that the prompt has no place for."""

    text: str
    sql: str
    status: str
    findings: list[dict[str, Any]]
    schema: str
    tokens: int
    prompt_tokens: int = 0
    cut: bool = False
    because: str = ""
    tables: tuple[str, ...] = ()
    attempts: int = 1
    agreed: int = 0
    of: int = 0
    sure: bool | None = None
    readings: tuple[Reading, ...] = ()
    turns_left_out: int = 0

    @property
    def proved(self) -> tuple[str, ...]:
        """The queries in it that are proved: one, or those of an answer that is not sure."""
        if self.status == "valid":
            return (self.sql,)
        return tuple(one.sql for one in self.readings if one.sql)

    def guard(self) -> dict[str, Any]:
        """The `vgpt2` field of a response."""
        said = {
            "sql": self.sql,
            "status": self.status,
            "because": self.because,
            "findings": self.findings,
            "tables": list(self.tables),
            "attempts": self.attempts,
            "schema": self.schema,
            "turns_left_out": self.turns_left_out,
        }
        if self.of:
            said["agreed"] = [self.agreed, self.of]
        if self.sure is not None:
            said["sure"] = self.sure
        if self.readings:
            said["readings"] = [one.as_json() for one in self.readings]
        return said


class Desk:
    """A model with its catalog."""

    def __init__(self, model: Path | Generator, catalog: Catalog, profile: Profile, care: Care | None = None) -> None:
        """`model`: a folder, or whoever else makes answers.

        Raises:
            UserError: the model cannot be loaded.
        """
        from vgpt2.catalog.retrieval import Retriever
        from vgpt2.inference.live.scheduler import loaded

        self.catalog, self.profile, self.care = catalog, profile, care or Care()
        self.retriever = Retriever.of(catalog)
        self.model = loaded(model, catalog, profile) if isinstance(model, Path) else model
        # retrieval and guard keep what they worked out, and of two threads that compute in Python none is faster
        self._one = Lock()
        self.council = Council(catalog)

    def about(self) -> dict[str, Any]:
        """What an exam has to know of the model behind an endpoint."""
        return {
            "template_hash": self.model.template_hash,
            "fingerprint": self.model.fingerprint,
            "max_new_tokens": self.model.max_new_tokens,
        }

    def warm(self) -> None:
        """Read what is otherwise read for the first question, which would wait for it."""
        for question in WARMING:
            self._prompt(question, Wish(), None)
        judged = judge("```sql\nSELECT 1 AS One\n```", self.catalog)
        if self.care.answers > 1:
            self.council.decide([judged.sql], [judged])

    def close(self) -> None:
        """No more answers."""
        self.model.close()
        self.council.close()

    def ask(
        self,
        question: str,
        max_new_tokens: int = 0,
        wish: Wish | None = None,
        turns: list[tuple[str, str]] | None = None,
        listener: Listener | None = None,
    ) -> Reply:
        """Answer a question as the exam asks it: with the schema that it needs, unless the exam is from memory. A
        strict guard lets the model try once more with what was found.

        Args:
            turns: all earlier questions of the conversation, each with its answer; the last `TURNS` are read.
            listener: hears the answer as it is made, unless the guard is strict: then what leaves is put together anew
                from an answer that was read to its end.

        Raises:
            TooLong: the model has no room for the prompt.
            GenerationError: there is no answer.
            Gone: the listener went.
        """
        from vgpt2.inference.prompts import asked_again

        wish, listener = wish or Wish(guard="mark"), listener or Nobody()
        turns = turns or []
        prompt = self._prompt(question, wish, turns[-TURNS:])
        strict, several = wish.guard == "strict", (wish.answers or self.care.answers) > 1
        hearing = Quiet(listener) if strict or several else listener
        ask = self._several if several else self._once
        reply, judged = ask(prompt, max_new_tokens, wish, hearing)
        if strict and not judged.leaves:
            found = "\n".join(finding["message"] for finding in judged.findings[:5]) or judged.because
            second, judged = self._once(asked_again(prompt, as_text(found)), max_new_tokens, wish, hearing)
            second.tokens += reply.tokens
            second.prompt_tokens += reply.prompt_tokens
            second.of, second.attempts = reply.of, 2
            if reply.of and judged.status == "valid":
                second.readings = (self.council.reading(0, judged),)
            reply = second
        with self._one:
            if not strict:
                reply.text = marked(reply.text, judged)
            else:
                reply.text = proved(reply.text, judged) if judged.leaves else refused(judged)
        if reply.of:
            self._weigh(reply, judged.leaves)
        reply.turns_left_out = max(len(turns) - TURNS, 0)
        return reply

    def complete(
        self, prompt: Prompt, max_new_tokens: int = 0, wish: Wish | None = None, listener: Listener | None = None
    ) -> Reply:
        """Answer a prompt as it is; at most `max_new_tokens`, and never more than the profile's (0: those).

        Raises:
            TooLong: the model has no room for the prompt.
            GenerationError: there is no answer.
            Gone: the listener went.
        """
        return self._once(prompt, max_new_tokens, wish or Wish(), listener or Nobody())[0]

    def _prompt(self, question: str, wish: Wish, turns: list[tuple[str, str]] | None) -> Prompt:
        from vgpt2.inference.prompts import build_prompt

        mode = "memory" if self.profile.exam.modes[0] == "memory" else "schema"
        asked = as_text(conversation(question, turns or []))
        with self._one:
            prompt = build_prompt(self.catalog, self.retriever, asked, self.profile, mode)
        return replace(prompt, system=f"{prompt.system}\n{as_text(wish.system)}") if wish.system else prompt

    def _sampling(self, max_new_tokens: int, wish: Wish) -> Sampling:
        limit = min(max_new_tokens or self.model.max_new_tokens, self.model.max_new_tokens)
        return Sampling(limit, wish.temperature, wish.top_p, wish.seed, wish.stop)

    def _once(self, prompt: Prompt, max_new_tokens: int, wish: Wish, listener: Listener) -> tuple[Reply, Judged]:
        answer = self.model.generate(prompt, self._sampling(max_new_tokens, wish), listener)
        with self._one:
            judged = judge(answer.text, self.catalog)
        return _reply(answer, judged, prompt), judged

    def _several(self, prompt: Prompt, max_new_tokens: int, wish: Wish, listener: Listener) -> tuple[Reply, Judged]:
        """Of several answers the one on which most agree."""
        from vgpt2.inference.several.live import answers_to

        count, sampling = wish.answers or self.care.answers, self._sampling(max_new_tokens, wish)
        answers = answers_to(self.model, prompt, sampling, count, listener)
        with self._one:
            judged = [judge(answer.text, self.catalog) for answer in answers]
        likelihoods = [answer.likelihood for answer in answers]
        decided = self.council.decide([answer.text for answer in answers], judged, likelihoods)
        reply = _reply(answers[decided.index], judged[decided.index], prompt)
        reply.tokens = sum(answer.tokens for answer in answers)
        reply.prompt_tokens = sum(answer.prompt_tokens for answer in answers)
        reply.agreed, reply.of, reply.readings = decided.agreed, count, decided.readings
        return reply, judged[decided.index]

    def _weigh(self, reply: Reply, leaves: bool) -> None:
        """Say how many agree. Where they are too few the readings leave to choose from; a question back stays one."""
        readings, reply.readings = reply.readings, ()
        reply.sure = self.care.enough(reply.agreed, reply.of)
        if reply.sure is False and leaves and reply.status != "asks":
            reply.text = not_sure(readings, reply.agreed, reply.of, reply.text)
            if readings:
                reply.status, reply.sql, reply.readings = "unsure", "", readings
        elif reply.agreed and reply.status != "asks":
            reply.text = with_count(reply.text, reply.agreed, reply.of)


def _reply(answer: Generated, judged: Judged, prompt: Prompt) -> Reply:
    reply = Reply(answer.text, judged.sql, judged.status, judged.findings, prompt.input, answer.tokens)
    reply.prompt_tokens, reply.cut = answer.prompt_tokens, answer.cut
    reply.because, reply.tables = judged.because, judged.tables
    return reply
